"""Arguments that say where: a site, a store."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

Add = Callable[..., argparse.ArgumentParser]


def site_argument(parser: argparse.ArgumentParser, path: Callable[[str], Path]) -> None:
    """The site that a command works on."""
    parser.add_argument(
        "site", type=path, metavar="SITE", nargs="?", default=Path(),
        help="a site's folder or settings file (default: site.yaml of this folder)",
    )  # fmt: skip


def place_argument(parser: argparse.ArgumentParser, path: Callable[[str], Path]) -> None:
    """The store that a command looks at: a site's, or one that is named."""
    site_argument(parser, path)
    parser.add_argument(
        "--store", metavar="PLACE",
        help="a store without a site: a file, postgresql://user@host/database, or env:NAME",
    )  # fmt: skip
