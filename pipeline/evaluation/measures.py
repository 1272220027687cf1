"""Measures from sums of counts: one value, or as many at once as there are resamples.

=========================== =====================================================================
``F.accuracy``              share of judged regions whose status is accepted
``F.precision .recall .f1`` entries of a family matched on their key
``F.A``                     share of matched entries whose attribute is accepted
``pain.A``, ``request.A``   share of notes (for codes' attributes: of codes) whose value is accepted
``criteria.C``              share of notes whose criterion is accepted
``criteria.C.balanced``     mean of the recall over the classes that the gold holds
``criteria.balanced``       mean of the balanced shares over the criteria
``radicular.false_present`` count of regions called radicular that the gold does not call so
=========================== =====================================================================
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from pipeline.evaluation.families import CRITERIA, LIST_FAMILIES, PAIN, REQUEST_ATTRIBUTES, STATUS_FAMILIES

Floats = npt.NDArray[np.float64]
#: Measures that are counts of faults: less is better, and there is no share to speak of.
COUNTS = ("radicular.false_present", "radicular.false_present_raising")


def names() -> tuple[str, ...]:
    """Every measure, in the order of the reports."""
    out = [f"{f}.accuracy" for f in STATUS_FAMILIES]
    out += COUNTS
    for family in LIST_FAMILIES:
        out += [f"{family}.f1", f"{family}.precision", f"{family}.recall"]
    out += ["criteria.balanced", *(f"criteria.{c}.balanced" for c in CRITERIA)]
    out += shares()
    return tuple(out)


def shares() -> list[str]:
    """Measures that are one right/total, whose counts carry their name."""
    out = [f"{family}.{a}" for family, (_, attributes) in LIST_FAMILIES.items() for a in attributes]
    out += [f"pain.{p}" for p in PAIN]
    out += [f"request.{p}" for p in ("procedures", "diagnoses", *REQUEST_ATTRIBUTES)]
    out += [f"criteria.{c}" for c in CRITERIA]
    return out


def _ratio(numerator: Floats, denominator: Floats) -> Floats:
    """The quotient, NaN where there is nothing to divide by."""
    out = np.full(numerator.shape, np.nan)
    np.divide(numerator, denominator, out=out, where=denominator > 0)
    return out


def _mean(rows: Sequence[Floats], like: Floats) -> Floats:
    """The mean over those rows that have a value."""
    if not rows:
        return np.full(like.shape, np.nan)
    stacked = np.stack(rows)
    return _ratio(np.nansum(stacked, axis=0), (~np.isnan(stacked)).sum(axis=0).astype(np.float64))


def measure(sums: Mapping[str, Floats], length: int = 1) -> dict[str, Floats]:
    """Every measure from sums of counts.

    Parameters
    ----------
    sums
        Count's name to an array of sums, shape ``(length,)``; a missing count is 0.
    length
        Number of sums computed at once.

    Returns
    -------
    dict
        Measure to an array of that shape; NaN where there is nothing to measure.
    """
    zero = np.zeros(length)

    def at(name: str) -> Floats:
        return sums.get(name, zero)

    out: dict[str, Floats] = {}
    for family in STATUS_FAMILIES:
        out[f"{family}.accuracy"] = _ratio(at(f"{family}:right"), at(f"{family}:total"))
    for name in COUNTS:
        out[name] = at(f"{name}:n") + 0.0
    for family in LIST_FAMILIES:
        tp, fp, fn = (at(f"{family}:{x}") for x in ("tp", "fp", "fn"))
        out[f"{family}.f1"] = _ratio(2 * tp, 2 * tp + fp + fn)
        out[f"{family}.precision"] = _ratio(tp, tp + fp)
        out[f"{family}.recall"] = _ratio(tp, tp + fn)
    balanced = []
    for criterion in CRITERIA:
        stem = f"criteria.{criterion}="
        classes = sorted(
            k.removesuffix(":total") for k in sums if k.startswith(stem) and k.endswith(":total")
        )
        recall = _mean([_ratio(at(f"{c}:right"), at(f"{c}:total")) for c in classes], zero)
        out[f"criteria.{criterion}.balanced"] = recall
        balanced.append(recall)
    out["criteria.balanced"] = _mean(balanced, zero)
    for name in shares():
        out[name] = _ratio(at(f"{name}:right"), at(f"{name}:total"))
    return {name: out[name] for name in names()}


def detail(name: str, totals: Mapping[str, int]) -> str:
    """The counts behind a measure as a reader wants them: "tp 12 fp 1 fn 3", "34/40", "3 classes"."""
    if name in COUNTS:
        return "region-notes"
    family, _, rest = name.partition(".")
    if rest in ("f1", "precision", "recall"):
        return " ".join(f"{x} {totals.get(f'{family}:{x}', 0)}" for x in ("tp", "fp", "fn"))
    if name == "criteria.balanced":
        present = {k.split("=")[0] for k in totals if k.startswith("criteria.") and "=" in k}
        return f"{len(present)} criteria"
    if rest.endswith(".balanced"):
        stem = name.removesuffix(".balanced") + "="
        return f"{sum(k.startswith(stem) and k.endswith(':total') for k in totals)} classes"
    counted = family if rest == "accuracy" else name
    return f"{totals.get(f'{counted}:right', 0)}/{totals.get(f'{counted}:total', 0)}"
