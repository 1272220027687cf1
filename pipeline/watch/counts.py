"""A result's counts as the ledger has them (``pipeline.summary``)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Counts:
    """Facts by family, findings by "check outcome", documents."""

    facts: dict[str, int]
    findings: dict[str, int]
    documents: int


def _numbers(part: Any) -> dict[str, int]:
    return {str(name): int(n) for name, n in part.items() if int(n) > 0}


def counts_of(summary: str | None) -> Counts | None:
    """The counts; None where there are none: erased, of an older release, or not to be read."""
    try:
        data = json.loads(summary or "{}")
        if not data:
            return None
        size = _numbers(data.get("size", {}))
        return Counts(
            _numbers(data.get("facts", {})), _numbers(data.get("findings", {})), size.get("documents", 1)
        )
    except (ValueError, TypeError, AttributeError, OverflowError):
        return None
