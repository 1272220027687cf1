"""Why words that a lexicon matches are no mention (``extractors/text/unsaid.py``), for a reader."""

from __future__ import annotations

from typing import Final

#: What all reasons have in common.
UNSAID: Final = "stands in text that says nothing about the patient"
#: Reasons whose name does not say it by itself.
_WORDS: Final = {"others": "other people", "handout": "handout or example"}


def reason(why: str) -> str:
    """A reason in words: "policy", "unticked box"."""
    return _WORDS.get(why, why.replace("_", " "))
