"""P3: a primary facet code on a right and a left line, or on one with modifier 50, and whose claim it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.assessment import Remedy
from rules.case import ClaimLine
from rules.checks.base import Check, Draft, service
from rules.checks.claim_lines import (
    BILATERAL,
    by_day,
    claim_kind,
    codes_of,
    family_of,
    places,
    sides_of,
    told,
)
from rules.codes import cpt
from rules.policy import PolicyView
from rules.view import CaseView

_FAMILIES = ("facet_rfa", "facet_block")
_WHOSE = "Whether the claim is a professional's or a facility's"


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look at every primary code that a day asks for on both sides."""
    seen = False
    for lines in by_day(view, view.lines(_FAMILIES)).values():
        for code in codes_of(lines):
            if cpt.table()[code].role != "primary":
                continue
            own = tuple(x for x in lines if x.cpt == code)
            draft = _judge(view, code, own)
            if draft is not None:
                seen = True
                yield draft
    if not seen:
        yield Draft("not_applicable", "No primary code is asked for on both sides, line by line.")


def _judge(view: CaseView, code: str, lines: tuple[ClaimLine, ...]) -> Draft | None:
    """Draft for one primary code; None where nothing says on how many lines its two sides stand."""
    single = {side for x in lines if len(sides_of(x)) == 1 for side in sides_of(x)}
    marked = [x for x in lines if BILATERAL in x.modifiers]
    if len(single) < 2 and not marked:
        return None
    kind, setting = claim_kind(view), view.case.request.setting
    base: dict[str, Any] = {"subject": code, "evidence": places(lines), "codes": (service(code),)}
    in_center = kind == "facility" and setting == "ambulatory_surgery_center"
    said = told(lines)
    if len(single) > 1:
        if kind == "professional":
            return Draft(
                "contradiction",
                f"{said}: a professional writes a procedure on both sides on one line, {code}-50 with one "
                "unit.",
                headline=f"{code} stands on a line for each side where a professional writes one line with "
                "modifier 50",
                remedies=(
                    Remedy(action=f"Write one line, {code}-50, with one unit", codes=(service(code),)),
                ),
                **base,
            )
        if in_center:
            remark = (
                ""
                if family_of(lines[0]) == "facet_block"
                else " The instruction that was read is written for 64490 to 64495."
            )
            return Draft(
                "met",
                f"{said}: a surgery center's own claim has one line for each side.{remark}",
                **base,
            )
        return _open(code, f"{said}: the two sides stand on lines of their own.", kind is None, base)
    if in_center:
        return Draft(
            "needs_review",
            f"{said}: the instruction that was read asks a surgery center's own claim for two lines of one "
            "unit, RT and LT, and the professional's claim for modifier 50.",
            headline=f"how a surgery center writes {code} on both sides",
            **base,
        )
    if len(marked) < len(lines):
        return Draft(
            "needs_review",
            f"{said}: modifier 50 stands for both sides already, and the other lines ask for the same code "
            "again.",
            headline=f"which lines of {code} are meant",
            **base,
        )
    if any(x.units > 1 for x in marked):
        return Draft(
            "contradiction",
            f"{said}: modifier 50 stands for both sides already, with one unit.",
            headline=f"{code} has modifier 50 and more than one unit",
            remedies=(Remedy(action=f"Write {code}-50 with one unit", codes=(service(code),)),),
            **base,
        )
    return Draft("met", f"{said}: one line with modifier 50 and one unit stands for both sides.", **base)


def _open(code: str, said: str, unstated: bool, base: dict[str, Any]) -> Draft:
    """Draft where whose claim it is, or how a facility of another kind writes it, is not known."""
    why = (
        "A professional writes one line with modifier 50, a surgery center's own claim one line for each "
        "side; the record does not say whose claim this is."
        if unstated
        else "The instruction that was read for facilities speaks of surgery centers only."
    )
    return Draft(
        "needs_review",
        f"{said} {why}",
        headline=f"how {code} on both sides is to be written",
        asks=(_WHOSE,) if unstated else (),
        **base,
    )


CHECK = Check(
    slug="bilateral-on-two-lines",
    ref="P3",
    title="Both sides on one line or on two",
    compares="the lines of a primary facet code for right and left with modifier 50 and whose claim it is",
    severity="major",
    references=("memo-claim-lines",),
    run=run,
    families=_FAMILIES,
    always=True,
)
