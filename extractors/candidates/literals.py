"""Literals that every match of a regular expression must contain.

A sentence that holds none of a pattern's literals cannot match it, so it need not be tokenized. The
literals are read off the parsed expression: a set of alternatives, one of which stands in any match.
"""

from __future__ import annotations

import re
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

#: Shortest useful literal, in characters.
_SHORTEST = 2
#: Most alternatives kept for one pattern.
_MOST = 400


def required_literals(pattern: str) -> frozenset[str] | None:
    """Lower-case literals one of which stands in any match, or None where none can be derived."""
    best = _best(parser.parse(pattern, re.IGNORECASE))
    return frozenset(best) if best else None


def _score(options: set[str] | None) -> float:
    """Longer is rarer, so better; one short alternative spoils the set."""
    if not options:
        return 0
    return min(len(o) for o in options)


def _single(kind: object, value: object) -> str | None:
    """The character that a node stands for, or None."""
    if kind is op.LITERAL:
        return chr(value).lower()  # type: ignore[arg-type]
    if kind is op.IN and isinstance(value, list):
        chars = {chr(v).lower() for k, v in value if k is op.LITERAL}
        if len(chars) == 1 and all(k is op.LITERAL for k, _ in value):
            return chars.pop()
    return None


def _best(nodes: Any, prefix: str = "") -> set[str] | None:
    """The best set of alternatives over a sequence of nodes; ``prefix`` is literal text right before it."""
    found: list[set[str]] = []
    run = prefix
    for kind, value in nodes:
        char = _single(kind, value)
        if char is not None:
            run += char
            continue
        inner: set[str] | None = None
        if kind is op.BRANCH:
            # The parser takes common first letters out of the alternatives ("fractures?|fx"): put them back.
            inner = _branches(value[1], run)
        elif kind is op.SUBPATTERN:
            inner = _best(value[-1], run)
        elif kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT) and value[0] >= 1:
            inner = _best(value[2])
        elif kind is op.ATOMIC_GROUP:
            inner = _best(value, run)
        _add_run(run, found)
        run = ""
        if inner:
            found.append(inner)
    _add_run(run, found)
    return max(found, key=_score, default=None)


def _add_run(run: str, found: list[set[str]]) -> None:
    """Keep the longest word of a literal run: white space in a note may be wider than in the pattern."""
    word = max(run.split(), key=len, default="")
    if len(word) >= _SHORTEST:
        found.append({word})


def _branches(branches: Any, prefix: str) -> set[str] | None:
    options: set[str] = set()
    for branch in branches:
        one = _best(branch, prefix)
        if not one:
            return None
        options |= one
    return options if len(options) <= _MOST else None
