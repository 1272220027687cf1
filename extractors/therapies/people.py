"""Words for therapies that name a person: "PT" for the patient, a therapist's degree, a chiropractor who refers."""

from __future__ import annotations

import re

from extractors.note import Mention

_PATIENT_VERB = re.compile(
    r"^(?:'s\b|\s+(?:is (?:a|an|here|seen|now|\d)|was seen|states?|reports?|denies|c/o|complain\w*|presents?|seen|here|returns?|notes?\b|verbaliz\w+|understands?|agrees?|tolerated (?:the )?proc\w*|educated|"
    r"walks?|rates?|who\b|wants?|has (?:a |had |been |pain|low|chronic|severe|no |tried|done|completed|not (?:had|tried))|had (?:a |an |surgery|MRI|pain|injection)|did (?:PT|physical|therapy|HEP)|takes|taking|able|ambul\w+|lives|works?|smokes|will (?:call|follow|return|continue)|[A-Z]\.\s?[A-Z]\.|MRN|name))",
    re.IGNORECASE,
)
_NAME = re.compile(r"^\s?:\s+(?:[A-Z][a-z]+|[A-Z]{2,}|[A-Z]\.)[.,]? ?[A-Z]")
_CREDENTIAL = re.compile(r"(?:[A-Z][a-z]+|[A-Z]\.\s?[A-Z]?\.?),\s?$")
_REFERRED_BY = re.compile(
    r"\b(?:referred|seen|evaluated|sent|examined|signed|dictated|suggested|diagnosed|noted|told|tried|given|shown|fitted|taught|supplied|provided|issued|advised|measured|recommended|requested|ordered|started|asked)(?: (?:here|to (?:us|me)|in))? by (?:\w+ ){0,4}$",
    re.IGNORECASE,
)
_AGENT = re.compile(
    r"^(?:physio(?:therapist)?|physical therapist|chiropractor|chiro|acupuncturist|massage therapist|PT)$",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"\s(?:also )?(?:notic\w+|noted that|says?|said|felt that|feels that|thinks?|thought|suggest(?:s|ed) (?!\w+ exercises)|recommend(?:s|ed)|wrote|writes|asked|asks|told|found|observed|documents?|documented|reports? that|flagged|raised|picked up|was concerned|is concerned|office|clinic phoned|phoned|called)\b",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"\b(?:order\w*|refer\w*|start\w*|cont\w*|failed|tried|did|has|had|no|finish\w*|complet\w*|resume|hold)\b",
    re.IGNORECASE,
)
_EXERCISE = re.compile(
    r"\b(?:home|exercises?|mckenzie|stretch\w*|program|HEP|sheet|handout|routine)\b", re.IGNORECASE
)


def is_patient_or_credential(mention: Mention) -> bool:
    """A "PT" for patient or for a therapist's degree; a chiropractor or therapist as the one who refers."""
    text = mention.sentence.text
    before, after = text[: mention.start], text[mention.end :]
    if _REFERRED_BY.search(before[-60:]):
        return True
    if (
        mention.entry.id == "physical_therapy"
        and re.search(r"\b(?:from|per|by) (?:the |his |her |my )?(?:(?:19|20)\d\d |old |last )?$", before)
        and _EXERCISE.search(before[-45:])
    ):
        return True  # "home stretches from PT": the source of the exercises, not a course
    if re.search(r"therapists?$", mention.text, re.I) and (
        re.match(r"^[\s,]*(?:HCPC|reg|PT\b|DPT|MSc|BSc|$)", after)
        or re.search(r"\b(?:Band \d|senior|lead|chartered) $", before, re.I)
    ):
        return True  # the signature
    if _AGENT.search(mention.text) and _SAYS.match(after):
        return True  # "Physio noticed that ...": the person
    if mention.text.lower().startswith("attended") and any(
        m is not mention and m.family == mention.family for m in mention.sentence.mentions
    ):
        return True  # the sentence names what was attended
    if mention.entry.id != "physical_therapy" or mention.text.upper() != "PT":
        return False
    if mention.text == "Pt":
        return True
    title = mention.sentence.section.category == "header" and mention.sentence.index < 4
    if (
        title
        and not re.search(r"\b[a-z]{2,}\b", text)
        and not _ORDER.search(before)
        and len(text.split()) <= 10
    ):
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
