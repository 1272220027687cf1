"""F2: injection sessions in a region within the policy's window, and diagnostic blocks at one place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rules.bounds import Interval
from rules.checks.base import Check, Draft, evidence, listed, quoted
from rules.checks.coverage import at_place, place_name, target_of
from rules.checks.frequency import capped, told
from rules.checks.past_injections import (
    FACET_BLOCK,
    KINDS,
    Purpose,
    injection_lines,
    past_injections,
    purpose_of_request,
    serves,
)
from rules.policy import PolicyView
from rules.sessions import Event, count
from rules.values import Region
from rules.view import CaseView

_FAMILIES = tuple(family for group in KINDS for family in group)
_CAPS: tuple[tuple[Purpose, str], ...] = (
    ("diagnostic", "diagnostic_sessions_per_window"),
    ("therapeutic", "therapeutic_sessions_per_window"),
)
_NAMES = {FACET_BLOCK: "facet block", ("si_joint",): "sacroiliac joint injection"}


def _by_purpose(
    view: CaseView,
    policy: PolicyView,
    families: tuple[str, ...],
    region: Region,
    past: Sequence[Event],
    asked: Purpose | None,
) -> Iterator[Draft]:
    """Hold diagnostic and therapeutic sessions each against their own cap.

    Where the record does not say what the request is for, a cap that is reached goes to a reviewer.
    """
    for purpose, cap in _CAPS:
        if not policy.has(cap) or asked not in (purpose, None):
            continue
        surely = [e for e in past if serves(e.fact, purpose)]
        perhaps = [e for e in past if serves(e.fact, purpose) is None]
        what = f"{purpose} {_NAMES[families]} sessions in the {region} region"
        subject = f"{families[0].replace('_', '-')}-{region}-{purpose}"
        draft = capped(view, policy, cap, what, subject, surely, perhaps)
        if asked is None and draft.outcome == "not_met":
            yield Draft(
                "needs_review",
                f"{draft.message} The record does not say whether the request is for diagnosis or treatment.",
                subject=subject,
                headline=f"whether the requested injection is a {purpose} one, of which too many lie behind",
                evidence=draft.evidence,
                parameters=draft.parameters,
                asks=("Whether the requested injection is for diagnosis or for treatment",),
            )
        else:
            yield draft


def _same_site(view: CaseView, policy: PolicyView, region: Region, past: Sequence[Event]) -> Draft:
    """Hold the diagnostic blocks of each requested joint and side, this one among them, against the cap."""
    most = policy.threshold("diagnostic_blocks_same_site")
    surely = [e for e in past if serves(e.fact, "diagnostic")]
    perhaps = [e for e in past if serves(e.fact, "diagnostic") is None]
    over: list[str] = []
    open_: list[str] = []
    for place in target_of(view, region, FACET_BLOCK).places:
        low = count([e for e in surely if at_place([e.fact], place)]).low + 1
        high = count([e for e in (*surely, *perhaps) if at_place([e.fact], place)]).high + 1
        holds = most.holds(Interval(low, high))
        if holds is not True:
            (open_ if holds is None else over).append(f"{told(Interval(low, high))} at {place_name(place)}")
    proof = evidence(e.fact for e in (*surely, *perhaps))
    subject = f"facet-block-{region}-site"
    if not proof:
        return Draft("not_applicable", f"No earlier diagnostic block is documented ({region}).", subject)
    base: dict[str, Any] = {"subject": subject, "evidence": proof, "parameters": (most.parameter,)}
    limit = f"{policy.policy.title} allows {most.told} of the same joint and side"
    if over:
        return Draft(
            "not_met",
            f"{limit}; with the requested one there are {listed(over)} ({quoted(proof, most=3)}).",
            headline=f"with the requested one there are more than {most.figure}: {listed(over)}",
            **base,
        )
    if open_:
        return Draft(
            "needs_review",
            f"{limit}; with the requested one there are {listed(open_)} ({quoted(proof, most=3)}).",
            headline=f"how many diagnostic blocks there are with the requested one ({listed(open_)})",
            asks=("The date, levels and side of each earlier block",),
            **base,
        )
    return Draft("met", f"{limit}: {quoted(proof, most=3)}.", **base)


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold the sessions of each requested kind and region against the caps that the policy states."""
    drafts: list[Draft] = []
    for families, kinds in KINDS.items():
        if not injection_lines(view, families):
            continue
        for region in view.requested_regions(families):
            past = past_injections(view, kinds, region)
            if families == ("epidural",):
                if policy.has("epidural_sessions_per_window"):
                    what = f"epidural sessions in the {region} region"
                    cap = "epidural_sessions_per_window"
                    drafts.append(capped(view, policy, cap, what, f"epidural-{region}", past))
                continue
            asked = purpose_of_request(view, policy, families, region)
            drafts += _by_purpose(view, policy, families, region, past, asked)
            site = families == FACET_BLOCK and policy.has("diagnostic_blocks_same_site")
            if site and asked != "therapeutic":
                drafts.append(_same_site(view, policy, region, past))
    yield from drafts or [Draft("not_applicable", "The policy caps no session of the requested kind.")]


CHECK = Check(
    slug="injection-frequency",
    ref="F2",
    title="Injections within the policy's window",
    compares="the diagnostic, therapeutic or epidural sessions of a region within the policy's months, and "
    "diagnostic blocks at one joint and side, with the policy's caps",
    severity="major",
    references=("lcd-l38801", "esi-l39240", "memo-frequency", "memo-uhc-blocks"),
    run=run,
    families=_FAMILIES,
    optional=(
        "diagnostic_sessions_per_window",
        "therapeutic_sessions_per_window",
        "epidural_sessions_per_window",
        "session_window_months",
        "diagnostic_blocks_same_site",
        "diagnostic_modifier",
    ),
)
