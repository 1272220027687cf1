"""``notewarrant queue dead|requeue``: dead letters by id and code, without any text."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import Any

from pipeline.errors import EXIT_OK, UsageError
from pipeline.site import load_site
from pipeline.store import Store


def _dead(store: Store, code: str | None) -> Iterator[dict[str, Any]]:
    with store.database.transaction(write=False) as c:
        now = store.database.now(c)
    for row in store.results(payloads=False, states=("dead",)):
        if code is None or row.error_code == code:
            yield {
                "id": row.id, "code": row.error_code, "class": row.error_class, "attempts": row.attempts,
                "age_seconds": round(max(0.0, now - row.updated)), "source": row.source,
            }  # fmt: skip


def run_dead(arguments: argparse.Namespace) -> int:
    """Run ``queue dead``; returns the exit code."""
    with load_site(arguments.site).open_store() as store:
        if arguments.format == "json":
            for row in _dead(store, arguments.code):
                print(json.dumps(row))
            return EXIT_OK
        shown = 0
        for row in _dead(store, arguments.code):
            if not shown:
                print(f"{'job':>8}  {'code':<12} {'class':<24} {'tries':>5} {'hours':>8}  source")
            shown += 1
            print(
                f"{row['id']:>8}  {row['code']:<12} {row['class'] or '':<24} {row['attempts']:>5} "
                f"{row['age_seconds'] / 3600:>8.1f}  {row['source']}"
            )
        print(f"{shown} dead letters")
    return EXIT_OK


def run_requeue(arguments: argparse.Namespace) -> int:
    """Run ``queue requeue``; returns the exit code."""
    with load_site(arguments.site).open_store() as store:
        there = [row["id"] for row in _dead(store, arguments.code)]
        if arguments.id:
            if other := sorted(set(arguments.id) - set(there)):
                raise UsageError("--id", f"{other[0]} is no dead letter", "see notewarrant queue dead")
            there = arguments.id
        print(f"{store.requeue(there)} jobs wait again")
    return EXIT_OK
