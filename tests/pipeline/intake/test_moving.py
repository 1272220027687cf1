"""Putting a file back: in one step, and never over what a sender put there meanwhile."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.intake import moving
from pipeline.intake.moving import move_to_free


@contextmanager
def handle(folder: Path) -> Iterator[int]:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield opened
    finally:
        os.close(opened)


@pytest.fixture(params=["at once", "by a link", "no links"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    def refuse(*_a: object, **_k: object) -> None:
        raise OSError(errno.EPERM, "no hard links here")

    if request.param != "at once":
        monkeypatch.setattr(moving, "_renameat2", lambda: None)
    if request.param == "no links":
        monkeypatch.setattr(os, "link", refuse)
    return str(request.param)


def test_a_file_gets_a_free_name_only(tmp_path: Path, way: str) -> None:
    source = tmp_path / "source"
    source.write_text("mine")
    (tmp_path / "there").write_text("another's")
    with handle(tmp_path) as here:
        assert not move_to_free(source, "there", here)
        assert (source.read_text(), (tmp_path / "there").read_text()) == ("mine", "another's")
        assert move_to_free(source, "free", here)
        assert not source.exists()
        assert (tmp_path / "free").read_text() == "mine"
        with pytest.raises(FileNotFoundError):
            move_to_free(source, "other", here)
        assert not (tmp_path / "other").exists()


def test_a_link_is_moved_itself(tmp_path: Path, way: str) -> None:
    (tmp_path / "link").symlink_to("/etc/passwd")
    with handle(tmp_path) as here:
        assert move_to_free(tmp_path / "link", "free", here)
    assert (tmp_path / "free").is_symlink()
    assert not os.path.lexists(tmp_path / "link")


def test_of_two_names_of_one_file_the_first_goes(tmp_path: Path, way: str) -> None:
    """What a process left that had linked, and died before it let go."""
    source = tmp_path / "source"
    source.write_text("mine")
    subprocess.run(["ln", source, tmp_path / "free"], check=True)
    with handle(tmp_path) as here:
        assert move_to_free(source, "free", here)
    assert not source.exists()
    assert (tmp_path / "free").stat().st_nlink == 1


@pytest.mark.skipif(moving._renameat2() is None, reason="the system has no renameat2")
def test_nobody_sees_the_file_under_two_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that dies between them would make the next refuse the file: it has a second name."""

    def linked(*_a: object, **_k: object) -> None:
        raise AssertionError("two steps")

    monkeypatch.setattr(os, "link", linked)
    source = tmp_path / "source"
    source.write_text("mine")
    with handle(tmp_path) as here:
        assert move_to_free(source, "free", here)
    assert (tmp_path / "free").read_text() == "mine"
