"""The cue patterns of ``cues.yaml``, compiled once."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from extractors.refusals import refusal_data


@cache
def cue_data() -> dict[str, Any]:
    """The content of ``cues.yaml``, with the shared words of refusal."""
    data: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("cues.yaml").read_text(encoding="utf-8"))
    refused = refusal_data()
    own = data["cues"]["declined"]
    data["cues"]["declined_behind"] = [*own, *refused["either"]]
    data["cues"]["declined"] = [*own, *refused["either"], *refused["before"]]
    return data


@cache
def cue(name: str) -> re.Pattern[str]:
    """The compiled alternatives of one named group of cues; KeyError where there is none."""
    return re.compile("|".join(f"(?:{p})" for p in cue_data()["cues"][name]), re.IGNORECASE)
