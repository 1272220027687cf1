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


class Unit(str):
    """The unit of a key, for the list of all keys."""


Seconds = Annotated[float, Unit("seconds"), Field(gt=0)]
Count = Annotated[int, Field(gt=0)]
Every = Annotated[float | str | None, Unit("seconds, or cron (UTC)")]


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Inbox(_Settings):
    """A watched folder; null for none."""

    folder: Path = Field(Path("inbox"), description="The folder.")
    settle_seconds: Annotated[float, Unit("seconds")] = Field(
        2.0, ge=0, description="A file that was changed more recently may still be being written."
    )
    max_bytes: Annotated[int, Unit("bytes")] = Field(
        64 * 1024 * 1024, gt=0, description="Larger files are refused, unread."
    )


class RabbitMQ(_Settings):
    """A RabbitMQ queue; its dead-letter exchange is ``<queue>.dead``, with a queue of that name."""

    kind: Literal["rabbitmq"] = Field(description="`rabbitmq`.")
    url: str = Field("env:NOTEWARRANT_RABBITMQ", description="`env:NAME` of an amqp:// or amqps:// address.")
    queue: str = Field("notewarrant.in", description="The queue; it is made where it is not there.")
    prefetch: int = Field(100, gt=0, le=5000, description="Messages in hand at most.")


class RedisStream(_Settings):
    """A Redis stream read by a consumer group; what cannot be used goes to the stream ``<stream>.dead``."""

    kind: Literal["redis"] = Field(description="`redis`.")
    url: str = Field("env:NOTEWARRANT_REDIS", description="`env:NAME` of a redis:// or rediss:// address.")
    stream: str = Field("notewarrant.in", description="The stream; it is made where it is not there.")
    group: str = Field("notewarrant", description="The consumer group.")
    prefetch: int = Field(100, gt=0, le=5000, description="Messages in hand at most.")
    idle_seconds: Seconds = Field(
        60.0, description="What another consumer took so long ago and did not acknowledge is taken over."
    )
    remove: bool = Field(
        False, description="Delete what was taken in; leave it false where other groups read the stream, too."
    )


class OutgoingFolder(_Settings):
    """Results as files, one a job, named by its key."""

    kind: Literal["folder"] = Field(description="`folder`.")
    folder: Path = Field(Path("results"), description="The folder.")


class OutgoingRabbitMQ(_Settings):
    """Results as messages of a RabbitMQ queue."""

    kind: Literal["rabbitmq"] = Field(description="`rabbitmq`.")
    url: str = Field("env:NOTEWARRANT_RABBITMQ", description="`env:NAME` of an amqp:// or amqps:// address.")
    queue: str = Field("notewarrant.out", description="The queue; it is made where it is not there.")


class OutgoingRedis(_Settings):
    """Results as entries of a Redis stream."""

    kind: Literal["redis"] = Field(description="`redis`.")
    url: str = Field("env:NOTEWARRANT_REDIS", description="`env:NAME` of a redis:// or rediss:// address.")
    stream: str = Field("notewarrant.out", description="The stream.")


Source = Annotated[RabbitMQ | RedisStream, Field(discriminator="kind")]
Target = Annotated[OutgoingFolder | OutgoingRabbitMQ | OutgoingRedis, Field(discriminator="kind")]


class Work(_Settings):
    """How the work is done."""

    processes: int = Field(2, gt=0, le=256, description="Worker processes of a machine.")
    batch_seconds: Annotated[float, Unit("seconds")] = Field(
        10.0, ge=2, description="A batch, and with it an orchestrator's task, lasts about so long."
    )
    document_seconds: Seconds = Field(
        300.0, description="A worker that is stuck in one document for so long is ended."
    )
    batches_a_process: Count = Field(
        200, description="A worker is started anew after so many batches, so that no library's leak adds up."
    )
    attempts: Count = Field(3, description="Tries before a job becomes a dead letter.")
    lease_seconds: Seconds = Field(
        900.0, description="A job that was taken so long ago without a result is given to another worker."
    )
    dask: str | None = Field(
        None, description="A Dask scheduler (`tcp://host:8786`); without one this machine does the work."
    )


class Retention(_Settings):
    """After how long what ended is erased."""

    days: Annotated[int, Unit("days"), Field(gt=0)] | None = Field(
        None, description="What ended so long ago is erased; null keeps it."
    )


class Evaluation(_Settings):
    """The corpus that the nightly evaluation measures the product on; null for none."""

    corpus: Path = Field(description="The corpus: a folder or its gold file (docs/corpus-format.md).")
    split: str | None = Field(None, description="The split; by default all but the test split.")


class Drift(_Settings):
    """What a week's rates of facts and findings are held against."""

    weeks: Annotated[int, Unit("weeks")] = Field(
        8, gt=0, description="Weeks before the last one that make the baseline."
    )
    least_documents: Annotated[int, Unit("documents")] = Field(
        30, gt=0, description="A week with fewer is not judged."
    )


class Metrics(_Settings):
    """Where Prometheus may read."""

    host: str = Field("127.0.0.1", description="The address that is listened on; loopback only, unless set.")
    port: int = Field(9464, ge=0, le=65535, description="The port; 0 takes a free one.")


class Schedules(_Settings):
    """When the deployments of ``notewarrant serve`` run; null runs one by hand only."""

    ingest_inbox: Every = Field(60.0, description="Takes what is in the inbox into the ledger.")
    drain_queue: Every = Field(
        60.0, description="Takes in brokers' messages, works on what waits, sends results out."
    )
    recheck_policy: Every = Field(
        "0 3 * * *", description="Assesses stored cases anew where policy or rules changed."
    )
    nightly_evaluation: Every = Field(
        "30 3 * * *", description="Measures the product on the corpus; drift of the last week."
    )
    housekeeping: Every = Field(900.0, description="Leases that ran out, retention, old runs.")

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

    store: str = Field(
        "store.sqlite",
        description="The ledger: a file, `postgresql://user@host/database`, or `env:NAME` of either.",
    )
    documents: Path = Field(
        Path("documents"),
        description="Documents that were taken in, by hash; machines that share a store share this folder.",
    )
    policy: str = Field("guideline", description="Id of the policy of what names none itself.")
    lexicons: Path | None = Field(
        None, description="A folder of your own lexicons (docs/tutorial-lexicon.md)."
    )
    policies: tuple[Path, ...] = Field((), description="Your own policy files (docs/tutorial-policy.md).")
    inbox: Inbox | None = Inbox()
    sources: tuple[Source, ...] = Field((), description="Brokers that messages come from (docs/messages.md).")
    references: Path | None = Field(
        None, description="Where messages may refer to files; without it messages that do are refused."
    )
    outgoing: tuple[Target, ...] = Field((), description="Where results go; each target gets every result.")
    reports: Path = Field(Path("reports"), description="Where reports (flips, drift, evaluation) go.")
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
