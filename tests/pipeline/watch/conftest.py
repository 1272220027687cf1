"""A store on either database, and jobs and results to fill it with."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.store import Job, Store

JOB = Job(
    case_id="case", documents=("a" * 64,), paths=("/inbox/1.txt",), policy="guideline",
    versions={"rules": "1"},
)  # fmt: skip


class Clock:
    """A clock that stands still until it is told."""

    def __init__(self) -> None:
        self.time = 1_780_000_000.0  # a Thursday of the year 2026

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty store may be made."""
    if request.param == "sqlite":
        return str(tmp_path / "store.sqlite")
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def store(where: str, clock: Clock) -> Iterator[Store]:
    with Store(where, clock) as opened:
        yield opened


@pytest.fixture
def job() -> Callable[..., Job]:
    """A job of a case id, otherwise like the others unless said so."""

    def make(case_id: str, **changes: object) -> Job:
        return dataclasses.replace(JOB, case_id=case_id, **changes)  # type: ignore[arg-type]

    return make
