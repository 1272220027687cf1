"""The tests' side of ``zygote.py``: start a step in a process, stop it, kill it, see what it said."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


@dataclass
class Process:
    """A step in a process of its own."""

    zygote: Zygote
    pid: int
    out: Path
    err: Path
    code: int | None = None

    def send(self, number: int) -> None:
        """Send a signal."""
        os.kill(self.pid, number)

    def wait(self) -> int:
        """Wait for its end; return its exit code, negative for the signal that ended it."""
        if self.code is None:
            self.code = int(self.zygote._order({"do": "wait", "pid": self.pid}))
        return self.code

    @property
    def killed(self) -> bool:
        """Whether SIGKILL ended it."""
        return self.wait() == -signal.SIGKILL

    def value(self) -> Any:
        """What the step gave; any other end is the test's failure, with what it said on stderr."""
        code = self.wait()
        assert code == 0, f"ended with {code}: {self.err.read_text()[-2000:]}"
        answer = json.loads(self.out.read_text())
        assert "value" in answer, answer
        return answer["value"]

    def error(self) -> dict[str, str]:
        """The plain error that the step ended with."""
        assert self.wait() == 0, self.err.read_text()[-2000:]
        answer = json.loads(self.out.read_text())
        assert "error" in answer, answer
        return dict(answer)


class Zygote:
    """Starts steps; one a test session, since it loads the extractor once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = itertools.count()
        self._process = subprocess.Popen(
            [sys.executable, str(_HERE / "zygote.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, bufsize=1,
            env={**os.environ, "PYTHONPATH": str(_HERE.parents[1])}, cwd=folder,
        )  # fmt: skip
        assert self._answer() == "ready"

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def _order(self, order: dict[str, Any]) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def start(
        self, step: str, *, failpoint: str = "", environment: dict[str, str] | None = None, **arguments: Any
    ) -> Process:
        """Start a step of ``steps.py``."""
        n = next(self._number)
        out, err = self._folder / f"{n}.out", self._folder / f"{n}.err"
        pid = self._order({
            "do": "start", "step": step, "arguments": arguments, "failpoint": failpoint,
            "environment": environment or {}, "out": str(out), "err": str(err),
        })  # fmt: skip
        return Process(self, int(pid), out, err)

    def value(self, step: str, **arguments: Any) -> Any:
        """Run a step to its end."""
        return self.start(step, **arguments).value()

    def close(self) -> None:
        """End the zygote; its children have been waited for."""
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait(timeout=30)
