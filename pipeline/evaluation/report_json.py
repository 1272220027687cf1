"""An evaluation as JSON for machines: the run as it is stored, and with it what reports add."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pipeline.evaluation.compare import Comparison


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


def render_json(data: Mapping[str, Any], comparison: Comparison | None = None) -> str:
    """The evaluation as one JSON object; the same notes and versions give the same bytes."""
    out = dict(data)
    if comparison is not None:
        out["comparison"] = comparison_data(comparison)
    return json.dumps(out, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
