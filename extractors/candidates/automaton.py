"""One pass over the note for the anchors of all lexicons (Aho-Corasick)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence

import ahocorasick

from extractors.text.plain import plain


class AnchorAutomaton:
    """Finds whose anchors stand in which sentence.

    Parameters
    ----------
    anchors
        Owner (a pattern's number) to its anchors (lower case, without white space).
    """

    def __init__(self, anchors: Mapping[int, Iterable[str]]) -> None:
        owners: dict[str, set[int]] = {}
        for owner, words in anchors.items():
            for word in words:
                owners.setdefault(max(word.split(), key=len), set()).add(owner)
        self._automaton = ahocorasick.Automaton()
        for word in sorted(owners):
            self._automaton.add_word(word, (len(word), frozenset(owners[word])))
        self._automaton.make_automaton()

    def owners(self, text: str, sentences: Sequence[tuple[int, int]]) -> list[frozenset[int]]:
        """For each sentence the owners that have an anchor inside it."""
        if not len(self._automaton):
            return [frozenset() for _ in sentences]
        readable = plain(text)
        lowered = readable.lower()
        if len(lowered) != len(text):
            # A few letters change length in lower case (İ); fold those one by one so that offsets hold.
            lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in readable)
        starts = [s for s, _ in sentences]
        found: list[set[frozenset[int]]] = [set() for _ in sentences]
        for last, (length, group) in self._automaton.iter(lowered):
            at = bisect_right(starts, last) - 1
            if at >= 0 and last < sentences[at][1] and last - length + 1 >= starts[at]:
                found[at].add(group)
        return [frozenset().union(*groups) for groups in found]
