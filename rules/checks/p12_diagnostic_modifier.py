"""P12: the modifier that marks a facet block as diagnostic, and how often it may be used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.blocks import facet_blocks
from rules.bounds import Interval, number
from rules.case import Fact
from rules.checks.base import Check, Draft, evidence, listed, quoted, service
from rules.checks.claim_lines import codes_of, places
from rules.checks.joint_counts import BLOCK_KINDS, Session, sessions
from rules.checks.stated import stated
from rules.codes import cpt
from rules.policy import PolicyView
from rules.sessions import count, event_of
from rules.threshold import Threshold
from rules.values import Injection
from rules.view import CaseView

_FAMILIES = ("facet_block",)


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look at the modifiers of every session of facet blocks."""
    for session in sessions(view):
        if session.family in _FAMILIES:
            yield _judge(view, policy, session)


def _past(view: CaseView, session: Session) -> tuple[Fact[Injection], ...]:
    """Past facet blocks of the session's part of the spine that the record does not call therapeutic."""
    regions = set(view.requested_regions(_FAMILIES)) & set(cpt.GROUP_REGIONS[session.group])
    blocks = {f.id: f for r in sorted(regions) for f in facet_blocks(view, r).done}
    return tuple(f for f in blocks.values() if f.value.purpose != "therapeutic")


def _told(before: Interval) -> str:
    """Tell a count: ``2``, ``1 to 2``."""
    low, high = number(before.low), number(before.high)
    return low if low == high else f"{low} to {high}"


def _purposes(view: CaseView) -> tuple[tuple[Fact[Injection], ...], set[str | None]]:
    """Return the planned facet blocks that say what they are for, and what they say."""
    planned = stated(
        view,
        (
            f
            for f in view.case.injections
            if f.value.kind in BLOCK_KINDS and f.value.status == "planned" and f.value.purpose
        ),
        "purpose of the planned block",
    )
    return planned, {f.value.purpose for f in planned}


def _judge(view: CaseView, policy: PolicyView, session: Session) -> Draft:
    """Draft for one session."""
    marks = policy.words("diagnostic_modifier")
    limit = (
        policy.threshold("diagnostic_modifier_sessions")
        if policy.has("diagnostic_modifier_sessions")
        else None
    )
    past = _past(view, session)
    before = count([event_of(view, f) for f in past])
    planned, purposes = _purposes(view)
    marked = [x for x in session.lines if set(x.modifiers) & set(marks)]
    base: dict[str, Any] = {
        "subject": session.code,
        "evidence": (*places(session.lines), *evidence(planned), *evidence(past)),
        "codes": tuple(service(c) for c in codes_of(session.lines)),
        "parameters": (policy.parameter("diagnostic_modifier"), *((limit.parameter,) if limit else ())),
    }
    mark, codes = listed(marks, "or"), f"session of {listed(codes_of(session.lines))}"
    if marked and len(marked) < len(session.lines):
        return Draft(
            "needs_review",
            f"Modifier {mark} stands on {len(marked)} of {len(session.lines)} lines of the session; it "
            "belongs on every line of a diagnostic block and on none of a therapeutic one.",
            headline=f"which lines of the {codes} are diagnostic",
            **base,
        )
    if marked and purposes == {"therapeutic"}:
        return Draft(
            "needs_review",
            f"Modifier {mark} marks the {codes} as diagnostic; the record plans a therapeutic block "
            f"({quoted(evidence(planned))}).",
            headline=f"whether the {codes} is diagnostic or therapeutic",
            **base,
        )
    if marked:
        return _counted(limit, before, mark, codes, past, base)
    if purposes == {"therapeutic"}:
        return Draft("met", f"The {codes} is planned as therapeutic and has no modifier {mark}.", **base)
    if not purposes and limit is not None and _room(limit, before) is False:
        return Draft(
            "met",
            f"{_told(before)} earlier sessions are documented, and the {codes} has no modifier {mark}: it "
            "counts as therapeutic.",
            **base,
        )
    said = (
        f"is planned as diagnostic ({quoted(evidence(planned))})" if purposes else "may be a diagnostic block"
    )
    return Draft(
        "needs_review",
        f"The {codes} {said} and has no modifier {mark}; without it {policy.policy.title} counts it as "
        "therapeutic.",
        headline=f"whether the {codes} is diagnostic and lacks modifier {mark}",
        asks=("Whether the block is diagnostic or therapeutic",) if not purposes else (),
        **base,
    )


def _room(limit: Threshold, before: Interval) -> bool | None:
    """Whether one more diagnostic session stays within the limit; None where the dates leave it open."""
    return limit.holds(Interval(before.low + 1, before.high + 1))


def _counted(
    limit: Threshold | None,
    before: Interval,
    mark: str,
    codes: str,
    past: tuple[Fact[Injection], ...],
    base: dict[str, Any],
) -> Draft:
    """Draft where every line is marked as diagnostic."""
    if limit is None or _room(limit, before) is True:
        return Draft("met", f"The {codes} has modifier {mark} on every line.", **base)
    return Draft(
        "needs_review",
        f"The {codes} has modifier {mark}, and {_told(before)} earlier sessions are documented "
        f"({quoted(evidence(past), most=3)}); the modifier is for {limit.told}.",
        headline=f"why a further diagnostic session is marked with {mark}",
        asks=("A statement why a further diagnostic block is needed",),
        **base,
    )


CHECK = Check(
    slug="diagnostic-modifier",
    ref="P12",
    title="Modifier of diagnostic blocks",
    compares="the modifier on facet block lines with the purpose stated for the block and the sessions "
    "before it",
    severity="minor",
    references=("lcd-l38801",),
    run=run,
    families=_FAMILIES,
    parameters=("diagnostic_modifier",),
    optional=("diagnostic_modifier_sessions",),
)
