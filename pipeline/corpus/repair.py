"""Offsets that come back from a program: checked mark by mark, mended where that is safe, reported always."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

from pipeline.corpus.exchange import Mark, Raw, text_digest
from pipeline.corpus.locate import trimmed
from pipeline.corpus.model import Problem
from pipeline.corpus.quotes import folded, places
from pipeline.corpus.units import UNITS, Units, from_units
from pipeline.documents import decode, document_from_text


@dataclass(frozen=True)
class Repair:
    """One thing that an import changed, or found worth a look. Never holds a note's text.

    ``what``: ``text`` (line ends given back), ``units`` (offsets of the whole document count something
    else), ``offset`` (one mark moved to its quote), ``trimmed`` (white space at its ends), ``edge_in_word``
    and ``overlap`` (kept as they are), ``edited``, ``added`` and ``dropped`` (what an annotator did to an
    item).
    """

    note: str
    what: str
    before: Any
    after: Any

    def as_dict(self) -> dict[str, Any]:
        """As plain data, with the keys ``from`` and ``to``."""
        data = asdict(self)
        return {"note": data["note"], "what": data["what"], "from": data["before"], "to": data["after"]}


class Placed(NamedTuple):
    """A mark at its place in code points."""

    mark: Mark
    start: int
    end: int


def ingested(raw: Raw) -> tuple[str, tuple[Mark, ...], list[tuple[str, str, str]]]:
    """The text as it is read from a note's file, marks that fit it, and what that changed.

    Lone surrogates, which no file can hold, become U+FFFD one for one; a byte-order mark goes, and the marks
    move by it.

    Raises
    ------
    DocumentError
        Where the text is none that a note's file could hold.
    """
    document = document_from_text(raw.text, raw.note_id)
    decode(document.text.encode("utf-8"), raw.note_id)
    marks = raw.marks
    if raw.text.startswith("\ufeff"):
        marks = tuple(replace(m, start=max(0, m.start - 1), end=max(0, m.end - 1)) for m in marks)
    return document.text, marks, [("text", "as given", notice) for notice in document.notices]


def restored(text: str, envelope: Mapping[str, Any]) -> tuple[str, str | None]:
    """The text as it was exported, where only its line ends were changed; and what was done to it.

    ``None`` where the text is as it was; ``changed`` where it differs in more than line ends and stays.
    """
    want = envelope.get("sha256")
    if want is None or text_digest(text) == want:
        return text, None
    bare = text.replace("\r\n", "\n")
    returns = envelope.get("carriage_returns") or []
    characters = list(bare)
    if all(isinstance(i, int) and 0 <= i <= len(characters) + len(returns) for i in returns):
        for i in sorted(returns):
            characters.insert(i, "\r")
        whole = "".join(characters)
        if text_digest(whole) == want:
            return whole, "carriage returns given back" if returns else "carriage returns taken out"
    return text, "changed"


def _edges_clean(text: str, start: int, end: int) -> bool:
    """Whether the span neither starts nor ends inside a word."""
    cuts = [i for i in (start, end) if 0 < i < len(text)]
    return not any(text[i - 1].isalnum() and text[i].isalnum() for i in cuts)


def _fits(text: str, mark: Mark, at: int | None, to: int | None) -> bool:
    if at is None or to is None or at >= to:
        return False
    if mark.quote is not None:
        return folded(text[at:to]) == folded(mark.quote)
    return _edges_clean(text, at, to) and not text[at].isspace() and not text[to - 1].isspace()


def _in(text: str, mark: Mark, units: Units) -> tuple[int | None, int | None]:
    return from_units(text, mark.start, units), from_units(text, mark.end, units)


def detect_units(text: str, marks: Sequence[Mark], expected: Units) -> Units:
    """The scheme in which most marks name their words; the expected one where none does better."""
    plain = text.isascii() and "\r\n" not in text
    if plain or not marks:
        return expected
    schemes = (expected, *(u for u in UNITS if u != expected))
    # max() keeps the first of equals.
    return max(schemes, key=lambda u: sum(_fits(text, m, *_in(text, m, u)) for m in marks))


class Placer:
    """Puts the marks of one document in their places, collecting repairs and faults."""

    def __init__(self, note: str, text: str, file: str, line: int | None) -> None:
        self.note, self.text, self.file, self.line = note, text, file, line
        self.repairs: list[Repair] = []
        self.problems: list[Problem] = []

    def repaired(self, what: str, before: Any, after: Any) -> None:
        """Note a repair."""
        self.repairs.append(Repair(self.note, what, before, after))

    def fault(self, code: str, cause: str, mend: str) -> None:
        """Note what cannot be mended."""
        self.problems.append(Problem(code, "error", self.file, self.line, self.note, cause, mend))

    def place(self, marks: Sequence[Mark], expected: Units, fixed: bool) -> list[Placed]:
        """All marks that have a place. With ``fixed`` the units are taken as told, not found out."""
        units = expected if fixed else detect_units(self.text, marks, expected)
        if units != expected:
            self.repaired("units", expected, units)
        out = []
        for mark in marks:
            found = self._one(mark, units, shifted=units != expected)
            if found is not None and mark.was is not None and mark.was != (found.start, found.end):
                self.repaired("edited", list(mark.was), [found.start, found.end])
            if found is not None:
                out.append(found)
        return out

    def _one(self, mark: Mark, units: Units, shifted: bool) -> Placed | None:
        given = [mark.start, mark.end]
        at, to = _in(self.text, mark, units)
        if at is not None and to is not None and _fits(self.text, mark, at, to):
            start, end = trimmed(self.text, at, to)
            if shifted and [start, end] != given:
                self.repaired("offset", given, [start, end])
            elif (start, end) != (at, to):
                self.repaired("trimmed", [at, to], [start, end])
            return Placed(mark, start, end)
        if mark.quote is not None:
            return self._by_quote(mark, given)
        what = f"a mark of {mark.family} at {given[0]} to {given[1]}"
        if at is None or to is None:
            self.fault(
                "offset_out_of_range", f"{what} lies outside the text or inside a character",
                "set the offsets right, or give --units",
            )  # fmt: skip
            return None
        start, end = trimmed(self.text, at, to)
        if start >= end:
            self.fault("empty_span", f"{what} holds no words", "mark words")
            return None
        if (start, end) != (at, to):
            self.repaired("trimmed", [at, to], [start, end])
        if not _edges_clean(self.text, start, end):
            self.repaired("edge_in_word", [start, end], [start, end])
        return Placed(mark, start, end)

    def _by_quote(self, mark: Mark, given: list[int]) -> Placed | None:
        """The only place of the mark's words, or the one that its offsets name in some other unit."""
        quote = mark.quote or ""
        found = places(quote, self.text)
        if len(found) > 1:
            other = {
                trimmed(self.text, at, to)
                for units in UNITS
                for at, to in [_in(self.text, mark, units)]
                if at is not None and to is not None and _fits(self.text, mark, at, to)
            }
            found = sorted(other) if len(other) == 1 else found
        if len(found) == 1:
            self.repaired("offset", given, list(found[0]))
            return Placed(mark, *found[0])
        what = f"a mark of {mark.family} at {given[0]} to {given[1]}"
        if not found:
            self.fault("quote_not_found", f"{what} has words that stand nowhere in the note", "mark it again")
        else:
            cause = f"{what} has wrong offsets, and its words stand {len(found)} times in the note"
            self.fault("offset_ambiguous", cause, "mark it again")
        return None
