"""Mode and temperature of an ablation."""

from __future__ import annotations

import re

from extractors.facts import Fact
from extractors.family import fact_of
from extractors.note import Mention, Note, Sentence
from extractors.technique.standing import Procedures

_LESION = re.compile(
    r"\b(?:lesion\w*|radio[- ]?frequency|rf\b|rfa\b|ablat\w+|coagulat\w+|neurolysis|neurotomy|rhizotomy|denervat\w+|burn\w*|electrodes?|"
    r"cannulae?|probes?|therm\w+|6463[3-6])\b",
    re.I,
)
_VITALS = re.compile(r"\b(?:vitals?|BP|HR|RR|pulse|SpO2|afebrile|fever|febrile|room|water)\b", re.I)
_RATHER = re.compile(r"\b(?:rather than|instead of|in place of|in lieu of|and not) (?:\w+ ){0,2}$", re.I)
#: Degrees Celsius: least of a thermal lesion, most of a pulsed one; bounds of what an electrode may have.
_LOWEST_THERMAL, _HIGHEST_PULSED, _COLDEST, _HOTTEST = 60.0, 45.0, 35.0, 100.0
#: A fever, a bath: so warm may be other things than lesions, which then have to be named beside it.
_WARM = 40.0
#: How many sentences a temperature may stand from its mode.
_REACH = 4


def _near_lesion(note: Note, s: Sentence) -> bool:
    return any(_LESION.search(x.text) for x in note.around(s, 2, 1))


def _is_lesion(note: Note, m: Mention, degrees: float) -> bool:
    text = m.sentence.text
    if not _COLDEST <= degrees <= _HOTTEST or _VITALS.search(text) or not _near_lesion(note, m.sentence):
        return False
    return degrees >= _WARM or _LESION.search(text) is not None


def _fits(mode: str, degrees: float) -> bool:
    return mode in {"thermal", "pulsed", "cooled"} and (degrees <= _HIGHEST_PULSED) == (mode == "pulsed")


def technique_of(note: Note, mentions: list[Mention], procedures: Procedures, version: str) -> list[Fact]:
    """One fact a mode and assertion; the temperature of the lesion settles the mode where no word does."""
    named = [
        (m.label.partition("/")[2], m)
        for m in mentions
        if m.label.startswith("technique/") and (procedures.ablation or _near_lesion(note, m.sentence))
    ]
    heat = [(m, float(re.match(r"[\d.]+", m.text)[0])) for m in mentions if m.label == "temperature"]  # type: ignore[index]
    heat = [(m, t) for m, t in heat if _is_lesion(note, m, t)]
    degrees: dict[int, float] = {}
    loose: list[tuple[Mention, float]] = []
    for m, t in heat:
        fitting = [
            (abs(m.sentence.index - n.sentence.index), abs(m.span.start - n.span.start), k)
            for k, (mode, n) in enumerate(named)
            if _fits(mode, t) and abs(m.sentence.index - n.sentence.index) <= _REACH
        ]
        anywhere = [k for k, (mode, _) in enumerate(named) if _fits(mode, t)]
        if fitting:
            degrees.setdefault(min(fitting)[2], t)
        elif anywhere and len({named[k][0] for k in anywhere}) == 1:
            degrees.setdefault(anywhere[0], t)  # the title names the mode, the description the heat
        else:
            loose.append((m, t))
    out: dict[tuple[str, str], Fact] = {}
    for k, (mode, m) in enumerate(named):
        rather = _RATHER.search(m.sentence.text[max(0, m.start - 40) : m.start])
        assertion = "absent" if rather else procedures.assertion(m)
        known = out.get((mode, assertion))
        if known is None or (known.value["temperature_c"] is None and k in degrees):
            value: dict[str, object] = {"mode": mode, "temperature_c": degrees.get(k)}
            out[mode, assertion] = fact_of(
                m, "technique", value, version=version, assertion=assertion, steps=("mode<-word",)
            )
    modes = {mode for mode, assertion in out if assertion != "absent"}
    for m, t in loose:
        mode = "pulsed" if t <= _HIGHEST_PULSED else "thermal"
        if mode == "thermal" and ("cooled" in modes or t < _LOWEST_THERMAL):
            continue
        assertion = procedures.assertion(m)
        assertion = "present" if assertion == "absent" else assertion
        if (mode, assertion) not in out:
            value = {"mode": mode, "temperature_c": t}
            out[mode, assertion] = fact_of(
                m, "technique", value, version=version, assertion=assertion, steps=("mode<-temperature",)
            )
    return list(out.values())
