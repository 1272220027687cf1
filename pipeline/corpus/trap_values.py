"""Which values a trap may expect: those of the annotation, with regions and red flags written shortly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.corpus.legal import faults
from pipeline.corpus.quotes import LIST_FAMILIES, REGION_FAMILIES

JUDGED = (*REGION_FAMILIES, *LIST_FAMILIES, "pain", "request", "criteria")


def as_gold(expect: Mapping[str, Any]) -> dict[str, Any]:
    """What a trap expects in the shape of the annotation.

    ``{lumbar: absent}`` becomes ``{lumbar: {status: absent}}``, a red flag's name an item.
    """
    out: dict[str, Any] = dict(expect)
    for family in REGION_FAMILIES:
        if isinstance(out.get(family), Mapping):
            out[family] = {
                region: x if isinstance(x, Mapping) and "status" in x else {"status": x}
                for region, x in out[family].items()
            }
    if isinstance(out.get("red_flags"), list):
        out["red_flags"] = [{"kind": x} if isinstance(x, str) else x for x in out["red_flags"]]
    return out


def expect_faults(expect: Mapping[str, Any]) -> Iterator[str]:
    """What is not legal in the expectations of a trap."""
    for family in expect:
        if family not in JUDGED:
            yield f"expect.{family} is no family of the guide"
    # A trap's item names only what is compared.
    yield from faults(as_gold(expect), partial=True)
