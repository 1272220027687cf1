"""A small corpus on disk, built anew for each test."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

REGIONS = ("cervical", "thoracic", "lumbar")


def empty_gold(note_id: str) -> dict[str, Any]:
    silent = {r: {"status": "not_documented", "evidence": []} for r in REGIONS}
    return {
        "note_id": note_id,
        "radicular": dict(silent),
        "nerve_compression_on_imaging": dict(silent),
        **{name: [] for name in ("therapies", "injections", "ablations", "surgeries", "red_flags")},
        "pain": {"duration_weeks": None, "score_max": None, "pattern": "not_stated"},
    }


@pytest.fixture
def make_set(tmp_path: Path) -> Callable[..., Path]:
    """Writes ``{note_id: (text, changes to an empty annotation)}`` as a corpus of one set."""

    def make(notes: dict[str, tuple[str, dict[str, Any]]], folder: str = "corpus") -> Path:
        root = tmp_path / folder
        (root / "notes").mkdir(parents=True)
        lines = []
        for note_id, (text, gold) in notes.items():
            (root / "notes" / f"{note_id}.txt").write_bytes(text.encode("utf-8"))
            lines.append(json.dumps({**empty_gold(note_id), **gold}, ensure_ascii=False) + "\n")
        (root / "gold.jsonl").write_text("".join(lines), encoding="utf-8")
        return root

    return make
