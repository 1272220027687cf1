"""Dates in US order, with as much of year, month and day as the text gives."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

Precision = Literal["day", "month", "year", "season", "relative"]

MONTHS = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10,
          "nov": 11, "dec": 12}  # fmt: skip
SEASONS = {"winter": 1, "spring": 4, "summer": 7, "fall": 10, "autumn": 10}
MONTH = (
    r"(?:jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?\.?|july?\.?"
    r"|aug(?:ust|\.)?|sept?(?:ember|\.)?"
    r"|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
)
_YEAR4 = r"(?:19[3-9]\d|20[0-4]\d)"
_DAY = r"(?:[12]\d|3[01]|0?[1-9])"
_MON = r"(?:1[0-2]|0?[1-9])"

DATE = re.compile(
    rf"(?<![\w/.-])(?:(?P<iy>{_YEAR4})-(?P<im>{_MON})-(?P<id>{_DAY})(?![\d-])"
    rf"|(?P<nm>{_MON})(?P<sep>[/.-])(?P<nd>{_DAY})(?P=sep)(?P<ny>{_YEAR4}|\d\d)(?![\w/]|\.\d|-\d)"
    rf"|(?P<mym>{_MON})/(?P<myy>{_YEAR4}|[4-9]\d)(?![\w/]))"
    rf"|(?<!\w)(?:(?P<wm>{MONTH})\s?(?P<wd>{_DAY})(?:st|nd|rd|th)?(?!\d|/|\.\d|\s?(?:mg|%|weeks?"
    rf"|visits?|days?\b))(?:\s?(?:,|of|in|,\sof)?\s?(?P<wy>{_YEAR4})(?!\d)"
    rf"|,?\s?['’](?P<wy2>\d\d)(?!\d))?"
    rf"|(?P<dd>{_DAY})(?:st|nd|rd"
    rf"|th)?(?:\sof)?[\s-](?P<dm>{MONTH})(?![a-z])[\s,-]{{0,2}}(?P<dy>{_YEAR4})?(?!\d)"
    rf"|(?P<ym>{MONTH})(?:\sof|,)?\s?(?:['’](?P<yy2>\d\d)|(?P<yy>{_YEAR4}))(?!\d)"
    rf"|(?:(?P<rel>last|this|past|previous)\s)?(?P<bm>{MONTH})(?:\s(?:of\s)?(?P<rel2>this"
    rf"|last)\syear)?(?![\w'’])"
    r"|(?:(?P<srel>last|this|past)\s)?(?:(?P<mod>early|late|mid)[-\s])?(?P<season>winter|spring"
    r"|summer|fall|autumn)(?:\s(?:of\s)?(?P<sy>" + _YEAR4 + r"))?(?!\w))",
    re.I,
)
# "9/8/25-10/20/25" is parted at the hyphen (same length), which the grammar takes for more of one date.
_HYPHEN = re.compile(r"(?<=\d)[-–](?=\d{1,2}/\d)")
_MONTH_NEXT = re.compile(rf"\s?(?:-|–|to|through|thru)\s?{MONTH}\b", re.I)
_MD = re.compile(
    rf"(?<![\w/.+-])(?P<m>{_MON})/(?P<d>{_DAY})(?![\w/+]|\.\d|\s?(?:strength|bilat|throughout|%))"
)
_MD_BEFORE = re.compile(
    r"(?:\b(?:on|since|from|started|starting|began|dated?|until|till|through|thru|DOS|due|by|seen"
    r"|done|admitted|discharged|d/c|onset|DOI|to|of|after|before|scheduled"
    r"|mbb|rfa|esi|mri|block|visit|injection|ct|xr|emg|relief|pt|diary|procedure|set|tfesi"
    r"|call)(?:\s#\s?\d)?|[@])[\s:]{1,2}$",
    re.I,
)
_YEAR = re.compile(
    rf"(?<![\w./$#-])(?P<y>{_YEAR4})(?![\w/%]|[.,-]\d|\s?(?:mg|ml|cc|units?|calories|feet|steps)\b)"
)
_YEAR_BEFORE = re.compile(
    r"(?:\b(?:in|since|from|of|year|until|till|to|through|back\sin|early|late|mid|circa|around"
    r"|about|before|after|by|and|during|ago|fusion|surgery|laminectomy|laminotomy"
    r"|discectomy|microdiscectomy|acdf|[tpax]lif|mri|ct|emg|ncs|pt|rfa|esi|mbb|accident|mva|mvc"
    r"|injury|replacement|tka|tha|repair|decompression|kyphoplasty|stimulator|scs|sx|surg|s/p|nsgy"
    r"|opened"
    r"|chole\w*|append\w*|hysterectomy|stopped|started|prior|films?|xr|x-rays?|report|neurosurgeon"
    r"|surgeon|done|imaging|study|relief|procedure|\w{3,}ectomy|\w{3,}plasty|\w{3,}desis|steroids?"
    r"|injections?|blocks?)\s?"
    r"|[(,;|-]\s?)$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date as far as it is known.

    ``value`` is its first day where the year is known or could be inferred, else None.
    ``inferred`` tells that the year is not in the text but from ``default_year`` or ``as_of``.
    """

    value: date | None
    precision: Precision
    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    inferred: bool = False


def _year(text: str | None) -> int | None:
    if not text:
        return None
    n = int(text)
    return n if n > 99 else (2000 + n if n < 50 else 1900 + n)


def _month(text: str) -> int:
    return MONTHS[text[:3].lower()]


def _value(year: int | None, month: int | None, day: int | None) -> date | None:
    if year is None:
        return None
    try:
        return date(year, month or 1, day or 1)
    except ValueError:
        return None


def resolve(mention: DateMention, default_year: int | None = None, as_of: date | None = None) -> DateMention:
    """Give a date without a year one: the latest that does not lie after ``as_of``, else ``default_year``."""
    if mention.year is not None or mention.month is None:
        return mention
    year = default_year
    if as_of is not None:
        year = as_of.year if (mention.month, mention.day or 1) <= (as_of.month, as_of.day) else as_of.year - 1
    if year is None:
        return mention
    value = _value(year, mention.month, mention.day)
    return replace(mention, value=value, year=year, inferred=True) if value else mention


def _parts(m: re.Match[str]) -> tuple[int | None, int | None, int | None, Precision] | None:
    if m["iy"]:
        return int(m["iy"]), int(m["im"]), int(m["id"]), "day"
    if m["nm"]:
        return _year(m["ny"]), int(m["nm"]), int(m["nd"]), "day"
    if m["mym"]:
        return _year(m["myy"]), int(m["mym"]), None, "month"
    if m["wm"]:
        return _year(m["wy"] or m["wy2"]), _month(m["wm"]), int(m["wd"]), "day"
    if m["dm"]:
        return _year(m["dy"]), _month(m["dm"]), int(m["dd"]), "day"
    if m["ym"]:
        return _year(m["yy"] or m["yy2"]), _month(m["ym"]), None, "month"
    if m["bm"]:
        return None, _month(m["bm"]), None, "month"
    if m["season"]:
        return _year(m["sy"]), SEASONS[m["season"].lower()], None, "season"
    return None


def _bare_word_is_no_date(text: str, m: re.Match[str]) -> bool:
    """Tell "may" the verb, "march" the walk, "fall" the accident, "sep"/"dec"/"mar" the abbreviations."""
    if m["season"]:
        word, year = m["season"].lower(), m["sy"]
        before = text[max(0, m.start() - 14) : m.start()]
        if year or m["srel"] or (m["mod"] and word != "fall"):
            return False
        lead = re.search(
            r"\b(?:in|since|the|of|during|early|late|by|until|through)\s(?:the\s)?(?:early\s|late\s)?$",
            before,
            re.I,
        )
        return (
            not lead
            or word == "fall"
            or (re.search(r"\bthe\s$", before, re.I) is not None and word == "spring")
        )
    if not m["bm"] or m["rel"] or m["rel2"]:
        return False
    word = m["bm"].rstrip(".")
    if _MONTH_NEXT.match(text, m.end()):
        return False
    before = text[max(0, m.start() - 16) : m.start()]
    lead = re.search(
        r"\b(?:in|since|of|until|till|from|to|through|thru|by|between|and|early|late|mid|during|last"
        r"|this|returned|started|began|after|before|on)[\s-]$",
        before,
        re.I,
    )
    if word.lower() in {"may", "march", "mar", "dec", "sep", "jan", "oct", "jun", "apr", "august"}:
        if word.lower() == "may":
            return (
                not lead
                or (word == "may")
                or re.match(
                    r"\s(?:be|have|not|also|need|require|benefit)\b", text[m.end() : m.end() + 9], re.I
                )
                is not None
            )
        return not lead or (word.islower() and word != "august")
    return not (lead or word[0].isupper())


def _month_day(text: str, taken: bytearray) -> list[DateMention]:
    """Read "12/17": the day must be one that no score or grade could have, or a word must date it."""
    found: list[DateMention] = []
    for m in _MD.finditer(text):
        if any(taken[m.start() : m.end()]):
            continue
        month, day = int(m["m"]), int(m["d"])
        before = text[max(0, m.start() - 22) : m.start()]
        after = text[m.end() : m.end() + 14]
        lead = _MD_BEFORE.search(before) or re.match(r"\s?[-–]\s?\d{1,2}/\d{1,2}(?:/\d\d)?", after)
        # Tenths and fifths are scores and motor grades unless a word says that this is a day.
        grade = day in {5, 10} and not re.search(
            r"(?:\b(?:on|dated?|since|DOS|started|began)|@)[\s:]{1,2}$", before, re.I
        )
        named = re.search(r"\b(?:MMSE|GCS|score\w*|recall|visits|sessions)\s?(?:of\s|:\s?)?$", before, re.I)
        if grade or named or (day <= 12 and not lead):
            continue
        found.append(DateMention(None, "day", m.start(), m.end(), None, month, day))
    return found


def find_dates(
    text: str, default_year: int | None = None, base: int = 0, as_of: date | None = None
) -> list[DateMention]:
    """Dates in ``text``, in order; offsets moved by ``base``.

    A date without a year stays unresolved (``value`` None, ``month`` and ``day`` given) unless ``as_of``
    (the note's date: the latest such day not after it) or ``default_year`` is given. Numbers are read in US
    order; two-digit years below 50 are 20xx.
    """
    found: list[DateMention] = []
    taken = bytearray(len(text) + 1)
    for m in DATE.finditer(_HYPHEN.sub(" ", text)):
        parts = _parts(m)
        if parts is None or _bare_word_is_no_date(text, m):
            continue
        year, month, day, precision = parts
        if (m["rel2"] or m["rel"] or m["srel"]) and as_of:
            word = (m["rel2"] or "").lower()
            year = as_of.year - 1 if word == "last" else as_of.year if word == "this" else year
        value = _value(year, month, day)
        if year is not None and value is None:
            continue
        end = m.start() + len(m[0].rstrip(" ,-"))
        found.append(DateMention(value, precision, m.start(), end, year, month, day))
        taken[m.start() : end] = b"\x01" * (end - m.start())
    found.extend(_month_day(text, taken))
    for m in _YEAR.finditer(text):
        before = text[max(0, m.start() - 24) : m.start()]
        alone = text.strip(" .,;()") == m[0]
        if not any(taken[m.start() : m.end()]) and (alone or _YEAR_BEFORE.search(before)):
            year = int(m["y"])
            found.append(DateMention(date(year, 1, 1), "year", m.start(), m.end(), year))
    out = (resolve(d, default_year, as_of) for d in sorted(found, key=lambda d: d.start))
    return [replace(d, start=d.start + base, end=d.end + base) for d in out]
