"""``notewarrant lexicon``: lint, test and suggest."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

from pipeline.cli.common import check_writable
from pipeline.cli.over_corpus import bar, chosen_notes, emit
from pipeline.errors import EXIT_FAULTS, EXIT_OK, UsageError
from pipeline.evaluation.evaluator import evaluate
from pipeline.evaluation.html.near import LEXICONS
from pipeline.lexicons.firing import Watch
from pipeline.lexicons.lint import lint
from pipeline.lexicons.overlay import families_with
from pipeline.lexicons.place import folder
from pipeline.lexicons.report import (
    as_json,
    lint_data,
    lint_lines,
    suggest_data,
    suggest_lines,
    trial_data,
    trial_lines,
)
from pipeline.lexicons.shown import shown_data, shown_lines
from pipeline.lexicons.source import installed, sources_of
from pipeline.lexicons.suggest import suggest
from pipeline.lexicons.trial import Trial, try_entry
from pipeline.visible import visible


def _text(lines: Iterable[str]) -> str:
    return "".join(visible(line) + "\n" for line in lines)


def _lint(arguments: argparse.Namespace) -> int:
    if arguments.split is not None and arguments.corpus is None:
        raise UsageError("--split", "is of no use without --corpus", "name a corpus")
    sources = sources_of(arguments.target)
    texts = None
    if arguments.corpus is not None:
        texts = [n.text for n in chosen_notes(arguments.corpus, arguments.split).corpus.notes]
    with bar(len(texts or ()), arguments.quiet) as tick:
        result = lint(sources, texts, tick)
    emit(arguments, as_json(lint_data(result)) if arguments.format == "json" else _text(lint_lines(result)))
    faults = result.count("error") + (result.count("warning") if arguments.strict else 0)
    return EXIT_FAULTS if faults else EXIT_OK


def _own(target: str | None) -> Path | None:
    """The user's lexicons: those of ``--lexicons``, else the file or folder that is to be tried."""
    if folder() is not None or target is None or target in installed():
        return folder()
    return Path(target)


def _named(target: str | None, own: Path | None) -> dict[str, set[str]]:
    """Family to the ids of the entries that are meant; of a family or of all with the user's own."""
    sources = sources_of(target)
    if own is not None and (target is None or target in installed()):
        families = {s.family for s in sources}
        sources += [s for s in sources_of(str(own)) if s.family in families]
    out: dict[str, set[str]] = {}
    for source in sources:
        out.setdefault(source.family, set()).update(e.id for e in source.entries)
    return out


def _test(arguments: argparse.Namespace) -> int:
    own = _own(arguments.target)
    named = _named(arguments.target, own)
    families = families_with(own)
    if arguments.text is not None:
        return _show(arguments, Watch(families), list(named))
    watch = Watch([f for f in families if f.name in named])
    pairs = [(f.name, e) for f in watch.families for e in f.lexicon.entries if e.id in named[f.name]]
    with bar(len(pairs), arguments.quiet, "entry") as tick:
        trials: list[Trial] = []
        for name, entry in pairs:
            trials += try_entry(watch, name, entry)
            tick()
    emit(arguments, as_json(trial_data(trials)) if arguments.format == "json" else _text(trial_lines(trials)))
    return EXIT_OK if all(t.good for t in trials) else EXIT_FAULTS


def _show(arguments: argparse.Namespace, watch: Watch, families: Sequence[str]) -> int:
    if not arguments.text.strip():
        raise UsageError("--text", "holds no words", "write a sentence")
    data = shown_data(watch, arguments.text, families)
    emit(arguments, as_json(data) if arguments.format == "json" else _text(shown_lines(data)))
    return EXIT_OK


def _suggest(arguments: argparse.Namespace) -> int:
    # What a test set holds is nobody's to tune on, unless it is asked for.
    corpus = chosen_notes(arguments.corpus, arguments.split).corpus
    families = families_with(folder())
    guide = list(arguments.family or LEXICONS)
    for name in guide:
        if name not in LEXICONS:
            raise UsageError(
                "--family", f"no family {name!r} of the guide", f"choose from {', '.join(LEXICONS)}"
            )
    with bar(len(corpus.notes), arguments.quiet) as tick:
        judged = evaluate(corpus, jobs=arguments.jobs, resamples=0, on_note=tick)
    found = suggest(judged.notes, families, guide)
    shown = [c for c in found.candidates if c.missed >= arguments.least][: arguments.top]
    data = suggest_data(found, shown)
    emit(arguments, as_json(data) if arguments.format == "json" else _text(suggest_lines(found, shown)))
    return judged.exit_code


def run_lexicon(arguments: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    check_writable(arguments.output)
    return {"lint": _lint, "test": _test, "suggest": _suggest}[arguments.action](arguments)
