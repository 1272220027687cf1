"""What an exchange format offers, and what all of them share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.corpus.exchange import Raw, Record
from pipeline.corpus.lines import json_lines
from pipeline.corpus.model import Problem, problem
from pipeline.corpus.units import Units, to_units


@dataclass(frozen=True)
class Lost:
    """What a format's own form could not hold of a note. The envelope beside it holds it all the same."""

    note: str
    what: str
    count: int


@dataclass(frozen=True)
class Format:
    """One exchange format.

    Attributes
    ----------
    units
        What its offsets count where nobody says otherwise.
    target
        ``file`` or ``folder``: what an export writes and an import reads.
    write
        Records, target and units in; what the form could not hold out.
    read
        The target in; documents, and problems of what could not be read, out.
    """

    name: str
    title: str
    units: Units
    target: str
    write: Callable[[Iterable[Record], Path, Units], list[Lost]]
    read: Callable[[Path], Iterator[Raw | Problem]]


def offsets(text: str, start: int, end: int, units: Units) -> tuple[int, int]:
    """A span in the format's units."""
    return to_units(text, start, units), to_units(text, end, units)


def dumps(value: Any) -> str:
    """JSON on one line whatever splits it: U+2028 and its like are escaped."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=False)
    return "".join(c if c.isprintable() or c == " " else _escape(c) for c in text)


def _escape(character: str) -> str:
    code = ord(character)
    if code > 0xFFFF:
        return character
    return f"\\u{code:04x}"


def read_text(path: Path) -> str | Problem:
    """A file as UTF-8 with its line ends as they are."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return problem("unreadable", path, f"cannot be read ({type(error).__name__})", "save it as UTF-8")


def read_lines(path: Path) -> Iterator[tuple[int, Mapping[str, Any] | Problem]]:
    """The JSON objects of a file of one a line, with the lines' numbers."""
    text = read_text(path)
    if isinstance(text, Problem):
        yield 0, text
        return
    for number, value in json_lines(text):
        if isinstance(value, dict):
            yield number, value
        else:
            yield number, problem("line", path, "is no JSON object", "export the file again", line=number)


def whole(value: Any) -> bool:
    """Whether this is a whole number (JSON's true and false are not)."""
    return isinstance(value, int) and not isinstance(value, bool)
