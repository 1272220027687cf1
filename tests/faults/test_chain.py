"""kill -9 at every place between the sender and the receiver, on each database and each way in."""

from __future__ import annotations

from pathlib import Path

import pytest

from .chain import POINTS, Chain, sweep
from .held import sound
from .processes import Zygote


def killed_everywhere(chain: Chain) -> None:
    sweep(chain, 2, lambda: sound(chain.where))
    chain.end()
    assert set(chain.kills) == {point for _, point in POINTS}, "every place was met"


@pytest.mark.slow
def test_from_the_inbox_on_a_file(zygote: Zygote, tmp_path: Path) -> None:
    killed_everywhere(Chain(zygote, tmp_path / "site", str(tmp_path / "store.sqlite")))


@pytest.mark.slow
def test_from_redis_to_postgresql(
    zygote: Zygote, tmp_path: Path, postgresql_url: str, redis_url: str, redis_stream: str
) -> None:
    redis = pytest.importorskip("redis")
    settings = "{{kind: redis, url: 'env:FAULTS_BROKER', stream: {}, prefetch: 2, idle_seconds: 0.5}}"
    with redis.Redis.from_url(redis_url) as client:
        chain = Chain(
            zygote, tmp_path / "site", postgresql_url, settings.format(redis_stream),
            lambda body: client.xadd(redis_stream, {"message": body}), redis_url,
        )  # fmt: skip
        killed_everywhere(chain)
        assert client.xpending(redis_stream, "notewarrant")["pending"] == 0
        assert client.xlen(f"{redis_stream}.dead") == 0


@pytest.mark.slow
def test_from_rabbitmq_to_a_file(
    zygote: Zygote, tmp_path: Path, rabbitmq_url: str, rabbitmq_queue: str
) -> None:
    pika = pytest.importorskip("pika")
    connection = pika.BlockingConnection(pika.URLParameters(rabbitmq_url))
    channel = connection.channel()
    channel.queue_declare(rabbitmq_queue, durable=True)
    chain = Chain(
        zygote, tmp_path / "site", str(tmp_path / "store.sqlite"),
        f"{{kind: rabbitmq, url: 'env:FAULTS_BROKER', queue: {rabbitmq_queue}, prefetch: 2}}",
        lambda body: channel.basic_publish("", rabbitmq_queue, body),
        rabbitmq_url,
    )  # fmt: skip
    killed_everywhere(chain)
    for name in (rabbitmq_queue, f"{rabbitmq_queue}.dead"):
        assert channel.queue_declare(name, passive=True).method.message_count == 0
    connection.close()
