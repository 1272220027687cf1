"""P2: more units of a code on a day than are paid (medically unlikely edit)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.assessment import Remedy
from rules.case import ClaimLine
from rules.checks.base import Check, Draft, listed, service
from rules.checks.claim_lines import Day, by_day, claim_kind, codes_of, places, sides_of, told
from rules.checks.edits import outside
from rules.codes import ncci
from rules.policy import PolicyView
from rules.view import CaseView

#: MUE adjudication indicators in our words (CMS, NCCI).
_MAI = {
    "1": "counted on each line",
    "2": "a limit of the day that follows from the code or from policy, and that no documentation lifts",
    "3": "a limit of the day taken from claims data; more may be paid where a contractor finds them "
    "necessary",
}


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold the units of every code on every day against the limit of the quarter."""
    single: list[ClaimLine] = []
    limited = []
    for day, lines in by_day(view, view.lines()).items():
        for code in codes_of(lines):
            limit = ncci.mue(code, day)
            if limit is None or limit.units is None:
                continue
            own = tuple(x for x in lines if x.cpt == code)
            if sum(x.units for x in own) == 1:
                single += own
            else:
                limited.append(_judge(view, limit, limit.units, day, own))
    yield from limited
    if single:
        codes = codes_of(single)
        yield Draft(
            "met",
            f"One unit a day of {listed(codes)} is the least that can be asked for; every limit allows it.",
            evidence=places(single),
            codes=tuple(service(c) for c in codes),
        )
    if not single and not limited:
        yield Draft("not_applicable", "No limit of units was read for any requested code.")


def _judge(view: CaseView, limit: ncci.Mue, most: int, day: Day, lines: tuple[ClaimLine, ...]) -> Draft:
    """Draft for one code on one day."""
    code, mai = limit.code, limit.adjudication_indicator or ""
    counts = [line.units for line in lines]
    units = max(counts) if mai == "1" else sum(counts)
    of_day = f"the units of {code} ({units})"
    view.trail.add(
        f"unit limit of {code}", f"{most} (MAI {mai}, {limit.quarter}); {of_day} requested for the day"
    )
    base: dict[str, Any] = {"subject": code, "evidence": places(lines), "codes": (service(code),)}
    edit = f"the limit of {most} (MUE, adjudication indicator {mai}: {_MAI.get(mai, 'not stated')})"
    if not limit.known_on:
        stand = "within" if units <= most else "above"
        return Draft(
            "needs_review",
            f"{told(lines)}: {of_day} lie {stand} {edit}. {outside(limit, day)}",
            headline=f"how many units of {code} the quarter's limit allows",
            **base,
        )
    if units <= most:
        return Draft("met", f"{told(lines)}: {of_day} lie within {edit}.", **base)
    kind = claim_kind(view)
    one_side = max(sum(x.units for x in lines if s in sides_of(x)) for s in ("left", "right"))
    if kind == "facility" or (kind is None and one_side <= most and all(sides_of(x) for x in lines)):
        why = (
            "The table that was read is that for practitioners, and this is a facility's claim."
            if kind
            else "Each side by itself stays within the limit; whether right and left may stand on lines of "
            "their own depends on whose claim it is, which is not stated."
        )
        return Draft(
            "needs_review",
            f"{told(lines)}: {of_day} lie above {edit}. {why}",
            headline=f"whether {of_day} may be billed for one day",
            asks=("Whether the claim is a professional's or a facility's",) if kind is None else (),
            **base,
        )
    return Draft(
        "contradiction",
        f"{told(lines)}: {of_day} lie above {edit}.",
        headline=f"{of_day} exceed the limit of {most} a day",
        remedies=(
            Remedy(
                action="Count one unit for a joint with its two sides (modifier 50 on one line), and "
                "further joints by the add-on code",
                codes=(service(code),),
            ),
        ),
        severity="major" if mai == "3" else None,
        **base,
    )


CHECK = Check(
    slug="units-above-limit",
    ref="P2",
    title="Units above the limit of the day",
    compares="the units of each code on a day with its medically unlikely edit",
    severity="blocking",
    references=("ncci-mue", "memo-claim-lines"),
    run=run,
    always=True,
)
