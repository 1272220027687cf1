"""Check boxes of forms: which option is ticked."""

from __future__ import annotations

import re

from extractors.note import Note, Sentence

#: A box, empty or ticked: [ ], [x], ( ), (X), and the signs of word processors.
BOX = re.compile(r"\[(?P<a>[ xX✓✔*_]{0,3})\]|\((?P<b>[ xX✓✔_]{0,3})\)|(?P<c>[☐☑☒□■▢✓✔])")
_EMPTY_BOX = r"(?:[\[(][ _]{0,3}[\])]|[☐□▢])"
#: The words of a field of its own end an option: "[ ] Both   level L5-S1".
_OPTION = re.compile(
    _EMPTY_BOX
    + r"(?:(?!\b(?:levels?|sides?|laterality|units?|qty|dx|diagnosis|region|CPT)\b)[^\[(\n☐☑☒□■▢✓✔]){0,30}",
    re.IGNORECASE,
)
#: A form's label with its colon starts a field of its own.
_LABEL = re.compile(r"((?:(?<=\s)|^)[A-Z][A-Za-z]{2,14}(?: ?\([a-z]\))?:)")
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


def _without_empty(text: str) -> str:
    """Of a label's options, those that are ticked, whether the boxes stand before or behind them."""
    first = BOX.search(text)
    if (
        first is not None
        and re.search(r"\w", text[: first.start()])
        and not re.search(r"\w", text[_last_box(text) :])
    ):
        out, at = [], 0
        for m in BOX.finditer(text):
            if _is_ticked(m):
                out.append(text[at : m.end()])
            at = m.end()
        return " ".join([*out, text[at:]])
    return _OPTION.sub(" ", text)


def _last_box(text: str) -> int:
    return max(m.end() for m in BOX.finditer(text))


def without_empty_options(text: str) -> str:
    """The text without the words behind empty check boxes."""
    if _LABEL.search(text):
        return "".join(_without_empty(piece) for piece in _LABEL.split(text))
    return _without_empty(text)


#: A question of a form and its answer on the same line: "Sedation requested?   [ ] Yes  [x] No".
_ASKED = re.compile(r"[^.;:?\n]{0,40}\?[ \t.]*(?P<answer>[^\n]{1,60})")
_YES_NO = re.compile(r"\b(?P<yes>yes|y)\b|\b(?:no|n)\b", re.IGNORECASE)
_OPENS = re.compile(r"\W*(?:yes|no|y|n)\b", re.IGNORECASE)


def answer(note: Note, at: int) -> bool | None:
    """Yes or no, where the words at note offset ``at`` go on as a question of a form; None where they do not."""
    m = _ASKED.match(note.text, at)
    if m is None:
        return None
    boxed = BOX.search(m["answer"]) is not None
    told = _without_empty(m["answer"]) if boxed else m["answer"]
    found = _YES_NO.search(told) if boxed or _OPENS.match(told) else None
    return found["yes"] is not None if found else None
