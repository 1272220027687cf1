r"""Lexicons as data: one YAML file a fact family, validated on load.

An entry::

    - id: physical_therapy        # unique in the file
      label: physical_therapy     # what a match means to the family's binder
      literals: [physical therapy, physiotherapy]   # matched on whole tokens, case folded
      patterns: ['\\bworked with (?:a )?therapist']  # regular expressions, case folded
      cased: ['\\bPT\\b']          # regular expressions, case kept
      anchors: [therap]           # only where no literal can be derived from a pattern
      examples: [did PT for six weeks]               # each must be matched by this entry
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

_KEYS = {"id", "label", "literals", "patterns", "cased", "anchors", "examples", "attributes", "note"}


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


def load_lexicon(path: Path) -> Lexicon:
    """Read and validate a lexicon; LexiconError names the file and the entry at fault."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    entries: list[Entry] = []
    seen: set[str] = set()
    for raw in data["entries"]:
        unknown = set(raw) - _KEYS
        if unknown or "id" not in raw or "label" not in raw:
            raise LexiconError(
                f"{path.name}: entry {raw.get('id')}: unknown or missing keys {sorted(unknown)}"
            )
        if raw["id"] in seen:
            raise LexiconError(f"{path.name}: entry {raw['id']} stands twice")
        seen.add(raw["id"])
        literals = [str(x) for x in raw.get("literals", ())]
        patterns = [str(x) for x in raw.get("patterns", ())]
        cased = [str(x) for x in raw.get("cased", ())]
        for pattern in patterns + cased:
            try:
                re.compile(pattern)
            except re.error as error:
                raise LexiconError(f"{path.name}: entry {raw['id']}: {error}") from None
        if not literals and not patterns and not cased:
            raise LexiconError(f"{path.name}: entry {raw['id']} matches nothing")
        entries.append(
            Entry(
                id=raw["id"],
                label=raw["label"],
                literals=tuple(literals),
                patterns=tuple(patterns),
                cased=tuple(cased),
                anchors=_anchors(path, raw, patterns + cased, literals),
                examples=tuple(map(str, raw.get("examples", ()))),
                attributes=raw.get("attributes", {}),
            )
        )
    return Lexicon(str(data["family"]), str(data["version"]), tuple(entries))
