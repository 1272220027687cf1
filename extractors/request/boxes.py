"""Check boxes of forms: which option is ticked."""

from __future__ import annotations

import re

from extractors.note import Note, Sentence

#: A box, empty or ticked: [ ], [x], ( ), (X), and the signs of word processors.
BOX = re.compile(r"\[(?P<a>[ xX✓✔*_]{0,3})\]|\((?P<b>[ xX✓✔_]{0,3})\)|(?P<c>[☐☑☒□■▢✓✔])")
_EMPTY_BOX = r"(?:[\[(][ _]{0,3}[\])]|[☐□▢])"
_OPTION = re.compile(_EMPTY_BOX + r"[^\[(\n☐☑☒□■▢✓✔]{0,30}")
#: How far a box speaks for the code behind it, in characters.
_REACH = 70


def _is_ticked(m: re.Match[str]) -> bool:
    if m["c"]:
        return m["c"] not in "☐□▢"
    return bool(((m["a"] or "") + (m["b"] or "")).strip(" _"))


def ticked(note: Note, sentence: Sentence, start: int, end: int, first: int) -> bool | None:
    """Whether the box of ``sentence.text[start:end]`` is ticked; None where its line has no box for it.

    Forms put all boxes before their options, or all behind them: the line's first box, before or behind
    ``first`` (where the sentence's first code starts), tells which.
    """
    boxes = list(BOX.finditer(sentence.text))
    if not boxes:
        return None

    def one_line(a: int, b: int) -> bool:
        place = sentence.span(a, b)
        return "\n" not in note.text[place.start : place.end]

    if boxes[0].start() < first:
        near = [b for b in boxes if b.end() <= start and start - b.end() <= _REACH]
        return _is_ticked(near[-1]) if near and one_line(near[-1].start(), start) else None
    behind = [b for b in boxes if 0 <= b.start() - end <= 6 and one_line(end - 1, b.end())]
    return _is_ticked(behind[0]) if behind else None


def without_empty_options(text: str) -> str:
    """The text without the words behind empty check boxes."""
    return _OPTION.sub(" ", text)
