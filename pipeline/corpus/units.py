"""What an offset counts: code points (ours), UTF-16 units, with CRLF as one character, bytes, graphemes.

Annotation programs count differently, and some normalise line ends before they count. Every scheme here is
a width a code point of the text as ingested, so that a place in any scheme maps back to ours or is found to
lie inside a character.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec
from types import MappingProxyType
from typing import Literal, get_args

from pipeline.errors import UsageError

Units = Literal["code_points", "utf16", "crlf_as_one", "utf16_crlf_as_one", "bytes", "graphemes"]
_HAVE_REGEX = find_spec("regex") is not None
#: Those that can be counted here; extended grapheme clusters are the business of the package regex.
UNITS: tuple[Units, ...] = tuple(u for u in get_args(Units) if _HAVE_REGEX or u != "graphemes")


def _cluster_widths(text: str) -> Iterator[int]:
    """A cluster (CRLF is one) counts at its last code point, so that places inside it are none."""
    if not _HAVE_REGEX:
        raise UsageError("--units", "graphemes need the package regex", "install notewarrant[nlp]")
    import regex

    for m in regex.finditer(r"\X", text):
        yield from (0,) * (m.end() - m.start() - 1)
        yield 1


def _widths(text: str, units: Units) -> Iterator[int]:
    if units == "graphemes":
        yield from _cluster_widths(text)
        return
    one_line_end = units.endswith("crlf_as_one")
    for i, character in enumerate(text):
        if one_line_end and character == "\r" and text[i + 1 : i + 2] == "\n":
            yield 0
        elif units.startswith("utf16"):
            yield 2 if ord(character) > 0xFFFF else 1
        elif units == "bytes":
            yield len(character.encode("utf-8", "surrogatepass"))
        else:
            yield 1


@lru_cache(maxsize=32)
def positions(text: str, units: Units) -> tuple[int, ...]:
    """For every code point of the text, and its end, the place in the scheme: ``len(text) + 1`` numbers."""
    out, total = [0], 0
    for width in _widths(text, units):
        total += width
        out.append(total)
    return tuple(out)


@lru_cache(maxsize=32)
def _back(text: str, units: Units) -> MappingProxyType[int, int]:
    back: dict[int, int] = {}
    for i, place in enumerate(positions(text, units)):
        back.setdefault(place, i)  # of "\r\n" as one the place before "\r"
    return MappingProxyType(back)


def from_units(text: str, offset: int, units: Units) -> int | None:
    """A place in the scheme as code points; None inside a character or beyond the end."""
    if units == "code_points":
        return offset if 0 <= offset <= len(text) else None
    return _back(text, units).get(offset)


def to_units(text: str, offset: int, units: Units) -> int:
    """A place in code points, ``0 <= offset <= len(text)``, in the scheme."""
    return offset if units == "code_points" else positions(text, units)[offset]
