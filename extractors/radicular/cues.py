"""The cues of ``cues.yaml`` as compiled expressions."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("cues.yaml")


@cache
def cue_data() -> dict[str, Any]:
    """The content of ``cues.yaml``."""
    data: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return data


@cache
def cue(name: str) -> re.Pattern[str]:
    """The compiled cue of that name; KeyError where there is none."""
    entry = cue_data()["cues"][name]
    body = "|".join(entry["alternatives"])
    prefix, suffix = entry.get("prefix", ""), entry.get("suffix", "")
    if prefix.count("(") - prefix.count("\\(") <= prefix.count(")") - prefix.count("\\)"):
        body = f"(?:{body})"  # the prefix leaves no group open, so the alternatives need their own
    return re.compile(f"{prefix}{body}{suffix}", re.IGNORECASE)
