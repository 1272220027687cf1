"""Forks the processes of the fault tests from one that has the extractor loaded: hundreds may be killed.

Commands are lines of JSON on stdin; answers are lines on stdout. A child is an ordinary process of its own:
it opens its own connections, and SIGKILL, SIGSTOP and failpoints meet it as they meet any worker.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import steps

from pipeline import assess
from pipeline.store import Store, failpoints
from pipeline.work.versions import own_digests


def child(order: dict[str, Any]) -> NoReturn:
    code = 70
    try:
        out, err = (
            os.open(order[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600) for name in ("out", "err")
        )
        os.dup2(err, 2)
        os.dup2(err, 1)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.environ.update(order.get("environment", {}))
        failpoints._ARMED = order.get("failpoint", "")
        failpoints._met.clear()
        answer = steps.run(order["step"], order["arguments"])
        os.write(out, json.dumps(answer).encode())
        code = 0
    except BaseException:  # noqa: BLE001  a forked process must not go on in its parent's place
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


def warm() -> None:
    """Load what a worker loads with its first document, migrations and drivers included."""
    own_digests()
    assess.assess_text("Chronic low back pain. Request: 64635. Diagnosis: M47.816.")
    with tempfile.TemporaryDirectory() as folder:
        Store(Path(folder) / "warm.sqlite").close()
    with suppress(ModuleNotFoundError):
        importlib.import_module("psycopg")


def main() -> None:
    warm()
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "start":
            pid = os.fork()
            if not pid:
                child(order)
            print(pid, flush=True)
        else:
            _, status = os.waitpid(order["pid"], 0)
            print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
