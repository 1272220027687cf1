"""F10: orders of events that cannot be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from rules import values as v
from rules.blocks import DIAGNOSTIC
from rules.checks.base import Check, Draft, evidence, listed, quoted
from rules.checks.chronology import Event, day_first, events
from rules.checks.elapsed import outlasts
from rules.dates import first_day, last_day
from rules.policy import PolicyView
from rules.view import FACET_ABLATION, REGIONS, CaseView, may_lie_in

_ASKS = ("A correction or explanation of the dates by the clinician who wrote them",)


def _draft(subject: str, message: str, headline: str, found: Iterable[Event], sure: bool = True) -> Draft:
    proof = evidence(event.fact for event in found)
    return Draft(
        "contradiction" if sure else "needs_review",
        f"{message}: {quoted(proof)}.",
        subject,
        headline=f"{headline}: {quoted(proof, most=1)}" if sure else f"whether {headline}",
        evidence=proof,
        asks=_ASKS,
        weighs=False,
    )


def _ahead(event: Event, turned: bool) -> bool:
    """Whether an event is told in a document that is dated before it, with day and month turned or not."""
    days = [(day_first(d) or d) if turned else d for d in event.dates]
    return event.told is not None and any(first_day(d) > event.told for d in days)


def _ahead_of_document(every: Sequence[Event]) -> Draft | None:
    """Look for what is told as done in a document that is dated before it.

    Where the date fits with the day before the month, a reviewer settles how it is written.
    """
    found = [e for e in every if _ahead(e, turned=False)]
    sure = [e for e in found if _ahead(e, turned=True)]
    days = listed(sorted({str(e.told) for e in sure or found}))
    if sure:
        return _draft(
            "ahead",
            f"The record tells as done what it dates after the document that tells it (of {days})",
            "something is told as done before its date",
            sure,
        )
    if found:
        return _draft(
            "ahead",
            f"The record tells as done what it dates after the document that tells it (of {days}), unless "
            "the day stands before the month",
            "a date that lies after its document is written with the day first",
            found,
            sure=False,
        )
    return None


def _ends_first(every: Sequence[Event]) -> Draft | None:
    """Look for courses of care that end before they start."""
    found = []
    for event in every:
        value = event.fact.value
        if not isinstance(value, v.Therapy) or not value.start or not value.end:
            continue
        if last_day(value.end) < first_day(value.start):
            found.append(event)
    if not found:
        return None
    return _draft(
        "course", "A course of care ends before it starts", "a course of care ends before it starts", found
    )


def _relief_too_long(view: CaseView, every: Sequence[Event]) -> Draft | None:
    """Look for relief that is told as longer than the time since its procedure."""
    found = [
        e for e in every if isinstance(e.fact.value, v.Injection | v.Ablation) and outlasts(view, e.fact)
    ]
    if not found:
        return None
    return _draft(
        "relief",
        "A relief is told as longer than the time since its procedure",
        "a relief is told as longer than the time since its procedure",
        found,
    )


def _films_first(view: CaseView, every: Sequence[Event]) -> Draft | None:
    """Look for imaging that assesses a fusion and is dated before every fusion that it may show.

    Imaging before an operation may speak of what is to be fused: a reviewer settles it.
    """
    fusions = [e for e in every if isinstance(e.fact.value, v.Surgery) and e.fact.value.kind == "fusion"]
    found: list[Event] = []
    for film in every:
        study = film.fact.value
        if not isinstance(study, v.ImagingStudy) or not study.assesses_fusion or film.latest is None:
            continue
        regions = REGIONS if study.region == "unknown" else (study.region,)
        shown = [e for e in fusions if may_lie_in(e.fact.value.region, e.fact.value.levels, regions)]
        days = [e.earliest for e in shown]
        if shown and all(day is not None and film.latest < day for day in days):
            found += [film, *shown]
    if not found:
        return None
    return _draft(
        "films",
        "Imaging that seems to assess a fusion is dated before the fusion",
        "imaging of a fusion is dated before the fusion",
        found,
        sure=False,
    )


def _blocks(every: Sequence[Event], regions: Sequence[str]) -> list[Event]:
    return [
        e
        for e in every
        if isinstance(e.fact.value, v.Injection)
        and e.fact.value.kind in DIAGNOSTIC
        and e.fact.value.purpose != "therapeutic"
        and may_lie_in(e.fact.value.region, e.fact.value.levels, regions)
    ]


def _day(event: Event) -> dt.date | None:
    """Return the first day of an event by its own date; one performed in a document has the document's."""
    performed = event.fact.value.status == "performed"
    return event.earliest or (event.told if performed else None)


def _all_after(blocks: Sequence[Event], day: dt.date) -> bool:
    """Whether there are blocks and all of them surely lie after the day."""
    days = [_day(block) for block in blocks]
    return bool(blocks) and all(d is not None and d > day for d in days)


def _block_after_claim(view: CaseView, every: Sequence[Event]) -> Draft | None:
    """Look for diagnostic blocks that all come after the day on which the ablation is claimed."""
    lines = view.lines(FACET_ABLATION)
    days = [line.service_date or view.case.request.service_date for line in lines]
    known = [day for day in days if day]
    blocks = _blocks(every, view.requested_regions(FACET_ABLATION))
    if not known or not _all_after(blocks, max(known)):
        return None
    return _draft(
        "block-after-ablation",
        f"Every diagnostic block of the record comes after the ablation of {max(known)} that it should have "
        "led to",
        f"the diagnostic block comes after the ablation of {max(known)} that it should have led to",
        blocks,
    )


def _block_after_record(view: CaseView, every: Sequence[Event]) -> Draft | None:
    """Look for an ablation of the record before all blocks of its region, where none is asked for now.

    The blocks that led to it may only be missing, or these may belong to a next one: a reviewer settles it.
    """
    if view.asks_for(FACET_ABLATION):
        return None
    for region in REGIONS:
        done = [
            e
            for e in every
            if isinstance(e.fact.value, v.Ablation)
            and e.fact.value.target == "facet"
            and may_lie_in(e.fact.value.region, e.fact.value.levels, (region,))
        ]
        ends = [e.latest for e in done if e.latest]
        blocks = _blocks(every, (region,))
        if ends and len(ends) == len(done) and _all_after(blocks, max(ends)):
            return _draft(
                "block-after-ablation",
                "Every diagnostic block of the record is dated after the ablation",
                "the diagnostic blocks led to an ablation that is dated before them",
                (*blocks, *done),
                sure=False,
            )
    return None


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look for orders of events that no reading of the record's dates allows."""
    every = events(view)
    dated = [e.fact for e in every if e.dates]
    view.trail.add("dated events of the record", ", ".join(f.id for f in dated) or "none", dated)
    found = (
        _ahead_of_document(every),
        _ends_first(every),
        _relief_too_long(view, every),
        _films_first(view, every),
        _block_after_claim(view, every),
        _block_after_record(view, every),
    )
    drafts = [draft for draft in found if draft]
    yield from drafts
    if dated and not drafts:
        yield Draft("met", "The dates of the record stand in an order that can be.", evidence=evidence(dated))
    if not dated and not drafts:
        yield Draft("not_applicable", "The record dates no care, procedure or imaging.")


CHECK = Check(
    slug="chronology",
    ref="F10",
    title="Impossible order of events",
    compares="the dates of care, blocks, ablations, operations, imaging and documents with one another",
    severity="minor",
    references=("lcd-l38801",),
    run=run,
    version="2",
    always=True,
)
