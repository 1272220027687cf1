"""A4: conservative care before an intervention: how long, of what kind, with what outcome, how recent."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from rules.assessment import Parameter
from rules.bounds import Interval
from rules.care import Course, courses, not_taken, successive_weeks
from rules.case import Evidence, Fact
from rules.checks import residual_pain
from rules.checks.base import Check, Draft, Supply, evidence, listed, number, quoted
from rules.checks.naming import under
from rules.durations import DAYS, as_days, asked_days, back, lasts
from rules.policy import PolicyView
from rules.threshold import Threshold
from rules.values import Modality, Therapy
from rules.view import SPINAL, CaseView

_SLUG = "conservative-care"
_WEEKS = "conservative_care_weeks"
_RECENCY = "conservative_care_recency_months"
_ASK = "Conservative care: modality, dates or duration, and outcome (therapy notes, medication trial)"

#: Rest and heat are no course of treatment: beside them, other care told as untried or declined leaves none.
_SELF_CARE = ("rest_activity_modification", "heat_ice")
#: Modalities of a what-if, the first that the record does not speak of.
_MODALITIES: tuple[Modality, ...] = ("physical_therapy", "home_exercise", "chiropractic")


@dataclasses.dataclass(frozen=True)
class _Need:
    """What the policy asks of one course: its length, or, without a figure, only that it did not suffice."""

    figure: Threshold | None
    policy: str

    @property
    def told(self) -> str:
        """The length in words, to follow "conservative care": `` of at least 6 weeks`` or nothing."""
        return f" of {self.figure.told}" if self.figure else ""

    @property
    def shown(self) -> tuple[Parameter, ...]:
        """The figure as a finding shows it."""
        return (self.figure.parameter,) if self.figure else ()

    def holds(self, span: Interval) -> bool | None:
        """Whether a length in weeks satisfies the figure; None where its bounds leave that open."""
        if self.figure is None:
            return True
        if self.figure.parameter.unit == "weeks":
            return self.figure.holds(span)
        return lasts(self.figure, as_days(span, "weeks"))

    def just_enough(self) -> Therapy:
        """Return a failed course that is no longer than what is asked."""
        weeks = asked_days(self.figure) / DAYS["weeks"] if self.figure else None
        beyond = self.figure is not None and self.figure.comparison == "more_than"
        return Therapy(
            modality="other",
            status="past",
            weeks=weeks,
            weeks_bound="more_than" if beyond else "exact",
            outcome="failed",
        )


def _told(found: Sequence[Course]) -> str:
    """Name courses with duration and outcome: duration and modality stand apart, course by course."""
    return listed(f"{c.name} ({c.length}, {c.fact.value.outcome.replace('_', ' ')})" for c in found)


def _proof(found: Sequence[Course]) -> tuple[Evidence, ...]:
    return evidence(c.fact for c in found)


def _long_enough(view: CaseView, policy: PolicyView, long: Sequence[Course], need: _Need) -> Draft:
    """Draft the outcome where a course of sufficient length failed: met, unless all of them are old."""
    recency = policy.threshold(_RECENCY) if policy.has(_RECENCY) else None
    limit = back(view.on, recency) if view.on and recency else None
    fresh = [c for c in long if limit is None or c.ended is None or c.ended >= limit]
    if fresh or recency is None:
        best = max(fresh, key=lambda c: c.weeks or 0)
        draft = Draft(
            outcome="met",
            message=f"Conservative care{need.told} with inadequate response is asked {need.policy}, and is "
            f"documented: {_told(fresh)}. Longest single course: {best.length} ({best.name}).",
            headline="conservative care is documented",
            evidence=_proof(fresh),
            parameters=need.shown,
        )
        return residual_pain.weighed(draft, residual_pain.remaining(view, policy), policy)
    return Draft(
        outcome="needs_review",
        message=f"Conservative care was long enough ({_told(long)}) but ended more than {recency.figure} "
        f"before the request: it may be stale {need.policy}.",
        headline="whether conservative care that ended long ago still counts",
        evidence=_proof(long),
        parameters=(*need.shown, recency.parameter),
        asks=("Conservative care in the present episode of pain, with dates and outcome",),
    )


def _supplies(view: CaseView, policy: PolicyView, need: _Need) -> tuple[Supply, ...]:
    """Return a failed course of a kind that the record does not speak of, and a score where one is asked."""
    spoken = {f.value.modality for f in view.case.therapies}
    kind: Modality = next((m for m in _MODALITIES if m not in spoken), "other")
    value = need.just_enough().model_copy(update={"modality": kind})
    name = "another course of care" if kind == "other" else kind.replace("_", " ")
    words = f"{name}{need.told} was tried and did not help enough"
    return (
        Supply("therapies", value, words),
        *residual_pain.supplies(residual_pain.remaining(view, policy)),
    )


def _silent(view: CaseView, policy: PolicyView, need: _Need, found: Sequence[Course]) -> Draft:
    """Draft the outcome where no course can be held against the figure."""
    left_out = not_taken(view)
    tail = (
        f" Planned, declined or untried care does not count: {quoted(evidence(left_out))}."
        if left_out
        else ""
    )
    lacking = (
        f"The record names {_told(found)}"
        if found
        else "The record names no conservative care that took place"
    )
    return Draft(
        outcome="not_documented",
        message=f"{lacking}; no course{need.told} with its outcome is documented, which is asked "
        f"{need.policy}.{tail}",
        headline=f"conservative care{need.told} with its outcome",
        evidence=(*_proof(found), *evidence(left_out)),
        parameters=need.shown,
        asks=(_ASK,),
        supplies=_supplies(view, policy, need),
    )


def _open(found: Sequence[Course], need: Threshold, policy: str) -> Draft:
    """Draft the outcome where a course may or may not have been long enough by the record's own words."""
    return Draft(
        outcome="needs_review",
        message=f"The record bounds the duration only: {_told(found)}. Whether it reached {need.figure} "
        f"({need.told} is asked {policy}) cannot be told.",
        headline=f"whether conservative care ({listed(c.length for c in found)}) reached {need.figure}",
        evidence=_proof(found),
        parameters=(need.parameter,),
        asks=(_ASK,),
    )


def _too_short(timed: Sequence[Course], need: _Need) -> Draft:
    """Draft the outcome where every documented duration is shorter than the figure."""
    return Draft(
        outcome="not_met",
        message=f"No documented course is one{need.told}, as asked {need.policy}: {_told(timed)}. "
        "Overlapping courses are not added up.",
        headline=f"no documented course of conservative care is one{need.told}",
        evidence=_proof(timed),
        parameters=need.shown,
        asks=(_ASK,),
    )


def _refused(left_out: Sequence[Fact[Therapy]], found: Sequence[Course], need: _Need) -> Draft | None:
    """Draft the outcome where care is documented as untried or declined; None where it is only planned.

    A plan says nothing of what was tried before it: that is silence.
    """
    untried = [f for f in left_out if f.assertion == "absent"]
    declined = [f for f in left_out if f.value.status == "declined" or f.assertion == "declined"]
    against = untried or declined
    if not against:
        return None
    told = "not yet tried" if untried else "declined"
    beside = f" beside {listed(c.name for c in found)}" if found else ""
    return Draft(
        outcome="not_met",
        message=f"Conservative care is documented as {told}{beside}: {quoted(evidence(against))}. "
        f"Conservative care{need.told} is asked {need.policy}.",
        headline=f"conservative care is documented as {told}",
        evidence=evidence(left_out),
        parameters=need.shown,
        asks=(_ASK,),
    )


def _judged(view: CaseView, policy: PolicyView, need: _Need) -> Draft:
    """Hold the courses against what the policy asks; each is judged alone."""
    found = courses(view)
    held = [(c, need.holds(c.span) if c.span else (True if need.figure is None else None)) for c in found]
    timed = [c for c in found if c.span is not None]
    long = [c for c, enough in held if enough]
    failed = [c for c in long if c.inadequate]
    unsettled = [c for c, enough in held if enough is None and c.span is not None]
    together = successive_weeks(tuple(c for c in found if c.inadequate))
    left_out = not_taken(view)
    if failed:
        return _long_enough(view, policy, failed, need)
    # "Up to six weeks" bounds from above only: it documents no duration that could be held against six.
    telling = [c for c in unsettled if c.inadequate and c.fact.value.weeks_bound != "at_most"]
    if telling and need.figure:
        return _open(telling, need.figure, need.policy)
    if need.figure and need.holds(Interval(together, together)):
        return Draft(
            outcome="needs_review",
            message=f"No single course is one{need.told}, as asked {need.policy}, but dated courses one "
            f"after the other cover {number(together)} weeks, overlap counted once: {_told(timed)}.",
            headline="whether successive short courses of conservative care count together",
            evidence=_proof(timed),
            parameters=need.shown,
        )
    if unsettled or any(c.fact.value.outcome == "not_stated" for c in long):
        return _silent(view, policy, need, found)
    if long and not any(c.inadequate for c in found):
        return Draft(
            outcome="not_met",
            message=f"Conservative care{need.told} is documented, and as effective: {_told(long)}. "
            f"Care that helped is not failed care, which is asked {need.policy}.",
            headline="conservative care is documented as effective",
            evidence=_proof(long),
            parameters=need.shown,
        )
    if timed and not long:
        return _too_short(timed, need)
    only_self_care = all(c.fact.value.modality in _SELF_CARE for c in found) if found else True
    refused = _refused(left_out, found, need) if only_self_care else None
    return refused or _silent(view, policy, need, found)


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold the longest single course with inadequate response against what the policy asks."""
    figure = policy.threshold(_WEEKS) if policy.has(_WEEKS) else None
    need = _Need(figure, under(policy, _SLUG))
    flags = view.red_flags()["present"]
    if flags:
        yield Draft(
            "not_applicable",
            f"Waived: a red flag is documented ({quoted(evidence(flags))}). See A8.",
            evidence=evidence(flags),
            parameters=need.shown,
        )
        return
    yield _judged(view, policy, need)


CHECK = Check(
    slug=_SLUG,
    ref="A4",
    title="Conservative care",
    compares="duration, modality, outcome and dates of non-operative care with what the policy asks; red "
    "flags waive it",
    severity="major",
    references=("seed-s1", "lcd-facet-quoted", "aetna-cpb-0016"),
    run=run,
    version="3",
    families=SPINAL,
    optional=(_WEEKS, _RECENCY, residual_pain.PARAMETER),
)
