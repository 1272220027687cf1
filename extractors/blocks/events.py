"""From names and results to events: one a procedure, its repeats apart, its mentions together."""

from __future__ import annotations

import re
from dataclasses import replace

from extractors.blocks.attributes import Attributes, attributes_of
from extractors.blocks.event import Event, apart, clash, same_date
from extractors.blocks.naming import Named, is_chemical, named_in
from extractors.blocks.reporting import Reporter
from extractors.blocks.results import Result, results_in
from extractors.blocks.status import status_of
from extractors.blocks.window import Status
from extractors.note import Note, Sentence
from extractors.quantities import find_laterality

#: How many sentences after a procedure may still report its result.
_REACH = 4
#: "Pre-ESI", "post-RFA" tell the time of something else.
_ABOUT = re.compile(
    r"\b(?:pre|post|peri)-$|\b(?:before|prior to|preceding) (?:the |his |her |that |this )?$", re.I
)
_FURTHER = re.compile(r"\b(?:second|2nd|third|3rd|repeat|another|further|more|additional|next|any)\b", re.I)
_WITHDRAWN = re.compile(
    r"\b(?:withdr(?:ew|awn|aw)|cancel\w*)\b[^.;]{0,30}\b(?:request|procedures?|injections?|blocks?|authori[sz]ation|auth)\b",
    re.I,
)


_FACET_KINDS = frozenset({"facet", "medial_branch_block", "facet_intraarticular"})
#: What an ablation destroys where a block of that kind went before.
_TARGETS = {
    "sympathetic": "sympathetic", "peripheral_nerve": "other", "other": "other", "si_joint": "si_joint",
    "facet": "facet", "medial_branch_block": "facet", "facet_intraarticular": "facet",
}  # fmt: skip


class EventReader(Reporter):
    """Reads a note from top to bottom and keeps its events."""

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

    def _sentence(self, sentence: Sentence, named: list[Named]) -> None:
        previous: Named | None = None
        inherited: Status | None = None
        shared: Attributes | None = None
        high = 0
        for i, n in enumerate(named):
            if _ABOUT.search(sentence.text[: n.zone.start]) and self._model(n) is not None:
                continue
            if n.follows:
                n.kind = self._target_before(n)
            status = status_of(n, previous, inherited, self.note)
            a = attributes_of(n, previous is None, self.setting)
            if n.coordinated and shared is not None and a.laterality == "unknown":
                a = replace(a, laterality=shared.laterality, region=a.region or shared.region)
            low = 0 if previous is None else high
            high = self._result_end(sentence, n, named, i)
            found = [] if status.value in {None, "planned", "declined"} else self._outcomes(n, a, low, high)
            again = a.same or self._repeat(n) or n.mention.label == "elided"
            self._take(n, status, a, found, again)
            if (
                n.coordinated
                and shared is not None
                and shared.laterality == "unknown"
                and a.laterality != "unknown"
                and self.events
            ):
                self._share_side(n, previous, a.laterality)
            previous, inherited, shared = n, status, a

    def _target_before(self, n: Named) -> str:
        """The target of the procedure named last, for an ablation that names none."""
        for e in reversed(self._recent()):
            if e.kind in _TARGETS:
                return _TARGETS[e.kind]
        return "other" if is_chemical(n) else n.kind

    def _outcomes(self, n: Named, a: Attributes, low: int, high: int) -> list[Result]:
        """Results in the words of a name; one in front ("70% from ...") takes date and duration from behind it."""
        text = n.sentence.text
        found = results_in(text, low, high, self.setting.date, lenient=True)
        if (
            found
            and low < n.zone.start
            and all(r.start >= n.zone.end for r in found if r.percent is not None)
        ):
            # what stands in front of the name ("EMG 2024: ...") dates no result behind it
            found = results_in(text, n.zone.start, high, self.setting.date, lenient=True)
        if (
            len(found) == 1
            and found[0].percent is not None
            and found[0].end <= n.zone.left + 1
            and a.date is not None
        ):
            behind = results_in("relief " + text[n.zone.end : high], 0, 7 + high - n.zone.end)
            found = [
                replace(
                    found[0],
                    dates=(a.date,),
                    days=behind[0].days if behind and behind[0].days else found[0].days,
                )
            ]
        return found

    def _share_side(self, n: Named, previous: Named | None, side: str) -> None:
        """In "facet and bursa injections bilaterally": the side behind belongs to both."""
        if find_laterality(n.sentence.text[n.zone.left : n.zone.end]):
            return
        for e in self._recent():
            if e.named is previous and e.laterality == "unknown":
                e.laterality = side

    def _result_end(self, sentence: Sentence, n: Named, named: list[Named], i: int) -> int:
        if i + 1 >= len(named):
            return len(sentence.text)
        nxt = named[i + 1].zone
        between = sentence.text[n.zone.end : nxt.left]
        # "... and 80% from the second block": the figure in front belongs to the next one.
        m = re.search(
            r"(?:,|;|\band\b|\bthen\b)[^,;]{0,60}(?:from|with|after|following)\s(?:the\s)?$", between
        )
        return n.zone.end + m.start() if m else nxt.left

    def _take(self, n: Named, status: Status, a: Attributes, found: list[Result], again: bool) -> None:
        if status.value is None:
            return
        if n.form == "anaphor" or n.form == "repeat":
            self._anaphor(n, status, a, found)
            return
        if status.value == "declined":
            if self._decline(n.kind, self._span(n), n.family, n, a):
                return
            self._new(n, status, a)
        elif status.value == "past":
            self._past(n, status, a, found, again)
        else:
            self._single(n, status, a, found)

    def _anaphor(self, n: Named, status: Status, a: Attributes, found: list[Result]) -> None:
        if status.value == "declined":
            if not self._decline("", self._span(n), n.family):
                self._further_declined(n, status)
            return
        last = self._last
        if last is None or (n.family == "ablations" and last.family != "ablations"):
            return
        if n.form == "repeat" and status.value == "planned" and last.status == "past":
            self._again(n, status, a, last)
            return
        one = n.mention.text.lower().startswith("the ") and not self._second(n, last, found)
        figures = [r for r in found if r.percent is not None]
        if one and last.status == "past":
            self._assign(last, found, self._span(n))
            return
        if one and last.status == "planned" and status.value == "past" and figures:
            # "a repeat epidural ... after the first one of 04/2025 gave 75 %"
            event = self._copy(last, n, a)
            event.status, event.steps = "past", [f"status:past<-{status.why}", "levels<-same"]
            self._touch(event, n)
            self._assign(event, found, self._span(n))
            return
        if n.form == "repeat":
            told = a.date or any(r.percent is not None for r in found)
            if told and (last.status == "past" or (last.status == "performed" and status.value == "past")):
                event = self._copy(last, n, a)
                event.status = "past"
                self._touch(event, n)
                self._assign(event, found, self._span(n))
            return
        if status.value in {"past", "performed"} and last.status in {"past", "performed"}:
            self._assign(last, found, self._span(n))

    def _second(self, n: Named, last: Event, found: list[Result]) -> bool:
        """Whether "the second one" has a result of its own, after that of the first."""
        told = last.percent is not None or last.days is not None or last.ordinal == 1
        own = any(r.percent is not None or r.days is not None for r in found)
        return told and own and re.match(r"the (?:second|2nd|other|next)\b", n.mention.text, re.I) is not None

    def _again(self, n: Named, status: Status, a: Attributes, last: Event) -> None:
        """One more of what was done: "I will repeat the second set"."""
        for e in self._recent():
            if e.family == last.family and e.kind == last.kind and e.status == "planned":
                return
        event = self._copy(last, n, a)
        event.status, event.date = "planned", None
        event.steps = [f"status:planned<-{status.why}", "kind<-same"]

    def _further_declined(self, n: Named, status: Status) -> None:
        """A second one of what was done, refused: "a repeat injection was offered and she declined it"."""
        last = self._last
        if last is None or last.status not in {"past", "performed"} or last.family != n.family:
            return
        if not _FURTHER.search(n.sentence.text[max(0, n.zone.start - 24) : n.zone.end]):
            return
        event = self._copy(last, n, Attributes())
        event.status, event.levels, event.laterality = "declined", (), "unknown"
        event.steps = [f"status:declined<-{status.why}", "kind<-same"]

    def _continues(self, n: Named, a: Attributes) -> bool:
        """A list of nerves that the sentence splitter cut: "(L3, L4 MB; L5 DR)"."""
        last, i = self._last, n.sentence.index
        if (
            n.mention.label != "branch_nerve"
            or last is None
            or last.kind != n.kind
            or i == 0
            or self._last_index != i - 1
        ):
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
        fits = [
            e
            for e in self._recent()
            if e.kind == n.kind and e.family == n.family and e.status == "past" and not clash(e, a)
        ]
        dated = next((d for r in found for d in r.dates), None) if len(figures) == 1 else None
        if dated is not None and a.date is None:
            fits = [e for e in fits if same_date(e.date, dated) is not False]
        if len(figures) == 1 and not (n.form == "group" and a.count > 1):
            new = [e for e in fits if e.percent is None or abs(e.percent - (figures[0].percent or 0)) < 1.5]
            fits = new if (new or a.date or a.ordinal or self._next_row(n, fits)) else fits
        dates_known = a.date is not None and any(same_date(e.date, a.date) for e in fits)
        event: Event | None = None
        if fits and not (
            again
            and n.kind
            and (a.date is not None or status.why.startswith("cue"))
            and not dates_known
            and self._repeat(n)
        ):
            fits.sort(
                key=lambda e: (
                    -(same_date(e.date, a.date) is True),
                    -(a.ordinal is not None and e.ordinal == a.ordinal),
                )
            )
            event = fits[0]
            self._fill(event, n, a, status)
            if a.same:
                self._like(event, n)
        if event is None:
            model = self._model(n, a) if again or (a.ordinal or 1) > 1 else None
            event = self._copy(model, n, a) if model is not None else self._new(n, status, a)
            if event.status == "performed":
                event.status = "past"  # the record's own block lent its levels to the one before
                event.steps[0] = f"status:past<-{status.why}"
            if a.same and not event.levels:
                self._like(event, n)
        if (
            a.count > 1
            and n.form == "group"
            and len([e for e in self._recent() if e.kind == n.kind and e.status == "past"]) >= a.count
        ):
            self._touch(event, n)
            return
        self._touch(event, n)
        self._assign(event, found, self._span(n))

    def _next_row(self, n: Named, fits: list[Event]) -> bool:
        """Whether the name opens a line right below a line opened by the same name: another row of a list."""
        return n.zone.left < 24 and any(
            0 < n.sentence.index - e.named.sentence.index <= 3 and e.named.zone.left < 24 for e in fits
        )

    def _like(self, event: Event, n: Named) -> None:
        """For "same nerves": levels and side of another one of the kind."""
        for e in reversed(self._recent()):
            facets = {e.kind, event.kind} <= _FACET_KINDS
            if (
                e is not event
                and (facets or (e.family == event.family and e.kind == event.kind))
                and e.levels
            ):
                event.levels = event.levels or e.levels
                event.laterality = e.laterality if event.laterality == "unknown" else event.laterality
                event.region = event.region or e.region
                event.steps.append("levels<-same")
                return

    def _repeat(self, n: Named) -> bool:
        """Whether "repeated" (not "same levels") says that it was done anew."""
        text = n.sentence.text
        return re.search(r"\brepeated\b", text[max(0, n.zone.start - 70) : n.zone.end + 30], re.I) is not None

    def _model(self, n: Named, a: Attributes | None = None) -> Event | None:
        for e in reversed(self._recent()):
            if a is not None and apart(e, a):
                continue
            if e.family == n.family and e.kind == n.kind and e.status in {"past", "performed"}:
                return e
        return None

    def _single(self, n: Named, status: Status, a: Attributes, found: list[Result]) -> None:
        """Planned and performed: one event a kind, unless region or side say otherwise."""
        own = [
            e
            for e in self._recent()
            if e.kind == n.kind and e.family == n.family and e.status == status.value
        ]
        for e in own:
            if (
                e.region
                and a.region
                and e.region != a.region
                and {e.region, a.region} != {"lumbar", "sacral"}
            ):
                continue
            if status.value == "performed" and {e.laterality, a.laterality} == {"left", "right"}:
                e.laterality = "bilateral"
            elif {e.laterality, a.laterality} == {"left", "right"} and n.sentence is not e.named.sentence:
                continue
            if apart(e, a):
                continue
            self._union(e, a, n)
            self._fill(e, n, replace(a, levels=()), status)
            self._touch(e, n)
            if n.mention.label == "elided" and status.value == "planned":
                e.spans.append(self._span(n))  # "a series of three injections" of the epidural planned before
            if status.value == "performed":
                self._assign(e, [r for r in found if r.source == "percent"], self._span(n))
            return
        event = self._new(n, status, a)
        self._touch(event, n)
        if a.same and not event.levels:
            self._like(event, n)
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


def events_of(note: Note) -> list[Event]:
    """The injections and ablations of a note, settled; made once a note."""
    from extractors.blocks.settle import settle

    return note.once("blocks.events", lambda n: settle(EventReader(n).read(), n))
