"""Windows of a note around marked places, so that an error is read in its context."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from markupsafe import Markup

from pipeline.render.highlight import Mark, highlighted

#: Characters shown before and after a marked place; windows that come closer than this are one.
MARGIN: Final = 140
#: How far a window's bound may move to fall between two words.
_SLACK: Final = 24


def _outward(text: str, at: int, step: int) -> int:
    """The bound moved outward to the next white space, if one is near."""
    for _ in range(_SLACK):
        if not 0 < at < len(text) or text[at - 1 if step < 0 else at].isspace():
            break
        at += step
    return max(0, min(len(text), at))


def windows(text: str, places: Sequence[tuple[int, int]], margin: int = MARGIN) -> list[tuple[int, int]]:
    """Bounds of the stretches to show: each place with its margin, those that meet joined, in order."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(places):
        low, high = (
            _outward(text, max(0, start - margin), -1),
            _outward(text, min(len(text), end + margin), 1),
        )
        if out and low <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], high))
        else:
            out.append((low, high))
    return out


def excerpts(text: str, marks: Sequence[Mark]) -> list[Markup]:
    """The stretches around the marks with the marks in them; empty where nothing is marked."""
    out = []
    for low, high in windows(text, [(m.start, m.end) for m in marks]):
        inside = [
            replace(m, start=max(m.start, low) - low, end=min(m.end, high) - low)
            for m in marks
            if m.start < high and m.end > low
        ]
        before, after = "… " if low > 0 else "", " …" if high < len(text) else ""
        out.append(Markup(before) + highlighted(text[low:high], inside) + Markup(after))
    return out
