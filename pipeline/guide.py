"""The facts of a case in the shape of the annotation guide (``extract --format facts``)."""

from __future__ import annotations

from typing import Any

from pipeline.criteria import criteria
from rules.case import Case, Evidence, Fact
from rules.values import Value

REGIONS = ("cervical", "thoracic", "lumbar")
#: Fields of a value that the guide knows, by family.
GUIDE_FIELDS = {
    "therapies": ("modality", "status", "weeks", "sessions", "outcome"),
    "injections": ("kind", "status", "region", "levels", "laterality", "percent_relief", "relief_days"),
    "ablations": ("target", "status", "region", "levels", "laterality", "percent_relief", "relief_days"),
    "surgeries": ("kind", "status", "region", "levels", "year"),
}


def _quotes(evidence: tuple[Evidence, ...]) -> list[dict[str, Any]]:
    return [{"document": e.document, "start": e.start, "end": e.end, "quote": e.quote} for e in evidence]


def _items(facts: tuple[Fact[Any], ...], fields: tuple[str, ...]) -> list[dict[str, Any]]:
    return [
        {**f.value.model_dump(mode="json", include=set(fields)), "id": f.id, "evidence": _quotes(f.evidence)}
        for f in facts
    ]


def _by_region(facts: tuple[Fact[Any], ...]) -> dict[str, Any]:
    out: dict[str, Any] = {r: {"status": "not_documented", "evidence": []} for r in REGIONS}
    for f in facts:
        out[f.value.region] = {"status": f.value.status, "evidence": _quotes(f.evidence)}
    return out


def guide_facts(case: Case, note_id: str) -> dict[str, Any]:
    """One JSON object a note: facts with evidence, ``request`` and ``criteria``."""
    pain: Fact[Any] | None = case.pain[0] if case.pain else None
    empty: dict[str, Value | Any] = {"duration_weeks": None, "score_max": None, "pattern": "not_stated"}
    return {
        "note_id": note_id,
        "radicular": _by_region(case.radicular),
        "nerve_compression_on_imaging": _by_region(case.nerve_compression),
        **{name: _items(getattr(case, name), fields) for name, fields in GUIDE_FIELDS.items()},
        "red_flags": _items(tuple(f for f in case.red_flags if f.assertion == "present"), ("kind",)),
        "pain": {
            **(pain.value.model_dump(mode="json") if pain else empty),
            "evidence": _quotes(pain.evidence) if pain else [],
        },
        "request": {
            "procedures": [
                {
                    "cpt": line.cpt,
                    "units": line.units,
                    "laterality": line.laterality,
                    "levels": list(line.levels),
                    "evidence": _quotes(line.evidence),
                }
                for line in case.request.lines
            ],
            "diagnoses": [d.code for d in case.request.diagnoses],
        },
        "criteria": criteria(case),
    }
