"""Faults of a task leave it as their class only: a message might quote a document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pipeline.errors import InternalFault, NotewarrantError, OutputError, UsageError

T = TypeVar("T")


def guarded(what: str, work: Callable[[], Any], mend: str = "run again: what is done stays done") -> Any:
    """Run ``work``; a fault that is not one of ours becomes an ``InternalFault`` of ``what``."""
    fault = ""
    try:
        return work()
    except NotewarrantError:
        raise
    except Exception as error:  # noqa: BLE001  its message might quote a document
        fault = type(error).__name__
    raise InternalFault(what, f"internal fault {fault}", mend)


def said(error: Exception) -> str:
    """An error as it may be told: words for settings and services, which name no document; else its class."""
    return str(error) if isinstance(error, UsageError | OutputError) else type(error).__name__


def fault_of(work: Callable[[], T]) -> tuple[str, T | None]:
    """Run ``work``; return what may be told of what it raised ("" for nothing) and what it returned."""
    try:
        return "", work()
    except Exception as error:  # noqa: BLE001  the other steps go on; its message might quote a document
        return said(error), None
