"""Typographic characters made plain, one for one, so that patterns and anchors need not list them."""

#: Translation table: every entry keeps the text's length.
PLAIN = str.maketrans(
    {"–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " ", "\t": " "}
)  # fmt: skip
