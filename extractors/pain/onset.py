"""How long the complaint has lasted: from its onset to the note."""

from __future__ import annotations

import datetime as dt
import re

from extractors.facts import Span
from extractors.note import Note, Sentence
from extractors.quantities import find_dates, find_durations, find_since

#: Where a note tells of the complaint's history.
TOLD_IN = {"header", "chief_complaint", "history", "treatment_history", "indication", "assessment", "other", "denial", "plan", "preoperative_diagnosis", "social_history", "past_medical"}
_PAIN = re.compile(
    r"\b(?:pains?|painful|LBP|ach(?:e|es|ing)|sciatica|symptoms?|complaints?|problem|discomfort|headaches?|stiffness|radicul\w+|numbness|tingling|hurt\w*|trouble|injur(?:y|ed)|sore(?:ness)?|flare|onset|duration|(?:has|had) (?:had )?(?:this|it))\b",
    re.IGNORECASE,
)
_SPINE = re.compile(r"\b(?:back|neck|LBP|lumb\w+|cervical|thoracic|spine|spinal|sciatica|radicul\w+|legs?|arms?|buttocks?|belt|SI|sacro\w+|thigh|foot|this|it|symptoms?|complaint|problem)\b", re.IGNORECASE)
_BEFORE_ONSET = re.compile(r"\b(?:start\w*|began|begun|beginning|begin|onset|develop\w*|occurr\w*|since|came on|return\w*|noticed|injured|hurt|fell|happened|came back|appeared|history|hx|suffer\w*|returned|recurr\w*|date of injury|DOI|accident)\b", re.IGNORECASE)
_NOT_ONSET_BEFORE = re.compile(
    r"\b(?:relief|helped|helps|better|worked|working|works|smok\w*|married|PT|therapy|chiropract\w*|HEP|MRI|CT|EMG|surgery|fusion|laminectomy|discectomy|surgical|operation|injections?|blocks?|RFA|ESI|ablation|meloxicam|naproxen|gabapentin|medications?|takes|taking|took|follow\w*|seen|stopped|last visit|retired|diabet\w*|hypertension|off work|pregnan\w*|every|each|hospital\w*|discharged|driver|job|lives|resident|immigrated|quit|diagnosed|foot-?ware|numbness|worse|worsen\w*|increas\w*|flared?|feet)\b[^.;\n]{0,30}$",
    re.IGNORECASE,
)
_NOT_ONSET_AFTER = re.compile(
    r"^\s?(?:of (?:relief|PT|physical|therapy|chiro\w*|treatment|conservative|care|NSAIDs?|rest|benefit|improvement|home)|relief|later|after|post|s/p|status post|(?:ago )?(?:he|she) (?:had|underwent)|follow-?up|apart|old|each time|at a time|in duration)\b",
    re.IGNORECASE,
)
_DIRECT = (
    # "3 yr hx of b/l LBP", "one-year history of right arm pain"
    re.compile(r"^[\s-]{0,2}(?:\+ ?)?(?:h/o|hx|history|hist|course|duration)\b(?: of)?[^.;\n]{0,50}", re.IGNORECASE),
)
_DIRECT_BEFORE = re.compile(
    r"\b(?:pains?|LBP|sciatica|symptoms?|ache|aching|complaints?|discomfort|problem|stiffness|radiculopathy|spine pain|backache|trouble)\b[^.;\n]{0,45}(?:\bx|×|\bfor|\bof|\bduration|,|:|\babout|\bthese|\bgoing on|\bpresent|\bover)\s?(?:about |approximately |approx\.? |roughly |around |almost |nearly |over |more than |at least |the past |the last |past |last |a |~|>|some |well over |now )*$"
    r"|\b(?:has had (?:this|it)|had this|it has been there|it's been|going on|has been (?:present|there|ongoing|going on)|duration|onset|present|dealing with (?:this|it)|suffer\w+(?: \w+){0,6})\s?(?:for|:|x|about|now)?\s?(?:about |approximately |roughly |around |over |more than |at least |the past |the last |almost |nearly |~)*$",
    re.IGNORECASE,
)


def _weeks(days: float) -> float:
    return round(days / 7, 2)


def _from_length(sentence: Sentence) -> tuple[int, float, int, int] | None:
    """(rank, weeks, start, end) of the best stated length of the complaint in a sentence."""
    text = sentence.text
    best: tuple[int, float, int, int] | None = None
    for d in find_durations(text):
        if d.unit in ("hour", "minute", "second") or d.kind not in ("span", "ago"):
            continue
        before, after = text[max(0, d.start - 90) : d.start], text[d.end : d.end + 60]
        left = re.split(r"[.;]|, and (?:he|she)|\bbut\b", before)[-1]
        if _NOT_ONSET_AFTER.match(after):
            continue
        rank = 9
        if d.kind == "span" and (m := _DIRECT[0].match(after)) and (_PAIN.search(m[0]) or _PAIN.search(after[:60])):
            rank = 0
        elif d.kind == "span" and re.match(r"[\s-]{0,2}(?:of )?(?:\w+ ){0,3}(?:pain|LBP)\b", after) and re.search(r"\b(?:with|has|for|had|after|w/|f/u|now)(?: had)? ?(?:about |a |the past )?$", before, re.I):
            rank = 1
        elif d.kind == "span" and _DIRECT_BEFORE.search(left) and not _NOT_ONSET_BEFORE.search(left[-34:]):
            rank = 1
        elif d.kind == "ago" and _BEFORE_ONSET.search(left) and (_PAIN.search(text) or _SPINE.search(text)) and not _NOT_ONSET_BEFORE.search(left[-25:]):
            rank = 2
        elif d.kind == "ago" and re.match(r"^[^.;\n]{0,14}\b(?:ago|back)\b,? (?:\w+ ){0,6}(?:developed|began|started|noticed|injured|onset|had (?:the )?onset)\b", text[d.end - 4 : d.end + 60], re.I) and _PAIN.search(text):
            rank = 2
        elif d.kind == "span" and d.to_now and _PAIN.search(left) and _SPINE.search(text) and not _NOT_ONSET_BEFORE.search(left):
            rank = 3
        elif d.kind in ("ago",) and re.match(r"^\W{0,4}$", left) and _PAIN.search(text):
            rank = 3
        if rank < 9 and (best is None or rank < best[0]):
            best = (rank, _weeks(d.value_days), d.start, d.end)
    return best


def _from_date(sentence: Sentence, as_of: dt.date) -> tuple[int, float, int, int] | None:
    """(rank, weeks, start, end) of an onset date in a sentence: "since 9/12/2023", "returned January of this year"."""
    text = sentence.text
    if not (_PAIN.search(text) or re.search(r"\b(?:started|began|onset|date of injury|DOI)\b", text, re.I)):
        return None
    dates = {s.date.start: s.date for s in find_since(text, as_of=as_of) if s.date is not None}
    for d in find_dates(text, as_of=as_of):
        dates.setdefault(d.start, d)
    for at, d in sorted(dates.items()):
        if d.value is None or d.precision == "year" or d.value >= as_of or (as_of - d.value).days > 365 * 40:
            continue
        left = re.split(r"[.;]|\bbut\b", text[max(0, at - 60) : at])[-1]
        m = _BEFORE_ONSET.search(left)
        if not m or _NOT_ONSET_BEFORE.search(left[-30:]) or re.search(r"\b(?:relief|better|worse|stopped|wearing|wore|MRI|x-?ray|signed|new)\b", left, re.I):
            continue
        return 4, _weeks((as_of - d.value).days), at, d.end
    return None


def duration_of(note: Note, as_of: dt.date | None) -> tuple[float, Span] | None:
    """Weeks from the onset of the complaint to the note, with the place that tells it; None where not stated.

    A stated length ("3 yr hx of low back pain") outranks "two years ago" and that outranks an onset date; among equals
    the first in the note wins.
    """
    found: tuple[int, int, float, Span] | None = None
    for sentence in note.sentences:
        if sentence.section.category not in TOLD_IN or not any(m.family == "pain" for m in sentence.mentions):
            continue
        if any(m.has("family") for m in sentence.mentions if m.family == "pain"):
            continue
        hit = _from_length(sentence)
        if hit is None and as_of is not None:
            hit = _from_date(sentence, as_of)
        if hit is None:
            continue
        late = sentence.section.category in ("assessment", "plan", "past_medical")
        key = (hit[0] + (1 if late else 0), sentence.index)
        if found is None or key < found[:2]:
            found = (*key, hit[1], sentence.whole)
    return (found[2], found[3]) if found else None
