"""Durations, and the other uses of units of time that must not be mistaken for them.

"PT x6wks" is a `span` of six weeks; "twice a week" is a `rate`; "RTC 6 wks" is an `until`; "three years ago" is an
`ago`; "49-year-old" is an `age`; "in the past 12 months" is a `window`; "2 wks post" is an `after`.
Months count 30.4167 days and years 365 (the annotation guide's 4.345 and 52.14 weeks).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from extractors.quantities.numbers import NUMBER, parse_number

Kind = Literal["span", "age", "ago", "rate", "until", "window", "after"]

DAYS = {"second": 1 / 86400, "minute": 1 / 1440, "hour": 1 / 24, "day": 1.0, "week": 7.0, "fortnight": 14.0,
        "month": 30.4167, "year": 365.0, "decade": 3650.0}  # fmt: skip

# Single letters count as a unit only where they touch the figure ("6w", "10d"): "6 w" and "5 d" say other things.
UNIT = (
    r"(?:(?P<second>seconds?|secs?)|(?P<minute>minutes?|mins?)|(?P<hour>hours?|hrs?|h(?=\W|$))|(?P<day>days?|nights?)"
    r"|(?P<week>weeks?|wks?|weeks?')|(?P<fortnight>fortnights?)|(?P<month>months?|mos?|mths?|mons?)"
    r"|(?P<year>years?|yrs?)|(?P<decade>decades?))\b['’]?"
)
_TIGHT = {"w": "week", "d": "day", "h": "hour", "y": "year"}
_TO = r"\s{0,2}(?:-|–|—|to|or|and)\s{0,2}"
_LEAD_RANGE = r"(?:between\s)?"
_QTY = rf"(?P<low>{NUMBER}|\b(?:one-?\s?)?half(?=\san?\s)|\ban?\b)(?:\s?\([\w-]{{1,12}}\))?(?P<plus1>\+)?(?:{_TO}(?P<high>{NUMBER}))?(?P<plus>\s?\+|\splus)?"
_SPAN = re.compile(
    rf"(?<![\w.,/$#])(?:(?P<x>[x×])\s?)?{_LEAD_RANGE}{_QTY}"
    rf"(?:[\s-]{{0,6}}(?:an?\s|full\s|whole\s|consecutive\s|solid\s|more\s|additional\s|calendar\s|long\s)?{UNIT}"
    r"|(?P<tight>[wdhy])(?![\w/']))"
    r"(?P<half>\sand\s(?:a|one)[-\s]half|\sor\s(?:two|so))?",
    re.I,
)
_UK = re.compile(r"(?<![\w/.])(?P<low>\d{1,2})(?:\s?[-–]\s?(?P<high>\d{1,2}))?/(?P<unit>52|12|7)(?![\w/]|\.\d)")
_UK_UNIT = {"52": "week", "12": "month", "7": "day"}
# "3/7" and "2/12" read as dates in the US, so British day and month fractions need company.
_UK_BEFORE = re.compile(
    r"(?:\bx|×|\bfor|\bof|\bover|\bafter|\bpast|\blast|\blasting|\blasted|~|\babout|\bapprox\.?|\bpain|\bsymptoms|\bhistory"
    r"|\bhx|\btds|\bbd|\bod|\bqds|\btid|\bbid|\bnocte|\bin)\s?$",
    re.I,
)
_UK_AFTER = re.compile(r"\s?(?:ago|history|hx|h/o|later|course|of\b|duration|post)", re.I)

_AGE_AFTER = re.compile(
    r"[\s-]{0,2}(?:old\b|of\sage\b|/o\b|\.?o\.?(?=\W|$)|y/o\b|male\b|female\b|man\b|woman\b|gentleman\b|lady\b)", re.I
)
_AGE = re.compile(
    rf"(?<![\w.])(?:(?P<n>{NUMBER})[\s-]{{0,2}}(?:y\.?\s?/?\s?o\.?|yr\.?/o|yrs?\.?\s?old)(?![\w])"
    rf"|\bage[sd]?(?:\sof|\s?:)?\s(?P<m>\d{{1,3}}|{NUMBER})\b)",
    re.I,
)
_AGO_AFTER = re.compile(
    r"\s{0,2}(?:ago\b|back\b(?!\s(?:pain|and|ache|brace))|prior\b|earlier\b|previously\b|before\b|beforehand\b|s/p\b|status\spost\b)", re.I
)
_AFTER_AFTER = re.compile(
    r"\s{0,2}(?:later\b|after\b|afterwards?\b|post\b|post-?\s?(?:op|procedure|injection|rfa|block|inj)\w*|following\b|out\sfrom\b|from\s(?:now|today)\b)",
    re.I,
)
_FORWARD = re.compile(
    r"(?:\bRTC|\bR/C|\bRTO|\bF/?U|\bfollow(?:ed)?[-\s]?up|\breturn\w*|\brecheck|\bre-?evaluat\w+|\bnext\svisit|\bcall|\bsee\s\w{2,8}(?:\sback)?"
    r"|\bcome\sback|\brevisit|\breassess\w*|\bf-?up|\bback|\bwithin|\bin\sanother|\bover\sthe\snext|\bfor\sthe\snext|\bthe\snext|\bnext)"
    r"(?:\s(?:visit|appointment|appt|with\sme|here|clinic|the\soffice|to\sclinic|up|again|in|at|about|approximately|approx|the|office"
    r"|planned|scheduled|me|her|him|them|back|another|for)){0,4}[\s:,-]{0,3}$",
    re.I,
)
_IN = re.compile(r"\b(?:in|within)\s(?:about\s|approximately\s|approx\.?\s|another\s|roughly\s|~\s?|the\snext\s|as\slittle\sas\s)?$", re.I)
_WINDOW = re.compile(r"\b(?:in|within|during)\sthe\s(?:past|last|previous|preceding|prior)\s(?:\w{2,13}\s)?$", re.I)
_PAST_UNIT = re.compile(
    r"\b(?P<lead>in|within|during|over|for)\sthe\s(?:past|last|previous)\s(?P<unit>year|yr|month|mo|week|wk|decade)\b", re.I
)
_TO_NOW = re.compile(
    r"\b(?:past|last|previous|preceding|these)\s(?:\w{2,13}\s)?$|\b(?:been|going\son|present\s(?:for|x))\s(?:about\s)?$", re.I
)
_RATE = re.compile(
    rf"(?<![\w.])(?:(?P<n>{NUMBER}|once|twice|thrice)\s{{0,2}}(?:(?:-|to|or)\s?(?P<m>{NUMBER})\s{{0,2}})?(?:x|×|times?|visits?|sessions?|treatments?)?"
    rf"\s{{0,2}}(?:(?:an?|per|each|every)\s|/)\s?(?P<u1>day|week|wk|month|mo|year|yr|hour|hr|d\b)\b"
    rf"|(?P<n2>{NUMBER}|once|twice|thrice)\s{{0,2}}(?:(?:-|to|or)\s?(?P<m2>{NUMBER})\s{{0,2}})?(?:x|×|times?)?\s{{0,2}}(?P<ly>daily|weekly|monthly|yearly)"
    rf"|\b(?:every|q\.?|each)\s{{0,2}}(?:(?P<n3>{NUMBER}|other)\s?(?:(?:-|–|to)\s?(?P<m3>{NUMBER})\s?)?[\s-]{{0,2}})"
    r"(?P<u3>hours?|hrs?|h|days?|d|weeks?|wks?|w|months?|mos?|years?|yrs?|minutes?|mins?)\b"
    r"|\b(?:per|each|every|/)\s?(?P<u4>day|week|wk|month|year|hour|hr|morning|night)\b)",
    re.I,
)
_LY = {"daily": "day", "weekly": "week", "monthly": "month", "yearly": "year"}
_LETTER = {"s": "second", "h": "hour", "d": "day", "w": "week", "y": "year"}
_COMPARE = re.compile(
    r"(?:(?P<ge>>\s?=|≥|\bat\sleast|\bno\sless\sthan|\bminimum\s(?:of\s)?)|(?P<le><\s?=|≤|\bat\smost|\bup\sto|\bno\smore\sthan)"
    r"|(?P<gt>>|\bmore\sthan|\bover|\bgreater\sthan|\bwell\sover|\blonger\sthan|\bin\sexcess\sof)"
    r"|(?P<lt><|\bless\sthan|\bunder|\bnearly|\balmost|\bnot\squite|\bfewer\sthan)"
    r"|(?P<ab>~|\babout|\bapprox(?:imately|\.)?|\broughly|\baround|\bsome|\bcirca|\bc\.))\s{0,2}(?:an?\s)?$",
    re.I,
)
_SIGN = {"ge": ">=", "le": "<=", "gt": ">", "lt": "<", "ab": "~"}
# "a week" is a span in "for a week" and "a week of PT", a rate in "3 sessions a week".
_ARTICLE_BEFORE = re.compile(
    r"(?:^|\b(?:for|over|about|lasting|lasted|within|than|almost|nearly|approximately|least|in|after|of|some|took|quite|x|once|only|past|last|just|around|roughly)"
    r"|[~(,;>])\s{0,2}$",
    re.I,
)
_ARTICLE_AFTER = re.compile(r"\s(?:ago|of\b|and\sa\shalf|or\s(?:two|so)|later|prior|earlier|history|hx|course|back)\b", re.I)


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time in days.

    ``value_days`` is the figure itself, or the middle of a range; ``low_days``/``high_days`` its ends. ``comparator`` is
    one of ``= >= > <= < ~``. ``to_now`` marks a stretch that reaches the note's present ("for the past
    3 months", "3 months ago"). For a `rate`, the days are the period and ``times`` the count in it.
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
        return _LETTER.get(word, "day")
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
    for m in _RATE.finditer(text):
        if m["u3"]:
            n = 2.0 if (m["n3"] or "").lower() == "other" else parse_number(m["n3"] or "") or 1.0
            top = parse_number(m["m3"] or "") or n
            unit, times = _unit(m["u3"]), 1.0
        else:
            n = top = 1.0
            unit = _LY[m["ly"].lower()] if m["ly"] else _unit(m["u1"] or m["u4"])
            first, last = _times(m["n"] or m["n2"]), _times(m["m"] or m["m2"])
            times = first if last is None or first is None else (first + last) / 2
        d = DAYS[unit]
        if times is not None and times > 24:  # a dose ("600 daily"), not a count
            times = None
        found.append(Duration((n + top) / 2 * d, n * d, top * d, unit, "rate", m.start(), m.end(), times=times))
    return found


def _ages(text: str) -> list[Duration]:
    found = []
    for m in _AGE.finditer(text):
        n = parse_number(m["n"] or m["m"])
        if n is not None:
            found.append(Duration(n * 365, n * 365, n * 365, "year", "age", m.start(), m.end()))
    return found


def _kind(text: str, start: int, end: int) -> tuple[Kind, bool]:
    before, after = text[max(0, start - 48) : start], text[end : end + 24]
    compare = _COMPARE.search(before)
    near = before[: compare.start()] if compare else before
    if _AGE_AFTER.match(after):
        return "age", False
    if _AGO_AFTER.match(after):
        return "ago", True
    if _AFTER_AFTER.match(after):
        return "after", False
    if _WINDOW.search(near):
        return "window", True
    if _TO_NOW.search(near):
        return "span", True
    if _FORWARD.search(near) or _IN.search(before):
        return "until", False
    return "span", False


def _spans(text: str) -> list[Duration]:
    found: list[Duration] = []
    for m in _SPAN.finditer(text):
        article = m["low"].lower() in {"a", "an"}
        before, after = text[max(0, m.start() - 24) : m.start()], text[m.end() : m.end() + 16]
        if article and not (_ARTICLE_BEFORE.search(before) or m["half"] or m["x"] or _ARTICLE_AFTER.match(after)):
            continue
        unit = _TIGHT[m["tight"].lower()] if m["tight"] else next(k for k in DAYS if m[k])
        low = 1.0 if article else parse_number(m["low"])
        if low is None or re.match(r"\s?(?:on\b|on/|off\b)/?", after, re.I) and unit in {"hour", "minute"}:
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
        sign = _COMPARE.search(before)
        mark = _SIGN[sign.lastgroup] if sign and sign.lastgroup else "="
        if m["plus1"] or m["plus"]:
            mark = ">="
        found.append(Duration((low + high) / 2 * d, low * d, high * d, unit, kind, m.start(), m.end(), mark, now))
    return found


def _past_unit(text: str) -> list[Duration]:
    """"Over the last year": a unit without a figure means one."""
    found: list[Duration] = []
    for m in _PAST_UNIT.finditer(text):
        unit = _unit(m["unit"])
        kind: Kind = "window" if m["lead"].lower() in {"in", "within", "during"} else "span"
        d = DAYS[unit]
        found.append(Duration(d, d, d, unit, kind, m.start("unit"), m.end("unit"), to_now=True))
    return found


def _british(text: str) -> list[Duration]:
    found: list[Duration] = []
    for m in _UK.finditer(text):
        before, after = text[max(0, m.start() - 16) : m.start()], text[m.end() : m.end() + 12]
        if m["unit"] != "52" and not (_UK_BEFORE.search(before) or _UK_AFTER.match(after) or text.strip() == m[0]):
            continue
        low = float(m["low"])
        high = float(m["high"] or low)
        d = DAYS[_UK_UNIT[m["unit"]]]
        kind, now = _kind(text, m.start(), m.end())
        unit = _UK_UNIT[m["unit"]]
        found.append(Duration((low + high) / 2 * d, low * d, high * d, unit, kind, m.start(), m.end(), to_now=now))
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
                    high_days=p.high_days + d.high_days, end=d.end, kind=d.kind if d.kind != "span" else p.kind,
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
    for group in (_ages(text), _rates(text), _british(text), _past_unit(text), _compound(_no_table_row(_spans(text), text), text)):
        for d in group:
            if not any(taken[d.start : d.end]):
                taken[d.start : d.end] = b"\x01" * (d.end - d.start)
                kept.append(d)
    return [replace(d, start=d.start + base, end=d.end + base) for d in sorted(kept, key=lambda d: d.start)]
