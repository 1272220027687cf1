"""A run that is killed outright leaves no server behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs Linux's /proc")

PROGRAM = """
import subprocess, sys, time
from flows.watchdog import guard
guard(everything=len(sys.argv) > 1)
server = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)", "uvicorn"])
other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"])
print(server.pid, other.pid, flush=True)
time.sleep(120)
"""


def runs(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("everything", [False, True])
def test_what_the_killed_run_started_ends(everything: bool) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "NOTEWARRANT_RUN"}
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    run = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *(["all"] if everything else [])],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    assert run.stdout is not None
    server, other = (int(x) for x in run.stdout.readline().split())
    try:
        assert runs(server)
        run.send_signal(signal.SIGKILL)
        run.wait()
        deadline = time.monotonic() + 30
        while (runs(server) or (everything and runs(other))) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not runs(server)
        assert runs(other) is not everything, "without more ado only the server is ended"
    finally:
        if runs(other):
            os.kill(other, signal.SIGKILL)
        run.stdout.close()
