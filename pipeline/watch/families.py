"""The metrics by name: what the ledger's state and the trail's sums are called in Prometheus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import get_args

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from pipeline.store.job import Source
from pipeline.store.reading import Overview
from pipeline.watch.totals import OTHER, Totals, code


def gauge(name: str, says: str, value: float) -> Metric:
    """One number that is so now."""
    return GaugeMetricFamily(f"notewarrant_{name}", says, value=value)


def _gauges(name: str, says: str, label: str, values: Mapping[str, float]) -> Metric:
    metric = GaugeMetricFamily(f"notewarrant_{name}", says, labels=[label])
    for key, n in values.items():
        metric.add_metric([key], n)
    return metric


def _counter(name: str, says: str, labels: str, counts: Counter[str], known: Iterable[str] = ()) -> Metric:
    """Sums whose keys hold the labels' values, separated by spaces.

    Those of ``known`` are there from the start, at zero: Prometheus sees no increase in a counter's first
    value.
    """
    names = labels.split()
    metric = CounterMetricFamily(f"notewarrant_{name}", says, labels=names)
    for key, n in sorted({**dict.fromkeys(known, 0), **counts}.items()):
        values = key.split()
        metric.add_metric(values + [OTHER] * (len(names) - len(values)), n)
    return metric


def now(seen: Overview) -> Iterator[Metric]:
    """What is so now."""
    yield _gauges("jobs", "Jobs by state.", "state", seen.states)
    dead: Counter[str] = Counter()
    for name, n in seen.dead.items():
        dead[code(name)] += n
    yield _gauges("dead_letters", "Dead letters that lie there, by code.", "code", dict(sorted(dead.items())))
    oldest = "Age of the oldest job that waits or is in hand; 0 where there is none."
    yield gauge("oldest_waiting_seconds", oldest, seen.oldest_waiting or 0.0)
    yield gauge("backing_off", "Jobs that met a fault and are not yet due.", seen.backing_off)
    yield gauge("leases", "Jobs in hand.", seen.states["leased"])
    yield gauge("workers", "Processes that have jobs in hand.", seen.workers)
    other = "Jobs that wait for versions which no worker has."
    yield gauge("waiting_for_other_versions", other, seen.left_behind)
    if seen.last_result is not None:
        yield gauge("last_result_timestamp_seconds", "When the last result was finished.", seen.last_result)
    looked = "When a worker last looked for work, to the minute; 0 where none ever did."
    yield gauge("worker_seen_timestamp_seconds", looked, seen.worker_seen or 0.0)
    yield gauge("audit_entries", "Entries of the audit trail.", seen.audit_seq)


def ever(t: Totals, entries: int) -> Iterator[Metric]:
    """What ever happened, of a trail of so many entries."""
    behind = "Entries of the trail that the counters have not seen yet."
    yield gauge("behind_entries", behind, max(0, entries - t.seq))
    yield _counter("taken_in", "Jobs taken in, by source.", "source", t.taken_in, get_args(Source))
    yield _counter("results", "Results, by source and answer.", "source answer", t.results)
    ends = "Attempts that came to an end: done, retry (tried again), dead (given up), lost (worker gone)."
    yield _counter("attempts", ends, "end", t.attempts, ("done", "retry", "dead", "lost"))
    yield _counter("dead_lettered", "Jobs that became dead letters, also replayed ones.", "code", t.dead)
    yield _counter("findings", "Findings; without re-checks.", "check outcome", t.findings)
    yield _counter("facts", "Facts; without re-checks.", "family", t.facts)
    documents = "Documents whose findings and facts are counted; without re-checks."
    yield CounterMetricFamily("notewarrant_documents", documents, value=t.documents)
    uncounted = "Results whose findings and facts are not counted: erased, or of an older release."
    yield CounterMetricFamily("notewarrant_uncounted_results", uncounted, value=t.uncounted)
