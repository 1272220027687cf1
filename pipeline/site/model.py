"""The settings of a site. Paths start from the settings file; addresses with passwords are references."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, field_validator

from pipeline.site.cron import check_cron
from pipeline.site.secrets import is_reference, secret
from pipeline.store import Limits, Place, Store, place
from pipeline.store.kept import KeptDocuments

_YEAR: Final = 366 * 86_400.0
Seconds = Annotated[float, Field(gt=0)]


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Inbox(_Settings):
    """A watched folder."""

    folder: Path = Path("inbox")
    #: A file that was changed more recently may still be being written.
    settle_seconds: Annotated[float, Field(ge=0)] = 2.0
    #: Larger files are refused, unread.
    max_bytes: Annotated[int, Field(gt=0)] = 64 * 1024 * 1024


class RabbitMQ(_Settings):
    """A RabbitMQ queue; its dead-letter exchange is ``<queue>.dead``, with a queue of that name."""

    kind: Literal["rabbitmq"]
    #: ``env:NAME`` of an amqp:// or amqps:// address.
    url: str = "env:NOTEWARRANT_RABBITMQ"
    queue: str = "notewarrant.in"
    prefetch: Annotated[int, Field(gt=0, le=5000)] = 100


class RedisStream(_Settings):
    """A Redis stream read by a consumer group; what cannot be used goes to the stream ``<stream>.dead``."""

    kind: Literal["redis"]
    #: ``env:NAME`` of a redis:// or rediss:// address.
    url: str = "env:NOTEWARRANT_REDIS"
    stream: str = "notewarrant.in"
    group: str = "notewarrant"
    prefetch: Annotated[int, Field(gt=0, le=5000)] = 100
    #: A message that another consumer took so long ago without an acknowledgement is taken over.
    idle_seconds: Seconds = 60.0
    #: Delete from the stream what was taken in; leave it false where other groups read the stream, too.
    remove: bool = False


class OutgoingFolder(_Settings):
    """Results as files, one a job, named by its key."""

    kind: Literal["folder"]
    folder: Path = Path("results")


class OutgoingRabbitMQ(_Settings):
    """Results as messages of a RabbitMQ queue."""

    kind: Literal["rabbitmq"]
    url: str = "env:NOTEWARRANT_RABBITMQ"
    queue: str = "notewarrant.out"


class OutgoingRedis(_Settings):
    """Results as entries of a Redis stream."""

    kind: Literal["redis"]
    url: str = "env:NOTEWARRANT_REDIS"
    stream: str = "notewarrant.out"


Source = Annotated[RabbitMQ | RedisStream, Field(discriminator="kind")]
Target = Annotated[OutgoingFolder | OutgoingRabbitMQ | OutgoingRedis, Field(discriminator="kind")]


class Work(_Settings):
    """How the work is done."""

    processes: Annotated[int, Field(gt=0, le=256)] = 2
    #: A batch, and with it an orchestrator's task, lasts about so long.
    batch_seconds: Annotated[float, Field(ge=2)] = 10.0
    #: A worker that is stuck in one document for so long is ended.
    document_seconds: Seconds = 300.0
    #: Ended and started anew after so many batches, so that no leak of a library adds up.
    batches_a_process: Annotated[int, Field(gt=0)] = 200
    attempts: Annotated[int, Field(gt=0)] = 3
    lease_seconds: Seconds = 900.0
    #: Address of a Dask scheduler (``tcp://host:8786``); without one the work is done on this machine.
    dask: str | None = None


class Retention(_Settings):
    """After how many days what is done is erased; None keeps it."""

    days: Annotated[int, Field(gt=0)] | None = None


class Evaluation(_Settings):
    """The corpus of the nightly evaluation, and whether its floor is held against it."""

    corpus: Path
    split: str | None = None


class Drift(_Settings):
    """What a week's rates of facts and findings are held against."""

    #: Weeks before the last one that make the baseline.
    weeks: Annotated[int, Field(gt=0)] = 8
    #: Fewer documents than these in a week are not judged.
    least_documents: Annotated[int, Field(gt=0)] = 30


class Metrics(_Settings):
    """Where Prometheus may read; loopback unless said otherwise."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 9464


class Schedules(_Settings):
    """Seconds between runs, or a cron expression (UTC); None runs a deployment by hand only."""

    ingest_inbox: float | str | None = 60.0
    drain_queue: float | str | None = 60.0
    recheck_policy: float | str | None = "0 3 * * *"
    nightly_evaluation: float | str | None = "30 3 * * *"
    housekeeping: float | str | None = 900.0

    @field_validator("*", mode="before")
    @classmethod
    def _ever_runs(cls, value: object) -> object:
        if isinstance(value, str):
            check_cron(value)
        elif value is not None and (
            isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value <= _YEAR
        ):
            raise ValueError("must be seconds (1 to a year), a cron expression, or null")
        return value


class Site(_Settings):
    """One installation.

    Raises
    ------
    pydantic.ValidationError
        For unknown keys and values out of bounds (``load_site`` turns it into a plain error).
    """

    #: A file, ``postgresql://user@host/database``, or ``env:NAME``.
    store: str = "store.sqlite"
    #: Documents that were taken in, by hash; machines that share a store share this folder.
    documents: Path = Path("documents")
    policy: str = "guideline"
    lexicons: Path | None = None
    policies: tuple[Path, ...] = ()
    inbox: Inbox | None = Inbox()
    sources: tuple[Source, ...] = ()
    #: Where messages that refer to a file may refer to; without it such messages are refused.
    references: Path | None = None
    outgoing: tuple[Target, ...] = ()
    #: Where reports (flips, drift, evaluation) go.
    reports: Path = Path("reports")
    work: Work = Work()
    retention: Retention = Retention()
    evaluation: Evaluation | None = None
    drift: Drift = Drift()
    metrics: Metrics = Metrics()
    schedules: Schedules = Schedules()

    #: The settings file's folder and the file itself, set by ``load_site``.
    _file: Path = PrivateAttr(default=Path("site.yaml"))

    @field_validator("store")
    @classmethod
    def _named(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("names nothing")
        return value

    @property
    def file(self) -> Path:
        """The settings file."""
        return self._file

    @property
    def base(self) -> Path:
        """The folder that relative paths start from."""
        return self._file.parent

    def at(self, path: Path) -> Path:
        """A path of the settings, from the settings file's folder."""
        return self.base / path

    def store_place(self) -> Place:
        """The store's address; UsageError where its secret cannot be read."""
        if is_reference(self.store):
            found = place(secret(self.store, "store"), secret=True)
            return place(self.at(found.path)) if found.path else found
        return place(self.store) if "://" in self.store else place(self.at(Path(self.store)))

    def limits(self) -> Limits:
        """Attempts and leases as the store wants them."""
        return Limits(attempts=self.work.attempts, lease=self.work.lease_seconds)

    def open_store(self) -> Store:
        """The store, open; the caller closes it."""
        return Store(self.store_place(), limits=self.limits())

    def kept(self) -> KeptDocuments:
        """The folder of documents that were taken in."""
        return KeptDocuments(self.at(self.documents))
