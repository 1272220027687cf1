"""Serving a site, as far as no server is needed: ports, what is kept running, plain errors."""

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("prefect", reason="Prefect is not installed")

from flows.serve import start as module
from flows.serve.start import chosen_port, serve
from pipeline.cli import main
from pipeline.errors import InternalFault, UsageError
from pipeline.site import Site, init_site, load_site
from pipeline.site.model import RedisStream


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen()
        yield int(s.getsockname()[1])


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    before = os.umask(0o022)
    yield load_site(init_site(tmp_path / "site"))
    os.umask(before)


def test_a_port_that_is_asked_for_must_be_free(taken: int) -> None:
    with pytest.raises(UsageError, match=f"{taken} is in use"):
        chosen_port(taken)


def test_without_a_wish_prefects_own_port_or_a_free_one(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PORT", taken)
    other = chosen_port(None)
    assert other != taken
    monkeypatch.setattr(module, "_PORT", other)
    assert chosen_port(None) == other


def test_consumers_run_where_the_site_names_brokers() -> None:
    assert [c.name for c in module._commands(Site())] == ["the runner", "the metrics"]
    with_broker = Site(sources=(RedisStream(kind="redis"),))
    assert [c.name for c in module._commands(with_broker)] == ["the runner", "the consumer", "the metrics"]


def test_a_server_that_does_not_start_is_a_plain_error_and_holds_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.sys, "executable", "/bin/false")
    handler = signal.getsignal(signal.SIGTERM)
    for _ in range(2):  # the second is not told that the site is being served
        with pytest.raises(InternalFault, match="the Prefect server does not start"):
            serve(site, None, lambda _line: None)
    assert signal.getsignal(signal.SIGTERM) == handler
    assert module.watchdog.TOKEN not in os.environ


def test_a_store_that_cannot_be_used_is_told_before_anything_starts(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    (site.base / "store.sqlite").mkdir()
    assert main(["serve", str(site.base)]) == 4
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "store.sqlite" in said
    assert not (site.base / ".serve").exists()
