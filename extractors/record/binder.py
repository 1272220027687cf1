"""Binds stated reasons (``rationales``) and formal parts of the record (``record_items``)."""

from __future__ import annotations

from extractors.facts import Fact, Span
from extractors.family import Family, fact_of, stripped
from extractors.note import Mention, Note
from extractors.record.items import is_blank_signature, item_of
from extractors.record.reasons import assertion_of, reason_of

VERSION = "1"
#: Longest quote, in characters; a longer sentence is quoted by the clause.
_LONGEST = 220


def _place(m: Mention, note: Note) -> Span:
    text = m.sentence.text
    if text.rstrip().endswith(":") and m.sentence.index + 1 < len(note.sentences):
        # A heading by itself proves little: the sentence behind it belongs to the quote.
        behind = note.sentences[m.sentence.index + 1]
        if behind.end - m.sentence.start <= _LONGEST:
            return Span(m.sentence.start, behind.end)
    if len(text) <= _LONGEST:
        return m.sentence.span(*stripped(text, 0, len(text)))
    a, b = stripped(text, *m.clause)
    return m.sentence.span(a, b) if b - a <= _LONGEST else m.sentence.span(m.start, m.end)


class _Found:
    """Facts by kind and assertion: the first place proves the fact, the others support it."""

    def __init__(self) -> None:
        self._by_key: dict[tuple[str, str, str], list[Mention]] = {}

    def add(self, family: str, kind: str, assertion: str, m: Mention) -> None:
        places = self._by_key.setdefault((family, kind, assertion), [])
        if not any(p.sentence is m.sentence for p in places):
            places.append(m)

    def has(self, family: str, kind: str, assertion: str) -> bool:
        return (family, kind, assertion) in self._by_key

    def facts(self, note: Note) -> list[Fact]:
        out = []
        for (family, kind, assertion), (first, *others) in self._by_key.items():
            out.append(
                fact_of(
                    first, family, {"kind": kind}, version=VERSION, assertion=assertion, span=_place(first, note),
                    supporting=tuple(_place(m, note) for m in others), steps=(f"{kind}<-{first.entry.id}",),
                )
            )  # fmt: skip
        return out


def bind(note: Note) -> list[Fact]:
    """Facts ``rationales`` and ``record_items``, one a kind and assertion, in the order of the note."""
    found = _Found()
    for m in note.mentions("record"):
        if m.label.startswith("reason/"):
            if kind := reason_of(m, note):
                found.add("rationales", kind, assertion_of(m, kind), m)
        elif item := item_of(m, note):
            found.add("record_items", *item, m)
    if not found.has("record_items", "signature", "present"):
        for m, why in note.left_out:
            if m.family == "record" and is_blank_signature(m, why):
                found.add("record_items", "signature", "absent", m)
    return found.facts(note)


FAMILY = Family.load(__file__, VERSION, bind)
