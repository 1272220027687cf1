"""Serve a site on this machine (entry point ``serve`` of the group ``notewarrant.runners``)."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from importlib.util import find_spec
from types import FrameType
from typing import Final

from flows import watchdog
from flows.serve.folder import ServeFolder
from flows.serve.settings import HOST, serve_environment
from flows.serve.supervisor import Child, Supervisor
from pipeline.errors import InternalFault, UsageError
from pipeline.site import Site

#: Prefect's own port; where it is taken, any free one.
_PORT: Final = 4200
#: The server starts in 6 to 18 s, and in more on a busy machine.
_PATIENCE: Final = 180.0
_LOOK: Final = 0.5


def _free(port: int) -> bool:
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind((HOST, port))
        except OSError:
            return False
    return True


def chosen_port(asked: int | None) -> int:
    """The port asked for, else Prefect's own, else a free one.

    Raises
    ------
    UsageError
        Where the port asked for is taken.
    """
    if asked is not None:
        if not _free(asked):
            raise UsageError("--port", f"{asked} is in use", "name another, or none")
        return asked
    if _free(_PORT):
        return _PORT
    with socket.socket() as s:
        s.bind((HOST, 0))
        return int(s.getsockname()[1])


def _healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/api/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _commands(site: Site) -> list[Child]:
    """What a site keeps running beside the server: the runner, consumers of its sources, metrics."""
    own = [sys.executable, "-c", "import sys; from pipeline.cli import main; sys.exit(main())"]
    children = [Child("the runner", [sys.executable, "-m", "flows.serve.runner", str(site.file)])]
    if site.sources:
        children.append(Child("the consumer", [*own, "queue", "consume", str(site.file)]))
    children.append(Child("the metrics", [*own, "metrics", str(site.file)]))
    return children


class _Stop:
    """Set by SIGTERM and Ctrl-C; the second signal no longer waits."""

    def __init__(self) -> None:
        self.asked = False

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True


def serve(site: Site, port: int | None, say: Callable[[str], None]) -> None:
    """Serve the site until SIGTERM or Ctrl-C.

    Raises
    ------
    UsageError
        Where the site is served already, the port is taken, or the extra [flows] is not installed.
    InternalFault
        Where the server does not start.
    """
    if find_spec("prefect") is None:
        raise UsageError("serve", "the package prefect is not installed", 'install "notewarrant[nlp,flows]"')
    os.umask(0o077)
    site.open_store().close()  # a store that cannot be used is said before anything is started
    folder = ServeFolder(site.base)
    folder.lock()
    stop = _Stop()
    before = {s: signal.signal(s, stop) for s in (signal.SIGTERM, signal.SIGINT)}
    token = ""
    try:
        bound = chosen_port(port)
        token = watchdog.guard(everything=True)
        supervisor = Supervisor(serve_environment(folder, bound), folder.path, say)
        try:
            _serve(site, folder, bound, supervisor, stop)
        finally:
            supervisor.stop()
    finally:
        if token:
            watchdog.end(token, everything=True)
            os.environ.pop(watchdog.TOKEN, None)
        for number, handler in before.items():
            signal.signal(number, handler)
        folder.unlock()


def _serve(site: Site, folder: ServeFolder, port: int, supervisor: Supervisor, stop: _Stop) -> None:
    say = supervisor.say
    say(f"starting a Prefect server on {HOST}:{port}")
    server = Child(
        "the server",
        [sys.executable, "-m", "prefect", "server", "start", "--host", HOST, "--port", str(port)],
        log=folder.server_log,
    )
    supervisor.start(server)
    until = time.monotonic() + _PATIENCE
    while not stop.asked and not _healthy(port):
        if not server.alive or time.monotonic() > until:
            raise InternalFault(
                str(folder.path), "the Prefect server does not start", f"see {folder.server_log}"
            )
        time.sleep(_LOOK)
    if stop.asked:
        return
    for child in _commands(site):
        supervisor.start(child)
    say(f"ready: http://{HOST}:{port} (its password stands in {folder.path / 'password'})")
    while not stop.asked:
        supervisor.tend()
        time.sleep(_LOOK)
    say("stopping")
