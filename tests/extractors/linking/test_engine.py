"""The index: the same in every process, offline, and as good as an exact search."""

from __future__ import annotations

import json
import socket
import subprocess
import sys

import numpy as np
import pytest

from extractors.linking.index import build_generator
from extractors.linking.linker import DiagnosisLinker
from rules.codes import icd10cm

PHRASES = [
    "lumbar facet arthropathy", "nerve root pain", "lumbar djd", "spondylosis with stenosis", "L4-5 HNP",
    "disc disease", "xyzzy",
]  # fmt: skip
_IN_A_PROCESS = """
import json, sys
from extractors.linking.linker import DiagnosisLinker
from extractors.linking.normal import normal
from rules.codes import icd10cm
linker = DiagnosisLinker(icd10cm.titles())
found = linker._linker.candidate_generator(sys.argv[1:], 20)
links = [(x.code, x.score) if x else None for x in linker.link(sys.argv[1:])]
print(json.dumps([[[c.concept_id, c.similarities] for c in one] for one in found] + links))
"""


def _run(repo_root) -> object:
    command = [sys.executable, "-c", _IN_A_PROCESS, *PHRASES]
    done = subprocess.run(command, cwd=repo_root, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.slow
def test_two_processes_find_the_same(repo_root) -> None:
    assert _run(repo_root) == _run(repo_root)


def test_two_builds_in_one_process_link_the_same() -> None:
    # The graph may differ by then, which only ties at the last rank can show.
    one, other = (DiagnosisLinker(icd10cm.titles()).link(PHRASES) for _ in range(2))
    assert one == other
    assert any(one)


def test_the_graph_finds_what_an_exact_search_finds() -> None:
    generator = build_generator(icd10cm.titles())
    names = generator.ann_concept_aliases_list
    sample = names[::37]
    vectors = generator.vectorizer.transform(names)
    exact = (generator.vectorizer.transform(sample) @ vectors.T).toarray()
    for row, found in zip(exact, generator(sample, 20), strict=True):
        best = max(max(c.similarities) for c in found)
        assert best == pytest.approx(float(np.max(row)), abs=1e-4)


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("the linker opened a socket")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    linker = DiagnosisLinker(icd10cm.titles())
    (link,) = linker.link(["lumbar spondylosis"])
    assert link is not None
    assert link.code == "M47.816"


def test_a_phrase_is_looked_up_once(linker: DiagnosisLinker, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    generator = linker._linker.candidate_generator
    monkeypatch.setattr(
        linker._linker, "candidate_generator", lambda texts, k: asked.extend(texts) or generator(texts, k)
    )
    linker.link(["thoracic disc bulge at T7-8"] * 3)
    linker.link(["thoracic disc bulge at T7-8"])
    assert asked
    assert len(asked) == len(set(asked))


def test_a_table_of_one_code_is_enough() -> None:
    linker = DiagnosisLinker({"M47.816": "Spondylosis without myelopathy or radiculopathy, lumbar region"})
    (link, none) = linker.link(["lumbar facet arthropathy", "neck pain"])
    assert link is not None
    assert none is None
