"""Durations, and the other uses of units of time that must not be mistaken for them.

"PT x6wks" is a `span` of six weeks; "twice a week" is a `rate`; "RTC 6 wks" is an `until`; "three years
ago" is an `ago`; "49-year-old" is an `age`; "in the past 12 months" is a `window`; "2 wks post" is an
`after`. Months count 30.4167 days and years 365 (the annotation guide's 4.345 and 52.14 weeks).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from extractors.quantities.bounds import NEARLY, Stated, stated
from extractors.quantities.numbers import parse_number
from extractors.quantities.time_words import (
    AFTER_AFTER,
    AGE,
    AGE_AFTER,
    AGO_AFTER,
    ARTICLE_AFTER,
    ARTICLE_BEFORE,
    COMPARE,
    FORWARD,
    IN,
    LETTER,
    LY,
    PAST_UNIT,
    RATE,
    SIGN,
    SPAN,
    TIGHT,
    TO_NOW,
    UK,
    UK_AFTER,
    UK_BEFORE,
    UK_UNIT,
    VISITS_IN,
    WINDOW,
)

Kind = Literal["span", "age", "ago", "rate", "until", "window", "after"]

DAYS = {"second": 1 / 86400, "minute": 1 / 1440, "hour": 1 / 24, "day": 1.0, "week": 7.0, "fortnight": 14.0,
        "month": 30.4167, "year": 365.0, "decade": 3650.0}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time in days.

    ``value_days`` is the figure itself, or the middle of a range; ``low_days``/``high_days`` its ends.
    ``comparator`` is one of ``= >= > <= < ~``. ``to_now`` marks a stretch that reaches the note's present
    ("for the past 3 months", "3 months ago"). For a `rate`, the days are the period and ``times`` is the
    count in it.
    """

    value_days: float
    low_days: float
    high_days: float
    unit: str
    kind: Kind
    start: int
    end: int
    comparator: str = "="
    to_now: bool = False
    times: float | None = None
    #: "Nearly six weeks": just below, not anything below.
    nearly: bool = False

    @property
    def stated_weeks(self) -> Stated:
        """How the length is stated, in weeks: as it is, or within bounds."""
        return stated(
            self.comparator, self.value_days / 7, self.low_days / 7, self.high_days / 7, self.nearly
        )

    @property
    def weeks(self) -> float:
        """Length in weeks."""
        return self.value_days / 7


def weeks(duration: Duration) -> float:
    """Length of ``duration`` in weeks, to two decimals."""
    return round(duration.value_days / 7, 2)


def _unit(word: str) -> str:
    word = word.lower()
    if word in {"morning", "night"}:
        return "day"
    if len(word) == 1:
        return LETTER.get(word, "day")
    for stem, unit in (("mi", "minute"), ("mo", "month"), ("mt", "month"), ("sec", "second"), ("h", "hour"),
                       ("w", "week"), ("y", "year"), ("f", "fortnight"), ("dec", "decade")):  # fmt: skip
        if word.startswith(stem):
            return unit
    return "day"


def _times(word: str | None) -> float | None:
    if not word:
        return None
    return {"once": 1.0, "twice": 2.0, "thrice": 3.0}.get(word.lower()) or parse_number(word)


def _rates(text: str) -> list[Duration]:
    found: list[Duration] = []
    for m in RATE.finditer(text):
        if m["u3"]:
            n = 2.0 if (m["n3"] or "").lower() == "other" else parse_number(m["n3"] or "") or 1.0
            top = parse_number(m["m3"] or "") or n
            unit = _unit(m["u3"])
            times: float | None = 1.0
        else:
            n = top = 1.0
            unit = LY[m["ly"].lower()] if m["ly"] else _unit(m["u1"] or m["u4"])
            first, last = _times(m["n"] or m["n2"]), _times(m["m"] or m["m2"])
            times = first if last is None or first is None else (first + last) / 2
        d = DAYS[unit]
        if times is not None and times > 24:  # a dose ("600 daily"), not a count
            times = None
        found.append(
            Duration((n + top) / 2 * d, n * d, top * d, unit, "rate", m.start(), m.end(), times=times)
        )
    return found


def _ages(text: str) -> list[Duration]:
    found = []
    for m in AGE.finditer(text):
        n = parse_number(m["n"] or m["m"])
        if n is not None:
            found.append(Duration(n * 365, n * 365, n * 365, "year", "age", m.start(), m.end()))
    return found


def _kind(text: str, start: int, end: int) -> tuple[Kind, bool]:
    before, after = text[max(0, start - 48) : start], text[end : end + 24]
    compare = COMPARE.search(before)
    near = before[: compare.start()] if compare else before
    if AGE_AFTER.match(after):
        return "age", False
    if AGO_AFTER.match(after):
        return "ago", True
    if AFTER_AFTER.match(after) and not re.search(r"\bfor\s(?:about\s|some\s)?$", near, re.I):
        return "after", False
    if WINDOW.search(near):
        return "window", True
    if TO_NOW.search(near):
        return "span", True
    if IN.search(before) and VISITS_IN.search(before):
        return "span", False  # "18 visits in 14 weeks"
    if FORWARD.search(near) or IN.search(before):
        return "until", False
    return "span", False


# "Eight visits over five weeks" took five weeks; "for over five weeks", "well over five weeks" took more.
_WITHIN = re.compile(
    r"(?<!for)(?<!just)(?<!well)(?<!slightly)(?<!little)(?<!lasted)(?<!took)(?<!of)(?<!been)(?:^|[\s,;])over\s(?:an?\s)?$",
    re.I,
)
_OR_MORE = re.compile(r"\s?(?:\+|plus\b|or\s(?:more|longer|greater)\b|and\scounting\b)", re.I)
_OR_LESS = re.compile(r"\s?or\s(?:less|fewer|under)\b", re.I)


def _spans(text: str) -> list[Duration]:
    found: list[Duration] = []
    for m in SPAN.finditer(text):
        article = m["low"].lower() in {"a", "an"}
        before, after = text[max(0, m.start() - 24) : m.start()], text[m.end() : m.end() + 16]
        if article and not (
            ARTICLE_BEFORE.search(before) or m["half"] or m["x"] or ARTICLE_AFTER.match(after)
        ):
            continue
        unit = TIGHT[m["tight"].lower()] if m["tight"] else next(k for k in DAYS if m[k])
        low = 1.0 if article else parse_number(m["low"])
        if low is None or (
            re.match(r"\s?(?:on(?=\s?(?:/|,|;|\.|and\b|then\b|off\b|\d{1,2}\s?h|$))|off\b)", after, re.I)
            and unit in {"hour", "minute"}
        ):
            continue
        high = parse_number(m["high"]) if m["high"] else None
        half = (m["half"] or "").lower()
        if half.endswith("half"):
            low += 0.5
        elif half.endswith("two"):
            high = 2.0
        high = low if high is None or high < low else high
        d = DAYS[unit]
        kind, now = _kind(text, m.start(), m.end())
        if kind == "after" and m["x"]:
            kind = "span"  # "a brace x 12 wk after the fracture"
        sign = COMPARE.search(before)
        mark = SIGN[sign.lastgroup] if sign and sign.lastgroup else "="
        if mark == ">" and _WITHIN.search(before):
            mark = "="
        if m["plus1"] or m["plus"] or _OR_MORE.match(after):
            mark = ">="
        elif _OR_LESS.match(after):
            mark = "<="
        near = mark == "<" and NEARLY.search(before) is not None
        found.append(
            Duration(
                (low + high) / 2 * d,
                low * d,
                high * d,
                unit,
                kind,
                m.start(),
                m.end(),
                mark,
                now,
                nearly=near,
            )
        )
    return found


def _past_unit(text: str) -> list[Duration]:
    """Read "over the last year": a unit without a figure means one."""
    found: list[Duration] = []
    for m in PAST_UNIT.finditer(text):
        unit = _unit(m["unit"])
        kind: Kind = "window" if m["lead"].lower() in {"in", "within", "during"} else "span"
        d = DAYS[unit]
        found.append(Duration(d, d, d, unit, kind, m.start("unit"), m.end("unit"), to_now=True))
    return found


def _british(text: str) -> list[Duration]:
    found: list[Duration] = []
    for m in UK.finditer(text):
        before, after = text[max(0, m.start() - 16) : m.start()], text[m.end() : m.end() + 12]
        if m["unit"] != "52" and not (
            UK_BEFORE.search(before) or UK_AFTER.match(after) or text.strip() == m[0]
        ):
            continue
        low = float(m["low"])
        high = float(m["high"] or low)
        d = DAYS[UK_UNIT[m["unit"]]]
        kind, now = _kind(text, m.start(), m.end())
        unit = UK_UNIT[m["unit"]]
        found.append(
            Duration((low + high) / 2 * d, low * d, high * d, unit, kind, m.start(), m.end(), to_now=now)
        )
    return found


def _compound(spans: list[Duration], text: str) -> list[Duration]:
    """Join "1 year and 3 months" into one span."""
    out: list[Duration] = []
    for d in spans:
        if out and out[-1].kind in {"span", "until"} and DAYS[out[-1].unit] > DAYS[d.unit] >= 1 / 24:
            gap = text[out[-1].end : d.start]
            if re.fullmatch(r",?\s(?:and\s)?", gap, re.I) and out[-1].low_days == out[-1].high_days:
                p = out[-1]
                out[-1] = replace(
                    p, value_days=p.value_days + d.value_days, low_days=p.low_days + d.low_days,
                    high_days=p.high_days + d.high_days, end=d.end,
                    kind=d.kind if d.kind != "span" else p.kind,
                    to_now=p.to_now or d.to_now,
                )  # fmt: skip
                continue
        out.append(d)
    return out


def _no_table_row(spans: list[Duration], text: str) -> list[Duration]:
    """Drop the column heads of a pain diary ("1h   2h   4h   6h"): points in time, not lengths."""
    rows: list[list[Duration]] = []
    for d in spans:
        joined = rows and text[rows[-1][-1].end : d.start].strip(" \t|") == "" and d.start > rows[-1][-1].end
        if joined and rows[-1][-1].unit == d.unit:
            rows[-1].append(d)
        else:
            rows.append([d])
    return [d for row in rows if len(row) < 3 for d in row]


def find_durations(text: str, base: int = 0) -> list[Duration]:
    """Every stretch of time in ``text`` with a figure, by kind, in order; offsets moved by ``base``.

    Vague lengths ("several months", "for years") have no figure and are left out.
    """
    taken = bytearray(len(text) + 1)
    kept: list[Duration] = []
    for group in (
        _ages(text),
        _rates(text),
        _british(text),
        _past_unit(text),
        _compound(_no_table_row(_spans(text), text), text),
    ):
        for d in group:
            if not any(taken[d.start : d.end]):
                taken[d.start : d.end] = b"\x01" * (d.end - d.start)
                kept.append(d)
    return [replace(d, start=d.start + base, end=d.end + base) for d in sorted(kept, key=lambda d: d.start)]
