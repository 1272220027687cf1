"""A disk that is full or read-only: what cannot be written whole is not written; with room it goes on."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import OutputError
from pipeline.outgoing.message import OutgoingResult
from pipeline.store import Store
from pipeline.store.kept import KeptDocuments

from .chain import Chain
from .conftest import Disk
from .held import Where, notes, sound
from .processes import Zygote


@pytest.fixture
def on_disk(small_disk: Disk, tmp_path: Path) -> Where:
    """The store on the small disk, the documents elsewhere."""
    return Where(str(small_disk.folder / "store.sqlite"), str(tmp_path / "documents"))


def test_the_store_s_disk_is_full_in_the_middle(
    zygote: Zygote, small_disk: Disk, on_disk: Where, tmp_path: Path, until: Callable[..., None]
) -> None:
    zygote.value("enqueue", notes=notes(8), **on_disk.arguments)
    begun = tmp_path / "begun"
    worker = zygote.start("work", pause=0.1, waits=True, touch=str(begun), **on_disk.arguments)
    until(begun.exists, 20, "the first document's work")
    small_disk.fill()
    refused = zygote.start("enqueue", notes=notes(200, start=100), **on_disk.arguments)
    assert refused.error()["code"] == "STORE"
    time.sleep(0.5)
    small_disk.room()
    assert sum(sound(on_disk).values()) == 8, "of what was refused nothing was taken in"
    assert worker.value() == {"done": 8, "dead": 0, "retry": 0, "lost": 0}
    assert zygote.value("enqueue", notes=notes(200, start=100), **on_disk.arguments) == 200
    assert sound(on_disk)["done"] == 8


def test_a_whole_site_on_a_disk_that_is_full(zygote: Zygote, small_disk: Disk) -> None:
    """Inbox, documents, store and results: each step ends with a plain error, and goes on with room."""
    chain = Chain(zygote, small_disk.folder / "site", str(small_disk.folder / "store.sqlite"))
    chain.feed(1)
    chain.step("take")
    chain.feed(5)
    small_disk.fill()
    assert chain.start("take").error()["code"] in ("OUTPUT", "STORE")
    small_disk.room()
    chain.step("take")
    chain.step("work_site")
    small_disk.fill()
    refused = chain.start("send")
    assert refused.wait() == 0, refused.err.read_text()
    assert json.loads(refused.out.read_text()).get("code") in ("TARGET", "STORE")
    for path in (small_disk.folder / "site" / "results").glob("[!.]*"):
        OutgoingResult.model_validate_json(path.read_bytes())
    small_disk.room()
    chain.end()


def test_a_document_that_does_not_fit_is_not_kept_in_part(small_disk: Disk) -> None:
    kept = KeptDocuments(small_disk.folder / "documents")
    first = kept.keep(b"a" * 1000)
    big = b"b" * 3_000_000
    with pytest.raises(OutputError, match="cannot keep a document"):
        kept.keep(big)
    small_disk.fill()
    with pytest.raises(OutputError):
        kept.keep(b"c" * 10_000)
    small_disk.room()
    files = [p for p in kept.folder.rglob("*") if p.is_file()]
    assert files == [kept.path(first)], "neither a part nor a temporary file stays"
    assert kept.path(kept.keep(b"c" * 10_000)).read_bytes() == b"c" * 10_000


def test_a_truncated_document_of_a_crashed_machine_is_kept_anew(tmp_path: Path) -> None:
    """A file of the right name and another length is not taken for the document."""
    kept = KeptDocuments(tmp_path / "documents")
    path = kept.path(kept.keep(b"whole"))
    path.write_bytes(b"who")
    assert kept.path(kept.keep(b"whole")).read_bytes() == b"whole"
    assert path.name == hashlib.sha256(b"whole").hexdigest()


def test_a_read_only_disk(zygote: Zygote, small_disk: Disk) -> None:
    where = Where(str(small_disk.folder / "store.sqlite"), str(small_disk.folder / "documents"))
    zygote.value("enqueue", notes=notes(3), **where.arguments)
    small_disk.read_only(True)
    assert zygote.start("enqueue", notes=notes(2, start=3), **where.arguments).error()["code"] == "OUTPUT"
    assert zygote.start("work", **where.arguments).error()["code"] == "STORE"
    small_disk.read_only(False)
    assert zygote.value("work", **where.arguments)["done"] == 3
    with Store(where.store) as store:
        assert [r.attempts for r in store.results(payloads=False)] == [1, 1, 1]
    sound(where)


def test_the_documents_share_is_not_mounted_for_a_while(
    zygote: Zygote, place: Where, tmp_path: Path, until: Callable[..., None]
) -> None:
    """Nothing is given up as missing, and no attempt is counted while it is away."""
    zygote.value("enqueue", notes=notes(6), **place.arguments)
    begun = tmp_path / "begun"
    worker = zygote.start("work", pause=0.2, waits=True, touch=str(begun), **place.arguments)
    until(begun.exists, 20, "the first document's work")
    documents = Path(place.documents)
    documents.rename(tmp_path / "elsewhere")
    time.sleep(0.5)
    documents.mkdir()  # what an empty mount point looks like
    time.sleep(0.5)
    documents.rmdir()
    (tmp_path / "elsewhere").rename(documents)
    worker.value()
    assert sound(place)["done"] == 6
    with Store(place.store) as store:
        assert {r.attempts for r in store.results(payloads=False)} == {1}
