"""How many sessions lie in a window that reaches back from the day asked, against what a policy allows."""

from __future__ import annotations

from collections.abc import Sequence

from rules.assessment import Parameter
from rules.bounds import Interval, number
from rules.checks.base import Draft, evidence, quoted
from rules.durations import back
from rules.policy import PolicyView
from rules.sessions import Event, count
from rules.view import CaseView


def told(found: Interval) -> str:
    """Return a count in words: ``3``, ``2 to 4``."""
    low, high = number(found.low), number(found.high)
    return low if low == high else f"{low} to {high}"


def sessions_with_this_one(
    view: CaseView, policy: PolicyView, surely: Sequence[Event], perhaps: Sequence[Event] = ()
) -> Interval:
    """Return how many sessions the policy's window holds, the requested one among them.

    Parameters
    ----------
    surely, perhaps
        Past procedures that are of the kind counted, and those that may be.
    """
    if view.on is None:
        return Interval(1, count((*surely, *perhaps)).high + 1)
    after = back(view.on, policy.threshold("session_window_months"))
    low = count(surely, after, view.on).low
    return Interval(low + 1, count((*surely, *perhaps), after, view.on).high + 1)


def in_window(view: CaseView, policy: PolicyView, events: Sequence[Event]) -> tuple[Event, ...]:
    """Return the procedures that can lie in the policy's window."""
    if view.on is None:
        return tuple(events)
    after = back(view.on, policy.threshold("session_window_months"))
    return tuple(e for e in events if e.last > after)


def capped(
    view: CaseView,
    policy: PolicyView,
    cap: str,
    what: str,
    subject: str,
    surely: Sequence[Event],
    perhaps: Sequence[Event] = (),
) -> Draft:
    """Hold the sessions of the window against the policy's cap.

    Parameters
    ----------
    cap
        Name of the parameter.
    what
        What is counted, in words: ``ablation sessions in the lumbar region``.
    subject
        Of the draft.
    """
    most, window = policy.threshold(cap), policy.threshold("session_window_months")
    base: tuple[Parameter, ...] = (most.parameter, window.parameter)
    events = in_window(view, policy, (*surely, *perhaps))
    facts = [e.fact for e in events]
    if not (surely or perhaps):
        return Draft("not_applicable", f"No earlier {what} are documented.", subject=subject, parameters=base)
    found = sessions_with_this_one(view, policy, surely, perhaps)
    limit = f"{policy.policy.title} allows {most.told} in {window.figure}"
    proof = evidence(facts)
    said = f": {quoted(proof, most=3)}" if proof else ""
    counted = (
        f"The record gives {told(found)} {what} in {window.figure}, this request among them{said}. {limit}."
    )
    holds = most.holds(found)
    if holds is None:
        return Draft(
            "needs_review",
            f"{counted} The dates that are documented leave open which of them lie in that time.",
            subject=subject,
            headline=f"how many {what} lie in {window.figure}",
            evidence=proof,
            parameters=base,
            asks=("The dates of the earlier sessions, by day",),
        )
    return Draft(
        "met" if holds else "not_met",
        counted,
        subject=subject,
        headline="" if holds else f"{told(found)} {what} in {window.figure}, where {most.told} are allowed",
        evidence=proof,
        parameters=base,
    )
