"""A corpus against the product: every note judged, nothing summed up yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline import assess
from pipeline.corpus import Corpus, GoldNote
from pipeline.errors import EXIT_OK
from pipeline.evaluation.bootstrap import RESAMPLES, SEED, Score, scored
from pipeline.evaluation.counts import Counts, counts_of
from pipeline.evaluation.judgement import Judgement
from pipeline.evaluation.predict import Prediction, predict_all
from pipeline.evaluation.scoring import judge, raises_contradiction
from pipeline.policies import policy_named
from rules.versions import versions as rule_versions


@dataclass(frozen=True)
class NoteResult:
    """One note: its gold, what was found, and what became of every part."""

    note: GoldNote
    prediction: Prediction
    judgements: tuple[Judgement, ...]
    counts: Counts

    @property
    def document_type(self) -> str:
        """The gold's document type, else the kind that the extractor reads."""
        return self.note.document_type or self.prediction.kind or "unknown"


@dataclass(frozen=True)
class Evaluation:
    """All notes of a corpus (or of one split of it), judged."""

    corpus: Corpus
    split: str | None
    sets: tuple[str, ...] | None
    notes: tuple[NoteResult, ...]
    versions: Mapping[str, str]
    seed: int = SEED
    resamples: int = RESAMPLES

    def scores(self) -> dict[str, Score]:
        """Every measure with its interval."""
        return scored([n.counts for n in self.notes], self.resamples, self.seed)

    @property
    def exit_code(self) -> int:
        """The worst of the notes' failures; 0 where every note was read."""
        codes = [n.prediction.failure.exit_code for n in self.notes if n.prediction.failure]
        return max(codes, default=EXIT_OK)


def run_versions() -> dict[str, str]:
    """Versions of libraries, extractors, lexicons, context rules and rules."""
    return dict(sorted({**assess.versions(), **rule_versions(policy_named(assess.DEFAULT_POLICY))}.items()))


def judged(note: GoldNote, prediction: Prediction) -> NoteResult:
    """One note's prediction held against its gold."""
    judgements = judge(note.gold, prediction.guide)
    raising = raises_contradiction(judgements, prediction.guide)
    return NoteResult(note, prediction, tuple(judgements), counts_of(judgements, raising))


def evaluate(
    corpus: Corpus,
    *,
    split: str | None = None,
    sets: Sequence[str] | None = None,
    jobs: int = 1,
    seed: int = SEED,
    resamples: int = RESAMPLES,
    on_note: Callable[[], object] | None = None,
    readings: Mapping[str, Prediction] | None = None,
) -> Evaluation:
    """Extract and judge every note of a corpus.

    Parameters
    ----------
    corpus
        The notes with their gold; already narrowed to ``split`` and ``sets``, which are only remembered here.
    split, sets
        Names of the split and of the sets that were loaded, None for all.
    jobs
        Processes; the result does not depend on it.
    seed, resamples
        Of the intervals.
    on_note
        Called after each note, for a progress bar.
    readings
        Somebody else's reading of every note, by its id, to be judged in place of the extractor's.
    """
    results = []
    predictions: Iterable[Prediction] = (
        [readings[n.note_id] for n in corpus.notes]
        if readings is not None
        else predict_all([(n.note_id, n.text) for n in corpus.notes], jobs)
    )
    for note, prediction in zip(corpus.notes, predictions, strict=True):
        results.append(judged(note, prediction))
        if on_note:
            on_note()
    return Evaluation(
        corpus, split, tuple(sets) if sets else None, tuple(results), run_versions(), seed, resamples
    )
