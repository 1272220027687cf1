"""The evaluation flow with a real Prefect server: scores and counts come out, and no word of a note."""

import json
import os
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("prefect", reason="Prefect is not installed")
pytestmark = pytest.mark.slow

MARKER = "Qxj-planted-marker-7731"
NOTE = f"HPI: {MARKER} low back pain for 2 years. Physical therapy for 8 weeks failed {{}}.\n"
#: Two runs, the second with a note that breaks the product; a fault that quotes a note; no corpus.
PROGRAM = textwrap.dedent(
    """
    import json, sys
    from flows.evaluate_corpus import evaluate_corpus
    from pipeline.errors import NotewarrantError
    from pipeline.evaluation import evaluator, predict

    corpus, runs, nowhere = sys.argv[1:]
    out = [evaluate_corpus(corpus, runs, name="first")]
    real = predict.build_case
    def broken(extractor, case_id, documents, *rest):
        if case_id == "n1":
            raise LookupError(documents[0].text)
        return real(extractor, case_id, documents, *rest)
    predict.build_case = broken
    out.append(evaluate_corpus(corpus, runs, against="first"))
    def worse(note, prediction):
        raise LookupError(note.text)
    evaluator.judged = worse
    for path in (corpus, nowhere):
        try:
            evaluate_corpus(path, runs)
        except NotewarrantError as error:
            out.append([type(error).__name__, str(error)])
    print("RESULTS " + json.dumps(out))
    """
)


@dataclass(frozen=True)
class Ran:
    """Finished runs: folders of temporary, Prefect's and run files, all that was said, and what came back."""

    kept: list[Path]
    runs: list[Path]
    said: bytes
    out: list[Any]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    root = tmp_path_factory.mktemp("evaluation")
    corpus, runs, temporary = root / "corpus", root / "runs", root / "tmp"
    (corpus / "notes").mkdir(parents=True)
    temporary.mkdir()
    lines = []
    for i in range(3):
        (corpus / "notes" / f"n{i}.txt").write_text(NOTE.format(i))
        therapy = {
            "modality": "physical_therapy", "status": "past", "weeks": 8, "sessions": None,
            "outcome": "failed",
            "evidence": [f"{MARKER} low back pain for 2 years. Physical therapy for 8 weeks failed"],
        }  # fmt: skip
        lines.append(json.dumps({"note_id": f"n{i}", "therapies": [therapy]}) + "\n")
    (corpus / "gold.jsonl").write_text("".join(lines))
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")}
    environment |= {
        "XDG_CACHE_HOME": str(root / "cache"), "TMPDIR": str(temporary),
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PREFECT_LOGGING_LEVEL": "DEBUG", "PREFECT_LOGGING_TO_API_ENABLED": "true",
    }  # fmt: skip
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(corpus), str(runs), str(root / "nowhere")],
        capture_output=True, timeout=400, env=environment, check=False,
    )  # fmt: skip
    assert run.returncode == 0, f"the flow ended with {run.returncode}"
    line = next(x for x in run.stdout.decode().splitlines() if x.startswith("RESULTS "))
    kept = [p for folder in (root / "cache", temporary) for p in folder.rglob("*") if p.is_file()]
    out = json.loads(line.removeprefix("RESULTS "))
    return Ran(kept, sorted(runs.iterdir()), run.stdout + run.stderr, out)


def test_scores_and_counts_come_out(ran: Ran) -> None:
    first = ran.out[0]
    assert first["scores"]["therapies.f1"] == 1.0
    assert first["counts"]["notes"] == 3
    assert first["counts"]["failed"] == 0
    assert first["run"] in {p.stem for p in ran.runs}


def test_a_note_that_breaks_the_product_counts_as_missed(ran: Ran) -> None:
    second = ran.out[1]
    assert second["counts"]["failed"] == 1
    assert second["scores"]["therapies.recall"] == pytest.approx(2 / 3)
    assert second["counts"]["broke"] >= 1


def test_a_fault_leaves_as_its_class_and_an_error_as_its_message(ran: Ran) -> None:
    (fault, said), (missing, told) = ran.out[2:]
    assert fault == "InternalFault"
    assert "LookupError" in said
    assert missing == "CorpusError"
    assert "nowhere" in told


def test_no_note_text_is_said_or_kept(ran: Ran) -> None:
    # Prefect's database is among what is looked at.
    assert any(p.name.startswith("prefect.db") for p in ran.kept)
    assert MARKER.encode() not in ran.said
    assert [p.name for p in (*ran.kept, *ran.runs) if MARKER.encode() in p.read_bytes()] == []
