"""Binds technique, image guidance, sedation and block agents of the note's spinal procedures."""

from __future__ import annotations

import re

from extractors.blocks.agents import Agent, find_agents
from extractors.facts import Fact
from extractors.family import Family, fact_of
from extractors.note import Mention, Note
from extractors.request.boxes import answer
from extractors.technique.modes import technique_of
from extractors.technique.sedation import sedation_of
from extractors.technique.standing import Procedures, denied, procedures_of

VERSION = "2"
_SKIN = re.compile(
    r"\b(?:skin|wheal|subcutaneous\w*|infiltrat\w*|superficial|track|tract|soft tissues?|numb\w* the)\b", re.I
)
_INJECTED = re.compile(
    r"\b(?:inject\w*|blocks?|mbbs?|injectate|mixture|solution|consist\w+|each|per (?:level|site|nerve|branch|joint)|esis?|epidural|tfesi|medial branch\w*|diary|relief|instilled|deposited|administered|received|lido|bupi\w*|agent|6449\d)\b",
    re.I,
)
_AT_TARGET = re.compile(
    r"\b(?:consist\w+|mixture|each (?:level|site|nerve)|per (?:level|nerve|branch|joint))\b", re.I
)
_ALLERGY = re.compile(r"\b(?:allerg\w+|intoleran\w+|reaction to|sensitiv\w+ to)\b", re.I)
_WITHOUT = re.compile(r"\b(?:without|no|w/o|not? under|absence of)\s(?:\w+\s){0,2}$", re.I)
_NOT_USED = re.compile(r"^[^.;,]{0,22}\b(?:will|was|is|were|are) (?:not|never)\b", re.I)
_HALF = re.compile(r"\bhalf an? (?:ml|cc|milliliter)\b", re.I)
_VOLUME_LATER = re.compile(
    r"^\s?\d+(?:\.\d+)? ?mg(?: ?/ ?ml)?[,;]? (?P<v>\d{0,2}\.?\d+) ?(?:ml|cc)\b(?! of)", re.I
)
#: A part of a mixture is injected: its volume is that of the site.
_PORTION = re.compile(
    r"(?P<v>\d{0,2}\.?\d+) ?(?:ml|cc)\b of (?:an?|the|this|that) (?:\w+ )?(?:solution|mixture)\b", re.I
)


def _guidance(note: Note, mentions: list[Mention], procedures: Procedures) -> list[Fact]:
    out: dict[tuple[str, str], Fact] = {}
    for m in mentions:
        if not m.label.startswith("guidance/"):
            continue
        modality = m.label.partition("/")[2]
        text = m.sentence.text
        if m.entry.attributes.get("near") and not procedures.in_sentence(m.sentence):
            continue  # "no imaging" elsewhere tells that there are no films
        steps: tuple[str, ...] = ()
        assertion = procedures.assertion(m)
        if answer(note, m.span.end) is False:
            continue
        if modality != "none" and _WITHOUT.search(text[max(0, m.start - 24) : m.start]):
            if modality == "mri":
                continue
            modality, steps = "none", ("modality<-without",)
        elif modality != "none" and (denied(m) or _NOT_USED.match(text[m.end : m.end + 40])):
            continue
        if assertion == "absent":  # the words deny guidance, not the procedure
            near = procedures.nearest(m)
            assertion = near.standing if near is not None else "present"
        value: dict[str, object] = {"modality": modality}
        fact = fact_of(m, "guidance", value, version=VERSION, assertion=assertion, steps=steps)
        out.setdefault((modality, assertion), fact)
    for modality, assertion in list(out):
        others = [k for k in out if k[1] == assertion and k[0] != "none"]
        if modality == "none" and others and out[modality, assertion].trace.steps != ("modality<-without",):
            del out[modality, assertion]
    return list(out.values())


def _volume(text: str, a: Agent) -> float | None:
    """Millilitres a site: the agent's own, or told a little later or in words."""
    if (portion := _PORTION.search(text[max(0, a.start - 100) : a.start])) is not None:
        return None if a.steroid else float(portion["v"])
    if a.volume is not None:
        return a.volume
    behind = text[a.end : a.end + 40]
    if (m := _VOLUME_LATER.match(behind)) is not None:
        return float(m["v"])
    return 0.5 if _HALF.search(behind) else None


def _agents(mentions: list[Mention], procedures: Procedures) -> list[Fact]:
    """Drugs put at the target, not those for the skin on the way."""
    seen: set[tuple[str, float | None, float | None]] = set()
    out: list[Fact] = []
    for m in mentions:
        s = m.sentence
        if m.label != "agent" or not (procedures.own or procedures.close(s)) or not _INJECTED.search(s.text):
            continue
        if (
            _WITHOUT.search(s.text[max(0, m.start - 24) : m.start])
            or m.has("hypothetical")
            or _ALLERGY.search(s.text[: m.start])
        ):
            continue
        a = next((a for a in find_agents(s.text) if a.start < m.end and m.start < a.end), None)
        if a is None:
            continue
        low, high = m.clause
        clause = s.text[max(low, a.start - 60) : min(high, a.end + 50)]
        if _SKIN.search(clause) and not _AT_TARGET.search(clause):
            continue
        volume = _volume(s.text, a)
        key = (a.name, a.concentration, volume)
        if key in seen:
            continue
        seen.add(key)
        value: dict[str, object] = {
            "agent": a.name, "concentration_percent": a.concentration, "volume_ml": volume, "steroid": a.steroid,
        }  # fmt: skip
        assertion = procedures.assertion(m)
        out.append(
            fact_of(
                m, "block_agents", value, version=VERSION,
                assertion=assertion if assertion in ("planned", "historical") else "present",
            )
        )  # fmt: skip
    return out


def bind(note: Note) -> list[Fact]:
    """Technique, guidance, sedation and block-agent facts; none where the note names no procedure of ours."""
    procedures = procedures_of(note)
    if not procedures:
        return []
    mentions = [m for m in note.mentions("technique") if procedures.speaks_of_ours(m)]
    return [
        *technique_of(note, mentions, procedures, VERSION),
        *_guidance(note, mentions, procedures),
        *sedation_of(note, mentions, procedures, VERSION),
        *_agents(mentions, procedures),
    ]


FAMILY = Family.load(__file__, VERSION, bind)
