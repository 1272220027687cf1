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
    r"requested|request|order|billed|bill)\b|\b\d{1,2}\b|[\s|,;:*•.#()+-])*",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[\s|,;/()+&]*(?:and\b\s?)?")
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
    rf"|(?P<d>\d{{1,2}})(?=[ \t]*(?:$|[|,;]|\s(?:dx\b|[A-K]{{1,4}}(?!\w)|\$|\d+\.\d\d|{_DATE}|[CTL]\d))))"
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


def _cells(text: str) -> tuple[tuple[str, ...], int | None, str | None]:
    """Modifiers, units and date of the cells behind a code, up to the first words that are no cell."""
    modifiers: list[str] = []
    units: int | None = None
    date: str | None = None
    at = 0
    for _ in range(_MOST_CELLS):
        at = _BETWEEN.match(text, at).end()  # type: ignore[union-attr]
        m = _CELL.match(text, at)
        if m is None:
            break
        if m["modifier"]:
            modifiers += [
                x.upper()
                for x in _ONE_MODIFIER.findall(re.sub(r"mod\w*|with", "", m["modifier"], flags=re.I))
            ]
        elif m["date"]:
            date = date or _iso(m["date"])
        elif m["units"]:
            if units is not None:
                break  # a second number is no count
            value = parse_number(next(g for g in (m["a"], m["b"], m["c"], m["d"]) if g))
            if value is None or not 1 <= value <= _MOST_UNITS:
                break
            units = int(value)
        at = m.end()
    if date is None and (labelled := _LABELLED_DATE.search(text, at)) is not None:
        date = _iso(labelled["date"])
    return tuple(dict.fromkeys(modifiers)), units, date


def rows_of(note: Note, places: Sequence[int]) -> list[Row | None]:
    """The row of each code that leads its line, else None.

    Parameters
    ----------
    note
        The note.
    places
        Where the codes start, in offsets of the note, ascending.
    """
    if not places:
        return []
    starts = [0, *(m.end() for m in re.finditer("\n", note.text))]
    out: list[Row | None] = []
    table, last_line = 0, -10
    for at, following in zip(places, [*places[1:], len(note.text)], strict=True):
        n = bisect_right(starts, at) - 1
        before = note.text[starts[n] : at] if at - starts[n] <= _MOST_BEFORE else None
        if before is None or _LEAD.fullmatch(before) is None:
            out.append(None)
            continue
        between = note.text[max(starts[n - 1], starts[n] - _MOST) : starts[n]] if n - last_line == 2 else ""
        if n - last_line > 2 or _OPENS.search(between):
            table += 1
        last_line = n
        stop = starts[n + 1] - 1 if n + 1 < len(starts) else len(note.text)
        line = note.text[starts[n] : min(stop, at + 2 * _MOST)]
        behind = note.text[at : min(stop, max(at, following), at + _MOST)]
        code_end = re.match(r"\w{5}|\d\d \d{3}", behind)
        modifiers, units, date = _cells(behind[code_end.end() if code_end else 5 :])
        place = Span(starts[n] + len(line) - len(line.lstrip()), starts[n] + len(line.rstrip()))
        out.append(Row(table, place, modifiers, units, date or _iso(before)))
    return out


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
