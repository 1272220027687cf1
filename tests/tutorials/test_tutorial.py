"""The tutorials are true: their commands print what they show, and the phrase is really missing."""

import importlib.util
import sys
from pathlib import Path

import pytest

from extractors.families import all_families

_SPEC = importlib.util.spec_from_file_location("tutorial_steps", Path(__file__).with_name("tutorial.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
tutorial = importlib.util.module_from_spec(_SPEC)
sys.modules["tutorial_steps"] = tutorial
_SPEC.loader.exec_module(tutorial)

REFRESH = "where the figures moved for a reason, run: python tests/tutorials/tutorial.py"


@pytest.mark.parametrize("path", tutorial.PAGES, ids=lambda p: p.stem)
def test_every_command_prints_what_is_shown(path: Path) -> None:
    page = path.read_text("utf-8")
    assert len(tutorial.steps(page)) >= 5
    with tutorial.reader():
        for step, printed in tutorial.outputs(page):
            assert tutorial.agrees(step.shown, printed), f"{step.command}; {REFRESH}\n{printed}"


def test_the_pages_are_those_that_there_are() -> None:
    assert [p.stem for p in tutorial.PAGES] == ["tutorial-lexicon", "tutorial-policy"]


def test_the_phrase_moves_the_score_and_is_in_no_lexicon() -> None:
    page = tutorial.PAGES[0].read_text("utf-8")
    last = tutorial.steps(page)[-1].shown
    assert "mended 1, broke 0" in last
    assert not [
        e.id
        for f in all_families()
        for e in f.lexicon.entries
        for text in (*e.literals, *e.patterns, *e.cased)
        if "belt thing" in text
    ], "the tutorial's phrase was added: choose another one for it"


@pytest.mark.parametrize(
    ("shown", "printed", "want"),
    [
        ("a\n...\nz\n", "a\nb\nz\n", True),
        ("a\n...\nz\n", "a\nz\n", True),
        ("a\nz\n", "a\nb\nz\n", False),
        ("a\n", "a\nb\n", False),
        ("score 0.9\n", "score 0.8\n", False),
        ("...\nscore 0.9\n...\n", "x\nscore 0.9\ny\n", True),
        ("against 20260101T000000Z-0123abcd\n", "against RUN\n", True),
    ],
)
def test_agreement_is_line_by_line(shown: str, printed: str, want: bool) -> None:
    assert tutorial.agrees(shown, printed) is want


def test_refreshing_takes_the_same_lines_with_new_figures() -> None:
    shown = "...\ntherapies.f1  0.9\n...\nmended 1, broke 0\n"
    printed = "head\ntherapies.f1  0.95\nother 3\nmended 2, broke 0\n"
    assert tutorial.refreshed(shown, printed) == "...\ntherapies.f1  0.95\n...\nmended 2, broke 0\n"
    with pytest.raises(AssertionError, match="no line like"):
        tutorial.refreshed("gone 1\n", printed)
