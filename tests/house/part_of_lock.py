"""Print the entries of a lock for some packages, hashes and all: ``part_of_lock.py LOCK PACKAGE...``."""

from __future__ import annotations

import sys
from pathlib import Path

from packaging.utils import canonicalize_name


def part(lock: str, packages: set[str]) -> str:
    """The lines of those packages' pins, each with its hashes."""
    out, keep = [], False
    for line in lock.splitlines():
        if not line.startswith(" "):
            keep = canonicalize_name(line.split("==")[0]) in packages
        if keep:
            out.append(line)
    return "".join(f"{line}\n" for line in out)


if __name__ == "__main__":
    sys.stdout.write(part(Path(sys.argv[1]).read_text("utf-8"), {canonicalize_name(n) for n in sys.argv[2:]}))
