"""Local anaesthetics and steroids of a block, with concentration and volume."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml


@dataclass(frozen=True, slots=True)
class Agent:
    """A drug named at ``start:end``; concentration in per cent, volume in millilitres."""

    name: str
    steroid: bool
    concentration: float | None
    volume: float | None
    start: int
    end: int


@cache
def _names() -> tuple[re.Pattern[str], dict[str, tuple[str, bool]]]:
    data = yaml.safe_load(Path(__file__).with_name("agents.yaml").read_text(encoding="utf-8"))
    known = {w: (a["name"], a["steroid"]) for a in data["agents"] for w in a["words"]}
    words = "|".join(re.escape(w).replace(r"\ ", r"\s") for w in sorted(known, key=len, reverse=True))
    return re.compile(rf"\b(?:{words})\b", re.I), known


_PERCENT_BEFORE = re.compile(
    r"(?P<c>\d{0,2}\.?\d+)\s?(?:%|percent)\s?(?:of\s)?(?:(?:preservative[- ]?free|pf|mpf|plain|sterile|buffered)\s){0,2}$",
    re.I,
)
_PERCENT_AFTER = re.compile(r"^\s?(?:hcl\s|plain\s|\()?\s?(?P<c>\d{0,2}\.?\d+)\s?(?:%|percent)", re.I)
_VOLUME_BEFORE = re.compile(
    r"(?P<v>\d{0,3}\.?\d+)\s?(?:ml|cc|milliliters?)\b(?:\s(?:total|each|per\s\w+))?\s?(?:of\s)?(?:a\s)?(?:(?:mixture|solution)\s(?:of|containing|consisting\sof)\s)?"
    r"(?:\d{0,2}\.?\d+\s?(?:%|percent)\s?)?(?:of\s)?(?:(?:preservative[- ]?free|pf|mpf|plain|sterile|buffered)\s){0,2}$",
    re.I,
)
_VOLUME_AFTER = re.compile(
    r"^\s?(?:hcl\s|plain\s)?(?:\d{0,2}\.?\d+\s?(?:%|percent))?[,;\s(]{0,3}(?P<v>\d{0,3}\.?\d+)\s?(?:ml|cc)\b(?!\s(?:of\s)?(?:saline|contrast|omnipaque|isovue|dye|normal|dep|ken|dex|cel))",
    re.I,
)
_LOWER = 30.0


def find_agents(text: str) -> list[Agent]:
    """Block drugs in a sentence, in order. Oral and topical forms are left out."""
    pattern, known = _names()
    out: list[Agent] = []
    for m in pattern.finditer(text):
        word = re.sub(r"\s", " ", m.group().lower())
        name, steroid = known[word]
        before, after = text[max(0, m.start() - 60) : m.start()], text[m.end() : m.end() + 40]
        if re.match(
            r"\s?(?:patch|cream|ointment|gel|dose\s?pa|pack|tab|po\b|oral|\d+\s?%\s?patch)", after, re.I
        ):
            continue
        c = _PERCENT_BEFORE.search(before) or _PERCENT_AFTER.match(after)
        v = _VOLUME_BEFORE.search(before) or _VOLUME_AFTER.match(after)
        concentration = float(c["c"]) if c else None
        if concentration is not None and not 0 < concentration <= 5:
            concentration = None
        volume = float(v["v"]) if v else None
        out.append(
            Agent(
                name,
                steroid,
                concentration,
                volume if volume and volume <= _LOWER else None,
                m.start(),
                m.end(),
            )
        )
    return out
