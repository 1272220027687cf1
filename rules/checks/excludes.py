"""Submitted codes that an Excludes1 note keeps apart, and what speaks for their being unrelated.

The classification lets two codes of such a pair stand together where the conditions are unrelated. Codes of
different regions may be, and so may codes that the record calls unrelated; C4 hands these to a reviewer, C3
takes the rest.
"""

from __future__ import annotations

import dataclasses
import itertools

from rules.case import Diagnosis, Fact
from rules.codes import icd10cm
from rules.values import Rationale
from rules.view import CaseView


@dataclasses.dataclass(frozen=True)
class Pair:
    """Two submitted codes and the code of the tabular list whose Excludes1 note bars them."""

    one: Diagnosis
    other: Diagnosis
    note: str
    said: tuple[Fact[Rationale], ...]

    @property
    def apart(self) -> bool:
        """Whether the two codes speak of different regions."""
        return icd10cm.other_region(self.one.code, self.other.code)

    @property
    def may_stand(self) -> bool:
        """Whether the two may be unrelated: of different regions, or documented as unrelated."""
        return self.apart or bool(self.said)


def _said_unrelated(view: CaseView) -> tuple[Fact[Rationale], ...]:
    """Return statements that conditions are unrelated, as the latest document that speaks of it has them."""
    told = view.latest(f for f in view.case.rationales if f.value.kind == "unrelated_conditions")
    found = tuple(f for f in told if f.assertion == "present")
    view.trail.add(
        "statements that conditions are unrelated", ", ".join(f.id for f in found) or "none", found
    )
    return found


def excluded_pairs(view: CaseView) -> tuple[Pair, ...]:
    """Return every two submitted codes between which an Excludes1 note stands."""
    barred = [
        (one, other, note)
        for one, other in itertools.combinations(view.diagnoses, 2)
        if (note := icd10cm.excludes1(one.code, other.code))
    ]
    told = (f"{one.code} with {other.code} (at {note})" for one, other, note in barred)
    view.trail.add(
        f"Excludes1 notes between submitted codes, tabular list of {icd10cm.release()}",
        ", ".join(told) or "none",
    )
    said = _said_unrelated(view) if barred else ()
    return tuple(Pair(one, other, note, said) for one, other, note in barred)
