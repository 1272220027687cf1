"""The first evaluation by a therapist: the course it sets out is planned, its goals are no care."""

from __future__ import annotations

import re
from dataclasses import replace

from extractors.note import Note
from extractors.quantities.durations import find_durations
from extractors.quantities.sessions import planned_sessions
from extractors.therapies.items import Item
from extractors.therapies.statement import Statement

_TITLE = re.compile(
    r"\b(?:physical therapy|physiotherapy|PT|rehab\w*|occupational therapy|therapy|lumbar|cervical|spine|back|neck|orthop\w+)\b[^\n]{0,40}\b(?:initial )?eval(?:uation)?\b|\binitial (?:\w+ ){0,3}eval(?:uation)?\b[^\n]{0,40}\b(?:therapy|PT|physio\w*)\b",
    re.IGNORECASE,
)
_REFERRED = re.compile(
    r"\b(?:referred (?:here )?(?:to|for) (?:outpatient |skilled )?(?:physical therapy|physiotherapy|PT|therapy)|(?:order|rx|referral)[^\n.]{0,20}\beval(?:uate)?(?:uation)? (?:and|&) treat)\b",
    re.IGNORECASE,
)
#: What only a therapist's own plan says.
_OF_THERAPIST = re.compile(
    r"\b(?:rehab(?:ilitation)? potential|prognosis (?:is |for )?[^\n.]{0,40}\bgoals|short[- ]term goals|long[- ]term goals|stg|ltg|plan of care|skilled (?:physical )?therapy|skilled PT|(?:patient|pt) (?:is |will )?(?:to )?be seen|therapeutic exercises?|problem list|home exercise program)\b",
    re.IGNORECASE,
)
_PROGRESS = re.compile(
    r"\b(?:discharge (?:summary|note|report)|progress (?:note|report)|re-?evaluation|has (?:now )?attended|visits attended|visit ?#? ?(?:[2-9]|\d\d)\b|goals? (?:met|not met)|not met\b)",
    re.IGNORECASE,
)
#: The patient has been coming already, or came somewhere else.
_ATTENDED = re.compile(
    r"\b(?:attend(?:s|ed|ing)|currently|is in\b|has been|had|received|previous(?:ly)?|prior|past|underwent|completed|went|tried|still|to date|so far|ongoing)\b",
    re.IGNORECASE,
)
#: Aims of the course: told of what the patient shall do one day.
_GOAL = re.compile(
    r"\b(?:(?:patient|pt) (?:will|to) (?:be |demonstrate|perform|return|report|tolerate)|will (?:demonstrate|be independent|return|report)|independent (?:in|with)|demonstrates? independence|compliance with|compliant with|would like to|issued|instructed|with (?:a )?home exercise)\b",
    re.IGNORECASE,
)
_GOALS = re.compile(r"\bgoals?\b", re.IGNORECASE)


def _is_evaluation(note: Note) -> bool:
    head = note.text[:1500]
    titled = _TITLE.search(note.text[:300]) is not None
    referred = _REFERRED.search(head) is not None
    parts = {m[0].lower() for m in _OF_THERAPIST.finditer(note.text)}
    if _PROGRESS.search(note.text):
        return False
    return (titled or referred) and len(parts) >= (1 if titled and referred else 2)


def is_evaluation(note: Note) -> bool:
    """Whether the note is a therapist's first evaluation, with a course to come."""
    return note.once("therapies.evaluation", _is_evaluation)


def is_goal(statement: Statement, index: int) -> bool:
    """Whether the therapy stands among a therapist's goals, whose dates are no length of care."""
    return _GOALS.search(statement.places[index].title) is not None or bool(
        re.match(r"\W*(?:short|long)?[- ]?(?:term)? ?goals?\b", statement.sentence.text, re.I)
    )


def status_in_evaluation(note: Note, statement: Statement, index: int, status: str) -> str | None:
    """The status in a therapist's first evaluation: its own course and home programme are to come.

    None: what the status was. The words "attended before" and the like keep a course of old.
    """
    if status != "current" or not is_evaluation(note):
        return None
    label = statement.mentions[index].label
    text = statement.sentence.text
    if label == "physical_therapy":
        return None if _ATTENDED.search(statement.text) and not _REFERRED.search(text) else "planned"
    if label == "home_exercise" and (_GOAL.search(text) or is_goal(statement, index)):
        return "planned"
    return None


_FREQUENCY = re.compile(
    r"\b(?:be (?:seen|treated)|seen (?:by|in|for)|frequency|duration|eval(?:uate)? (?:and|&) treat|visits?|sessions?|treatment)\b[^.;\n]{0,60}?(?:\b(?:\d|one|two|three|four|five|once|twice)\b|\dx)[^.;\n]{0,24}?(?:\ba\b|\bper\b|/|\beach\b|\bweekly\b)",
    re.IGNORECASE,
)


def with_frequency(note: Note, items: list[Item]) -> list[Item]:
    """Give the planned course of an evaluation the frequency that a sentence without its name sets ("to be seen")."""
    if not is_evaluation(note):
        return items
    told = [s for s in note.sentences if _FREQUENCY.search(s.text)]
    lengths = [(s, d) for s in told for d in find_durations(s.text) if d.kind == "span"]
    out = list(items)
    for k, i in enumerate(out):
        if (i.modality, i.status) == ("physical_therapy", "planned") and lengths:
            if any(
                x.amounts.weeks is not None
                for x in out
                if (x.modality, x.status) == ("physical_therapy", "planned")
            ):
                break
            sentence, length = lengths[0]
            amounts = replace(
                i.amounts,
                weeks=round(length.weeks, 2),
                stated=length.stated_weeks,
                sessions=planned_sessions(sentence.text) or i.amounts.sessions,
            )
            supporting = (*i.supporting, sentence.whole)
            out[k] = replace(i, amounts=amounts, supporting=supporting, steps=(*i.steps, "weeks<-frequency"))
            break
    return out
