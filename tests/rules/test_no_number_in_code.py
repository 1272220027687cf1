"""No figure of a payer stands in a check's code: weeks, per cent, counts and days come from tables."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import rules.checks as checks

FILES = sorted(Path(checks.__file__).parent.glob("*.py"))
#: Numbers that are no figure of a payer, by file, with the reason.
ALLOWED: dict[tuple[str, float], str] = {
    ("base.py", 140): "characters of a quote that is shown",
    ("base.py", 2): "two words are joined by and",
    ("c1_icd_valid.py", 12): "codes that a message lists",
    ("c3_excludes1.py", 2): "an exclusion lies between two codes",
    ("chronology.py", 3): "a date has year, month and day",
    ("benefit.py", 100): "nothing exceeds 100 per cent",
    ("missing_blocks.py", 100): "nothing exceeds 100 per cent",
    ("missing_blocks.py", 2): "both sides are two",
    ("p3_bilateral_lines.py", 2): "one line a side makes two",
}
#: Keywords that say how many quotes a message shows.
SHOWN = {"most", "width"}


def _number(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
    )


def _free(tree: ast.AST) -> set[ast.AST]:
    """Numbers that only cut characters out of a code, or say how much of a record a message shows."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Slice):
            found.update(ast.walk(node))
        if isinstance(node, ast.keyword) and node.arg in SHOWN:
            found.update(ast.walk(node.value))
    return found


def numbers(source: str) -> list[tuple[int, float]]:
    """Line and value of what might be a figure: any number above 2, and a 2 that something is held to."""
    tree = ast.parse(source)
    free = _free(tree)
    held: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            held.update(n for side in (node.left, *node.comparators) for n in ast.walk(side))
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if _number(node) and node not in free and node.value not in ((0, 1) if node in held else (0, 1, 2))
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_no_number_in_the_code_of_a_check(path):
    found = [
        (line, value) for line, value in numbers(path.read_text("utf-8")) if (path.name, value) not in ALLOWED
    ]
    assert not found, "a figure belongs into a policy, a code table or rules/measures.yaml"


def test_every_exception_is_still_needed():
    there = {(path.name, value) for path in FILES for _, value in numbers(path.read_text("utf-8"))}
    assert set(ALLOWED) <= there


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("if weeks >= 6: pass", [6]),
        ("if 80 <= relief: pass", [80]),
        ("if len(blocks) < 2: pass", [2]),
        ("LIMIT = 3653", [3653]),
        ("timedelta(days=14)", [14]),
        ("x = weeks * 7.5", [7.5]),
        ("def run(view, least=50): pass", [50]),
        ("if weeks - 3 > 0: pass", [3]),
        ("if blocks > 1: pass", []),
        ("x = parts[2]", []),
        ("x = code[6:7]", []),
        ("quoted(proof, most=3)", []),
        ("x = True", []),
    ],
)
def test_the_rule_sees_a_figure(source, found):
    assert [value for _, value in numbers(source)] == found
