"""Scores of parts of a corpus: by document type, length, set, writer and split; precision by section."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.corpus.card import read_card
from pipeline.evaluation.bootstrap import Score, scored
from pipeline.evaluation.evaluator import Evaluation, NoteResult
from pipeline.evaluation.facts import judged_facts
from pipeline.evaluation.wilson import wilson


@dataclass(frozen=True)
class Slice:
    """Some of the notes with their scores."""

    value: str
    notes: int
    scores: Mapping[str, Score]


@dataclass(frozen=True, slots=True)
class SectionPrecision:
    """Predicted facts of a family in a kind of section: how many are right, with Wilson's interval."""

    family: str
    section: str
    right: int
    wrong: int
    low: float
    high: float

    @property
    def precision(self) -> float:
        """Share of the judged facts that are right."""
        return self.right / (self.right + self.wrong)


def length_classes(lengths: Sequence[int]) -> Callable[[int], str]:
    """Names the tercile of a length (in characters); equal lengths fall into the same one."""
    ordered = sorted(lengths)
    first, second = ordered[(len(ordered) - 1) // 3], ordered[2 * (len(ordered) - 1) // 3]

    def name(length: int) -> str:
        if length <= first:
            return f"short (to {first} characters)"
        if length <= second:
            return f"middle (to {second})"
        return f"long (over {second})"

    return name


def _writers(evaluation: Evaluation) -> dict[str, str]:
    card = read_card(evaluation.corpus.path)
    return {name: s.writer for name, s in card.sets.items() if s.writer} if card else {}


def slices(evaluation: Evaluation) -> dict[str, list[Slice]]:
    """Every way to cut the corpus that gives more than one part, each part with its scores and intervals."""
    if not evaluation.notes:
        return {}
    tercile = length_classes([len(n.note.text) for n in evaluation.notes])
    writers = _writers(evaluation)
    cuts: dict[str, Callable[[NoteResult], str]] = {
        "split": lambda n: n.note.split or "none",
        "set": lambda n: n.note.set,
        "writer": lambda n: writers.get(n.note.set, "unknown"),
        "document_type": lambda n: n.document_type,
        "length": lambda n: tercile(len(n.note.text)),
    }
    out = {}
    for name, value_of in cuts.items():
        parts: dict[str, list[NoteResult]] = {}
        for n in (
            sorted(evaluation.notes, key=lambda n: len(n.note.text))
            if name == "length"
            else (evaluation.notes)
        ):
            parts.setdefault(value_of(n), []).append(n)
        order = list(parts) if name == "length" else sorted(parts)
        if len(parts) > 1:
            out[name] = [
                Slice(
                    value,
                    len(parts[value]),
                    scored([n.counts for n in parts[value]], evaluation.resamples, evaluation.seed),
                )
                for value in order
            ]
    return out


def section_precision(evaluation: Evaluation) -> list[SectionPrecision]:
    """Precision of the judged facts by family and by the section in which they stand."""
    counts: dict[tuple[str, str], list[int]] = {}
    for n in evaluation.notes:
        for j in judged_facts(n):
            if j.verdict in ("right", "wrong"):
                cell = counts.setdefault((j.fact.family, j.fact.section or "unknown"), [0, 0])
                cell[j.verdict == "wrong"] += 1
    out = []
    for (family, section), (right, wrong) in sorted(counts.items()):
        low, high = wilson(right, right + wrong) or (0.0, 1.0)
        out.append(SectionPrecision(family, section, right, wrong, low, high))
    return out
