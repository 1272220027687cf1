"""Numbers of visits or sessions of a therapy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from extractors.quantities.durations import find_durations
from extractors.quantities.numbers import NUMBER, ORDINAL, parse_number

_NOUN = (
    r"(?P<noun>visits?|sessions?|treatments?|tx'?s?|appointments?|appts?|classes|adjustments?"
    r"|rounds?|lessons?|encounters?|sess\b|vs\.?(?=\s?(?:[,;|\"]|$))|times)"
)
_THERAPY = (
    r"(?:(?:of\s)?(?:(?:the|supervised|formal|skilled|telehealth|in-person|outpatient|aquatic|pool"
    r"|land-?based|active|total|full|authorized|scheduled|approved|prior|previous|separate"
    r"|additional|more|attended|completed|documented|weekly|individual|group|home|one-hour|recorded"
    r"|physical|therapy|occupational|chiro\w*|manipulat\w*|massage|acupuncture|dry|needling"
    r"|traction|pt|ot|aqua|cbt|biofeedback|psych\w*|rehab\w*|spinal|laser|decompression"
    r"|water)[\s-]){1,4})?"
)
_COUNT = re.compile(
    rf"(?<![\w./#-])(?:(?P<x>[x×])\s?)?(?P<low>{NUMBER})(?:\s?(?P<of>of|out\sof"
    rf"|/)\s?(?:the\s)?(?P<total>{NUMBER}))?(?:\s?(?:-|–|to"
    rf"|or)\s?(?P<high>{NUMBER}))?\s?\+?[\s-]?{_THERAPY}{_NOUN}\b"
    r"(?P<rate>\s?(?:a|an|per|each|every|/)\s?(?:day|week|wk|month|mo|year|yr|night|hour|hr)\b"
    r"|\s?(?:daily|weekly|monthly|in\s(?:the|a)\s(?:day|night))|/wk|/week)?",
    re.I,
)
_LABEL = re.compile(
    rf"\b(?:visits?|sessions?|treatments)\s?(?:attended|completed|to\sdate|so\sfar|total|used"
    rf"|count)?\s?(?::|=|#|x|×)\s?#?\s?(?P<low>{NUMBER})(?:\s?(?:of"
    rf"|/)\s?(?P<total>{NUMBER}))?(?![\w/%]|\.\d|\s?(?:weeks|wks|mos?\b|months|days|hours|%))",
    re.I,
)
# "Chiropractor: 2x, made it worse": a bare multiple counts after a named therapy, never before a period.
_BARE = re.compile(
    r"\b(?:chiro\w*|acupuncture|massage|pt|physical\stherapy|therapy|physio\w*|adjustments?|manipulations?|omt"
    r"|needling|seen|seen\shere|attended|inpt|inpatient|attempts(?:\sdaily)?|chiropractor)\b[\s:,-]{1,6}(?:(?P<low>\d{1,2})\s?[x×](?![\w/])"
    r"|[x×]\s?(?P<after>\d{1,2})(?!\d|\s?-?(?:/|weeks?|wks?|mos?\b|months?|days?|d\b|years?|yrs?"
    r"|w\b(?!/)|hours?|hrs?))|(?<=:\s)(?P<word>once|twice|thrice))"
    r"(?!\s?(?:/|a\s|an\s|per\s|each\s|every\s|daily|weekly|monthly|\w+\s(?:a|per)\s))",
    re.I,
)
# "Authorized for 12 visits; she has used 9": what was done counts.
_ALLOWED = re.compile(
    r"\b(?:authori[sz]ed|approved|ordered|prescribed|scheduled|allowed|requested)\s(?:for\s)?(?:up\sto\s|another\s)?$",
    re.I,
)
_USED = re.compile(
    r"\b(?:used|attended|completed|done|finished|had)\s(?P<low>\d{1,2})(?:\sof\s(?:them|these|those|\d{1,2}))?(?=\s?(?:[,.;)]|$|and\b|so\sfar|to\sdate))",
    re.I,
)
# "2 x acupuncture", "she is at visit 24".
_AHEAD_OF_NAME = re.compile(
    r"(?<![\w./-])(?P<low>\d{1,2})\s?(?:[x×]\s?(?=(?:acupuncture|massages?|physio\w*|pt|chiro\w*|osteo\w*|hydro\w*|omt)\b)|(?=(?:acupuncture|massages?|adjustments?)\b))"
    r"|\b(?:at|on|now\sat|through|reached)\s(?:her\s|his\s|the\s)?(?:visit|session)\s(?:no\.?\s|number\s|#\s?)?(?P<nth>\d{1,3})\b(?!\s?/)"
    r"|(?:^|[(,;]\s?)(?:now\s)?visit\s(?:no\.?\s|#\s?)?(?P<of>\d{1,3})\s(?:of|out\sof)\s\d",
    re.I,
)
_OFFICE = re.compile(
    r"\b(?:office|er|ed|emergency|clinic|follow-?up|post-?op\w*|hospital|urgent|these|last"
    r"|each\sof|all|over\sthe\slast|previous|past)\s$",
    re.I,
)
_NOT_AFTER = re.compile(
    r"\s?(?:normal|higher|more\slikely|the\s(?:dose|upper)|ULN|as\s(?:much|many|likely)|with\b)", re.I
)
_AHEAD = re.compile(rf"\b(?:every|q|each)\s?(?:{NUMBER}\s)?$|(?:^|\b)(?:{ORDINAL})\s$", re.I)
_VAGUE = {"few", "a few"}


@dataclass(frozen=True, slots=True)
class Sessions:
    """A count of visits done ("six or seven": the lower), its ends, and the ``total`` of "15 of 16"."""

    count: float
    low: float
    high: float
    total: float | None
    noun: str
    start: int
    end: int


def find_sessions(text: str, base: int = 0) -> list[Sessions]:
    """Counts of visits or sessions in ``text``, in order; offsets moved by ``base``.

    "2x/wk x 6 wks" and "three times a week" are rates and give none; "a few sessions" has no figure.
    """
    found: list[Sessions] = []
    for m in _COUNT.finditer(text):
        before = text[max(0, m.start() - 24) : m.start()]
        if m["rate"] or m["low"].lower() in _VAGUE or _OFFICE.search(before) or _AHEAD.search(before):
            continue
        if _ALLOWED.search(before) and (used := _USED.search(text, m.end())):
            low = float(used["low"])
            found.append(Sessions(low, low, low, None, "visit", used.start() + base, used.end() + base))
            continue
        noun = m["noun"].lower()
        if noun == "times" and (
            m["x"]
            or _NOT_AFTER.match(text, m.end())
            or re.match(r"\s?(?:a|an|per|each|every|weekly|daily)\b|/", text[m.end() : m.end() + 9], re.I)
        ):
            continue
        low, total = parse_number(m["low"]), parse_number(m["total"] or "")
        if low is None or low > 300 or (m["of"] == "/" and (total is None or low > total)):
            continue
        high = parse_number(m["high"] or "") or low
        found.append(Sessions(low, low, high, total, noun.rstrip("s'"), m.start() + base, m.end() + base))
    for m in _LABEL.finditer(text):
        low = parse_number(m["low"])
        if low is not None and low <= 300:
            found.append(
                Sessions(
                    low, low, low, parse_number(m["total"] or ""), "visit", m.start() + base, m.end() + base
                )
            )
    for m in _BARE.finditer(text):
        word = (m["word"] or "").lower()
        low = {"once": 1.0, "twice": 2.0, "thrice": 3.0}.get(word) or parse_number(
            m["low"] or m["after"] or ""
        )
        if low is not None:
            found.append(Sessions(low, low, low, None, "time", m.start() + base, m.end() + base))
    for m in _AHEAD_OF_NAME.finditer(text):
        low = float(m["low"] or m["nth"] or m["of"])
        found.append(Sessions(low, low, low, None, "visit", m.start() + base, m.end() + base))
    found.sort(key=lambda s: (s.start, -s.end))
    out: list[Sessions] = []
    for s in found:
        if not out or s.start >= out[-1].end:
            out.append(s)
    return out


def planned_sessions(text: str) -> float | None:
    """Visits that a frequency and a length amount to: "three times a week for six weeks" is 18; else None.

    Kept apart from `find_sessions`: it tells what was ordered, not what was attended.
    """
    found = find_durations(text)
    for rate, span in pairwise(found):
        if (
            rate.kind == "rate"
            and rate.times
            and rate.unit == "week"
            and span.kind == "span"
            and span.value_days >= 7
        ):
            return float(round(rate.times * 7 / rate.value_days * span.value_days / 7))
    return None


def sessions(text: str) -> float | None:
    """The count of visits that ``text`` (one statement) gives, the largest of several, else None."""
    return max((s.count for s in find_sessions(text)), default=None)
