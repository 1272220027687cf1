"""Cues as data: the regular expressions of a family's ``cues.yaml``."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml


@cache
def load_cues(file: str) -> dict[str, re.Pattern[str]]:
    """Compiled cues of the ``cues.yaml`` beside the Python file ``file``, by name; case is folded.

    Raises
    ------
    re.error
        A pattern that does not compile.
    """
    data = yaml.safe_load(Path(file).with_name("cues.yaml").read_text(encoding="utf-8"))
    return {name: re.compile("".join(pieces), re.IGNORECASE) for name, pieces in data.items()}
