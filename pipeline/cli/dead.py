"""``notewarrant queue dead|requeue``: dead letters: whose, why, where. Never a note's text."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator

from pipeline.cli.watched import watched
from pipeline.errors import EXIT_OK, UsageError
from pipeline.meanings import CODES
from pipeline.site import load_site
from pipeline.store import Store
from pipeline.stored.dead_letters import DeadLetter, dead_letters
from pipeline.visible import one_line

#: Files of a case that are named.
_FILES = 3


def _lines(letter: DeadLetter) -> Iterator[str]:
    yield (
        f"{letter.id:>8}  {letter.code:<10} {letter.attempts:>5} {letter.age / 3600:>8.1f}  "
        f"{letter.source:<8}  {one_line(letter.case_id)}"
    )
    why = f"{letter.cause}; {letter.mend}" if letter.cause else letter.meaning
    internal = f" ({letter.kind})" if letter.code == "INTERNAL" and letter.kind else ""
    yield f"{'':10}{one_line(why)}{internal}"
    for file in letter.files[:_FILES]:
        yield f"{'':10}{one_line(file)}"
    if len(letter.files) > _FILES:
        yield f"{'':10}and {len(letter.files) - _FILES} more"


def run_dead(arguments: argparse.Namespace) -> int:
    """Run ``queue dead``; returns the exit code."""
    site, store = watched(arguments)
    with store:
        _known(store, arguments.code)
        shown = 0
        for letter in dead_letters(store, site, arguments.code):
            if arguments.format == "json":
                print(json.dumps(letter.data()))
                continue
            if not shown:
                print(f"{'job':>8}  {'code':<10} {'tries':>5} {'hours':>8}  {'source':<8}  case")
            shown += 1
            for line in _lines(letter):
                print(line)
        if arguments.format == "text" and not arguments.quiet:
            print(f"dead letters: {shown}")
    return EXIT_OK


def _known(store: Store, code: str | None) -> None:
    """Refuse a code that no dead letter can have; one that none has now is no mistake."""
    if code is None or code in CODES:
        return
    there = {row.error_code for row in store.results(payloads=False, states=("dead",))}
    if code not in there:
        raise UsageError("--code", f"no code {code!r} is known", f"choose from {', '.join(CODES)}")


def _apart(letter: DeadLetter) -> UsageError:
    return UsageError(
        f"job {letter.id}",
        f"its file was set apart when it came ({letter.code}): {letter.files[0]}",
        "mend the file and put it in the inbox again",
    )


def run_requeue(arguments: argparse.Namespace) -> int:
    """Run ``queue requeue``; returns the exit code."""
    site = load_site(arguments.site)
    with site.open_store() as store:
        _known(store, arguments.code)
        there = {letter.id: letter for letter in dead_letters(store, site, arguments.code)}
        if arguments.id:
            if other := sorted(set(arguments.id) - set(there)):
                raise UsageError("--id", f"{other[0]} is no dead letter", "see notewarrant queue dead")
            there = {i: there[i] for i in sorted(set(arguments.id))}
        # Nothing of them was kept: a worker would find no file, and the code that says why would be gone.
        apart = [letter for letter in there.values() if letter.set_apart]
        if apart and (arguments.id or len(apart) == len(there)):
            raise _apart(apart[0])
        n = store.requeue(i for i, letter in there.items() if not letter.set_apart)
    if arguments.format == "json":
        print(json.dumps({"requeued": n, "set_apart": len(apart)}))
        return EXIT_OK
    if not arguments.quiet:
        print(f"{n} jobs wait again")
    if apart:
        print(
            f"notewarrant: {len(apart)} stay dead letters, their files were set apart when they came; "
            "mend the files that notewarrant queue dead names, and put them in the inbox again",
            file=sys.stderr,
        )
    return EXIT_OK
