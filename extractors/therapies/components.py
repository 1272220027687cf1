"""Mentions that say no more than what a course of therapy consisted of ("PT (dry needling, McKenzie)")."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractors.note import Mention

_COMPONENTS = {"dry_needling", "therapeutic_ultrasound", "osteopathic"}
_COURSES = {"physical_therapy", "chiropractic", "home_exercise"}
_INSIDE = re.compile(r"^[^()]{0,60}\([^()]{0,60}$")
_WITH = re.compile(
    r"\b(?:with|w/|incl\w*\.?|including|plus|consist\w+ of|such as)\b(?:(?!\b(?:relief|benefit|help|improv|response|result)\w*)[^.;()]){0,60}$",
    re.IGNORECASE,
)
_REACH = 120


def is_component(mention: Mention, previous: Sequence[Mention]) -> bool:
    """Whether ``mention`` is part of the course named by the last of the ``previous`` ones of its sentence."""
    course = next((m for m in reversed(previous) if m.label in _COURSES), None)
    if course is None or mention.start - course.end > _REACH:
        return False
    gap = mention.sentence.text[course.end : mention.start]
    inside = _INSIDE.match(gap) is not None
    if mention.entry.id in _COMPONENTS:
        return inside or _WITH.search(gap) is not None
    return inside and mention.label == "physical_therapy" and course.label == "home_exercise"
