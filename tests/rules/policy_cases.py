"""Cases of the shipped policies: read from ``tests/rules/policies``, held against any version of a policy."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from rules.assessment import Assessment, Step
from rules.case import Case
from rules.engine import assess
from rules.policy import Policy, PolicyError, PolicyView
from rules.policy_files import load_policy

from .conftest import load_file, make_case

FOLDER = Path(__file__).with_name("policies")
Spec = dict[str, Any]


@functools.cache
def policy_cases() -> dict[str, tuple[Spec, ...]]:
    """Cases by policy: a file's header names the ``policies`` that its cases hold for, else the file's name.

    Beside the keys of ``tests/rules/cases`` a case may say ``since: {figure: day}`` (a finding rests on the
    figure's row of that day), ``except`` (policies that answer otherwise), and ``required`` and ``others``
    (all checks of the policy, by whether silence weighs). An expected outcome of null: no such finding.
    """
    found: dict[str, list[Spec]] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        head, rows = load_file(path)
        for name in head.get("policies", [path.stem]):
            for row in rows:
                if name not in row.get("except", ()):
                    found.setdefault(name, []).append({**row, "stem": path.stem})
    return {name: tuple(rows) for name, rows in found.items()}


@functools.cache
def _built(policy: str, number: int) -> Case:
    return make_case(policy_cases()[policy][number])


def _steps(trail: Iterable[Step]) -> Iterator[Step]:
    for step in trail:
        yield step
        yield from _steps(step.steps)


def _told(assessment: Assessment, spec: Spec, policy: Policy) -> str | None:
    """What the assessment says otherwise than the case expects, or None."""
    found: dict[str, set[str]] = {}
    for f in assessment.findings:
        for key in {f.ref, f.id}:
            found.setdefault(key, set()).add(f.outcome)
    for key, outcome in spec.get("expect", {}).items():
        if found.get(key) != (outcome and {outcome}):
            return f"{key}: {found.get(key)}, expected {outcome}"
    if "answer" in spec and assessment.determination.answer != spec["answer"]:
        return f"answer: {assessment.determination.answer}, expected {spec['answer']}"
    said = " ".join([assessment.determination.statement, *(f.message for f in assessment.findings)])
    for words in spec.get("says", ()):
        if words not in said:
            return f"does not say {words!r}"
    shown = {(p.name, str(p.effective_from)) for f in assessment.findings for p in f.parameters}
    asked = {s.asked for f in assessment.findings for s in _steps(f.trail)}
    for name, day in spec.get("since", {}).items():
        if name not in policy.parameters:
            return f"{name} is no figure of {policy.id}"
        told = f"{policy.parameters[name].title} ({policy.id}, since {day})"
        if (name, str(day)) not in shown and told not in asked:
            return f"{name} since {day} is not shown: {sorted(shown)}"
    for key in ("required", "others"):
        if key in spec:
            weight = key == "required"
            refs = {f.ref for f in assessment.findings if f.required is weight and f.check in spec["checks"]}
            if refs != set(spec[key]):
                return f"{key}: {sorted(refs)}"
    return None


def fault(policy_id: str, number: int, policy: Policy) -> str | None:
    """What a policy says otherwise than one of its cases expects, or None."""
    spec = policy_cases()[policy_id][number]
    if "required" in spec:
        spec = {**spec, "checks": load_policy(policy_id).checks}
    try:
        return _told(assess(_built(policy_id, number), policy, on=spec.get("day")), spec, policy)
    except PolicyError as error:
        return str(error)


@functools.cache
def readers(policy_id: str) -> dict[str, tuple[int, ...]]:
    """Return the cases that ask the policy for a figure, by the figure's name, the likeliest to notice first.

    Those are the cases that tell since when the figure holds, and their neighbours in the file.
    """
    asked: dict[str, list[int]] = {}
    policy = load_policy(policy_id)
    plain = PolicyView.parameter, PolicyView.has
    try:
        for number in range(len(policy_cases().get(policy_id, ()))):
            seen: set[str] = set()

            def parameter(self: PolicyView, name: str, seen: set[str] = seen) -> Any:
                seen.add(name)
                return plain[0](self, name)

            def has(self: PolicyView, name: str, seen: set[str] = seen) -> bool:
                seen.add(name)
                return plain[1](self, name)

            PolicyView.parameter, PolicyView.has = parameter, has  # type: ignore[method-assign]
            fault(policy_id, number, policy)
            for name in seen:
                asked.setdefault(name, []).append(number)
    finally:
        PolicyView.parameter, PolicyView.has = plain  # type: ignore[method-assign]
    rows = policy_cases().get(policy_id, ())

    def by_distance(name: str) -> Callable[[int], int]:
        told = [i for i, spec in enumerate(rows) if name in spec.get("since", {})] or [0]
        return lambda number: min(abs(number - i) for i in told)

    return {name: tuple(sorted(numbers, key=by_distance(name))) for name, numbers in asked.items()}


def noticed(policy_id: str, changed: Policy, numbers: tuple[int, ...]) -> bool:
    """Whether some case of the policy fails under a changed one."""
    return any(fault(policy_id, number, changed) for number in numbers)


def dump(value: object) -> str:
    """A value as YAML, on one line, for a test's name."""
    return yaml.safe_dump(value, default_flow_style=True).strip().removesuffix("...").strip()
