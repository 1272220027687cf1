"""Claim lines as a payer reads them: the day of a line, its side, its modifiers, whose claim it stands on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Literal

from rules.case import ClaimLine, Evidence
from rules.checks.base import listed
from rules.codes import cpt
from rules.view import CaseView, sides

#: One procedure on both sides (CPT modifier).
BILATERAL = "50"
#: Modifiers that call a service distinct from another of the same day: NCCI's 59 and its closer forms, for
#: another encounter, practitioner, structure, or a service that does not overlap.
DISTINCT = ("59", "XE", "XP", "XS", "XU")
_SIDES = {"RT": "right", "LT": "left", BILATERAL: "bilateral"}

Kind = Literal["professional", "facility"]
Day = dt.date | None


def day_of(view: CaseView, line: ClaimLine) -> Day:
    """Return the day of a line: its own service date, else the day asked."""
    return line.service_date or view.on


def by_day(view: CaseView, lines: Iterable[ClaimLine]) -> dict[Day, tuple[ClaimLine, ...]]:
    """Return lines by their day, oldest first; lines without any day come first."""
    found: dict[Day, tuple[ClaimLine, ...]] = {}
    for line in sorted(lines, key=lambda one: day_of(view, one) or dt.date.min):
        day = day_of(view, line)
        found[day] = (*found.get(day, ()), line)
    return found


def sides_of(line: ClaimLine) -> frozenset[str]:
    """Return the sides of a line, by its words and its modifiers RT, LT and 50; empty where it names none."""
    return sides((line.laterality,)) | sides(_SIDES[m] for m in line.modifiers if m in _SIDES)


def family_of(line: ClaimLine) -> str | None:
    """Return the service family of a line's code, or None where the code is unknown to us."""
    entry = cpt.lookup(line.cpt)
    return entry.family if entry else None


def is_guidance(code: str) -> bool:
    """Whether a code is imaging guidance and no procedure of its own."""
    entry = cpt.lookup(code)
    return entry is not None and entry.role == "guidance"


def codes_of(lines: Iterable[ClaimLine]) -> tuple[str, ...]:
    """Return the codes of lines, each once, in ascending order."""
    return tuple(sorted({line.cpt for line in lines}))


def places(lines: Iterable[ClaimLine]) -> tuple[Evidence, ...]:
    """Return where the lines stand in the record."""
    return tuple(e for line in lines for e in line.evidence)


def claim_kind(view: CaseView) -> Kind | None:
    """Return whose claim it is, as stated; in an office there is only the professional's."""
    request = view.case.request
    kind: Kind | None = request.claim_kind or ("professional" if request.setting == "office" else None)
    view.trail.add("kind of claim", f"{kind or 'not stated'}, setting {request.setting or 'not stated'}")
    return kind


def told(lines: Sequence[ClaimLine]) -> str:
    """Write lines for a message: ``64635-RT x 1 and 64635-LT x 1``."""
    return listed(f"{'-'.join((line.cpt, *line.modifiers))} x {line.units}" for line in lines)


def agree(codes: Sequence[str], one: str, many: str) -> str:
    """Return codes with the verb that agrees with their number: ``64635 asks``, ``64635 and 64636 ask``."""
    return f"{listed(codes)} {one if len(codes) == 1 else many}"
