"""The rule base itself: checks cited, figures dated, severities reachable, every check exercised."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import get_args

import pytest

import rules.checks as checks
from rules.advice import CONDITIONS
from rules.assessment import Outcome, Severity
from rules.checks import CATALOGUE
from rules.codes import cpt
from rules.engine import assess
from rules.policy_files import available_policies, load_policy
from rules.references import register

from .conftest import CASES, load_file

SLUGS = [check.slug for check in CATALOGUE]
POLICIES = available_policies()
#: An outcome that a reviewer has to act on, and one that lets the request pass.
FIRING = {"contradiction", "not_met", "needs_review", "not_documented"}


def test_slugs_and_refs_are_unique_and_well_formed():
    assert len(set(SLUGS)) == len(SLUGS)
    refs = [check.ref for check in CATALOGUE]
    assert len(set(refs)) == len(refs)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) for slug in SLUGS)


@pytest.mark.parametrize("check", CATALOGUE, ids=SLUGS)
def test_check_is_declared_whole(check):
    assert check.references, "a check without a source"
    assert set(check.references) <= set(register())
    assert check.title
    assert check.compares
    assert check.version
    assert check.severity in get_args(Severity)
    if check.families is not None:
        known = {entry.family for entry in cpt.table().values()}
        assert set(check.families) <= known


def test_every_check_stands_in_a_file_of_its_own():
    folder = Path(checks.__file__).parent
    files = {check.run.__module__.rsplit(".", 1)[-1] for check in CATALOGUE}
    assert len(files) == len(CATALOGUE)
    for check in CATALOGUE:
        stem = check.run.__module__.rsplit(".", 1)[-1]
        assert (folder / f"{stem}.py").is_file()
        assert stem.startswith(f"{check.ref.split('-')[0].lower()}_"), f"{check.ref} stands in {stem}.py"


@pytest.mark.parametrize("name", POLICIES)
def test_policy_speaks_of_what_there_is(name):
    policy = load_policy(name)
    assert set(policy.checks) <= set(SLUGS)
    for parameter in policy.parameters.values():
        assert parameter.values
        assert policy.source(parameter.reference)
        assert parameter.last_verified >= policy.effective_from
    spoken = {word for part in (*policy.pathways, *policy.pitfalls) for word in part.when}
    assert spoken <= set(CONDITIONS)


@pytest.mark.parametrize("name", POLICIES)
def test_parameter_as_trusted_as_its_source(name):
    """A figure is never called better verified than the source that it cites."""
    order = {"seed": 0, "secondary": 1, "primary": 2, "unverified": 0}
    policy = load_policy(name)
    for key, parameter in policy.parameters.items():
        source = policy.source(parameter.reference).verification
        assert order[parameter.verification] <= order[source] or parameter.verification == source, key


@pytest.mark.parametrize("name", POLICIES)
def test_policy_states_the_figures_of_its_checks_and_no_others(name):
    policy = load_policy(name)
    used = [check for check in CATALOGUE if check.slug in policy.checks or check.always]
    needed = {p for check in used if check.slug in policy.checks for p in check.parameters}
    assert needed <= set(policy.parameters)
    assert set(policy.parameters) <= needed | {p for check in used for p in check.optional}


def test_every_source_is_cited_somewhere():
    cited = {ref for check in CATALOGUE for ref in check.references}
    for name in POLICIES:
        policy = load_policy(name)
        own = {p.reference for p in policy.parameters.values()}
        own |= {ref for part in (*policy.pathways, *policy.pitfalls) for ref in part.references}
        own |= {ref for use in policy.checks.values() for ref in use.references}
        assert set(policy.references) <= own, name
        cited |= own - set(policy.references)
    assert set(register()) == cited


@pytest.fixture(scope="module")
def seen(all_rule_cases, build_case, build_policy):
    """Outcomes and severities by ref, and the names of the cases that speak of a ref."""
    outcomes, severities, named = defaultdict(set), set(), defaultdict(set)
    for stem, spec in all_rule_cases:
        for finding in assess(build_case(spec), build_policy(spec), on=spec.get("day")).findings:
            outcomes[finding.ref].add(finding.outcome)
            severities.add(finding.severity)
        for key in spec["expect"]:
            for check in CATALOGUE:
                if key == check.ref or key.startswith(f"{check.ref}-"):
                    named[check.ref].add((stem, spec["name"]))
    return outcomes, severities, named


@pytest.mark.parametrize("check", CATALOGUE, ids=SLUGS)
def test_check_has_cases_that_fire_and_that_do_not(check, seen):
    outcomes, _, named = seen
    assert len(named[check.ref]) >= 4
    assert outcomes[check.ref] & FIRING
    assert outcomes[check.ref] - FIRING


def test_every_severity_and_outcome_is_reached(seen):
    outcomes, severities, _ = seen
    assert severities == set(get_args(Severity))
    assert set().union(*outcomes.values()) == set(get_args(Outcome))


KINDS = {
    "positive", "negative", "boundary", "not_documented", "other_region", "other_side", "date",
}  # fmt: skip


@pytest.mark.parametrize("ref", [check.ref for check in CATALOGUE])
def test_cases_are_of_every_kind_that_can_be(ref):
    """Every kind of case stands in the files of a check, or a header says why it cannot be."""
    covered, exempt = set(), {}
    for path in CASES.glob("*.yaml"):
        if path.stem.split("_")[0] != ref:
            continue
        head, rows = load_file(path)
        exempt |= head.get("exempt", {})
        for row in rows:
            kinds = row.get("kind", [])
            covered |= {kinds} if isinstance(kinds, str) else set(kinds)
    assert covered <= KINDS
    assert covered | set(exempt) == KINDS
    assert all(reason.strip() for reason in exempt.values())


def test_case_names_are_unique(all_rule_cases):
    names = [(stem, spec["name"]) for stem, spec in all_rule_cases]
    assert len(set(names)) == len(names)
