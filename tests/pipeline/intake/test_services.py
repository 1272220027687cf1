"""The services that the other tests lean on do what those tests believe."""

import contextlib
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
import redis
from sqlalchemy.engine import make_url


def test_each_test_has_an_empty_database(postgresql_url: str) -> None:
    with psycopg.connect(postgresql_url) as c:
        assert c.execute("select current_database()").fetchone() == (make_url(postgresql_url).database,)
        assert c.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone() == (0,)


def test_a_proxy_cuts_and_mends(redis_url: str, proxy_to: Callable[[str], Any]) -> None:
    proxy = proxy_to(redis_url)
    with redis.Redis.from_url(proxy.url, retry=None) as client:
        assert client.ping()
        proxy.cut()
        with pytest.raises(redis.ConnectionError):
            client.ping()
        proxy.mend()
        assert client.ping()
    assert proxy.accepted == 2


def test_an_own_redis_keeps_its_data_through_a_kill(own_redis: Any) -> None:
    with redis.Redis.from_url(own_redis.url) as client:
        client.set("kept", "1")
    own_redis.kill()
    with contextlib.closing(redis.Redis.from_url(own_redis.url, retry=None)) as client:
        with pytest.raises(redis.ConnectionError):
            client.ping()
        own_redis.start()
        assert client.get("kept") == b"1"
