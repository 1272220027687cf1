"""``notewarrant replay``: stored cases under another policy. It prints ids, codes and figures, never text."""

from __future__ import annotations

import argparse
import sys

from pydantic import ValidationError

from pipeline.cli.common import check_writable, write_text
from pipeline.errors import EXIT_DOCUMENTS, EXIT_OK, MissingDocument, UsageError
from pipeline.policies import policy_named
from pipeline.render.flips import flip_lines
from pipeline.stored.replayed import Replays, replay_store


def _text(found: Replays) -> str:
    flips = sum(r.flips for r in found.cases)
    first = (
        f"{len(found.cases)} stored cases under {found.policy}: {flips} answers flip, "
        f"{sum(bool(r.turned) and not r.flips for r in found.cases)} keep the answer with other findings, "
        f"{found.left_out} left out"
    )
    why = {
        "wait": found.waiting, "dead": found.dead, "superseded": found.superseded, "erased": found.erased,
        "cannot be read": len(found.unreadable),
    }  # fmt: skip
    if said := ", ".join(f"{n} {word}" for word, n in why.items() if n):
        first += f" ({said})"
    return "\n".join((first, *flip_lines(found.cases))) + "\n"


def run_replay(arguments: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    check_writable(arguments.output)
    policy = policy_named(arguments.policy)
    try:
        from pipeline.store import place

        store = place(arguments.store)
        if store.path is not None and not store.path.is_file():
            raise MissingDocument(str(store), "does not exist", "name the store of notewarrant run")
        found = replay_store(store, policy, old=arguments.old, on=arguments.on, progress=not arguments.quiet)
    except ModuleNotFoundError as error:
        raise UsageError(
            "replay", f"the package {error.name} is not installed", 'install "notewarrant[store]"'
        ) from None
    except ValidationError:
        raise UsageError(
            arguments.store, "holds results of another version", "run the documents again"
        ) from None
    if arguments.old and not found.cases:
        raise UsageError(
            "--from", f"no stored case was assessed under {arguments.old!r}", "name a policy of the store"
        )
    text = found.model_dump_json(indent=2) + "\n" if arguments.format == "json" else _text(found)
    if arguments.output is None:
        sys.stdout.write(text)
    else:
        write_text(arguments.output, text)
        print(arguments.output)
    return EXIT_DOCUMENTS if found.unreadable else EXIT_OK
