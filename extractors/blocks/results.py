"""What a procedure brought: per cent of relief, how long it lasted, on which date or which of several."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from extractors.blocks.figures import figures_in
from extractors.quantities import (
    DateMention,
    find_dates,
    find_durations,
    parse_number,
)
from extractors.quantities.bounds import EXACT, Stated

_SEPARATOR = re.compile(r",|;|\band\b|\bthen\b|\bwhile\b|\bbut\b|\bvs\.?\b|\. |\bfollowed by\b", re.I)
_AT = re.compile(
    r"\b(?:at|after|in|within|over the (?:last|past)|since|every|q|age|the (?:past|last)|previous|following)\s(?:about\s|approximately\s|nearly\s|almost\s|over\s|~\s?)?$",
    re.I,
)
_WORE = re.compile(
    r"\b(?:w(?:ore|orn|earing) off|gone|faded|lost|over|back|return\w*|until|recur\w*|came)\b[^.;]{0,24}$",
    re.I,
)
_NOT_ITS_DATE = re.compile(
    r"\b(?:since|until|till|through|DOB|denial of|dated|from)\s(?:the\s|about\s|around\s|middle of\s|end of\s|start of\s|beginning of\s|early\s|late\s|mid[\s-]?|this past\s|last\s)*$",
    re.I,
)
_BENEFIT = re.compile(
    r"\b(?:gave|got|bought|had|carried) (?:him |her |me |us |them )?(?:(?:about|only|maybe|just|another|almost|nearly|some|roughly|a good|a solid|perhaps) ){0,2}(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|\d{1,2}) (?:(?:good|solid|decent|better) )?(?:hours?|days?|weeks?|months?|years?|wks?|mos?)\b(?! (?:of (?:PT|therapy|physical)|ago|later|supply|apart|trial))|\bcarried (?:him|her) (?:through|for)|"
    r"[:=] ?(?:about |only |maybe |~ ?)?(?:an?|one|two|three|four|\d{1,2}(?:-\d{1,2})?) ?(?:hrs?|hours?|days?|d|wks?|weeks?|mos?|months?)(?= each\b|\s*(?:$|[.,;)])| then\b| only\b)|"
    r"\b(?:good for|held|numb(?:ed)?|gone|eased?|edge off|respite|faded|as good|worked for|settled|quiet(?:ed)?|relief|reliev\w*|help\w*|better|benefit\w*|last(?:ed|ing)|improv\w*|pain[- ]free|w(?:ore|orn|earing|ears) off|effective|good results?|good response)\b",
    re.I,
)
#: The date of the visit at which relief was reported is not the procedure's.
_VISIT = re.compile(
    r"\W{0,2}(?:(?:office|clinic|follow[- ]?up|f/u|fu|review|phone|tele\w*|last)\s){0,2}(?:visit|follow|f/u|appt|appointment|review|note|call|check)",
    re.I,
)
_ORDINAL = re.compile(
    r"(?:(?P<one>#\s?1|first|1st|initial)|(?P<two>#\s?2|second|2nd|repeat\b)|(?P<three>#\s?3|third|3rd))(?![-\w])(?! (?:two|three|few|\d+) )",
    re.I,
)


_PAIR = re.compile(r"\b(?P<a>\w+) and (?P<b>\w+) (?:hours?|hrs?|days?|weeks?|wks?|months?)\b", re.I)


#: "Five hours on the first occasion and two on the second".
_OCCASIONS = re.compile(
    r"\b(?P<a>\w+) (?P<unit>hours?|hrs?|days?|weeks?|wks?|months?) (?:on|with|after|for|from|at|the) (?:the )?"
    r"(?:first|1st|initial|former)\b[^.;]{0,24}?(?:\band|,|but|then)(?: then| only| just)? (?P<b>\w+)"
    r"(?: (?:hours?|hrs?|days?|weeks?|wks?|months?))? (?:on|with|after|for|from|at|the) (?:the )?(?:second|2nd|latter|next|other|repeat)\b",
    re.I,
)
_SHORT_DATE = re.compile(
    r"(?:\bon\s|\band\s|&\s?|[;,(]\s?|^)(?P<month>\d{1,2})/(?P<day>\d{1,2})(?!/)(?=\s?[:(-]?\s?\(?\d{2,3}\s?(?:%|percent))"
)
_LEVELS_BEFORE = re.compile(r"[CTLS]\d{1,2}[-/]\d.{0,12}$")


@dataclass(frozen=True, slots=True)
class Result:
    """One stated outcome. ``percent`` of relief and ``days`` of its duration, each None where unsaid."""

    percent: float | None
    source: str | None
    days: float | None
    dates: tuple[DateMention, ...]
    ordinal: int | None
    start: int
    end: int
    comparator: str = "="
    #: How the percentage is stated: as it is, or within bounds.
    stated: Stated = EXACT


#: "For maybe a week", "60-percent-for-6-weeks": hedges and hyphens between a number and its unit.
_HEDGE = re.compile(
    r"\b(?:maybe|perhaps|probably|roughly|about|around|approximately|approx\.?|nearly|almost|only|barely|just|another|the next|a good|easily|call (?:it|that))\s(?=(?:an?\b|\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half)\b)",
    re.I,
)
_HYPHEN = re.compile(
    r"(?<=\d)-(?=percent)|(?<=percent)-(?=for|x)|(?<=\bfor)-(?=\d)|(?<=\d)-(?=(?:day|week|month|hour)s\b)"
)
#: "Better than the first one - 85%": no range from one to 85.
_AFTER_ONE = re.compile(r"(?<=[a-z] one )[-–—](?= ?\d)", re.I)
#: "X 4 d", "for 3 d": days in one letter.
_SHORT_DAYS = re.compile(
    r"\b(?:x|for|lasted|lasting|held|about|,)\s?(?P<n>\d{1,2}(?:\.5)?)(?:\s?-\s?(?P<m>\d{1,2}))?\s?d\b(?=\s*(?:$|[.,;)|]))",
    re.I,
)


def readable(text: str) -> str:
    """The text, as long as before: hyphens between numbers and units opened, no range from "the first one - 85%"."""
    return _HYPHEN.sub(" ", _AFTER_ONE.sub(",", text))


def results_in(text: str, low: int, high: int, as_of: object = None, lenient: bool = False) -> list[Result]:
    """The outcomes stated in ``text[low:high]``, in order, each with the date and duration that stand with it.

    With ``lenient`` a bare percentage counts too: in a dated line of a block log nothing else can be meant.
    """
    text = readable(text)
    figures = figures_in(text, low, high, lenient)
    dates = [d for d in find_dates(text, as_of=as_of) if low <= d.start < high]  # type: ignore[arg-type]
    dates = [d for d in dates if not _VISIT.match(text[d.end : d.end + 14]) and not is_weeks(text, d)]
    dates = [d for d in dates if not _NOT_ITS_DATE.search(text[max(0, d.start - 28) : d.start])]
    dates = sorted([*dates, *_short_dates(text, low, high, dates)], key=lambda d: d.start)
    if not figures:
        told = _BENEFIT.search(text, low, high)
        days = _days(text, low, low, high) or _days(text, low, told.start(), high) if told else None
        return [Result(None, None, days, tuple(dates), None, low, high)] if days else []
    at, begins = _second_told(text, low, figures[0][2])
    if begins:
        # "the first carried him six weeks and the second was a dud": the first has no figure, but its time
        days = _days(text, low, at, begins) if _BENEFIT.search(text, low, begins) else None
        first = [Result(None, None, days, (), 1, low, begins)] if days else []
        return [*first, *results_in(text, begins, high, as_of, lenient)]
    edges = [low]
    leading = any(d.end <= figures[0][2] and d.precision != "year" for d in dates)
    for a, b in pairwise(figures):
        stop = b[2]
        if leading:
            # "On 6/3 90 %, and on 7/1 80 %": the date in front of a figure goes with it.
            stop = next((d.start for d in dates if a[3] <= d.start < b[2] and d.precision != "year"), b[2])
        seps = [m.start() for m in _SEPARATOR.finditer(text, a[3], stop)]
        edges.append(seps[-1] if seps else stop)
    edges.append(high)
    out: list[Result] = []
    for i, (percent, source, start, end, comparator, stated) in enumerate(figures):
        a, b = edges[i], edges[i + 1]
        own = _adjacent(text, _finest([d for d in dates if a <= d.start < b]))
        o = _ORDINAL.search(text, a, b)
        ordinal = None if o is None else 1 if o["one"] else 2 if o["two"] else 3
        out.append(
            Result(
                percent,
                source,
                _days(text, a, start, b),
                own,
                ordinal,
                max(a, min(start, a if own else start)),
                end,
                comparator,
                stated,
            )
        )
    return _respectively(text, _dated(out), figures[-1][3], high)


def _second_told(text: str, low: int, figure: int) -> tuple[int, int]:
    """Where the words on the first and on the second of two begin, if the first has no figure; else zeros."""
    told = list(_ORDINAL.finditer(text, low, figure))
    if len(told) < 2 or not told[0]["one"] or not told[-1]["two"]:
        return 0, 0
    seps = [m.end() for m in _SEPARATOR.finditer(text, told[0].end(), told[-1].start())]
    return (told[0].start(), seps[-1]) if seps else (0, 0)


def is_weeks(text: str, d: DateMention) -> bool:
    """Whether a "date" is a British span of weeks ("for 5/52")."""
    return d.precision == "month" and re.fullmatch(r"\d{1,2}/52", text[d.start : d.end]) is not None


def _dated(found: list[Result]) -> list[Result]:
    """Of "on May 4 and May 22; 85% and 88%": as many dates in front as figures, in order."""
    dates = found[0].dates
    if len(found) < 2 or len(dates) != len(found) or any(r.dates for r in found[1:]):
        return found
    return [replace(r, dates=(d,), ordinal=None) for r, d in zip(found, dates, strict=True)]


def _respectively(text: str, found: list[Result], start: int, high: int) -> list[Result]:
    """Of "85% and 88% relief, lasting five and two hours": as many spans behind the last figure as figures, in order."""
    if len(found) < 2 or (any(r.days for r in found[:-1]) and not _OCCASIONS.search(text[start:high])):
        return found
    spans = [d for d in find_durations(text[start:high], base=start) if d.kind == "span"]
    if len(spans) == 1 and (m := _PAIR.search(text[start:high])) is not None:
        first = parse_number(m["a"])
        last = parse_number(m["b"])
        if first is not None and last and len(found) == 2:
            unit = (
                spans[0].value_days / last
                if abs(spans[0].high_days - spans[0].low_days) < 1e-9
                else spans[0].high_days / last
            )
            return [
                replace(found[0], days=round(first * unit, 3)),
                replace(found[1], days=round(last * unit, 3)),
            ]
    if len(found) == 2 and (m := _OCCASIONS.search(text[start:high])) is not None:
        a, b = parse_number(m["a"]), parse_number(m["b"])
        one = next((d for d in find_durations(f"for 1 {m['unit']}") if d.kind == "span"), None)
        if a is not None and b is not None and one is not None:
            return [
                replace(found[0], days=round(a * one.value_days, 3)),
                replace(found[1], days=round(b * one.value_days, 3)),
            ]
    if len(spans) == len(found):
        return [replace(r, days=round(d.value_days, 3)) for r, d in zip(found, spans, strict=True)]
    return found


def _short_dates(text: str, low: int, high: int, known: list[DateMention]) -> list[DateMention]:
    """Month and day right before a figure: "on 1/8 (90%) and 2/5 (85%)"."""
    out: list[DateMention] = []
    for m in _SHORT_DATE.finditer(text, low, high):
        if any(d.start < m.end() and m.start() < d.end for d in known) or _LEVELS_BEFORE.search(
            text[max(0, m.start() - 24) : m.start("month")]
        ):
            continue
        month, day = int(m["month"]), int(m["day"])
        if 1 <= month <= 12 and 1 <= day <= 31:
            out.append(DateMention(None, "day", m.start("month"), m.end("day"), month=month, day=day))
    return out


def _finest(dates: list[DateMention]) -> tuple[DateMention, ...]:
    """The dates that name a day, else a month, else anything: "last winter ... on December 3" is the 3rd."""
    for precision in ("day", "month"):
        if own := tuple(d for d in dates if d.precision == precision):
            return own
    return tuple(d for d in dates if d.precision != "year") or tuple(dates)


def _adjacent(text: str, dates: tuple[DateMention, ...]) -> tuple[DateMention, ...]:
    """The first date, and those that are listed right behind it."""
    kept = list(dates[:1])
    for d in dates[1:]:
        if not re.fullmatch(
            r"[\s,&/]*(?:and\s)?(?:(?:then\s)?again\s)?(?:(?:on|in)\s)?", text[kept[-1].end : d.start], re.I
        ):
            break
        kept.append(d)
    return tuple(kept)


def _days(text: str, low: int, start: int, high: int) -> float | None:
    """How long the relief lasted: the span of time that stands with it, in days."""
    # hedges between a number and what leads to it ("for maybe a week") hide the span
    ahead = _HEDGE.sub("", text[low:start])
    text = ahead + _HEDGE.sub("", text[start:high])
    low, start, high = 0, len(ahead), len(text)
    for d in find_durations(text):
        lead = text[max(low, d.start - 40) : d.start]
        if d.kind != "span" and not (d.kind in {"until", "window", "after"} and _WORE.search(lead)):
            continue
        if _AT.search(lead) and not _WORE.search(lead):
            continue
        behind = text[d.end : d.end + 12]
        if re.search(r"\bwaste of (?:an? )?$", lead):
            continue
        if re.match(
            r"\s?(?:ago|later|old|post|s/p|hx|history|of (?:pt|physical|ther|care|conserv))", behind, re.I
        ):
            continue
        if d.start < start and not re.match(r"\s?(?:of\b|with\b|w/)", behind):
            continue
        if d.start - start > 110:
            continue
        return round(d.value_days, 3)
    short = _SHORT_DAYS.search(text, start, high)
    return (float(short["n"]) + float(short["m"] or short["n"])) / 2 if short is not None else None
