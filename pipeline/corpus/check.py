"""Everything that is wrong with a corpus, in one list."""

from __future__ import annotations

from pathlib import Path

from pipeline.corpus.model import CorpusError, Problem
from pipeline.corpus.scan import scan
from pipeline.corpus.traps import check_traps, is_traps


def check_corpus(path: Path | str) -> list[Problem]:
    """All problems of a corpus of charts or of traps; empty where it is sound."""
    path = Path(path)
    try:
        return check_traps(path) if is_traps(path) else scan(path).problems
    except CorpusError as error:
        return list(error.problems)
