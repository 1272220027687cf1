"""Stored cases whose answer turned, as text and as an HTML page: ids, codes, figures, no note's text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from pipeline.visible import one_line
from rules.replay import Replayed

_TEMPLATES: Final = Path(__file__).parent / "templates"


def turns(cases: Iterable[Replayed]) -> list[tuple[str, int]]:
    """How often each answer turned into which: ``("supported -> not_supported", 3)``."""
    return sorted(Counter(f"{r.before} -> {r.after}" for r in cases if r.flips).items())


def flip_lines(cases: Sequence[Replayed]) -> Iterator[str]:
    """The turns with their numbers, then each case that flips and the findings that carry it."""
    for what, n in turns(cases):
        yield f"  {n} x {what}"
    for r in cases:
        if not r.flips:
            continue
        yield ""
        yield f"{one_line(r.case_id)}  {r.before} -> {r.after}  (on {r.on or 'no date known'})"
        for t in r.turned:
            figures = f"  [{'; '.join(t.figures)}]" if t.figures else ""
            yield f"    {t.finding} {t.title}: {t.before or 'not asked'} -> {t.after or 'not asked'}{figures}"


def flips_html(title: str, summary: Sequence[str], cases: Sequence[Replayed]) -> str:
    """The flips as a page that loads nothing from anywhere.

    Parameters
    ----------
    title
        The page's heading.
    summary
        Sentences before the table.
    cases
        Cases that flip.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from pipeline.render.inline import content_policy, inline

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    style, style_hash = inline(_TEMPLATES / "report.css")
    return environment.get_template("flips.html.j2").render(
        style=style, content_policy=content_policy([style_hash], []), title=title, summary=summary,
        turns=turns(cases), cases=cases,
    )  # fmt: skip
