"""P10: a facet procedure and an injection of another kind on one day, and the reason for both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.assessment import Parameter
from rules.case import ClaimLine
from rules.checks.base import Check, Draft, Supply, evidence, listed, quoted, service
from rules.checks.claim_lines import by_day, codes_of, family_of, places
from rules.checks.combined import OTHERS, is_combination, reasons
from rules.checks.edits import Clash, clashes, outside, paired
from rules.policy import PolicyView
from rules.values import Rationale
from rules.view import FACET, CaseView

_NAMES = {
    "epidural": "an epidural injection",
    "trigger_point": "a trigger point injection",
    "si_joint": "a sacroiliac procedure",
}

_REASON = Supply(
    "rationales",
    Rationale(kind="combined_procedures"),
    "there is a reason why each of the procedures is needed on that day",
)


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look for other kinds of injection among the lines of a facet procedure's day."""
    never = {frozenset((e.column_1, e.column_2)) for c in clashes(view, "0") for e in c.edits}
    edits = clashes(view, "1", is_combination)
    seen = False
    for day, lines in by_day(view, view.lines()).items():
        facets = tuple(x for x in lines if family_of(x) in FACET)
        for family in OTHERS:
            others = tuple(x for x in lines if family_of(x) == family)
            pairs = {frozenset((a.cpt, b.cpt)) for a in facets for b in others}
            # A pair that no modifier lifts is P11's: no reason helps it.
            if pairs - never:
                seen = True
                here = tuple(
                    c for c in edits if c.day == day and any(family_of(x) == family for x in c.lines)
                )
                yield _judge(view, policy, family, (*facets, *others), here)
    if not seen:
        yield Draft(
            "not_applicable", "No facet procedure is requested with an injection of another kind for one day."
        )


def _judge(
    view: CaseView, policy: PolicyView, family: str, lines: tuple[ClaimLine, ...], edits: tuple[Clash, ...]
) -> Draft:
    """Draft for a facet procedure beside one other kind of injection."""
    asked = policy.flag("combined_procedures_need_reason")
    shown: tuple[Parameter, ...] = (
        (policy.parameter("combined_procedures_need_reason"),)
        if policy.has("combined_procedures_need_reason")
        else ()
    )
    why = reasons(view)
    codes = codes_of(lines)
    base: dict[str, Any] = {
        "subject": family.replace("_", "-"),
        "evidence": (*places(lines), *evidence(why)),
        "codes": tuple(service(c) for c in codes),
        "parameters": shown,
    }
    said = f"A facet procedure and {_NAMES[family]} are requested for one day ({listed(codes)})"
    unmarked = _unmarked(edits)
    if why and not unmarked:
        return Draft("met", f"{said}; the record states why ({quoted(evidence(why))}).", **base)
    if why:
        return Draft(
            "needs_review",
            f"{said}; the record states why ({quoted(evidence(why))}).{unmarked}",
            headline=f"whether the claim marks the facet procedure and {_NAMES[family]} as distinct",
            **base,
        )
    if asked:
        return Draft(
            "not_documented",
            f"{said}. {policy.policy.title} asks for the necessity of each of them; the record does not "
            f"state it.{unmarked}",
            headline=f"why a facet procedure and {_NAMES[family]} are needed on one day",
            asks=("A statement why each of the procedures of that day is needed",),
            # With a bundling edit besides, the reason alone would not settle it.
            supplies=() if unmarked else (_REASON,),
            **base,
        )
    return Draft(
        "needs_review",
        f"{said}; the record does not state why.{unmarked}",
        headline=f"why a facet procedure and {_NAMES[family]} are needed on one day",
        asks=("A statement why each of the procedures of that day is needed",),
        **base,
    )


def _unmarked(edits: tuple[Clash, ...]) -> str:
    """Say which pairs an edit joins that the claim does not call distinct; empty where there is none."""
    bare = [clash for clash in edits if not clash.called_distinct]
    if not bare:
        return ""
    pairs = listed(pair for clash in bare for pair in paired(clash))
    if bare[0].known_on:
        return (
            f" The claim edits of {bare[0].edits[0].quarter} pay {pairs} only where a modifier (59, XS) "
            "calls them distinct; the claim has none."
        )
    return (
        f" Edits that were read join {pairs} unless a modifier (59, XS) calls them distinct. "
        f"{outside(bare[0].edits[0], bare[0].day)}"
    )


CHECK = Check(
    slug="combined-procedures",
    ref="P10",
    title="Procedures of several kinds on one day",
    compares="a facet procedure and an epidural, trigger point or sacroiliac procedure of one day with the "
    "stated reason and the claim edits",
    severity="major",
    references=("ncci-ptp", "lcd-l38801"),
    run=run,
    families=FACET,
    optional=("combined_procedures_need_reason",),
)
