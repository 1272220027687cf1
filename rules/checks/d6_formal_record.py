"""D6: signature, order, and a procedure note for each block that the request rests on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from rules.case import Fact
from rules.checks.base import Check, Draft, Supply, evidence, listed, quoted
from rules.checks.block_records import records
from rules.checks.naming import under
from rules.policy import PolicyView
from rules.values import RecordItem
from rules.view import FACET, SPINAL, CaseView

_SLUG = "formal-record"
_ASKS = {
    "signature": "The note with the signature of the clinician who wrote it",
    "order": "The order for the requested procedure",
}


def _items(view: CaseView, kind: str) -> tuple[list[Fact[RecordItem]], list[Fact[RecordItem]]]:
    """Return statements that a formal part is there, and statements that it is missing."""
    told = [f for f in view.case.record_items if f.value.kind == kind]
    there = [f for f in told if f.assertion in ("present", "historical")]
    missing = [f for f in told if f.assertion == "absent"]
    view.trail.add(
        f"{kind.replace('_', ' ')} in the record", f"{len(there)} there, {len(missing)} missing", told
    )
    return there, missing


def _part(view: CaseView, policy: PolicyView, kind: Literal["signature", "order"]) -> Draft:
    there, missing = _items(view, kind)
    # A note that is signed does not mend another that says of itself that it is not.
    unsigned = [f for f in missing if f.document not in {g.document for g in there}]
    article = "An" if kind == "order" else "A"
    if there and unsigned:
        return Draft(
            "needs_review",
            f"One document has {article.lower()} {kind} ({quoted(evidence(there), most=1)}), another says "
            f"that it has none ({quoted(evidence(unsigned), most=1)}).",
            subject=kind,
            headline=f"whether the {kind} that is asked is in the record",
            evidence=evidence((*there, *unsigned)),
            asks=(_ASKS[kind],),
        )
    if there:
        proof = evidence(there)
        return Draft("met", f"{article} {kind} is documented: {quoted(proof)}.", kind, evidence=proof)
    said = f" The record says that it is missing: {quoted(evidence(missing))}." if missing else ""
    return Draft(
        "not_documented",
        f"{article} {kind} is asked {under(policy, _SLUG)}, and none was found in the record.{said}",
        subject=kind,
        headline=f"{article.lower()} {kind}",
        evidence=evidence(missing),
        asks=(_ASKS[kind],),
        supplies=()
        if missing
        else (Supply("record_items", RecordItem(kind=kind), f"the record has {article.lower()} {kind}"),),
    )


def _procedure_notes(view: CaseView, policy: PolicyView) -> Draft:
    found = records(view, view.requested_regions(FACET))
    there, missing = _items(view, "procedure_note")
    subject = "procedure-note"
    if not found:
        return Draft("not_applicable", "The request rests on no past diagnostic block.", subject)
    # A description inside another document stands for the blocks that are told in that document.
    inside = {f.document for f in there}
    bare = [r for r in found if not r.described and not inside & {f.document for f in r.statements}]
    proof = evidence(f for r in (bare or found) for f in r.statements)
    if not bare:
        return Draft(
            "met",
            "A procedure note of every past diagnostic block is in the record.",
            subject,
            evidence=(*proof, *evidence(there)),
        )
    days = listed(r.day or "unknown date" for r in bare)
    return Draft(
        "not_documented",
        f"No procedure note was found for {len(bare)} of {len(found)} past diagnostic blocks ({days}): "
        f"{quoted(proof)}. A procedure note is asked {under(policy, _SLUG)}.",
        subject,
        headline="the procedure note of each diagnostic block",
        evidence=(*proof, *evidence(missing)),
        asks=(f"Procedure note of the diagnostic block of {days}",),
    )


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look for signature and order, and for the procedure notes of past diagnostic blocks."""
    yield _part(view, policy, "signature")
    yield _part(view, policy, "order")
    if view.asks_for(FACET):
        yield _procedure_notes(view, policy)


CHECK = Check(
    slug=_SLUG,
    ref="D6",
    title="Signature, order and procedure notes",
    compares="the record with signature, order and a procedure note of each past diagnostic block",
    severity="minor",
    references=("cert-64635",),
    run=run,
    families=SPINAL,
)
