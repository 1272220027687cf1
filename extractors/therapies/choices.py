"""Answers of a form: the option that was ticked, circled or starred on a line, without the printed ones that were not.

"Outcome: [ ] improved [x] not improved" says "not improved"; "response: {None | *Minimal* | Good}" says "Minimal";
"YES (no)" says "no"; a row of bare boxes under a header says what the header prints above the ticked one.
"""

from __future__ import annotations

import re
from itertools import pairwise

from extractors.note import Note

_BOX = r"(?:\[ ?(?P<a>[xX✓✔*oO]?) ?\]|\( ?(?P<b>[xX✓✔*oO]?) ?\)|(?P<c>[☐□❏])|(?P<d>[☒☑✓✔]))"
_BOXES = re.compile(_BOX)
_BRACES = re.compile(r"\{([^{}\n]{1,160})\}")
_STARRED = re.compile(
    r"^\*+\s?(.{1,80}?)\s?\*+$|^\[ ?[xX] ?\]\s?(.{1,80})$|^\( ?[xX] ?\)\s?(.{1,80})$|^\((.{1,80})\)$"
)
_CIRCLED = re.compile(
    r"\((?P<a>yes|no|y|n)\)\s{0,3}/?\s{0,3}(?:yes|no|y|n)\b|\b(?:yes|no|y|n)\s{0,3}/?\s{0,3}\((?P<b>yes|no|y|n)\)",
    re.IGNORECASE,
)
_HELPED = re.compile(
    r"\b(?:help(?:ed|ful|s)?|relief|benefit\w*|effective|better|improve\w*|work(?:ed)?)\b", re.IGNORECASE
)
_IN_WEEKS = re.compile(r"\b(?:weeks|wks)\b", re.IGNORECASE)
_YES_NO = re.compile(r"^(?:(?P<yes>y|yes)|(?P<no>n|no))\b[\s,;:-]*(?P<rest>.*)$", re.IGNORECASE)
_BLANK_FIGURE = re.compile(r"^_+ ?(?P<n>\d{1,2}) ?_+$|^(?P<bare>\d{1,2})$")
_GAP = re.compile(r"[ \u00a0]{2,}")
_WIDE = re.compile(r"[ \u00a0]{3,}|\t|\s\|\s|\|")
_MAX_HEADER_LINES = 25


def _checked(m: re.Match[str]) -> bool:
    return bool(m["a"] or m["b"] or m["d"])


def boxes_behind(line: str) -> bool:
    """Whether the boxes of a line stand behind what they answer ("PT [x]  Chiro [ ]  Massage [x]")."""
    boxes = list(_BOXES.finditer(line))
    if (
        len(boxes) < 2
        or line[boxes[-1].end() :].strip()
        or not re.search(r"[A-Za-z]", line[: boxes[0].start()])
    ):
        return False
    return all(re.search(r"[A-Za-z]{2}", line[a.end() : b.start()]) for a, b in pairwise(boxes))


def _boxed(line: str) -> str | None:
    """The line with unticked options taken out, where boxes stand ahead of options; None where there is no choice."""
    if boxes_behind(line):
        return None
    boxes = list(_BOXES.finditer(line))
    if boxes and not line[: boxes[0].start()].strip(" -*•.\t"):
        boxes = boxes[1:]  # the box of the line itself
    if len(boxes) < 2 or not any(map(_checked, boxes)) or all(map(_checked, boxes)):
        return None
    out = [line[: boxes[0].start()]]
    for box, following in zip(boxes, [*boxes[1:], None], strict=True):
        option = line[box.end() : following.start() if following else len(line)]
        if _checked(box):
            out.append(f" | {option.strip()} | ")
            continue
        rest = _WIDE.split(option.lstrip(), maxsplit=1)
        out.append(f"   {rest[1]}" if len(rest) > 1 else " ")
    return "".join(out)


def _headed(note: Note, start: int, line: str) -> str | None:
    """A row of bare boxes read under its header; None where the line is no such row."""
    boxes = list(_BOXES.finditer(line))
    if len(boxes) < 3 or not line[: boxes[0].start()].strip():
        return None
    if any(line[a.end() : b.start()].strip() for a, b in pairwise(boxes)):
        return None
    at = start
    for _ in range(_MAX_HEADER_LINES):
        previous = note.text.rfind("\n", max(0, at - 402), max(0, at - 1)) + 1
        head = note.text[previous : max(previous, at - 1)]
        if at == 0:
            return None
        columns = [c for c in _GAP.split(head.strip()) if c]
        if not _BOXES.search(head) and len(columns) >= len(boxes):
            if head[:1].strip() and len(columns) > len(boxes):
                columns = columns[1:]  # the heading of the labels' own column
            ticked = [columns[i] for i, b in enumerate(boxes) if _checked(b)]
            rest = line[boxes[-1].end() :].strip()
            said = ", ".join(ticked) or ("" if rest else "not tried")
            return f"{line[: boxes[0].start()]} | {said} | {rest}"
        at = previous
    return None


def _starred(m: re.Match[str]) -> str:
    options = [o.strip() for o in m[1].split("|")]
    chosen = [next(g for g in s.groups() if g) for o in options if (s := _STARRED.match(o))]
    return f" | {', '.join(chosen)} | "


def choice_cells(note: Note, start: int, line: str) -> list[str] | None:
    """The cells of a line that offers choices, with the chosen options only; None where it offers none.

    Parameters
    ----------
    start
        Where the line begins in the note.
    line
        Its raw text, at most some hundred characters.
    """
    found = _headed(note, start, line)
    if found is None:
        found = line
        if "{" in line:
            found = _BRACES.sub(lambda m: _starred(m) if "|" in m[1] else m[0], found)
        found = _CIRCLED.sub(lambda m: f" | {m['a'] or m['b']} | ", found)
        found = _boxed(found) or found
        if found == line:
            return None
    return [c.strip() for c in _WIDE.split(found) if c.strip()]


def under_header(note: Note, start: int, cells: list[str]) -> list[str]:
    """Bare answers of a row put into words by the header above: "N" under "helped?" is "no help", "_9_" under "weeks" 9 weeks."""
    header = _header_above(note, start)
    if not header:
        return cells
    helped, weeks = _HELPED.search(header), _IN_WEEKS.search(header)
    out = []
    for i, cell in enumerate(cells):
        answer = _YES_NO.match(cell) if i and helped else None
        figure = _BLANK_FIGURE.match(cell) if i and weeks else None
        if answer:
            cell = f"{'helped' if answer['yes'] else 'no help'} {answer['rest']}".strip()
        elif figure:
            cell = f"weeks {figure['n'] or figure['bare']}"
        out.append(cell)
    return out


def _header_above(note: Note, start: int) -> str:
    """The column heads of the table in which the line at ``start`` stands, or ""."""
    at = start
    for _ in range(_MAX_HEADER_LINES):
        previous = note.text.rfind("\n", max(0, at - 402), max(0, at - 1)) + 1
        line = note.text[previous : max(previous, at - 1)]
        if at == 0 or not line.strip():
            return ""
        if (
            not _BOXES.search(line)
            and _GAP.search(line.strip())
            and (_HELPED.search(line) or _IN_WEEKS.search(line))
        ):
            return "" if re.search(r"\d|\(|\b(?:yes|no)\b", line, re.IGNORECASE) else line
        at = previous
    return ""


def line_around(note: Note, offset: int, reach: int = 402) -> tuple[int, str]:
    """Where the line around ``offset`` begins, and its text, looked for within reach."""
    low, high = max(0, offset - reach), min(len(note.text), offset + reach)
    start = note.text.rfind("\n", low, offset) + 1 or low
    end = note.text.find("\n", offset, high)
    return start, note.text[start : high if end < 0 else end]


def answered_no(note: Note, offset: int) -> bool:
    """Whether the line around ``offset`` is a question of a form that is answered "no" or "none"."""
    start, line = line_around(note, offset)
    cells = choice_cells(note, start, line) if len(line) < 400 else None
    return bool(cells) and any(
        re.match(r"(?:no|none|n|never)\b(?! (?:change|help|relief|better|improv))", c, re.I)
        for c in (cells or [])[1:]
    )
