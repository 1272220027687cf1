"""The README's table of scores, made from the corpus's floors and its second reading.

``python tests/house/readme_scores.py`` writes it anew; ``test_readme_scores.py`` holds the README against it.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from pipeline.corpus import load_corpus
from pipeline.evaluation.evaluator import evaluate
from pipeline.evaluation.readings import narrowed, read_readings

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
CHARTS = ROOT / "corpora" / "charts"
BEGIN, END = "<!-- scores -->", "<!-- end of scores -->"
SPLITS = ("test", "dev", "train")
ROWS = {
    "radicular.accuracy": "Radicular status, right regions",
    "radicular.false_present": "Radicular falsely present (regions)",
    "nerve_compression_on_imaging.accuracy": "Nerve compression on imaging, right regions",
    "therapies.f1": "Therapies, F1",
    "injections.f1": "Injections, F1",
    "ablations.f1": "Ablations, F1",
    "surgeries.f1": "Spine operations, F1",
    "red_flags.f1": "Red flags, F1",
    "request.procedures": "Requested codes, right notes",
    "criteria.conservative_care_6_weeks": "Six weeks of conservative care, right notes",
    "criteria.two_mbb_80": "Two blocks of 80 %, right notes",
    "criteria.dx_contradiction": "Contradiction of diagnosis and narrative, right notes",
}


def _shown(value: float | None) -> str:
    return "-" if value is None else str(value) if isinstance(value, int) else f"{value:.2f}"


def table() -> str:
    """The table as Markdown, between its marks."""
    floors = yaml.safe_load((CHARTS / "floors.yaml").read_text(encoding="utf-8"))["floors"]
    readings = read_readings(CHARTS / "second_reading.jsonl")
    corpus = narrowed(load_corpus(CHARTS, sets=list("efghi")), readings, CHARTS)
    agreed = evaluate(corpus, readings=readings, resamples=0).scores()
    notes = {s: floors[s]["notes"] for s in SPLITS}
    heads = [f"{s} ({notes[s]} notes)" for s in SPLITS]
    lines = [f"| | {' | '.join(heads)} | two readers ({len(readings)}) |", "|---|---|---|---|---|"]
    for measure, label in ROWS.items():
        cells = [_shown(floors[s]["scores"].get(measure)) for s in SPLITS]
        value = agreed[measure].value
        cells.append(_shown(int(value) if measure.endswith("present") and value is not None else value))
        lines.append(f"| {label} | {' | '.join(cells)} |")
    return "\n".join([BEGIN, *lines, END])


def write() -> None:
    """Put today's table into the README."""
    text = README.read_text(encoding="utf-8")
    start, stop = text.index(BEGIN), text.index(END) + len(END)
    README.write_text(text[:start] + table() + text[stop:], encoding="utf-8")


if __name__ == "__main__":
    write()
