"""From bytes to a job: documents are kept before the sender may forget them, references stay inside."""

import dataclasses
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import OutputError
from pipeline.intake import take
from pipeline.intake.message import SCHEMA, RefusedMessage
from pipeline.intake.take import Taker
from pipeline.store.kept import KeptDocuments
from pipeline.work.batch import assessed

TEXT = "HPI: low back pain – since June.\r\n"


@pytest.fixture
def taker(tmp_path: Path) -> Taker:
    (tmp_path / "refs" / "a").mkdir(parents=True)
    (tmp_path / "refs" / "a" / "note.txt").write_text(TEXT, "utf-8", newline="")
    return Taker(
        KeptDocuments(tmp_path / "kept"), "guideline", "redis", tmp_path / "refs",
        versions=lambda policy: {"policy": policy},
    )  # fmt: skip


def message(*documents: dict[str, Any], **fields: Any) -> bytes:
    return json.dumps({"schema": SCHEMA, "case_id": "c", "documents": documents, **fields}).encode()


def inline(text: str = TEXT, name: str = "note.txt") -> dict[str, Any]:
    return {"name": name, "text": text}


def referred(path: str = "a/note.txt", text: str = TEXT) -> dict[str, Any]:
    return {"name": "note.txt", "path": path, "sha256": hashlib.sha256(text.encode()).hexdigest()}


def files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file())


def test_inline_and_referred_text_of_equal_bytes_are_the_same_job(taker: Taker) -> None:
    one, two = taker.job(message(inline())), taker.job(message(referred()))
    assert one == two
    assert one.documents == (hashlib.sha256(TEXT.encode()).hexdigest(),)
    assert [taker.kept.path(p).read_bytes() for p in one.paths] == [TEXT.encode()]
    assert one.request == {"names": ["note.txt"]}
    assert [p.stat().st_mode & 0o777 for p in files(taker.kept.folder)] == [0o600]


def test_what_shapes_the_result_reaches_the_job(taker: Taker) -> None:
    job = taker.job(
        message(inline(), on="2026-01-05", policy="guideline", patient="p", request={"cpt": ["64635"]})
    )
    assert (job.as_of, job.policy, job.patient, job.source) == ("2026-01-05", "guideline", "p", "redis")
    assert job.request == {"names": ["note.txt"], "case_file": {"cpt": ["64635"]}}
    assert job.key == taker.job(message(inline(), on="2026-01-05", request={"cpt": ["64635"]})).key


def test_the_sender_may_remove_its_file(taker: Taker, tmp_path: Path) -> None:
    job = taker.job(message(referred()))
    (tmp_path / "refs" / "a" / "note.txt").unlink()
    assert taker.kept.path(job.paths[0]).read_bytes() == TEXT.encode()


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (referred("../outside.txt"), "OUTSIDE"),
        (referred("/etc/hostname"), "OUTSIDE"),
        (referred("link.txt"), "LINK"),
        (referred("linked/note.txt"), "LINK"),
        (referred("pipe"), "DEVICE"),
        (referred("none.txt"), "MISSING"),
        (referred(text="another text"), "HASH"),
    ],
)
def test_a_reference_that_cannot_be_followed_is_refused_and_nothing_is_kept(
    taker: Taker, tmp_path: Path, document: dict[str, Any], code: str
) -> None:
    (tmp_path / "outside.txt").write_text(TEXT, "utf-8", newline="")
    (tmp_path / "refs" / "link.txt").symlink_to(tmp_path / "outside.txt")
    (tmp_path / "refs" / "linked").symlink_to(tmp_path / "refs" / "a")
    os.mkfifo(tmp_path / "refs" / "pipe")
    with pytest.raises(RefusedMessage) as caught:
        taker.job(message(inline("first"), document))
    assert caught.value.code == code
    assert files(tmp_path / "kept") == []


def test_a_site_without_references_takes_none(taker: Taker, tmp_path: Path) -> None:
    with pytest.raises(RefusedMessage) as caught:
        Taker(taker.kept, "guideline", "redis", None).job(message(referred()))
    assert caught.value.code == "OUTSIDE"


def test_a_folder_of_references_that_is_away_blames_no_message(taker: Taker, tmp_path: Path) -> None:
    (tmp_path / "refs").rename(tmp_path / "unmounted")
    with pytest.raises(OutputError, match="away"):
        taker.job(message(referred()))
    (tmp_path / "unmounted").rename(tmp_path / "refs")
    assert taker.job(message(referred())).documents


@pytest.mark.parametrize("policy", ["unknown", "site.yaml"])
def test_only_policies_of_the_site_are_known_by_their_ids(taker: Taker, policy: str) -> None:
    with pytest.raises(RefusedMessage) as caught:
        taker.job(message(inline(), policy=policy))
    assert caught.value.code == "POLICY"


def test_texts_are_measured_in_bytes_and_together(taker: Taker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(take, "MOST_TEXT", 10)
    with pytest.raises(RefusedMessage) as caught:
        taker.job(message(inline("ä" * 6)))
    assert caught.value.code == "TOO_LARGE"
    monkeypatch.setattr(take, "MOST_TEXT", 100)
    monkeypatch.setattr(take, "MOST_BYTES", len(TEXT.encode()) + 5)
    with pytest.raises(RefusedMessage) as caught:
        taker.job(message(referred(), referred()))
    assert caught.value.code == "TOO_LARGE"


def test_a_job_is_what_the_work_reads(taker: Taker, tmp_path: Path) -> None:
    from pipeline.store import Store
    from pipeline.work.versions import run_versions

    taker = dataclasses.replace(taker, versions=run_versions)  # those that the work makes results with
    data = message(
        inline("HPI: low back pain for two years.", "visit.txt"),
        inline("MRI: L4-5 facet arthropathy.", "mri.txt"),
        request={"cpt": ["64635"], "icd": ["M47.816"]},
    )  # fmt: skip
    with Store(tmp_path / "s.sqlite") as store:
        store.enqueue([taker.job(data)])
        (row,) = store.claim("me", 1)
    found = assessed(row, taker.kept)
    assert [d.id for d in found.case.documents] == ["visit", "mri"]
    assert [line.cpt for line in found.case.request.lines] == ["64635"]
