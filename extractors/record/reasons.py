"""Reasons that a record states: the core of the statement is a mention, the rest must stand near it."""

from __future__ import annotations

import re

from extractors.note import Mention, Note
from extractors.refusals import payer_quoted
from extractors.request.boxes import answer

_ABLATION = re.compile(
    r"\b(?:RFA|RFN|RF (?:ablation|lesion\w*|neurotomy|denervation)|radio[- ]?frequency(?: (?:ablation|neurotomy|denervation|lesion\w*))?|"
    r"ablations?|neurotom(?:y|ies)|denervation|rhizotomy|burn(?:ing)?(?: the| these)? nerves?)\b",
    re.IGNORECASE,
)
#: What is ablated where it is no joint of the spine.
_OTHER_TARGET = re.compile(
    r"\b(?:genicular|knee|hip|sacro-?iliac|SI(?: joint)?|SIJ|sympathetic|stellate|occipital|intercostal|cardiac|atrial|venous|vein|"
    r"endometrial|thyroid|tumou?r|basivertebral)\W(?:\w+\W){0,2}$",
    re.IGNORECASE,
)
#: How far, in characters, the ablation may stand from the core of the statement.
_NEAR = 60
_CAUSE = re.compile(
    r"\b(?:because|since|due to|d/t|owing to|on account of|given (?:her|his|the|a|an|that|severe)|in view of|secondary to|therefore|thus|hence|"
    r"for fear|as (?:he|she|they|it|his|her|the)|so that|in order to|to avoid|to spare|to limit|to reduce)\b|\b2/2\b",
    re.IGNORECASE,
)
_NEED = re.compile(
    r"\b(?:need(?:s|ed)?|requir(?:e|es|ed)|necess\w+|request\w*|justif\w+|indicated|warranted)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"\b(?:rationale|reason|justification|indication|necessity)(?:s)? (?:for|of) (?:the )?(?:(?:moderate|iv|conscious|deep) )?(?:sedation|MAC|same[- ]day)|"
    r"\b(?:sedation|MAC) (?:rationale|reason|justification|indication)\b",
    re.IGNORECASE,
)
#: What calls for sedation. "Muscle spasm" is left out: its drugs sedate.
_UNREST = re.compile(
    r"\b(?:anxi(?:ety|ous)|phobi[ac]|phobic|panic|PTSD|post-?traumatic stress|claustrophobi[ac]|autis\w+|dementia|developmental\w*|"
    r"cognitive\w*|Tourette\w*|tremors?|cerebral palsy|involuntary|athetosis|chorea|intellectual\w*|Down syndrome|restless|spastic\w*|dystoni\w+|movement disorder|Parkinson\w*|vaso-?vagal|syncope|agitat\w+|combative|"
    r"(?:can ?not|can.?t|unable to|inability to) (?:lie|hold|stay|remain|keep|tolerate))\b",
    re.IGNORECASE,
)
_SIDE_EFFECT = re.compile(
    r"\b(?:caus\w+|side[- ]effects?|stopped|limited by|discontinued|too much|because of|due to|complain\w*|avoid\w*)\W(?:\w+\W){0,3}$|"
    r"\bsedation (?:from|with) (?:the )?(?:gabapentin|opioids?|meds?|medications?)\b",
    re.IGNORECASE,
)
_NO_NEED = re.compile(
    r"\b(?:no|not any|without) (?:\w+ )?(?:reason|need|indication|justification|rationale|necessity) (?:for|to)\b",
    re.IGNORECASE,
)
_NOT_NEEDED = re.compile(
    r"^\W?(?: \w+){0,2} not (?:\w+ )?(?:need|requir|necess|indicat|warrant|justif)", re.IGNORECASE
)
_NOT_DONE = re.compile(r"\b(?:not|never|no|won.t|cannot|neither)\b", re.IGNORECASE)
_WITHOUT = re.compile(r"\b(?:no|without|w/o|not|never)\s(?:\w+\s){0,2}$", re.IGNORECASE)
_IS_NOT = re.compile(r" (?:\w+ )?(?:was|is|were|will be) not\b", re.IGNORECASE)
_PROCEDURES = re.compile(
    r"\b(?:injections?|injected|blocks?|MBBs?|ablations?|RFAs?|ESIs?|epidurals?|procedures?|trigger points?|neurotom(?:y|ies))\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:radicul\w+|sciatica|stenosis|claudication|myelopath\w+|spondyl\w+|facet\w*|herniat\w+|neuropath\w+|carpal tunnel|fibromyalgia|"
    r"(?:neck|back|leg|arm|buttock|axial|facet|sacroiliac|hip|shoulder) (?:pain|symptoms?|problems?)|disc\w*|"
    r"numbness|weakness|nerves?|neck|low back|(?:lumbar|cervical|thoracic) (?:spine|disease|problem)|M\d\d\.\w{1,4}|G\d\d\.\w{1,4})(?!\w)",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:neuropath\w+|diabet\w+|carpal tunnel|cubital|peroneal|meralgia|polyneuropath\w+|vascular|hip|knee|shoulder|plexopath\w+)\b",
    re.IGNORECASE,
)
_SOURCE = re.compile(
    r"\bwhere (?:the|her|his|their) pain (?:comes|is coming|originates|arises)\b|\b(?:facet|facetogenic) origin\b|\borigin of (?:\w+ ){0,3}pain\b|"
    r"\bpain (?:generators?|sources?)\b|\b(?:source|origin|generators?) of (?:\w+ ){0,4}pain\b|\bfacets?\b[^.;]{0,30}\b(?:source|generators?)\b",
    re.IGNORECASE,
)
_THEN = re.compile(
    r"\b(?:in|until|since|during) (?:19|20)\d\d\b|\b(?:back then|at that time|at the time|previously|years ago)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:not|no|any|never) (?:\w+ )?$", re.IGNORECASE)
_WAS = re.compile(r"\b(?:was|were|had been|could not|did not)\b", re.IGNORECASE)
#: What is true of anybody, not said of this patient.
_IN_GENERAL = re.compile(
    r"^ (?:in|during|for|with) (?:pregnancy|patients|people|those|persons|anyone|individuals|adults|children|all)\b",
    re.IGNORECASE,
)
_OWN_CONDITION = re.compile(
    r"\b(?:pacemaker\w*|defibrillator|device|implant\w*|cardioverter|stimulator|pregnan\w*|anticoag\w*|warfarin|apixaban|hardware|screws?|"
    r"allerg\w*|infection|osteop\w+|fear|afraid|her wish|his wish|preference)\b",
    re.IGNORECASE,
)
_BY_PAYER = re.compile(
    r"\b(?:plan|payer|insur\w+|carrier|reviewer|denied|denial|authori[sz]ation|medicare)\b", re.IGNORECASE
)
_BLANK_LABEL = re.compile(r"^\W*(?:none|n/?a|no)?\W*$", re.IGNORECASE)


def _around(mention: Mention, reach: int) -> tuple[str, str]:
    """The words before and behind the core in its clause, at most ``reach`` characters each."""
    text = mention.sentence.text
    a, b = mention.clause
    return text[max(a, mention.start - reach) : mention.start], text[
        mention.end : min(b, mention.end + reach)
    ]


def _ablation_near(before: str, behind: str) -> bool:
    """Whether an ablation of the spine stands in the words before or behind."""
    for piece in (before, behind):
        for m in _ABLATION.finditer(piece):
            if not _OTHER_TARGET.search(piece[: m.start()]):
                return True
    return False


def _why_not_ablation(m: Mention, note: Note) -> bool:
    text = m.sentence.text
    how = m.entry.attributes.get("how")
    if how == "label":
        rest = text[m.end :].lstrip(" ?:-")
        following = note.sentences[m.sentence.index + 1 : m.sentence.index + 2]
        return not _BLANK_LABEL.match(rest or (following[0].text if following else ""))
    before, behind = _around(m, _NEAR)
    if _IN_GENERAL.match(behind):
        return False
    if how == "condition":
        cause = _CAUSE.search(text) is not None or re.match(r"\s?:", behind) is not None
        before, behind = text[max(0, m.start - _NEAR) : m.start], text[m.end : m.end + _NEAR]
        own = _OWN_CONDITION.search(text) is not None and _BY_PAYER.search(text) is None
        return cause and own and _ablation_near(before, behind)
    if how == "reason":
        return _ablation_near("", behind) and _CAUSE.search(text) is not None
    if "nerve" in m.text:
        return True
    candidate = "candidate" in m.text
    return _ablation_near("" if candidate else before, behind)


def _told(m: Mention, note: Note) -> str:
    """The words round the core, with the sentence tied to it by a semicolon or by a heading that stands alone."""
    sentences, i = note.sentences, m.sentence.index
    text = m.sentence.text
    told = text[max(0, m.start - 160) : m.end + 160]
    if i and (ahead := sentences[i - 1].text.rstrip()).endswith(";"):
        told = f"{ahead} {told}"
    if len(text.rstrip()) <= m.end + 2 and text.rstrip().endswith((":", "-")) and i + 1 < len(sentences):
        told = f"{told} {sentences[i + 1].text}"
    return told


def _sedation(m: Mention, note: Note) -> bool:
    text = m.sentence.text
    before = text[max(0, m.start - 40) : m.start]
    if _SIDE_EFFECT.search(before) or _SIDE_EFFECT.match(text[m.start : m.start + 60]):
        return False
    if _is_denied(m) or _LABEL.search(text):
        return True
    if _WITHOUT.search(before) or _IS_NOT.match(text[m.end :]):
        return False
    near = _told(m, note)
    need = _NEED.search(near) is not None
    cause = _CAUSE.search(near) is not None
    unrest = _UNREST.search(near) is not None
    return (need and cause) or (unrest and (need or cause or re.search(r"\bfor\b", near) is not None))


def _is_denied(m: Mention) -> bool:
    """Whether the statement says that there is no such reason or need."""
    text = m.sentence.text
    no_sedation = re.search(r"\bno (?:\w+ )?$", text[max(0, m.start - 20) : m.start], re.IGNORECASE)
    return (
        _NO_NEED.search(text[max(0, m.start - 70) : m.start]) is not None
        or _NOT_NEEDED.match(text[m.end : m.end + 50]) is not None
        or (
            no_sedation is not None
            and re.match(r"(?: (?:is|was))? (?:needed|required|necessary|indicated)\b", text[m.end :])
            is not None
        )
    )


def _combined(m: Mention, _: Note) -> bool:
    text = m.sentence.text
    if _is_denied(m):
        return _PROCEDURES.search(text) is not None
    if not _PROCEDURES.search(text) or _NOT_DONE.search(text[max(0, m.start - 60) : m.start]):
        return False
    told = re.match(r"\s?[:-]\s?\w{3}", text[m.end : m.end + 8]) is not None
    return told or _CAUSE.search(text) is not None or _LABEL.search(text) is not None


def _unrelated(m: Mention, _: Note) -> bool:
    text = m.sentence.text
    before, behind = text[max(0, m.start - 120) : m.start], text[m.end : m.end + 120]
    how = m.entry.attributes.get("how")
    if how == "elsewhere":
        return _ELSEWHERE.search(before) is not None
    if how == "between":
        return _CONDITION.search(before) is not None and _CONDITION.search(behind[:80]) is not None
    named = {c.group(0).lower() for c in _CONDITION.finditer(before + " " + behind)}
    return len(named) >= 2


def _pain_source(m: Mention, _: Note) -> bool:
    before, behind = _around(m, _NEAR)
    return (
        _SOURCE.search(m.text) is not None
        or _SOURCE.search(before) is not None
        or _SOURCE.search(behind) is not None
    )


_READERS = {
    "why_not_ablation": _why_not_ablation,
    "sedation": _sedation,
    "combined_procedures": _combined,
    "unrelated_conditions": _unrelated,
    "pain_source": _pain_source,
}


def assertion_of(m: Mention, kind: str) -> str:
    """The statement's assertion: a reason may be denied, conditional, uncertain, or one of the past."""
    text = m.sentence.text
    if kind in ("sedation", "combined_procedures"):
        if _is_denied(m):
            return "absent"
    elif m.has("negated") or _DENIED.search(text[max(0, m.start - 16) : m.start]):
        return "absent"
    if m.has("hypothetical"):
        return "hypothetical"
    before = text[max(0, m.start - 100) : m.end]
    if (
        kind in ("why_not_ablation", "pain_source")
        and _THEN.search(text[max(0, m.start - 100) : m.end + 40])
        and _WAS.search(before)
    ):
        return "historical"
    if kind == "unrelated_conditions" and m.has("uncertain"):
        return "uncertain"
    return "present"


def reason_of(m: Mention, note: Note) -> str | None:
    """The kind of reason that a mention's statement gives for this patient, or None."""
    kind = m.label.partition("/")[2]
    section = m.sentence.section.category
    if m.has("family") or section in ("family_history", "denial", "consent", "instructions"):
        return None
    if payer_quoted(m.sentence.text[: m.start]):
        return None
    if answer(note, m.span.end) is False:
        return None
    return kind if _READERS[kind](m, note) else None
