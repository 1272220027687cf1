"""An assessment as one self-contained HTML file, and an index page of several.

The page loads nothing from anywhere: style and script stand inside it, and its content security policy allows
only this script (by hash), so that nothing in a note could run even if escaping failed. It reads and links
without the script, which only marks all pieces of a quote and unfolds sections for print.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.assess import Result
from pipeline.render.highlight import highlighted
from pipeline.render.inline import content_policy, inline
from pipeline.render.view import FAMILY_TITLES, Ids, Marks, all_facts, described, figure, grouped, words
from rules.assessment import OUTCOME_ORDER, Assessment
from rules.codes import cpt, icd10cm

_TEMPLATES: Final = Path(__file__).parent / "templates"
ANSWERS: Final = {
    "supported": ("Supported on this record", "✓"),
    "not_supported_as_coded": ("Not supported as coded", "✕"),
    "not_supported": ("Not supported on this record", "✕"),
    "insufficient_documentation": ("Insufficient documentation", "?"),
}
OUTCOMES: Final = {
    "contradiction": ("Contradiction", "✕", "The record contradicts the codes or itself."),
    "not_met": ("Not met", "✕", "The record documents that the requirement is not fulfilled."),
    "not_documented": ("Not documented", "?", 'The record is silent or unclear. Silence is not a "no".'),
    "needs_review": ("Needs review", "!", "A person has to look; the policy does not settle it."),
    "met": ("Met", "✓", "The record documents it."),
    "not_applicable": ("Not applicable", "–", "The check does not concern this case."),
}
SOURCES: Final = {
    "option": "given on the command line",
    "case_file": "case.json",
    "note": "stated in the note",
}
VERIFICATIONS: Final = {
    "primary": "the source itself was read",
    "secondary": "a copy, summary or quotation of the source was read",
    "seed": "one of the two written assessments that the rules started from",
    "unverified": "the source was not read",
}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters.update(words=words, described=described)
    environment.globals.update(
        answers=ANSWERS, outcomes=OUTCOMES, sources=SOURCES, verifications=VERIFICATIONS, figure=figure,
        family_titles=FAMILY_TITLES, safe_href=_safe_href,
    )  # fmt: skip
    return environment


def _safe_href(href: str | None) -> str | None:
    """Only web addresses become links; anything else is shown as text."""
    return href if href and href.startswith(("https://", "http://")) else None


def page(template: str, **values: Any) -> str:
    """A template of this folder as a page that loads nothing from anywhere."""
    style, style_hash = inline(_TEMPLATES / "report.css")
    script, script_hash = inline(_TEMPLATES / "report.js")
    policy = content_policy([style_hash], [script_hash])
    return (
        _environment()
        .get_template(template)
        .render(style=style, script=script, content_policy=policy, **values)
    )


def render_html(result: Result) -> str:
    """The assessment of one case as a self-contained HTML page.

    Parameters
    ----------
    result
        What ``pipeline.assess`` returned: the assessment, and the texts that its offsets refer to.

    Returns
    -------
    str
        A page that holds the whole text of the documents; treat the file like the chart itself.
    """
    a = result.assessment
    ids = Ids()
    marks = Marks(result, ids)
    by_id = {f.id: f for f in a.findings}
    groups = list(grouped(a.findings))
    documents = [
        {
            "id": ids("document", d.id),
            "about": a.case.document(d.id),
            "marked": highlighted(d.text, marks.of(d.id)),
            "count": len(marks.of(d.id)),
        }
        for d in result.built.documents
    ]
    return page(
        "report.html.j2",
        a=a,
        ids=ids,
        marks=marks,
        because=[by_id[name] for name in a.determination.because if name in by_id],
        groups=groups,
        documents=documents,
        facts=all_facts(a.case),
        cpt_label=cpt.label,
        icd=icd10cm.lookup,
    )


def render_index(rows: Sequence[tuple[str, Assessment]]) -> str:
    """The index page of several reports.

    Parameters
    ----------
    rows
        File name of the report (relative to the index) and assessment, a pair a case.
    """
    shown = [
        {
            "href": quote(name),
            "a": a,
            "counts": Counter(f.outcome for f in a.findings),
        }
        for name, a in rows
    ]
    return page(
        "index.html.j2",
        rows=shown,
        totals=Counter(a.determination.answer for _, a in rows),
        columns=[o for o in OUTCOME_ORDER if o != "not_applicable"],
    )
