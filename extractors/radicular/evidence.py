"""One piece of evidence for or against radicular disease in one region."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from extractors.facts import Span
from extractors.note import Mention

Region = Literal["cervical", "thoracic", "lumbar"]
REGIONS: tuple[Region, ...] = ("cervical", "thoracic", "lumbar")
Polarity = Literal["present", "absent", "historical", "uncertain"]

#: Weights. DEFINITE: a named root disease, radiation beyond buttock or shoulder, a positive test; or, for denials,
#: words that deny just that. FAIR: numbness in a limb; a negative test. WEAK: bare limb pain, a code, a normal
#: neurological examination, a template's denial.
DEFINITE, FAIR, WEAK = 3, 2, 1


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a mention says of one region.

    ``firm`` marks evidence that a later "has resolved" cannot undo by itself: today's examination, the
    assessment, the pre-operative diagnosis, an interval history. ``stale`` marks text copied from an
    earlier visit. ``hedged`` marks a complaint told with reserve ("sometimes", "a weird ..."), or a doubt
    stressed as such ("less likely", "cannot be excluded"). ``reported`` marks the words of others: a referral
    diagnosis, records, a code that somebody else wrote. ``concluding`` marks the author's own conclusion, or a
    study's, that there is no root disease. ``visit`` is the date of the visit that tells it, in a note of several.
    """

    region: Region
    polarity: Polarity
    weight: int
    sign: str
    span: Span
    mention: Mention
    laterality: str = "unknown"
    firm: bool = False
    stale: bool = False
    resolved: bool = False
    hedged: bool = False
    reported: bool = False
    concluding: bool = False
    visit: dt.date | None = None
    steps: tuple[str, ...] = ()
