"""C7: the part of the spine that a procedure code names against the diagnoses' and the levels' region."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules import levels as lv
from rules.checks.base import Check, Draft, icd, listed, service
from rules.codes import cpt, icd10cm
from rules.policy import PolicyView
from rules.view import CaseView

_WORDS = {"cervical_thoracic": "cervical or thoracic", "lumbar_sacral": "lumbar or sacral"}


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold each requested part of the spine against the regions of all spinal codes and the levels."""
    spinal = [dx for dx in view.diagnoses if icd10cm.regions_of(dx.code)]
    parts: dict[cpt.Group, list[str]] = {}
    for line in view.lines():
        entry = cpt.lookup(line.cpt)
        if entry and entry.group:
            parts.setdefault(entry.group, []).append(line.cpt)
    for group, lines in parts.items():
        wanted = set(cpt.GROUP_REGIONS[group])
        many = len(set(lines)) > 1
        named = listed(dict.fromkeys(lines))
        said = f"{named} {'are' if many else 'is a'} {_WORDS[group]} procedure{'s' if many else ''}"
        codes = (*(service(c) for c in dict.fromkeys(lines)), *(icd(dx.code) for dx in spinal))
        places = tuple(e for dx in spinal for e in dx.evidence)
        base: dict[str, Any] = {"subject": group.replace("_", "-"), "evidence": places, "codes": codes}
        levels = [level for line in view.lines() if line.cpt in lines for level in line.levels]
        off = lv.regions(levels) - wanted
        listed_codes = listed(dx.code for dx in spinal)
        agreeing = [dx for dx in spinal if set(icd10cm.regions_of(dx.code)) & wanted]
        if spinal and not agreeing:
            yield Draft(
                "contradiction",
                f"{said}; the submitted codes ({listed_codes}) speak of another region.",
                headline=f"{said} and no submitted code is of that region",
                **base,
            )
        elif off and not lv.regions(levels) & wanted and not _borders(levels):
            yield Draft(
                "needs_review",
                f"{said}; the requested levels ({listed(lv.in_order(levels))}) lie elsewhere.",
                headline=f"which levels {named} {'are' if many else 'is'} meant for",
                **base,
            )
        elif spinal and all(icd10cm.lookup(dx.code).region == "thoracolumbar" for dx in agreeing):  # type: ignore[union-attr]
            yield Draft(
                "needs_review",
                f"{listed_codes} is a thoracolumbar code, which agrees with {named} only in part.",
                headline=f"whether a thoracolumbar code supports {named}",
                **base,
            )
        elif spinal:
            yield Draft("met", f"A submitted code is of the region of {named}.", **base)
        else:
            yield Draft(
                "not_applicable", f"No submitted code names a region to hold against {named}.", **base
            )
    if not parts:
        yield Draft("not_applicable", "No requested code names a part of the spine.")


def _borders(levels: list[str]) -> bool:
    """Whether levels sit on the border T12–L1, where payers differ on the code."""
    return bool(lv.all_segments(levels) & {"T12-L1", "T11-T12"})


CHECK = Check(
    slug="region-of-procedure",
    ref="C7",
    title="Region of procedure and diagnosis",
    compares="the part of the spine in the CPT code with the regions of the ICD-10-CM codes and of the "
    "levels",
    severity="blocking",
    references=("icd10cm-tabular", "memo-a58403-diagnoses"),
    run=run,
    always=True,
)
