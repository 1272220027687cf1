"""The chart sets: every quote stands in its note, values are legal, and no two charts share much text."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest

from rules import values as v

CHARTS = Path(__file__).parents[2] / "corpora" / "charts"
SETS = sorted(p.parent for p in CHARTS.glob("*/gold.jsonl"))
REGIONS = ("cervical", "thoracic", "lumbar")
LEGAL = {
    ("therapies", "modality"): set(get_args(v.Modality)),
    ("therapies", "status"): set(get_args(v.CareStatus)),
    ("injections", "kind"): set(get_args(v.InjectionKind)),
    ("injections", "status"): set(get_args(v.ProcedureStatus)),
    ("ablations", "status"): set(get_args(v.ProcedureStatus)),
    ("red_flags", "kind"): set(get_args(v.RedFlagKind)),
}


@cache
def gold(folder: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line) for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines() if line
    ]


def folded(text: str) -> str:
    return " ".join(text.split())


def test_there_are_sets() -> None:
    assert sum(len(gold(s)) for s in SETS) >= 48


@pytest.mark.parametrize("folder", SETS, ids=lambda s: s.name)
def test_notes_and_gold_belong_together(folder: Path) -> None:
    assert sorted(g["note_id"] for g in gold(folder)) == sorted(
        p.stem for p in (folder / "notes").glob("*.txt")
    )


@pytest.mark.parametrize("folder", SETS, ids=lambda s: s.name)
def test_quotes_and_values(folder: Path) -> None:
    for g in gold(folder):
        text = folded((folder / "notes" / f"{g['note_id']}.txt").read_text(encoding="utf-8"))
        items = [
            i for name in ("therapies", "injections", "ablations", "surgeries", "red_flags") for i in g[name]
        ]
        items += [g[name][r] for name in ("radicular", "nerve_compression_on_imaging") for r in REGIONS]
        for item in items:
            for quote in item["evidence"]:
                assert folded(quote) in text, f"{g['note_id']}: a quote is not in the note"
        for (name, field), legal in LEGAL.items():
            assert {i[field] for i in g[name]} <= legal, f"{g['note_id']}: {name}.{field}"


def test_no_two_charts_share_more_than_a_seventh_of_their_shingles() -> None:
    shingles = {}
    for folder in SETS:
        for path in sorted((folder / "notes").glob("*.txt")):
            words = path.read_text(encoding="utf-8").lower().split()
            shingles[path] = {tuple(words[i : i + 8]) for i in range(len(words) - 7)}
    names = sorted(shingles)
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            shared = len(shingles[one] & shingles[other])
            assert shared <= 0.15 * min(len(shingles[one]), len(shingles[other])), f"{one.name} {other.name}"


#: Kinds that are common in every clinic are not asked for here; families and kinds as in GUIDELINES.md.
RARE = {
    "red_flags": get_args(v.RedFlagKind),
    "injections": ("botulinum", "discography", "sympathetic", "selective_nerve_root", "peripheral_nerve"),
    "ablations": ("si_joint", "sympathetic", "other"),
    "surgeries": ("stimulator", "pump", "hardware_removal", "vertebral_augmentation"),
}


@pytest.mark.parametrize(("family", "kind"), [(f, k) for f, kinds in RARE.items() for k in kinds])
def test_rare_kinds_have_fifteen_entries(family: str, kind: str) -> None:
    entries = [i for s in SETS for g in gold(s) for i in g[family] if i.get("status") != "denied"]
    assert sum(kind == (i.get("kind") or i.get("target")) for i in entries) >= 15
