"""Everything that is wrong with a corpus, in one list."""

from __future__ import annotations

from pathlib import Path

from pipeline.corpus.model import CorpusError, Problem, problem
from pipeline.corpus.scan import scan
from pipeline.corpus.traps import check_traps, is_traps


def check_corpus(path: Path | str) -> list[Problem]:
    """All problems of a corpus of charts or of traps; empty where it is sound."""
    path = Path(path)
    try:
        if is_traps(path):
            return check_traps(path)
        found = scan(path)
    except CorpusError as error:
        return list(error.problems)
    if not found.notes and not found.problems:
        mend = "put notes into <set>/notes, and a line for each into <set>/gold.jsonl"
        return [problem("no_notes", path, "holds no notes", mend)]
    return found.problems
