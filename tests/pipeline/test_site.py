"""Settings that cannot work are said before work begins: file, key, cause, mend; services are asked."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from pipeline.cli import main
from pipeline.errors import UsageError
from pipeline.site import Site, init_site, load_site
from pipeline.site.check import working_site
from pipeline.site.cron import check_cron
from pipeline.site.describe import PAGE, page
from pipeline.site.keys import models_of

from ..services import address  # noqa: TID252

BROKEN = "id: acme\nextends: nobody\n"
GOOD = "extends: guideline\nid: acme\ntitle: Acme\nversion: '1'\nsummary: As the guideline.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    before = os.environ.pop("NOTEWARRANT_POLICIES", None)
    init_site(tmp_path / "site")
    yield tmp_path / "site"
    os.environ.pop("NOTEWARRANT_POLICIES", None)
    if before is not None:
        os.environ["NOTEWARRANT_POLICIES"] = before


def settings(folder: Path, text: str) -> None:
    (folder / "site.yaml").write_text(text, encoding="utf-8")


def closed_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def test_a_new_site_is_sound_and_everything_it_does_is_shown(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["site", "check", str(folder)]) == 0
    out = capsys.readouterr().out
    for word in (
        "policy: guideline",
        "references: none",
        "retention: kept",
        "metrics: http",
        "evaluation: none",
    ):
        assert word in out
    assert "schedule: housekeeping every 900 s" in out
    assert "store: answers" in out


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ("policy: guidelin\n", "policy", "no policy named 'guidelin'; choose from"),
        ("policy: own.yaml\n", "policy", "names a file"),
        ("policies: [away.yaml]\n", "policies.0", "away.yaml"),
        ("policies: [acme.yaml]\n", "policies.0", "acme.yaml: "),
        ("inbox: {folder: away}\n", "inbox.folder", "is no folder"),
        ("references: away\n", "references", "is no folder"),
        ("evaluation: {corpus: away}\n", "evaluation.corpus", "away"),
        ("outgoing: [{kind: folder, folder: site.yaml/x}]\n", "outgoing.0.folder", "cannot be written"),
        ("sources: [{kind: redis, url: 'env:NW_NOT_SET'}]\n", "sources.0.url", "NW_NOT_SET is not set"),
        ("sources: [{kind: redis, url: 'redis://u:Zqx7@h/0'}]\n", "sources.0.url", "plain sight"),
        ("store: env:NW_NOT_SET\n", "store", "NW_NOT_SET is not set"),
    ],
)
def test_settings_that_cannot_work_are_told_by_file_and_key(
    folder: Path, text: str, key: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "acme.yaml").write_text(BROKEN)
    settings(folder, text)
    assert main(["site", "check", str(folder)]) == 2
    shown = capsys.readouterr()
    (line,) = shown.err.splitlines()
    assert line.startswith(f"notewarrant: {folder / 'site.yaml'}: {key}: ")
    assert said in line
    assert "Zqx7" not in shown.out + shown.err


def test_all_faults_are_told_at_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings(folder, "policy: guidelin\ninbox: {folder: away}\n")
    assert main(["site", "check", str(folder)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_a_service_that_is_away_is_no_fault_of_the_settings(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port = closed_port()
    settings(
        folder,
        f"sources: [{{kind: rabbitmq, url: 'amqp://127.0.0.1:{port}/'}}]\nwork: {{dask: 'tcp://127.0.0.1:{port}'}}\n",
    )
    assert main(["site", "check", str(folder)]) == 4
    first, second = capsys.readouterr().err.splitlines()
    assert f"site.yaml: sources.0.url: 127.0.0.1:{port} does not answer" in first
    assert f"site.yaml: work.dask: 127.0.0.1:{port} does not answer" in second


def test_a_password_that_the_broker_refuses_is_one(
    folder: Path, rabbitmq_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    host, port = address(rabbitmq_url)
    monkeypatch.setenv("NW_WRONG", f"amqp://guest:Zqx7-wrong@{host}:{port}/")
    settings(folder, "sources: [{kind: rabbitmq, url: 'env:NW_WRONG'}]\n")
    assert main(["site", "check", str(folder)]) == 2
    shown = capsys.readouterr()
    assert "sources.0.url: the broker refuses the user or the password" in shown.err
    assert "Zqx7" not in shown.out + shown.err
    monkeypatch.setenv("NW_WRONG", rabbitmq_url)
    assert main(["site", "check", str(folder)]) == 0
    assert "sources.0.url: answers" in capsys.readouterr().out


@pytest.mark.parametrize(
    "command",
    [("queue", "ingest"), ("queue", "drain"), ("recheck", "--dry-run"), ("serve",), ("queue", "consume")],
)
def test_nothing_is_begun_under_a_policy_file_that_is_faulty(
    folder: Path, command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "acme.yaml").write_text(BROKEN)
    settings(folder, "policies: [acme.yaml]\nsources: [{kind: redis, url: 'redis://127.0.0.1/0'}]\n")
    assert main([*command, str(folder)]) == 2
    assert f"{folder / 'site.yaml'}: policies.0: " in capsys.readouterr().err
    assert not (folder / ".serve").exists()
    assert not (folder / "store.sqlite").exists()


def test_a_policy_that_a_command_names_goes_before_the_sites(folder: Path) -> None:
    from pipeline.policies import known_policies, policy_files_from, policy_named

    (folder / "acme.yaml").write_text(GOOD)
    (folder / "two.yaml").write_text(GOOD.replace("id: acme", "id: two"))
    (folder / "new.yaml").write_text(GOOD.replace("'1'", "'2'"))
    settings(folder, "policy: two\npolicies: [acme.yaml, two.yaml]\n")
    with policy_files_from(str(folder / "new.yaml")):
        working_site(folder)
        assert policy_named("acme").version == "2"
        assert "two" in known_policies()
    working_site(folder)
    assert policy_named("acme").version == "1"
    settings(folder, "policies: []\n")
    load_site(folder)
    assert "acme" not in known_policies(), "what the settings no longer name is forgotten"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("schedules: {ingest_inbox: 0}", "schedules.ingest_inbox"),
        ("schedules: {ingest_inbox: -5}", "seconds"),
        ("schedules: {ingest_inbox: true}", "seconds"),
        ("schedules: {ingest_inbox: .nan}", "seconds"),
        ("schedules: {housekeeping: '0 3 * *'}", "five fields"),
        ("schedules: {housekeeping: '61 3 * * *'}", "minute"),
        ("schedules: {ingest-inbox: 60}", "here may stand ingest_inbox, drain_queue"),
        ("polices: []", "here may stand store, documents, policy"),
        ("work: {processs: 2}", "here may stand processes, batch_seconds"),
        ("sources: [{kind: redis, queue: a}]", "here may stand kind, url, stream, group"),
        ("outgoing: [{kind: rabbitmq, stream: a}]", "here may stand kind, url, queue"),
    ],
)  # fmt: skip
def test_schedules_and_keys_are_checked_when_the_settings_are_read(
    folder: Path, text: str, said: str
) -> None:
    settings(folder, text + "\n")
    with pytest.raises(UsageError) as caught:
        load_site(folder)
    assert said in str(caught.value)
    assert str(folder / "site.yaml") in str(caught.value)


@pytest.mark.parametrize(
    "good", ["* * * * *", "*/15 0-6 1,15 * mon-fri", "0 3 * jan,7 0", "5 4 29 2 *", "0 0-20/5 * * 7"]
)
def test_cron_expressions_that_run(good: str) -> None:
    check_cron(good)


@pytest.mark.parametrize(
    "bad",
    ["", "@daily", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *",
     "*/0 * * * *", "5/2 * * * *", "9-3 * * * *", "a * * * *", "1,,2 * * * *", "0 0 31 2 *", "* * * * 8"],
)  # fmt: skip
def test_cron_expressions_that_never_run(bad: str) -> None:
    with pytest.raises(ValueError, match=r"is no|must|never|step"):
        check_cron(bad)


def test_prefect_agrees_with_what_passes() -> None:
    schedules = pytest.importorskip("prefect.client.schemas.schedules")
    for good in ("*/15 0-6 1,15 * mon-fri", "0 3 * jan,7 0", "5 4 29 2 *", "0 0-20/5 * * 7"):
        schedules.CronSchedule(cron=good, timezone="UTC")


def test_the_page_of_settings_is_what_the_model_says(repo_root: Path) -> None:
    assert (repo_root / PAGE).read_text("utf-8") == page(), "run python -m pipeline.site.describe"


def _groups(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield model
    for field in model.model_fields.values():
        for inner in models_of(field.annotation):
            yield from _groups(inner)


def test_every_key_says_what_it_means() -> None:
    silent = [
        f"{group.__name__}.{name}"
        for group in _groups(Site)
        for name, field in group.model_fields.items()
        if not field.description and not models_of(field.annotation)
    ]
    assert silent == []


def test_the_comments_of_a_new_file_are_the_defaults(folder: Path) -> None:
    """What stands there as a comment can be made a setting by taking the mark away."""
    text = (folder / "site.yaml").read_text("utf-8")
    shown = yaml.safe_load(re.sub(r"(?m)^#(?=  ?\S+:|  - |\w+:)", "", text))
    assert set(shown) == set(Site.model_fields)
    for key in ("inbox", "work", "drift", "metrics", "schedules"):
        default = Site.model_fields[key].default
        told = {k: v for k, v in shown[key].items() if k != "dask"}
        assert type(default).model_validate(told) == default
        assert set(shown[key]) == set(type(default).model_fields)


@pytest.mark.parametrize(
    "command",
    [f"store {c}" for c in ("upgrade", "verify", "audit", "erase", "retain")]
    + [f"queue {c}" for c in ("ingest", "consume", "drain", "deliver", "dead", "requeue", "resend", "send")]
    + ["site check", "recheck"],
)
def test_help_names_the_exit_codes(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([*command.split(), "--help"])
    assert re.search(r"exit codes: 0 \w+", capsys.readouterr().out)
