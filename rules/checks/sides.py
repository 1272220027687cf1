"""Who names which side: claim lines, modifiers, diagnosis titles, the plan, symptoms, past blocks."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rules.assessment import CodeRef
from rules.blocks import facet_blocks
from rules.case import ClaimLine, Evidence, Fact
from rules.checks.base import evidence, icd, listed, quoted, service
from rules.checks.parts import Part
from rules.codes import cpt, icd10cm
from rules.view import FACET_ABLATION, CaseView, may_lie_in, sides

_BOTH = frozenset({"left", "right"})
#: What the modifiers of a line say of the side.
_MODIFIERS: Mapping[str, frozenset[str]] = {
    "RT": frozenset({"right"}),
    "LT": frozenset({"left"}),
    "50": _BOTH,
}
#: Kinds of injection in a plan by the service family of the request.
_PLANNED: Mapping[str, tuple[str, ...]] = {
    "facet_block": ("medial_branch_block", "facet_intraarticular"),
    "facet_block_ultrasound": ("medial_branch_block", "facet_intraarticular"),
    "epidural": ("epidural", "selective_nerve_root"),
    "si_joint": ("si_joint",),
}
#: Target of an ablation in a plan by the service family of the request.
_TARGET: Mapping[str, str] = {"facet_rfa": "facet", "si_joint": "si_joint"}
#: Epidural injections through a foramen, which reach the root of one side.
_FORAMINAL = ("64479", "64480", "64483", "64484")
#: Signs that put radicular disease on a side; pain that stops in the thigh may come from a joint.
_ROOT_SIGNS = ("named_disease", "radiating_pain", "sensory", "motor", "tension_sign", "electrodiagnostic")


@dataclasses.dataclass(frozen=True)
class Told:
    """One source of a side: what it is called in a sentence, the sides, where they stand, codes."""

    words: str
    sides: frozenset[str]
    places: tuple[Evidence, ...] = ()
    codes: tuple[CodeRef, ...] = ()
    verb: str = "names"


@dataclasses.dataclass(frozen=True)
class Comparison:
    """Two sources that both name a side.

    ``covering`` is true where the second may name more than the first: blocks of both sides cover an
    ablation of one.
    """

    subject: str
    one: Told
    other: Told
    covering: bool = False

    @property
    def agrees(self) -> bool:
        """Whether the two name the same side, or the second covers the first."""
        if self.covering:
            return self.one.sides <= self.other.sides
        return self.one.sides == self.other.sides

    @property
    def places(self) -> tuple[Evidence, ...]:
        """Where both stand."""
        return (*self.one.places, *self.other.places)

    @property
    def codes(self) -> tuple[CodeRef, ...]:
        """Codes that either of them names, each once."""
        return tuple(dict.fromkeys((*self.one.codes, *self.other.codes)))

    @property
    def quotes(self) -> str:
        """Quotes of both sides in parentheses, or nothing."""
        said = [q for told in (self.one, self.other) if (q := quoted(told.places, most=1))]
        return f" ({', '.join(said)})" if said else ""


def _by_modifier(line: ClaimLine) -> frozenset[str]:
    """Sides that a line's modifiers name."""
    return frozenset(side for m in line.modifiers for side in _MODIFIERS.get(m.upper(), ()))


def _of_line(line: ClaimLine) -> frozenset[str]:
    """Sides that a line names, by its words and its modifiers."""
    return sides([line.laterality]) | _by_modifier(line)


def _asked(lines: Sequence[ClaimLine]) -> Told:
    """Return the side of lines as a whole; lines without a side say nothing against the others."""
    named = [line for line in lines if _of_line(line)]
    return Told(
        "the request",
        frozenset(side for line in named for side in _of_line(line)),
        tuple(e for line in named for e in line.evidence),
        tuple(service(c) for c in dict.fromkeys(line.cpt for line in named)),
    )


def _families(lines: Iterable[ClaimLine], families: Iterable[str]) -> list[ClaimLine]:
    wanted = set(families)
    return [line for line in lines if (entry := cpt.lookup(line.cpt)) and entry.family in wanted]


def _of_codes(view: CaseView, part: Part) -> Told:
    """Return the side of the submitted diagnoses of the part whose titles name one."""
    coded = [
        (dx, entry.laterality)
        for dx in part.diagnoses(view.diagnoses)
        if (entry := icd10cm.lookup(dx.code)) and entry.region and entry.laterality
    ]
    found = [(dx, named) for dx, side in coded if (named := sides([side]))]
    view.trail.add("sides in diagnosis titles", ", ".join(dx.code for dx, _ in found) or "none")
    return Told(
        listed(f"{dx.code} ({icd(dx.code).title})" for dx, _ in found),
        frozenset(side for _, named in found for side in named),
        tuple(e for dx, _ in found for e in dx.evidence),
        tuple(icd(dx.code) for dx, _ in found),
        "names" if len(found) == 1 else "name",
    )


def _planned(view: CaseView, part: Part, family: str, wanted: frozenset[str]) -> Told:
    """Return the side of a procedure that the latest note plans, or tells as done with the request.

    Of several plans (left now, right later) the one for the side asked speaks.
    """
    kinds, target = _PLANNED.get(family, ()), _TARGET.get(family)
    facts: list[Fact[Any]] = [f for f in view.case.injections if f.value.kind in kinds]
    facts += [f for f in view.case.ablations if f.value.target == target]
    ahead = view.latest(
        f
        for f in facts
        if f.value.status in ("planned", "performed")
        and f.assertion in ("present", "planned")
        and not view.is_past(f, f.value.status)
        and may_lie_in(f.value.region, f.value.levels, part.regions)
    )
    named = [f for f in ahead if sides([f.value.laterality])]
    named = [f for f in named if sides([f.value.laterality]) == wanted] or named
    view.trail.add(
        f"side of the planned {family.replace('_', ' ')}",
        ", ".join(f.id for f in named) or "not stated",
        named,
    )
    return Told("the plan", sides(f.value.laterality for f in named), evidence(named))


def _symptoms(view: CaseView, part: Part) -> Told:
    """Return the side of present radicular disease in the part's regions."""
    told = view.latest(
        f
        for f in view.case.radicular_signs
        if f.assertion == "present" and f.value.region in part.regions and f.value.sign in _ROOT_SIGNS
    )
    named = [f for f in told if sides([f.value.laterality])]
    view.trail.add("side of radicular symptoms", ", ".join(f.id for f in named) or "not stated", named)
    return Told("the narrative's radicular symptoms", sides(f.value.laterality for f in named),
                evidence(named), verb="name")  # fmt: skip


def _blocked(view: CaseView, part: Part) -> Told:
    """Return the sides of the past diagnostic blocks of the regions in which an ablation is asked for."""
    regions = [r for r in view.requested_regions(FACET_ABLATION) if r in part.regions]
    done = {f.id: f for region in regions for f in facet_blocks(view, region).done}
    named = [f for f in done.values() if sides([f.value.laterality])]
    return Told("the past diagnostic blocks", sides(f.value.laterality for f in named), evidence(named),
                verb="name")  # fmt: skip


def _lines(part: Part) -> Iterator[Comparison]:
    """Hold each line's words against its own modifiers."""
    for line in part.lines:
        code = (service(line.cpt),)
        marks = listed(m for m in line.modifiers if m.upper() in _MODIFIERS)
        yield Comparison(
            f"{part.subject}-modifier",
            Told(f"the line {line.cpt}", sides([line.laterality]), line.evidence, code),
            Told(f"its modifier {marks}", _by_modifier(line), (), code),
        )


def _plans(view: CaseView, part: Part) -> Iterator[Comparison]:
    """Hold the lines of each service against what is planned of its kind."""
    for family in dict.fromkeys(e.family for line in part.lines if (e := cpt.lookup(line.cpt))):
        asked = _asked(_families(part.lines, (family,)))
        yield Comparison(f"{part.subject}-plan", asked, _planned(view, part, family, asked.sides))


def comparisons(view: CaseView, part: Part) -> tuple[Comparison, ...]:
    """Return every two sources that both name a side for a requested part of the spine."""
    asked, coded = _asked(part.lines), _of_codes(view, part)
    symptoms = _symptoms(view, part)
    ablations = _families(part.lines, FACET_ABLATION)
    epidurals = _asked([line for line in part.lines if line.cpt in _FORAMINAL])
    found = [
        *_lines(part),
        Comparison(f"{part.subject}-diagnosis", asked, coded),
        *_plans(view, part),
        Comparison(f"{part.subject}-symptoms", coded, symptoms),
        Comparison(f"{part.subject}-epidural", epidurals, symptoms, covering=True),
    ]
    if ablations:
        blocked = _blocked(view, part)
        found.append(Comparison(f"{part.subject}-blocks", _asked(ablations), blocked, covering=True))
    return tuple(c for c in found if c.one.sides and c.other.sides)
