"""Stored results shown and exported: the newest, whole or as counts, of either database."""

from __future__ import annotations

import hashlib
import json
import stat
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pipeline.cli import main
from pipeline.policies import policy_named
from pipeline.site import Site, init_site, load_site
from pipeline.store import Job
from pipeline.summary import summary_json
from rules.case import Case, Document
from rules.engine import assess

MARKER = "Zyx-planted-5501"
NOTE = f"{MARKER} low back pain. <b>axial</b>"
SHA = hashlib.sha256(NOTE.encode()).hexdigest()
DAY = 86400.0


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    """Two results of a case, one of another policy's, a dead letter and one that waits."""
    file = init_site(tmp_path / "site")
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_url")
        file.write_text(file.read_text().replace("store: store.sqlite", f"store: {url}"))
    found = load_site(file)
    path = found.kept().keep(NOTE.encode())
    with found.open_store() as store:
        for case_id, policy, release in (
            ("a", "guideline", "1"),
            ("a", "guideline", "2"),
            ("b", "other", "1"),
        ):
            case = Case(case_id=case_id, documents=(Document(id="visit", sha256=SHA, length=len(NOTE)),))
            made = assess(case, policy_named("guideline"), None).model_copy(
                update={"notices": (MARKER, release)}
            )
            job = Job(case_id, (SHA,), (path,), policy, {"rules": release}, source="inbox", patient=MARKER)
            answer = made.determination.answer
            assert store.record(job, answer, made.model_dump_json(), summary_json(made))
        dead = Job("scan", ("d" * 64,), ("document:x",), "guideline", {"rules": "1"}, error=("NO_TEXT", "E"))
        store.enqueue([dead, Job("later", ("e" * 64,), ("document:x",), "guideline", {"rules": "1"})])
    return found


def run(capsys: pytest.CaptureFixture[str], *args: object, code: int = 0) -> str:
    assert main(["store", *map(str, args)]) == code
    told = capsys.readouterr()
    return told.err if code else told.out


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_the_newest_result_of_a_case_is_shown(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    newest = json.loads(run(capsys, "show", site.base, "--case", "a", "--format", "json"))
    assert (newest["case_id"], newest["notices"]) == ("a", [MARKER, "2"])
    first = json.loads(run(capsys, "show", site.base, "--job", 1, "--format", "json"))
    assert first["notices"] == [MARKER, "1"]
    (row,) = [r for r in lines(run(capsys, "export", site.base, "--summary")) if r["case_id"] == "b"]
    assert "Case b " in run(capsys, "show", site.base, "--key", row["key"])


def test_a_page_shows_the_kept_document(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "a.html"
    run(capsys, "show", site.base, "--case", "a", "--format", "html", "-o", page)
    assert f"{MARKER} low back pain. &lt;b&gt;" in page.read_text()
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    site.kept().path(f"document:{SHA}").write_text("another note by now")
    told = run(capsys, "show", site.base, "--case", "a", "--format", "html", code=3)
    assert "no longer there; use --format text" in told
    assert "Case a " in run(capsys, "show", site.base, "--case", "a")


def test_what_has_no_result_says_what_became_of_it(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert "case scan: has no result [NO_TEXT]; holds no text" in run(
        capsys, "show", site.base, "--case", "scan", code=3
    )
    assert "it is queued" in run(capsys, "show", site.base, "--case", "later", code=3)
    assert "is not in the store" in run(capsys, "show", site.base, "--job", 77, code=3)


def test_results_are_exported_as_outgoing_messages(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "results.jsonl"
    run(capsys, "export", site.base, "-o", file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    found = lines(file.read_text())
    assert [(r["case_id"], r["state"]) for r in found] == [
        ("a", "done"), ("a", "done"), ("b", "done"), ("scan", "dead"),
    ]  # fmt: skip
    schema = json.loads(Path("pipeline/outgoing/result.schema.json").read_text())
    for result in found:
        jsonschema.validate(result, schema)
    assert found[0]["assessment"]["notices"] == [MARKER, "1"]
    assert run(capsys, "export", site.base, "--state", "dead").count("\n") == 1
    assert run(capsys, "export", site.base, "--policy", "other").count("\n") == 1
    assert run(capsys, "export", site.base, "--since", "2999-01-01") == ""
    assert run(capsys, "export", site.base, "--since", "2020-01-01").count("\n") == 4


def test_a_summary_holds_counts_and_no_text(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    told = run(capsys, "export", site.base, "--summary")
    assert MARKER not in told
    found = lines(told)
    assert [(r["case_id"], r["state"], r["error_code"]) for r in found][2:] == [
        ("b", "done", None), ("scan", "dead", "NO_TEXT"),
    ]  # fmt: skip
    assert found[0]["documents"] == 1
    assert sum(found[0]["findings"].values()) > 0
    assert found[0]["subject"] == found[1]["subject"]
    assert found[0]["key"] != found[1]["key"]


def test_more_results_than_are_read_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site = load_site(init_site(tmp_path / "site"))
    with site.open_store() as store:
        for n in range(120):
            assert store.record(Job(f"c{n}", ("a" * 64,), ("x",), "p", {"v": "1"}), "supported", "{}")
    assert [r["case_id"] for r in lines(run(capsys, "export", site.base))] == [f"c{n}" for n in range(120)]
