"""Our figures equal those of the scorer that stands beside the annotated notes (NOTEWARRANT_GOLD)."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from pipeline.evaluation import evaluate
from pipeline.evaluation.measures import COUNTS, names
from pipeline.evaluation.selection import select

pytestmark = pytest.mark.gold

#: Measures that the scorer does not print.
OURS_ONLY = {"radicular.false_present_raising"}
#: Differs on purpose: the scorer's tolerance of a tenth takes any two years for the same, ours are exact.
EXACT = "surgeries.year"


def ours(row: str) -> str:
    """The scorer's name of a measure in our words."""
    fixed = {
        "radicular falsely present": "radicular.false_present",
        "criteria balanced, mean": "criteria.balanced",
    }
    if row in fixed:
        return fixed[row]
    return row.replace(" accuracy", ".accuracy").replace(" F1", ".f1").replace(" balanced", ".balanced")


def printed(lines: str) -> dict[str, tuple[float | None, str]]:
    """Value and counts of every row that the scorer printed."""
    out = {}
    for line in lines.splitlines():
        name, rest = line[:45].strip(), line[45:].split(None, 1)
        out[ours(name)] = (None if rest[0] == "-" else float(rest[0]), rest[1] if len(rest) > 1 else "")
    return out


def bare(value: Any) -> Any:
    """The annotation without quotes and remarks: no words of a note go into a file."""
    if isinstance(value, dict):
        return {k: bare(v) for k, v in value.items() if k not in ("evidence", "remarks")}
    return [bare(v) for v in value] if isinstance(value, list) else value


def lines(notes: Iterable[dict[str, Any]]) -> str:
    return "".join(json.dumps(bare(n)) + "\n" for n in notes)


@pytest.mark.parametrize("where", ["charts_dev", "reports_dev", "corpora"])
def test_every_figure_of_the_scorer(where: str, gold_dir: Path, repo_root: Path, tmp_path: Path) -> None:
    scorer = gold_dir / "score.py"
    if not scorer.is_file():
        pytest.skip("no scorer stands beside the gold")
    corpus = select(repo_root / "corpora" / "charts" if where == "corpora" else gold_dir / where).corpus
    evaluation = evaluate(corpus, resamples=0)
    gold, found = tmp_path / "gold.jsonl", tmp_path / "found.jsonl"
    gold.write_text(lines(dict(n.note.gold) for n in evaluation.notes), encoding="utf-8")
    found.write_text(lines(dict(n.prediction.guide) for n in evaluation.notes), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(scorer), str(gold), str(found)], capture_output=True, text=True, check=True
    )
    theirs, scores = printed(done.stdout), evaluation.scores()
    assert len(theirs) >= 20
    assert set(theirs) <= set(names())
    for name, (value, counts) in theirs.items():
        mine = scores[name]
        if name == EXACT:
            (right, judged), (lenient, of) = (map(int, x.split("/")) for x in (mine.detail, counts.strip()))
            assert judged == of
            assert right <= lenient
            continue
        if name in COUNTS or value is None:
            assert mine.value == value, name
        else:
            assert mine.value == pytest.approx(value, abs=0.00051), name
        assert mine.detail == counts.strip(), name
    silent = {n for n, s in scores.items() if n not in theirs and s.value is not None}
    assert {n for n in silent if not n.endswith((".precision", ".recall"))} <= OURS_ONLY
