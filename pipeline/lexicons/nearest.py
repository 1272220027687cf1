"""The lexicon entry that a phrase would most likely join."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from extractors.lexicon import Entry


@dataclass(frozen=True, slots=True)
class Nearest:
    """An entry (``family/entry``), its share of common letter triples, whether it has the wanted label."""

    entry: str
    label: str
    similarity: float
    means: bool


def triples(text: str) -> set[str]:
    """Letter triples of the words, with a blank at each end of a word."""
    return {f" {w} "[i : i + 3] for w in text.lower().split() for i in range(len(w))}


def _similarity(phrase: str, entry: Entry) -> float:
    mine = triples(phrase)
    best = 0.0
    for text in (entry.id.replace("_", " "), *entry.literals, *entry.examples):
        other = triples(text)
        if mine and other:
            best = max(best, len(mine & other) / len(mine | other))
    return best


def nearest(phrase: str, wanted: str, entries: Iterable[tuple[str, Entry]]) -> Nearest | None:
    """The likest entry of the wanted meaning; where none has it, the likest of all; None without entries.

    Parameters
    ----------
    phrase
        The candidate.
    wanted
        Label that the entry should have.
    entries
        Lexicon and entry.
    """
    found = [
        Nearest(f"{lexicon}/{e.id}", e.label, _similarity(phrase, e), e.label == wanted)
        for lexicon, e in entries
    ]
    return max(found, key=lambda n: (n.means, n.similarity), default=None)
