"""Words of spreading and of pain in a limb: where the pain goes decides."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractors.note import Mention, Note
from extractors.radicular.context import Status, answer_after
from extractors.radicular.cues import cue
from extractors.radicular.evidence import DEFINITE, FAIR, WEAK, Polarity, Region
from extractors.radicular.forms import picked
from extractors.radicular.places import Place, places_in
from extractors.radicular.topic import complaint_regions, regions_of, speaks_of_spine, spine_regions

#: A mention that opens with these is no movement of a person or a needle.
_NOUN_FIRST = re.compile(
    r"radiat|non|shoot|refer|pain|ach(?:e|ing)|tingl|numb|burning|symptom|discomfort|sensation|sx|complaint",
    re.IGNORECASE,
)
_OTHER_SOURCE = re.compile(
    r"\b(?:chest|hip joint|knee|shoulder|ankle|heel|abdom\w+|jaw|head ?aches?|migraine|wrist|elbow|hand|foot|flank|stomach|rotator|tooth|carpal|facial|plantar|pelvic)\b(?: \w+){0,4}\s*$",
    re.IGNORECASE,
)
_PERSON_MOVES = re.compile(
    r"\b(?:he|she|patient|pt|they|we|i|who|catheter|needle|probe|lead|wire|dose|dosage|weight|medication|meds)(?:'s|'d)? "
    r"(?:(?:has|had|was|is|then|also|would|could|can|will|to) ){0,2}$|\b(?:needle|catheter|lead|cannula|wire|guidewire|scope|incision|dissection|cough|fever|bp|weight|dose)\b",
    re.IGNORECASE,
)
_SOURCE = re.compile(
    r"\b(?:back|neck|lumb\w+|cervic\w+|thorac\w+|spin\w+|buttocks?|si joint|lbp|leg|arm|sacr\w+|sciat\w+|it|pain|trapez\w+)\b",
    re.IGNORECASE,
)
_CUT = re.compile(r"\b(?:not|never|without|no|denies|nor)\b|; | resolved", re.IGNORECASE)
_OWN_NEGATION = re.compile(
    r"^(?:non|does|do|did|doesn|don|will|won|not|never|nor|without|no\b|nothing|none|anything)", re.IGNORECASE
)
_BACK_AND_LIMB = re.compile(
    r"(?:back|neck)\b.*(?:leg|lower extremit|arm|upper extremit)|(?:leg|arm)\b.*(?:back|neck|lbp)|>",
    re.IGNORECASE,
)
_OTHER_BAND = re.compile(
    r"\b(?:low(?:er)? back|lumb\w+|headaches?|belt ?line|waist|forehead|neck)\b", re.IGNORECASE
)
#: How far a reason may stand in the same sentence, in characters (dictation runs on).
_REASON = 220
_ROUND = re.compile(
    r"\b(?:(?:a)?round|wrap\w*|encircl\w*|chest|ribs?|rib cage|trunk|torso|flanks?|front|anterior\w*|abdom\w+|bra line|breasts?|dermatom\w+)\b",
    re.IGNORECASE,
)
#: "the legs are the problem" may be said of weakness.
_THE_ISSUE = re.compile(r"\b(?:is|are) the\b", re.IGNORECASE)
_PAIN_NEAR = re.compile(
    r"\b(?:pain\w*|hurts?|ach\w+|burn\w*|sciatica|numb\w*|tingl\w+|shoot\w*|radi\w+)\b", re.IGNORECASE
)
#: "leg pain to the foot": the whole limb.
_TO_THE_END = re.compile(
    r"\bto (?:the )?(?:foot|feet|ankles?|heel|toes?|hands?|wrist|fingers?|thumb)", re.IGNORECASE
)
#: "R L4 + L5 TFESI", "selective nerve root block at C6".
_ROOT_CARE = r"(?:TFESIs?|transforaminal|SNRBs?|selective nerve[- ]root|nerve[- ]root (?:block|injection))"
_AT_A_ROOT = re.compile(
    rf"\b(?P<a>L[1-5]|S1|C[3-8])\b[^.;\n]{{0,24}}\b{_ROOT_CARE}\b|\b{_ROOT_CARE}\b[^.;\n]{{0,40}}?\b(?P<b>L[1-5]|S1|C[3-8])\b",
    re.IGNORECASE,
)
#: Pain of the trunk's inside told in one list with that of the limb: pain all over, and no root's.
_ALL_OVER = re.compile(
    r"\b(?:abdominal|belly|stomach|chest|total body|whole body|generali[sz]ed body) (?:pain|aches?)\b|\bpains? (?:in (?:the |his |her )?(?:abdomen|belly|stomach|chest)|all over|everywhere)\b",
    re.IGNORECASE,
)
_NO_ROOT = re.compile(r"\b(?:no|without|negative for)\b[^.;]{0,30}radic", re.IGNORECASE)
_GENERIC_LIMBS = re.compile(r"\b(?:extremit(?:y|ies)|limbs?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a mention says, before it becomes evidence."""

    region: Region
    polarity: Polarity
    weight: int
    sign: str
    step: str
    resolved: bool = False


def as_polarity(status: Status) -> tuple[Polarity, bool]:
    """Status to polarity, and whether it is a stated resolution."""
    if status == "negated":
        return "absent", False
    if status in ("resolved", "historical"):
        return "historical", status == "resolved"
    return ("uncertain" if status == "uncertain" else "present"), False


def limbed(regions: list[Region], how: str) -> list[Region]:
    """Regions that have a limb; the chest counts only where the sentence itself names it."""
    return [r for r in regions if r != "thoracic" or how not in ("paragraph", "note", "section")]


def peripheral(mention: Mention, note: Note) -> bool:
    """Whether the sentence, or the one before or after it, gives another reason for a limb complaint."""
    text = mention.sentence.text
    if cue("peripheral").search(text[max(0, mention.start - _REASON) : mention.end + _REASON]):
        return True
    near = [s for s in note.around(mention.sentence) if s.section is mention.sentence.section]
    return any(
        cue("peripheral").search(s.text)
        for s in near
        if s is not mention.sentence and (not spine_regions(s.text) or _NO_ROOT.search(s.text))
    )


def _roots_treated(note: Note) -> frozenset[Region]:
    """Regions at whose roots the note tells of a procedure: a complaint of that limb is a root's."""

    def make(n: Note) -> frozenset[Region]:
        levels = {(m["a"] or m["b"])[0].upper() for m in _AT_A_ROOT.finditer(n.text)}
        out: set[Region] = {"lumbar"} if levels & {"L", "S"} else set()
        return frozenset(out | {"cervical"} if "C" in levels else out)

    return note.once("radicular.roots_treated", make)


def about_spine(region: Region, mention: Mention, note: Note) -> bool:
    """Whether the note complains of that region at all, so that a limb's pain can be radicular."""
    if region in complaint_regions(note) or region in _roots_treated(note):
        return True
    return region in spine_regions(mention.sentence.text) or bool(
        re.search(r"\bback\b", mention.sentence.text) and region == "lumbar"
    )


def _window(mention: Mention) -> tuple[int, int]:
    stop = min(mention.clause[1], mention.end + 150)
    if re.match(r"\s?(?:to|\(?y/n\)?)?\s?:", mention.sentence.text[mention.end :], re.IGNORECASE):
        stop = min(len(mention.sentence.text), mention.end + 90)  # a form's field: "Radiation: Y - R leg"
    cut = (
        None
        if re.search(r"[\[(] ?[\])]|☐", mention.sentence.text[mention.end : stop])
        else _CUT.search(picked(mention.sentence.text), mention.end, stop)
    )
    return mention.start, (cut.start() if cut else stop)


def read_radiates(mention: Mention, note: Note, status: Status) -> list[Reading]:
    """Read "radiates", "travels", "shoots": by the farthest place that the pain reaches."""
    text = picked(mention.sentence.text)
    negated = status == "negated" or bool(_OWN_NEGATION.match(mention.text))
    start, stop = _window(mention)
    if negated:
        stop = min(mention.clause[1], mention.end + 150)
    places = places_in(text, start, stop)
    if not places and not negated and text.rstrip().endswith((":", "?")):
        answer = answer_after(mention, note)[:110]  # a form's field, the answer beneath or behind
        cut = _CUT.search(answer)
        places = places_in(answer, 0, cut.start() if cut else len(answer))
    if mention.entry.id == "arrow":  # "-> L foot", not "8/10 -> 1/10, leg better"
        places = [
            p
            for p in places
            if p.start - mention.end <= 34 and not re.search(r"[\d/;.]", text[mention.end : p.start])
        ]
        if places and places[0].start - mention.end > 22:
            places = []
    before = text[mention.clause[0] : mention.start]
    subject = before[-60:]
    if _PERSON_MOVES.search(subject) and not _NOUN_FIRST.match(mention.text):
        return []
    if _OTHER_SOURCE.search(subject) and not _SOURCE.search(
        _OTHER_SOURCE.sub("", subject).replace("pain", "")
    ):
        return []
    if negated:
        return _denied(mention, note, places)
    polarity, resolved = as_polarity(status)
    out: list[Reading] = []
    for region in ("cervical", "thoracic", "lumbar"):
        own = [p for p in places if p.region == region]
        if not own or not (resolved or about_spine(region, mention, note)):
            continue
        step = "radiates"
        if any(p.depth == "distal" for p in own) or any(
            p.beyond and p.depth in ("proximal", "none") for p in own if not _has(own, "proximal", p)
        ):
            out.append(Reading(region, polarity, DEFINITE, "radiating_pain", f"{step}<-distal", resolved))
        elif any(p.depth == "proximal" for p in own):
            doubt: Polarity = "uncertain" if polarity == "present" else polarity
            out.append(Reading(region, doubt, FAIR, "proximal_limb_pain", f"{step}<-proximal", resolved))
        elif region == "thoracic" and any(p.depth == "chest" for p in own):
            if "thoracic" in spine_regions(text) or "thoracic" in complaint_regions(note):
                out.append(Reading(region, polarity, DEFINITE, "radiating_pain", f"{step}<-chest", resolved))
    return out


def _has(places: list[Place], depth: str, besides: Place) -> bool:
    return any(p.depth == depth and p is not besides for p in places)


def _denied(mention: Mention, note: Note, places: list[Place]) -> list[Reading]:
    limb = [p for p in places if p.depth in ("distal", "proximal", "none")]
    knee = [p for p in limb if p.beyond and p.depth in ("proximal", "distal")]
    if limb and len(knee) == len(limb):
        return [Reading(p.region, "absent", WEAK, "radiating_pain", "denied<-beyond_knee") for p in knee[:1]]
    if limb:
        return [
            Reading(r, "absent", DEFINITE, "radiating_pain", "denied<-place")
            for r in dict.fromkeys(p.region for p in limb)
        ]
    if places:  # only chest or head
        return (
            [Reading("thoracic", "absent", DEFINITE, "radiating_pain", "denied<-chest")]
            if "thoracic" in complaint_regions(note)
            else []
        )
    if mention.label == "radiates" and re.search(
        r"past|below|beyond|distal|down|go |move|extend", mention.text, re.IGNORECASE
    ):
        return []
    if not complaint_regions(note):
        return []
    regions, how = regions_of(mention, note, negative=True)
    return [Reading(r, "absent", DEFINITE, "radiating_pain", f"denied<-{how}") for r in regions]


def read_girdle(mention: Mention, note: Note, status: Status) -> list[Reading]:
    """Read "bandlike round the chest", "girdle pain", "intercostal neuralgia" where the thoracic spine hurts."""
    if "thoracic" not in complaint_regions(note) and "thoracic" not in spine_regions(mention.sentence.text):
        return []
    text = mention.sentence.text
    a, b = mention.clause
    if _OTHER_BAND.search(text[a:b]) and not _ROUND.search(text[a:b]):
        return []
    polarity, resolved = as_polarity(status)
    if re.match(r"nothing", mention.text, re.IGNORECASE):
        polarity = "absent"
    if polarity == "absent":
        return [Reading("thoracic", "absent", DEFINITE, "radiating_pain", "girdle")]
    if cue("peripheral").search(text):
        return []
    named = re.search(r"intercostal|costal|encircl|girdl|round", mention.text, re.IGNORECASE)
    if not named and not _ROUND.search(text):
        return []  # "a band of ache across the mid back" does not leave the back
    sign = "named_disease" if re.search(r"costal", mention.text, re.IGNORECASE) else "radiating_pain"
    return [Reading("thoracic", polarity, DEFINITE, sign, "girdle", resolved)]


def read_stops(mention: Mention, note: Note, status: Status) -> list[Reading]:
    """Read "stops in the buttock", "confined to the neck": a denial in plain words."""
    if status not in ("affirmed", "negated"):
        return []
    text = mention.sentence.text
    hard = bool(re.match(r"(?:stop|quit|end|confin|contain)", mention.text, re.IGNORECASE))
    end = min(mention.clause[1], mention.end + 60)
    window = text[mention.end : end]
    here = mention.text.lower().endswith(" there")
    places = places_in(text, 0, mention.start)[-1:] if here else places_in(text, mention.end, end)[:2]
    if not re.search(
        r"\b(?:pain|ache|it|spread\w*|spill\w*|radiat\w*|symptoms?|burning|discomfort|band)\b",
        text,
        re.IGNORECASE,
    ):
        return []
    if places:
        last = places[-1]
        if not hard:
            return []
        if last.depth == "distal":
            return [Reading(last.region, "present", DEFINITE, "radiating_pain", "stops<-distal")]
        if last.depth == "proximal":
            return [Reading(last.region, "uncertain", FAIR, "proximal_limb_pain", "stops<-proximal")]
        if last.depth == "none":
            return [Reading(last.region, "absent", DEFINITE, "radiating_pain", "stops<-proximal_to_limb")]
        return []
    regions = spine_regions(window) or (["lumbar"] if re.search(r"\bback\b", window) else [])
    if not regions:
        return []
    weight = FAIR if hard else WEAK
    return [Reading(regions[0], "absent", weight, "radiating_pain", "confined")]


def read_limb_pain(mention: Mention, note: Note, status: Status) -> list[Reading]:
    """Read "leg pain", "no complaint referable to either leg"."""
    text = mention.text
    polarity, resolved = as_polarity(status)
    both = bool(_BACK_AND_LIMB.search(text))
    places = places_in(mention.sentence.text, mention.start, min(mention.end + 60, mention.clause[1]))
    inside = [p for p in places if p.start < mention.end and p.depth in ("distal", "proximal")]
    if not inside:
        if polarity == "absent" and _GENERIC_LIMBS.search(text) and complaint_regions(note):
            regions, how = regions_of(mention, note, negative=True)
            return [Reading(r, "absent", FAIR, "radiating_pain", f"limb_pain<-{how}") for r in regions]
        return []
    region = inside[-1].region
    if polarity == "absent":
        words = mention.sentence.text[inside[-1].start : inside[-1].end].lower()
        if re.match(r"(?:foot|feet|toe|hand|finger|ankle|heel|knee)", words):
            return []
        found = list(dict.fromkeys(p.region for p in inside))
        if not speaks_of_spine(note) and not any(about_spine(r, mention, note) for r in found):
            return []
        return [Reading(r, "absent", DEFINITE, "radiating_pain", "limb_pain") for r in found]
    if not about_spine(region, mention, note) or peripheral(mention, note):
        return []
    if _ALL_OVER.search(mention.sentence.text[max(0, mention.start - 60) : mention.end + 60]):
        return []
    if _THE_ISSUE.search(text) and not _PAIN_NEAR.search(
        " ".join(s.text for s in note.around(mention.sentence, 1, 1))
    ):
        return []
    if "%" in text or "percent" in text.lower():
        clause = mention.clause_text.lower()
        if "pain" not in clause or re.search(r"relief|improv|better|reduc|decreas", clause):
            return []
        return [Reading(region, polarity, FAIR, "radiating_pain", "share_of_pain", resolved)]
    if both or _TO_THE_END.search(text):
        weight = (
            DEFINITE
            if _TO_THE_END.search(text) or re.search(r">|worse|greater|severe", text, re.IGNORECASE)
            else FAIR
        )
        return [Reading(region, polarity, weight, "radiating_pain", "back_and_limb", resolved)]
    if all(p.depth == "proximal" for p in inside):
        return [
            Reading(
                region,
                "uncertain" if polarity == "present" else polarity,
                WEAK,
                "proximal_limb_pain",
                "limb_pain<-proximal",
                resolved,
            )
        ]
    words = mention.sentence.text[inside[-1].start : inside[-1].end].lower()
    if re.match(r"(?:foot|feet|toe|hand|finger|ankle|heel|wrist|thumb)", words):
        return []
    category = mention.sentence.section.category
    weight = FAIR if category in ("preoperative_diagnosis", "postoperative_diagnosis", "indication") else WEAK
    return [Reading(region, polarity, weight, "radiating_pain", "limb_pain", resolved)]
