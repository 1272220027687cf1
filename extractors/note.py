"""The note as the binders see it: sections, sentences, and mentions with their assertion flags.

A sentence's ``text`` has its white space folded to single blanks and its dashes and quotation marks
made plain, so that patterns need not care; ``span`` leads every offset back to the note as ingested.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar, cast

from extractors.facts import Cue, Span
from extractors.lexicon import Entry
from extractors.text.plain import plain
from extractors.text.sections import Section

T = TypeVar("T")
#: The pattern of a mention that no expression of the lexicon made (a short form that the note defines).
NO_PATTERN = "alias"
_GAP = re.compile(r"\s+")
#: Where one statement ends and the next begins inside a sentence.
_CLAUSE = re.compile(
    r";|(?<! vs)\. |\? |! | but |, but | however,? | although | though | whereas | while |, then | - (?=[A-Za-z])|, and (?=(?:he|she|they|i|we|the patient|there|it)\b)",
    re.IGNORECASE,
)


def fold(text: str) -> tuple[str, list[int]]:
    """Fold white space; returns the folded text and, for each of its characters, the offset in ``text``."""
    read = plain(text)
    out: list[str] = []
    where: list[int] = []
    at = 0
    for m in _GAP.finditer(read):
        out.append(read[at : m.start()])
        where.extend(range(at, m.start()))
        out.append(" ")
        where.append(m.start())
        at = m.end()
    out.append(read[at:])
    where.extend(range(at, len(read)))
    return "".join(out), where


@dataclass(eq=False)
class Sentence:
    """One sentence: folded text, place in the note, section, and what stands in it."""

    index: int
    start: int
    end: int
    text: str
    section: Section
    _where: list[int]
    mentions: list[Mention] = field(default_factory=list)

    def span(self, start: int, end: int) -> Span:
        """Note offsets of ``self.text[start:end]`` (end exclusive; must not be empty)."""
        return Span(self.start + self._where[start], self.start + self._where[end - 1] + 1)

    def position(self, offset: int) -> int:
        """Where in ``self.text`` the note's character at ``offset`` stands (a blank for folded white space)."""
        return max(0, bisect_right(self._where, offset - self.start) - 1)

    @property
    def whole(self) -> Span:
        """The sentence's own place in the note."""
        return Span(self.start, self.end)

    def clause(self, start: int, end: int) -> tuple[int, int]:
        """Bounds (in ``text``) of the clause that holds ``text[start:end]``."""
        left, right = 0, len(self.text)
        for m in _CLAUSE.finditer(self.text):
            if m.end() <= start:
                left = m.end()
            elif m.start() >= end:
                right = m.start()
                break
        return left, right


@dataclass(eq=False)
class Mention:
    """A lexicon match in a sentence, with the context cues that act on it."""

    sentence: Sentence
    family: str
    entry: Entry
    start: int
    end: int
    cues: tuple[Cue, ...]
    flags: frozenset[str]
    #: Which of the entry's expressions matched (``patterns[3]``).
    pattern: str = NO_PATTERN

    @property
    def name(self) -> str:
        """The match's origin: ``family/entry#pattern``."""
        return f"{self.family}/{self.entry.id}#{self.pattern}"

    @property
    def label(self) -> str:
        """What the lexicon says the match means."""
        return self.entry.label

    @property
    def text(self) -> str:
        """The matched words (folded)."""
        return self.sentence.text[self.start : self.end]

    @property
    def span(self) -> Span:
        """The match in note offsets."""
        return self.sentence.span(self.start, self.end)

    @cached_property
    def clause(self) -> tuple[int, int]:
        """Bounds of the mention's clause in the sentence's text."""
        return self.sentence.clause(self.start, self.end)

    @property
    def clause_text(self) -> str:
        """The mention's clause (folded)."""
        a, b = self.clause
        return self.sentence.text[a:b]

    def has(self, flag: str) -> bool:
        """Whether a context cue of that flag acts on the mention (negated, historical, ...)."""
        return flag in self.flags


class Note:
    """A note's text with its sections, its sentences, and mentions by family.

    ``left_out`` holds the lexicon matches that are no mentions, each with the reason: they stand in text that
    says nothing about the patient (``extractors.text.unsaid``).
    """

    def __init__(
        self,
        text: str,
        sections: list[Section],
        sentences: list[Sentence],
        left_out: Sequence[tuple[Mention, str]] = (),
    ) -> None:
        self.text = text
        self.sections = sections
        self.sentences = sentences
        self.left_out = tuple(left_out)
        self._starts = [s.start for s in sentences]
        self._by_family: dict[str, list[Mention]] = {}
        for sentence in sentences:
            for mention in sentence.mentions:
                self._by_family.setdefault(mention.family, []).append(mention)
        self._cache: dict[str, object] = {}

    def mentions(self, family: str) -> list[Mention]:
        """Mentions of a family, in the order of the note."""
        return self._by_family.get(family, [])

    def around(self, sentence: Sentence, before: int = 1, after: int = 1) -> Iterator[Sentence]:
        """The sentence with its neighbours, in order."""
        yield from self.sentences[max(0, sentence.index - before) : sentence.index + after + 1]

    def sentence_at(self, offset: int) -> Sentence | None:
        """The sentence that holds a note offset, or None."""
        i = bisect_left(self._starts, offset + 1) - 1
        if i >= 0 and self.sentences[i].start <= offset < self.sentences[i].end:
            return self.sentences[i]
        return None

    def once(self, key: str, make: Callable[[Note], T]) -> T:
        """A value derived from the note (its date, its main region), made once and kept."""
        if key not in self._cache:
            self._cache[key] = make(self)
        return cast(T, self._cache[key])
