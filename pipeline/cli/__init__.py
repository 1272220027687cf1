"""The command line ``notewarrant``. Heavy imports happen inside the commands, so that ``--help`` is quick."""

from pipeline.cli.main import main

__all__ = ["main"]
