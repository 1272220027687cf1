"""What must hold when a soak is over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from notes import CODES, Poison
from sqlalchemy import func, select

from pipeline.documents import document_from_text
from pipeline.site import Site
from pipeline.store import Store
from pipeline.store.schema import audit, job, result


def verified(
    site: Site, store: Store, expected: Mapping[str, Poison | None]
) -> tuple[dict[str, Any], list[str]]:
    """Figures, and what does not hold in words.

    Parameters
    ----------
    site, store
        What was worked on.
    expected
        The kind of each case that was delivered, by case id.
    """
    faults: list[str] = []

    def must(holds: bool, what: str) -> None:
        if not holds:
            faults.append(what)

    with store.database.transaction(write=False) as c:
        states = dict(c.execute(select(job.c.state, func.count()).group_by(job.c.state)).tuples().all())
        jobs = c.execute(select(job.c.id, job.c.case_id, job.c.state, job.c.error_code, job.c.attempts)).all()
        results = c.execute(select(func.count()).select_from(result)).scalar_one()
        with_result = set(c.execute(select(result.c.job)).scalars())
        told = c.execute(
            select(audit.c.event, func.count(), func.count(audit.c.job.distinct())).group_by(audit.c.event)
        ).all()
    done, dead = states.get("done", 0), states.get("dead", 0)
    pending = len(jobs) - done - dead
    must(len(jobs) == len(expected), f"taken in {len(jobs)} of {len(expected)}")
    must({j.case_id for j in jobs} == set(expected), "the cases are not those that were delivered")
    must(pending == 0, f"{pending} pending")
    must(
        results == done and with_result == {j.id for j in jobs if j.state == "done"},
        "results and jobs differ",
    )
    for name, entries, distinct in told:
        if name in ("taken_in", "done"):
            must(entries == distinct, f"{name} is told twice of a job")
    codes: Counter[str] = Counter()
    innocents = 0
    for j in jobs:
        kind = expected.get(j.case_id)
        if j.state == "dead":
            codes[j.error_code] += 1
            innocents += kind is None
        must(
            (j.state, j.error_code) == (("dead", CODES[kind]) if kind else ("done", None)),
            f"a case of kind {kind} is {j.state} {j.error_code}",
        )
    trail = store.integrity()
    faults += trail.broken
    parts = sum(1 for _ in site.at(site.documents).rglob(".part-*"))
    must(parts == 0, f"{parts} half-written documents are left")
    return {
        "taken_in": len(jobs), "done": done, "dead": dead, "pending": pending, "results": results,
        "dead_by_code": dict(sorted(codes.items())), "innocents_dead": innocents,
        "attempts": dict(sorted(Counter(j.attempts for j in jobs).items())),
        "audit_entries": trail.entries,
        "audit_events": {name: entries for name, entries, _ in sorted(told)},
    }, sorted(set(faults))  # fmt: skip


def same_as_alone(store: Store, texts: Mapping[str, str]) -> list[str]:
    """Assess some cases here, one by one; name those whose stored result is not the same to the byte."""
    from pipeline import assess

    with store.database.transaction(write=False) as c:
        rows = c.execute(
            select(job.c.case_id, result.c.payload).join(result, result.c.job == job.c.id).where(
                job.c.case_id.in_(list(texts))
            )
        ).all()  # fmt: skip
    stored = {row.case_id: row.payload for row in rows}
    out = []
    for case_id, text in texts.items():
        document = document_from_text(text, case_id)
        alone = assess.assess_documents(case_id, [document]).assessment.model_dump_json()
        if stored.get(case_id) != alone:
            out.append(f"the result of {case_id} is not that of one process alone")
    return out
