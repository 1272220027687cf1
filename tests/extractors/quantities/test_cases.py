"""The case table: each sentence gives exactly the listed values, and every span is a true slice."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from extractors import quantities as q

TABLE = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8"))


def _day(d: q.DateMention) -> str:
    if d.value:
        return d.value.isoformat()
    return f"--{d.month:02d}" + (f"-{d.day:02d}" if d.day else "")


READ: dict[str, Callable[[str], Any]] = {
    "durations": lambda t: [[round(d.value_days, 2), d.kind] for d in q.find_durations(t)],
    "levels": lambda t: q.levels(t),
    "nerves": lambda t: q.levels(t, as_nerves=True),
    "regions": lambda t: q.region_of_levels(q.levels(t)),
    "laterality": q.laterality,
    "percents": lambda t: [[p.value, p.role] for p in q.find_percents(t)],
    "relief": lambda t: [[r.percent, r.source] for r in q.find_relief(t)],
    "scores": lambda t: [s.value for s in q.find_scores(t)],
    "dates": lambda t: [_day(d) for d in q.find_dates(t)],
    "ranges": lambda t: [r.weeks for r in q.find_date_ranges(t)],
    "since": lambda t: [s.event or _day(s.date) for s in q.find_since(t) if s.date or s.event],
    "sessions": lambda t: [s.count for s in q.find_sessions(t)],
    "numbers": lambda t: [n.value for n in q.find_numbers(t)],
}
FINDERS = (
    q.find_durations, q.find_levels, q.find_laterality, q.find_percents, q.find_relief, q.find_scores,
    q.find_dates, q.find_date_ranges, q.find_since, q.find_sessions, q.find_numbers,
)  # fmt: skip
CASES = [(name, case["text"], case["want"]) for name, rows in TABLE.items() for case in rows]


@pytest.mark.parametrize(("name", "text", "want"), CASES, ids=[f"{n}: {t}" for n, t, _ in CASES])
def test_case(name: str, text: str, want: Any) -> None:
    assert READ[name](text) == want


def test_the_table_is_broad_and_has_negatives() -> None:
    assert len(CASES) >= 150
    for name in ("durations", "levels", "relief", "scores", "dates", "sessions"):
        assert any(want == [] for n, _, want in CASES if n == name), name


@pytest.mark.parametrize("find", FINDERS, ids=lambda f: f.__name__)
def test_base_moves_every_offset(find: Callable[..., list[Any]]) -> None:
    for _, text, _ in CASES:
        here, moved = find(text), find(text, base=1000)
        assert [(m.start + 1000, m.end + 1000) for m in here] == [(m.start, m.end) for m in moved]
        assert all(0 <= m.start < m.end <= len(text) for m in here)


@pytest.mark.parametrize("find", FINDERS, ids=lambda f: f.__name__)
def test_mentions_do_not_overlap(find: Callable[..., list[Any]]) -> None:
    for _, text, _ in CASES:
        spans = [(m.start, m.end) for m in find(text)]
        assert all(a[1] <= b[0] for a, b in pairwise(spans)), text
