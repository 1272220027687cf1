"""Lists of diagnosis codes as policies write them: single codes, headers, and ranges of codes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rules.case import Diagnosis

_RANGE = re.compile(r"^([A-Z]\d[0-9A-Z](?:\.[0-9A-Z]+)?)\s*[-–]\s*([A-Z]\d[0-9A-Z](?:\.[0-9A-Z]+)?)$")


def is_listed(code: str, items: Iterable[str]) -> bool:
    """Whether a list covers a code.

    Parameters
    ----------
    code
        An ICD-10-CM code (``M47.816``).
    items
        Codes (``M46.1``), headers with all that is under them (``M47.81``, ``M47.81-``), and ranges whose
        both ends count (``M47.812-M47.817``; codes under the last one belong to it).
    """
    for item in items:
        span = _RANGE.match(item.strip())
        if span:
            first, last = span.groups()
            if first <= code and code[: len(last)] <= last:
                return True
        elif code.startswith(item.strip().rstrip("-")):
            return True
    return False


def listed_among(found: Iterable[Diagnosis], items: Iterable[str]) -> tuple[Diagnosis, ...]:
    """Return the diagnoses that a list covers."""
    wanted = tuple(items)
    return tuple(dx for dx in found if is_listed(dx.code, wanted))
