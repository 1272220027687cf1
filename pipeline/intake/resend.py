"""Dead letters of a broker back to the queue they came from, once what was wrong with them is mended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from pipeline.addresses import shown as shown_address
from pipeline.errors import UsageError
from pipeline.intake.message import CODES
from pipeline.site import secret
from pipeline.site.model import RabbitMQ, RedisStream

#: Entries of a stream that are read at once.
_PART: Final = 50
#: The message itself is lost: there is nothing to send.
_EMPTY: Final = "GONE"


def resend(
    settings: RabbitMQ | RedisStream,
    code: str | None = None,
    *,
    dry_run: bool = False,
    on_message: Callable[[], object] | None = None,
) -> dict[str, int]:
    """Send dead letters again as they came; each is in its queue before it is a dead letter no more.

    Parameters
    ----------
    settings
        The source whose dead letters are meant.
    code
        Only those of this code.
    dry_run
        Only count.
    on_message
        Called for each that was sent.

    Returns
    -------
    dict
        How many, by code. Dead letters without the header or field of a code count under "".

    Raises
    ------
    UsageError
        For an unknown code, an address that cannot be read, a missing package.
    BrokerAway
        Where the broker is; what was sent is sent.
    """
    if code is not None and code not in CODES:
        raise UsageError("--code", "is no code of a dead letter", f"choose from {', '.join(CODES)}")
    url = secret(settings.url, "sources.url")
    name = settings.queue if settings.kind == "rabbitmq" else settings.stream
    where = f"{settings.kind} {name} at {shown_address(url)}"
    tick = on_message or (lambda: None)
    missing = ""
    try:
        if settings.kind == "rabbitmq":
            return _rabbitmq(url, name, where, code, dry_run, tick)
        return _redis(url, name, where, code, dry_run, tick)
    except ModuleNotFoundError as error:
        missing = error.name or ""
    mend = f'install "notewarrant[{settings.kind}]"'
    raise UsageError("sources", f"the package {missing} is not installed", mend)


def _known(code: object) -> str:
    """The code, or "" for what is none of ours: only codes are shown."""
    return code if isinstance(code, str) and code in CODES else ""


def _rabbitmq(
    url: str, queue: str, where: str, code: str | None, dry_run: bool, tick: Callable[[], object]
) -> dict[str, int]:
    from pipeline.brokers import told
    from pipeline.brokers.amqp import connect, ensure_dead_letters, ensure_queue, publish
    from pipeline.intake.rabbitmq import HEADER

    found: Counter[str] = Counter()
    dead = f"{queue}.dead"
    connection = connect(url, where)
    try:
        with told(where):
            ensure_queue(connection, queue)
            ensure_dead_letters(connection, dead)
            channel: Any = connection.channel()
            channel.confirm_delivery()
            # As many as there are now: what is refused anew meanwhile is not sent round in a circle. What is
            # not acknowledged goes back with the end of the connection.
            for _ in range(channel.queue_declare(dead, passive=True).method.message_count):
                method, properties, body = channel.basic_get(dead)
                if method is None:
                    break
                its = _known((properties.headers or {}).get(HEADER))
                if its == _EMPTY or (code is not None and its != code):
                    continue
                found[its] += 1
                if not dry_run:
                    publish(channel, "", queue, body)
                    channel.basic_ack(method.delivery_tag)
                    tick()
    finally:
        with told(where):
            connection.close()
    return dict(found)


def _redis(
    url: str, stream: str, where: str, code: str | None, dry_run: bool, tick: Callable[[], object]
) -> dict[str, int]:
    from pipeline.brokers import told
    from pipeline.brokers.redis_client import connect

    found: Counter[str] = Counter()
    dead = f"{stream}.dead"
    client: Any = connect(url, where)
    try:
        with told(where):
            newest = client.xrevrange(dead, count=1)
            end = newest[0][0] if newest else "0-0"
            after = "-"
            while entries := client.xrange(dead, min=after, max=end, count=_PART):
                for entry, fields in entries:
                    its = _known(fields.get(b"code", b"").decode("ascii", "replace"))
                    if its == _EMPTY or b"message" not in fields or (code is not None and its != code):
                        continue
                    found[its] += 1
                    if not dry_run:
                        with client.pipeline(transaction=True) as commands:
                            commands.xadd(stream, {"message": fields[b"message"]})
                            commands.xdel(dead, entry)
                            commands.execute()
                        tick()
                after = f"({entries[-1][0].decode()}"
    finally:
        client.close()
    return dict(found)
