"""The patient's answer behind a plan or an offer: refused, called off."""

from __future__ import annotations

import re

from extractors.note import Note
from extractors.surgeries.merge import Event

_WHO = r"(?:s?he|they|patient|pt|the patient|mr\.? \w+|mrs\.? \w+|ms\.? \w+|family|wife|husband)"
#: The answer that opens the next sentence.
_ANSWERED = re.compile(
    rf"\W*(?:but |however,? |for now,? |at this time,? )?{_WHO} (?:(?:would|does|did|do|is|was|has|had|really|strongly|currently|still|firmly|clearly) )*"
    r"(?:wants? to (?:hold|wait|avoid|put (?:it|this|that) off)|prefer(?:s|red)? (?:to (?:hold|wait|avoid|defer)|not)|(?:rather|prefer) (?:not|wait|hold|avoid)|(?:not|n't) (?:wish|keen|interested|ready|willing|go)\b|hold(?:s|ing)? off|turn(?:s|ed) (?:it|this|that|them) down|said no|says no|opt(?:s|ed) (?:against|out)|decided against|reluctant|(?:(?:not|n't) want|declin\w+|refus\w+|defer\w*|cancel\w*|postpon\w+)(?=\s*(?:$|[.,;]|(?:it|this|that|surgery|surgical|operation|both|either|to|until|for now|at this|an? (?:operation|surgery)|any (?:surgery|operation)|the (?:surgery|operation|procedure))\b)))",
    re.IGNORECASE,
)
_OFFERED = re.compile(
    r"\b(?:offered|proposed|scheduled|planned|recommended|booked|suggested)\b", re.IGNORECASE
)
#: In the same sentence, of the operation itself.
_CALLED_OFF = re.compile(
    rf"^[^.;]{{0,80}}?(?:\b(?:and|but|which|,|then)\s)(?:{_WHO}\s)?(?:has |had |have |then |later |since )?(?:cancel(?:l?ed|s)|call(?:ed|s) (?:it )?off|turn(?:ed|s) (?:it|this|that) down|back(?:ed|s) out|pull(?:ed|s) out|declin(?:ed|es)|refus(?:ed|es)|never went (?:ahead|through)|did not (?:go|show|proceed)|didn't (?:go|show|proceed)|withdrew)\b(?! (?:gabapentin|injection|PT|physical))",
    re.IGNORECASE,
)


def refused_next(note: Note, events: list[Event]) -> None:
    """A plan or option that the next sentences refuse ("reluctant to go through any surgery") is declined."""
    bare = {"generic", "spine_op"}
    refused = {e.phrase.sentence.index for e in events if e.status == "declined" and e.phrase.labels <= bare}
    for e in events:
        offered = (
            e.status == "past"
            and e.phrase.years
            and _OFFERED.search(e.phrase.sentence.text[: e.phrase.end + 40])
            and _CALLED_OFF.search(e.phrase.sentence.text[e.phrase.end :])
        )
        if not e.generic and (offered or (e.status == "planned" and _turned_down(note, e))):
            e.status = "declined"
            e.steps.append("status:declined<-answer")
    for e in events:
        at = e.phrase.sentence.index
        if e.status == "planned" and not e.generic and refused & {at, at + 1, at + 2, at + 3, at + 4}:
            e.status = "declined"
            e.steps.append("status:declined<-next sentence")


def _turned_down(note: Note, e: Event) -> bool:
    """Whether the patient's answer to a plan stands right behind it: "... He wants to hold off"; "... and he cancelled it"."""
    s = e.phrase.sentence
    rest = s.text[e.phrase.end :]
    if _CALLED_OFF.search(rest):
        return True
    if s.index + 1 >= len(note.sentences) or len(rest) > 120:
        return False
    after = note.sentences[s.index + 1]
    m = _ANSWERED.match(after.text)
    return m is not None and not any(
        x.family == "blocks" or x.family == "ablations" for x in after.mentions if x.start < m.end()
    )
