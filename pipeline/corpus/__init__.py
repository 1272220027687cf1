"""Annotated corpora: load, check, and exchange them with annotation programs.

>>> from pipeline.corpus import load_corpus                       # doctest: +SKIP
>>> load_corpus("corpora/charts", split="dev").notes[0].evidence  # doctest: +SKIP

The format is described in ``docs/corpus-format.md``, the annotation in ``corpora/GUIDELINES.md``.
"""

from __future__ import annotations

from pipeline.corpus.check import check_corpus
from pipeline.corpus.load import load_corpus
from pipeline.corpus.model import Corpus, CorpusError, GoldNote, GoldSpan, Problem
from pipeline.corpus.traps import TrapCase, TrapCorpus, is_traps, load_traps

__all__ = [
    "Corpus",
    "CorpusError",
    "GoldNote",
    "GoldSpan",
    "Problem",
    "TrapCase",
    "TrapCorpus",
    "check_corpus",
    "is_traps",
    "load_corpus",
    "load_traps",
]
