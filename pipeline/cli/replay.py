"""``notewarrant replay``: stored cases under another policy. It prints ids, codes and figures, never text."""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from pydantic import ValidationError

from pipeline.cli.common import check_writable, write_text
from pipeline.errors import EXIT_DOCUMENTS, EXIT_OK, MissingDocument, UsageError
from pipeline.policies import policy_named
from pipeline.replayed import Replays, replay_store
from pipeline.visible import one_line


def _text(found: Replays) -> str:
    flips = [r for r in found.cases if r.flips]
    turned = Counter(f"{r.before} -> {r.after}" for r in flips)
    lines = [
        f"{len(found.cases)} stored cases under {found.policy}: {len(flips)} answers flip, "
        f"{sum(bool(r.turned) and not r.flips for r in found.cases)} keep the answer with other findings, "
        f"{found.left_out} not done or unreadable"
    ]
    lines += [f"  {n} x {what}" for what, n in sorted(turned.items())]
    for r in flips:
        lines += ["", f"{one_line(r.case_id)}  {r.before} -> {r.after}  (on {r.on or 'no date known'})"]
        for t in r.turned:
            figures = f"  [{'; '.join(t.figures)}]" if t.figures else ""
            lines.append(
                f"    {t.finding} {t.title}: {t.before or 'not asked'} -> {t.after or 'not asked'}{figures}"
            )
    return "\n".join(lines) + "\n"


def run_replay(arguments: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    check_writable(arguments.output)
    if not arguments.store.is_file():
        raise MissingDocument(str(arguments.store), "does not exist", "name the store of notewarrant run")
    policy = policy_named(arguments.policy)
    try:
        found = replay_store(
            arguments.store, policy, old=arguments.old, on=arguments.on, progress=not arguments.quiet
        )
    except ModuleNotFoundError as error:
        raise UsageError(
            "replay", f"the package {error.name} is not installed", 'install "notewarrant[store]"'
        ) from None
    except ValidationError:
        raise UsageError(
            str(arguments.store), "holds results of another version", "run the documents again"
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
