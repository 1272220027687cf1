"""From mentions of operations to facts of the family ``surgeries``."""

from __future__ import annotations

import re
from itertools import groupby

from extractors.facts import Fact, Span, Trace
from extractors.family import Family, fact_of
from extractors.note import Note
from extractors.quantities.levels import find_levels
from extractors.surgeries import answers, context, implants
from extractors.surgeries.answered import refused_next
from extractors.surgeries.cues import load_cues
from extractors.surgeries.eligible import counts
from extractors.surgeries.extension import extend
from extractors.surgeries.merge import Event, merge
from extractors.surgeries.phrases import Phrase, phrases
from extractors.surgeries.status import decide
from extractors.surgeries.years import before_note, days_not_years, form_year, line_year

CUES = load_cues(__file__)

VERSION = "1"
_PERIPHERAL = CUES["peripheral"]
_SPINAL = CUES["spinal"]
_PSH_NONE = CUES["psh_none"]


_SPINE_NEVER = CUES["spine_never"]
_AREA = CUES["area"]
_NOW = re.compile(
    r"\b(?:now|currently|at this (?:time|point)|today|for now|at present|yet|hardware|implants?)\b",
    re.IGNORECASE,
)
#: The date of a film beside a fusion is not the operation's.
_IMAGED = re.compile(
    r"\b(?:XR|x-?rays?|films?|MRI|CT|flex(?:ion)?[/-]ext\w*|radiographs?|imaging)\b[^.;]{0,24}?\b(?P<year>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
#: Kinds that a denial names: who never had cement may have been operated on all the same.
_DENIED_BY_NAME = frozenset({"vertebral_augmentation", "stimulator", "pump", "hardware_removal"})
#: What an operation leaves behind is named after it.
_LEFT = re.compile(
    r"\s(?:beds?|sites?|defects?|wounds?|scars?|incisions?|membranes?|cavit(?:y|ies)|changes)\b",
    re.IGNORECASE,
)
_UNSURE = frozenset({"status:past<-default", "status:past<-weak cue"})


def _events(note: Note, p: Phrase, bounds: tuple[int, int]) -> list[Event]:
    ahead = days_not_years(note, p)
    if p.labels <= {"fbss", "postlami"}:
        p.years = ()  # a syndrome has no date
    upkeep = p.kind in implants.KINDS and implants.upkeep(p)
    if upkeep:
        p.years = ()
    decided = decide(note, p)
    if decided is None:
        return []
    status, step = decided
    if ahead and step in _UNSURE:
        status, step = "planned", "status:planned<-date ahead"
    if p.kind == implants.PART:
        p.kind = implants.kind_of_parts(note, p.mentions) or "other"
    if p.labels == {implants.PART} and status in {"denied", "declined"} and p.kind != "pump":
        return []
    generic = p.labels <= {"generic"}
    # "no prior fusion" denies that much only
    named = p.kind in _DENIED_BY_NAME or (p.labels == {"fusion"} and "lamin" not in p.sentence.text.lower())
    kind = p.kind if status != "denied" or named else "other"
    region = _denied_region(p) if status == "denied" else p.region
    if region == "unknown" and status == "denied" and kind == "fusion":
        region = context.main_region(note)
    levels = () if status == "denied" else p.levels
    if status == "performed":
        levels = _title_levels(p)
    # "decompression" alone names no occasion ("the MRI shows adequate decompression")
    weak = p.weak or upkeep or (status == "past" and all(m.entry.id == "decompression" for m in p.mentions))
    # "the laminectomy bed": the place that an operation left
    weak = weak or bool(status == "past" and not p.years and _LEFT.match(p.sentence.text[p.end :]))
    if status in {"past", "planned", "declined"} and _elsewhere(note, p):
        return []
    dated = p.years or (line_year(note, p) if status == "past" else ())
    if status == "past" and kind == "fusion":
        films = {int(m["year"]) for m in _IMAGED.finditer(p.sentence.text)}
        dated = tuple(y for y in dated if y not in films)
    if status == "planned":
        dated = tuple(y for y in dated if not before_note(note, y))
    span = _declined_span(p) if status == "declined" else p.span
    ticked = answers.answer(note, p.sentence.span(p.start, p.end).end) if step.endswith("checkbox") else None
    if ticked:
        levels = levels or _levels_behind(note, ticked[1])
        dated = dated or form_year(note, ticked[1])
        span = Span(span.start, max(span.end, ticked[1]))
    years: tuple[int | None, ...] = dated if status in {"past", "performed", "planned"} and dated else (None,)
    return [
        Event(
            p,
            kind,
            status,
            region,
            levels,
            year,
            p.approach,
            weak,
            generic,
            stage,
            [span],
            [step, *([f"year:{year}"] if year else []), *([f"stage:{stage}"] if stage else [])],
        )
        for stage, year in _occasions(p, status, years, bounds)
    ]


def _occasions(
    p: Phrase, status: str, years: tuple[int | None, ...], bounds: tuple[int, int]
) -> list[tuple[str, int | None]]:
    """Stage and year of each operation that the phrase tells of; an implant's stages are operations of their own."""
    if p.kind not in implants.KINDS or status not in {"past", "performed", "planned"}:
        return [("", year) for year in years]
    told = implants.steps(p, *bounds)
    if p.labels == {implants.PART} and implants.after_trial(p):
        told = [s for s in told if s.stage != "remove"]
    own = implants.separate(told) if status == "past" else []
    part = p.labels == {implants.PART}
    if own:
        out = [(s.stage, s.year) for s in own]
        if not part and all(s.year is None or s.stage not in {"trial", "implant"} for s in own):
            first = next((s.stage for s in told if s.stage in {"trial", "implant"}), "implant")
            out.insert(0, (first, None if years == (None,) or len(own) > 1 else _unclaimed(years, own)))
        return out
    if part and (status == "past" or (status == "performed" and not told)):
        return []
    stage = next((s.stage for s in told), "")
    return [(stage, year) for year in years]


def _unclaimed(years: tuple[int | None, ...], own: list[implants.Step]) -> int | None:
    """A year of the phrase that none of its later stages has."""
    return next((y for y in years if y not in {s.year for s in own}), None)


def _levels_behind(note: Note, at: int) -> tuple[str, ...]:
    """Levels in the rest of the line behind a form's yes."""
    line = note.text[at : at + 80].split("\n", 1)[0]
    return tuple(dict.fromkeys(x for lv in find_levels(line)[:1] for x in lv.segments or lv.vertebrae))


def _title_levels(p: Phrase) -> tuple[str, ...]:
    """Every level of a line under the operation's title: the line is about nothing else."""
    found = find_levels(p.sentence.text)
    names: list[str] = []
    for lv in found:
        names += [
            n
            for n in (lv.vertebrae if p.kind == "vertebral_augmentation" else lv.segments or lv.vertebrae)
            if n not in names
        ]
    if p.kind == "fusion" and len(p.levels) > len(names):
        return p.levels
    return tuple(names)


def _elsewhere(note: Note, p: Phrase) -> bool:
    """A bare "fusion" in a note that tells of a fusion of another joint means that one."""
    a, b = p.sentence.clause(p.start, p.end)
    if (
        p.labels != {"fusion"}
        or p.levels
        or _SPINAL.search(p.sentence.text[a : p.start])
        or _SPINAL.search(p.sentence.text[p.end : b])
    ):
        return False
    return note.once(
        "surgeries.peripheral_fusion",
        lambda n: any(
            m.label == "fusion" and not counts(n, m) and _PERIPHERAL.search(m.clause_text)
            for m in n.mentions("surgeries")
        ),
    )


def _denied_region(p: Phrase) -> str:
    """Only a region that the denial names: "back" and "spine" leave it open."""
    # "neck 0r back": the other half of a pair may stand behind
    behind = re.match(r" \w+ (?:back|neck|spine|lower back|low back)\b", p.sentence.text[p.end :])
    words = p.sentence.text[max(0, p.start - 25) : p.end + (behind.end() if behind else 0)]
    found = {r for r, pat in (("cervical", r"cervical|neck|c-?spine"), ("thoracic", r"thoracic"), ("lumbar", r"lumbar|l-?spine")) if re.search(rf"\b(?:{pat})\b", words, re.IGNORECASE)}  # fmt: skip
    if re.search(r"\bback\b", words, re.IGNORECASE) or len(found) != 1:
        return "unknown"
    return found.pop()


def _declined_span(p: Phrase) -> Span:
    """The whole sentence carries a refusal: what was offered, and the answer."""
    return p.sentence.whole if len(p.sentence.text) <= 260 else p.span


def _narrow(e: Event) -> bool:
    """Whether a denial is about now, or about metal, and so speaks against no operation of the past."""
    return _NOW.search(e.phrase.sentence.text[max(0, e.phrase.start - 20) : e.phrase.end + 24]) is not None


def _levels_next(note: Note, events: list[Event]) -> None:
    """The level in a sentence of its own: "The area of concern was L4-L5"."""
    for e in events:
        if e.levels or e.status != "past" or e.weak or e.phrase.sentence.index + 1 >= len(note.sentences):
            continue
        after = note.sentences[e.phrase.sentence.index + 1]
        if _AREA.match(after.text) and len(after.text) <= 90:
            found = find_levels(after.text)
            e.levels = tuple(dict.fromkeys(x for lv in found for x in lv.values))
            if e.levels:
                e.spans.append(after.whole)
                e.steps.append("levels<-next sentence")


def _empty_history(note: Note) -> list[Fact]:
    """An empty surgical history ("PSH: none") denies operations, spinal ones with them, though no lexicon word stands there."""
    value: dict[str, object] = {
        "kind": "other",
        "status": "denied",
        "region": "unknown",
        "levels": (),
        "year": None,
    }
    trace = Trace(("surgeries/section",), (), ("status:denied<-section",))
    out = [
        Fact(
            "surgeries",
            value,
            m.start(),
            m.end(),
            "surgeries/section",
            VERSION,
            "absent",
            "past_surgical",
            trace=trace,
        )
        for m in _SPINE_NEVER.finditer(note.text)
    ]
    for section in note.sections:
        body = note.text[section.body : section.end]
        found = _PSH_NONE.match(body) if section.category == "past_surgical" else None
        if found and found.group().strip(" :.-\n\t"):
            end = section.body + len(body[: found.end()].rstrip())
            out.append(
                Fact(
                    "surgeries",
                    value,
                    section.start,
                    end,
                    "surgeries/section",
                    VERSION,
                    "absent",
                    section.category,
                    trace=trace,
                )
            )
    return out


def _of_today(e: Event) -> bool:
    """Whether an event beside today's operation is that operation again: its plan, its steps, talk of refusing it."""
    if e.status == "planned" or (e.status == "declined" and e.generic):
        return True
    step = e.kind in {"decompression", "hardware_removal"} and (e.weak or e.kind == "hardware_removal")
    return e.status == "past" and not e.year and (e.steps[0] in _UNSURE or step)


def bind(note: Note) -> list[Fact]:
    """Surgeries of a note, one fact an operation."""
    mentions = [m for m in note.mentions("surgeries") if counts(note, m)]
    events: list[Event] = []
    for _, group in groupby(mentions, key=lambda m: m.sentence.index):
        found = list(group)
        told = phrases(found[0].sentence, found)
        for i, p in enumerate(told):
            left = told[i - 1].end if i else 0
            right = told[i + 1].start if i + 1 < len(told) else len(p.sentence.text)
            events += _events(note, p, (left, right))
    refused_next(note, events)
    extend(events)
    _levels_next(note, events)
    if any(e.status in {"past", "performed"} and not e.weak and not e.generic for e in events):
        # beside an operation that was done, "no fusion, no laminectomy" denies those two alone
        for e in events:
            if e.status == "denied" and e.phrase.kind in {"fusion", "decompression", "discectomy"}:
                e.kind = e.phrase.kind
    if any(e.status == "performed" for e in events):
        # The technique of today's operation names it over and over; only a clear history is another one.
        events = [e for e in events if not _of_today(e)]
    facts = []
    merged = merge(events)
    if any(
        e.status in {"past", "performed"} and not e.weak and e.kind not in {"stimulator", "pump"}
        for e in merged
    ):
        # "No hardware", "no surgery now" beside an operation that was done deny that much only.
        merged = [
            e
            for e in merged
            if not (e.status == "denied" and e.kind == "other" and e.region == "unknown" and _narrow(e))
        ]
        merged = [
            e
            for e in merged
            if not (
                e.status == "denied"
                and CUES["narrow_level"].search(e.phrase.sentence.text[e.phrase.end : e.phrase.end + 40])
            )
        ]
    for e in merged:
        if e.region == "unknown" and e.status != "denied" and e.kind not in {"stimulator", "pump"}:
            e.region = context.main_region(note)
            e.steps.append("region<-note")
            if e.region == "unknown":
                e.region = context.near_region(note, e.phrase.sentence)
        if e.kind in {"fusion", "decompression", "discectomy"} and any("-" in x for x in e.levels):
            e.levels = tuple(x for x in e.levels if "-" in x)
        places = list(dict.fromkeys(e.spans))
        value: dict[str, object] = {
            "kind": e.kind, "status": e.status, "region": e.region, "levels": e.levels, "year": e.year,
        }  # fmt: skip
        if e.approach:
            value["approach"] = e.approach
        assertion = {
            "past": "historical",
            "planned": "planned",
            "declined": "declined",
            "denied": "absent",
        }.get(e.status, "present")
        facts.append(
            fact_of(
                e.phrase.mentions[0], "surgeries", value, version=VERSION, assertion=assertion, span=places[0],
                supporting=tuple(places[1:]), steps=tuple(e.steps),
            )
        )  # fmt: skip
    if not any(f.value["status"] in {"denied", "past", "performed"} for f in facts):
        facts += _empty_history(note)[:1]
    return facts


FAMILY = Family.load(__file__, "1", bind)
