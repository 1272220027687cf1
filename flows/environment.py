"""Prefect's settings for this product, made before Prefect is imported. What the user has set stays."""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.private_files import no_core_dumps

_DEFAULTS = {
    # No telemetry.
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    # The server of a run starts in 6 to 18 s, and in more on a busy machine; Prefect gives it 20.
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    # Results belong into the store and logs to the terminal, not into Prefect's database.
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    "PREFECT_LOGGING_LOG_PRINTS": "false",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    # The progress bar says how it goes.
    "PREFECT_LOGGING_LEVEL": "WARNING",
}


def default_home() -> Path:
    """Prefect's home for this product: under the user's cache, apart from any Prefect of the user's own."""
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "notewarrant" / "prefect"


def prepare() -> None:
    """Set what the user has not set; make new files for their owner only, and no core dumps."""
    os.umask(0o077)
    no_core_dumps()
    home = Path(os.environ.setdefault("PREFECT_HOME", str(default_home())))
    home.mkdir(parents=True, exist_ok=True)
    for name, value in _DEFAULTS.items():
        os.environ.setdefault(name, value)
