"""Keeping workers busy until nothing waits, or until told to stop; whatever engine runs them.

Who drives knows no documents and opens no store: the workers' reports say when there is more to do. A worker
that dies in the middle is only started again, since the ledger knows what it held.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from pipeline.errors import InternalFault, OutputError
from pipeline.store import StoreUnavailable
from pipeline.watch import log
from pipeline.work.worker import Report

Until = Literal["empty", "stopped"]
#: Seconds between looks at an empty queue; longer where many workers look.
_IDLE: Final = 1.0
#: Seconds before the store is tried again where it did not answer; doubled up to the cap.
_AWAY, _AWAY_CAP = 0.5, 30.0
#: Seconds for which a drain that is to end waits for a store that does not answer.
_AWAY_MOST: Final = 600.0
#: Workers that die one after another without beginning a document: then something is wrong with all of them.
_DEATHS_MOST: Final = 5


@dataclass
class Drained:
    """What workers did, by their own count: a worker that is killed leaves its last document uncounted.

    Attributes
    ----------
    done, dead, retry, lost
        Documents: with a result; given up by their code; met a fault (the last try makes a dead letter of
        it); passed to another worker.
    batches
        Batches that ended by themselves.
    deaths
        Workers that ended in the middle of one.
    """

    done: int = 0
    dead: int = 0
    retry: int = 0
    lost: int = 0
    batches: int = 0
    deaths: int = 0

    @property
    def worked(self) -> int:
        """Documents that the workers had in hand."""
        return self.done + self.dead + self.retry + self.lost


class Crew(Protocol):
    """Workers of some engine, numbered from 0; each does one batch at a time."""

    size: int

    def start(self, number: int) -> None:
        """Have a worker that does nothing do a batch."""

    def wait(self, seconds: float) -> list[tuple[int, Report | None]]:
        """Reports of batches that ended meanwhile; None for a worker that died, which ``start`` replaces."""

    def tally(self) -> tuple[int, int, int, int, int]:
        """Documents begun, done, dead, retried and lost so far."""

    def halt(self) -> None:
        """Have the workers stop after the document in hand, wait for that a while, then end them."""


def keep_busy(
    crew: Crew,
    until: Until = "empty",
    progress: Callable[[int], object] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Drained:
    """Drive the crew.

    Parameters
    ----------
    crew
        The workers.
    until
        "empty" returns when no job waits any more; "stopped" only on ``stop``.
    progress
        Called now and then with the number of documents since the last call.
    stop
        Asked several times a second.

    Raises
    ------
    StoreUnavailable
        Where the store does not answer for ten minutes; with "stopped" it is waited for without end.
    OutputError
        Where the store cannot be used at all.
    InternalFault
        Where workers end before they begin anything, again and again.
    """
    out = Drained()
    desk = _Desk(crew, until)
    say = log.get(step="drain")
    shown = 0
    try:
        while not (stop and stop()) and not desk.finished():
            desk.send()
            for number, report in crew.wait(0.2):
                out.batches += report is not None
                # One that was told to end together with this process did not die.
                out.deaths += report is None and not (stop and stop())
                _log(say, report)
                desk.take(number, report)
            shown = _show(crew, shown, progress)
    finally:
        crew.halt()
        _show(crew, shown, progress)
        _, out.done, out.dead, out.retry, out.lost = crew.tally()
        say.info(
            "drain_ended", done=out.done, dead=out.dead, retry=out.retry, lost=out.lost, batches=out.batches,
            restarts=out.deaths,
        )  # fmt: skip
    return out


def _log(say: log.Logger, report: Report | None) -> None:
    if report is None:
        say.warning("worker_died")
    elif report.fault:
        say.error("worker_fault", **{"class": report.fault})
    elif report.away:
        say.warning("store_away", n=report.worked)
    elif report.worked:
        say.info("batch_done", n=report.worked)


def _show(crew: Crew, shown: int, progress: Callable[[int], object] | None) -> int:
    worked = sum(crew.tally()[1:])
    if progress and worked > shown:
        progress(worked - shown)
    return worked


class _Desk:
    """Who does nothing, and from when on each may be sent again."""

    def __init__(self, crew: Crew, until: Until) -> None:
        self._crew = crew
        self._for_ever = until == "stopped"
        self._idle = max(_IDLE, crew.size / 4)
        #: Time from which each idle worker may be sent; None where it found nothing left.
        self._from: dict[int, float | None] = dict.fromkeys(range(crew.size), 0.0)
        self._away_since: float | None = None
        self._away_wait = _AWAY
        self._deaths = 0
        self._begun = 0

    def finished(self) -> bool:
        """Whether all workers are idle and found nothing left."""
        return len(self._from) == self._crew.size and all(at is None for at in self._from.values())

    def send(self) -> None:
        """Start every worker whose time has come."""
        now = time.monotonic()
        for number, at in list(self._from.items()):
            if at is not None and at <= now:
                del self._from[number]
                self._crew.start(number)

    def take(self, number: int, report: Report | None) -> None:
        """Decide when a worker is sent again."""
        now = time.monotonic()
        if report is None or report.fault:
            self._from[number] = now + self._died(report)
            return
        self._deaths = 0
        if report.error:
            raise OutputError(*report.error)
        if report.away:
            self._from[number] = now + self._store_away(now)
            return
        self._away_since, self._away_wait = None, _AWAY
        if report.due is None:
            self._from[number] = now + self._idle if self._for_ever else None
        elif report.due > 0 or not report.worked:
            self._from[number] = now + min(max(report.due, 0.1), self._idle)
        else:
            self._from[number] = now
            for other in self._from:  # there is more than one worker's batch
                self._from[other] = now

    def _died(self, report: Report | None) -> float:
        """Seconds before a worker that died or met a fault is sent again: none where it was at work."""
        begun = self._crew.tally()[0]
        self._deaths = self._deaths + 1 if begun == self._begun else 0
        self._begun = begun
        if self._deaths >= _DEATHS_MOST:
            cause = f"internal fault {report.fault}" if report else "end before they begin a document"
            raise InternalFault("worker processes", cause, "check memory and disk; what is done stays done")
        return self._deaths / 2

    def _store_away(self, now: float) -> float:
        """Seconds before the store is tried again."""
        if self._away_since is None:
            self._away_since = now
        elif now - self._away_since > _AWAY_MOST and not self._for_ever:
            raise StoreUnavailable(
                "store", "does not answer", "see to it and run again: what is done stays done"
            )
        wait = self._away_wait
        self._away_wait = min(_AWAY_CAP, wait * 2)
        return wait
