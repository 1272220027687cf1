"""Rates by week, without any judgement: shares of results, and facts a document. No case, no text."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pipeline.store import Store
from pipeline.watch.weeks import Tally, Week, tally

#: By "kind name"; shares of results, but for facts a document, a mean.
Rates = dict[str, float]


def rates(seen: Tally) -> Rates:
    """The rates of some results; none where there are no results."""
    n = seen.results
    if not n:
        return {}
    out = {f"answer {name}": k / n for name, k in seen.answers.items()}
    out |= {f"finding {name}": k / n for name, k in seen.findings.items()}
    for name, facts in seen.facts.items():
        out[f"results with a fact {name}"] = facts.present / n
        out[f"facts a document {name}"] = facts.total / n
    return dict(sorted(out.items()))


def by_week(store: Store, weeks: Sequence[Week]) -> list[tuple[Week, int, Rates]]:
    """Each week with its results and their rates."""
    seen = [(week, tally(store, [week])) for week in weeks]
    return [(week, t.results, rates(t)) for week, t in seen]


def rates_json(found: Sequence[tuple[Week, int, Rates]]) -> str:
    """As JSON; a rate that a week does not name is zero, where the week has results."""
    weeks = [{"week": str(week), "results": n, "rates": its} for week, n, its in found]
    return json.dumps({"form": "notewarrant-rates/1", "weeks": weeks}, indent=2)


def rates_text(found: Sequence[tuple[Week, int, Rates]]) -> str:
    """As a table, a week a column."""
    names = sorted({name for _, _, its in found for name in its})
    wide = max([len(name) for name in names] + [len("results")])

    def cell(name: str, n: int, its: Rates) -> str:
        rate = its.get(name, 0.0)
        shown = f"{rate:.2f}" if name.startswith("facts a document") else f"{rate:.1%}"
        return f"{shown if n else '-':>9}"

    lines = [" " * wide + "".join(f" {week!s:>9}" for week, _, _ in found)]
    lines.append(f"{'results':<{wide}}" + "".join(f" {n:>9,}" for _, n, _ in found))
    lines += [f"{name:<{wide}}" + "".join(f" {cell(name, n, its)}" for _, n, its in found) for name in names]
    return "\n".join(lines)
