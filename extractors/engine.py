"""The extractor: text in, facts out. Built once, kept, and free of downloads and log output."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from extractors.assertion.context import FLAGS, TARGETS, build_context, rule_data
from extractors.assertion.text_once import read_text_once
from extractors.candidates.automaton import AnchorAutomaton
from extractors.digest import digest
from extractors.facts import Cue, Fact
from extractors.family import Family
from extractors.lexicon import Entry
from extractors.linking.abbreviations import AbbreviationFinder, Alias, alias_places, aliases_of
from extractors.note import NO_PATTERN, Mention, Note, Sentence, fold
from extractors.targets import Targets, aligned
from extractors.text.scanned import mended
from extractors.text.sections import SectionIndex, find_sections
from extractors.text.sentences import find_sentences
from extractors.text.unsaid import UnsaidIndex

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span

#: Version of the extraction engine (sections, sentences, binding order); lexicons carry their own.
ENGINE_VERSION = "1"


def _silent_import() -> Language:
    """Import spaCy and medspaCy with their loggers silent and the warning filters as they were."""
    with warnings.catch_warnings():
        import spacy
    # Our matchers hold regular expressions and phrases only; spaCy would warn about the empty third kind.
    warnings.filterwarnings("ignore", message=r"\[W036\]", category=UserWarning)
    try:
        from loguru import logger

        for name in ("PyRuSH", "medspacy"):
            logger.disable(name)
    except ImportError:  # loguru comes with PyRuSH; without it there is nothing to silence
        pass
    for name in ("medspacy", "PyRuSH", "quickumls"):
        logging.getLogger(name).disabled = True
    return spacy.blank("en")


#: Facts made from the whole note after the families.
Linker = Callable[[Note], list[Fact]]


#: Analyses kept for sentences that come again; in memory only, dropped when full.
_MEMORY = 4096


@dataclass(frozen=True, slots=True)
class _PlainCue:
    """A cue in offsets of the sentence's text."""

    category: str
    rule: str
    start: int
    end: int
    scope_start: int
    scope_end: int

    def placed(self, sentence: Sentence) -> Cue:
        """The same cue in note offsets."""
        own = sentence.span(self.start, self.end)
        # An empty scope (a cue at the sentence's edge) is shown as the cue's own place.
        wide = self.scope_end > self.scope_start
        scope = sentence.span(self.scope_start, self.scope_end) if wide else own
        return Cue(self.category, self.rule, own.start, own.end, scope.start, scope.end)


@dataclass(frozen=True, slots=True)
class _Analysed:
    """A mention in offsets of the sentence's text: what depends on the words alone."""

    family: str
    entry: Entry
    pattern: str
    start: int
    end: int
    cues: tuple[_PlainCue, ...]
    flags: frozenset[str]


@dataclass(frozen=True)
class Extraction:
    """The facts of one note in a stable order, and the note as analysed (for explanations)."""

    facts: tuple[Fact, ...]
    note: Note


class Extractor:
    """Text to facts over a set of families.

    Parameters
    ----------
    families
        The families to run; by default all of ``extractors.families``.
    linker
        Turns diagnosis phrases without a code into ``linked_diagnoses`` facts; none by default, since
        the code table belongs to the caller (see ``extractors.linking``).
    """

    def __init__(self, families: Iterable[Family] | None = None, linker: Linker | None = None) -> None:
        if families is None:
            from extractors.families import all_families

            families = all_families()
        self.families = tuple(families)
        self.nlp = _silent_import()
        self._targets = Targets(f.lexicon for f in self.families)
        self._reads_boxes = {f.name for f in self.families if f.reads_boxes}
        self._order = {f.name: i for i, f in enumerate(self.families)}
        self._context = build_context(self.nlp)
        read_text_once(self._context)
        self._abbreviations = AbbreviationFinder(self.nlp)
        self._linker = linker
        self._memory: dict[str, tuple[_Analysed, ...]] = {}
        self._automaton = AnchorAutomaton(self._targets.anchors)

    @cached_property
    def versions(self) -> dict[str, str]:
        """Versions of engine, context rules, lexicons and binders."""
        here = Path(__file__).parent
        parts = {
            name: digest(here / name, ".py", ".yaml")
            for name in ("text", "quantities", "assertion", "linking")
        }
        out = {
            "engine": f"{ENGINE_VERSION}+{digest(here, '.py')}",
            "context": f"{rule_data()['version']}+{parts.pop('assertion')}",
            **parts,
        }
        for f in self.families:
            out[f"lexicon:{f.name}"] = f.lexicon.version
            out[f"binder:{f.name}"] = f.version
        return dict(sorted(out.items()))

    def read(self, text: str) -> Note:
        """Sections, sentences and mentions of a note; only sentences with a match are tokenized."""
        sections = find_sections(mended(text))
        index = SectionIndex(sections)
        breaks = [s.start for s in sections] + [s.body for s in sections if s.body > s.start]
        bounds = find_sentences(text, breaks)
        candidates = self._automaton.owners(text, bounds)
        sentences: list[Sentence] = []
        aliases: list[Alias] = []
        for i, ((start, end), patterns) in enumerate(zip(bounds, candidates, strict=True)):
            folded, where = fold(text[start:end])
            sentence = Sentence(i, start, end, folded, index.at(start), where)
            if patterns:
                self._analyse(sentence, patterns, aliases=aliases)
            sentences.append(sentence)
        if aliases:
            self._apply(aliases, sentences, candidates)
        return Note(text, sections, sentences, self._unsaid(text, sentences))

    def _unsaid(self, text: str, sentences: Sequence[Sentence]) -> tuple[tuple[Mention, str], ...]:
        """Take the mentions out of the sentences that stand in text which says nothing about the patient."""
        index = UnsaidIndex(text)
        if not index.spans:
            return ()
        out: list[tuple[Mention, str]] = []
        for sentence in sentences:
            kept: list[Mention] = []
            for m in sentence.mentions:
                found = index.at(m.span.start)
                if found is None or (found.why == "unticked_box" and m.family in self._reads_boxes):
                    kept.append(m)
                else:
                    out.append((m, found.why))
            sentence.mentions[:] = kept
        return tuple(out)

    def _apply(
        self, aliases: Sequence[Alias], sentences: Sequence[Sentence], candidates: Sequence[frozenset[int]]
    ) -> None:
        """Read the sentences that hold a short form defined in this note once more, with it."""
        for sentence, patterns in zip(sentences, candidates, strict=True):
            extra = alias_places(sentence, aliases)
            if extra:
                sentence.mentions.clear()
                self._analyse(sentence, patterns, extra)

    def extract(self, text: str) -> Extraction:
        """All facts of a note, ordered by family and place."""
        note = self.read(text)
        facts: list[Fact] = []
        for family in self.families:
            facts.extend(family.bind(note))
        if self._linker is not None:
            facts.extend(self._linker(note))
        return Extraction(tuple(facts), note)

    def mark(self, sentence: Sentence, places: Sequence[tuple[str, Entry, int, int]]) -> None:
        """Give the sentence mentions at places known beforehand: (family, entry, start, end in its text)."""
        self._analyse(sentence, frozenset(), places)

    def _analyse(
        self,
        sentence: Sentence,
        patterns: frozenset[int],
        extra: Sequence[tuple[str, Entry, int, int]] = (),
        aliases: list[Alias] | None = None,
    ) -> None:
        """Fill in the sentence's mentions from the numbered patterns.

        ``extra`` are further matches (family, entry, start, end in its text); to ``aliases`` are added
        the short forms that it defines. The analysis depends on the words alone, so it is kept for
        sentences that come again (templates, copied notes).
        """
        bracket = aliases is not None and "(" in sentence.text
        key = None if extra or bracket else sentence.text
        known = self._memory.get(key) if key is not None else None
        if known is None:
            doc, known = self._analysis(sentence.text, patterns, extra)
            if key is not None:
                if len(self._memory) >= _MEMORY:
                    self._memory.clear()
                self._memory[key] = known
        else:
            doc = None
        for a in known:
            cues = tuple(a_cue.placed(sentence) for a_cue in a.cues)
            sentence.mentions.append(
                Mention(sentence, a.family, a.entry, a.start, a.end, cues, a.flags, a.pattern)
            )
        if bracket and doc is not None and aliases is not None:
            found_here = aliases_of(self._abbreviations.definitions(doc), sentence.mentions)
            aliases += [a for a in found_here if a not in aliases]

    def _analysis(
        self, text: str, patterns: frozenset[int], extra: Sequence[tuple[str, Entry, int, int]]
    ) -> tuple[Doc | None, tuple[_Analysed, ...]]:
        """Targets with their context cues, in order; a Doc is made only where a pattern matched."""
        matches = self._targets.find(text, patterns)
        if not matches and not extra:
            return None, ()
        doc = self.nlp.make_doc(text)
        if not len(doc):
            return None, ()
        doc[0].is_sent_start = True
        for token in doc[1:]:
            token.is_sent_start = False
        found: list[tuple[str, Span, Entry, str]] = [
            (t.family, doc[t.first : t.after], t.entry, t.pattern) for t in aligned(doc, matches)
        ]
        for name, entry, start, end in extra:
            place = doc.char_span(start, end, alignment_mode="expand")
            if place is not None:
                found.append((name, place, entry, NO_PATTERN))
        if not found:
            return doc, ()
        cues = self._cues(doc, [span for _, span, _, _ in found])
        out = []
        for name, span, entry, pattern in found:
            own = cues.get((span.start, span.end), ())
            flags = frozenset(FLAGS[c.category] for c in own if c.category in FLAGS)
            out.append(_Analysed(name, entry, pattern, span.start_char, span.end_char, own, flags))
        out.sort(key=lambda m: (m.start, m.end, self._order[m.family]))
        return doc, tuple(out)

    def _cues(self, doc: Doc, spans: Sequence[Span]) -> dict[tuple[int, int], tuple[_PlainCue, ...]]:
        """Run ConText once over the distinct target places; cues by place, outside the target itself."""
        unique = {(s.start, s.end): s for s in spans}
        doc.spans[TARGETS] = [unique[k] for k in sorted(unique)]
        self._context(doc)
        out: dict[tuple[int, int], tuple[_PlainCue, ...]] = {}
        for key, span in sorted(unique.items()):
            cues = []
            for m in span._.modifiers:
                start, end = m.modifier_span
                if start < span.end and span.start < end:
                    continue  # a cue inside the target's own words says nothing about it
                low, high = m.scope_span
                last = doc[min(high, len(doc)) - 1]
                cues.append(
                    _PlainCue(
                        m.category,
                        m.rule.literal,
                        doc[start].idx,
                        doc[end - 1].idx + len(doc[end - 1]),
                        doc[min(low, len(doc) - 1)].idx,
                        last.idx + len(last),
                    )
                )
            out[key] = tuple(sorted(cues, key=lambda c: (c.start, c.end, c.category)))
        return out
