"""Dead letters of a broker go back to their queue, by code, as they came."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.intake.consume import consume
from pipeline.intake.take import Taker
from pipeline.store import Store

from .rooms import VERSIONS, Room, light_taker, note


@pytest.fixture(params=["rabbitmq", "redis"])
def room(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    url = request.getfixturevalue(f"{request.param}_url")
    name = request.getfixturevalue({"rabbitmq": "rabbitmq_queue", "redis": "redis_stream"}[request.param])
    monkeypatch.setattr("pipeline.intake.consume.WAIT", 0.3)
    monkeypatch.setenv("NOTEWARRANT_TEST_BROKER", url)
    what = "queue" if request.param == "rabbitmq" else "stream"
    (tmp_path / "site.yaml").write_text(
        f'sources:\n  - {{kind: {request.param}, url: "env:NOTEWARRANT_TEST_BROKER", {what}: {name}}}\n'
    )
    return Room(request.param, url, name)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.sqlite") as opened:
        yield opened


def test_what_was_mended_is_taken_in_and_the_rest_stays(
    room: Room, store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = str(tmp_path)
    later = [note(i, policy="later") for i in range(60)]
    room.send(*later[:30], b"no json", *later[30:], note(99))
    taker = light_taker(tmp_path, room.kind)

    def take_in(taker: Taker) -> dict[str, int]:
        return consume(room.source(), taker, lambda: store, stop=threading.Event(), once=True).refused

    assert take_in(taker) == {"POLICY": 60, "JSON": 1}
    assert main(["queue", "resend", site, "--dry-run"]) == 0
    assert capsys.readouterr().out == "61 dead letters would be sent again\n  [JSON]: 1\n  [POLICY]: 60\n"
    assert main(["queue", "resend", site, "--code", "POLICY", "--format", "json"]) == 0
    assert capsys.readouterr().out == '{"POLICY": 60}\n'
    mended = Taker(
        taker.kept, "guideline", taker.source, versions=lambda _policy: VERSIONS, policies=lambda: ("later",)
    )
    assert take_in(mended) == {}
    assert store.counts()["queued"] == 61
    assert room.left() == 0
    assert room.dead() == [("JSON", b"no json")]


def test_a_code_that_is_none_is_refused(
    room: Room, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["queue", "resend", str(tmp_path), "--code", "EVERYTHING"]) == 2
    assert "choose from JSON, VERSION" in capsys.readouterr().err
    assert main(["queue", "resend", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "0 dead letters sent again\n"
