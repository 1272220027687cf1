"""Sections of a note, by a heading lexicon and by typography.

A heading stands at the start of a line, or inside running text after a full stop when it is
a known title followed by a colon. Time is linear in the note's length.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

#: Longest heading considered, in characters. Longer "titles" are sentences.
_MAX_TITLE = 60
_LINE_HEADING = re.compile(
    r"^[ \t]*(?:[-*•>#=_~]{1,8}[ \t]*)?(?:\(?[0-9A-Z]{1,2}[.)][ \t]+)?(?P<title>[A-Za-z][A-Za-z0-9 /&,'().\-]{0,58}?)[ \t]*(?P<mark>:|[ \t]-[ \t]|\t|[ \t]*[-=_]{3,}|[ \t]*$|[ \t]{2,}|[ \t]*[\[(])",
    re.MULTILINE,
)
_RUN_ON = re.compile(r"(?<=[.;)\]?!*])[ \t]+(?P<title>[A-Z][A-Za-z /&\-]{1,48}?)[ \t]*:")
_CAPS_LINE = re.compile(r"^[ \t]*[A-Z][A-Z0-9 /&,'().\-]{2,58}$")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the note under one heading. ``body`` is where the text after the heading starts."""

    category: str
    title: str
    start: int
    body: int
    end: int


@cache
def heading_lexicon() -> dict[str, str]:
    """Known titles (folded) with their section category."""
    data = yaml.safe_load(Path(__file__).with_name("headings.yaml").read_text(encoding="utf-8"))
    return {title: category for category, titles in data["categories"].items() for title in map(str, titles)}


def _fold(title: str) -> str:
    return _SPACE.sub(" ", title.strip().strip("-*:.() ").lower())


def category_of(title: str) -> str | None:
    """Category of a heading's title, or None where the lexicon does not know it."""
    folded = _fold(title)
    known = heading_lexicon()
    if folded in known:
        return known[folded]
    # "HPI (copied forward)", "EXAM 3/4/25": the known title in front decides.
    head = re.split(r"[(\[,0-9]", folded, maxsplit=1)[0].strip()
    return known.get(head)


_BLANK_LINE = re.compile(r"\n[ \t\r]*\n\s*")


@cache
def one_line_titles() -> frozenset[str]:
    """Titles that label a field: with words on their own line they do not open a section."""
    data = yaml.safe_load(Path(__file__).with_name("headings.yaml").read_text(encoding="utf-8"))
    return frozenset(map(str, data["one_line"]))


def _field_end(text: str, body: int) -> int | None:
    """Start of the text behind a one-line field, or None where the field goes on or stands alone."""
    line_end = text.find("\n", body)
    if line_end < 0 or not text[body:line_end].strip():
        return None
    rest = text[line_end + 1 : line_end + 200]
    following = rest.split("\n", 1)[0]
    if not following.strip():
        # A blank line ends the field for good.
        return line_end + 1 + len(rest) - len(rest.lstrip()) if rest.strip() else None
    goes_on = following[0].isspace() or re.match(r"[-*•(\[\d]|[a-z]", following)
    return None if goes_on else line_end + 1


def _paragraph_end(text: str, body: int) -> int | None:
    """Start of the paragraph behind the one that follows a heading, or None where there is none."""
    blank = _BLANK_LINE.search(
        text, body + len(text[body : body + 400]) - len(text[body : body + 400].lstrip())
    )
    return blank.end() if blank and blank.end() < len(text) else None


@dataclass(frozen=True, slots=True)
class _Heading:
    """A heading found: its section's category, its folded title, and where its text begins."""

    category: str
    title: str
    body: int


def _category_on_line(title: str, mark: str) -> str | None:
    """Category that a title at the start of a line opens, given what stands behind it; None where it is prose."""
    category = category_of(title)
    colon = mark == ":"
    if category is None:
        capitals = title.isupper() and len(title) > 3 and len(title.split()) <= 6
        return "other" if capitals and (colon or (mark == "" and _CAPS_LINE.match(title))) else None
    if colon or title.isupper():
        return category
    if len(_fold(title)) <= 3:
        return None
    if mark == "":
        return category if title.istitle() or len(title.split()) > 1 else None
    # Blanks behind a word are weak: capitals only (above).
    return category if mark.strip() or "\t" in mark else None


def _headings(text: str) -> dict[int, _Heading]:
    """Headings by their offset: at the start of a line, and in running text before a colon."""
    found: dict[int, _Heading] = {}
    for m in _LINE_HEADING.finditer(text):
        title, mark = m.group("title"), m.group("mark")
        category = _category_on_line(title, mark)
        if category is not None:
            body = m.end() if mark == ":" else m.end("title")
            found[m.start("title")] = _Heading(category, _fold(title), body)
    for m in _RUN_ON.finditer(text):
        title = _fold(m.group("title"))
        category = heading_lexicon().get(title)
        if category is not None:
            found.setdefault(m.start("title"), _Heading(category, title, m.end()))
    return found


def _close_fields(text: str, found: dict[int, _Heading]) -> None:
    """End one-line fields with their line: what follows stands under no heading, unless one opens there."""
    ordered = sorted(found)
    for i, at in enumerate(ordered):
        heading = found[at]
        if heading.category == "family_history":
            end, following = (
                _paragraph_end(text, heading.body),
                ordered[i + 1] if i + 1 < len(ordered) else len(text),
            )
            if end is not None and following > end:
                found[end] = _Heading("other", "", end)
            continue
        if heading.title not in one_line_titles() or text[heading.body - 1 : heading.body] != ":":
            continue
        end = _field_end(text, heading.body)
        following = ordered[i + 1] if i + 1 < len(ordered) else len(text) + 1
        if end is not None and following > end:
            found[end] = _Heading("header", "", end)


def find_sections(text: str) -> list[Section]:
    """Sections in order, covering the whole note without gaps.

    Text before the first heading is a section of category ``header``. A heading in capitals
    with a colon, or alone on its line, that the lexicon does not know opens a section ``other``.
    """
    text = text.replace("\r", " ")  # a heading alone on a line that ends with CR LF is one all the same
    found = _headings(text)
    _close_fields(text, found)
    starts = sorted(found)
    sections: list[Section] = []
    if not starts or text[: starts[0]].strip():
        sections.append(Section("header", "", 0, 0, starts[0] if starts else len(text)))
    for i, at in enumerate(starts):
        heading = found[at]
        end = starts[i + 1] if i + 1 < len(starts) else len(text)
        # A known title may stand inside an unknown one in capitals; the outer one then has no text of its own.
        begin = at if sections else 0
        sections.append(Section(heading.category, heading.title, begin, min(heading.body, end), end))
    return sections


class SectionIndex:
    """Look-up of the section at an offset, in logarithmic time."""

    def __init__(self, sections: list[Section]) -> None:
        self.sections = sections
        self._starts = [s.start for s in sections]

    def at(self, offset: int) -> Section:
        """The section that holds ``offset``."""
        return self.sections[max(0, bisect_right(self._starts, offset) - 1)]
