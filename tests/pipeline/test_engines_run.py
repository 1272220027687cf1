"""medspaCy's ConText and scispaCy's detector and linker really run on the path: their calls are counted.

Targets are matched by ``extractors.targets``, which another test holds against medspaCy's TargetMatcher.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from medspacy.context import ConText
from scispacy.abbreviation import AbbreviationDetector
from scispacy.candidate_generation import CandidateGenerator
from scispacy.linking import EntityLinker

from pipeline import assess_text
from pipeline.assess import extractor

ENGINES = (ConText, AbbreviationDetector, CandidateGenerator, EntityLinker)
NOTE = """HISTORY: Low back pain for three years. He denies sciatica.
Ten weeks of physical therapy did not help.
He had a lumbar medial branch block (LMBB) on 3/4/2026 with 85% relief.

ASSESSMENT:
1. Lumbar facet arthropathy, unit test {mark}.
2. Spondylolisthesis at L4-5.

PLAN: Request CPT 64635-50, L4-5.
"""


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    counts: Counter[str] = Counter()

    def counted(engine: type, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(self: Any, *args: Any, **kwargs: Any) -> Any:
            counts[engine.__name__] += 1
            return real(self, *args, **kwargs)

        return call

    for engine in ENGINES:
        monkeypatch.setattr(engine, "__call__", counted(engine, engine.__call__))
    return counts


def test_all_engines_run(calls: Counter[str]) -> None:
    # A phrase that no other test links: a link once found is remembered.
    extractor()._linker._known.clear()  # type: ignore[union-attr]
    assess_text(NOTE.format(mark="one"))
    assert {e.__name__ for e in ENGINES} == set(calls), calls
    assert calls["ConText"] >= 5
    assert calls["AbbreviationDetector"] == 1
    assert calls["EntityLinker"] == calls["CandidateGenerator"] >= 1


def test_their_results_arrive() -> None:
    facts = extractor().extract(NOTE.format(mark="two")).facts
    linked = {f.value["code"]: f for f in facts if f.family == "linked_diagnoses"}
    assert "M43.16" in linked
    denied = [f for f in facts if f.family == "radicular_signs" and f.assertion == "absent"]
    assert denied
    assert any(c.category == "NEGATED_EXISTENCE" for f in denied for c in f.trace.cues)


def test_a_text_without_anchors_costs_no_engine(calls: Counter[str]) -> None:
    assess_text("Qq.\n")
    assert not calls
