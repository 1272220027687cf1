"""Of two cues with equal words one would win by chance: every literal has one category and one direction."""

from __future__ import annotations

from collections import defaultdict

import spacy
from medspacy.context import ConText, ConTextRule

from extractors.assertion.context import build_context


def test_every_literal_has_one_meaning() -> None:
    meanings: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for rule in build_context(spacy.blank("en")).rules:
        if rule.pattern is None:
            meanings[rule.literal.lower()].add((rule.category, rule.direction.upper()))
    assert len(meanings) > 500
    assert {literal: sorted(m) for literal, m in meanings.items() if len(m) > 1} == {}


def test_the_shipped_rules_are_there() -> None:
    shipped = ConTextRule.from_json(ConText(spacy.blank("en"), rules=None).DEFAULT_RULES_FILEPATH)
    ours = {(r.literal, r.category) for r in build_context(spacy.blank("en")).rules}
    assert len([r for r in shipped if (r.literal, r.category) in ours]) > 80
