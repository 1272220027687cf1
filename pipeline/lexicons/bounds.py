"""Repetitions over words without an upper bound: they are slow, and match across statements."""

from __future__ import annotations

import re
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from pipeline.lexicons.ambiguity import matches_one, nodes_of

#: From this many characters on a bounded gap is as good as none: a sentence is rarely longer.
WIDEST = 400


def _wide(body: Any) -> bool:
    """Whether one round may stand for a letter as well as for a blank."""
    return any(
        bool(matches_one(kind, value, "a")) and bool(matches_one(kind, value, " "))
        for kind, value in nodes_of(body)
    )


def unbounded(pattern: str) -> bool:
    """Whether a repetition over words (``.*``, ``[^,]+``) has no bound, or one that bounds nothing."""
    return any(
        kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT) and value[1] > WIDEST and _wide(value[2])
        for kind, value in nodes_of(parser.parse(pattern, re.IGNORECASE))
    )
