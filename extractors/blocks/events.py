"""From names and results to events: one a procedure, its repeats apart, its mentions together."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date

from extractors.blocks.agents import find_agents
from extractors.blocks.attributes import Attributes, attributes_of
from extractors.blocks.cues import cue
from extractors.blocks.naming import SILENT, Named, named_in
from extractors.blocks.results import Result, results_in
from extractors.blocks.setting import setting_of
from extractors.blocks.status import Status, status_of
from extractors.facts import Span
from extractors.note import Note, Sentence
from extractors.quantities import DateMention, find_laterality

#: How many sentences after a procedure may still report its result.
_REACH = 4
_WITHDRAWN = re.compile(r"\b(?:withdr(?:ew|awn|aw)|cancel\w*)\b[^.;]{0,30}\b(?:request|procedures?|injections?|blocks?|authori[sz]ation)\b", re.I)
#: A further line of a block log: "#2 10/14/25 ...", "07/31/2025 80% / 2h", "Repeat 1/8: 70%".
_LOG_LINE = re.compile(r"^\W*(?:#\s?\d|(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?\s\d|\d{1,2}/\d{1,2}(?:/\d{2,4})?\b|(?:on|again on)\s|repeat|second|2nd|same|again|block|session|set \d)", re.I)
_LINKED = re.compile(
    r"\b(?:relief|reliev\w*|diary|block|injection|procedure|better|improv\w*|lasted|wore off|pain|it was|helped|response|NRS|VAS)\b|->", re.I
)


@dataclass(eq=False)
class Event:
    """A procedure done, planned or declined, with all that the note says of it."""

    family: str
    kind: str
    status: str
    named: Named
    levels: tuple[str, ...] = ()
    laterality: str = "unknown"
    region: str | None = None
    date: DateMention | None = None
    ordinal: int | None = None
    count: int = 1
    percent: float | None = None
    source: str | None = None
    days: float | None = None
    agent: str | None = None
    volume: float | None = None
    weak: bool = False
    #: Index of the sentence that gave the levels.
    levels_at: int = -1
    spans: list[Span] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)


def same_date(a: DateMention | None, b: DateMention | None) -> bool | None:
    """Whether two date mentions agree as far as both go; None where one is missing."""
    if a is None or b is None:
        return None
    for x, y in ((a.year, b.year), (a.month, b.month), (a.day, b.day)):
        if x is not None and y is not None and x != y:
            return False
    return True


def finer(a: DateMention | None, b: DateMention | None) -> DateMention | None:
    """Of two dates that agree, the one that says more."""
    if a is None or b is None:
        return a or b
    return b if sum(x is not None for x in (b.year, b.month, b.day)) > sum(x is not None for x in (a.year, a.month, a.day)) else a


def _vertebrae(levels: tuple[str, ...]) -> set[str]:
    return {v for name in levels for v in name.split("-")}


def _clash(e: Event, a: Attributes) -> bool:
    """Whether attributes cannot belong to the event."""
    if same_date(e.date, a.date) is False:
        return True
    if e.ordinal and a.ordinal and e.ordinal != a.ordinal:
        return True
    if {e.laterality, a.laterality} == {"left", "right"}:
        return True
    if e.region and a.region and e.region != a.region and {e.region, a.region} != {"lumbar", "sacral"}:
        return True
    if "bilateral" in {e.laterality, a.laterality} and "unknown" not in {e.laterality, a.laterality} and e.laterality != a.laterality:
        if bool(e.levels) != bool(a.levels):
            return True
    return bool(e.levels and a.levels and not _vertebrae(e.levels) & _vertebrae(a.levels))


class EventReader:
    """Reads a note from top to bottom and keeps its events."""

    def __init__(self, note: Note) -> None:
        self.note = note
        self.setting = setting_of(note)
        self.events: list[Event] = []
        self._last: Event | None = None
        self._last_index = -99

    def read(self) -> list[Event]:
        """All events of the note, in the order of their first mention."""
        for sentence in self.note.sentences:
            named = named_in(sentence, self.note)
            if named:
                self._sentence(sentence, named)
            elif self._last is not None and sentence.index - self._last_index <= _REACH:
                self._report(sentence)
            if _WITHDRAWN.search(sentence.text):
                self._decline("", sentence.whole)
        self._twins()
        return self.events

    # ---- sentences that name a procedure
    def _sentence(self, sentence: Sentence, named: list[Named]) -> None:
        previous: Named | None = None
        inherited: Status | None = None
        shared: Attributes | None = None
        high = 0
        for i, n in enumerate(named):
            status = status_of(n, previous, inherited, self.note)
            a = attributes_of(n, previous is None, self.setting)
            if n.coordinated and shared is not None and a.laterality == "unknown":
                a = Attributes(a.levels, shared.laterality, a.region or shared.region, a.date, a.ordinal, a.count, a.same)
            low = 0 if previous is None else high
            high = self._result_end(sentence, n, named, i)
            found = [] if status.value in {None, "planned", "declined"} else self._outcomes(n, a, low, high)
            again = a.same or self._repeat(n)
            self._take(n, status, a, found, again)
            if n.coordinated and shared is not None and shared.laterality == "unknown" and a.laterality != "unknown" and self.events:
                self._share_side(n, previous, a.laterality)
            previous, inherited, shared = n, status, a

    def _outcomes(self, n: Named, a: Attributes, low: int, high: int) -> list[Result]:
        """Results in the words of a name; one in front ("70% from ...") takes date and duration from behind it."""
        text = n.sentence.text
        dated = (n.kind in {"medial_branch_block", "facet"} or n.form == "repeat") and a.date is not None
        found = results_in(text, low, high, self.setting.date, lenient=dated)
        if len(found) == 1 and found[0].percent is not None and found[0].end <= n.zone.left + 1 and a.date is not None:
            behind = results_in("relief " + text[n.zone.end : high], 0, 7 + high - n.zone.end)
            found = [replace(found[0], dates=(a.date,), days=behind[0].days if behind and behind[0].days else found[0].days)]
        return found

    def _share_side(self, n: Named, previous: Named | None, side: str) -> None:
        """ "Facet and bursa injections bilaterally": the side behind belongs to both."""
        if find_laterality(n.sentence.text[n.zone.left : n.zone.end]):
            return
        for e in self.events:
            if e.named is previous and e.laterality == "unknown":
                e.laterality = side

    def _result_end(self, sentence: Sentence, n: Named, named: list[Named], i: int) -> int:
        if i + 1 >= len(named):
            return len(sentence.text)
        nxt = named[i + 1].zone
        between = sentence.text[n.zone.end : nxt.left]
        # "... and 80% from the second block": the figure in front belongs to the next one.
        m = re.search(r"(?:,|;|\band\b|\bthen\b)[^,;]{0,60}(?:from|with|after|following)\s(?:the\s)?$", between)
        return n.zone.end + m.start() if m else nxt.left

    def _take(self, n: Named, status: Status, a: Attributes, found: list[Result], again: bool) -> None:
        if status.value is None:
            return
        if n.form == "anaphor" or n.form == "repeat":
            self._anaphor(n, status, a, found)
            return
        if status.value == "declined":
            if self._decline(n.kind, self._span(n), n.family):
                return
            self._new(n, status, a)
        elif status.value == "past":
            self._past(n, status, a, found, again)
        else:
            self._single(n, status, a, found)

    def _anaphor(self, n: Named, status: Status, a: Attributes, found: list[Result]) -> None:
        if status.value == "declined":
            self._decline("", self._span(n), n.family)
            return
        last = self._last
        if last is None or (n.family == "ablations" and last.family != "ablations"):
            return
        if n.form == "repeat":
            if last.status == "past" and (a.date or any(r.percent is not None for r in found)):
                event = self._copy(last, n, a)
                self._touch(event, n)
                self._assign(event, found, self._span(n))
            return
        if status.value in {"past", "performed"} and last.status in {"past", "performed"}:
            self._assign(last, found, self._span(n))

    def _continues(self, n: Named, a: Attributes) -> bool:
        """A list of nerves that the sentence splitter cut: "(L3, L4 MB; L5 DR)"."""
        last, i = self._last, n.sentence.index
        if n.mention.label != "branch_nerve" or last is None or last.kind != n.kind or i == 0 or self._last_index != i - 1:
            return False
        if not self.note.sentences[i - 1].text.rstrip().endswith(";"):
            return False
        last.levels = tuple(dict.fromkeys((*last.levels, *a.levels)))
        last.spans.append(self._span(n))
        return True

    def _past(self, n: Named, status: Status, a: Attributes, found: list[Result], again: bool) -> None:
        if self._last is not None and self._continues(n, a):
            last = self._last
            self._touch(last, n)
            self._drugs(last, n)
            self._assign(last, found, self._span(n))
            return
        figures = [r for r in found if r.percent is not None]
        fits = [e for e in self.events if e.kind == n.kind and e.family == n.family and e.status == "past" and not _clash(e, a)]
        dated = next((d for r in found for d in r.dates), None) if len(figures) == 1 else None
        if dated is not None and a.date is None:
            fits = [e for e in fits if same_date(e.date, dated) is not False]
        if len(figures) == 1 and not (n.form == "group" and a.count > 1):
            new = [e for e in fits if e.percent is None or abs(e.percent - (figures[0].percent or 0)) < 1.5]
            fits = new if (new or a.date or a.ordinal) else fits
        dates_known = a.date is not None and any(same_date(e.date, a.date) for e in fits)
        event: Event | None = None
        if fits and not (again and n.kind and (a.date is not None or status.why.startswith("cue")) and not dates_known and self._repeat(n)):
            fits.sort(key=lambda e: (-(same_date(e.date, a.date) is True), -(a.ordinal is not None and e.ordinal == a.ordinal)))
            event = fits[0]
            self._fill(event, n, a, status)
            if a.same:
                self._like(event, n)
        if event is None:
            model = self._model(n) if again or (a.ordinal or 1) > 1 else None
            event = self._copy(model, n, a) if model is not None else self._new(n, status, a)
        if a.count > 1 and n.form == "group" and len([e for e in self.events if e.kind == n.kind and e.status == "past"]) >= a.count:
            self._touch(event, n)
            return
        self._touch(event, n)
        self._assign(event, found, self._span(n))

    def _like(self, event: Event, n: Named) -> None:
        """ "Same nerves": levels and side of another one of the kind."""
        for e in reversed(self.events):
            if e is not event and e.family == event.family and e.kind == event.kind and e.levels:
                event.levels = event.levels or e.levels
                event.laterality = e.laterality if event.laterality == "unknown" else event.laterality
                event.region = event.region or e.region
                event.steps.append("levels<-same")
                return

    def _repeat(self, n: Named) -> bool:
        """Whether "repeated" (not "same levels") says that it was done anew."""
        text = n.sentence.text
        return re.search(r"\brepeated\b", text[max(0, n.zone.start - 70) : n.zone.end + 30], re.I) is not None

    def _model(self, n: Named) -> Event | None:
        for e in reversed(self.events):
            if e.family == n.family and e.kind == n.kind and e.status in {"past", "performed"}:
                return e
        return None

    def _single(self, n: Named, status: Status, a: Attributes, found: list[Result]) -> None:
        """Planned and performed: one event a kind, unless region or side say otherwise."""
        own = [e for e in self.events if e.kind == n.kind and e.family == n.family and e.status == status.value]
        for e in own:
            if e.region and a.region and e.region != a.region and {e.region, a.region} != {"lumbar", "sacral"}:
                continue
            if status.value == "performed" and {e.laterality, a.laterality} == {"left", "right"}:
                e.laterality = "bilateral"
            elif {e.laterality, a.laterality} == {"left", "right"} and n.sentence is not e.named.sentence:
                continue
            self._union(e, a, n)
            self._fill(e, n, Attributes((), a.laterality, a.region, a.date, a.ordinal, a.count), status)
            self._touch(e, n)
            if status.value == "performed":
                self._assign(e, [r for r in found if r.source == "percent"], self._span(n))
            return
        event = self._new(n, status, a)
        self._touch(event, n)
        if status.value == "performed":
            self._assign(event, [r for r in found if r.source == "percent"], self._span(n))

    def _union(self, e: Event, a: Attributes, n: Named) -> None:
        if not a.levels:
            return
        alike = {"-" in x for x in e.levels} == {"-" in x for x in a.levels}
        near = n.sentence.index - e.levels_at <= 6
        if not e.levels:
            e.levels = a.levels
            e.levels_at = n.sentence.index
        elif alike and near:
            e.levels = tuple(dict.fromkeys((*e.levels, *a.levels)))

    # ---- results
    def _report(self, sentence: Sentence) -> None:
        """A sentence without a procedure's name that may report on the last one."""
        last = self._last
        text = sentence.text
        if last is None or last.status not in {"past", "performed"} or sentence.section.category in SILENT:
            return
        if cue("other_subject").search(text) or cue("criteria").search(text):
            if not re.search(r"\b(?:blocks?|injections?|lidocaine|bupiv\w*)\b", text, re.I):
                self._last = None
            return
        line = last.status == "past" and _LOG_LINE.match(text) is not None and last.family == "injections"
        found = results_in(text, 0, len(text), self.setting.date, lenient=line)
        if last.status == "performed":
            found = [r for r in found if r.source == "percent"]
        found = [r for r in found if r.percent is not None or last.days is None]
        if not found or not (line or _LINKED.search(text)) or (cue("hypothetical").search(text) and not found[0].dates):
            if last.percent is not None and last.days is None:
                self._carried(last, sentence)
            return
        if last.percent is not None and not any(r.dates or r.ordinal for r in found) and sentence.index - self._last_index > 1:
            return
        self._last_index = sentence.index
        self._assign(last, found, sentence.whole)

    def _carried(self, last: Event, sentence: Sentence) -> None:
        """A page break between "60 percent relief for" and "three months"."""
        tail = self.note.text[: last.spans[-1].end] if last.spans else ""
        if not re.search(r"\b(?:for|x|lasting|lasted)\s*$", tail[-12:], re.I):
            return
        found = results_in("relief for " + sentence.text[:60], 0, 71)
        if found and found[0].days and re.match(r"\s*(?:about |approximately )?\w+[\s-](?:hours?|days?|weeks?|months?|years?)", sentence.text):
            last.days = found[0].days
            last.spans.append(sentence.span(0, min(len(sentence.text), 40)))
            last.steps.append("relief_days<-after_page_break")

    def _assign(self, event: Event, found: list[Result], span: Span) -> None:
        """Give results to the event, and further ones to its repeats."""
        current = event
        for i, r in enumerate(found):
            if r.percent is None:
                if r.dates and same_date(current.date, r.dates[0]) is False:
                    current = self._copy(current, current.named, Attributes(date=r.dates[0]))
                    current.spans = [span]
                if current.days is None:
                    current.days = r.days
                continue
            if r.comparator in {">", "<", ">=", "<="} and current.percent is not None:
                continue
            dates = list(r.dates) or [None]
            for k, d in enumerate(dates):
                if k and same_date(d, dates[0]):
                    continue
                target = self._target(current, r, d, i + k, len(found) > 1)
                if target is None:
                    target = self._copy(current, current.named, Attributes(date=d, ordinal=r.ordinal))
                if target.percent is None or (r.source != "scores" and r.percent > target.percent):
                    target.percent, target.source = r.percent, r.source
                    target.steps.append(f"percent_relief<-{r.source}")
                target.days = target.days or r.days
                target.date = finer(target.date, d)
                target.ordinal = target.ordinal or r.ordinal
                if span not in target.spans:
                    target.spans.append(span)
                current = target

    def _twins(self) -> None:
        """ "Both blocks gave 90 %": two events with the same result, where no second one is told apart."""
        for event in list(self.events):
            if event.count != 2 or event.percent is None or event.status != "past" or event.kind != "medial_branch_block":
                continue
            if sum(e.kind == event.kind and e.status == "past" for e in self.events) == 1:
                twin = self._copy(event, event.named, Attributes())
                twin.percent, twin.source, twin.days = event.percent, event.source, event.days
                twin.spans = list(event.spans)
                twin.steps.append("event<-both")

    def _target(self, current: Event, r: Result, d: DateMention | None, i: int, many: bool) -> Event | None:
        """The event that a result belongs to; None where it tells of another one of the same kind."""
        own = [e for e in self.events if e.kind == current.kind and e.family == current.family and e.status == current.status]
        if d is not None:
            for e in own:
                if same_date(e.date, d):
                    return e
        if r.ordinal is not None:
            for e in own:
                if e.ordinal == r.ordinal:
                    return e
        clash = same_date(current.date, d) is False or bool(r.ordinal and current.ordinal and r.ordinal != current.ordinal)
        if clash:
            return next((e for e in own if e.percent is None and same_date(e.date, d) is None and not (e.ordinal and r.ordinal)), None)
        if current.percent is None or i == 0 and current.percent == r.percent:
            return current
        told_apart = d is not None or (r.ordinal or 1) > 1 or (many and current.count > 1 and i > 0)
        return None if told_apart else current

    # ---- making events
    def _span(self, n: Named) -> Span:
        text, z = n.sentence.text, n.zone
        left, right = z.left, min(z.right, z.end + 170)
        cut = re.search(r"(?:\.|;)\s", text[z.end : right])
        if cut:
            right = z.end + cut.start() + 1
        while right > z.end and text[right - 1] in " ,;":
            right -= 1
        return n.sentence.span(left, max(right, z.end))

    def _new(self, n: Named, status: Status, a: Attributes) -> Event:
        event = Event(
            n.family, n.kind, str(status.value), n, a.levels, a.laterality, a.region, a.date, a.ordinal, a.count,
            weak=status.weak, levels_at=n.sentence.index if a.levels else -1, spans=[self._span(n)], steps=[f"status:{status.value}<-{status.why}"],
        )  # fmt: skip
        self._drugs(event, n)
        self.events.append(event)
        return event

    def _drugs(self, event: Event, n: Named) -> None:
        for agent in find_agents(n.sentence.text[n.zone.left : n.zone.right]):
            if event.agent is None or not agent.steroid:
                event.agent, event.volume = agent.name, agent.volume
                if not agent.steroid:
                    return

    def _copy(self, model: Event, n: Named, a: Attributes) -> Event:
        """Another one of the model's kind, with its levels and side where its own are unsaid."""
        event = Event(
            model.family, model.kind, model.status, n, a.levels or model.levels,
            a.laterality if a.laterality != "unknown" else model.laterality, a.region or model.region, a.date, a.ordinal,
            spans=[self._span(n)], steps=[f"status:{model.status}<-repeat", "levels<-same"],
        )  # fmt: skip
        if n is not model.named:
            self._drugs(event, n)
        self.events.append(event)
        return event

    def _fill(self, e: Event, n: Named, a: Attributes, status: Status) -> None:
        e.levels = e.levels or a.levels
        e.laterality = a.laterality if e.laterality == "unknown" else e.laterality
        e.region = e.region or a.region
        e.date = e.date or a.date
        e.ordinal = e.ordinal or a.ordinal
        e.count = max(e.count, a.count)
        e.weak = e.weak and status.weak
        if len(e.spans) < 4 and (a.levels or a.date or a.laterality != "unknown"):
            e.spans.append(self._span(n))
        if e.agent is None:
            self._drugs(e, n)

    def _touch(self, event: Event, n: Named) -> None:
        self._last, self._last_index = event, n.sentence.index

    def _decline(self, kind: str, span: Span, family: str | None = None) -> bool:
        """Turn planned events of that kind (any, for a bare word) into declined ones; False where there is none."""
        hit = False
        for e in self.events:
            if e.status == "planned" and (family is None or e.family == family) and (not kind or e.kind == kind):
                e.status = "declined"
                e.spans.append(span)
                e.steps.append("status:declined<-later")
                hit = True
            elif e.status == "declined" and e.kind == kind and e.family == family:
                hit = True
        return hit


def default_year(note: Note) -> date | None:
    """The note's date, from which dates without a year are resolved."""
    return setting_of(note).date


def events_of(note: Note) -> list[Event]:
    """The injections and ablations of a note, settled; made once a note."""
    from extractors.blocks.settle import settle

    return note.once("blocks.events", lambda n: settle(EventReader(n).read(), n))
