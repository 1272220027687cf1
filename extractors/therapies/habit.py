"""Words that say a therapy is a habit: how often, when or where it is used, and by whom it is owned."""

from __future__ import annotations

import re

#: What a patient goes on with alone: told without a verb, it is in use.
SELF_CARE = frozenset({"home_exercise", "heat_ice", "bracing"})

_TIMES = (
    r"(?:daily|nightly|weekly|bi-?weekly|monthly|regularly|religiously|faithfully|constantly|full[- ]time|part[- ]time|on and off|off and on"
    r"|at all times|round the clock|(?:most|every|each|all|some|bad|work|good) (?:other )?(?:days?|mornings?|a\.?m\.?|evenings?|nights?|p\.?m\.?|weeks?|months?|time|hours?|workdays?|day long|weekends?)"
    r"|q ?\d{1,2} ?(?:wks?|weeks?|months?|mo|d(?:ays?)?|h(?:rs?|ours?)?)|q(?:wk|week|day|month)"
    r"|(?:\d{1,2}(?:-\d{1,2})? ?(?:x|times)|once|twice|several times|a few times) ?(?:/|a|per|each|every)? ?(?:day|d|wk|week|mo|month|year)\b"
    r"|prn|p\.r\.n\.?|as needed|when needed|if needed|as able|as tolerated|sparingly|occasional(?:ly)?|sometimes|on occasion|now and then)"
)
_WHEN = (
    r"(?:(?:when|while|whenever) (?:\w+ ){0,2}?(?:up|oob|upright|out of bed|ambulat\w+|walk\w*|stand\w*|driv\w+|sit\w*|work\w*|lift\w*|can|flar\w*|hurts?|bad|mobili[sz]\w+|active|travel\w*|garden\w*|afford)"
    r"|(?:at|during) (?:work|school|home|night|bedtime|the (?:gym|pool|office|Y))|in (?:the )?(?:car|truck|tractor|bed|evenings?|mornings?|shower|afternoons?|a\.?m\.?|p\.?m\.?)"
    r"|on (?:the )?(?:tractor|mower|job|(?:bad|work|heavy|shift) days|shifts?|long drives|(?:his|her|their|my) own)|for (?:the )?(?:long )?(?:drives?|car rides|driving|comfort|bad days|flares?|flights?|work|lifting|chores|garden\w*|housework|shifts?))"
)
#: A length or a date behind it makes it a course that was had.
_OVER = (
    r"(?![^.;|,]{0,24}?(?:(?:\b(?:for|over|until|till)\b|\bx|×)\s?(?!(?:the\s)?(?:past|last)\b)(?:[\w~]+\s){0,3}?[\w~]*[\s-]?(?:weeks?|wks?|months?|mos?|years?|yrs?)\b"
    r"|\b(?:in|from|during|until|till)\s(?:early\s|late\s|mid\s)?(?:(?:19|20)\d\d|(?:jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\b))"
)
_HABIT = re.compile(rf"^[^.;|]{{0,26}}?(?<![\w/])(?:{_TIMES}|{_WHEN})(?![\w]){_OVER}", re.IGNORECASE)
_DONE_OFTEN = re.compile(rf"^[^.;|]{{0,26}}?(?<![\w/])(?:{_TIMES}|{_WHEN})(?![\w])", re.IGNORECASE)
_CELL = re.compile(
    rf"\|\s*(?:yes,? |still )?(?:{_TIMES}|{_WHEN}|ongoing|cont(?:inu\w+)?|current\w*|still|present)(?![\w]){_OVER}",
    re.IGNORECASE,
)
#: "his oxycodone", "daily naproxen", "scheduled acetaminophen".
_OWN = re.compile(
    r"\b(?:his|her|my|usual|home|scheduled|chronic|daily|regular|nightly|around[- ]the[- ]clock|round[- ]the[- ]clock|maintenance|baseline) $",
    re.I,
)
_REGULAR_DRUG = re.compile(
    r"\b(?:scheduled|chronic|daily|regular|nightly|around[- ]the[- ]clock|maintenance) $", re.I
)


def is_habit(after: str, own: bool = False) -> bool:
    """Whether the words behind a therapy say how often or when it is used.

    With a length ("twice a week for eight weeks") they tell of a course, save for what one does alone (``own``).
    """
    return (_DONE_OFTEN if own else _HABIT).match(after) is not None or _CELL.search(after) is not None


def is_own(ahead: str) -> bool:
    """Whether the words ahead call a drug the patient's own or usual one."""
    return _OWN.search(ahead) is not None


def is_regular(ahead: str) -> bool:
    """Whether the words ahead say that a drug is taken regularly ("daily naproxen")."""
    return _REGULAR_DRUG.search(ahead) is not None
