"""Style and script inside a page, and the content security policy that allows these and nothing else."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from markupsafe import Markup


@cache
def inline(path: Path) -> tuple[Markup, str]:
    """A style sheet or script as it stands in the page, and its hash for the content security policy."""
    text = path.read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return Markup(text), f"'sha256-{digest}'"


def content_policy(styles: list[str], scripts: list[str]) -> str:
    """A policy under which the page loads nothing, and only what has one of the hashes is applied or run."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src {' '.join(styles)}",
            f"script-src {' '.join(scripts)}",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
