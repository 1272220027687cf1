"""F9: how diagnostic blocks were done: volume, steroid, a steroid shortly before, duration of the relief."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from rules.bounds import Interval, number
from rules.case import Fact
from rules.checks.base import Check, Draft, evidence, listed, quoted
from rules.checks.coverage import Target, placed_blocks, target_of, why_elsewhere
from rules.checks.past_injections import FACET_BLOCK, KINDS, past_injections, requested_injections, serves
from rules.durations import lasts, told_days
from rules.policy import PolicyView
from rules.sessions import Event, event_of
from rules.values import Injection, Region
from rules.view import FACET, FACET_ABLATION, CaseView


@dataclasses.dataclass(frozen=True)
class _Look:
    """The diagnostic blocks that are looked at: those an ablation rests on, or the requested one."""

    view: CaseView
    policy: PolicyView
    region: Region
    blocks: tuple[Event, ...]
    target: Target
    requested: bool

    def subject(self, what: str) -> str:
        return f"{'block-' if self.requested else ''}{self.region}-{what}"

    @property
    def title(self) -> str:
        return self.policy.policy.title


def _places(found: Sequence[Event]) -> dict[str, Any]:
    return {"evidence": evidence(e.fact for e in found)}


def _volume(look: _Look) -> Draft:
    """Hold the volume of medial branch blocks against the policy's; of a joint's it is not asked."""
    most = look.policy.threshold("block_volume_ml")
    branch = [e for e in look.blocks if e.fact.value.kind == "medial_branch_block"]
    stated = [e for e in branch if e.fact.value.volume_ml is not None]
    over = [e for e in stated if not most.holds_for(e.fact.value.volume_ml)]
    base: dict[str, Any] = {"subject": look.subject("volume"), "parameters": (most.parameter,)}
    if over:
        figures = listed(dict.fromkeys(f"{number(e.fact.value.volume_ml)} ml" for e in over))
        return Draft(
            "not_met",
            f"A medial branch block of {figures} a site is documented "
            f"({quoted(evidence(e.fact for e in over))}); {look.title} allows {most.told}.",
            headline=f"a medial branch block of {figures} a site, where {most.told} are allowed",
            **_places(over),
            **base,
        )
    if branch and len(stated) == len(branch):
        return Draft("met", f"Every medial branch block kept {most.told} a site.", **_places(branch), **base)
    if not branch:
        return Draft("not_applicable", f"No medial branch block is documented ({look.region}).", **base)
    return Draft(
        "not_documented",
        f"The record does not state the volume of every medial branch block; {look.title} allows "
        f"{most.told} a site.",
        headline="the volume of each medial branch block",
        asks=("Volume a site of each medial branch block, in millilitres (its procedure note)",),
        # A limit that may have been kept: silence on it is no missing requirement.
        weighs=False,
        **_places(branch),
        **base,
    )


def _steroid(look: _Look) -> Draft:
    """Look for a steroid in a block that the policy wants done with local anesthetic only."""
    flag = look.policy.parameter("block_anesthetic_only")
    base: dict[str, Any] = {"subject": look.subject("steroid"), "parameters": (flag,)}
    having = [e for e in look.blocks if e.fact.value.steroid]
    asked = f"{look.title} asks for diagnostic blocks with local anesthetic only"
    if having:
        return Draft(
            "not_met",
            f"{asked}; a steroid was or is to be given ({quoted(evidence(e.fact for e in having))}).",
            headline="a diagnostic block with a steroid, where local anesthetic only is asked",
            **_places(having),
            **base,
        )
    if not look.blocks:
        return Draft("not_applicable", f"No diagnostic block is documented ({look.region}).", **base)
    silent = [e for e in look.blocks if e.fact.value.steroid is None]
    if not silent:
        return Draft("met", f"{asked}; the record says so.", **_places(look.blocks), **base)
    return Draft(
        "not_documented",
        f"{asked}; the record does not say whether a steroid was in "
        f"({quoted(evidence(e.fact for e in silent))}).",
        headline="whether each diagnostic block was done with local anesthetic only",
        asks=("The drugs of each diagnostic block (its procedure note)",),
        **_places(silent),
        **base,
    )


def _gap(before: Event, block: Event) -> Interval:
    """Return how many days before the block an injection can have been; below 0 it was after the block."""
    return Interval((block.first - before.last).days, (block.last - before.first).days)


def _steroid_before(look: _Look) -> Draft:
    """Look for an injection of steroid into the joint within the policy's weeks before a block."""
    need = look.policy.threshold("steroid_free_weeks_before_block")
    base: dict[str, Any] = {"subject": look.subject("washout"), "parameters": (need.parameter,)}
    joint = [
        e
        for e in past_injections(look.view, ("facet_intraarticular",), look.region)
        if why_elsewhere(e.fact, look.target) is None and e.fact.value.steroid is not False
    ]
    near: list[Event] = []
    open_: list[Event] = []
    for block in look.blocks:
        for event in joint:
            gap = _gap(event, block)
            if event.fact.id == block.fact.id or gap.high < 0 or lasts(need, gap):
                continue
            sure = gap.low > 0 and lasts(need, gap) is False and _with_steroid(event.fact)
            (near if sure else open_).append(event)
    asked = f"{look.title} asks for {need.told} without steroid in the joint before a diagnostic block"
    if near:
        proof = evidence(e.fact for e in near)
        days = listed(dict.fromkeys(e.when for e in near))
        return Draft(
            "not_met",
            f"{asked}; one of {days} lies nearer ({quoted(proof)}).",
            headline=f"a steroid was injected into the joint ({days}) less than {need.figure} before the "
            "block",
            evidence=proof,
            **base,
        )
    if open_:
        proof = evidence(e.fact for e in open_)
        dated = all(e.told for e in (*open_, *look.blocks)) and all(_with_steroid(e.fact) for e in open_)
        return Draft(
            "needs_review" if dated else "not_documented",
            f"{asked}; of an injection into the joint ({quoted(proof)}) the record leaves open whether it "
            "was so near, or held a steroid.",
            headline="whether an injection into the joint shortly before the block held a steroid"
            if dated
            else "the day and the drugs of the injection into the joint",
            evidence=proof,
            asks=("Day and drugs of each injection into the joint (its procedure note)",),
            **base,
        )
    if not joint or not look.blocks:
        return Draft(
            "not_applicable", f"No steroid injection before a block is documented ({look.region}).", **base
        )
    return Draft("met", f"{asked}; none lies nearer.", evidence=evidence(e.fact for e in joint), **base)


def _with_steroid(fact: Fact[Injection]) -> bool:
    return fact.value.steroid is True or fact.value.purpose == "therapeutic"


def _lasting(look: _Look) -> Draft:
    """Look for how long the relief of each block lasted, so that a reader can hold it against the agent."""
    flag = look.policy.parameter("block_relief_outlasts_anesthetic")
    base: dict[str, Any] = {"subject": look.subject("duration"), "parameters": (flag,)}
    measured = [e for e in look.blocks if e.fact.value.percent_relief is not None]
    if not measured:
        return Draft(
            "not_applicable", f"No block with a figure of relief is documented ({look.region}).", **base
        )
    silent = [e for e in measured if e.fact.value.relief_days is None]
    if silent:
        return Draft(
            "needs_review",
            f"{look.title} asks that the relief last as long as the anesthetic acts; the record does not say "
            f"how long it lasted ({quoted(evidence(e.fact for e in silent))}).",
            headline="how long the relief of each diagnostic block lasted",
            asks=("How long the relief of each diagnostic block lasted, and the anesthetic used",),
            **_places(silent),
            **base,
        )
    told = listed(
        f"{told_days(e.fact.value.relief_days)} ({e.fact.value.agent or 'agent not stated'})"
        for e in measured
    )
    return Draft("met", f"The record says how long the relief lasted: {told}.", **_places(measured), **base)


def _with_drugs(view: CaseView, fact: Fact[Injection]) -> Fact[Injection]:
    """Add what the block's own procedure note says of the drugs, where the statement on the block does not.

    Drugs that are named without a steroid among them mean that none was given.
    """
    if view.kind_of(fact) != "procedure_note":
        return fact
    drugs = [
        f
        for f in view.case.block_agents
        if f.document == fact.document and f.assertion in ("present", "planned")
    ]
    if not drugs:
        return fact
    value = fact.value
    volumes = [f.value.volume_ml for f in drugs if f.value.volume_ml is not None]
    steroid = value.steroid if value.steroid is not None else any(f.value.steroid for f in drugs)
    volume = value.volume_ml if value.volume_ml is not None else max(volumes, default=None)
    view.trail.add(f"drugs in the procedure note of {fact.id}", listed(f.value.agent for f in drugs), drugs)
    return fact.model_copy(
        update={
            "value": value.model_copy(update={"steroid": steroid, "volume_ml": volume}),
            "supporting": (*fact.supporting, *evidence(drugs)),
        }
    )


def _looks(view: CaseView, policy: PolicyView) -> Iterator[_Look]:
    for region in view.requested_regions(FACET_ABLATION):
        placed = placed_blocks(view, region, policy)
        events = tuple(event_of(view, _with_drugs(view, f)) for f in placed.blocks.done)
        yield _Look(view, policy, region, events, placed.target, requested=False)
    for region in view.requested_regions(FACET_BLOCK):
        asked = [
            f
            for f in requested_injections(view, KINDS[FACET_BLOCK], region)
            if serves(f, "diagnostic") is not False
        ]
        on = view.on
        drugs = [_with_drugs(view, f) for f in asked]
        events = tuple(Event(f, on, on, True) if on else event_of(view, f) for f in drugs)
        yield _Look(view, policy, region, events, target_of(view, region, FACET_BLOCK), requested=True)


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look at the blocks that an ablation rests on, or at the requested block, as far as the policy asks."""
    drafts: list[Draft] = []
    for look in _looks(view, policy):
        if policy.has("block_volume_ml"):
            drafts.append(_volume(look))
        if policy.flag("block_anesthetic_only"):
            drafts.append(_steroid(look))
        if policy.has("steroid_free_weeks_before_block"):
            drafts.append(_steroid_before(look))
        if policy.flag("block_relief_outlasts_anesthetic") and not look.requested:
            drafts.append(_lasting(look))
    yield from drafts or [Draft("not_applicable", "The policy asks nothing of how a block is done.")]


CHECK = Check(
    slug="block-conduct",
    ref="F9",
    title="How diagnostic blocks were done",
    compares="volume, steroid, earlier steroid in the joint and duration of relief of diagnostic blocks with "
    "what the policy allows",
    severity="major",
    references=("bcbsnd-rf", "memo-uhc-blocks", "cohen-2020"),
    run=run,
    families=FACET,
    optional=(
        "block_volume_ml",
        "block_anesthetic_only",
        "steroid_free_weeks_before_block",
        "block_relief_outlasts_anesthetic",
        "diagnostic_block_kinds",
    ),
)
