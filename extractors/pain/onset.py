"""How long the complaint has lasted: from its onset to the note."""

from __future__ import annotations

import datetime as dt
import re

from extractors.facts import Span
from extractors.note import Note, Sentence
from extractors.quantities import find_dates, find_durations, find_since

#: Where a note tells of the complaint's history.
TOLD_IN = {
    "header",
    "chief_complaint",
    "history",
    "treatment_history",
    "indication",
    "assessment",
    "other",
    "denial",
    "plan",
    "preoperative_diagnosis",
    "past_medical",
    "procedure",
    "therapy",
    "subjective",
}
_PAIN = re.compile(
    r"\b(?:pains?|painful|LBP|ach(?:e|es|ing)|sciatica|symptoms?|complaints?|problem|discomfort|headaches?|stiffness|radicul\w+|numbness|tingling|hurt\w*|trouble|injur(?:y|ed)|sore(?:ness)?|flare|onset|duration|(?:has|had) (?:had )?(?:this|it))\b",
    re.IGNORECASE,
)
_SPINE = re.compile(
    r"\b(?:back|neck|LBP|lumb\w+|cervical|thoracic|spine|spinal|sciatica|radicul\w+|legs?|arms?|buttocks?|belt|SI|sacro\w+|thigh|foot|this|it|symptoms?|complaint|problem)\b",
    re.IGNORECASE,
)
_BEFORE_ONSET = re.compile(
    r"\b(?:start\w*|began|begun|beginning|begin|onset|develop\w*|occurr\w*|since|came on|return\w*|noticed|injured|hurt|fell|happened|came back|appeared|history|hx|suffer\w*|returned|recurr\w*|date of injury|DOI|accident)\b",
    re.IGNORECASE,
)
_NOT_ONSET_BEFORE = re.compile(
    r"\b(?:relief|helped|helps|better|worked|working|works|smok\w*|married|PT|therapy|chiropract\w*|HEP|MRI|CT|EMG|surgery|fusion|laminectomy|discectomy|surgical|operation|injections?|blocks?|RFA|ESI|ablation|meloxicam|naproxen|gabapentin|medications?|takes|taking|took|follow\w*|seen|stopped|last visit|retired|diabet\w*|hypertension|off work|pregnan\w*|every|each|hospital\w*|discharged|driver|job|lives|resident|immigrated|quit|diagnosed|foot-?ware|numbness|worse|worsen\w*|increas\w*|flared?|feet)\b[^.;\n]{0,30}$",
    re.IGNORECASE,
)
_NOT_ONSET_AFTER = re.compile(
    r"^\s?(?:of (?:relief|PT|physical|therapy|chiro\w*|treatment|conservative|care|NSAIDs?|rest|benefit|improvement|home)|relief|later|after (?:the |his |her |an? )?(?:surgery|operation|RFA|injection|block|ESI|procedure|PT|fusion|ablation|first|second)|post|s/p|status post|(?:ago )?(?:he|she) (?:had|underwent)|follow-?up|apart|old|each time|at a time|in duration)\b",
    re.IGNORECASE,
)
#: What stands behind the figure: "3 yr hx of", "-month history", "of low back pain", "years' standing".
_HISTORY_OF = re.compile(
    r"^[\s'-]{0,3}(?:\+ ?)?(?:h/o|hx|history|hist|standing|duration|course|now\b|of (?:it|this|such)\b|altogether|in all|total)",
    re.IGNORECASE,
)
_OF_PAIN = re.compile(
    r"^'?[\s-]{1,2}(?:(?:of|with|worth of) )?(?:(?!relief|PT|physical|therapy)[\w/.-]+ ){0,5}?(?:pains?|LBP|backache|ache|aching|sciatica|symptoms?|trouble|stiffness|radiculopathy|discomfort)\b",
    re.IGNORECASE,
)
#: What stands ahead of it: the pain itself, within a phrase.
_PAIN_AHEAD = re.compile(
    r"\b(?:pains?|LBP|sciatica|symptoms?|sx|aches?|aching|hurt(?:s|ing)?|complaints?|discomfort|stiffness|radiculopathy|backaches?|trouble|cervicalgia|lumbago|tingling|back|neck|leg|arm|radic)\b[^.;\n]{0,60}$",
    re.IGNORECASE,
)
_LASTS = re.compile(
    r"\b(?:has had (?:this|it)|had this|(?:it )?has been (?:there|present|ongoing|going on)|it's been|it has (?:now )?been|going on|goes? back|dates? back|duration|present|dealing with|suffer\w*|lasting|bothered|troubled|for (?:some|the (?:past|last)))\b[^.;\n]{0,30}$",
    re.IGNORECASE,
)
_ONSET_AFTER = re.compile(
    r"^[^.;\n]{0,14}\b(?:ago|back|after|following)\b,? (?:(?:\w+|[\w-]+) ){0,6}(?:developed|began|started|noticed|injured|onset|fall|injury|accident|lifting|strain|had (?:the )?onset|MVA|MVC|without|while|when)\b",
    re.IGNORECASE,
)
_TELLS_PAIN = {"axial", "limb", "complaint", "radiates"}


def _weeks(days: float) -> float:
    return round(days / 7, 2)


def _rank(sentence: Sentence, start: int, end: int, kind: str, to_now: bool) -> int | None:
    """How surely a stretch of time is the complaint's: 0 is best, None means that it is not."""
    text = sentence.text
    left = re.split(r"[.;]|, (?:and|but|so) (?:he|she)|\bbut\b|\(", text[max(0, start - 110) : start])[-1]
    right = text[end : end + 70]
    if _NOT_ONSET_AFTER.match(right):
        return None
    blocked = _NOT_ONSET_BEFORE.search(left[-45:]) is not None
    pain_ahead = _PAIN_AHEAD.search(left) is not None
    if kind == "ago":
        if (_BEFORE_ONSET.search(left) or _ONSET_AFTER.match(text[end - 5 : end + 70])) and not blocked:
            return 2 if _PAIN.search(text) or _SPINE.search(left) else 4
        return None
    if kind == "after":
        return 3 if _ONSET_AFTER.match(text[end - 1 : end + 70]) and start <= 2 else None
    behind = _HISTORY_OF.match(right)
    if behind and (_PAIN.search(right) or pain_ahead or start <= 20) and not blocked:
        return 0
    if _OF_PAIN.match(right) and not re.search(
        r"\b(?:without|had|minimal|relief)\b[^.;]{0,12}$", left[-24:], re.I
    ):
        return 0
    if blocked:
        return None
    if _LASTS.search(left) and (pain_ahead or _PAIN.search(text)):
        return 1
    if pain_ahead:
        return 1
    if re.match(r"^(?:it|this) (?:has|had) (?:now )?been\b", text, re.I):
        return 1
    if to_now and _PAIN.search(text):
        return 3
    if (
        start <= 3
        and sentence.section.category in ("chief_complaint", "history", "header")
        and re.match(r"\s?(?:,|$|\.)", right)
    ):
        return 5
    return None


def _from_length(sentence: Sentence) -> tuple[int, float, int, int] | None:
    """(rank, weeks, start, end) of the best stated length of the complaint in a sentence."""
    text = sentence.text
    best: tuple[int, float, int, int] | None = None
    for d in find_durations(text):
        if d.unit in ("hour", "minute", "second") or d.kind in ("age", "rate", "window"):
            continue
        kind = d.kind
        if kind == "until":  # "the back for eight years" is no "back in eight weeks"
            if not re.search(
                r"\b(?:pain|ache|hurt\w*)\b[^.;]{0,40}\b(?:back|neck|leg)\b(?: for)? $",
                text[max(0, d.start - 70) : d.start],
                re.I,
            ):
                continue
            kind = "span"
        rank = _rank(sentence, d.start, d.end, kind, d.to_now)
        # Of two lengths in one sentence ("off and on 12 years, steady the past 18 months") the first tells the onset.
        if rank is not None and (best is None or rank < best[0]):
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
        if (
            not m
            or _NOT_ONSET_BEFORE.search(left[-30:])
            or re.search(r"\b(?:relief|better|worse|stopped|wearing|wore|MRI|x-?ray|signed)\b", left, re.I)
        ):
            continue
        return 4, _weeks((as_of - d.value).days), at, d.end
    return None


_ASKS_ONSET = re.compile(
    r"\b(?:when did (?:it|this|the|your)|how long (?:have|has|ago)|date of onset|onset|start(?:ed)?)\b[^?:\n]{0,40}[?:]\s*$",
    re.IGNORECASE,
)


def _asked(note: Note, sentence: Sentence) -> bool:
    """Whether the sentence answers a form's question for the onset ("When did it start?")."""
    return sentence.index > 0 and _ASKS_ONSET.search(note.sentences[sentence.index - 1].text) is not None


def _answer(note: Note, sentence: Sentence) -> tuple[int, float, int, int] | None:
    """The stretch of time that answers a form's question for the onset."""
    if not _asked(note, sentence):
        return None
    for d in find_durations(sentence.text):
        if d.kind in ("ago", "span") and d.unit not in ("hour", "minute", "second") and d.start <= 12:
            return 1, _weeks(d.value_days), d.start, d.end
    return None


def duration_of(note: Note, as_of: dt.date | None) -> tuple[float, Span] | None:
    """Weeks from the onset of the complaint to the note, with the place that tells it; None where not stated.

    A stated length ("3 yr hx of low back pain") outranks "two years ago" and that outranks an onset date; among equals
    the first in the note wins.
    """
    found: tuple[int, int, float, Span] | None = None
    for sentence in note.sentences:
        if sentence.section.category not in TOLD_IN:
            continue
        if (
            sentence.index > 6
            and not _asked(note, sentence)
            and not any(m.label in _TELLS_PAIN for m in sentence.mentions if m.family == "pain")
        ):
            continue
        if any(m.has("family") for m in sentence.mentions if m.family == "pain"):
            continue
        hit = _from_length(sentence) or _answer(note, sentence)
        if hit is None and as_of is not None:
            hit = _from_date(sentence, as_of)
        if hit is None:
            continue
        late = sentence.section.category in ("assessment", "plan", "past_medical")
        key = (hit[0] + (1 if late else 0), sentence.index)
        if found is None or key < found[:2]:
            found = (*key, hit[1], sentence.whole)
    return (found[2], found[3]) if found else None
