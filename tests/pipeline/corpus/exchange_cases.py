"""Invented notes for the exchange formats, and a round trip in one call."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from pipeline.corpus import GoldNote, GoldSpan
from pipeline.corpus.exchange import record
from pipeline.corpus.formats import FORMATS
from pipeline.corpus.locate import trimmed
from pipeline.corpus.quotes import FAMILIES, LIST_FAMILIES, REGION_FAMILIES, REGIONS
from pipeline.corpus.transfer import Imported, import_notes
from pipeline.corpus.units import Units

#: Words and joints that have broken one program or another.
PIECES = (
    "back", "pain", "L4-L5", "50%", "no", "no", "e\u0301te\u0301", "naïve", "🙂", "👩\u200d⚕️", "🧑🏽", "½",
    "µg", "#1", "\\n", "_", '"quoted"', "<b>", "&amp;", "don't", "C5/6.", "(left)", "\u200b", "ﬁ", "שלום",
    "x" * 40,
)  # fmt: skip
JOINTS = (" ", " ", " ", "\r\n", "\n", "\r\n\r\n", "  ", "\t", "\u00a0", "\u2028", "\r", "\x0b", "\x85", "")
VALUES: dict[str, list[dict[str, Any]]] = {
    "radicular": [{"status": "present"}, {"accept": ["absent", "historical"]}],
    "nerve_compression_on_imaging": [{"status": "absent"}],
    "therapies": [
        {"modality": "tens", "status": "past", "weeks": {"accept": [6, None]}, "outcome": "failed"},
        {"modality": "nsaid", "status": "current", "required": False, "sessions": 2.5},
    ],
    "injections": [
        {"kind": "epidural", "status": "past", "levels": {"accept": [["L4-L5"], []]}, "percent_relief": 80},
    ],
    "ablations": [{"target": "facet", "status": "planned", "levels": ["L4", "L5"], "laterality": "left"}],
    "surgeries": [{"kind": "fusion", "status": "past", "year": 2019, "region": {"accept": ["lumbar"]}}],
    "red_flags": [{"kind": "infection", "required": True}],
    "pain": [{"duration_weeks": 26.07, "score_max": {"accept": [8, 7]}, "pattern": "axial"}],
}  # fmt: skip
REST = {"document_type": "visit", "remarks": "née 🙂\u2028", "criteria": {"two_mbb_80": "met"},
        "traps": ["a", "b"],
        "request": {"procedures": [{"cpt": "64635", "units": 1}], "diagnoses": ["M47.816"]}}  # fmt: skip


@st.composite
def texts(draw: st.DrawFn) -> str:
    words = draw(
        st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(JOINTS)), min_size=1, max_size=25)
    )
    lead = draw(st.sampled_from(("", "\r\n", " ", "🙂")))
    return lead + "".join(w + j for w, j in words)


def note_of(
    text: str, items: Sequence[tuple[str, Any, dict[str, Any], list[tuple[int, int]]]], rest: Any
) -> GoldNote:
    """A note with annotation from ``(family, key, values, spans)``."""
    gold: dict[str, Any] = {
        "note_id": "n1",
        **{f: {} for f in REGION_FAMILIES},
        **{f: [] for f in LIST_FAMILIES},
        **rest,
    }
    evidence = []
    for family, key, values, spans in items:
        quotes = [{"quote": text[a:b], "start": a, "end": b} for a, b in spans]
        entry = {**values, "evidence": quotes}
        if isinstance(key, str):
            gold[family][key] = entry
        elif key is None:
            gold[family] = entry
        else:
            gold[family].append(entry)
        evidence += [GoldSpan(family, key, text[a:b], a, b) for a, b in spans]
    return GoldNote("n1", "a", "train", text, gold, rest.get("document_type"), tuple(evidence))


@st.composite
def notes(draw: st.DrawFn) -> GoldNote:
    """A note with overlapping, repeated and missing quotes in every family."""
    text = draw(texts().filter(lambda t: bool(t.strip())))
    edge = st.integers(0, len(text))

    def spans() -> list[tuple[int, int]]:
        pairs = draw(st.lists(st.tuples(edge, edge), max_size=3))
        found = [trimmed(text, min(p), max(p)) for p in pairs]
        return [s for s in found if s[0] < s[1]]

    items: list[tuple[str, Any, dict[str, Any], list[tuple[int, int]]]] = []
    for family in FAMILIES:
        if family in REGION_FAMILIES:
            keys: list[Any] = [r for r in REGIONS if draw(st.booleans())]
        else:
            keys = [None] if family == "pain" else list(range(draw(st.integers(0, 2))))
        items += [(family, key, draw(st.sampled_from(VALUES[family])), spans()) for key in keys]
    return note_of(text, items, draw(st.sampled_from((REST, {}))))


def there_and_back(some: Sequence[GoldNote], name: str, folder: Path, units: Units | None = None) -> Imported:
    """Export to a format and import from it."""
    made = FORMATS[name]
    target = folder / "out"
    made.write([record(n) for n in some], target, units or made.units)
    return import_notes(target, name)
