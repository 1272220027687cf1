"""Looking into a store: in nobody's way, one state throughout, and no writing."""

import threading
from collections.abc import Callable

import pytest

from pipeline.errors import OutputError
from pipeline.store import Job, Store
from pipeline.store.schema import job as jobs


def test_looking_does_not_wait_for_a_writer_nor_a_writer_for_it(
    where: str, store: Store, job: Callable[..., Job]
) -> None:
    store.enqueue([job("a")])
    seen: list[dict[str, int]] = []
    with store.database.transaction() as writing:
        writing.execute(jobs.update().values(attempts=7))

        def look() -> None:
            with Store(where) as other:  # opening one is looking too
                seen.append(other.counts())

        thread = threading.Thread(target=look, daemon=True)
        thread.start()
        thread.join(20)
        assert not thread.is_alive(), "it waited for the writer"
    assert seen[0]["queued"] == 1
    with Store(where) as other, other.database.transaction(write=False) as looking:
        assert looking.execute(jobs.select()).all()
        store.enqueue([job("b")])
        assert len(looking.execute(jobs.select()).all()) == 1, "one state throughout"
    assert store.counts()["queued"] == 2


def test_a_write_where_one_only_looks_is_refused(store: Store, job: Callable[..., Job]) -> None:
    store.enqueue([job("a")])
    with pytest.raises(OutputError), store.database.transaction(write=False) as c:
        c.execute(jobs.delete())
    assert store.counts()["queued"] == 1
    assert store.enqueue([job("b")]) == 1, "the same connection writes again"
