"""Claim edits of CMS: pairs (NCCI PTP), units (MUE), add-on codes, global days and bilateral indicators.

CMS publishes the tables anew every quarter, so that an answer is good for the quarters that were read and for
no other day (``README.md`` beside this file says which those are). Every question has one of three answers:

- ``None``: the table of the day's quarter is complete for the codes and has no row. There is no edit.
- an answer whose ``known_on`` is true: the row of the day's quarter.
- an answer whose ``known_on`` is false: the day's quarter was not read for these codes, or no day was given.
  The fields hold what the nearest quarter says, so that a check can show it, and are None where none says
  anything. A check answers ``needs_review``.

>>> import datetime as dt
>>> edit = ptp("77003", "64635", dt.date(2024, 7, 1))
>>> edit.column_1, edit.column_2, edit.modifier_indicator, edit.known_on
('64635', '77003', '1', True)
>>> ptp("64633", "64635", dt.date(2024, 7, 1)) is None
True
>>> mue("64635", dt.date(2025, 7, 1)).known_on
False
"""

from __future__ import annotations

import datetime as dt
import functools
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from rules.codes import ncci_rows
from rules.codes.ncci_rows import R, Table, Tables, Verification, first_day, last_day, quarter_of

TableName = Literal["ptp", "mue", "add_on", "indicators"]


class Known(BaseModel):
    """What every answer carries.

    Attributes
    ----------
    known_on
        Whether the day asked lies in a quarter that the table covers for these codes. Without a day, false.
    quarter
        The quarter that the values are read from (``2024Q3``), or None where no quarter says anything.
    source, verification
        Where the rows of that quarter were read; ``primary`` where the file of CMS itself was.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    known_on: bool
    quarter: str | None = None
    source: str | None = None
    verification: Verification | None = None


class PtpEdit(Known):
    """An edit under which only one of two procedures is paid (NCCI procedure-to-procedure, practitioners).

    Attributes
    ----------
    column_1, column_2
        The code that is paid, and the one that is denied beside it; in the order asked where no row is.
    modifier_indicator
        ``0``: no modifier lifts the edit. ``1``: an NCCI modifier may, where the services are distinct. None
        where ``quarter`` has no edit of the pair, or no quarter says anything.
    effective, deleted
        First and last day of the edit, where the source says.
    rationale
        The words of CMS.
    """

    column_1: str
    column_2: str
    modifier_indicator: Literal["0", "1", "9"] | None = None
    effective: dt.date | None = None
    deleted: dt.date | None = None
    rationale: str | None = None


class Mue(Known):
    """The most units of a code that are paid (NCCI medically unlikely edit, practitioner services).

    Attributes
    ----------
    units
        Units a claim line or day, or None where nothing is known.
    adjudication_indicator
        MAI. ``1``: counted on each claim line. ``2``: over the day, set by policy. ``3``: over the day, set
        by clinical benchmark.
    rationale
        The words of CMS, where the source gives them.
    """

    code: str
    units: int | None = None
    adjudication_indicator: Literal["1", "2", "3"] | None = None
    rationale: str | None = None


class AddOn(Known):
    """The primaries, one of which an add-on code must stand beside.

    ``edit_type`` is CMS's: ``1`` where the primaries are listed in full, ``2`` where contractors decide,
    ``3`` where both hold. ``primaries`` is empty and ``edit_type`` None where nothing is known.
    """

    code: str
    primaries: tuple[str, ...] = ()
    edit_type: Literal["1", "2", "3"] | None = None


class Indicator(Known):
    """One indicator of the Physician Fee Schedule; ``value`` is None where nothing is known."""

    code: str
    value: str | None = None


class Edits:
    """The questions, over one file of tables."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._pairs = _index(tables.ptp.rows)
        self._mue = _index(tables.mue.rows)
        self._add_on = _index(tables.add_on.rows)
        self._indicators = _index(tables.indicators.rows)

    def ptp(self, first: str, second: str, on: dt.date | None) -> PtpEdit | None:
        """Look for an edit between two codes, whichever of them stands in column 1."""
        known = _known(self.tables.ptp, (first, second), on)
        if known.quarter is not None:
            day = on if on and known.known_on else last_day(known.quarter)
            rows = (*self._pairs.get((first, second), ()), *self._pairs.get((second, first), ()))
            for row in rows:
                if known.quarter in row.quarters and row.in_force(day):
                    return PtpEdit(**dict(known), **row.model_dump(exclude={"quarters"}))
            if known.known_on:
                return None
        return PtpEdit(**dict(known), column_1=first, column_2=second)

    def mue(self, code: str, on: dt.date | None) -> Mue | None:
        """Return the units of a code that are paid on a day."""
        known = _known(self.tables.mue, (code,), on)
        for row in self._mue.get((code,), ()):
            if known.quarter in row.quarters:
                return Mue(**dict(known), **row.model_dump(exclude={"quarters"}))
        return None if known.known_on else Mue(**dict(known), code=code)

    def primaries(self, add_on: str, on: dt.date | None) -> AddOn | None:
        """Return the primaries of an add-on code on a day; None where the code is known not to be one."""
        known = _known(self.tables.add_on, (add_on,), on)
        rows = [row for row in self._add_on.get((add_on,), ()) if known.quarter in row.quarters]
        if rows:
            codes = tuple(row.primary for row in rows)
            return AddOn(**dict(known), code=add_on, primaries=codes, edit_type=rows[0].edit_type)
        return None if known.known_on else AddOn(**dict(known), code=add_on)

    def global_days(self, code: str, on: dt.date | None = None) -> Indicator | None:
        """Return the global period: ``000``, ``010`` or ``090`` days, ``ZZZ`` where that of the primary."""
        return self._indicator(code, on, "global_days")

    def bilateral(self, code: str, on: dt.date | None = None) -> Indicator | None:
        """Return the bilateral indicator.

        ``0``: no bilateral adjustment. ``1``: modifier 50 pays 150 per cent. ``2``: priced as bilateral
        already. ``3``: each side paid in full. ``9``: the concept does not apply; modifier 50 has no place.
        """
        return self._indicator(code, on, "bilateral_indicator")

    def _indicator(self, code: str, on: dt.date | None, field: str) -> Indicator | None:
        known = _known(self.tables.indicators, (code,), on)
        for row in self._indicators.get((code,), ()):
            if known.quarter in row.quarters:
                return Indicator(**dict(known), code=code, value=getattr(row, field))
        return None if known.known_on else Indicator(**dict(known), code=code)

    def quarters(self, table: TableName) -> tuple[str, ...]:
        """Return the quarters of which a table holds anything, oldest first."""
        chosen: Table[Any] = getattr(self.tables, table)
        return tuple(sorted(chosen.quarters))


def _index(rows: Iterable[R]) -> dict[tuple[str, ...], list[R]]:
    found: dict[tuple[str, ...], list[R]] = defaultdict(list)
    for row in rows:
        found[row.codes()].append(row)
    return dict(found)


def _known(table: Table[Any], codes: tuple[str, ...], on: dt.date | None) -> Known:
    """Choose the quarter that answers: the day's own, else the nearest before it, else the first after it."""
    read = sorted(name for name, q in table.quarters.items() if q.complete_for.issuperset(codes))
    if not read:
        return Known(known_on=False)
    own = quarter_of(on) if on else None
    if own in read:
        name, known_on = own, True
    else:
        before = [q for q in read if on is None or first_day(q) <= on]
        name, known_on = (before[-1] if before else read[0]), False
    quarter = table.quarters[name]
    return Known(known_on=known_on, quarter=name, source=quarter.source, verification=quarter.verification)


@functools.cache
def shipped() -> Edits:
    """Return the edits of the tables beside this module."""
    return Edits(ncci_rows.shipped())


def read(path: Path) -> Edits:
    """Return the edits of another file that :mod:`rules.codes.build_ncci` wrote."""
    return Edits(ncci_rows.read(path))


def ptp(first: str, second: str, on: dt.date | None) -> PtpEdit | None:
    """Look for an edit between two codes, whichever of them stands in column 1; see :class:`PtpEdit`."""
    return shipped().ptp(first, second, on)


def mue(code: str, on: dt.date | None) -> Mue | None:
    """Return the units of a code that are paid on a day; see :class:`Mue`."""
    return shipped().mue(code, on)


def primaries(add_on: str, on: dt.date | None) -> AddOn | None:
    """Return the primaries of an add-on code on a day; None where the code is known not to be one."""
    return shipped().primaries(add_on, on)


def global_days(code: str, on: dt.date | None = None) -> Indicator | None:
    """Return the global period of a code; see :meth:`Edits.global_days`."""
    return shipped().global_days(code, on)


def bilateral(code: str, on: dt.date | None = None) -> Indicator | None:
    """Return the bilateral indicator of a code; see :meth:`Edits.bilateral`."""
    return shipped().bilateral(code, on)


def quarters(table: TableName) -> tuple[str, ...]:
    """Return the quarters of which a table holds anything, oldest first."""
    return shipped().quarters(table)


def version() -> str:
    """Name the quarters of each table, for the record of an assessment."""
    return "; ".join(f"{name} {' '.join(quarters(name))}" for name in ("ptp", "mue", "add_on", "indicators"))
