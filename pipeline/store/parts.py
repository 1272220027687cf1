"""What the modules of the store share: parts of long lists, the dialect's insert, the limits of patience."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")
#: SQLite allows some thousand bound values a statement.
CHUNK: Final = 500
#: What a row has that gets another round of tries.
REQUEUED: Final[dict[str, Any]] = {
    "state": "queued", "attempts": 0, "not_before": 0.0, "error_code": None, "error_class": None,
}  # fmt: skip
#: Any number: one taker-in, adopter or eraser at a time on a PostgreSQL server's database.
_LOCK: Final = 6463564635


@dataclass(frozen=True)
class Limits:
    """How patient the store is.

    Attributes
    ----------
    attempts
        Tries after which a job that ends in faults or crashes is given up.
    lease
        Seconds for which a worker may keep a job without a sign of life. It outlives the slowest document by
        far; dead owners on the same machine are found without waiting for it.
    backoff, backoff_cap
        Seconds before a second try; doubled with each further one, up to the cap.
    adopt_after
        Seconds without a worker of their versions after which waiting jobs are done by other versions.
    """

    attempts: int = 3
    lease: float = 900.0
    backoff: float = 2.0
    backoff_cap: float = 300.0
    adopt_after: float = 600.0

    def delay(self, attempts: int) -> float:
        """Seconds to wait after that many attempts."""
        return float(min(self.backoff_cap, self.backoff * 2 ** max(0, attempts - 1)))


def chunks(values: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """The values in parts that a statement can hold."""
    for i in range(0, len(values), size):
        yield values[i : i + size]


def one_at_a_time(c: Connection) -> None:
    """Wait for the others that add keys or touch many rows, so that none of them sees half of another's work.

    On SQLite all writers do so anyway; on PostgreSQL two that insert the same keys in different orders would
    each wait for the other.
    """
    if c.dialect.name == "postgresql":
        c.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def insert(c: Connection, table: Table) -> Any:
    """The dialect's insert, which knows ``on_conflict_do_nothing``."""
    return (sqlite if c.dialect.name == "sqlite" else postgresql).insert(table)
