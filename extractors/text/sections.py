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


def find_sections(text: str) -> list[Section]:
    """Sections in order, covering the whole note without gaps.

    Text before the first heading is a section of category ``header``. A heading in capitals
    with a colon, or alone on its line, that the lexicon does not know opens a section ``other``.
    """
    found: dict[int, tuple[str, str, int]] = {}
    after: dict[int, int] = {}
    known = heading_lexicon()
    for m in _LINE_HEADING.finditer(text):
        title, mark = m.group("title"), m.group("mark")
        category = category_of(title)
        colon = mark == ":"
        if category is not None and not colon and (mark.strip() == "" and mark != "") and "\t" not in mark:
            # Two blanks after a word is weak: accept capitals only.
            if not title.isupper():
                continue
        if category is not None and len(_fold(title)) <= 3 and not (colon or title.isupper()):
            continue
        if category is not None and mark == "" and not (title.isupper() or title.istitle() or len(title.split()) > 1):
            continue
        if category is None:
            whole_line = mark == ""
            if not (title.isupper() and len(title) > 3 and (colon or (whole_line and _CAPS_LINE.match(title)))):
                continue
            if len(title.split()) > 6:
                continue
            category = "other"
        found[m.start("title")] = (category, _fold(title), m.end() if colon else m.end("title"))
        if colon and _fold(title) in one_line_titles():
            end = _field_end(text, m.end())
            if end is not None:
                after[m.start("title")] = end
    for m in _RUN_ON.finditer(text):
        category = known.get(_fold(m.group("title")))
        if category is not None and m.start("title") not in found:
            found[m.start("title")] = (category, _fold(m.group("title")), m.end())
            if _fold(m.group("title")) in one_line_titles():
                end = _field_end(text, m.end())
                if end is not None:
                    after[m.start("title")] = end
    ordered = sorted(found)
    for at, end in after.items():
        # The text behind a one-line field belongs to no heading, unless one stands there.
        if not any(at < other <= end for other in ordered[bisect_right(ordered, at) :][:1]):
            found[end] = ("header", "", end)
    starts = sorted(found)
    sections: list[Section] = []
    if not starts or text[: starts[0]].strip():
        sections.append(Section("header", "", 0, 0, starts[0] if starts else len(text)))
        first = starts
    else:
        first = starts
    for i, at in enumerate(first):
        category, title, body = found[at]
        end = starts[i + 1] if i + 1 < len(starts) else len(text)
        begin = at if sections else 0
        # A known title may stand inside an unknown one in capitals; the outer one then has no text of its own.
        sections.append(Section(category, title, begin, min(body, end), end))
    return sections


class SectionIndex:
    """Look-up of the section at an offset, in logarithmic time."""

    def __init__(self, sections: list[Section]) -> None:
        self.sections = sections
        self._starts = [s.start for s in sections]

    def at(self, offset: int) -> Section:
        """The section that holds ``offset``."""
        return self.sections[max(0, bisect_right(self._starts, offset) - 1)]
