"""spaCy's DocBin: what ``spacy train`` reads, with the gold as span group ``sc``.

Tokens are those of spaCy's blank English tokenizer, so that a model's own tokenizer agrees. A quote that
ends inside a token is widened to it in the span group; its exact place stands in the document's user data.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.corpus.exchange import ENVELOPE, Mark, Raw, Record, envelope
from pipeline.corpus.formats.base import Format, Lost
from pipeline.corpus.formats.known import exported
from pipeline.corpus.model import Problem, problem
from pipeline.corpus.units import Units, to_units

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

#: spaCy's default key of span categorizers.
GROUP = "sc"


@cache
def blank_english() -> Language:
    """The tokenizer; loaded on first use."""
    import spacy

    nlp = spacy.blank("en")
    nlp.max_length = 100_000_000
    return nlp


def document(taken: Record) -> tuple[Doc, int]:
    """The note as a ``Doc`` with its span group, and how many spans were widened to whole tokens."""
    from spacy.tokens import SpanGroup

    doc = blank_english().make_doc(taken.text)
    spans, widened = [], 0
    for item in taken.items:
        for order, (a, b) in enumerate(item.spans):
            span = doc.char_span(
                a, b, label=item.family, span_id=f"{item.id}#{order}", alignment_mode="expand"
            )
            if span is None:
                raise ValueError("a quote without a token: locate() gives none")
            widened += (span.start_char, span.end_char) != (a, b)
            spans.append(span)
    doc.spans[GROUP] = SpanGroup(doc, name=GROUP, spans=spans)
    doc.user_data[ENVELOPE] = json.dumps(envelope(taken, spans=True))
    return doc, widened


def write(records: Iterable[Record], target: Path, units: Units) -> list[Lost]:
    """One ``.spacy`` file. ``units`` other than code points do not apply: spaCy counts code points."""
    from spacy.tokens import DocBin

    out, lost = DocBin(store_user_data=True), []
    for taken in records:
        doc, widened = document(taken)
        out.add(doc)
        if widened:
            lost.append(Lost(taken.note_id, "ends inside a token, widened in the span group", widened))
    target.write_bytes(out.to_bytes())
    return lost


def _marks(doc: Doc, data: Mapping[str, Any] | None) -> Iterator[Mark]:
    """Spans of the group, at their exact place where they stand on the tokens that they were exported to."""
    exact: dict[str, tuple[int, int, str]] = {}
    seen: Counter[str] = Counter()
    for known in exported(data):
        exact[f"{known.item}#{seen[known.item]}"] = (known.start, known.end, known.words)
        seen[known.item] += 1
    units: Units = "code_points"
    for span in doc.spans.get(GROUP, doc.ents):
        item, _, order = span.id_.rpartition("#")
        place = exact.get(span.id_)
        if place is not None:
            a, b, words = place
            wide = doc.char_span(
                min(a, len(doc.text)), min(b, len(doc.text)), alignment_mode="expand"
            ) if 0 <= a < b else None  # fmt: skip
            if wide is None or (wide.start, wide.end) == (span.start, span.end):
                yield Mark(span.label_, a, b, item=item, quote=words, order=int(order))
                continue
        start, end = (to_units(doc.text, i, units) for i in (span.start_char, span.end_char))
        yield Mark(
            span.label_, start, end, item=item if place is not None else None, quote=span.text,
            order=int(order) if place is not None else None, group=span.id_ or None,
            was=place[:2] if place is not None else None,
        )  # fmt: skip


def read(target: Path) -> Iterator[Raw | Problem]:
    """The documents of a ``.spacy`` file."""
    from spacy.tokens import DocBin

    try:
        docs = list(DocBin().from_bytes(target.read_bytes()).get_docs(blank_english().vocab))
    except Exception as error:  # noqa: BLE001  spaCy and msgpack raise many kinds on a damaged file
        cause = f"is no DocBin ({type(error).__name__})"
        yield problem("unreadable", target, cause, "write it again with DocBin.to_disk")
        return
    for place, doc in enumerate(docs, start=1):
        try:
            found = json.loads(doc.user_data.get(ENVELOPE, "null"))
        except (TypeError, ValueError):
            found = None
        data = found if isinstance(found, dict) else None
        note_id = str((data or {}).get("note_id") or f"doc_{place}")
        yield Raw(str(target), None, note_id, doc.text, tuple(_marks(doc, data)), data)


FORMAT = Format("docbin", "spaCy DocBin (.spacy)", "code_points", "file", write, read)
