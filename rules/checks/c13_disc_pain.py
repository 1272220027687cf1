"""C13: where the pain is by the title of a lumbar disc degeneration code, and where the narrative has it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from rules.assessment import Remedy
from rules.case import Evidence, Fact
from rules.checks.base import Check, Draft, evidence, icd, listed, quoted
from rules.codes import cpt
from rules.policy import PolicyView
from rules.view import CaseView

#: Back pain and leg pain by the titles of M51.36- and M51.37- (sixth character).
_TITLES: Mapping[str, tuple[bool, bool]] = {"0": (True, False), "1": (False, True), "2": (True, True)}
_HEADERS = ("M51.36", "M51.37")
_PATTERN: Mapping[str, tuple[bool, bool]] = {
    "axial": (True, False),
    "limb": (False, True),
    "both": (True, True),
}


@dataclasses.dataclass(frozen=True)
class _Pain:
    """Whether the narrative has pain in the back and in the leg (None: not told), and where it says so."""

    back: bool | None = None
    leg: bool | None = None
    doubt: bool = False
    places: tuple[Evidence, ...] = ()


def _of_the_back(view: CaseView) -> bool:
    """Whether the main complaint may be of the lower back: nothing is asked for the neck or upper back."""
    entries = (cpt.lookup(line.cpt) for line in view.lines())
    return not any(entry and entry.group == "cervical_thoracic" for entry in entries)


def _told(view: CaseView) -> _Pain:
    """Return what the latest notes say of pain in back and leg; a radicular status outweighs a pattern."""
    said: list[Fact[Any]] = []
    back = leg = None
    if _of_the_back(view):
        found = view.latest(
            f for f in view.case.pain if f.assertion == "present" and f.value.pattern != "not_stated"
        )
        shapes = [_PATTERN[f.value.pattern] for f in found]
        if shapes:
            back, leg = any(b for b, _ in shapes), any(in_leg for _, in_leg in shapes)
            said += found
        told = listed(dict.fromkeys(f.value.pattern for f in found)) or "not stated"
        view.trail.add("pattern of the pain", told, found)
    standing = view.radicular("lumbar")
    if standing.status == "present":
        leg = True
        said += standing.facts
    doubt = standing.status == "uncertain" and not leg
    if doubt:
        leg = None
        said += standing.facts
    return _Pain(back, leg, doubt, evidence(said))


def _differs(code: str, pain: _Pain) -> list[str]:
    """Say what the narrative has otherwise than the title."""
    back, leg = _TITLES[code[-1]]
    found = []
    if pain.back is not None and pain.back != back:
        found.append("back pain" if pain.back else "no back pain")
    if pain.leg is not None and pain.leg != leg:
        found.append("leg pain" if pain.leg else "no leg pain")
    # "Leg pain and no back pain": what is there stands first, so that "no" is not read over both.
    return sorted(found, key=lambda said: said.startswith("no "))


def _fitting(code: str, pain: _Pain) -> tuple[Remedy, ...]:
    """Return the code of the same region whose title has the narrative's pain, where both parts are told."""
    fits = [digit for digit, shape in _TITLES.items() if shape == (pain.back, pain.leg)]
    return tuple(
        Remedy(
            action="If the disc disease causes the pain as the record describes it, submit the code for that",
            codes=(icd(code[:-1] + digit),),
            replaces=code,
        )
        for digit in fits
    )


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold the pain that a title of M51.36- or M51.37- names against the pain of the narrative."""
    coded = [dx for dx in view.diagnoses_under(*_HEADERS) if dx.code[-1] in _TITLES]
    if not coded:
        yield Draft(
            "not_applicable", "No code of disc degeneration that says where the pain is, is submitted."
        )
        return
    pain = _told(view)
    for dx in coded:
        title, said = icd(dx.code).title, quoted(pain.places)
        base: dict[str, Any] = {
            "subject": dx.code,
            "evidence": (*pain.places, *dx.evidence),
            "codes": (icd(dx.code),),
        }
        differs = _differs(dx.code, pain)
        if differs:
            yield Draft(
                "contradiction",
                f"{dx.code} is titled “{title}”, and the record documents {listed(differs)}: {said}.",
                headline=f"{dx.code} ({title}) is contradicted by the record, which documents "
                f"{listed(differs)}",
                remedies=_fitting(dx.code, pain),
                **base,
            )
        elif pain.doubt:
            yield Draft(
                "needs_review",
                f"{dx.code} is titled “{title}”, and the record leaves open whether there is radicular pain "
                f"in the leg: {said}.",
                headline=f"whether leg pain fits {dx.code} ({title})",
                asks=("A statement whether there is pain in the leg",),
                **base,
            )
        elif pain.leg is None:
            yield Draft(
                "not_documented",
                f"{dx.code} is titled “{title}”, and the record does not say where the pain is.",
                headline=f"the pattern of the pain that {dx.code} names",
                asks=("A statement whether the pain is in the back, in the leg or in both",),
                severity="minor",
                weighs=False,
                **base,
            )
        else:
            yield Draft("met", f"Nothing in the record contradicts {dx.code} (“{title}”).", **base)


CHECK = Check(
    slug="disc-pain-place",
    ref="C13",
    title="Place of the pain in a disc code",
    compares="the pain in the titles of M51.360 to M51.362 and M51.370 to M51.372 with the narrative's",
    severity="major",
    references=("icd10cm-tabular",),
    run=run,
    always=True,
)
