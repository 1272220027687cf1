"""Results to RabbitMQ and Redis: there before the store hears of it, under names that hold no password."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pika
import pytest
import redis

from pipeline.outgoing import OutgoingResult, TargetUnavailable, message
from pipeline.outgoing.deliver import deliver, targets
from pipeline.site import load_site
from pipeline.store import Job, Store

MARKER = "ZQXMARKERZQ"
VERSIONS = {"rules": "test"}


def result(i: int) -> OutgoingResult:
    return message.done(
        key=f"{i:064x}", subject=f"{i:064x}", case_id=f"case-{i}", documents=("b" * 64,),
        versions=VERSIONS, answer="supported", payload=json.dumps({"quote": MARKER}),
    )  # fmt: skip


class Out:
    """A queue or stream of results, and a site that sends there."""

    def __init__(self, kind: str, url: str, name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.kind, self.url, self.name, self._folder, self._patch = kind, url, name, folder, monkeypatch

    def site(self, url: str | None = None) -> Any:
        self._patch.setenv("NOTEWARRANT_TEST_OUT", url or self.url)
        what = "queue" if self.kind == "rabbitmq" else "stream"
        (self._folder / "site.yaml").write_text(
            f'outgoing:\n  - {{kind: {self.kind}, url: "env:NOTEWARRANT_TEST_OUT", {what}: {self.name}}}\n'
        )
        return load_site(self._folder)

    def got(self) -> list[bytes]:
        """What arrived; with RabbitMQ it is taken."""
        if self.kind == "redis":
            with redis.Redis.from_url(self.url) as client:
                return [fields[b"message"] for _, fields in client.xrange(self.name)]
        connection = pika.BlockingConnection(pika.URLParameters(self.url))
        channel = connection.channel()
        out = []
        while (found := channel.basic_get(self.name, auto_ack=True))[0] is not None:
            assert found[1].delivery_mode == 2
            assert MARKER not in repr(vars(found[1]))
            out.append(found[2])
        connection.close()
        return out


@pytest.fixture(params=["rabbitmq", "redis"])
def out(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Out:
    url = request.getfixturevalue(f"{request.param}_url")
    name = request.getfixturevalue({"rabbitmq": "rabbitmq_queue", "redis": "redis_stream"}[request.param])
    return Out(request.param, url, name, tmp_path, monkeypatch)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.sqlite") as opened:
        yield opened


def test_results_arrive_in_order_and_whole(out: Out) -> None:
    (target,) = targets(out.site())
    sent = [result(i) for i in range(25)]
    target.send(sent[:20])
    target.send(sent[20:])
    target.close()
    assert [OutgoingResult.model_validate_json(m) for m in out.got()] == sent


def test_what_the_store_has_is_delivered_once(out: Out, store: Store) -> None:
    for i in range(3):
        job = Job(f"case-{i}", ("b" * 64,), (f"document:{'b' * 64}",), "guideline", VERSIONS)
        store.record(job, "supported", json.dumps({"n": i}))
    site = out.site()
    assert list(deliver(site, store).sent.values()) == [3]
    assert list(deliver(site, store).sent.values()) == [0]
    assert sorted(json.loads(m)["case_id"] for m in out.got()) == ["case-0", "case-1", "case-2"]


def test_a_broker_that_goes_and_comes_back(out: Out, proxy_to: Callable[[str], Any]) -> None:
    proxy = proxy_to(out.url)
    (target,) = targets(out.site(proxy.url))
    target.send([result(1)])
    proxy.cut()
    with pytest.raises(TargetUnavailable) as caught:
        target.send([result(2)])
    assert caught.value.code == "TARGET"
    proxy.mend()
    target.send([result(2)])
    target.close()
    assert [json.loads(m)["case_id"] for m in out.got()] == ["case-1", "case-2"]


def test_names_and_errors_hold_no_password_and_the_name_no_user(out: Out) -> None:
    scheme = "amqp" if out.kind == "rabbitmq" else "redis"
    (target,) = targets(out.site(f"{scheme}://somebody:{MARKER}@127.0.0.1:1/0"))
    assert target.name == f"{out.kind}:127.0.0.1:1/0/{out.name}"
    with pytest.raises(TargetUnavailable) as caught:
        target.send([result(1)])
    assert MARKER not in str(caught.value)
    target.close()
