"""Read the claim-edit files as CMS publishes them: PTP text and MUE csv, for practitioners.

Both begin with notices and headings, which may be wrapped over several lines, and may close with some. What
comes before the first row and after the last is passed over. Between rows nothing else may stand, and a line
that begins with a code must be a row, so that a file that is cut or has another layout is refused, not read
in part. The files are in Latin-1.
"""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

#: CPT category I and III, HCPCS level II.
_CODE = re.compile(r"[0-9A-Z][0-9]{3}[0-9A-Z]")
_NO_DATE = ("", "*")


class LayoutError(ValueError):
    """A file that is not in CMS's layout; the message names file and line, and what was expected."""


@dataclasses.dataclass(frozen=True)
class PtpLine:
    """A row of a PTP file; ``deleted`` is None for an edit without deletion date."""

    column_1: str
    column_2: str
    effective: dt.date | None
    deleted: dt.date | None
    modifier_indicator: str
    rationale: str


@dataclasses.dataclass(frozen=True)
class MueLine:
    """A row of an MUE file; the adjudication indicator is the leading digit of CMS's words."""

    code: str
    units: int
    adjudication_indicator: str
    rationale: str


def _date(text: str) -> dt.date | None:
    if text in _NO_DATE:
        return None
    if not re.fullmatch(r"\d{8}", text):
        raise ValueError(text)
    return dt.date(int(text[:4]), int(text[4:6]), int(text[6:]))


def _ptp_line(cells: list[str]) -> PtpLine | None:
    """Read tab-separated cells: code, code, flag (before 1996), effective, deletion, modifier, rationale."""
    if len(cells) != 7 or not (_CODE.fullmatch(cells[0]) and _CODE.fullmatch(cells[1])):
        return None
    first, second, flag, effective, deleted, modifier, rationale = cells
    if modifier not in ("0", "1", "9") or flag not in _NO_DATE:
        return None
    try:
        return PtpLine(first, second, _date(effective), _date(deleted), modifier, rationale)
    except ValueError:
        return None


class _Rows:
    """Tells whether what has been read so far is notices, then rows, then notices again."""

    def __init__(self, path: Path, what: str) -> None:
        self.path, self.what = path, what
        self.begun = False
        self.notice: int | None = None

    def row(self) -> None:
        """Take note of a row."""
        if self.notice is not None:
            raise LayoutError(f"{self.path.name}, line {self.notice}: not a row of {self.what}, between rows")
        self.begun = True

    def other(self, number: int, cells: list[str]) -> None:
        """Take note of a line that is no row."""
        if _CODE.fullmatch(cells[0]):
            raise LayoutError(
                f"{self.path.name}, line {number}: no row of {self.what}, though a code begins it"
            )
        if self.begun and any(cells) and self.notice is None:
            self.notice = number

    def end(self) -> None:
        """Refuse a file without any row."""
        if not self.begun:
            raise LayoutError(f"{self.path.name}: no row of {self.what} in it")


def read_ptp(path: Path) -> Iterator[PtpLine]:
    """Read one part of the practitioner PTP edits (``ccipra-v…-f1.txt``).

    Raises
    ------
    LayoutError
        Where the file is not in CMS's layout.
    """
    seen = _Rows(path, "PTP edits (seven cells by tab)")
    with path.open(encoding="latin-1") as file:
        for number, line in enumerate(file, 1):
            cells = [cell.strip().strip('"') for cell in line.rstrip("\r\n").split("\t")]
            while len(cells) > 7 and not cells[-1]:
                cells.pop()
            row = _ptp_line(cells)
            if row is None:
                seen.other(number, cells)
            else:
                seen.row()
                yield row
    seen.end()


def _mue_line(cells: list[str]) -> MueLine | None:
    """Read cells: code, units, adjudication indicator (``2 Date of Service Edit: Policy``), rationale."""
    if len(cells) != 4 or not _CODE.fullmatch(cells[0]) or not cells[1].isdecimal():
        return None
    if not re.match(r"[123](?!\d)", cells[2]):
        return None
    return MueLine(cells[0], int(cells[1]), cells[2][0], cells[3])


def read_mue(path: Path) -> Iterator[MueLine]:
    """Read the practitioner services MUE table (``MCR_MUE_PractitionerServices_Eff_….csv``).

    Raises
    ------
    LayoutError
        Where the file is not in CMS's layout, or its heading speaks of other services.
    """
    seen = _Rows(path, "MUE values (four cells of csv)")
    with path.open(encoding="latin-1", newline="") as file:
        reader = csv.reader(file)
        for record in reader:
            cells = [cell.strip() for cell in record] or [""]
            while len(cells) > 4 and not cells[-1]:
                cells.pop()
            row = _mue_line(cells)
            if row is not None:
                seen.row()
                yield row
                continue
            if len(cells) > 1 and "MUE Values" in cells[1] and "Practitioner" not in cells[1]:
                raise LayoutError(f"{path.name}: {cells[1]}, not those of practitioner services")
            seen.other(reader.line_num, cells)
    seen.end()
