"""Keep processes running: what ends is started again, after a pause that grows while it keeps ending."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

#: Seconds before the first start anew, and at most.
_FIRST: Final = 1.0
_MOST: Final = 60.0
#: A process that ran for so long had not failed to start: the pause is the first again.
_WELL: Final = 60.0
#: Seconds that a process has to end by itself.
_GRACE: Final = 45.0


@dataclass
class Child:
    """A process to keep running."""

    name: str
    command: Sequence[str]
    #: Where its output goes; by default with this process's errors.
    log: Path | None = None
    process: subprocess.Popen[bytes] | None = None
    due: float = 0.0
    since: float = 0.0
    pause: float = _FIRST

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None


@dataclass
class Supervisor:
    """Children in the order of their start; they are ended in the reverse order.

    Parameters
    ----------
    environment, folder
        Of every child.
    say
        Is told, in one line without text of documents, what ended and what is started again.
    clock
        Seconds, monotonic.
    """

    environment: Mapping[str, str]
    folder: Path
    say: Callable[[str], None]
    clock: Callable[[], float] = time.monotonic
    children: list[Child] = field(default_factory=list)

    def start(self, child: Child) -> None:
        """Start a child and keep it running from now on."""
        self.children.append(child)
        self._run(child)

    def _run(self, child: Child) -> None:
        child.since = self.clock()
        with contextlib.ExitStack() as opened:
            # Errors of this process: what a child says must not mix with what a command prints.
            out: int = 2
            if child.log:
                handle = os.open(child.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                out = opened.enter_context(os.fdopen(handle, "wb")).fileno()
            # A session of its own: Ctrl-C of the terminal comes here only, and the order of the end is ours.
            child.process = subprocess.Popen(
                child.command, env=dict(self.environment), cwd=self.folder, stdin=subprocess.DEVNULL,
                stdout=out, stderr=out, start_new_session=True,
            )  # fmt: skip

    def tend(self) -> None:
        """Look once: note which children ended, start those anew whose pause is over."""
        now = self.clock()
        for child in self.children:
            if child.process is not None and (code := child.process.poll()) is not None:
                # What it had started goes too: its successor would start the same beside it.
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(child.process.pid, signal.SIGTERM)
                if now - child.since >= _WELL:
                    child.pause = _FIRST
                self.say(f"{child.name} ended ({_how(code)}); started again in {child.pause:g} s")
                child.process, child.due = None, now + child.pause
                child.pause = min(_MOST, child.pause * 2)
            elif child.process is None and now >= child.due:
                self._run(child)

    def stop(self) -> None:
        """End all children, the last started first; kill what does not end by itself."""
        for child in reversed(self.children):
            if child.process is None:
                continue
            if child.alive:
                with contextlib.suppress(ProcessLookupError):
                    child.process.terminate()
            try:
                child.process.wait(_GRACE)
            except subprocess.TimeoutExpired:
                self.say(f"{child.name} did not end within {_GRACE:g} s and is killed")
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.process.pid, signal.SIGKILL)
                child.process.wait()


def _how(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit {code}"
