"""The trail of a finding: what a check asked of the case and of the policy, and what it got.

The views (``rules.view``, ``rules.policy``) write the trail as they answer, so that every check has one and
none can forget it. The engine cuts it where a check hands over a finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from rules.assessment import Step
from rules.case import Fact


class Trail:
    """Steps in the order in which they were taken; equal steps within one finding stand once."""

    def __init__(self) -> None:
        self._open: list[list[Step]] = [[]]

    def add(self, asked: str, found: str, facts: Iterable[Fact[Any]] = ()) -> None:
        """Note a question with its answer and the facts that carry it."""
        step = Step(asked=asked, found=found, facts=tuple(dict.fromkeys(f.id for f in facts)))
        if step not in self._open[-1]:
            self._open[-1].append(step)

    @contextmanager
    def under(self, asked: str) -> Iterator[list[str]]:
        """Put the steps taken inside under one question; its answer is what is appended to the list given."""
        answer: list[str] = []
        self._open.append([])
        try:
            yield answer
        finally:
            inner = tuple(self._open.pop())
            self._open[-1].append(Step(asked=asked, found="; ".join(answer) or "see below", steps=inner))

    def take(self) -> tuple[Step, ...]:
        """Return the steps since the last call, and begin anew."""
        steps, self._open = tuple(self._open[0]), [[]]
        return steps
