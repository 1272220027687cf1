"""What replaces a part of medspaCy for speed gives medspaCy's own result, over examples and gold."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest
import spacy
from medspacy.context import ConText
from medspacy.target_matcher import TargetMatcher, TargetRule
from spacy.tokens import Doc

from extractors.assertion.context import TARGETS, build_context
from extractors.assertion.text_once import read_text_once
from extractors.engine import Extractor
from extractors.families import all_families
from extractors.note import fold
from extractors.targets import Targets, aligned, expressions
from extractors.text.sentences import find_sentences

NOTES = sorted((Path(__file__).parents[3] / "corpora" / "examples").glob("*/*.txt"))[::3]
if os.environ.get("NOTEWARRANT_GOLD"):
    NOTES += sorted((Path(os.environ["NOTEWARRANT_GOLD"]) / "charts_dev" / "notes").glob("*.txt"))[::4]


@cache
def sentences() -> list[str]:
    out: list[str] = []
    for path in NOTES:
        text = path.read_text(encoding="utf-8")
        out += [fold(text[a:b])[0] for a, b in find_sentences(text)]
    return out


def test_targets_are_those_of_medspacys_matcher() -> None:
    nlp = spacy.blank("en")
    families = all_families()
    extractor = Extractor(families)
    slow: dict[str, TargetMatcher] = {}
    for family in families:
        matcher = TargetMatcher(nlp, rules=None, result_type=None)
        matcher.add(
            [
                TargetRule(e.id, family.name, pattern=p, metadata={"entry": e.id})
                for e in family.lexicon.entries
                for p in expressions(e)
            ]
        )
        slow[family.name] = matcher
    fast = Targets(f.lexicon for f in families)
    compared = 0
    for text in sentences():
        doc = nlp.make_doc(text)
        want = {
            (name, span._.target_rule.metadata["entry"], span.start, span.end)
            for name, matcher in slow.items()
            for span in matcher(doc)
        }
        [numbers] = extractor._automaton.owners(text, [(0, len(text))])
        got = {(t.family, t.entry.id, t.first, t.after) for t in aligned(doc, fast.find(text, numbers))}
        assert got == want
        compared += len(want)
    assert compared > 300


def _modifiers(context: ConText, doc: Doc) -> list[tuple[int, int, str, str]]:
    doc.spans[TARGETS] = [doc[i : i + 1] for i in range(len(doc))]
    for i, token in enumerate(doc):
        token.is_sent_start = i == 0
    context(doc)
    return [(*m.modifier_span, m.category, m.rule.literal) for m in doc._.context_graph.modifiers]


@pytest.fixture(scope="module")
def pair() -> tuple[spacy.language.Language, ConText, ConText]:
    nlp = spacy.blank("en")
    fast = build_context(nlp)
    read_text_once(fast)
    return nlp, build_context(nlp), fast


def test_context_cues_are_those_of_medspacys_matcher(
    pair: tuple[spacy.language.Language, ConText, ConText],
) -> None:
    nlp, slow, fast = pair
    compared = 0
    for text in sentences()[::2]:
        want = _modifiers(slow, nlp.make_doc(text))
        assert _modifiers(fast, nlp.make_doc(text)) == want
        compared += len(want)
    assert compared > 50
