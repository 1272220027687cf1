"""Codes that stand together, and the words from which their side, levels and units are read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from extractors.note import Note
from extractors.request.boxes import without_empty_options
from extractors.request.codes import Code

#: Most codes of one group, and how many sentences away a form's label may stand.
_MOST = 16
_LABEL_REACH = 30
#: A line that is nothing but a heading.
_HEADING = re.compile(r"[A-Za-z][\w /&().-]{0,38}:")
UNITS_BEFORE = re.compile(
    r"\b(?P<n>\d{1,2}|one|two|three|four) (?:units? (?:of )?|x )(?:CPT (?:code )?)?$", re.IGNORECASE
)
_WISH = re.compile(
    r"\b(?:would like|wish\w*|wants?|plan\w*|schedul\w+|propos\w+|request\w*|recommend\w*|treat(?:ed|ing)?|target\w*|proceed\w*)\b"
    r"[^.;]{0,80}\b(?:joints?|facets?|levels?|RFA|radio[- ]?frequency|ablation|neurotomy|blocks?)\b"
    r"|\b(?:RFA|radio[- ]?frequency|ablation|neurotomy|blocks?)\b[^.;]{0,60}\b(?:planned|requested|proposed|recommended)\b",
    re.IGNORECASE,
)


#: Under "Plan:" the procedure alone is a wish, unless it is told as done.
_PLANNED = re.compile(
    r"\b(?:RFA|radio[- ]?frequency|neurotomy|medial branch blocks?|MBBs?|facet (?:joint )?(?:injections?|blocks?)|T?F?ESI|epidural)\b",
    re.IGNORECASE,
)
_OVER = re.compile(
    r"\b(?:was|were|had|gave|given|done|performed|underwent|relief|last|previous|prior|if|once|not|no|declin\w*|(?:19|20)\d\d)\b|%",
    re.IGNORECASE,
)


def _wishes(note: Note) -> list[str]:
    """Sentences anywhere in the note that say which joints are to be treated (the first twenty)."""
    found: Iterator[str] = (
        s.text
        for s in note.sentences
        if (s.section.category != "family_history" and _WISH.search(s.text))
        or (s.section.category == "plan" and _PLANNED.search(s.text) and not _OVER.search(s.text))
    )
    return [text for _, text in zip(range(20), found, strict=False)]


class Group:
    """Codes in one sentence, or at most two sentences apart."""

    def __init__(self, note: Note, codes: list[Code]) -> None:
        self.note = note
        self.codes = codes

    @cached_property
    def text(self) -> str:
        """All sentences from the first code's to the last one's."""
        first, last = self.codes[0].sentence.index, self.codes[-1].sentence.index
        return " ".join(s.text for s in self.note.sentences[first : last + 1])

    def own(self, i: int) -> str:
        """The words after a code, up to the next code or the end of its sentence."""
        code = self.codes[i]
        end = len(code.sentence.text)
        if i + 1 < len(self.codes) and self.codes[i + 1].sentence is code.sentence:
            end = self.codes[i + 1].start
        words = code.sentence.text[code.end : end]
        # "... and one unit of" belongs to the next code.
        m = UNITS_BEFORE.search(words) if end < len(code.sentence.text) else None
        return words[: m.start()] if m else words

    @cached_property
    def bracket(self) -> str:
        """What stands in brackets behind the last code: "64633 and 64634 (right, C4/5 and C5/6)"."""
        last = self.codes[-1]
        m = re.match(r"\s?[(\[]([^)\]]{3,120})[)\]]", last.sentence.text[last.end :])
        return m.group(1) if m else ""

    @cached_property
    def before(self) -> list[str]:
        """Up to four sentences before the group, nearest first, not past its section's start."""
        first = self.codes[0].sentence
        out = []
        for sentence in reversed(self.note.sentences[max(0, first.index - 4) : first.index]):
            if _HEADING.fullmatch(sentence.text.strip()):
                continue
            title = sentence.section.category == "procedure"  # "PROCEDURE: ..." above "BILLED: ..."
            if sentence.section is not first.section and (out and not title):
                break
            out.append(sentence.text)
        return out

    @cached_property
    def after(self) -> list[str]:
        """Up to two sentences of the section after the group."""
        last = self.codes[-1].sentence
        return [
            s.text for s in self.note.sentences[last.index + 1 : last.index + 3] if s.section is last.section
        ]

    def labelled(self, label: re.Pattern[str]) -> list[str]:
        """What stands behind a form's label, the nearest first."""
        at = self.codes[-1].sentence.index
        found = []
        near = self.note.sentences[max(0, at - _LABEL_REACH) : at + _LABEL_REACH + 1]
        for sentence, following in zip(near, [*near[1:], None], strict=True):
            text = without_empty_options(sentence.text)
            for m in label.finditer(text):
                value = text[m.end() : m.end() + 80].strip()
                if not value and following is not None:
                    # A label that opens a section is a sentence of its own.
                    value = without_empty_options(following.text)[:80]
                found.append((abs(sentence.index - at), sentence.index, value))
        return [text for _, _, text in sorted(found)]

    @property
    def wishes(self) -> list[str]:
        """Sentences anywhere in the note that say which joints are to be treated."""
        return self.note.once("request_wishes", _wishes)


def grouped(note: Note, codes: list[Code]) -> list[Group]:
    """The codes in groups, in the order of the note."""
    out: list[list[Code]] = []
    for code in codes:
        near = out and code.sentence.index - out[-1][-1].sentence.index <= 2 and len(out[-1]) < _MOST
        if near:
            out[-1].append(code)
        else:
            out.append([code])
    return [Group(note, one) for one in out]
