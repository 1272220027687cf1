"""Jobs into the store: each key once, however often it is delivered."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, select, update

from pipeline.store.audit import Event, append
from pipeline.store.job import Job, canonical
from pipeline.store.parts import chunks, insert
from pipeline.store.schema import job, version_set

#: Dead letters of these codes wait for their file: a new delivery of the same document brings it.
_WAIT_FOR_FILE: Final = ("MISSING", "CHANGED")


def add_versions(c: Connection, now: float, jobs: Sequence[Job]) -> None:
    """Note the sets of versions of the jobs, each once."""
    sets = {j.versions_digest: canonical(dict(j.versions)) for j in jobs}
    for digest, versions in sorted(sets.items()):
        c.execute(
            insert(c, version_set)
            .values(digest=digest, versions=versions, created=now, seen=now)
            .on_conflict_do_nothing()
        )


def row_of(j: Job, now: float) -> dict[str, Any]:
    """The job as a new row."""
    code, kind = j.error or (None, None)
    return {
        "key": j.key, "subject": j.subject, "case_id": j.case_id, "patient": j.patient,
        "documents": json.dumps(j.documents), "request": canonical(dict(j.request)), "policy": j.policy,
        "as_of": j.as_of, "llm": j.llm, "versions": j.versions_digest, "paths": json.dumps(j.paths),
        "source": j.source, "state": "dead" if j.error else "queued", "token": 0, "attempts": 0,
        "not_before": 0.0, "error_code": code, "error_class": kind, "created": now, "updated": now,
    }  # fmt: skip


def _asked_by_newer(c: Connection, part: Sequence[Job]) -> set[str]:
    """Subjects that wait for versions met later than the job's own (an older release asks again)."""
    created = {r.digest: r.created for r in c.execute(select(version_set.c.digest, version_set.c.created))}
    mine = {j.subject: created[j.versions_digest] for j in part}
    waiting = c.execute(
        select(job.c.subject, job.c.versions).where(
            job.c.subject.in_(list(mine)), job.c.state.in_(("queued", "leased"))
        )
    )
    return {r.subject for r in waiting if created[r.versions] > mine[r.subject]}


def _supersede(c: Connection, now: float, new: Sequence[Job]) -> list[Event]:
    """Nobody would want the answers of older versions that nobody has begun to make."""
    by_versions: dict[str, list[str]] = defaultdict(list)
    for j in new:
        if j.error is None:
            by_versions[j.versions_digest].append(j.subject)
    events: list[Event] = []
    for digest, subjects in by_versions.items():
        gone = c.execute(
            update(job)
            .where(job.c.subject.in_(subjects), job.c.versions != digest, job.c.state == "queued")
            .values(state="superseded", updated=now)
            .returning(job.c.id)
        ).scalars()
        events += [Event("superseded", i, {}) for i in sorted(gone)]
    return events


def enqueue(c: Connection, now: float, jobs: Sequence[Job]) -> int:
    """Add the jobs that the store does not know; return how many were new (see ``Store.enqueue``)."""
    unique = list({j.key: j for j in jobs}.values())
    add_versions(c, now, unique)
    added = 0
    events: list[Event] = []
    for part in chunks(unique):
        late = _asked_by_newer(c, part)
        wanted = {j.key: j for j in part if j.subject not in late or j.error}
        if not wanted:
            continue
        rows = [row_of(j, now) for j in wanted.values()]
        made = c.execute(
            insert(c, job).values(rows).on_conflict_do_nothing().returning(job.c.id, job.c.key)
        ).all()
        new = sorted((r.id, wanted.pop(r.key)) for r in made)
        added += len(new)
        for i, j in new:
            events.append(
                Event("taken_in", i, {"key": j.key, "source": j.source, "documents": len(j.documents)})
            )
            if j.error:
                events.append(Event("dead", i, {"code": j.error[0], "class": j.error[1], "attempts": 0}))
        events += _supersede(c, now, [j for _, j in new])
        # Known ones: the same case from another place; the files may be there only.
        for j in wanted.values():
            if j.error:
                continue
            paths = json.dumps(j.paths)
            c.execute(
                update(job)
                .where(job.c.key == j.key, job.c.state == "queued", job.c.paths != paths)
                .values(paths=paths)
            )
            back = c.execute(
                update(job)
                .where(job.c.key == j.key, job.c.state == "dead", job.c.error_code.in_(_WAIT_FOR_FILE))
                .values(
                    state="queued", paths=paths, attempts=0, not_before=0.0, error_code=None,
                    error_class=None, updated=now,
                )
                .returning(job.c.id)
            ).scalars()  # fmt: skip
            events += [Event("requeued", i, {"why": "delivered again"}) for i in back]
    append(c, now, events)
    return added
