"""Notes that tell several visits by their dates: what a later visit denies, an earlier one no longer says.

A visit opens with a sentence that begins with its date ("On 3/3 he reported ...", "05/05 s/p TFESI ...") and runs to the next
such sentence or to the end of the paragraph.
"""

from __future__ import annotations

import datetime as dt
import re

from extractors.document import note_date
from extractors.note import Note, Sentence
from extractors.quantities import find_dates

_OPENS = re.compile(
    r"^\W{0,4}(?:on |visit (?:of )?|seen (?:on )?|dos:? |(?:office |clinic |progress )?note (?:of )?)?(?=\d|[A-Z][a-z]{2})",
    re.IGNORECASE,
)


def _opened(sentence: Sentence, as_of: dt.date | None) -> dt.date | None:
    """The date with which the sentence opens a visit, or None."""
    lead = _OPENS.match(sentence.text)
    if lead is None:
        return None
    for d in find_dates(sentence.text[: lead.end() + 22], as_of=as_of):
        if d.start > lead.end():
            return None
        if d.value is not None and d.precision == "day":
            return d.value
        if d.value is None and d.month and d.day:
            return dt.date(as_of.year if as_of else 1904, d.month, d.day)
    return None


def visit_dates(note: Note) -> dict[int, dt.date]:
    """Dates of visits by the index of their sentences; empty where fewer than two are told."""

    def make(n: Note) -> dict[int, dt.date]:
        as_of = note_date(n)
        out: dict[int, dt.date] = {}
        current: dt.date | None = None
        for before, sentence in zip([None, *n.sentences], n.sentences, strict=False):
            opened = _opened(sentence, as_of)
            if opened is not None:
                current = opened
            elif before is not None and (
                before.section is not sentence.section or "\n\n" in n.text[before.end : sentence.start + 1]
            ):
                current = None
            if current is not None:
                out[sentence.index] = current
        return out if len(set(out.values())) > 1 else {}

    return note.once("radicular.visits", make)
