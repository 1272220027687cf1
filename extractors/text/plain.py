"""Typographic characters made plain, one for one, so that patterns and anchors need not list them."""

from __future__ import annotations

from extractors.text.scanned import mended

#: Translation table: every entry keeps the text's length.
PLAIN = str.maketrans(
    {"–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " ", "\t": " "}
)  # fmt: skip


def plain(text: str) -> str:
    """The text with typography made plain and scanning errors mended; every offset stays."""
    return mended(text.translate(PLAIN))
