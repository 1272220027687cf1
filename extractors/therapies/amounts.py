"""How long, how many visits, and from when to when a therapy went on."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass, replace

from extractors.quantities import (
    DateMention,
    find_date_ranges,
    find_dates,
    find_durations,
    find_sessions,
    find_since,
)
from extractors.quantities.bounds import EXACT, Stated
from extractors.quantities.date_ranges import month_bounds
from extractors.quantities.durations import Duration
from extractors.therapies.statement import Statement

#: A length behind these words is that of the relief, of the pain, or of the wait, not of the therapy.
_NOT_CARE_BEFORE = re.compile(
    r"\b(?:relief|helps?|helped|effects?|gains?|gone|loosen\w*|looser|eases?|eased|sooth\w+|settl\w+|calm\w*|feels?|felt|comfort\w*|good|fine|great|nice|better|pain|LBP|symptoms?|hx|history|injury|improv\w+|only(?! \d+ (?:weeks|wks))|temporary|lasting|lasts|lasted|(?<!the )last|wore off|edge off|pain[- ]free|worse|within|age|gave|gives|gave (?:him|her)|bought|buys|on|rtc|f/?u|follow[- ]?up|return|recheck)\b[^.;,|\n]{0,24}$",
    re.IGNORECASE,
)
#: "but only three weeks so far": the length is the care's, however short.
_ONLY = re.compile(r"\bonly\s?$", re.IGNORECASE)
_NOT_CARE_AFTER = re.compile(
    r"^\s?(?:(?:of )?(?:good )?(?:relief|pain|benefit|improvement|comfort|ease|respite|help)|each time|pain[- ]free|hx\b|history|later|post|after|of (?:back|neck|leg|low))",
    re.IGNORECASE,
)
_FIRM_LEAD = re.compile(
    r"(?:\bfor|\bx|×|\bover|\bof|\btotal of|\bcompleted|\bdid|\bhad|\battended|\bduring)\s?(?:about |approximately |roughly |~|at least |over |the past |the last |a period of |a total of |only |another )*$",
    re.IGNORECASE,
)


#: "Prescribed for eight weeks; he completed four": the length that was ordered, beside another.
_ORDERED_FOR = re.compile(
    r"\b(?:prescribed|ordered|authori[sz]ed|planned|approved|scheduled|recommended|intended|advised)\b[^.;,\n]{0,16}$",
    re.I,
)
#: "Continue for two weeks": how long it shall go on.
_GO_ON = re.compile(
    r"(?:^|[.;:] )\W{0,3}(?:please )?(?:continue|cont\.?|keep|finish|stay on)\b[^.;]{0,40}$", re.IGNORECASE
)
#: "Six weeks, correction, seven weeks".
_CORRECTED = re.compile(r"\b(?:correction|scratch that|make that|i mean|rather|sorry)\b", re.IGNORECASE)
#: "12 weeks of [supervised outpatient] therapy"
_LEADS_UP = re.compile(
    r"^'?\s?(?:course |trial |period |block )?(?:of|worth of)\s(?!pain|relief|symptoms)[\w ,-]{0,40}$",
    re.IGNORECASE,
)


#: "ten weeks of PT", "a six-week course of therapy"
_DIRECTLY = re.compile(
    r"^'?\s(?:course |trial |period |block )?of\s(?:(?:formal|supervised|outpatient|skilled|directed|physical|home|active|structured|intensive|daily|regular)[ ,]+){0,3}$",
    re.IGNORECASE,
)
#: "5 days a week", "2 x week": rates, no lengths and no counts.
_OF_EACH = re.compile(
    r"\s?(?:a|an|per|each|every|/|out of (?:the|a))\s?(?:week|wk|month|mo|day)\b", re.IGNORECASE
)
_A_WEEK = re.compile(
    r".?\s?(?:x|times)?\s?(?:a|per|/|each|every)?\s?(?:week|wk|month|day)(?:ly)?\b", re.IGNORECASE
)
#: "the ten-week back rehabilitation programme"
_ADJECTIVAL = re.compile(
    r"^[ (](?:\w+|\d{1,2})-(?:week|month|wk)s?\b(?: (?!history|relief|h/o|hx|supply|of|follow)\w+){0,4}\s?$",
    re.I,
)


#: "great for 4 days", "takes two points off for a day"
_EASED_FOR = re.compile(r"\b(?:great|good|fine|nice|points?|off)\b[^.;,|\n]{0,12}$", re.IGNORECASE)
#: Labelled blanks of a form: "weeks: 6", "visits 15".
_WEEKS_CELL = re.compile(
    r"(?:^|[|#:\s])(?:weeks|wks)(?: completed| done| tried)?\s?[:=#]?\s?_*(\d{1,2})_*(?![\w/.-])",
    re.IGNORECASE,
)
_VISITS_CELL = re.compile(
    r"\b(?:visits?|sessions?)(?: attended| completed)?\s?[:=]?\s?_*(\d{1,3})\b(?!/)", re.IGNORECASE
)
_BEGUN = re.compile(
    r"\b(?:started|begun|began|commenced|initiated|introduced)\b[^.;\n]{0,30}$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Amounts:
    """Weeks, visits, and partial dates ("2024", "2024-10", "2024-10-07"); None where not stated."""

    weeks: float | None = None
    sessions: float | None = None
    start: str | None = None
    end: str | None = None
    steps: tuple[str, ...] = ()
    #: How the weeks are stated: as they are, or within bounds.
    stated: Stated = EXACT


def partial_date(d: DateMention | None) -> str | None:
    """The date as precisely as the note states it."""
    if d is None or d.year is None:
        return None
    if d.month is None:
        return f"{d.year:04d}"
    if d.day is None or d.precision == "month":
        return f"{d.year:04d}-{d.month:02d}"
    return f"{d.year:04d}-{d.month:02d}-{d.day:02d}"


def _range(text: str, as_of: dt.date | None) -> Amounts | None:
    for r in find_date_ranges(text, as_of=as_of):
        if r.last is None and not r.open:
            continue
        stated = Stated("range", *r.bounds) if r.bounds and r.weeks is not None else EXACT
        return Amounts(
            r.weeks, None, partial_date(r.first), partial_date(r.last), ("weeks<-date_range",), stated
        )
    return None


def _length(text: str, planned: bool, skip: int = 0) -> Duration | None:
    """The first stretch of time that is the therapy's own; the first ``skip`` characters are its name."""
    found = find_durations(text)
    for d, later in zip(found, [*found[1:], None], strict=False):
        ahead = (
            planned
            and d.kind in ("until", "window")
            and re.search(r"\b(?:over|for|x) (?:the )?(?:next )?$", text[: d.start], re.I)
        )
        if d.kind != "span" and not ahead:
            continue
        if d.unit in ("hour", "minute", "second") or _OF_EACH.match(text[d.end :]):
            continue
        before = text[max(skip, d.start - 40) : d.start]
        if later is not None and not planned and _ORDERED_FOR.search(before):
            continue
        if later is not None and _CORRECTED.search(text[d.end : later.start]):
            continue
        counted = re.search(r"(?:\bx|×|\bfor)\s?$", before) is not None or text[d.start] in "x×"
        spent = counted and re.match(r"\s?(?:post|after)\b", text[d.end :], re.IGNORECASE) is not None
        if (_NOT_CARE_AFTER.match(text[d.end :]) and not spent) or (
            (
                _NOT_CARE_BEFORE.search(_ONLY.sub("", before) if d.unit in ("week", "month") else before)
                or (d.weeks < 1 and _EASED_FOR.search(before))
            )
            and not re.search(r"(?:\bx|×|\()\s?$", before)
        ):
            continue
        return d
    return None


def _own_length(statement: Statement, index: int, planned: bool) -> Duration | None:
    """The length behind the therapy's name, else one that leads up to it ("eight weeks of therapy")."""
    name = statement.mentions[index].text
    lead = re.split(r"[,;:.(] ", statement.own_before[index])[-1]
    for d in find_durations(lead):
        if d.kind == "span" and d.unit not in ("hour", "minute", "second") and _DIRECTLY.match(lead[d.end :]):
            return d
    length = _length(name + statement.own_after[index], planned, len(name))
    if length is not None:
        return length
    adjectival = [
        d
        for d in find_durations(lead)
        if d.kind == "span" and _ADJECTIVAL.match(lead[d.start - 1 :] if d.start else " " + lead)
    ]
    if adjectival:
        return adjectival[-1]
    for d in find_durations(lead):
        between = lead[d.end :]
        if d.kind == "span" and d.unit not in ("hour", "minute", "second") and _LEADS_UP.match(between):
            return d
    return _length(lead[-60:] + name, planned)


def _since(text: str, as_of: dt.date | None, last_end: dt.date | None) -> Amounts | None:
    """A stretch that reaches to the note: "since January", "since d/c" (the end of the last dated course)."""
    for s in find_since(text, as_of=as_of):
        first = (
            s.date.value
            if s.date is not None
            else (last_end if s.event in ("d/c", "discharge", "then") else None)
        )
        if (
            first is None
            or as_of is None
            or first >= as_of
            or (s.date is not None and s.date.precision == "year")
        ):
            continue
        start = partial_date(s.date) if s.date else first.isoformat()
        weeks = round((as_of - first).days / 7, 2)
        stated = _since_month(s.date, as_of)
        return Amounts(weeks, None, start, None, ("weeks<-since",), stated)
    return None


def _begun_ago(text: str) -> Amounts | None:
    """A therapy that goes on and was begun some time ago ("started 4 months ago")."""
    for d in find_durations(text):
        if d.kind == "ago" and _BEGUN.search(text[: d.start]):
            return Amounts(round(d.weeks, 2), steps=("weeks<-begun_ago",), stated=d.stated_weeks)
    return None


def _since_month(start: DateMention | None, as_of: dt.date) -> Stated:
    """Bounds of a stretch that began in a month without a day."""
    if start is None or start.precision != "month" or start.year is None or start.month is None:
        return EXACT
    last = dt.date(start.year, start.month, calendar.monthrange(start.year, start.month)[1])
    bounds = month_bounds((dt.date(start.year, start.month, 1), last), (as_of, as_of))
    return Stated("range", *bounds) if bounds else EXACT


def _with_columns(statement: Statement, own: str, out: Amounts) -> Amounts:
    """What the cells of a row add: labelled blanks, and the count under a heading."""
    if out.weeks is None and (label := _WEEKS_CELL.search(own)):
        out = replace(out, weeks=float(label[1]), steps=(*out.steps, "weeks<-column"))
    if statement.row is not None and out.sessions is None:
        label = _VISITS_CELL.search(own)
        count = float(label[1]) if label else statement.row.visits
        if count is not None:
            out = replace(out, sessions=count, steps=(*out.steps, "sessions<-column"))
    return out


def amounts_of(
    statement: Statement, index: int, status: str, as_of: dt.date | None, last_end: dt.date | None
) -> Amounts:
    """Length, visits and dates of the ``index``-th therapy of the statement.

    Parameters
    ----------
    as_of
        The note's date, for "since"; None leaves such lengths out.
    last_end
        The end of the last dated course before this statement ("since discharge").
    """
    text = statement.sentence.text
    name = statement.mentions[index].text
    own = statement.own_before[index] + name + statement.own_after[index]
    many = len(statement.mentions) > 1
    in_plan = statement.places[index].kind == "plan" or _GO_ON.search(statement.before) is not None
    places = [own]
    if many and not any(
        find_durations(text[x:y]) for k, (x, y) in statement.spans.items() if k + 1 < len(statement.mentions)
    ):
        places.append(statement.after)
    places += [t.text for t in statement.tail]
    out = Amounts()
    for place in places:
        found = _range(place, as_of)
        if found is None:
            length = (
                _own_length(statement, index, status == "planned")
                if place is own
                else _length(place, status == "planned")
            )
            if length is not None:
                weeks = round(length.weeks, 2)
                found = Amounts(weeks, steps=("weeks<-duration",), stated=length.stated_weeks)
        elif found.start and len(found.start) <= 7:
            # "NOV-DEC 2024, 7 visits over 7 wks": a stated length is finer than two months without a day.
            finer = _length(place, status == "planned")
            if finer is not None and found.weeks and 0.4 < finer.weeks / found.weeks < 2.5:
                found = replace(found, weeks=round(finer.weeks, 2), stated=finer.stated_weeks)
        if found is not None and in_plan and status == "current":
            found = None  # in a plan: how long it shall go on
        if found is None and place is own and status == "current":
            found = _begun_ago(place)
        if found is None and place is own and status == "current":
            found = _since(place, as_of, last_end)
        if found is not None:
            out = found
            break
    for place in places:
        visits = [
            s for s in find_sessions(place) if s.noun != "round" and not _A_WEEK.match(place[s.end - 1 :])
        ]
        if visits:
            out = replace(out, sessions=visits[0].count, steps=(*out.steps, "sessions<-visits"))
            break
    out = _with_columns(statement, own, out)
    if out.start is None and status in ("past", "current"):
        dates = [
            d for d in find_dates(own, as_of=as_of) if d.year is not None and d.year > 1975 and not d.inferred
        ]
        if len(dates) == 1:
            out = replace(out, start=partial_date(dates[0]))
    return out
