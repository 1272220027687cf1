"""The course of a complaint: an event of the past, and what the following words say became of it.

The cues stand in ``cues.yaml`` (``ended``, ``ended_event``, ``came_back``, ``past_time``, ``lasting``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from extractors.note import Mention, Note
from extractors.radicular.cues import cue
from extractors.radicular.places import limb_regions
from extractors.radicular.topic import named_regions

Course = Literal["ended", "dated"]

#: Labels that tell of an event; tests and codes have no course of their own.
_EVENTS = frozenset(
    {"named", "radiates", "limb_pain", "sensory", "motor", "dermatome", "girdle", "sensory_exam"}
)
#: How far behind a mention its end may be told, in characters.
_REACH = 380
_NOT = re.compile(r"(?:\b(?:not|never|nor|hardly|yet to)|n['’]?t)(?: \w+){0,2}\s*$", re.IGNORECASE)

#: The limb itself is the subject, or something acts on it ("PT fixed it").
_OWN_SUBJECT = re.compile(
    r"\W*(?:took|relieved|cleared|cured|abolished|eliminated|eradicated|fixed|got rid|ended)\b|"
    r"\W*(?:the|his|her|my|that|all)? ?(?:left |right )?(?:legs?|arms?|foot|feet|hands?|calf|shin|limb|fingers?|toes?|sciatica|numbness|tingling)\b",
    re.IGNORECASE,
)
_NONE = re.compile(
    r"\b(?:no|not|never|without|denie[sd]|nothing|none|free|neither)\b|n['’]t\b", re.IGNORECASE
)
#: What ended was something else.
_FOREIGN = re.compile(
    r"\b(?:bladder|bowels?|fevers?|rash\w*|head ?aches?|migraines?|chest|swelling|edema|nausea|vomiting|cough|infection|wound|drainage|"
    r"physio\w*|pt|therapy|therapist|chiropract\w*|knee|shoulder|hips?|weight|sleep\w*|mood|dizz\w+|constipation|side effects?|"
    r"spasms?|(?:low(?:er)? )?back|neck|bleeding|hives|itch\w*|drows\w+|insurance|claim)\b[^.]{0,45}$",
    re.IGNORECASE,
)
_AXIAL = re.compile(
    r"\b(?:low back|back|neck|axial|rfa?|ablation|relief)\b(?: pain)?[^.;]{0,20}$", re.IGNORECASE
)


def _behind(mention: Mention, note: Note) -> str:
    """The words behind a mention: the rest of its sentence and two more of the same section."""
    sentence = mention.sentence
    out = sentence.text[mention.end :]
    for other in note.sentences[sentence.index + 1 : sentence.index + 3]:
        if other.section is not sentence.section:
            break
        out += " " + other.text
    return out[:_REACH]


def _first(name: str, text: str) -> re.Match[str] | None:
    """The first match of a cue that no negation precedes, and whose subject is not plainly something else."""
    for m in cue(name).finditer(text):
        if _NOT.search(text[max(0, m.start() - 24) : m.start()]):
            continue
        if _OWN_SUBJECT.match(m.group()) or not _FOREIGN.search(text[max(0, m.start() - 60) : m.start()]):
            return m
    return None


def _came_back(behind: str, of: Sequence[str] = ()) -> bool:
    """Whether the words tell that it came back; the return of the back's own pain, or another limb's, does not count."""
    return any(
        not _NOT.search(behind[max(0, m.start() - 24) : m.start()])
        and not _NONE.search(m.group())
        and not _AXIAL.search(behind[max(0, m.start() - 45) : m.start()])
        and not (of and (named := limb_regions(m.group())) and not set(named) & set(of))
        for m in cue("came_back").finditer(behind)
    )


def returned(mention: Mention, note: Note) -> bool:
    """Whether what ended came back, by the words behind the mention."""
    return _came_back(
        _behind(mention, note)[:220], named_regions(mention.sentence.text[mention.start : mention.end])
    )


def _dated(mention: Mention) -> bool:
    """Whether the words around the mention put it into the past, and nothing says that it lasts."""
    text = mention.sentence.text
    a, b = mention.clause
    near = text[max(a, mention.start - 110) : min(b, mention.end + 80)]
    if cue("lasting").search(text[max(0, mention.start - 160) : mention.end + 160]):
        return False
    return bool(cue("past_time").search(near))


def course_of(mention: Mention, note: Note) -> Course | None:
    """``ended`` where the following words tell its end, ``dated`` where it is only put into the past."""
    if mention.label not in _EVENTS or mention.sentence.section.category in (
        "preoperative_diagnosis",
        "postoperative_diagnosis",
    ):
        return None
    behind = _behind(mention, note)
    dated = _dated(mention)
    if not dated and mention.label == "radiates" and cue("finite_verb").match(mention.text):
        return None  # "radiates": told as of now
    end = _first("ended", behind)
    if end is None and dated:
        end = _first("ended_event", behind)
    if end is not None:
        of = named_regions(mention.sentence.text[mention.start : mention.end])
        return None if _came_back(behind[end.end() :], of) else "ended"
    return "dated" if dated and not cue("lasting").search(behind[:160]) else None
