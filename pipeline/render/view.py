"""What the HTML report shows, prepared for its template: marks with their links, and values in words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import JsonValue

from pipeline.assemble import CASE_FAMILIES
from pipeline.assess import Result
from pipeline.render.highlight import Link, Mark
from rules.assessment import OUTCOME_ORDER, Finding
from rules.case import Case, Evidence, Fact

#: Headings of the fact families; a family that is not named here shows its field's name.
FAMILY_TITLES: Final[Mapping[str, str]] = {
    "radicular": "Radicular status by region",
    "radicular_signs": "Radicular symptoms and signs",
    "nerve_compression": "Neural compression on imaging",
    "claudication": "Neurogenic claudication",
    "synovial_cysts": "Synovial cysts of facet joints",
    "therapies": "Conservative care",
    "injections": "Injections and blocks",
    "ablations": "Ablations",
    "surgeries": "Surgery of the spine",
    "red_flags": "Red flags",
    "pain": "Pain",
    "pain_scores": "Pain scores",
    "disability_scales": "Disability scales",
    "examinations": "Examination",
    "imaging": "Imaging studies",
    "technique": "Technique",
    "guidance": "Image guidance",
    "sedation": "Sedation",
    "block_agents": "Block agents",
    "rationales": "Stated reasons",
    "record_items": "Signature, order, procedure note",
    "linked_diagnoses": "Diagnosis phrases linked to ICD-10-CM (suggestions, never claims)",
}
#: Values that say that the note is silent; shown only where nothing else is.
_SILENT: Final[tuple[JsonValue, ...]] = (None, "", [], "unknown", "not_stated", "exact")
_UNITS: Final[Mapping[str, str]] = {
    "percent_relief": "%",
    "relief_days": "days",
    "weeks": "weeks",
    "duration_weeks": "weeks",
    "volume_ml": "mL",
    "temperature_c": "°C",
    "concentration_percent": "%",
}
_NAMES: Final[Mapping[str, str]] = {
    "percent_relief": "relief",
    "relief_days": "relief lasted",
    "weeks": "duration",
    "duration_weeks": "duration",
    "volume_ml": "volume",
    "temperature_c": "temperature",
    "concentration_percent": "concentration",
    "score_max": "highest score (0 to 10)",
    "percent_source": "relief stated as",
}
_LONGEST_QUOTE: Final = 400


def words(value: object) -> str:
    """A vocabulary term or a figure in plain words: ``medial_branch_block`` to "medial branch block"."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        return ", ".join(words(v) for v in value)
    if isinstance(value, dict):
        return ", ".join(f"{words(k)}: {words(v)}" for k, v in value.items())
    text = str(value)
    return text.replace("_", " ") if re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)+", text) else text


def described(value: Mapping[str, JsonValue]) -> list[tuple[str, str]]:
    """The fields of a fact's value that say something, as (name, value with unit)."""
    shown = []
    for name, field_value in value.items():
        if field_value in _SILENT or field_value is False:
            continue
        unit = _UNITS.get(name)
        text = words(field_value) + (f" {unit}" if unit and unit != "%" else unit or "")
        shown.append((_NAMES.get(name, words(name)), text))
    return shown


def figure(value: JsonValue, unit: str | None) -> str:
    """A policy's figure with its unit, in words."""
    return words(value) + (f" {unit}" if unit else "")


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", text) or "x"


class Ids:
    """Element ids: readable, of safe characters, and each given once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._known: dict[tuple[str, str], str] = {}

    def __call__(self, kind: str, name: str) -> str:
        """The element id of that thing; the same name gives the same id."""
        key = (kind, name)
        if key not in self._known:
            stem = f"{kind}-{_slug(name)}"
            chosen, n = stem, 1
            while chosen in self._taken:
                n += 1
                chosen = f"{stem}_{n}"
            self._taken.add(chosen)
            self._known[key] = chosen
        return self._known[key]


@dataclass(frozen=True)
class Quote:
    """A place as the report lists it; ``mark`` is the id of its mark in the note, if it has one."""

    document: str
    start: int
    end: int
    text: str
    section: str | None
    mark: str | None


@dataclass
class _Place:
    mark: str
    kinds: set[str] = field(default_factory=set)
    links: dict[str, Link] = field(default_factory=dict)


def all_facts(case: Case) -> list[tuple[str, tuple[Fact[Any], ...]]]:
    """Facts by family in the order of the case's fields, without empty families."""
    pairs = ((name, getattr(case, name)) for name in CASE_FAMILIES)
    return [(name, facts) for name, facts in pairs if facts]


class Marks:
    """Every place that findings, request and facts point to, once each, with links back."""

    def __init__(self, result: Result, ids: Ids) -> None:
        self._texts = result.built.texts
        self._order = {d.id: i for i, d in enumerate(result.built.documents, start=1)}
        self._places: dict[tuple[str, int, int], _Place] = {}
        a = result.assessment
        for finding in a.findings:
            if finding.outcome == "not_applicable":
                continue
            spoken = f"to finding {finding.id}, {words(finding.outcome)}"
            link = Link(f"#{ids('finding', finding.id)}", finding.id, spoken)
            self._add(finding.evidence, f"o-{finding.outcome}", link)
        stated = [(line.cpt, line.evidence) for line in a.case.request.lines]
        stated += [(dx.code, dx.evidence) for dx in a.case.request.diagnoses]
        for n, (code, evidence) in enumerate(stated, start=1):
            link = Link(f"#{ids('request', str(n))}", code, f"to requested code {code}")
            self._add(evidence, "request", link)
        for _, facts in all_facts(a.case):
            for fact in facts:
                short = fact.id.removeprefix(f"{fact.document}.")
                link = Link(f"#{ids('fact', fact.id)}", short, f"to fact {fact.id}")
                self._add(fact.evidence, "fact", link)

    def _add(self, evidence: Iterable[Evidence], kind: str, link: Link) -> None:
        for e in evidence:
            if self._texts.get(e.document, "")[e.start : e.end] != e.quote or e.start >= e.end:
                continue
            key = (e.document, e.start, e.end)
            place = self._places.setdefault(key, _Place(f"q{self._order[e.document]}-{e.start}-{e.end}"))
            place.kinds.add(kind)
            place.links.setdefault(link.href, link)

    def quote(self, e: Evidence) -> Quote:
        """The place as findings list it; long quotes lose their middle (the note below has the whole)."""
        place = self._places.get((e.document, e.start, e.end))
        text = e.quote
        if len(text) > _LONGEST_QUOTE:
            half = _LONGEST_QUOTE // 2
            text = f"{text[:half]} […] {text[-half:]}"
        return Quote(e.document, e.start, e.end, text, e.section, place.mark if place else None)

    def of(self, document: str) -> list[Mark]:
        """The marks of one document, the kind that weighs most in front."""
        out = []
        for (owner, start, end), place in self._places.items():
            if owner != document:
                continue
            strongest = min(place.kinds, key=_weight)
            links = list(place.links.values())
            # Where a finding uses the place, its own links say enough; facts are one click further.
            spoken = [x for x in links if not x.href.startswith("#fact-")] or links
            out.append(Mark(place.mark, start, end, strongest, tuple(spoken)))
        return out


def _weight(kind: str) -> int:
    if kind.startswith("o-"):
        return OUTCOME_ORDER.index(kind[2:])
    return len(OUTCOME_ORDER) + ("request", "fact").index(kind)


def grouped(findings: Iterable[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    """Findings by outcome, worst first; within an outcome by severity, then in the engine's order."""
    by_outcome: dict[str, list[Finding]] = defaultdict(list)
    for f in findings:
        by_outcome[f.outcome].append(f)
    rank = ("blocking", "major", "minor", "info")
    for outcome in OUTCOME_ORDER:
        if by_outcome[outcome]:
            yield outcome, sorted(by_outcome[outcome], key=lambda f: rank.index(f.severity))
