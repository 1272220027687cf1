"""Checks of one entry by itself: keys and their order, examples, bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from extractors.lexicon import KEYS, Entry
from extractors.targets import pattern_names
from pipeline.lexicons.ambiguity import LENGTH, ambiguity
from pipeline.lexicons.bounds import unbounded
from pipeline.lexicons.finding import Finding
from pipeline.lexicons.source import Source

#: Keys that come first in this order; what follows (examples, attributes) stands in any order after them.
_ORDERED = tuple(k for k in KEYS if k not in ("note", "examples", "counterexamples", "attributes"))
_AFTER = ("examples", "counterexamples", "attributes")


def in_order(keys: list[str]) -> bool:
    """Whether id and label come first, then the expressions, then examples and attributes."""
    keys = [k for k in keys if k != "note"]
    head = [k for k in keys if k in _ORDERED]
    return keys == sorted(head, key=_ORDERED.index) + [k for k in keys if k in _AFTER]


def named_expressions(entry: Entry) -> list[tuple[str, str]]:
    """Name (``patterns[3]``) and text of every literal and pattern as the file writes it."""
    return list(zip(pattern_names(entry), (*entry.literals, *entry.patterns, *entry.cased), strict=True))


def check_shape(source: Source) -> Iterator[Finding]:
    """What is wrong with single entries of a file, beside what made them unreadable."""
    for entry, raw in zip(source.entries, source.raw, strict=True):
        yield from _entry(source, entry, raw)


def _entry(source: Source, entry: Entry, raw: Mapping[str, Any]) -> Iterator[Finding]:
    where = (source.path.name, source.family, entry.id)
    if not in_order(list(raw)):
        yield Finding(
            "warning", "key_order", *where, "", f"keys stand in the order {', '.join(raw)}",
            f"write {', '.join(k for k in KEYS if k in raw)}",
        )  # fmt: skip
    if not entry.examples:
        yield Finding(
            "error", "no_example", *where, "", "has no example", "add a phrase that the entry must match"
        )
    for name, text in named_expressions(entry):
        if name.startswith("literals"):
            continue
        if unbounded(text):
            yield Finding(
                "error", "unbounded", *where, name, "repeats over words without a bound",
                "bound the gap, as in [^.\\n]{0,40}",
            )  # fmt: skip
        found = ambiguity(text)
        if found is not None:
            grows = "exponential" if found.endless else "very many"
            yield Finding(
                "error", "catastrophic", *where, name,
                f"a repetition reads {found.unit!r} over and over in {grows} ways "
                f"({found.ways} in {LENGTH} characters)",
                "let each round end on something that the next cannot begin with",
            )  # fmt: skip
