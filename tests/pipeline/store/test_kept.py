"""Kept documents: whole or not there, the owner's alone, and nothing of what a dead process was writing."""

from __future__ import annotations

import os
import stat
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import OutputError
from pipeline.store import gate
from pipeline.store import kept as module
from pipeline.store.kept import KeptDocuments


def files(kept: KeptDocuments) -> set[str]:
    return {p.relative_to(kept.folder).as_posix() for p in kept.folder.rglob("*") if p.is_file()}


def test_many_together_are_there_when_the_block_has_ended(tmp_path: Path) -> None:
    kept = KeptDocuments(tmp_path / "documents")
    old = os.umask(0)
    try:
        with kept.together() as keep:
            references = [keep(b"document %d" % (n % 40)) for n in range(60)]
            assert not any(kept.path(r).exists() for r in references)
    finally:
        os.umask(old)
    assert [kept.path(r).read_bytes() for r in references] == [b"document %d" % (n % 40) for n in range(60)]
    assert len(files(kept)) == 40
    for path in [kept.folder, *kept.folder.rglob("*")]:
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_an_error_keeps_none_and_leaves_nothing(tmp_path: Path) -> None:
    kept = KeptDocuments(tmp_path / "documents")
    earlier = kept.keep(b"earlier")

    def some() -> None:
        with kept.together() as keep:
            keep(b"one")
            raise KeyError

    with pytest.raises(KeyError):
        some()
    assert files(kept) == {kept.path(earlier).relative_to(kept.folder).as_posix()}


def test_a_disk_that_fails_at_the_end_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = KeptDocuments(tmp_path / "documents")

    def fails(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(module.os, "fsync", fails)

    def some(n: int) -> None:
        with kept.together() as keep:
            for i in range(n):
                keep(b"%d" % i)

    for n in (1, 30):
        with pytest.raises(OutputError, match="Input/output error"):
            some(n)
        assert files(kept) == set()


def test_what_a_killed_process_was_writing_is_cleared_away(tmp_path: Path, forked: Any) -> None:
    kept = KeptDocuments(tmp_path / "documents")

    def step() -> None:
        with KeptDocuments(kept.folder).together() as keep:
            keep(b"Zz9Marker")
            os.kill(os.getpid(), 9)

    assert forked.wait(forked.start(step)) == -9
    assert len(files(kept)) == 1
    with kept.together() as keep, KeptDocuments(kept.folder).together() as other:
        mine, its = keep(b"mine"), other(b"its")  # the living leave one another alone
    assert {kept.path(mine).read_bytes(), kept.path(its).read_bytes()} == {b"mine", b"its"}
    assert len(files(kept)) == 2


def test_who_comes_to_take_in_waits_behind_an_erasure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Takers that overlap for ever must not starve it."""
    kept = KeptDocuments(tmp_path / "documents")
    monkeypatch.setattr(gate, "SHARED_SECONDS", 0.3)
    inside = threading.Event()

    def erase() -> None:
        with kept.clearing():
            inside.set()

    erasing = threading.Thread(target=erase)
    with kept.taking_in():
        with kept.taking_in():  # nobody wants it alone yet
            erasing.start()
            time.sleep(0.2)
        with pytest.raises(OutputError, match="held by another process"), kept.taking_in():
            pass
        assert not inside.is_set()
    assert inside.wait(30)
    erasing.join()
    with kept.taking_in():
        pass


def test_an_erasure_does_not_wait_for_ever_for_who_was_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = KeptDocuments(tmp_path / "documents")
    monkeypatch.setattr(gate, "ALONE_SECONDS", 0.2)
    with kept.taking_in():
        with pytest.raises(OutputError, match="end that process"), kept.clearing():
            pass
        with kept.taking_in():  # it gave up, so that others go on
            pass
