"""Settle one region's radicular status from all its evidence: a pure function.

The order of the rules, first that applies:

0. What others reported (a referral diagnosis, old records) yields to the author's own denial or negative test.
1. Evidence copied from an earlier visit yields to what an interval history of the same note says; so does what a
   dated visit told, where a later one denies it.
2. A stated resolution ("has resolved", "no longer present") makes the status ``historical`` unless firm evidence
   (a test told after it, the assessment, the pre-operative diagnosis) says that it is there.
3. A complaint that was only told, once or with reserve, while the author stresses a doubt ("less likely a
   radiculopathy", "cannot be excluded"), is ``uncertain``. Otherwise definite positive evidence is ``present``; it beats any denial, since templates deny.
4. Fair positive evidence (numbness in a limb) is ``present``, unless the note itself doubts, or both denies limb
   pain and tests negative: ``uncertain``. Where it is only told, and the author or a study concludes that there is
   no root disease: ``absent``.
5. Weak positive evidence (bare leg pain, "history of sciatica") is ``present`` only where nothing denies it;
   a "history of" that is denied now is ``historical``, and limb pain with negative tests only is ``uncertain``.
6. Doubt ("rule out radiculopathy"), pain that stops in the thigh, or neurogenic claudication: ``uncertain``.
7. ``historical``, then ``absent``: at least one denial or negative test, or two kinds of normal findings.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from extractors.radicular.evidence import DEFINITE, FAIR, WEAK, Evidence

#: A numbness that outlasts the pain.
_STAYS = re.compile(
    r"\b(?:linger\w*|persist\w*|residual|remain\w*|still|ongoing|continu\w+)\b", re.IGNORECASE
)
#: Sections that speak of today wherever they stand in the note.
_OF_NOW = frozenset({"assessment", "preoperative_diagnosis", "postoperative_diagnosis", "indication"})

Status = Literal["present", "absent", "historical", "uncertain"]


@dataclass(frozen=True, slots=True)
class Settled:
    """A region's status, the rule that decided it, and the evidence, best first."""

    status: Status
    rule: str
    evidence: tuple[Evidence, ...]


def _best(items: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Strongest first, then firm, then in the order of the note."""
    return tuple(sorted(items, key=lambda e: (-e.weight, not e.firm, e.span.start)))


def _only_told(present: Sequence[Evidence]) -> bool:
    """Whether nothing but symptoms stands for the disease: no sign, no study, no diagnosis."""
    return all(e.sign in ("radiating_pain", "sensory", "proximal_limb_pain") and not e.firm for e in present)


def _denied_and_tested(absent: Sequence[Evidence]) -> bool:
    """Whether pain in the limb is denied in so many words, and a tension test is negative."""
    denied = any(e.weight >= DEFINITE and e.sign in ("radiating_pain", "named_disease") for e in absent)
    return denied and any(e.sign == "tension_sign" for e in absent)


def _after_resolution(
    present: Sequence[Evidence], resolved: Sequence[Evidence], rest: tuple[Evidence, ...]
) -> Settled:
    """``historical``, unless firm or later definite evidence says that it is there."""
    last = max(e.span.start for e in resolved)
    firm = [
        e
        for e in present
        if e.weight >= FAIR
        and (
            (e.firm and (e.span.start >= last or e.mention.sentence.section.category in _OF_NOW))
            or (e.weight >= DEFINITE and e.span.start > last and e.sign != "named_disease")
            or (e.sign == "sensory" and e.span.start >= last and _STAYS.search(e.mention.sentence.text))
        )
    ]
    if firm:
        return Settled("present", "firm_after_resolution", _best(firm))
    return Settled("historical", "resolved", rest)


def _of_earlier_visits(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Present evidence of a dated visit after which a later one, the last to speak of it, denies it."""
    dated = [e for e in evidence if e.visit is not None and (e.weight >= FAIR or e.polarity == "present")]
    last = max((e.visit for e in dated if e.visit is not None), default=None)
    now = [e for e in dated if e.visit == last]
    if any(e.polarity == "present" for e in now) or not any(
        e.polarity in ("absent", "historical") for e in now
    ):
        return []
    return [e for e in dated if e.polarity == "present"]


def _from_fair(
    fair: Sequence[Evidence],
    present: Sequence[Evidence],
    absent: Sequence[Evidence],
    doubt: Sequence[Evidence],
) -> Settled:
    """Rule 4: what fair evidence says beside doubt, conclusions and denials."""
    if doubt:
        return Settled("uncertain", "doubted", _best(doubt) + _best(fair))
    if _only_told(fair) and any(e.concluding for e in absent):
        return Settled("absent", "excluded_by_author", _best(absent))
    if _only_told(fair) and any(e.sign == "electrodiagnostic" for e in absent):
        return Settled("uncertain", "told_but_study_normal", _best(fair) + _best(absent))
    if _only_told(fair) and _denied_and_tested(absent):
        return Settled("uncertain", "told_but_denied_and_tested", _best(fair) + _best(absent))
    return Settled("present", "fair", _best(present))


def settle(evidence: Sequence[Evidence]) -> Settled | None:
    """Status of one region, or None where nothing is documented.

    Parameters
    ----------
    evidence
        All evidence of one region, in the order of the note.
    """
    fresh = [e for e in evidence if not e.stale]
    stale = [e for e in evidence if e.stale]
    superseded = [
        e
        for e in stale
        if e.polarity == "present"
        and any(f.polarity in ("absent", "historical") and f.weight >= FAIR for f in fresh)
    ]
    superseded += _of_earlier_visits(evidence)
    use = [e for e in evidence if e not in superseded]
    absent = [e for e in use if e.polarity == "absent"]
    contradicted = any(e.weight >= FAIR for e in absent)
    present = [e for e in use if e.polarity == "present" and not (e.reported and contradicted)]
    doubt = [e for e in use if e.polarity == "uncertain"]
    past = [e for e in use if e.polarity == "historical"]
    resolved = [e for e in past if e.resolved]
    if resolved:
        return _after_resolution(present, resolved, _best(past) + _best(absent))
    definite = [e for e in present if e.weight >= DEFINITE]
    named_doubt = [e for e in doubt if e.sign == "named_disease"]
    if present and _only_told(present) and any(e.hedged for e in named_doubt):
        if all(e.hedged for e in present) or len({e.span for e in present}) == 1:
            return Settled("uncertain", "doubted_by_author", _best(named_doubt) + _best(present))
    if definite:
        return Settled("present", "definite", _best(present))
    fair = [e for e in present if e.weight == FAIR]
    if fair:
        return _from_fair(fair, present, absent, named_doubt)
    weak = [e for e in present if e.weight == WEAK]
    denied = [e for e in absent if e.weight >= FAIR]
    if weak and not denied and not doubt:
        return Settled("present", "weak", _best(weak))
    history = [e for e in weak if "history_of" in e.steps]
    if history and denied:
        return Settled("historical", "history_denied_now", _best(history) + _best(denied))
    bare = [e for e in weak if e.sign == "radiating_pain"]
    if bare and not any(e.weight >= DEFINITE for e in absent):
        return Settled("uncertain", "limb_pain_without_signs", _best(bare) + _best(denied))
    if doubt:
        return Settled("uncertain", "doubt", _best(doubt))
    if past or superseded:
        return Settled("historical", "past", _best(past) + _best(superseded) + _best(absent))
    if denied:
        return Settled("absent", "denied", _best(absent))
    if len({e.sign for e in absent}) >= 2:
        return Settled("absent", "normal_findings", _best(absent))
    return None
