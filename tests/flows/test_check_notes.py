"""The flow with a real Prefect server, started once: counts, resumption, no note text outside the store."""

import base64
import json
import os
import stat
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

import pytest

pytest.importorskip("prefect", reason="Prefect is not installed")
pytestmark = pytest.mark.slow

MARKER = "Qxj-planted-marker-5519"
#: The marker in every section that the product knows by name, and in the lines that give facts.
NOTE = "\n".join(
    f"{heading}: {text} {MARKER}."
    for heading, text in (
        ("PATIENT", "J. Doe"),
        ("CHIEF COMPLAINT", "low back pain"),
        ("HISTORY OF PRESENT ILLNESS", "Pain for 9 months shoots down the left leg to the foot"),
        ("PAST MEDICAL HISTORY", "diabetes"),
        ("PAST SURGICAL HISTORY", "L4-5 fusion in 2019"),
        ("FAMILY HISTORY", "mother with sciatica"),
        ("MEDICATIONS", "ibuprofen 800 mg for 8 weeks without relief"),
        ("PRIOR TREATMENT", "physical therapy for 8 weeks failed"),
        ("PROCEDURE", "medial branch block L3, L4 with 80 % relief"),
        ("PHYSICAL EXAM", "straight leg raise positive on the left"),
        ("IMAGING", "MRI 01/02/2026: L4-5 stenosis"),
        ("ASSESSMENT", "M47.816 spondylosis without radiculopathy"),
        ("PLAN", "64635, 64636 radiofrequency ablation L4-5, L5-S1"),
    )
)
PROGRAM = textwrap.dedent(
    """
    import json, sys
    from flows.check_notes import check_notes
    from pipeline import assess

    real = assess.build_case
    def broken(extractor, case_id, documents, *rest):
        if case_id == "breaks":
            raise LookupError(documents[0].text)
        return real(extractor, case_id, documents, *rest)
    assess.build_case = broken
    runs = [check_notes(sys.argv[1], sys.argv[2], batch_size=2) for _ in range(2)]
    print("COUNTS " + json.dumps(runs))
    """
)


@dataclass(frozen=True)
class Ran:
    """A finished run: its folder of temporary and Prefect files, its store, and all that it said."""

    home: Path
    temporary: Path
    store: Path
    said: bytes
    first: dict[str, int]
    second: dict[str, int]


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    root = tmp_path_factory.mktemp("flow")
    notes, home, temporary = root / "in", root / "cache" / "notewarrant" / "prefect", root / "tmp"
    notes.mkdir()
    temporary.mkdir()
    for i in range(4):
        (notes / f"note-{i}.txt").write_text(f"{NOTE}\n{i}\n")
    (notes / "breaks.txt").write_text(NOTE)
    (notes / "binary.txt").write_bytes(b"\x00\x01" * 40 + MARKER.encode())
    (notes / "bad.txt").write_text(NOTE)
    (notes / "bad.case.json").write_text(json.dumps({"cpt": ["no code"]}))
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")}
    environment |= {
        "XDG_CACHE_HOME": str(root / "cache"), "TMPDIR": str(temporary),
        "PYTHONPATH": str(Path(__file__).parents[2]),
        # Everything that could be logged is logged, and into Prefect's database too.
        "PREFECT_LOGGING_LEVEL": "DEBUG", "PREFECT_LOGGING_TO_API_ENABLED": "true",
    }  # fmt: skip
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(notes), str(root / "s.sqlite")],
        capture_output=True, timeout=400, env=environment, check=False,
    )  # fmt: skip
    assert run.returncode == 0, f"the flow ended with {run.returncode}"
    line = next(x for x in run.stdout.decode().splitlines() if x.startswith("COUNTS "))
    first, second = json.loads(line.removeprefix("COUNTS "))
    return Ran(home, temporary, root / "s.sqlite", run.stdout + run.stderr, first, second)


def shapes(marker: str) -> list[bytes]:
    """The marker as text, as UTF-16, and inside base64 at each of its three alignments."""
    raw = marker.encode()
    coded = [base64.b64encode(b"x" * shift + raw)[4:-4] for shift in range(3)]
    return [raw, marker.encode("utf-16-le"), raw.hex().encode(), *coded]


def holds(data: bytes) -> bool:
    return any(shape in data for shape in shapes(MARKER))


def test_one_failing_note_leaves_the_others_done(ran: Ran) -> None:
    assert ran.first == {
        "queued": 0, "leased": 0, "done": 4, "dead": 3, "superseded": 0, "erased": 0, "started": 7,
    }  # fmt: skip


def test_a_second_run_finds_nothing_to_do(ran: Ran) -> None:
    assert ran.second == {**ran.first, "started": 0}


def test_progress_is_shown(ran: Ran) -> None:
    assert b"case" in ran.said
    assert b"100%" in ran.said


def test_the_probe_finds_the_marker_where_it_may_be(ran: Ran) -> None:
    assert holds(ran.store.read_bytes())
    assert holds(base64.b64encode(b"some pickle " + MARKER.encode() + b" more"))


def test_no_note_text_is_said_or_kept_outside_the_store(ran: Ran) -> None:
    assert not holds(ran.said)
    kept = [p for folder in (ran.home, ran.temporary) for p in folder.rglob("*") if p.is_file()]
    assert any(p.name.startswith("prefect.db") for p in kept), (
        "Prefect's database is among what was looked at"
    )
    assert [p.name for p in kept if holds(p.read_bytes())] == []


def test_prefect_keeps_to_its_own_private_home(ran: Ran) -> None:
    files = [p for p in ran.home.rglob("*") if p.is_file()]
    assert files
    assert {stat.S_IMODE(p.stat().st_mode) & 0o077 for p in [ran.home, *files]} == {0}
    assert stat.S_IMODE(ran.store.stat().st_mode) == 0o600
