"""P15: an interlaminar epidural with modifier 50, and more foraminal levels than the policy covers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from rules.assessment import Remedy
from rules.bounds import Interval, number
from rules.case import ClaimLine
from rules.checks.base import Check, Draft, listed, service
from rules.checks.claim_lines import BILATERAL, Day, by_day, codes_of, places, sides_of, told
from rules.checks.edits import outside
from rules.codes import cpt, ncci
from rules.policy import PolicyView
from rules.view import CaseView

#: Epidurals through the foramen, by the part of the spine; the others go between the laminae.
FORAMINAL = ("64479", "64480", "64483", "64484")
#: Bilateral indicator of the fee schedule: the concept of two sides does not apply.
_NO_SIDES = "9"


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look at the sides of interlaminar and at the levels of foraminal epidurals, day by day."""
    seen = False
    for day, lines in by_day(view, view.lines(("epidural",))).items():
        for code in codes_of(lines):
            own = tuple(x for x in lines if x.cpt == code)
            if code not in FORAMINAL and (draft := _sides(view, code, own, day)):
                seen = True
                yield draft
        if policy.has("epidural_levels_per_session"):
            for group in ("cervical_thoracic", "lumbar_sacral"):
                own = tuple(x for x in lines if x.cpt in FORAMINAL and cpt.table()[x.cpt].group == group)
                if own:
                    seen = True
                    yield _levels(own, policy)
    if not seen:
        yield Draft("not_applicable", "No epidural is asked for on both sides or at counted levels.")


def _sides(view: CaseView, code: str, lines: tuple[ClaimLine, ...], day: Day) -> Draft | None:
    """Draft for one interlaminar code that the claim marks as bilateral; None where it does not."""
    marked = any(BILATERAL in x.modifiers for x in lines) or {"RT", "LT"} <= {
        m for x in lines for m in x.modifiers
    }
    answer = ncci.bilateral(code, day)
    if not marked or answer is None or answer.value is None:
        return None
    view.trail.add(f"bilateral indicator of {code}", f"{answer.value} ({answer.quarter})")
    base: dict[str, Any] = {"subject": code, "evidence": places(lines), "codes": (service(code),)}
    if answer.value != _NO_SIDES:
        return Draft("met", f"{told(lines)}: the fee schedule knows this procedure on both sides.", **base)
    said = f"{told(lines)}: an injection into the midline has no sides (bilateral indicator {answer.value})"
    if not answer.known_on:
        return Draft(
            "needs_review",
            f"{said}. {outside(answer, day)}",
            headline=f"whether {code} may be billed for both sides",
            **base,
        )
    return Draft(
        "contradiction",
        f"{said}, so that modifier 50, or a right and a left line, cannot stand.",
        headline=f"{code} is asked for on both sides, which it does not have",
        remedies=(Remedy(action=f"Write {code} once, without modifiers of side", codes=(service(code),)),),
        **base,
    )


def _levels(lines: tuple[ClaimLine, ...], policy: PolicyView) -> Draft:
    """Draft for the foraminal epidurals of a day in one part of the spine."""
    cap = policy.threshold("epidural_levels_per_session")
    codes = codes_of(lines)
    named = dict.fromkeys(level for x in lines for level in x.levels)
    whole = all(x.levels for x in lines)
    by_side = [
        float(sum(x.units for x in lines if not sides_of(x) or side in sides_of(x)))
        for side in ("left", "right")
    ]
    # A right and a left line may be for one level or for two.
    units = Interval(max(by_side), float(sum(x.units for x in lines)))
    counts = [units, Interval(len(named), len(named) if whole else math.inf)] if named else [units]
    verdicts = {cap.holds(count) for count in counts}
    by_units = (
        number(units.low) if units.low == units.high else f"{number(units.low)} to {number(units.high)}"
    )
    said = f"{told(lines)} ask for {by_units} level{'' if by_units == '1' else 's'} by their units" + (
        f"; {listed(named)} {'are' if len(named) > 1 else 'is'} named" if named else ""
    )
    rule = f"{policy.policy.title} covers {cap.told} a session"
    base: dict[str, Any] = {
        "subject": codes[0],
        "evidence": places(lines),
        "codes": tuple(service(c) for c in codes),
        "parameters": (cap.parameter,),
    }
    if verdicts == {True}:
        return Draft("met", f"{said}. {rule}.", **base)
    if verdicts == {False}:
        return Draft(
            "not_met",
            f"{said}. {rule}.",
            headline=f"more foraminal levels are asked for in one session than are covered ({cap.figure})",
            remedies=(
                Remedy(action=f"Request the levels that the record supports best, {cap.told} a session"),
            ),
            **base,
        )
    return Draft(
        "needs_review",
        f"{said}. {rule}; whether the session stays within that, the request leaves open.",
        headline=f"how many levels {listed(codes)} are for",
        asks=("The levels of the epidural injections of the session, side by side",),
        **base,
    )


CHECK = Check(
    slug="epidural-sides-and-levels",
    ref="P15",
    title="Sides and levels of epidural injections",
    compares="modifier 50 on interlaminar epidurals with the bilateral indicator, and foraminal levels "
    "with the policy's figure",
    severity="major",
    references=("pfs-indicators", "esi-l39240"),
    run=run,
    families=("epidural",),
    optional=("epidural_levels_per_session",),
)
