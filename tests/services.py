"""Real services for tests: PostgreSQL, RabbitMQ, Redis, a proxy that can be cut, a Redis of one's own.

Where a service does not answer its tests skip, saying so. ``NOTEWARRANT_TEST_POSTGRESQL``, ``_RABBITMQ`` and
``_REDIS`` name other addresses than the loopback's. Every test gets a database and names of its own, which go
with it; nothing of a shared service is stopped or emptied.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

POSTGRESQL = os.environ.get("NOTEWARRANT_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")
RABBITMQ = os.environ.get("NOTEWARRANT_TEST_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672/")
REDIS = os.environ.get("NOTEWARRANT_TEST_REDIS", "redis://127.0.0.1:6379/0")
_PORTS = {"postgresql": 5432, "amqp": 5672, "redis": 6379}


def address(url: str) -> tuple[str, int]:
    """Host and port of a service's URL."""
    parts = urlsplit(url)
    return parts.hostname or "127.0.0.1", parts.port or _PORTS[parts.scheme.partition("+")[0]]


def through(url: str, port: int) -> str:
    """The URL with another port of this machine: a proxy's."""
    parts = urlsplit(url)
    user = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    return urlunsplit(parts._replace(netloc=f"{user}127.0.0.1:{port}"))


@functools.cache
def _answers(url: str) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(address(url), timeout=3):
        return True
    return False


def _need(name: str, url: str, variable: str) -> str:
    if not _answers(url):
        host, port = address(url)
        pytest.skip(f"no {name} answers at {host}:{port}: start one, or name it in {variable}")
    return url


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def wait_for(condition: Callable[[], object], seconds: float = 20.0, what: str = "it") -> None:
    """Wait until the condition holds; fail the test where it does not in time."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            pytest.fail(f"{what} did not come about within {seconds:g} s")
        time.sleep(0.02)


@pytest.fixture
def random_name() -> str:
    """A name that nobody else uses on a shared service."""
    return f"notewarrant_test_{uuid.uuid4().hex[:12]}"


@contextlib.contextmanager
def database_of_its_own() -> Iterator[str]:
    """A PostgreSQL database with a random name, for as long as the block lasts."""
    psycopg = pytest.importorskip("psycopg")
    server = _need("PostgreSQL", POSTGRESQL, "NOTEWARRANT_TEST_POSTGRESQL")
    name = f"notewarrant_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True, connect_timeout=10) as c:
        c.execute(f'create database "{name}"')
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server, autocommit=True, connect_timeout=10) as c:
            c.execute(f'drop database if exists "{name}" with (force)')


@pytest.fixture
def postgresql_url() -> Iterator[str]:
    """An empty database of the test's own."""
    with database_of_its_own() as url:
        yield url


@pytest.fixture
def rabbitmq_url() -> str:
    """A RabbitMQ node; take names from ``rabbitmq_queue``."""
    return _need("RabbitMQ", RABBITMQ, "NOTEWARRANT_TEST_RABBITMQ")


@pytest.fixture
def rabbitmq_queue(rabbitmq_url: str, random_name: str) -> Iterator[str]:
    """Name of a queue that is deleted afterwards, together with its dead letters."""
    pika = pytest.importorskip("pika")
    yield random_name
    connection = pika.BlockingConnection(pika.URLParameters(rabbitmq_url))
    channel = connection.channel()
    for name in (random_name, f"{random_name}.dead"):
        channel.queue_delete(name)
        channel.exchange_delete(name)
    connection.close()


@pytest.fixture
def redis_url() -> str:
    """A Redis server; take names from ``redis_stream``."""
    return _need("Redis", REDIS, "NOTEWARRANT_TEST_REDIS")


@pytest.fixture
def redis_stream(redis_url: str, random_name: str) -> Iterator[str]:
    """Name of a stream that is deleted afterwards, together with its dead letters."""
    redis = pytest.importorskip("redis")
    yield random_name
    with redis.Redis.from_url(redis_url) as client:
        client.delete(random_name, f"{random_name}.dead")


class Proxy:
    """A TCP proxy in front of a service: cut, it drops all connections and refuses new ones until mended."""

    def __init__(self, url: str) -> None:
        self._target = address(url)
        self.port = free_port()
        self.url = through(url, self.port)
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listener: socket.socket | None = None
        #: Connections that were accepted.
        self.accepted = 0
        self.mend()

    def mend(self) -> None:
        """Listen (again)."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(50)
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def cut(self) -> None:
        """Drop every connection and refuse new ones."""
        listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        with self._lock:
            for s in self._open:
                with contextlib.suppress(OSError):
                    s.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self._target, timeout=5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            with self._lock:
                if self._listener is not listener:
                    near.close()
                    far.close()
                    return
                self._open |= {near, far}
                self.accepted += 1
            for a, b in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(a, b), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        with self._lock:
            self._open -= {source, sink}
        for s in (source, sink):
            with contextlib.suppress(OSError):
                s.shutdown(socket.SHUT_RDWR)
            s.close()


@pytest.fixture
def proxy_to() -> Iterator[Callable[[str], Proxy]]:
    """Make a ``Proxy`` (url, cut, mend) in front of a service's URL."""
    made: list[Proxy] = []

    def make(url: str) -> Proxy:
        made.append(Proxy(url))
        return made[-1]

    yield make
    for proxy in made:
        proxy.cut()


class OwnRedis:
    """A Redis server that a test may stop and start again; it keeps its data (append-only, always synced)."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder),
             "--save", "", "--appendonly", "yes", "--appendfsync", "always"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_for(self._loaded, what="the start of redis-server")

    def _loaded(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=2) as s:
            s.sendall(b"PING\r\n")
            return s.recv(64).startswith(b"+PONG")
        return False

    def kill(self) -> None:
        """Stop it outright (SIGKILL)."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[OwnRedis]:
    """A running Redis server of the test's own: ``url``, ``kill()``, ``start()``."""
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed")
    folder = tmp_path / "own-redis"
    folder.mkdir()
    server = OwnRedis(folder)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def until() -> Callable[..., None]:
    """``until(condition, seconds, what)``: wait, or fail the test."""
    return wait_for


class OwnRabbitMQ:
    """A RabbitMQ node that a test may kill and start again; it keeps its data."""

    _PROGRAM = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")

    def __init__(self, folder: Path) -> None:
        self.port, distribution = free_port(), free_port()
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}/"
        (folder / "plugins").write_text("[].\n")
        self._environment = {
            "PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8",
            "RABBITMQ_NODENAME": f"nw_{uuid.uuid4().hex[:8]}@localhost",
            "RABBITMQ_NODE_PORT": str(self.port), "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"), "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "none"), "RABBITMQ_CONFIG_FILE": str(folder / "none"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+sbwt none",
        }  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def installed(cls) -> bool:
        """Whether there is a server to start."""
        return cls._PROGRAM.exists()

    def start(self) -> None:
        """Start it and wait until it serves clients."""
        self._process = subprocess.Popen(
            [str(self._PROGRAM)], env=self._environment, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_for(self._serves, seconds=90, what="the start of rabbitmq-server")

    def _serves(self) -> bool:
        import pika

        with contextlib.suppress(Exception):
            pika.BlockingConnection(pika.URLParameters(self.url)).close()
            return True
        time.sleep(0.3)
        return False

    def kill(self) -> None:
        """Stop it outright (SIGKILL), with all that it started."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


@pytest.fixture
def own_rabbitmq(tmp_path: Path) -> Iterator[OwnRabbitMQ]:
    """A running RabbitMQ node of the test's own: ``url``, ``kill()``, ``start()``; some ten seconds each."""
    pytest.importorskip("pika")
    if not OwnRabbitMQ.installed():
        pytest.skip("rabbitmq-server is not installed")
    folder = tmp_path / "own-rabbitmq"
    folder.mkdir()
    node = OwnRabbitMQ(folder)
    try:
        node.start()
        yield node
    finally:
        node.kill()
