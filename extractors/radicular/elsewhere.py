"""Numbness that the note explains by something else than a root: a neuropathy, a nerve of the arm, the brain, the cord.

What stands in the mention's own or the neighbouring sentence is ``radiation.peripheral``; here the whole note is asked,
since a dictated report tells the symptom in its history and the reason pages later, in its impression.
"""

from __future__ import annotations

import re

from extractors.note import Mention, Note
from extractors.radicular.cues import cue
from extractors.radicular.evidence import Region

_DENIED = re.compile(
    r"\b(?:no|not|without|w/o|denies|negative for|neg for|rule out|r/o|or|absence of|exclud\w+|evaluate for|versus|vs\.?|family|"
    r"mother|father|brother|sister|if|risk of)\b[^.;\n]{0,45}$",
    re.IGNORECASE,
)
_FEET = re.compile(r"\b(?:feet|toes|soles|foot|stocking|both (?:lower )?legs|legs)\b", re.IGNORECASE)
_HAND = re.compile(r"\b(?:hands?|fingers?|thumbs?|index|digits?|palms?|wrists?)\b", re.IGNORECASE)
_ARM = re.compile(
    r"\b(?:arms?|forearms?|shoulders?|upper extremit\w+|neck|radiat\w+|shoot\w+)\b", re.IGNORECASE
)
_THIGH = re.compile(r"\bthighs?\b", re.IGNORECASE)
_BELOW = re.compile(r"\b(?:calf|calves|shins?|foot|feet|toes?|ankles?|knees?)\b", re.IGNORECASE)
_ONE_SIDE = re.compile(r"\b(?:left|right|lt|rt|l|r|one)\b", re.IGNORECASE)
_BOTH = re.compile(r"\b(?:both|bilateral\w*|bilat|b/l|feet|toes|symmetric\w*|soles)\b", re.IGNORECASE)


def _told(note: Note, name: str) -> bool:
    """Whether the note affirms one of the cue's diseases anywhere."""

    def make(n: Note) -> bool:
        return any(
            not _DENIED.search(n.text[max(0, m.start() - 60) : m.start()].replace("\n", " "))
            for m in cue(name).finditer(n.text)
        )

    return note.once(f"radicular.told.{name}", make)


def explained(region: Region, mention: Mention, note: Note) -> str | None:
    """What else the note gives as the reason for a loss or change of feeling, or None."""
    text = mention.sentence.text
    a, b = mention.clause
    near = text[max(a, mention.start - 90) : min(b, mention.end + 90)]
    if cue("one_side").search(near):
        return "one_side_of_the_body"
    if region == "lumbar":
        symmetric = _BOTH.search(near) and not _ONE_SIDE.search(near)
        if _FEET.search(near) and symmetric and _told(note, "polyneuropathy"):
            return "polyneuropathy"
        if _THIGH.search(near) and not _BELOW.search(near) and _told(note, "thigh_nerve"):
            return "thigh_nerve"
    if region == "cervical" and _HAND.search(near) and not _ARM.search(near) and _told(note, "hand_nerve"):
        return "hand_nerve"
    if re.search(r"\bburn|allodyn|cold|swoll", near, re.IGNORECASE) and _told(note, "pain_syndrome"):
        return "pain_syndrome"
    return None
