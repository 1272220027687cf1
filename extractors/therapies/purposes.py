"""What a drug is taken for: fever, sleep or a cough are no spine or limb pain, nor is a note without such pain."""

from __future__ import annotations

import re

from extractors.note import Note
from extractors.therapies.statement import Statement

_PAIN = re.compile(
    r"\b(?:pain\w*|ach(?:e|es|ing|y)|sore\w*|spasms?|nerve|neuropath\w*|radic\w*|sciatic\w*|back|neck|legs?|arms?|spine|discomfort|stiffness|arthriti\w+|LBP)\b",
    re.IGNORECASE,
)
#: A reason behind a drug that is no pain of spine or limb ("p.r.n. fever", "for insomnia").
_OTHER = re.compile(
    r"(?<!ok )(?<!okay )(?<!good )(?<!fine )(?<!well )(?<!helps )(?<!help )(?<!helpful )(?<!better )(?:\bfor|\bprn|p\.r\.n\.|\bas needed|\bif|\() ?(?:(?:his|her|the|mild|severe|occasional|chronic|high|any) ){0,2}?(?:fevers?|temp(?:erature)?|insomnia|sleep|headaches?|HAs?|migraines?|coughs?|colds?|flu|sinus\w*|psoriasis|eczema|dermatitis|rash|acne|menstrual|dysmenorrh\w+|tooth\w*|dental|gout|chest|angina|diarrh?ea)\b",
    re.IGNORECASE,
)
#: Names of a drug that tell its use.
_FOR_SLEEP = re.compile(r"^\w+\W{0,2}P\.?M\.?(?=\W|$)(?!\s*\d)")
_PART = (
    r"(?:back|neck|spine|spinal|lumbar|lumbosacral|cervical|thoracic|sacr\w+|coccyx|tailbone|legs?|thighs?|cal(?:f|ves)|knees?|ankles?|foot|feet|heels?|toes?|hips?|buttocks?|groin"
    r"|arms?|shoulders?|elbows?|wrists?|hands?|fingers?|thumbs?|limbs?|extremit(?:y|ies)|joints?|flank|skeletal|bones?|muscles?|musculoskeletal)"
)
_HURT = r"(?:pain\w*|ach(?:e|es|ing|y)|sore\w*|hurt\w*|injur\w+|sprain\w*|strain\w*|fractur\w+|spasms?|symptom\w*|discomfort|stiff\w*|stenosis|surgery|fusion)"
_COMPLAINT = re.compile(
    rf"\b{_PART}\b[^.;\n]{{0,60}}?\b{_HURT}|\b{_HURT}\b[^.;\n]{{0,60}}?\b{_PART}\b"
    r"|\b(?:radic\w*|[clt]-?[1-7]\b|[clt]-?spine|cerv\b|lumb\b|lumbar(?! punct)|cervical(?! (?:lymph|node|cancer|smear|adenop))|thoracic|spinal(?! (?:tap|fluid))|mbbs?\b|rfa\b|(?:tf)?esi\b|epidural|sacro\w+|si joint|sij\b|sciatica|lumbago|lbp\b|backache|spondyl\w+|cervicalgia|lumbalgia|myelopath\w+|arthr(?:itis|algia\w*|osis)|fibromyalgia|(?:disc|disk|discs|disks)\b|facet\w*|plantar fasciitis|neuropath\w+)",
    re.IGNORECASE,
)


#: A list of drugs sent alone tells of no complaint at all; a note of this length would.
_TELLS = 600


def _complains(note: Note) -> bool:
    return len(note.text) < _TELLS or _COMPLAINT.search(note.text) is not None


def is_for_another(note: Note, statement: Statement, index: int) -> bool:
    """Whether a drug is for something else than pain of spine or limb, or the note knows no such pain."""
    mention = statement.mentions[index]
    if mention.entry.attributes.get("class", "drug") != "drug":
        return False
    if not note.once("therapies.complaint", _complains):
        return True
    after = statement.own_after[index]
    led = f"{statement.places[index].title} {statement.sentence.text[: mention.start]}"
    if _FOR_SLEEP.match(mention.text + after) and not _PAIN.search(led):
        return True
    reason = _OTHER.search(after)
    return reason is not None and not _PAIN.search(after)
