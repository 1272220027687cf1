"""Children are kept running: started again after a growing pause, ended in order, killed where they must."""

import os
import signal
import sys
from pathlib import Path

import pytest

from flows.serve import supervisor as module
from flows.serve.supervisor import Child, Supervisor
from tests.services import wait_for

STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(1, flush=True)
time.sleep(60)
"""
#: Writes its name into a file when it is told to end.
ORDERLY = """
import signal, sys, time
def end(*_):
    with open({file!r}, "a") as stream:
        stream.write({name!r} + " ")
    sys.exit()
signal.signal(signal.SIGTERM, end)
print(1, flush=True)
time.sleep(60)
"""


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def python(name: str, code: str, log: Path | None = None) -> Child:
    return Child(name, [sys.executable, "-c", code], log)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def supervisor(tmp_path: Path, said: list[str], clock: Clock) -> Supervisor:
    return Supervisor(dict(os.environ), tmp_path, said.append, clock)


def ended(child: Child) -> bool:
    return child.process is not None and child.process.poll() is not None


def test_what_ends_is_started_again_after_a_growing_pause(
    supervisor: Supervisor, said: list[str], clock: Clock
) -> None:
    child = python("the runner", "raise SystemExit(3)")
    supervisor.start(child)
    pauses = []
    for _ in range(8):
        wait_for(lambda: ended(child))
        supervisor.tend()
        assert child.process is None
        pauses.append(child.due - clock.now)
        clock.now = child.due - 0.01
        supervisor.tend()
        assert child.process is None, "not before its time"
        clock.now = child.due
        supervisor.tend()
        assert child.process is not None
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    assert said[0] == "the runner ended (exit 3); started again in 1 s"
    supervisor.stop()


def test_one_that_ran_well_starts_again_at_once(supervisor: Supervisor, clock: Clock) -> None:
    child = python("x", "pass")
    child.pause = 32.0
    supervisor.start(child)
    wait_for(lambda: ended(child))
    clock.now += 120
    supervisor.tend()
    assert child.due - clock.now == 1


def test_children_are_ended_in_reverse_and_the_stubborn_killed(
    supervisor: Supervisor, said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_GRACE", 0.5)
    order = str(tmp_path / "order")
    server = python("server", ORDERLY.format(file=order, name="server"), tmp_path / "1")
    stubborn = python("stubborn", STUBBORN, tmp_path / "2")
    runner = python("runner", ORDERLY.format(file=order, name="runner"), tmp_path / "3")
    for child in (server, stubborn, runner):
        supervisor.start(child)
    wait_for(lambda: all((tmp_path / n).read_bytes() for n in "123"))
    supervisor.stop()
    assert (tmp_path / "order").read_text() == "runner server "
    assert said == ["stubborn did not end within 0.5 s and is killed"]
    assert stubborn.process is not None
    assert stubborn.process.returncode == -signal.SIGKILL


def test_a_child_hears_no_ctrl_c_of_the_terminal_and_its_log_is_private(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    child = python("x", "import os; print(os.getsid(0), os.getcwd(), flush=True); input()", tmp_path / "log")
    supervisor.start(child)
    wait_for(lambda: (tmp_path / "log").read_bytes())
    assert child.process is not None
    sid, cwd = (tmp_path / "log").read_text().split()[:2]
    assert int(sid) == child.process.pid
    assert Path(cwd) == tmp_path.resolve()
    assert (tmp_path / "log").stat().st_mode & 0o777 == 0o600
    supervisor.stop()


PARENT = """
import os, signal, subprocess, sys
print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]).pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_dead_child_had_started_goes_with_it(supervisor: Supervisor, tmp_path: Path) -> None:
    child = python("x", PARENT, tmp_path / "log")
    supervisor.start(child)
    wait_for(lambda: ended(child))
    grandchild = Path(f"/proc/{int((tmp_path / 'log').read_text())}/cmdline")
    assert grandchild.read_bytes()
    supervisor.tend()
    wait_for(lambda: not grandchild.exists() or not grandchild.read_bytes())
    supervisor.stop()
