"""The store that a watching command looks at: a site's, or one that is named."""

from __future__ import annotations

import argparse

from pipeline.errors import MissingDocument
from pipeline.site import Site, load_site
from pipeline.store import Store, place


def watched(arguments: argparse.Namespace) -> tuple[Site | None, Store]:
    """The site, where the store is one's, and the store, which the caller closes.

    Raises
    ------
    MissingDocument
        Where the store that ``--store`` names is not there: looking makes none.
    """
    if arguments.store is None:
        site = load_site(arguments.site)
        return site, site.open_store()
    named = place(arguments.store)
    if named.path is not None and not named.path.is_file():
        raise MissingDocument(str(named), "is no file", "name a store that is there")
    return None, Store(named)
