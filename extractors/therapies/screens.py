"""Mentions that are not a therapy for the complaint: another meaning of the word, another use of the drug."""

from __future__ import annotations

import re

from extractors.note import Mention
from extractors.therapies.statements import Statement

_PATIENT_VERB = re.compile(
    r"^(?:'s\b|\s+(?:is (?:a|an|here|seen|now|\d)|was seen|states?|reports?|denies|c/o|complain\w*|presents?|seen|here|returns?|notes?\b|verbaliz\w+|understands?|agrees?|tolerated (?:the )?proc\w*|educated|"
    r"walks?|rates?|who\b|wants?|has (?:a |had |been |pain|low|chronic|severe|no |tried|done|completed|not (?:had|tried))|had (?:a |an |surgery|MRI|pain|injection)|did (?:PT|physical|therapy|HEP)|takes|taking|able|ambul\w+|lives|works?|smokes|will (?:call|follow|return|continue)|[A-Z]\.\s?[A-Z]\.|MRN|name))",
    re.IGNORECASE,
)
_NAME = re.compile(r"^\s?:\s+(?:[A-Z][a-z]+|[A-Z]{2,}|[A-Z]\.)[.,]? ?[A-Z]")
_CREDENTIAL = re.compile(r"(?:[A-Z][a-z]+|[A-Z]\.\s?[A-Z]?\.?),\s?$")
_REFERRED_BY = re.compile(
    r"\b(?:referred|seen|evaluated|sent|examined|signed|dictated|suggested|diagnosed|noted|told)(?: (?:here|to (?:us|me)|in))? by (?:\w+ ){0,4}$",
    re.IGNORECASE,
)
_PAIN = re.compile(
    r"\b(?:pain\w*|nerve|neuropath\w*|radic\w*|sciatic\w*|back|neck|leg|arm|spine|spasms?|ache|LBP|fibromyalgia)\b",
    re.IGNORECASE,
)
_OTHER_USE = re.compile(
    r"(?:\b(?:for|treats?)|\() ?(?:\w+ ){0,3}?(?:depress\w*|anxiety|mood|PTSD|sleep|insomnia|migraines?|headaches?|HAs?\b|seizures?|epilep\w*|smoking|ADHD|bipolar|OCD|hot flashes|heart|stroke|cardi\w*|blood thinn\w*|clot|CAD|stents?|AFib|prophylaxis)|\b(?:depression|anxiety|migraines?|insomnia)\b|\b81(?: ?mg)?\b|\b325 ?mg (?:daily|qd|q\.d\.|PO daily)|\bbaby\b|\bEC\b",
    re.IGNORECASE,
)
_STEROID_OTHER = re.compile(
    r"\b(?:asthma|COPD|rheumatoid|RA\b|PMR|polymyalgia|lupus|transplant|crohn\w*|chemo\w*|immunosuppress\w*|cyclophosphamide|eczema|poison ivy|bronchitis|allerg\w+)\b",
    re.IGNORECASE,
)
_EXERCISE = re.compile(r"\b(?:home|exercises?|stretch\w*|program|HEP|sheet|handout|routine)\b", re.IGNORECASE)
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


def is_patient_or_credential(mention: Mention) -> bool:
    """A "PT" for patient or for a therapist's degree; a chiropractor or therapist as the one who refers."""
    text = mention.sentence.text
    before, after = text[: mention.start], text[mention.end :]
    if _REFERRED_BY.search(before[-60:]):
        return True
    if (
        mention.entry.id == "physical_therapy"
        and re.search(r"\b(?:from|per|by) (?:the |his |her |my )?$", before)
        and _EXERCISE.search(before[-45:])
    ):
        return True  # "home stretches from PT": the source of the exercises, not a course
    if re.search(r"therapists?$", mention.text, re.I) and (
        re.match(r"^[\s,]*(?:HCPC|reg|PT\b|DPT|MSc|BSc|$)", after)
        or re.search(r"\b(?:Band \d|senior|lead|chartered) $", before, re.I)
    ):
        return True  # the signature
    if mention.text.lower().startswith("attended") and any(
        m is not mention and m.family == mention.family for m in mention.sentence.mentions
    ):
        return True  # the sentence names what was attended
    if mention.entry.id != "physical_therapy" or mention.text.upper() != "PT":
        return False
    if mention.text == "Pt":
        return True
    title = mention.sentence.section.category == "header" and mention.sentence.index < 4
    if title and not re.search(r"\b[a-z]{2,}\b", text) and len(text.split()) <= 10:
        return True
    if _PATIENT_VERB.match(after) or _NAME.match(after):
        return True
    if re.search(r"\b(?:the|this) $", before, re.IGNORECASE) and not re.match(
        r"\s?(?:was|helped|did|discharge|records?|summary|referral|program|course|clinic|sessions?|visits?|note|dates|eval)",
        after,
        re.I,
    ):
        return True
    return bool(_CREDENTIAL.search(before) and re.match(r"^\s?(?:$|[,.;)]|\d)", after))


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
    if _OTHER_USE.search(own) or (len(statement.mentions) == 1 and _OTHER_USE.search(text)):
        return True
    listed = statement.sentence.section.category == "medications"
    mates = {m.label for m in statement.sentence.mentions if m.family == mention.family and m is not mention}
    if re.search(r"\b(?:pain|neuropath\w*|nerve|radic\w*|sciatica)\b", own, re.IGNORECASE):
        return False
    if listed:
        return True
    if rule == "pain_strict":
        return not re.search(r"\b(?:pain|neuropath\w*|nerve|radic\w*|sciatica)\b", text, re.IGNORECASE)
    if mention.entry.id == "aspirin":
        return not (_PAIN.search(text) or mates & _PAIN_MATES)
    return False
