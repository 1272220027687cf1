"""What a line of the log may hold: known keys whose values have a tight form. Anything else is dropped.

The form decides, not the good will of whoever logs: no value can hold a phrase, since none may hold a space.
"""

from __future__ import annotations

import functools
import math
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from pipeline.store.schema import STATES

Scalar = str | int | float | bool
#: The value as it may be logged, or None.
Form = Callable[[Any], Scalar | None]

_LARGEST: Final = 2**63


def _count(value: Any) -> int | None:
    fits = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LARGEST
    return int(value) if fits else None


def _seconds(value: Any) -> float | None:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return round(float(value), 3) if fits else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _like(pattern: str) -> Form:
    compiled = re.compile(pattern, re.ASCII)
    return lambda value: str(value) if isinstance(value, str) and compiled.fullmatch(value) else None


def _one_of(*words: str) -> Form:
    return lambda value: str(value) if isinstance(value, str) and value in words else None


def _below(kind: type) -> Iterator[str]:
    below: type
    for below in type.__subclasses__(kind):
        yield below.__name__
        yield from _below(below)


@functools.lru_cache(maxsize=256)
def _names_an_error(name: str, loaded: int) -> bool:
    return name in set(_below(BaseException))


def _class(value: Any) -> str | None:
    """An error's class, also one that is given by its name: then it must be the name of a class of errors."""
    if isinstance(value, BaseException):
        value = type(value)
    if isinstance(value, type) and issubclass(value, BaseException):
        return value.__name__ if _CLASS.fullmatch(value.__name__) else None
    if isinstance(value, str) and _CLASS.fullmatch(value):
        return str(value) if _names_an_error(value, len(sys.modules)) else None
    return None


_CLASS: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}", re.ASCII)
_SHA256: Final = _like(r"[0-9a-f]{64}")
#: An event, a step, a queue's kind: small letters.
_WORD: Final = _like(r"[a-z]{2,20}(?:_[a-z]{2,20}){0,3}")

_COUNTS: Final = """
    job attempts token pid seq n documents bytes taken known refused done dead retry lost superseded erased
    requeued adopted reclaimed delivered acknowledged rejected waiting leased queued workers processes batches
    batch restarts flips checked port signal status due
"""
#: Keys that a line may have beside ``event``, ``time`` and ``level``.
FIELDS: Final[Mapping[str, Form]] = {
    **dict.fromkeys(_COUNTS.split(), _count),
    **dict.fromkeys(("seconds", "wait", "age", "rate", "cpu"), _seconds),
    **dict.fromkeys(("final", "broken", "ok", "stopping"), _flag),
    **dict.fromkeys(("key", "versions", "head", "sha256"), _SHA256),
    "step": _WORD,
    "deployment": _like(r"[a-z]{2,20}(?:-[a-z]{2,20}){0,3}"),
    "code": _like(r"[A-Z]{2,16}(?:_[A-Z]{2,16}){0,3}"),
    "class": _class,
    "error": _class,
    "source": _one_of("folder", "inbox", "rabbitmq", "redis", "recheck"),
    "target": _one_of("folder", "rabbitmq", "redis"),
    "state": _one_of(*STATES),
    "answer": _one_of(
        "supported", "not_supported_as_coded", "not_supported", "insufficient_documentation"
    ),
    "owner": _like(r"[0-9a-f]{16}(?:\.(?:[0-9a-f]{16})?)?:[0-9]{1,10}:[0-9]{0,20}:[0-9a-f]{32}"),
    "library": _like(r"[a-z][a-z0-9_]{0,30}"),
}  # fmt: skip


def event_name(value: Any) -> str:
    """The event's name, or "unnamed" where what was said is no name."""
    return str(_WORD(value) or "unnamed")


def admitted(values: Mapping[str, Any]) -> dict[str, Scalar]:
    """Those of the values that a line may hold, in the order of their keys.

    An error under ``error`` is told by its class, and by its code where it has one.
    """
    out: dict[str, Scalar] = {}
    for key in sorted(k for k in values if isinstance(k, str) and k in FIELDS):
        found = FIELDS[key](values[key])
        if found is not None:
            out["class" if key == "error" else key] = found
    error = values.get("error")
    if isinstance(error, BaseException) and (code := FIELDS["code"](getattr(error, "code", None))):
        out.setdefault("code", code)
    return out
