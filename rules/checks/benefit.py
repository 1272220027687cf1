"""What a procedure brought: relief and its duration, or a gain in function, against a policy's figures.

Statements of one session are read together. A figure that is not stated is silence, never a failure; where a
gain in function may stand in for relief, one of the two that is not stated keeps the question open.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, Literal

from rules.assessment import Parameter
from rules.blocks import relief_of, relief_told
from rules.bounds import Interval, number
from rules.case import Fact
from rules.checks.base import listed
from rules.checks.elapsed import outlasts
from rules.durations import asked_days, lasts, span, told_days
from rules.policy import PolicyView
from rules.threshold import Threshold
from rules.view import CaseView

State = Literal["holds", "fails", "open", "silent"]
_RELIEF = "relief in per cent"
_DURATION = "how long the relief lasted"
_FUNCTION = "the gain in movement or daily activities"


@dataclasses.dataclass(frozen=True)
class Needs:
    """What a policy asks of an earlier procedure; ``function`` may stand in for the other two."""

    relief: Threshold
    duration: Threshold | None
    function: Threshold | None

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The figures, as a finding shows them."""
        return tuple(t.parameter for t in (self.relief, self.duration, self.function) if t)

    @property
    def told(self) -> str:
        """The figures in words: ``at least 50 % relief for at least 6 months``."""
        time = f" for {self.duration.told}" if self.duration else ""
        gain = f", or {self.function.told} gain in movement or daily activities" if self.function else ""
        return f"{self.relief.told} relief{time}{gain}"


def needs(policy: PolicyView, relief: str, duration: str, function: str) -> Needs:
    """Return the figures of these names; duration and function only where the policy states them."""
    return Needs(
        policy.threshold(relief),
        policy.threshold(duration) if policy.has(duration) else None,
        policy.threshold(function) if policy.has(function) else None,
    )


@dataclasses.dataclass(frozen=True)
class Benefit:
    """What the statements of one session say of the figures.

    Attributes
    ----------
    state
        Of the whole; ``open`` where bounds, or statements that differ, leave it so.
    parts
        Of relief, duration and function, each by itself; without those that the policy does not ask for.
    told
        The figures that are documented, in words; empty where none is.
    impossible
        Whether the relief is told as longer than the time since the procedure, so that it reaches no figure.
    """

    state: State
    parts: dict[str, State]
    told: str
    impossible: bool = False

    @property
    def lacking(self) -> list[str]:
        """What is not stated and could settle it, in words."""
        pair = [name for name in (_RELIEF, _DURATION) if name in self.parts]
        if any(self.parts[name] == "fails" for name in pair):
            return [_FUNCTION]
        return [name for name, state in self.parts.items() if state == "silent"]


def _state(facts: Sequence[Fact[Any]], judge: Callable[[Any], bool | None]) -> State:
    said = {judge(f) for f in facts}
    if not said:
        return "silent"
    if said == {True}:
        return "holds"
    return "fails" if said == {False} else "open"


def _both(relief: State, duration: State) -> State:
    """Relief and its duration: one that fails fails the whole."""
    for state in ("fails", "silent", "open"):
        if state in (relief, duration):
            return state
    return "holds"


def _either(one: State, other: State) -> State:
    """Relief or function: one that holds suffices, and neither fails the whole while the other is open."""
    if "holds" in (one, other):
        return "holds"
    for state in ("open", "silent"):
        if state in (one, other):
            return state
    return "fails"


def benefit_of(view: CaseView, facts: Sequence[Fact[Any]], asked: Needs) -> Benefit:
    """Hold the statements of one session (injections or ablations) against a policy's figures.

    Of several statements of one figure the latest speaks: a relief goes on after it is first told.
    """

    def stating(field: str) -> tuple[Fact[Any], ...]:
        return view.latest(f for f in facts if getattr(f.value, field) is not None)

    relieved, timed = stating("percent_relief"), stating("relief_days")
    gained = stating("function_gain_percent")
    impossible = any(outlasts(view, f) for f in timed)
    parts: dict[str, State] = {_RELIEF: _state(relieved, lambda f: asked.relief.holds(_relief(f)))}
    state = parts[_RELIEF]
    if asked.duration:
        need = asked.duration
        parts[_DURATION] = _state(timed, lambda f: _lasted(view, f, need))
        state = _both(state, parts[_DURATION])
    if asked.function:
        gain = asked.function
        parts[_FUNCTION] = _state(gained, lambda f: gain.holds_for(f.value.function_gain_percent))
        state = _either(state, parts[_FUNCTION])
    figures, times = (dict.fromkeys(map(relief_told, relieved)), dict.fromkeys(map(_bounded, timed)))
    gains = dict.fromkeys(number(f.value.function_gain_percent) for f in gained)
    relief = f"{listed(figures)} relief" if figures else "relief" if times else ""
    told = f"{relief} for {listed(times)}" if times else relief
    said = [told, f"a gain in function of {listed(gains)} %" if gains else ""]
    return Benefit(state, parts, listed(s for s in said if s), impossible)


def _lasted(view: CaseView, fact: Fact[Any], need: Threshold) -> bool | None:
    """Whether the relief lasted as asked; None where its bounds leave that open, or where it cannot be."""
    held = lasts(need, _time(fact))
    return None if held and outlasts(view, fact) else held


def _relief(fact: Fact[Any]) -> Interval:
    found = relief_of(fact)
    assert found is not None
    return found


def _time(fact: Fact[Any]) -> Interval:
    return span(fact.value.relief_days, "days", fact.value.relief_days_bound)


def _bounded(fact: Fact[Any]) -> str:
    bound = fact.value.relief_days_bound
    words = "" if bound in ("exact", "range") else f"{bound.replace('_', ' ')} "
    return f"{words}{told_days(fact.value.relief_days)}"


def enough(found: Benefit, asked: Needs) -> dict[str, float] | None:
    """Return the figures that are not stated and that would just satisfy the policy, by field.

    None where what is documented fails, so that no figure could.
    """
    pair = [found.parts[_RELIEF], *([found.parts[_DURATION]] if asked.duration else [])]
    if "silent" in pair and not {"fails", "open"} & set(pair):
        out = {}
        if found.parts[_RELIEF] == "silent":
            out["percent_relief"] = min(asked.relief.just_enough, 100.0)
        if asked.duration and found.parts[_DURATION] == "silent":
            out["relief_days"] = dataclasses.replace(
                asked.duration, value=asked_days(asked.duration)
            ).just_enough
        return out
    if asked.function and found.parts[_FUNCTION] == "silent":
        return {"function_gain_percent": min(asked.function.just_enough, 100.0)}
    return None


def words_of(figures: dict[str, float], asked: Needs) -> str:
    """Tell what such figures say, as the policy asks it: ``at least 50 % relief for at least 6 months``."""
    said = []
    if "percent_relief" in figures:
        said.append(f"{asked.relief.told} relief")
    if asked.duration and "relief_days" in figures:
        said.append(f"{'for' if said else 'relief for'} {asked.duration.told}")
    if asked.function and "function_gain_percent" in figures:
        said.append(f"{asked.function.told} gain in movement or daily activities")
    return " ".join(said)
