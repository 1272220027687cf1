"""Doses given on the spot (emergency room, ambulance, theatre) and splints for transport: no course of care."""

from __future__ import annotations

import re

from extractors.note import Note
from extractors.therapies.cues import cues
from extractors.therapies.statement import Statement

_GIVEN = re.compile(
    r"\b(?:got|get|gets|given|gave|give|receiv(?:e|ed)|administered|medicated|dosed?|doses|treated|loaded|required|pushed)\b",
    re.IGNORECASE,
)
_HERE = re.compile(
    r"\b(?:in (?:the |our )?(?:ED|ER|A&E|emergency (?:room|department)|recovery(?: room)?|PACU|trauma bay|casualty|ambulance|OR)\b|en route|by (?:EMS|paramedics|the squad)|IV\b|IM\b|IVP\b|intramuscular\w*|intravenous\w*|parenteral\w*)",
    re.IGNORECASE,
)
#: The same where the note is of an emergency department or the drug one that is injected.
_THEN = re.compile(
    r"\b(?:here\b(?! for)|multiple doses|(?:one|a single|another|two) doses?\b|at \d{1,2}:\d\d|on arrival)",
    re.IGNORECASE,
)
_EMERGENCY = re.compile(
    r"\b(?:emergency (?:department|room|medicine|physician|dept)|(?:ED|ER) (?:course|note|physician))\b",
    re.IGNORECASE,
)
_PRESCRIBED = re.compile(
    r"\b(?:prescri\w+|script|rx|to go|sent home|discharged?|home with|tablets?|samples?|patch(?:es)?|dose ?pa\w+)\b|#\s?\d",
    re.IGNORECASE,
)
#: Drugs of which a dose in figures without directions is an injection.
_INJECTED = frozenset({"morphine", "hydromorphone", "ketorolac", "fentanyl", "meperidine"})
_TRANSPORT = re.compile(
    r"\b(?:back ?board|spine board|long board|on a board|paramedics?|EMS|ambulance|immobili[sz](?:ed|ation)|extricat\w+|at the scene)\b",
    re.IGNORECASE,
)
#: A pull of the surgeon's hand, not a treatment of weeks.
_PULLED = re.compile(
    r"\b(?:stretched|flexed|rotated|distracted|reduced|mobili[sz]ed|manipulated|applied (?:to|across|through|with)|weights?|tongs|halo|pins?|retract\w+|C-?arm|prepped|draped|positioned|traction table|fluoroscop\w+)\b",
    re.IGNORECASE,
)


def _is_emergency(note: Note) -> bool:
    return _EMERGENCY.search(note.text) is not None


def is_given_here(note: Note, statement: Statement, index: int) -> bool:
    """Whether the therapy is a dose of the moment, a splint for transport or traction in the hands of the operator.

    In the note of an emergency department a bare dose of an injectable drug was given on the spot.
    """
    mention = statement.mentions[index]
    text = statement.sentence.text
    if mention.label == "bracing":
        return _TRANSPORT.search(text) is not None
    if mention.label == "traction":
        return _PULLED.search(text) is not None
    if mention.entry.attributes.get("class", "drug") != "drug":
        return False
    own = statement.before + statement.own_before[index] + mention.text + statement.own_after[index]
    ahead = statement.before or statement.head
    if not (_GIVEN.search(ahead) or _GIVEN.match(statement.own_after[index].strip())):
        return False
    if _PRESCRIBED.search(own) or cues().search("sig.any", statement.own_after[index]):
        return False
    if _HERE.search(text):
        return True
    emergency, injected = note.once("therapies.emergency", _is_emergency), mention.entry.id in _INJECTED
    return (emergency and injected) or ((emergency or injected) and _THEN.search(text) is not None)
