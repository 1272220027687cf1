"""The lexicons of blocks, ablations and technique: every entry matches its examples, none stands twice."""

from __future__ import annotations

from functools import cache

import pytest

from extractors.ablations.binder import FAMILY as ABLATIONS
from extractors.blocks.agents import find_agents
from extractors.blocks.binder import FAMILY as BLOCKS
from extractors.blocks.cues import cue, cue_data
from extractors.engine import Extractor
from extractors.family import Family
from extractors.technique.binder import FAMILY as TECHNIQUE

FAMILIES = [BLOCKS, ABLATIONS, TECHNIQUE]
EXAMPLES = [(f, e.id, x) for f in FAMILIES for e in f.lexicon.entries for x in e.examples]


@cache
def extractor() -> Extractor:
    """Built once for the session."""
    return Extractor(FAMILIES)


@pytest.mark.parametrize(
    ("family", "entry", "example"),
    EXAMPLES,
    ids=[f"{f.name}-{i}-{n}" for n, (f, i, _) in enumerate(EXAMPLES)],
)
def test_example_is_matched(family: Family, entry: str, example: str) -> None:
    """Through the engine: anchors let the sentence pass, and the entry (or one of its label) matches."""
    note = extractor().read(f"Noted: {example}, as said.")
    labels = {e.id: e.label for e in family.lexicon.entries}
    found = {m.label for m in note.mentions(family.name)}
    assert labels[entry] in found, (example, found)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.name)
def test_every_entry_has_an_example(family: Family) -> None:
    """An entry without an example is an entry that nobody has tried."""
    assert [e.id for e in family.lexicon.entries if not e.examples] == []


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.name)
def test_no_pattern_under_two_labels(family: Family) -> None:
    """The same literal or pattern never means two things."""
    seen: dict[str, str] = {}
    for e in family.lexicon.entries:
        for p in (*e.literals, *e.patterns, *e.cased):
            assert seen.setdefault(p, e.label) == e.label, p


def test_cues_compile_and_are_bounded() -> None:
    """Every cue group compiles; none runs without a bound."""
    for name, patterns in cue_data()["cues"].items():
        cue(name)
        assert not [p for p in patterns if ".*" in p or ".+" in p], name


def test_agents() -> None:
    """Concentration and volume go with their drug; a patch is no block agent."""
    a, b = find_agents("1 mL of 0.5% bupivacaine and 40 mg Kenalog was injected")
    assert (a.name, a.concentration, a.volume, a.steroid) == ("bupivacaine", 0.5, 1.0, False)
    assert (b.name, b.steroid, b.concentration) == ("triamcinolone", True, None)
    assert find_agents("lidocaine 4% patch daily") == [] or find_agents("lidocaine patch daily") == []
    assert find_agents("lidocaine patch 5%") == []
