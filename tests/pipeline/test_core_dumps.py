"""Who reads notes leaves no image of its memory on the disk when it crashes."""

from __future__ import annotations

import os
import resource
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.environment import prepare
from pipeline.cli import main
from pipeline.site import Site
from pipeline.store import place
from pipeline.work.worker import Worker
from tests.forked import Forked

CRASH = """
    import os, resource, sys
    most = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))
    if sys.argv[1] == "guarded":
        from pipeline.private_files import no_core_dumps
        no_core_dumps()
    os.abort()
"""


def crashed(how: str, folder: Path) -> bool:
    """Crash a process; whether the system left its image."""
    folder.mkdir()
    script = f"import os; os.chdir({str(folder)!r})" + textwrap.dedent(CRASH)
    pid = os.posix_spawn(
        sys.executable, [sys.executable, "-c", script, how],
        {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    status = os.waitpid(pid, 0)[1]
    assert os.WIFSIGNALED(status)
    return os.WCOREDUMP(status) or bool(list(folder.iterdir()))


def test_a_crash_leaves_no_image(tmp_path: Path) -> None:
    if not crashed("open", tmp_path / "open"):
        pytest.skip("nothing leaves one here: the system, or a command that another test ran in this process")
    assert not crashed("guarded", tmp_path / "guarded")


def a_command() -> None:
    main(["policies"])


def a_worker() -> None:
    Worker(Site(), place("store.sqlite"))


@pytest.mark.parametrize("start", [a_command, a_worker, prepare], ids=lambda s: s.__name__)
def test_commands_workers_and_flows_begin_so(
    start: Callable[[], object], forked: Forked, tmp_path: Path
) -> None:
    def step() -> None:
        os.environ["PREFECT_HOME"] = str(tmp_path)
        asked: list[tuple[int, tuple[int, int]]] = []
        # The limit of this process may be as low already: a command of another test has run in it.
        resource.setrlimit = lambda which, limits: asked.append((which, limits))
        start()
        assert asked
        assert all(which == resource.RLIMIT_CORE and max(limits) <= 1 for which, limits in asked)

    assert forked.wait(forked.start(step)) == 0
