"""Starting the flow: settings, plain errors, and faults that lose their message. No server is started."""

import os
import sys
from pathlib import Path

import pytest

pytest.importorskip("prefect", reason="Prefect is not installed")

from flows import check_notes as module
from flows.environment import default_home, prepare
from flows.start import run
from pipeline.errors import InternalFault, UsageError

MARKER = "Wkq-planted-2203"


@pytest.fixture(autouse=True)
def own_umask() -> object:
    old = os.umask(0o022)
    yield
    os.umask(old)


def test_settings_of_the_user_stay(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "mine"))
    monkeypatch.setenv("PREFECT_LOGGING_LEVEL", "DEBUG")
    monkeypatch.delenv("PREFECT_SERVER_ANALYTICS_ENABLED", raising=False)
    prepare()
    assert os.environ["PREFECT_HOME"] == str(tmp_path / "mine")
    assert os.environ["PREFECT_LOGGING_LEVEL"] == "DEBUG"
    assert os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert os.umask(0o077) == 0o077


def test_home_is_under_the_users_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_home() == tmp_path / "notewarrant" / "prefect"


def test_without_prefect_the_error_names_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "prefect", None)
    monkeypatch.delitem(sys.modules, "flows.check_notes")
    monkeypatch.delattr("flows.check_notes")
    with pytest.raises(UsageError, match="prefect is not installed"):
        run(tmp_path, tmp_path / "s.sqlite", "guideline", None, 10, False)


def test_a_fault_in_a_task_leaves_as_its_class(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken(*_: object) -> None:
        raise ValueError(MARKER)

    monkeypatch.setattr(module.intake, "plan", broken)
    with pytest.raises(InternalFault, match="ValueError") as caught:
        module.find_notes.fn(str(tmp_path), str(tmp_path / "s.sqlite"), "guideline", None)
    assert MARKER not in str(caught.value)
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


def test_a_fault_of_prefect_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no server")

    monkeypatch.setattr(module, "check_notes", broken)
    with pytest.raises(InternalFault, match=r"Prefect failed \(RuntimeError\)"):
        run(tmp_path, tmp_path / "s.sqlite", "guideline", None, 10, False)
