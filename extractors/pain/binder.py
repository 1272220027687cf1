"""One fact a note: duration, highest score and pattern of the main spine complaint."""

from __future__ import annotations

import re

from extractors.document import note_date
from extractors.facts import Fact
from extractors.family import Family, fact_of
from extractors.note import Note
from extractors.pain.onset import duration_of
from extractors.pain.pattern import limb_told, pattern_of
from extractors.pain.score import highest_score

_SPINE = re.compile(
    r"\b(?:back|neck|lumb\w*|cervical|thoracic|spin(?:e|al)|LBP|sciatic\w*|radicul\w*|dis[ck]s?|facets?|sacroiliac|sacrum|SI joints?|SIJ|myelopath\w*|stenosis|leg pain|arm pain|spondyl\w*|laminectomy|compression fracture|vertebra\w*|L-?spine|C-?spine|[LC]\d-\d|L5-?S1)\b",
    re.IGNORECASE,
)
_AXIS = re.compile(
    r"\b(?:back|neck|lumbar|cervical|thoracic|traps?|trapezius|levator|rhomboids?|vertebra\w*|[LTC]\d{1,2}(?:-[LTCS]?\d{1,2})?)\b",
    re.I,
)
_NO_AXIS = re.compile(r"\bno (?:low(?:er)? )?(?:back|neck)(?:/neck)? (?:pain|complaints?|ache)\b", re.I)
_ELSEWHERE = re.compile(
    r"\b(?:shoulder|knee|hip|thumb|wrist|ankle|elbow|hand|foot|abdominal|chest|headache|heel|finger)s?\b",
    re.IGNORECASE,
)

#: Words of the spine that speak of no complaint of it: headings of an examination, other senses of "back", denials.
_NOT_OF_SPINE = re.compile(
    r"^\W*(?:neck|back|spine):|\blumbar puncture|\btibial spines?\b|\b(?:medial|lateral|patellar) facets?\b|\bcervical (?:lymph\w*|chain|aden\w*|nodes?|os\b)"
    r"|\b(?:no|denies|denied|without|not have|negative for|including)\b[^.;\n]{0,40}\b(?:back|neck|spin(?:e|al)|leg|arm)\b|\bback of\b|\bon the back\b(?= ?[.,])|\bback (?:to|in|from|for|then|again|when|with|on|at|up|home|and forth|arching)\b"
    r"|\b(?:come|comes|came|coming|go|goes|went|going|get|call|called|see|bring|report|be|is|her|him|them|sent|right) back\b(?! (?:pain|ache|problem|surg|injur|discomfort|stiff|spasm|trouble|symptom))|\b(?:jugular|carotid)[^.;\n]{0,30}\bneck\b|\bneck\b[^.;\n]{0,8}(?:supple|JVD|veins?)",
    re.IGNORECASE | re.MULTILINE,
)
#: Complaints that are neither of the spine nor of a limb.
_OTHER_COMPLAINT = re.compile(
    r"\b(?:nausea|vomiting|fever|cough|dyspnea|shortness of breath|abdom\w+|abdominal|diarrhea|bleeding|faint\w*|dizz\w+|seizures?|rash|swelling|hematuria|dysphagia|palpitations|syncope|confusion|sore throat|congestion|prenatal|pregnan\w+)\b",
    re.IGNORECASE,
)
#: Spine words in a note that is about the spine.
_SPINE_THROUGHOUT = 2
#: Characters of a note so short that one word places its complaint.
_SHORT = 1500


def is_spine_note(note: Note) -> bool:
    """Whether the note's complaint is of the spine or of a limb served by it, not of another joint."""
    for s in note.sections:
        if s.category in ("chief_complaint", "preoperative_diagnosis", "indication"):
            said = note.text[s.body : min(s.end, s.body + 400)]
            if _SPINE.search(said):
                return True
            if _ELSEWHERE.search(said):
                return False
            if s.category == "chief_complaint" and _OTHER_COMPLAINT.search(said):
                return False
    body = note.text[:8000]
    spine, other = len(_SPINE.findall(body)), len(_ELSEWHERE.findall(body))
    return spine > 0 and spine >= 0.5 * other


def _of_the_spine(note: Note) -> bool:
    """Whether pain that the note does not place can be taken as axial: the note is about the spine throughout."""
    words = len(_SPINE.findall(_NOT_OF_SPINE.sub(" ", note.text[:8000])))
    return words >= _SPINE_THROUGHOUT or (words > 0 and len(note.text) < _SHORT)


def bind(note: Note) -> list[Fact]:
    """The fact of the family ``pain``, or none where the note says nothing of it."""
    mentions = note.mentions("pain")
    if not mentions or not is_spine_note(note):
        return []
    duration = duration_of(note, note_date(note))
    score = highest_score(note)
    pattern, places, how = pattern_of(note)
    if pattern == "not_stated" and not _of_the_spine(note):
        duration = None  # of another complaint: the note asserts no pain of spine or limb
    if duration is None and score is None and pattern == "not_stated":
        return []
    placeless = pattern == "not_stated" and not limb_told(note)
    if placeless and _AXIS.search(note.text) and _of_the_spine(note) and not _NO_AXIS.search(note.text):
        pattern, how = "axial", "pattern<-default"
    steps = [s for s in (how, "duration<-onset" if duration else "", "score<-highest" if score else "") if s]
    spans = [
        p for p in (duration[1] if duration else None, score[1] if score else None, *places) if p is not None
    ]
    anchor = next((m for m in mentions if m.sentence.whole == spans[0]), mentions[0])
    value: dict[str, object] = {
        "duration_weeks": duration[0] if duration else None,
        "score_max": score[0] if score else None,
        "pattern": pattern,
    }
    rest = tuple(s for s in dict.fromkeys(spans) if s != spans[0])
    return [
        fact_of(
            anchor, "pain", value, version=FAMILY.version, span=spans[0], supporting=rest, steps=tuple(steps)
        )
    ]


FAMILY = Family.load(__file__, "1", bind)
