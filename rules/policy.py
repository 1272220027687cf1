"""Policies: whose figures apply, since when, to which services, and which checks weigh.

A policy is a YAML file in ``rules/policies``. Thresholds never stand in code: a check asks the policy for a
parameter and gets its value on the day, with the source and how far to trust it.
"""

from __future__ import annotations

import datetime as dt
import functools
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    field_validator,
    model_validator,
)

from rules.assessment import Parameter, Verification
from rules.codes.cpt import Family
from rules.references import register


class PolicyError(ValueError):
    """A policy that cannot be found or read; the message names the file, the key and the mend."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class CheckUse(_Part):
    """How a policy uses a check.

    ``required``: silence of the record weighs in the answer. ``payer_only``: raise the point, decide nothing.
    """

    required: bool
    payer_only: bool = False


class DatedValue(_Part):
    """A value and the first day on which it holds."""

    since: dt.date = Field(alias="from")
    value: JsonValue


class PolicyParameter(_Part):
    """A figure of the policy with its unit, its dated values and its source."""

    title: str
    unit: str | None = None
    values: tuple[DatedValue, ...] = Field(min_length=1)
    reference: str
    verification: Verification
    last_verified: dt.date

    @field_validator("values")
    @classmethod
    def _ascending(cls, values: tuple[DatedValue, ...]) -> tuple[DatedValue, ...]:
        days = [v.since for v in values]
        if days != sorted(set(days)):
            raise ValueError("dated values must ascend, one a day")
        return values

    def at(self, on: dt.date | None) -> DatedValue:
        """Return the value in force on that day: the latest where no day is known, the first before all."""
        due = [v for v in self.values if on is None or v.since <= on]
        return due[-1] if due else self.values[0]


class _Cited(_Part):
    id: str
    when: tuple[str, ...] = Field(min_length=1)
    references: tuple[str, ...] = Field(min_length=1)

    @field_validator("references")
    @classmethod
    def _known(cls, ids: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [key for key in ids if key not in register()]
        if unknown:
            raise ValueError(f"unknown reference {unknown[0]!r}: add it to rules/references.yaml")
        return ids


class PolicyPathway(_Cited):
    """Steps that the policy lists for one condition."""

    title: str
    steps: tuple[str, ...] = Field(min_length=1)


class PolicyPitfall(_Cited):
    """A known error, and when to mention it."""

    text: str


class Policy(_Part):
    """A policy as its file states it."""

    id: str
    title: str
    version: str
    summary: str
    effective_from: dt.date
    effective_to: dt.date | None = None
    last_verified: dt.date
    families: tuple[Family, ...] = Field(min_length=1)
    checks: dict[str, CheckUse] = Field(min_length=1)
    parameters: dict[str, PolicyParameter]
    pathways: tuple[PolicyPathway, ...] = ()
    pitfalls: tuple[PolicyPitfall, ...] = ()

    @model_validator(mode="after")
    def _references(self) -> Policy:
        for name, parameter in self.parameters.items():
            if parameter.reference not in register():
                raise ValueError(f"parameter {name!r} cites unknown reference {parameter.reference!r}")
        return self

    def in_force(self, on: dt.date | None) -> bool:
        """Whether the policy holds on that day; an unknown day does not put it out of force."""
        if on is None:
            return True
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)


class PolicyView:
    """A policy as seen on one day: what a check may ask of it."""

    def __init__(self, policy: Policy, on: dt.date | None) -> None:
        self.policy = policy
        self.on = on

    def parameter(self, name: str) -> Parameter:
        """Return a parameter as a finding shows it; ``PolicyError`` where the policy has none."""
        found = self.policy.parameters.get(name)
        if found is None:
            raise PolicyError(f"policy {self.policy.id!r} has no parameter {name!r}: add it to its YAML file")
        dated = found.at(self.on)
        return Parameter(
            name=name,
            value=dated.value,
            unit=found.unit,
            policy=self.policy.id,
            policy_version=self.policy.version,
            effective_from=dated.since,
            verification=found.verification,
            last_verified=found.last_verified,
            reference=register()[found.reference].title,
        )

    def number(self, name: str) -> float:
        """Return a parameter's value as a number; ``PolicyError`` where it is none."""
        value = self.parameter(name).value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise PolicyError(f"policy {self.policy.id!r}: parameter {name!r} must be a number")
        return float(value)


def _folder() -> Path:
    return Path(str(resources.files("rules").joinpath("policies")))


def available_policies() -> tuple[str, ...]:
    """Return the ids of the policies that come with the product, in alphabetical order."""
    return tuple(sorted(path.stem for path in _folder().glob("*.yaml")))


def parse_policy(text: str, name: str) -> Policy:
    """Read a policy from YAML text; ``name`` is the file that an error names.

    Raises
    ------
    PolicyError
        Where the text is not YAML, or a key is missing, unknown or of the wrong kind.
    """
    try:
        raw: Any = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" at line {mark.line + 1}" if mark else ""
        raise PolicyError(f"{name}: not valid YAML{place}; mend the file") from error
    if not isinstance(raw, dict):
        raise PolicyError(f"{name}: a policy is a mapping of keys; see rules/policies/guideline.yaml")
    try:
        return Policy.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"]) or "(whole file)"
        raise PolicyError(f"{name}: key {key}: {first['msg']}; mend the key") from error


@functools.cache
def load_policy(policy_id: str) -> Policy:
    """Return the shipped policy of that id.

    Raises
    ------
    PolicyError
        Where no policy has that id (the message lists those there are) or its file is faulty.
    """
    if policy_id not in available_policies():
        raise PolicyError(f"unknown policy {policy_id!r}: choose one of {', '.join(available_policies())}")
    path = _folder() / f"{policy_id}.yaml"
    policy = parse_policy(path.read_text("utf-8"), path.name)
    if policy.id != policy_id:
        raise PolicyError(f"{path.name}: key id: must be {policy_id!r}, as the file is called")
    return policy
