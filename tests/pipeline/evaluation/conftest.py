"""A small corpus of invented notes, and its evaluation, made once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.corpus import load_corpus
from pipeline.evaluation import Evaluation, evaluate

MARKER = "Zqxmarker"
BACK = (
    f"HPI: {MARKER} low back pain for 2 years. Denies leg pain.\n"
    "Physical therapy for 8 weeks without relief. Takes ibuprofen daily.\n"
    "PSH: L4-L5 fusion in 2019.\nMRI: no neural impingement at any lumbar level.\n"
)
LEG = (
    f"HPI: pain radiates from the low back down the left leg to the foot, {MARKER}.\n"
    "Acupuncture tried in 2024, no help. Request 64635 L4-5. Dx M47.816.\n"
)
SILENT = f"Letter: {MARKER} thank you for the referral. The knee is better.\n"


def region(status: str, *quotes: str) -> dict[str, Any]:
    return {"status": status, "evidence": list(quotes)}


def gold(note_id: str, **parts: Any) -> dict[str, Any]:
    silent = {r: region("not_documented") for r in ("cervical", "thoracic", "lumbar")}
    empty: dict[str, Any] = {
        "note_id": note_id, "radicular": dict(silent), "nerve_compression_on_imaging": dict(silent),
        "therapies": [], "injections": [], "ablations": [], "surgeries": [], "red_flags": [],
        "pain": {"duration_weeks": None, "score_max": None, "pattern": "not_stated", "evidence": []},
        "request": {"procedures": [], "diagnoses": []},
    }  # fmt: skip
    for name, value in parts.items():
        empty[name] = {**empty[name], **value} if isinstance(value, dict) else value
    return empty


def course(modality: str, status: str, quote: str, **values: Any) -> dict[str, Any]:
    rest = {"weeks": None, "sessions": None, "outcome": "not_stated", **values}
    return {"modality": modality, "status": status, **rest, "evidence": [quote]}


GOLD = [
    gold(
        "back",
        document_type="visit",
        radicular={"lumbar": region("absent", "Denies leg pain")},
        therapies=[
            course("physical_therapy", "past", "Physical therapy for 8 weeks", weeks=8, outcome="failed"),
            # Wrong on purpose: the note says that it is taken now.
            course("nsaid", "planned", "Takes ibuprofen daily"),
        ],
    ),
    gold("leg", document_type="letter", therapies=[course("traction", "past", "Acupuncture tried")]),
    gold("silent"),
]


def write_corpus(folder: Path, notes: dict[str, str], annotations: list[dict[str, Any]]) -> Path:
    (folder / "s" / "notes").mkdir(parents=True)
    for name, text in notes.items():
        (folder / "s" / "notes" / f"{name}.txt").write_bytes(text.encode("utf-8"))
    lines = "".join(json.dumps(g) + "\n" for g in annotations)
    (folder / "s" / "gold.jsonl").write_text(lines, encoding="utf-8")
    (folder / "corpus.yaml").write_text(
        "name: small\ntitle: small\nversion: '1'\nlicence: Apache-2.0\nkind: charts\n"
        "guidelines: {file: GUIDELINES.md, version: '1'}\nsets: {s: {split: dev, writer: w}}\n",
        encoding="utf-8",
    )
    return folder


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small corpus."""
    notes = {"back": BACK, "leg": LEG, "silent": SILENT}
    return write_corpus(tmp_path_factory.mktemp("small") / "corpus", notes, GOLD)


@pytest.fixture(scope="session")
def marker() -> str:
    """A word that stands in the text of every note of the small corpus."""
    return MARKER


@pytest.fixture(scope="session")
def evaluation(small: Path) -> Evaluation:
    return evaluate(load_corpus(small), resamples=50)
