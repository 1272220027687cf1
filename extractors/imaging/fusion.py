"""Words of an imaging report that show it looked at an earlier fusion."""

from __future__ import annotations

import re

#: Implants, the fusion mass, pseudarthrosis, adjacent segments: what an assessment of a fusion speaks of.
ASSESSES_FUSION = re.compile(
    r"\b(?:hardware|instrumentation|pedicle screws?|screws?|interbody (?:cages?|spacers?|grafts?|devices?|fusion)|disc spacers?"
    r"|cages?|rods?|(?:solid|stable|intact|mature|healed|complete|incomplete|prior|previous|previously|the|known|anterior"
    r"|posterior|bony|osseous|interbody|acdf|[ctl]\d) ?-?(?:[ctls]?\d)? (?:\w+ )?(?:fusion|arthrodesis|fused)|fusion (?:mass|is|appears|construct"
    r"|at|from|was|level|changes|hardware)|fused|arthrodesis|pseudo-?arthros[ie]s|pseudarthros[ie]s|non-?union|adjacent[- ](?:segment|level)s?"
    r"|junctional|post-?fusion|loosening|perihardware|periprosthetic|bridging bone|acdf|[tpaxo]lif)\b",
    re.IGNORECASE,
)
#: What only sounds like it.
NOT_A_FUSION = re.compile(
    r"\b(?:joint effusions?|ankle|wrist|subtalar|knee|hip|candidate|recommend\w*|consider\w*|plan\w*|offer\w*|propos\w*|"
    r"no (?:prior |previous )?(?:fusion|hardware|surgery))\b",
    re.IGNORECASE,
)


def assesses_fusion(text: str) -> bool:
    """Whether a stretch of an imaging report speaks of an earlier fusion."""
    return any(
        not NOT_A_FUSION.search(text[max(0, m.start() - 40) : m.end() + 15]) for m in ASSESSES_FUSION.finditer(text)
    )
