"""Where a user's own policy files are: told by the environment, so that worker processes find them too."""

from __future__ import annotations

import os
from typing import Final

#: Name of the variable: paths of policy files, separated as in PATH.
VARIABLE: Final = "NOTEWARRANT_POLICIES"


def is_path(name: str) -> bool:
    """Whether a policy is named by its file: ``payer.yaml``, ``policies/payer.yml``."""
    return name.endswith((".yaml", ".yml")) or os.sep in name
