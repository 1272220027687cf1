"""Statements that take an operation back: an error of the record, another person's, a payer's quoted reason."""

from __future__ import annotations

import re

from extractors.surgeries.cues import load_cues
from extractors.surgeries.view import NOTHING, Decision, View

CUES = load_cues(__file__)
#: A comparison needs its negation ("cement is not a fusion").
_NOT = re.compile(r"\b(?:not|never)\b|n't\b", re.IGNORECASE)
#: How far back the words of a mistake or a comparison may stand, in characters.
_REACH = 60


def corrected(v: View) -> Decision:
    """NOTHING where the sentence says that the operation was never this patient's; else None."""
    if v.generic:
        return None
    text = v.sentence.text
    left, right = text[: v.p.start], text[v.p.end :]
    if CUES["corrected_after"].match(right) or CUES["corrected_before"].search(left[-_REACH:]):
        return NOTHING
    if CUES["quoted_reason"].match(text) and not v.p.years:
        return NOTHING
    if v.p.labels <= {"fusion"} and not v.p.levels:
        tail = CUES["is_not_a"].search(left[-_REACH:])
        if tail is not None and _NOT.search(tail.group()):
            return NOTHING
    return None
