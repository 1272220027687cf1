"""Diagnosis phrases to ICD-10-CM codes: a candidate for the reviewer, never a claim."""

from __future__ import annotations

import logging
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from extractors.facts import Fact
from extractors.family import fact_of
from extractors.linking.knowledge import other_sites
from extractors.linking.normal import Normal, normal
from extractors.linking.phrases import Phrase, diagnosis_phrases
from extractors.note import Note

VERSION = "1"
#: Lowest cosine of a link, chosen on the phrase table of tests/extractors/linking.
THRESHOLD = 0.78
#: Lead that the best code must have over the next one, unless it is matched outright.
MARGIN = 0.03
_OUTRIGHT = 0.985
#: Phrases kept with their result; the same diagnoses come again and again.
_REMEMBERED = 8192
_REGIONS = ("cervicothoracic", "thoracolumbar", "lumbosacral", "cervical", "thoracic", "lumbar", "sacral")


@dataclass(frozen=True, slots=True)
class Link:
    """A code with its title and the cosine of the phrase with the nearest alias."""

    code: str
    title: str
    score: float


class DiagnosisLinker:
    """Links phrases to codes through scispaCy's entity linker; built once, deterministic."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        import spacy

        with warnings.catch_warnings():
            from extractors.linking.index import build_entity_linker

            self._linker = build_entity_linker(titles)
        logging.getLogger("nmslib").setLevel(logging.ERROR)
        self._vocab = spacy.blank("en").vocab
        self._titles = titles
        self._regions = {
            code: {r for a in entity.aliases for r in [_region_in(a)] if r}
            for code, entity in self._linker.kb.cui_to_entity.items()
        }
        self._words = {
            code: frozenset(w for a in entity.aliases for w in a.split())
            for code, entity in self._linker.kb.cui_to_entity.items()
        }
        self._known: OrderedDict[str, Link | None] = OrderedDict()

    def link(self, phrases: Iterable[str]) -> list[Link | None]:
        """The link of each phrase, or None; every distinct phrase is looked up once."""
        asked = list(phrases)
        new = [p for p in dict.fromkeys(asked) if p not in self._known]
        if new:
            self._look_up(new)
        found = [self._known[p] for p in asked]
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return found

    def __call__(self, note: Note) -> list[Fact]:
        """Facts ``linked_diagnoses`` of a note, one a code and assertion, with further places as support."""
        phrases = diagnosis_phrases(note)
        whole = self.link(p.text for p in phrases)
        # "Stenosis with leg pain" is looked up as a whole first, then by its parts.
        parts = [q for p, link in zip(phrases, whole, strict=True) if link is None for q in p.parts]
        phrases, links = phrases + parts, whole + self.link(p.text for p in parts)
        merged: dict[tuple[str, str], list[tuple[Phrase, Link]]] = {}
        for phrase, link in zip(phrases, links, strict=True):
            if link is not None:
                merged.setdefault((link.code, phrase.assertion), []).append((phrase, link))
        return [self._fact(found) for found in merged.values()]

    def _fact(self, found: list[tuple[Phrase, Link]]) -> Fact:
        phrase, link = max(found, key=lambda x: x[1].score)
        others = sorted({p.span for p, _ in found} - {phrase.span})
        return fact_of(
            phrase.mention,
            "linked_diagnoses",
            {"code": link.code, "title": link.title, "score": link.score},
            version=VERSION,
            assertion=phrase.assertion,
            span=phrase.span,
            supporting=tuple(others),
            steps=(f"cosine:{link.score:.3f}", f"place:{phrase.place}"),
        )

    def _look_up(self, phrases: list[str]) -> None:
        from spacy.tokens import Doc, Span

        forms = {p: normal(p) for p in phrases}
        strings = list(dict.fromkeys(s for p in phrases for s in forms[p].forms()))
        scored: dict[str, list[tuple[str, float]]] = {}
        if strings:
            # One token a string: the linker reads the text of entities, whatever they are made of.
            doc = Doc(self._vocab, words=strings)
            doc.ents = [Span(doc, i, i + 1, label="DIAGNOSIS") for i in range(len(strings))]
            self._linker(doc)
            scored = {e.text: [(c, round(float(s), 4)) for c, s in e._.kb_ents] for e in doc.ents}
        for phrase in phrases:
            self._known[phrase] = self._decide(forms[phrase], scored)

    def _decide(self, form: Normal, scored: Mapping[str, list[tuple[str, float]]]) -> Link | None:
        best: tuple[str, float] | None = None
        for text in form.forms():
            ranked = sorted(scored.get(text, ()), key=lambda x: (-x[1], x[0]))
            if not ranked or ranked[0][1] < THRESHOLD or not self._fits(ranked[0], form):
                continue
            clear = len(ranked) < 2 or ranked[0][1] - ranked[1][1] >= MARGIN or ranked[0][1] >= _OUTRIGHT
            if clear and (best is None or ranked[0][1] > best[1]):
                best = ranked[0]
        return Link(best[0], self._titles[best[0]], min(best[1], 1.0)) if best else None

    def _fits(self, candidate: tuple[str, float], form: Normal) -> bool:
        """Whether the code's region is that of the phrase, and no word puts the phrase elsewhere."""
        code, score = candidate
        if (other_sites() & set(form.words.split())) - self._words[code]:
            return False
        regions = self._regions[code]
        if form.region and regions:
            return form.region in regions
        return not (regions and not form.region) or score >= _OUTRIGHT


def _region_in(alias: str) -> str | None:
    return next((r for r in _REGIONS if r in alias.split()), None)


def build_linker(titles: Mapping[str, str]) -> Callable[[Note], list[Fact]]:
    """A linker over a code table handed in from outside.

    Parameters
    ----------
    titles
        ICD-10-CM code (with its point) to title.
    """
    return DiagnosisLinker(titles)
