"""The page that lists the checks agrees with the register."""

from __future__ import annotations

from pathlib import Path

import rules
from rules.checks import CATALOGUE
from rules.policy import load_policy

PAGE = Path(rules.__file__).parent / "checks" / "README.md"


def row(check):
    use = load_policy("guideline").checks.get(check.slug)
    role = (
        "always"
        if use is None
        else "payer only"
        if use.payer_only
        else "required"
        if use.required
        else "shown"
    )
    return f"| {check.ref} | `{check.slug}` | {check.compares} | {check.severity} | {role} |"


def test_page_lists_every_check():
    text = PAGE.read_text("utf-8")
    for check in CATALOGUE:
        assert row(check) in text, f"write this row into rules/checks/README.md: {row(check)}"
