"""What a note says further of a procedure: scores, how its times are bounded, function, purpose, series."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractors.blocks.aftermath import scores_of_record
from extractors.blocks.event import Event
from extractors.blocks.figures import score_falls
from extractors.blocks.injectate import drug_of, guidance_of, steroid_of
from extractors.blocks.places import Place, Scene, places_of
from extractors.quantities import ScoreFall, find_durations, find_percents, parse_number
from extractors.quantities.bounds import stated

_SCALES = (
    ("nrs", re.compile(r"\b(?:V?NRS|NPRS|VNS|numeric(?:al)? (?:pain )?(?:rating|scale))\b", re.I)),
    ("vas", re.compile(r"\b(?:VAS|visual analog(?:ue)?)\b", re.I)),
    ("vrs", re.compile(r"\b(?:VRS|verbal (?:pain )?(?:rating|scale|score))\b", re.I)),
    ("faces", re.compile(r"\b(?:faces|wong-?\s?baker)\b", re.I)),
)
_FUNCTION = (
    r"(?:functional(?:ity| (?:status|abilit(?:y|ies)|capacity|level|improvement|gains?))?|function(?:ing)?|activities of daily living"
    r"|ADLs?|daily activit(?:y|ies)|activit(?:y|ies)|range of motion|ROM|mobility"
    r"|(?:walking|standing|sitting)(?: (?:tolerance|distance|time))?)"
)
_FUNCTION_BEHIND = re.compile(
    rf"\s?(?:\+\s?)?(?:or (?:more|greater|better)\s)?(?:(?:improvements?|increases?|gains?|better|improved|restoration)\s)?(?:(?:in|of)\s)?"
    rf"(?:(?:his|her|their|the|all|both|overall|daily|neck|lumbar|cervical|spinal|pain and|pain relief and|pain &|pain as well as)\s){{0,3}}{_FUNCTION}\b"
    r"(?! (?:of|capacity) (?:normal|baseline))",
    re.I,
)
_FUNCTION_AHEAD = re.compile(
    rf"\b{_FUNCTION}\b\s?(?:[:=]|\b(?:(?:has|have|had|was|were|is|are|also|been|score|status|by|of|at|improved|improvement|increased|increase"
    rf"|better|gained|gain|up|about|approximately|roughly|at least|over|more than|around|nearly|almost)\b[\s:=]{{0,2}}|[~<>≥=]\s?){{1,6}})\s?$",
    re.I,
)
_RISEN = re.compile(r"\b(?:improv\w*|increas\w*|gain\w*|better|up)\b|[:=]", re.I)
_LOST = re.compile(
    r"\b(?:los[st]\w*|decreas\w*|reduc\w*|limit\w*|impair\w*|declin\w*|worse\w*|restrict\w*)\b", re.I
)
#: Function said not to have gained: a gain of 0 per cent. "No significant gain" bounds it only and is not read, no
#: more than one denied up to a time or a figure ("no gain in function until June"), or not recorded.
_CAPACITY = (
    r"(?:functional (?:status|abilit(?:y|ies)|capacity|level)|function(?:ing|ality)?|activities of daily living|ADLs?|daily activit(?:y|ies)"
    r"|mobility|(?:walking|standing|sitting) (?:tolerance|distance|time))"
)
_NOT_BOUNDED = (
    r"(?![ ,]{1,2}(?:was |were |is |are |has been )?(?:until|before|beyond|above|after|over|past|for (?:the )?first|than|enough|in the first|at first"
    r"|initially|recorded|documented|noted|stated|measured|mentioned|assessed|reported)\b)"
)
_GAINLESS = re.compile(
    r"\b(?:no|without|nor|zero)\s(?:(?:any|real|measurable|corresponding|accompanying|associated)\s){0,2}(?:(?:pain )?relief (?:or|and|nor)\s)?"
    rf"(?:functional (?:gains?|improvements?|benefits?|change)|(?:gains?|improvements?|increases?|change|benefits?) (?:in|of|to) (?:(?:his|her|their|the|daily|overall)\s){{0,2}}{_CAPACITY})"
    rf"\b{_NOT_BOUNDED}"
    rf"|\b{_CAPACITY} (?:(?:has|had|did|have) ?(?:not|n't|never)|(?:didn|hadn|hasn)'t|never) (?:improve|change|increase)d?\b(?! (?:much|significantly)){_NOT_BOUNDED}"
    rf"|\b{_CAPACITY} (?:(?:was|is|were|remained|stayed|has remained) )?(?:unchanged|unimproved)\b{_NOT_BOUNDED}",
    re.I,
)
_OF_NORMAL = re.compile(
    r"\s?(?:of|from) (?:the |his |her |their )?(?:normal|usual|baseline|full|former|premorbid)\b", re.I
)
_HOPED = re.compile(
    r"\b(?:goal|target|expect\w*|hop\w+|aim\w*|if|until|require\w*|threshold|should|at which)\b[^.;]{0,60}$",
    re.I,
)
_DIAGNOSTIC = re.compile(
    r"\bdiagnostic\b(?! (?:criteria|imaging|studies|study|test\w*|code|coding|impression|work-?up|uncertain\w*))",
    re.I,
)
_THERAPEUTIC = re.compile(r"\btherapeutic\b(?! (?:exercis\w*|activit\w*|modalit\w*|goal|plan|option))", re.I)
_SERIES = re.compile(
    r"\b(?:series of (?:up to )?|(?:first|second|third|\d(?:st|nd|rd)|one|two) of (?:a )?(?:planned |scheduled )(?:series of )?)(?P<a>\d{1,2}|two|three|four|five|six)\b"
    r"|\b(?P<b>\d|two|three|four|five|six)[- ](?:injection|block|shot|ESI|part)[- ]series\b",
    re.I,
)
#: Several ordered at once, with the time between them.
_SPACED = re.compile(
    r"\b(?P<n>[2-6]|two|three|four|five|six) (?:(?:lumbar|cervical|thoracic|caudal|interlaminar|transforaminal|left|right|bilateral|more|further) ){0,3}"
    r"(?:injections?|epidurals?|epidural steroid injections?|T?F?ESIs?)\b[^.;\n]{0,40}\b(?:apart|every|in a row|at intervals?|intervals? of)\b",
    re.I,
)
#: Words round a name in which its purpose may stand.
_PURPOSE_AHEAD, _PURPOSE_BEHIND = 50, 60


def _falls(place: Place) -> list[ScoreFall]:
    return [
        f for f in score_falls(place.sentence.text, place.low, place.high) if max(f.before, f.after) <= 10
    ]


def _twins(e: Event, scene: Scene, place: Place) -> list[Event]:
    """The events told of in the same words, in order: "x2, 8 -> 2 and 7 -> 1"."""
    if place.named:
        return [o for o in scene.named[place.sentence.index] if o.named is e.named]
    told = scene.told.get(place.sentence.index, [])
    return told if e in told else [e]


def scores_of(e: Event, places: Sequence[Place], scene: Scene) -> tuple[float, float, str] | None:
    """Pain scores before and after with their scale: of a log's column, the event's own words, or the record."""
    if e.status not in {"past", "performed"}:
        return None
    if e.scores is not None:
        return (*e.scores, _scale([p.sentence.text for p in places]))
    for place in places:
        falls = _falls(place)
        if not falls:
            continue
        twins = _twins(e, scene, place)
        if len(falls) == 1 or len(twins) == 1:
            own = falls[0]
        elif len(falls) == len(twins):
            own = falls[twins.index(e)]
        else:
            continue  # more events than pairs: whose they are is not said
        return own.before, own.after, _scale([place.text])
    if e.status == "performed":
        found = scores_of_record(e, scene.note)
        if found is not None:
            (first, before), (second, after) = found
            return before, after, _scale([first.text, second.text])
    return None


def _scale(texts: Sequence[str]) -> str:
    """The scale that the words name; ``not_stated`` where they name none."""
    return next((name for name, p in _SCALES if any(p.search(t) for t in texts)), "not_stated")


def days_bound(e: Event, places: Sequence[Place]) -> str:
    """How the duration of relief is stated; the figure itself is the event's.

    The bound is that of the length of time in the event's places that gives the same figure.
    """
    if e.days is None:
        return "exact"
    for place in places:
        for d in find_durations(place.text):
            if (
                d.kind in {"span", "until", "window", "after"}
                and abs(round(d.value_days, 3) - e.days) < 0.002
            ):
                return stated(d.comparator, d.value_days, d.low_days, d.high_days, d.nearly).bound
    return "exact"


def function_gain(places: Sequence[Place]) -> float | None:
    """Gain in movement or daily activities in per cent, where a figure is given for it; 0 where a gain is denied."""
    for place in places:
        text = place.text
        for p in find_percents(text):
            before, after = text[: p.start], text[p.end :]
            if not 0 <= p.value <= 100 or p.role in {"goal", "threshold"} or _HOPED.search(before):
                continue
            if _OF_NORMAL.match(after):
                continue
            behind = _FUNCTION_BEHIND.match(after)
            if behind and not _LOST.search(behind[0]) and not _LOST.search(before[-16:]):
                return p.value
            ahead = _FUNCTION_AHEAD.search(before[-90:])
            if ahead is None:
                continue
            told = before[-90:][max(0, ahead.start() - 18) :]  # "improved walking by 50%"
            if _RISEN.search(told) and not _LOST.search(told):
                return p.value
    return 0.0 if any(_gainless(place.text) for place in places) else None


def _gainless(text: str) -> bool:
    """Whether the words deny a gain in function, of what happened and not of a condition or a hope."""
    return any(not _HOPED.search(text[: m.start()]) for m in _GAINLESS.finditer(text))


def purpose_of(e: Event) -> str | None:
    """``diagnostic`` or ``therapeutic`` as the words round the name say; None where they say neither or both."""
    text, zone = e.named.sentence.text, e.named.zone
    near = text[max(0, zone.start - _PURPOSE_AHEAD) : min(zone.right, zone.end + _PURPOSE_BEHIND)]
    diagnostic, therapeutic = _DIAGNOSTIC.search(near), _THERAPEUTIC.search(near)
    if bool(diagnostic) == bool(therapeutic):
        return None
    return "diagnostic" if diagnostic else "therapeutic"


def series_of(e: Event, places: Sequence[Place]) -> int | None:
    """How many injections a series has: by that word, or as an order of several epidurals spaced in time."""
    for place in places:
        if not place.named and e.status != "planned":
            continue
        told = _SERIES.search(place.text)
        figure = (told["a"] or told["b"]) if told else None
        if figure is None and e.status == "planned" and e.kind == "epidural":
            spaced = _SPACED.search(place.text)
            figure = spaced["n"] if spaced else None
        n = parse_number(figure) if figure else None
        if n is not None and n > 1:
            return int(n)
    return None


def shared_details(e: Event, places: Sequence[Place]) -> dict[str, object]:
    """The fields that injections and ablations share: the bound of the duration, gain of function."""
    done = e.status in {"past", "performed"}
    return {
        "relief_days_bound": days_bound(e, places),
        "function_gain_percent": function_gain(places) if done else None,
    }


def injection_details(e: Event, scene: Scene) -> dict[str, object]:
    """Everything that the note says further of an injection, by the fields of its value."""
    places = places_of(e, scene)
    scores = scores_of(e, places, scene)
    agent, volume = drug_of(e, scene)
    return shared_details(e, places) | {
        "score_before": scores[0] if scores else None,
        "score_after": scores[1] if scores else None,
        "scale": scores[2] if scores else "not_stated",
        "agent": agent,
        "volume_ml": volume,
        "steroid": steroid_of(e, places, scene),
        "guidance": guidance_of(e, places, scene),
        "purpose": purpose_of(e),
        "series": series_of(e, places),
    }


def ablation_details(e: Event, scene: Scene) -> dict[str, object]:
    """Everything that the note says further of an ablation, by the fields of its value."""
    return shared_details(e, places_of(e, scene))
