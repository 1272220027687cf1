"""``notewarrant corpus``: check, export, import."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pipeline.cli.common import check_writable, write_text
from pipeline.corpus import check_corpus, load_corpus
from pipeline.corpus.model import Problem
from pipeline.corpus.repair import Repair
from pipeline.corpus.transfer import export_corpus, import_notes, write_corpus
from pipeline.errors import EXIT_DOCUMENTS, EXIT_OK
from pipeline.visible import one_line

#: Repairs of one kind told one by one on a terminal; the report holds all.
_TOLD = 5


def _exit_code(problems: Sequence[Problem]) -> int:
    return EXIT_DOCUMENTS if any(p.severity == "error" for p in problems) else EXIT_OK


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=True) + "\n"


def _watch(quiet: bool) -> Callable[[Iterable[Any], int | None], Iterable[Any]]:
    """A progress bar on a terminal, where there is more than a handful to do."""

    def watch(things: Iterable[Any], total: int | None) -> Iterable[Any]:
        if quiet or not sys.stderr.isatty() or (total is not None and total <= 3):
            return things
        from tqdm import tqdm

        bar: Iterable[Any] = tqdm(things, total=total, unit="note", file=sys.stderr, leave=False)
        return bar

    return watch


def _check(arguments: argparse.Namespace) -> int:
    problems = check_corpus(arguments.corpus)
    if arguments.format == "json":
        sys.stdout.write(_json([p.as_dict() for p in problems]))
        return _exit_code(problems)
    for p in problems:
        print(one_line(str(p)))
    errors = sum(p.severity == "error" for p in problems)
    print(f"{one_line(str(arguments.corpus))}: {errors} errors, {len(problems) - errors} warnings")
    return _exit_code(problems)


def _export(arguments: argparse.Namespace) -> int:
    check_writable(arguments.report)
    corpus = load_corpus(arguments.corpus, split=arguments.split)
    watch = _watch(arguments.quiet)
    lost = export_corpus(corpus, arguments.to, arguments.output, units=arguments.units, watch=watch)
    if arguments.report is not None:
        rows = [{"note": x.note, "what": x.what, "count": x.count} for x in lost]
        write_text(arguments.report, _json({"notes": len(corpus.notes), "lost": rows}))
    print(f"{one_line(str(arguments.output))}: {len(corpus.notes)} notes")
    counts: Counter[str] = Counter()
    for x in lost:
        counts[x.what] += x.count
    for what, count in sorted(counts.items()):
        print(f"  {count} quotes: {what} (exact in the data beside)")
    return EXIT_OK


def _tell(repairs: Sequence[Repair]) -> None:
    by_kind: dict[str, list[Repair]] = {}
    for r in repairs:
        by_kind.setdefault(r.what, []).append(r)
    for what, some in sorted(by_kind.items()):
        print(f"  {what}: {len(some)}")
        for r in some[:_TOLD]:
            print(one_line(f"    {r.note}: {json.dumps(r.before)} -> {json.dumps(r.after)}"))
        if len(some) > _TOLD:
            print(f"    and {len(some) - _TOLD} more (--report FILE holds all)")


def _import(arguments: argparse.Namespace) -> int:
    check_writable(arguments.report)
    watch = _watch(arguments.quiet)
    imported = import_notes(arguments.input, arguments.source, units=arguments.units, watch=watch)
    if arguments.report is not None:
        write_text(arguments.report, _json(imported.report()))
    for p in imported.problems:
        print(f"notewarrant: {one_line(str(p))}", file=sys.stderr)
    write_corpus(imported, arguments.output)
    print(
        f"{one_line(str(arguments.output))}: {len(imported.notes)} notes, {len(imported.repairs)} repairs, "
        f"{len(imported.problems)} problems"
    )
    _tell(imported.repairs)
    return _exit_code(imported.problems)


def run_corpus(arguments: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    return {"check": _check, "export": _export, "import": _import}[arguments.action](arguments)
