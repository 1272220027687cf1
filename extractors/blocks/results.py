"""What a procedure brought: per cent of relief, how long it lasted, on which date or which of several."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from extractors.blocks.outcomes import effects
from extractors.quantities import (
    DateMention,
    find_dates,
    find_durations,
    find_percents,
    find_relief,
    parse_number,
)
from extractors.quantities.bounds import EXACT, Stated
from extractors.quantities.numbers import NUMBER

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
    r"\b(?:good for|held|numb(?:ed)?|gone|eased?|edge off|respite|faded|as good|worked for|settled|quiet(?:ed)?|relief|reliev\w*|help\w*|better|benefit\w*|last(?:ed|ing)|improv\w*|pain[- ]free|w(?:ore|orn|earing|ears) off|effective|good results?|good response)\b",
    re.I,
)
_SHARES = {
    "four fifth": 80.0, "three fifth": 60.0, "two fifth": 40.0, "nine tenth": 90.0, "eight tenth": 80.0, "seven tenth": 70.0,
    "three quarter": 75.0, "three fourth": 75.0, "two third": 67.0,
}  # fmt: skip
_FRACTION = re.compile(
    r"\b(?:four[\s-]+fifths?|three[\s-]+fifths?|two[\s-]+fifths?|nine[\s-]+tenths?|eight[\s-]+tenths?|seven[\s-]+tenths?|three[\s-]+quarters?|three[\s-]+fourths?|two[\s-]+thirds?)\b",
    re.I,
)
_EFFECT = re.compile(
    r"\b(?:relief|reliev\w*|better|improv\w*|gone|less pain|reduc\w+|of (?:the|her|his|my) pain|took away)\b",
    re.I,
)
_NOT_SHARE = re.compile(r"\s(?:of (?:an? )?(?:hour|day|week|month|year|mile)|remain|left|as bad)", re.I)
#: The date of the visit at which relief was reported is not the procedure's.
_VISIT = re.compile(
    r"\W{0,2}(?:(?:office|clinic|follow[- ]?up|f/u|fu|review|phone|tele\w*|last)\s){0,2}(?:visit|follow|f/u|appt|appointment|review|note|call|check)",
    re.I,
)
#: "Without any significant relief" has no figure, but says that the procedure brought nothing worth naming.
_NOTHING = re.compile(
    r"(?:[:,;–—>-]|(?<=[a-z0-9] )(?<=\d )|\b(?:gave|got|with|was|brought|produced|elsewhere|result|yielded|provided)(?: (?:him|her|me|us|them))?)\s*[\"“]?(?:absolutely |precisely |exactly )?(?:zero|nil|nothing|nada|zip)\b(?: at all| whatsoever)?(?! (?:but|for|on|after|to do|more|until|else|by mouth|abnormal|new|acute|further))(?=\s*(?:$|[.,;!)\"”]|and\b|at\b|from\b|in\b))"
    r"|\b(?:with )?(?:nothing|little) to show for (?:it|them)\b|\bw/o (?:any )?(?:relief|benefit|help|improvement|effect)\b|\bto no avail\b"
    r"|\b(?:of|was|were) no (?:use|avail|value|good|help|account)\b|\buseless\b|\bwaste of time\b|(?:\bnot|n['’]t|\bnever) (?:really )?(?:notice|see|feel|tell|detect|note)(?:d)? (?:a|any|the|much of a) (?:difference|change|improvement|benefit)\b"
    r"|\b(?:did not|didn't|never) (?:even |really )?touch(?:ed)?(?: it| her| him| the pain| things)?\b(?! (?:on|the (?!pain)))|\bno better (?:for it|after(?:wards)?|at all)\b|\bhelped not at all\b|\bdid (?:absolutely )?nothing(?: at all| whatsoever| for (?:her|him|me|it|the pain))?\b|\bno (?:real |noticeable )?change(?: at all| whatsoever)?(?=\s*(?:$|[.;,\"”]|in (?:the |her |his )?pain))|"
    r"\b(?:no|without|without any|not? (?:have|had|get|got|give|given|provide|provided)(?: \w+)? any|denie[sd] any)\s(?:any\s)?(?:significant|real|appreciable|meaningful|noticeable|substantial)\s(?:pain\s)?(?:relief|benefit|improvement|help)\b",
    re.I,
)
_RESOLVED = re.compile(
    r"\bcleared (?:it|(?:her|his|the|all) (?:\w+ )?(?:pain|symptoms)) (?:completely|entirely|totally|altogether)\b|\btook (?:away )?all (?:of )?(?:the |her |his )?(?:\w+ )?pain(?: away)?\b|\b(?:pain|symptoms?|radicul\w+|sciatica|neuritis|headaches?|it)\b[^.;]{0,30}\b(?:resolved|gone|disappeared|abolished)\b|\bresolution of (?:her|his|the|all) (?:\w+ )?(?:symptoms|pain)\b",
    re.I,
)
_PARTLY = re.compile(
    r"\b(?:not|partial\w*|mostly|nearly|almost|largely|incomplete\w*|some|never|hasn't|half|third|quarter|most|much|percent|bulk|\d+ ?%)\b",
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
#: A form's field: "% relief 85", "Percent improvement: 70".
_HEADED = re.compile(
    r"(?:%|\bpercent(?:age)?|\bpct)\s?(?:of\s)?(?:pain\s)?(?:relief|improve\w*|reduction|benefit|better)\s?(?:reported|obtained)?\s?[:=]?\s?(?P<n>\d{1,3})(?![\d/.])(?!\s?(?:hours?|hrs?|h\b|days?|weeks?|months?|min))",
    re.I,
)
#: "Back went from seven to two": scores, whatever is said to have fallen.
_FELL = re.compile(
    r"\b(?:went|dropped|fell|came|brought|taken|down|decreas\w+|reduc\w+|improv\w+)(?: down)? from (?:an? |about |her |his |usual )?(?P<a>\w+)(?: ?/ ?10| out of (?:10|ten))? (?:down )?to (?:an? |about )?(?P<b>\w+)\b(?! ?(?:mg|feet|minutes?|weeks?|visits?|percent|tabs?|pills?|per|times|days?|degrees|lbs?|%))",
    re.I,
)
#: "Pain 7 to 2 for four hours".
_PAIN_TO = re.compile(
    r"\b(?:pain|NRS|VAS|NPRS|scores?)\b[^.;\d]{0,16}(?P<a>10|\d)(?:\s?/\s?10)? (?:down )?to (?:an? )?(?P<b>10|\d)(?:\s?/\s?10)?(?![\d/%]|\s?(?:%|percent|weeks?|days?|months?|hours?|hrs?|mg|times))",
    re.I,
)
#: "Eighty five and ninety percent": the first of two figures shares the unit of the second.
_FIRST_OF_TWO = re.compile(rf"(?<![\d/.,-])(?P<n>{NUMBER})\s?(?:and|&)\s?$", re.I)
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


def _worded(text: str, low: int, high: int) -> Iterator[tuple[float, int, int]]:
    """Effects told in words alone: per cent, start, end."""
    for pattern, value in ((_NOTHING, 0.0), (_RESOLVED, 100.0)):
        for m in pattern.finditer(text, low, high):
            if not (value and _PARTLY.search(text, max(0, m.start() - 20), m.end())):
                yield value, m.start(), m.end()
    yield from effects(text, low, high)


def _figures(
    text: str, low: int, high: int, lenient: bool = False
) -> list[tuple[float, str, int, int, str, Stated]]:
    found: list[tuple[float, str, int, int, str, Stated]] = [
        (r.percent, r.source, r.start, r.end, r.comparator, r.stated)
        for r in find_relief(text)
        if low <= r.start < high and 0 <= r.percent <= 100
    ]
    if lenient:
        for p in find_percents(text):
            if (
                p.role == "other"
                and p.value >= 10
                and low <= p.start < high
                and p.value <= 100
                and not any(abs(p.start - f[2]) < 4 for f in found)
            ):
                found.append((p.value, "percent", p.start, p.end, p.comparator, p.stated))
    for m in _HEADED.finditer(text, low, high):
        if float(m["n"]) <= 100 and not any(abs(m.start("n") - f[2]) < 4 for f in found):
            found.append((float(m["n"]), "percent", m.start(), m.end(), "=", EXACT))
    found += _shared(text, low, found)
    for m in (x for pattern in (_FELL, _PAIN_TO) for x in pattern.finditer(text, low, high)):
        before, after = parse_number(m["a"]), parse_number(m["b"])
        if (
            before
            and after is not None
            and after < before <= 10
            and not any(m.start() < f[3] and f[2] < m.end() for f in found)
        ):
            found.append(
                (float(round((before - after) / before * 100)), "scores", m.start(), m.end(), "=", EXACT)
            )
    for m in _FRACTION.finditer(text, low, high):
        near = text[max(low, m.start() - 36) : min(high, m.end() + 36)]
        if (
            _EFFECT.search(near)
            and not _NOT_SHARE.match(text[m.end() : m.end() + 16])
            and not any(m.start() < f[3] + 4 and f[2] < m.end() + 4 for f in found)
        ):
            found.append(
                (
                    _SHARES[re.sub(r"[\s-]+", " ", m.group().lower()).rstrip("s")],
                    "words",
                    m.start(),
                    m.end(),
                    "=",
                    Stated(),
                )
            )
    for value, start, end in _worded(text, low, high):
        if not any(start < f[3] + 30 and f[2] < end + 30 for f in found):
            found.append((value, "words", start, end, "=", EXACT))
    return sorted(found, key=lambda f: f[2])


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


def _shared(
    text: str, low: int, found: list[tuple[float, str, int, int, str, Stated]]
) -> list[tuple[float, str, int, int, str, Stated]]:
    """Figures in front of a percentage that have their unit from it ("85 and 90 %")."""
    out: list[tuple[float, str, int, int, str, Stated]] = []
    for f in found:
        m = _FIRST_OF_TWO.search(text, max(low, f[2] - 24), f[2]) if f[1] == "percent" else None
        value = parse_number(m["n"]) if m is not None else None
        if m is None or value is None or not 10 <= value <= 100:
            continue
        if not any(m.start("n") < o[3] and o[2] < m.end("n") for o in found):
            out.append((value, "percent", m.start("n"), m.end("n"), "=", EXACT))
    return out


def results_in(text: str, low: int, high: int, as_of: object = None, lenient: bool = False) -> list[Result]:
    """The outcomes stated in ``text[low:high]``, in order, each with the date and duration that stand with it.

    With ``lenient`` a bare percentage counts too: in a dated line of a block log nothing else can be meant.
    """
    text = readable(text)
    figures = _figures(text, low, high, lenient)
    dates = [d for d in find_dates(text, as_of=as_of) if low <= d.start < high]  # type: ignore[arg-type]
    dates = [d for d in dates if not _VISIT.match(text[d.end : d.end + 14]) and not is_weeks(text, d)]
    dates = [d for d in dates if not _NOT_ITS_DATE.search(text[max(0, d.start - 28) : d.start])]
    dates = sorted([*dates, *_short_dates(text, low, high, dates)], key=lambda d: d.start)
    if not figures:
        days = _days(text, low, low, high) if _BENEFIT.search(text, low, high) else None
        return [Result(None, None, days, tuple(dates), None, low, high)] if days else []
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
        own = tuple(d for d in dates if a <= d.start < b and d.precision != "year") or tuple(
            d for d in dates if a <= d.start < b
        )
        own = _adjacent(text, own)
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
