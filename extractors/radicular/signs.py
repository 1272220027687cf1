"""Named root disease, numbness, weakness, tests and codes: what each says of which region."""

from __future__ import annotations

import re

from extractors.note import Mention, Note
from extractors.radicular.context import Status, answer_after
from extractors.radicular.cues import cue
from extractors.radicular.elsewhere import explained
from extractors.radicular.evidence import DEFINITE, FAIR, WEAK, Region
from extractors.radicular.places import places_in
from extractors.radicular.radiation import Reading, about_spine, as_polarity, limbed, peripheral
from extractors.radicular.topic import (
    complaint_regions,
    regions_of,
    speaks_of_spine,
    spine_note,
    spine_regions,
)

_NOT_A_ROOT_WORD = re.compile(
    r"^[ -]?(?:impinge\w+|compress\w+|compromise|arter\w+|vein|vessel|medullary|cysts?|spread|uptake|flow|outline|pattern of contrast)",
    re.IGNORECASE,
)
#: A study that is asked for, or found nothing.
_NO_FINDING = re.compile(
    r"\b(?:order\w*|request\w*|pending|await\w*|schedul\w*|book\w*|obtain|get|if|whether|to (?:look|assess|evaluate|rule|clarify|confirm)|no|not|normal|without|negative|consider)\b",
    re.IGNORECASE,
)
_HISTORY_OF = re.compile(
    r"\b(?:history of|hx of|h/o|hx)\s+(?:(?:chronic|lumbar|cervical|left|right|bilateral|intermittent|recurrent|known|the|a|some|prior|remote|l\d|s1|c\d)[ -]?){0,4}$",
    re.IGNORECASE,
)
#: "sciatica in 2019": a bare year says when, and hardly that it is still there.
_DATED = re.compile(
    r"^,? (?:\(|back |diagnosed |around |about )*(?:in |of |circa )?(?:19|20)\d\d\b(?![/-])", re.IGNORECASE
)
_DENIES = re.compile(
    r"\b(?:no|not|without|w/o|denies|negative for|or|rule out|r/o)\b[^.;\n]{0,40}$", re.IGNORECASE
)
_HEARSAY = re.compile(
    r"\b(?:by (?:his|her|patient) report|(?:was|been) told|allegedly|reportedly)\b", re.IGNORECASE
)
_NOT_LIMB = re.compile(
    r"\b(?:face|facial|saddle|groin|perine\w+|genit\w+|perianal|peri-?anal|lips?|tongue|scalp|inner thighs?|between (?:the|your|her|his) legs|chin|cheeks?|mouth|scrot\w*|vagin\w*|rect\w*|incision|scars?|graft site|donor site|thumb nail)\b",
    re.IGNORECASE,
)
_ROOT = re.compile(
    r"\b(?:(?:L[1-5]|S1|C[4-8]|T\d{1,2})[- ]?(?:\w+ ){0,2}(?:dermat\w+|distribution|myotom\w*|nerve root|root|territory|pattern|stripe|strip|band)|dermatom\w+|myotom\w+|nerve root distribution|(?:L[1-5]|S1|C[4-8]) (?:sensory|weakness|numbness))\b",
    re.IGNORECASE,
)
#: A bare level behind a loss of feeling ("LT reduced over R L5", "pin dull L3 down"); of the trunk it is the cord's.
_LEVEL = re.compile(r"\b(?:L[2-5]|S1|C[5-8])\b(?![-/]?\d)", re.IGNORECASE)
_THORACIC_ROOT = re.compile(
    r"\bT\d{1,2}[- ]?(?:\w+ ){0,2}(?:dermat\w+|distribution|root|territory|stripe|strip|band)", re.IGNORECASE
)
_ABNORMAL_NEEDED = re.compile(
    r"\b(?:pain\w*|ach\w+|radiat\w+|radicul\w*|numb\w*|tingl\w+|decreas\w+|dimin\w+|dec|dull|reduc\w+|loss|hypo\w+|weak\w*|para?esth\w+|symptom\w*|burn\w+|shoot\w+|absent|altered|impair\w+|severe|complain\w*|sensory change\w*|sharp)\b",
    re.IGNORECASE,
)
_NORMAL = re.compile(
    r"\b(?:intact|normal|equal|symmetric\w*|wnl|nl|preserved|full|unremarkable|within (?:the )?normal)\b|\bno\b|SILT|LTSI|NVI",
    re.IGNORECASE,
)
_SAVE_FOR = re.compile(r"\b(?:except|save for|other than|apart from|aside from)\b", re.IGNORECASE)
_NEG_SENSE = re.compile(r"^(?:no\b|sensory[- ]motor intact)", re.IGNORECASE)
_BARE_EXTREMITIES = re.compile(r"\b(?:extremit(?:y|ies)|limbs?|throughout|all (?:four|4))\b", re.IGNORECASE)
_LIST = re.compile(
    r"^(?:,? ?(?:and|or|&|/)? ?(?:tingling|numbness|weakness|pain|burning|paresthesias?|pins and needles|cramping|heaviness|aching)){1,4},? (?:in|of|down|into|over|along|on|to|involving|affecting|across)\b",
    re.IGNORECASE,
)
_DENIES_PAIN = re.compile(r"\b(?:pain\w*|hurts?|symptom\w*|tingl\w*|numb\w*|ach\w+|sx)\b", re.IGNORECASE)
_NOT_CODED = re.compile(
    r"\b(?:ruled? out|r/o|consider\w*|not|no|delet\w+|remov\w+|drop(?:ped)?|retract\w*|old|instead of|rather than|versus|vs|should be|alternativ\w*|change to|such as|e\.g|if|would|"
    r"might|could|may)\b[^.;]{0,30}$",
    re.IGNORECASE,
)
_CODES: tuple[tuple[re.Pattern[str], Region], ...] = (
    (re.compile(r"M54\.?1[123]|M47\.?2[123]|M50\.?1|723\.4"), "cervical"),
    (re.compile(r"M54\.?1[45]|M47\.?2[45]|M51\.?1[45]"), "thoracic"),
    (re.compile(r"M54\.?1[67]|M47\.?2[678]|M51\.?1[67]|M54\.?[34]|724\.[34]"), "lumbar"),
)


def read_named(mention: Mention, note: Note, status: Status) -> list[Reading]:
    """Read a root disease by name ("L5 radiculopathy", "sciatica")."""
    text = mention.sentence.text
    if _NOT_A_ROOT_WORD.match(text[mention.end :]):
        return []
    if mention.entry.id == "emg_root" and _NO_FINDING.search(text[max(0, mention.start - 40) : mention.end]):
        return []
    if mention.text.lower().startswith("non") or re.search(
        r"\bnon[- ]?$", text[: mention.start], re.IGNORECASE
    ):
        status = "negated"
    polarity, resolved = as_polarity(status)
    regions, how = regions_of(mention, note, negative=polarity == "absent")
    category = mention.sentence.section.category
    step = f"named<-{how}"
    if polarity == "present":
        before = text[mention.clause[0] : mention.start]
        if category in ("past_medical", "past_surgical"):
            return [Reading(r, "historical", FAIR, "named_disease", "named<-past_section") for r in regions]
        if _HEARSAY.search(text[: mention.start]):
            return [Reading(r, "uncertain", FAIR, "named_disease", "named<-hearsay") for r in regions]
        if _HISTORY_OF.search(before) or _DATED.match(text[mention.end :]):
            return [Reading(r, "present", WEAK, "named_disease", "history_of") for r in regions]
        weight = (
            FAIR
            if category in ("review_of_systems", "header", "medications", "treatment_history")
            and how in ("note", "paragraph")
            else DEFINITE
        )
        return [Reading(r, "present", weight, "named_disease", step) for r in regions]
    return [Reading(r, polarity, DEFINITE, "named_disease", step, resolved) for r in regions]


def _near(mention: Mention) -> tuple[int, int]:
    a, b = mention.clause
    return max(a, mention.start - 55), min(b, mention.end + 75)


def _of_the_cord(mention: Mention, note: Note) -> bool:
    """Whether the cord explains numbness of both hands or feet: the note names myelopathy, and no root here."""
    clause = mention.clause_text
    if not cue("both_hands").search(clause) or _ROOT.search(clause):
        return False
    return any(
        not _DENIES.search(note.text[max(0, m.start() - 60) : m.start()])
        for m in cue("cord").finditer(note.text)
    )


def read_sensory(mention: Mention, note: Note, status: Status) -> list[Reading]:
    """Read numbness and tingling: of a limb, of nowhere in particular, or of a part that has no root of ours."""
    text = mention.sentence.text
    low, high = _near(mention)
    near = text[low:high]
    if _NOT_LIMB.search(near):
        return []
    polarity, resolved = as_polarity(status)
    comma = text.find(",", mention.end, high)
    own_end = (
        comma if comma > 0 and polarity != "absent" and not _LIST.match(text[mention.end : high]) else high
    )
    after = [p for p in places_in(text, mention.start, own_end) if p.depth in ("distal", "proximal")]
    if not after and text.rstrip()[-1:] in ("?", ":"):
        after = [p for p in places_in(answer_after(mention, note)[:90]) if p.depth in ("distal", "proximal")]
    places = after or [p for p in places_in(text, low, mention.start) if p.depth in ("distal", "proximal")]
    if polarity == "absent":
        spread = [
            p for p in places_in(text, mention.start, mention.clause[1]) if p.depth in ("distal", "proximal")
        ] or places
        if not spread and mention.entry.attributes.get("needs") == "limb":
            return []
        if spread:
            found = list(dict.fromkeys(p.region for p in spread))
            return [
                Reading(r, "absent", FAIR, "sensory", "sensory<-limb")
                for r in found
                if about_spine(r, mention, note) or speaks_of_spine(note)
            ]
        chest = [p for p in places_in(text, mention.start, mention.clause[1]) if p.depth == "chest"]
        if chest:
            own = "thoracic" in complaint_regions(note)
            return [Reading("thoracic", "absent", FAIR, "sensory", "sensory<-chest")] if own else []
        weight = FAIR if _BARE_EXTREMITIES.search(text[mention.start : mention.clause[1]]) else WEAK
        if not complaint_regions(note):
            return []
        regions, how = regions_of(mention, note, negative=True)
        return [
            Reading(r, "absent", weight, "sensory", f"sensory<-{how}")
            for r in limbed(regions, how)
            if spine_note(note, r)
        ]
    if peripheral(mention, note) or _of_the_cord(mention, note):
        return []
    if not places and _THORACIC_ROOT.search(near) and about_spine("thoracic", mention, note):
        return [Reading("thoracic", polarity, DEFINITE, "sensory", "sensory<-root", resolved)]
    if not places:
        return []
    region = places[0].region
    if not about_spine(region, mention, note):
        return []
    if not _ROOT.search(near) and explained(region, mention, note):
        return []
    weight = DEFINITE if _ROOT.search(near) else FAIR
    return [Reading(region, polarity, weight, "sensory", "sensory<-limb", resolved)]


def read_sensory_exam(mention: Mention, note: Note, status: Status) -> list[Reading]:
    """Read a sensory examination: normal, or diminished in a limb."""
    text = mention.sentence.text
    low, high = _near(mention)
    normal = bool(_NEG_SENSE.match(mention.text)) or (
        bool(_NORMAL.search(mention.text)) and not re.search(r"\babnormal", mention.text, re.IGNORECASE)
    )
    if status == "negated" and not normal:
        normal = True
    if normal:
        if not complaint_regions(note) or status in ("uncertain", "historical"):
            return []
        tail = text[mention.start : mention.clause[1]]
        if _SAVE_FOR.search(text[mention.start : mention.start + 90]):
            return []  # "intact except for the big toes": neither normal nor a root's
        places = [
            p for p in places_in(text, mention.start, mention.clause[1]) if p.depth in ("distal", "proximal")
        ]
        found = list(dict.fromkeys(p.region for p in places))
        if not found:
            found = limbed(*regions_of(mention, note, negative=True))
        said = found and re.match(r"no\b", mention.text, re.IGNORECASE)
        weight = FAIR if said or _ROOT.search(tail) else WEAK
        found = [r for r in found if spine_note(note, r)]
        step = "sensory_exam<-normal"
        out = [Reading(r, "absent", weight, "sensory", step) for r in found]
        if re.search(r"\b(?:motor|strength|power|neuro\w*)\b", mention.text, re.IGNORECASE):
            out += [Reading(r, "absent", WEAK, "motor", step) for r in found]
        return out
    if re.search(r"vibrat|propriocep|position", text[low:high], re.IGNORECASE) or _NOT_LIMB.search(
        text[low:high]
    ):
        return []
    places = [p for p in places_in(text, low, high) if p.depth in ("distal", "proximal")]
    if _ROOT.search(text[low:high]) or _LEVEL.search(text[low:high]):
        regions, how = regions_of(mention, note, negative=False)
        if not regions or not about_spine(regions[0], mention, note) or peripheral(mention, note):
            return []
        return [Reading(regions[0], "present", DEFINITE, "sensory", f"sensory_exam<-{how}")]
    if not places or peripheral(mention, note) or not about_spine(places[0].region, mention, note):
        return []
    if explained(places[0].region, mention, note):
        return []
    return [Reading(places[0].region, "present", WEAK, "sensory", "sensory_exam<-limb")]


def read_dermatome(mention: Mention, note: Note, status: Status) -> list[Reading]:
    """Read "in an S1 distribution": pain, numbness or weakness that follows a root."""
    text = mention.sentence.text
    if re.search(r"\bnon[- ]?$", text[: mention.start], re.IGNORECASE):
        status = "negated"
    a, b = max(mention.clause[0], mention.start - 120), min(mention.clause[1], mention.end + 80)
    near = text[a:b]
    if _NORMAL.search(near.replace("no", "", 0)) and not _ABNORMAL_NEEDED.search(near):
        status = "negated"
    polarity, resolved = as_polarity(status)
    regions, how = regions_of(mention, note, negative=polarity == "absent")
    if polarity == "absent":
        return [
            Reading(r, "absent", FAIR, "sensory", f"dermatome<-{how}")
            for r in regions
            if r in complaint_regions(note)
        ]
    if not _ABNORMAL_NEEDED.search(near) and not re.search(
        r"\blocation\b|\bsymptoms\b", mention.sentence.section.title + near, re.IGNORECASE
    ):
        return []
    if re.search(r"\b(?:intact|normal|equal)\b", near, re.IGNORECASE):
        return []
    return [
        Reading(r, polarity, DEFINITE, "radiating_pain", f"dermatome<-{how}", resolved) for r in regions[:1]
    ]


def read_motor(mention: Mention, note: Note, status: Status) -> list[Reading]:
    """Read weakness: it carries a status only in a root's territory; a denial is weak evidence."""
    polarity, resolved = as_polarity(status)
    text = mention.sentence.text
    low, high = _near(mention)
    if polarity == "absent":
        if not complaint_regions(note):
            return []
        places = [
            p for p in places_in(text, mention.start, mention.clause[1]) if p.depth in ("distal", "proximal")
        ]
        found = list(dict.fromkeys(p.region for p in places)) or limbed(
            *regions_of(mention, note, negative=True)
        )
        return [Reading(r, "absent", WEAK, "motor", "motor<-denied") for r in found if spine_note(note, r)]
    if polarity == "present" and _ROOT.search(text[low:high]) and not peripheral(mention, note):
        regions, how = regions_of(mention, note, negative=False)
        return [Reading(r, "present", DEFINITE, "motor", f"motor<-{how}") for r in regions[:1]]
    if polarity in ("present", "historical") and "drop" in mention.text.lower():
        region: Region = "cervical" if "wrist" in mention.text.lower() else "lumbar"
        if spine_note(note, region) and not peripheral(mention, note):
            return [Reading(region, polarity, FAIR, "motor", "motor<-drop", resolved)]
    return []


def read_motor_exam(mention: Mention, note: Note, status: Status) -> list[Reading]:
    """Read a normal motor examination: weak evidence against."""
    if status not in ("affirmed", "negated") or not complaint_regions(note):
        return []
    places = [
        p
        for p in places_in(mention.sentence.text, mention.start, mention.clause[1])
        if p.depth in ("distal", "proximal")
    ]
    found = list(dict.fromkeys(p.region for p in places)) or limbed(*regions_of(mention, note, negative=True))
    return [Reading(r, "absent", WEAK, "motor", "motor_exam<-normal") for r in found if spine_note(note, r)]


def read_code(mention: Mention, note: Note, status: Status) -> list[Reading]:
    """Read a diagnosis code whose title names radiculopathy or sciatica."""
    if status != "affirmed" or _NOT_CODED.search(mention.sentence.text[: mention.start]):
        return []
    for pattern, region in _CODES:
        if pattern.match(mention.text):
            return [Reading(region, "present", FAIR, "named_disease", "code")]
    return []


def read_oblique(mention: Mention, note: Note, status: Status) -> list[Reading]:
    """Read "legs feel fine", "purely axial pain": a denial in plain words."""
    if status != "affirmed" or mention.sentence.section.category == "examination":
        return []
    regions, how = regions_of(mention, note, negative=True)
    allowed: tuple[Region, ...] = complaint_regions(note)
    if _DENIES_PAIN.search(mention.clause_text) and (allowed or speaks_of_spine(note)):
        allowed = (*allowed, *regions)
    return [
        Reading(r, "absent", DEFINITE, "radiating_pain", f"oblique<-{how}")
        for r in regions
        if r in allowed or r in spine_regions(mention.sentence.text)
    ]


def read_claudication(mention: Mention, note: Note, status: Status) -> list[Reading]:
    """Neurogenic claudication alone leaves the radicular status uncertain."""
    if status != "affirmed":
        return []
    return [Reading("lumbar", "uncertain", WEAK, "other", "claudication")]
