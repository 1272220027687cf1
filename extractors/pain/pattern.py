"""Where the pain is: axial, limb, both, or not stated."""

from __future__ import annotations

import re

from extractors.facts import Span
from extractors.note import Mention, Note

_TOLD_IN = {"header", "chief_complaint", "history", "indication", "assessment", "other", "denial", "treatment_history", "preoperative_diagnosis", "postoperative_diagnosis", "plan", "procedure", "review_of_systems", "past_medical"}
_NEGATED = re.compile(
    r"\b(?:no|not|denies|denied|without|never|nor|neither|negative|absent|isn't|doesn't|does not|non-?radiating|resolved|no longer|rule out|r/o|free of|any|stops?|worsening|new|develops?|if|call|risk|neuropathy|fall(?:s|ing)?|rather than|quit|prior|previous)\b[^.;\n]{0,50}$",
    re.IGNORECASE,
)
_OTHER_LIMB = re.compile(r"\b(?:knee|hip|ankle|shoulder|carpal|ulnar|neuropathy|diabetic|stocking|plantar|elbow|cramps|edema|swelling|vascular)\b", re.IGNORECASE)
_NEGATED_AFTER = re.compile(r"^[^.;\n]{0,30}\b(?:denied|resolved|absent|none|negative|is gone|went away|stops? there|no longer|free)\b", re.IGNORECASE)


def asserted(m: Mention) -> bool:
    """Whether the note says that the patient has it now."""
    if m.has("negated") or m.has("family") or m.has("hypothetical") or m.has("historical"):
        return False
    text = m.sentence.text
    a, _ = m.clause
    before = text[max(a, m.start - 60) : m.start]
    return not (_NEGATED.search(before) or _NEGATED_AFTER.match(text[m.end :]))


def pattern_of(note: Note) -> tuple[str, tuple[Span, ...], str]:
    """The pattern, the places that carry it, and how it was found.

    A stated comparison decides; else limb and axial pain are weighed by what is asserted.
    """
    seen: dict[str, list[Mention]] = {"axial": [], "limb": [], "radiates": [], "more_limb": [], "more_axial": []}
    for m in note.mentions("pain"):
        if m.label not in seen or m.sentence.section.category not in _TOLD_IN:
            continue
        if m.sentence.section.category == "review_of_systems" and m.label != "axial":
            continue
        if not asserted(m):
            continue
        if m.label in ("limb", "radiates") and _OTHER_LIMB.search(m.sentence.text[max(0, m.start - 30) : m.end + 20]):
            continue
        seen[m.label].append(m)
    limb = seen["limb"] + seen["radiates"]

    def out(pattern: str, mentions: list[Mention], how: str) -> tuple[str, tuple[Span, ...], str]:
        spans = tuple(dict.fromkeys(x.sentence.whole for x in mentions[:2]))
        return pattern, spans, f"pattern<-{how}"

    if seen["more_limb"] and (limb or len(seen["more_limb"]) > 0) and not seen["more_axial"]:
        return out("limb", seen["more_limb"], "comparison")
    if seen["more_axial"] and not limb:
        return out("axial", seen["more_axial"] + seen["axial"], "axial")
    if seen["axial"] and limb:
        return out("both", [seen["axial"][0], limb[0]], "axial_and_limb")
    if limb:
        return out("limb", limb, "limb")
    if seen["axial"] or seen["more_axial"]:
        return out("axial", seen["axial"] or seen["more_axial"], "axial")
    return "not_stated", (), ""
