"""Abbreviations that a note defines itself, by scispaCy's detector (Schwartz and Hearst, 2003).

"Lumbar facet denervation (LFD)": where the long form is matched by a lexicon entry, the short form is a
name of that entry for the rest of this note, and of no other note.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractors.lexicon import Entry
from extractors.note import Mention, Sentence

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

_SHORT = re.compile(r"[A-Za-z][A-Za-z0-9&/-]{1,7}")
_LEVEL = re.compile(r"[CTLS]\d{1,2}")
#: Words in capitals that stand in brackets without being short forms.
_NO_SHORT_FORM = frozenset(
    {
        "RIGHT",
        "LEFT",
        "BOTH",
        "NONE",
        "TODAY",
        "NEW",
        "OLD",
        "PRN",
        "YES",
        "NO",
        "NOT",
        "SEE",
        "RT",
        "LT",
        "BILAT",
    }
)
_WORD = re.compile(r"[A-Za-z]+")
_SMALL = frozenset("of the and a an in to for or with".split())


@dataclass(frozen=True, slots=True)
class Definition:
    """A short form with its long form, as offsets in the sentence's text."""

    short: str
    long: str
    short_start: int
    short_end: int
    long_start: int
    long_end: int


@dataclass(frozen=True, slots=True)
class Alias:
    """A short form that stands for a lexicon entry in this note."""

    short: str
    family: str
    entry: Entry


def _plausible(short: str, long: str) -> bool:
    """Whether the short form looks like one, and half of its letters begin words of the long form.

    The published algorithm takes letters from anywhere in a word, which in dictation in capitals finds
    short forms in plain words.
    """
    if not _SHORT.fullmatch(short) or short.upper() in _NO_SHORT_FORM or _LEVEL.fullmatch(short.upper()):
        return False
    if sum(c.isupper() for c in short) < 2:
        return False
    initials = [w[0].lower() for w in _WORD.findall(long) if w.lower() not in _SMALL]
    if len(initials) < 2 or len(initials) > len(short) + 1:
        return False
    letters = [c.lower() for c in short if c.isalpha()]
    at = hits = 0
    for letter in letters:
        if letter in initials[at:]:
            at = initials.index(letter, at) + 1
            hits += 1
    return 2 * hits >= len(letters)


class AbbreviationFinder:
    """scispaCy's AbbreviationDetector, asked about one sentence at a time."""

    def __init__(self, nlp: Language) -> None:
        with warnings.catch_warnings():
            from scispacy.abbreviation import AbbreviationDetector

        self._detector = AbbreviationDetector(nlp)

    def definitions(self, doc: Doc) -> list[Definition]:
        """Plausible definitions in the sentence, in order of the short forms."""
        self._detector(doc)
        out = []
        for short in doc._.abbreviations:
            long = short._.long_form
            if long is None or not _plausible(short.text, long.text):
                continue
            out.append(
                Definition(
                    short.text, long.text, short.start_char, short.end_char, long.start_char, long.end_char
                )
            )
        return sorted(out, key=lambda d: (d.short_start, d.short))


def aliases_of(definitions: Iterable[Definition], mentions: Sequence[Mention]) -> list[Alias]:
    """Aliases that the definitions of a sentence give to the entries matched in it.

    An entry is meant where it matches the end of the long form and at least half of it. Where the
    lexicon knows the short form by itself, its own screens stay in charge.
    """
    out: list[Alias] = []
    for d in definitions:
        for m in mentions:
            own_short = any(
                o.family == m.family and o.start < d.short_end and d.short_start < o.end for o in mentions
            )
            covered = min(m.end, d.long_end) - max(m.start, d.long_start)
            if not own_short and abs(m.end - d.long_end) <= 1 and 2 * covered >= d.long_end - d.long_start:
                alias = Alias(d.short, m.family, m.entry)
                if alias not in out:
                    out.append(alias)
    return out


def alias_places(sentence: Sentence, aliases: Sequence[Alias]) -> list[tuple[str, Entry, int, int]]:
    """Where aliases stand in the sentence beside what the lexicons match: family, entry, start, end."""
    out = []
    for alias in aliases:
        for m in re.finditer(rf"(?<![A-Za-z0-9]){re.escape(alias.short)}s?(?![A-Za-z0-9])", sentence.text):
            taken = any(
                o.family == alias.family and o.start < m.end() and m.start() < o.end
                for o in sentence.mentions
            )
            if not taken:
                out.append((alias.family, alias.entry, m.start(), m.end()))
    return out
