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
    r"rul(?:e|ed|ing) out|r/o)\s+(?:(?:with|as|of|for|code|codes|CPT|ICD-10|dx|diagnosis|the)\s+){0,3}$",
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
    return bool(_NUMBER_OF.search(before)) and not _ASKED_WORD.search(before)


def is_excluded(text: str, start: int, end: int) -> bool:
    """Whether the words around say that the code is wrong, another's, or only thought of."""
    before = text[max(0, start - 140) : start]
    return bool(
        _BEFORE.search(before[-60:])
        or _BEHIND.match(text[end : end + 50])
        or _POLICY.search(before)
        or _LATER.search(before)
    )


def is_hypothetical(text: str, start: int) -> bool:
    """Whether "if", "once", "pending" stands close before the code, in a sentence that asks for nothing."""
    return bool(_HYPOTHETICAL.search(text[max(0, start - 40) : start])) and not ASKING.search(text)
