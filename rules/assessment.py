"""Findings and the assessment that they add up to.

An assessment supports a human reviewer. It never approves or denies.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import JsonValue

from rules.case import Case, Document, Evidence, Frozen

Outcome = Literal["met", "not_met", "not_documented", "not_applicable", "contradiction", "needs_review"]
#: Outcomes in the order in which a reviewer wants to see them.
OUTCOME_ORDER: tuple[Outcome, ...] = (
    "contradiction",
    "not_met",
    "not_documented",
    "needs_review",
    "met",
    "not_applicable",
)
Severity = Literal["blocking", "major", "minor", "info"]
Answer = Literal["supported", "not_supported_as_coded", "not_supported", "insufficient_documentation"]
#: How far a source was read: itself, through a copy or summary, one of the two written assessments that this
#: product started from, or not at all (its figure is then unknown, never guessed).
Verification = Literal["primary", "secondary", "seed", "unverified"]
#: How a figure is held against a policy's: reaching it, exceeding it, staying at or below it.
Comparison = Literal["at_least", "more_than", "at_most", "less_than"]


class Citation(Frozen):
    """Where a rule or a figure comes from."""

    title: str
    href: str | None = None
    #: Why there is no address, where there is none.
    unaddressed: str | None = None
    detail: str | None = None
    #: The source's own date.
    dated: dt.date | None = None
    #: The day on which it was read.
    read: dt.date | None = None
    verification: Verification


class Parameter(Frozen):
    """A policy's figure as used by a finding: whose it is, since when, and how far to trust it."""

    name: str
    #: None where the source was not read (``verification`` is then "unverified").
    value: JsonValue
    unit: str | None = None
    comparison: Comparison | None = None
    policy: str
    policy_version: str
    effective_from: dt.date
    verification: Verification
    last_verified: dt.date
    reference: str


class Step(Frozen):
    """One step of a finding's trail: a question, its answer, the facts behind it, and the steps below it."""

    asked: str
    found: str
    #: Ids of facts of the case.
    facts: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()


class CodeRef(Frozen):
    """A code that a finding speaks of, with its title (ICD-10-CM) or our plain label (CPT)."""

    system: Literal["ICD-10-CM", "CPT"]
    code: str
    title: str | None = None


class Remedy(Frozen):
    """What would mend the finding: honest documentation, a supported code, another pathway."""

    action: str
    codes: tuple[CodeRef, ...] = ()
    #: The submitted diagnosis in whose place one of ``codes`` would stand.
    replaces: str | None = None


class Finding(Frozen):
    """One check's outcome on one case."""

    id: str
    check: str
    ref: str
    version: str
    title: str
    outcome: Outcome
    severity: Severity
    #: True where a not_documented outcome stands for a requirement of the policy (it weighs in the answer).
    required: bool = False
    message: str
    evidence: tuple[Evidence, ...] = ()
    codes: tuple[CodeRef, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    citations: tuple[Citation, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    trail: tuple[Step, ...] = ()


class Determination(Frozen):
    """The direct answer and the findings that carry it."""

    answer: Answer
    statement: str
    because: tuple[str, ...] = ()


class Pathway(Frozen):
    """What the policy's guideline lists for one condition; shown, never prescribed."""

    id: str
    title: str
    #: Why it is shown for this case.
    applies_because: str
    steps: tuple[str, ...]
    citations: tuple[Citation, ...] = ()


class Missing(Frozen):
    """A document or statement that the record lacks, and the findings that ask for it."""

    item: str
    findings: tuple[str, ...] = ()


class Pitfall(Frozen):
    """A known error to avoid on a case like this one."""

    id: str
    text: str
    citations: tuple[Citation, ...] = ()


class Change(Frozen):
    """One thing that a what-if supplies: a document that the record lacks, or a code that it supports."""

    kind: Literal["documentation", "code"]
    #: The finding that asks for it.
    finding: str
    #: A clause after "if it is true that" (documentation) or after "if" (code).
    words: str


class Turn(Frozen):
    """A finding whose outcome a what-if alters; None where it would be new or gone."""

    finding: str
    before: Outcome | None
    after: Outcome | None


class WhatIf(Frozen):
    """The answer that the rules would give, were something supplied; nothing documented is altered.

    ``changes`` is small: without any one of them the answer would be another.
    """

    changes: tuple[Change, ...]
    statement: str
    answer: Answer
    turns: tuple[Turn, ...] = ()


class Assessment(Frozen):
    """Everything that ``notewarrant check --format json`` prints for one case."""

    case_id: str
    documents: tuple[Document, ...]
    case: Case
    policy: str
    on: dt.date | None
    determination: Determination
    findings: tuple[Finding, ...]
    pathways: tuple[Pathway, ...] = ()
    missing_documentation: tuple[Missing, ...] = ()
    pitfalls: tuple[Pitfall, ...] = ()
    #: None where it was not asked for; empty where nothing that may be supplied would better the answer.
    what_if: tuple[WhatIf, ...] | None = None
    references: tuple[Citation, ...] = ()
    versions: dict[str, str]
    #: Problems of reading (replaced bytes, dropped byte-order mark) that the reviewer should know.
    notices: tuple[str, ...] = ()
    disclaimer: str = (
        "This assessment supports a human reviewer. It does not approve, deny or decide anything, "
        "and it reads only the documents that were given to it."
    )
