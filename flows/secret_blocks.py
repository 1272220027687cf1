"""``block:NAME`` in a site's settings: a Prefect Secret block, read where a flow runs."""

from __future__ import annotations

from prefect.blocks.system import Secret

from pipeline.site.secrets import RESOLVERS


def read_block(name: str) -> str | None:
    """The block's value, or None where there is no such block."""
    try:
        found = Secret.load(name)
    except ValueError:  # Prefect's word for an unknown block
        return None
    return str(found.get())


def know_blocks() -> None:
    """Let the settings of a site name Prefect blocks, in this process."""
    RESOLVERS["block"] = read_block
