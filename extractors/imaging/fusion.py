"""Words of an imaging report that show it looked at an earlier fusion."""

from __future__ import annotations

from extractors.surgeries import binder as surgeries
from extractors.surgeries.cues import load_cues

CUES = load_cues(__file__)

#: Implants, the fusion mass, pseudarthrosis, adjacent segments: what an assessment of a fusion speaks of.
ASSESSES_FUSION = CUES["assesses_fusion"]
#: Joints and devices outside the spine.
PERIPHERAL = load_cues(surgeries.__file__)["peripheral"]
#: What only sounds like it.
NOT_A_FUSION = CUES["not_a_fusion"]


def assesses_fusion(text: str) -> bool:
    """Whether a stretch of an imaging report speaks of an earlier fusion."""
    return any(_meant(text, m.start(), m.end()) for m in ASSESSES_FUSION.finditer(text))


def _meant(text: str, start: int, end: int) -> bool:
    """Not another joint's, not proposed or denied, and not only the date of reference ("since the fusion")."""
    left = text[max(0, start - 40) : start]
    around = left + text[start : end + 15]
    return not (
        NOT_A_FUSION.search(around)
        or NOT_A_FUSION.search(left + text[start:end])
        or PERIPHERAL.search(around)
    )
