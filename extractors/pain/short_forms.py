"""Lengths of the complaint in short forms: "5 y LBP", "LBP 6m", the British "LBP 9/12", "Duration (months): 8"."""

from __future__ import annotations

import re

_SHORT_YEARS = re.compile(
    r"(?<![\w/.])(\d{1,2}) ?y (?:of |h/o |hx )?(?:\w+ ){0,2}(?:LBP|pain|sciatica)\b", re.I
)
_CLINIC = re.compile(r"\b(?:LBP|pain|sciatica|ache|neck|back)\b(?: for| x)? (\d{1,2})/(7|12|52)\b(?!/)", re.I)
#: "LBP 6m", "Low back pain: 2 y", "Symptom duration (months): 8".
_SHORT = re.compile(
    r"\b(?:LBP|pain|ache|sciatica),?(?: for| x|:| -)? ?(\d{1,2}) ?(y|yrs?|m|mo|w|wks?|d)\b(?![/-])(?! (?:post|after|s/p|ago|walk))",
    re.I,
)
_UNIT_AHEAD = re.compile(
    r"\b(?:duration|how long)\b[^.\n\d]{0,24}\(?\b(years|months|weeks)\)?\W{1,4}(\d{1,3})\b(?!\s?[/-])", re.I
)
_DAYS = {"y": 365.0, "m": 365 / 12, "w": 7.0, "d": 1.0}

Ranked = tuple[int, float]


def short_form(text: str, best: Ranked | None) -> Ranked | None:
    """(rank, weeks) of a short form in the sentence, where it is surer than ``best``; else ``best``."""
    clinic = _CLINIC.search(text)
    if clinic and (best is None or best[0] > 0):
        return 0, round(int(clinic[1]) * {"7": 1, "52": 7, "12": 365 / 12}[clinic[2]] / 7, 2)
    if best is not None:
        return best
    if short := _SHORT_YEARS.search(text):
        return 0, round(int(short[1]) * 365 / 7, 2)
    if brief := _SHORT.search(text):
        return 1, round(int(brief[1]) * _DAYS[brief[2][0].lower()] / 7, 2)
    if asked := _UNIT_AHEAD.search(text):
        return 1, round(int(asked[2]) * _DAYS[asked[1][0].lower()] / 7, 2)
    return None
