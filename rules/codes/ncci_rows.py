"""The file of claim edits (``ncci.json``): its rows, its quarters and where each quarter was read.

A row stands once with the list of quarters in which it was seen, so that an edit that did not change costs
one row. ``complete_for`` of a quarter names the codes whose rows are all there: only of those does a missing
row mean that there is no edit.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import re
from abc import abstractmethod
from importlib import resources
from pathlib import Path
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

Verification = Literal["primary", "secondary"]
QuarterName = Annotated[str, Field(pattern=r"^\d{4}Q[1-4]$")]

_MONTHS_A_QUARTER = 3
_QUARTERS_A_YEAR = 4


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Row(_Frozen):
    """What every row has: the quarters in which it was seen."""

    quarters: tuple[QuarterName, ...]

    @abstractmethod
    def codes(self) -> tuple[str, ...]:
        """The codes that the row is looked up by."""


class PtpRow(Row):
    """A pair of procedures, of which the first is paid (NCCI procedure-to-procedure edits, practitioners)."""

    column_1: str
    column_2: str
    effective: dt.date | None = None
    deleted: dt.date | None = None
    modifier_indicator: Literal["0", "1", "9"]
    rationale: str | None = None

    def codes(self) -> tuple[str, ...]:
        """Both codes of the pair."""
        return self.column_1, self.column_2

    def in_force(self, on: dt.date) -> bool:
        """Whether the edit holds on that day: the deletion date is its last, and indicator 9 never held."""
        if self.modifier_indicator == "9":
            return False
        begun = self.effective is None or self.effective <= on
        return begun and (self.deleted is None or on <= self.deleted)


class MueRow(Row):
    """The units of a code (NCCI medically unlikely edits, practitioner services)."""

    code: str
    units: Annotated[int, Field(ge=0)]
    adjudication_indicator: Literal["1", "2", "3"]
    rationale: str | None = None

    def codes(self) -> tuple[str, ...]:
        """The code."""
        return (self.code,)


class AddOnRow(Row):
    """An add-on code and one of its primaries (NCCI add-on code edits); the type is CMS's, 1 to 3."""

    add_on: str
    primary: str
    edit_type: Literal["1", "2", "3"]

    def codes(self) -> tuple[str, ...]:
        """The add-on code: its list of primaries is what is complete."""
        return (self.add_on,)


class IndicatorRow(Row):
    """Global days and bilateral indicator of a code (Physician Fee Schedule, relative value file)."""

    code: str
    global_days: str
    bilateral_indicator: Literal["0", "1", "2", "3", "9"]

    def codes(self) -> tuple[str, ...]:
        """The code."""
        return (self.code,)


R = TypeVar("R", bound=Row)


class QuarterSource(_Frozen):
    """Where the rows of a quarter were read, and for which codes they are all there."""

    source: str
    verification: Verification
    complete_for: frozenset[str]


class Table(_Frozen, Generic[R]):
    """One table: its quarters and its rows."""

    quarters: dict[QuarterName, QuarterSource]
    rows: tuple[R, ...]

    @model_validator(mode="after")
    def _rows_lie_within_their_quarters(self) -> Table[R]:
        for row in self.rows:
            for quarter in row.quarters:
                if quarter not in self.quarters or not self.quarters[quarter].complete_for.issuperset(
                    row.codes()
                ):
                    raise ValueError(f"{'/'.join(row.codes())}: not among the codes of quarter {quarter}")
        return self


class Tables(_Frozen):
    """The whole file."""

    system: Literal["NCCI"]
    regenerate: str
    ptp: Table[PtpRow]
    mue: Table[MueRow]
    add_on: Table[AddOnRow]
    indicators: Table[IndicatorRow]


def quarter_of(day: dt.date) -> str:
    """Name the calendar quarter of a day: ``2024Q3``."""
    return f"{day.year:04d}Q{(day.month - 1) // _MONTHS_A_QUARTER + 1}"


def first_day(quarter: str) -> dt.date:
    """First day of a quarter such as ``2024Q3``.

    Raises
    ------
    ValueError
        Where the name is not of that form.
    """
    match = re.fullmatch(r"(\d{4})Q([1-4])", quarter)
    if match is None:
        raise ValueError(f"{quarter!r} is not a quarter; write it as 2026Q4")
    return dt.date(int(match[1]), (int(match[2]) - 1) * _MONTHS_A_QUARTER + 1, 1)


def last_day(quarter: str) -> dt.date:
    """Last day of a quarter such as ``2024Q3``."""
    year, number = first_day(quarter).year, int(quarter[-1])
    following = f"{year + 1:04d}Q1" if number == _QUARTERS_A_YEAR else f"{year:04d}Q{number + 1}"
    return first_day(following) - dt.timedelta(days=1)


def read(path: Path) -> Tables:
    """Read a file that :mod:`rules.codes.build_ncci` wrote.

    Raises
    ------
    pydantic.ValidationError
        Where the file is not of that form.
    """
    return Tables.model_validate(json.loads(path.read_text("utf-8")))


@functools.cache
def shipped() -> Tables:
    """Return the tables beside this module."""
    return Tables.model_validate(
        json.loads(resources.files(__package__).joinpath("ncci.json").read_text("utf-8"))
    )
