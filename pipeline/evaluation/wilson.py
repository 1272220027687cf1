"""Wilson's interval of a share, for few trials too (Wilson 1927, J Am Stat Assoc 22:209)."""

from __future__ import annotations

import math
from typing import Final

#: Two-sided 95 %: the 0.975 quantile of the normal distribution.
Z: Final = 1.959963984540054


def wilson(right: int, total: int) -> tuple[float, float] | None:
    """The 95 % interval of ``right`` out of ``total``; None without a trial."""
    if total == 0:
        return None
    share, zz = right / total, Z * Z
    middle = (share + zz / (2 * total)) / (1 + zz / total)
    half = Z / (1 + zz / total) * math.sqrt(share * (1 - share) / total + zz / (4 * total * total))
    return max(0.0, middle - half), min(1.0, middle + half)
