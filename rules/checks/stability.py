"""What cited words say of the stability of a slip.

Read clause by clause. A translation in millimetres is motion unless the words call it normal; what they leave
open (suspected, bounded, negated at a distance) is open, never stable. The purpose of a study ("to assess for
instability") is no result.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

Stability = Literal["stable", "unstable", "open"]

_NOUN = (
    r"(?:instability|translation|translat(?:es|ed|ing)|translate|motion|moves|move|movement|change|increase"
    r"|subluxation|hypermobility)"
)
_MOTION = r"(?:translation|translat(?:es|ed|ing)|motion|moves|movement|shifts?|increas(?:es|ed|ing))"
#: A length that is not nought.
_LENGTH = r"(?=[\d.]*[1-9])\d+(?:\.\d+)?\s?(?:mm|millimet)"
#: What stands between a negation and what it denies.
_GAP = r"(?:(?!\b(?:with|shows?|there is)\b)[^\n]){0,40}?"


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_CLAUSE = _words(r"[.;:\n](?!\d)|\b(?:but|however|although|though|while|whereas)\b")
_PURPOSE = _words(
    r"\b(?:to|for)\s+(?:assess|evaluat|check|exclud|look|rule out)\w*\s+(?:of |for )?"
    r"(?:\w+ )?(?:in)?stability\b"
    r"|\b(?:to )?rule out (?:\w+ )?instability\b|\bfor (?:\w+ )?(?:in)?stability\b"
)
_DOUBT = _words(
    r"\b(?:possibl[ey]|probabl[ey]|likely|suspect\w*|questionabl[ey]|question of|suggest\w*|concern\w*"
    r"|may|might|cannot|could not|r/o|equivocal|borderline|unclear|indeterminate|limited"
    r"|not (?:assessed|evaluated|tested|excluded))\b|\?"
)
_NOT_STABLE = _words(r"\b(?:not|no longer|never|isn.t)\s+stable\b")
_HARDLY_STABLE = _words(r"\b(?:not|no longer|never|nor|neither|isn.t|if)\b[^\n,]{1,25}\bstable\b")
_DENIED = _words(
    rf"\b(?:no|not|nor|without|negative for|absence of)\b{_GAP}\b{_NOUN}\b"
    rf"(?:(?:\s*,\s*(?:or |nor |and )?| or | nor | and |/)(?:\w+ ){{0,2}}{_NOUN}\b)*"
)
_DENIED_QUALITY = _words(
    r"\b(?:no|not|nor|non|never|without)\b[- ](?:\w+ ){0,2}(?:hyper)?(?:mobile|unstable)\b"
)
_UNSTABLE = _words(r"\bunstable\b|\binstability\b|\b(?:hyper)?mobile\b|\bhypermobility\b")
_MOVES = _words(
    rf"\b{_MOTION}\b[^,\n]{{0,30}}?{_LENGTH}|{_LENGTH}\w*\s(?:of\s)?(?:\w+\s){{0,2}}{_MOTION}\b"
    r"|\bincreas(?:es|ed|ing)\b[^\n]{0,30}\b(?:flexion|extension)\b"
)
_LENGTH_NEXT = _words(rf"[^,\n]{{0,30}}?{_LENGTH}")
_NORMAL = _words(
    r"(?<!\bnot )\b(?:within normal|wnl|normal|physiologic\w*|insignificant|not (?:clinically )?significant"
    r"|negligible)\b"
)
_NORMAL_MOTION = _words(rf"(?<!\bnot )\b(?:normal|physiologic\w*|insignificant|negligible)\s{_MOTION}\b")
_STABLE = _words(r"\bstable\b")
_TOPIC = _words(rf"\bstable\b|\bunstable\b|\b(?:hyper)?mobile\b|\b{_NOUN}\b|\b{_MOTION}\b")


def _of_clause(text: str) -> Stability | None:
    """Return what one clause says."""
    if not _TOPIC.search(text):
        return None
    if _NOT_STABLE.search(text):
        return "unstable"
    if _DOUBT.search(text) or _HARDLY_STABLE.search(text):
        return "open"
    for match in _DENIED.finditer(text):
        # "No translation greater than 3 mm", "no fracture, translation 5 mm": denied, or only bounded?
        if _LENGTH_NEXT.match(text, match.end()):
            return "open"
    left = _DENIED_QUALITY.sub(" ", _DENIED.sub(" ", text))
    denied = left != text
    if _UNSTABLE.search(left):
        return "unstable"
    moves = _MOVES.search(left)
    if moves:
        if _NORMAL.search(left, moves.end()) or _NORMAL_MOTION.search(left):
            return "stable"
        return "open" if _NORMAL.search(left) else "unstable"
    return "stable" if denied or _STABLE.search(left) or _NORMAL_MOTION.search(left) else None


def stability(quotes: Sequence[str]) -> Stability | None:
    """Return what quotes say of stability.

    Returns
    -------
    str or None
        ``unstable`` where any clause says so, else ``open`` where any leaves it open, else ``stable``
        where any says that; None where none says anything.
    """
    said = {_of_clause(part) for quote in quotes for part in _CLAUSE.split(_PURPOSE.sub(" ", quote)) if part}
    for answer in ("unstable", "open", "stable"):
        if answer in said:
            return answer
    return None
