r"""Expressions that can read the same words in very many ways: what makes a search take exponential time.

Every repetition of an expression is tried on strings of one unit again and again ("aaaa", "a a a"), and the
ways in which it can divide them are counted exactly. Two or more repetitions that compete for the same
characters (``(?:\w+ ?)+``) divide a string of n characters in some 2**n ways; a sound one in a few.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final

#: Characters of the strings that are tried.
LENGTH: Final = 24
#: Ways from which on a repetition is called ambiguous: above the square of the length.
MANY: Final = LENGTH**2
#: Repetitions of fewer rounds cannot explode.
_ROUNDS: Final = 6
_UNITS: Final = ("a", "1", " ", "a ", "1 ", "a, ", "-", ",")
_REPEATS: Final = (op.MAX_REPEAT, op.MIN_REPEAT)
_CATEGORIES: Final[dict[Any, Callable[[str], bool]]] = {
    op.CATEGORY_DIGIT: str.isdigit,
    op.CATEGORY_SPACE: str.isspace,
    op.CATEGORY_WORD: lambda c: c.isalnum() or c == "_",
}
_OPPOSITES: Final = {
    op.CATEGORY_NOT_DIGIT: op.CATEGORY_DIGIT,
    op.CATEGORY_NOT_SPACE: op.CATEGORY_SPACE,
    op.CATEGORY_NOT_WORD: op.CATEGORY_WORD,
}


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """A repetition that reads ``unit`` over and over in ``ways`` ways; ``endless`` without an upper bound."""

    unit: str
    ways: int
    endless: bool


def _in_category(category: Any, character: str) -> bool:
    if category in _OPPOSITES:
        return not _CATEGORIES[_OPPOSITES[category]](character)
    return _CATEGORIES[category](character)


def in_class(items: Any, character: str) -> bool:
    """Whether a character class of the parsed expression holds the character."""
    negated = bool(items) and items[0][0] is op.NEGATE
    found = any(
        (kind is op.LITERAL and value == ord(character))
        or (kind is op.RANGE and value[0] <= ord(character) <= value[1])
        or (kind is op.CATEGORY and _in_category(value, character))
        for kind, value in items
    )
    return found != negated


def matches_one(kind: Any, value: Any, character: str) -> bool | None:
    """Whether a node that stands for one character matches it; None for other nodes."""
    if kind is op.LITERAL:
        return chr(value).lower() == character.lower()
    if kind is op.NOT_LITERAL:
        return chr(value).lower() != character.lower()
    if kind is op.ANY:
        return character != "\n"
    if kind is op.IN:
        return in_class(value, character)
    return None


def _repeated(value: Any, text: str, at: int) -> Counter[int]:
    low, high, body = value
    out: Counter[int] = Counter()
    ends: Counter[int] = Counter({at: 1})
    for count in range(min(int(high), len(text) - at) + 1):
        if count >= low:
            out.update(ends)
        following: Counter[int] = Counter()
        for end, ways in ends.items():
            for to, more in ways_of(body, text, end).items():
                if to > end:  # an empty round adds nothing
                    following[to] += ways * more
        ends = following
        if not ends:
            break
    return out


def _node(kind: Any, value: Any, text: str, at: int) -> Counter[int]:
    one = matches_one(kind, value, text[at]) if at < len(text) else None
    if one is not None:
        return Counter({at + 1: 1}) if one else Counter()
    if kind in (op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN):
        return Counter()
    if kind is op.BRANCH:
        out: Counter[int] = Counter()
        for branch in value[1]:
            out.update(ways_of(branch, text, at))
        return out
    if kind is op.SUBPATTERN:
        return ways_of(value[-1], text, at)
    if kind in _REPEATS:
        return _repeated(value, text, at)
    if kind is op.ATOMIC_GROUP:  # keeps one way of its own
        return Counter(dict.fromkeys(ways_of(value, text, at), 1))
    if kind is op.POSSESSIVE_REPEAT:
        return Counter(dict.fromkeys(_repeated(value, text, at), 1))
    return Counter({at: 1})  # of no width, or a reference to a group: passed over


def ways_of(nodes: Any, text: str, at: int = 0) -> Counter[int]:
    """End to number of ways in which the nodes read ``text[at:end]``."""
    ends: Counter[int] = Counter({at: 1})
    for kind, value in nodes:
        following: Counter[int] = Counter()
        for end, ways in ends.items():
            for to, more in _node(kind, value, text, end).items():
                following[to] += ways * more
        ends = following
        if not ends:
            break
    return ends


def nodes_of(nodes: Any) -> Iterator[tuple[Any, Any]]:
    """Every node of a parsed expression, from outside to inside."""
    for kind, value in nodes:
        yield kind, value
        if kind is op.BRANCH:
            for branch in value[1]:
                yield from nodes_of(branch)
        elif kind is op.SUBPATTERN:
            yield from nodes_of(value[-1])
        elif kind in (*_REPEATS, op.POSSESSIVE_REPEAT):
            yield from nodes_of(value[2])
        elif kind in (op.ASSERT, op.ASSERT_NOT):
            yield from nodes_of(value[1])
        elif kind is op.ATOMIC_GROUP:
            yield from nodes_of(value)


def _units(body: Any) -> tuple[str, ...]:
    own, runs = [], [""]
    for kind, value in nodes_of(body):
        if kind is op.LITERAL:
            own.append(chr(value).lower())
            runs[-1] += own[-1]
        elif runs[-1]:
            runs.append("")
    return tuple(u for u in dict.fromkeys([*_UNITS, *own[:12], *runs[:12]]) if u)


def ambiguity(pattern: str) -> Ambiguity | None:
    """The most ambiguous repetition of a valid expression, None where every one is sound."""
    worst: Ambiguity | None = None
    for kind, value in nodes_of(parser.parse(pattern, re.IGNORECASE)):
        if kind not in _REPEATS or value[1] < _ROUNDS:
            continue
        body = value[2]
        if not any(k is op.BRANCH or k in _REPEATS for k, _ in nodes_of(body)):
            continue
        for unit in _units(body):
            text = (unit * LENGTH)[:LENGTH]
            ways = max(_repeated(value, text, 0).values(), default=0)
            if ways > MANY and (worst is None or ways > worst.ways):
                worst = Ambiguity(unit, ways, value[1] is op.MAXREPEAT)
    return worst
