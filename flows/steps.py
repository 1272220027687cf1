"""What the flows of a site share: settings, steps that fail alone, counts and reports that Prefect shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from prefect.artifacts import create_link_artifact, create_table_artifact

from flows.guarded import fault_of, said
from flows.secret_blocks import know_blocks
from pipeline.errors import InternalFault
from pipeline.site import Site
from pipeline.site.check import working_site
from pipeline.watch import log

#: Of every flow: neither parameters nor results nor what is printed goes into Prefect's hands.
PRIVATE: Final[dict[str, Any]] = {
    "persist_result": False,
    "log_prints": False,
    # What breaks a schema would be quoted in the state; a flow says itself what is wrong with its parameter.
    "validate_parameters": False,
}


def site_of(path: str) -> Site:
    """The settings of the site; they may name Prefect's Secret blocks. The log begins.

    Raises
    ------
    UsageError, MissingDocument
        For settings that cannot be used: file, key, cause and mend are the failed run's message.
    """
    log.configure()
    know_blocks()
    return working_site(Path(path))


class Steps:
    """Steps of one run, each of which fails alone: a broker that is away stops no work.

    Parameters
    ----------
    name
        The flow's.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.counts: dict[str, int] = {}
        self.faults: dict[str, str] = {}

    def run(self, step: str, work: Callable[[], Mapping[str, int]]) -> None:
        """Do a step and keep its counts as ``step.count``.

        Of what it raises the class is kept; of faults of settings and services the words.
        """
        fault, counts = fault_of(work)
        if fault:
            self.faults[step] = fault
        else:
            self.counts |= {f"{step}.{k}": int(v) for k, v in (counts or {}).items()}

    def fault(self, step: str, error: Exception) -> None:
        """Keep what a step met and went on after, told as in ``run``: the run shows as failed."""
        self.faults[step] = said(error)

    def end(self) -> dict[str, int]:
        """Show the counts in Prefect and return them.

        Raises
        ------
        InternalFault
            Where a step failed: the run shows as failed, what the others did is done.
        """
        if any(self.counts.values()):  # runs that found nothing leave no artifact behind
            create_table_artifact(
                key=f"notewarrant-{self.name}",
                table=[{"what": k, "count": n} for k, n in self.counts.items()],
                description="Counts of this run",
            )
        if self.faults:
            told = ", ".join(f"{step}: {fault}" for step, fault in self.faults.items())
            raise InternalFault(self.name, told, "the next run tries again")
        return self.counts


def show_report(key: str, path: Path, what: str) -> None:
    """Link a report's file; it stays where it is, readable for its owner only."""
    create_link_artifact(key=key, link=path.absolute().as_uri(), link_text=path.name, description=what)
