"""What tells a code that is asked for from one that is only mentioned, and from a number that is no code."""

from __future__ import annotations

import re

#: Words that show a code to belong to something done or settled, not to the request.
DONE = re.compile(
    r"\b(?:was|were|been) (?:previously |already |last )?(?:performed|done|completed|paid|reimbursed)\b|"
    r"\b(?:performed|done|completed|paid|approved) (?:on|in) (?:\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|"
    r"\bpreviously (?:performed|billed|approved|paid|authorized)\b|\bprior (?:auth(?:orization)?s? (?:for|history)|claims?)\b|\bhistory of\b|"
    r"\bpaid\b|\b(?:underwent|received|had) (?:CPT )?$",
    re.IGNORECASE,
)
ASKING = re.compile(
    r"\b(?:please|cover|send|indicated|appropriate|necessary|medically|request\w*|asks?|asking|order\w*|authoriz\w+|auth|"
    r"appeal\w*|resubmit\w*|submit\w*|(?<!the )(?<!health )plan|schedul\w+|proceed|seek\w*|denied|denial|approve)\b|\[x\]",
    re.IGNORECASE,
)
#: The code is named as wrong, excluded or another's, by the words before it ...
_BEFORE = re.compile(
    r"\b(?:rather than|instead of|not|no|never|without|in place of|other than|excluding|removed?|withdrawn|withdraw|do(?:es)? not bill|"
    r"cannot be billed with|bundled (?:with|into)|previously coded(?: as)?|formerly|was coded(?: as)?|changed from|replac\w+|"
    r"rul(?:e|ed|ing) out|r/o)\s+(?:(?:with|as|of|for|code|codes|CPT|ICD-10|dx|diagnosis|the|requesting|billing|submitting|ordering|seeking|asking)\s+){0,3}$|"
    r"\b(?:cancel\w*|void\w*|disregard\w*|scratch|strike|withdr[ae]w\w*|pull(?:ed)?) (?:(?:the|our|my|that|this|order|orders|request|auth|authorization|code|codes|for|of|CPT)\s+){1,5}$",
    re.IGNORECASE,
)
#: ... or by those behind it. "Not approved" and "not covered" still leave it requested.
_BEHIND = re.compile(
    r"^\s?_{2,}(?!\s?\d)|^[\s)\],]{0,3}(?:(?:is|are|was|were|has been|have been|will be) (?:also |now )?(?:not (?:being )?(?:billed|requested|reported|sought|separately|coded|part of|used)|"
    r"bundled|included in|inclusive|incidental|ruled out|excluded|removed|withdrawn|incorrect|wrong|an? (?:\w+ )?error|entered in error)|ruled out\b|r/o\b(?=\s*(?:$|[.;,)]))|"
    r"to be (?:discussed|considered|decided|determined|reviewed|requested later)|(?:for|at a) (?:later|future|another)\b|(?:is |are |was )?(?:only )?(?:a |an )?(?:future|later) (?:option|step|consideration|possibility|request))"
    r"|^[^.;\n]{0,40}\b(?:(?:is|are|am|we are|i am)? ?not (?:requesting|being requested|requested|asking (?:for|about)|part of (?:this|the) request|sought|submitted|for now|needed)|(?:no|without) request|deferred|on hold|withdrawn)\b",
    re.IGNORECASE,
)
#: Another's text: what a policy says of the code.
_POLICY = re.compile(
    r"\b(?:policy|policies|guidelines?|LCD|LCA|NCD|coverage (?:determination|article)|manual|bulletin)\b[^.;]{0,50}"
    r"\b(?:states?|stating|requires?|says?|reads?|allows?|permits?|covers?|limits?|considers?|lists?|defines?)\b[^.;]{0,40}$",
    re.IGNORECASE,
)
#: A list of what a payer takes, a legend of a form: the codes are nobody's.
_LISTED = re.compile(
    r"\b(?:payable|covered|allowed|qualifying|eligible) (?:codes?|diagnos[ei]s|dx)\b[^;]{0,110}$|\b(?:not an order|not orders|for reference only|code (?:key|legend)|legend)\b[^\n]{0,160}$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"\. (?=[A-Z][a-z])")
#: "The 62321 order with M54.12 belongs to a different patient".
_ANOTHERS = re.compile(
    r"(?:[^.;\n]|\.(?=\d)){0,60}?\b(?:belongs? to|belonged to|is for|was for|is from|was meant for|is that of) (?:an?|the|some) ?(?:different|other|wrong|else'?s)? ?(?:patient|person|chart|member|veteran)\b|(?:[^.;\n]|\.(?=\d)){0,60}?\b(?:belongs? to|is for|was for) (?:another|someone else|somebody else)\b",
    re.IGNORECASE,
)
#: "Her husband's claim: 64635".
_RELATIVES = re.compile(
    r"\b(?:wife|husband|spouse|partner|mother|father|sister|brother|son|daughter|neighbou?r)'s (?:\w+ ){0,3}\w*\W{0,3}$",
    re.IGNORECASE,
)
#: What was asked for once; an appeal names its code again.
_EARLIER = re.compile(
    r"\b(?:last (?:month|year|week|spring|summer|fall|autumn|winter)(?:['’]s)?|previous|prior|earlier|old|former) (?:request|order|auth\w*|claim|submission) (?:for|of|was) (?:CPT )?$",
    re.IGNORECASE,
)
_SETTLED = re.compile(
    r"\b(?:let it (?:rest|go|drop)|(?:not|never) (?:be |been )?(?:appeal\w+|pursu\w+|contest\w+)|dropped|closed|withdrawn|expired|lapsed|approved|granted)\b",
    re.IGNORECASE,
)
#: A room, a machine: "Fluoroscopy suite M47.8, C-arm unit M54.5".
_ROOM = re.compile(
    r"\b(?:suite|room|bay|C-?arm(?: unit)?|(?:imaging|fluoro\w*|x-?ray) unit|locker|cabinet|serial)\s?#?$",
    re.IGNORECASE,
)
#: A thought about later, not a request.
_LATER = re.compile(
    r"\b(?:may|might|could|would|will|can) (?:then |later |also )?(?:consider|discuss|think about|explore)\w*\b[^.;]{0,50}$|"
    r"\b(?:in the future|down the road|at a later (?:date|time)|eventual(?:ly)?)\b[^.;]{0,40}$|"
    r"\bif\b(?! (?:approved|authori[sz]ed|possible|covered))[^.;]{3,90}\b(?:consider|then|move on to|candidate for|eligible for|go on to)\b[^.;]{0,70}$",
    re.IGNORECASE,
)
_HYPOTHETICAL = re.compile(r"\b(?:if|once|when|pending|later|future)\b", re.IGNORECASE)

_STATES = "A[LKZR]|C[AOT]|D[EC]|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[TA]|W[AVIY]"
#: What stands in front of a number that is no code.
_NUMBER_OF = re.compile(
    r"(?:\b(?:MRN|MR|chart|acct|account|phone|tel|telephone|fax|ph|ID|member|subscriber|group|policy|zip|box|suite|ste|room|job|NPI|TIN|EIN|lot|"
    r"NDC|ext|extension|invoice|receipt|order|accession|serial|tray|model|catalog|part|badge|license|DEA)\b\.?(?: ?(?:ID|number|no\.?|num\.?))?[ :#]{0,3}|"
    r"\b(?:claim|ref|reference|case|auth|authorization|tracking|confirmation|request|denial)(?: ?(?:ID|number|no\.?|num\.?))[ :#]{0,3}|"
    r"\b(?:ref|reference|case|tracking|confirmation)\.? ?[:#] ?|(?-i:\bREF)[ :#]{0,2}|#\s?|\d-|"
    r"[A-Za-z]{3,}\.?, (?-i:" + _STATES + r") )$",
    re.IGNORECASE,
)
#: "order 64635" asks; "order no. 64635" numbers.
_ASKED_WORD = re.compile(r"\b(?:order|policy|group|extension|member) ?:? ?$", re.IGNORECASE)
_EXTENSION = re.compile(
    r"\b(?:phone|call|dial|tel\w*|ask for|x)\b[^.;]{0,30}\b(?:extension|ext\.?) ?:? ?$|\bask for extension ?$",
    re.IGNORECASE,
)
_NUMBER_LIKE = re.compile(
    r"^(?:\s(?:[NSEW]\.? )?[A-Z][a-z]+ (?:[A-Z][a-z]+ )?(?:Road|Rd|Street|St|Avenue|Ave|Boulevard|Blvd|Drive|Dr|Lane|Ln|Way|Highway|Hwy|Parkway|Pkwy|Court|Ct|Place|Pl)\b"
    r"|\s?(?:per (?:micro|cubic|mm|high)|/\s?(?:u|µ|mm|cu)|K/|cells\b|dollars\b|miles\b|steps\b|-\d{4}\b))",
)


def is_number(text: str, start: int, end: int) -> bool:
    """Whether the digits are an account, telephone, post or house number, or a count."""
    before = text[max(0, start - 40) : start]
    if re.search(r"\b(?:CPT|HCPCS|codes?|procedures?)\W{0,3}$", before, re.IGNORECASE):
        return False
    if _NUMBER_LIKE.match(text[end : end + 60]):
        return True
    if _EXTENSION.search(before):
        return True
    return bool(_NUMBER_OF.search(before)) and not _ASKED_WORD.search(before)


def is_excluded(text: str, start: int, end: int) -> bool:
    """Whether the words around say that the code is wrong, another's, or only thought of."""
    before = text[max(0, start - 140) : start]
    return bool(
        _BEFORE.search(before[-60:])
        or _RELATIVES.search(before[-60:])
        or _BEHIND.match(text[end : end + 50])
        or _POLICY.search(before)
        or _LATER.search(before)
        or _ANOTHERS.match(text[end : end + 120])
        or _LISTED.search(_SENTENCE_END.split(text[max(0, start - 200) : start])[-1])
    )


def is_earlier(text: str, start: int) -> bool:
    """Whether the code is that of a request of the past that was settled or dropped; an appeal asks again."""
    return (
        _EARLIER.search(text[max(0, start - 60) : start]) is not None
        and _SETTLED.search(text[start:]) is not None
    )


def is_room(text: str, start: int) -> bool:
    """Whether what looks like a diagnosis code names a room or a machine."""
    return _ROOM.search(text[max(0, start - 16) : start]) is not None


def is_hypothetical(text: str, start: int) -> bool:
    """Whether "if", "once", "pending" stands close before the code, in a sentence that asks for nothing."""
    return bool(_HYPOTHETICAL.search(text[max(0, start - 40) : start])) and not ASKING.search(text)
