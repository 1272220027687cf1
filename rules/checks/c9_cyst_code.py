"""C9: a diagnosis that the policy lists for work on a facet cyst only, beside a facet ablation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.checks.base import Check, Draft, icd, listed, service
from rules.checks.diagnosis_lists import listed_among
from rules.checks.parts import Part, parts
from rules.codes import icd10cm
from rules.policy import PolicyView
from rules.view import FACET_ABLATION, CaseView


def _judged(view: CaseView, policy: PolicyView, part: Part) -> Draft | None:
    """Hold the cyst codes of a part of the spine against its ablation; None where there is none."""
    own = part.diagnoses(view.diagnoses)
    only = listed_among(own, policy.words("cyst_only_diagnoses"))
    view.trail.add(
        "submitted codes that the policy lists for facet cysts only",
        ", ".join(dx.code for dx in only) or "none",
    )
    if not only:
        return None
    others = tuple(dx for dx in own if dx not in only and icd10cm.in_scope(dx.code))
    codes, named = listed(dx.code for dx in only), listed(part.codes)
    base: dict[str, Any] = {
        "subject": part.subject,
        "evidence": (*part.places, *(e for dx in only for e in dx.evidence)),
        "codes": (*(service(c) for c in part.codes), *(icd(dx.code) for dx in only)),
        "parameters": (policy.parameter("cyst_only_diagnoses"),),
    }
    if others:
        beside = listed(dx.code for dx in others)
        return Draft(
            "needs_review",
            f"The policy lists {codes} for work on a facet cyst only, not for an ablation ({named}); "
            f"{beside} stands beside it.",
            headline=f"whether {beside} alone supports {named}, {codes} being listed for facet cysts only",
            **base,
        )
    return Draft(
        "not_met",
        f"The policy lists {codes} for work on a facet cyst only, not for an ablation ({named}).",
        headline=f"{codes} is listed for work on a facet cyst only, and an ablation ({named}) is requested",
        asks=("The diagnosis for which the ablation is requested",),
        **base,
    )


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look for cyst codes beside a facet ablation of their region."""
    drafts = [d for part in parts(view, FACET_ABLATION) if (d := _judged(view, policy, part))]
    yield from drafts
    if not drafts:
        yield Draft("not_applicable", "No code that the policy lists for facet cysts only is submitted.")


CHECK = Check(
    slug="cyst-code-with-ablation",
    ref="C9",
    title="Cyst code beside an ablation",
    compares="the requested facet ablation with codes that the policy lists for work on a facet cyst only",
    severity="major",
    references=("memo-a58403-diagnoses",),
    run=run,
    families=FACET_ABLATION,
    parameters=("cyst_only_diagnoses",),
)
