r"""CoNLL: a token a line, a column of BIO tags a family.

Columns, parted by tabs: ``ID`` within the line of text, ``FORM``, ``START`` and ``END`` in code points,
``MISC`` (``SpaceAfter=No`` as in CoNLL-U), then a column a family. Forms and ``MISC`` give the text back
exactly: white space other than the single space between tokens stands in forms, escaped (``\n``). Tags
cannot hold overlapping quotes of one family nor values: a comment line a note holds the envelope.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.corpus.exchange import ENVELOPE, Mark, Raw, Record, envelope, text_digest
from pipeline.corpus.formats.base import Format, Lost, dumps, read_text
from pipeline.corpus.formats.docbin import blank_english
from pipeline.corpus.formats.known import Known, Label, exported, recognise
from pipeline.corpus.model import Problem, problem
from pipeline.corpus.quotes import FAMILIES
from pipeline.corpus.units import UNITS, Units, positions

FIXED = ("ID", "FORM", "START", "END", "MISC")
_ESCAPED = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPE = re.compile(r"\\(u[0-9a-f]{4}|.)", re.DOTALL)
Tokens = Sequence[tuple[int, int]]  # start and end of each token, in code points


def _escaped(form: str) -> str:
    out = []
    for c in form:
        plain = c.isprintable() and not c.isspace() and c != "\\"
        out.append(c if plain else _ESCAPED.get(c) or (f"\\u{ord(c):04x}" if ord(c) <= 0xFFFF else c))
    return "".join(out)


def _unescaped(form: str) -> str:
    back = {v[1:]: k for k, v in _ESCAPED.items()}
    return _ESCAPE.sub(lambda m: back.get(m[1]) or (chr(int(m[1][1:], 16)) if len(m[1]) == 5 else m[1]), form)


def _widened(tokens: Tokens, start: int, end: int) -> tuple[int, int] | None:
    """First and last token that the span touches, as a half-open range; None where it touches none."""
    first = bisect_right(tokens, start, key=lambda t: t[1])
    last = bisect_left(tokens, end, key=lambda t: t[0])
    return (first, last) if first < last else None


def _plan(tokens: Tokens, known: Sequence[Known]) -> tuple[dict[tuple[int, int, str], Known], list[Known]]:
    """Which quotes the tags can show, by token range and family, and which they cannot for overlap."""
    shown: dict[tuple[int, int, str], Known] = {}
    hidden: list[Known] = []
    for k in known:
        at = _widened(tokens, k.start, k.end)
        taken = at is None or any(f == k.family and a < at[1] and at[0] < b for a, b, f in shown)
        if at is None or taken:
            hidden.append(k)
        else:
            shown[(*at, k.family)] = k
    return shown, hidden


def _note(taken: Record) -> tuple[list[str], list[Lost]]:
    from spacy.training import biluo_to_iob, offsets_to_biluo_tags

    doc = blank_english().make_doc(taken.text)
    tokens = [(t.idx, t.idx + len(t)) for t in doc]
    data = envelope(taken, spans=True)
    shown, hidden = _plan(tokens, exported(data))
    columns = []
    for family in FAMILIES:
        spans = [(tokens[a][0], tokens[b - 1][1], f) for a, b, f in shown if f == family]
        columns.append(biluo_to_iob(offsets_to_biluo_tags(doc, spans)))
    lines = [f"# newdoc id = {taken.note_id}", f"# {ENVELOPE} = {dumps(data)}"]
    number = 0
    for token, place, *tags in zip(doc, tokens, *columns, strict=True):
        number += 1
        misc = "_" if token.whitespace_ else "SpaceAfter=No"
        lines.append("\t".join([str(number), _escaped(token.text), *map(str, place), misc, *tags]))
        if "\n" in token.text:
            lines.append("")
            number = 0
    lost = [Lost(taken.note_id, "overlaps in its family, not in the tags", len(hidden))] if hidden else []
    wide = sum((tokens[a][0], tokens[b - 1][1]) != (k.start, k.end) for (a, b, _), k in shown.items())
    if wide:
        lost.append(Lost(taken.note_id, "ends inside a token, widened in the tags", wide))
    return [*lines, ""], lost


def write(records: Iterable[Record], target: Path, units: Units) -> list[Lost]:
    """One file of all notes. ``units`` other than code points do not apply: the forms make the text."""
    lost: list[Lost] = []
    with target.open("w", encoding="utf-8", newline="") as out:
        out.write("# columns = " + " ".join((*FIXED, *FAMILIES)) + "\n")
        for taken in records:
            lines, mine = _note(taken)
            out.write("\n".join(lines) + "\n")
            lost += mine
    return lost


@dataclass
class _Document:
    """One note while its lines are read."""

    note_id: str
    line: int
    envelope: Mapping[str, Any] | None = None
    forms: list[tuple[str, str]] = field(default_factory=list)
    stated: list[tuple[int, int]] = field(default_factory=list)
    tags: list[list[str]] = field(default_factory=list)
    bad: int | None = None

    def take(self, line: str, columns: Sequence[str]) -> bool:
        """Read one token line; False where it has not the columns."""
        cells = line.split("\t")
        if len(cells) != len(columns) or not (cells[2].isdecimal() and cells[3].isdecimal()):
            return False
        self.forms.append((_unescaped(cells[1]), "" if "SpaceAfter=No" in cells[4].split("|") else " "))
        self.stated.append((int(cells[2]), int(cells[3])))
        self.tags.append(cells[len(FIXED) :])
        return True


def _labels(document: _Document, families: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Token ranges of the tags. An inside tag without a beginning begins."""
    for column, family in enumerate(families):
        start: int | None = None
        for i, tags in enumerate([*document.tags, ["O"] * len(families)]):
            tag = tags[column][:1]
            if start is not None and tag != "I":
                yield start, i, family
                start = None
            if tag == "B" or (tag == "I" and start is None):
                start = i


def _finish(document: _Document, families: Sequence[str], file: str) -> Raw:
    text = "".join(form + space for form, space in document.forms)
    tokens: list[tuple[int, int]] = []
    at = 0
    for form, space in document.forms:
        tokens.append((at, at + len(form)))
        at += len(form) + len(space)
    notes = tuple(_stated(text, tokens, document.stated))
    known = exported(document.envelope)
    labels = list(_labels(document, families))
    marks: list[Mark] = []
    same = document.envelope is not None and document.envelope.get("sha256") == text_digest(text)
    shown, hidden = _plan(tokens, known if same else [])
    for k in (*hidden, *(shown[x] for x in labels if x in shown)):
        marks.append(Mark(k.family, k.start, k.end, k.item, k.words, order=k.order))
    rest: list[Label] = [(tokens[a][0], tokens[b - 1][1], f) for a, b, f in labels if (a, b, f) not in shown]
    gone = [k for x, k in shown.items() if x not in labels] if same else known
    marks += recognise(text, rest, gone, "code_points")
    return Raw(file, document.line, document.note_id, text, tuple(marks), document.envelope, notes)


def _stated(text: str, tokens: Tokens, stated: Tokens) -> Iterator[tuple[str, Any, Any]]:
    """What is wrong with the offsets of the columns; the forms stay in the right."""
    if list(tokens) == list(stated):
        return
    for units in UNITS[1:]:
        place = positions(text, units)
        if [(place[a], place[b]) for a, b in tokens] == list(stated):
            yield "units", units, "code_points"
            return
    for right, told in zip(tokens, stated, strict=True):
        if right != told:
            yield "offset", list(told), list(right)


def _documents(target: Path, text: str) -> Iterator[tuple[_Document, tuple[str, ...]] | Problem]:
    columns: tuple[str, ...] = (*FIXED, *FAMILIES)
    document: _Document | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.removesuffix("\r")
        name, found, value = line.partition(" = ")
        if found and name == "# columns":
            columns = tuple(value.split(" "))
        elif found and name == "# newdoc id":
            if document is not None:
                yield document, columns
            document = _Document(value, number)
        elif found and name == f"# {ENVELOPE}" and document is not None:
            try:
                data = json.loads(value)
            except ValueError:
                yield problem("envelope", target, "its envelope is damaged", "export the note again",
                              line=number, note=document.note_id)  # fmt: skip
                data = None
            document.envelope = data if isinstance(data, dict) else None
        elif line and not line.startswith("# "):
            document = document or _Document(target.stem, number)
            if not document.take(line, columns) and document.bad is None:
                document.bad = number
    if document is not None:
        yield document, columns


def read(target: Path) -> Iterator[Raw | Problem]:
    """The notes of a file."""
    text = read_text(target)
    if isinstance(text, Problem):
        yield text
        return
    for found in _documents(target, text):
        if isinstance(found, Problem):
            yield found
            continue
        document, columns = found
        if columns[: len(FIXED)] != FIXED or document.bad is not None:
            yield problem("line", target, "a token line has not the columns", "export the note again",
                          line=document.bad or document.line, note=document.note_id)  # fmt: skip
            continue
        yield _finish(document, columns[len(FIXED) :], str(target))


FORMAT = Format("conll", "CoNLL, a token a line, BIO a family", "code_points", "file", write, read)
