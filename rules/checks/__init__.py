"""The register of checks, in the order in which findings are shown."""

from __future__ import annotations

from rules.checks import (
    a1_title_contradiction,
    a2_facet_for_radicular,
    a3_claudication,
    a4_conservative_care,
    a5_block_count,
    a6_block_relief,
    a7_radicular_imaging,
    a8_red_flags,
    b1_fused_level,
    b3_fusion,
    b5_postsurgical,
    b6_epidural,
    b7_repeat_injection,
    b8_facet_examination,
    b9_ablation_called_injection,
    b11_surgical_evaluation,
    b12_spondylolisthesis,
    c1_icd_valid,
    c2_description,
    c3_code_pairs,
    c7_region,
    request,
)
from rules.checks.base import Check

CATALOGUE: tuple[Check, ...] = (
    a1_title_contradiction.CHECK,
    a2_facet_for_radicular.CHECK,
    a3_claudication.CHECK,
    a4_conservative_care.CHECK,
    a5_block_count.CHECK,
    a6_block_relief.CHECK,
    a7_radicular_imaging.CHECK,
    a8_red_flags.CHECK,
    b1_fused_level.CHECK,
    b1_fused_level.CHECK_ANTERIOR,
    b3_fusion.CHECK,
    b3_fusion.CHECK_CODE,
    b5_postsurgical.CHECK,
    b6_epidural.CHECK,
    b7_repeat_injection.CHECK,
    b8_facet_examination.CHECK,
    b9_ablation_called_injection.CHECK,
    b3_fusion.CHECK_LEVELS,
    b11_surgical_evaluation.CHECK,
    b12_spondylolisthesis.CHECK,
    c1_icd_valid.CHECK,
    c2_description.CHECK,
    c3_code_pairs.CHECK,
    c3_code_pairs.CHECK_WITH,
    c7_region.CHECK,
    request.ADD_ON,
    request.STATED,
    request.CONFLICT,
    request.LATER,
    request.IN_FORCE,
    request.COVERED,
)


def check_of(slug_or_ref: str) -> Check:
    """Return the check of that slug or ref (``conservative-care``, ``A4``), else raise ``KeyError``."""
    for check in CATALOGUE:
        if slug_or_ref in (check.slug, check.ref):
            return check
    raise KeyError(slug_or_ref)


__all__ = ["CATALOGUE", "Check", "check_of"]
