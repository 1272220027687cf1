"""B7: a repeated injection against what the one before achieved, and series that are planned in advance."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from rules.assessment import Parameter
from rules.blocks import relief_of, relief_told
from rules.bounds import Interval, interval
from rules.case import Fact
from rules.checks.base import Check, Draft, Supply, evidence, quoted
from rules.checks.naming import under
from rules.durations import asked_days, lasts, told_days
from rules.policy import PolicyView
from rules.sessions import each_once, event_of, in_time, same_event
from rules.threshold import Threshold
from rules.values import Injection, Region
from rules.view import CaseView, may_lie_in

_SLUG = "repeat-injection-benefit"
_PERCENT = "repeat_injection_relief_percent"
_DURATION = "repeat_injection_relief_duration"
_FUNCTION = "repeat_injection_function_suffices"
_SERIES = "planned_series_excluded"
_KINDS: Mapping[str, tuple[str, ...]] = {
    "epidural": ("epidural", "selective_nerve_root"),
    "facet_block": ("medial_branch_block", "facet_intraarticular"),
    "facet_block_ultrasound": ("medial_branch_block", "facet_intraarticular"),
}
_FAMILIES = tuple(_KINDS)
_ASK = "Relief in per cent, its duration and the gain in function after the earlier injection"
#: One injection is no series.
_ONE = 1


@dataclasses.dataclass(frozen=True)
class _Asked:
    """What the policy asks of the injection before a repeat."""

    percent: Threshold
    duration: Threshold | None
    function: Parameter | None
    under: str

    @property
    def told(self) -> str:
        """The figures in a sentence: ``at least 50 % relief for at least 3 months``."""
        lasting = f" for {self.duration.told}" if self.duration else ""
        gain = ", or a gain in function," if self.function else ""
        return f"{self.percent.told} relief{lasting}{gain}"

    @property
    def shown(self) -> tuple[Parameter, ...]:
        """The figures as a finding shows them."""
        lasting = (self.duration.parameter,) if self.duration else ()
        return (self.percent.parameter, *lasting, *((self.function,) if self.function else ()))


def _of_kind(view: CaseView, family: str, region: Region) -> list[Fact[Injection]]:
    return [
        f
        for f in view.case.injections
        if f.value.kind in _KINDS[family] and may_lie_in(f.value.region, f.value.levels, (region,))
    ]


def _supplies(last: Fact[Injection], asked: _Asked) -> tuple[Supply, ...]:
    """Return the same injection with the benefit that is asked; only where its date tells it from others."""
    value = last.value
    if not value.date:
        return ()
    told: dict[str, Any] = {}
    if value.percent_relief is None:
        told["percent_relief"] = asked.percent.value
        told["percent_bound"] = "more_than" if asked.percent.comparison == "more_than" else "exact"
    if asked.duration:
        told["relief_days"] = asked_days(asked.duration)
        told["relief_days_bound"] = "more_than" if asked.duration.comparison == "more_than" else "exact"
    lasting = f" for {asked.duration.told}" if asked.duration else ""
    words = f"the injection of {value.date} gave {asked.percent.told} relief{lasting}"
    return (Supply("injections", value.model_copy(update=told), words),)


def _lasting(fact: Fact[Injection], asked: _Asked, base: dict[str, Any]) -> Draft:
    """Draft where the relief was enough: how long it lasted, where the policy asks that."""
    figure, proof = relief_told(fact), quoted(evidence([fact]))
    need = asked.duration
    if need is None or fact.value.purpose == "diagnostic":
        return Draft(
            "met", f"The earlier injection gave {figure} relief; {asked.told} is asked {asked.under}.", **base
        )
    days = fact.value.relief_days
    if days is None:
        return Draft(
            "not_documented",
            f"The earlier injection gave {figure} relief ({proof}), and the record does not state for how "
            f"long; {asked.told} is asked {asked.under}.",
            headline="how long the relief after the earlier injection lasted",
            asks=(_ASK,),
            supplies=_supplies(fact, asked),
            **base,
        )
    enough = lasts(need, interval(days, fact.value.relief_days_bound))
    lasted = told_days(days)
    if enough is None:
        return Draft(
            "needs_review",
            f"The earlier injection gave {figure} relief for {lasted} as far as the record bounds it "
            f"({proof}); {asked.told} is asked {asked.under}.",
            headline=f"whether the relief after the earlier injection lasted {need.told}",
            asks=(_ASK,),
            **base,
        )
    if not enough:
        return Draft(
            "not_met",
            f"The earlier injection gave {figure} relief for {lasted} ({proof}); {asked.told} is asked "
            f"{asked.under}.",
            headline=f"the relief after the earlier injection lasted {lasted}, and {need.told} is asked",
            **base,
        )
    return Draft(
        "met",
        f"The earlier injection gave {figure} relief for {lasted}; {asked.told} is asked {asked.under}.",
        **base,
    )


def _told_fullest(view: CaseView, fact: Fact[Injection], past: list[Fact[Injection]]) -> Fact[Injection]:
    """Return the statement of the same injection that also tells how long its relief lasted."""
    if fact.value.relief_days is not None:
        return fact
    event = event_of(view, fact)
    twins = (
        f
        for f in past
        if f.value.relief_days is not None
        and f.value.percent_relief is not None
        and same_event(event, event_of(view, f))
    )
    return next(twins, fact)


def _benefit(view: CaseView, asked: _Asked, family: str, region: Region) -> Draft:
    """Draft on what the latest measured injection of the same kind and region achieved."""
    past = [f for f in _of_kind(view, family, region) if view.is_past(f, f.value.status)]
    before = [e.fact for e in in_time(event_of(view, f) for f in each_once(view, past))]
    subject = f"{family.replace('_', '-')}-{region}"
    measured = [f for f in before if f.value.percent_relief is not None]
    view.trail.add(f"earlier injections, {subject}", f"{len(before)}, {len(measured)} with a figure", before)
    if not before:
        none = f"No earlier injection of this kind is documented ({region})."
        return Draft("not_applicable", none, subject)
    proof = evidence(before)
    base: dict[str, Any] = {"subject": subject, "evidence": proof, "parameters": asked.shown}
    if not measured:
        return Draft(
            "not_documented",
            f"An earlier injection is documented ({quoted(proof)}) without a figure of relief; {asked.told} "
            f"is asked {asked.under}.",
            headline="relief and gain in function after the earlier injection",
            asks=(_ASK,),
            supplies=_supplies(before[-1], asked),
            **base,
        )
    last = _told_fullest(view, measured[-1], past)
    # It is measured: there is an interval.
    relief = relief_of(last) or Interval(0, 0)
    figure, place = relief_told(last), quoted(evidence([last]))
    holds = asked.percent.holds(relief)
    if relief.high == 0:
        return Draft(
            "not_met",
            f"The earlier injection gave no relief ({place}); a repeat is not supported {asked.under}.",
            headline="a repeat is requested of an injection that gave no relief",
            **base,
        )
    if holds:
        return _lasting(last, asked, base)
    if holds is None or asked.function:
        gain = last.value.function_gain_percent
        gained = " A gain in function is documented with it." if gain else ""
        return Draft(
            "needs_review",
            f"The earlier injection gave {figure} relief ({place}); {asked.told} is asked {asked.under}."
            f"{gained}",
            headline="whether the earlier injection helped enough for a repeat",
            asks=("Gain in function and duration of relief after the earlier injection",),
            **base,
        )
    return Draft(
        "not_met",
        f"The earlier injection gave {figure} relief ({place}); {asked.told} is asked {asked.under}.",
        headline=f"the earlier injection gave {figure} relief, and {asked.percent.told} is asked",
        **base,
    )


def _series(view: CaseView, policy: PolicyView, family: str, region: Region) -> Draft | None:
    """Draft on a series planned in advance: each injection must rest on what the one before achieved."""
    planned = [
        f
        for f in _of_kind(view, family, region)
        if f.value.status == "planned"
        and f.assertion in ("present", "planned")
        and (f.value.series or _ONE) > _ONE
    ]
    if not planned:
        return None
    excluded = policy.flag(_SERIES)
    most = max(f.value.series or _ONE for f in planned)
    told = quoted(evidence(planned))
    rule = f"; a planned series is excluded {under(policy, _SLUG)}" if excluded else ""
    return Draft(
        "not_met" if excluded else "needs_review",
        f"A series of {most} injections is planned in advance ({told}). Each must rest on what the one "
        f"before achieved{rule}.",
        subject=f"{family.replace('_', '-')}-{region}-series",
        headline="a series of injections is planned in advance"
        if excluded
        else "whether each injection of the planned series rests on what the one before achieved",
        evidence=evidence(planned),
        parameters=(policy.parameter(_SERIES),) if excluded else (),
        asks=("A plan for one injection, with a review of its result before the next",),
    )


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold the latest measured injection of the same kind and region against the policy's figures."""
    asked = _Asked(
        policy.threshold(_PERCENT),
        policy.threshold(_DURATION) if policy.has(_DURATION) else None,
        policy.parameter(_FUNCTION) if policy.flag(_FUNCTION) else None,
        under(policy, _SLUG),
    )
    for family in _FAMILIES:
        for region in view.requested_regions((family,)):
            yield _benefit(view, asked, family, region)
            series = _series(view, policy, family, region)
            if series:
                yield series


CHECK = Check(
    slug=_SLUG,
    ref="B7",
    title="Benefit of the injection before a repeat",
    compares="a requested injection with relief and its duration after the latest of its kind and region, "
    "and with series planned in advance",
    severity="major",
    references=("seed-s2", "esi-l39240"),
    run=run,
    version="3",
    families=_FAMILIES,
    parameters=(_PERCENT,),
    optional=(_DURATION, _FUNCTION, _SERIES),
)
