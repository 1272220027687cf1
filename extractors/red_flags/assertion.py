"""Is a red flag meant, denied, past, or only warned of? Words around one mention, read in the clause."""

from __future__ import annotations

import re
from typing import Literal

from extractors.note import Mention, Note
from extractors.surgeries import context
from extractors.surgeries.cues import load_cues

CUES = load_cues(__file__)

Reading = Literal["present", "absent", "suspected", "past", "none"]

_NEGATED_LEFT = CUES["negated_left"]
_NEGATED_RIGHT = CUES["negated_right"]
_NORMAL = CUES["normal"]
_POSITIVE_RIGHT = CUES["positive_right"]
_POSITIVE_LEFT = CUES["positive_left"]
_SUSPECTED = CUES["suspected"]
_WEAK_SUSPECTED = CUES["weak_suspected"]
_PAST = CUES["past"]
_ACTIVE = CUES["active"]
_QUOTED = CUES["quoted"]
# "Spondylosis without myelopathy or radiculopathy" is the title of a code, not a finding.
_TITLE = CUES["title"]


def reading(note: Note, m: Mention) -> tuple[Reading, str]:
    """How a mention is meant, with the step that says so."""
    s, text = m.sentence, m.sentence.text
    if s.section.category in context.NOT_ASSERTED or context.others(s, m.start, m.end):
        return "none", "section or person"
    box = context.checkbox(note, s.span(m.start, m.end).end)
    if box is not None:
        return ("present", "checkbox") if box else ("absent", "checkbox")
    if context.warning(s, m.start, m.end) or context.at_risk(s, m.start) or context.policy_text(note, s):
        return "none", "warning, risk or policy"
    a, b = _bounds(m)
    left, right = text[a : m.start], text[m.end : b]
    if _TITLE.search(left) or _TITLE.search(right[:40]):
        return "none", "title of a diagnosis"
    if _QUOTED.search(text) and ('"' in text or _QUOTED.search(left)):
        return "none", "quoted"
    if m.entry.attributes.get("strength") == "symptom" and (_NORMAL.search(left[-40:]) or _NORMAL.search(right)):
        return "absent", "normal"
    if _NEGATED_RIGHT.search(right) or (_negated(left) and not _POSITIVE_RIGHT.search(right)):
        return "absent", "negated"
    if m.has("negated") and not (_POSITIVE_RIGHT.search(right) or _POSITIVE_LEFT.search(left)):
        return "absent", "negated<-context"
    if m.has("family"):
        return "none", "family<-context"
    if m.has("hypothetical") or context.hypothetical(s, m.start, m.end):
        return "none", "hypothetical"
    if s.section.category == "review_of_systems" and re.search(r"\b(?:negative|neg|denies|none)\b", text, re.IGNORECASE):
        return "absent", "negated<-review of systems"
    if _PAST.search(left[-60:]) or _PAST.search(right[:50]) or m.has("historical") or s.section.category == "past_medical":
        if not (_ACTIVE.search(left[-60:]) or _ACTIVE.search(m.text) or _ACTIVE.search(right[:80])):
            return "past", "historical"
    if _WEAK_SUSPECTED.search(left):
        return "suspected", "possible"
    if _SUSPECTED.search(left):
        return "present", "suspected"
    return "present", "plain"


def _bounds(m: Mention) -> tuple[int, int]:
    """The clause, cut at a full stop; commas stay, for lists under one negation."""
    a, b = m.clause
    return a, b


def _negated(left: str) -> bool:
    """Whether a negation in front reaches the mention: a comma list, not a new finding."""
    found = _NEGATED_LEFT.search(left)
    if not found:
        return False
    between = found.group()
    # "no relief, now with foot drop": a new predicate ends the negation.
    return not re.search(r"\b(?:relief|now|then|and (?:has|had|is|now|she|he)|which|who|improv\w*|help\w*)\b", between, re.IGNORECASE)
