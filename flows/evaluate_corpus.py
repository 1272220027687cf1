"""A flow over a corpus with gold: its path goes in, scores and counts come out, the run goes into its folder.

Prefect sees paths, names, scores and counts. Notes are read, judged and forgotten inside one task, since what
would travel between tasks holds their text.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from flows.environment import prepare

prepare()

from prefect import flow, task  # noqa: E402  (its settings are read at import)
from prefect.artifacts import create_table_artifact  # noqa: E402
from prefect.cache_policies import NO_CACHE  # noqa: E402
from tqdm import tqdm  # noqa: E402

from flows.guarded import guarded  # noqa: E402
from pipeline.evaluation.compare import compare  # noqa: E402
from pipeline.evaluation.evaluator import evaluate  # noqa: E402
from pipeline.evaluation.runs import find_run, run_data, save_run, stored_notes  # noqa: E402
from pipeline.evaluation.selection import select  # noqa: E402

_MEND = "run notewarrant eval on the corpus; it names the note"


def measured(
    corpus: Path,
    runs: Path,
    split: str | None = None,
    name: str | None = None,
    against: str | None = None,
    jobs: int = 1,
    progress: bool = False,
) -> dict[str, Any]:
    """Judge the notes and store the run; return its id, scores and counts (see ``evaluate_corpus``)."""
    chosen = select(corpus, split)
    like = {"name": chosen.corpus.name, "split": chosen.split, "sets": None}
    older = find_run(against, runs, like) if against else None
    bar = tqdm(
        total=len(chosen.corpus.notes), unit="note", file=sys.stderr, disable=not progress,
        mininterval=0.2 if sys.stderr.isatty() else 15.0,
    )  # fmt: skip
    with bar:
        done = evaluate(chosen.corpus, split=chosen.split, jobs=jobs, on_note=bar.update)
    data = run_data(done)
    out: dict[str, Any] = {
        "run": save_run(data, runs, name).stem,
        "scores": {k: s["value"] for k, s in data["scores"].items() if s["value"] is not None},
        "counts": {
            "notes": len(done.notes),
            "failed": sum(n.prediction.failure is not None for n in done.notes),
            "errors": sum(j.fault for n in done.notes for j in n.judgements),
        },
    }
    if older:
        c = compare(
            older.notes, stored_notes(data), names=(older.id, out["run"]), seed=done.seed,
            resamples=done.resamples,
        )  # fmt: skip
        out["counts"] |= {what: c.count(what) for what in ("mended", "broke", "changed")}
    return out


@task(name="evaluate-notes", persist_result=False, log_prints=False, cache_policy=NO_CACHE)
def evaluate_notes(
    corpus: str,
    split: str | None,
    runs: str,
    name: str | None,
    against: str | None,
    jobs: int,
    progress: bool,
) -> dict[str, Any]:
    """Judge the notes and store the run; return its id, scores and counts."""

    def work() -> dict[str, Any]:
        return measured(Path(corpus), Path(runs), split, name, against, jobs, progress)

    return guarded(corpus, work, _MEND)


def show_scores(done: dict[str, Any]) -> None:
    """A table of the run's scores in Prefect."""
    create_table_artifact(
        key="notewarrant-scores", table=[{"measure": m, "score": v} for m, v in done["scores"].items()],
        description=f"Scores of run {done['run']}",
    )  # fmt: skip


@flow(name="evaluate-corpus", persist_result=False, log_prints=False, validate_parameters=False)
def evaluate_corpus(
    corpus: str,
    runs: str,
    split: str | None = None,
    name: str | None = None,
    against: str | None = None,
    jobs: int = 1,
    progress: bool = True,
) -> dict[str, Any]:
    """Measure the product on a corpus, as ``notewarrant eval`` does.

    Parameters
    ----------
    corpus, runs
        Paths of the corpus and of the folder of runs.
    split
        Only the sets of this split; without it all but the test split.
    name
        Name of the run.
    against
        A run to compare with: id, path, name, or ``latest``.
    jobs
        Processes.
    progress
        Whether to draw a bar on stderr.

    Returns
    -------
    dict
        ``run`` (its id), ``scores`` (by measure), ``counts`` (notes, failed, errors; with ``against`` also
        mended, broke and changed).
    """
    done: dict[str, Any] = evaluate_notes(corpus, split, runs, name, against, jobs, progress)
    show_scores(done)
    return done
