"""How strongly a phrase belongs to misses: log-odds with a prior, taken at the cautious end.

Of ``n1`` notes with a miss of a meaning ``k1`` hold the phrase in a missed quote; of ``n0`` notes without
that meaning ``k0`` hold it anywhere. Both shares get Jeffreys' prior, Beta(1/2, 1/2), so that a phrase
that never stands elsewhere has finite odds::

    log_odds = log((k1 + 1/2) / (n1 - k1 + 1/2)) - log((k0 + 1/2) / (n0 - k0 + 1/2))

Phrases are ranked by its cautious end, which is what a phrase seen once and one seen ten times differ in: the
5th percentile of the share among the misses against the 95th percentile of the share elsewhere::

    score = logit(Beta(k1 + 1/2, n1 - k1 + 1/2) at 0.05) - logit(Beta(k0 + 1/2, n0 - k0 + 1/2) at 0.95)

A score above 0 says: more frequent among the misses even so.
"""

from __future__ import annotations

import math
from typing import Final

from scipy.special import betaincinv

PRIOR: Final = 0.5
#: Percentile at which the shares are taken.
TAIL: Final = 0.05


def _logit(share: float) -> float:
    return math.log(share / (1 - share))


def log_odds(k1: int, n1: int, k0: int, n0: int) -> tuple[float, float]:
    """The log-odds and the score of a phrase.

    Raises
    ------
    ValueError
        Where a count exceeds its total.
    """
    if not (0 <= k1 <= n1 and 0 <= k0 <= n0):
        raise ValueError(f"{k1} of {n1}, {k0} of {n0}")
    yes1, no1, yes0, no0 = (x + PRIOR for x in (k1, n1 - k1, k0, n0 - k0))
    low = float(betaincinv(yes1, no1, TAIL))
    high = float(betaincinv(yes0, no0, 1 - TAIL))
    return math.log(yes1 / no1) - math.log(yes0 / no0), _logit(low) - _logit(high)
