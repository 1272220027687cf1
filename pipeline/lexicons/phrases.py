"""Phrases of a text: runs of one to four words that could stand in a lexicon."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from extractors.note import fold

LONGEST: Final = 4
_WORD: Final = re.compile(r"[^\W\d_][\w'/&+-]*")
#: Words that no phrase begins or ends with.
_EMPTY: Final = frozenset(
    """a about after again all also am an and any are as at be been before but by can could did do does
    done during each for from further had has have having he her here hers him his how i if in into is it
    its just me more most my no nor not now of off on once only or other our out over own patient per pt
    same she should so some still such than that the their them then there these they this those through
    to too tried until up us very was we were what when where which while who will with without would you
    your x w c s mr mrs ms dr""".split()
)
#: What parts two words that belong to no phrase together.
_BREAK: Final = re.compile(r"[.,;:!?()\[\]|/]|\d| - ")


def phrases(text: str) -> Iterator[str]:
    """Every phrase of the text in lower case, as often as it stands there.

    White space is folded and dashes are made plain, as for the extractor. No phrase runs over punctuation
    or a number, begins or ends with a word that says nothing, or is shorter than three characters.
    """
    plain = fold(text)[0].lower()
    words = list(_WORD.finditer(plain))
    for first, start in enumerate(words):
        if start[0] in _EMPTY:
            continue
        for last in range(first, min(first + LONGEST, len(words))):
            end = words[last]
            if last > first and _BREAK.search(plain, words[last - 1].end(), end.start()):
                break
            phrase = plain[start.start() : end.end()].rstrip("-'/&+")
            if end[0] not in _EMPTY and len(phrase) > 2:
                yield phrase
