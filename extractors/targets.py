"""Targets: the lexicons' patterns on a sentence, with the result that medspaCy's TargetMatcher gives.

medspaCy's matcher rebuilds the Doc's text for every regular expression, which takes nearly all of its time.
Here the anchors tell which patterns can match at all, those run on the sentence's text, and a Doc is only
made where one did. Alignment to tokens and pruning of overlaps are medspaCy's; a test holds the results of
both against each other.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractors.candidates.literals import required_literals
from extractors.lexicon import Entry, Lexicon

if TYPE_CHECKING:
    from spacy.tokens import Doc


@dataclass(frozen=True, slots=True)
class Pattern:
    """One regular expression of a lexicon entry."""

    family: str
    entry: Entry
    name: str
    regex: re.Pattern[str]
    anchors: frozenset[str]


@dataclass(frozen=True, slots=True)
class Match:
    """A match, in characters of the sentence's text; ``pattern`` names the expression that matched."""

    family: str
    entry: Entry
    pattern: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Aligned:
    """A match on the tokens ``first`` to ``after`` (exclusive) of a Doc."""

    family: str
    entry: Entry
    pattern: str
    first: int
    after: int


def expressions(entry: Entry) -> list[str]:
    """The entry's regular expressions in order: literals on whole words, patterns, cased patterns."""
    words = [rf"(?<!\w){re.escape(literal)}(?!\w)" for literal in entry.literals]
    return [*words, *entry.patterns, *(f"(?-i:{p})" for p in entry.cased)]


def pattern_names(entry: Entry) -> list[str]:
    """A name for each of ``expressions``: the YAML key and the place in its list (``patterns[3]``)."""
    keys = (("literals", entry.literals), ("patterns", entry.patterns), ("cased", entry.cased))
    return [f"{key}[{i}]" for key, values in keys for i in range(len(values))]


class Targets:
    """All patterns of all lexicons, numbered; ``anchors`` feeds the automaton."""

    def __init__(self, lexicons: Iterable[Lexicon]) -> None:
        self.patterns: list[Pattern] = []
        for lexicon in lexicons:
            for entry in lexicon.entries:
                for name, text in zip(pattern_names(entry), expressions(entry), strict=True):
                    anchors = required_literals(text) or entry.anchors
                    self.patterns.append(
                        Pattern(lexicon.family, entry, name, re.compile(text, re.IGNORECASE), anchors)
                    )

    @property
    def anchors(self) -> dict[int, frozenset[str]]:
        """Pattern number to the literals one of which stands in any of its matches."""
        return {i: p.anchors for i, p in enumerate(self.patterns)}

    def find(self, text: str, numbers: Iterable[int]) -> list[Match]:
        """Matches of the numbered patterns, in the order of the patterns, before pruning."""
        out: list[Match] = []
        for i in sorted(numbers):
            pattern = self.patterns[i]
            out += [
                Match(pattern.family, pattern.entry, pattern.name, m.start(), m.end())
                for m in pattern.regex.finditer(text)
                if m.end() > m.start()
            ]
        return out


def aligned(doc: Doc, matches: Sequence[Match]) -> list[Aligned]:
    """Matches as token spans, overlaps of a family pruned.

    A match that does not end on tokens is widened to them. Of two overlapping matches of one family the
    longer stays, as in medspaCy.
    """
    from medspacy.common.util import prune_overlapping_matches

    starts = [token.idx for token in doc]
    by_family: dict[str, list[tuple[int, int, int]]] = {}
    for i, m in enumerate(matches):
        first = bisect_right(starts, m.start) - 1
        after = bisect_left(starts, m.end)
        if after > first >= 0:
            by_family.setdefault(m.family, []).append((i, first, after))
    out = []
    for family, spans in by_family.items():
        for i, first, after in prune_overlapping_matches(spans):
            out.append(Aligned(family, matches[i].entry, matches[i].pattern, first, after))
    return out
