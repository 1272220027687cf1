"""Sentence splitting that knows lines, lists, headings and clinical abbreviations.

Time is linear in the note's length. No sentence is longer than ``MAX_SENTENCE`` characters, so that
whatever runs on a sentence stays linear too; a longer run is cut at the last comma, semicolon or blank.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

#: Longest sentence in characters.
MAX_SENTENCE = 700

# A full stop after one of these does not end a sentence.
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[/])(?:dr|mr|mrs|ms|prof|sr|jr|st|vs|etc|approx|dept|pt|pts|e\.g|i\.e|y\.o|fig|temp|wk|wks|mo|mos|"
    r"hr|hrs|min|mins|sec|yr|yrs|lt|rt|bilat|hx|dx|tx|rx|sx|inc|est|occ|avg|max|min|ext|flex|lat|post|ant|sup|inf|"
    r"[a-z])\.$",
    re.IGNORECASE,
)
_END = re.compile(
    r"[.!?][\"')\]]*(?=\s|$)|\n|;[ \t]+(?=[A-Z])|(?<=[a-z0-9)%][a-z0-9)%])\.(?=[A-Z][a-z]+\s)"
    r"|(?:(?<=\s)|(?<=:))\(?(?P<item>\d{1,2})\)[ \t]+(?=[A-Z])"
)
# "no. 3" is a number, "Numbness: no." an answer.
_NUMBER_SIGN = re.compile(r"\b(?:no|nos)\.\s{0,2}$", re.IGNORECASE)
# What follows "block done September 25." most often is the result of that day, so the two stay together.
_DAY_OF_MONTH = re.compile(
    r"\b(?:jan(?:uary)?|feb(?:ruary)?|march|mar|april|apr|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?) \d{1,2}\.$",
    re.IGNORECASE,
)
# Words that begin a statement even without a capital.
_STARTERS = re.compile(
    r"(?:no|not|denies|denied|he|she|they|pt|patient|has|had|reports|states|also|did|does|went|takes|taking|tried|failed|now|then|there|"
    r"pain|will|plan|continue|refer|discussed|rtc|neg|negative|positive|never|without|seen|it|we|i|exam|mri)\b"
)
_BULLET = re.compile(
    r"[ \t]*(?:[-*•>+o▪·‣◦●][ \t]+|[–—][ \t]+(?=[A-Z0-9\"(])|\(?\d{1,2}[.)][ \t]|\[[ xX]?\]|\([ xX]?\)|[a-z][.)][ \t])"
)
#: A long dash opens an item where the line before opens with one too; else it may be the writer's own dash.
_DASHED = re.compile(r"[ \t]*(?P<dash>[–—])[ \t]+")
_MAY_END = re.compile(r"\b(?:pt|hx|dx|tx|rx|sx|wks?|mos?|hrs?|yrs?|mins?|etc)\.$", re.IGNORECASE)
_UNFINISHED = re.compile(
    r"(?:[,\-/&(]|\b(?:and|or|the|of|with|to|in|for|a|an|at|by|on|her|his|from|no|is|was))$"
)
_ONLY_NUMBER = re.compile(r"(?P<before>^|\S)(?P<gap>\s*)(?<!\S)\(?(?P<number>\d{1,2})\.$")


# A row of a log opens with its date; a row of a table has its columns apart.
_DATED_ROW = re.compile(r"[ \t]*(?:\d{1,2}[/-]\d{1,2}[/-]\d{2,4}|\d{4}-\d\d-\d\d)[ \t:,–-]")
#: Shortest row of a table that tells something by itself, in characters; those of a diary of scores do not.
_ROW = 40
_COLUMN_GAP = re.compile(r"\S {3,}\S")
_COLUMNS = re.compile(r"\S(?: {3,}|\t+)\S[^\n]{0,200}?\S(?: {3,}|\t+)\S")


# "methadone 5 mg TID      since 3/28" above "gabapentin 900 TID      since 2/26": a list of drugs in two columns.
_DRUG_ROW = re.compile(
    r"[ \t]*[A-Za-z][^\n]{0,40}?(?:\d ?%|(?:\d ?(?:mg|mcg|g)|\d ?(?:TID|BID|QID|QHS|HS|PRN|daily)|\b(?:TID|BID|QID|QHS|PRN|daily))\b)[^\n]{0,30}? {3,}\S",
    re.IGNORECASE,
)


# "    -> worse after, quit": what came of the line above.
_ARROW = re.compile(r"[ \t]+(?:-{0,2}>|=>|→)")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _gap_ends(line: str) -> set[int]:
    """Where the cells behind wide gaps begin: rows of one table have one of them in common."""
    return {m.end() - 1 for m in _COLUMN_GAP.finditer(line[:200])}


def _line_breaks(text: str, at: int, line_start: int, width: int) -> bool:
    """Whether the line feed at ``at`` ends a sentence."""
    nxt = text.find("\n", at + 1)
    following = text[at + 1 : nxt if nxt >= 0 else min(len(text), at + 400)]
    line = text[line_start:at].rstrip()
    if not following.strip() or not line.strip():
        return True
    if _BULLET.match(following) or _DATED_ROW.match(following):
        return True
    if (one := _DASHED.match(line)) and (two := _DASHED.match(following)) and one["dash"] == two["dash"]:
        return True
    if min(len(line.strip()), len(following.strip())) >= _ROW and _gap_ends(line) & _gap_ends(following):
        return True
    if _COLUMNS.search(line.strip()) and _COLUMNS.search(following.strip()):
        return True
    if (
        _indent(line) == _indent(following) > 0
        and (_DRUG_ROW.match(line) or _DRUG_ROW.match(following))
        and all(map(_COLUMN_GAP.search, (line.strip(), following.strip())))
    ):
        return True
    if _ARROW.match(line) and _indent(following) < _indent(line):
        return True
    if _BULLET.match(line) and _indent(following) < _indent(line) and following.lstrip()[:1].isupper():
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


def _item_number(text: str, at: int) -> tuple[int | None, int]:
    """The number of a list item whose full stop stands at ``at``, and where it begins; (None, at) if it is none.

    "1." at the start of a line or after a full stop or colon begins an item; "rated 7." does not, unless it
    is the next number of a list that runs on in the line (the caller knows).
    """
    found = _ONLY_NUMBER.search(text, max(0, at - 12), at + 1)
    if not found:
        return None, at
    begin = found.end("gap")
    number = int(found["number"])
    if found["before"] in ("", ".", ":", ";", ")", "!", "?") or "\n" in found["gap"]:
        return number, begin
    return (number, begin) if number > 1 else (None, at)


def _goes_on(text: str, m: re.Match[str]) -> bool:
    """Whether the sentence goes on after a full stop: an abbreviation, a number sign, a small letter."""
    before = text[max(0, m.start() - 10) : m.start() + 1]
    if _ABBREVIATION.search(before):
        # "Dr. Smith" goes on; a new line or a clear new sentence in capitals after "PT." ends.
        after = text[m.end() : m.end() + 3].lstrip()
        if not (after[:1].isupper() and _MAY_END.search(before)):
            return True
    if _DAY_OF_MONTH.search(text, max(0, m.start() - 14), m.start() + 1):
        return True
    rest = text[m.end() : m.end() + 16]
    following = rest.lstrip()
    if following[:1].isdigit() and _NUMBER_SIGN.search(before):
        return True
    return following[:1].islower() and "\n" not in rest[:2] and not _STARTERS.match(following)


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
    item = 0  # number of the last item of a list that runs on in a line
    for m in _END.finditer(text):
        mark = text[m.start()]
        if m["item"]:
            number = int(m["item"])
            if number == item + 1 and (
                item or (m.start() - line_start < 20 and not text[line_start : m.start()].strip())
            ):
                cuts.add(m.start())
            item = number if number in (1, item + 1) else 0
            continue
        if mark == "\n":
            if _line_breaks(text, m.start(), line_start, width):
                cuts.add(m.end())
            line_start = m.end()
            continue
        if mark == ".":
            number, at = _item_number(text, m.start())
            if number is not None and (at == line_start or number == item + 1 or text[at - 1 : at] in "\n"):
                if item and number == item + 1:
                    cuts.add(at)
                item = number
                continue
            if _goes_on(text, m):
                continue
        if mark == "?" and not _asks(text, m.start()):
            continue
        cuts.add(m.end())
    out: list[tuple[int, int]] = []
    edges = [0, *sorted(c for c in cuts if 0 < c < len(text)), len(text)]
    for a, b in pairwise(edges):
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
