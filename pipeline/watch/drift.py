"""Drift: whether a week's shares of facts, findings and answers differ from a baseline's.

A share is held against the baseline's by Fisher's exact test, the mean number of facts a document by Welch's
t-test (facts of a document come in clusters, so that a Poisson test would cry wolf). Over all these tests
together the expected share of false alarms is bounded (Benjamini-Hochberg). With many documents a difference
too small to matter is certain too: so it must also be of some size.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import BaseModel
from scipy import stats

from pipeline.store import Store
from pipeline.watch.weeks import Baseline, Facts, Tally, Week, tally

Verdict = Literal["drifted", "steady", "too_few"]
Kind = Literal["answer", "finding", "documents_with_fact", "facts_a_document"]

#: Expected share of false ones among the differences that are reported.
FALSE_ALARMS: Final = 0.01
#: Cohen's h (shares) and d (means): 0.2 is what he calls a small effect (Statistical Power Analysis, 1988).
LEAST_EFFECT: Final = 0.2
#: A rare thing that became so many times as frequent counts too, or so many times as rare.
LEAST_RATIO: Final = 2.0
#: An effect without bound (no spread at all) is told as this one.
_MOST: Final = 99.0


class Change(BaseModel):
    """One quantity, in the week and in the baseline.

    Attributes
    ----------
    kind
        answer, finding, documents_with_fact: shares of results; facts_a_document: a mean.
    week, baseline
        The share or the mean.
    p
        Of the test, adjusted for the number of tests; None where there are too few documents to test.
    effect
        Cohen's h or d; None as above.
    """

    kind: Kind
    name: str
    week: float
    baseline: float
    p: float | None = None
    effect: float | None = None
    verdict: Verdict


class DriftReport(BaseModel):
    """A week against its baseline; holds no text and no case."""

    form: str = "notewarrant-drift/1"
    week: str
    baseline_weeks: list[str]
    results: int
    baseline_results: int
    #: Results without counts, left out: of an older release.
    uncounted: int
    baseline_uncounted: int
    least_documents: int
    #: Start of the digests of versions that made results of the week and none of the baseline.
    new_versions: list[str]
    verdict: Verdict
    changes: list[Change]

    @property
    def drifted(self) -> list[Change]:
        """What differs, the largest effect first."""
        found = [c for c in self.changes if c.verdict == "drifted"]
        return sorted(found, key=lambda c: (-(c.effect or 0.0), c.kind, c.name))


@dataclass(frozen=True)
class _Tested:
    kind: Kind
    name: str
    week: float
    baseline: float
    p: float
    effect: float

    @property
    def matters(self) -> bool:
        low, high = sorted((self.week, self.baseline))
        return self.effect >= LEAST_EFFECT or high >= LEAST_RATIO * low


def _share(kind: Kind, name: str, k: int, n: int, base_k: int, base_n: int) -> _Tested:
    p = float(stats.fisher_exact([[k, n - k], [base_k, base_n - base_k]]).pvalue)
    h = abs(2 * math.asin(math.sqrt(k / n)) - 2 * math.asin(math.sqrt(base_k / base_n)))
    return _Tested(kind, name, k / n, base_k / base_n, p, h)


def _moments(facts: Facts, n: int) -> tuple[float, float]:
    """Mean and variance of the facts a document, over all n results."""
    mean = facts.total / n
    return mean, max(0.0, (facts.squares - n * mean * mean) / (n - 1))


def _mean(name: str, facts: Facts, n: int, base: Facts, base_n: int) -> _Tested:
    mean, variance = _moments(facts, n)
    base_mean, base_variance = _moments(base, base_n)
    spread = math.sqrt((variance + base_variance) / 2)
    if spread < 1e-9:  # every document has the same number, here and there
        same = math.isclose(mean, base_mean, abs_tol=1e-9)
        p, effect = (1.0, 0.0) if same else (0.0, _MOST)
    else:
        found = stats.ttest_ind_from_stats(
            mean, math.sqrt(variance), n, base_mean, math.sqrt(base_variance), base_n, equal_var=False
        )
        p, effect = float(found.pvalue), min(_MOST, abs(mean - base_mean) / spread)
    return _Tested("facts_a_document", name, mean, base_mean, p, effect)


def _tests(week: Tally, base: Tally) -> list[_Tested]:
    n, base_n = week.results, base.results
    out: list[_Tested] = []
    for kind, here, there in (
        ("answer", week.answers, base.answers),
        ("finding", week.findings, base.findings),
    ):
        out += [
            _share(kind, name, here.get(name, 0), n, there.get(name, 0), base_n)  # type: ignore[arg-type]
            for name in sorted(here.keys() | there.keys())
        ]
    none = Facts()
    for name in sorted(week.facts.keys() | base.facts.keys()):
        facts, base_facts = week.facts.get(name, none), base.facts.get(name, none)
        out.append(_share("documents_with_fact", name, facts.present, n, base_facts.present, base_n))
        out.append(_mean(name, facts, n, base_facts, base_n))
    return out


def _judged(tests: Sequence[_Tested]) -> list[Change]:
    if not tests:
        return []
    adjusted = stats.false_discovery_control([t.p for t in tests], method="bh")
    return [
        Change(
            kind=t.kind, name=t.name, week=t.week, baseline=t.baseline, p=float(p), effect=t.effect,
            verdict="drifted" if p < FALSE_ALARMS and t.matters else "steady",
        )
        for t, p in zip(tests, adjusted, strict=True)
    ]  # fmt: skip


def compare(week: Week, seen: Tally, baseline: Baseline, least_documents: int) -> DriftReport:
    """A week's numbers against a baseline's.

    Parameters
    ----------
    week, seen
        The week and its results in numbers.
    baseline
        What they are held against.
    least_documents
        With fewer results than these, there or here, nothing is judged: the verdict is "too_few".
    """
    base = baseline.tally
    # Welch's test needs two of each.
    enough = min(seen.results, base.results) >= max(2, least_documents)
    changes = _judged(_tests(seen, base)) if enough else []
    verdict: Verdict = "too_few" if not enough else "steady"
    if any(c.verdict == "drifted" for c in changes):
        verdict = "drifted"
    return DriftReport(
        week=str(week), baseline_weeks=baseline.weeks, results=seen.results, baseline_results=base.results,
        uncounted=seen.uncounted, baseline_uncounted=base.uncounted, least_documents=least_documents,
        new_versions=sorted(v[:12] for v in seen.versions.keys() - base.versions.keys()),
        verdict=verdict, changes=changes,
    )  # fmt: skip


def drift(store: Store, week: Week, baseline: Baseline, least_documents: int) -> DriftReport:
    """The results of a week in a store against a baseline."""
    return compare(week, tally(store, [week]), baseline, least_documents)
