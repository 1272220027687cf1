"""The evidence of one annotation: each quote at its place, or a problem."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from pipeline.corpus.model import GoldSpan, Problem
from pipeline.corpus.quotes import Entry, entries, folded, places
from pipeline.corpus.units import UNITS, Units, from_units

#: Makes a problem of this note: code, cause, mend, severity.
Report = Callable[..., Problem]


class Located(NamedTuple):
    """What was found: spans in the order of the annotation, and what is wrong."""

    spans: tuple[GoldSpan, ...]
    problems: tuple[Problem, ...]


def span_in_units(text: str, quote: str, start: int, end: int) -> tuple[Units, int, int] | None:
    """The scheme in which these offsets name the quote, with the place of its words in code points.

    Code points are tried first; None where no scheme fits.
    """
    want = folded(quote)
    for units in UNITS:
        at, to = from_units(text, start, units), from_units(text, end, units)
        if at is not None and to is not None and at < to and folded(text[at:to]) == want:
            return units, *trimmed(text, at, to)
    return None


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its ends; an empty one where it holds nothing else."""
    inside = text[start:end]
    left = len(inside) - len(inside.lstrip())
    return start + left, max(start + left, start + len(inside.rstrip()))


def _quoted(entry: Entry, text: str, quote: str, report: Report) -> tuple[GoldSpan | None, Problem | None]:
    found = places(quote, text)
    if not found:
        return None, report(
            "quote_not_found",
            f"a quote of {entry.name} does not stand in the note",
            "copy the quote character by character from the note",
        )
    span = GoldSpan(entry.family, entry.key, quote, *found[0])
    if len(found) == 1:
        return span, None
    return span, report(
        "quote_ambiguous",
        f"a quote of {entry.name} stands {len(found)} times in the note; the first is taken",
        "make the quote longer, or give it start and end",
        severity="warning",
    )


def _with_offsets(
    entry: Entry, text: str, given: Mapping[str, Any], report: Report
) -> tuple[GoldSpan | None, Problem | None]:
    quote, start, end = given["quote"], given["start"], given["end"]
    fit = span_in_units(text, quote, start, end)
    if fit is not None and fit[0] == "code_points":
        return GoldSpan(entry.family, entry.key, quote, fit[1], fit[2]), None
    at = f"offsets {start} to {end} of a quote of {entry.name}"
    if fit is not None:
        return None, report(
            f"offset_{fit[0]}",
            f"{at} count {fit[0].replace('_', ' ')}, not code points of the note",
            "notewarrant corpus import --from corpus repairs this shift",
        )
    found = places(quote, text)
    if not found:
        return None, report(
            "quote_not_found",
            f"a quote of {entry.name} does not stand in the note",
            "copy the quote character by character from the note",
        )
    mend = (
        "notewarrant corpus import --from corpus repairs this" if len(found) == 1 else "set the offsets right"
    )
    return None, report("offset_mismatch", f"{at} do not name the quote's words", mend)


def _shape(item: object) -> bool:
    """Whether this is a quote, or an object with a quote and either both offsets or none."""
    if isinstance(item, str):
        return bool(item.strip())
    if not isinstance(item, Mapping) or not isinstance(item.get("quote"), str) or not item["quote"].strip():
        return False
    given = [type(item.get(k)) for k in ("start", "end")]
    return given == [int, int] or given == [type(None), type(None)]


def locate(gold: Mapping[str, Any], text: str, report: Report) -> Located:
    """Every quote of the annotation at its place in the text."""
    spans: list[GoldSpan] = []
    problems: list[Problem] = []
    for entry in entries(gold):
        evidence = entry.value.get("evidence", [])
        mine: list[GoldSpan] = []
        if not isinstance(evidence, list) or not all(map(_shape, evidence)):
            problems.append(
                report(
                    "evidence_shape",
                    f"evidence of {entry.name} is no list of quotes",
                    'write strings, or objects {"quote", "start", "end"}',
                )
            )
            continue
        for item in evidence:
            if isinstance(item, str):
                span, trouble = _quoted(entry, text, item, report)
            elif item.get("start") is None:
                span, trouble = _quoted(entry, text, item["quote"], report)
            else:
                span, trouble = _with_offsets(entry, text, item, report)
            if trouble is not None:
                problems.append(trouble)
            if span is not None:
                mine.append(span)
        ordered = sorted(mine, key=lambda s: (s.start, s.end))
        if any(b.start < a.end for a, b in pairwise(ordered)):
            problems.append(
                report(
                    "overlap",
                    f"two quotes of {entry.name} overlap",
                    "join them to one quote",
                    severity="warning",
                )
            )
        spans += mine
    return Located(tuple(spans), tuple(problems))
