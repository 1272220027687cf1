"""The life of a stimulator or a pump: trial, implantation, replacement, revision and removal are operations of their own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from extractors.note import Mention, Note
from extractors.surgeries.cues import load_cues
from extractors.surgeries.phrases import Phrase, year_of

CUES = load_cues(__file__)
KINDS = ("stimulator", "pump")
PART = "implant_part"
_STAGES = {name: CUES[f"stage_{name}"] for name in ("trial", "implant", "replace", "revise", "remove")}
_YEAR = CUES["year"]
#: Words that belong to one of the two whatever else the note holds.
_PUMP_PART = re.compile(r"pumps?|reservoir|catheter", re.IGNORECASE)
_STIMULATOR_PART = re.compile(
    r"batter(?:y|ies)|(?:pulse )?generator|leads?|paddle.*|extension.*|electrodes?|trial.*", re.IGNORECASE
)
#: How far around its name the stages of an implant are told, in characters.
_BEFORE, _BEHIND = 45, 130
_PART_BEFORE, _PART_BEHIND = 24, 60
_OTHER_CLAUSE = re.compile(
    r"\. |;|\b(?:because|since(?! (?:19|20)\d\d)|as|where|although|while)\b", re.IGNORECASE
)
#: "..., it was taken out": the next clause is still about the implant.
_OF_IT = re.compile(
    r"\s*(?:it|which|both|all|the (?:leads?|system|device|unit|pump|battery|whole))\b", re.IGNORECASE
)
_CORD = re.compile(r"\b(?:spin\w+|cord|dorsal|scs|dcs|drg|drg-?s|epidural|neuro\w+|ipg)\b", re.IGNORECASE)
_UPKEEP = re.compile(
    r"\b(?:refill\w*|interrogat\w+|telemetry|re-?program\w*|programming|accessed|check|clinic|site|scar|settings?|reservoir volume|dose)\b",
    re.IGNORECASE,
)
#: How far behind a stage its year may stand, in characters.
_YEAR_REACH = 45
_FINITE = re.compile(r"\b(?:was|were|got|been|had|has|have|is|are)\b[^.;]{0,24}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of an implant's life with its year, where one is told."""

    stage: str
    year: int | None
    finite: bool


def _named(note: Note) -> list[tuple[int, str]]:
    """Where the note names a stimulator or a pump outright, in order."""
    return note.once(
        "surgeries.implants",
        lambda n: [
            (m.span.start, m.label)
            for m in n.mentions("surgeries")
            if m.label in KINDS and not m.has("family")
        ],
    )


def part_kind(note: Note, m: Mention) -> str | None:
    """Which implant a part or a bare word ("the battery", "the system", "the trial") belongs to, or None."""
    named = _named(note)
    kinds = {kind for _, kind in named}
    if not kinds:
        return None
    if _PUMP_PART.fullmatch(m.text):
        return "pump" if "pump" in kinds else None
    if _STIMULATOR_PART.fullmatch(m.text) and "stimulator" in kinds:
        return "stimulator"
    at = m.span.start
    before = [kind for place, kind in named if place < at]
    return before[-1] if before else named[0][1]


def kind_of_parts(note: Note, mentions: list[Mention]) -> str | None:
    """Which implant the parts of one phrase belong to: a part that only one of the two has decides."""
    own = [m for m in mentions if _PUMP_PART.fullmatch(m.text) or _STIMULATOR_PART.fullmatch(m.text)]
    return next((kind for m in (*own, *mentions) if (kind := part_kind(note, m))), None)


def in_the_spine(words: str) -> bool:
    """Whether a stimulator's name says that it acts on the cord or a root."""
    return _CORD.search(words) is not None


def upkeep(p: Phrase) -> bool:
    """Whether an implant is only looked after: refilled, read out, a site looked at. That proves it, and no more."""
    text = p.sentence.text
    low, high = max(0, p.start - 20), p.end + 25
    return _UPKEEP.search(text, low, high) is not None and not _stages(text, low, high)


def after_trial(p: Phrase) -> bool:
    """Whether a trial is told in front of the part, in its sentence: its leads are pulled at the end."""
    return _STAGES["trial"].search(p.sentence.text[: p.end]) is not None


def _stages(text: str, low: int, high: int) -> list[tuple[int, int, str]]:
    found = [
        (m.start(), m.end(), stage)
        for stage, pattern in _STAGES.items()
        for m in pattern.finditer(text, low, high)
    ]
    kept: list[tuple[int, int, str]] = []
    for start, end, stage in sorted(found, key=lambda x: (x[0], x[0] - x[1])):
        if (
            kept
            and stage == kept[-1][2]
            and start - kept[-1][1] < _YEAR_REACH
            and not _YEAR.search(text, kept[-1][1], start)
        ):
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]), stage)  # "replaced at the end of its life"
        elif not kept or start >= kept[-1][1]:
            kept.append((start, end, stage))
    trial = next((start for start, _, stage in kept if stage == "trial"), None)
    if trial is not None:
        # "trial (two leads, placed 9/18)": placed for the trial, unless it is the permanent one
        kept = [
            (
                a,
                b,
                "trial" if x == "implant" and a > trial and "permanent" not in text[trial:b].lower() else x,
            )
            for a, b, x in kept
        ]
    return kept


def window(p: Phrase, left: int, right: int) -> tuple[int, int]:
    """Bounds of the words that tell of the implant, between the operations named before and behind it.

    A part takes only the words right beside it: "the battery was changed", "removal of the system".
    """
    text = p.sentence.text
    part = p.labels == {PART}
    before, behind = (_PART_BEFORE, _PART_BEHIND) if part else (_BEFORE, _BEHIND)
    low, high = max(left, p.start - before), min(right, p.end + behind)
    for m in _OTHER_CLAUSE.finditer(text, low, high):
        if m.end() <= p.start:
            low = m.end()
        elif m.start() >= p.end and (part or not _OF_IT.match(text, m.end())):
            return low, m.start()
    return low, high


def steps(p: Phrase, left: int, right: int) -> list[Step]:
    """The stages told around an implant's name, each with its years; empty where none is told."""
    text = p.sentence.text
    low, high = window(p, left, right)
    found = _stages(text, low, high)
    years = [(m.start(), year_of(m)) for m in _YEAR.finditer(text, low, high)]
    years = [(at, y) for at, y in years if y not in p.not_years]
    out: list[Step] = []
    used: set[int] = set()
    for i, (start, end, stage) in enumerate(found):
        stop = found[i + 1][0] if i + 1 < len(found) else high
        own = [(at, y) for at, y in years if end <= at < min(stop, end + _YEAR_REACH) or start <= at < end]
        own = own[:1] + [
            (at, y) for (prior, _), (at, y) in pairwise(own) if re.search(r"\band\b|&|,", text[prior:at])
        ]
        if not own:
            # "in 2018 it was implanted", "2018  SCS placed": the year in front, if no other stage has taken it
            own = [(at, y) for at, y in years if at < start and start - at < _YEAR_REACH and at not in used][
                -1:
            ]
            if own and any(own[0][0] < s < start for s, _, _ in found[:i]):
                own = []
        finite = _FINITE.search(text[max(low, start - 30) : start]) is not None or stage == "trial"
        used |= {at for at, _ in own}
        out += [Step(stage, y, finite) for _, y in own] or [Step(stage, None, finite)]
    return out


def separate(told: list[Step]) -> list[Step]:
    """The steps that are operations of their own: those with a year, and a later stage that is told as done.

    A trial's leads are pulled at its end; that is no operation of its own.
    """
    dated = [s for s in told if s.year is not None]
    trial = any(s.stage == "trial" for s in told)
    seen = {s.stage for s in dated}
    late = [
        s
        for s in told
        if s.year is None and s.finite and s.stage in {"remove", "replace", "revise"} and s.stage not in seen
        and not (trial and s.stage == "remove")
    ]  # fmt: skip
    return list(dict.fromkeys([*dated, *late]))
