"""C6: lumbar stenosis without neurogenic claudication (M48.061) against claudication, coded or narrated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.assessment import Remedy
from rules.case import Diagnosis, Fact
from rules.checks.base import Check, Draft, evidence, icd, of_diagnoses, quoted
from rules.policy import PolicyView
from rules.values import Claudication
from rules.view import CaseView

_WITHOUT, _WITH = "M48.061", "M48.062"
Told = tuple[Fact[Claudication], ...]


def _told(view: CaseView) -> dict[str, Told]:
    """Return what the latest document says of lumbar claudication, by assertion."""
    facts = view.latest(f for f in view.case.claudication if f.value.region == "lumbar")
    said = {a: tuple(f for f in facts if f.assertion == a) for a in ("present", "uncertain", "absent")}
    told = ", ".join(f"{a}: {len(found)}" for a, found in said.items() if found)
    view.trail.add("lumbar neurogenic claudication in the narrative", told or "not documented", facts)
    return said


def _base(dx: Diagnosis, told: Told) -> dict[str, Any]:
    return {
        "subject": dx.code,
        "evidence": (*evidence(told), *dx.evidence),
        "codes": (icd(dx.code),),
    }


def _without(dx: Diagnosis, said: dict[str, Told]) -> Draft:
    """Hold M48.061 against the narrative; a positive statement outweighs a denial of the same day."""
    if said["present"]:
        proof = quoted(evidence(said["present"]))
        return Draft(
            "contradiction",
            f"{dx.code} is titled “{icd(dx.code).title}”, but the record documents neurogenic claudication: "
            f"{proof}.",
            headline=f"{dx.code} (without neurogenic claudication) is contradicted by claudication in the "
            f"record: {quoted(evidence(said['present']), most=1)}",
            remedies=(
                Remedy(
                    action="If the stenosis causes the claudication, submit the code that says so",
                    codes=(icd(_WITH),),
                    replaces=dx.code,
                ),
            ),
            **_base(dx, said["present"]),
        )
    if said["uncertain"]:
        return Draft(
            "needs_review",
            f"{dx.code} says without neurogenic claudication, and the record suspects it: "
            f"{quoted(evidence(said['uncertain']))}.",
            headline=f"whether neurogenic claudication contradicts {dx.code}",
            asks=("A statement whether neurogenic claudication is present",),
            **_base(dx, said["uncertain"]),
        )
    silent = "is documented as absent" if said["absent"] else "is not documented as present"
    return Draft(
        "met",
        f"Neurogenic claudication {silent}; nothing contradicts the title of {dx.code}.",
        **_base(dx, said["absent"]),
    )


def _with(dx: Diagnosis, said: dict[str, Told]) -> Draft:
    """Hold M48.062 against the narrative: only a denial speaks against it, and a template may write one."""
    if said["absent"] and not said["present"] and not said["uncertain"]:
        return Draft(
            "needs_review",
            f"{dx.code} is titled “{icd(dx.code).title}”, and the record denies neurogenic claudication: "
            f"{quoted(evidence(said['absent']))}.",
            headline=f"whether {dx.code} (with neurogenic claudication) fits a record that denies it",
            asks=("A statement whether neurogenic claudication is present",),
            **_base(dx, said["absent"]),
        )
    return Draft(
        "met",
        f"Nothing in the record contradicts the title of {dx.code}.",
        **_base(dx, said["present"]),
    )


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold the codes of lumbar stenosis against one another and against the narrative."""
    coded = view.diagnoses_under(_WITHOUT, _WITH)
    if not coded:
        yield Draft("not_applicable", f"Neither {_WITHOUT} nor {_WITH} is submitted.")
        return
    if len(coded) > 1:
        yield Draft(
            "contradiction",
            f"{_WITHOUT} says without neurogenic claudication, {_WITH} says with; both are submitted for the "
            "lumbar region.",
            headline=f"{_WITHOUT} says without neurogenic claudication and {_WITH} says with",
            remedies=(Remedy(action="Submit the one that the record supports"),),
            **of_diagnoses(*coded),
        )
        return
    said = _told(view)
    yield (_without if coded[0].code == _WITHOUT else _with)(coded[0], said)


CHECK = Check(
    slug="stenosis-claudication",
    ref="C6",
    title="Stenosis code against claudication",
    compares="M48.061 (without neurogenic claudication) with claudication in the narrative and with M48.062",
    severity="blocking",
    references=("icd10cm-tabular",),
    run=run,
    always=True,
)
