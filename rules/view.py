"""What checks ask of a case: the request by service, the present by region, the past by date.

Facts of several documents stand side by side in a case. This view settles which of them speaks for the
present: the latest-dated document that says anything. Earlier ones stay in the case as evidence.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypeVar

from rules import levels as lv
from rules.asof import as_of
from rules.case import Case, ClaimLine, Diagnosis, Fact
from rules.codes import cpt, icd10cm
from rules.trail import Trail
from rules.values import Radicular, RedFlag, RedFlagKind, Region, Surgery, Value

V = TypeVar("V", bound=Value)
Status = Literal["present", "absent", "historical", "uncertain", "not_documented"]

REGIONS: tuple[Region, ...] = ("cervical", "thoracic", "lumbar")
FACET_ABLATION = ("facet_rfa",)
FACET = ("facet_rfa", "facet_block", "facet_block_ultrasound")
SPINAL = (*FACET, "epidural")
#: Documents that do not speak for the present where a visit does.
_BYSTANDERS = ("imaging", "therapy_discharge")
#: Of statements of one day, what outweighs what: positive evidence beats a template denial.
_RANK: dict[str, int] = {"present": 0, "uncertain": 1, "historical": 2, "absent": 3}
#: A fact that is not the patient's own, or not real.
_UNREAL = ("family", "hypothetical")


@dataclasses.dataclass(frozen=True)
class Standing:
    """A status with the facts that carry it."""

    status: Status
    facts: tuple[Fact[Radicular], ...] = ()


class CaseView:
    """A case as seen on one day.

    Parameters
    ----------
    case
        The structured case.
    on
        The day of the question, or None where nothing is dated.
    trail
        Where the answers are noted.
    """

    def __init__(self, case: Case, on: dt.date | None, trail: Trail | None = None) -> None:
        self.trail = trail or Trail()
        #: The case without events after the day, and those events.
        self.case, self.later = as_of(case, on)
        self.on = on
        self._dates = {d.id: d.date for d in case.documents}
        self._kinds = {d.id: d.kind for d in case.documents}

    # -- the request -----------------------------------------------------------------------------

    @property
    def diagnoses(self) -> tuple[Diagnosis, ...]:
        """Diagnoses as submitted, each code once, with the evidence of all its mentions."""
        merged: dict[str, Diagnosis] = {}
        for dx in self.case.request.diagnoses:
            known = merged.get(dx.code)
            if known is None:
                merged[dx.code] = dx
            else:
                evidence = (*known.evidence, *(e for e in dx.evidence if e not in known.evidence))
                merged[dx.code] = known.model_copy(
                    update={"evidence": evidence, "description": known.description or dx.description}
                )
        return tuple(merged.values())

    def diagnoses_under(self, *prefixes: str) -> tuple[Diagnosis, ...]:
        """Diagnoses whose code starts with one of the prefixes."""
        found = tuple(dx for dx in self.diagnoses if dx.code.startswith(prefixes))
        self._saw(f"submitted diagnoses under {', '.join(prefixes)}", (dx.code for dx in found))
        return found

    def _saw(self, asked: str, found: Iterable[str], facts: Iterable[Fact[Any]] = ()) -> None:
        """Note an answer in the trail; ``none`` where there is nothing."""
        self.trail.add(asked, ", ".join(found) or "none", facts)

    def lines(self, families: Iterable[str] | None = None) -> tuple[ClaimLine, ...]:
        """Requested lines, all or those of some service families."""
        wanted = None if families is None else set(families)
        return tuple(
            line
            for line in self.case.request.lines
            if wanted is None or ((entry := cpt.lookup(line.cpt)) is not None and entry.family in wanted)
        )

    def asks_for(self, families: Iterable[str]) -> bool:
        """Whether a line of one of the families is requested."""
        return bool(self.lines(families))

    def requested_regions(self, families: Iterable[str]) -> tuple[Region, ...]:
        """Regions that the lines of some families reach, from the neck down.

        A code for "cervical or thoracic" is narrowed by the levels on its line, then by the diagnoses.
        """
        found: set[str] = set()
        for line in self.lines(families):
            entry = cpt.lookup(line.cpt)
            if entry is None or entry.group is None:
                continue
            allowed = set(cpt.GROUP_REGIONS[entry.group])
            by_levels = allowed & lv.regions(line.levels)
            by_codes = allowed & {r for dx in self.diagnoses for r in icd10cm.regions_of(dx.code)}
            chosen = by_levels or by_codes or allowed
            found |= {"lumbar" if r == "sacral" else r for r in chosen}
        regions = tuple(r for r in REGIONS if r in found)
        self._saw("regions of the request", regions)
        return regions

    def requested_joints(self, families: Iterable[str]) -> frozenset[str]:
        """Facet joints that the lines of some families name; empty where they name none."""
        joints = lv.joints(level for line in self.lines(families) for level in line.levels)
        self._saw("requested facet joints", lv.in_order(joints))
        return joints

    def requested_sides(self, families: Iterable[str]) -> frozenset[str]:
        """Sides that the lines of some families name: a subset of left and right."""
        asked = sides(line.laterality for line in self.lines(families))
        self._saw("requested sides", sorted(asked))
        return asked

    # -- the present -----------------------------------------------------------------------------

    def date_of(self, fact: Fact[V]) -> dt.date | None:
        """Return the date of the document that a fact stands in."""
        return self._dates.get(fact.document)

    def kind_of(self, fact: Fact[V]) -> str | None:
        """Return the kind of the document that a fact stands in."""
        return self._kinds.get(fact.document)

    def latest(self, facts: Iterable[Fact[V]]) -> tuple[Fact[V], ...]:
        """Facts of the latest-dated document among them, together with those of undated documents.

        A document after the day speaks only where none up to the day does.
        """
        real = [f for f in facts if f.assertion not in _UNREAL]
        visits = [f for f in real if self._kinds.get(f.document) not in _BYSTANDERS]
        pool = visits or real
        days = {d for f in pool if (d := self.date_of(f))}
        day = max((d for d in days if self.on is None or d <= self.on), default=max(days, default=None))
        return tuple(f for f in pool if self.date_of(f) in (day, None))

    def radicular(self, region: Region) -> Standing:
        """Radicular status of a region at the latest visit that says anything of it.

        Where an undated document says "present" and the latest dated one does not, the status is uncertain.
        """
        standing = self._radicular(region)
        self.trail.add(f"radicular status, {region}", standing.status.replace("_", " "), standing.facts)
        return standing

    def _radicular(self, region: Region) -> Standing:
        said = [
            f for f in self.case.radicular if f.value.region == region and f.value.status != "not_documented"
        ]
        speaking = self.latest(said)
        if not speaking:
            return Standing("not_documented")
        best = min((f.value.status for f in speaking), key=_RANK.__getitem__)
        dated = [f for f in speaking if self.date_of(f)]
        if dated and best == "present" and all(f.value.status in ("absent", "historical") for f in dated):
            return Standing("uncertain", speaking)
        return Standing(best, tuple(f for f in speaking if f.value.status == best))

    def worst_radicular(self, regions: Sequence[Region]) -> Standing:
        """Return the weightiest status of several regions: present, uncertain, historical, absent, silent."""
        found = [self.radicular(r) for r in regions]
        return min(found, key=lambda s: _RANK.get(s.status, 9), default=Standing("not_documented"))

    def red_flags(self, *kinds: RedFlagKind) -> dict[str, tuple[Fact[RedFlag], ...]]:
        """Red flags by what the latest mention of each kind says: ``present``, ``uncertain``, ``absent``."""
        out: dict[str, tuple[Fact[RedFlag], ...]] = {"present": (), "uncertain": (), "absent": ()}
        known = sorted({f.value.kind for f in self.case.red_flags if not kinds or f.value.kind in kinds})
        for kind in known:
            facts = self.latest(f for f in self.case.red_flags if f.value.kind == kind)
            for status in ("present", "uncertain", "absent"):
                carrying = tuple(f for f in facts if f.assertion == status)
                if carrying:
                    out[status] += carrying
                    break
        told = [f"{status}: {len(facts)}" for status, facts in out.items() if facts]
        self._saw(
            f"red flags ({', '.join(kinds) or 'all kinds'})", told, (f for fs in out.values() for f in fs)
        )
        return out

    def fusions(self, regions: Sequence[Region]) -> tuple[Fact[Surgery], ...]:
        """Past fusions that may lie in the regions: those of another region or planned only are left out."""
        found = tuple(
            f
            for f in self.case.surgeries
            if f.value.kind == "fusion"
            and self.is_past(f, f.value.status)
            and may_lie_in(f.value.region, f.value.levels, regions)
        )
        self._saw(f"past fusions ({', '.join(regions) or 'anywhere'})", (f.id for f in found), found)
        return found

    def is_past(self, fact: Fact[V], status: str) -> bool:
        """Whether a procedure lies in the past: told so, or performed in a document before the day asked."""
        if fact.assertion in (*_UNREAL, "absent", "planned", "declined", "uncertain"):
            return False
        if status == "performed":
            day = self.date_of(fact)
            return day is not None and self.on is not None and day < self.on
        return status == "past"


def may_lie_in(region: str, levels: Iterable[str], regions: Sequence[str]) -> bool:
    """Whether something of a region and levels may lie in one of the regions; levels outweigh the region.

    An unknown region may lie anywhere; ``other`` (an ankle) lies nowhere in the spine.
    """
    wanted = {*regions, *(("sacral",) if "lumbar" in regions else ())}
    named = lv.regions(levels) | {r for s in lv.all_segments(levels) for r in lv.regions(s.split("-"))}
    if named:
        return bool(named & wanted)
    return region == "unknown" or region in wanted


def sides(lateralities: Iterable[str]) -> frozenset[str]:
    """Return the sides that lateralities name: bilateral is left and right, unknown is none."""
    found: set[str] = set()
    for side in lateralities:
        if side == "bilateral":
            found |= {"left", "right"}
        elif side in ("left", "right"):
            found.add(side)
    return frozenset(found)
