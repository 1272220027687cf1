"""A corpus folder as notes with located gold."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from pipeline.corpus.model import Corpus, CorpusError, problem
from pipeline.corpus.scan import digest, scan


def load_corpus(path: Path | str, split: str | None = None, sets: Collection[str] | None = None) -> Corpus:
    """The notes of a corpus, of one split or of some sets where these are named.

    A folder without ``corpus.yaml`` that holds ``notes/`` and ``gold.jsonl`` is a corpus of one set without
    a split; its name is the folder's, its version ``0``.

    Raises
    ------
    CorpusError
        Where any note or annotation that was asked for has an error: the message names file, line, note,
        cause and mend of the first, ``problems`` holds all. Warnings do not stop.
    """
    path = Path(path)
    found = scan(path, split=split, sets=sets)
    errors = [p for p in found.problems if p.severity == "error"]
    if errors:
        raise CorpusError(errors)
    if not found.notes:
        what = f"split {split}" if split is not None else "the sets asked for"
        raise CorpusError(
            [problem("no_notes", path, f"holds no notes of {what}", "choose another split or set")]
        )
    card = found.card
    return Corpus(
        name=card.name if card else path.resolve().name,
        version=card.version if card else "0",
        kind=found.kind,
        path=path,
        notes=tuple(found.notes),
        digest=digest(found.notes),
    )
