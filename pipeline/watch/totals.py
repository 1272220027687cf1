"""Counts of all that ever happened, kept by following the audit trail instead of counting everything anew.

Every name that becomes a label has a tight form, and there is a bound on how many: what does not fit is
counted as "other".
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, get_args

from pipeline.store.audit import GENESIS
from pipeline.store.following import Happened
from pipeline.store.job import Source
from pipeline.watch.counts import counts_of

OTHER: Final = "other"
#: Different labels that one metric may have; beyond them names are counted as "other".
MOST_LABELS: Final = 1000
_FORM: Final = "notewarrant-totals/1"
_NAME: Final = re.compile(r"[a-z][a-z_]{1,39}", re.ASCII)
_CODE: Final = re.compile(r"[A-Z][A-Z_]{1,23}", re.ASCII)
_FINDING: Final = re.compile(r"[A-Z](?:[0-9]{1,2}|-[A-Z]{2,12}) [a-z][a-z_]{1,39}", re.ASCII)
_COUNTERS: Final = ("taken_in", "results", "attempts", "dead", "findings", "facts")
_SOURCES: Final = frozenset(get_args(Source))


def label(counter: Counter[str], name: object, form: re.Pattern[str], before: str = "") -> str:
    """``before`` and the name, or "other" where the name has not the form or the counter is full."""
    key = f"{before}{name}"
    fits = isinstance(name, str) and form.fullmatch(name)
    return key if fits and (key in counter or len(counter) < MOST_LABELS) else f"{before}{OTHER}"


def code(name: object) -> str:
    """An error's code as a label."""
    return name if isinstance(name, str) and _CODE.fullmatch(name) else OTHER


@dataclass
class Totals:
    """Sums up to an entry of the trail.

    Attributes
    ----------
    seq, hash
        The last entry that is part of the sums.
    taken_in
        Jobs by source.
    results
        Results by "source answer".
    attempts
        Attempts that came to an end, by end: done, retry (tried again), dead (given up), lost (the lease ran
        out or the worker was gone).
    dead
        Jobs that became dead letters by code, also those that were replayed later.
    findings, facts
        By "check outcome" and by family; re-checks are left out, since they tell of the same documents again.
    documents
        Documents of those results.
    uncounted
        Results without counts: erased before they were read here, or made by an older release.
    """

    seq: int = 0
    hash: str = GENESIS
    taken_in: Counter[str] = field(default_factory=Counter)
    results: Counter[str] = field(default_factory=Counter)
    attempts: Counter[str] = field(default_factory=Counter)
    dead: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    facts: Counter[str] = field(default_factory=Counter)
    documents: int = 0
    uncounted: int = 0

    def add(self, entries: Iterable[Happened], head: str) -> None:
        """Go on with the next entries, of which ``head`` is the last one's hash."""
        for e in entries:
            self._one(e)
            self.seq, self.hash = e.seq, head

    def _one(self, e: Happened) -> None:
        source = e.source if e.source and e.source in _SOURCES else OTHER
        if e.event == "taken_in":
            self.taken_in[source] += 1
        elif e.event == "done":
            self.results[label(self.results, e.detail.get("answer"), _NAME, f"{source} ")] += 1
            if e.detail.get("token"):  # what was recorded with its result was in no worker's hands
                self.attempts["done"] += 1
            if source != "recheck":
                self._counts(e.summary)
        elif e.event == "retry":
            self.attempts["retry"] += 1
        elif e.event == "lease_lost":
            self.attempts["lost"] += 1
        elif e.event == "dead":
            self.dead[code(e.detail.get("code"))] += 1
            if e.detail.get("attempts"):
                self.attempts["lost" if e.detail.get("code") == "CRASH" else "dead"] += 1

    def _counts(self, summary: str | None) -> None:
        counts = counts_of(summary)
        if counts is None:
            self.uncounted += 1
            return
        for name, n in counts.facts.items():
            self.facts[label(self.facts, name, _NAME)] += n
        for name, n in counts.findings.items():
            self.findings[label(self.findings, name, _FINDING)] += n
        self.documents += counts.documents

    def to_json(self) -> str:
        """The sums, to go on with later."""
        return json.dumps({"form": _FORM, **vars(self)}, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Totals:
        """Sums that were kept; new ones where the text is none of them."""
        try:
            data: dict[str, Any] = json.loads(text)
            if data.pop("form") != _FORM:
                return cls()
            out = cls(int(data["seq"]), str(data["hash"]))
            for name in _COUNTERS:
                getattr(out, name).update({str(k): int(n) for k, n in data[name].items()})
            out.documents, out.uncounted = int(data["documents"]), int(data["uncounted"])
            return out
        except (ValueError, KeyError, TypeError, AttributeError):
            return cls()
