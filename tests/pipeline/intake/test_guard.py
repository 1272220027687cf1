"""What the guard of the ways in lets through, and what it refuses by which code."""

from __future__ import annotations

import os
import socket
import stat
from contextlib import suppress
from pathlib import Path

import pytest

from pipeline.errors import DocumentError
from pipeline.intake import guard

MOST = 1000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inside = tmp_path / "in"
    (inside / "sub").mkdir(parents=True)
    (inside / "note.txt").write_bytes(b"Low back pain.")
    (inside / "sub" / "note.txt").write_bytes(b"Neck pain.")
    (tmp_path / "secret.txt").write_bytes(b"not yours")
    return inside


def code(folder: Path, name: str, most: int = MOST) -> str:
    with pytest.raises(DocumentError) as caught:
        guard.read_inside(folder, name, most)
    assert "not yours" not in str(caught.value)
    return caught.value.code


def test_files_below_the_folder_are_read(folder: Path) -> None:
    assert guard.read_inside(folder, "note.txt", MOST) == b"Low back pain."
    assert guard.read_inside(folder, Path("sub/note.txt"), MOST) == b"Neck pain."
    assert guard.read_inside(folder, "./sub/./note.txt", MOST) == b"Neck pain."


@pytest.mark.parametrize(
    "name", ["../secret.txt", "sub/../../secret.txt", "..", "", ".", "a\0b", "n\udcff.txt"]
)
def test_a_name_that_leads_out_is_refused(folder: Path, name: str) -> None:
    assert code(folder, name) == "OUTSIDE"


def test_an_absolute_path_is_refused_even_inside(folder: Path) -> None:
    assert code(folder, str(folder / "note.txt")) == "OUTSIDE"


def test_links_are_refused_wherever_they_stand(folder: Path, tmp_path: Path) -> None:
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "inner.txt").symlink_to("note.txt")
    (folder / "dangling.txt").symlink_to("nowhere")
    (folder / "way").symlink_to(tmp_path)
    (folder / "hard.txt").hardlink_to(tmp_path / "secret.txt")
    for name in ("link.txt", "inner.txt", "dangling.txt", "way/secret.txt", "hard.txt"):
        assert code(folder, name) == "LINK", name


def test_the_way_to_the_folder_itself_may_be_a_link(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "alias").symlink_to(folder)
    assert guard.read_inside(tmp_path / "alias", "note.txt", MOST) == b"Low back pain."


def test_pipes_sockets_folders_and_devices_are_refused_without_waiting(folder: Path) -> None:
    os.mkfifo(folder / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as s:
        s.bind(str(folder / "socket.txt"))
    for name in ("pipe.txt", "socket.txt", "sub"):
        assert code(folder, name) == "DEVICE", name
    assert code(Path("/dev"), "null") == "DEVICE"


def test_a_device_node_is_refused(folder: Path) -> None:
    try:
        os.mknod(folder / "zero.txt", stat.S_IFCHR | 0o600, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("making a device needs root")
    assert code(folder, "zero.txt") == "DEVICE"


def test_a_large_file_is_refused_unread(folder: Path) -> None:
    with (folder / "large.txt").open("wb") as stream:
        stream.truncate(1 << 40)  # reading it would not end
    assert code(folder, "large.txt") == "TOO_LARGE"
    (folder / "exact.txt").write_bytes(b"x" * MOST)
    assert len(guard.read_inside(folder, "exact.txt", MOST)) == MOST


def test_what_is_not_there_is_missing(folder: Path) -> None:
    assert code(folder, "none.txt") == "MISSING"
    assert code(folder, "note.txt/below.txt") == "MISSING"
    assert code(folder / "none", "note.txt") == "MISSING"


def test_a_file_that_grows_while_it_is_read_is_not_taken_by_halves(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.read

    def read(handle: int, n: int) -> bytes:
        with (folder / "note.txt").open("ab") as stream:
            stream.write(b" More.")
        return real(handle, n)

    monkeypatch.setattr(os, "read", read)
    assert code(folder, "note.txt", 40) in ("CHANGED", "TOO_LARGE")


def test_a_file_exchanged_for_a_link_between_look_and_opening_is_refused(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.open

    def exchange(path: object, *args: object, **kwargs: object) -> int:
        if path == "note.txt":
            (folder / "note.txt").unlink()
            (folder / "note.txt").symlink_to(tmp_path / "secret.txt")
        return real(path, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", exchange)
    assert code(folder, "note.txt") == "LINK"


def open_handles() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_no_handle_is_left_open(folder: Path) -> None:
    before = open_handles()
    for name in ("sub/note.txt", "none.txt", "sub/none.txt", "sub"):
        with suppress(DocumentError):
            guard.read_inside(folder, name, MOST)
    assert open_handles() == before


@pytest.mark.parametrize("kind", ["pipe", "folder", "socket", "hard link"])
def test_what_is_exchanged_between_the_look_and_the_opening_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """The handle is looked at again: a name says nothing about what is opened a moment later."""
    path = tmp_path / "note.txt"
    path.write_text("Low back pain.")
    secret = tmp_path / "secret"
    secret.write_text("Zz9Marker")
    real = os.open
    looked: list[str] = []

    def exchange(name: object, flags: int, *args: object, **kwargs: object) -> int:
        if name == "note.txt":
            looked.append(kind)
            path.unlink()
            if kind == "pipe":
                os.mkfifo(path)
            elif kind == "folder":
                path.mkdir()
            elif kind == "socket":
                with socket.socket(socket.AF_UNIX) as s:
                    s.bind(str(path))
            else:
                path.hardlink_to(secret)
        return real(name, flags, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", exchange)
    with pytest.raises((guard.DeviceDocument, guard.LinkedDocument)):
        guard.read_inside(tmp_path, "note.txt", 1000)
    assert looked == [kind]
