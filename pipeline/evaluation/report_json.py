"""An evaluation as JSON for machines: the run as it is stored, and with it what reports add."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pipeline.evaluation.bootstrap import Score
from pipeline.evaluation.compare import Comparison
from pipeline.evaluation.confusion import Confusion, confusions
from pipeline.evaluation.evaluator import Evaluation
from pipeline.evaluation.ledger import FIRING, Account, ledger, never_fired
from pipeline.evaluation.slices import section_precision, slices


def comparison_data(c: Comparison) -> dict[str, Any]:
    """A comparison as plain data."""
    return {
        "old": c.old,
        "new": c.new,
        "notes": c.notes,
        "only_old": list(c.only_old),
        "only_new": list(c.only_new),
        "other": list(c.other),
        "differences": {name: asdict(d) | {"clear": d.clear} for name, d in c.differences.items()},
        "mended": c.count("mended"),
        "broke": c.count("broke"),
        "changed": c.count("changed"),
        "changes": [change.as_data() for change in c.changes],
    }


def _scores(scores: Mapping[str, Score]) -> dict[str, Any]:
    return {name: asdict(s) for name, s in scores.items() if s.value is not None}


def slices_data(evaluation: Evaluation) -> dict[str, Any]:
    """Every slice with its measured scores, and the precision by section."""
    out: dict[str, Any] = {
        name: {p.value: {"notes": p.notes, "scores": _scores(p.scores)} for p in parts}
        for name, parts in slices(evaluation).items()
    }
    out["section"] = [asdict(s) | {"precision": s.precision} for s in section_precision(evaluation)]
    return out


def _confusion(c: Confusion) -> dict[str, Any]:
    return {
        "family": c.family, "region": c.region, "gold": list(c.rows), "found": list(c.columns),
        "cells": [list(row) for row in c.cells],
    }  # fmt: skip


def ledger_data(accounts: Sequence[Account]) -> dict[str, Any]:
    """Accounts that did something, and ids that never fired, by kind."""
    return {
        "accounts": [
            asdict(a) | {"precision": a.precision, "interval": a.interval}
            for a in accounts
            if a.fired or a.facts
        ],
        "never_fired": {kind: never_fired(accounts, kind) for kind in FIRING},
    }


def render_json(evaluation: Evaluation, data: Mapping[str, Any], comparison: Comparison | None = None) -> str:
    """The evaluation as one JSON object; the same notes and versions give the same bytes."""
    out = dict(data)
    out["slices"] = slices_data(evaluation)
    out["confusion"] = [_confusion(c) for c in confusions(evaluation.notes)]
    out["ledger"] = ledger_data(ledger(evaluation.notes))
    if comparison is not None:
        out["comparison"] = comparison_data(comparison)
    return json.dumps(out, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
