"""The direct answer: which findings carry it, by precedence, in one plain sentence."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from rules.assessment import Determination, Finding
from rules.checks.base import Draft, listed
from rules.policy import Policy

_COVERED = "policy-covers-code"
_IN_FORCE = "policy-in-force"


@dataclasses.dataclass(frozen=True)
class Weighed:
    """A finding with the draft that it was made from."""

    finding: Finding
    draft: Draft


def _clauses(found: Iterable[Weighed]) -> list[str]:
    """Return the headlines, each once."""
    return list(dict.fromkeys(w.draft.headline for w in found if w.draft.headline))


def _ids(found: Iterable[Weighed]) -> tuple[str, ...]:
    return tuple(w.finding.id for w in found)


def _silent(found: Sequence[Weighed]) -> str:
    """Say what is not documented: ``a, b and c are not documented``."""
    nouns = _clauses(found)
    plural = len(nouns) > 1 or (len(nouns) == 1 and nouns[0].startswith("the levels"))
    return f"{listed(nouns)} {'are' if plural else 'is'} not documented" if nouns else ""


def _and_also(unmet: Sequence[Weighed], silent: Sequence[Weighed], review: Sequence[Weighed]) -> str:
    """Add what the first sentence does not carry, for a reader who stops after the answer."""
    parts = []
    if unmet:
        parts.append(f" Not met as well: {'; '.join(_clauses(unmet))}.")
    if silent:
        parts.append(f" Besides, {_silent(silent)}.")
    if review:
        parts.append(f" For a reviewer: {'; '.join(_clauses(review))}.")
    return "".join(parts)


def _supported(policy: Policy, review: Sequence[Weighed]) -> str:
    """Word the answer "supported": never as if all were settled while a required check is not."""
    points = _clauses(review)
    if any(w.finding.required for w in review):
        count = f"{len(points)} point{'s need' if len(points) != 1 else ' needs'} a reviewer"
        return f"Supported on this record as far as documented; {count}: {'; '.join(points)}."
    return (
        f"Supported on this record: every requirement of the {policy.named} is documented as met."
        + _and_also([], [], review)
    )


def _rests_on_unread(finding: Finding) -> bool:
    """Whether a finding is open because a figure of the policy was not read."""
    return finding.outcome == "needs_review" and any(p.value is None for p in finding.parameters)


def determine(weighed: Sequence[Weighed], policy: Policy) -> Determination:
    """Answer by precedence.

    A blocking contradiction gives ``not_supported_as_coded``. Else a policy that is not in force on the day
    holds nothing against the request and supports nothing: ``insufficient_documentation``. Else an unmet
    criterion gives ``not_supported``; else a required point on which the record is silent, a code without
    policy or a criterion whose figure was not read ``insufficient_documentation``; else ``supported``.
    ``because`` names the findings of the class that decided.
    """
    against = [
        w for w in weighed if w.finding.outcome == "contradiction" and w.finding.severity == "blocking"
    ]
    unmet = [w for w in weighed if w.finding.outcome == "not_met"]
    silent = [w for w in weighed if w.finding.outcome == "not_documented" and w.finding.required]
    uncovered = [w for w in weighed if w.finding.check == _COVERED and w.finding.outcome == "needs_review"]
    lapsed = [
        w
        for w in weighed
        if w.finding.check == _IN_FORCE and w.finding.outcome == "needs_review" and w.draft.weighs
    ]
    unread = [w for w in weighed if w.finding.required and _rests_on_unread(w.finding)]
    review = [
        w
        for w in weighed
        if (w.finding.outcome == "needs_review" and w not in (*uncovered, *lapsed, *unread))
        or (w.finding.outcome == "contradiction" and w not in against)
    ]
    if against:
        return Determination(
            answer="not_supported_as_coded",
            statement=f"Not supported as coded: {'; '.join(_clauses(against))}."
            + _and_also(unmet, silent, [*lapsed, *unread]),
            because=_ids(against),
        )
    if lapsed:
        return Determination(
            answer="insufficient_documentation",
            statement=f"Not supported on this record: {'; '.join(_clauses(lapsed))}."
            + _and_also(unmet, silent, review),
            because=_ids(lapsed),
        )
    if unmet:
        return Determination(
            answer="not_supported",
            statement=f"Not supported: {'; '.join(_clauses(unmet))}." + _and_also([], silent, unread),
            because=_ids(unmet),
        )
    open_ = (*uncovered, *unread)
    if silent or open_:
        clauses = [c for c in (*_clauses(open_), _silent(silent)) if c]
        return Determination(
            answer="insufficient_documentation",
            statement=f"Not supported on this record: {'; '.join(clauses)}." + _and_also([], [], review),
            because=_ids((*open_, *silent)),
        )
    carrying = [w for w in weighed if w.finding.outcome == "met" and w.finding.required]
    return Determination(answer="supported", statement=_supported(policy, review), because=_ids(carrying))
