"""Every source has a date, and an address or the reason for having none."""

from __future__ import annotations

import pytest
import yaml

from rules.assessment import Citation
from rules.checks import CATALOGUE
from rules.policy_files import available_policies, load_policy
from rules.references import register

OWN = [
    (name, key, source)
    for name in available_policies()
    for key, source in load_policy(name).references.items()
]
EVERY = [("references.yaml", key, source) for key, source in register().items()] + OWN


def fault(source: Citation) -> str | None:
    """What a source lacks."""
    if not (source.dated or source.read):
        return "no date"
    if source.href and not source.href.startswith(("https://", "http://")):
        return "the address is none"
    if bool(source.href) == bool(source.unaddressed):
        return "an address, or the reason for none: one of the two"
    return None


@pytest.mark.parametrize(("place", "key", "source"), EVERY, ids=[f"{p}: {k}" for p, k, _ in EVERY])
def test_a_source_has_a_date_and_an_address_or_a_reason(place, key, source):
    assert fault(source) is None
    assert source.title
    if source.dated and source.read:
        assert source.dated <= source.read


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{title: A, href: 'https://example.org', verification: secondary}", "no date"),
        ("{title: A, read: 2026-01-01, verification: secondary}", "the reason for none"),
        ("{title: A, href: 'https://a.org', unaddressed: b, read: 2026-01-01, verification: seed}", "one of"),
        ("{title: A, href: 'ftp://a.org', dated: 2026-01-01, verification: seed}", "the address is none"),
    ],
)
def test_a_faulty_source_is_found(text, words):
    assert words in fault(Citation.model_validate(yaml.safe_load(text)))


def test_every_reference_resolves():
    for check in CATALOGUE:
        assert set(check.references) <= set(register())
    for name in available_policies():
        policy = load_policy(name)
        keys = [p.reference for p in policy.parameters.values()]
        keys += [key for use in policy.checks.values() for key in use.references]
        keys += [key for part in (*policy.pathways, *policy.pitfalls) for key in part.references]
        for key in keys:
            assert fault(policy.source(key)) is None
