"""Answers on forms: pick lists ("{None | *Left calf* | Foot}"), circled words ("(YES) no"), marks other than x."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

_LIST = re.compile(r"\{[^{}\n]{3,200}\}")
_STARRED = re.compile(r"\*{1,2}[^*|{}]{1,60}\*{1,2}|\[\s?[xX]\s?\]\s?[^|{}\[\]]{1,60}")
_RESULT_WORDS = r"(?:pos(?:itive)?|neg(?:ative)?|abnormal|normal|present|absent|yes|no)"
#: Two results side by side of which one is marked: "<Neg> / Pos", "Pos | **Neg**".
_PAIR = re.compile(
    rf"(?P<a>(?P<ao>[<*_\[(]{{1,2}})?\s?{_RESULT_WORDS}\s?(?(ao)[>*_\])]{{1,2}}))\s?[/|]\s?"
    rf"(?P<b>(?P<bo>[<*_\[(]{{1,2}})?\s?{_RESULT_WORDS}\b\s?(?(bo)[>*_\])]{{1,2}}))",
    re.IGNORECASE,
)
_OTHER_MARK = re.compile(r"([(\[])\s?[oO*✓✔●•@/]\s?([)\]])")
_BOX = re.compile(r"\[ ?[xX]? ?\]|\( ?[xX]? ?\)|[☐☒☑]")
_TICK = re.compile(r"\[ ?[xX✓] ?\]|\( ?[xX✓] ?\)|[☒☑]")
_LEAD = re.compile(r"[:?.>-]\s*$|\bto\s*$")
#: An option behind an empty box, where the boxes stand before their words.
_UNTICKED = re.compile(
    r"(?:\[ ?\]|\( ?\)|☐)\s?(?!(?:yes|no|y|n)\b)[A-Za-z][\w ./-]{0,46}?(?=\s{0,3}(?:[\[(☐☒☑;,.|]|$))",
    re.IGNORECASE,
)
_LEADER = re.compile(r"\s?\.{3,}\s?")
_LINE_MARK, _LINE = re.compile(r"_{1,4}\s?[xX✓]\s?_{1,4}"), re.compile(r"_{2,}")
_OPEN, _CLOSE = r"[(\[<*_]{1,2}\s?", r"\s?[)\]>*_]{1,2}"
_CIRCLED = re.compile(
    rf"^[^.\n(\[<*_☐☒☑]{{0,45}}?(?:{_OPEN}(?P<first>yes|no|y|n){_CLOSE}\s{{0,4}}[/|,]?\s{{0,4}}(?:yes|no|y|n)\b|"
    rf"\b(?:yes|no|y|n)\s{{0,4}}[/|,]?\s{{0,4}}{_OPEN}(?P<second>yes|no|y|n){_CLOSE})",
    re.IGNORECASE,
)


@lru_cache(maxsize=4)  # one sentence is asked for once a mention
def picked(text: str) -> str:
    """The text with the options that nobody picked, and the marks, blanked; offsets stay.

    A list of which nothing is picked says nothing.
    """
    if "{" in text:
        text = _LIST.sub(lambda m: _only_starred(m.group()), text)
    if "/" in text or "|" in text:
        text = _PAIR.sub(_only_marked, text)
    first = _BOX.search(text)
    if (
        first
        and _TICK.search(text)
        and (not text[: first.start()].strip() or _LEAD.search(text[: first.start()]))
    ):
        text = _UNTICKED.sub(lambda m: " " * len(m.group()), text)
    return text


def _only_starred(options: str) -> str:
    kept = [(m.start(), m.end()) for m in _STARRED.finditer(options)]
    if "|" not in options:
        return options
    if not kept:
        return " " * len(options)  # nobody picked anything
    out = [" "] * len(options)
    for i, (a, b) in enumerate(kept):
        out[a:b] = re.sub(r"[*\[\]]|(?<=\[)[xX](?=\])", " ", options[a:b])
        if i:
            out[kept[i - 1][1]] = ","  # two picked options stay two items
    return "".join(out)


def _only_marked(m: re.Match[str]) -> str:
    if bool(m.group("ao")) == bool(m.group("bo")):
        return m.group()
    lost = "b" if m.group("ao") else "a"
    a, b = m.start(lost) - m.start(), m.end(lost) - m.start()
    whole = m.group()
    return re.sub(r"[<>*_|/\[\]()]", " ", whole[:a] + " " * (b - a) + whole[b:])


_NO = re.compile(
    r"(?:no|n|none|nil|neg\w*|den(?:ies|ied)|absent|not present|never|0(?:/10)?)\b(?! change)|-$",
    re.IGNORECASE,
)
_YES = re.compile(r"(?:yes|y|pos\w*|present)\b|\+", re.IGNORECASE)


def cell_answer(text: str, at: int) -> Literal["yes", "no", "empty"] | None:
    """What the next cell of a table's row ("| Leg pain | none |") answers to the label at ``at``; None where it is no answer.

    A label that lists several things ("Arm sx, clumsiness, gait") takes the answers of a list as long ("N / N / Y").
    """
    end = text.find("|", at)
    if end < 0:
        return None
    start = text.rfind("|", 0, at) + 1
    stop = text.find("|", end + 1)
    answer = text[end + 1 : stop if stop >= 0 else len(text)].strip()
    if not answer:
        return "empty" if stop >= 0 else None
    answers = re.split(r"\s*/\s*", answer)
    labels = re.split(r"\s*[,/;]\s*", text[start:end].strip())
    if len(answers) > 1 and len(answers) == len(labels):
        answer = answers[len(re.findall(r"[,/;]", text[start:at]))]
    return "no" if _NO.match(answer) else "yes" if _YES.match(answer) else None


def unpicked(text: str, at: int) -> bool:
    """Whether the character at ``at`` belongs to an option that was not picked."""
    return not text[at].isspace() and picked(text)[at].isspace()


def marks(text: str) -> str:
    """The text with every mark ("(o)", "[*]", "_X_") written as [x] or (x), leaders of dots as a colon; offsets move."""
    text = _LEADER.sub(": ", _OTHER_MARK.sub(r"\1x\2", text))
    return _LINE.sub("[ ]", _LINE_MARK.sub("[x]", text))


def circled(text: str) -> Literal["yes", "no"] | None:
    """The circled one of "yes" and "no" at the beginning of an answer, or None."""
    m = _CIRCLED.match(text)
    if m is None:
        return None
    word = (m.group("first") or m.group("second")).lower()
    return "yes" if word.startswith("y") else "no"
