"""Find what starts an orchestrator: entry points of the group ``notewarrant.runners``, by name."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Any, Final

from pipeline.errors import UsageError

#: The pipeline itself knows no orchestrator; whatever is installed beside it registers here.
RUNNERS: Final = "notewarrant.runners"
_MEND: Final = 'install "notewarrant[nlp,flows]"'


def runner(name: str) -> Callable[..., Any]:
    """The starter that is registered under the name.

    Raises
    ------
    UsageError
        Where none is installed, or a package that it needs is missing.
    """
    for point in entry_points(group=RUNNERS, name=name):
        try:
            found: Callable[..., Any] = point.load()
        except ModuleNotFoundError as error:
            raise UsageError(name, f"the package {error.name} is not installed", _MEND) from None
        return found
    raise UsageError(name, "no runner is installed", _MEND)
