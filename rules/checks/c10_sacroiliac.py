"""C10: sacroiliac diagnoses beside a facet procedure, and facet diagnoses beside a sacroiliac one."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from rules.case import ClaimLine, Diagnosis
from rules.checks.base import Check, Draft, icd, listed, service
from rules.codes import icd10cm
from rules.policy import PolicyView
from rules.view import FACET, CaseView

#: Diagnoses of the sacroiliac joint. That of a fused sacral spine supports a sacroiliac procedure as well.
_SACROILIAC = ("M46.1", "M53.3", "M47.818")
_ACCEPTED = (*_SACROILIAC, "M43.28")
#: Headers of spondylosis without radiculopathy or myelopathy, and of other spondylosis.
_SPONDYLOSIS = ("M47.81", "M47.89")


def _is_facet(code: str) -> bool:
    """Whether a code is of spondylosis at a place where there are facet joints."""
    return code.startswith(_SPONDYLOSIS) and "sacral" not in icd10cm.regions_of(code)


@dataclasses.dataclass(frozen=True)
class _Side:
    """A procedure on one joint and the submitted codes: of the other joint, of its own, of any place.

    ``kind`` is what the procedure is (``facet``, ``sacroiliac``), ``origin`` what the other codes are of.
    """

    kind: str
    origin: str
    lines: Sequence[ClaimLine]
    foreign: Sequence[Diagnosis]
    own: Sequence[Diagnosis]
    located: Sequence[Diagnosis]


def _held(side: _Side) -> Draft:
    """Hold a procedure against codes of the other joint."""
    codes = tuple(dict.fromkeys(line.cpt for line in side.lines))
    named, theirs = listed(codes), listed(dx.code for dx in side.foreign)
    many = len(codes) > 1
    said = f"{named} {'are' if many else 'is a'} {side.kind} procedure{'s' if many else ''}"
    shown = (*side.foreign, *side.own)
    places = (e for part in (side.lines, shown) for item in part for e in item.evidence)
    base: dict[str, Any] = {
        "subject": side.kind,
        "evidence": tuple(places),
        "codes": (*(service(c) for c in codes), *(icd(dx.code) for dx in shown)),
    }
    if side.own:
        return Draft("met", f"{said}; {listed(dx.code for dx in side.own)} stands beside {theirs}.", **base)
    if len(side.foreign) == len(side.located):
        return Draft(
            "contradiction",
            f"{said}, and the only submitted codes that name a part of the spine ({theirs}) are of "
            f"{side.origin}.",
            headline=f"{said} and the submitted diagnoses ({theirs}) are of {side.origin}",
            asks=("The diagnosis for which the procedure is requested",),
            **base,
        )
    rest = listed(dx.code for dx in side.located if dx not in side.foreign)
    return Draft(
        "needs_review",
        f"{said}; {theirs} is of {side.origin}, and {rest} does not settle which joint is meant.",
        headline=f"whether {theirs} ({side.origin}) or another cause is what {named} is for",
        asks=("A statement of the pain generator and what it rests on",),
        **base,
    )


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold facet procedures against sacroiliac codes, sacroiliac ones against codes of spondylosis."""
    located = [dx for dx in view.diagnoses if icd10cm.regions_of(dx.code)]
    sacroiliac = [dx for dx in located if dx.code in _SACROILIAC]
    accepted = [dx for dx in located if dx.code in _ACCEPTED]
    facet = [dx for dx in located if _is_facet(dx.code)]
    view.trail.add("submitted codes of the sacroiliac joint", listed(d.code for d in accepted) or "none")
    view.trail.add("submitted codes of spondylosis", listed(d.code for d in facet) or "none")
    found = (
        _Side("facet", "the sacroiliac joint", view.lines(FACET), sacroiliac, facet, located),
        _Side("sacroiliac", "the facet joints", view.lines(("si_joint",)), facet, accepted, located),
    )
    held = [side for side in found if side.lines and side.foreign]
    for side in held:
        yield _held(side)
    if not held:
        yield Draft(
            "not_applicable",
            "No sacroiliac code stands beside a facet procedure, nor a facet code beside a sacroiliac one.",
        )


CHECK = Check(
    slug="sacroiliac-and-facet",
    ref="C10",
    title="Sacroiliac and facet mixed up",
    compares="facet procedures with sacroiliac diagnoses, sacroiliac procedures with those of spondylosis",
    severity="blocking",
    references=("icd10cm-tabular", "sacroiliac-lcds"),
    run=run,
    always=True,
)
