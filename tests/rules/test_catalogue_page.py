"""The page that lists the checks is what the register writes."""

from __future__ import annotations

from rules.checks import CATALOGUE
from rules.register import PAGE, page


def test_page_is_what_the_register_writes():
    text = PAGE.read_text("utf-8")
    assert text == page(text), "run: make register"


def test_page_lists_every_check():
    text = PAGE.read_text("utf-8")
    assert all(f"| {check.ref} | `{check.slug}` |" in text for check in CATALOGUE)
