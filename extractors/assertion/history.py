"""Whether a mention is told as medical history, in the sense of ConText's annotation.

ConText calls a condition *historical* when the note tells it as history: under "history of", in a past medical,
social or allergy section, after "status post" or "known", whether or not it still holds. The flag ``historical``
of a mention is narrower: over and done. Binders need the narrow one, since most of what a history lists still
holds; measurements against ConText's annotation need this one.
"""

from __future__ import annotations

import re

from extractors.note import Mention

#: Sections that tell a patient's history, by the categories of ``extractors/text/headings.yaml``.
HISTORY_SECTIONS = frozenset(
    {"past_medical", "past_surgical", "social_history", "family_history", "allergies"}
)
#: A cue that speaks of history also where its own meaning is another ("no history of", "family history of").
_SPEAKS = re.compile(r"\b(?:history|hx)\b|\bh/o\b", re.IGNORECASE)
#: "coronary disease history": the word after the condition.
_AFTER = re.compile(r" (?:medical )?(?:history|hx)\b", re.IGNORECASE)
#: Habits are asked for in the social history, and stand alone where its heading was left behind.
_HABIT = re.compile(
    r"\b(?:alcohol|tobacco|smok(?:es?|er|ing)|non-?smoker|cigarettes?|(?:illicit |recreational )?drug (?:use|abuse)|drinks?)\b",
    re.IGNORECASE,
)


def told_as_history(mention: Mention, text: str) -> bool:
    """Whether the note ``text`` tells the mention as medical history, present or past.

    True for what is over (flag ``historical``), for a cue of history, for a history section, and for habits.
    """
    if mention.has("historical") or mention.has("history"):
        return True
    if mention.sentence.section.category in HISTORY_SECTIONS:
        return True
    if any(_SPEAKS.search(text[c.start : c.end]) for c in mention.cues):
        return True
    return bool(_AFTER.match(mention.sentence.text, mention.end) or _HABIT.search(mention.text))
