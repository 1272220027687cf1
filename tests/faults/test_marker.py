"""Words planted in every field of a case: in its result and its own files, and nowhere that anybody watches.

A case id is the user's own name for a case, and shows where cases are named. What is asked (a case file's
descriptions and payer) stands in the job's request, the patient's reference in the column that erasure needs.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.store import Store
from pipeline.store.schema import metadata

from .held import NOTE, Where, sound
from .processes import Zygote

IN_NOTE, ASKED, PATIENT = "Zyxnote7741", "Zyxasked7742", "Zyxpatient7743"
MARKERS = (IN_NOTE, ASKED, PATIENT)
TEXT = (
    NOTE.format(n=9).replace("no leg", f"{IN_NOTE} no leg").replace("spondylosis", f"spondylosis {IN_NOTE}")
)
#: Where each may stand.
ALLOWED = {
    ("result", "payload"): {IN_NOTE, ASKED},
    ("job", "request"): {ASKED},
    ("job", "patient"): {PATIENT},
}
SITE = """\
store: env:FAULTS_STORE
inbox: {folder: inbox, settle_seconds: 0}
outgoing: [{kind: folder, folder: results}]
"""


def fill(inbox: Path) -> None:
    """Cases that go well, that are refused, and that meet a fault."""
    asked = {
        "icd": ["M47.816"], "cpt": ["64635"], "descriptions": {"M47.816": ASKED}, "payer": ASKED,
        "patient": PATIENT,
    }  # fmt: skip
    for name in ("good", "raises"):
        text = TEXT + ("FAULT raise" if name == "raises" else "")
        (inbox / f"{name}.txt").write_text(text)
        (inbox / f"{name}.case.json").write_text(json.dumps(asked))
    (inbox / "binary.txt").write_bytes(b"\x00" + TEXT.encode())
    (inbox / "format.pdf").write_bytes(b"%PDF " + TEXT.encode())
    (inbox / "malformed.txt").write_text(TEXT)
    (inbox / "malformed.case.json").write_text(f'{{"cpt": ["{ASKED}"], "{ASKED}": 1, "patient": "{PATIENT}')
    (inbox / "code.txt").write_text(TEXT)
    (inbox / "code.case.json").write_text(json.dumps({**asked, "cpt": [ASKED], "state": ASKED}))
    (inbox / "blank.txt").write_text(" \n")


def planted(text: str) -> set[str]:
    """The planted words that a text holds, in any of the forms that a database or a log may give it."""
    return {m for m in MARKERS if m in text or m.encode().hex() in text}


@contextmanager
def arguments_of_processes() -> Iterator[list[str]]:
    """What any process of the machine shows to others, looked at again and again meanwhile."""
    seen: list[str] = []
    stop = threading.Event()

    def look() -> None:
        while not stop.wait(0.05):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    line = path.read_bytes().decode("utf-8", "replace")
                except OSError:
                    continue
                if planted(line):
                    seen.append(line)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


def test_planted_words_stay_where_they_belong(zygote: Zygote, place: Where, tmp_path: Path) -> None:
    site, temporary = tmp_path / "site", tmp_path / "temporary"
    for folder in (site / "inbox", temporary):
        folder.mkdir(parents=True)
    (site / "site.yaml").write_text(SITE)
    fill(site / "inbox")
    environment = {"FAULTS_STORE": place.store, "TMPDIR": str(temporary), "NOTEWARRANT_LOG": "debug"}
    said = {}

    def run(name: str, step: str, **arguments: object) -> None:
        process = zygote.start(step, environment=environment, **arguments)
        process.wait()
        said[name] = process.err.read_text() + (process.out.read_text() if step == "cli" else "")
        assert "Traceback" not in said[name]

    def command(*argv: str) -> None:
        run(" ".join(argv), "cli", argv=[*argv[:2], str(site), *argv[2:]])

    with arguments_of_processes() as shown:
        command("queue", "ingest")
        run("work", "work_site", site=str(site), limits={"attempts": 2})
        command("queue", "deliver")
        for name in ("ingest", "deliver"):
            command("queue", name, "--format", "json")
        command("queue", "dead")
        command("queue", "dead", "--format", "json")
        for name in ("verify", "audit"):
            command("store", name)
        for alone in ("status", "metrics", "drift"):
            options = ["--once"] if alone == "metrics" else []
            run(alone, "cli", argv=[alone, str(site), *options])
        run("site check", "cli", argv=["site", "check", str(site)])
    counts = sound(Where(place.store, str(site / "documents")))
    assert (counts["done"], counts["dead"]) == (1, 6)
    assert shown == []
    assert {name: planted(text) for name, text in said.items() if planted(text)} == {}
    assert "2 " in said["status"] or "done" in said["status"], "the commands did speak"

    with Store(place.store) as store, store.database.transaction() as c:
        found: dict[tuple[str, str], set[str]] = {}
        for table in metadata.sorted_tables:
            for row in c.execute(select(table)).mappings():
                for column, value in row.items():
                    if isinstance(value, str) and (markers := planted(value)):
                        found.setdefault((table.name, str(column)), set()).update(markers)
    assert found == ALLOWED, "and each of them is there: the words were planted well"

    assert list(temporary.rglob("*")) == []
    for path in sorted(site.rglob("*")):
        inside = path.relative_to(site).parts
        if not path.is_file() or inside[0] == "documents" or inside[:2] == ("inbox", ".refused"):
            continue
        expected = {IN_NOTE, ASKED} if inside[0] == "results" and "good" in path.read_text() else set()
        assert planted(path.read_text(errors="replace")) == expected, inside
        assert not planted(os.fspath(path.relative_to(site)))


@pytest.mark.parametrize("umask", [0, 0o077])
def test_what_a_site_makes_is_its_owner_s_alone(zygote: Zygote, tmp_path: Path, umask: int) -> None:
    """Whatever the user's umask: no file and no folder below the site is open to others."""
    site = tmp_path / "a" / "b" / "site"

    def run(step: str, **arguments: object) -> None:
        zygote.start(step, umask=umask, **arguments).value()

    run("cli", argv=["site", "init", str(site)])
    settings = (site / "site.yaml").read_text()
    (site / "site.yaml").write_text(
        settings.replace("  folder: inbox", "  folder: inbox\n  settle_seconds: 0")
    )
    fill(site / "inbox")
    run("cli", argv=["queue", "ingest", str(site)])
    run("work_site", site=str(site), limits={"attempts": 1})
    run("cli", argv=["queue", "deliver", str(site)])
    run("cli", argv=["recheck", str(site)])
    run("cli", argv=["drift", str(site), "-o", str(site / "reports" / "drift.json"), "--format", "json"])
    run("cli", argv=["store", "retain", str(site), "--days", "1"])
    made = [p for p in (tmp_path / "a").rglob("*") if p.is_dir() or "inbox" not in p.parts]
    modes = {str(p.relative_to(tmp_path)): oct(p.lstat().st_mode & 0o777) for p in [tmp_path / "a", *made]}
    open_to_others = {name: mode for name, mode in modes.items() if int(mode, 8) & 0o077}
    assert open_to_others == {}
    assert any(name.endswith("store.sqlite") for name in modes)
    assert any("/results/" in name for name in modes)
    assert any("/documents/" in name for name in modes)
