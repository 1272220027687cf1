"""The error browser: an evaluation as one self-contained HTML file that shows every error in its note."""

from pipeline.evaluation.html.page import render_page

__all__ = ["render_page"]
