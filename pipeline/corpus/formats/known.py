"""Labels without a name of their own, known again as the quotes that were exported.

Forms such as doccano's hold a place and a label, and no room for the item that the label belongs to. The
envelope says which quotes were exported, and a label is one of them by its family, words and place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pipeline.corpus.exchange import Mark
from pipeline.corpus.formats.base import whole
from pipeline.corpus.quotes import folded
from pipeline.corpus.units import UNITS, Units, from_units

#: Start and end in the format's units, family.
Label = tuple[int, int, str]


class Known(NamedTuple):
    """A quote that was exported: its item, place in code points, words, and its number among all."""

    item: str
    start: int
    end: int
    words: str
    order: int

    @property
    def family(self) -> str:
        """The family of the item."""
        return self.item.partition(".")[0]


def exported(envelope: Mapping[str, Any] | None) -> list[Known]:
    """The quotes that an envelope lists; entries that are none are passed over."""
    spans = envelope.get("spans") if envelope is not None else None
    return [
        Known(s[0], s[1], s[2], s[3], i)
        for i, s in enumerate(spans if isinstance(spans, list) else [])
        if isinstance(s, list) and len(s) == 4 and whole(s[1]) and whole(s[2])
        and isinstance(s[0], str) and isinstance(s[3], str)
    ]  # fmt: skip


def _words(text: str, label: Label, units: Units) -> str | None:
    at, to = from_units(text, label[0], units), from_units(text, label[1], units)
    return folded(text[at:to]) if at is not None and to is not None else None


def likely_units(text: str, labels: Sequence[Label], known: Sequence[Known], expected: Units) -> Units:
    """The scheme in which most labels name words that were exported with their family."""
    words = {(k.family, folded(k.words)) for k in known}
    schemes = (expected, *(u for u in UNITS if u != expected))
    return max(schemes, key=lambda u: sum((x[2], _words(text, x, u)) in words for x in labels))


def recognise(text: str, labels: Sequence[Label], known: Sequence[Known], expected: Units) -> Iterator[Mark]:
    """The labels as marks, with item and words where they are known.

    A label whose words are others but which covers part of a quote of its family that is not there any more
    is that quote: with other ends where these are ends of words (an annotator moved them), at its old place
    else.
    """
    units = likely_units(text, labels, known, expected)
    rest, later = list(known), []
    marks: list[tuple[int, Mark]] = []
    for n, label in enumerate(labels):
        words = _words(text, label, units)
        at = from_units(text, label[0], units) or 0
        fit = [k for k in rest if k.family == label[2] and folded(k.words) == words]
        if not fit:
            later.append((n, label))
            continue
        best = min(fit, key=lambda k: (abs(k.start - at), k.order))
        rest.remove(best)
        marks.append((n, Mark(label[2], label[0], label[1], best.item, best.words, order=best.order)))
    for n, label in later:
        start, end = from_units(text, label[0], units), from_units(text, label[1], units)
        if start is None or end is None:
            over = []
        else:
            over = [k for k in rest if k.family == label[2] and start < k.end and k.start < end]
        if not over or start is None or end is None:
            marks.append((n, Mark(label[2], label[0], label[1])))
            continue
        best = max(over, key=lambda k: (min(k.end, end) - max(k.start, start), -k.order))
        rest.remove(best)
        cut = any(0 < i < len(text) and text[i - 1].isalnum() and text[i].isalnum() for i in (start, end))
        words, was = (best.words, None) if cut else (None, (best.start, best.end))
        marks.append((n, Mark(label[2], label[0], label[1], best.item, words, order=best.order, was=was)))
    yield from (mark for _, mark in sorted(marks, key=lambda m: m[0]))
