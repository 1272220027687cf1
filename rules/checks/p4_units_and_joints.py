"""P4: the joints that the named levels or nerves mean against the units asked for."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from rules import levels as lv
from rules.assessment import Remedy
from rules.checks.base import Check, Draft, listed, service
from rules.checks.claim_lines import BILATERAL, codes_of, sides_of
from rules.checks.claim_lines import told as as_billed
from rules.checks.joint_counts import Session, sessions, stray, told
from rules.policy import PolicyView
from rules.view import FACET, CaseView


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Count joints and units of every session, each side by itself."""
    for session in sessions(view):
        yield _judge(session)


def _judge(session: Session) -> Draft:
    """Draft for one session."""
    codes = codes_of(session.lines)
    base: dict[str, Any] = {
        "subject": session.code,
        "evidence": session.evidence,
        "codes": tuple(service(c) for c in codes),
    }
    if not session.levels:
        return Draft(
            "not_applicable",
            "Neither the lines nor a planned or performed procedure of the record name joints for "
            f"{listed(codes)}, so that there is nothing to hold the units against.",
            **base,
        )
    lost = stray(session.levels)
    if lost:
        return Draft(
            "needs_review",
            f"The record names {listed(session.levels)} for {listed(codes)}; which facet joints "
            f"{listed(lost)} stands for cannot be told, so that the units are not held against it.",
            headline=f"which joints are meant by {listed(lost)}",
            asks=(f"The facet joints (not the nerves) for which {listed(codes)} are requested",),
            **base,
        )
    means = _meaning(session)
    off = [s for s in session.sides if not _fits(session, s)]
    if not off:
        return Draft("met", f"{means} The units of {listed(codes)} agree with that.", **base)
    side = off[0]
    count, joints = session.units(side), session.joints(side)
    if len(joints) < count.low and _open(session, side):
        return Draft(
            "needs_review",
            f"{means} {as_billed(session.lines)} stand for {told(count)}; whether that is more joints, or "
            "each side counted by itself, the claim does not tell.",
            headline=f"which joints the units of {listed(codes)} are for",
            asks=(f"The joint of each unit of {listed(codes)}",),
            **base,
        )
    where = f" on the {side} side" if side else ""
    return Draft(
        "contradiction",
        f"{means} {as_billed(session.lines)} stand for {told(count)}{where}, and {_joints(len(joints))} "
        f"{'is' if len(joints) == 1 else 'are'} named there. A level is a joint and not a nerve, and both "
        "sides of one joint are one level.",
        headline=f"{listed(codes)} stand for {told(count)}, while {_joints(len(joints))} "
        f"{'is' if len(joints) == 1 else 'are'} named",
        remedies=(
            Remedy(
                action="State the joints to be treated, and request one unit for each of them: the primary "
                "code for the first, an add-on unit for each further one",
                codes=base["codes"],
            ),
        ),
        **base,
    )


def _joints(count: int) -> str:
    return f"{count} joint{'' if count == 1 else 's'}"


def _fits(session: Session, side: str) -> bool:
    count = session.units(side)
    return count.low <= len(session.joints(side)) <= count.high


def _open(session: Session, side: str) -> bool:
    """Whether more units than joints have another reading: a line without levels, or sides counted singly."""
    readings = []
    recorded = {s for had, _ in session.named for s in had} if session.told_by else set()
    for line in session.lines:
        had = sides_of(line) or recorded
        if not had or side in had:
            singly = len(had) > 1 and BILATERAL not in line.modifiers and line.units % len(had) == 0
            readings.append({line.units, line.units // len(had)} if singly else {line.units})
    joints = len(session.joints(side))
    return session.incomplete or any(sum(units) == joints for units in itertools.product(*readings))


def _meaning(session: Session) -> str:
    """Say which joints the names mean (the nerves L3, L4 and L5 mean L4-L5 and L5-S1)."""
    joints = lv.in_order(session.joints())
    nerves = [level for level in session.levels if not lv.segments(level)]
    whole = [level for level in session.levels if lv.segments(level)]
    if not nerves:
        return f"The joints named are {listed(joints)}: {_joints(len(joints))}."
    beside = f" beside {listed(whole)}" if whole else ""
    return f"The nerves {listed(nerves)}{beside} mean {listed(joints)}: {_joints(len(joints))}."


CHECK = Check(
    slug="units-and-joints",
    ref="P4",
    title="Units against joints",
    compares="the joints that named levels or nerves mean with the units of the facet codes",
    severity="major",
    references=("a58350-levels", "a57787-levels"),
    run=run,
    families=FACET,
    version="2",
    always=True,
)
