"""A store that things happen to, and its sums by counting anew."""

import json
from collections import Counter

from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select

from pipeline.store import Job, Store
from pipeline.store.schema import job as jobs
from pipeline.store.schema import result
from pipeline.watch.metrics import Ledger, exposition

from .conftest import JOB, Clock

MARKER = "Zyx-planted-7741"
SUMMARIES = (
    '{"facts":{"pain":2,"therapies":3},"findings":{"A1 contradiction":1,"B2 met":2},"size":{"documents":1}}',
    '{"facts":{"pain":1},"findings":{},"size":{"documents":2}}',
    '{"facts":{},"findings":{"A1 contradiction":1},"size":{"documents":1}}',
    "{}",
)


def values(text: str) -> dict[tuple[str, tuple[str, ...]], float]:
    """Samples by name and the labels' values, in the order of the labels' names."""
    return {
        (sample.name.removeprefix("notewarrant_"), tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


class Machine:
    """A store that things happen to."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store, self.clock, self.made, self.held = store, clock, 0, []  # type: ignore[var-annotated]

    def job(self, source: str, **changes: object) -> Job:
        self.made += 1
        return Job(
            case_id=f"{MARKER}-{self.made}", documents=(f"{self.made:064}",), paths=(f"/{MARKER}",),
            policy="guideline", versions=JOB.versions, patient=MARKER, source=source, **changes,
        )  # fmt: skip

    def act(self, what: str, n: int) -> None:
        sources = ("folder", "inbox", "rabbitmq", "redis")
        summary = SUMMARIES[n % len(SUMMARIES)]
        payload = json.dumps({"quote": MARKER})
        if what == "take":
            self.store.enqueue([self.job(sources[(n + i) % 4]) for i in range(n)])
        elif what == "refuse":
            self.store.enqueue([self.job("inbox", error=("NOT_TEXT", "BinaryDocument"))])
        elif what == "claim":
            self.held += self.store.claim(f"here:1:2:{self.made}{len(self.held)}", n + 1)
        elif what == "recheck":
            self.store.record(self.job("recheck"), "supported", payload, summary)
        elif what == "wait":
            self.clock.time += 400 * n
            self.store.reclaim()
        elif what == "replay":
            dead = [r.id for r in self.store.results(payloads=False) if r.state == "dead"]
            self.store.requeue(dead[:n])
        elif self.held:
            row = self.held.pop(0)
            self.store.begin(row)
            if what == "finish":
                self.store.finish(row, "supported" if n % 2 else "not_supported", payload, summary)
            else:
                self.store.fail(row, "INTERNAL" if n % 2 else "NO_TEXT", "KeyError", final=n % 3 == 0)


def recounted(store: Store) -> dict[str, Counter[str]]:
    """The sums by counting all rows anew, another way than by following."""
    with store.database.transaction(write=False) as c:
        taken = Counter(c.execute(select(jobs.c.source)).scalars())
        done = c.execute(
            select(jobs.c.source, result.c.answer, result.c.summary).join(result, result.c.job == jobs.c.id)
        ).all()
    findings: Counter[str] = Counter()
    facts: Counter[str] = Counter()
    documents = 0
    for source, _, summary in done:
        data = json.loads(summary)
        if source != "recheck" and data:
            findings.update(data["findings"])
            facts.update(data["facts"])
            documents += data["size"]["documents"]
    return {
        "taken_in": taken,
        "results": Counter(f"{answer} {source}" for source, answer, _ in done),
        "findings": findings,
        "facts": facts,
        "documents": Counter(n=documents),
    }


def check_equal(ledger: Ledger, store: Store) -> None:
    found = values(exposition(ledger))
    for name, sums in recounted(store).items():
        if name == "documents":
            assert found["documents_total", ()] == sums["n"]
            continue
        of_name = {" ".join(key): n for (metric, key), n in found.items() if n and metric == f"{name}_total"}
        assert of_name == dict(sums), name
    for state, n in store.counts().items():
        assert found["jobs", (state,)] == n
    dead = {key[0]: n for (metric, key), n in found.items() if metric == "dead_letters"}
    assert dead == store.overview().dead
    states = store.counts()
    assert sum(states.values()) == sum(n for (m, _), n in found.items() if m == "taken_in_total")
    assert sum(n for (m, _), n in found.items() if m == "results_total") == states["done"]
    assert found["behind_entries", ()] == 0
