"""Measure assertion on sentences with a given target, through the engine's own path.

``python -m extractors.assertion.measure FILE.jsonl [--half a|b] [--errors]``

Each line of the file is an object with ``text``, ``start``, ``end`` (code points, end exclusive),
``negation`` (Negated, Affirmed, Possible), ``temporality`` (Recent, Historical, Not particular) and
``experiencer`` (Patient, Family member): the shape of the NegEx test kit with ConText's annotations. The table
gives precision, recall and F1 of every flag against the class that it stands for.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from extractors.assertion.history import told_as_history
from extractors.engine import Extractor
from extractors.family import Family
from extractors.lexicon import Entry, Lexicon
from extractors.note import Mention

_TARGET = Entry(id="given", label="given", literals=("given target",), anchors=frozenset({"given target"}))
#: Flag, the annotation's field, and the class that the flag stands for.
_CLASSES = (
    ("negated", "negation", "Negated"),
    ("historical", "temporality", "Historical"),
    ("hypothetical", "temporality", "Not particular"),
    ("family", "experiencer", "Family member"),
)


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one class: true and false positives, false negatives."""

    tp: int
    fp: int
    fn: int

    @property
    def precision(self) -> float:
        """Share of the flags that are right; 0 where there is none."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 0.0

    @property
    def recall(self) -> float:
        """Share of the annotated items that carry the flag; 0 where there is none."""
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.tp / (2 * self.tp + self.fp + self.fn) if self.tp + self.fp + self.fn else 0.0


def target_extractor() -> Extractor:
    """An extractor whose only mentions are the places that :func:`assertion_at` hands in."""
    family = Family("given", "1", Lexicon("given", "1", (_TARGET,)), lambda _note: [])
    return Extractor([family])


def assertion_at(extractor: Extractor, text: str, start: int, end: int) -> Mention:
    """The target ``text[start:end]`` as a mention: sections, sentences and ConText as in extraction.

    Raises
    ------
    ValueError
        Where the place holds no sentence (white space only).
    """
    note = extractor.read(text)
    sentence = note.sentence_at(start)
    if sentence is None:
        raise ValueError(f"no sentence at {start}")
    stop = min(end, sentence.end)
    first, last = sentence.position(start), sentence.position(stop - 1)
    extractor.mark(sentence, [("given", _TARGET, first, last + 1)])
    return min(sentence.mentions, key=lambda m: abs(m.start - first))


def read_items(path: Path) -> Iterator[dict[str, object]]:
    """The file's items in order."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def flags_of(items: Iterable[dict[str, object]]) -> Iterator[tuple[dict[str, object], Mention]]:
    """Each item with its target as the engine sees it."""
    extractor = target_extractor()
    for item in items:
        yield item, assertion_at(extractor, str(item["text"]), int(str(item["start"])), int(str(item["end"])))


def carries(item: dict[str, object], mention: Mention, flag: str) -> bool:
    """Whether the mention carries the flag; ``historical`` as ConText's annotation means it."""
    if flag == "historical":
        return told_as_history(mention, str(item["text"]))
    return mention.has(flag)


def scores(pairs: Iterable[tuple[dict[str, object], Mention]]) -> dict[str, Score]:
    """Counts by flag."""
    counts = {flag: [0, 0, 0] for flag, _, _ in _CLASSES}
    for item, mention in pairs:
        for flag, field, positive in _CLASSES:
            got, want = carries(item, mention, flag), item[field] == positive
            counts[flag][0] += got and want
            counts[flag][1] += got and not want
            counts[flag][2] += want and not got
    return {flag: Score(*c) for flag, c in counts.items()}


def main(arguments: list[str] | None = None) -> int:
    """Print the table (and, when asked, the ids of the items that are wrong)."""
    parser = argparse.ArgumentParser(prog="python -m extractors.assertion.measure")
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--half", choices=("a", "b"), help="every second item, from the first (a) or the second (b)"
    )
    parser.add_argument(
        "--errors", metavar="FLAG", help="list the items wrong on this flag: id, and fp or fn"
    )
    options = parser.parse_args(arguments)
    items = list(read_items(options.file))
    if options.half:
        items = items[0 if options.half == "a" else 1 :: 2]
    pairs = list(flags_of(items))
    print(f"{len(items)} items")
    print(f"{'flag':14}{'precision':>10}{'recall':>10}{'F1':>10}{'tp':>7}{'fp':>7}{'fn':>7}")
    for flag, s in scores(pairs).items():
        print(f"{flag:14}{s.precision:10.3f}{s.recall:10.3f}{s.f1:10.3f}{s.tp:7}{s.fp:7}{s.fn:7}")
    if options.errors:
        field, positive = next((f, p) for flag, f, p in _CLASSES if flag == options.errors)
        for item, mention in pairs:
            got, want = carries(item, mention, options.errors), item[field] == positive
            if got != want:
                print(item["id"], "fp" if got else "fn", [c.rule for c in mention.cues])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
