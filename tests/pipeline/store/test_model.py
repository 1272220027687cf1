"""Whatever happens in whatever order, the store does what a few lines of a model say, and can prove it."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pipeline.store import Claimed, Job, Limits, Store, erasing

from .support import JOB, Clock

LIMITS = Limits(attempts=3, lease=60, backoff=2, backoff_cap=30, adopt_after=100)
DAY = 86_400.0
CASES, VERSIONS, OWNERS = st.integers(0, 5), st.integers(0, 1), st.sampled_from(["w1", "w2"])
CODES = st.sampled_from(["MISSING", "NO_TEXT", "INTERNAL"])


def job(case: int, v: int) -> Job:
    return dataclasses.replace(JOB, case_id=f"case-{case}", versions={"rules": str(v)})


@dataclasses.dataclass
class Row:
    """A job as the model has it."""

    case: int
    v: int
    state: str = "queued"
    attempts: int = 0
    not_before: float = 0.0
    code: str | None = None
    owner: str | None = None
    token: int = 0
    lease_until: float = 0.0

    def again(self) -> None:
        self.state, self.attempts, self.not_before, self.code = "queued", 0, 0.0, None

    def drop(self, state: str) -> None:
        self.state, self.owner = state, None


class StoreMachine(RuleBasedStateMachine):
    """Deliveries, workers, crashes, late writes, releases, new versions, erasures, and a clock that jumps."""

    temporary = tempfile.TemporaryDirectory(prefix="notewarrant-model-")
    folder = Path(temporary.name)
    made = 0

    @initialize()
    def open(self) -> None:
        empty = self.folder / "empty.sqlite"
        if not empty.exists():
            Store(empty).close()
        StoreMachine.made += 1
        path = self.folder / f"{self.made}.sqlite"
        shutil.copy(empty, path)
        self.clock = Clock()
        self.steps = 0
        self.store = Store(path, self.clock, LIMITS)
        #: Rows by id; the versions' order and last sight; rows that workers think they hold.
        self.rows: dict[int, Row] = {}
        self.number: dict[int, int] = {}
        self.seen: dict[int, float] = {}
        self.signed: dict[int, float] = {}
        self.handed: list[tuple[Claimed, bool]] = []

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.proved()
            self.store.close()
            for path in self.folder.glob(f"{self.made}.sqlite*"):
                path.unlink()

    # What the model knows

    def meet(self, v: int) -> None:
        self.number.setdefault(v, len(self.number))
        self.seen.setdefault(v, self.clock.time)

    def of(self, case: int) -> list[Row]:
        return [r for r in self.rows.values() if r.case == case]

    def known(self, case: int, v: int) -> Row | None:
        return next((r for r in self.of(case) if r.v == v), None)

    def add(self, row: Row) -> None:
        key = job(row.case, row.v).key
        self.rows[self.store.ids([key])[key]] = row

    def reclaim(self) -> None:
        now = self.clock.time
        for r in self.rows.values():
            if r.state == "leased" and not now <= r.lease_until <= now + LIMITS.lease + DAY:
                if r.attempts >= LIMITS.attempts:
                    r.code = "CRASH"
                    r.drop("dead")
                else:
                    r.not_before = now + (LIMITS.delay(r.attempts) if r.attempts else 0.0)
                    r.drop("queued")

    def free(self) -> list[int]:
        now = self.clock.time
        due = [
            i
            for i, r in self.rows.items()
            if r.state == "queued" and not now < r.not_before <= now + LIMITS.backoff_cap
        ]
        return sorted(due, key=lambda i: (self.rows[i].attempts, i))

    def held(self, row: Claimed) -> Row | None:
        mine = self.rows[row.id]
        return mine if mine.state == "leased" and mine.token == row.token else None

    # What may happen

    @rule(case=CASES, v=VERSIONS, error=st.booleans())
    def deliver(self, case: int, v: int, error: bool) -> None:
        self.meet(v)
        delivered = job(case, v)
        if error:
            delivered = dataclasses.replace(delivered, error=("NOT_TEXT", "BinaryDocument"))
        mine, known = self.of(case), self.known(case, v)
        newer = any(r.state in ("queued", "leased") and self.number[r.v] > self.number[v] for r in mine)
        new: Row | None = None
        if any(r.state == "erased" for r in mine) or (newer and not error):
            pass
        elif known is None:
            new = Row(case, v, "dead", code="NOT_TEXT") if error else Row(case, v)
            for r in mine:
                if r.state == "queued" and not error:
                    r.state = "superseded"
        elif not error and known.state == "dead" and known.code == "MISSING":
            known.again()
        elif not error and known.state == "superseded":
            if not any(r.state in ("queued", "leased", "done") for r in mine):
                known.again()
        assert self.store.enqueue([delivered, delivered]) == (new is not None)
        if new is not None:
            self.add(new)

    @rule(owner=OWNERS, n=st.integers(1, 3), v=st.none() | VERSIONS, begun=st.booleans())
    def claim(self, owner: str, n: int, v: int | None, begun: bool) -> None:
        self.reclaim()
        now = self.clock.time
        if v in self.seen and abs(now - self.signed.get(v, 0.0)) > 60:
            self.seen[v] = self.signed[v] = now
        chosen = [i for i in self.free() if v is None or self.rows[i].v == v][:n]
        got = self.store.claim(owner, n, versions=None if v is None else [job(0, v).versions_digest])
        assert [row.id for row in got] == chosen
        for row in got:
            mine = self.rows[row.id]
            mine.state, mine.owner, mine.token = "leased", owner, mine.token + 1
            mine.lease_until = now + LIMITS.lease
            assert (row.token, row.attempts) == (mine.token, mine.attempts)
            self.handed.append((row, False))
        if begun and got:
            self.begin(got[0], twice=False)

    def hand(self, data: st.DataObject, begun: bool) -> Claimed:
        which = [row for row, was in self.handed if was == begun]
        return data.draw(st.sampled_from(which))

    @precondition(lambda self: any(not was for _, was in self.handed))
    @rule(data=st.data(), twice=st.booleans())
    def begin_one(self, data: st.DataObject, twice: bool) -> None:
        self.begin(self.hand(data, begun=False), twice)

    def begin(self, row: Claimed, twice: bool) -> None:
        mine = self.held(row)
        for r in self.rows.values():
            if r.state == "leased" and r.owner == row.owner:
                r.lease_until = self.clock.time + LIMITS.lease
        if mine is not None:
            mine.attempts += 1
        for _ in range(1 + twice):  # the confirmation of the first one got lost
            assert self.store.begin(row) == (mine is not None)
        self.handed[self.handed.index((row, False))] = (row, True)

    @precondition(lambda self: any(was for _, was in self.handed))
    @rule(data=st.data(), twice=st.booleans())
    def finish(self, data: st.DataObject, twice: bool) -> None:
        row = self.hand(data, begun=True)
        mine = self.held(row)
        before = self.rows[row.id]
        done = mine is not None or (before.state == "done" and before.token == row.token)
        for _ in range(1 + twice):
            assert self.store.finish(row, "supported", f'{{"by": {row.token}}}') == done
        if mine is not None:
            mine.code = None
            mine.drop("done")

    @precondition(lambda self: any(was for _, was in self.handed))
    @rule(data=st.data(), code=CODES, final=st.booleans())
    def fail(self, data: st.DataObject, code: str, final: bool) -> None:
        row = self.hand(data, begun=True)
        mine = self.held(row)
        assert self.store.fail(row, code, "KeyError", final=final) == (mine is not None)
        if mine is not None:
            mine.code = code
            dead = final or mine.attempts >= LIMITS.attempts
            mine.not_before = 0.0 if dead else self.clock.time + LIMITS.delay(mine.attempts)
            mine.drop("dead" if dead else "queued")

    @rule(owner=OWNERS)
    def release(self, owner: str) -> None:
        mine = [r for r in self.rows.values() if r.owner == owner and r.state == "leased"]
        assert self.store.release(owner) == len(mine)
        for r in mine:
            r.drop("queued")

    @rule(ids=st.lists(st.integers(0, 11), max_size=3))
    def requeue(self, ids: list[int]) -> None:
        ids = [sorted(self.rows)[i % len(self.rows)] for i in ids] if self.rows else []
        dead = [r for i in set(ids) if (r := self.rows.get(i)) is not None and r.state == "dead"]
        assert self.store.requeue(ids) == len(dead)
        for r in dead:
            r.again()

    @precondition(lambda self: self.number)
    @rule(data=st.data())
    def adopt(self, data: st.DataObject) -> None:
        v = data.draw(st.sampled_from(sorted(self.number)))
        now = self.clock.time
        left = [o for o, at in self.seen.items() if o != v and not now - LIMITS.adopt_after <= at <= now + 60]
        moved = [r for _, r in sorted(self.rows.items()) if r.state == "queued" and r.v in left]
        for r in moved:
            known = self.known(r.case, v)
            if known is None:
                r.v = v
            else:
                r.state = "superseded"
                if known.state == "superseded":
                    known.again()
        assert self.store.adopt({"guideline": job(0, v).versions_digest}) == len(moved)

    @rule(case=CASES, v=VERSIONS)
    def record(self, case: int, v: int) -> None:
        """A stored case is checked again."""
        origin = next((i for i, r in self.rows.items() if r.case == case and r.state == "done"), None)
        if origin is None:
            return
        new = self.known(case, v) is None
        wanted = dataclasses.replace(job(case, v), source="recheck")
        assert self.store.record(wanted, "supported", "{}", origin=origin) == new
        if new:
            self.meet(v)
            self.add(Row(case, v, "done"))
        else:
            self.meet(v)

    @rule(case=CASES)
    def erase(self, case: int) -> None:
        with self.store.database.transaction() as c:
            gone = erasing.erase(c, self.clock.time, erasing.of_case(f"case-{case}"), "case", None)
        assert {g.id for g in gone} == {
            i for i, r in self.rows.items() if r.case == case and r.state != "erased"
        }
        for r in self.of(case):
            r.drop("erased")

    @rule(seconds=st.sampled_from([3.0, 61.0, 101.0, 1000.0, -5.0, -3000.0, -10 * DAY]))
    def time_passes(self, seconds: float) -> None:
        self.clock.time += seconds

    @precondition(lambda self: any(r.state == "leased" for r in self.rows.values()))
    @rule(owner=OWNERS)
    def stall(self, owner: str) -> None:
        """Everybody stops past the lease; another worker takes what is free then."""
        self.clock.time += LIMITS.lease + 1
        self.claim(owner, 3, None, begun=False)
        self.clock.time += LIMITS.backoff_cap
        self.claim(owner, 3, None, begun=True)

    @rule(data=st.data())
    def a_busy_hour(self, data: st.DataObject) -> None:
        """Much in a row of what stores meet most, so that late writes and passing releases are common."""
        for _ in range(12):
            what = data.draw(
                st.sampled_from(["deliver", "claim", "stall", "finish", "fail", "adopt", "back"])
            )
            if what == "deliver":
                self.deliver(data.draw(CASES), data.draw(VERSIONS), error=False)
            elif what == "claim":
                self.claim(data.draw(OWNERS), 3, None, begun=True)
            elif what == "stall" and any(r.state == "leased" for r in self.rows.values()):
                self.stall(data.draw(OWNERS))
                self.late()
            elif what == "finish" and any(was for _, was in self.handed):
                self.finish(data, twice=False)
            elif what == "fail" and any(was for _, was in self.handed):
                self.fail(data, "INTERNAL", final=False)
            elif what == "adopt" and self.number:
                self.clock.time += 2 * LIMITS.adopt_after
                self.adopt(data)
            elif what == "back":
                self.clock.time -= DAY
            self.the_store_is_what_the_model_says()

    def late(self) -> None:
        """Whoever stopped goes on: what it had is in other hands now."""
        for row, _ in self.handed:
            now = self.rows[row.id]
            if now.state == "leased" and now.token != row.token:
                assert not self.store.finish(row, "supported", "{}")
                assert not self.store.fail(row, "NO_TEXT", "KeyError", final=True)

    # What always holds

    @invariant()
    def the_store_is_what_the_model_says(self) -> None:
        there = {r.id: r for r in self.store.results()}
        assert {i: (r.state, r.attempts) for i, r in there.items()} == {
            i: (r.state, r.attempts) for i, r in self.rows.items()
        }
        assert sum(self.store.counts().values()) == len(self.rows), "taken in = the sum of the states"
        assert all((r.payload is not None) == (r.state == "done") for r in there.values())
        assert all(r.attempts <= LIMITS.attempts for r in there.values())
        for case in range(6):
            if states := {r.state for r in self.of(case)}:
                assert states != {"superseded"}, "no question is lost"

    @invariant()
    def the_trail_proves_it(self) -> None:
        self.steps += 1
        if self.steps % 5:
            return
        self.proved()

    def proved(self) -> None:
        found = self.store.integrity()
        assert found.broken == ()
        assert found.jobs == len(self.rows)


TestStoreMachine = pytest.mark.slow(StoreMachine.TestCase)
#: A failure is told at once; without ``phases`` it is made small first, which takes minutes.
TestStoreMachine.settings = settings(max_examples=30, stateful_step_count=25, phases=(Phase.generate,))
