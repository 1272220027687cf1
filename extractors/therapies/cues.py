"""The words that tell status and outcome, read from ``cues.yaml`` and ``cues_dictation.yaml``, compiled once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

#: Outcomes from the most to the least decisive: a side effect outweighs "no relief", that outweighs "some help".
OUTCOMES = ("not_tolerated", "failed", "partial", "effective")


@dataclass(frozen=True, slots=True)
class Cues:
    """Compiled patterns by name ("past.before", "outcome.failed") in the order of the file."""

    version: str
    patterns: dict[str, tuple[re.Pattern[str], ...]]

    def search(self, name: str, text: str) -> re.Match[str] | None:
        """The first pattern of that name that matches in ``text``."""
        for pattern in self.patterns[name]:
            m = pattern.search(text)
            if m:
                return m
        return None

    def nearest_end(self, name: str, text: str) -> int:
        """How far to the right a pattern of that name starts in ``text``; -1 where none matches."""
        best = -1
        for pattern in self.patterns[name]:
            for m in pattern.finditer(text):
                best = max(best, m.start())
                # A greedy tail hides later cues of the same pattern: look on from behind this one's first word.
                at = m.start() + 1
                while (again := pattern.search(text, at)) is not None:
                    best = max(best, again.start())
                    at = again.start() + 1
                break
        return best

    def first(self, name: str, text: str) -> int:
        """Where the cue (not its lead-in) of the first match ends; -1 where none matches."""
        ends = [m.end() for p in self.patterns[name] if (m := p.search(text))]
        return min(ends, default=-1)


def _flatten(
    node: object, prefix: str, words: dict[str, str], out: dict[str, tuple[re.Pattern[str], ...]]
) -> None:
    if isinstance(node, list):
        patterns = []
        for p in map(str, node):
            for name, expression in words.items():
                p = p.replace(f"<{name}>", expression)
            patterns.append(re.compile(p, re.IGNORECASE))
        out[prefix] = tuple(patterns)
    elif isinstance(node, dict):
        for key, value in node.items():
            _flatten(value, f"{prefix}.{key}" if prefix else str(key), words, out)


@cache
def cues() -> Cues:
    """The cue file's content, compiled."""
    data = yaml.safe_load(Path(__file__).with_name("cues.yaml").read_text(encoding="utf-8"))
    out: dict[str, tuple[re.Pattern[str], ...]] = {}
    words: dict[str, str] = {}
    for name, expression in data["words"].items():  # a word may use those above it
        for known, inner in words.items():
            expression = expression.replace(f"<{known}>", inner)
        words[name] = expression
    _flatten({k: v for k, v in data.items() if k not in ("version", "words")}, "", words, out)
    more: dict[str, tuple[re.Pattern[str], ...]] = {}
    dictated = yaml.safe_load(Path(__file__).with_name("cues_dictation.yaml").read_text(encoding="utf-8"))
    _flatten(dictated, "", words, more)
    for name, patterns in more.items():
        out[name] += patterns
    return Cues(str(data["version"]), out)
