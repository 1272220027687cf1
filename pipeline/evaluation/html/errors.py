"""Every error as the page shows it: what was wanted and found, the note around it, the fact's way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from extractors.targets import expressions, pattern_names
from pipeline.assess import extractor
from pipeline.evaluation.evaluator import NoteResult
from pipeline.evaluation.families import LIST_FAMILIES, STATUS_FAMILIES
from pipeline.evaluation.html.excerpt import excerpts
from pipeline.evaluation.html.near import LEXICONS, Near, near, verdict_of_miss
from pipeline.evaluation.judgement import Judgement
from pipeline.evaluation.predict import FoundFact, Place
from pipeline.evaluation.report_text import shown_value
from pipeline.render.highlight import Mark
from pipeline.render.text import shortened
from pipeline.render.unsaid import UNSAID, reason
from pipeline.render.view import words

#: Kinds of errors in the order of the page, and what each means.
KINDS = {
    "missed": "The gold has it, nothing of its kind was found.",
    "extra": "It was found, and the gold does not have it.",
    "wrong_status": "Found, with another status than the gold's.",
    "wrong_value": "An attribute, field or criterion whose value is not accepted.",
}


@dataclass(frozen=True)
class Way:
    """How a fact came about, in words."""

    fact: str
    value: str
    entries: tuple[tuple[str, str], ...]
    cues: tuple[str, ...]
    steps: tuple[str, ...]
    section: str


@dataclass(frozen=True)
class Error:
    """One error of one note, ready for the page."""

    id: str
    note_id: str
    set: str
    document_type: str
    family: str
    kind: str
    what: str
    wanted: str
    found: str
    windows: tuple[Markup, ...]
    why: str = ""
    matches: tuple[str, ...] = ()
    way: Way | None = None
    broke: bool = False
    places: tuple[Mark, ...] = field(default=(), repr=False)


def pattern_texts() -> dict[str, str]:
    """Every expression of the lexicons by its id (``family/entry#patterns[3]``)."""
    return {
        f"{family.name}/{entry.id}#{name}": text
        for family in extractor().families
        for entry in family.lexicon.entries
        for name, text in zip(pattern_names(entry), expressions(entry), strict=True)
    }


def gold_places(result: NoteResult, j: Judgement) -> list[Place]:
    """Where the gold's quotes for this part stand."""
    index: int | str | None = int(j.gold) if j.family in LIST_FAMILIES and j.gold else (j.gold or None)
    if j.family in LIST_FAMILIES and index is None:
        return []
    return [
        (s.start, s.end)
        for s in result.note.evidence
        if s.family == j.family and (j.family == "pain" or s.index_or_region == index)
    ]


def _found_places(result: NoteResult, j: Judgement, fact: FoundFact | None) -> list[Place]:
    if fact is not None:
        return [(fact.start, fact.end), *fact.supporting]
    if j.family == "request":
        lines = (result.prediction.guide.get("request") or {}).get("procedures") or ()
        return [(e["start"], e["end"]) for line in lines for e in line["evidence"]]
    return []


def values_of(result: NoteResult) -> dict[str, str]:
    """Key of each predicted entry or status in words, by fact id."""
    out = {}
    guide = result.prediction.guide
    for family, (key, _) in LIST_FAMILIES.items():
        for item in guide.get(family) or ():
            out[item["id"]] = " ".join(words(item.get(k)) for k in key)
    for family in STATUS_FAMILIES:
        for region, entry in (guide.get(family) or {}).items():
            if entry.get("id"):
                out[entry["id"]] = f"{region} {words(entry['status'])}"
    return out


class Errors:
    """Turns judgements into errors, with numbers that no other error of the page has."""

    def __init__(self, broke: frozenset[tuple[str, str, str, str]] = frozenset()) -> None:
        self._texts = pattern_texts()
        self._labels = {
            family: frozenset(
                e.label for f in extractor().families if f.name in names for e in f.lexicon.entries
            )
            for family, names in LEXICONS.items()
        }
        self._broke = broke
        self._count = 0

    def _way(self, result: NoteResult, fact: FoundFact, value: str) -> Way:
        text = result.note.text
        cues = tuple(
            f"{c.category} “{shortened(text[c.start : c.end], 60)}”, rule {c.rule!r}, "
            f"scope “{shortened(text[c.scope_start : c.scope_end], 160)}”"
            for c in fact.cues
        )
        entries = tuple((name, self._texts.get(name, "")) for name in fact.matched or fact.entries)
        return Way(fact.id, value, entries, cues, fact.steps, words(fact.section or "unknown"))

    def _near_line(self, n: Near, text: str, value_of: Mapping[str, str]) -> str:
        m = n.mention
        flags = f", context {', '.join(m.flags)}" if m.flags else ""
        if m.left_out:
            became = f"no mention, {UNSAID}: {reason(m.left_out)}"
        elif n.fact is None:
            became = "no fact came of it"
        else:
            verb = "became" if n.rests else "stands in the quote of"
            became = f"{verb} {value_of.get(n.fact.id, n.fact.id)} ({n.fact.id})"
        place = "in the quote" if n.where == "in" else "near it"
        return f"{place}: “{shortened(text[m.start : m.end], 60)}” by {m.matched}{flags}: {became}"

    def _marks(self, name: str, gold: Sequence[Place], found: Sequence[Place]) -> list[Mark]:
        marks = [Mark(f"{name}-g{i}", s, e, "gold") for i, (s, e) in enumerate(dict.fromkeys(gold))]
        return marks + [Mark(f"{name}-f{i}", s, e, "found") for i, (s, e) in enumerate(dict.fromkeys(found))]

    def of(self, result: NoteResult) -> Iterator[Error]:
        """The errors of one note. A missed and an extra entry that differ in status only are one error."""
        value_of = values_of(result)
        for j in result.judgements:
            if not j.fault or (j.verdict == "extra" and j.partner):
                continue
            self._count += 1
            name = f"e{self._count}"
            fact = result.prediction.facts.get(j.fact)
            gold = gold_places(result, j)
            marks = self._marks(name, gold, _found_places(result, j, fact))
            why = ""
            matches: tuple[str, ...] = ()
            if j.kind == "missed" and j.family not in ("request", "criteria"):
                found = list(near(result, j.family, gold)) if gold else []
                wanted = str(next(iter(j.key.values()), "")) if j.part == "entry" else ""
                labels = self._labels.get(j.family, frozenset())
                why = "The gold names no quote for it."
                if gold:
                    why = verdict_of_miss(j.family, wanted, found, value_of, labels)
                matches = tuple(self._near_line(n, result.note.text, value_of) for n in found)
            slot = (result.note.note_id, j.family, j.part, j.gold)
            yield Error(
                name, result.note.note_id, result.note.set, result.document_type, j.family, j.kind,
                _what(j), _wanted(j), _found(j, value_of), tuple(excerpts(result.note.text, marks)), why,
                matches, self._way(result, fact, value_of.get(fact.id, "")) if fact else None,
                slot in self._broke, tuple(marks),
            )  # fmt: skip


def _what(j: Judgement) -> str:
    key = " ".join(words(v) for v in j.key.values())
    return key if j.part in ("entry", "status") else f"{key} {words(j.part)}".strip()


def _wanted(j: Judgement) -> str:
    if j.part == "entry":
        return "" if j.verdict == "extra" else " ".join(words(v) for v in j.key.values())
    return " or ".join(words(shown_value(w)) for w in j.want)


def _found(j: Judgement, value_of: Mapping[str, str]) -> str:
    if j.part == "entry":
        return value_of.get(j.fact, "") if j.fact else ""
    value: Any = j.got
    return words(shown_value(value))
