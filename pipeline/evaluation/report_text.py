"""An evaluation as text for a terminal: scores with intervals, and the changes against another run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.evaluation.bootstrap import Difference, Score
from pipeline.evaluation.compare import Change, Comparison
from pipeline.evaluation.evaluator import Evaluation
from pipeline.evaluation.measures import COUNTS


def number(name: str, value: float | None) -> str:
    """A value of a measure: a share with three digits, a count without, a dash for nothing."""
    if value is None:
        return "-"
    return f"{value:.0f}" if name in COUNTS else f"{value:.3f}"


def signed(name: str, value: float | None) -> str:
    """A difference with its sign."""
    if value is None:
        return "-"
    return f"{value:+.0f}" if name in COUNTS else f"{value:+.3f}"


def _between(name: str, low: float | None, high: float | None, sign: bool = False) -> str:
    show = signed if sign else number
    return f"{show(name, low)} to {show(name, high)}" if low is not None else "-"


def score_table(scores: Mapping[str, Score]) -> Iterator[str]:
    """One line a measure; measures with nothing to measure are left out."""
    yield f"{'measure':44} {'score':>7}  {'95 % interval':16}  counts"
    for name, s in scores.items():
        if s.value is not None:
            between = _between(name, s.low, s.high)
            yield f"{name:44} {number(name, s.value):>7}  {between:16}  {s.detail}".rstrip()


def heading(evaluation: Evaluation) -> str:
    """Corpus, version, split, notes, and what of the corpus was digested."""
    c = evaluation.corpus
    split = f", split {evaluation.split}" if evaluation.split else ""
    return f"{c.name} {c.version}{split}: {len(evaluation.notes)} notes (digest {c.digest[:12]})"


def failures(evaluation: Evaluation) -> Iterator[str]:
    """Notes that gave nothing; all their gold counts as missed."""
    for n in evaluation.notes:
        if n.prediction.failure:
            yield f"  {n.prediction.failure.line(n.note.note_id)}"


def shown_key(key: Mapping[str, Any]) -> str:
    """The values of a key: "nsaid past"."""
    return " ".join(str(v) for v in key.values())


def shown_value(value: Any) -> str:
    """A value for a reader; nothing is written as none."""
    if isinstance(value, list | tuple):
        return "/".join(shown_value(v) for v in value) or "none"
    return "none" if value is None else str(value)


def change_line(c: Change) -> str:
    """One change: family, part, what was wanted, what each run said."""
    part = "" if c.part in ("entry", "status") else f" {c.part}"
    want = f", wanted {' or '.join(shown_value(w) for w in c.want)}" if c.want else ""
    what = " ".join(f"{c.family} {shown_key(c.key)}{part}".split())
    return f"{what}{want}: {shown_value(c.old)} -> {shown_value(c.new)}"


def _difference_line(name: str, d: Difference) -> str:
    mark = "  *" if d.clear else ""
    return (
        f"{name:44} {number(name, d.old):>7} {number(name, d.new):>7} {signed(name, d.difference):>8}  "
        f"{_between(name, d.low, d.high, True)}{mark}"
    )


def comparison_lines(c: Comparison) -> Iterator[str]:
    """Differences of scores that moved, then every change, note by note."""
    yield f"against {c.old}: {c.notes} notes in both"
    for what, notes in (
        ("only in the older run", c.only_old),
        ("only in this run", c.only_new),
        ("with another text or gold", c.other),
    ):
        if notes:
            yield f"  {what}, left out here: {_some(notes)}"
    moved = {n: d for n, d in c.differences.items() if d.difference or (d.old is None) != (d.new is None)}
    if not moved:
        yield "no score moved"
    else:
        yield f"{'measure':44} {'old':>7} {'new':>7} {'change':>8}  95 % interval of it (* without 0)"
        yield from (_difference_line(n, d) for n, d in moved.items())
    yield (f"mended {c.count('mended')}, broke {c.count('broke')}, wrong in another way {c.count('changed')}")
    yield from (f"  {x.what:8} {x.note_id}: {change_line(x)}" for x in c.changes)


def _some(names: Sequence[str], most: int = 8) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def render_text(evaluation: Evaluation, comparison: Comparison | None = None) -> str:
    """The whole report."""
    lines = [heading(evaluation)]
    if failed := list(failures(evaluation)):
        lines += ["notes that could not be read (all their gold counts as missed):", *failed]
    lines += ["", *score_table(evaluation.scores())]
    if comparison is not None:
        lines += ["", *comparison_lines(comparison)]
    return "\n".join(lines) + "\n"
