"""Results given to events: in the words of the name, in the sentences behind it, in the lines of a log."""

from __future__ import annotations

import re

from extractors.blocks.aftermath import EARLIER
from extractors.blocks.attributes import Attributes
from extractors.blocks.cues import cue
from extractors.blocks.event import Event, finer, same_date
from extractors.blocks.ledger import EventLedger
from extractors.blocks.naming import SILENT
from extractors.blocks.results import Result, results_in
from extractors.facts import Span
from extractors.note import Sentence
from extractors.quantities import DateMention

#: A further line of a block log: "#2 10/14/25 ...", "07/31/2025 80% / 2h", "Repeat 1/8: 70%".
_LOG_LINE = re.compile(
    r"^\W*(?:#\s?\d|(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?\s\d|\d{1,2}/\d{1,2}(?:/\d{2,4})?\b|(?:on|again on)\s|repeat|second|2nd|same|again|block|session|set \d)",
    re.I,
)
_FIGURE_FIRST = re.compile(
    r"\W{0,4}(?:(?:got|had|with|gave|result\w*|outcome|response|pt|patient|says|reports?|states?|noted|felt|about|approx\w*|roughly|maybe|est\w*|at least|over|up to|nearly|almost|good for|she|he)\b\W{0,3}){0,4}"
    r"[~<>=≈\"]{0,2}\s?\d{1,3}(?:\s?(?:-|to)\s?\d{1,3})?\s?(?:%|percent|pct)",
    re.I,
)
#: "It gave him 70 percent relief ...": whatever follows, the sentence answers the one before.
_ITS_FIGURE = re.compile(
    r"\W{0,3}(?:(?:it|this|that|these|both|each|which|he|she|pt|patient) (?:has |had )?(?:gave|given|brought|provided|produced|got|had|reported|reports|yielded|led to|resulted in|took away|helped)\b)[^.;]{0,30}?\d{1,3}\s?(?:%|percent)[^.;,]{0,24}",
    re.I,
)
#: Words that let a length of time alone be that of the relief ("it lasted six weeks"), not of the complaint.
_TIMED = re.compile(
    r"\b(?:last(?:ed|ing|s)|held|hold(?:s|ing)?|relie\w+|wore off|worn off|wear(?:s|ing)? off|good for|help\w*|benefit\w*|carried|gave|got|bought|pain[- ]free|numb\w*|gone|return\w*|came back|effective|worked)\b",
    re.I,
)
_ARROW_FIRST = re.compile(r"\W{0,4}(?:->|→|=>)")
_LINKED = re.compile(
    r"\b(?:relief|reliev\w*|diary|block|injection|procedure|better|improv\w*|lasted|wore off|pain|it was|helped|response|NRS|VAS|peak|best)\b|\bper ?cent\b|\bfirst\b[^.;]{0,60}\bsecond\b|->|\b(?:went|dropped|fell|came down|decreased|reduced|down) (?:from|to)\b",
    re.I,
)


def _other_subject(text: str) -> bool:
    """Whether another treatment is spoken of before any figure; one named behind it is what the relief allowed."""
    other = cue("other_subject").search(text)
    if other is None:
        return False
    told = _ITS_FIGURE.match(text)
    return told is None or other.start() < told.end()


class Reporter(EventLedger):
    """Assigns relief and its duration to the event that it belongs to."""

    def _report(self, sentence: Sentence) -> None:
        """A sentence without a procedure's name that may report on the last one."""
        last = self._last
        text = sentence.text
        if last is not None and last.status == "performed" and (earlier := EARLIER.search(text)) is not None:
            text = text[: earlier.start()]  # the aftermath reads what is said of the block before
        if last is None or last.status not in {"past", "performed"} or sentence.section.category in SILENT:
            return
        if last.kind == "discography":
            return  # provokes pain
        if _other_subject(text) or cue("criteria").search(text):
            if not re.search(r"\b(?:blocks?|injections?|lidocaine|bupiv\w*)\b", text, re.I):
                self._last = None
            return
        # A figure that opens the sentence right behind is the answer to the name before it.
        answer = (
            last.percent is None
            and sentence.index == self._last_index + 1
            and (_FIGURE_FIRST.match(text) is not None or _ARROW_FIRST.match(text) is not None)
        )
        line = (
            last.status == "past" and _LOG_LINE.match(text) is not None and last.family == "injections"
        ) or answer
        # right behind a past procedure that has no figure yet, a bare percentage is its result
        bare = last.percent is None and last.status == "past" and sentence.index == self._last_index + 1
        found = results_in(text, 0, len(text), self.setting.date, lenient=line or bare)
        if last.status == "performed":
            found = [r for r in found if r.source == "percent"]
        timed = not last.weak and _TIMED.search(text) is not None
        found = [r for r in found if r.percent is not None or (last.days is None and timed)]
        if (
            not found
            or not (line or _LINKED.search(text))
            or (cue("hypothetical").search(text) and not found[0].dates)
        ):
            if last.percent is not None and last.days is None:
                self._carried(last, sentence)
            return
        if (
            last.percent is not None
            and not any(r.dates or r.ordinal for r in found)
            and sentence.index - self._last_index > 1
        ):
            return
        self._last_index = sentence.index
        self._assign(last, found, sentence.whole)

    def _carried(self, last: Event, sentence: Sentence) -> None:
        """A page break between "60 percent relief for" and "three months"."""
        tail = self.note.text[: last.spans[-1].end] if last.spans else ""
        if not re.search(r"\b(?:for|x|lasting|lasted)\s*$", tail[-12:], re.I):
            return
        found = results_in("relief for " + sentence.text[:60], 0, 71)
        if (
            found
            and found[0].days
            and re.match(
                r"\s*(?:about |approximately )?\w+[\s-](?:hours?|days?|weeks?|months?|years?)", sentence.text
            )
        ):
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
                current.ordinal = current.ordinal or r.ordinal
                continue
            if r.comparator in {">", "<", ">=", "<="} and current.percent is not None:
                continue
            dates = list(r.dates) or [None]
            if (
                current.family == "ablations"
                and dates[0] is not None
                and dates[0].start >= r.end
                and same_date(current.date, dates[0]) is False
            ):
                dates = [None]  # the day on which the relief of a denervation was reported, months later
            for k, d in enumerate(dates):
                if k and same_date(d, dates[0]):
                    continue
                target = self._target(current, r, d, i + k, len(found) > 1)
                if target is None:
                    target = self._copy(current, current.named, Attributes(date=d, ordinal=r.ordinal))
                if target.percent is None or (r.source != "scores" and r.percent > target.percent):
                    target.percent, target.source, target.stated = r.percent, r.source, r.stated
                    target.steps.append(f"percent_relief<-{r.source}")
                target.days = target.days or r.days
                target.date = finer(target.date, d)
                target.ordinal = target.ordinal or r.ordinal
                if span not in target.spans:
                    target.spans.append(span)
                current = target

    def _twins(self) -> None:
        """For "both blocks gave 90 %": two events with the same result, where no second one is told apart."""
        same = [e for e in self.events if e.kind == "medial_branch_block" and e.status == "past"]
        for event in same if len(same) == 1 else ():
            if event.count == 2 and event.percent is not None:
                twin = self._copy(event, event.named, Attributes())
                if event.ordinal is None:  # a result of "the first" is none of the second
                    twin.percent, twin.source, twin.days = event.percent, event.source, event.days
                    twin.stated = event.stated
                twin.spans = list(event.spans)
                twin.steps.append("event<-both")

    def _target(self, current: Event, r: Result, d: DateMention | None, i: int, many: bool) -> Event | None:
        """The event that a result belongs to; None where it tells of another one of the same kind."""
        own = [
            e
            for e in self._recent()
            if e.kind == current.kind and e.family == current.family and e.status == current.status
        ]
        if d is not None:
            # "x2, 80 & 90%, 2024": a year alone tells no two occasions apart
            further = many and i > 0 and current.count > 1 and d.precision == "year"
            for e in own:
                if same_date(e.date, d) and not (further and e.percent not in {None, r.percent}):
                    return e
        if r.ordinal is not None:
            for e in own:
                if e.ordinal == r.ordinal:
                    return e
        clash = same_date(current.date, d) is False or bool(
            r.ordinal and current.ordinal and r.ordinal != current.ordinal
        )
        if clash:
            return next(
                (
                    e
                    for e in own
                    if e.percent is None and same_date(e.date, d) is None and not (e.ordinal and r.ordinal)
                ),
                None,
            )
        if current.percent is None or (i == 0 and current.percent == r.percent):
            return current
        told_apart = d is not None or (r.ordinal or 1) > 1 or (many and current.count > 1 and i > 0)
        return None if told_apart else current
