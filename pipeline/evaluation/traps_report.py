"""Results of traps as text, as JSON and as a stored run; no text of a case in any of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from pipeline.corpus import TrapCase, TrapCorpus
from pipeline.evaluation.evaluator import run_versions
from pipeline.evaluation.runs import FORMAT
from pipeline.evaluation.traps import TrapResult
from pipeline.evaluation.wilson import wilson


def case_digest(case: TrapCase) -> str:
    """A hash of a case's text and expectations: only where both are the same can two runs be compared."""
    expect = json.dumps(case.expect, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(f"{case.text}\0{expect}".encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Rate:
    """How many cases of a phenomenon pass, and how many are known to fail."""

    phenomenon: str
    title: str
    passed: int
    total: int
    known: int


def rates(corpus: TrapCorpus, results: Sequence[TrapResult]) -> list[Rate]:
    """The pass rate of each phenomenon, in the order of the corpus."""
    out = []
    for phenomenon, title in corpus.titles.items():
        own = [r for r in results if r.case.phenomenon == phenomenon]
        known = sum(r.reason is not None for r in own)
        out.append(Rate(phenomenon, title, sum(r.passed for r in own), len(own), known))
    return out


def traps_data(corpus: TrapCorpus, results: Sequence[TrapResult]) -> dict[str, Any]:
    """The results as plain data, as they are stored and printed."""
    return {
        "format": FORMAT,
        "kind": "traps",
        "corpus": {
            "name": corpus.name,
            "version": corpus.version,
            "digest": corpus.digest,
            "split": None,
            "sets": None,
            "cases": len(results),
        },
        "versions": run_versions(),
        "phenomena": {
            r.phenomenon: {
                "title": r.title,
                "passed": r.passed,
                "total": r.total,
                "known_failures": r.known,
                "interval": wilson(r.passed, r.total),
            }
            for r in rates(corpus, results)
        },
        "cases": [
            {
                "id": r.case.id,
                "digest": case_digest(r.case),
                "phenomenon": r.case.phenomenon,
                "passed": r.passed,
                "known_failure": r.reason is not None,
                "as_known": r.as_known,
                "failure": r.failure.code if r.failure else None,
                "faults": [{"family": f.family, "wanted": f.wanted, "found": f.found} for f in r.faults],
            }
            for r in results
        ],
        "notes": [],
    }


def known_text(results: Sequence[TrapResult]) -> str:
    """The file of known failures that takes stock of today: reasons that it had stay, passing cases go."""
    reasons = {
        r.case.id: r.reason
        or "; ".join(map(str, r.faults))
        or f"cannot be read ({r.failure.code if r.failure else ''})"
        for r in results
        if not r.passed
    }
    head = "# Cases that are known to fail, each with the reason; one that passes is a fault of the tests.\n"
    return head + yaml.safe_dump(reasons, sort_keys=False, width=110, allow_unicode=True)


def _faults(r: TrapResult) -> Iterator[str]:
    if r.failure:
        yield f"      {r.failure.cause}"
    yield from (f"      {f}" for f in r.faults)


def traps_text(
    corpus: TrapCorpus, results: Sequence[TrapResult], older: Mapping[str, Any] | None = None
) -> str:
    """The results for a terminal: pass rates, then every case that fails, or passes though known to fail."""
    passed = sum(r.passed for r in results)
    name = f"{corpus.name} {corpus.version}"
    lines = [f"{name}: {passed} of {len(results)} cases pass (digest {corpus.digest[:12]})", ""]
    width = max([10, *(len(r.phenomenon) for r in rates(corpus, results))])
    lines.append(f"{'phenomenon':{width}} {'passed':>9} {'share':>7} {'known':>6}  95 % interval")
    for r in rates(corpus, results):
        low, high = wilson(r.passed, r.total) or (0.0, 1.0)
        share = f"{r.passed / r.total:.3f}" if r.total else "-"
        counts = f"{f'{r.passed}/{r.total}':>9} {share:>7} {r.known:>6}"
        lines.append(f"{r.phenomenon:{width}} {counts}  {low:.2f} to {high:.2f}")
    bad = [x for x in results if not x.passed]
    for title, own in (
        ("cases that fail", [x for x in bad if x.reason is None]),
        ("known failures that pass", [x for x in results if x.passed and x.reason is not None]),
        ("known failures", [x for x in bad if x.reason is not None]),
    ):
        if own:
            lines += ["", f"{title}: {len(own)}"]
        for x in own:
            lines.append(f"  {x.case.id} [{x.case.phenomenon}] {x.case.name}")
            lines += _faults(x)
            if x.reason and not x.passed:
                lines.append(f"      known: {x.reason}")
    if older is not None:
        moved = against(results, older)
        lines += ["", f"against {moved['old']}: mended {len(moved['mended'])}, broke {len(moved['broke'])}"]
        if moved["not_compared"]:
            lines.append(f"  not compared, new or changed since: {moved['not_compared']}")
        lines += [f"  {what} {case}" for what in ("mended", "broke") for case in moved[what]]
    return "\n".join(lines) + "\n"


def against(results: Sequence[TrapResult], older: Mapping[str, Any]) -> dict[str, Any]:
    """Ids of the cases that another run of the traps judged otherwise, mended and broken ones.

    Compared are cases whose text and expectations are the same in both; ``not_compared`` counts the others of
    this run (all, where the older run was stored without digests).
    """
    before = {(c["id"], c.get("digest")): c["passed"] for c in older.get("cases", ())}
    compared = [(r, before[key]) for r in results if (key := (r.case.id, case_digest(r.case))) in before]
    changed = [r for r, passed in compared if passed != r.passed]
    return {
        "old": older["id"],
        "not_compared": len(results) - len(compared),
        "mended": [r.case.id for r in changed if r.passed],
        "broke": [r.case.id for r in changed if not r.passed],
    }
