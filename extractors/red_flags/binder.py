"""From mentions to red flags: one fact a kind that is present, one a kind that is denied."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from extractors.facts import Fact
from extractors.family import Family, fact_of
from extractors.note import Mention, Note
from extractors.radicular.topic import spine_regions
from extractors.red_flags.assertion import ACTIVE, PAST, POSITIVE_LEFT, POSITIVE_RIGHT, reading
from extractors.red_flags.decline import bracket_falls, series_falls, ways_fall
from extractors.surgeries import context
from extractors.surgeries.cues import load_cues

CUES = load_cues(__file__)

VERSION = "1"
KINDS = ("cauda_equina", "progressive_motor_deficit", "malignancy", "infection", "fracture", "myelopathy")
_PERIPHERAL_BONE = CUES["peripheral_bone"]
_VERTEBRAL = CUES["vertebral"]
_NEW = CUES["new"]
_OTHER_CAUSE = CUES["other_cause"]
_SPINAL_TUMOUR = CUES["spinal_tumour"]
_ORGAN = CUES["organ"]
_STROKE = CUES["stroke"]
_SYNDROME = re.compile(r"syndrome|compress|symptom|sign|CES|injury")
_STRUCTURE = re.compile(r"\b(?:clumping|crowding|enhancement|roots of the)\b", re.IGNORECASE)
_FUNCTION = re.compile(
    r"\b(?:function|habits?|control)$|^(?:bowel (?:and|or|&) bladder|bladder (?:and|or|&) bowel)$",
    re.IGNORECASE,
)
_NEXT_QUESTION = re.compile(r"(?<=.)\b[A-Z][a-z]+(?: [\w/]+){0,6}\?")
_LOST = re.compile(r"\b(?:los(?:s|t|ing|e)|impair\w*|poor)\b", re.IGNORECASE)
_MINOR_FRACTURE = re.compile(r"\b(?:pars|transverse process|spinous process)\b|deformit", re.IGNORECASE)
_LESION = re.compile(r"lesion|process|mass|replacement", re.IGNORECASE)
_MALIGNANT = re.compile(
    r"\b(?:metasta\w+|malignan\w+|neoplas\w+|lytic|vertebra\w*|marrow|spine|[CTL]\d{1,2})\b", re.IGNORECASE
)
_OF_SPINE = re.compile(
    r"dis[ck]|osteomyel|abscess|phlegmon|empyema|spin|vertebr|epidural|lumbar|thoracic|cervical|sacral|facet|sacro|\bSI joint|pott",
    re.IGNORECASE,
)
_NECK_NODES = re.compile(
    r"\bcervical (?:(?:lymph|chain|aden|node)\w*|os\b|cancer|carcinoma|cone|biops\w+|smear|(?:and|or) (?:axillary|supraclavicular|inguinal)\w*)",
    re.IGNORECASE,
)
#: A cancer told of before is where it came from, and no place of what is found now.
_PRIMARY = re.compile(
    r"\b\w+ (?:cell )?(?:cancer|ca|carcinoma|adenocarcinoma|malignancy|tumou?r)\b|\b(?:PSA|primary|screen\w*)\b[^.;]{0,60}|\b(?:calcium|bowels?|bladder)\b|\b(?:h/o|hx|history) (?:of )?[^.;]{0,60}",
    re.IGNORECASE,
)
_BENIGN = re.compile(r"\b(?:benign|hemangioma|bone island)\b", re.IGNORECASE)
_ABSENT_ONLY = frozenset({"history"})


def _counts(m: Mention) -> bool:
    """Whether the mention can be of the spine (no rib, hip or wrist fracture, no toe osteomyelitis)."""
    a, b = m.clause
    text = m.sentence.text
    around = text[max(a, m.start - 40) : min(b, m.end + 40)]
    if m.label == "fracture":
        bare = re.fullmatch(r"fractures?|fx", m.text, re.IGNORECASE) is not None
        if _PERIPHERAL_BONE.search(text[max(a, m.start - 25) : min(b, m.end + 30)]) and not _VERTEBRAL.search(
            m.text
        ):
            return False
        # "no fracture, tumor or infection" denies a spinal one too where the note is about the spine
        return not bare or _VERTEBRAL.search(around) is not None or not _PERIPHERAL_BONE.search(around)
    if m.label == "infection" and "osteomyelitis" in m.text.lower():
        return not _PERIPHERAL_BONE.search(around)
    return True


def _is_present(note: Note, m: Mention, how: str, step: str) -> bool:
    """Whether a mention read as ``how`` proves its red flag by itself."""
    strength = m.entry.attributes.get("strength")
    if m.label == "malignancy" and not _SPINAL_TUMOUR.search(m.text) and not _spinal(note, m):
        return False
    if m.label == "infection" and not _OF_SPINE.search(m.text) and not _near_spine(note, m):
        return False
    if how == "suspected":
        # guide: malignancy and infection count when suspected; the others only when they are there
        return (
            m.label in {"malignancy", "infection"}
            and strength == "named"
            and "negative" not in m.clause_text.lower()
        )
    if how != "present" or strength in _ABSENT_ONLY or strength == "sign":
        return False
    if step == "checkbox" and strength == "symptom" and _answer_explained(note, m):
        return False
    if strength == "ways":
        return ways_fall(m, note)
    proof = _PROOFS.get(m.label)
    return proof is None or proof(m, _near(m), step)


def _near_spine(note: Note, m: Mention) -> bool:
    """Whether an infection of no named place ("presumed infection") can be of the spine."""
    return context.is_spine_note(note) and _PERIPHERAL_BONE.search(m.sentence.text) is None


def _near(m: Mention) -> str:
    """The mention with sixty characters of its clause on either side."""
    a, b = m.clause
    return m.sentence.text[max(a, m.start - 60) : min(b, m.end + 60)]


def _cauda_equina(m: Mention, near: str, step: str) -> bool:
    """The named syndrome; saddle numbness; bladder or bowel only where it is new and has no other cause."""
    strength = m.entry.attributes.get("strength")
    if strength == "named":
        # The structure ("nerve roots of the cauda equina") is no syndrome.
        after = m.sentence.text[m.end : m.end + 20]
        return _SYNDROME.search(m.text + after) is not None and not _STRUCTURE.search(near)
    if strength == "saddle":
        return True
    if _FUNCTION.search(m.text) and not _LOST.search(near):
        return False
    return step == "checkbox" or (_NEW.search(near) is not None and not _OTHER_CAUSE.search(m.clause_text))


def _answer_explained(note: Note, m: Mention) -> bool:
    """Whether a form gives another cause behind its boxes ("[x]Y [ ]N since prostate surgery 2019")."""
    rest = note.text[m.span.end + 1 : m.span.end + 120].split("\n", 1)[0]
    return _OTHER_CAUSE.search(_NEXT_QUESTION.split(rest, maxsplit=1)[0]) is not None


def _fracture(m: Mention, near: str, step: str) -> bool:
    """Of a vertebra, and acute or treated: minor ones and "deformities" need a word that says so."""
    if m.label == "fracture" and (
        step == "checkbox" or not (_VERTEBRAL.search(near) or m.text.lower().startswith("broke"))
    ):
        return False
    active = ACTIVE.search(near) is not None
    return active or not (_MINOR_FRACTURE.search(m.text) or PAST.search(near))


def _malignancy(m: Mention, near: str, step: str) -> bool:
    """A tumour of the spine, or suspected: not a bare "malignancy", an osteoporotic fracture, a benign lesion."""
    if m.text.lower().startswith("malignan"):
        return step == "suspected"
    if m.entry.attributes.get("also"):
        return "osteopor" not in m.clause_text.lower()
    if _LESION.search(m.text):
        return _MALIGNANT.search(near) is not None and not _BENIGN.search(m.clause_text)
    return True


def _progressive(m: Mention, near: str, step: str) -> bool:
    if m.entry.attributes.get("strength") == "grades":
        for falls in (bracket_falls(m.text), series_falls(m.text)):
            if falls is not None:
                return falls
    if m.entry.attributes.get("strength") == "grades":
        grades = re.findall(r"(?<![\d/])([0-5])([+-]?)(?=/5)", m.text)
        if (
            _two_places(m)
            or not CUES["earlier_grade"].search(m.text)
            or len(grades) < 2
            or _grade(grades[0]) >= _grade(grades[-1])
        ):
            return False
    if step == "suspected" and re.search(
        r"\bconcern(?:s|ed|ing)?\b[^.;]{0,25}$", m.sentence.text[: m.start], re.IGNORECASE
    ):
        return False  # guide: only malignancy and infection count when suspected
    return not _STROKE.search(m.sentence.text)


def _two_places(m: Mention) -> bool:
    """Whether the two grades are those of two sides or muscles; one side with a word of time between them is one place."""
    places = CUES["two_places"].findall(m.text)
    if not places:
        return False
    behind = m.sentence.text[m.end : m.end + 14]
    return len(places) > 1 or _THEN.search(m.text) is None or CUES["two_places"].search(behind) is not None


def _grade(grade: tuple[str, str]) -> float:
    """Medical Research Council grade as a number, a third up or down for plus and minus."""
    return int(grade[0]) + {"+": 0.33, "-": -0.33}.get(grade[1], 0.0)


#: Strength at an earlier time.
_THEN = re.compile(r"\b(?:was|were|previously|down from|compared (?:to|with)|had been)\b", re.IGNORECASE)
_PROOFS: dict[str, Callable[[Mention, str, str], bool]] = {
    "cauda_equina": _cauda_equina, "fracture": _fracture, "malignancy": _malignancy, "progressive_motor_deficit": _progressive,
}  # fmt: skip


def _spinal(note: Note, m: Mention) -> bool:
    """Whether a tumour word is about the spine: it says so, or the note is and no other organ is named."""
    if _of_spine(m.sentence.text):
        return True
    for s in reversed(list(note.around(m.sentence, 2, 0))):
        if s is not m.sentence and _of_spine(s.text):
            break
        elsewhere = s.text if s is m.sentence else _PRIMARY.sub("", s.text)
        if _ORGAN.search(elsewhere):
            return False  # the nearest place that is named is no spine
    return context.is_spine_note(note)


def _of_spine(text: str) -> bool:
    """Whether words place a lesion in the spine; the nodes and masses of the neck are none."""
    return _VERTEBRAL.search(_NECK_NODES.sub("", text)) is not None


def _signs(note: Note, read: Mapping[Mention, tuple[str, str]]) -> list[Mention]:
    """Signs that together name a myelopathy: a tract sign, asserted, with loss of gait, hands or a damaged cord."""
    tract: list[Mention] = []
    function: list[Mention] = []
    for m, (how, _) in read.items():
        if m.label != "myelopathy" or m.entry.attributes.get("strength") != "sign" or how != "present":
            continue
        if m.entry.attributes.get("group") == "tract":
            text = m.sentence.text
            affirmed = (
                POSITIVE_RIGHT.search(text[m.end :])
                or POSITIVE_LEFT.search(text[: m.start])
                or re.search(
                    r"up-?going|↑|toes (?:ext|up)|hyper|inverted|extensor|sustained|beats|sensory level",
                    m.text,
                    re.IGNORECASE,
                )
            )
            if affirmed:
                tract.append(m)
        else:
            function.append(m)
    kinds = {re.sub(r"\W.*", "", m.text.lower())[:5] for m in tract}
    return tract + function if tract and (function or len(kinds) >= 2) else []


def bind(note: Note) -> list[Fact]:
    """Red flags of a note: present ones, and denied ones with the assertion ``absent``."""
    read = {m: reading(note, m) for m in note.mentions("red_flags") if _counts(m)}
    facts: list[Fact] = []
    signs = _signs(note, read)
    for kind in KINDS:
        present = [
            m
            for m, (how, step) in read.items()
            if kind in (m.label, m.entry.attributes.get("also")) and _is_present(note, m, how, step)
        ]
        if kind == "myelopathy" and signs:
            present += [m for m in signs if m not in present]
        absent = [m for m, (how, _) in read.items() if m.label == kind and how == "absent"]
        present = [m for m in present if not _known_past(m, kind, read)]
        if present and not _outweighed(kind, present, absent, read):
            first, rest = present[0], present[1:]
            facts.append(_fact(first, rest, kind, "present", f"assertion:present<-{read[first][1]}"))
        elif absent:
            facts.append(
                _fact(absent[0], absent[1:], kind, "absent", f"assertion:absent<-{read[absent[0]][1]}")
            )
    return facts


def _known_past(m: Mention, kind: str, read: Mapping[Mention, tuple[str, str]]) -> bool:
    """Whether "the discitis" refers back to one that was told before as over."""
    if not re.search(r"\b(?:the|that|this|his|her) $", m.sentence.text[: m.start], re.IGNORECASE):
        return False
    told = [how for x, (how, _) in read.items() if x.label == kind and x.span.start < m.span.start]
    return "past" in told and "present" not in told


def _outweighed(
    kind: str, present: list[Mention], absent: list[Mention], read: Mapping[Mention, tuple[str, str]]
) -> bool:
    """A lone unqualified name against plain denials elsewhere: the denial wins (a heading, a checklist)."""
    if kind in {"fracture", "myelopathy"} or not absent:
        return False
    return (
        len(present) == 1
        and read[present[0]][1] == "plain"
        and len(present[0].clause_text) < 30
        and len(absent) > 1
    )


def _region(mentions: list[Mention]) -> str:
    """The one region of the spine that the mentions name, in their own words, near them, or in their sentence."""
    found: set[str] = set()
    for m in mentions:
        leads = [m.sentence.text[max(m.clause[0], m.start - reach) : m.end] for reach in (0, 25, 50)]
        named = [spine_regions(words) for words in (*leads, _near(m), m.sentence.text)]
        found.update(next((r for r in named if len(r) == 1), []))
    return found.pop() if len(found) == 1 else "unknown"


def _fact(m: Mention, rest: list[Mention], kind: str, assertion: str, step: str) -> Fact:
    spans = [x.sentence.whole if len(x.sentence.text) <= 220 else x.span for x in (m, *rest)]
    places = list(dict.fromkeys(spans))
    value = {"kind": kind, "region": _region([m, *rest])}
    return fact_of(m, "red_flags", value, version=VERSION, assertion=assertion, span=places[0], supporting=tuple(places[1:]), steps=(step,))  # fmt: skip


FAMILY = Family.load(__file__, "1", bind)
