"""The table of scores in the README holds what floors.yaml and the second reading say."""

from __future__ import annotations

import re

from .readme_scores import README, SPLITS, table


def test_the_readme_holds_todays_table() -> None:
    text = README.read_text(encoding="utf-8")
    assert table() in text, "python tests/house/readme_scores.py writes it anew"


def test_the_table_has_a_figure_of_every_split_in_every_row() -> None:
    rows = [line for line in table().splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 10
    for row in rows:
        assert len(re.findall(r"\d", row)) >= len(SPLITS), row
