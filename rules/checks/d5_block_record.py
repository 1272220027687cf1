"""D5: what the record of a diagnostic block must hold: date, levels, side, agent, guidance."""

from __future__ import annotations

from collections.abc import Iterator

from rules.checks.base import Check, Draft, Supply, evidence, listed, quoted
from rules.checks.block_records import BlockRecord, records
from rules.checks.naming import under
from rules.policy import PolicyView
from rules.values import Region
from rules.view import FACET, CaseView

_SLUG = "block-record"
_ASK = "Procedure note of each diagnostic block: date, levels, side, drug and its amount, image guidance"


def lacking(view: CaseView, record: BlockRecord) -> tuple[str, ...]:
    """Name what no statement of the block, and no procedure note of it, tells."""
    values = [f.value for f in record.statements]
    agents = record.within(view.case.block_agents)
    guidance = record.within(view.case.guidance)
    parts = (
        ("date", record.day is not None),
        ("levels", any(v.levels for v in values)),
        ("side", any(v.laterality != "unknown" for v in values)),
        ("drug", any(v.agent for v in values) or bool(agents)),
        ("image guidance", any(v.guidance for v in values) or bool(guidance)),
    )
    gaps = tuple(name for name, there in parts if not there)
    view.trail.add(
        f"what the record tells of {record.block.id}",
        f"lacks {listed(gaps)}" if gaps else "date, levels, side, drug and image guidance",
        (*record.statements, *agents, *guidance),
    )
    return gaps


def _supplies(gaps: tuple[str, ...], record: BlockRecord) -> tuple[Supply, ...]:
    """Return the same block told in full, where what it lacks is a drug or guidance only."""
    own = record.block.value
    told: dict[str, object] = {}
    if "drug" in gaps:
        told["agent"] = "local anaesthetic"
    if "image guidance" in gaps:
        told["guidance"] = "fluoroscopy"
    if not set(gaps) <= {"drug", "image guidance"} or not own.date:
        return ()
    words = f"the block of {own.date} was done with {listed(str(w).replace('_', ' ') for w in told.values())}"
    return (Supply("injections", own.model_copy(update=told), words),)


def _one(view: CaseView, policy: PolicyView, region: Region, record: BlockRecord) -> Draft:
    gaps = lacking(view, record)
    agents, guidance = record.within(view.case.block_agents), record.within(view.case.guidance)
    proof = evidence((*record.statements, *agents, *guidance))
    name = f"the {region} diagnostic block of {record.day}" if record.day else f"a {region} diagnostic block"
    if gaps:
        return Draft(
            "not_documented",
            f"The record of {name} ({quoted(proof, most=1)}) lacks its {listed(gaps)}, asked "
            f"{under(policy, _SLUG)}.",
            subject=region,
            headline=f"the {listed(gaps)} of {name}",
            evidence=proof,
            asks=(_ASK,),
            supplies=_supplies(gaps, record),
        )
    return Draft(
        "met",
        f"Date, levels, side, drug and image guidance of {name} are documented: {quoted(proof)}.",
        subject=region,
        evidence=proof,
    )


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look for the parts of the record of every past diagnostic block in the requested regions."""
    some = False
    for region in view.requested_regions(FACET):
        for record in records(view, (region,)):
            some = True
            yield _one(view, policy, region, record)
    if not some:
        yield Draft("not_applicable", "No past diagnostic block is documented in the requested region.")


CHECK = Check(
    slug=_SLUG,
    ref="D5",
    title="Record of each diagnostic block",
    compares="each past diagnostic block with date, levels, side, drug and guidance in the record",
    severity="minor",
    references=("lcd-l38801",),
    run=run,
    families=FACET,
)
