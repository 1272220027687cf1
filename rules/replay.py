"""A stored case under another policy, or under today's rules: does the answer flip, and why."""

from __future__ import annotations

import datetime as dt

from rules.assessment import Answer, Assessment, Finding, Outcome
from rules.case import Frozen
from rules.engine import assess
from rules.policy import Policy
from rules.threshold import worded


class Turned(Frozen):
    """A finding whose outcome differs; None where one side does not have it."""

    finding: str
    title: str
    before: Outcome | None
    after: Outcome | None
    #: The figures of the new policy that the finding used: ``diagnostic_block_count at least 2 blocks``.
    figures: tuple[str, ...] = ()


class Replayed(Frozen):
    """One case before and after; ``turned`` names what carries the difference, without any text of a note."""

    case_id: str
    on: dt.date | None
    before_policy: str
    after_policy: str
    before: Answer
    after: Answer
    turned: tuple[Turned, ...] = ()

    @property
    def flips(self) -> bool:
        """Whether the answer differs."""
        return self.before != self.after


def _figures(finding: Finding | None) -> tuple[str, ...]:
    return tuple(
        f"{p.name} {worded(p.comparison, p.value, p.unit)}".rstrip()
        for p in (finding.parameters if finding else ())
        if not isinstance(p.value, list)
    )


def replay(stored: Assessment, policy: Policy, on: dt.date | None = None) -> Replayed:
    """Assess a stored case anew.

    Parameters
    ----------
    stored
        An assessment with its case.
    policy
        The policy to hold the case against now.
    on
        The day asked; by default the one of the stored assessment.
    """
    day = on or stored.on
    now = assess(stored.case, policy, day)
    old = {f.id: f for f in stored.findings if f.outcome != "not_applicable"}
    new = {f.id: f for f in now.findings if f.outcome != "not_applicable"}
    turned = []
    for name in dict.fromkeys((*old, *new)):
        before, after = old.get(name), new.get(name)
        if (before and before.outcome) == (after and after.outcome):
            continue
        shown = after or before
        turned.append(
            Turned(
                finding=name,
                title=shown.title if shown else "",
                before=before.outcome if before else None,
                after=after.outcome if after else None,
                figures=_figures(after),
            )
        )
    return Replayed(
        case_id=stored.case_id,
        on=day,
        before_policy=f"{stored.versions.get('policy', stored.policy)}",
        after_policy=now.versions["policy"],
        before=stored.determination.answer,
        after=now.determination.answer,
        turned=tuple(turned),
    )
