"""Binds technique, image guidance, sedation and block agents of the note's spinal procedures."""

from __future__ import annotations

import re

from extractors.blocks.agents import find_agents
from extractors.blocks.event import Event
from extractors.blocks.events import events_of
from extractors.blocks.injectate import SKIN
from extractors.blocks.setting import setting_of
from extractors.facts import Fact, Trace
from extractors.family import Family, fact_of
from extractors.note import Mention, Note, Sentence

VERSION = "1"
_SILENT = frozenset(
    {"consent", "instructions", "allergies", "family_history", "social_history", "medications"}
)
_LESION = re.compile(
    r"\b(?:lesion\w*|radio[- ]?frequency|rfa?\b|ablat\w+|coagulat\w+|neurolysis|neurotomy|rhizotomy|denervat\w+|burn\w*|electrodes?|cannulae?|probes?|therm\w+)\b",
    re.I,
)
_INJECTED = re.compile(
    r"\b(?:inject\w*|blocks?|mbbs?|injectate|mixture|solution|consist\w+|each|per (?:level|site|nerve)|esis?|epidural|tfesi|medial branch\w*|diary|relief|instilled|deposited|administered|lido|bupi\w*)\b",
    re.I,
)
_LOCAL = re.compile(
    r"(?:straight |plain )?(?:local(?: an[ae]sth\w+)?|lidocaine|1% lidocaine)(?: infiltration)?(?: only)?",
    re.I,
)
_LOWEST_THERMAL, _HIGHEST_PULSED, _HOTTEST = 60.0, 45.0, 100.0


def _assertion(m: Mention) -> str:
    if m.has("negated"):
        return "absent"
    if m.has("hypothetical"):
        return "hypothetical"
    return "planned" if m.has("planned") else "present"


def _emit(
    m: Mention,
    family: str,
    value: dict[str, object],
    steps: tuple[str, ...] = (),
    assertion: str | None = None,
) -> Fact:
    return fact_of(m, family, value, version=VERSION, assertion=assertion or _assertion(m), steps=steps)


def _near_lesion(note: Note, s: Sentence) -> bool:
    return any(_LESION.search(x.text) for x in note.around(s, 2, 1))


def _technique(note: Note, mentions: list[Mention], ablation: bool) -> list[Fact]:
    """One fact a mode; the temperature of the lesion settles the mode where no word does."""
    out: dict[str, Fact] = {}
    named: list[tuple[str, Mention]] = [
        (m.label.partition("/")[2], m)
        for m in mentions
        if m.label.startswith("technique/") and (ablation or _near_lesion(note, m.sentence))
    ]
    heat = [
        (m, float(re.match(r"[\d.]+", m.text)[0]))
        for m in mentions
        if m.label == "temperature" and _near_lesion(note, m.sentence)
    ]  # type: ignore[index]
    heat = [(m, t) for m, t in heat if 35 <= t <= _HOTTEST]
    for mode, m in named:
        fits = [t for _, t in heat if (t <= _HIGHEST_PULSED) == (mode == "pulsed") and t > 0]
        temperature = fits[0] if fits and mode in {"thermal", "pulsed", "cooled"} else None
        if mode not in out:
            out[mode] = _emit(m, "technique", {"mode": mode, "temperature_c": temperature}, ("mode<-word",))
    for m, t in heat:
        mode = "pulsed" if t <= _HIGHEST_PULSED else "thermal"
        if mode == "thermal" and ("cooled" in out or t < _LOWEST_THERMAL):
            continue
        if mode not in out:
            out[mode] = _emit(
                m, "technique", {"mode": mode, "temperature_c": t}, ("mode<-temperature",), "present"
            )
    return list(out.values())


def _guidance(mentions: list[Mention]) -> list[Fact]:
    out: dict[str, Fact] = {}
    for m in mentions:
        if not m.label.startswith("guidance/"):
            continue
        modality = m.label.partition("/")[2]
        before = m.sentence.text[max(0, m.start - 24) : m.start]
        without = (
            re.search(r"\b(?:without|no|w/o|not? under|absence of)\s(?:\w+\s){0,2}$", before, re.I)
            is not None
        )
        if without and modality in {"fluoroscopy", "ct", "ultrasound"}:
            out.setdefault(
                "none", _emit(m, "guidance", {"modality": "none"}, ("modality<-without",), "present")
            )
        elif not m.has("negated"):
            out.setdefault(modality, _emit(m, "guidance", {"modality": modality}))
    if "none" in out and len(out) > 1 and out["none"].trace.steps != ("modality<-without",):
        del out["none"]
    return list(out.values())


_DEPTH = ("general", "monitored_care", "moderate", "minimal", "none")


def _local_heading(note: Note) -> Fact | None:
    """Under "ANESTHESIA: Local" there was no sedation."""
    for section in note.sections:
        line = note.text[section.body : section.end].strip().split("\n")[0]
        if section.category == "anesthesia" and _LOCAL.fullmatch(line.strip(" .")):
            start = note.text.index(line, section.body)
            return Fact(
                "sedation", {"kind": "none"}, start, start + len(line), "technique/anesthesia_heading", VERSION,
                section=section.category, trace=Trace(steps=("kind<-heading",)),
            )  # fmt: skip
    return None


def _sedation(note: Note, mentions: list[Mention]) -> list[Fact]:
    """The deepest sedation that the note states; "none" where it says so and names no other."""
    found: dict[str, Fact] = {}
    if (local := _local_heading(note)) is not None:
        found["none"] = local
    for m in mentions:
        if m.label.startswith("sedation/"):
            kind = m.label.partition("/")[2]
            if kind != "none" and m.has("negated"):
                kind = "none"
            if kind == "none" or not (m.has("hypothetical") or m.has("declined")):
                found.setdefault(
                    kind,
                    _emit(
                        m, "sedation", {"kind": kind}, assertion="planned" if m.has("planned") else "present"
                    ),
                )
    deepest = next((k for k in _DEPTH if k in found), None)
    return [found[deepest]] if deepest else []


def _agents(note: Note, mentions: list[Mention], events: list[Event]) -> list[Fact]:
    """Drugs put at the target, not those for the skin on the way."""
    procedure_note = setting_of(note).procedure_note
    close = {i + k for e in events for i in (e.named.sentence.index,) for k in (0, 1, 2)}
    seen: set[tuple[str, float | None, float | None]] = set()
    out: list[Fact] = []
    for m in mentions:
        s = m.sentence
        if m.label != "agent" or not (procedure_note or s.index in close) or not _INJECTED.search(s.text):
            continue
        a = next((a for a in find_agents(s.text) if a.start < m.end and m.start < a.end), None)
        if a is None:
            continue
        clause = s.text[max(0, a.start - 60) : a.end + 50]
        if SKIN.search(clause) and not re.search(
            r"\b(?:consist\w+|mixture|each (?:level|site|nerve))\b", clause, re.I
        ):
            continue
        key = (a.name, a.concentration, a.volume)
        if key in seen:
            continue
        seen.add(key)
        value: dict[str, object] = {
            "agent": a.name, "concentration_percent": a.concentration, "volume_ml": a.volume, "steroid": a.steroid,
        }  # fmt: skip
        out.append(_emit(m, "block_agents", value, assertion="present"))
    return out


def bind(note: Note) -> list[Fact]:
    """Technique, guidance, sedation and block-agent facts; none where the note names no procedure of ours."""
    mentions = [m for m in note.mentions("technique") if m.sentence.section.category not in _SILENT]
    events = events_of(note)
    if not (events or setting_of(note).procedure_note):
        return []
    ablation = any(e.family == "ablations" for e in events)
    return [
        *_technique(note, mentions, ablation),
        *_guidance(mentions),
        *_sedation(note, mentions),
        *_agents(note, mentions, events),
    ]


FAMILY = Family.load(__file__, VERSION, bind)
