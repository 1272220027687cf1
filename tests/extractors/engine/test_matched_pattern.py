"""Every mention names the expression of its lexicon entry that matched, and every fact the mention's."""

from __future__ import annotations

import re
from pathlib import Path

from extractors.engine import Extractor
from extractors.note import NO_PATTERN
from extractors.targets import expressions, pattern_names

NOTES = sorted((Path(__file__).parents[3] / "corpora" / "examples").glob("*/*.txt"))[::4]


def test_the_named_expression_matches_at_the_mention() -> None:
    extractor = Extractor()
    seen = 0
    for path in NOTES:
        for sentence in extractor.read(path.read_text(encoding="utf-8")).sentences:
            for m in sentence.mentions:
                if m.pattern == NO_PATTERN:
                    continue
                by_name = dict(zip(pattern_names(m.entry), expressions(m.entry), strict=True))
                found = re.finditer(by_name[m.pattern], sentence.text, re.IGNORECASE)
                assert any(f.start() < m.end and m.start < f.end() for f in found), m.name
                seen += 1
    assert seen > 100


def test_a_short_form_that_the_note_defines_has_no_pattern() -> None:
    text = "She did aquatic physical therapy (APT) for 6 weeks. APT did not help."
    first, second = (
        [m.pattern for m in s.mentions if m.family == "therapies"] for s in Extractor().read(text).sentences
    )
    assert first[0] != NO_PATTERN
    assert second == [NO_PATTERN]


def test_facts_name_what_matched() -> None:
    extractor = Extractor()
    text = "She did physical therapy for 8 weeks without relief. Ibuprofen did not help."
    facts = [f for f in extractor.extract(text).facts if f.family == "therapies"]
    assert {f.trace.matched[0].split("#")[0] for f in facts} == {f.extractor for f in facts}
    assert all("#" in name for f in facts for name in f.trace.matched)
