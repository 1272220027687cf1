"""Sentence splitting that knows lines, lists, headings and clinical abbreviations.

Time is linear in the note's length. No sentence is longer than ``MAX_SENTENCE`` characters, so that
whatever runs on a sentence stays linear too; a longer run is cut at the last comma, semicolon or blank.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

#: Longest sentence in characters.
MAX_SENTENCE = 700

# A full stop after one of these does not end a sentence.
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[/])(?:dr|mr|mrs|ms|prof|sr|jr|st|vs|etc|approx|dept|pt|pts|e\.g|i\.e|y\.o|no|nos|fig|wk|wks|mo|mos|"
    r"hr|hrs|min|mins|sec|yr|yrs|lt|rt|bilat|hx|dx|tx|rx|sx|inc|est|occ|avg|max|min|ext|flex|lat|post|ant|sup|inf|"
    r"[a-z])\.$",
    re.IGNORECASE,
)
_END = re.compile(r"[.!?][\"')\]]*(?=\s|$)|\n|;[ \t]+(?=[A-Z])")
_BULLET = re.compile(r"[ \t]*(?:[-*•>+o▪·][ \t]+|\(?\d{1,2}[.)][ \t]|\[[ xX]?\]|\([ xX]?\)|[a-z][.)][ \t])")
_UNFINISHED = re.compile(r"(?:[,\-/&(]|\b(?:and|or|the|of|with|to|in|for|a|an|at|by|on|her|his|from|no|is|was))$")
_ONLY_NUMBER = re.compile(r"(?:^|\s)\(?\d{1,2}\.$")


def _line_breaks(text: str, at: int, line_start: int, width: int) -> bool:
    """Whether the line feed at ``at`` ends a sentence."""
    nxt = text.find("\n", at + 1)
    following = text[at + 1 : nxt if nxt >= 0 else min(len(text), at + 400)]
    line = text[line_start:at].rstrip()
    if not following.strip() or not line.strip():
        return True
    if _BULLET.match(following):
        return True
    if line[-1] in ".!?:;":
        return True
    head = following.lstrip()
    if ":" in head[:40] and re.match(r"[A-Z][A-Za-z0-9 /&'().\-]{0,38}:", head):
        return True
    if head[0].islower() or head[0] in ",;)":
        return False
    # A hard-wrapped line is one that the next word would not have fitted on.
    word = head.split(None, 1)[0]
    if width >= 50 and len(line) + 1 + len(word) >= width - 3:
        return len(following) - len(head) != len(line) - len(line.lstrip()) and _BULLET.match(line) is None
    return _UNFINISHED.search(line) is None


def _asks(text: str, at: int) -> bool:
    """Whether the question mark ends a question; one that stands before a word marks a doubt ("? L5 radiculitis")."""
    return at > 0 and (text[at - 1].isalnum() or text[at - 1] in ")\"'%]?!.")


def _wrap_width(text: str) -> int:
    """The width at which the note's lines are hard-wrapped (95th percentile of line lengths, at most 140)."""
    lengths = sorted(len(line) for line in text.split("\n") if line.strip())
    if not lengths:
        return 0
    return min(140, lengths[int(0.95 * (len(lengths) - 1))])


def find_sentences(text: str, breaks: Iterable[int] = ()) -> list[tuple[int, int]]:
    """Sentences as (start, end) offsets, stripped of surrounding white space, in order.

    Parameters
    ----------
    text
        The note.
    breaks
        Offsets where a sentence must start (section headings).
    """
    width = _wrap_width(text)
    cuts: set[int] = set(breaks)
    line_start = 0
    for m in _END.finditer(text):
        mark = text[m.start()]
        if mark == "\n":
            if _line_breaks(text, m.start(), line_start, width):
                cuts.add(m.end())
            line_start = m.end()
            continue
        if mark == ".":
            before = text[max(0, m.start() - 10) : m.start() + 1]
            if _ABBREVIATION.search(before):
                # "Dr. Smith" goes on; a new line or a clear new sentence in capitals after "PT." ends.
                after = text[m.end() : m.end() + 3].lstrip()
                if not (after[:1].isupper() and re.search(r"\b(?:pt|hx|dx|tx|rx|sx|wks?|mos?|hrs?|yrs?|mins?|etc)\.$", before, re.I)):
                    continue
            if _ONLY_NUMBER.search(before):
                continue
            nxt = text[m.end() : m.end() + 2].lstrip()
            if nxt[:1].islower() and "\n" not in text[m.end() : m.end() + 2]:
                continue
        if mark == "?" and not _asks(text, m.start()):
            continue
        cuts.add(m.end())
    out: list[tuple[int, int]] = []
    edges = [0, *sorted(c for c in cuts if 0 < c < len(text)), len(text)]
    for a, b in zip(edges, edges[1:], strict=False):
        _append(text, a, b, out)
    return out


def _append(text: str, start: int, end: int, out: list[tuple[int, int]]) -> None:
    """Strip white space and add the sentence, cut into pieces of at most MAX_SENTENCE characters."""
    while start < end:
        while start < end and text[start].isspace():
            start += 1
        stop = end
        if end - start > MAX_SENTENCE:
            window = text[start : start + MAX_SENTENCE]
            at = max(window.rfind(", "), window.rfind("; "), window.rfind(". "))
            if at < MAX_SENTENCE // 3:
                at = window.rfind(" ")
            stop = start + (at + 1 if at > 0 else MAX_SENTENCE)
        last = stop
        while last > start and text[last - 1].isspace():
            last -= 1
        if last > start:
            out.append((start, last))
        start = stop
