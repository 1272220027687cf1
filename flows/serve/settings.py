"""Prefect's settings of a served site. They replace what the user has set for a server of their own."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from flows.serve.folder import ServeFolder

HOST: Final = "127.0.0.1"
#: What would point a process at another server, another database or another profile.
_FOREIGN: Final = ("PREFECT_API_", "PREFECT_SERVER_", "PREFECT_CLIENT_", "PREFECT_PROFILE", "PREFECT_HOME")
_FIXED: Final = {
    # No telemetry.
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    # Without its server a run fails at once, rather than start one that has no scheduler.
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
    # A run whose process is gone says nothing for three heartbeats and is marked (flows/zombies.py).
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    # Leases on the limit of one run at a time outlive the server that gave them.
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
    # A run costs some 20 KB of history; the flow housekeeping removes those that succeeded sooner.
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(14 * 86400),
    "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": "P2D",
    # Results belong into the store and logs to the terminal, not into Prefect's database.
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    "PREFECT_LOGGING_LOG_PRINTS": "false",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
}


def serve_environment(folder: ServeFolder, port: int, own: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment of the server and of everything that talks to it."""
    kept = {k: v for k, v in own.items() if not k.startswith(_FOREIGN)}
    if "PYTHONPATH" in kept:  # the processes work in the site's own folder
        kept["PYTHONPATH"] = os.pathsep.join(
            str(Path(p).absolute()) for p in kept["PYTHONPATH"].split(os.pathsep)
        )
    password = folder.password()
    api = f"http://{HOST}:{port}/api"
    return {
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
        **kept,
        **_FIXED,
        "PREFECT_HOME": str(folder.home),
        "PREFECT_API_URL": api,
        "PREFECT_SERVER_API_HOST": HOST,
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_SERVER_UI_API_URL": api,
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{folder.home / 'prefect.db'}",
        "PREFECT_SERVER_API_AUTH_STRING": password,
        "PREFECT_API_AUTH_STRING": password,
    }  # fmt: skip
