"""D2: pain on one scale, as one figure, at baseline and after each diagnostic block."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, Literal

from rules.case import Fact
from rules.checks.base import Check, Draft, Supply, evidence, listed, quoted
from rules.checks.baseline import at_baseline
from rules.checks.block_records import BlockRecord, records
from rules.checks.naming import under
from rules.measures import measure
from rules.policy import PolicyView
from rules.values import Injection, PainScale, PainScore, Region
from rules.view import FACET, CaseView, may_lie_in

_SLUG = "pain-scale"
_ASK = "Pain score at baseline and after each diagnostic block, each one figure on one and the same scale"


def _told(record: BlockRecord, score: Literal["score_before", "score_after"]) -> list[Fact[Injection]]:
    """Return the statements of a block that tell one of its scores."""
    return [f for f in record.statements if getattr(f.value, score) is not None]


@dataclasses.dataclass(frozen=True)
class _Scores:
    """Scores of a region: at baseline, after a block, and those of which neither is told."""

    blocks: tuple[BlockRecord, ...]
    before: tuple[Fact[PainScore], ...]
    after: tuple[Fact[PainScore], ...]
    unsaid: tuple[Fact[PainScore], ...]

    @property
    def scored_before(self) -> tuple[BlockRecord, ...]:
        """Blocks told with their own score before."""
        return tuple(b for b in self.blocks if _told(b, "score_before"))

    @property
    def unscored(self) -> tuple[BlockRecord, ...]:
        """Blocks for which no score after is left: each score tells of one block only."""
        lacking = [b for b in self.blocks if not _told(b, "score_after")]
        return tuple(lacking[len(self._free_after()) :])

    def _free_after(self) -> list[Fact[PainScore]]:
        """Scores after a block that do not repeat the own score of a block of the same document."""
        free = list(self.after)
        for told in (f for b in self.blocks for f in _told(b, "score_after")):
            figure = told.value.score_after
            twin = next(
                (s for s in free if s.document == told.document and s.value.low == s.value.high == figure),
                None,
            )
            if twin:
                free.remove(twin)
        return free

    @property
    def ranges(self) -> tuple[Fact[PainScore], ...]:
        """Scores at baseline or after a block that are told as a range."""
        return tuple(f for f in (*self.before, *self.after) if f.value.low < f.value.high)

    @property
    def scales(self) -> tuple[PainScale, ...]:
        """The scales named, each once."""
        named = [
            *(f.value.scale for f in (*self.before, *self.after)),
            *(f.value.scale for b in self.blocks for f in b.statements),
        ]
        return tuple(dict.fromkeys(s for s in named if s != "not_stated"))


def _scores(view: CaseView, region: Region) -> _Scores:
    blocks = records(view, (region,))
    before, after, unsaid = [], [], []
    for fact in view.case.pain_scores:
        if fact.assertion not in ("present", "historical"):
            continue
        if not may_lie_in(fact.value.region, (), (region,)):
            continue
        when = at_baseline(view, fact, fact.value.moment, tuple(b.block for b in blocks))
        if fact.value.moment == "after_procedure":
            after.append(fact)
        elif when:
            before.append(fact)
        elif when is None:
            unsaid.append(fact)
    found = _Scores(blocks, tuple(before), tuple(after), tuple(unsaid))
    view.trail.add(
        f"pain scores, {region}",
        f"{len(before)} at baseline, {len(after)} after a block, {len(unsaid)} of unknown moment; "
        f"{len(found.scored_before)} of {len(blocks)} diagnostic blocks with a score before, "
        f"{len(found.unscored)} without one after",
        (*before, *after, *unsaid),
    )
    return found


def _supplies(scores: _Scores, baseline: bool) -> tuple[Supply, ...]:
    """Scores that would settle the silence, on the scale that the record uses."""
    scale: PainScale = scores.scales[0] if scores.scales else "not_stated"
    found = []
    if not baseline:
        high = measure("assumed_pain_score")
        value = PainScore(scale=scale, moment="baseline", low=high, high=high)
        found.append(Supply("pain_scores", value, "a pain score was taken at baseline"))
    if scores.unscored:
        low = measure("assumed_pain_score_after")
        value = PainScore(scale=scale, moment="after_procedure", low=low, high=low)
        words = "a pain score was taken on the same scale after each diagnostic block"
        found += [Supply("pain_scores", value, words)] * len(scores.unscored)
    return tuple(found)


def _region(view: CaseView, policy: PolicyView, region: Region) -> Draft:
    scores = _scores(view, region)
    baseline = bool(scores.before or scores.scored_before)
    told = (*scores.before, *scores.after)
    proof = evidence((*told, *(f for b in scores.blocks for f in b.statements), *scores.unsaid))
    base: dict[str, Any] = {"subject": region, "evidence": proof}
    asked = f"One pain scale at baseline and after each diagnostic block is asked {under(policy, _SLUG)}"
    if not baseline and scores.unsaid:
        return Draft(
            "needs_review",
            f"{asked}. The record gives {quoted(evidence(scores.unsaid))}, and neither its words nor its "
            "dates say whether that was before the blocks.",
            headline=f"whether a {region} pain score was taken before the diagnostic blocks",
            asks=(_ASK,),
            **base,
        )
    lacking = []
    if not baseline:
        lacking.append("a pain score at baseline")
    if scores.unscored:
        lacking.append("a pain score after each diagnostic block")
    faults = []
    if scores.ranges:
        faults.append(f"a range ({quoted(evidence(scores.ranges))}) is no score on a scale")
    if len(scores.scales) > 1:
        faults.append(f"the scale changes ({listed(s.upper() for s in scores.scales)})")
    if faults:
        also = f" {listed(lacking).capitalize()} is not documented." if lacking else ""
        return Draft(
            "not_documented",
            f"{asked}; {' and '.join(faults)}.{also}",
            headline=f"{region} pain as one figure on one scale at baseline and after each block",
            asks=(_ASK,),
            **base,
        )
    if lacking:
        return Draft(
            "not_documented",
            f"{asked}; the record lacks {listed(lacking)} ({region} region).",
            headline=listed(lacking),
            asks=(_ASK,),
            supplies=_supplies(scores, baseline),
            **base,
        )
    return Draft(
        "met",
        f"{asked}; the record gives {quoted(proof, most=3)}.",
        headline="pain scores at baseline and after each block are documented",
        **base,
    )


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look for scores at baseline and after each block in each region of a facet request."""
    for region in view.requested_regions(FACET):
        yield _region(view, policy, region)


CHECK = Check(
    slug=_SLUG,
    ref="D2",
    title="Pain on one scale",
    compares="pain scores at baseline and after each diagnostic block: there, single figures, one scale",
    severity="minor",
    references=("lcd-facet-quoted", "lcd-facet-cgs"),
    run=run,
    families=FACET,
)
