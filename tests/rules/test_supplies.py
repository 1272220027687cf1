"""A fact that a silent check says would settle it does settle it, and spoils nothing else."""

from __future__ import annotations

import datetime as dt

import pytest

from rules.case import Case, Fact
from rules.engine import day_of, weigh

#: Checks whose silences say which fact would settle them.
CHECKED = ("A", "B", "D", "F", "P")
WRONG = ("not_documented", "not_met", "contradiction")


def with_supplies(case: Case, supplies) -> Case:
    """The case with the facts added to its latest document, as a what-if adds them: without a quote."""
    document = max(case.documents, key=lambda d: (d.kind == "visit", d.date or dt.date.min))
    added: dict[str, list[Fact]] = {}
    for n, supply in enumerate(supplies):
        fact_type = Case.model_fields[supply.family].annotation.__args__[0]
        fact = fact_type(
            id=f"supplied-{n}",
            document=document.id,
            start=4000 + 100 * n,
            end=4000 + 100 * n,
            quote="",
            extractor="what-if",
            version="1",
            value=supply.value,
        )
        added.setdefault(supply.family, []).append(fact)
    return case.model_copy(update={name: (*getattr(case, name), *facts) for name, facts in added.items()})


def test_supplied_facts_settle_a_silence(rule_case, build_case, build_policy):
    stem, spec = rule_case
    if not stem.startswith(CHECKED):
        pytest.skip("another group of checks")
    case, policy = build_case(spec), build_policy(spec)
    day = spec.get("day") or day_of(case)
    if all(d.date and day and d.date > day for d in case.documents):
        pytest.skip("no document up to the day that could tell it")
    before = {w.finding.id: w for w in weigh(case, policy, day)}
    for name, words in spec.get("supplies", {}).items():
        assert [s.words for s in before[name].draft.supplies] == words
    for name, weighed in before.items():
        if weighed.finding.outcome != "not_documented" or not weighed.draft.supplies:
            continue
        after = {w.finding.id: w for w in weigh(with_supplies(case, weighed.draft.supplies), policy, day)}
        assert after[name].finding.outcome == "met", f"{name}: {after[name].finding.message}"
        worse = {
            other
            for other, w in after.items()
            if w.finding.outcome in ("not_met", "contradiction")
            and (other not in before or before[other].finding.outcome not in WRONG)
        }
        assert not worse, f"{name} supplies what makes {worse} fail"


def test_a_supply_is_told_as_a_clause(all_rule_cases, build_case, build_policy):
    told = set()
    for stem, spec in all_rule_cases:
        if stem.startswith(CHECKED):
            case = build_case(spec)
            for w in weigh(case, build_policy(spec), spec.get("day") or day_of(case)):
                told |= {s.words for s in w.draft.supplies}
    assert told
    for words in told:
        assert words == words.strip().rstrip(".")
        assert words[0].islower(), words
