"""C4: an Excludes1 pair whose two conditions may be unrelated: of different regions, or documented so."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from rules.checks.base import Check, Draft, evidence, icd, of_diagnoses, quoted
from rules.checks.excludes import Pair, excluded_pairs
from rules.policy import PolicyView
from rules.view import CaseView


def _open(pair: Pair) -> Draft:
    one, other = pair.one.code, pair.other.code
    proof = evidence(pair.said)
    why = []
    if pair.apart:
        why.append("they speak of different regions")
    if proof:
        why.append(f"the record calls conditions unrelated ({quoted(proof)})")
    draft = Draft(
        "needs_review",
        f"An Excludes1 note at {pair.note} bars {one} ({icd(one).title}) with {other} ({icd(other).title}), "
        f"but {' and '.join(why)}; unrelated conditions may stand together.",
        headline=f"whether {one} and {other} are unrelated conditions",
        asks=() if proof else (f"A statement whether {one} and {other} are unrelated conditions",),
        **of_diagnoses(pair.one, pair.other),
    )
    return dataclasses.replace(draft, evidence=(*proof, *draft.evidence))


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hand every Excludes1 pair to a reviewer whose conditions may be unrelated."""
    found = [pair for pair in excluded_pairs(view) if pair.may_stand]
    for pair in found:
        yield _open(pair)
    if not found:
        yield Draft(
            "not_applicable",
            "No Excludes1 pair of different regions, or of conditions documented as unrelated, is submitted.",
        )


CHECK = Check(
    slug="excludes1-unrelated",
    ref="C4",
    title="Excludes1 pair that may be unrelated",
    compares="Excludes1 pairs with the regions of the two codes and with statements that they are unrelated",
    severity="minor",
    references=("icd10cm-tabular", "nchs-excludes1"),
    run=run,
    always=True,
)
