"""C14: a code of the lumbar region where only L5-S1 is meant, and a lumbosacral code where it is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules import levels as lv
from rules.assessment import Remedy
from rules.case import Fact
from rules.checks.base import Check, Draft, evidence, icd, listed
from rules.checks.parts import Part, parts
from rules.codes import icd10cm
from rules.policy import PolicyView
from rules.view import SPINAL, CaseView, may_lie_in

_LUMBOSACRAL = "L5-S1"
_WORDS = {"lumbar": "lumbar region", "lumbosacral": "lumbosacral region"}


def sibling(code: str) -> str | None:
    """Return the code with the same title for the other of the two regions: ``M47.816`` for ``M47.817``.

    None where the classification has no such pair that can be billed (low back pain, stenosis).
    """
    entry = icd10cm.lookup(code)
    if entry is None or entry.region not in _WORDS:
        return None
    own = _WORDS[entry.region]
    wanted = entry.title.replace(own, _WORDS["lumbosacral" if entry.region == "lumbar" else "lumbar"])
    if wanted == entry.title:
        return None
    category = code.partition(".")[0]
    pairs = ((c, e) for c, e in icd10cm.table().items() if c.startswith(category) and e.billable)
    return next((c for c, e in pairs if e.title == wanted), None)


def _planned_levels(view: CaseView, part: Part) -> tuple[frozenset[str], tuple[Fact[Any], ...]]:
    """Return the joints of procedures that the latest note plans in the part's regions."""
    every: tuple[Fact[Any], ...] = (*view.case.ablations, *view.case.injections)
    facts = [
        f
        for f in every
        if f.value.status == "planned"
        and f.assertion in ("present", "planned")
        and may_lie_in(f.value.region, f.value.levels, part.regions)
    ]
    ahead = tuple(f for f in view.latest(facts) if lv.joints(f.value.levels))
    return frozenset(j for f in ahead for j in lv.joints(f.value.levels)), ahead


def _held(view: CaseView, part: Part) -> Draft | None:
    """Hold the levels of the lower back against the regions of the codes; None where nothing can be held."""
    paired = [dx for dx in part.diagnoses(view.diagnoses) if sibling(dx.code)]
    view.trail.add(
        "submitted codes of the lumbar or lumbosacral region", ", ".join(d.code for d in paired) or "none"
    )
    joints = lv.joints(level for line in part.lines for level in line.levels)
    where = "requested"
    told: tuple[Fact[Any], ...] = ()
    if not joints:
        joints, told = _planned_levels(view, part)
        where = "planned"
    view.trail.add(f"{where} joints", ", ".join(lv.in_order(joints)) or "none", told)
    if not paired or not joints:
        return None
    regions = {entry.region for dx in paired if (entry := icd10cm.lookup(dx.code))}
    at = listed(lv.in_order(joints))
    codes = listed(dx.code for dx in paired)
    base: dict[str, Any] = {
        "evidence": (*part.places, *evidence(told), *(e for dx in paired for e in dx.evidence)),
        "codes": tuple(icd(dx.code) for dx in paired),
    }
    only, without = joints == {_LUMBOSACRAL}, _LUMBOSACRAL not in joints
    if not (regions == {"lumbar"} and only) and not (regions == {"lumbosacral"} and without):
        return Draft("met", f"The region of {codes} agrees with the {where} levels ({at}).", **base)
    return Draft(
        "needs_review",
        f"{codes} {'names' if len(paired) == 1 else 'name'} the {_WORDS[min(r for r in regions if r)]}, and "
        f"only {at} is {where}.",
        headline=f"whether {codes} or the code of the neighbouring region describes {at}",
        remedies=tuple(
            Remedy(
                action="If the record has the condition at these levels, submit the code of their region",
                codes=(icd(other),),
                replaces=dx.code,
            )
            for dx in paired
            if (other := sibling(dx.code))
        ),
        **base,
    )


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold the levels of a request for the lower back against lumbar and lumbosacral codes."""
    drafts = [draft for part in parts(view, SPINAL) if (draft := _held(view, part))]
    yield from drafts
    if not drafts:
        yield Draft(
            "not_applicable",
            "No levels of the lower back stand beside a code of the lumbar or lumbosacral region.",
        )


CHECK = Check(
    slug="lumbosacral-level",
    ref="C14",
    title="Lumbar or lumbosacral",
    compares="requested or planned levels (L5-S1 alone, or without L5-S1) with lumbar and lumbosacral codes",
    severity="minor",
    references=("icd10cm-tabular",),
    run=run,
    always=True,
)
