"""What must hold of a store after whatever happened to its workers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from pipeline.store import Store, digest
from pipeline.store.audit import walk
from pipeline.store.schema import audit, audit_head, job, result
from rules.assessment import Assessment

NOTE = """\
HISTORY: Low back pain for {n} months, no leg symptoms.
PRIOR TREATMENT: physical therapy for 8 weeks without relief.
ASSESSMENT: M47.816 lumbar spondylosis.
PLAN: 64635, 64636 radiofrequency ablation L4-5, L5-S1.
"""


@dataclass(frozen=True)
class Where:
    """A store of the test's own and its folder of documents, as steps take them."""

    store: str
    documents: str

    @property
    def arguments(self) -> dict[str, str]:
        """Arguments of a step."""
        return {"store": self.store, "documents": self.documents}


def notes(n: int, start: int = 0) -> list[tuple[str, str]]:
    """Case ids and texts, each its own."""
    return [(f"case-{i:03}", NOTE.format(n=i + 1)) for i in range(start, start + n)]


def payloads(where: Where) -> dict[str, str]:
    """Results by case id."""
    with Store(where.store) as store:
        return {r.case_id: r.payload for r in store.results(states=["done"]) if r.payload is not None}


def sound(where: Where) -> dict[str, int]:
    """Check all that must hold at any moment between transactions; return the counts by state.

    One result for each job that is done, and for no other; it is whole and was made with the versions of its
    key; the audit trail holds together, and tells of exactly one end and one beginning of each.
    """
    with Store(where.store) as store:
        with store.database.transaction() as c:
            done = set(c.execute(select(job.c.id).where(job.c.state == "done")).scalars())
            with_result = list(c.execute(select(result.c.job)).scalars())
            keys = list(c.execute(select(job.c.key)).scalars())
            rows = c.execute(select(audit).order_by(audit.c.seq)).all()
            head = c.execute(select(audit_head.c.seq, audit_head.c.hash)).one()
            sets = c.execute(select(func.count(job.c.versions.distinct()))).scalar_one()
        assert sorted(with_result) == sorted(done), "a result for each that is done, and only for those"
        assert len(keys) == len(set(keys))
        assert sets >= 1 or not keys
        state = walk(((r.seq, r.at, r.event, r.job, r.detail, r.hash) for r in rows), (head.seq, head.hash))
        assert state.broken is None
        for event in ("taken_in", "done"):
            told = [r.job for r in rows if r.event == event]
            assert len(told) == len(set(told)), f"{event} is told once a job"
        assert {r.job for r in rows if r.event == "done"} >= done
        digests = {r.job: json.loads(r.detail)["payload"] for r in rows if r.event == "done"}
        for row in store.results(states=["done"]):
            assert row.payload is not None
            kept = Assessment.model_validate_json(row.payload)
            assert kept.case_id == row.case_id
            assert digest_of(kept.versions) == row.versions, "a result pins the versions of its key"
            assert hashlib.sha256(row.payload.encode()).hexdigest() == digests[row.id]
        return store.counts()


def digest_of(versions: Mapping[str, str]) -> str:
    """Digest of a set of versions."""
    return digest(dict(versions))
