"""Many at once on one store: no key twice, no row lost, nobody waits for somebody who waits for him."""

import dataclasses
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from pipeline.store import Job, Limits, Store, digest, new_owner

from .support import JOB, Clock, jobs

NEWER = {"rules": "2", "policy": "guideline 1"}


def at_once(place: str, *work: Callable[[Store], object]) -> list[object]:
    """Do each piece of work in a thread and with connections of its own, starting together."""
    start = threading.Barrier(len(work))

    def one(do: Callable[[Store], object]) -> object:
        with Store(place, limits=Limits(backoff=0)) as mine:
            start.wait()
            return do(mine)

    with ThreadPoolExecutor(len(work)) as pool:
        return [f.result(timeout=60) for f in [pool.submit(one, w) for w in work]]


def test_the_same_keys_are_taken_in_at_once_in_any_order(place: str) -> None:
    many = jobs(1200)
    turned = list(reversed(many))
    with Store(place) as store:
        store.enqueue(
            [dataclasses.replace(JOB, case_id="other")]
        )  # the versions are known, so that nobody waits for their row
    added = at_once(place, *(lambda s, o=o: s.enqueue(o) for o in (many, turned, many, turned)))
    assert sum(int(str(n)) for n in added) == 1200
    with Store(place) as store:
        assert store.counts()["queued"] == 1201
        assert store.integrity().broken == ()


def test_work_goes_on_while_newer_versions_take_over(place: str) -> None:
    """Superseding, adopting, requeueing, failing and finishing at once: each question ends once."""
    old = jobs(150)
    new = [dataclasses.replace(j, versions=NEWER) for j in old]
    with Store(place) as store:
        store.enqueue(old)
        # The newer versions are known: a worker of theirs has been there.
        store.record(dataclasses.replace(JOB, case_id="case-0", versions=NEWER), "supported", "{}")

    def work(store: Store) -> int:
        done = 0
        me = new_owner()
        while rows := store.claim(me, 7):
            for row in rows:
                if not store.begin(row):
                    continue
                if row.case_id.endswith("3") and row.attempts == 0:
                    store.fail(row, "INTERNAL", "KeyError", final=False)
                elif row.case_id.endswith("4") and row.attempts == 0:
                    store.fail(row, "NO_TEXT", "EmptyDocument", final=True)
                else:
                    done += store.finish(row, "supported", "{}")
        return done

    def replay(store: Store) -> int:
        return sum(store.requeue(range(1, 301)) for _ in range(15))

    def take(jobs_: list[Job]) -> Callable[[Store], int]:
        return lambda store: sum(store.enqueue(jobs_[i : i + 10]) for i in range(0, len(jobs_), 10))

    def move(store: Store) -> int:
        return sum(store.adopt({"guideline": new[0].versions_digest}, unseen_for=0) for _ in range(15))

    at_once(place, work, work, replay, take(new), take(list(reversed(old))), move)
    with Store(place, Clock(2e10), Limits(backoff=0)) as store:
        work(store)
        counts = store.counts()
        assert sum(counts.values()) == len({r.key for r in store.results()})
        assert counts["queued"] == counts["leased"] == 0
        newest = {r.case_id: r.state for r in store.results(payloads=False) if r.state != "superseded"}
        assert set(newest) == {j.case_id for j in old}, "no question is lost"
        assert store.integrity().broken == ()


def test_a_lost_confirmation_counts_no_second_attempt(store: Store) -> None:
    store.enqueue([JOB])
    (row,) = store.claim("me", 1)
    assert store.begin(row)
    assert store.begin(row), "the caller did not hear that the first one was written"
    assert [r.attempts for r in store.results()] == [1]
    assert store.finish(row, "supported", "{}")
    assert store.finish(row, "supported", "{}"), "its own work is done"
    assert store.counts()["done"] == 1


def test_a_clock_that_is_set_back_holds_nothing_up_for_ever(store: Store, clock: Clock) -> None:
    store.enqueue(jobs(2))
    first, second = store.claim("elsewhere", 2)
    store.begin(first)
    store.fail(first, "INTERNAL", "KeyError", final=False)
    clock.time -= 30 * 86_400
    assert store.next_due() == 0.0
    assert {r.id for r in store.claim("me", 5)} == {first.id, second.id}
    assert not store.finish(second, "supported", "{}"), "fenced, as ever"


def test_a_clock_that_is_set_back_leaves_no_versions_behind_for_ever(store: Store, clock: Clock) -> None:
    clock.time = 2e9
    store.enqueue(jobs(1))
    store.claim("gone", 0, versions=[JOB.versions_digest])
    clock.time = 1.7e9
    newer = digest(NEWER)
    store.know({newer: NEWER})
    assert store.overview().left_behind == 1
    assert store.adopt({"guideline": newer}) == 1
    assert [r.versions for r in store.claim("me", 1)] == [NEWER]


def test_a_clock_that_is_set_back_does_not_turn_releases_round(store: Store, clock: Clock) -> None:
    store.enqueue([JOB])
    clock.time -= 86_400.0
    newer = dataclasses.replace(JOB, versions=NEWER)
    assert store.enqueue([newer]) == 1
    assert store.enqueue([JOB]) == 0, "a consumer of the older release takes its message in again"
    assert [(r.versions, r.state) for r in store.results()] == [
        (JOB.versions_digest, "superseded"), (newer.versions_digest, "queued"),
    ]  # fmt: skip
    assert store.enqueue([dataclasses.replace(newer, case_id="other")]) == 1
    assert store.enqueue([dataclasses.replace(JOB, case_id="other")]) == 0, "the newer ones wait already"


def test_a_small_step_back_of_the_clock_takes_nobodys_lease(store: Store, clock: Clock) -> None:
    store.enqueue(jobs(1))
    (row,) = store.claim("elsewhere", 1)
    clock.time -= 3600
    assert store.claim("me", 1) == []
    assert store.begin(row)
    assert store.finish(row, "supported", "{}")


def test_one_delivery_for_two_sets_of_versions_leaves_the_later_one(store: Store) -> None:
    newer = dataclasses.replace(JOB, versions=NEWER)
    store.enqueue([JOB, newer])
    assert [(r.versions, r.state) for r in store.results()] == [
        (JOB.versions_digest, "superseded"),
        (newer.versions_digest, "queued"),
    ]


def test_a_release_that_came_and_went_loses_no_question(store: Store, clock: Clock) -> None:
    newer = dataclasses.replace(JOB, versions=NEWER)
    store.enqueue([JOB])
    clock.time += 10
    store.enqueue([newer])
    clock.time += 10
    assert store.enqueue([JOB]) == 0, "the newer versions are still waited for"
    clock.time += 1000
    assert store.adopt({"guideline": JOB.versions_digest}) == 1
    assert [r.state for r in store.results()] == ["queued", "superseded"]
    (row,) = store.claim("old", 1, versions=[JOB.versions_digest])
    assert store.begin(row)
    assert store.finish(row, "supported", "{}")


def test_what_superseded_a_job_and_died_does_not_stop_a_new_delivery(store: Store, clock: Clock) -> None:
    newer = dataclasses.replace(JOB, versions=NEWER)
    store.enqueue([JOB])
    clock.time += 10
    store.enqueue([newer])
    (row,) = store.claim("new", 1)
    store.begin(row)
    store.fail(row, "CRASH", "OSError", final=True)
    store.enqueue([JOB])
    assert [r.state for r in store.results()] == ["queued", "dead"]


def test_two_workers_adopt_and_record_the_same_question(place: str) -> None:
    old = jobs(100)
    with Store(place) as store:
        store.enqueue(old)
    new = [dataclasses.replace(j, versions=NEWER, source="recheck") for j in old]
    digest = new[0].versions_digest
    with Store(place) as store:
        store.record(dataclasses.replace(JOB, case_id="other", versions=NEWER), "supported", "{}")

    def record(store: Store) -> int:
        return sum(store.record(j, "supported", "{}") for j in new)

    def move(store: Store) -> int:
        return sum(store.adopt({"guideline": digest}, unseen_for=0) for _ in range(5))

    at_once(place, record, record, move, move)
    with Store(place) as store:
        keys = [r.key for r in store.results(payloads=False)]
        assert len(keys) == len(set(keys))
        assert store.counts()["done"] + store.counts()["queued"] == 101
        assert store.integrity().broken == ()
