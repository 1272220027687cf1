"""Phrases from misses that a lexicon may lack, ranked.

A candidate is a phrase of a quote whose entry was missed because no lexicon entry of its meaning matches
there. It counts against the notes that have nothing of that meaning: a phrase that stands in many of them
would bring false facts. Phrases that stand in the same misses and overlap are one candidate: the longest
whose words are all rare elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from extractors.family import Family
from extractors.lexicon import Entry
from pipeline.evaluation.evaluator import NoteResult
from pipeline.evaluation.html.near import LEXICONS
from pipeline.lexicons.association import log_odds
from pipeline.lexicons.misses import Miss, has, misses
from pipeline.lexicons.nearest import Nearest, nearest
from pipeline.lexicons.phrases import phrases

#: Share of the notes without the meaning in which a phrase may stand and still be called rare there.
RARE: Final = 0.02
#: Ids shown of the notes with the miss.
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """A phrase with its counts.

    It stands in missed quotes of ``missed`` of the ``missed_notes`` notes with such a miss, and anywhere in
    ``elsewhere`` of the ``other_notes`` that have nothing of that meaning.
    """

    family: str
    wanted: str
    phrase: str
    missed: int
    missed_notes: int
    elsewhere: int
    other_notes: int
    log_odds: float
    score: float
    notes: tuple[str, ...]
    nearest: Nearest | None

    def as_data(self) -> dict[str, Any]:
        """As plain data, figures to three places."""
        data = asdict(self)
        data |= {
            "log_odds": round(self.log_odds, 3),
            "score": round(self.score, 3),
            "notes": list(self.notes),
        }
        if self.nearest is not None:
            data["nearest"]["similarity"] = round(self.nearest.similarity, 3)
        return data


@dataclass(frozen=True)
class Suggestions:
    """Candidates, best first, with the number of misses and of those that no entry knows."""

    candidates: tuple[Candidate, ...]
    misses: int
    unknown: int
    notes: int


def _chosen(group: Mapping[str, int], rare: int) -> list[str]:
    """One phrase for each chain of overlapping phrases with the same notes."""
    left = sorted(group, key=lambda p: (-len(p.split()), p))
    single = {p for p in group if " " not in p}
    out: list[str] = []
    while left:
        sound = [p for p in left if all(w in single for w in p.split()) and group[p] <= rare]
        best = sound[0] if sound else min(left, key=lambda p: (len(p.split()), p))
        out.append(best)
        words = set(best.split())
        left = [p for p in left if not words & set(p.split())]
    return out


def _candidates(
    found: Sequence[Miss], held: Mapping[str, set[str]], entries: Sequence[tuple[str, Entry]],
    texts: Mapping[str, str], without: Sequence[str],
) -> list[Candidate]:  # fmt: skip
    """Candidates of one family and meaning."""
    family, wanted = found[0].family, found[0].wanted
    where: dict[str, set[str]] = {}
    for miss in found:
        for start, end in miss.quotes:
            for phrase in phrases(texts[miss.note_id][start:end]):
                where.setdefault(phrase, set()).add(miss.note_id)
    groups: dict[frozenset[str], dict[str, int]] = {}
    for phrase, notes in where.items():
        elsewhere = sum(phrase in held[note] for note in without)
        groups.setdefault(frozenset(notes), {})[phrase] = elsewhere
    n1, n0 = len({m.note_id for m in found}), len(without)
    out = []
    for holders, group in groups.items():
        for phrase in _chosen(group, int(RARE * n0)):
            odds, score = log_odds(len(holders), n1, group[phrase], n0)
            if odds > 0:
                out.append(
                    Candidate(
                        family, wanted, phrase, len(holders), n1, group[phrase], n0, odds, score,
                        tuple(sorted(holders)[:_SHOWN]), nearest(phrase, wanted, entries),
                    )
                )  # fmt: skip
    return out


def suggest(
    results: Sequence[NoteResult], families: Sequence[Family], guide: Sequence[str] = tuple(LEXICONS)
) -> Suggestions:
    """Phrases that lexicons may lack.

    Parameters
    ----------
    results
        A corpus, judged (``evaluate(corpus).notes``).
    families
        The families whose lexicons read it.
    guide
        Families of the guide to look at.
    """
    meanings = {f.name: {e.label for e in f.lexicon.entries} for f in families}
    guide = [name for name in guide if name in LEXICONS and name != "pain"]
    every = [m for r in results for m in misses(r, meanings, guide)]
    groups: dict[tuple[str, str], list[Miss]] = {}
    for miss in every:
        if miss.unknown and miss.quotes:
            groups.setdefault((miss.family, miss.wanted), []).append(miss)
    texts = {r.note.note_id: r.note.text for r in results}
    held = {name: set(phrases(text)) for name, text in texts.items()}
    out: list[Candidate] = []
    for (family, wanted), found in sorted(groups.items()):
        without = [r.note.note_id for r in results if not has(r, family, wanted)]
        entries = [(f.name, e) for f in families if f.name in LEXICONS[family] for e in f.lexicon.entries]
        out += _candidates(found, held, entries, texts, without)
    out.sort(key=lambda c: (-c.score, -c.log_odds, c.family, c.wanted, c.phrase))
    return Suggestions(tuple(out), len(every), sum(m.unknown for m in every), len(results))
