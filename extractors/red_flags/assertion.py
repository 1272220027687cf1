"""Is a red flag meant, denied, past, or only warned of? Words around one mention, read in the clause."""

from __future__ import annotations

import re
from typing import Literal

from extractors.note import Mention, Note
from extractors.radicular.forms import cell_answer
from extractors.surgeries import answers, context
from extractors.surgeries.cues import load_cues

CUES = load_cues(__file__)

Reading = Literal["present", "absent", "suspected", "past", "none"]

_NEGATED_LEFT = CUES["negated_left"]
_NEGATED_RIGHT = CUES["negated_right"]
_NORMAL = CUES["normal"]
POSITIVE_RIGHT = CUES["positive_right"]
POSITIVE_LEFT = CUES["positive_left"]
_SUSPECTED = CUES["suspected"]
_WEAK_SUSPECTED = CUES["weak_suspected"]
PAST = CUES["past"]
ACTIVE = CUES["active"]
_QUOTED = CUES["quoted"]
_NEGATIVE_LINE = re.compile(r"\b(?:negative|neg|denies|none)\b", re.IGNORECASE)
_NEW_PREDICATE = re.compile(
    r"\b(?:relief|now|then|and (?:has|had|is|now|she|he)|which|who|improv\w*|help\w*)\b", re.IGNORECASE
)
# "Spondylosis without myelopathy or radiculopathy" is the title of a code, not a finding.
_TITLE = CUES["title"]


def reading(note: Note, m: Mention) -> tuple[Reading, str]:
    """How a mention is meant, with the step that says so."""
    s, text = m.sentence, m.sentence.text
    if s.section.category in context.NOT_ASSERTED or _of_another(m):
        return "none", "section or person"
    box = answers.checkbox(note, s.span(m.start, m.end).end)
    if box is not None:
        return ("present", "checkbox") if box else ("absent", "checkbox")
    cell = cell_answer(text, m.end)
    if cell is not None:
        return {"yes": ("present", "checkbox"), "no": ("absent", "checkbox"), "empty": ("none", "question")}[
            cell
        ]  # type: ignore[return-value]
    if answers.unanswered(note, s.span(m.start, m.end).end) or text.rstrip().endswith("?"):
        return "none", "question"
    if m.entry.attributes.get("strength") == "normal":
        return ("none", "not normal") if m.has("negated") else ("absent", "normal")
    if CUES["rare"].search(text[m.end :]) or (
        CUES["teaching"].search(text) and not CUES["happening"].search(text)
    ):
        return "none", "teaching"
    if (
        CUES["ring_us"].search(text[: m.start])
        or context.warning(s, m.start, m.end)
        or context.at_risk(s, m.start)
        or context.policy_text(note, s)
    ):
        return "none", "warning, risk or policy"
    a, b = m.clause
    left, right = text[a : m.start], text[m.end : b]
    if _TITLE.search(left) or _TITLE.search(right[:40]):
        return "none", "title of a diagnosis"
    if _QUOTED.search(text) and ('"' in text or _QUOTED.search(left)):
        return "none", "quoted"
    return _denied(m, left, right) or _hedged(m, left, right)


def _of_another(m: Mention) -> bool:
    """Whether the words are of somebody else; a relative who speaks ("Wife: ...") tells of the patient."""
    left = m.sentence.text[: m.start]
    if CUES["someone_else"].search(left):
        return True
    if CUES["speaker"].search(left):
        return False
    return m.has("family") or context.others(m.sentence, m.start, m.end)


def _denied(m: Mention, left: str, right: str) -> tuple[Reading, str] | None:
    """Normal function, negation in front or behind, ConText's negation, or a negative review of systems."""
    if m.entry.attributes.get("strength") in ("grades", "ways"):
        return None  # two figures, or a way of getting about: a "no" before them denies something else
    affirmed = POSITIVE_RIGHT.search(right)
    if m.entry.attributes.get("strength") == "symptom" and (
        _NORMAL.search(left[-40:]) or _NORMAL.search(right)
    ):
        return "absent", "normal"
    if _NEGATED_RIGHT.search(right) or (_negated(left) and not affirmed):
        return "absent", "negated"
    own = CUES["inability"].match(m.text)  # "cannot do up buttons": the negation is the finding
    if m.has("negated") and not (own or affirmed or POSITIVE_LEFT.search(left)):
        return "absent", "negated<-context"
    if m.sentence.section.category == "review_of_systems" and _NEGATIVE_LINE.search(m.sentence.text):
        return "absent", "negated<-review of systems"
    return None


def _hedged(m: Mention, left: str, right: str) -> tuple[Reading, str]:
    """Conditional, past, possible, suspected, or plainly present."""
    if m.has("hypothetical") or context.hypothetical(m.sentence, m.start, m.end):
        return "none", "hypothetical"
    past = PAST.search(left[-60:]) or PAST.search(right[:50]) or m.has("historical")
    active = ACTIVE.search(left[-60:]) or ACTIVE.search(m.text) or ACTIVE.search(right[:80])
    if m.entry.attributes.get("strength") == "grades":
        active = active or re.search(
            r"/5\D", m.text
        )  # two grades at two times: the later one is now, whatever heading stands above
    if m.label == "fracture" and CUES["healed"].search(m.sentence.text[m.end : m.end + 200]):
        return "past", "healed"
    if m.label == "malignancy" and m.sentence.section.category == "past_medical" and not past:
        return "present", "known"  # a spread to the spine that is listed goes on unless it says otherwise
    if (past or m.sentence.section.category == "past_medical") and not active:
        return "past", "historical"
    if CUES["suspected_right"].search(right):
        return "suspected", "possible"
    if _WEAK_SUSPECTED.search(left) and not re.search(
        r"\bnew(?:ly|[- ]onset)?\s(?:\w+\s)?$", left, re.IGNORECASE
    ):
        return "suspected", "possible"
    return ("present", "suspected") if _SUSPECTED.search(left) else ("present", "plain")


def _negated(left: str) -> bool:
    """Whether a negation in front reaches the mention: a comma list, not a new finding."""
    found = _NEGATED_LEFT.search(left)
    # "no relief, now with foot drop": a new predicate ends the negation.
    return found is not None and not _NEW_PREDICATE.search(found.group())
