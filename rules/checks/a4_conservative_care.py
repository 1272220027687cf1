"""A4: conservative care before an intervention: how long, of what kind, with what outcome, how recent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rules.assessment import Parameter
from rules.care import Course, courses, not_taken, successive_weeks
from rules.case import Evidence
from rules.checks.base import Check, Draft, evidence, listed, number, quoted
from rules.dates import months_before
from rules.policy import PolicyView
from rules.view import SPINAL, CaseView

_ASK = "Conservative care: modality, dates or duration, and outcome (therapy notes, medication trial)"

#: Rest and heat are no course of treatment: beside them, planned therapy is care that is yet to be tried.
_SELF_CARE = ("rest_activity_modification", "heat_ice")


def _told(found: Sequence[Course]) -> str:
    """Name courses with duration and outcome: duration and modality stand apart, course by course."""
    return listed(
        f"{c.name} ({f'{number(c.weeks)} weeks' if c.weeks is not None else 'no duration'}, "
        f"{c.fact.value.outcome.replace('_', ' ')})"
        for c in found
    )


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
            "inadequate response is "
            f"documented: {_told(fresh)}. Longest single course: {number(best.weeks or 0)} weeks "
            f"({best.name}).",
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


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold the longest single course with inadequate response against the policy's weeks."""
    need = policy.parameter("conservative_care_weeks")
    least = policy.number(need.name)
    weeks = number(least)
    flags = view.red_flags()["present"]
    if flags:
        yield Draft(
            "not_applicable",
            f"Waived: a red flag is documented ({quoted(evidence(flags))}). See A8.",
            evidence=evidence(flags),
            parameters=(need,),
        )
        return
    found = courses(view)
    timed = [c for c in found if c.weeks is not None]
    long = [c for c in timed if (c.weeks or 0) >= least]
    failed = [c for c in long if c.inadequate]
    together = successive_weeks(tuple(c for c in found if c.inadequate))
    left_out = not_taken(view)
    if failed:
        yield _long_enough(view, policy, failed, need)
    elif together >= least:
        yield Draft(
            outcome="needs_review",
            message=f"No single course reached {weeks} weeks, but dated courses one after the other cover "
            f"{number(together)} weeks, overlap counted once: {_told(timed)}.",
            headline="whether successive short courses of conservative care count together",
            evidence=_proof(timed),
            parameters=(need,),
        )
    elif any(c.fact.value.outcome == "not_stated" for c in long):
        yield _silent(view, need, found, weeks)
    elif long and not any(c.inadequate for c in found):
        yield Draft(
            outcome="not_met",
            message=f"Conservative care was long enough and is documented as effective: {_told(long)}. "
            "Care that "
            "helped is not failed care.",
            headline="conservative care is documented as effective",
            evidence=_proof(long),
            parameters=(need,),
        )
    elif timed and not long:
        yield Draft(
            outcome="not_met",
            message=f"Every documented duration is shorter than {weeks} weeks: {_told(timed)}. Overlapping "
            "courses are "
            "not added up.",
            headline=f"every documented course of conservative care is shorter than {weeks} weeks",
            evidence=_proof(timed),
            parameters=(need,),
            asks=(_ASK,),
        )
    elif left_out and all(c.fact.value.modality in _SELF_CARE for c in found):
        yield Draft(
            outcome="not_met",
            message="Conservative care is documented as planned, declined or not tried: "
            f"{quoted(evidence(left_out))}.",
            headline="conservative care is documented as not yet tried",
            evidence=evidence(left_out),
            parameters=(need,),
            asks=(_ASK,),
        )
    else:
        yield _silent(view, need, found, weeks)


CHECK = Check(
    slug="conservative-care",
    ref="A4",
    title="Conservative care",
    compares="duration, modality, outcome and dates of non-operative care with the policy's minimum; red "
    "flags waive it",
    severity="major",
    references=("seed-s1", "lcd-facet-quoted", "aetna-cpb-0016"),
    run=run,
    families=SPINAL,
)
