"""Drugs that are taken for something else than the complaint."""

from __future__ import annotations

import re

from extractors.therapies.statement import Statement

_PAIN = re.compile(
    r"\b(?:pain\w*|nerve|neuropath\w*|radic\w*|sciatic\w*|back|neck|leg|arm|spine|spasms?|ache|LBP|fibromyalgia)\b",
    re.IGNORECASE,
)
_OTHER_USE = re.compile(
    r"(?:\b(?:for|treats?)|\() ?(?:\w+ ){0,3}?(?:depress\w*|anxiety|mood|PTSD|sleep|insomnia|migraines?|headaches?|HAs?\b|seizures?|epilep\w*|smoking|ADHD|bipolar|OCD|hot flashes|heart|stroke|cardi\w*|blood thinn\w*|clot|CAD|stents?|AFib|prophylaxis)|\b(?:depression|anxiety|migraines?|insomnia)\b|\b81(?: ?mg)?\b|\b325 ?mg (?:daily|qd|q\.d\.|PO daily)|\bbaby\b|\bEC\b",
    re.IGNORECASE,
)
_FOR_PAIN = re.compile(
    r"\b(?:pain|analges\w*|neuropath\w*|nerve|radic\w*|sciatica|neuralgia|burning|back|neck)\b", re.IGNORECASE
)
_STEROID_OTHER = re.compile(
    r"\b(?:abiraterone|cancer|adrenal\w*|addison\w*|temporal arteritis|giant cell|GCA|sarcoid\w*|colitis|IBD|myasthenia|multiple sclerosis|asthma|COPD|rheumatoid|RA\b|PMR|polymyalgia|lupus|transplant|crohn\w*|chemo\w*|immunosuppress\w*|cyclophosphamide|eczema|poison ivy|bronchitis|allerg\w+)\b",
    re.IGNORECASE,
)
_PAIN_MATES = {
    "nsaid",
    "acetaminophen",
    "opioid",
    "muscle_relaxant",
    "gabapentinoid",
    "physical_therapy",
    "tens",
    "acupuncture",
}


def is_other_use(statement: Statement, index: int) -> bool:
    """A drug that counts only if taken for pain, where the note gives no such hint or names another use."""
    mention = statement.mentions[index]
    rule = mention.entry.attributes.get("restricted")
    own = statement.own_before[index] + mention.text + statement.own_after[index]
    if mention.label == "oral_steroid":
        return bool(_STEROID_OTHER.search(own))
    if not rule:
        return False
    text = statement.text if statement.row is None else statement.before + statement.after
    if _FOR_PAIN.search(own):
        return False
    if _OTHER_USE.search(own) or (len(statement.mentions) == 1 and _OTHER_USE.search(text)):
        return True
    listed = statement.places[index].kind == "medications"
    mates = {m.label for m in statement.sentence.mentions if m.family == mention.family and m is not mention}
    if _FOR_PAIN.search(own) or (listed and _FOR_PAIN.search(statement.places[index].title)):
        return False
    if listed:
        return True
    if rule == "pain_strict":
        return not re.search(r"\b(?:pain|neuropath\w*|nerve|radic\w*|sciatica)\b", text, re.IGNORECASE)
    if mention.entry.id == "aspirin":
        return not (_PAIN.search(text) or mates & _PAIN_MATES)
    return False
