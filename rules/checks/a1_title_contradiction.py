"""A1: a code titled "without myelopathy or radiculopathy" against the narrative of the same region."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from rules.assessment import Remedy
from rules.case import Diagnosis, Evidence, Fact
from rules.checks.base import Check, Draft, evidence, icd, quoted, service
from rules.codes import icd10cm
from rules.policy import PolicyView
from rules.values import Radicular, RedFlag, Region
from rules.view import REGIONS, CaseView, Standing

#: Cervical disc disorders with radiculopathy by the region digit of M47.81-; M50.12 is taken on to its level.
_NECK_DISC = {"1": "M50.11", "2": "M50.12", "3": "M50.13"}
#: Signs of root disease, the most telling first: a diagnosis in words, what is measured, found, told.
_SIGNS = (
    "named_disease", "electrodiagnostic", "motor", "sensory", "radiating_pain", "tension_sign",
    "proximal_limb_pain", "other",
)  # fmt: skip
_BY_STRENGTH = {sign: rank for rank, sign in enumerate(_SIGNS)}
_EPIDURAL = {"cervical": ("62321", "64479"), "thoracic": ("62321", "64479"), "lumbar": ("62323", "64483")}


def _remedies(code: str, regions: tuple[Region, ...]) -> tuple[Remedy, ...]:
    """Codes of the same region for what the narrative describes; the sixth character is the region."""
    # "Site unspecified" is 9 in M47.81- and 0 in the codes with radiculopathy.
    digit = "0" if code[6:7] == "9" else code[6:7]
    disc = _NECK_DISC.get(digit, f"M51.1{digit}")
    causes = (
        ("the spondylosis compresses the root", f"M47.2{digit}"),
        ("a disc disorder causes the radiculopathy", disc),
        ("the record states no cause of the radiculopathy", f"M54.1{digit}"),
    )
    remedies = [
        Remedy(action=f"If {cause}, submit the code that says so", codes=(icd(target),), replaces=code)
        for cause, target in causes
        if icd10cm.lookup(target)
    ]
    esi = [service(c) for c in _EPIDURAL.get(regions[0] if regions else "lumbar", ())]
    remedies.append(
        Remedy(
            action="If the radicular pain is what is to be treated, follow the radicular pathway: "
            "conservative "
            "care first, then an image-guided epidural steroid injection",
            codes=tuple(esi),
        )
    )
    remedies.append(
        Remedy(
            action="If the record is out of date, the treating clinician documents the present symptoms and "
            "examination; the code follows the record, never the other way round"
        )
    )
    return tuple(remedies)


def _myelopathy(code: str) -> tuple[Remedy, ...]:
    target = f"M47.1{code[6:7]}"
    if not icd10cm.lookup(target):
        return ()
    return (
        Remedy(
            action="If the spondylosis causes the myelopathy, submit the code that says so",
            codes=(icd(target),),
            replaces=code,
        ),
    )


@dataclasses.dataclass(frozen=True)
class _Cord:
    """Myelopathy that contradicts a code, and myelopathy that may."""

    contradicting: tuple[Fact[RedFlag], ...]
    open: tuple[Fact[RedFlag], ...]


def _cord(view: CaseView, own: tuple[Region, ...], named: Sequence[str]) -> _Cord:
    """Hold myelopathy against the regions of a code.

    The cord ends at L1-L2: myelopathy of unstated region is taken for a code of the neck or chest, and left
    to a reviewer for one of the lower back. A code of unspecified site is touched by all, that of the
    sacrum by none whose region is stated.
    """
    found = view.red_flags("myelopathy")
    against: list[Fact[RedFlag]] = []
    doubtful: list[Fact[RedFlag]] = []
    for status in ("present", "uncertain"):
        for fact in found[status]:
            region = fact.value.region
            in_doubt = status == "uncertain"
            if region in own or (region == "unknown" and {"cervical", "thoracic"} & set(own)):
                (doubtful if in_doubt else against).append(fact)
            elif region in ("unknown", "other") or not named:
                doubtful.append(fact)
    return _Cord(tuple(against), tuple(doubtful))


def _cord_against(dx: Diagnosis, facts: tuple[Fact[RedFlag], ...]) -> Draft:
    proof = evidence(facts)
    return Draft(
        outcome="contradiction",
        message=f"{dx.code} is titled “{icd(dx.code).title}”, but the record documents myelopathy: "
        f"{quoted(proof)}.",
        subject=dx.code,
        headline=f"{dx.code} ({icd(dx.code).title}) is contradicted by myelopathy in the record: "
        f"{quoted(proof, most=1)}",
        evidence=(*proof, *dx.evidence),
        codes=(icd(dx.code),),
        remedies=_myelopathy(dx.code),
    )


def _strongest_first(view: CaseView, facts: Sequence[Fact[Radicular]]) -> tuple[Evidence, ...]:
    """The places that carry the status, strongest sign first, else in the order of the record.

    What a place shows is told by the sign read there; a place without one comes after those.
    """
    rank: dict[str, list[tuple[int, int, int]]] = {}
    for sign in view.case.radicular_signs:
        if sign.assertion in ("present", "uncertain"):
            place = (_BY_STRENGTH[sign.value.sign], sign.start, sign.end)
            rank.setdefault(sign.document, []).append(place)

    def strength(place: Evidence) -> int:
        read = (r for r, low, high in rank.get(place.document, ()) if low < place.end and place.start < high)
        return min(read, default=len(_BY_STRENGTH))

    return tuple(sorted(evidence(facts), key=strength))


def _radicular(
    view: CaseView, dx: Diagnosis, standing: Standing, regions: tuple[Region, ...], own_region: bool
) -> Draft:
    """Draft the outcome for present or uncertain radicular status."""
    title = icd(dx.code).title
    proof = _strongest_first(view, standing.facts)
    where = " and ".join(sorted({f.value.region for f in standing.facts}))
    base: dict[str, Any] = {
        "subject": dx.code,
        "evidence": (*proof, *dx.evidence),
        "codes": (icd(dx.code),),
        "remedies": _remedies(dx.code, regions),
    }
    if standing.status == "present" and own_region:
        return Draft(
            outcome="contradiction",
            message=f"{dx.code} is titled “{title}”, but the record documents {where} radicular disease or "
            f"symptoms as present: {quoted(proof)}.",
            headline=f"{dx.code} ({title}) is contradicted by {where} radicular findings in the record: "
            f"{quoted(proof, most=1)}",
            asks=("A diagnosis code that matches the documented condition",),
            **base,
        )
    if standing.status == "present":
        why = "The code names no region in which roots leave towards a limb"
    else:
        why = "Limb symptoms are documented that are only suspected to be, or may not be, radicular"
    return Draft(
        outcome="needs_review",
        message=f"{dx.code} is titled “{title}”. {why}: {quoted(proof)}. A reviewer settles whether it "
        "contradicts "
        "the code.",
        headline=f"whether {where} limb symptoms contradict {dx.code}",
        asks=(f"A statement whether {where} radiculopathy is present, with the neurological examination",),
        **base,
    )


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold every submitted M47.81- code against the radicular status of its region and against myelopathy."""
    codes = [dx for dx in view.diagnoses if icd10cm.is_spondylosis_without_radiculopathy(dx.code)]
    if not codes:
        yield Draft(
            "not_applicable",
            "No code of M47.81- (spondylosis without myelopathy or radiculopathy) is submitted.",
        )
    for dx in codes:
        own = tuple(r for r in REGIONS if r in icd10cm.regions_of(dx.code))
        # "Sacral" and "site unspecified" have no radicular status of their own: any region may bear on them.
        standing = view.worst_radicular(own or REGIONS)
        cord = _cord(view, own, icd10cm.regions_of(dx.code))
        if cord.contradicting:
            yield _cord_against(dx, cord.contradicting)
        elif standing.status in ("present", "uncertain"):
            yield _radicular(view, dx, standing, own, bool(own))
        elif cord.open:
            proof = evidence(cord.open)
            yield Draft(
                outcome="needs_review",
                message=f"{dx.code} says without myelopathy, and myelopathy is suspected, or documented "
                f"without saying where: {quoted(proof)}.",
                subject=dx.code,
                headline=f"whether myelopathy contradicts {dx.code}",
                evidence=(*proof, *dx.evidence),
                codes=(icd(dx.code),),
                asks=("A statement whether myelopathy is present, and where, with the examination",),
            )
        else:
            said = {
                "absent": "Radicular symptoms are documented as absent",
                "historical": "Radicular symptoms are documented as past",
            }.get(standing.status, "No radicular symptoms are documented")
            yield Draft(
                outcome="met",
                message=f"{said} in the region of {dx.code} (“{icd(dx.code).title}”); nothing contradicts "
                "its title.",
                subject=dx.code,
                headline=f"nothing contradicts the title of {dx.code}",
                evidence=(*evidence(standing.facts), *dx.evidence),
                codes=(icd(dx.code),),
            )


CHECK = Check(
    slug="title-contradiction",
    ref="A1",
    title="Code title against the narrative",
    compares="M47.81- (without myelopathy or radiculopathy) with radicular status and myelopathy of its "
    "region",
    severity="blocking",
    references=("icd10cm-tabular", "seed-s1"),
    run=run,
    version="2",
    always=True,
)
