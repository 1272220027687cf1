"""Digests of files, so that a result's versions change whenever what made it changes."""

from __future__ import annotations

import hashlib
from pathlib import Path


def digest(folder: Path, *suffixes: str) -> str:
    """Eight hexadecimal digits over names and bytes of the folder's files of those endings, in order of name."""
    total = hashlib.sha256()
    for path in sorted(p for p in folder.iterdir() if p.suffix in suffixes):
        total.update(path.name.encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:8]
