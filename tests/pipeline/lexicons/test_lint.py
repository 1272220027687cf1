"""Planted faults are found, each under its name; the installed lexicons hold none."""

from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.lexicons.firing import Watch
from pipeline.lexicons.lint import lint
from pipeline.lexicons.overlay import families_with
from pipeline.lexicons.source import installed, sources_of

HEAD = "family: therapies\nversion: '1'\nentries:\n"


def planted(folder: Path, entries: str) -> Path:
    file = folder / "therapies.yaml"
    file.write_text(HEAD + entries, encoding="utf-8")
    return file


def codes(path: Path, texts: list[str] | None = None) -> set[tuple[str, str]]:
    return {(f.code, f.entry) for f in lint(sources_of(str(path)), texts).findings}


def test_the_installed_lexicons_have_no_errors() -> None:
    result = lint(sources_of(None))
    assert [f"{f.where}: {f.cause}" for f in result.findings if f.severity == "error"] == []
    assert result.files == len(installed())
    assert result.expressions > 1000


@pytest.mark.parametrize(
    ("entry", "want"),
    [
        ("- {id: x, label: other, literals: [cupping glass]}", ("no_example", "x")),
        ("- {label: other, id: x, literals: [cupping glass], examples: [cupping glass]}", ("key_order", "x")),
        ("- {id: x, label: other, example: [a], literals: [cupping glass]}", ("entry", "x")),
        ("- {id: x, label: other, patterns: ['(cupping'], examples: [cupping]}", ("entry", "x")),
        ("- {id: x, label: other, patterns: ['cup.*glass'], examples: [cup of glass]}", ("unbounded", "x")),
        ("- {id: x, label: other, patterns: ['cup(?:\\w+ ?)+'], examples: [cupping]}", ("catastrophic", "x")),
        (
            "- {id: x, label: other, literals: [cupping glass], examples: [no such words]}",
            ("example_not_matched", "x"),
        ),
        (
            "- {id: x, label: other, literals: [dry cup], examples: [a dry cup]}\n"
            "- {id: y, label: other, literals: [dry cups], examples: [dry cups], "
            "counterexamples: [dry cups]}",
            ("counterexample_fires", "y"),
        ),
        (
            "- {id: x, label: other, patterns: ['[ab]x ?y'], anchors: [zzz], examples: [ax y]}",
            ("example_hidden", "x"),
        ),
        ("- {id: x, label: opioid, literals: [tens unit], examples: [tens unit]}", ("two_meanings", "x")),
        ("- {id: tens, literals: [tens unit], examples: [tens unit]}", ("redundant", "tens")),
        ("- {id: tens, label: opioid, literals: [tensy], examples: [tensy]}", ("label", "tens")),
        ("- {id: x, label: cupping, literals: [dry cup], examples: [dry cup]}", ("label", "x")),
        ("- {id: x, literals: [dry cup], examples: [dry cup]}", ("label", "x")),
        (
            "- {id: tens, literals: [tensy], examples: [tensy], attributes: {class: drug}}",
            ("attributes", "tens"),
        ),
        (
            "- {id: x, label: other, literals: [dry cup], examples: [dry cup]}\n"
            "- {id: x, label: other, literals: [wet cup], examples: [wet cup]}",
            ("duplicate_id", "x"),
        ),
        (
            "- {id: x, label: other, literals: [dry cup], examples: [dry cup]}\n"
            "- {id: y, label: other, patterns: ['\\bdry[ ]cup\\b'], examples: [dry cup]}",
            ("duplicate", "y"),
        ),
        (
            "- {id: x, label: other, literals: [physical], examples: [did physical therapy]}",
            ("shadowed", "x"),
        ),
    ],
    ids=lambda v: v[0] if isinstance(v, tuple) else "",
)
def test_a_planted_fault_is_found(tmp_path: Path, entry: str, want: tuple[str, str]) -> None:
    assert want in codes(planted(tmp_path, f"{entry}\n"))


def test_a_sound_entry_has_no_findings(tmp_path: Path) -> None:
    sound = (
        "- {id: x, label: other, literals: [dry cup], examples: [dry cup], counterexamples: [cup of tea]}\n"
    )
    assert codes(planted(tmp_path, sound)) == set()


def test_an_entry_that_adds_to_an_installed_one_needs_no_label(tmp_path: Path) -> None:
    assert (
        codes(planted(tmp_path, "- {id: tens, literals: [zapper box], examples: [a zapper box]}\n")) == set()
    )


def test_an_entry_that_never_fires_is_dead_on_that_corpus(tmp_path: Path) -> None:
    path = planted(tmp_path, "- {id: x, label: other, literals: [dry cup], examples: [dry cup]}\n")
    assert codes(path, ["She likes tea."]) == {("dead", "x")}
    assert codes(path, ["She tried a dry cup."]) == set()


def test_what_a_user_adds_to_an_installed_entry_may_be_dead_while_that_lives(tmp_path: Path) -> None:
    path = planted(tmp_path, "- {id: tens, literals: [zapper box], examples: [a zapper box]}\n")
    assert codes(path, ["Uses a TENS unit."]) == {("dead", "tens")}
    assert codes(path, ["Uses a zapper box."]) == set()


def test_an_example_of_one_entry_that_a_longer_one_takes(tmp_path: Path) -> None:
    path = planted(tmp_path, "- {id: x, label: opioid, literals: [tens], examples: [a TENS unit at home]}\n")
    (finding,) = [f for f in lint(sources_of(str(path))).findings if f.code == "example_taken"]
    assert "therapies/tens#" in finding.cause


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("a: [", "is no YAML"),
        ("entries: 3", "holds no entries"),
        ("family: nonsense\nentries: []", "names no family"),
        ("[]", "holds no entries"),
    ],
)
def test_a_file_that_is_no_lexicon_is_refused(tmp_path: Path, text: str, cause: str) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=cause):
        sources_of(str(file))


def test_neither_family_nor_path() -> None:
    with pytest.raises(UsageError, match="therapies"):
        sources_of("therapeis")


def test_what_fires_equals_what_the_extractor_reads() -> None:
    """Matches called mentions are the extractor's mentions, place by place."""
    watch = Watch(families_with(None))
    text = (
        "She did PT x6wks and NSAIDs; no relief.\nMRI: moderate stenosis L4-L5.\n\nPlan: TENS unit, L4-5 MBB."
    )
    kept = {(f.name, f.start, f.end) for f in watch.fire(text) if f.fate == "kept"}
    note = watch.note(text)
    read = {(m.name, m.span.start, m.span.end) for s in note.sentences for m in s.mentions}
    assert {name for name, _, _ in kept} == {name for name, _, _ in read}
    assert len(kept) >= 5
    # A mention may be widened to whole tokens; it holds the match.
    assert all(any(n == name and a <= start and end <= b for n, a, b in read) for name, start, end in kept)
