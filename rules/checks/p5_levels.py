"""P5: the joints of a session against the most that the policy covers, and codes that it excludes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from rules import levels as lv
from rules.assessment import Remedy
from rules.bounds import Interval
from rules.checks.base import Check, Draft, listed, service
from rules.checks.claim_lines import agree, codes_of, places
from rules.checks.joint_counts import Session, sessions, stray, told
from rules.policy import PolicyView
from rules.threshold import Threshold
from rules.view import FACET, CaseView


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold the codes and the joints of every session against the policy."""
    if policy.has("noncovered_level_codes"):
        yield from _excluded(view, policy)
    cap = policy.threshold("levels_per_session")
    each_side = policy.flag("levels_counted_per_side")
    for session in sessions(view):
        yield _judge(session, cap, each_side, policy)


def _excluded(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Drafts for requested codes that the policy does not cover."""
    excluded = policy.words("noncovered_level_codes")
    for code in codes_of(view.lines(FACET)):
        if code in excluded:
            yield Draft(
                "not_met",
                f"{code} ({service(code).title}) is for levels that {policy.policy.title} does not cover.",
                code,
                headline=f"{policy.policy.title} does not cover {code}",
                evidence=places(line for line in view.lines() if line.cpt == code),
                codes=(service(code),),
                parameters=(policy.parameter("noncovered_level_codes"),),
                remedies=(Remedy(action=f"Request the levels that are covered, without {code}"),),
            )


def _counts(session: Session, each_side: bool) -> tuple[Interval | None, Interval]:
    """Return the joints that are named, None where none is, and those that the units stand for."""
    by_side = [session.units(side) for side in session.sides]
    least, most = (max(ends) for ends in zip(*((u.low, u.high) for u in by_side), strict=True))
    if not each_side:
        # A right and a left line may be for one joint or for two.
        most = max(most, float(sum(line.units for line in session.lines)))
    units = Interval(least, most)
    if not session.joints():
        return None, units
    named = session.joints() if not each_side else max((session.joints(s) for s in session.sides), key=len)
    lost = stray(session.levels)
    return Interval(len(named), math.inf if lost or session.incomplete else len(named)), units


def _judge(session: Session, cap: Threshold, each_side: bool, policy: PolicyView) -> Draft:
    """Draft for one session."""
    named, units = _counts(session, each_side)
    codes = codes_of(session.lines)
    joints = lv.in_order(session.joints())
    base: dict[str, Any] = {
        "subject": session.code,
        "evidence": session.evidence,
        "codes": tuple(service(c) for c in codes),
        "parameters": (cap.parameter,),
    }
    asked = (
        f"{agree(codes, 'asks', 'ask')} for {told(units)} by their units"
        if units.low == units.high
        else (f"{agree(codes, 'asks', 'ask')} for {units.low:.0f} or more joints by their units")
    )
    said = f"{asked}; the joints named are {listed(joints)}" if joints else asked
    rule = f"{policy.policy.title} covers {cap.told} a session{' and side' if each_side else ''}"
    verdicts = {cap.holds(count) for count in (named, units) if count is not None}
    if verdicts == {True}:
        return Draft("met", f"{said}. {rule}.", **base)
    if verdicts == {False} and _one_region(session, cap):
        return Draft(
            "not_met",
            f"{said}. {rule}.",
            headline=f"more joints are asked for in one session than {policy.policy.title} covers "
            f"({cap.figure})",
            remedies=(
                Remedy(action=f"Request the joints that the record supports best, {cap.told} a session"),
            ),
            **base,
        )
    return Draft(
        "needs_review",
        f"{said}. {rule}; whether the session stays within that, the request leaves open.",
        headline=f"how many joints {listed(codes)} are for",
        asks=("The facet joints to be treated in the session, side by side",),
        **base,
    )


def _one_region(session: Session, cap: Threshold) -> bool:
    """Whether one region alone has too many joints; neck and upper back share a code, and policies differ."""
    joints = session.joints()
    if not joints:
        return True
    by_region = [sum(1 for j in joints if r in lv.regions((j,))) for r in sorted(lv.regions(joints))]
    return not all(cap.holds_for(count) for count in by_region)


CHECK = Check(
    slug="levels-per-session",
    ref="P5",
    title="Joints in one session",
    compares="the facet joints asked for on one day in one region with the most that the policy covers, "
    "and codes for further levels",
    severity="major",
    references=("lcd-l38801", "a57787-levels", "evicore-cmm-208"),
    run=run,
    families=FACET,
    parameters=("levels_per_session",),
    optional=("noncovered_level_codes", "levels_counted_per_side"),
)
