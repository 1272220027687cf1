"""Diagnosis phrases of a note that stand without an ICD-10 code, where diagnoses are given."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractors.facts import Span
from extractors.linking.normal import normal
from extractors.note import Mention, Note, Sentence

#: Sections in which a named disease is a diagnosis of the patient.
_SECTIONS = frozenset({"assessment", "preoperative_diagnosis", "postoperative_diagnosis"})
_PROBLEMS = re.compile(r"\bproblems?\b|\bdiagnos[ie]s\b")
_CUE = re.compile(
    r"\b(?:dx|diagnos[ie]s|diagnosed (?:with|as)|diagnosis of|(?:carries|with) (?:a|the) diagnosis of|impression(?: is|:)|assessment:)(?![\w])",
    re.IGNORECASE,
)
_CUE_REACH = 120
#: Where one diagnosis ends and the next thing begins.
_BREAK = re.compile(
    r"[;:,\n]|\. |\.$| - | -- |\s?\u2022\s?| and | & | plus | as well as |, | secondary to | due to | superimposed (?:up)?on | consistent with | c/w "
    r"| which | who | that | is | are | was | were | has | have | but | s/p | status[- ]post | because | after | for | on the basis of "
    r"|(?<=[a-z]{4})/(?!strain)(?=[a-z]{4})|^\s*(?:\(?\d{1,2}[.)]|[-*•])\s*",
    re.IGNORECASE,
)
_STATUS_POST = re.compile(r"\b(?:s/p|status[- ]post)\b", re.IGNORECASE)
_WITH = re.compile(r" w/(?!o)\s?| with ", re.IGNORECASE)
_CODE = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-TV-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4}|[MGSZTRC]\d{3,5}[A-Z]?)(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_CODE_AFTER, _CODE_BEFORE = 40, 14
_LONGEST = 140
_ASSERTIONS = (
    ("family", "family"), ("negated", "absent"), ("hypothetical", "hypothetical"),
    ("uncertain", "uncertain"), ("historical", "historical"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase with its place; ``parts`` are tried where the whole is linked to nothing."""

    text: str
    span: Span
    mention: Mention
    assertion: str
    place: str
    parts: tuple[Phrase, ...] = ()


def _place(mention: Mention) -> str | None:
    """Why a disease named here is a diagnosis: its section, a problem list, or a cue in front; else None."""
    section = mention.sentence.section
    if section.category in _SECTIONS:
        return section.category
    if section.category in ("past_medical", "other") and _PROBLEMS.search(section.title):
        return "problem_list"
    before = mention.sentence.text[max(0, mention.start - _CUE_REACH) : mention.start]
    cues = list(_CUE.finditer(before))
    return "cue" if cues and not re.search(r"[.;]\s", before[cues[-1].end() :]) else None


def _assertion(mention: Mention) -> str:
    return next((name for flag, name in _ASSERTIONS if mention.has(flag)), "present")


def _pieces(sentence: Sentence) -> list[tuple[int, int]]:
    """The sentence cut at breaks; pieces that only tell place or severity join their neighbour."""
    text = sentence.text
    cuts: list[tuple[int, int]] = []
    at = 0
    for m in _BREAK.finditer(text):
        # "s/p lumbar fusion" is a diagnosis with its own first words.
        stop = m.start() + 1 if _STATUS_POST.search(m.group(0)) else m.end()
        if m.start() > at:
            cuts.append((at, m.start()))
        at = stop
    if at < len(text):
        cuts.append((at, len(text)))
    out: list[tuple[int, int]] = []
    bare = ""
    for a, b in cuts:
        has_words = bool(normal(text[a:b]).words)
        joined = (
            out and b - out[-1][0] <= _LONGEST and not text[out[-1][1] : a].strip(" ,-/&").replace("and", "")
        )
        if out and joined and (not has_words or bare == "open"):
            out[-1] = (out[-1][0], b)
            bare = "open" if not has_words and bare == "open" else ""
        else:
            out.append((a, b))
            bare = "" if has_words else "open"
    return out


def _coded(text: str, start: int, end: int, heads: list[Mention]) -> bool:
    """Whether an ICD-10 code stands with the phrase, with no other diagnosis between them."""
    if _CODE.search(text, start, end):
        return True
    m = _CODE.search(text, end, min(len(text), end + _CODE_AFTER))
    if m and not any(end <= h.start < m.start() for h in heads):
        return True
    return bool(_CODE.search(text, max(0, start - _CODE_BEFORE), start))


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and not (text[start].isalnum() or text[start] in "(["):
        start += 1
    while end > start and not (text[end - 1].isalnum() or text[end - 1] in ")]"):
        end -= 1
    return start, end


def _phrase(
    mention: Mention, start: int, end: int, place: str, parts: tuple[Phrase, ...] = ()
) -> Phrase | None:
    sentence = mention.sentence
    a, b = _trim(sentence.text, start, end)
    if b <= a or b - a > _LONGEST:
        return None
    return Phrase(sentence.text[a:b], sentence.span(a, b), mention, _assertion(mention), place, parts)


def _parts(mentions: list[Mention], start: int, end: int, place: str) -> tuple[Phrase, ...]:
    text = mentions[0].sentence.text
    at = start
    bounds = []
    for m in _WITH.finditer(text, start, end):
        bounds.append((at, m.start()))
        at = m.end()
    if not bounds:
        return ()
    out = []
    for a, b in [*bounds, (at, end)]:
        own = [m for m in mentions if a <= m.start < b]
        made = _phrase(own[0], a, b, place) if own else None
        if made:
            out.append(made)
    return tuple(out)


def _disagree(mentions: list[Mention], text: str) -> bool:
    """Whether one of the diseases is asserted otherwise than the first ("disc disorder with possible myelopathy").

    "Without" is part of the title in "spondylosis without myelopathy or radiculopathy".
    """
    if re.search(r"\bwithout\b|\bw/o\b", text, re.IGNORECASE):
        return False
    return len({_assertion(m) for m in mentions}) > 1


def diagnosis_phrases(note: Note) -> list[Phrase]:
    """Phrases in the order of the note, each around the first diagnosis head word of its piece."""
    out: list[Phrase] = []
    by_sentence: dict[int, list[Mention]] = {}
    for mention in note.mentions("linking"):
        by_sentence.setdefault(mention.sentence.index, []).append(mention)
    for mentions in by_sentence.values():
        sentence = mentions[0].sentence
        places = {id(m): _place(m) for m in mentions}
        if not any(places.values()):
            continue
        for a, b in _pieces(sentence):
            own = [m for m in mentions if a <= m.start < b and places[id(m)]]
            if not own or _coded(sentence.text, a, b, mentions):
                continue
            place = str(places[id(own[0])])
            parts = _parts(own, a, b, place)
            made = _phrase(own[0], a, b, place, parts)
            if made and parts and _disagree(own, sentence.text[a:b]):
                out.extend(parts)
            elif made:
                out.append(made)
    return out
