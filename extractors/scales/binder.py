"""Bind pain scores (``pain_scores``) and disability scales (``disability_scales``), each distinct statement once."""

from __future__ import annotations

import re

from extractors.facts import Fact, Span
from extractors.family import Family, fact_of, stripped
from extractors.note import Mention, Note
from extractors.scales.disability import disability, speaks_of_another
from extractors.scales.pain_scores import pain_scores

VERSION = "1"
#: What parts a figure's words from those of the one before.
_APART = re.compile(r"[,;|/] ?|\b(?:and|but|then) ")
#: Characters ahead of a figure that its quote may take in.
_LEAD = 50


class _Once:
    """Facts by what they state; a statement told again adds its place as support."""

    def __init__(self) -> None:
        self._kept: dict[
            tuple[object, ...], tuple[Mention, str, dict[str, object], str, list[Span], str]
        ] = {}

    def add(
        self, m: Mention, family: str, value: dict[str, object], assertion: str, span: Span, step: str
    ) -> None:
        """Keep the statement, or its further place."""
        key = (family, assertion, *value.values())
        if key in self._kept:
            places = self._kept[key][4]
            if span not in places:
                places.append(span)
            return
        self._kept[key] = (m, family, value, assertion, [span], step)

    def facts(self) -> list[Fact]:
        """The facts in the order in which they were first told."""
        return [
            fact_of(
                m, family, value, version=VERSION, assertion=assertion, span=spans[0], supporting=tuple(spans[1:5]),
                steps=(step,),
            )
            for m, family, value, assertion, spans, step in self._kept.values()
        ]  # fmt: skip


def _quote(mention: Mention, start: int, end: int, low: int) -> Span:
    """A figure with the words ahead of it, from ``low`` on at the earliest, without a cut word."""
    sentence = mention.sentence
    apart = _APART.search(sentence.text, low, start) if low else None
    a = max(apart.end() if apart else low, start - _LEAD)
    while low < a < start and sentence.text[a - 1] not in " ,;(":
        a += 1
    return sentence.span(*stripped(sentence.text, a, end))


def _pain(note: Note, kept: _Once) -> None:
    done: set[int] = set()
    for mention in note.mentions("scales"):
        sentence = mention.sentence
        if mention.label != "pain" or sentence.index in done or mention.has("family"):
            continue
        done.add(sentence.index)
        low = 0
        for s in pain_scores(sentence, note):
            value: dict[str, object] = {
                "scale": s.scale, "moment": s.moment, "low": s.low, "high": s.high, "region": s.region,
            }  # fmt: skip
            assertion = "historical" if mention.has("historical") else "present"
            kept.add(
                mention,
                "pain_scores",
                value,
                assertion,
                _quote(mention, *(s.told or (s.start, s.end)), low),
                s.step,
            )
            low = s.told[0] if s.told else min(s.end, len(sentence.text) - 1)


def _disability(note: Note, kept: _Once) -> None:
    named = [m for m in note.mentions("scales") if m.label == "disability"]
    told = {m.sentence.index for m in named}
    rest = [m for m in note.mentions("scales") if m.label == "generic" and m.sentence.index not in told]
    for mentions in (named, rest):
        _read_scales(mentions, note, kept)


def _read_scales(mentions: list[Mention], note: Note, kept: _Once) -> None:
    silent: dict[int, bool] = {}
    for i, mention in enumerate(mentions):
        sentence = mention.sentence
        if sentence.index not in silent:
            silent[sentence.index] = speaks_of_another(sentence, note)
        if silent[sentence.index]:
            continue
        before = mentions[i - 1] if i else None
        after = mentions[i + 1] if i + 1 < len(mentions) else None
        low = before.end if before and before.sentence is sentence else 0
        high = after.start if after and after.sentence is sentence else len(sentence.text)
        for d in disability(mention, low, high):
            value: dict[str, object] = {"name": d.name, "score": d.score, "moment": d.moment}
            span = _quote(mention, d.start, d.end, mention.clause[0])
            kept.add(mention, "disability_scales", value, d.assertion, span, d.step)


def bind(note: Note) -> list[Fact]:
    """Facts ``pain_scores`` (scale, moment, low, high, region) and ``disability_scales`` (name, score, moment)."""
    kept = _Once()
    _pain(note, kept)
    _disability(note, kept)
    return kept.facts()


FAMILY = Family.load(__file__, VERSION, bind)
