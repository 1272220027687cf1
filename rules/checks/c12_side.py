"""C12: the side, as diagnosis codes, claim lines, the plan, symptoms and past blocks have it."""

from __future__ import annotations

from collections.abc import Iterator

from rules.checks.base import Check, Draft, listed
from rules.checks.parts import parts
from rules.checks.sides import Comparison, comparisons
from rules.policy import PolicyView
from rules.view import CaseView


def _names(side: frozenset[str]) -> str:
    """Return sides in words: ``the left side``, ``both sides``."""
    return "both sides" if len(side) > 1 else f"the {listed(side)} side"


def _draft(found: Comparison) -> Draft:
    one, other = found.one, found.other
    said = f"{one.words} {one.verb} {_names(one.sides)}, {other.words} {other.verb} {_names(other.sides)}"
    message = f"{said[0].upper()}{said[1:]}{found.quotes}."
    if one.sides & other.sides:
        return Draft(
            "needs_review",
            message,
            found.subject,
            headline=f"which side is meant: {said}",
            evidence=found.places,
            codes=found.codes,
            asks=("A statement of the side that is treated",),
        )
    return Draft(
        "contradiction",
        message,
        found.subject,
        headline=said,
        evidence=found.places,
        codes=found.codes,
        asks=("A statement of the side that is treated",),
    )


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold the sides that the request, the codes and the record name against one another."""
    found = [c for part in parts(view) for c in comparisons(view, part)]
    differing = [c for c in found if not c.agrees]
    for comparison in differing:
        yield _draft(comparison)
    if found and not differing:
        yield Draft(
            "met",
            "The sides that are stated agree: "
            + "; ".join(f"{c.one.words} and {c.other.words} ({_names(c.one.sides)})" for c in found)
            + ".",
            evidence=tuple(e for c in found for e in c.places),
        )
    if not found:
        yield Draft("not_applicable", "No two statements of a side are there to be held against each other.")


CHECK = Check(
    slug="side",
    ref="C12",
    title="Side",
    compares="the sides of ICD-10-CM titles, lines, modifiers, plan, radicular symptoms and past blocks",
    severity="major",
    references=("icd10cm-tabular", "evicore-cmm-208"),
    run=run,
    always=True,
)
