"""From brokers into the ledger: committed first, acknowledged then. The order of the two stands here only.

A batch of messages becomes one transaction; only after its commit does the broker hear of it, so that a crash
anywhere leaves a message either with the broker or in the ledger, and a second delivery finds its key there.
A message that can never be used goes to the dead letters, with a code. Where the ledger, the disk or the
broker is away nothing is acknowledged: the source is closed, and opened again after a while, unaided.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from pipeline.addresses import shown as shown_address
from pipeline.brokers import BrokerAway
from pipeline.errors import NotewarrantError, OutputError, UsageError
from pipeline.intake.message import RefusedMessage
from pipeline.intake.queueing import enqueue
from pipeline.intake.source import Delivery, Kind, Source
from pipeline.intake.take import Taker
from pipeline.site import Site, secret
from pipeline.site.model import RabbitMQ, RedisStream
from pipeline.store import Job, Store
from pipeline.store.failpoints import failpoint
from pipeline.watch import log

#: Seconds that a consumer waits for messages before it looks whether it should stop.
WAIT: Final = 1.0
_BACKOFF: Final = 0.25
_BACKOFF_CAP: Final = 30.0


@dataclass
class Consumed:
    """Counts of messages: ``new`` made a job, ``known`` were in the ledger already, ``refused`` by code.

    ``erased`` are those whose case somebody had erased.
    """

    received: int = 0
    new: int = 0
    known: int = 0
    erased: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    #: Faults of brokers, store or disk that ended a drain early; what it left comes again.
    errors: list[NotewarrantError] = field(default_factory=list)

    def add(self, other: Consumed) -> None:
        """Add other counts to these."""
        self.received += other.received
        self.new += other.new
        self.known += other.known
        self.erased += other.erased
        self.errors += other.errors
        for code, n in other.refused.items():
            self.refused[code] = self.refused.get(code, 0) + n

    def counts(self) -> dict[str, int]:
        """Plain counts, as an orchestrator may see them."""
        return {
            "received": self.received, "new": self.new, "known": self.known,
            "erased": self.erased, "refused": sum(self.refused.values()), "errors": len(self.errors),
        }  # fmt: skip


def commit(source: Source, got: Sequence[Delivery], taker: Taker, store: Store) -> Consumed:
    """Take a batch in: documents on disk, jobs in the ledger, and only then the acknowledgement.

    Raises
    ------
    OutputError
        Where disk, ledger or broker is away; nothing was acknowledged, and whatever was done is found again.
    """
    jobs: list[Job] = []
    accepted: list[Delivery] = []
    refused: list[tuple[Delivery, str]] = []
    with taker.kept.taking_in():
        with taker.kept.together() as keep:
            for delivery in got:
                code = delivery.code
                if code is None:
                    try:
                        jobs.append(taker.job(delivery.body, keep))
                    except RefusedMessage as error:
                        code = error.code
                    except (NotewarrantError, MemoryError):
                        raise
                    # A message that meets a fault of ours must neither come for ever nor hold up others.
                    except Exception:  # noqa: BLE001  its message may quote the document
                        code = "INTERNAL"
                if code is None:
                    accepted.append(delivery)
                else:
                    refused.append((delivery, code))
                source.tend()
        failpoint("queueing")
        queued = enqueue(store, jobs)
        failpoint("queued")
    refused += [(accepted[i], "INTERNAL") for i in queued.refused]
    accepted = [d for i, d in enumerate(accepted) if i not in set(queued.refused)]
    source.settle(accepted, refused)
    done = Consumed(len(got), queued.new, len(accepted) - queued.new - queued.erased, queued.erased)
    for _, code in refused:
        done.refused[code] = done.refused.get(code, 0) + 1
    return done


def backoff(failures: int) -> float:
    """Seconds to wait after so many failures in a row; with chance, so that consumers do not come at once."""
    return float(min(_BACKOFF_CAP, _BACKOFF * 2 ** min(failures, 10)) * random.uniform(0.5, 1.0))


def consume(
    source: Source,
    taker: Taker,
    open_store: Callable[[], Store],
    *,
    stop: threading.Event,
    once: bool = False,
    on_batch: Callable[[Consumed], object] | None = None,
) -> Consumed:
    """Take messages in until ``stop`` is set, or with ``once`` until there are none.

    Parameters
    ----------
    source, taker
        Where messages come from, and how they become jobs.
    open_store
        Opens the ledger, which the caller closes; called again where that fails.
    stop
        Set (by a signal), it ends the work after the batch in hand.
    once
        Whether to end when there is nothing more, and at the first fault.
    on_batch
        Called with the counts of each batch.

    Returns
    -------
    Consumed
        Counts; with ``once`` also the fault that ended it, if one did.
    """
    say = log.get()
    total = Consumed()
    failures = 0
    store: Store | None = None
    while not stop.is_set():
        try:
            store = store or open_store()
            # The ledger first: a message that nobody can take in must not be fetched again and again.
            store.ids(())
            source.open()
            while not stop.is_set():
                if got := source.receive(WAIT):
                    done = commit(source, got, taker, store)
                    total.add(done)
                    say.info(
                        "messages_taken", source=source.kind, n=done.received, taken=done.new,
                        known=done.known, erased=done.erased, refused=sum(done.refused.values()),
                    )  # fmt: skip
                    for code, n in done.refused.items():
                        say.warning("messages_refused", source=source.kind, code=code, n=n)
                    if on_batch:
                        on_batch(done)
                elif once and source.empty():
                    return total
                failures = 0
        except OutputError as error:
            away = "broker_away" if isinstance(error, BrokerAway) else "store_away"
            say.warning(away, source=source.kind, error=error)
            if once:
                total.errors.append(error)
                return total
        finally:
            source.close()
        if not stop.is_set():
            stop.wait(backoff(failures))
            failures += 1
    return total


def source_of(settings: RabbitMQ | RedisStream) -> Source:
    """The source that the settings describe; nothing is connected yet.

    Raises
    ------
    UsageError
        For an address that cannot be read, or a missing package.
    """
    url = secret(settings.url, "sources.url")
    name = settings.queue if settings.kind == "rabbitmq" else settings.stream
    where = f"{settings.kind} {name} at {shown_address(url)}"
    missing = ""
    try:
        if settings.kind == "rabbitmq":
            from pipeline.intake.rabbitmq import RabbitMQSource

            return RabbitMQSource(url, name, settings.prefetch, where)
        from pipeline.intake.redis_streams import RedisSource

        return RedisSource(
            url, name, settings.group, settings.prefetch, where,
            idle_seconds=settings.idle_seconds, remove=settings.remove,
        )  # fmt: skip
    except ModuleNotFoundError as error:
        missing = error.name or ""
    raise UsageError(
        "sources", f"the package {missing} is not installed", f'install "notewarrant[{settings.kind}]"'
    )


def taker_of(site: Site, kind: Kind) -> Taker:
    """How messages of that kind of source become jobs of the site."""
    return Taker(site.kept(), site.policy, kind, site.at(site.references) if site.references else None)


def consume_once(
    site: Site,
    store: Store,
    *,
    stop: threading.Event | None = None,
    on_batch: Callable[[Consumed], object] | None = None,
) -> Consumed:
    """Take in what the site's brokers have now, source by source.

    A broker that is away keeps none of the others waiting: it is one of ``errors``.

    Raises
    ------
    UsageError
        For settings that cannot be used.
    """
    total = Consumed()
    sources = [source_of(s) for s in site.sources]
    for source in sources:
        total.add(consume(
            source, taker_of(site, source.kind), lambda: store,
            stop=stop or threading.Event(), once=True, on_batch=on_batch,
        ))  # fmt: skip
    return total


def consume_forever(
    site: Site,
    stop: threading.Event,
    *,
    on_batch: Callable[[Consumed], object] | None = None,
) -> Consumed:
    """Take in from all of the site's brokers at once, each in a thread of its own, until ``stop`` is set.

    Raises
    ------
    UsageError
        For settings that cannot be used.
    """
    sources = [source_of(s) for s in site.sources]
    takers = [taker_of(site, s.kind) for s in sources]
    done: list[Consumed] = []
    faults: list[BaseException] = []

    def run(source: Source, taker: Taker) -> None:
        stores: list[Store] = []

        def open_store() -> Store:
            stores.append(site.open_store())
            return stores[-1]

        try:
            done.append(consume(source, taker, open_store, stop=stop, on_batch=on_batch))
        except BaseException as error:  # noqa: BLE001  told by the caller; the others stop, too
            faults.append(error)
            stop.set()
        finally:
            for store in stores:
                store.close()

    threads = [threading.Thread(target=run, args=pair) for pair in zip(sources, takers, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():  # in steps, so that a signal is served
            thread.join(0.5)
    if faults:
        raise faults[0]
    total = Consumed()
    for counts in done:
        total.add(counts)
    return total
