"""``notewarrant queue``: what a site does, one step at a time."""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import Final

#: Where each step is.
_STEPS: Final[dict[str, str]] = {
    "consume": "consume:run_consume",
    "dead": "dead:run_dead",
    "deliver": "deliver:run_deliver",
    "drain": "drain:run_drain",
    "ingest": "ingest:run_ingest",
    "requeue": "dead:run_requeue",
    "resend": "consume:run_resend",
    "send": "consume:run_send",
}


def run_queue(arguments: argparse.Namespace) -> int:
    """Run the step; returns the exit code."""
    module, _, name = _STEPS[arguments.queue_command].partition(":")
    code: int = getattr(import_module(f"pipeline.cli.{module}"), name)(arguments)
    return code
