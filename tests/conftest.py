"""What all test rooms share: reproducible property tests and the way to the annotated notes."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from .forked import forked  # noqa: F401
from .services import (  # noqa: F401  fixtures
    own_rabbitmq,
    own_redis,
    postgresql_url,
    proxy_to,
    rabbitmq_queue,
    rabbitmq_url,
    random_name,
    redis_stream,
    redis_url,
    until,
)

# Examples that differ from run to run make a red build that nobody can repeat; a slow machine is no bug.
settings.register_profile("house", derandomize=True, deadline=None)
settings.load_profile("house")


@pytest.fixture(scope="session")
def gold_dir() -> Path:
    """Folder of the annotated notes; a test that asks for it skips where there is none."""
    value = os.environ.get("NOTEWARRANT_GOLD")
    if not value:
        pytest.skip("NOTEWARRANT_GOLD is not set: the annotated notes are not part of the repository")
    folder = Path(value)
    if not folder.is_dir():
        pytest.fail(f"NOTEWARRANT_GOLD names no folder: {folder}")
    return folder


@pytest.fixture(scope="session")
def repo_root() -> Path:
    """Top folder of the repository."""
    return Path(__file__).resolve().parent.parent
