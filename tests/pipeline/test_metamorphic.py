"""What must change the answer, and what must not, through the whole path."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.assess import assess_text
from rules.assessment import Assessment

S1 = (
    "DATE OF VISIT: 03/02/2026\n\nHPI\nChronic low back pain related to radiculitis/radiculopathy. "
    "Physical therapy from 09/01/2025 to 11/03/2025 without lasting benefit.\n"
    "Bilateral L3, L4 medial branch and L5 dorsal ramus block on 01/12/2026 gave 80% relief for 6 hours.\n\n"
    "EXAM\nFacet loading positive bilaterally.\n\n"
    "ASSESSMENT\nSpondylosis without myelopathy or radiculopathy, lumbar region, M47.816.\n\n"
    "PLAN\nRequest 64635-50 at L4-5 and 64636-50 at L5-S1.\n"
)
SENTENCE = "Chronic low back pain related to radiculitis/radiculopathy."


def outcome(assessment: Assessment, ref: str) -> set[str]:
    return {f.outcome for f in assessment.findings if f.ref == ref}


def test_s1_names_code_quote_source_and_remedies() -> None:
    a = assess_text(S1)
    [found] = [f for f in a.findings if f.ref == "A1" and f.outcome == "contradiction"]
    assert "M47.816" in found.message
    assert any("radiculitis/radiculopathy" in e.quote for e in found.evidence)
    assert all(S1[e.start : e.end] == e.quote for e in found.evidence)
    assert any("ICD-10-CM" in c.title for c in found.citations)
    codes = {c.code for r in found.remedies for c in r.codes}
    assert {"M47.26", "M51.16", "M54.16"} <= codes
    assert any("epidural" in r.action for r in found.remedies)
    assert a.determination.answer == "not_supported_as_coded"
    assert found.id in a.determination.because


REMOVES: dict[str, Callable[[str], str]] = {
    "denied": lambda t: t.replace(SENTENCE, "Patient denies " + SENTENCE[0].lower() + SENTENCE[1:]),
    "negated": lambda t: t.replace(SENTENCE, "Chronic low back pain with no radiculitis or radiculopathy."),
    "a relative's": lambda t: t.replace(
        SENTENCE, "Chronic low back pain.\n\nFAMILY HISTORY\nMother: radiculitis/radiculopathy.\n\nHPI\n"
    ),
    "dropped": lambda t: t.replace(SENTENCE, "Chronic low back pain."),
    "another region's code": lambda t: t.replace("M47.816", "M47.812"),
    "the radicular code": lambda t: t.replace("M47.816", "M54.16"),
}


@pytest.mark.parametrize("change", REMOVES.values(), ids=REMOVES.keys())
def test_the_contradiction_goes(change: Callable[[str], str]) -> None:
    changed = change(S1)
    assert changed != S1
    assert "contradiction" not in outcome(assess_text(changed), "A1")


KEEPS: dict[str, Callable[[str], str]] = {
    "CRLF": lambda t: t.replace("\n", "\r\n"),
    "blank lines": lambda t: t.replace("\n\n", "\n\n\n\n"),
    "heading case": lambda t: (
        t.replace("HPI", "Hpi:").replace("ASSESSMENT", "Assessment:").replace("PLAN", "Plan:")
    ),
    "an unrelated section": lambda t: t + "\nSOCIAL HISTORY\nLives alone, two cats.\n",
    "dashes": lambda t: t.replace("L4-5", "L4–5").replace("L5-S1", "L5–S1"),
    "slashes": lambda t: t.replace("L4-5", "L4/5").replace("L5-S1", "L5/S1"),
    "words for digits": lambda t: t.replace("6 hours", "six hours"),
    "the patient's name": lambda t: "Patient: Q. Example\n" + t,
}


@pytest.mark.parametrize("change", KEEPS.values(), ids=KEEPS.keys())
def test_the_outcomes_stay(change: Callable[[str], str]) -> None:
    def table(text: str) -> list[tuple[str, str]]:
        return [(f.id, f.outcome) for f in assess_text(text).findings]

    assert table(change(S1)) == table(S1)


@pytest.mark.parametrize(
    ("weeks", "want"), [("5 weeks", "not_met"), ("6 weeks", "met"), ("six weeks", "met"), ("42 days", "met")]
)
def test_conservative_care_crosses_its_threshold(weeks: str, want: str) -> None:
    text = S1.replace(
        "from 09/01/2025 to 11/03/2025 without lasting benefit", f"for {weeks} without lasting benefit"
    )
    assert outcome(assess_text(text), "A4") == {want}


@pytest.mark.parametrize(("percent", "want"), [("50", "not_met"), ("51", "met"), ("80", "met")])
def test_block_relief_crosses_its_threshold(percent: str, want: str) -> None:
    assert outcome(assess_text(S1.replace("80% relief", f"{percent}% relief")), "A6") == {want}


def test_same_input_gives_the_same_bytes_in_two_processes(tmp_path: Path) -> None:
    note = tmp_path / "s1.txt"
    note.write_text(S1, encoding="utf-8")
    command = [
        sys.executable,
        "-c",
        "import sys; from pipeline.cli import main; sys.exit(main())",
        "check",
        str(note),
    ]
    runs = [
        subprocess.run(
            [*command, "--format", "json"],
            capture_output=True,
            env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
            cwd=Path(__file__).parents[2],
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert len(runs[0]) > 1000
