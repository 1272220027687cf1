"""Pairs of requested codes under a claim edit, and what to say where the quarter was not read."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterable
from typing import Literal

from rules.case import ClaimLine
from rules.checks.claim_lines import DISTINCT, Day, by_day, codes_of
from rules.codes import cpt, ncci
from rules.codes.ncci import Known, PtpEdit
from rules.codes.ncci_rows import quarter_of
from rules.view import CaseView

Indicator = Literal["0", "1"]
_OPPOSITE = ("RT", "LT")


@dataclasses.dataclass(frozen=True)
class Clash:
    """Two services of one day that edits join: the edits, and the lines of column 1 and of column 2."""

    day: Day
    edits: tuple[PtpEdit, ...]
    first: tuple[ClaimLine, ...]
    second: tuple[ClaimLine, ...]

    @property
    def lines(self) -> tuple[ClaimLine, ...]:
        """All lines concerned."""
        return (*self.first, *self.second)

    @property
    def known_on(self) -> bool:
        """Whether the edits of the day's quarter were read."""
        return self.edits[0].known_on

    @property
    def called_distinct(self) -> bool:
        """Whether the claim calls the services distinct: an NCCI modifier, or RT on one and LT on another."""
        if any(m in DISTINCT for line in self.lines for m in line.modifiers):
            return True
        told = {
            frozenset(m for line in part for m in line.modifiers if m in _OPPOSITE)
            for part in (self.first, self.second)
        }
        return told == {frozenset({m}) for m in _OPPOSITE}


def _service(code: str) -> tuple[str, str]:
    entry = cpt.lookup(code)
    return (entry.family, entry.group or "") if entry else (code, "")


def clashes(
    view: CaseView, indicator: Indicator, concerns: Callable[[str, str], bool] = lambda first, second: True
) -> tuple[Clash, ...]:
    """Return the edits among the requested codes of one day, those between two services together.

    Parameters
    ----------
    view
        The case on the day asked; a line's own service date goes before it.
    indicator
        NCCI modifier indicator: ``0`` no modifier lifts the edit, ``1`` one may.
    concerns
        Which pairs of codes (column 1, column 2) to look at.
    """
    found: list[Clash] = []
    for day, lines in by_day(view, view.lines()).items():
        groups: dict[object, list[PtpEdit]] = {}
        for one, other in itertools.combinations(codes_of(lines), 2):
            edit = ncci.ptp(one, other, day)
            if edit and edit.modifier_indicator == indicator and concerns(edit.column_1, edit.column_2):
                key = (_service(edit.column_1), _service(edit.column_2), edit.known_on)
                groups.setdefault(key, []).append(edit)
        for edits in groups.values():
            first, second = ({getattr(e, column) for e in edits} for column in ("column_1", "column_2"))
            found.append(
                Clash(
                    day,
                    tuple(edits),
                    tuple(line for line in lines if line.cpt in first),
                    tuple(line for line in lines if line.cpt in second),
                )
            )
    view.trail.add(
        f"claim edits with modifier indicator {indicator} among the requested codes",
        ", ".join(f"{e.column_1} with {e.column_2} ({e.quarter})" for c in found for e in c.edits) or "none",
    )
    return tuple(found)


def outside(answer: Known, day: Day) -> str:
    """Say that the table of the day's quarter was not read, which one was, and how to load it."""
    asked = f"{day.isoformat()} ({quarter_of(day)})" if day else "an unknown day"
    return (
        f"The table that was read is that of {answer.quarter} ({answer.source}); the service is of {asked}. "
        "Load the files that CMS publishes for that quarter (rules/codes/README.md) before relying on it."
    )


def read_quarters(table: ncci.TableName) -> str:
    """Name the quarters of which a table was read: ``2024Q3``."""
    return ", ".join(ncci.quarters(table))


def paired(clash: Clash) -> Iterable[str]:
    """Tell the pairs of a clash: ``64493 beside 64635``."""
    return (f"{e.column_2} beside {e.column_1}" for e in clash.edits)
