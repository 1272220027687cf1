"""A note's text as HTML with its evidence marked: every character kept, overlapping quotes nested.

The marked-up text reads exactly as the note does: the labels of the links stand in attributes and are drawn
by the style sheet, so that the element's text content is the note, character for character.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

#: A parser of HTML turns a raw carriage return into a line feed, and NUL cannot stand in HTML at all.
_ODD = re.compile("\r\n|\r|\x00")
_ODD_HTML = {"\r\n": "&#13;\n", "\r": "&#13;<br>", "\x00": "\N{SYMBOL FOR NULL}"}


@dataclass(frozen=True)
class Link:
    """A link drawn behind a mark: where it leads, its short label, and what a screen reader says."""

    href: str
    label: str
    spoken: str


@dataclass(frozen=True)
class Mark:
    """A place in the text that evidence points to.

    ``start`` and ``end`` are code-point offsets; ``kind`` is a CSS class; ``links`` lead back to the
    findings or facts that use the place.
    """

    id: str
    start: int
    end: int
    kind: str
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Segment:
    """A stretch of text covered by the same marks, outermost first."""

    start: int
    end: int
    marks: tuple[Mark, ...]


def segments(length: int, marks: Iterable[Mark]) -> Iterator[Segment]:
    """Cut ``0..length`` at the bounds of the marks; the segments join to the whole without gap.

    Marks that are empty or reach beyond the text are left out of the segments: they prove nothing.
    """
    good = sorted((m for m in marks if 0 <= m.start < m.end <= length), key=lambda m: (m.start, -m.end, m.id))
    cuts = sorted({0, length, *(m.start for m in good), *(m.end for m in good)})
    active: list[Mark] = []
    following = 0
    for start, end in itertools.pairwise(cuts):
        active = [m for m in active if m.end > start]
        while following < len(good) and good[following].start == start:
            active.append(good[following])
            following += 1
        yield Segment(start, end, tuple(active))


def plain(text: str) -> Markup:
    """Text as HTML that a browser reads back to the same text (CRLF and lone CR included)."""
    return Markup(_ODD.sub(lambda m: _ODD_HTML[m[0]], str(escape(text))))


def _piece(text: str, start: int, end: int) -> Markup:
    """A slice as HTML; where it ends between CR and LF, the two stay one line end."""
    if text[end - 1 : end + 1] == "\r\n":
        return plain(text[start : end - 1]) + Markup("&#13;")
    return plain(text[start:end])


def _links(mark: Mark) -> str:
    return "".join(
        f'<a class="ref" href="{escape(link.href)}" data-label="{escape(link.label)}" '
        f'aria-label="{escape(link.spoken)}"></a>'
        for link in mark.links
    )


def highlighted(text: str, marks: Sequence[Mark]) -> Markup:
    """The whole text with its marks.

    A mark that another one crosses comes in several pieces; each piece carries ``data-q`` with the mark's id,
    the first one the ``id`` that links lead to, the last one the links back.
    """
    out: list[str] = []
    for segment in segments(len(text), marks):
        for m in segment.marks:
            first = f' id="{escape(m.id)}"' if m.start == segment.start else ""
            out.append(f'<mark class="{escape(m.kind)}" data-q="{escape(m.id)}"{first}>')
        out.append(_piece(text, segment.start, segment.end))
        for m in reversed(segment.marks):
            out.append((_links(m) if m.end == segment.end else "") + "</mark>")
    return Markup("".join(out))
