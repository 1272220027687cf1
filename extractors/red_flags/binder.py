"""From mentions to red flags: one fact a kind that is present, one a kind that is denied."""

from __future__ import annotations

import re

from extractors.facts import Fact
from extractors.family import Family, fact_of
from extractors.note import Mention, Note
from extractors.red_flags.assertion import _ACTIVE, _PAST, _POSITIVE_LEFT, _POSITIVE_RIGHT, reading
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
_ABSENT_ONLY = frozenset({"history"})


def _counts(m: Mention) -> bool:
    """Whether the mention can be of the spine (no rib, hip or wrist fracture, no toe osteomyelitis)."""
    a, b = m.clause
    text = m.sentence.text
    around = text[max(a, m.start - 40) : min(b, m.end + 40)]
    if m.label == "fracture":
        bare = re.fullmatch(r"fractures?|fx", m.text, re.IGNORECASE) is not None
        if _PERIPHERAL_BONE.search(text[max(a, m.start - 25) : min(b, m.end + 30)]) and not _VERTEBRAL.search(m.text):
            return False
        # "no fracture, tumor or infection" denies a spinal one too where the note is about the spine
        return not bare or _VERTEBRAL.search(around) is not None or not _PERIPHERAL_BONE.search(around)
    if m.label == "infection" and "osteomyelitis" in m.text.lower():
        return not _PERIPHERAL_BONE.search(around)
    return True


def _is_present(note: Note, m: Mention, how: str, step: str) -> bool:
    """Whether a mention read as ``how`` proves its red flag by itself."""
    a, b = m.clause
    text = m.sentence.text
    clause = text[a:b]
    strength = m.entry.attributes.get("strength")
    near = text[max(a, m.start - 60) : min(b, m.end + 60)]
    if m.label == "malignancy" and not _SPINAL_TUMOUR.search(m.text) and not _spinal(note, m):
        return False
    if how == "suspected":
        # guide: malignancy and infection count when suspected; the others only when they are there
        return m.label in {"malignancy", "infection"} and strength == "named" and "negative" not in clause.lower()
    if how != "present" or strength in _ABSENT_ONLY or strength == "sign":
        return False
    if m.label == "cauda_equina":
        if strength == "named":
            # The structure ("nerve roots of the cauda equina") is no syndrome.
            return re.search(r"syndrome|compress|symptom|sign|CES|injury", m.text + text[m.end : m.end + 20]) is not None and not re.search(r"\b(?:clumping|crowding|enhancement|roots of the)\b", near)
        if strength == "saddle":
            return True
        if re.search(r"\b(?:function|habits?|control)$", m.text, re.IGNORECASE) and not re.search(r"\blos(?:s|t|ing|e)|impair|poor\b", near, re.IGNORECASE):
            return False
        if re.fullmatch(r"bowel (?:and|or|&) bladder|bladder (?:and|or|&) bowel", m.text, re.IGNORECASE):
            return False
        return step == "checkbox" or (_NEW.search(near) is not None and not _OTHER_CAUSE.search(clause))
    if m.label == "fracture":
        if step == "checkbox" or not _VERTEBRAL.search(near):
            return False
        if re.search(r"\b(?:pars|transverse process|spinous process)\b", m.text, re.IGNORECASE) and not _ACTIVE.search(near):
            return False
        if re.search(r"deformit", m.text, re.IGNORECASE):
            return _ACTIVE.search(near) is not None
        return not _PAST.search(near) or _ACTIVE.search(near) is not None
    if m.label == "malignancy" and m.text.lower().startswith("malignan"):
        return step == "suspected"
    if m.label == "malignancy" and m.entry.attributes.get("also") and re.search(r"osteopor", clause, re.IGNORECASE):
        return False
    if m.label == "progressive_motor_deficit" and _STROKE.search(text):
        return False
    if m.label == "malignancy" and re.search(r"lesion|process|mass|replacement", m.text, re.IGNORECASE):
        return re.search(r"\b(?:metasta\w+|malignan\w+|neoplas\w+|lytic|vertebra\w*|marrow|spine|[CTL]\d{1,2})\b", near, re.IGNORECASE) is not None and not re.search(r"\b(?:benign|hemangioma|bone island)\b", clause, re.IGNORECASE)
    return True


def _spinal(note: Note, m: Mention) -> bool:
    """Whether a tumour word is about the spine: it says so, or the note is and no other organ is named."""
    text = m.sentence.text
    return _VERTEBRAL.search(text) is not None or (context.is_spine_note(note) and not _ORGAN.search(text))


def _signs(note: Note, read: dict[Mention, tuple[str, str]]) -> list[Mention]:
    """Signs that together name a myelopathy: a tract sign, asserted, with loss of gait, hands or a damaged cord."""
    tract: list[Mention] = []
    function: list[Mention] = []
    for m, (how, _) in read.items():
        if m.label != "myelopathy" or m.entry.attributes.get("strength") != "sign" or how != "present":
            continue
        if m.entry.attributes.get("group") == "tract":
            text = m.sentence.text
            affirmed = _POSITIVE_RIGHT.search(text[m.end :]) or _POSITIVE_LEFT.search(text[: m.start]) or re.search(r"upgoing|hyper|inverted|extensor|sustained|beats", m.text, re.IGNORECASE)
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
        present = [m for m, (how, step) in read.items() if kind in (m.label, m.entry.attributes.get("also")) and _is_present(note, m, how, step)]
        if kind == "myelopathy" and signs:
            present += [m for m in signs if m not in present]
        absent = [m for m, (how, _) in read.items() if m.label == kind and how == "absent"]
        if present and not _outweighed(kind, present, absent, read):
            first, rest = present[0], present[1:]
            facts.append(_fact(first, rest, kind, "present", f"assertion:present<-{read[first][1]}"))
        elif absent:
            facts.append(_fact(absent[0], absent[1:], kind, "absent", f"assertion:absent<-{read[absent[0]][1]}"))
    return facts


def _outweighed(kind: str, present: list[Mention], absent: list[Mention], read: dict[Mention, tuple[str, str]]) -> bool:
    """A lone unqualified name against plain denials elsewhere: the denial wins (a heading, a checklist)."""
    if kind in {"fracture", "myelopathy"} or not absent:
        return False
    return len(present) == 1 and read[present[0]][1] == "plain" and len(present[0].clause_text) < 30 and len(absent) > 1


def _fact(m: Mention, rest: list[Mention], kind: str, assertion: str, step: str) -> Fact:
    spans = [x.sentence.whole if len(x.sentence.text) <= 220 else x.span for x in (m, *rest)]
    places = list(dict.fromkeys(spans))
    return fact_of(m, "red_flags", {"kind": kind}, version=VERSION, assertion=assertion, span=places[0], supporting=tuple(places[1:]), steps=(step,))  # fmt: skip


FAMILY = Family.load(__file__, "1", bind)
