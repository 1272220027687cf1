"""Words of an imaging report that show it looked at an earlier fusion."""

from __future__ import annotations

from extractors.surgeries.cues import load_cues

CUES = load_cues(__file__)

#: Implants, the fusion mass, pseudarthrosis, adjacent segments: what an assessment of a fusion speaks of.
ASSESSES_FUSION = CUES["assesses_fusion"]
#: What only sounds like it.
NOT_A_FUSION = CUES["not_a_fusion"]


def assesses_fusion(text: str) -> bool:
    """Whether a stretch of an imaging report speaks of an earlier fusion."""
    return any(
        not NOT_A_FUSION.search(text[max(0, m.start() - 40) : m.end() + 15]) for m in ASSESSES_FUSION.finditer(text)
    )
