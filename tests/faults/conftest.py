"""Stores to work on, processes to kill, a disk that can be full."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from .held import Where
from .processes import Zygote


@pytest.fixture(scope="session")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    """Processes with everything loaded."""
    made = Zygote(tmp_path_factory.mktemp("zygote"))
    yield made
    made.close()


@pytest.fixture
def sqlite_place(tmp_path: Path) -> Where:
    """A file."""
    return Where(str(tmp_path / "store.sqlite"), str(tmp_path / "documents"))


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Where:
    """A store: a file, then a database of PostgreSQL."""
    if request.param == "sqlite":
        return Where(str(tmp_path / "store.sqlite"), str(tmp_path / "documents"))
    return Where(request.getfixturevalue("postgresql_url"), str(tmp_path / "documents"))


class Disk:
    """A file system of its own (tmpfs) that can be filled and made read-only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Leave no room at all."""
        with self._ballast.open("ab", buffering=0) as stream:
            for size in (65536, 4096, 1):
                try:
                    while True:
                        stream.write(b"\0" * size)
                except OSError:
                    continue

    def room(self) -> None:
        """Make room again."""
        self._ballast.unlink()

    def read_only(self, yes: bool) -> None:
        """Refuse writes, or allow them again."""
        subprocess.run(["mount", "-o", f"remount,{'ro' if yes else 'rw'}", str(self.folder)], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Disk]:
    """Two megabytes; mounting needs root."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("a disk that is full is a small tmpfs, and mounting one needs root")
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m,mode=0700", "tmpfs", str(folder)], capture_output=True
    )
    if made.returncode:
        pytest.skip("no tmpfs can be mounted here (a container without that right)")
    yield Disk(folder)
    subprocess.run(["umount", "-l", str(folder)], check=True)
