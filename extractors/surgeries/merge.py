"""One operation, one entry: events of a note put together by kind, status, region, levels and year."""

from __future__ import annotations

from dataclasses import dataclass, field

from extractors.facts import Span
from extractors.surgeries.phrases import RANK, Phrase


@dataclass(eq=False)
class Event:
    """An operation as one phrase tells it."""

    phrase: Phrase
    kind: str
    status: str
    region: str
    levels: tuple[str, ...]
    year: int | None
    approach: str | None
    weak: bool
    generic: bool
    #: Of an implant: trial, implant, replace, revise or remove; empty where it is not told.
    stage: str = ""
    spans: list[Span] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)


def merge(events: list[Event]) -> list[Event]:
    """Merge repeats. Events stay in the order of the note; weak ones (implants, syndromes, bare "surgery") join others."""
    out: list[Event] = []
    performed = [e for e in events if e.status == "performed"]
    for group in ([e for e in performed if e.kind != "pump"], [e for e in performed if e.kind == "pump"]):
        if group:
            out.append(_one_operation(group))
    denied = [e for e in events if e.status == "denied"]
    plain = [
        e
        for e in denied
        if e.kind == "other" or (e.kind == "fusion" and not any(x.kind == "decompression" for x in denied))
    ]
    if plain:
        out.append(_one_denial(plain))
    out += _merge_equal([e for e in denied if e not in plain])
    for status in ("past", "planned", "declined"):
        group = [e for e in events if e.status == status]
        strong = _merge_equal([e for e in group if not e.weak])
        for e in [x for x in group if x.weak]:
            fits = [h for h in strong if _fits_weak(e, h)]
            host = min(fits, key=lambda h: _distance(h, e)) if fits else None
            if host is None and status == "planned" and e.generic:
                continue
            if host is None:
                host = next(
                    (
                        h
                        for h in out
                        if h.status == "performed" and status == "past" and e.kind == h.kind and not e.generic
                    ),
                    None,
                )
            if host is None:
                strong.append(e)
            else:
                _absorb(host, e)
        out += strong
    return out


def _one_operation(events: list[Event]) -> Event:
    """What is listed under the title of an operative note is one operation; with a fusion it is a fusion."""
    host = min(events, key=lambda e: RANK.index(e.kind))
    levels: list[str] = list(host.levels)
    for e in events:
        if e is not host:
            levels += [
                x for x in e.levels if x not in levels and ("-" in x or not any("-" in y for y in levels))
            ]
            host.spans += e.spans
            host.year = host.year or e.year
            if host.region == "unknown":
                host.region = e.region
            host.approach = host.approach or e.approach
    host.levels = tuple(levels)
    return host


def _one_denial(events: list[Event]) -> Event:
    host = next((e for e in events if e.kind == "other"), events[0])
    regions = {e.region for e in events}
    for e in events:
        if e is not host:
            host.spans += e.spans
    host.levels, host.year, host.approach = (), None, None
    host.region = host.region if len(regions) == 1 else "unknown"
    return host


def _compatible(a: Event, b: Event) -> bool:
    if a.stage and b.stage and a.stage != b.stage:
        return False
    region = a.region == b.region or "unknown" in (a.region, b.region)
    year = a.year == b.year or None in (a.year, b.year)
    one, two = set(a.levels), set(b.levels)
    return (
        region
        and year
        and (
            not one or not two or one <= two or two <= one or bool(one & two and a.year == b.year is not None)
        )
    )


def _distance(host: Event, e: Event) -> tuple[int, int, int]:
    """How ill an event fits a host of its kind: other levels, another year, another stage."""
    one, two = set(host.levels), set(e.levels)
    levels = 0 if one == two else 1 if two and two < one else 2 if not one or not two else 3
    return levels, int(host.year != e.year), int(host.stage != e.stage)


def _bones(levels: tuple[str, ...]) -> set[str]:
    """The vertebrae that the levels touch."""
    return {bone for name in levels for bone in name.split("-")}


def _merge_equal(events: list[Event]) -> list[Event]:
    out: list[Event] = []
    for e in events:
        fits = [h for h in out if h.kind == e.kind and _compatible(h, e)]
        host = min(fits, key=lambda h: _distance(h, e)) if fits else None
        # "L4-5 laminectomy with fusion" told twice, once without the fusion: same level, same year.
        if host is None and e.kind in {"decompression", "discectomy", "fusion"}:
            host = next(
                (
                    h
                    for h in out
                    if {h.kind, e.kind} <= {"decompression", "discectomy", "fusion"}
                    and h.levels
                    and _bones(h.levels) >= _bones(e.levels)
                    and e.levels
                    and h.year == e.year
                    and h.phrase.sentence is not e.phrase.sentence
                ),
                None,
            )
        if host is None:
            out.append(e)
            continue
        _absorb(host, e)
        host.kind = min(host.kind, e.kind, key=RANK.index)
    return out


def _fits_weak(e: Event, host: Event) -> bool:
    if e.kind not in {host.kind, "other"} and not (
        e.kind == "decompression" and host.kind in {"discectomy", "fusion"}
    ):
        return False
    if host.kind in {"stimulator", "pump", "vertebral_augmentation"} and not (
        (e.generic and e.status == "planned")
        or e.kind == host.kind
        or e.phrase.sentence is host.phrase.sentence
    ):
        return False
    if e.generic and e.status == "declined":
        return host.region == e.region or "unknown" in (host.region, e.region)
    region = e.region == host.region or "unknown" in (e.region, host.region)
    return (
        region
        and (e.year is None or host.year is None or e.year == host.year)
        and (
            not e.levels
            or not host.levels
            or bool(_bones(e.levels) & _bones(host.levels))
            or e.kind == "fusion"
        )
    )


def _absorb(host: Event, e: Event) -> None:
    host.spans += e.spans
    host.year = host.year or e.year
    host.stage = host.stage or e.stage
    host.approach = host.approach or e.approach
    if host.region == "unknown":
        host.region = e.region
    segments = {x for x in e.levels if "-" in x}
    # what a laminectomy left says nothing of how far the fusion went
    trace = e.weak and e.kind == "decompression" and host.kind == "fusion" and host.levels
    if (not trace and set(e.levels) > set(host.levels)) or (
        segments and not any("-" in x for x in host.levels)
    ):
        host.levels = e.levels
    host.steps.append(f"merged:{e.kind}")
