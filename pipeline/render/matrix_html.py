"""The payer matrix as one self-contained HTML page."""

from __future__ import annotations

from pipeline.render.html import page
from rules.compare import Comparison


def render_matrix_html(found: Comparison) -> str:
    """The matrix as a page that loads nothing from anywhere.

    Parameters
    ----------
    found
        The comparison.
    """
    return page("matrix.html.j2", m=found)
