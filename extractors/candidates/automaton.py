"""One pass over the note for the anchors of all lexicons (Aho-Corasick)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence

import ahocorasick


class AnchorAutomaton:
    """Finds which families have an anchor in which sentence.

    Parameters
    ----------
    anchors
        Family name to its anchors (lower case).
    """

    def __init__(self, anchors: Mapping[str, Iterable[str]]) -> None:
        owners: dict[str, set[str]] = {}
        for family, words in anchors.items():
            for word in words:
                owners.setdefault(word, set()).add(family)
        self._automaton = ahocorasick.Automaton()
        for word in sorted(owners):
            self._automaton.add_word(word, frozenset(owners[word]))
        self._automaton.make_automaton()

    def families(self, text: str, sentences: Sequence[tuple[int, int]]) -> list[frozenset[str]]:
        """For each sentence the families that have an anchor inside it."""
        lowered = text.lower()
        if len(lowered) != len(text):
            # A few letters change length in lower case (İ); fold those one by one so that offsets hold.
            lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
        starts = [s for s, _ in sentences]
        out: list[set[str]] = [set() for _ in sentences]
        if not len(self._automaton):
            return [frozenset() for _ in sentences]
        for last, families in self._automaton.iter(lowered):
            at = bisect_right(starts, last) - 1
            if at >= 0 and last < sentences[at][1]:
                out[at].update(families)
        return [frozenset(o) for o in out]
