"""Whether a word names an operation on the spine at all: not an ankle's fusion, not an image's, not a department."""

from __future__ import annotations

import re

from extractors.note import Mention, Note
from extractors.surgeries import context, implants
from extractors.surgeries.cues import load_cues

CUES = load_cues(__file__)
_PERIPHERAL = CUES["peripheral"]
_SPINAL = CUES["spinal"]
_NOT_OPERATION = CUES["not_operation"]
# "Spine surgery" as the department: consulted, aware, referred to.
_SERVICE_AFTER = CUES["service_after"]
_SERVICE_BEFORE = CUES["service_before"]
_SPONTANEOUS = CUES["spontaneous"]


def counts(note: Note, m: Mention) -> bool:
    """Whether a mention can be an operation on the spine at all (not an ankle fusion, not an image fusion)."""
    if m.label == "exploration":
        return False  # what an operation looked at, not what it did
    if m.label == implants.PART:
        return implants.part_kind(note, m) is not None
    if m.entry.attributes.get("after_operation") and not _operation_before(note, m):
        return False
    before, after = _around(m)
    if _of_another_part(m, before, after) or (m.label == "spine_op" and _department(m)):
        return False
    if m.label in {"fusion", "decompression"} and _no_operation(m, before, after):
        return False
    return _spinal(note, m, before)


def _operation_before(note: Note, m: Mention) -> bool:
    """Whether the same sentence or one of the two before it names an operation on a spine ("not had any myself")."""
    near = note.around(m.sentence, before=2, after=0)
    return any(
        x.family == m.family
        and x.label not in {"generic", "nothing"}
        and (s is not m.sentence or x.end <= m.start)
        for s in near
        for x in s.mentions
    )


def _around(m: Mention) -> tuple[str, str]:
    """The operation's own words before and behind its name, in its clause."""
    text = m.sentence.text
    a, b = m.clause
    before, after = text[max(a, m.start - 35) : m.start], text[m.end : min(b, m.end + 35)]
    before = re.split(r"[,;]| and ", before)[-1] if m.label in {"fusion", "stimulator", "pump"} else before
    after = re.split(r"[,;]| and |\(", after)[0]
    if m.label == "fusion":
        # "the fusion in the chart is of his great toe"
        for far in re.finditer(
            r"\b(?:of|in|on) (?:his|her|the|a) (?:left |right |great |big )?",
            text[m.end : min(b, m.end + 70)],
        ):
            after += " | " + text[m.end + far.end() : m.end + far.end() + 10]
    # "knee surgery", "surgery on the hip"; not "a surgical candidate given his cardiac history"
    return before, after[:12] if m.label == "generic" else after


def _of_another_part(m: Mention, before: str, after: str) -> bool:
    """Of a knee, an ankle, an image: only the operation's own words count, and a level beside it outweighs them."""
    named = m.label in {"fusion", "decompression", "hardware", "hardware_removal", "generic"}
    if not named and not (m.label == "stimulator" and not implants.in_the_spine(m.text)):
        return False
    if not any(_PERIPHERAL.search(words) for words in (before, m.text, after)):
        return False
    return not re.search(r"\b[CTL]\d", before[-14:] + after[:14])


def _department(m: Mention) -> bool:
    """The service: "spine surgery" consulted, aware, referred to; or alone on its line, as on a letterhead."""
    text = m.sentence.text
    if text.strip(" .:,").lower() == m.text.lower() and "surgery" in m.text.lower():
        return m.sentence.section.category not in {"past_surgical", "past_medical"}
    return bool(_SERVICE_AFTER.search(text[m.end :]) or _SERVICE_BEFORE.search(text[: m.start]))


def _no_operation(m: Mention, before: str, after: str) -> bool:
    """Grown together of itself, not included ("laminectomy without fusion"), or a treatment without a knife."""
    if _NOT_OPERATION.search(before) or _SPONTANEOUS.search(after) or _grown_together(m, before, after):
        return True
    if m.label == "decompression":
        return re.search(r"neuroplasty|adhesi", m.sentence.text, re.IGNORECASE) is not None
    if re.search(r"\bwithout (?:\w+ )?$", before):
        return any(x.family == m.family and x.start < m.start for x in m.sentence.mentions)
    found = re.search(r"\b(?:ankle|wrist|subtalar|elbow|knee|which is)\b[^.]{0,25}$", before, re.IGNORECASE)
    return found is not None


#: Diseases that stiffen a spine, and joints that fuse in them.
_STIFFENS = re.compile(
    r"\b(?:ankylos\w+|DISH|bamboo|syndesmophyt\w*|flowing|spondylo-?arthr\w+|sacroiliitis|forestier\w*|congenital\w*)\b",
    re.IGNORECASE,
)
_OF_ITSELF = re.compile(
    r"\b(?:effectively|essentially|functionally|virtually|naturally|auto|joints? (?:is|are|has|have|appears?|looks?)(?: now| become| \w+ly)?)[ -]*$",
    re.IGNORECASE,
)
_PICTURE = re.compile(r"\s(?:SPECT|PET|CT|MRI?|images?|data(?:set)?s?)\b", re.IGNORECASE)


def _grown_together(m: Mention, before: str, after: str) -> bool:
    """Fused by disease or of itself, or pictures laid over each other: no operation."""
    if m.label != "fusion" or m.text.lower() != "fused":
        return False
    if _PICTURE.match(after) or re.search(r"\bauto-?\s?$", before, re.IGNORECASE):
        return True
    return _OF_ITSELF.search(before) is not None and _STIFFENS.search(m.sentence.text) is not None


def _spinal(note: Note, m: Mention, before: str) -> bool:
    """Whether words of the spine stand near, where the name alone does not say so."""
    text = m.sentence.text
    a, b = m.clause
    if m.entry.attributes.get("needs_spine") and not _SPINAL.search(text[max(0, m.start - 60) : m.end + 60]):
        return re.search(r"surgical\s*$", before, re.IGNORECASE) is not None and context.is_spine_note(note)
    if m.label == "fusion" and not context.is_spine_note(note):
        near = (text[max(a, m.start - 50) : m.start], text[m.start : min(b, m.end + 40)])
        return any(_SPINAL.search(words) for words in near)
    return True
