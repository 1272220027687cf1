"""``notewarrant serve``: a site on this machine, with schedules and a page to look at."""

from __future__ import annotations

import argparse
import sys
import time

from pipeline.cli.runners import runner
from pipeline.errors import EXIT_OK
from pipeline.site import load_site
from pipeline.site.check import refuse


def _say(line: str) -> None:
    print(f"{time.strftime('%Y-%m-%dT%H:%M:%S%z')} notewarrant serve: {line}", file=sys.stderr, flush=True)


def run_serve(arguments: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    start = runner("serve")
    site = load_site(arguments.site)
    refuse(site)  # before anything is started
    start(site, arguments.port, _say)
    return EXIT_OK
