"""Which notes of a corpus an evaluation reads: the test split only where it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.corpus import Corpus, load_corpus
from pipeline.corpus.card import read_card


@dataclass(frozen=True)
class Selection:
    """Notes to evaluate, the label of their split, and the sets that were left out for the test split."""

    corpus: Corpus
    split: str | None
    sets: tuple[str, ...] | None
    left_out: tuple[str, ...] = ()


#: Label of a corpus without its test split.
ALL_BUT_TEST = "all but test"


def select(path: Path, split: str | None = None, sets: Sequence[str] | None = None) -> Selection:
    """Load a corpus, or a split, or some sets of it.

    Where neither is named, sets of the test split are left out: who reads their errors in passing has spent
    them. A corpus of nothing but a test split is read whole.

    Raises
    ------
    CorpusError
        Where the corpus, or a note of it, cannot be used.
    """
    chosen = tuple(sets) if sets else None
    if split or sets:
        return Selection(load_corpus(path, split=split, sets=sets), split, chosen)
    card = read_card(path) if path.is_dir() else None
    held = tuple(sorted(name for name, s in card.sets.items() if s.split == "test")) if card else ()
    if card is None or not held or len(held) == len(card.sets):
        return Selection(load_corpus(path), None, None)
    kept = [name for name in card.sets if name not in held]
    return Selection(load_corpus(path, sets=kept), ALL_BUT_TEST, None, held)
