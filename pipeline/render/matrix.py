"""The payer matrix as text: a row a criterion, a column a policy, both told in words below."""

from __future__ import annotations

import textwrap

from pipeline.visible import visible
from rules.compare import Cell, Comparison

#: Marks that fit a narrow column, without colour.
MARKS = {
    "contradiction": "CON",
    "not_met": "NO",
    "not_documented": "?",
    "needs_review": "rev",
    "met": "yes",
    "not_applicable": "-",
    None: "",
}
LEGEND = (
    "CON contradiction, NO not met, ? not documented, rev needs review, yes met, - not applicable, blank: "
    "not asked for; * required, so that silence weighs as well"
)


def _mark(cell: Cell) -> str:
    weighs = cell.required and cell.outcome not in (None, "not_applicable")
    return f"{MARKS[cell.outcome]}{'*' if weighs else ''}"


def render_matrix(found: Comparison, width: int = 96) -> str:
    """The matrix for a terminal.

    Parameters
    ----------
    found
        The comparison.
    width
        Characters a line.
    """
    cell = 5
    label = min(46, max(24, width - cell * len(found.columns)))
    lines = [f"Case {visible(found.case_id)} on {found.on or 'no date known'}", ""]
    for n, column in enumerate(found.columns, start=1):
        standing = "" if column.in_force else "  (not in force on the day)"
        lines.append(f"[{n}] {column.policy}: {column.answer.replace('_', ' ').upper()}{standing}")
        lines += textwrap.wrap(
            visible(column.statement), width, initial_indent="    ", subsequent_indent="    ",
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip
    head = "".join(f"[{n}]".rjust(cell) for n in range(1, len(found.columns) + 1))
    lines += ["", " " * label + head]
    for row in found.rows:
        name = textwrap.shorten(f"{row.ref} {row.title}", label - 1, placeholder="…")
        marks = "".join(_mark(c).rjust(cell) for c in row.cells)
        lines.append(f"{name.ljust(label)}{marks}".rstrip())
    lines += ["", *textwrap.wrap(LEGEND, width), "", "Figures that differ"]
    for row in found.rows:
        told = {c.policy: "; ".join(c.figures) for c in row.cells if c.figures}
        if len(set(told.values())) > 1:
            lines.append(f"  {row.ref} {row.title}")
            lines += [f"      {policy}: {figures}" for policy, figures in told.items()]
    lines += ["", *textwrap.wrap("It supports a human reviewer and decides nothing.", width)]
    return "\n".join(lines) + "\n"
