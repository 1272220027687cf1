"""States of the United States by letters or name."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml


@cache
def state_names() -> dict[str, str]:
    """Name in small letters by postal letters, territories and the federal district included."""
    data = yaml.safe_load(Path(__file__).with_name("states.yaml").read_text(encoding="utf-8"))
    return dict(data["states"])


@cache
def _by_name() -> dict[str, str]:
    return {name: letters for letters, name in state_names().items()}


def state_of(text: str) -> str | None:
    """Two postal letters of what is a state's name or its letters (any case) and nothing else, or None."""
    plain = re.sub(r"\s+", " ", text).strip(" .,").lower()
    return plain.upper() if plain.upper() in state_names() else _by_name().get(plain)


@cache
def _opening() -> re.Pattern[str]:
    names = "|".join(n.replace(" ", r"\s") for n in sorted(_by_name(), key=len, reverse=True))
    return re.compile(rf"(?:(?P<letters>{'|'.join(state_names())})|(?P<name>(?i:{names})))(?![A-Za-z])")


def leading_state(text: str) -> str | None:
    """The state that a text opens with: capital letters or a name, as a form's field holds it."""
    m = _opening().match(text.lstrip(" \t:=._-"))
    return state_of(m.group(0)) if m else None


def state_of_address(text: str) -> str | None:
    """The state of the first address in the text that ends with state and postal code, or None."""
    for m in re.finditer(r",\s{0,2}(?P<state>[A-Z][A-Za-z. ]{1,24}?),?\s{1,3}\d{5}\b", text):
        if (found := leading_state(m["state"])) is not None:
            return found
    return None
