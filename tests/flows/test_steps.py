"""Steps of a flow fail alone and by class; what Prefect shows are counts and links."""

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

pytest.importorskip("prefect", reason="Prefect is not installed")

from flows import progress as progress_module
from flows import secret_blocks, steps
from flows.progress import Progress
from flows.steps import Steps, show_report, site_of
from pipeline.errors import InternalFault, MissingDocument, OutputError, UsageError
from pipeline.site import init_site, secret
from pipeline.site.secrets import RESOLVERS
from pipeline.watch import log

MARKER = "Wkq-planted-2207"


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for name in ("create_table_artifact", "create_link_artifact"):
        monkeypatch.setattr(steps, name, lambda **said: made.append(said))
    return made


def broken() -> dict[str, int]:
    raise LookupError(MARKER)


def test_a_step_that_fails_stops_no_other_and_is_told_by_class(shown: list[dict[str, Any]]) -> None:
    run = Steps("drain-queue")
    run.run("brokers", broken)
    run.run("work", lambda: {"done": 3, "dead": 1})
    with pytest.raises(InternalFault, match="brokers: LookupError") as caught:
        run.end()
    assert MARKER not in str(caught.value)
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None
    (table,) = shown
    assert table["table"] == [{"what": "work.done", "count": 3}, {"what": "work.dead", "count": 1}]
    assert MARKER not in str(shown)


def test_what_a_step_went_on_after_shows_as_failed(shown: list[dict[str, Any]]) -> None:
    run = Steps("drain-queue")
    run.run("outgoing", lambda: {"sent": 0})
    run.fault("outgoing", MissingDocument(MARKER, "is away", "wait"))
    with pytest.raises(InternalFault, match="outgoing: MissingDocument") as caught:
        run.end()
    assert MARKER not in str(caught.value)


def test_a_run_that_found_nothing_shows_nothing(shown: list[dict[str, Any]]) -> None:
    run = Steps("ingest-inbox")
    run.run("inbox", lambda: {"new": 0, "known": 0})
    assert run.end() == {"inbox.new": 0, "inbox.known": 0}
    assert shown == []


def test_a_report_is_linked_where_it_is(shown: list[dict[str, Any]], tmp_path: Path) -> None:
    show_report("notewarrant-drift", tmp_path / "drift-2026-W30.html", "2026-W30: steady")
    assert shown[0]["link"] == (tmp_path / "drift-2026-W30.html").as_uri()


def test_a_site_may_name_blocks_in_a_flow_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delitem(RESOLVERS, "block", raising=False)
    with pytest.raises(UsageError, match="inside a Prefect flow only"):
        secret("block:store", "store")
    settings = init_site(tmp_path / "site")
    monkeypatch.setattr(secret_blocks, "read_block", {"store": f"postgresql://u:{MARKER}@h/d"}.get)
    site_of(str(settings))
    try:
        assert MARKER in secret("block:store", "store")
        with pytest.raises(UsageError, match="block:other is not set"):
            secret("block:other", "store")
    finally:
        del RESOLVERS["block"]
        log.off()


def test_progress_is_shown_now_and_then_and_stops_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[float] = []

    def begin(progress: float, **_: object) -> UUID:
        made.append(progress)
        return uuid4()

    def away(_id: UUID, progress: float) -> None:
        made.append(progress)
        raise ConnectionError

    monkeypatch.setattr(progress_module, "_EVERY", 0.0)
    monkeypatch.setattr(progress_module, "create_progress_artifact", begin)
    monkeypatch.setattr(progress_module, "update_progress_artifact", away)
    with Progress("x", 4) as bar:
        bar.advance(1)
        bar.advance(2)
        bar.advance(5)
    assert made == [25.0, 75.0, 100.0, 100.0]


def test_faults_of_settings_and_services_are_told_in_words(shown: list[dict[str, Any]]) -> None:
    run = Steps("recheck-policy")

    def faulty() -> dict[str, int]:
        raise UsageError("site.yaml: policies.0", "is faulty", "mend it")

    run.run("recheck", faulty)
    run.fault("outgoing", OutputError("results", "cannot be written", "make room"))
    with pytest.raises(InternalFault, match=r"site\.yaml: policies\.0: is faulty; mend it") as caught:
        run.end()
    assert "results: cannot be written; make room" in str(caught.value)


def test_a_flow_refuses_a_site_whose_policy_file_is_faulty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTEWARRANT_POLICIES", "")
    monkeypatch.setattr(steps, "know_blocks", lambda: None)
    monkeypatch.setattr(log, "configure", lambda: None)
    file = init_site(tmp_path / "site")
    (file.parent / "acme.yaml").write_text("id: acme\nextends: nobody\n")
    file.write_text("policies: [acme.yaml]\n")
    with pytest.raises(UsageError, match=r"site\.yaml: policies\.0: .*acme\.yaml"):
        site_of(str(file))
