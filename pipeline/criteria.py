"""The seven criteria of ``corpora/GUIDELINES.md``, computed from a case by one table.

They describe a chart in the general guideline's terms, apart from any payer's policy, so that readers
and product can be compared. Checks and policies live in ``rules/``; nothing here feeds them.

====================== ===================================================================================
criterion              from
====================== ===================================================================================
dx_contradiction       a diagnosis M47.81x, radicular status of its region, myelopathy
radicular_indication   a requested facet code (64633-64636, 64490-64495), radicular status of its region
conservative_care_...  therapies past or current: weeks and outcome; a red flag present waives
mbb_over_50            past medial branch and facet blocks: percentage of relief
two_mbb_80             past medial branch blocks: percentage of relief
target_level_fused     levels requested, levels of past fusions
postfusion_imaging     imaging that assesses a past fusion
====================== ===================================================================================
"""

from __future__ import annotations

from collections.abc import Callable

from rules.blocks import relief_of
from rules.bounds import Interval, exceeds, reaches
from rules.care import weeks_of
from rules.case import Case
from rules.levels import joints
from rules.values import Region

#: Regions named by the sixth character of M47.81x (ICD-10-CM tabular list, chapter 13).
SPONDYLOSIS_REGIONS: dict[str, tuple[Region, ...]] = {
    "M47.811": ("cervical",),
    "M47.812": ("cervical",),
    "M47.813": ("cervical", "thoracic"),
    "M47.814": ("thoracic",),
    "M47.815": ("thoracic", "lumbar"),
    "M47.816": ("lumbar",),
    "M47.817": ("lumbar",),
    "M47.819": ("cervical", "thoracic", "lumbar"),
}
UPPER_FACET = frozenset({"64633", "64634", "64490", "64491", "64492"})
LOWER_FACET = frozenset({"64635", "64636", "64493", "64494", "64495"})
_BLOCKS = frozenset({"medial_branch_block", "facet_intraarticular"})
_DIAGNOSTIC = frozenset({"medial_branch_block"})


def _status(case: Case, region: str) -> str:
    """Radicular status of a region: that of the latest document that states one."""
    dates = {d.id: (d.date is not None, d.date, i) for i, d in enumerate(case.documents)}
    stated = [f for f in case.radicular if f.value.region == region and f.value.status != "not_documented"]
    if not stated:
        return "not_documented"
    return max(
        stated, key=lambda f: (dates[f.document][0], str(dates[f.document][1]), dates[f.document][2])
    ).value.status


def _red_flags(case: Case) -> set[str]:
    return {f.value.kind for f in case.red_flags if f.assertion == "present"}


def dx_contradiction(case: Case) -> str:
    """yes: M47.81x while radicular status of its region is present, or myelopathy is; uncertain likewise."""
    coded = [d.code for d in case.request.diagnoses if d.code in SPONDYLOSIS_REGIONS]
    statuses = {_status(case, r) for code in coded for r in SPONDYLOSIS_REGIONS[code]}
    if "present" in statuses or (coded and "myelopathy" in _red_flags(case)):
        return "yes"
    return "uncertain" if "uncertain" in statuses else "no"


def radicular_indication(case: Case) -> str:
    """yes: a facet code is requested while radicular status of that code's region is present."""
    codes = {line.cpt for line in case.request.lines}
    regions: set[str] = set()
    if codes & UPPER_FACET:
        thoracic = any(lv.startswith("T") for line in case.request.lines for lv in line.levels)
        regions.add("thoracic" if thoracic else "cervical")
    if codes & LOWER_FACET:
        regions.add("lumbar")
    statuses = {_status(case, r) for r in regions}
    return "yes" if "present" in statuses else "uncertain" if "uncertain" in statuses else "no"


#: The guide's figures: weeks of care, per cent of relief for one block and for two.
_SIX_WEEKS, _HALF, _EIGHTY = 6.0, 50.0, 80.0


def conservative_care_6_weeks(case: Case) -> str:
    """met: one course of >= 6 weeks without adequate response. Courses are never summed."""
    if _red_flags(case):
        return "waived"
    done = [f.value for f in case.therapies if f.value.status in ("past", "current")]
    short_of = ("failed", "partial", "not_tolerated")
    timed = [(t, reaches(span, _SIX_WEEKS)) for t in done if (span := weeks_of(t)) is not None]
    if any(long and t.outcome in short_of for t, long in timed):
        return "met"
    if timed and all(long is False for _, long in timed):
        return "not_met"
    if not done and case.therapies:
        return "not_met"
    return "not_documented"


def _relief(case: Case, kinds: frozenset[str]) -> list[Interval]:
    past = (f for f in case.injections if f.value.kind in kinds and f.value.status == "past")
    return [found for f in past if (found := relief_of(f)) is not None]


def mbb_over_50(case: Case) -> str:
    """met: a past medial branch or facet block with more than 50 % relief."""
    over = [exceeds(r, _HALF) for r in _relief(case, _BLOCKS)]
    return "met" if True in over else "not_documented" if None in over or not over else "not_met"


def two_mbb_80(case: Case) -> str:
    """met: at least two past medial branch blocks with 80 % relief or more each."""
    enough = [reaches(r, _EIGHTY) for r in _relief(case, _DIAGNOSTIC)]
    if enough.count(True) >= 2:
        return "met"
    if not enough or (None in enough and len(enough) - enough.count(False) >= 2):
        return "not_documented"
    return "not_met"


def target_level_fused(case: Case) -> str:
    """yes: a requested facet joint lies within a segment fused in the past."""
    fusions = [f.value for f in case.surgeries if f.value.kind == "fusion" and f.value.status == "past"]
    if not fusions:
        return "not_applicable"
    fused = {lv for f in fusions for lv in f.levels if "-" in lv}
    lines = [line for line in case.request.lines if line.cpt in UPPER_FACET | LOWER_FACET]
    wanted = {j for line in lines for j in joints(line.levels)}
    if not wanted:
        planned = [
            f.value.levels
            for f in case.ablations
            if f.value.target == "facet" and f.value.status == "planned"
        ]
        planned += [
            f.value.levels for f in case.injections if f.value.kind in _BLOCKS and f.value.status == "planned"
        ]
        wanted = {j for levels in planned for j in joints(levels)}
    if fused & wanted:
        return "yes"
    return "no" if fused and wanted and all(f.levels for f in fusions) else "unknown"


def postfusion_imaging(case: Case) -> str:
    """documented: imaging after the fusion that speaks of hardware, fusion or the adjacent segment."""
    if not any(f.value.kind == "fusion" and f.value.status == "past" for f in case.surgeries):
        return "not_applicable"
    done = any(f.value.assesses_fusion and f.assertion == "present" for f in case.imaging)
    return "documented" if done else "not_documented"


CRITERIA: dict[str, Callable[[Case], str]] = {
    "dx_contradiction": dx_contradiction,
    "radicular_indication": radicular_indication,
    "conservative_care_6_weeks": conservative_care_6_weeks,
    "mbb_over_50": mbb_over_50,
    "two_mbb_80": two_mbb_80,
    "target_level_fused": target_level_fused,
    "postfusion_imaging": postfusion_imaging,
}


def criteria(case: Case) -> dict[str, str]:
    """Every criterion of the table for one case."""
    return {name: rule(case) for name, rule in CRITERIA.items()}
