"""Is a red flag meant, denied, past, or only warned of? Words around one mention, read in the clause."""

from __future__ import annotations

import re
from typing import Literal

from extractors.note import Mention, Note
from extractors.surgeries import context

Reading = Literal["present", "absent", "suspected", "past", "none"]

_NEGATED_LEFT = re.compile(
    r"\b(?:no|not|nor|never|denie[sd]|deny|denying|without|w/o|neg(?:ative)?(?: for)?|free of|absen(?:t|ce)(?: of)?|lacks?|none|non|rules? out|ruled out|excluded?|unremarkable for|unlikely)\b"
    r"(?:(?!\b(?:but|except|however|other than|aside from|although|positive for|does have|has had|now has|complains?|reports?|presents? with|because of|due to|only|longer)\b)[^.;]){0,160}$",
    re.IGNORECASE,
)
_NEGATED_RIGHT = re.compile(
    r"^[^.;,\n]{0,35}?(?::|=|\bis\b|\bare\b|\bwas\b|\bwere\b|-)\s?(?:negative|neg|absent|denied|denies|none|no|not (?:present|elicited|seen|identified|noted|found)|normal|intact|unremarkable|unlikely|excluded|ruled out)\b"
    r"|^(?:'s)?(?: \w+){0,2} (?:negative|neg|absent|denied|not (?:present|elicited|seen|identified|noted|found|suspected)|unlikely|excluded|ruled out)\b|^ ?\(-\)|^ ?neg\b",
    re.IGNORECASE,
)
_NORMAL = re.compile(r"\b(?:normal|intact|unchanged|regular|no change|preserved|good|stable)\b(?: \w+){0,2}\s*$|^(?:\s\w+){0,3}\s(?:is|are|was|were|remains?)?\s?(?:reported as |all )?(?:normal|intact|unremarkable|preserved|at baseline|unchanged)\b", re.IGNORECASE)
_POSITIVE_RIGHT = re.compile(r"^(?:'s)?(?:\s?(?:sign|test|reflex|is|are|was|were|today|bilaterally|on the (?:left|right)|b/l|bilat|both|now|:))*\s?(?:\(?\+\)?|positive|pos\b|present|brisk)", re.IGNORECASE)
_POSITIVE_LEFT = re.compile(r"(?:\+|\bpositive|\bpos|\bpresent|\bbilateral|\b(?:two|three|four|five|several|[2-9]|sustained)(?:[- ]beats?(?: of)?)?|\bbeats? of|\bhas|\bwith|\bshows?|\bthere (?:is|are))\s*(?:\w+ ){0,2}$", re.IGNORECASE)
_SUSPECTED = re.compile(
    r"\b(?:suspicio(?:n|us)|concern(?:ing|ed|s)?|worrisome|worr(?:y|ied)|suspect(?:ed|s)?|suggest(?:s|ive|ing)|consistent|compatible|c/w|likely|probable|probably|presumed|favou?r(?:s|ed)?|highly|evidence of|rule out|r/o|rules out|to exclude|evaluate for|evaluation for|question of|possible|possibly|\?)\b[^.;]{0,50}$",
    re.IGNORECASE,
)
_WEAK_SUSPECTED = re.compile(r"\b(?:possible|possibly|rule out|r/o|to exclude|evaluate for|evaluation for|question of|questionable|versus|vs\.?|either|could be|might be|may (?:be|represent|reflect)|differential|cannot (?:exclude|rule out))\b[^.;]{0,90}$", re.IGNORECASE)
_PAST = re.compile(
    r"\b(?:history|hx|h/o|hist|prior|previous(?:ly)?|past(?! (?:few |several |couple of |\d+ |two |three |four |six )?(?:days?|weeks?|months?|years?|24|48))|remote(?:ly)?|old|chronic|healed|resolved|remission|treated|s/p|status post|years? ago|in (?:19|20)\d\d|survivor|former|stable|long-?standing|known remote|age-indeterminate|childhood|as a (?:child|teen\w*))\b",
    re.IGNORECASE,
)
_ACTIVE = re.compile(r"\b(?:acute|subacute|new|recent|unhealed|not (?:yet )?healed|non-?healed|nonunion|edema|active|current(?:ly)?|ongoing|worsening|persistent|symptomatic|painful|kyphoplasty|vertebroplasty|augmentation|tlso|brace|bracing|incomplete(?:ly)? heal\w*|without complete healing|healing)\b", re.IGNORECASE)
_QUOTED = re.compile(r"\b(?:records? (?:indicate|show|suggest)|your (?:letter|denial)|denial|reviewer (?:said|says|states|wrote))\b", re.IGNORECASE)
# "Spondylosis without myelopathy or radiculopathy" is the title of a code, not a finding.
_TITLE = re.compile(
    r"\b(?:spondylosis|disorders?|displacement|degeneration|stenosis|disease)\b[^.;]{0,40}\b(?:w/o|without|with or without)\s$|^\s?(?:or|and|/|,) ?radiculopathy\b", re.IGNORECASE
)


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
