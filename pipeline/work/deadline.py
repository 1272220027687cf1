"""A hard end for a document that hangs, whatever holds the interpreter."""

from __future__ import annotations

import faulthandler
import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """End this process where the block takes longer than ``seconds``.

    The interpreter's own watchdog thread needs no lock of it, so that even an expression that never returns
    from C is ended. What the watchdog would print (names of functions) goes nowhere.
    """
    sink = os.open(os.devnull, os.O_WRONLY)
    faulthandler.dump_traceback_later(seconds, exit=True, file=sink)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
        os.close(sink)
