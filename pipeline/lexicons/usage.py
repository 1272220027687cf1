"""How often entries fire on a corpus, and who takes their matches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from pipeline.lexicons.firing import Firing, Watch


@dataclass
class Usage:
    """Counts by ``family/entry``: mentions kept, matches taken away, and by whom.

    ``matched`` counts all matches, kept or not, by expression (``family/entry#patterns[3]``).
    """

    kept: Counter[str] = field(default_factory=Counter)
    matched: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    winners: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, firings: Iterable[Firing]) -> None:
        """Count the firings of one text."""
        for f in firings:
            self.matched[f.name] += 1
            if f.fate == "kept":
                self.kept[f.id] += 1
            elif f.fate == "taken" and all(n.partition("#")[0] != f.id for n in f.by):
                self.taken[f.id] += 1
                self.winners.setdefault(f.id, Counter()).update(n.partition("#")[0] for n in f.by)


def usage(watch: Watch, texts: Iterable[str], tick: Callable[[], object] = lambda: None) -> Usage:
    """What fires on texts that are notes."""
    out = Usage()
    for text in texts:
        out.add(watch.fire(text, hidden=False))
        tick()
    return out
