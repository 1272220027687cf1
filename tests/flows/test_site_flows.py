"""The flows of a site over the real ledger, inbox, workers and reports, without Prefect's server.

What they show on Prefect's page is caught where it would be sent: counts and links, no text and no case.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

pytest.importorskip("prefect", reason="Prefect is not installed")

from flows import evaluate_corpus, housekeeping, progress, steps
from flows.drain_queue import drain_queue
from flows.ingest_inbox import ingest_inbox
from flows.nightly_evaluation import nightly_evaluation
from flows.recheck_policy import recheck_policy
from pipeline.errors import MissingDocument
from pipeline.site import init_site, load_site
from pipeline.site.secrets import RESOLVERS
from pipeline.watch import log

pytestmark = pytest.mark.slow

MARKER = "Qxj-planted-marker-6604"
NOTE = (
    f"DOS: 03/02/2026\nHPI: Axial low back pain, {MARKER}, no leg pain. "
    "She completed physical therapy for 8 weeks without relief.\nAssessment: M47.816.\n"
    "Left L4-5 medial branch block on 01/15/2026 gave {percent}% relief.\n"
    "Plan: request 64635-LT at L4-5.\n"
)
#: Relief after the block, by case; the policy asks for 80, later for 50.
RELIEF = {"case-a": 90, "case-b": 60, "case-c": 40}
SETTINGS = """
policy: acme-rfa
policies: [acme.yaml]
inbox: {folder: inbox, settle_seconds: 0}
outgoing: [{kind: folder, folder: results}]
work: {processes: 1}
evaluation: {corpus: corpus}
"""


def write_policy(folder: Path, percent: int) -> None:
    policy = {
        "extends": "guideline", "id": "acme-rfa", "title": "Acme facet policy", "version": "1",
        "summary": "As the guideline, with another figure.",
        "parameters": {
            "diagnostic_block_relief_percent": {"values": [{"from": "2025-01-01", "value": percent}]}
        },
    }  # fmt: skip
    (folder / "acme.yaml").write_text(yaml.safe_dump(policy))


def write_corpus(folder: Path) -> None:
    (folder / "notes").mkdir(parents=True)
    (folder / "notes" / "n0.txt").write_text(NOTE.format(percent=90))
    (folder / "gold.jsonl").write_text(json.dumps({"note_id": "n0", "therapies": []}) + "\n")


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Artifacts."""
    made: list[dict[str, Any]] = []
    for module in (steps, evaluate_corpus):
        monkeypatch.setattr(module, "create_table_artifact", lambda **said: made.append(said))
    monkeypatch.setattr(steps, "create_link_artifact", lambda **said: made.append(said))
    monkeypatch.setattr(progress, "create_progress_artifact", lambda **said: made.append(said))
    # Whatever else would talk to a server fails at once.
    monkeypatch.setenv("PREFECT_SERVER_ALLOW_EPHEMERAL_MODE", "false")
    return made


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.delenv("NOTEWARRANT_POLICIES", raising=False)
    file = init_site(tmp_path / "site")
    file.write_text(SETTINGS)
    write_policy(file.parent, 80)
    write_corpus(file.parent / "corpus")
    yield file
    os.environ.pop("NOTEWARRANT_POLICIES", None)
    RESOLVERS.pop("block", None)
    log.off()


def test_a_site_from_the_inbox_to_the_flips(
    site: Path, shown: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, percent in RELIEF.items():
        (site.parent / "inbox" / f"{name}.txt").write_text(NOTE.format(percent=percent))
    (site.parent / "inbox" / "case-d.txt").write_bytes(b"\x00\x01" * 40 + MARKER.encode())
    taken = ingest_inbox.fn(str(site))
    assert taken["inbox.new"] == 4
    assert ingest_inbox.fn(str(site))["inbox.taken"] == 0

    done = drain_queue.fn(str(site))
    assert done["work.done"] == 3
    assert done["outgoing.sent"] == 4
    assert done["outgoing.away"] == 0
    assert drain_queue.fn(str(site)) == {"outgoing.sent": 0, "outgoing.away": 0}

    assert recheck_policy.fn(str(site))["recheck.outdated"] == 0
    write_policy(site.parent, 50)
    again = recheck_policy.fn(str(site))
    assert (again["recheck.recorded"], again["recheck.flips"]) == (3, 1)
    link = next(a["link"] for a in shown if a["key"] == "notewarrant-recheck")
    report = Path(link.removeprefix("file://"))
    assert "case-b" in report.read_text()
    assert report.stat().st_mode & 0o077 == 0

    first, second = nightly_evaluation.fn(str(site)), nightly_evaluation.fn(str(site))
    assert first["evaluation.notes"] == 1
    assert "evaluation.changed" not in first
    assert second["evaluation.changed"] == 0
    assert list((site.parent / "reports" / "evaluations").glob("*.json"))

    monkeypatch.setattr(housekeeping, "forget_runs", lambda: 7)
    monkeypatch.setattr(housekeeping, "watch_for_silence", lambda: True)
    assert housekeeping.housekeeping.fn(str(site)) == {
        "leases.taken_back": 0, "documents.strays": 0, "silence.watched_from_now": 1,
        "history.forgotten": 7,
    }  # fmt: skip

    assert len(shown) > 5
    for word in (MARKER, "case-", "Axial"):
        assert word not in str(shown)


def test_settings_that_are_not_there_are_told_plainly(tmp_path: Path) -> None:
    try:
        for flow in (
            ingest_inbox,
            drain_queue,
            recheck_policy,
            nightly_evaluation,
            housekeeping.housekeeping,
        ):
            with pytest.raises(MissingDocument, match="cannot be read"):
                flow.fn(str(tmp_path / "nowhere.yaml"))
    finally:
        RESOLVERS.pop("block", None)
        log.off()


def test_a_broker_that_is_away_stops_no_work_and_shows_as_a_failed_run(
    site: Path, shown: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTEWARRANT_REDIS", f"redis://user:{MARKER}@127.0.0.1:1/0")
    site.write_text(SETTINGS + "sources: [{kind: redis}]\n")
    (site.parent / "inbox" / "case-a.txt").write_text(NOTE.format(percent=90))
    ingest_inbox.fn(str(site))
    with pytest.raises(Exception, match="brokers") as caught:
        drain_queue.fn(str(site))
    assert type(caught.value).__name__ == "InternalFault"
    assert MARKER not in str(caught.value)
    with load_site(site).open_store() as store:
        assert store.counts()["done"] == 1
    assert len(list((site.parent / "results").glob("*.json"))) == 1
