"""Rows of claims and forms: a code that leads its line, with the cells behind it.

A claim may hold two lines of one code (a right and a left one), so rows of one table stay apart, while a code
that prose repeats is one line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.facts import Span
from extractors.note import Note
from extractors.quantities.dates import find_dates
from extractors.quantities.numbers import parse_number

_DATE = r"(?:\d{1,2}/\d{1,2}/(?:\d{4}|\d\d)|\d{4}-\d\d-\d\d)(?!\d)"
#: What may stand before a code that leads its line: a ticked box, a number of the line, dates, the code's label.
_LEAD = re.compile(
    rf"(?:{_DATE}|\[[xX✓*]\]|\([xX✓]\)|[☒☑✓✔]|\b(?:lines?|ln|item|no|cpt|hcpcs|codes?|proc(?:edure)?s?|services?|svc|dos|dates?|pos|from|to|"
    r"requested|request|order|billed|bill)\b|\b\d{1,2}\b|</?t[dr]>|[\s|,;:*•.#()+-])*",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"(?:[\s|,;/()+&]|</?t[dr]>)*(?:-\s+)?(?:and\b\s?)?")
#: A cell of words without figures, between separators.
_WORDS = re.compile(r"[^\d\n|\t]{1,60}?(?:\s-\s|\||\t|\s{3,})")
_MOST_SKIPS = 2
#: What joins a further code to the row before it.
_JOINT = re.compile(r"(?:[\s,;/&+]|\band\b)*", re.IGNORECASE)
_LABELLED_CODE = re.compile(r"\b(?:cpt|hcpcs|codes?|proc(?:edure)?s?|services?)\W*$", re.IGNORECASE)
_FIELD = re.compile(
    r"[ \t]*(?:mod(?:ifier)?s?|units?|qty|quantity|dos|dates?(?: of service)?|service date|sides?)(?:\(s\))?\s?:",
    re.IGNORECASE,
)
_MOST_FIELDS = 4
_MOD_LABEL = r"(?:(?:with\s)?mod(?:ifier)?s?(?:\(s\))?[:.\s-]{0,3}-?|-\s?)"
_CELL = re.compile(
    rf"(?P<modifier>{_MOD_LABEL}?(?:RT|LT|KX|X[SUEP]|GA|GY|GZ|SG|TC)(?![A-Za-z0-9])"
    rf"|{_MOD_LABEL}(?:2[256]|26|5[0-39]|7[6-9])(?![\d%./])"
    r"|(?:50|59|7[6-9])(?![\d%./]|\s?(?:%|percent|mg|ml|mins?|minutes|days?|weeks?|units?|relief|y)))"
    rf"|(?P<date>(?:(?:dos|dates?|on|from|to|thru|through|-)[:\s]{{0,2}})?{_DATE})"
    r"|(?P<money>\$?\d{1,5}\.\d\d(?!\d))"
    r"|(?P<units>(?:x|qty|quantity|units?|\#)\s?[:=]?\s?(?P<a>\d{1,2})(?!\s?(?:min|sec|hr|wk|week|mo|day|mg|ml|cm))(?![\d%./])"
    r"|(?P<b>\d{1,2}|one|two|three|four)\s?units?\b"
    r"|(?<=\()(?P<c>\d{1,2})(?=\))"
    rf"|(?P<d>\d{{1,2}})(?=[ \t]*(?:$|[|,;]|\s(?:dx\b|[A-K]{{1,4}}(?!\w)|\$|\d+\.\d\d|{_DATE}|[CTL]\d|(?:RT|LT|KX|X[SUEP]|50|59)\b)|</t)))"
    r"|(?P<pointer>(?:dx|ptr|pointer|diag(?:nosis)?)[:.\s]{0,2}(?:ptr|pointer)?[:.\s]{0,2}(?-i:[A-L]{1,4})(?!\w)|(?-i:[A-K]{1,4})(?!\w))"
    r"|(?P<side>(?:left|right|bilat\w*|bil|both|R|L)(?![A-Za-z0-9-]))"
    r"|(?P<level>[CTLS]\d{1,2}(?:\s?[-/]\s?[CTLS]?\d{1,2})*(?!\w))",
    re.IGNORECASE,
)
_ONE_MODIFIER = re.compile(r"RT|LT|KX|X[SUEP]|GA|GY|GZ|SG|TC|\d\d", re.IGNORECASE)
_LABELLED_DATE = re.compile(
    rf"\b(?:DOS|date of service|service date)\b[:\s]{{0,2}}(?P<date>{_DATE})", re.IGNORECASE
)
#: Cells of one row, and characters before and behind its code that are looked at.
_MOST_CELLS, _MOST_BEFORE, _MOST = 12, 60, 160
_MOST_UNITS = 20
#: A line between two rows that opens another table.
_OPENS = re.compile(r":\s*$|\b(?:corrected|amended|summary|resubmi\w+|copy|again)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its table, its place in the note, and its modifiers, units and first date (ISO), as far as stated."""

    table: int
    place: Span
    modifiers: tuple[str, ...] = ()
    units: int | None = None
    date: str | None = None

    @property
    def firm(self) -> bool:
        """Whether the line holds cells, so that it is a row and no sentence that opens with a code."""
        return bool(self.modifiers) or self.units is not None or self.date is not None


def _iso(text: str) -> str | None:
    found = find_dates(text)
    return found[0].value.isoformat() if found and found[0].value else None


@dataclass(frozen=True, slots=True)
class _Cells:
    """What the cells behind a code say, and where in the text they end."""

    modifiers: tuple[str, ...] = ()
    units: int | None = None
    date: str | None = None
    end: int = 0


def _cells(text: str) -> _Cells:
    """Modifiers, units and date of the cells behind a code; words in a cell of their own are passed over."""
    modifiers: list[str] = []
    units: int | None = None
    date: str | None = None
    at = 0
    skips = 0
    for _ in range(_MOST_CELLS):
        here = _BETWEEN.match(text, at).end()  # type: ignore[union-attr]
        m = _CELL.match(text, here)
        if m is None:
            words = _WORDS.match(text, here) if skips < _MOST_SKIPS else None
            if words is None:
                break
            at, skips = words.end(), skips + 1
            continue
        if m["modifier"]:
            named = re.sub(r"mod\w*|with", "", m["modifier"], flags=re.IGNORECASE)
            modifiers += [x.upper() for x in _ONE_MODIFIER.findall(named)]
        elif m["date"]:
            date = date or _iso(m["date"])
        elif m["units"]:
            value = parse_number(next(g for g in (m["a"], m["b"], m["c"], m["d"]) if g))
            if units is not None or value is None or not 1 <= value <= _MOST_UNITS:
                break  # a second number is no count
            units = int(value)
        at = m.end()
    if date is None and (labelled := _LABELLED_DATE.search(text, at)) is not None:
        date = _iso(labelled["date"])
    return _Cells(tuple(dict.fromkeys(modifiers)), units, date, at)


class _Reader:
    """Reads the rows of a note from top to bottom."""

    def __init__(self, note: Note) -> None:
        self.text = note.text
        self.starts = [0, *(m.end() for m in re.finditer("\n", note.text))]
        self.table, self.last_line = 0, -10
        #: Where the cells of the row before end, if it stands on the same line, and that row.
        self.open: tuple[int, Row] | None = None

    def line(self, n: int) -> tuple[int, int]:
        """Bounds of a line without its end."""
        return self.starts[n], self.starts[n + 1] - 1 if n + 1 < len(self.starts) else len(self.text)

    def read(self, at: int, following: int) -> Row | None:
        """The row of the code at ``at``; the next code stands at ``following``."""
        n = bisect_right(self.starts, at) - 1
        start, stop = self.line(n)
        before = self.text[start:at] if at - start <= _MOST_BEFORE else None
        leads = before is not None and _LEAD.fullmatch(before) is not None
        joined = self._joined(at) if not leads and n == self.last_line else None
        if not leads and joined is None:
            self.open = None
            return None
        if joined is None:
            self._turn(n)
        behind = self.text[at : min(stop, max(at, following), at + _MOST)]
        code_end = re.match(r"\w{5}|\d\d \d{3}", behind)
        from_ = code_end.end() if code_end else 5
        cells = _cells(behind[from_:])
        if leads and _LABELLED_CODE.search(before or "") and not behind[from_:].strip():
            cells = self._fields(n)
        line = self.text[start : min(stop, at + 2 * _MOST)]
        place = Span(start + len(line) - len(line.lstrip()), start + len(line.rstrip()))
        date = cells.date or (joined.date if joined else _iso(before or ""))
        row = Row(self.table, place, cells.modifiers, cells.units, date)
        self.open = (at + from_ + cells.end, row)
        return row

    def _turn(self, n: int) -> None:
        """Go on to line ``n``: of the same table where it is near."""
        far = n - self.last_line
        between = (
            self.text[max(self.starts[n - 1], self.starts[n] - _MOST) : self.starts[n]] if far == 2 else ""
        )
        if far > 2 or _OPENS.search(between):
            self.table += 1
        self.last_line = n

    def _joined(self, at: int) -> Row | None:
        """The row that a further code on its line belongs to: nothing but cells between the two."""
        if self.open is None or not 0 <= at - self.open[0] <= _MOST_BEFORE:
            return None
        gap = self.text[self.open[0] : at]
        return self.open[1] if _JOINT.fullmatch(gap) else None

    def _fields(self, n: int) -> _Cells:
        """Labelled lines below a code ("Modifier: RT", "Units: 1"), up to the first that is none."""
        pieces = []
        for k in range(n + 1, min(n + 1 + _MOST_FIELDS, len(self.starts))):
            a, b = self.line(k)
            if b - a > _MOST_BEFORE or not _FIELD.match(self.text, a, b):
                break
            pieces.append(self.text[a:b])
            self.last_line = k
        return _cells(" | ".join(pieces))


def rows_of(note: Note, places: Sequence[int]) -> list[Row | None]:
    """The row of each code that leads its line or follows such a code on it, else None.

    Parameters
    ----------
    note
        The note.
    places
        Where the codes start, in offsets of the note, ascending.
    """
    if not places:
        return []
    reader = _Reader(note)
    return [reader.read(at, after) for at, after in zip(places, [*places[1:], len(note.text)], strict=True)]


def ruling_tables(rows: Sequence[tuple[str, Row | None]]) -> dict[str, int]:
    """For each code with two or more firm rows in one table: the table that has most of them (the first of equals)."""
    counts: dict[tuple[str, int], int] = {}
    for code, row in rows:
        if row is not None and row.firm:
            counts[code, row.table] = counts.get((code, row.table), 0) + 1
    out: dict[str, int] = {}
    for (code, table), n in counts.items():
        if n >= 2 and n > counts.get((code, out.get(code, -1)), 1):
            out[code] = table
    return out
