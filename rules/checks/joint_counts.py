"""How many facet joints a session asks for: by the joints named, and by the units of the lines.

A level is a joint and not a nerve (Palmetto A58350), and both sides of one joint are one level (First Coast
A57787). The primary code stands for one joint and each unit of an add-on for one more; the codes for "third
and further levels" stand for one joint or more.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from typing import Any

from rules import levels as lv
from rules.bounds import Interval
from rules.case import ClaimLine, Evidence, Fact
from rules.checks.base import evidence
from rules.checks.claim_lines import Day, by_day, codes_of, places, sides_of
from rules.codes import cpt
from rules.dates import first_day, last_day
from rules.view import FACET, CaseView, may_lie_in, sides

#: "Third and further levels": one unit, however many joints.
OPEN_ENDED = ("64492", "64495", "0215T", "0218T")
#: Kinds of injection that the facet codes stand for.
BLOCK_KINDS = ("medial_branch_block", "facet_intraarticular")


@dataclasses.dataclass(frozen=True)
class Session:
    """The lines of one day for one kind of facet procedure in one part of the spine.

    Attributes
    ----------
    named
        Sides (empty: not told) and levels as the lines name them, else as planned procedures do, else as
        those performed on the day, or in the document, of the lines.
    told_by
        Those planned or performed procedures.
    """

    day: Day
    family: str
    group: cpt.Group
    lines: tuple[ClaimLine, ...]
    named: tuple[tuple[frozenset[str], tuple[str, ...]], ...]
    told_by: tuple[Fact[Any], ...] = ()

    @property
    def code(self) -> str:
        """The session's lowest code, for a finding's id."""
        return codes_of(self.lines)[0]

    @property
    def levels(self) -> tuple[str, ...]:
        """All levels named, as written."""
        return tuple(dict.fromkeys(level for _, levels in self.named for level in levels))

    @property
    def sides(self) -> tuple[str, ...]:
        """The sides to count on: those told, else one of no name."""
        told = {s for line in self.lines for s in sides_of(line)} | {s for had, _ in self.named for s in had}
        return tuple(sorted(told)) or ("",)

    def joints(self, side: str | None = None) -> frozenset[str]:
        """Return the joints named on a side, or on any; what tells no side counts for either."""
        on = (levels for had, levels in self.named if side is None or not had or side in had)
        return lv.joints(level for levels in on for level in levels)

    def units(self, side: str) -> Interval:
        """Return how many joints the units on a side stand for."""
        here = [line for line in self.lines if not sides_of(line) or side in sides_of(line)]
        least = float(sum(line.units for line in here))
        return Interval(least, math.inf if any(line.cpt in OPEN_ENDED for line in here) else least)

    @property
    def incomplete(self) -> bool:
        """Whether some line names no level while another does."""
        return not self.told_by and any(not line.levels for line in self.lines)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Where lines and the procedures that tell their joints stand."""
        return (*places(self.lines), *evidence(self.told_by))


def _of_kind(view: CaseView, family: str, group: cpt.Group) -> tuple[Fact[Any], ...]:
    """Facet procedures of the family's kind with levels that the record puts into that part of the spine."""
    facts: Iterable[Fact[Any]] = (
        (f for f in view.case.ablations if f.value.target == "facet")
        if family == "facet_rfa"
        else (f for f in view.case.injections if f.value.kind in BLOCK_KINDS)
    )
    return tuple(
        f
        for f in facts
        if f.assertion in ("present", "planned")
        and f.value.levels
        and may_lie_in(f.value.region, f.value.levels, cpt.GROUP_REGIONS[group])
    )


def _billed(view: CaseView, fact: Fact[Any], lines: tuple[ClaimLine, ...], day: Day) -> bool:
    """Whether a performed procedure is that of the lines: done on their day, or told in their document.

    Lines with a day of their own in a document of another day are not for what that document performed.
    """
    done = fact.value.date
    if done is not None and day is not None and not first_day(done) <= day <= last_day(done):
        return False
    written = view.date_of(fact)
    if written is not None and written == day:
        return True
    same_document = fact.document in {e.document for e in places(lines)}
    return same_document and (written is None or not any(line.service_date for line in lines))


def _told_by(
    view: CaseView, family: str, group: cpt.Group, lines: tuple[ClaimLine, ...], day: Day
) -> tuple[Fact[Any], ...]:
    """Planned procedures for lines that name no joint; where none is planned, the performed ones."""
    found = _of_kind(view, family, group)
    planned = view.latest(f for f in found if f.value.status == "planned")
    return planned or view.latest(
        f for f in found if f.value.status == "performed" and _billed(view, f, lines, day)
    )


def sessions(view: CaseView) -> tuple[Session, ...]:
    """Return the sessions of facet procedures that the lines ask for, by day, kind and part of the spine."""
    found = []
    for day, lines in by_day(view, view.lines(FACET)).items():
        kinds: dict[tuple[str, cpt.Group], list[ClaimLine]] = {}
        for line in lines:
            entry = cpt.table()[line.cpt]
            if entry.group:
                kinds.setdefault((entry.family, entry.group), []).append(line)
        for (family, group), members in sorted(kinds.items()):
            named = tuple((sides_of(line), line.levels) for line in members if line.levels)
            told_by = () if named else _told_by(view, family, group, tuple(members), day)
            told = tuple((sides((f.value.laterality,)), tuple(f.value.levels)) for f in told_by)
            found.append(Session(day, family, group, tuple(members), named or told, told_by))
    for one in found:
        view.trail.add(
            f"joints named for {', '.join(codes_of(one.lines))}",
            ", ".join(lv.in_order(one.joints())) or "none",
            one.told_by,
        )
    return tuple(found)


def stray(levels: Iterable[str]) -> tuple[str, ...]:
    """Return names that make no joint: a nerve without its neighbour, thoracic nerves, words."""
    named = [level.strip().upper() for level in levels]
    used = {n for joint in lv.joints(n for n in named if not lv.segments(n)) for n in lv.nerves_of(joint)}
    return tuple(n for n in dict.fromkeys(named) if not lv.segments(n) and n not in used and n != "TON")


def told(count: Interval) -> str:
    """Tell a count of joints: ``2 joints``, ``at least 3 joints``."""
    joints = f"{count.low:.0f} joint{'' if count.low == 1 else 's'}"
    return joints if count.high == count.low else f"at least {joints}"
