"""The words that a simple expression matches, all of them, so that two expressions can be compared.

``tens units?`` is simple: its language is {tens unit, tens units}. An expression with a class of many
characters, with an open repetition or with a look-around has no such list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final

#: Most words of a language that is still called simple.
MOST: Final = 500
_ROUNDS: Final = 3
_CLASS: Final = 12


@dataclass(frozen=True, slots=True)
class Language:
    """All words of an expression, in lower case; ``left``, ``right``: it asks for a boundary there."""

    words: frozenset[str]
    left: bool
    right: bool
    cased: bool = False

    def within(self, other: Language) -> bool:
        """Whether the other expression matches wherever this one does."""
        if other.cased and not self.cased:
            return False
        edges = (self.left or not other.left) and (self.right or not other.right)
        return edges and self.words <= other.words


def _joined(left: Iterable[str], right: Iterable[str]) -> set[str] | None:
    out = {a + b for a in left for b in right}
    return out if len(out) <= MOST else None


def _class(items: Any) -> set[str] | None:
    out: set[str] = set()
    for kind, value in items:
        if kind is op.LITERAL:
            out.add(chr(value))
        elif kind is op.RANGE and value[1] - value[0] < _CLASS:
            out |= {chr(c) for c in range(value[0], value[1] + 1)}
        else:
            return None
    return out if len(out) <= _CLASS else None


def _node(kind: Any, value: Any) -> set[str] | None:
    if kind is op.LITERAL:
        return {chr(value)}
    if kind is op.IN:
        return _class(value)
    if kind is op.SUBPATTERN:
        return None if value[1] or value[2] else _words(value[-1])  # flags change the meaning
    if kind is op.BRANCH:
        out: set[str] = set()
        for branch in value[1]:
            words = _words(branch)
            if words is None:
                return None
            out |= words
        return out if len(out) <= MOST else None
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT) and value[1] <= _ROUNDS:
        return _rounds(value)
    return None


def _rounds(value: Any) -> set[str] | None:
    low, high, body = value
    once = _words(body)
    if once is None:
        return None
    out: set[str] = set()
    words: set[str] | None = {""}
    for count in range(int(high) + 1):
        if words is None:
            return None
        if count >= low:
            out |= words
        words = _joined(words, once)
    return out if len(out) <= MOST else None


def _words(nodes: Any) -> set[str] | None:
    out: set[str] | None = {""}
    for kind, value in nodes:
        more = _node(kind, value)
        out = _joined(out, more) if more is not None and out is not None else None
        if out is None:
            return None
    return out


def _boundary(node: tuple[Any, Any]) -> bool:
    return node[0] is op.AT and node[1] is op.AT_BOUNDARY


def language(pattern: str, *, cased: bool = False) -> Language | None:
    """The language of a valid expression, None where it is not simple. Words are compared without case."""
    nodes = list(parser.parse(pattern))
    left = bool(nodes) and _boundary(nodes[0])
    nodes = nodes[1:] if left else nodes
    right = bool(nodes) and _boundary(nodes[-1])
    nodes = nodes[:-1] if right else nodes
    words = _words(nodes)
    if not words or "" in words:
        return None
    return Language(frozenset(w.lower() for w in words), left, right, cased)


def literal_language(literal: str) -> Language:
    """The language of a literal: itself, on whole words."""
    return Language(frozenset({re.sub(r"\s+", " ", literal).lower()}), left=True, right=True)
