"""Status of an operation phrase: past, performed, planned, declined, denied, or nothing at all."""

from __future__ import annotations

import re

from extractors.note import Note, Sentence
from extractors.surgeries import context
from extractors.surgeries.phrases import Phrase

# --- denial: the note says that there was no operation -------------------------------------------------------
_DENY_LEFT = re.compile(
    r"\b(?:no|not|nor|denie[sd]|deny|denying|never|without|w/o|neg(?:ative)?(?: for)?|absence of|none of)\b"
    r"(?:(?!\b(?:but|except|other than|aside from|besides|apart from|relief|change|improve\w*|better|since|evidence|sign|indication|help\w*|benefit\w*|complications?)\b)[^.;:]){0,60}$",
    re.IGNORECASE,
)
_NO_PRIOR = re.compile(
    r"\b(?:no|denie[sd]|deny|denying|without|w/o|negative for|never|not|nor)\b(?: \w+){0,3}? ?\b(?:any|prior|previous|past|past or present|history|hx|h/o|ever|had|has had|undergone|known|undergo|prev|earlier|other than|surgical history)\b",
    re.IGNORECASE,
)
_NO_RIGHT = re.compile(
    r"^\s?(?:history|hx|hist)?\s?(?:\([^)]{0,20}\))?\s?(?:[:=?]|-|is|are|\bto date\b)\s?(?:none|no|denies|denied|negative|neg|nil|never|n/a|zero)\b(?! (?:relief|help|change))"
    r"|^(?: \w+){0,3} (?:is|are|was|were) (?:denied|negative|none)\b|^\s?(?:none|denied|denies)\s?$",
    re.IGNORECASE,
)
_PROPOSED = re.compile(r"\b(?:indicat|recommend|candidate|need|offer|consider|plan)\w*", re.IGNORECASE)
_NOW = re.compile(r"\b(?:at (?:this|the present|the current) (?:point|time|stage|juncture)|currently|at present|today|for now|right now|for (?:his|her|the|this))\b", re.IGNORECASE)

# --- declined: offered or considered, and not wanted or not indicated -----------------------------------------
_DECLINED = re.compile(
    r"\b(?:declin(?:ed|es|ing)|refus(?:ed|es|ing)|turn(?:ed|s)? (?:it|this|that|them|him|her)? ?down|said no|says no|opted (?:against|not|out)|reluctan\w*|leery|hesitant|not (?:at all |very |too )?(?:interested|keen)|no interest"
    r"|uninterested|does(?:n't| not) (?:want|wish|desire|care)|did(?:n't| not) (?:want|wish|feel)|do(?:es)? not feel|would (?:rather|prefer|like to (?:avoid|hold|wait|defer|delay))(?! (?:proceed|go ahead))|wants? to (?:avoid|hold off|wait|hold)|prefers? (?:not|to avoid|to wait|to hold|non-?(?:operative|surgical))"
    r"|wish(?:es|ed)? to (?:avoid|hold|defer|wait)|trying to avoid|hopes? to avoid|hoping to avoid|looking to avoid|avoid(?:ing)? (?:further |any |spine |back |more )?(?:surg|operat|fusion)|not ready|unwilling|against (?:having )?(?:surg|fusion|operat)"
    r"|advised against|advises against|recommend(?:ed|s)? against|argu(?:ed|es) against|did not pursue|chose not|elected not|elected against|passed on|put off|deferred|hold(?:ing)? off(?: on)?|not a (?:good |great |suitable |viable |strong )?(?:\w+ )?candidate"
    r"|not (?:(?:currently|really|felt|thought|believed|deemed|consider) )?(?:him |her |them |the patient |me )?(?:to be )?(?:considered )?(?:an? )?(?:good |great |suitable )?(?:\w+ )?candidate|(?:poor|bad|suboptimal|high[- ]risk) (?:\w+ )?candidate|isn't (?:an? )?(?:\w+ )?candidate|never a candidate|no(?:t)? (?:an? )?\w* ?surgical candidate|nonsurgical|non-?operative (?:candidate|management recommended)"
    r"|not (?:someone|a person|one) (?:he|she|they|who|i) would|would not (?:\w+ )?(?:recommend|fuse|operate|benefit|suggest|advise|offer|help|be (?:beneficial|helpful|indicated|recommended))|wouldn't (?:recommend|fuse|operate|offer)|not (?:recommend(?:ed|ing)?|indicated|advised|warranted|appropriate|advisable|needed|necessary|required|planned|offered|a (?:consideration|reasonable option|good option|surgical))"
    r"|did not recommend|do(?:es)? not recommend|don't recommend|not recommending|(?:no|not (?:see|have|find) (?:any|an)) (?:absolute |clear |acute |urgent |surgical |current |emergent |further |other )?indications?|no surgical (?:lesion|pathology|target|disease|options?)|not (?:be )?(?:severe|bad|significant) enough|(?:not|n't) (?:think|believe|feel)[^.;]{0,40}(?:enough|surg\w+|operat\w+|fusion|candidate|warrant\w*|need|benefit\w*)|nothing surgical|nothing (?:to offer|that (?:would|could) be (?:fixed|helped)|to operate|operable)|inoperable|no(?:thing)? (?:role|need|reason) for|not under consideration|off the table|ruled out surgery|does not need|doesn't need|did not need|do(?:es)? not require|did not require)\b",
    re.IGNORECASE,
)
_NO_SURGERY_NOW = re.compile(
    r"\b(?:no|not any|not) (?:\w+ )?(?:surger\w+|surgical \w+|operat\w+)\b[^.;]{0,40}\b(?:at this|indicated|recommended|planned|offered|needed|would|warranted|is (?:indicated|recommended)|necessary|to offer|beneficial|advised)\b",
    re.IGNORECASE,
)
_CHOICE = re.compile(r"\b(?:offered|raised|recommended|suggested|proposed|discussed|considered|brought up|mentioned|advised|option|possibility|talked about)\b", re.IGNORECASE)
_THEN_NO = re.compile(
    r"\b(?:declin\w+|refus\w+|turn(?:ed|s) (?:it|this|that|them) down|said no|says no|would rather|prefers? (?:not|to)|not (?:interested|keen|ready|want|wish|recommend)|does(?:n't| not) want|did(?:n't| not) want|reluctan\w+|wants? to (?:wait|avoid|hold)|hold off|opted|chose|scared|afraid|nervous about|does not wish|not pursu\w+|put it off|no thanks)\b",
    re.IGNORECASE,
)

# --- past ------------------------------------------------------------------------------------------------------
_PAST_LEFT = re.compile(
    r"\b(?:s/?p|status[- ]post|post|p/o|pod ?#?\d+|underwent|undergone|undergoing|had|has had|having had|history|hx|h/o|prior|previous(?:ly)?|past|remote|old|after|following|since|received|performed|did|done|got|previously|years? ago|earlier|initial|original|first|second|third|multiple|several|her|his|known|failed|successful|solid|healed|existing|prev|recent|recently|back in|last|xlast)\b[^.;]{0,70}$",
    re.IGNORECASE,
)
_PAST_RIGHT = re.compile(
    r"^[^.;]{0,60}\b(?:was (?:done|performed|carried out)|were (?:done|performed)|ago|in (?:19|20)\d\d|(?:19|20)\d\d|by dr|which (?:helped|did|gave|failed)|did (?:not|well|poorly)|helped|without (?:relief|benefit)|with (?:good|no|some|partial|excellent) (?:relief|result|benefit)|solid|healed|intact|hardware|removed|implanted|placed|'\d\d|postop\w*|mass|construct|at outside)\b",
    re.IGNORECASE,
)
_UNDERWENT = re.compile(r"\b(?:underwent|undergone|has had|had (?:an?|his|her|two|three|prior|previous|back|neck|spine|lumbar|cervical|the)|s/?p|status[- ]post|h/o|hx of|history of|prior|previous|after (?:an?|his|her))\b[^.;]{0,50}$", re.IGNORECASE)
_HISTORY = re.compile(r"\b(?:underwent|undergone|has had|had|s/?p|status[- ]post|h/o|hx of|history of|prior|previous(?:ly)?|old|known)\b[^.;]{0,50}$|\bpost\b[^.;]{0,20}$", re.IGNORECASE)
_SIGNIFICANT = re.compile(r"\b(?:surgical history|psh|past surgeries|surgeries)\b[^.;]{0,20}\b(?:significant|positive|remarkable|notable|includes?|consists?|:)\b", re.IGNORECASE)

# --- planned ---------------------------------------------------------------------------------------------------
_PLANNED_LEFT = re.compile(
    r"\b(?:plan(?:s|ned|ning)?|schedul\w+|recommend\w*|propos\w+|request\w*|will (?:have|undergo|need|proceed|be|get|schedule|do|perform)|wants? (?:to (?:have|do|try|proceed|undergo|get))?|wish(?:es|ed)? to (?:proceed|have|undergo)|would like (?:to )?(?:proceed|have|undergo|try|do|a)?|elect(?:ed|s)? (?:to|for)|agree[sd]? to|proceed(?:ing)? with|proceed to|is to (?:have|come|undergo)|going to (?:have|undergo|need)|to (?:come|undergo|have)\b|set up for|set for"
    r"|needs?|require[sd]?|consider(?:ing|ed|ation)?|candidate for|offer(?:ed|s|ing)?|possibility|suggest(?:ed|s)?|option(?:s)? (?:of|include|for)|discuss(?:ed|ing)?|talk(?:ed|ing)? about|awaiting|pending|upcoming|authoriz\w+|auth for|pre-?op(?:erative)?|evaluat\w+ for|refer(?:red|ral)?(?: \w+){0,3} for|work(?:ing)?-?up for|booked|pencil\w+ in|consented for|raised|trial of|schedule)\b[^.;]{0,90}$",
    re.IGNORECASE,
)
_PLANNED_RIGHT = re.compile(
    r"^[^.;]{0,60}\b(?:is|was|are|has been|have been|will be|to be|being|been)? ?(?:planned|pencil\w+|listed|available|on the (?:waiting )?list|scheduled|recommended|requested|proposed|offered|indicated|considered|discussed|suggested|raised|pending|brought up|mentioned|authorized)\b"
    r"|^[^.;]{0,25}\b(?:next (?:week|month)|on the schedule|later this|tomorrow|if approved)\b",
    re.IGNORECASE,
)
_FIRM = re.compile(r"\b(?:plan(?:s|ned|ning)?|schedul\w+|proceed\w*|will (?:have|undergo|be)|is to|booked|pending|upcoming|awaiting|consented|candidate for|request\w*|set (?:up )?for)\b", re.IGNORECASE)
_REFERRAL = re.compile(
    r"\b(?:surgical (?:consult\w*|evaluation|referral|opinion|assessment|clearance)|(?:consult\w*|opinion|evaluat\w+|referral|referred|refer|see|saw|seen|f/u|appointment)\b[^.;]{0,30}\bsurger\w+)\b", re.IGNORECASE
)
_FAIL_LATER = re.compile(r"\b(?:if (?:this|these|he|she|that|they|not|pain|symptoms|no|the|all|relief|sij)|may (?:need|require|eventually|be a candidate)|might|eventually|in the future|down the road|could be)\b", re.IGNORECASE)
_NEVER_OFFERED = re.compile(r"\b(?:was |were |has |have )?(?:never|not) (?:been )?(?:proposed|offered|discussed|raised|mentioned|suggested|considered)\b", re.IGNORECASE)
_CAUSE = re.compile(r"\b(?:due to|secondary to|because of|related to|resulting from|from|since|after|following)\s(?:(?:an?|the|his|her|prior|previous|old|posterior|anterior|lumbar|cervical|thoracic|spinal|disk|disc|multilevel)\s){0,5}$", re.IGNORECASE)
_TITLE = re.compile(
    r"^(?:operative )?(?:procedures?|operations?)(?: ?\(e?s\))?(?: performed| done)?$|^(?:title|name|titles) of (?:the )?(?:procedure|operation)s?$|^(?:procedures?|operations?|surgery|surgeries) performed.*$"
    r"|^operative procedures?.*$|^procedures? during.*$|^operations?/procedures?$|^procedure\(s\).*$|^operation\(s\).*$|^surgical procedures?.*$|^primary procedures?$",
    re.IGNORECASE,
)


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
