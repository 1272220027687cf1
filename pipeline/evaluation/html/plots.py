"""Plots as inline SVG: colours come from the page's style, so that dark mode and print work too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

from pipeline.evaluation.bootstrap import Difference, Score
from pipeline.evaluation.confusion import Confusion

_ROW: Final = 24
_LABEL: Final = 300
_WIDE: Final = 420


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of the scatter plot: shares of 0 to 1, a weight, and what a reader sees on hovering."""

    x: float
    y: float
    weight: int
    title: str


def _svg(width: float, height: float, label: str, body: Iterable[str]) -> Markup:
    inside = "\n".join(body)
    return Markup(
        f'<svg class="plot" role="img" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" aria-label="{escape(label)}">\n{inside}\n</svg>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, text: object, kind: str = "", anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def named(measure: str) -> str:
    """A measure's name in plain words: ``therapies.f1`` to "therapies F1"."""
    return measure.replace("_", " ").replace(".", " ").replace(" f1", " F1")


def _dot(x: float, y: float, radius: float, kind: str, title: str) -> str:
    return (
        f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}">'
        f"<title>{escape(title)}</title></circle>"
    )


def score_plot(scores: Mapping[str, Score], old: Mapping[str, float | None] | None = None) -> Markup:
    """A row a measure: the value as a dot on its interval; the older run's value as a ring."""
    rows = [(name, s) for name, s in scores.items() if s.value is not None]
    height = _ROW * len(rows) + 30
    body = [_line(_LABEL + _WIDE * t / 5, 4, _LABEL + _WIDE * t / 5, height - 22, "grid") for t in range(6)]
    body += [_text(_LABEL + _WIDE * t / 5, height - 6, f"{t / 5:g}", "axis", "middle") for t in range(6)]
    for i, (name, s) in enumerate(rows):
        y = _ROW * i + 16
        value = s.value or 0.0
        body.append(_text(_LABEL - 10, y + 4, named(name), "label", "end"))
        if s.low is not None and s.high is not None:
            body.append(_line(_LABEL + _WIDE * s.low, y, _LABEL + _WIDE * s.high, y, "interval"))
        before = (old or {}).get(name)
        if before is not None:
            body.append(_dot(_LABEL + _WIDE * before, y, 5, "ring", f"{name} before: {before:.3f}"))
        between = f", {s.low:.3f} to {s.high:.3f}" if s.low is not None else ""
        body.append(
            _dot(_LABEL + _WIDE * value, y, 4.5, "value", f"{name}: {value:.3f}{between}, {s.detail}")
        )
        body.append(_text(_LABEL + _WIDE + 12, y + 4, f"{value:.3f}", "label"))
    return _svg(_LABEL + _WIDE + 70, height, "Scores with their 95 % intervals", body)


def difference_plot(differences: Mapping[str, Difference]) -> Markup:
    """A row a measure that moved: the change as a dot on its paired interval, zero in the middle."""
    rows = [(n, d) for n, d in differences.items() if d.difference]
    if not rows:
        return Markup("")
    reach = max(max(abs(d.difference or 0), abs(d.low or 0), abs(d.high or 0)) for _, d in rows) or 1.0
    middle, half = _LABEL + _WIDE / 2, _WIDE / 2 / reach
    height = _ROW * len(rows) + 30
    body = [_line(middle, 4, middle, height - 22, "axis-line")]
    for value, anchor in ((-reach, "start"), (0.0, "middle"), (reach, "end")):
        body.append(_text(middle + half * value, height - 6, f"{value:+.3g}", "axis", anchor))
    for i, (name, d) in enumerate(rows):
        y = _ROW * i + 16
        change = d.difference or 0.0
        body.append(_text(_LABEL - 10, y + 4, named(name), "label", "end"))
        if d.low is not None and d.high is not None:
            body.append(_line(middle + half * d.low, y, middle + half * d.high, y, "interval"))
        kind = "better" if change > 0 else "worse"
        body.append(_dot(middle + half * change, y, 4.5, kind, f"{name}: {change:+.3f}"))
        body.append(_text(_LABEL + _WIDE + 12, y + 4, f"{change:+.3f}", "label"))
    return _svg(_LABEL + _WIDE + 80, height, "Changes of scores with their paired 95 % intervals", body)


def scatter(dots: Sequence[Dot], across: str, up: str) -> Markup:
    """Points in the unit square, their area by weight, heavy ones drawn first."""
    side, left, top = 360.0, 56.0, 10.0
    body = []
    for t in range(6):
        x, y = left + side * t / 5, top + side * (1 - t / 5)
        body += [_line(x, top, x, top + side, "grid"), _line(left, y, left + side, y, "grid")]
        body.append(_text(x, top + side + 18, f"{t / 5:g}", "axis", "middle"))
        body.append(_text(left - 8, y + 4, f"{t / 5:g}", "axis", "end"))
    body.append(_text(left + side / 2, top + side + 38, across, "label", "middle"))
    body.append(
        f'<text class="label" text-anchor="middle" '
        f'transform="translate(14 {top + side / 2:.0f}) rotate(-90)">{escape(up)}</text>'
    )
    for d in sorted(dots, key=lambda d: (-d.weight, d.title)):
        radius = 3 + min(9.0, d.weight**0.5)
        body.append(_dot(left + side * d.x, top + side * (1 - d.y), radius, "point", d.title))
    return _svg(left + side + 20, top + side + 48, f"{up} against {across}", body)


def heat_map(c: Confusion) -> Markup:
    """A confusion matrix: rows the gold, columns what was found, the darker the more of the row."""
    cell, left, top = 46.0, 190.0, 130.0
    body = []
    for j, name in enumerate(c.columns):
        x = left + cell * (j + 0.5)
        turned = f"translate({x + 4:.1f} {top - 8:.0f}) rotate(-45)"
        body.append(f'<text class="label" transform="{turned}">{escape(name.replace("_", " "))}</text>')
    for i, (name, cells) in enumerate(zip(c.rows, c.cells, strict=True)):
        y, total = top + cell * i, sum(cells)
        body.append(_text(left - 10, y + cell / 2 + 4, name.replace("_", " "), "label", "end"))
        for j, n in enumerate(cells):
            x = left + cell * j
            kind = "right" if name == c.columns[j] else "wrong"
            title = f"gold {name}, found {c.columns[j]}: {n}"
            body.append(
                f'<rect class="cell {kind}" x="{x:g}" y="{y:g}" width="{cell - 2:g}" height="{cell - 2:g}" '
                f'fill-opacity="{0.08 + 0.72 * n / total if n and total else 0:.2f}">'
                f"<title>{escape(title)}</title></rect>"
            )
            if n:
                body.append(_text(x + cell / 2 - 1, y + cell / 2 + 4, n, "count", "middle"))
    label = f"Confusion of {c.family}{' ' + c.region if c.region else ''}"
    return _svg(left + cell * len(c.columns) + 60, top + cell * len(c.rows) + 6, label, body)
