"""Names that are statements, quotes, escapes or other scripts: they are data, on each database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import inspect

from pipeline.store import Job, Store, new_owner

from .held import Where, notes, sound
from .processes import Zygote

HOSTILE = [
    "'; drop table job; --", '"; delete from result; --', "' or '1'='1", "x') or (1=1", "%", "_", "\\", "\\'",
    "$$; select pg_sleep(9); $$", "{0}", "%s", ":1", ":case_id", "?", "a\nb", "a\tb", "../../etc/passwd",
    "\u202etxt.exe", "\u00e9", "e\u0301", "\U0001f642", " ", "null", "NULL", "1e9", "\U0001f642" * 500,
]  # fmt: skip
SITE = """\
store: env:FAULTS_STORE
inbox: null
"""


def test_case_ids(zygote: Zygote, place: Where) -> None:
    (_, text) = notes(1)[0]
    assert zygote.value("enqueue", notes=[(h, text) for h in HOSTILE], **place.arguments) == len(HOSTILE)
    assert zygote.value("work", **place.arguments)["done"] == len(HOSTILE)
    assert sound(place)["done"] == len(HOSTILE)
    with Store(place.store) as store:
        rows = list(store.results())
        assert [r.case_id for r in rows] == HOSTILE, "each as it came, none taken for another"
        assert [json.loads(r.payload or "")["case_id"] for r in rows] == HOSTILE
        with store.database.transaction() as c:
            assert {"job", "result", "audit", "delivery"} <= set(inspect(c).get_table_names())


def test_every_other_name(place: Where) -> None:
    """Patients, policies, owners, requests, versions, codes: they come back as they were."""
    with Store(place.store) as store:
        jobs = [
            Job(
                case_id=f"case-{i}", documents=("a" * 64,), paths=(h,), policy=h, versions={h: h}, patient=h,
                request={"names": [h], h: h}, as_of="2026-01-05",
            )
            for i, h in enumerate(HOSTILE)
        ]  # fmt: skip
        assert store.enqueue(jobs) == store.enqueue(jobs) + len(jobs)
        assert len(store.ids([*HOSTILE, *(j.key for j in jobs)])) == len(jobs)
        claimed = store.claim(f"{new_owner()}'; drop table job; --", 100)
        assert [(r.policy, r.paths, r.request, r.versions) for r in claimed] == [
            (h, (h,), {"names": [h], h: h}, {h: h}) for h in HOSTILE
        ]
        for row, h in zip(claimed, HOSTILE, strict=True):
            assert store.begin(row)
            assert store.fail(row, h, h, final=True)
        dead = list(store.results(states=["dead"]))
        assert [(r.patient, r.error_code, r.error_class) for r in dead] == [(h, h, h) for h in HOSTILE]
        assert store.claim("' or '1'='1", 5, versions=["' or '1'='1"]) == []
        assert store.release("' or '1'='1") == 0
        assert list(store.results(states=["dead') or ('1'='1"])) == []
    assert sound(place)["dead"] == len(HOSTILE)


@pytest.mark.parametrize("odd", ["a\0b", "\ud800", "x" * 501])
@pytest.mark.parametrize("field", ["case_id", "patient", "policy"])
def test_what_no_database_can_hold_is_refused_alone(field: str, odd: str) -> None:
    """In a transaction it would be refused together with all its neighbours."""
    given = {"case_id": "a", "policy": "guideline", field: odd}
    with pytest.raises(ValueError, match=field) as caught:
        Job(documents=("a" * 64,), paths=("x",), versions={}, **given)
    assert odd not in str(caught.value)


def test_one_case_file_with_a_nul_holds_up_nobody(zygote: Zygote, place: Where, tmp_path: Path) -> None:
    """JSON can say it; PostgreSQL cannot hold it."""
    site = tmp_path / "site"
    (site / "inbox").mkdir(parents=True)
    (site / "site.yaml").write_text(SITE.replace("null", "{folder: inbox, settle_seconds: 0}"))
    for name, text in notes(4):
        (site / "inbox" / f"{name}.txt").write_text(text)
    (site / "inbox" / "case-001.case.json").write_text('{"case_id": "a\\u0000b"}')
    (site / "inbox" / "case-002.case.json").write_text('{"patient": "a\\u0000b"}')
    environment = {"FAULTS_STORE": place.store}
    assert zygote.start("take", site=str(site), environment=environment).value() == 4
    zygote.start("work_site", site=str(site), environment=environment).value()
    counts = sound(Where(place.store, str(site / "documents")))
    assert (counts["done"], counts["dead"]) == (2, 2)
    with Store(place.store) as store:
        assert {r.error_code for r in store.results(states=["dead"])} == {"CASE_FILE"}


def test_erasing_and_requeueing_by_hostile_names_touches_nobody_else(
    zygote: Zygote, place: Where, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "site.yaml").write_text(SITE)
    where = Where(place.store, str(site / "documents"))
    zygote.value(
        "enqueue", notes=[*notes(3), ("blank", " "), ("' or '1'='1", notes(9)[8][1])], **where.arguments
    )
    zygote.value("work", **where.arguments)
    before = sound(where)

    def command(*argv: str) -> None:
        process = zygote.start("cli", argv=list(argv), environment={"FAULTS_STORE": place.store})
        process.value()
        assert "Traceback" not in process.err.read_text()

    for patient in ("' or '1'='1", "%", "'; update job set patient = null; --"):
        command("store", "erase", str(site), "--patient", patient, "--yes")
    for case in ("%", "case-00%", "case-000' or '1'='1"):
        command("store", "erase", str(site), "--case", case, "--yes")
    command("queue", "requeue", str(site), "--code", "x' or '1'='1")
    assert sound(where) == before
    command("store", "erase", str(site), "--case", "' or '1'='1", "--yes")
    after = sound(where)
    assert (after["done"], after["erased"]) == (before["done"] - 1, 1)
