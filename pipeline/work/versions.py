"""Versions under which this process works."""

from __future__ import annotations

from pipeline import assess
from pipeline.policies import known_policies, policy_named
from pipeline.store import digest
from rules.versions import versions


def run_versions(policy: str) -> dict[str, str]:
    """Versions of everything that shapes a result under the policy, as the assessment will name them."""
    return {**assess.versions(), **versions(policy_named(policy))}


def own_digests() -> dict[str, str]:
    """Digest of this process's versions by policy: what it may claim."""
    return {policy: digest(run_versions(policy)) for policy in known_policies()}
