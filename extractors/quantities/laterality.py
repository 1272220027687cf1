"""Left, right and both sides, told apart from L for lumbar, LT for light touch, and "left" the verb."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Side = Literal["left", "right", "bilateral"]

_BILATERAL = re.compile(
    r"\bbilat(?:eral(?:ly)?)?\b\.?|(?<![\w/])b/l\b|(?<![\w/])B/L\b|(?<![\w.])bil\b\.?"
    r"|\b(?:on\s)?both\s(?:the\s)?(?:(?:lower|upper|low|her|his|my)\s)?"
    r"(?:sides?|legs?|arms?|feet|hands?|knees?|hips?|shoulders?|buttocks?|thighs?|calves"
    r"|extremit\w+|limbs?|LEs?|UEs?|facets?|SI|SIJs?|sacroiliac|joints?)\b"
    r"|\beither\s(?:side|leg|arm)\b|\beach\sside\b|\b(?:right|left|R|L)\s?(?:and|&|\+"
    r"|/)\s?(?:right|left|R|L)\b(?!\d|-?\s?spine|/)"
    r"|(?<!\w)[RL]\s?(?:[<>=]|[<>]{2}|about\s=)\s?[RL](?!\w)|\b(?:Lt|Rt)\s?[<>]\s?(?:Lt|Rt)\b"
    r"|(?<![\w.-])-50\b(?!\s?(?:%|deg|C\b))|(?<=\d\d\d\d\d)-50\b|\b(?:modifier|mod\.?)\s?-?(?:50"
    r"|fifty)\b|\bfifty\smodifier\b|\b50\smodifier\b",
    re.I,
)
_WORD = re.compile(r"\b(?P<side>left|right)(?P<tail>-?\s?sided?(?:ly)?|ward|-lower|-upper)?\b", re.I)
# "right now", "right-handed"; "left the clinic", "left ventricle" is a side all the same.
_RIGHT_NOT = re.compile(
    r"(?:\s|-)(?:now|away|after|before|then|there|here|hand(?:ed)?\sdominan|handed|hand-dominant"
    r"|-?hand-?\s?dominant|dominant|next\sto|up\suntil|about\snow|to\s(?:appeal|privacy|refuse)"
    r"|atri|ventric)",
    re.I,
)
_LEFT_NOT = re.compile(
    r"(?:\s|-)(?:the\b|work\b|town|AMA|against|in\s(?:place|good|stable|satisfactory|no\b)|untreated|without|alone"
    r"|within|early|shortly|feeling|walking|ambulat|our\b|my\b|me\b|us\b|to\s(?:him|her|them|you|us|me)\b"
    r"|behind|"
    r"a\smessage|before|because|his\sjob|her\sjob|home\b|for\sthe\srecovery|him\b|her\swith|them\b"
    r"|school|unchanged|handed|hand(?:ed)?\sdominan|-?hand-?\s?dominant|dominant|with\b|blank"
    r"|intact\sand|over\b|to\sright\b|atri|ventric|open\b|out\b)",
    re.I,
)
_LEFT_VERB = re.compile(r"\b(?:he|she|they|who|I|pt|patient|all)\s$", re.I)
#: Where the operator or the screen stands.
_OPERATOR = re.compile(
    r"\b(?:standing|stood|seated|sitting|positioned|screen|monitor|operator|assistant)\s(?:was\s|placed\s)?(?:at|on|to)\s(?:the\s)?(?:patient['’]?s\s|pt['’]?s\s|table['’]?s\s)?$",
    re.I,
)
_RIGHT_IDIOM = re.compile(r"\b(?:all|human|your|patient)\s$", re.I)
_STAFF = re.compile(r"\s?x\s?\d|\s?\([RTM]\)|\s?(?:present|assist\w*|performed\sthe\s(?:films?|imaging))\b")
#: "J. Lund, RT": behind a name or another one's title.
_STAFF_BEFORE = re.compile(r"\bRN\b|\d\s?$|\b[A-Z][a-z]+(?:-[A-Z][a-z]+)?,\s$")
_LETTER = re.compile(
    r"(?<![\w./'’&-])(?P<open>\()?(?P<side>[RL])(?P<close>\))?(?![\w'’/&]|-wave|\.[A-Za-z]|\.,)", re.ASCII
)
_DAY = re.compile(r"\s\d{1,2}/\d{1,2}(?:/\d{2,4})\b|\s\d{1,2}/\d{4}\b")
#: Litres of a gas or a fluid.
_LITRES = re.compile(r"(?:(?<![/\d#.])\d{1,2}|\d\.\d)\s?$")
_LITRES_OF = re.compile(
    r"\s*(?:$|[.,;)\]]|/|(?:of|O2|oxygen|NC|nasal|NS|LR|saline|per|via|by|fluids?|min|IV|crystalloid|bolus|home|at\snight|blood|drained|removed|ringer\w*)\b)",
    re.I,
)
_L_NOT = re.compile(r"[\s-]{0,2}(?:spine\b|spn\b|/S\b|S\sspine|-?\s?\d\s?[-/]\s?\d|region|\d|lvl|=)", re.I)
_LETTER_NOT_BEFORE = re.compile(
    r"(?:\b(?:Dr|Mr|Ms|Mrs|Prof|vitamin|type|hepatitis|Pt|patient)\.?\s|[A-Z]\.\s?|\bO2\sat\s|\bR\.?T\.?\s?)$"
)
_ABBREVIATION = re.compile(
    r"(?<![\w/])(?:(?P<side>[RL]t|[RL]T)\b(?!/)\.?|(?P<limb>[RL])(?:LE|UE|LEx|UEx)s?\b)"
)
_TOUCH = re.compile(
    r"\s(?:intact|decreased|dec\b|diminished|reduced|absent|and\s(?:PP|pin)|&\s?PP|sensation|nl\b"
    r"|normal|wnl|impaired|symmetric)",
    re.I,
)
_TOUCH_BEFORE = re.compile(
    r"\b(?:intact|sensation|to|sensory|decreased|dec|PP,?|pinprick,?)\s(?:to\s)?$", re.I
)
_MODIFIER = re.compile(r"(?<=\d)-(?P<side>RT|LT)\b|(?<=\d\d\d\d\d)\s?(?P<glued>RT|LT)\b")
_CPT_LETTER = re.compile(r"(?<=\d\d\d\d\d)-?\s?(?P<side>[RL])\b(?!\d|-?\s?spine)")


@dataclass(frozen=True, slots=True)
class Laterality:
    """A side named in the text; ``form`` is how: word, letter, abbreviation or modifier."""

    side: Side
    start: int
    end: int
    form: Literal["word", "letter", "abbreviation", "modifier"]


def _side(word: str) -> Side:
    return "left" if word[0] in "Ll" else "right"


def _is_side_word(text: str, m: re.Match[str]) -> bool:
    """Leave out the verb ("he left"), the idiom ("all right") and the hand ("right-handed")."""
    before = text[max(0, m.start() - 9) : m.start()]
    if _OPERATOR.search(text[max(0, m.start() - 40) : m.start()]):
        return False
    if _side(m["side"]) == "left":
        return not (_LEFT_NOT.match(text, m.end()) or _LEFT_VERB.search(before))
    return not (_RIGHT_NOT.match(text, m.end()) or _RIGHT_IDIOM.search(before))


def _is_side_abbreviation(text: str, m: re.Match[str]) -> bool:
    """Leave out LT for light touch and RT for the technologist in the room."""
    before = text[max(0, m.start() - 16) : m.start()]
    if m["side"] == "LT":
        return not (_TOUCH.match(text, m.end()) or _TOUCH_BEFORE.search(before))
    if m["side"] == "RT":
        return not (_STAFF.match(text, m.end()) or _STAFF_BEFORE.search(before))
    return True


def find_laterality(text: str, base: int = 0) -> list[Laterality]:
    """Every side named in ``text``, in order; offsets moved by ``base``."""
    found: list[Laterality] = []
    taken = bytearray(len(text) + 1)

    def add(
        side: Side, start: int, end: int, form: Literal["word", "letter", "abbreviation", "modifier"]
    ) -> None:
        if not any(taken[start:end]):
            taken[start:end] = b"\x01" * (end - start)
            found.append(Laterality(side, start + base, end + base, form))

    for m in _BILATERAL.finditer(text):
        add("bilateral", m.start(), m.end(), "modifier" if "50" in m[0] or "ifty" in m[0].lower() else "word")
    for m in _MODIFIER.finditer(text):
        add(_side(m["side"] or m["glued"]), m.start(), m.end(), "modifier")
    for m in _CPT_LETTER.finditer(text):
        add(_side(m["side"]), m.start("side"), m.end("side"), "modifier")
    for m in _WORD.finditer(text):
        if _is_side_word(text, m):
            add(_side(m["side"]), m.start(), m.end(), "word")
    for m in _ABBREVIATION.finditer(text):
        if _is_side_abbreviation(text, m):
            add(_side(m["side"] or m["limb"]), m.start(), m.end(), "abbreviation")
    for m in _LETTER.finditer(text):
        # "(L foot" opens a remark: a bracket on one side alone is not part of the mention
        start, end = m.span() if bool(m["open"]) == bool(m["close"]) else m.span("side")
        before = text[max(0, start - 10) : start]
        if _LETTER_NOT_BEFORE.search(before):
            continue
        if m["side"] == "L" and (
            (_L_NOT.match(text, end) and not _DAY.match(text, end))
            or (_LITRES.search(before) and _LITRES_OF.match(text, end))
        ):
            continue
        add(_side(m["side"]), start, end, "letter")
    return sorted(found, key=lambda s: s.start)


def laterality(text: str) -> Literal["left", "right", "bilateral", "unknown"]:
    """The side that ``text`` (one statement) speaks of; left and right together are bilateral."""
    sides = {m.side for m in find_laterality(text)}
    if not sides:
        return "unknown"
    if len(sides) > 1:
        return "bilateral"
    return sides.pop()
