"""One case under several policies: a matrix of payer by criterion."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from rules.assessment import OUTCOME_ORDER, Answer, Assessment, Finding, Outcome, Parameter
from rules.case import Case, Frozen
from rules.checks import CATALOGUE
from rules.engine import assess, day_of
from rules.policy import Policy
from rules.threshold import worded

#: Entries of a list that a cell shows.
_SHOWN = 6


class Cell(Frozen):
    """What one policy makes of one criterion; ``outcome`` None where it does not ask for it."""

    policy: str
    outcome: Outcome | None = None
    required: bool = False
    #: The policy's figures as used: ``at least 80 per cent``.
    figures: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()


class Row(Frozen):
    """A criterion with its cells, in the order of the columns."""

    ref: str
    check: str
    title: str
    cells: tuple[Cell, ...]

    @property
    def differs(self) -> bool:
        """Whether policies come to different outcomes, or one leaves open what another does not ask for."""
        outcomes = {c.outcome for c in self.cells if c.outcome not in (None, "not_applicable")}
        asked = all(c.outcome not in (None, "not_applicable") for c in self.cells)
        return len(outcomes) > 1 or (not asked and bool(outcomes - {"met"}))


class Column(Frozen):
    """A policy with its answer."""

    policy: str
    title: str
    version: str
    in_force: bool
    answer: Answer
    statement: str


class Comparison(Frozen):
    """The whole matrix. It supports a reviewer and decides nothing."""

    case_id: str
    on: dt.date | None
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    versions: dict[str, str]


def figure_told(parameter: Parameter) -> str:
    """Return a figure as used: ``at least 80 per cent``, ``not read``."""
    if parameter.value is None:
        return "not read"
    if isinstance(parameter.value, list):
        entries = [str(item) for item in parameter.value]
        return ", ".join(entries) if len(entries) <= _SHOWN else f"{', '.join(entries[:_SHOWN])} and more"
    if isinstance(parameter.value, bool):
        return f"{parameter.name.replace('_', ' ')}: {'yes' if parameter.value else 'no'}"
    return worded(parameter.comparison, parameter.value, parameter.unit)


def _cell(policy: str, found: Sequence[Finding]) -> Cell:
    if not found:
        return Cell(policy=policy)
    # Of several findings of one check, the one that a reviewer sees first stands for the cell.
    outcome = min((f.outcome for f in found), key=OUTCOME_ORDER.index)
    shown = [f for f in found if f.outcome == outcome]
    return Cell(
        policy=policy,
        outcome=outcome,
        required=any(f.required for f in shown),
        figures=tuple(dict.fromkeys(figure_told(p) for f in shown for p in f.parameters)),
        findings=tuple(f.id for f in shown),
    )


def compare(case: Case, policies: Iterable[Policy], on: dt.date | None = None) -> Comparison:
    """Hold one case against several policies on the same day.

    Parameters
    ----------
    case
        The structured case.
    policies
        In the order of the columns.
    on
        The day asked; by default as for ``rules.engine.assess``.

    Returns
    -------
    Comparison
        A row for every check that some policy or every request asks for and that concerns the case.
    """
    day = on or day_of(case)
    rules = list(policies)
    found: list[Assessment] = [assess(case, policy, day) for policy in rules]
    by_check = [_by_check(a.findings) for a in found]
    rows = []
    for check in CATALOGUE:
        cells = tuple(
            _cell(policy.id, groups.get(check.slug, ()))
            for policy, groups in zip(rules, by_check, strict=True)
        )
        if any(c.outcome not in (None, "not_applicable") for c in cells):
            rows.append(Row(ref=check.ref, check=check.slug, title=check.title, cells=cells))
    columns = tuple(
        Column(
            policy=policy.id,
            title=policy.title,
            version=policy.version,
            in_force=policy.in_force(day),
            answer=a.determination.answer,
            statement=a.determination.statement,
        )
        for policy, a in zip(rules, found, strict=True)
    )
    versions = {f"policy:{p.id}": a.versions["policy"] for p, a in zip(rules, found, strict=True)}
    shared = {k: v for k, v in (found[0].versions if found else {}).items() if k != "policy"}
    return Comparison(
        case_id=case.case_id,
        on=day,
        columns=columns,
        rows=tuple(rows),
        versions=dict(sorted({**shared, **versions}.items())),
    )


def _by_check(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    out: dict[str, list[Finding]] = {}
    for finding in findings:
        out.setdefault(finding.check, []).append(finding)
    return out
