"""The outcome that a stretch of text states."""

from __future__ import annotations

import re

from extractors.therapies.cues import OUTCOMES, cues

# Relief of something else, or a request for it, is not the therapy's outcome.
_NOT_OUTCOME = re.compile(
    r"\b(?:relief (?:from|after|with|of) (?:the )?(?:injections?|blocks?|ESIs?|epidurals?|RFA|ablation|surgery)|(?:as needed|prn) for (?:\w+ )?(?:relief|pain)|for (?:pain )?(?:relief|control)|without (?:difficulty|radiat\w+|assist\w+)|"
    r"to (?:help|improve|relieve|reduce|ease)|continu\w+ (?:with|on|under) the same|without (?:any |an )?(?:adverse|untoward|ill) (?:\w+ )?(?:effects?|reactions?)|(?:will|would|(?-i:may)|should|might|could|can|if|hopefully|see if|hope\w*) (?:\w+ ){0,4}(?:help\w*|improve\w*|relie\w*|benefit\w*|worse\w*|effective|fail\w*)|worse (?:with|when|by|than|in)|better (?:with|when|by|than|in|hip|by)|(?:would|will|(?-i:may)|might|could|can|should|to) (?:\w+ )?benefit from|no (?:further(?! (?:gain|benefit|help|relief|improvement|change|progress))|new|other|prior|previous|known|history)|"
    r"not (?:had|have|done|tried|been(?! (?:\w+ )?(?:enough|adequate|sufficient|help\w*|effective|of|successful|beneficial|worth\w*|useful))|taking|yet|a |want|wish|interested)|no (?:note|mention|record|word|report) of (?:a |any |the )?(?:response|benefit|outcome|results?|relief|effect)|no (?:\w+ )?(?:response|outcome|results?|benefit|relief|duration|dates?) (?:is |was )?(?:documented|recorded|stated|listed|reported|given|noted)|(?:response|outcome|results?|benefit|relief) (?:is |was )?not (?:documented|recorded|stated|listed|reported|given|noted)|none of (?:that|this|it|these|them) (?:had|has|have|was|were) (?:happened|been|done|started|given)|work(?:s|ed|ing)? (?:with|at|as|for|in|on|out|full|part)|pain (?:control|management|relief)(?= ?:| regimen| meds| medic\w+| plan| clinic| program\w*| psych\w*)|no side effects|without (?:any )?side effects|(?:denies|no) (?:\w+ )?(?:side effects|adverse)|no (?:sedation|nausea)|some (?:exercises|stretching|physical|massage|over))\b",
    re.IGNORECASE,
)

#: Quotation marks around the patient's own words; they must not hide what stands behind a dash or colon.
_ELL = re.compile(r"(?<=[a-z])1(?=[a-z])")
_BORNE = re.compile(
    r"\b(?:constipation|sedation|drowsiness|nausea|dry mouth|side effects?) (?:is |are |was |were )?(?:well )?(?:managed|controlled|mild|minimal|tolerable|manageable|treated|handled)\b|(?<!not )\b(?:but|though|and|otherwise) (?:is |he is |she is )?(?:tolerat(?:ing|es|ed)|(?:takes|reduces|cuts|lowers|dulls|blunts|lessens|brings|gets)|tolerable|manageable|mild|continues|keeps)\b|\bbut\b[^.;\n]{0,24}\b(?:down|help\w*|less|better|eases?|works?|sleeps?)\b",
    re.I,
)
_NOT = re.compile(
    r"\b(did|does|do|is|was|were|are|has|have|had|could|would|should|might|need)n['o]?t\b|\b(ca|wo)n'?t\b",
    re.IGNORECASE,
)
#: Nothing is known yet, or the writer doubts that it helps.
_UNKNOWN = re.compile(
    r"\b(?:relief|benefit|help|effect|response|improvement)(?: is| was)? (?:\w+ )?(?:uncertain|unclear|unknown|undetermined|hard to (?:say|tell|judge)|to be (?:seen|determined)|tbd)\b"
    r"|\b(?:uncertain|unclear|unsure|unknown|not sure|hard to (?:say|tell)|too (?:early|soon)(?: to (?:say|tell|judge|know|see))?|cannot (?:yet )?(?:say|tell)|remains to be seen)(?: (?:if|whether|how|that)\b[^.;]{0,50})?",
    re.IGNORECASE,
)
#: Gains that stopped short: alone they did not suffice, beside some help they leave it partial.
_PLATEAU = re.compile(r"\bplateau\w*", re.IGNORECASE)
_SCORES = re.compile(
    r"(?<![\d./])(?P<now>10|\d)(?: ?/ ?10)?[,( ]{1,2}(?:\w+ )?(?:was|were|from|down from|previously) (?:an? |about )?(?P<then>10|\d)(?: ?/ ?10)?(?![\d/]|\.\d| ?(?:mg|mcg|tab|pill|x\b|visits))",
    re.IGNORECASE,
)
#: "7/10 at the start, 7/10 now"
_COURSE = re.compile(
    r"(?<![\d./])(?P<then>10|\d)(?: ?/ ?10)? (?:\w+ ){0,2}?(?:start|baseline|before|initially|intake|onset|eval\w*|pre\w*)\b[^.;]{0,16}?(?P<now>10|\d)(?: ?/ ?10)? (?:\w+ ){0,2}?(?:now|after\w*|discharge|d/c|post\w*|today|end)\b",
    re.IGNORECASE,
)
#: "pain 7 -> 7"
_ARROW = re.compile(
    r"\b(?:pain|VAS|NRS|score|NPRS)s? (?:from )?(?P<then>10|\d)(?: ?/ ?10)? ?(?:->|→|=>|to) ?(?:an? )?(?P<now>10|\d)(?: ?/ ?10)?(?!\d|\.\d)",
    re.I,
)
_BEFORE_AFTER = re.compile(
    r"\b(?:before|pre)\W{1,3}(?P<then>10|\d)(?: ?/ ?10)?\W{1,3}(?:\w+ )?(?:after|post)\W{1,3}(?P<now>10|\d)(?!\d|\.\d)",
    re.I,
)
_QUESTION = re.compile(
    r"\b(?:did it |does it )?(?:help(?:ed|s|ful)?|relief|benefit|response|effective|improved?) ?\?", re.I
)
_QUOTES = re.compile(r"\s*[\"\u201c\u201d]\s*")


#: What a therapy does to the complaint is its outcome, though the words are those of a side effect.
_WORSENED = re.compile(
    r"\b(?:made|makes|making) (?:the |his |her |my |their )?(?:headaches?|dizziness|numbness|tingling|pain|neck|back|legs?|arms?|symptoms?|spasms?) (?:\w+ )?worse\b",
    re.IGNORECASE,
)


def _expand(m: re.Match[str]) -> str:
    if m[2]:
        return "cannot" if m[2].lower() == "ca" else "will not"
    return f"{m[1]} not"


def outcome_in(text: str) -> str | None:
    """The most decisive outcome that the text states, or None."""
    text = _NOT.sub(_expand, _QUESTION.sub(" ", _QUOTES.sub(" ", _ELL.sub("l", text))))
    text = _WORSENED.sub("aggravated it", text)
    text = _NOT_OUTCOME.sub(" ~ ", _UNKNOWN.sub(" ~ ", text))
    borne = _BORNE.search(text) is not None
    plateau = _PLATEAU.search(text) is not None
    for name in OUTCOMES:
        if name == "not_tolerated" and borne:
            continue
        if cues().search(f"outcome.{name}", text):
            return "partial" if plateau and name == "effective" else name
    if not borne and cues().search("outcome.side_effect", text):
        return "not_tolerated"
    scores = _SCORES.search(text) or _COURSE.search(text) or _ARROW.search(text) or _BEFORE_AFTER.search(text)
    if scores:
        return "partial" if int(scores["now"]) < int(scores["then"]) else "failed"
    return "failed" if plateau else None
