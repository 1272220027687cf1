"""The parts of the text report beyond scores: slices, confusion, ledger, and every error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.evaluation.confusion import confusions
from pipeline.evaluation.evaluator import Evaluation
from pipeline.evaluation.families import LIST_FAMILIES
from pipeline.evaluation.judgement import Judgement
from pipeline.evaluation.ledger import FIRING, KINDS, TITLES, Account, ledger, never_fired
from pipeline.evaluation.report_text import number, shown_key, shown_value
from pipeline.evaluation.slices import section_precision, slices

#: Measures of a slice, by the short names of their columns.
COLUMNS: Final = {
    "radicular": "radicular.accuracy",
    "nerve": "nerve_compression_on_imaging.accuracy",
    **{family: f"{family}.f1" for family in LIST_FAMILIES},
    "criteria": "criteria.balanced",
}
_WORST: Final = 20


def slice_lines(evaluation: Evaluation) -> Iterator[str]:
    """A table a way to cut the corpus; a dash where a part has nothing to measure."""
    for name, parts in slices(evaluation).items():
        width = max(24, *(len(p.value) for p in parts))
        yield f"{'by ' + name.replace('_', ' '):{width}} {'notes':>6} " + " ".join(
            f"{c:>10}" for c in COLUMNS
        )
        for p in parts:
            values = (number(m, p.scores[m].value) for m in COLUMNS.values())
            yield f"{p.value:{width}} {p.notes:>6} " + " ".join(f"{v:>10}" for v in values)
        yield ""
    yield f"{'precision by section':44} {'right':>6} {'wrong':>6} {'share':>7}  95 % interval"
    for s in section_precision(evaluation):
        place = f"{s.family} in {s.section}"
        yield f"{place:44} {s.right:>6} {s.wrong:>6} {s.precision:>7.3f}  {s.low:.3f} to {s.high:.3f}"


def confusion_lines(evaluation: Evaluation) -> Iterator[str]:
    """One matrix a family (and region): rows the gold, columns what was found."""
    for c in confusions(evaluation.notes):
        yield f"{c.family}{f' {c.region}' if c.region else ''} (rows: gold, columns: found)"
        width = max(map(len, c.rows))
        widths = [max(len(name), 4) for name in c.columns]
        yield " " * (width + 2) + " ".join(f"{n:>{w}}" for n, w in zip(c.columns, widths, strict=True))
        for row, cells in zip(c.rows, c.cells, strict=True):
            shown = " ".join(f"{n or '.':>{w}}" for n, w in zip(cells, widths, strict=True))
            yield f"  {row:{width}} {shown}"
        yield ""


def worst(accounts: Sequence[Account], kind: str, most: int = _WORST) -> list[Account]:
    """Accounts of a kind with wrong facts, most wrong ones first, then the lower precision."""
    bad = [a for a in accounts if a.kind == kind and a.wrong]
    return sorted(bad, key=lambda a: (-a.wrong, a.precision or 0.0, a.id))[:most]


def ledger_lines(evaluation: Evaluation) -> Iterator[str]:
    """The accounts with most wrong facts, a table a kind, and how many never fired."""
    accounts = ledger(evaluation.notes)
    for kind in KINDS:
        own = [a for a in accounts if a.kind == kind]
        unused = never_fired(accounts, kind)
        dead = f", {len(unused)} never fired here" if kind in FIRING else ""
        yield f"{TITLES.get(kind, kind)}: {len(own)} known{dead}; those with most wrong facts:"
        bad = worst(accounts, kind)
        if not bad:
            yield "  none"
            continue
        names = ("fired", "facts", "right", "wrong", "attr.", "share")
        yield "  " + " ".join(f"{n:>6}" for n in names) + "  interval      id"
        for a in bad:
            low, high = a.interval or (0.0, 1.0)
            counts = (a.fired if kind in FIRING else "-", a.facts, a.right, a.wrong, a.attribute_errors)
            share = f"{a.precision or 0:.3f}"
            shown = " ".join(f"{n:>6}" for n in (*counts, share))
            yield f"  {shown}  {low:.2f} to {high:.2f}  {a.id}"
        yield ""


def error_line(note_id: str, j: Judgement) -> str:
    """One error: note, family, kind of error, key, and what was wanted and found."""
    part = "" if j.part in ("entry", "status") else f" {j.part}"
    if j.part == "entry":
        if j.verdict == "missed":
            found = f": found as {j.got}" if j.partner else ""
        else:
            found = ": the gold has it with another status" if j.partner else ""
    else:
        want = " or ".join(shown_value(w) for w in j.want)
        found = f": wanted {want}, found {shown_value(j.got)}"
    what = " ".join(f"{j.family} {j.verdict} {shown_key(j.key)}{part}".split())
    return f"  {note_id}: {what}{found}"


def error_lines(evaluation: Evaluation) -> Iterator[str]:
    """Every error, note by note."""
    yield "errors:"
    for n in evaluation.notes:
        yield from (error_line(n.note.note_id, j) for j in n.judgements if j.fault)


def detail_lines(evaluation: Evaluation, parts: Sequence[str]) -> Iterator[str]:
    """The named parts in the report's order, an empty line before each."""
    makers = {
        "slices": slice_lines,
        "confusion": confusion_lines,
        "ledger": ledger_lines,
        "errors": error_lines,
    }
    for name, make in makers.items():
        if name in parts:
            yield ""
            yield from make(evaluation)
