r"""brat standoff: ``<note>.txt`` and ``<note>.ann``, with ``annotation.conf`` for the program.

One text-bound annotation a quote; a quote over a line break has a fragment a line, as brat wants it. Values
from closed lists are attributes of an item's first quote, an item's further quotes are joined to it by
``Equiv``, and ``AnnotatorNotes`` hold item and values in full. What belongs to the whole note is in
``<note>.json``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipeline.corpus.exchange import Item, Mark, Raw, Record, envelope, split_id
from pipeline.corpus.formats.base import Format, Lost, dumps, offsets, read_text
from pipeline.corpus.model import Problem, problem
from pipeline.corpus.quotes import FAMILIES, places
from pipeline.corpus.shown import FIELDS, choices, shown
from pipeline.corpus.units import Units

_LINE = re.compile(r"[^\r\n]+")
_TEXT_BOUND = re.compile(r"(\S+) ((?:\d+ \d+)(?:;\d+ \d+)*)\Z")


def _closed(item: Item) -> dict[str, str]:
    """The item's values that brat can show: those from a closed list."""
    return {f: v for f, v in shown(item).items() if choices(item.family, f)}


def _fragments(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The span line by line, without white space at the ends of a line's part."""
    out = []
    for m in _LINE.finditer(text, start, end):
        words = m.group()
        left, right = len(words) - len(words.lstrip()), len(words.rstrip())
        if left < right:
            out.append((m.start() + left, m.start() + right))
    return out


def _ann(taken: Record, units: Units) -> Iterator[str]:
    number = attribute = remark = 0
    for item in taken.items:
        mine = []
        for order, (start, end) in enumerate(item.spans):
            number += 1
            mine.append(f"T{number}")
            parts = _fragments(taken.text, start, end)
            at = ";".join("{} {}".format(*offsets(taken.text, a, b, units)) for a, b in parts)
            words = " ".join(taken.text[a:b] for a, b in parts)
            yield f"T{number}\t{item.family} {at}\t{words}"
            note: dict[str, Any] = {"item": item.id, "order": order}
            if order == 0:
                for field, value in _closed(item).items():
                    attribute += 1
                    yield f"A{attribute}\t{item.family}_{field} T{number} {value}"
                note["values"] = dict(item.values)
            remark += 1
            yield f"#{remark}\tAnnotatorNotes T{number}\t{dumps(note)}"
        if len(mine) > 1:
            yield "*\tEquiv " + " ".join(mine)


def annotation_conf() -> str:
    """The configuration with which brat shows and edits these annotations."""
    attributes = [
        f"{family}_{field}\tArg:{family}, Value:{'|'.join(choices(family, field))}"
        for family in FAMILIES
        for field in FIELDS[family]
        if choices(family, field)
    ]
    pairs = [f"Equiv\tArg1:{f}, Arg2:{f}, <REL-TYPE>:symmetric-transitive" for f in FAMILIES]
    sections = {"entities": FAMILIES, "relations": pairs, "events": (), "attributes": attributes}
    return "\n".join(f"[{name}]\n" + "".join(f"{x}\n" for x in lines) for name, lines in sections.items())


def write(records: Iterable[Record], target: Path, units: Units) -> list[Lost]:
    """One folder of notes."""
    target.mkdir(parents=True, exist_ok=True)
    (target / "annotation.conf").write_text(annotation_conf(), encoding="utf-8")
    for taken in records:
        base = target / taken.note_id
        _at(base, ".txt").write_bytes(taken.text.encode("utf-8"))
        _at(base, ".ann").write_bytes("".join(f"{x}\n" for x in _ann(taken, units)).encode("utf-8"))
        _at(base, ".json").write_text(dumps(envelope(taken)) + "\n", encoding="utf-8")
    return []


def _at(base: Path, suffix: str) -> Path:
    # Not with_suffix(): an id may hold a full stop.
    return base.with_name(base.name + suffix)


class _Annotations:
    """The lines of one ``.ann`` file, by kind."""

    def __init__(self) -> None:
        self.spans: dict[str, tuple[str, list[tuple[int, int]], str]] = {}
        self.attributes: dict[str, dict[str, str]] = {}
        self.notes: dict[str, dict[str, Any]] = {}
        self.group: dict[str, str] = {}

    def take(self, line: str) -> bool:
        """Read one line; False where it is not understood."""
        head, _, tail = line.partition("\t")
        if head.startswith("T"):
            what, _, words = tail.partition("\t")
            m = _TEXT_BOUND.match(what)
            if m is None:
                return False
            pairs = [tuple(map(int, p.split(" "))) for p in m[2].split(";")]
            self.spans[head] = (m[1], [(p[0], p[1]) for p in pairs], words)
        elif head[:1] in ("A", "M"):
            parts = tail.split(" ")
            if len(parts) < 3:
                return len(parts) == 2  # a mark that is only set says nothing here
            self.attributes.setdefault(parts[1], {})[parts[0]] = parts[2]
        elif head.startswith("#"):
            what, _, words = tail.partition("\t")
            _, _, of = what.partition(" ")
            try:
                note = json.loads(words)
            except ValueError:
                return True  # an annotator's own remark
            if isinstance(note, dict) and isinstance(note.get("item"), str):
                self.notes[of] = note
        elif head == "*":
            members = tail.split(" ")[1:]
            for name in members:
                self.group[name] = members[0]
        else:
            return head[:1] in ("R", "E", "N")
        return True

    def marks(self, text: str, items: Mapping[str, Any]) -> Iterator[Mark]:
        """The text-bound annotations as marks. Values that brat does not show are those of the envelope."""
        for name, (family, parts, words) in self.spans.items():
            note = self.notes.get(name, {})
            lead = "values" in note or "item" not in note
            now = {k.partition(f"{family}_")[2]: v for k, v in self.attributes.get(name, {}).items()}
            now = _unseen(note.get("item"), items) | now
            order = note.get("order")
            for start, end, quote in _joined(parts, words, text):
                yield Mark(
                    family, start, end, item=note.get("item"), quote=quote, shown=now if lead else None,
                    group=self.group.get(name, name), order=order if isinstance(order, int) else None,
                )  # fmt: skip


def _joined(parts: list[tuple[int, int]], words: str, text: str) -> Iterator[tuple[int, int, str | None]]:
    """Fragments that only white space parts are one span; others are spans of their own.

    Offsets that are wrong, or count something else, part nothing: then the words tell.
    """
    if len(parts) == 1:
        yield *parts[0], words
        return
    apart = any(text[a[1] : b[0]].strip() for a, b in pairwise(parts))
    sound = " ".join(text[a:b] for a, b in parts) == words
    if not (apart and sound) and places(words, text):
        yield parts[0][0], parts[-1][1], words
        return
    # The words of a fragment are as long as the fragment, in whatever units.
    at = 0
    for start, end in parts:
        yield start, end, words[at : at + end - start]
        at += end - start + 1


def _unseen(name: Any, items: Mapping[str, Any]) -> dict[str, str]:
    """What is shown elsewhere of an exported item, and not in brat: numbers and lists."""
    family, key = split_id(name) if isinstance(name, str) else ("", None)
    if family not in FAMILIES or not isinstance(items.get(name), Mapping):
        return {}
    item = Item(family, key, items[name], ())
    return {f: v for f, v in shown(item).items() if not choices(family, f)}


def read(target: Path) -> Iterator[Raw | Problem]:
    """Every ``.ann`` of a folder with its ``.txt``."""
    for path in sorted(target.glob("*.ann")):
        base = path.with_name(path.name.removesuffix(".ann"))
        text, lines = read_text(_at(base, ".txt")), read_text(path)
        if isinstance(text, Problem):
            yield text
            continue
        if isinstance(lines, Problem):
            yield lines
            continue
        found = _Annotations()
        bad = [n for n, x in enumerate(lines.split("\n"), 1) if x.strip() and not found.take(x.rstrip("\r"))]
        if bad:
            yield problem(
                "line", path, "is no line of brat standoff", "mend or drop it", line=bad[0], note=base.name
            )
            continue
        side = _at(base, ".json")
        data: Any = None
        if side.is_file():
            content = read_text(side)
            try:
                data = json.loads(content) if isinstance(content, str) else None
            except ValueError:
                yield problem("envelope", side, "is not valid JSON", "export the note again", note=base.name)
                continue
        note_id = data.get("note_id") if isinstance(data, dict) else None
        data = _with_values(data, found)
        items = data.get("items") if data is not None else None
        marks = tuple(found.marks(text, items if isinstance(items, Mapping) else {}))
        yield Raw(str(path), None, str(note_id or base.name), text, marks, data)


def _with_values(data: Any, found: _Annotations) -> dict[str, Any] | None:
    """The envelope, with the values of the annotator notes where there is no file beside the note."""
    if isinstance(data, dict):
        return data
    items = {n["item"]: n["values"] for n in found.notes.values() if isinstance(n.get("values"), dict)}
    return {"items": items} if items else None


FORMAT = Format("brat", "brat standoff (.txt and .ann)", "code_points", "folder", write, read)
