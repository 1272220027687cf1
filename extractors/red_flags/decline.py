"""Loss of strength between two times: two grades of one muscle, or a way of getting about that fell step by step."""

from __future__ import annotations

import re

from extractors.note import Mention, Note

_GRADE = r"(?P<{0}>[0-5])(?P<{0}s>[+-]| plus| minus)?"
_ANY = re.compile(
    r"(?<![\d/.])([0-5])([+-]| plus\b| minus\b)?(?:(?=/5)|(?= ?[LR]\b)|(?= (?:bilat|both|left|right)\b)|(?= ?\()|\s*$)",
    re.I,
)
_EARLIER = re.compile(r"(?<![\d/])([2-5])([+-])?/5|\b(?P<full>full|normal)\b", re.IGNORECASE)
#: Words that put the grade in brackets at an earlier time.
_THEN = re.compile(
    r"(?<![\d/])(?:1[0-2]|[1-9])/(?:[12]\d|3[01]|0?[1-9])(?:/\d{2,4})?(?= ?:|[ ,)]|$)(?!/)|\b(?:19|20)\d\d\b|\b(?:was|were|had been|charted|previous\w*|prior|last|earlier|ago|on "
    r"admission|ed|er|pcp|gp|ward|when|visit|note|letter|initial\w*|before|intake|baseline|yesterday|monday|tuesday|wednesday|thursday|friday|"
    r"saturday|sunday|jan\w*|feb\w*|mar(?:ch)?|apr\w*|may|june?|july?|aug\w*|sept?\w*|oct\w*|nov\w*|dec\w*)\b",
    re.IGNORECASE,
)
#: Ways of getting about, from free to none.
_WAYS = (
    (5, r"(?:climb(?:ed|s|ing)?|manag(?:ed|es|ing)|walk(?:ed|s|ing)?|doing|took|ran) (?:\w+ ){0,4}(?:stairs|steps|miles?|blocks|unaided|unassisted|independently|allotment|dog|hill)|\bstairs (?=\d)|unaided|independent(?:ly)?"),
    (4, r"banister|hand ?rail|furniture[- ]walk\w*|scuff\w*|only (?:to|as far as)"),
    (3, r"cane|stick"),
    (2, r"rollator|zimmer|(?:walking )?frame|walker|crutches"),
    (1, r"wheel-?chair|two[- ]person|need(?:ed|s) (?:two|help|someone)|pushing|cannot (?:stand|walk)|can(?:'t| not) (?:stand|walk)|not (?:managed|climbed) the stairs|bed-?bound|carried in"),
)  # fmt: skip
_WAY = re.compile(r"\b(?:" + "|".join(f"(?P<w{n}>{p})" for n, p in _WAYS) + r")", re.IGNORECASE)
_WHEN = re.compile(
    r"\b(?:until|since|then|now|today|yesterday|tonight|this (?:morning|week|evening)|last|by|in (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*|at (?:christmas|easter)|"
    r"for the (?:last|past)|(?:mon|tues|wednes|thurs|fri|satur|sun)day|thurs|fri|sat|(?:1[0-2]|[1-9])/(?:[12]\d|3[01]|0?[1-9]))\b",
    re.IGNORECASE,
)
_NOW = re.compile(r"\b(?:now|today|tonight|this (?:morning|week)|for the (?:last|past))\b", re.IGNORECASE)
_YEARS = re.compile(r"\b(?:19|20)\d\d\b")


def _value(digit: str, sign: str | None) -> float:
    """Medical Research Council grade as a number, a third up or down for plus and minus."""
    mark = (sign or "").strip()
    return int(digit) + (0.33 if mark in ("+", "plus") else -0.33 if mark in ("-", "minus") else 0.0)


def bracket_falls(text: str) -> bool | None:
    """Whether "3/5 both (4/5 when seen on Friday)" tells a loss; None where the text has no such bracket."""
    now, mark, told = text.partition("(")
    if not mark:
        return None
    later, earlier = list(_ANY.finditer(now)), _EARLIER.search(told)
    if not later or earlier is None or not _THEN.search(_EARLIER.sub(" ", told)):
        return None
    before = 5.0 if earlier["full"] else _value(earlier[1], earlier[2])
    return min(_value(m[1], m[2]) for m in later) < before


#: "4/5 in March, 3/5 today": the second grade is the later one.
_LATER_LAST = re.compile(r"/5 (?:today|now|currently|this (?:week|visit|morning))$", re.IGNORECASE)


def series_falls(text: str) -> bool | None:
    """Whether grades told in the order of time fall; None where the last is not of today."""
    if not _LATER_LAST.search(text):
        return None
    grades = [_value(m[1], m[2]) for m in re.finditer(r"(?<![\d/])([0-5])([+-])?(?=/5)", text)]
    return len(grades) >= 2 and grades[-1] < grades[0]


def ways_fall(mention: Mention, note: Note) -> bool:
    """Whether the sentences around tell ever poorer ways of getting about, one after another, within one illness."""
    near = " ".join(s.text for s in note.around(mention.sentence, 2, 2))
    if len(set(_YEARS.findall(near))) > 1:
        return False
    steps = [(int(str(m.lastgroup)[1:]), m.start()) for m in _WAY.finditer(near)]
    run: list[tuple[int, int]] = []
    for step in steps:
        if run and step[0] >= run[-1][0]:
            continue
        run.append(step)
    if len(run) < 2 or run[0][0] - run[-1][0] < 2 or len(_WHEN.findall(near)) < 2:
        return False
    return len(run) >= 3 or bool(
        _NOW.search(near[max(0, run[-1][1] - 60) : run[-1][1] + 40]) and run[0][0] == 5
    )
