"""Last reading of a note's events: what the procedure's description adds, and what is left out."""

from __future__ import annotations

import re

from extractors.blocks.aftermath import aftermath
from extractors.blocks.attributes import names_of, other_side_too
from extractors.blocks.bysides import split_sides
from extractors.blocks.event import Event
from extractors.blocks.naming import SILENT, Named
from extractors.blocks.orders import as_coded, complete_from_codes
from extractors.blocks.setting import Setting, region_in, setting_of
from extractors.blocks.sides import complete_sides
from extractors.blocks.zones import Zone
from extractors.note import Note, Sentence
from extractors.quantities import find_laterality, find_levels

_DOING = re.compile(
    r"\b(?:tubercle|tip\b|needles?|interspaces?|interlaminar|foram\w+|catheter|placed|directed|advanced|approach|injected|cannula\w*|introduced|guided|targets?|electrodes?|attention|wheal)\b",
    re.I,
)
_OPEN_SURGERY = re.compile(
    r"\b(?:laminectomy|laminotomy|retractor|bovie|fascia was|pedicle screws?|stimulator|leads?\b|electrode array|pump|pulse generator|kypho\w+|vertebroplasty|incision|curett\w*|rongeurs?|discectomy|diskectomy|cement|myelogra\w+|lumbar puncture)\b",
    re.I,
)
_PERIPHERAL_KINDS = {"other", "peripheral_joint", "peripheral_nerve"}
_RHINITIS = re.compile(
    r"\b(?:congest\w+|sinus\w*|allerg\w+|asthma|cough|cold|rash|z-?pa[ck]k?|decongestant|poison ivy|hives|bronchitis)\b",
    re.I,
)
_LABOUR = re.compile(
    r"\b(?:pregnan\w+|childbirth|in labou?r|labou?r pain|delivered|delivery of|postpartum|c(?:a?e)sarean|obstetric\w*|c-section with|contractions)\b",
    re.I,
)
_SIDE_LINE = re.compile(r"^\s*(?:site|side|laterality|site/side|operative side|procedure side)\b", re.I)
_SIDED = re.compile(
    r"\b(?P<side>left|right|bilateral)(?:ly)?[- ](?:para-?median|para-?sagittal|sided?|[LCTS]\d|SI\b|sacro-?iliac|sacral|facets?|interlaminar|trans-?foraminal|neural|neuro-?foram\w+|foram\w+|approach|lateral(?!\s+decub)|lumbar|cervical|pedicle|medial)",
    re.I,
)
_AGAIN = re.compile(
    r"\b(?:repeat\w*|second|another|next|return\w*|follow\w*|weeks?|contralateral|other side|series|then)\b",
    re.I,
)


def settle(events: list[Event], note: Note) -> list[Event]:
    """Complete the performed procedure from its description; drop what nothing but a name speaks for."""
    setting = setting_of(note)
    if setting.procedure_note:
        events = _record(events, note)
    if (
        setting.procedure_note and any(e.status == "performed" and not e.weak for e in events)
    ) or _OPEN_SURGERY.search(note.text):
        # A block spoken of in the description of an ablation (or of an operation) is a step of it.
        events = [e for e in events if not (e.status == "performed" and e.weak)]
    events = [e for e in events if not _billed(e, events)]
    events = _absorb(as_coded(aftermath(events, note)))
    complete_from_codes(events, note)
    complete_sides(events, note)
    events = split_sides(events, note)
    done = {(e.family, e.kind) for e in events if e.status in {"past", "performed"}}
    for e in events:
        if e.weak and e.date is not None and e.date.value == setting.date and not setting.procedure_note:
            e.date = None  # the note's own date in its head
    kept = [e for e in events if not (_unproven(e, done, setting) or _elsewhere(e, events, note))]
    for e in kept:
        e.region = e.region or _region(e, note, setting)
    return kept


def _record(events: list[Event], note: Note) -> list[Event]:
    """The record of a procedure: what was done, with what its description adds."""
    if not any(e.status == "performed" for e in events):
        body = _unnamed_epidural(note)
        events = [*events, body] if body is not None else events
    if not any(e.status == "performed" for e in events):
        for e in events:
            if e.status == "planned" and e.named.sentence.section.category == "procedure":
                e.status = "performed"
                e.steps.append("status:performed<-procedure_section")
    for e in events:
        if e.status == "performed":
            _from_body(e, note)
    done = {(e.family, e.kind) for e in events if e.status == "performed"}
    return [e for e in events if not _shadow(e, done)]


def _billed(e: Event, events: list[Event]) -> bool:
    """A bare code beside the procedure performed in the same visit is that one's bill, not an order."""
    if e.status != "planned" or e.named.form != "code" or e.steps[0] != "status:planned<-code":
        return False
    return any(
        o.status == "performed"
        and (o.family, o.kind) == (e.family, e.kind)
        and not {o.laterality, e.laterality} >= {"left", "right"}
        for o in events
    )


def _bare(e: Event) -> bool:
    return not e.levels and e.percent is None and e.laterality == "unknown" and e.date is None


def _unproven(e: Event, done: set[tuple[str, str]], setting: Setting) -> bool:
    """Whether nothing but a name, without any attribute, speaks for the event."""
    if not _bare(e):
        return False
    if e.weak and e.status != "performed":
        return not (e.status == "planned" and e.named.form == "code" and (e.family, e.kind) not in done)
    if e.named.form != "group" or not (done or e.weak):
        return False
    return setting.procedure_note or e.status == "planned"


def _elsewhere(e: Event, events: list[Event], note: Note) -> bool:
    """Whether the event is told better by another one, or belongs to another trouble."""
    sentence = e.named.sentence
    if e.named.form == "site":
        if _bare(e) and _RHINITIS.search(sentence.text):
            return True
        if e.status == "past" and e.percent is None:
            return any(
                o.status == "past" and o.family == "injections" and o.kind not in _PERIPHERAL_KINDS
                for o in events
            )
    if e.kind == "peripheral_nerve" and sentence.section.category == "anesthesia":
        return True
    return e.kind == "epidural" and _in_labour(e, note)


def _absorb(events: list[Event]) -> list[Event]:
    """A bare name ("R C4-5 facet RFA") beside the order or code of the same is that order."""
    orders: dict[tuple[str, str], list[Event]] = {}
    for p in events:
        if p.status in {"planned", "declined"}:
            orders.setdefault((p.family, p.kind), []).append(p)
    return [e for e in events if not _merged(e, orders.get((e.family, e.kind), [])[:20])]


def _merged(e: Event, orders: list[Event]) -> bool:
    """Whether ``e`` was a bare name and went into one of the orders."""
    if not (e.status == "past" and e.weak and e.percent is None and e.date is None):
        return False
    for p in orders:
        if {p.laterality, e.laterality} == {"left", "right"} or (
            p.region and e.region and p.region != e.region
        ):
            continue
        p.levels = p.levels or e.levels
        p.laterality = e.laterality if p.laterality == "unknown" else p.laterality
        p.region = p.region or e.region
        p.spans.extend(e.spans)
        p.steps.append("merged<-bare_name")
        return True
    return False


def _in_labour(e: Event, note: Note) -> bool:
    """Whether the epidural is one for childbirth."""
    if e.levels or e.percent is not None or re.search(r"steroid|ESI", e.named.mention.text, re.I):
        return False
    return any(_LABOUR.search(s.text) for s in note.around(e.named.sentence, 6, 3))


def _region(e: Event, note: Note, setting: Setting) -> str:
    if e.kind in {"peripheral_joint", "peripheral_nerve"}:
        return "other"
    if e.kind == "si_joint":
        return "sacral"
    near = {r for s in note.around(e.named.sentence, 1, 1) if (r := region_in(s.text)) is not None}
    return region_in(e.named.sentence.text) or (near.pop() if len(near) == 1 else setting.region)


def _shadow(e: Event, done: set[tuple[str, str]]) -> bool:
    """A plan or a weak past that is only today's procedure spoken of in the consent or the history."""
    if e.status not in {"planned", "past"}:
        return False
    if (e.family, e.kind) not in done:
        return False
    if e.status == "past":
        return (
            (e.weak or e.named.sentence.section.category == "procedure")
            and e.percent is None
            and e.date is None
        )
    return not _AGAIN.search(e.named.sentence.text)


def _unnamed_epidural(note: Note) -> Event | None:
    """An epidural told by its technique alone: needle, loss of resistance, epidural space."""
    if _OPEN_SURGERY.search(note.text):
        return None
    for m in note.mentions("blocks"):
        if m.label == "body_epidural" and m.sentence.section.category not in SILENT and not m.has("negated"):
            if not re.search(r"\b(?:needle|loss of resistance|hanging drop|contrast|dye)\b", note.text, re.I):
                return None
            n = Named(m, "injections", "epidural", Zone(m.start, m.start, m.end, m.end), "body")
            return Event(
                "injections",
                "epidural",
                "performed",
                n,
                spans=[m.sentence.whole],
                steps=["status:performed<-technique"],
            )
    return None


def _body(e: Event, note: Note) -> list[Sentence]:
    return [
        s
        for s in note.sentences
        if s.index >= e.named.sentence.index - 6
        and s.section.category not in SILENT | {"examination", "history"}
        and (s.section.category != "imaging" or s.section.title == "technique")
    ]


def _from_body(e: Event, note: Note) -> None:
    """Levels and side of a performed procedure, where its title leaves them out."""
    body = _body(e, note)
    if not e.levels:
        _levels_from(e, body)
    if e.laterality == "unknown":
        for s in note.sentences[:40]:
            sides = [x.side for x in find_laterality(s.text)]
            if sides and _SIDE_LINE.match(s.text):
                e.laterality = sides[0] if len(set(sides)) == 1 else "bilateral"
                e.spans.append(s.whole)
                e.steps.append("laterality<-side_line")
                break
    if e.laterality == "unknown":
        for s in body:
            m = _SIDED.search(s.text)
            if m and (_DOING.search(s.text) or re.search(r"\bmarked|identified\b", s.text, re.I)):
                e.laterality = m["side"].lower()
                e.spans.append(s.whole)
                e.steps.append("laterality<-description")
                break
    if e.laterality != "bilateral":
        for s in body:
            if other_side_too(s.text):
                e.laterality = "bilateral"
                e.spans.append(s.whole)
                e.steps.append("laterality<-repeated_other_side")
                break


def _levels_from(e: Event, body: list[Sentence]) -> None:
    for s in body:
        if not _DOING.search(s.text):
            continue
        found = find_levels(s.text)
        if re.search(r"\bcount(?:ed|ing)\b", s.text, re.I):
            continue
        names = names_of(e.kind, found)
        if e.kind in {"epidural", "facet_intraarticular", "discography"}:
            names = tuple(n for n in names if "-" in n)
        if not names:
            continue
        e.levels = tuple(dict.fromkeys((*e.levels, *names)))
        e.spans.append(s.whole)
        e.steps.append("levels<-description")
        if e.kind in {"epidural", "si_joint", "selective_nerve_root"}:
            break
