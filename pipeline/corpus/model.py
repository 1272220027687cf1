"""What a corpus is in memory, and how its faults are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from pipeline.errors import DocumentError

Kind = Literal["charts", "traps"]
Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class GoldSpan:
    """One quote of the annotation at its place.

    Attributes
    ----------
    family
        Key of the annotation that the quote proves (``therapies``, ``radicular``, ...).
    index_or_region
        Index of the item in a list family, name of the region in a family by region, None for ``pain``.
    quote
        The words as the annotation writes them.
    start, end
        Code points of the note as ingested. ``text[start:end]`` equals the quote after white space is folded.
    """

    family: str
    index_or_region: int | str | None
    quote: str
    start: int
    end: int


@dataclass(frozen=True)
class GoldNote:
    """One note with its annotation. ``gold`` is the annotation's line as it stands in the file."""

    note_id: str
    set: str
    split: str | None
    text: str
    gold: Mapping[str, Any]
    document_type: str | None
    evidence: tuple[GoldSpan, ...]


@dataclass(frozen=True)
class Corpus:
    """Notes in the order of their sets and of each ``gold.jsonl``.

    ``digest`` is a SHA-256 over ids, texts and annotations of the notes that were loaded, whatever the
    folder's place and name.
    """

    name: str
    version: str
    kind: Kind
    path: Path
    notes: tuple[GoldNote, ...]
    digest: str


@dataclass(frozen=True)
class Problem:
    """One fault of a corpus. Names places and ids, never a note's text.

    ``code`` is one of the fixed names of the faults, ``line`` counts from 1, None where there is no line.
    """

    code: str
    severity: Severity
    file: str
    line: int | None
    note: str | None
    cause: str
    mend: str

    @property
    def where(self) -> str:
        """File, line and note in one phrase."""
        line = f":{self.line}" if self.line is not None else ""
        note = f" ({self.note})" if self.note else ""
        return f"{self.file}{line}{note}"

    def as_dict(self) -> dict[str, Any]:
        """The problem as plain data."""
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.where}: {self.severity}: {self.cause}; {self.mend}"


class CorpusError(DocumentError):
    """A corpus that cannot be used as it stands.

    ``problems`` holds all that was found, the message tells the first.
    """

    code = "CORPUS"

    def __init__(self, problems: Sequence[Problem]) -> None:
        first, more = problems[0], len(problems) - 1
        tail = f" (and {more} more: notewarrant corpus check lists them all)" if more else ""
        super().__init__(first.where, first.cause, first.mend + tail)
        self.problems = tuple(problems)


def problem(
    code: str,
    file: Path | str,
    cause: str,
    mend: str,
    *,
    line: int | None = None,
    note: str | None = None,
    severity: Severity = "error",
) -> Problem:
    """A problem, with the optional parts by name."""
    return Problem(code, severity, str(file), line, note, cause, mend)
