"""What a served site keeps for itself: one lock, one password, settings that point nowhere else."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from flows.serve.folder import ServeFolder
from flows.serve.settings import serve_environment
from pipeline.errors import UsageError

HOLDER = """
import sys
from pathlib import Path
from flows.serve.folder import ServeFolder
f = ServeFolder(Path(sys.argv[1])); f.lock(); print("held", flush=True); sys.stdin.read()
"""


def test_the_lock_is_one_and_goes_with_its_process(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    assert holder.stdout is not None
    assert holder.stdin is not None
    assert holder.stdout.readline() == b"held\n"
    folder = ServeFolder(tmp_path)
    with pytest.raises(UsageError, match="is being served already"):
        folder.lock()
    holder.kill()
    holder.wait()
    folder.lock()
    folder.unlock()
    holder.stdin.close()
    holder.stdout.close()


def test_the_password_is_random_kept_and_private(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, other = ServeFolder(tmp_path / "a"), ServeFolder(tmp_path / "b")
    assert one.password() == ServeFolder(tmp_path / "a").password()
    assert one.password() != other.password()
    assert one.password().startswith("admin:")
    assert len(one.password()) > 30
    assert stat.S_IMODE(one.path.stat().st_mode) == 0o700
    assert {stat.S_IMODE(p.stat().st_mode) & 0o077 for p in one.path.rglob("*")} == {0}


def test_settings_point_to_the_sites_own_server_whatever_the_user_has(tmp_path: Path) -> None:
    folder = ServeFolder(tmp_path)
    own = {
        "PREFECT_API_URL": "https://elsewhere.example/api", "PREFECT_API_KEY": "k",
        "PREFECT_HOME": "/elsewhere",
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": "postgresql://elsewhere", "PREFECT_PROFILE": "work",
        "PREFECT_LOGGING_LEVEL": "DEBUG", "PREFECT_LOGGING_TO_API_ENABLED": "true", "PATH": "/bin",
        "PYTHONPATH": "relative",
    }  # fmt: skip
    made = serve_environment(folder, 4321, own)
    assert "elsewhere" not in "".join(made.values())
    assert "PREFECT_API_KEY" not in made
    assert "PREFECT_PROFILE" not in made
    assert made["PREFECT_API_URL"] == made["PREFECT_SERVER_UI_API_URL"] == "http://127.0.0.1:4321/api"
    assert made["PREFECT_SERVER_API_AUTH_STRING"] == made["PREFECT_API_AUTH_STRING"] == folder.password()
    assert str(tmp_path) in made["PREFECT_SERVER_DATABASE_CONNECTION_URL"]
    assert made["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert made["PREFECT_SERVER_ALLOW_EPHEMERAL_MODE"] == "false"
    assert made["PREFECT_LOGGING_LEVEL"] == "DEBUG", "how loud the log is, is the user's to say"
    assert made["PREFECT_LOGGING_TO_API_ENABLED"] == "false"
    assert Path(made["PYTHONPATH"]).is_absolute()
