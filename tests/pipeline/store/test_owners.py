"""Whose process is gone: after a machine started anew all of them, and never a process of another place."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.store import new_owner, owners
from pipeline.store.owners import owner_is_gone, owner_is_here

FIRST = "pid:[4026531836]"
ID = "3f" * 16
Place = Callable[..., None]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """Be at another place."""

    def at(host: str = "a", machine: str | None = ID, start: str | None = "1", pids: str = FIRST) -> None:
        monkeypatch.setattr(owners.socket, "gethostname", lambda: host)
        monkeypatch.setattr(owners, "_pids", lambda: pids)
        monkeypatch.setattr(owners, "_PROC", tmp_path)
        monkeypatch.setattr(owners, "_MACHINE_ID", tmp_path / "machine-id")
        for file, text in (("machine-id", machine), ("sys/kernel/random/boot_id", start)):
            path = tmp_path / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            if text is not None:
                path.write_text(text)
        owners._here.cache_clear()

    yield at
    monkeypatch.undo()
    owners._here.cache_clear()


def test_what_ran_before_the_machine_was_started_anew_is_gone(place: Place) -> None:
    place(start="1")
    before = new_owner()
    assert (owner_is_gone(before), owner_is_here(before)) == (False, True)
    place(start="2")
    assert (owner_is_gone(before), owner_is_here(before)) == (True, False)
    assert not owner_is_gone(new_owner())


@pytest.mark.parametrize(
    "other",
    [
        {"host": "b"},
        {"machine": "4e" * 16},
        {"host": "b", "start": "2"},
        {"machine": "4e" * 16, "start": "2"},
        {"machine": None, "start": "2"},
        {"machine": "uninitialized", "start": "2"},
        {"pids": "pid:[4026532201]"},
        {"pids": "pid:[4026532201]", "start": "2"},
        {"start": None},
    ],
)
def test_of_another_place_nothing_is_known(place: Place, other: dict[str, str | None]) -> None:
    place()
    here = new_owner().split(":")
    here[1] = "4194304"  # no process has so large a number
    assert owner_is_gone(":".join(here))
    place(**other)
    assert not owner_is_gone(":".join(here))
    assert not owner_is_here(":".join(here))


@pytest.mark.parametrize(
    "here",
    [
        {"machine": None},
        {"machine": "uninitialized"},
        {"pids": "pid:[4026532201]"},
    ],
)
def test_without_a_machines_certain_name_an_earlier_start_waits_for_its_lease(
    place: Place, here: dict[str, str | None]
) -> None:
    """Two containers of one image have the same host name and machine id, on whatever machine."""
    place(**here, start="1")
    before = new_owner()
    dead = ":".join([before.split(":")[0], "4194304", "1", "x"])
    assert owner_is_gone(dead)
    place(**here, start="2")
    assert not owner_is_gone(before)
    assert not owner_is_gone(dead)


def test_names_of_earlier_releases_and_of_strangers_are_let_be() -> None:
    for name in ("0123456789abcdef:1:2:x", "me", "", f"{'0' * 16}.{'1' * 16}:{os.getpid()}:1:x", ":::"):
        assert not owner_is_gone(name)
