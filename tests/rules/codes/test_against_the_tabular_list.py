"""The ICD-10-CM table against the package that it is made from, by another way than the builder's.

Titles, billable flags and the set of codes are compared one by one. Excludes notes are followed through the
package's own tree: the codes of a note are looked up in the classification and taken with all that is under
them, ranges by their place in the list of codes. The builder and the table's module compare strings instead.
"""

from __future__ import annotations

import functools
import itertools
import json
import re
from pathlib import Path

import pytest
import simple_icd_10_cm as package

from rules.codes import build_icd10cm, icd10cm

_TOKEN = re.compile(r"[A-Z][0-9A-Z]{2}(?:\.[0-9A-Z]+)?")


@functools.cache
def listed() -> tuple[str, ...]:
    """Categories and codes of the whole classification, in its order."""
    return tuple(dict.fromkeys(c for c in package.get_all_codes() if _TOKEN.fullmatch(c) and "-" not in c))


@functools.cache
def place() -> dict[str, int]:
    return {code: number for number, code in enumerate(listed())}


def under(code: str) -> set[str]:
    """The code and its descendants; of one that the list does not have by itself, those that begin so."""
    if code not in place():
        return {c for c in listed() if c.startswith(code)}
    return {code, *(c for c in package.get_descendants(code) if c in place())}


def meant(note: str) -> set[str]:
    """The codes that a note names: what stands in its last brackets, if that begins with a code."""
    brackets = re.findall(r"\(([^()]*)\)", note)
    if not brackets or not re.match(r"[A-Z][0-9A]", brackets[-1]):
        return set()
    found: set[str] = set()
    for part in re.split(r",\s*", brackets[-1].replace("–", "-")):
        tokens = _TOKEN.findall(part)
        if " with " in part or not tokens:
            continue
        if len(tokens) == 1:
            found |= under(tokens[0])
        else:
            first = min(place()[c] for c in under(tokens[0]))
            last = max(place()[c] for c in under(tokens[1]))
            found |= set(listed()[first : last + 1])
    return found


@functools.cache
def barred(level: str, kind: str) -> frozenset[str]:
    """The codes of our table that the notes of one code, block or chapter name."""
    notes = package.get_excludes1(level) if kind == "excludes1" else package.get_excludes2(level)
    return frozenset(set().union(*(meant(note) for note in notes)) & icd10cm.table().keys())


@functools.cache
def chain(code: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((code, *package.get_ancestors(code))))


def note_of(kind: str, first: str, second: str) -> str | None:
    for one, other in ((first, second), (second, first)):
        for level in chain(one):
            if other in barred(level, kind):
                return level
    return None


def test_the_table_is_what_the_builder_makes():
    target = Path(icd10cm.__file__).with_name("icd10cm.json")
    assert json.loads(target.read_text("utf-8")) == build_icd10cm.build(package)
    assert target.read_text("utf-8") == build_icd10cm.text(build_icd10cm.build(package))


def test_the_table_has_every_code_of_its_chapters_and_no_other():
    ours = icd10cm.table()
    assert {code for code in listed() if icd10cm.in_scope(code)} == set(ours)
    assert len(ours) > 1300


def test_titles_and_billable_flags():
    for code, entry in icd10cm.table().items():
        assert entry.title == package.get_description(code), code
        assert entry.billable == package.is_leaf(code), code
        assert icd10cm.ancestors(code) == chain(code), code


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["excludes1", "excludes2"])
def test_every_pair_has_the_note_that_the_classification_has(kind):
    """Every two billable codes: the same note, or none; what one order finds, the other finds too."""
    billable = [code for code, entry in icd10cm.table().items() if entry.billable]
    ask = getattr(icd10cm, kind)
    found = 0
    for first, second in itertools.combinations(billable, 2):
        expected = note_of(kind, first, second)
        assert ask(first, second) == expected, (first, second)
        if expected is not None:
            assert ask(second, first) == note_of(kind, second, first), (second, first)
            found += 1
    assert found > 1000
