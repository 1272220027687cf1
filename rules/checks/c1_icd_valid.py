"""C1: a diagnosis code that does not exist, or that is only a header, on the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from rules.assessment import Remedy
from rules.checks.base import Check, Draft, icd
from rules.codes import icd10cm
from rules.policy import PolicyView
from rules.view import CaseView

#: Most codes that a remedy names.
_MOST = 12


def _under(header: str, on: dt.date | None) -> tuple[str, ...]:
    """Return codes under a header that can be billed on the day, without those under one of them."""
    found: list[str] = []
    for code in sorted(icd10cm.table()):
        inside = code.startswith(header) and code != header
        if inside and icd10cm.is_billable(code, on) and not code.startswith(tuple(found)):
            found.append(code)
    return tuple(found[:_MOST])


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look every submitted code up; codes outside the table's chapters are not judged."""
    if not view.diagnoses:
        yield Draft("not_applicable", "No diagnosis code is submitted.")
    as_of = f"ICD-10-CM tabular list of {icd10cm.release().isoformat()}"
    for dx in view.diagnoses:
        entry = icd10cm.lookup(dx.code)
        base: dict[str, Any] = {"subject": dx.code, "evidence": dx.evidence, "codes": (icd(dx.code),)}
        if entry is None and not icd10cm.in_scope(dx.code):
            yield Draft(
                "not_applicable",
                f"{dx.code} lies outside the chapters of the code table; not checked.",
                **base,
            )
        elif entry is None:
            yield Draft(
                "contradiction",
                f"{dx.code} is not in the {as_of}.",
                headline=f"{dx.code} is not a valid ICD-10-CM code",
                remedies=(Remedy(action="Submit a code of the tabular list"),),
                **base,
            )
        elif not icd10cm.is_billable(dx.code, view.on):
            kids = _under(dx.code, view.on)
            young = entry.billable and entry.valid_from
            yield Draft(
                "contradiction",
                f"{dx.code} ({entry.title}) "
                + (
                    f"is valid only from {entry.valid_from} on."
                    if young
                    else f"is a header in the {as_of}: a code under it must be chosen."
                ),
                headline=f"{dx.code} cannot be billed"
                + (f" before {entry.valid_from}" if young else ": it is a header"),
                remedies=()
                if young
                else (
                    Remedy(
                        action="Choose the code under it that the record supports",
                        codes=tuple(icd(code) for code in kids),
                    ),
                ),
                **base,
            )
        else:
            yield Draft("met", f"{dx.code} ({entry.title}) is a valid code in the {as_of}.", **base)


CHECK = Check(
    slug="diagnosis-code-valid",
    ref="C1",
    title="Diagnosis code exists and can be billed",
    compares="each submitted ICD-10-CM code with the tabular list on the day",
    severity="blocking",
    references=("icd10cm-tabular",),
    run=run,
    always=True,
)
