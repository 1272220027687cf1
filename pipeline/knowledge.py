"""The code tables of the rules, handed to the extractors that need them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from extractors.facts import Fact
from extractors.linking.linker import build_linker
from extractors.note import Note
from rules.codes import icd10cm


@cache
def diagnosis_linker() -> Callable[[Note], list[Fact]]:
    """The linker of diagnosis phrases over the ICD-10-CM titles of the rules, built once a process."""
    return build_linker(icd10cm.titles())
