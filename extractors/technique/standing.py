"""Which procedure a mention belongs to, and so what it asserts: done in this note, planned, or of the past."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractors.blocks.events import events_of
from extractors.blocks.setting import setting_of
from extractors.document import is_procedure_note
from extractors.note import Mention, Note, Sentence
from extractors.request.codes import requested_codes

_SILENT = frozenset(
    {"consent", "instructions", "allergies", "family_history", "social_history", "medications", "denial"}
)
#: What another procedure than one of the spine is called; its guidance and sedation are not ours.
_OTHER_PROCEDURE = re.compile(
    r"\b(?:biops\w+|swallow|\w+ectomy|colonoscop\w+|endoscopy|dental|teeth|tooth|arthroscop\w+|hernia|c-section|cesarean|cataract|"
    r"(?:knee|hip|shoulder) replacement|thoracentesis|paracentesis|angiogra\w+|catheterization|physical therapy|massage)\b",
    re.IGNORECASE,
)
_OURS = re.compile(
    r"\b(?:RFAs?|radio[- ]?frequency|ablations?|neurotomy|rhizotomy|denervation|injections?|blocks?|MBBs?|ESIs?|TFESIs?|epidurals?|facets?|"
    r"medial branch\w*|trigger points?|laminectomy|discectomy)\b",
    re.IGNORECASE,
)
_NEEDLE = re.compile(
    r"\b(?:RFAs?|radio[- ]?frequency|ablations?|neurotomy|rhizotomy|denervation|injections?|injected|blocks?|MBBs?|T?F?ESIs?|epidurals?|"
    r"medial branch\w*|trigger points?)\b",
    re.IGNORECASE,
)
_POLICY = re.compile(
    r"\b(?:polic(?:y|ies)|LCD|guidelines?)\b(?=[^.]{0,140}\b(?:cover\w*|consider\w*|investigational|exclud\w+|requires?|allows?)\b)",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:(?:19|20)\d\d|\d{1,2}/\d{1,2}/\d\d|ago|previous\w*|prior|last (?:year|month|spring|summer|fall|winter))\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:was|were|had|underwent|received|did|gave|done|performed|failed|relief)\b|\d ?%", re.IGNORECASE
)
_WAS_DONE = re.compile(
    r"\b(?:(?:was|were) (?:\w+ )?(?:done|performed|given|carried out)|underwent|received|had (?:an?|the|two|both|his|her)|did (?:an?|two))\b",
    re.IGNORECASE,
)
_WILL = re.compile(r"\b(?:will|to be|is planned|are planned|is requested|are requested)\b", re.IGNORECASE)
_TO_COME = re.compile(
    r"\b(?:will|plan(?:ned|s)?|request\w*|schedul\w+|propos\w+|recommend\w*|to be|authori[sz]\w*|approv\w*|next|upcoming)\b",
    re.IGNORECASE,
)
#: How many sentences before and behind a mention its procedure may be named.
_BACK, _AHEAD = 4, 2
#: How much of a procedure note tells what was done, in characters.
_HEAD = 600
_STANDING = {"past": "historical", "performed": "present", "planned": "planned", "declined": "declined"}


@dataclass(frozen=True, slots=True)
class Named:
    """A procedure as it stands in the note: where, and what it asserts of its technique."""

    sentence: int
    start: int
    standing: str


class Procedures:
    """The procedures of a note: those that it names, and the codes that it asks for."""

    def __init__(self, note: Note) -> None:
        self.note = note
        # The record of another operation than one of the spine is none of ours.
        ours = is_procedure_note(note) and _NEEDLE.search(note.text, 0, _HEAD) is not None
        self.own = setting_of(note).procedure_note or ours
        self.ablation = False
        named: list[Named] = []
        for event in events_of(note):
            self.ablation = self.ablation or event.family == "ablations"
            for span in (*event.spans, event.named.sentence.span(*_zone(event.named))):
                sentence = note.sentence_at(span.start)
                if sentence is not None:
                    named.append(Named(sentence.index, span.start, _STANDING.get(event.status, "planned")))
        for code in requested_codes(note):
            if code.asked:
                self.ablation = self.ablation or code.code.startswith("6463")
                start = code.sentence.span(code.start, code.start + 1).start
                named.append(Named(code.sentence.index, start, "present" if self.own else "planned"))
        self._by_sentence: dict[int, list[Named]] = {}
        for one in named:
            self._by_sentence.setdefault(one.sentence, []).append(one)
        standings = {one.standing for one in named}
        self._default = next(
            (
                s
                for s in ("present", "planned", "historical")
                if s in standings or (s == "present" and self.own)
            ),
            "present",
        )

    def add_planned(self, m: Mention) -> None:
        """Take a technique that names its target ("thermocoagulation of the C4 medial branch") for a procedure."""
        self.ablation = True
        self._by_sentence.setdefault(m.sentence.index, []).append(
            Named(m.sentence.index, m.span.start, "planned")
        )

    def __bool__(self) -> bool:
        """Whether the note has a procedure at all."""
        return bool(self._by_sentence) or self.own

    def in_sentence(self, sentence: Sentence) -> bool:
        """Whether the sentence names one of the procedures."""
        return sentence.index in self._by_sentence

    def close(self, sentence: Sentence, before: int = 2) -> bool:
        """Whether a procedure is named in the sentence or in the few before it."""
        return any(sentence.index - k in self._by_sentence for k in range(before + 1))

    def nearest(self, m: Mention) -> Named | None:
        """The procedure that a mention belongs to: in its sentence, else before it, else right behind it."""
        i, at = m.sentence.index, m.span.start
        for j in (i, *range(i - 1, i - _BACK - 1, -1), *range(i + 1, i + _AHEAD + 1)):
            if found := self._by_sentence.get(j):
                return min(found, key=lambda one: (abs(one.start - at), one.start))
        return None

    def speaks_of_ours(self, m: Mention) -> bool:
        """Whether a mention tells of the patient's own spinal procedure."""
        text = m.sentence.text
        if m.sentence.section.category in _SILENT or m.has("family") or _POLICY.search(text):
            return False
        return not (_OTHER_PROCEDURE.search(text) and not _OURS.search(text))

    def assertion(self, m: Mention) -> str:
        """``present`` for this note's own procedure, ``planned``, ``historical``, or what the context says."""
        if denied(m):
            return "absent"
        if m.has("hypothetical"):
            return "hypothetical"
        if m.has("declined"):
            return "declined"
        clause = m.clause_text
        if self.own and not _PAST.search(clause):
            near = self.nearest(m)
            return near.standing if near is not None and near.sentence == m.sentence.index else "present"
        if _PAST.search(clause) and _DONE.search(clause) and not _TO_COME.search(clause):
            return "historical"
        if _WAS_DONE.search(clause) and not _TO_COME.search(clause):
            return "historical"
        if m.sentence.section.category == "plan" and not self.own and not _DONE.search(clause):
            return "planned"
        if m.has("planned") or (_WILL.search(clause) and not _DONE.search(clause)):
            return "planned"
        near = self.nearest(m)
        return near.standing if near is not None else self._default


def denied(m: Mention) -> bool:
    """Whether a negation in the mention's own clause acts on it ("no MAC; fluoroscopy was used")."""
    if not m.has("negated"):
        return False
    low, high = m.sentence.span(*m.clause).start, m.sentence.span(*m.clause).end
    return any(c.category == "NEGATED_EXISTENCE" and low <= c.start < high for c in m.cues)


def _zone(named: object) -> tuple[int, int]:
    zone = named.zone  # type: ignore[attr-defined]
    return zone.start, max(zone.end, zone.start + 1)


def procedures_of(note: Note) -> Procedures:
    """The procedures of a note."""
    out = Procedures(note)
    if out:
        return out
    for m in note.mentions("technique"):
        planned = m.has("planned") or _TO_COME.search(m.sentence.text) is not None
        if (
            m.label.startswith("technique/")
            and planned
            and out.speaks_of_ours(m)
            and _OURS.search(m.sentence.text)
        ):
            out.add_planned(m)
    return out
