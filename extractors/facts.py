"""What extraction hands over: facts with their place in the text and the way they came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in the note: code-point offsets, end exclusive."""

    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """Whether the two spans share a character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Cue:
    """A context cue (ConText modifier) that acted on a mention, with its scope in note offsets."""

    category: str
    rule: str
    start: int
    end: int
    scope_start: int
    scope_end: int


@dataclass(frozen=True, slots=True)
class Trace:
    """How a fact came about: lexicon entries, context cues, and the binder's own steps.

    ``patterns`` names entries (``family/entry``); ``matched`` the expressions of them that matched
    (``family/entry#patterns[3]``).
    """

    patterns: tuple[str, ...] = ()
    cues: tuple[Cue, ...] = ()
    #: Short machine-readable words of the binder ("status:past<-verb", "weeks<-date_range"); never note text.
    steps: tuple[str, ...] = ()
    matched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of one family.

    ``value`` holds the family's fields by name as plain data (str, numbers, tuples, None); the pipeline
    validates it into the typed value of the case. ``start`` and ``end`` are code-point offsets into the
    note as ingested.
    """

    family: str
    value: Mapping[str, object]
    start: int
    end: int
    extractor: str
    version: str
    assertion: str = "present"
    section: str | None = None
    supporting: tuple[Span, ...] = ()
    trace: Trace = field(default_factory=Trace)
