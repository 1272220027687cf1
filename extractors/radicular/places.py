"""Where pain goes: limb words, boundaries ("past the buttock") and the region that a limb belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from extractors.radicular.evidence import Region

_DISTAL_LEG = (
    r"legs?|lower[ -]extremit(?:y|ies)|lower limbs?|lower(?= ?(?:and|or|and/or|&|/) ?upper[ -](?:extremit|limb))|cal(?:f|ves)|shins?|f(?:oo|ee)t|toes?|ankles?|heels?|soles?|instep|"
    r"web ?space|plantar|dorsum|achilles|fibula\w*|tibia\w*|below (?:the )?(?:\w+ )?knees?|crossing (?:\w+ )?knee|"
    r"past (?:the |his |her |\w+ )?knees?|limbs?|malleol\w+|hallux"
)
_PROXIMAL_LEG = r"thighs?|knees?|hamstrings?|quad(?:riceps)?|popliteal|anterior groin and thigh"
_NO_LEG = r"buttocks?|glute\w*|hips?|groins?|gluteal|sacr\w+|tailbone|coccyx|si joints?|psis|pelvi\w+|iliac crest|flanks?|waist|belt ?line|beltline|trochant\w+"
_DISTAL_ARM = r"arms?|upper[ -]extremit(?:y|ies)|upper limbs?|upper(?= ?(?:and|or|and/or|&|/) ?lower[ -](?:extremit|limb))|forearms?|elbows?|wrists?|hands?|fingers?|thumbs?|index|digits?|palms?|pinky"
_PROXIMAL_ARM = r"upper arms?|deltoids?|biceps|triceps"
_NO_ARM = r"shoulders?(?: blades?| tips?| caps?)?|acromion|trap\w*|scapul\w+|periscapular|interscapular|parascapular|occip\w+|head|skull|jaw|ears?|temples?|eyes?|neck|midback"
_CHEST = r"chest(?: wall)?|ribs?(?: cage)?|thora\w+ cage|intercostal\w*|torso|trunk|abdomen|abdominal wall|breasts?|flanks?|sternum|axilla\w*"

_GROUPS = (
    ("cervical", "proximal", _PROXIMAL_ARM),
    ("cervical", "distal", _DISTAL_ARM),
    ("lumbar", "distal", _DISTAL_LEG),
    ("lumbar", "proximal", _PROXIMAL_LEG),
    ("lumbar", "none", _NO_LEG),
    ("cervical", "none", _NO_ARM),
    ("thoracic", "chest", _CHEST),
)
_PLACE = re.compile(
    r"\b(?:" + "|".join(f"(?P<g{i}>{p})" for i, (_, _, p) in enumerate(_GROUPS)) + r")\b", re.IGNORECASE
)
_ABBREVIATED = re.compile(r"\b(?:(?P<leg>[RLB]?LEs?)|(?P<arm>[RLB]?UEs?))\b")
_BEYOND = re.compile(
    r"\b(?:past|below|beyond|distal to|further than|farther than|lower than|across|crossing|beneath)\s+(?:(?:the|his|her|their|my|either|level|of|left|right|"
    r"upper|lower|inferior|top|bilateral|both)\s+){0,4}$",
    re.IGNORECASE,
)
_TO_EDGE = re.compile(
    r"\b(?:above|to (?:just )?above|as far as|not beyond|proximal to|short of)\s+(?:(?:the|his|her|either|level|of)\s+){0,3}$",
    re.I,
)
#: "the leg to the knee", "the arm as far as the elbow": the pain stops there.
_TO_JOINT = re.compile(
    r"(?: (?:pain|down|laterally|posteriorly|anteriorly))? (?:(?:to|as far as)(?: (?:the|his|her|about|just|level|of|right|left|above)){0,3}|above the) "
    r"(?:knees?|elbows?)\b(?! (?:and|then|down|on down|or ankle))",
    re.IGNORECASE,
)
#: A crease, fold or line counts as the buttock itself.
_NOT_A_LIMB = re.compile(
    r"(?:arm ?chair|foot ?(?:steps?|print|ball|note)|leg (?:length|raise|rais\w+|lift\w*|press|extension|curl|stand|ulcer|edema|swelling|cramps?)|hand[- ]?out|"
    r"hands?[- ]on|on the other hand|foot (?:care|wear|orthotic)|straight[- ]leg|heel[- ](?:walk|toe|to)|feet (?:apart|tall|\d)|\d feet|"
    r"\d (?:foot|feet)|arm ?(?:strength|band)|left[- ]hand(?:ed|[- ]dominan\w+)|right[- ]hand(?:ed|[- ]dominan\w+)|head (?:injury|forward|of the (?:table|bed))|foot of the)",
    re.IGNORECASE,
)

Depth = Literal["distal", "proximal", "none", "chest"]


@dataclass(frozen=True, slots=True)
class Place:
    """A body part that pain can reach.

    ``depth``: ``distal`` (beyond the thigh or the upper arm, or the limb as such), ``proximal`` (stops in
    thigh or upper arm), ``none`` (buttock, hip, shoulder), ``chest``. ``beyond``: the text says past or
    below it.
    """

    region: Region
    depth: Depth
    start: int
    end: int
    beyond: bool = False


def places_in(text: str, start: int = 0, end: int | None = None) -> list[Place]:
    """Body parts named in ``text[start:end]``, in order (code-point offsets into ``text``)."""
    stop = len(text) if end is None else end
    out: list[Place] = []
    for m in _PLACE.finditer(text, start, stop):
        if _NOT_A_LIMB.match(text, m.start()) or _NOT_A_LIMB.search(text[max(0, m.start() - 13) : m.end()]):
            continue
        i = int(str(m.lastgroup)[1:])
        region, depth, _ = _GROUPS[i]
        before = text[max(0, m.start() - 40) : m.start()]
        beyond = bool(_BEYOND.search(before)) or m.group().lower().startswith(("below", "past", "crossing"))
        if depth == "distal" and (_TO_EDGE.search(before) or _TO_JOINT.match(text[m.end() : m.end() + 40])):
            depth = "proximal"
        if m.group().lower().startswith("elbow") and not beyond:
            depth = "proximal"
        out.append(Place(region, depth, m.start(), m.end(), beyond))  # type: ignore[arg-type]
    for m in _ABBREVIATED.finditer(text, start, stop):
        out.append(Place("lumbar" if m.group("leg") else "cervical", "distal", m.start(), m.end()))
    return sorted(out, key=lambda p: (p.start, p.end))


def limb_regions(text: str, start: int = 0, end: int | None = None) -> list[Region]:
    """Regions of the limbs (not buttock, hip, shoulder) named in ``text[start:end]``."""
    found: list[Region] = []
    for p in places_in(text, start, end):
        if p.depth in ("distal", "proximal") and p.region not in found:
            found.append(p.region)
    return found
