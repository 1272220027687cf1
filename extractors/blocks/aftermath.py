"""What the record of a block says of its effect further down: relief, scores before and after, a diary, the block before."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.blocks.columns import from_columns
from extractors.blocks.cues import cue
from extractors.blocks.event import Event, same_date
from extractors.blocks.naming import SILENT
from extractors.blocks.results import Result, results_in
from extractors.note import Note, Sentence
from extractors.quantities import DateMention, find_dates

_ELSEWHERE = SILENT | {
    "history",
    "indication",
    "treatment_history",
    "past_medical",
    "past_surgical",
    "medications",
}
_EFFECT = re.compile(
    r"\b(?:relief|reliev\w*|improve\w*|better|reduc(?:tion|ed)|decreas\w*|drop\w*|less pain|response|benefit|peak|best)\b",
    re.I,
)
#: What is left of the pain, what is hoped for, what is asked.
_NOT_EFFECT = re.compile(
    r"\b(?:of (?:her|his|their|the) (?:arrival|baseline|usual|initial|original) pain|remain\w*|residual|expect\w*|goal|should|will|would|if|at least \d+ ?%|threshold|needed|require\w*|policy)\b",
    re.I,
)
EARLIER = re.compile(
    r"\b(?:session|set|block|round|trial|mbb|procedure|injection) ?(?:#|no\.? ?)?(?:1|one|i)\b|#\s?1\b"
    r"|\b(?:first|1st|initial|prior|previous|earlier|last|preceding)\s(?:\w+\s)?(?:sessions?|sets?|blocks?|rounds?|time|one|procedures?|injections?|trials?|diary|mbb)\b",
    re.I,
)
_BEFORE = re.compile(
    r"\b(?:pre-?(?:procedure|procedural|block|injection|op\w*)?|before|baseline|base|prior to|on arrival|arrival|initial|start\w*)\b(?P<gap>[^.;\d]{0,50}(?:\([^)]{0,30}\))?[^.;\d]{0,20})(?P<n>10|\d)(?P<d>\.\d)?(?!\d|\s?(?:%|percent|mg|ml|cc|g\b|gauge|/(?!\s?10)|min|hr|hour|h\b|day|wk|week|am|pm|a\b|p\b|:))",
    re.I,
)
_AFTER = re.compile(
    r"\b(?:post-?(?:procedure|procedural|block|injection|op\w*)?|after(?:wards?)?|following|best|lowest|nadir)\b(?P<gap>[^.;\d]{0,50})(?P<n>10|\d)(?P<d>\.\d)?(?!\d|\s?(?:%|percent|mg|ml|cc|g\b|/(?!\s?10)|min|hr|hour|h\b|day|wk|week|am|pm|a\b|p\b|:))",
    re.I,
)
_PAIN = re.compile(r"\b(?:pain|VAS|NRS|NPRS|scores?|diary|log|/ ?10)\b|/\s?10", re.I)
_DIARY = re.compile(r"\b(?:diary|log|VAS|NRS|NPRS|pain (?:scores?|record|chart)|score sheet)\b", re.I)
#: A row of a diary: a moment, and a score; or the scores of all moments.
_ROW = re.compile(
    r"^\W{0,3}(?:\+|at )?\s?(?:(?:\d{1,2}(?:\.5)?|one|two|three|four|six|eight|fifteen|twenty|thirty|half an?|an) ?(?:minutes?|mins?|m|hours?|hrs?|hr|h)\b\.?|\d{1,2}(?::\d\d)? ?(?:am|pm|a|p|noon)\b|bed(?:time)?|noon)\W{0,4}(?P<n>10|\d)(?P<d>\.\d)?(?!\d|%|:)",
    re.I,
)
_SCORES = re.compile(
    r"^\W{0,3}(?:pain )?(?:scores?|VAS|NRS|NPRS|pain|level)\W{1,4}(?P<row>(?:(?:10|\d)(?:\.\d)?[\s|,]+){2,24}(?:10|\d)(?:\.\d)?)\s*$",
    re.I,
)
_DIAGNOSTIC = frozenset({"medial_branch_block", "facet_intraarticular"})
#: How many sentences behind its name a performed block may report.
_REACH = 60


def aftermath(events: list[Event], note: Note) -> list[Event]:
    """The events, with the effect of a performed block, and with the block before it where only its turn names it."""
    out = list(events)
    for e in events:
        if e.family != "injections":
            continue
        if e.status == "past" and e.percent is None and e.kind in _DIAGNOSTIC:
            if not from_columns(e, note):
                _effect(e, note, told=True)
        if e.status != "performed":
            continue
        if e.percent is None:
            _effect(e, note)
        if e.kind in _DIAGNOSTIC:
            out += _earlier(e, out, note)
    return out


def _behind(e: Event, note: Note) -> Iterator[Sentence]:
    """Sentences behind the name, up to the next one that names another procedure."""
    at = e.named.sentence.index
    for s in note.sentences[at + 1 : at + 1 + _REACH]:
        if any(m.family in {"ablations"} and m.label != "not_ours" for m in s.mentions):
            return
        if s.section.category not in _ELSEWHERE:
            yield s


def _told(e: Event, note: Note) -> Iterator[Sentence]:
    """The few sentences behind the name of a past block that name no other procedure."""
    at = e.named.sentence.index
    for s in note.sentences[at + 1 : at + 4]:
        if s.section.category in _ELSEWHERE - {"history", "treatment_history"} or any(
            m.family in {"blocks", "ablations"} for m in s.mentions
        ):
            return
        yield s


def _effect(e: Event, note: Note, told: bool = False) -> None:
    """Relief as stated, else from the scores before and after; of a past block (``told``) from scores alone."""
    for s in () if told else _behind(e, note):
        stated = _stated(_own(s.text))
        if stated is not None:
            e.percent, e.source, e.days = stated.percent, "percent", e.days or stated.days
            e.stated = stated.stated
            e.spans.append(s.whole)
            e.steps.append("percent_relief<-record")
            return
    found = scores_of_record(e, note, told)
    if found is None:
        return
    (first, before), (s, best) = found
    if best <= before:
        e.percent, e.source = float(round((before - best) / before * 100)), "scores"
        e.scores = (before, best)
        e.spans += [first.whole, s.whole]
        e.steps.append("percent_relief<-scores_of_record")


def _own(text: str) -> str:
    """The words on this block: those up to the ones that tell of an earlier one."""
    earlier = EARLIER.search(text)
    return text[: earlier.start()] if earlier else text


def scores_of_record(
    e: Event, note: Note, told: bool = False
) -> tuple[tuple[Sentence, float], tuple[Sentence, float]] | None:
    """The score before a block and the lowest after it, each with its sentence; None where either is missing.

    Read from the sentences behind the name: the whole record of a performed block, the next few of a past one
    (``told``).
    """
    scored: list[tuple[Sentence, float]] = []
    base: tuple[Sentence, float] | None = None
    diary = False
    for s in _told(e, note) if told else _behind(e, note):
        own = _own(s.text)
        diary = diary or _DIARY.search(own) is not None
        near = (
            diary
            or _PAIN.search(own) is not None
            or (told and re.match(r"\W*(?:pre|before|baseline)\b", own, re.I) is not None)
        )
        if base is None and near and (m := _BEFORE.search(own)) is not None:
            base = (s, _number(m))
            own = own[m.end() :]
        if base is not None and (near or s.index - base[0].index <= 2):
            scored += [(s, n) for n in _scores(own, diary or told)]
    if base is None or not scored or base[1] <= 0:
        return None
    return base, min(scored, key=lambda x: x[1])


def _number(m: re.Match[str]) -> float:
    return float(m["n"] + (m["d"] or ""))


def _scores(text: str, diary: bool) -> list[float]:
    """Scores after the block in a line."""
    if (m := _AFTER.search(text)) is not None:
        return [_number(m)]
    if (
        m := re.match(
            r"^[^.;]{0,30}\b(?:after|post)\b[^.;\d]{0,20}(?P<n>10|\d)(?P<d>\.\d)?\s?/\s?10", text, re.I
        )
    ) is not None:
        return [_number(m)]
    if diary and (m := _ROW.match(text)) is not None:
        return [_number(m)]
    if diary and (m := _SCORES.match(text)) is not None:
        return [float(x) for x in re.findall(r"\d+(?:\.\d)?", m["row"])]
    return []


def _stated(text: str) -> Result | None:
    """A percentage of relief that the line states as the effect."""
    if not _EFFECT.search(text) or _NOT_EFFECT.search(text) or cue("hypothetical").search(text):
        return None
    if cue("other_subject").search(text):
        return None
    found = [r for r in results_in(text, 0, len(text), lenient=True) if r.source == "percent" and r.percent]
    return max(found, key=lambda r: r.percent or 0.0) if found else None


def _earlier(e: Event, events: list[Event], note: Note) -> list[Event]:
    """The block before, where the record calls it "session 1" or "the first one" and gives its result."""
    for s in _behind(e, note):
        m = EARLIER.search(s.text)
        if m is None or any(x.family == "blocks" and x.label != "generic" for x in s.mentions):
            continue
        words = s.text[m.start() :]
        found = [r for r in results_in(words, 0, len(words), lenient=True) if r.percent is not None]
        if not found or cue("hypothetical").search(s.text):
            continue
        r = found[0]
        date: DateMention | None = r.dates[0] if r.dates else next(iter(find_dates(words)), None)
        if any(
            o.status == "past"
            and o.kind == e.kind
            and (o.percent is None or o.percent == r.percent)
            and same_date(o.date, date) is not False
            for o in events
        ):
            continue
        old = Event(
            e.family, e.kind, "past", e.named, e.levels, e.laterality, e.region, date, 1,
            percent=r.percent, source=r.source, stated=r.stated, days=r.days, spans=[s.whole, *e.spans[:1]],
            steps=["status:past<-earlier_session", "levels<-same", f"percent_relief<-{r.source}"],
        )  # fmt: skip
        return [old]
    return []
