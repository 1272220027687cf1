"""Steps in processes of their own, forked so that nothing is loaded anew, for failpoints to kill."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable

import pytest

Step = Callable[[], object]


class Forked:
    """Starts processes; each step must open its own connections."""

    @staticmethod
    def start(step: Step, failpoint: str = "") -> int:
        """Run the step in a process of its own; return its number."""
        from pipeline.store import failpoints

        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid:
            return pid
        code = 70
        try:
            failpoints._ARMED = failpoint
            failpoints._met.clear()
            step()
            code = 0
        except BaseException:  # noqa: BLE001  a forked process must not go on in its parent's place
            traceback.print_exc()
        finally:
            os._exit(code)

    @staticmethod
    def wait(pid: int) -> int:
        """Wait for the end; the exit code, negative for the signal that ended it."""
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def killed_at(self, failpoint: str, step: Step) -> bool:
        """Run the step, killed at the failpoint; False where it came to its end without meeting it."""
        code = self.wait(self.start(step, failpoint))
        assert code in (0, -signal.SIGKILL), f"ended with {code}"
        return code != 0


@pytest.fixture
def forked() -> Forked:
    """Starts processes."""
    return Forked()
