"""Rows of a treatment table ("PT|3/4/25 to 4/29/25|16|no lasting relief"), read with their header."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractors.facts import Span
from extractors.note import Note, fold
from extractors.quantities import parse_number
from extractors.therapies.choices import choice_cells, under_header

_VISITS = re.compile(r"visit|session|# of|number|\bno\.|times|\btx\b", re.IGNORECASE)
_WIDE_GAP = re.compile(r"[ \u00a0]{3,}")
_COUNT = re.compile(r"^(?:x\s?)?(\d{1,3}|[a-z-]{3,12})(?:\s?(?:visits?|sessions?|x|times))?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """A table row: its place in the note, its cells (folded), and the number of visits if a cell gives it."""

    span: Span
    cells: tuple[str, ...]
    visits: float | None
    #: Whether it is a line of a form, read with the chosen answers only.
    form: bool = False


def _cells(line: str) -> list[str]:
    """The cells of a line: between bars, tabs, or runs of three blanks and more."""
    line = line.strip()
    if line.count("|") >= 2:
        parts = line.strip("|").split("|")
    elif line.count("\t") >= 2:
        parts = line.split("\t")
    else:
        parts = _WIDE_GAP.split(line)
    return [fold(c)[0].strip() for c in parts]


def _is_row(line: str) -> bool:
    return line.count("|") >= 2 or line.strip().count("\t") >= 2 or len(_WIDE_GAP.findall(line.strip())) >= 2


def row_at(note: Note, offset: int) -> Row | None:
    """The table row in which ``offset`` stands, or None where its line is no table row."""
    low, high = max(0, offset - 402), min(len(note.text), offset + 402)
    start = note.text.rfind("\n", low, offset) + 1 or low
    end = note.text.find("\n", offset, high)
    end = high if end < 0 else end
    line = note.text[start:end]
    if len(line) > 400:
        return None
    first = start + len(line) - len(line.lstrip())
    chosen = choice_cells(note, start, line)
    if chosen is not None:
        folded = tuple(under_header(note, start, _joined([fold(c)[0].strip() for c in chosen])))
        return Row(Span(first, start + len(line.rstrip())), folded, None, True)
    if not _is_row(line):
        return None
    cells = _cells(line)
    cells = under_header(note, start, _joined(cells))
    return Row(Span(first, start + len(line.rstrip())), tuple(cells), _visits(note, start, cells))


_DATE_CELL = re.compile(
    r"(?:\d{1,2}[/-]\d{1,2}[/-]\d{2,4}|\d{1,2}/\d{2,4}|\d{4}-\d{2}(?:-\d{2})?|[A-Za-z]{3,9}\.? (?:\d{1,2},? )?\d{4})",
    re.I,
)
_NOW_CELL = re.compile(r"(?:present|now|current|ongoing|today|to date)", re.I)


def _joined(cells: list[str]) -> list[str]:
    """Neighbouring cells that are the ends of a stretch of time ("From", "To") made one range."""
    out: list[str] = []
    for cell in cells:
        ends = _DATE_CELL.fullmatch(cell) or _NOW_CELL.fullmatch(cell)
        if out and ends and _DATE_CELL.fullmatch(out[-1]):
            out[-1] += f" to {cell}"
        else:
            out.append(cell)
    return out


def _visits(note: Note, start: int, cells: list[str]) -> float | None:
    """The cell under a heading such as "Visits"; without one, a cell that is a bare count."""
    at = start
    for _ in range(12):
        previous = note.text.rfind("\n", 0, max(0, at - 1)) + 1
        line = note.text[previous : max(previous, at - 1)]
        if at == 0 or not _is_row(line):
            break
        heads = _cells(line)
        for i, head in enumerate(heads):
            if _VISITS.search(head) and i < len(cells):
                return _count(cells[i])
        at = previous
    for cell in cells[1:]:
        if re.fullmatch(r"\d{1,2}(?: ?(?:visits|sessions))?", cell):
            return _count(cell)
    return None


def _count(cell: str) -> float | None:
    m = _COUNT.match(cell.strip())
    return parse_number(m[1]) if m else None
