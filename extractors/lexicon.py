r"""Lexicons as data: one YAML file a fact family, validated on load.

An entry::

    - id: physical_therapy        # unique in the file
      label: physical_therapy     # what a match means to the family's binder
      literals: [physical therapy, physiotherapy]   # matched on whole tokens, case folded
      patterns: ['\\bworked with (?:a )?therapist']  # regular expressions, case folded
      cased: ['\\bPT\\b']          # regular expressions, case kept
      anchors: [therap]           # only where no literal can be derived from a pattern
      examples: [did PT for six weeks]               # each must be matched by this entry
      counterexamples: [PT 12.4, INR 1.1]            # none may be matched by this entry
      attributes: {class: manual} # handed to the binder

Patterns must be bounded (no ``.*``): they run on every candidate sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from extractors.candidates.literals import required_literals

#: Keys of an entry in the order in which they are written; the last three may change places.
KEYS = (
    "id", "label", "note", "literals", "patterns", "cased", "anchors", "examples", "counterexamples", "attributes",
)  # fmt: skip


class LexiconError(ValueError):
    """A lexicon file that breaks its contract; names file and entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One lexicon entry, as in the module's docstring."""

    id: str
    label: str
    literals: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    cased: tuple[str, ...] = ()
    anchors: frozenset[str] = frozenset()
    examples: tuple[str, ...] = ()
    counterexamples: tuple[str, ...] = ()
    attributes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The entries of one family."""

    family: str
    version: str
    entries: tuple[Entry, ...]

    @property
    def anchors(self) -> frozenset[str]:
        """Every literal (lower case) one of which stands in any match of this lexicon."""
        return frozenset(a for e in self.entries for a in e.anchors)


def _anchors(
    path: Path, entry: Mapping[str, object], patterns: list[str], literals: list[str]
) -> frozenset[str]:
    given = [str(a).lower() for a in entry.get("anchors", ())]  # type: ignore[attr-defined]
    found = {max(w.lower().split(), key=len) for w in literals}
    for pattern in patterns:
        derived = required_literals(pattern)
        if derived is None:
            if not given:
                raise LexiconError(
                    f"{path.name}: entry {entry['id']}: no literal follows from {pattern!r}; give anchors"
                )
            derived = frozenset(given)
        found |= derived
    return frozenset(found | set(given))


def read_entry(path: Path, raw: Mapping[str, object]) -> Entry:
    """One entry as the YAML holds it, validated; LexiconError names the file and the entry at fault."""

    def texts(key: str) -> list[str]:
        given = raw.get(key, ())
        if not isinstance(given, list | tuple):
            raise LexiconError(f"{path.name}: entry {raw.get('id')}: {key} is no list")
        return [str(x) for x in given]

    unknown = set(raw) - set(KEYS)
    if unknown or "id" not in raw or "label" not in raw:
        raise LexiconError(f"{path.name}: entry {raw.get('id')}: unknown or missing keys {sorted(unknown)}")
    literals, patterns, cased = texts("literals"), texts("patterns"), texts("cased")
    for pattern in patterns + cased:
        try:
            re.compile(pattern)
        except re.error as error:
            raise LexiconError(f"{path.name}: entry {raw['id']}: {error}") from None
    if not literals and not patterns and not cased:
        raise LexiconError(f"{path.name}: entry {raw['id']} matches nothing")
    if not all(literal.strip() for literal in literals):
        raise LexiconError(f"{path.name}: entry {raw['id']}: an empty literal")
    return Entry(
        id=str(raw["id"]),
        label=str(raw["label"]),
        literals=tuple(literals),
        patterns=tuple(patterns),
        cased=tuple(cased),
        anchors=_anchors(path, raw, patterns + cased, literals),
        examples=tuple(texts("examples")),
        counterexamples=tuple(texts("counterexamples")),
        attributes=raw.get("attributes", {}),  # type: ignore[arg-type]
    )


def load_lexicon(path: Path) -> Lexicon:
    """Read and validate a lexicon; LexiconError names the file and the entry at fault."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    entries: list[Entry] = []
    seen: set[str] = set()
    for raw in data["entries"]:
        entry = read_entry(path, raw)
        if entry.id in seen:
            raise LexiconError(f"{path.name}: entry {entry.id} stands twice")
        seen.add(entry.id)
        entries.append(entry)
    return Lexicon(str(data["family"]), str(data["version"]), tuple(entries))
