"""P1: an add-on code without its primary on the same day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.assessment import Remedy
from rules.case import ClaimLine
from rules.checks.base import Check, Draft, listed, service
from rules.checks.claim_lines import Day, by_day, codes_of, places
from rules.checks.edits import outside
from rules.codes import cpt, ncci
from rules.policy import PolicyView
from rules.view import CaseView


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look for the primary of every add-on code among the lines of its day."""
    seen = False
    for day, lines in by_day(view, view.lines()).items():
        for code in codes_of(lines):
            entry = cpt.lookup(code)
            if entry is not None and entry.role == "add_on":
                seen = True
                yield _judge(view, entry, day, lines)
    if not seen:
        yield Draft("not_applicable", "No add-on code is requested.")


def _judge(view: CaseView, entry: cpt.CptEntry, day: Day, lines: tuple[ClaimLine, ...]) -> Draft:
    """Draft for one add-on code on one day."""
    code = entry.code
    answer = ncci.primaries(code, day)
    wanted = (answer.primaries if answer else ()) or entry.primaries
    others = [c for c in codes_of(lines) if c != code]
    found = [c for c in others if c in wanted]
    view.trail.add(f"primaries of {code}", listed(wanted, "or"))
    base: dict[str, Any] = {
        "subject": code,
        "evidence": places(line for line in lines if line.cpt in (code, *found)),
        "codes": tuple(service(c) for c in (code, *found)),
    }
    if found:
        return Draft("met", f"{code} stands beside its primary code {listed(found)}.", **base)
    remedy = Remedy(
        action="Request the primary code with the add-on", codes=tuple(service(c) for c in wanted)
    )
    known = answer is not None and answer.known_on
    if answer is not None and answer.quarter and not known and any(_may_be_primary(c) for c in others):
        return Draft(
            "needs_review",
            f"{code} is an add-on code. Its primary {listed(wanted, 'or')} is not requested for the same "
            f"day; {listed(others)} {'is' if len(others) == 1 else 'are'}. {outside(answer, day)}",
            headline=f"whether {code} has its primary code",
            remedies=(remedy,),
            **base,
        )
    return Draft(
        "contradiction",
        f"{code} is an add-on code and cannot stand without {listed(wanted, 'or')} on the same day.",
        headline=f"{code} is an add-on code without its primary {listed(wanted, 'or')}",
        remedies=(remedy,),
        **base,
    )


def _may_be_primary(code: str) -> bool:
    """Whether a code may be some add-on's primary: no add-on and no guidance itself, or unknown to us."""
    entry = cpt.lookup(code)
    return entry is None or entry.role == "primary"


CHECK = Check(
    slug="add-on-without-primary",
    ref="P1",
    title="Add-on code without its primary",
    compares="requested add-on codes with the primary codes that the add-on table of the day lists for them",
    severity="blocking",
    references=("ncci-add-on",),
    run=run,
    version="2",
    always=True,
)
