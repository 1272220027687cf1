"""Stored cases under today's policy: the right ones flip, each is recorded once, no note is read again."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import yaml

from pipeline.assess import assess_text
from pipeline.cli import main
from pipeline.errors import UsageError
from pipeline.policies import policy_named
from pipeline.site import Site, init_site, load_site
from pipeline.store import Job, Store, new_owner
from pipeline.stored import recheck as module
from pipeline.stored.recheck import recheck
from pipeline.stored.rechecked import Rechecked, recheck_store
from pipeline.summary import summary_json
from rules.assessment import Assessment
from rules.versions import versions

NOTE = (
    "DOS: 03/02/2026\nHPI: Axial low back pain, zebrafish, no leg pain. "
    "She completed physical therapy for 8 weeks without relief.\nAssessment: M47.816.\n"
    "Left L4-5 medial branch block on 01/15/2026 gave {percent}% relief.\n"
    "Plan: request 64635-LT at L4-5.\n"
)
#: Relief after the block, by case.
RELIEF = {"a": 90, "b": 70, "c": 60, "d": 40}


def write_policy(path: Path, percent: int) -> None:
    figure = {"values": [{"from": "2025-01-01", "value": percent}]}
    path.write_text(
        yaml.safe_dump(
            {
                "extends": "guideline", "id": "acme-rfa", "title": "Acme facet policy", "version": "1",
                "summary": "As the guideline, with another figure.",
                "parameters": {"diagnostic_block_relief_percent": figure},
            }
        ),
        encoding="utf-8",
    )  # fmt: skip


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site whose policy is a file of its own: 80 per cent of relief."""
    monkeypatch.delenv("NOTEWARRANT_POLICIES", raising=False)
    file = init_site(tmp_path / "site")
    write_policy(file.parent / "acme.yaml", 80)
    text = file.read_text(encoding="utf-8").replace("policy: guideline", "policy: acme-rfa")
    file.write_text(f"{text}policies: [acme.yaml]\n", encoding="utf-8")
    yield load_site(file)
    os.environ.pop("NOTEWARRANT_POLICIES", None)


def stored(assessment: Assessment, name: str) -> Job:
    return Job(
        case_id=name, documents=(name * 64,), paths=(f"document:{name * 64}",), policy=assessment.policy,
        versions=assessment.versions, request={"names": ["note.txt"]}, patient=f"patient-{name}",
        source="inbox",
    )  # fmt: skip


def fill(store: Store, policy: str = "acme-rfa") -> None:
    """Do the cases as a worker does."""
    for name, percent in RELIEF.items():
        assessment = assess_text(NOTE.format(percent=percent), policy=policy, document_id=name)
        store.enqueue([stored(assessment, name)])
        (row,) = store.claim(new_owner(), 1)
        assert store.begin(row)
        payload, counted = assessment.model_dump_json(), summary_json(assessment)
        assert store.finish(row, assessment.determination.answer, payload, counted)


def answers(store: Store) -> dict[str, str | None]:
    """The newest answer of each case."""
    return {r.case_id: r.answer for r in store.results(states=("done",))}


def test_an_unchanged_policy_leaves_nothing_to_do(site: Site) -> None:
    with site.open_store() as store:
        fill(store)
        report = recheck(site, store)
        assert report.found == Rechecked(policies=("acme-rfa",))
        assert report.stem is None
        assert sum(store.counts().values()) == 4
    assert list(site.at(site.reports).iterdir()) == []


def test_a_changed_figure_flips_the_cases_it_concerns_and_no_others(site: Site) -> None:
    with site.open_store() as store:
        fill(store)
        before = list(store.results())
        assert answers(store) == {
            "a": "supported", "b": "not_supported", "c": "not_supported", "d": "not_supported",
        }  # fmt: skip
        write_policy(site.base / "acme.yaml", 50)
        report = recheck(site, store)
        assert [(f.case_id, f.before, f.after) for f in report.found.flips] == [
            ("b", "not_supported", "supported"),
            ("c", "not_supported", "supported"),
        ]
        assert report.counts() == {
            "outdated": 4, "recorded": 4, "known": 0, "findings_turned": 0, "flips": 2, "unreadable": 0,
        }  # fmt: skip
        assert list(store.results())[:4] == before, "what was stored stays"
        new = list(store.results())[4:]
        assert [r.case_id for r in new] == ["a", "b", "c", "d"]
        assert {r.source for r in new} == {"recheck"}
        assert [r.patient for r in new] == [f"patient-{n}" for n in "abcd"]
        for old, now in zip(before, new, strict=True):
            was = Assessment.model_validate_json(old.payload or "")
            is_ = Assessment.model_validate_json(now.payload or "")
            assert (is_.case, is_.on, is_.notices) == (was.case, was.on, was.notices)
            assert is_.versions == {**was.versions, **versions(policy_named("acme-rfa"))}
            assert now.subject == old.subject
        again = recheck(site, store).found
        assert (again.outdated, again.recorded) == (0, 0)
        assert store.integrity().broken == ()
    assert report.stem is not None
    files = sorted(site.at(site.reports).iterdir())
    assert [f.name for f in files] == [f"{report.stem.name}.{e}" for e in ("html", "json", "txt")]
    assert {stat.S_IMODE(f.stat().st_mode) for f in files} == {0o600}
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert "not_supported" in text.replace(" ", "_")
        assert "zebrafish" not in text


def test_what_is_recorded_is_what_a_new_reading_would_give(site: Site) -> None:
    with site.open_store() as store:
        fill(store)
        write_policy(site.base / "acme.yaml", 50)
        recheck(site, store)
        for row in list(store.results())[4:]:
            fresh = assess_text(
                NOTE.format(percent=RELIEF[row.case_id]), policy="acme-rfa", document_id=row.case_id
            )
            assert Assessment.model_validate_json(row.payload or "") == fresh
            assert row.versions == stored(fresh, row.case_id).versions_digest


def test_two_at_once_record_each_case_once(site: Site) -> None:
    with site.open_store() as store:
        fill(store)
        write_policy(site.base / "acme.yaml", 50)
        found: list[Rechecked] = []

        def run() -> None:
            with site.open_store() as mine:
                found.append(recheck_store(mine))

        threads = [threading.Thread(target=run) for _ in range(2)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        assert sum(f.recorded for f in found) == 4
        assert sum(len(f.flips) for f in found) == 2
        assert store.counts()["done"] == 8


def test_another_policy_over_the_results_of_one(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    with site.open_store() as store:
        fill(store, "guideline")
    args = ["recheck", str(site.file), "--policy", "acme-rfa", "--from", "guideline"]
    assert main([*args, "--dry-run", "--format", "json"]) == 0
    dry = Rechecked.model_validate_json(capsys.readouterr().out)
    assert (dry.recorded, dry.would_record, [f.case_id for f in dry.flips]) == (0, 4, ["b", "c"])
    with site.open_store() as store:
        assert sum(store.counts().values()) == 4, "nothing was recorded"
    assert main(args) == 0
    said = capsys.readouterr().out
    assert said.startswith("4 stored cases checked again: 2 answers flip")
    assert "zebrafish" not in said
    assert "report: " in said
    assert main(args) == 0
    assert "4 had today's result already" in capsys.readouterr().out
    with site.open_store() as store:
        assert store.counts()["done"] == 8


def test_what_cannot_be_read_is_named_and_the_others_go_on(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    with site.open_store() as store:
        fill(store)
        job = Job(
            case_id="odd", documents=("e" * 64,), paths=("x",), policy="acme-rfa", versions={"rules": "0"}
        )
        store.record(job, "supported", json.dumps({"zebrafish": 1}))
        gone = Job(case_id="gone", documents=("f" * 64,), paths=("x",), policy="gone-policy", versions={})
        store.record(gone, "supported", "{}")
        odd = store.ids([job.key])[job.key]
    write_policy(site.base / "acme.yaml", 50)
    assert main(["recheck", str(site.base)]) == 3
    out, err = capsys.readouterr()
    assert f"jobs that cannot be read: {odd}" in out
    assert "not known here: gone-policy" in out
    assert "zebrafish" not in out + err
    with site.open_store() as store:
        assert store.counts()["done"] == 10


def test_what_was_erased_meanwhile_is_not_brought_back(site: Site) -> None:
    with site.open_store() as store:
        fill(store)
        (first, *_) = store.results()
        job = Job(case_id="a", documents=("a" * 64,), paths=(), policy="p", versions={})
        with store.database.transaction() as c:
            c.exec_driver_sql("update job set state = 'erased' where id = 1")
        assert not store.record(job, "supported", "{}", origin=first.id)
        assert store.counts()["done"] == 3


def test_a_killed_run_loses_no_flip(site: Site) -> None:
    """The case that is recorded when the kill comes has been told before; the next run makes the report."""
    with site.open_store() as store:
        fill(store)
    write_policy(site.base / "acme.yaml", 50)
    command = ["-c", "from pipeline.cli import main; main()", "recheck", str(site.file)]
    done = subprocess.run(
        [sys.executable, *command], check=False, capture_output=True, cwd=Path(__file__).parents[2],
        env={**os.environ, "NOTEWARRANT_FAILPOINT": "finishing:3"},
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    with site.open_store() as store:
        assert store.counts()["done"] == 6
        report = recheck(site, store)
        assert store.counts()["done"] == 8
        (left,) = report.taken_over
        told = [
            {f["case_id"] for f in json.loads(stem.with_suffix(".json").read_text("utf-8"))["flips"]}
            for stem in (left, report.stem)
            if stem is not None
        ]
    assert set().union(*told) == {"b", "c"}
    assert not list(site.at(site.reports).glob("*.part"))


def test_a_run_that_meets_the_notes_of_another_before_their_lock_takes_no_flip_away(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = site.at(site.reports)
    lock, met = fcntl.flock, []

    def flock(stream: int, how: int) -> None:
        if how == fcntl.LOCK_EX and not met:  # the file is there and not locked yet
            met.append(list(folder.glob("*.part")))
            assert module._left_over(folder) == []
        lock(stream, how)

    monkeypatch.setattr(module.fcntl, "flock", flock)
    with site.open_store() as store:
        fill(store)
        write_policy(site.base / "acme.yaml", 50)
        kept: list[int] = []
        report = recheck(
            site, store, tick=lambda: kept.extend(len(p.read_text()) for p in folder.glob("*.part"))
        )
    assert len(met[0]) == 1
    assert max(kept) > 0, "where a killed run's flips are found"
    assert report.stem is not None
    assert {f.case_id for f in report.found.flips} == {"b", "c"}
    assert not list(folder.glob("*.part"))


def test_a_policy_that_no_result_was_made_under_is_said(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    with site.open_store() as store:
        fill(store)
    command = ["recheck", str(site.file), "--dry-run", "--policy"]
    assert main([*command, "acme-rfa", "--from", "guidelin"]) == 2
    err = capsys.readouterr().err
    assert "--from: no stored result was made under 'guidelin'; the store's policies: acme-rfa" in err
    assert main([*command, "guideline"]) == 2
    assert "--policy: no stored result was made under 'guideline'" in capsys.readouterr().err


def test_a_policy_file_that_became_faulty_is_no_unknown_policy(site: Site) -> None:
    with site.open_store() as store:
        fill(store)
        (site.base / "acme.yaml").write_text("id: acme-rfa\nextends: nobody\n")
        with pytest.raises(UsageError, match=r"acme\.yaml"):
            recheck(site, store, dry_run=True)
