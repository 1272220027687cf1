"""Bind radicular mentions: one fact a sign, and one settled fact a region."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

from extractors.examination.results import side_of
from extractors.facts import Fact, Span
from extractors.family import Family, fact_of, stripped
from extractors.note import Mention, Note
from extractors.radicular import provocation, radiation, signs
from extractors.radicular.context import Status, status_of
from extractors.radicular.cues import cue
from extractors.radicular.evidence import REGIONS, WEAK, Evidence
from extractors.radicular.settle import settle
from extractors.radicular.visits import visit_dates

VERSION = "1"
_READERS: dict[str, Callable[[Mention, Note, Status], list[radiation.Reading]]] = {
    "named": signs.read_named,
    "radiates": radiation.read_radiates,
    "stops": radiation.read_stops,
    "limb_pain": radiation.read_limb_pain,
    "sensory": signs.read_sensory,
    "sensory_exam": signs.read_sensory_exam,
    "dermatome": signs.read_dermatome,
    "motor": signs.read_motor,
    "motor_exam": signs.read_motor_exam,
    "tension": provocation.read_tension,
    "code": signs.read_code,
    "oblique": signs.read_oblique,
    "claudication": signs.read_claudication,
    "girdle": radiation.read_girdle,
    "electrodiagnostic": provocation.read_electrodiagnostic,
}
_FIRM_SECTIONS = frozenset(
    {"assessment", "preoperative_diagnosis", "postoperative_diagnosis", "indication", "examination"}
)
_ASSERTIONS = {"present": "present", "absent": "absent", "historical": "historical", "uncertain": "uncertain"}
_COPIED = re.compile(
    r"\b(?:copied|copy[- ]?forward\w*|carried forward|cut and paste\w*|pulled forward|from last (?:visit|note))\b",
    re.IGNORECASE,
)
_INTERVAL = re.compile(
    r"\b(?:interval|interim|update|addendum|since last (?:visit|seen)|today)\b", re.IGNORECASE
)
_INTERVAL_MARK = re.compile(
    r"^[ \t>*\-\[(]{0,6}(?:interval|interim|update|addendum|today(?:'s visit)?|since (?:the )?last (?:visit|seen))\b",
    re.IGNORECASE | re.MULTILINE,
)
_CLAUDICATION = re.compile(r"neurogenic|neuroclaud|pseudo|spinal|shopping", re.IGNORECASE)
#: Longest quote, in characters.
_QUOTE = 260


def _stale_stretches(note: Note) -> tuple[tuple[int, int], ...]:
    """Stretches copied from an earlier visit, up to the interval history that the same note brings.

    A note without an interval history has nothing newer to say, so nothing in it is stale.
    """

    def make(n: Note) -> tuple[tuple[int, int], ...]:
        newer = [m.start() for m in _INTERVAL_MARK.finditer(n.text)]
        out = []
        for m in _COPIED.finditer(n.text):
            later = bisect_right(newer, m.start())
            if later < len(newer):
                here = n.sentence_at(m.start())
                stop = here.section.end if here else len(n.text)
                out.append((m.start(), min(newer[later], max(stop, m.end()))))
        return tuple(out)

    return note.once("radicular.stale", make)


def _inside(stretches: tuple[tuple[int, int], ...], at: int) -> bool:
    """Whether an offset lies in one of the stretches (ordered by start)."""
    i = bisect_right(stretches, (at, at)) - 1
    return (i >= 0 and stretches[i][0] <= at < stretches[i][1]) or (
        i + 1 < len(stretches) and stretches[i + 1][0] == at
    )


def _quote(mention: Mention) -> Span:
    """The mention's clause, cut to a readable length around it."""
    text = mention.sentence.text
    a, b = mention.clause
    if b - a > _QUOTE:
        a = max(a, mention.start - 120)
        b = min(b, mention.end + 130)
        while a > mention.clause[0] and a < mention.start and text[a - 1] != " ":
            a += 1
        while b < mention.clause[1] and b > mention.end and text[b] != " ":
            b -= 1
    return mention.sentence.span(*stripped(text, a, b))


def _hedged(mention: Mention, note: Note, polarity: str) -> bool:
    """Whether a complaint is told with reserve, or a doubt is stressed (in its sentence or the next)."""
    if polarity == "uncertain":
        near = " ".join(s.text for s in note.around(mention.sentence, 0, 1))
        return bool(cue("strong_doubt").search(near))
    a, b = mention.clause
    return polarity == "present" and bool(cue("hedged").search(mention.sentence.text[a:b]))


def _reported(mention: Mention) -> bool:
    """Whether a diagnosis is handed on: from a referral, records, or another clinician."""
    return bool(cue("referred").search(mention.sentence.text[max(0, mention.start - 160) : mention.start]))


def _concluding(mention: Mention, why: str) -> bool:
    """Whether a denied root disease is a conclusion: of the assessment, a study, the examination; not a form's "no"."""
    if why.startswith(("box", "cell")):
        return False
    if mention.sentence.section.category in ("assessment", "plan", "imaging"):
        return True
    return mention.sentence.section.category != "review_of_systems" and bool(
        cue("concluding").search(mention.sentence.text)
    )


def _evidence(note: Note) -> list[Evidence]:
    found: list[Evidence] = []
    stale = _stale_stretches(note)
    visits = visit_dates(note)
    for mention in note.mentions("radicular"):
        status, why = status_of(mention, note)
        if mention.label == "claudication":
            bare = mention.text.lower() == "claudication"
            if bare and (
                not _CLAUDICATION.search(mention.clause_text) or "vascular" in mention.clause_text.lower()
            ):
                continue  # of the arteries, as far as the note says
        if status == "ignored":
            continue
        section = mention.sentence.section
        for reading in _READERS[mention.label](mention, note, status):
            firm = section.category in _FIRM_SECTIONS or reading.sign in ("tension_sign", "electrodiagnostic")
            if section.category == "examination" and reading.sign == "named_disease":
                firm = False
            weight, steps = reading.weight, (why, reading.step)
            if why == "past_dated" and reading.polarity == "present":
                weight, steps = WEAK, (*steps, "history_of")
            low = max(mention.clause[0], mention.start - 45)
            found.append(
                Evidence(
                    region=reading.region,
                    polarity=reading.polarity,
                    weight=weight,
                    sign=reading.sign,
                    span=_quote(mention),
                    mention=mention,
                    laterality=side_of(mention.sentence.text[low : mention.end + 45]),
                    firm=firm or bool(_INTERVAL.search(section.title)),
                    stale=_inside(stale, mention.span.start),
                    resolved=reading.resolved,
                    hedged=_hedged(mention, note, reading.polarity),
                    reported=reading.sign == "named_disease" and _reported(mention),
                    concluding=reading.sign == "named_disease"
                    and reading.polarity == "absent"
                    and _concluding(mention, why),
                    visit=visits.get(mention.sentence.index),
                    steps=steps,
                )
            )
    return found


def bind(note: Note) -> list[Fact]:
    """Facts ``radicular_signs`` (one a mention) and ``radicular`` (one a region)."""
    facts: list[Fact] = []
    evidence = _evidence(note)
    for e in evidence:
        value: dict[str, object] = {"region": e.region, "sign": e.sign, "laterality": e.laterality}
        facts.append(
            fact_of(
                e.mention,
                "radicular_signs",
                value,
                version=VERSION,
                assertion=_ASSERTIONS[e.polarity],
                span=e.span,
                steps=e.steps,
            )
        )
    for region in REGIONS:
        own = [e for e in evidence if e.region == region]
        settled = settle(own)
        if settled is None:
            continue
        best, *rest = settled.evidence
        more = tuple(dict.fromkeys(e.span for e in rest if e.span != best.span))[:4]
        kinds = tuple(sorted({e.sign for e in settled.evidence}))
        facts.append(
            fact_of(
                best.mention,
                "radicular",
                {"region": region, "status": settled.status, "signs": kinds},
                version=VERSION,
                assertion=settled.status,
                span=best.span,
                supporting=more,
                steps=(f"status:{settled.status}<-{settled.rule}", *best.steps),
            )
        )
    return facts


FAMILY = Family.load(__file__, VERSION, bind)
