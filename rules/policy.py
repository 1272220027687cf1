"""Policies: whose figures apply, since when, to which services, and which checks weigh.

A policy is a YAML file. Thresholds never stand in code: a check asks the policy for a parameter and gets its
value on the day, with the source and how far to trust it. A figure whose source was not read is ``null`` and
``unverified``; a check that needs it answers ``needs_review`` instead of guessing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator, model_validator

from rules.assessment import Citation, Comparison, Parameter, Verification
from rules.codes.cpt import Family
from rules.references import register
from rules.threshold import Threshold
from rules.trail import Trail
from rules.values import Region

Owner = Literal["guideline", "consensus", "medicare_contractor", "commercial", "federal_program"]


class PolicyError(ValueError):
    """A policy that cannot be found or read; the message names the file, the line, the key and the mend."""


class UnknownReference(ValueError):
    """A source that neither the policy nor the register of sources knows, and the place that cites it."""

    def __init__(self, key: str, place: tuple[str | int, ...]) -> None:
        super().__init__(f"unknown reference {key!r}: add it under `references` of this file")
        self.place = place


class Unread(Exception):
    """A check asked for a figure whose source was not read.

    Attributes
    ----------
    parameter
        As a finding shows it, its value None.
    title, why
        What the figure is, and why it is not known.
    """

    def __init__(self, parameter: Parameter, title: str, why: str) -> None:
        super().__init__(f"{parameter.policy}: {parameter.name} was not read")
        self.parameter, self.title, self.why = parameter, title, why


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class CheckUse(_Part):
    """How a policy uses a check.

    Attributes
    ----------
    required
        Silence of the record weighs in the answer.
    payer_only
        Sources differ by payer: raise the point where its trigger is documented, decide nothing.
    raises
        The policy has no such criterion of its own, or (with ``references``) only a preference, but a
        reviewer should know: what is not met, or not documented, becomes a point for a reviewer.
    note
        A word of the policy on the point, added to such a message.
    references
        The policy's own sources for the criterion; without them the check's sources are cited.
    """

    required: bool = False
    payer_only: bool = False
    raises: bool = False
    note: str | None = None
    references: tuple[str, ...] = ()

    @property
    def role(self) -> Literal["payer only", "raises", "required", "shown"]:
        """How the policy uses the check, in a word."""
        if self.payer_only:
            return "payer only"
        if self.raises:
            return "raises"
        return "required" if self.required else "shown"


class DatedValue(_Part):
    """A value and the first day on which it holds; null where it was not read."""

    since: dt.date = Field(alias="from")
    value: JsonValue


class PolicyParameter(_Part):
    """A figure of the policy with its unit, comparison, dated values and source."""

    title: str
    unit: str | None = None
    comparison: Comparison | None = None
    values: tuple[DatedValue, ...] = Field(min_length=1)
    reference: str
    verification: Verification
    last_verified: dt.date
    #: Why the figure is not known, where it is not.
    why: str | None = None

    @field_validator("values")
    @classmethod
    def _ascending(cls, values: tuple[DatedValue, ...]) -> tuple[DatedValue, ...]:
        days = [v.since for v in values]
        if days != sorted(set(days)):
            raise ValueError("dated values must ascend, one a day")
        return values

    @model_validator(mode="after")
    def _honest(self) -> PolicyParameter:
        unread = [v for v in self.values if v.value is None]
        if bool(unread) != (self.why is not None) or (self.verification == "unverified") != (
            len(unread) == len(self.values)
        ):
            raise ValueError(
                "a figure that was not read is written `value: null` with `verification: unverified` and "
                "`why:`; one that was read has neither"
            )
        numbers = [v.value for v in self.values if isinstance(v.value, int | float)]
        if self.comparison and any(isinstance(n, bool) for n in numbers):
            raise ValueError("`comparison` belongs to a number, not to true or false")
        if self.comparison and len(numbers) != len(self.values) - len(unread):
            raise ValueError("a value with a `comparison` must be a number")
        return self

    def at(self, on: dt.date | None) -> DatedValue:
        """Return the value in force on that day: the latest where no day is known, the first before all."""
        due = [v for v in self.values if on is None or v.since <= on]
        return due[-1] if due else self.values[0]


class _Cited(_Part):
    id: str
    when: tuple[str, ...] = Field(min_length=1)
    references: tuple[str, ...] = Field(min_length=1)


class PolicyPathway(_Cited):
    """Steps that the policy lists for one condition."""

    title: str
    steps: tuple[str, ...] = Field(min_length=1)


class PolicyPitfall(_Cited):
    """A known error, and when to mention it."""

    text: str


class PolicyGap(_Cited):
    """A criterion of the policy that no check reads yet, told where a condition in ``when`` holds."""

    text: str


class Policy(_Part):
    """A policy as its file states it, with what it inherits filled in.

    Attributes
    ----------
    document
        The published documents that it renders (an LCD and its article, a bulletin), by their owner's names.
    payers
        Words of a payer's name, in lower case, that this policy speaks for.
    effective_from, effective_to
        First and last day on which it holds.
    successor
        The policy that holds from the day after ``effective_to`` on.
    regions
        Regions of the spine that its criteria speak of, where it names some; empty: all.
    unchecked
        Criteria that no check reads: a reviewer has to, and without one the request is never supported.
    reverify_after_days
        How long after ``last_verified`` its figures are taken as they stand; later days warn.
    references
        Sources of its own, beside those of ``rules/references.yaml``.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: str
    version: str
    summary: str
    owner: Owner = "commercial"
    document: str | None = None
    payers: tuple[str, ...] = ()
    effective_from: dt.date
    effective_to: dt.date | None = None
    successor: str | None = None
    last_verified: dt.date
    reverify_after_days: int = Field(default=365, gt=0, le=36_500)
    families: tuple[Family, ...] = Field(min_length=1)
    regions: tuple[Region, ...] = ()
    checks: dict[str, CheckUse] = Field(min_length=1)
    parameters: dict[str, PolicyParameter]
    pathways: tuple[PolicyPathway, ...] = ()
    pitfalls: tuple[PolicyPitfall, ...] = ()
    unchecked: tuple[PolicyGap, ...] = ()
    references: dict[str, Citation] = {}

    @field_validator("version", mode="before")
    @classmethod
    def _text(cls, value: object) -> object:
        return str(value) if isinstance(value, int | float) else value

    @model_validator(mode="after")
    def _whole(self) -> Policy:
        if self.effective_to and self.effective_to < self.effective_from:
            raise ValueError("effective_to lies before effective_from")
        known = {*register(), *self.references}
        lists = (("pathways", self.pathways), ("pitfalls", self.pitfalls), ("unchecked", self.unchecked))
        cited: list[tuple[tuple[str | int, ...], str]] = [
            *((("parameters", n, "reference"), p.reference) for n, p in self.parameters.items()),
            *((("checks", n, "references"), key) for n, use in self.checks.items() for key in use.references),
            *(
                ((n, i, "references"), key)
                for n, ps in lists
                for i, p in enumerate(ps)
                for key in p.references
            ),
        ]
        for place, key in cited:
            if key not in known:
                raise UnknownReference(key, place)
        return self

    @property
    def named(self) -> str:
        """The title within a sentence: a proper name keeps its capital letter, the guideline has none."""
        return self.title if self.owner != "guideline" else f"{self.title[0].lower()}{self.title[1:]}"

    def in_force(self, on: dt.date | None) -> bool:
        """Whether the policy holds on that day; an unknown day does not put it out of force."""
        if on is None:
            return True
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)

    def source(self, key: str) -> Citation:
        """Return a source by its id, the policy's own first; ``KeyError`` for an unknown id."""
        return self.references[key] if key in self.references else register()[key]

    def cite(self, keys: Iterable[str]) -> tuple[Citation, ...]:
        """Return the sources of these ids, each once, in that order."""
        return tuple(dict.fromkeys(self.source(key) for key in keys))


class PolicyView:
    """A policy as seen on one day: what a check may ask of it."""

    def __init__(self, policy: Policy, on: dt.date | None, trail: Trail | None = None) -> None:
        self.policy = policy
        self.on = on
        self.trail = trail or Trail()

    def has(self, name: str) -> bool:
        """Whether the policy states such a figure at all (read or not): without it, it sets no such limit."""
        return name in self.policy.parameters

    def parameter(self, name: str) -> Parameter:
        """Return a parameter as a finding shows it.

        Raises
        ------
        PolicyError
            Where the policy has none of that name.
        Unread
            Where its source was not read.
        """
        found = self.policy.parameters.get(name)
        if found is None:
            raise PolicyError(f"policy {self.policy.id!r} has no parameter {name!r}: add it to its YAML file")
        dated = found.at(self.on)
        shown = Parameter(
            name=name,
            value=dated.value,
            unit=found.unit,
            comparison=found.comparison,
            policy=self.policy.id,
            policy_version=self.policy.version,
            effective_from=dated.since,
            verification="unverified" if dated.value is None else found.verification,
            last_verified=found.last_verified,
            reference=self.policy.source(found.reference).title,
        )
        if dated.value is None:
            self.trail.add(found.title, "not read at the source")
            raise Unread(shown, found.title, found.why or "")
        self.trail.add(
            f"{found.title} ({self.policy.id}, since {dated.since})",
            f"{dated.value} {found.unit or ''}".rstrip() + f", {found.verification}",
        )
        return shown

    def number(self, name: str) -> float:
        """Return a parameter's value as a number; ``PolicyError`` where it is none."""
        value = self.parameter(name).value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise PolicyError(f"policy {self.policy.id!r}: parameter {name!r} must be a number")
        return float(value)

    def threshold(self, name: str) -> Threshold:
        """Return a number with its comparison; ``PolicyError`` where the policy states no comparison."""
        shown = self.parameter(name)
        if shown.comparison is None:
            raise PolicyError(
                f"policy {self.policy.id!r}: parameter {name!r} needs a comparison "
                "(at_least, more_than, at_most or less_than)"
            )
        return Threshold(shown, self.number(name), shown.comparison)

    def words(self, name: str) -> tuple[str, ...]:
        """Return a parameter that is a list of words (codes, techniques, settings)."""
        value = self.parameter(name).value
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise PolicyError(f"policy {self.policy.id!r}: parameter {name!r} must be a list of words")
        return tuple(str(item) for item in value)

    def flag(self, name: str) -> bool:
        """Return a parameter that is true or false; False where the policy does not state it."""
        if not self.has(name):
            return False
        value = self.parameter(name).value
        if not isinstance(value, bool):
            raise PolicyError(f"policy {self.policy.id!r}: parameter {name!r} must be true or false")
        return value
