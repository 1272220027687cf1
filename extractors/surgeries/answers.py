"""Answers on forms: the box ticked, the word circled or the word written after a question."""

from __future__ import annotations

import re

from extractors.note import Note

_YES = r"(?:\[\s?[xX✓✔*]\s?\]|\(\s?[xX✓✔*oO•●]\s?\)|☒|☑|■|✓|✔|_+[xX]_+|<[xX]>|(?<![A-Za-z])[xX](?=\s?(?:yes|no)\b))"
_EMPTY = r"(?:\[\s?_?\s?\]|\(\s?_?\s?\)|☐|□|__+|(?<![A-Za-z])[oO](?=\s(?:yes|no)\b))"
#: Words of a question that may stand between its subject and the first box.
_REST = r"^[^\[(☐☒☑□■_\n]{0,45}?"
_BOXES = (
    (re.compile(rf"{_REST}{_EMPTY}\s?y(?:es)?\b[\s,/]*{_YES}\s?n(?:o)?\b", re.IGNORECASE), False),
    (re.compile(rf"{_REST}{_YES}\s?y(?:es)?\b[\s,/]*(?:{_EMPTY}\s?n(?:o)?\b)?", re.IGNORECASE), True),
    (re.compile(rf"{_REST}{_YES}\s?no?\b[\s,/]*{_EMPTY}\s?y(?:es)?\b", re.IGNORECASE), False),
    (re.compile(rf"{_REST}{_EMPTY}\s?no?\b[\s,/]*{_YES}\s?y(?:es)?\b", re.IGNORECASE), True),
    (re.compile(rf"{_REST}\by(?:es)?\s?{_EMPTY}[\s,/]*no?\s?{_YES}", re.IGNORECASE), False),
    (re.compile(rf"{_REST}\by(?:es)?\s?{_YES}[\s,/]*(?:no?\s?{_EMPTY})?", re.IGNORECASE), True),
    (re.compile(rf"{_REST}{_YES}\s?(?:no?|never|denies|denied)\b", re.IGNORECASE), False),
)
_OPEN, _CLOSE = r"[\[(<{*]{0,2}_?\s?", r"\s?_?[\])>}*]{0,2}"
# Two words side by side, of which one is circled: "YES / (NO)", "Y  [N]", "*no* yes".
_PAIR = re.compile(
    rf"^[^\n]{{0,60}}?(?<![A-Za-z])(?P<o1>{_OPEN})(?P<w1>yes|no|y|n)(?P<c1>{_CLOSE})(?![A-Za-z])[\s/|,]{{0,6}}"
    rf"(?P<o2>{_OPEN})(?<![A-Za-z])(?P<w2>yes|no|y|n)(?P<c2>{_CLOSE})(?![A-Za-z])",
    re.IGNORECASE,
)
_CIRCLED = re.compile(
    r"\b(?P<w>yes|no|y|n)\b[^\n]{0,4}(?:is |was )?(?:circled|ticked|checked|marked|underlined|selected)",
    re.IGNORECASE,
)
_AFTER_PAIR = re.compile(r"^\s?[:=?.\->\s]{0,8}(?P<w>yes|no|y|n)\b", re.IGNORECASE)
_LEADER = r"(?:\s?(?:\([^)\n]{0,30}\)\s?)?(?:[?:=]|\.{2,}|->|\s-)[\s.?:=_>-]{0,40}|[ \t]{3,})"
_END = r"(?=\s*(?:[.;,)\n/(-]|$|\s{2,}))"
_NO = rf"(?:(?:none|neg(?:ative)?|denies|denied|never|nil|n/a|absent)\b(?! (?:change|relief|help|better))|no{_END}|n{_END})"
_PLAIN = (
    (re.compile(rf"^{_LEADER}{_NO}", re.IGNORECASE), False),
    (re.compile(rf"^[^:?=\n.;,]{{0,40}}[?:=][\s.]{{0,10}}{_NO}", re.IGNORECASE), False),
    (re.compile(rf"^{_LEADER}(?:yes|y{_END}|positive|present)\b", re.IGNORECASE), True),
)
# A heading ("Spine surgical history") with its answer in the line below.
_BELOW = re.compile(
    r"(?: history)?[ \t]?[:?]?[ \t]*\r?\n[ \t]*[-*]?[ \t]?(?:none|nil|denies|denied|no(?=[.\r\n]|$)|n/a)\b[^\n]{0,20}(?=\n|$)",
    re.IGNORECASE,
)


def _pair(tail: str) -> tuple[bool, int] | None:
    """The one of two words that is circled, or written again behind them."""
    found = _PAIR.search(tail)
    if found is None or found["w1"][0].lower() == found["w2"][0].lower():
        return None
    circled = _CIRCLED.search(tail[found.end() :]) or _AFTER_PAIR.match(tail[found.end() :])
    if circled:
        return circled["w"][0].lower() == "y", found.end() + circled.end()
    marks = [bool(found[f"o{i}"].strip()) and bool(found[f"c{i}"].strip()) for i in (1, 2)]
    if marks[0] == marks[1]:
        return None
    return (found["w1"] if marks[0] else found["w2"])[0].lower() == "y", found.end()


def answer(note: Note, end: int, width: int = 110) -> tuple[bool, int] | None:
    """The answer to a form's question that ends at ``end``, with the offset where it ends, or None."""
    below = _BELOW.match(note.text, end)
    if below:
        return False, below.end()
    tail = note.text[end : end + width].split("\n", 1)[0]
    for pattern, value in _BOXES:
        found = pattern.search(tail)
        if found:
            return value, end + found.end()
    chosen = _pair(tail)
    if chosen is not None:
        return chosen[0], end + chosen[1]
    if _PAIR.search(tail):
        return None
    for pattern, value in _PLAIN:
        found = pattern.search(tail)
        if found:
            return value, end + found.end()
    return None


def unanswered(note: Note, end: int, width: int = 110) -> bool:
    """Whether a yes and a no stand behind the question and neither is chosen."""
    tail = note.text[end : end + width].split("\n", 1)[0]
    return answer(note, end, width) is None and _PAIR.search(tail) is not None


def checkbox(note: Note, end: int) -> bool | None:
    """The answer ticked or written after a form's question that ends at ``end``, or None."""
    found = answer(note, end)
    return found[0] if found else None
