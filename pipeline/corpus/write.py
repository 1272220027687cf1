"""Annotated notes to a corpus folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml

from pipeline.corpus.card import CARD
from pipeline.corpus.exchange import Record, compose
from pipeline.corpus.formats.base import dumps
from pipeline.corpus.scan import GOLD, NOTES


def _card(records: Sequence[Record], name: str) -> dict[str, object]:
    splits = {r.set: r.split for r in records}
    return {
        "name": name,
        "title": name,
        "version": "1",
        "language": "en",
        "licence": "not stated",
        "guidelines": {"file": "corpora/GUIDELINES.md", "version": "1"},
        "kind": "charts",
        "sets": {s: {"split": split} if split else {} for s, split in sorted(splits.items())},
    }


def write_records(records: Sequence[Record], target: Path) -> None:
    """Write notes, gold with offsets, and a card whose title and licence are to be filled in.

    The folder must not exist yet. Ids and sets must be file names; see ``pipeline.corpus.transfer``.
    """
    target.mkdir()
    card = yaml.safe_dump(_card(records, target.name), sort_keys=False, allow_unicode=True)
    (target / CARD).write_text(card, encoding="utf-8")
    for set_name in sorted({r.set for r in records}):
        folder = target / set_name
        (folder / NOTES).mkdir(parents=True)
        lines = []
        for taken in (r for r in records if r.set == set_name):
            (folder / NOTES / f"{taken.note_id}.txt").write_bytes(taken.text.encode("utf-8"))
            lines.append(dumps(compose(taken.note_id, taken.text, taken.items, taken.rest)) + "\n")
        (folder / GOLD).write_text("".join(lines), encoding="utf-8")
