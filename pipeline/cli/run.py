"""``notewarrant run``: a folder into the store, driven by the flow. A second run finds nothing to do."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from typing import TYPE_CHECKING

from pipeline.cli.common import check_writable
from pipeline.cli.runners import runner
from pipeline.errors import EXIT_DOCUMENTS, EXIT_INTERNAL, EXIT_OK, MissingDocument, UsageError
from pipeline.meanings import FAULTS, meaning
from pipeline.policies import policy_named

if TYPE_CHECKING:
    from pipeline.store import Store


def run_flow(arguments: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    try:
        from pipeline.intake.folder import enqueue, plan
        from pipeline.store import Store
    except ModuleNotFoundError as error:
        raise UsageError(
            "run", f"the package {error.name} is not installed", 'install "notewarrant[nlp,flows]"'
        ) from None
    if not arguments.folder.is_dir():
        cause = "is not a folder" if arguments.folder.exists() else "does not exist"
        raise MissingDocument(str(arguments.folder), cause, "name a folder of notes")
    if arguments.batch_size < 1:
        raise UsageError("--batch-size", f"{arguments.batch_size} is less than 1", "write e.g. 100")
    policy_named(arguments.policy)
    check_writable(arguments.store)
    start = runner("run")
    planned = plan(arguments.folder, arguments.policy, arguments.on)
    for path in planned.skipped:
        print(f"notewarrant: {path}: not read, no text note or not listed by case.json", file=sys.stderr)
    with Store(arguments.store) as store:
        ids, _ = enqueue(store, planned)
        waiting = len(store.pending(ids))
        done_before = store.counts(ids)["done"]
    if waiting:
        start(
            arguments.folder, arguments.store, arguments.policy, arguments.on, arguments.batch_size,
            not arguments.quiet,
        )  # fmt: skip
    with Store(arguments.store) as store:
        return _report(arguments, store, ids, waiting, done_before)


def _report(arguments: argparse.Namespace, store: Store, ids: list[int], waiting: int, before: int) -> int:
    counts = store.counts(ids)
    answers: Counter[str] = Counter()
    faults = 0
    for row in store.results(ids, payloads=False):
        if row.state == "done":
            answers[row.answer or ""] += 1
        elif row.state == "dead":
            faults += row.error_code in FAULTS
            told = meaning(row.error_code)
            print(f"notewarrant: {row.paths[0]}: {told} [{row.error_code}]", file=sys.stderr)
    bad = counts["dead"]
    if waiting:
        print(f"{arguments.folder}: {counts['done'] - before} cases checked, {before} were done before")
    else:
        print(f"{arguments.folder}: nothing to do, {before} cases were done before")
    for answer, n in sorted(answers.items()):
        print(f"  {answer.replace('_', ' ')}: {n}")
    if bad:
        print(f"  could not be used: {bad}")
    if counts["leased"] + counts["queued"]:
        print(f"  in the hands of another run: {counts['leased'] + counts['queued']}")
    print(f"results: {arguments.store}")
    if faults:
        return EXIT_INTERNAL
    return EXIT_DOCUMENTS if bad else EXIT_OK
