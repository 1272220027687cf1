"""A4: conservative care before an intervention: how long, of what kind, with what outcome, how recent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rules.assessment import Parameter
from rules.care import Course, courses, not_taken, successive_weeks
from rules.case import Evidence, Fact
from rules.checks.base import Check, Draft, evidence, listed, number, quoted
from rules.dates import months_before
from rules.policy import PolicyView
from rules.values import Therapy
from rules.view import SPINAL, CaseView

_ASK = "Conservative care: modality, dates or duration, and outcome (therapy notes, medication trial)"

#: Rest and heat are no course of treatment: beside them, planned therapy is care that is yet to be tried.
_SELF_CARE = ("rest_activity_modification", "heat_ice")


def _told(found: Sequence[Course]) -> str:
    """Name courses with duration and outcome: duration and modality stand apart, course by course."""
    return listed(f"{c.name} ({c.length}, {c.fact.value.outcome.replace('_', ' ')})" for c in found)


def _proof(found: Sequence[Course]) -> tuple[Evidence, ...]:
    return evidence(c.fact for c in found)


def _long_enough(view: CaseView, policy: PolicyView, long: Sequence[Course], need: Parameter) -> Draft:
    """Draft the outcome where a course of sufficient length failed: met, unless all of them are old."""
    recency = policy.parameter("conservative_care_recency_months")
    limit = months_before(view.on, int(policy.number(recency.name))) if view.on else None
    fresh = [c for c in long if limit is None or c.ended is None or c.ended >= limit]
    best = max(fresh or long, key=lambda c: c.weeks or 0)
    if fresh:
        return Draft(
            outcome="met",
            message=f"Conservative care of at least {number(policy.number(need.name))} weeks with "
            f"inadequate response is documented: {_told(fresh)}. Longest single course: "
            f"{best.length} ({best.name}).",
            headline="conservative care is documented",
            evidence=_proof(fresh),
            parameters=(need,),
        )
    return Draft(
        outcome="needs_review",
        message=f"Conservative care was long enough ({_told(long)}) but ended more than {recency.value} "
        "months before "
        "the request: it may be stale.",
        headline="whether conservative care that ended long ago still counts",
        evidence=_proof(long),
        parameters=(need, recency),
        asks=("Conservative care in the present episode of pain, with dates and outcome",),
    )


def _silent(view: CaseView, need: Parameter, found: Sequence[Course], weeks: str) -> Draft:
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
        message=f"{lacking}; no course of at least {weeks} weeks with its outcome is documented.{tail}",
        headline=f"conservative care of at least {weeks} weeks with its outcome",
        evidence=(*_proof(found), *evidence(left_out)),
        parameters=(need,),
        asks=(_ASK,),
    )


def _open(found: Sequence[Course], weeks: str, need: Parameter) -> Draft:
    """Draft the outcome where a course may or may not have been long enough by the record's own words."""
    return Draft(
        outcome="needs_review",
        message=f"The record bounds the duration only: {_told(found)}. Whether it reached {weeks} weeks "
        "cannot be told.",
        headline=f"whether conservative care ({listed(c.length for c in found)}) reached {weeks} weeks",
        evidence=_proof(found),
        parameters=(need,),
        asks=(_ASK,),
    )


def _too_short(timed: Sequence[Course], weeks: str, need: Parameter) -> Draft:
    """Draft the outcome where every documented duration is shorter than the figure."""
    return Draft(
        outcome="not_met",
        message=f"Every documented duration is shorter than {weeks} weeks: {_told(timed)}. Overlapping "
        "courses are not added up.",
        headline=f"every documented course of conservative care is shorter than {weeks} weeks",
        evidence=_proof(timed),
        parameters=(need,),
        asks=(_ASK,),
    )


def _not_taken(left_out: Sequence[Fact[Therapy]], found: Sequence[Course], need: Parameter) -> Draft:
    """Draft the outcome where care is told as untried, or as planned or declined and nothing else."""
    untried = any(f.assertion == "absent" for f in left_out)
    beside = f" beside {listed(c.name for c in found)}" if found else ""
    if untried:
        message = f"Care is documented as not tried{beside}: {quoted(evidence(left_out))}."
        headline = "conservative care is documented as not yet tried"
    else:
        declined = [f for f in left_out if f.value.status == "declined" or f.assertion == "declined"]
        kinds = [
            word
            for word, some in (("planned", len(declined) < len(left_out)), ("declined", bool(declined)))
            if some
        ]
        message = (
            f"Conservative care is only {listed(kinds, 'or')}{beside}: {quoted(evidence(left_out))}. Whether "
            "earlier care was tried the record does not say."
        )
        headline = f"conservative care is only {listed(kinds, 'or')}"
    return Draft(
        outcome="not_met",
        message=message,
        headline=headline,
        evidence=evidence(left_out),
        parameters=(need,),
        asks=(_ASK,),
    )


def _judged(view: CaseView, policy: PolicyView, need: Parameter) -> Draft:
    """Hold the courses against the policy's weeks; each is judged alone."""
    least = policy.number(need.name)
    weeks = number(least)
    found = courses(view)
    timed = [c for c in found if c.span is not None]
    long = [c for c in timed if c.reaches(least)]
    failed = [c for c in long if c.inadequate]
    unsettled = [c for c in timed if c.reaches(least) is None]
    together = successive_weeks(tuple(c for c in found if c.inadequate))
    left_out = not_taken(view)
    if failed:
        return _long_enough(view, policy, failed, need)
    # "Up to six weeks" bounds from above only: it documents no duration that could be held against six.
    telling = [c for c in unsettled if c.inadequate and c.fact.value.weeks_bound != "at_most"]
    if telling:
        return _open(telling, weeks, need)
    if together >= least:
        return Draft(
            outcome="needs_review",
            message=f"No single course reached {weeks} weeks, but dated courses one after the other cover "
            f"{number(together)} weeks, overlap counted once: {_told(timed)}.",
            headline="whether successive short courses of conservative care count together",
            evidence=_proof(timed),
            parameters=(need,),
        )
    if unsettled or any(c.fact.value.outcome == "not_stated" for c in long):
        return _silent(view, need, found, weeks)
    if long and not any(c.inadequate for c in found):
        return Draft(
            outcome="not_met",
            message=f"Conservative care was long enough and is documented as effective: {_told(long)}. "
            "Care that helped is not failed care.",
            headline="conservative care is documented as effective",
            evidence=_proof(long),
            parameters=(need,),
        )
    if timed and not long:
        return _too_short(timed, weeks, need)
    only_self_care = all(c.fact.value.modality in _SELF_CARE for c in found) if found else True
    if left_out and only_self_care:
        return _not_taken(left_out, found, need)
    return _silent(view, need, found, weeks)


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold the longest single course with inadequate response against the policy's weeks."""
    need = policy.parameter("conservative_care_weeks")
    flags = view.red_flags()["present"]
    if flags:
        yield Draft(
            "not_applicable",
            f"Waived: a red flag is documented ({quoted(evidence(flags))}). See A8.",
            evidence=evidence(flags),
            parameters=(need,),
        )
        return
    yield _judged(view, policy, need)


CHECK = Check(
    slug="conservative-care",
    ref="A4",
    title="Conservative care",
    compares="duration, modality, outcome and dates of non-operative care with the policy's minimum; red "
    "flags waive it",
    severity="major",
    references=("seed-s1", "lcd-facet-quoted", "aetna-cpb-0016"),
    run=run,
    version="2",
    families=SPINAL,
    parameters=("conservative_care_weeks",),
    optional=("conservative_care_recency_months",),
)
