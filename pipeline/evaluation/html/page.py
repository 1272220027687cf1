"""The page: scores, plots, and every error with its note. Holds the text of the notes; treat it like them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline.evaluation.bootstrap import Score
from pipeline.evaluation.compare import Comparison
from pipeline.evaluation.confusion import confusions
from pipeline.evaluation.details_text import COLUMNS, worst
from pipeline.evaluation.evaluator import Evaluation, NoteResult
from pipeline.evaluation.families import LIST_FAMILIES, STATUS_FAMILIES, case_family
from pipeline.evaluation.html.errors import KINDS, Error, Errors
from pipeline.evaluation.html.plots import Dot, difference_plot, heat_map, scatter, score_plot
from pipeline.evaluation.ledger import FIRING, TITLES, Account, ledger, never_fired
from pipeline.evaluation.ledger import KINDS as ACCOUNTS
from pipeline.evaluation.measures import COUNTS
from pipeline.evaluation.report_text import change_line, number
from pipeline.evaluation.slices import slices
from pipeline.render import html as report
from pipeline.render.highlight import Link, Mark, highlighted
from pipeline.render.inline import content_policy, inline
from pipeline.render.view import Ids, words

_HERE: Final = Path(__file__).parent / "templates"
_REPORT_CSS: Final = Path(report.__file__).parent / "templates" / "report.css"
#: Measures of the summary's plot; all others stand in the table.
PLOTTED: Final = (
    *(f"{f}.accuracy" for f in STATUS_FAMILIES),
    *(f"{f}.f1" for f in LIST_FAMILIES),
    "pain.duration_weeks",
    "pain.score_max",
    "pain.pattern",
    "request.procedures",
    "request.diagnoses",
    "criteria.balanced",
)


#: The page's order of families.
FAMILIES: Final = (*STATUS_FAMILIES, *LIST_FAMILIES, "pain", "request", "criteria")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["words"] = words
    return environment


def _entries(judged: Sequence[NoteResult]) -> Counter[str]:
    """Gold entries and stated regions by the case's name of the family: all that can be found."""
    out: Counter[str] = Counter()
    for n in judged:
        for j in n.judgements:
            if (j.part == "entry" and j.verdict in ("right", "missed")) or (
                j.part == "status" and j.want != ("not_documented",)
            ):
                out[case_family(j.family)] += 1
    return out


def pattern_dots(evaluation: Evaluation, accounts: Sequence[Account]) -> list[Dot]:
    """Lexicon entries as points: precision of their facts, and how much of the gold rests on them."""
    gold = _entries(evaluation.notes)
    lexicon_of = {"blocks": "injections"}
    dots = []
    for a in accounts:
        precision = a.precision
        if a.kind != "entry" or precision is None:
            continue
        name = a.id.split("/")[0]
        total = gold.get(lexicon_of.get(name, name), 0)
        share = min(1.0, a.right / total) if total else 0.0
        title = f"{a.id}: {a.right} right, {a.wrong} wrong, {a.attribute_errors} attributes wrong"
        dots.append(Dot(share, precision, a.right + a.wrong, title))
    return dots


def _documents(evaluation: Evaluation, errors: Sequence[Error], ids: Ids) -> list[dict[str, Any]]:
    """Each note that has errors: its text with the places of all of them, linked back."""
    errors_of: dict[str, list[Error]] = {}
    for e in errors:
        errors_of.setdefault(e.note_id, []).append(e)
    out = []
    for n in evaluation.notes:
        own = errors_of.get(n.note.note_id)
        if not own:
            continue
        marks = [
            Mark(
                f"n{e.id}-{m.id}", m.start, m.end, m.kind,
                (Link(f"#{e.id}", e.id, f"to error {e.id}, {words(e.kind)} {e.what}"),),
            )
            for e in own
            for m in e.places
        ]  # fmt: skip
        out.append(
            {
                "id": ids("note", n.note.note_id),
                "note": n.note,
                "kind": n.document_type,
                "marked": highlighted(n.note.text, marks),
                "errors": len(own),
            }
        )
    return out


def _slices(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Every way to cut the corpus, with a row a part and a cell a measure."""
    return [
        {
            "name": name,
            "rows": [
                (p.value, p.notes, [(m, p.scores[m], number(m, p.scores[m].value)) for m in COLUMNS.values()])
                for p in parts
            ],
        }
        for name, parts in slices(evaluation).items()
    ]


def _broke(comparison: Comparison | None) -> frozenset[tuple[str, str, str, str]]:
    if comparison is None:
        return frozenset()
    return frozenset((c.note_id, c.family, c.part, c.gold) for c in comparison.changes if c.what == "broke")


def _shown_scores(scores: Mapping[str, Score]) -> list[dict[str, str]]:
    return [
        {
            "name": name,
            "value": number(name, s.value),
            "interval": f"{number(name, s.low)} to {number(name, s.high)}" if s.low is not None else "",
            "detail": s.detail,
        }
        for name, s in scores.items()
        if s.value is not None
    ]


def render_page(evaluation: Evaluation, comparison: Comparison | None = None) -> str:
    """The evaluation as a self-contained HTML page.

    Parameters
    ----------
    evaluation
        The judged notes.
    comparison
        Against an older run; its changes are listed, and errors that it did not have are marked.

    Returns
    -------
    str
        A page that holds the text of every note with an error.
    """
    scores = evaluation.scores()
    accounts = ledger(evaluation.notes)
    errors_of = Errors(_broke(comparison))
    errors = [e for n in evaluation.notes for e in errors_of.of(n)]
    ids = Ids()
    note_ids = {n.note.note_id: ids("note", n.note.note_id) for n in evaluation.notes}
    families = sorted({e.family for e in errors}, key=FAMILIES.index)
    style, style_hash = inline(_REPORT_CSS)
    own_style, own_hash = inline(_HERE / "evaluation.css")
    script, script_hash = inline(_HERE / "evaluation.js")
    old = {n: d.old for n, d in comparison.differences.items()} if comparison else None
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            e=evaluation,
            style=style,
            own_style=own_style,
            script=script,
            content_policy=content_policy([style_hash, own_hash], [script_hash]),
            scores=_shown_scores(scores),
            score_plot=score_plot({n: scores[n] for n in PLOTTED}, old),
            scatter=scatter(
                pattern_dots(evaluation, accounts), "share of the gold that rests on it", "precision"
            ),
            heat_maps=[(c.family, c.region, heat_map(c)) for c in confusions(evaluation.notes)],
            comparison=comparison,
            difference_plot=difference_plot(
                {n: d for n, d in comparison.differences.items() if n not in COUNTS}
            )
            if comparison
            else Markup(""),
            changes=[(c, change_line(c)) for c in comparison.changes] if comparison else [],
            columns=list(COLUMNS),
            slices=_slices(evaluation),
            unused={kind: never_fired(accounts, kind) for kind in FIRING},
            worst={kind: worst(accounts, kind) for kind in ACCOUNTS},
            titles=TITLES,
            groups=[(f, [e for e in errors if e.family == f]) for f in families],
            errors=errors,
            kinds=KINDS,
            sets=sorted({e.set for e in errors}),
            document_types=sorted({e.document_type for e in errors}),
            families=families,
            note_ids=note_ids,
            documents=_documents(evaluation, errors, ids),
            failures=[
                (n.note.note_id, asdict(n.prediction.failure))
                for n in evaluation.notes
                if n.prediction.failure
            ],
        )
    )
