"""Status of an operation phrase: past, performed, planned, declined, denied, or nothing at all."""

from __future__ import annotations

import re

from extractors.note import Note, Sentence
from extractors.surgeries import context
from extractors.surgeries.cues import load_cues
from extractors.surgeries.phrases import Phrase

CUES = load_cues(__file__)

# --- denial: the note says that there was no operation -------------------------------------------------------
_DENY_LEFT = CUES["deny_left"]
_NO_PRIOR = CUES["no_prior"]
_NO_RIGHT = CUES["no_right"]
_PROPOSED = re.compile(r"\b(?:indicat|recommend|candidate|need|offer|consider|plan)\w*", re.IGNORECASE)
_NOW = CUES["now"]

# --- declined: offered or considered, and not wanted or not indicated -----------------------------------------
_DECLINED = CUES["declined"]
_NO_SURGERY_NOW = CUES["no_surgery_now"]
_CHOICE = CUES["choice"]
_THEN_NO = CUES["then_no"]

# --- past ------------------------------------------------------------------------------------------------------
_PAST_LEFT = CUES["past_left"]
_PAST_RIGHT = CUES["past_right"]
_UNDERWENT = CUES["underwent"]
_HISTORY = CUES["history"]

# --- planned ---------------------------------------------------------------------------------------------------
_PLANNED_LEFT = CUES["planned_left"]
_PLANNED_RIGHT = CUES["planned_right"]
_FIRM = CUES["firm"]
_REFERRAL = CUES["referral"]
_NEVER_OFFERED = CUES["never_offered"]
_CAUSE = CUES["cause"]
_TITLE = CUES["title"]


def is_title(sentence: Sentence) -> bool:
    """Whether the sentence stands under a heading that names the operation of this note."""
    return _TITLE.match(sentence.section.title.strip()) is not None


def decide(note: Note, p: Phrase) -> tuple[str, str] | None:
    """Status of a phrase and the step that gave it, or None where the phrase asserts nothing.

    Order: other people, policy text and warnings assert nothing; then denial, refusal, today's operation,
    past cues, plans; what is left is past in the sections that tell history or imaging, else for named kinds.
    """
    s, text = p.sentence, p.sentence.text
    a, b = s.clause(p.start, p.end)
    left, right = text[a : p.start], text[p.end : b]
    clause = text[a:b]
    if s.section.category in context.NOT_ASSERTED or context.others(s, p.start, p.end):
        return None
    box = context.checkbox(note, s.span(p.start, p.end).end)
    generic = p.labels <= {"generic"}
    if "nothing" in p.labels:
        return None if context.policy_text(note, s) else ("denied", "status:denied<-phrase")
    if box is not None and not (box and generic):
        if context.policy_text(note, s) and not re.search(r"\?", clause):
            return None
        return ("past", "status:past<-checkbox") if box else ("denied", "status:denied<-checkbox")
    denied = _denied(p, left, right, clause)
    if denied is not None:
        if context.policy_text(note, s) or re.match(r"^[^.]{0,30}\bif\b", left, re.IGNORECASE):
            return None
        return denied if denied[0] else None
    declined = _declined(note, p, left, right, a, b)
    if declined is not None:
        return None if context.policy_text(note, s) or context.at_risk(s, p.start) else declined
    if is_title(s) and not generic and not re.search(r"\b(?:prior|previous|history of|s/?p|status post|removal of prior|existing|old)\b", left, re.IGNORECASE):
        return ("performed", "status:performed<-title")
    if generic:
        return _generic(p, left, right)
    if context.policy_text(note, s) and not re.search(r"\b(?:s/?p|status post|underwent|he had|she had|history of)\b", left, re.IGNORECASE):
        return None
    if context.at_risk(s, p.start):
        return None
    if p.sentence.section.category in {"past_surgical"} and not _FIRM.search(left):
        return ("past", "status:past<-section")
    if _NEVER_OFFERED.search(clause):
        return None
    if _CAUSE.search(left):
        return ("past", "status:past<-named as cause")
    past, planned = _past(p, left, right), _planned(left, right)
    if planned and not (past and _UNDERWENT.search(left)) and not p.years:
        if context.hypothetical(s, p.start, p.end) and not _FIRM.search(left):
            return None
        if p.weak or _REFERRAL.search(clause):
            return None
        return ("planned", "status:planned<-cue")
    if p.years and re.match(r"^\s?(?:is |was |has been )?(?:scheduled|planned|booked|set for)\b", right, re.IGNORECASE):
        return ("planned", "status:planned<-cue")
    if planned and p.years and _FIRM.search(left) and not _UNDERWENT.search(left):
        return ("planned", "status:planned<-cue")
    if past:
        if context.hypothetical(s, p.start, p.end) and not p.years:
            return None
        strong = p.years or _HISTORY.search(left) or p.labels & {"postlami", "fusion_status", "fbss"}
        return ("past", "status:past<-cue" if strong else "status:past<-weak cue")
    if context.hypothetical(s, p.start, p.end):
        return None
    if s.section.category in {"instructions", "anesthesia", "complications", "procedure"}:
        return None
    if s.section.category == "plan" and not p.weak:
        return ("planned", "status:planned<-section")
    if text.rstrip().endswith("?") and not p.levels:
        return None
    return ("past", "status:past<-default")


def _denied(p: Phrase, left: str, right: str, clause: str) -> tuple[str, str] | None:
    """A denial ("denied"), a negation that asserts nothing (""), or None."""
    text = p.sentence.text
    if _NO_RIGHT.search(right):
        return ("denied", "status:denied<-answer")
    if not _DENY_LEFT.search(left):
        return None
    if re.search(r"\b(?:hardware (?:failure|complication|loosening)|failure|loosening|complicat\w+|malposition|lucency)\b", text[p.start : p.end + 40], re.IGNORECASE) or "hardware" in p.labels:
        return None
    if re.search(r"\bnot? (?:only|yet (?:healed|solid))\b|\bno (?:relief|improvement|help|benefit|change)\b[^.]{0,40}$", left, re.IGNORECASE):
        return None
    if re.search(r"\b(?:solid|complete|osseous|bony|bridging)\s*$", left, re.IGNORECASE) or re.match(r"^ (?:mass|is not|was not)", right):
        return None
    prior = _NO_PRIOR.search(left)
    spinal = p.labels - {"generic"}
    if spinal == {"spine_op"} or (spinal and prior):
        if _NOW.search(right) or _PROPOSED.search(left[-50:] + "|" + right[:40]) or re.search(r"\b(?:does|do|did) not (?:want|wish|need)|\bnot (?:want|wish|interested|a\b)", left, re.IGNORECASE):
            return None
        return ("denied", "status:denied<-negation")
    if re.search(r"\b(?:not|never) (?:\w+ )?been (?:\w+ )?$", left, re.IGNORECASE) and re.match(r"fused|operated", text[p.start : p.end], re.IGNORECASE):
        return ("denied", "status:denied<-negation")
    if spinal and re.match(r"^\W*(?:no|denies|without)\s(?:\w+\s)?$", left, re.IGNORECASE) and not _PROPOSED.search(right[:40]) and not _NOW.search(right[:50]):
        # a clause that begins with "no fusion": nothing else is told in it
        return ("denied", "status:denied<-negation")
    if spinal and re.search(r"\b(?:no|denies|without|w/o|never (?:had|underwent))\s(?:\w+\s){0,2}$", left, re.IGNORECASE):
        # "laminectomy without fusion", "no fusion yet": says what was not part of an operation
        return ("", "negated")
    if not spinal and all(m.entry.id == "surgery" for m in p.mentions):
        # any operation at all: "no surgeries", "never had any surgery", "no previous surgeries"
        if re.search(r"\b(?:no (?:(?:known|prior|previous|past|history of|hx of|h/o|major|significant) )*|denies (?:any |prior |previous |past |having |had |a |history of |hx of )*|never (?:had |undergone |required )?(?:any |an |a )?(?:prior |previous )?|has had no (?:prior |previous |past )?|(?:has|have)(?: not|n't) (?:ever )?(?:had|undergone) (?:any |an? )?(?:prior |previous )?|without (?:any )?(?:prior|previous) )$", left, re.IGNORECASE):
            if re.match(r"^ (?:at (?:this|the)|is |was |would|that would|indicated|recommended|planned|since|because|has been|for (?:this|his|her|the)|on (?!file)|of (?!any)|to (?!date)|scheduled|yet|in the (?:last|past))", right, re.IGNORECASE):
                return None
            return ("denied", "status:denied<-negation")
    return None


def _declined(note: Note, p: Phrase, left: str, right: str, a: int, b: int) -> tuple[str, str] | None:
    """Offered or considered and not wanted, or found not to be indicated."""
    text = p.sentence.text
    clause = text[a:b]
    generic = p.labels <= {"generic", "spine_op"}
    own = _DECLINED.search(clause)
    if own:
        # A refusal of something else in the same clause must not be taken: it has to reach the operation.
        lo, hi = sorted((a + own.start(), p.start)), (p.end, a + own.end())
        gap = text[min(p.end, a + own.end()) : max(p.start, a + own.start())]
        near = len(gap) <= 75 and not re.search(r"\b(?:injection|epidural|esi|mbb|rfa|block|therapy|pt\b|opioid|narcotic|medication|pills?)\b", gap, re.IGNORECASE)
        del lo, hi
        past = _UNDERWENT.search(left) is not None or bool(p.years and not _CHOICE.search(clause))
        if near and not past and not re.search(r"\b(?:if|until|unless)\s[^.;]{0,60}$", left, re.IGNORECASE) and not re.match(r"[^.;]{0,20}\bunless\b", right, re.IGNORECASE):
            if generic and not context.is_spine_note(note):
                return None
            return ("declined", "status:declined<-cue")
    if generic and _NO_SURGERY_NOW.search(clause) and context.is_spine_note(note):
        return ("declined", "status:declined<-no surgery now")
    # "was raised ..., she turned it down"; "offered ... and he would rather wait": the refusal follows.
    rest = re.split(r"\.\s", text[p.end : p.end + 170])[0]
    before = text[max(0, p.start - 90) : p.start]
    offered = _CHOICE.search(before) or _CHOICE.search(rest[:60])
    if offered and _THEN_NO.search(rest) and (not generic or context.is_spine_note(note)):
        return ("declined", "status:declined<-answer")
    return None


def _generic(p: Phrase, left: str, right: str) -> tuple[str, str] | None:
    """A bare "surgery": only a dated plan says something (about the operation named elsewhere)."""
    if p.years and re.search(r"\b(?:come to the hospital|scheduled|schedule|proceed|planned)\b", left, re.IGNORECASE):
        return ("planned", "status:planned<-dated")
    return None


def _past(p: Phrase, left: str, right: str) -> bool:
    if p.labels <= {"hardware", "fusion_status", "postlami", "fbss"}:
        return True
    if p.years or _PAST_RIGHT.search(right):
        return True
    if any(m.has("historical") for m in p.mentions):
        return True
    return _PAST_LEFT.search(left[-90:]) is not None or p.sentence.section.category in {"imaging", "past_medical"}


def _planned(left: str, right: str) -> bool:
    return _PLANNED_LEFT.search(left[-110:]) is not None or _PLANNED_RIGHT.search(right) is not None
