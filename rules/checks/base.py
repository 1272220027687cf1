"""What a check is, and what it drafts."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

from rules.assessment import CodeRef, Outcome, Parameter, Remedy, Severity
from rules.bounds import number
from rules.case import Diagnosis, Evidence, Fact
from rules.codes import cpt, icd10cm
from rules.policy import PolicyView
from rules.values import Value
from rules.view import CaseView


@dataclasses.dataclass(frozen=True)
class Supply:
    """A fact that the record does not state; ``words`` tells it as a clause after "if it is true that"."""

    family: str
    value: Value
    words: str


@dataclasses.dataclass(frozen=True)
class Draft:
    """One outcome of a check, before the engine gives it its id and its place.

    Attributes
    ----------
    outcome, message
        What was found, and one or two sentences on it for a reviewer.
    subject
        What it is about (a code, a region), for the finding's id; empty for the case as a whole.
    headline
        The clause that the answer quotes: a clause for a contradiction or an unmet criterion, a noun phrase
        for what is not documented.
    asks
        Documents or statements that would settle it.
    severity
        Instead of the one that follows from the check and the outcome.
    supplies
        What, if it is true and documented, would settle a silence: facts that the what-if adds to the case.
        Never anything that contradicts what is documented.
    weighs
        False where silence of the record does not count against this request although the policy requires
        the check.
    """

    outcome: Outcome
    message: str
    subject: str = ""
    headline: str = ""
    evidence: tuple[Evidence, ...] = ()
    codes: tuple[CodeRef, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    asks: tuple[str, ...] = ()
    supplies: tuple[Supply, ...] = ()
    severity: Severity | None = None
    weighs: bool = True


Run = Callable[[CaseView, PolicyView], Iterable[Draft]]


@dataclasses.dataclass(frozen=True)
class Check:
    """A declared check.

    Attributes
    ----------
    slug, ref
        Its readable id, and its code in the catalogue (A1, B3, C2).
    title, compares
        Its name, and what it holds against what, in a line each.
    severity
        Of a contradiction or an unmet criterion.
    references
        Ids in ``rules/references.yaml``.
    version
        Raised whenever an outcome changes for some case.
    families
        Service families (``rules/codes/cpt.yaml``) it concerns; None for every request. Where no such service
        is requested the engine answers ``not_applicable`` without running it.
    parameters
        Figures that a policy which lists the check must state (or state as not read).
    optional
        Figures that refine it where a policy states them.
    always
        True for coding checks, which run whatever the policy; the others run where the policy lists them.
    """

    slug: str
    ref: str
    title: str
    compares: str
    severity: Severity
    references: tuple[str, ...]
    run: Run
    version: str = "1"
    families: tuple[str, ...] | None = None
    parameters: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    always: bool = False


def icd(code: str) -> CodeRef:
    """Return a reference to an ICD-10-CM code with its official title."""
    entry = icd10cm.lookup(code)
    return CodeRef(system="ICD-10-CM", code=code, title=entry.title if entry else None)


def service(code: str) -> CodeRef:
    """Return a reference to a CPT code with our plain label."""
    return CodeRef(system="CPT", code=code, title=cpt.label(code))


def of_diagnoses(*found: Diagnosis) -> dict[str, Any]:
    """Return what a draft on some diagnoses carries: subject, evidence and codes."""
    return {
        "subject": "-".join(dx.code for dx in found),
        "evidence": tuple(e for dx in found for e in dx.evidence),
        "codes": tuple(icd(dx.code) for dx in found),
    }


def evidence(facts: Iterable[Fact[Any]]) -> tuple[Evidence, ...]:
    """Return the places that carry facts, each once, in the order of the facts."""
    return tuple({(e.document, e.start, e.end): e for fact in facts for e in fact.evidence}.values())


def quoted(places: Iterable[Evidence], most: int = 2, width: int = 140) -> str:
    """Return the first quotes for a message, shortened: ``“…”, “…”``."""
    quotes = list(dict.fromkeys(" ".join(e.quote.split()) for e in places))[:most]
    return ", ".join(f"“{q if len(q) <= width else q[: width - 1].rstrip() + '…'}”" for q in quotes)


def listed(words: Iterable[str], last: str = "and") -> str:
    """Return words as a list in a sentence: ``a, b and c``."""
    items = list(words)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


__all__ = [
    "Check",
    "Draft",
    "Supply",
    "evidence",
    "icd",
    "listed",
    "number",
    "of_diagnoses",
    "quoted",
    "service",
]
