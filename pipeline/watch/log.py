"""The log: one JSON object a line, made of known keys only (``pipeline.watch.fields``).

``get()`` gives the logger; a process that wants lines calls ``configure`` once, otherwise nothing is written.
What other libraries log is told by library, level and class of the error, from WARNING on; their messages may
quote what they were given. The same holds for errors that nobody caught.

    log = watch.log.get()
    log.info("batch_done", done=250, dead=1, seconds=9.8)
    log.warning("store_away", error=error)
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import logging
import os
import sys
import threading
from collections.abc import Callable, MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal

import structlog

from pipeline.errors import OutputError
from pipeline.watch.fields import admitted, event_name

Logger = structlog.typing.FilteringBoundLogger
Level = Literal["debug", "info", "warning", "error"]
LEVELS: Final[tuple[Level, ...]] = ("debug", "info", "warning", "error")
_NUMBERS: Final = {"debug": 10, "info": 20, "warning": 30, "error": 40, "critical": 50}
_STDERR: Final = 2


class _Sink:
    """Where lines go: a file descriptor, or nowhere. A line is one write, so that processes may share it."""

    def __init__(self) -> None:
        self.handle: int | None = None
        self.least = _NUMBERS["info"]
        self.give_back: Callable[[], None] | None = None

    def close(self) -> None:
        if self.give_back:
            self.give_back()
            self.give_back = None
        if self.handle not in (None, _STDERR):
            os.close(self.handle)
        self.handle = None

    def write(self, line: str) -> None:
        if self.handle is not None:
            # A full disk or a reader that went away must not stop the work.
            with contextlib.suppress(OSError):
                os.write(self.handle, f"{line}\n".encode("ascii"))


_sink: Final = _Sink()


class _Lines:
    """What structlog hands finished lines to."""

    def msg(self, line: str) -> None:
        _sink.write(line)

    debug = info = warning = error = critical = exception = msg


def _wanted(_logger: object, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    level = "error" if name == "exception" else name
    if _sink.handle is None or _NUMBERS.get(level, 40) < _sink.least:
        raise structlog.DropEvent
    event["level"] = level
    return event


def _line(_logger: object, _name: str, event: MutableMapping[str, Any]) -> str:
    values = dict(event)
    given = values.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()[1]
    elif isinstance(given, tuple):
        given = given[1]
    if isinstance(given, BaseException):
        values.setdefault("error", given)
    level = values.pop("level")
    return json.dumps(
        {
            "time": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": level,
            "event": event_name(values.pop("event", None)),
            **admitted(values),
        },
        ensure_ascii=True,
        allow_nan=False,
    )


def get(**values: object) -> Logger:
    """A logger; ``values`` go with each of its lines, as far as they may be logged."""
    logger: Logger = structlog.wrap_logger(
        _Lines(),
        processors=[_wanted, _line],
        wrapper_class=structlog.make_filtering_bound_logger(logging.NOTSET),
        cache_logger_on_first_use=False,
    )
    return logger.bind(**values)


class _Forward(logging.Handler):
    """Tells that a library logged, and the class of its error: never its message, which may quote a note."""

    def emit(self, record: logging.LogRecord) -> None:
        level = min(40, max(30, record.levelno // 10 * 10))
        error = record.exc_info[1] if record.exc_info else None
        library = record.name.partition(".")[0].lower()
        say = get().error if level == _NUMBERS["error"] else get().warning
        say("library", library=library, error=error)


def _uncaught(
    kind: type[BaseException], error: BaseException | None, _trace: TracebackType | None = None
) -> None:
    if not issubclass(kind, KeyboardInterrupt | SystemExit):
        get().error("uncaught", error=error or kind)


def configure(to: Path | None = None, level: Level = "info") -> None:
    """Write lines from now on, and take over what libraries log and what nobody catches.

    Parameters
    ----------
    to
        A file to append to (made with mode 0600, its folder is there); None writes to standard error.
    level
        The least that is written.

    Raises
    ------
    OutputError
        Where the file cannot be written.
    """
    handle = _STDERR
    if to is not None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            handle = os.open(to, flags, 0o600)
            os.fchmod(handle, 0o600)
        except OSError as error:
            raise OutputError(
                str(to), f"cannot be written ({error.strerror})", "choose another file for the log"
            ) from None
    off()
    _sink.handle, _sink.least = handle, _NUMBERS[level]
    root = logging.getLogger()
    before = (list(root.handlers), root.level, sys.excepthook, threading.excepthook, sys.unraisablehook)
    root.handlers[:] = [_Forward(level=logging.WARNING)]
    root.setLevel(logging.WARNING)
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda args: _uncaught(args.exc_type, args.exc_value)
    sys.unraisablehook = lambda args: _uncaught(args.exc_type, args.exc_value)

    def give_back() -> None:
        logging.captureWarnings(False)
        root.handlers[:] = before[0]
        root.setLevel(before[1])
        sys.excepthook, threading.excepthook, sys.unraisablehook = before[2:]

    _sink.give_back = give_back


def off() -> None:
    """Write no more lines, and give back what was taken over."""
    _sink.close()
