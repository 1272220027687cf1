"""Orders by code: what their codes' lines say of them, and what the words beside a code call it."""

from __future__ import annotations

from extractors.blocks.event import Event
from extractors.note import Note
from extractors.request.codes import procedure_codes
from extractors.request.lines import Line, claim_lines

#: Codes by the kind or target that they name here; joints of facet codes are the events' levels.
_CODES = {
    "medial_branch_block": ("64490", "64491", "64492", "64493", "64494", "64495"),
    "facet_intraarticular": ("64490", "64491", "64492", "64493", "64494", "64495"),
    "facet": ("64633", "64634", "64635", "64636"),
    "selective_nerve_root": ("64479", "64480", "64483", "64484"),
    "epidural": ("62320", "62321", "62322", "62323", "64479", "64480", "64483", "64484"),
    "si_joint": ("27096", "64451", "64625"),
}


def as_coded(events: list[Event]) -> list[Event]:
    """Facet codes are those of blocks and of joint injections alike: where only the latter is named, it is the one."""
    events = _root_blocks(events)
    coded = [e for e in events if e.kind == "medial_branch_block" and e.status == "planned"]
    if not coded or any(e.named.form != "code" for e in coded):
        return events
    joint = [
        e
        for e in events
        if e.kind == "facet_intraarticular"
        and (e.status == "planned" or (e.weak and e.percent is None and e.date is None))
        and not any({e.laterality, c.laterality} == {"left", "right"} for c in coded)
    ]
    if len(joint) != 1:
        return events
    e = joint[0]
    for c in coded:
        e.levels = e.levels or c.levels
        e.laterality = c.laterality if e.laterality == "unknown" else e.laterality
        e.spans.extend(c.spans)
    e.status, e.weak = "planned", False
    e.steps.append("status:planned<-coded")
    return [x for x in events if x not in coded]


def _root_blocks(events: list[Event]) -> list[Event]:
    """Codes of transforaminal epidurals beside a selective nerve root block of the same visit are that block's."""
    roots = [e for e in events if e.kind == "selective_nerve_root" and e.status in {"planned", "performed"}]
    if not roots:
        return events
    return [
        e
        for e in events
        if not (
            e.kind == "epidural"
            and e.named.form == "code"
            and e.status in {"planned", "performed"}
            and e.named.mention.entry.attributes.get("route") == "transforaminal"
            and not any({e.laterality, r.laterality} == {"left", "right"} for r in roots)
        )
    ]


def complete_from_codes(events: list[Event], note: Note) -> None:
    """Give levels and side of the requested lines to the planned or performed procedure that leaves them out."""
    wanting = [
        e
        for e in events
        if e.status in {"planned", "performed"}
        and (not e.levels or e.laterality == "unknown")
        and e.kind in _CODES
    ]
    if not wanting or not any(m.label == "cpt" for m in note.mentions("request")):
        return
    lines = note.once("blocks.claim_lines", lambda n: claim_lines(n, procedure_codes(n)))
    for e in wanting:
        own = [x for x in lines if x.code.code in _CODES[e.kind]]
        rivals = [
            o for o in events if o is not e and o.kind == e.kind and o.status in {"planned", "performed"}
        ]
        if own and not rivals:
            _complete(e, own)


def _complete(e: Event, lines: list[Line]) -> None:
    names = tuple(dict.fromkeys(n for x in lines for n in x.levels))
    sides = {x.laterality for x in lines}
    if not e.levels and names:
        e.levels = names
        e.steps.append("levels<-claim_lines")
    if e.laterality == "unknown" and len(sides) == 1:
        e.laterality = sides.pop()
        e.steps.append("laterality<-claim_lines")
    e.spans.extend(dict.fromkeys(x.code.sentence.span(x.code.start, x.code.end) for x in lines))
