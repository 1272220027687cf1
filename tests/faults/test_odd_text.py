"""Long and odd notes through the queue: every quote is where the result says, in the kept document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.documents import decode
from pipeline.store import Store
from pipeline.store.kept import KeptDocuments

from .held import NOTE, Where, sound
from .processes import Zygote

REQUEST = (
    "\nASSESSMENT: M47.816 lumbar spondylosis.\nPLAN: 64635, 64636 radiofrequency ablation L4-5, L5-S1.\n"
)
SENTENCE = "Low back pain for 7 months, no leg symptoms. Physical therapy for 8 weeks without relief. "
FILLER = "The visit was long and the weather fair, and nothing else was said about it that day. "
PLAIN = NOTE.format(n=7)


def between(odd: str) -> bytes:
    """A note whose lines all have something odd before and after what is to be read."""
    return "\n".join(f"{odd} {line} {odd}" for line in PLAIN.splitlines()).encode("utf-8", "surrogatepass")


ODD = {
    "bom": b"\xef\xbb\xbf" + PLAIN.encode(),
    "utf-16": b"\xff\xfe" + PLAIN.encode("utf-16-le"),
    "cp1252": between("").replace(b"no leg", b"\x93no\x94 leg \x96 caf\xe9"),
    "crlf": PLAIN.replace("\n", "\r\n").encode(),
    "emoji": between("\U0001f642\U0001f468‍⚕️"),
    "right-to-left": between("‮שלום مرحبا‬"),
    "combining": between("é̂̃ ﬁ ½"),
    "lone surrogates": between("\ud800\udfff"),
    "late nul": PLAIN.encode() + FILLER.encode() * 800 + b"\x00 nothing follows\n",
    "line separators": between("     "),
    "one line of 58 KB": (SENTENCE * 640 + REQUEST.replace("\n", " ")).encode(),
}


def evidence(node: Any) -> Iterator[dict[str, Any]]:
    """Every place that a result names."""
    if isinstance(node, dict):
        if {"document", "start", "end", "quote"} <= node.keys():
            yield node
        for value in node.values():
            yield from evidence(value)
    elif isinstance(node, list):
        for value in node:
            yield from evidence(value)


def quotes_hold(where: Where) -> dict[str, int]:
    """Compare every quote with the kept document; return how many each case has."""
    kept = KeptDocuments(Path(where.documents))
    found = {}
    with Store(where.store) as store:
        for row in store.results(states=["done"]):
            text, _ = decode(kept.path(row.paths[0]).read_bytes(), "note")
            made = json.loads(row.payload or "")
            assert [d["length"] for d in made["documents"]] == [len(text)]
            places = list(evidence(made))
            for place in places:
                assert text[place["start"] : place["end"]] == place["quote"]
            found[row.case_id] = len(places)
    return found


def test_odd_notes_keep_their_offsets(zygote: Zygote, place: Where, tmp_path: Path) -> None:
    files = []
    for name, data in ODD.items():
        (tmp_path / name).write_bytes(data)
        files.append((name, str(tmp_path / name)))
    zygote.value("enqueue", files=files, **place.arguments)
    assert zygote.value("work", **place.arguments)["done"] == len(ODD)
    found = quotes_hold(place)
    assert set(found) == set(ODD)
    assert min(found.values()) >= 5, found
    sound(place)


@pytest.mark.slow
@pytest.mark.parametrize("megabytes", [1, 5])
def test_long_notes(zygote: Zygote, sqlite_place: Where, tmp_path: Path, megabytes: int) -> None:
    """The facts stand at both ends; the memory that a worker may take is bounded."""
    middle = "\n".join([FILLER * 5] * (megabytes * 1_000_000 // (5 * len(FILLER))))
    (tmp_path / "long").write_text(f"{PLAIN}\n{middle}\n{PLAIN}", encoding="utf-8")
    zygote.value("enqueue", files=[("long", str(tmp_path / "long"))], **sqlite_place.arguments)
    worked = zygote.value("work", memory_mb=1500, document_seconds=300.0, **sqlite_place.arguments)
    assert worked["done"] == 1
    assert quotes_hold(sqlite_place)["long"] >= 10
    with Store(sqlite_place.store) as store:
        (row,) = store.results()
    starts = [e["start"] for e in evidence(json.loads(row.payload or ""))]
    assert min(starts) < 500
    assert max(starts) > megabytes * 990_000, "the end of the note was read as well"
