"""How a message names the policy whose criterion it tells."""

from __future__ import annotations

from rules.policy import PolicyView


def under(policy: PolicyView, slug: str) -> str:
    """Say under whose rule a criterion holds: ``under “General guideline”``.

    A policy that only raises the point has no such rule of its own: ``under some payers' policies``.
    """
    use = policy.policy.checks.get(slug)
    if use is not None and (use.payer_only or use.raises):
        return "under some payers' policies"
    return f"under “{policy.policy.title}”"
