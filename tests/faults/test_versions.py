"""Rules upgraded while the queue is worked on: each result pins one set of versions, its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipeline.store import Store
from rules.assessment import Assessment

from .held import Where, digest_of, notes, sound
from .processes import Zygote

LEXICON = """\
family: therapies
version: "{n}"
entries:
  - id: physical_therapy
    label: physical_therapy
    literals: [stretching under guidance {n}]
    examples: [stretching under guidance {n} for 6 weeks]
"""


def releases(place: Where) -> dict[str, set[str]]:
    """Releases named by each case's results."""
    found: dict[str, set[str]] = {}
    with Store(place.store) as store:
        for row in store.results(states=["done"]):
            made = Assessment.model_validate_json(row.payload or "")
            assert digest_of(made.versions) == row.versions
            found.setdefault(row.case_id, set()).add(made.versions["release"])
    return found


def test_two_releases_on_one_queue(zygote: Zygote, place: Where) -> None:
    """An old worker and a new one run side by side while both releases take documents in."""
    zygote.value("enqueue", notes=notes(8), mark="old", **place.arguments)
    zygote.value("enqueue", notes=notes(8, start=8), mark="new", **place.arguments)
    both = [zygote.start("work", mark=m, pause=0.02, **place.arguments) for m in ("old", "new")]
    assert [p.value()["done"] for p in both] == [8, 8]
    made = releases(place)
    assert all(made[f"case-{i:03}"] == {"old" if i < 8 else "new"} for i in range(16))
    sound(place)


def test_an_upgrade_in_the_middle_of_a_batch(
    zygote: Zygote, place: Where, until: Callable[..., None], tmp_path: Path
) -> None:
    """What the old release has in hand it ends under its own key; what waits is asked anew."""
    zygote.value("enqueue", notes=notes(8), mark="old", **place.arguments)
    begun = tmp_path / "begun"
    old = zygote.start("work", mark="old", pause=0.2, batches=1, touch=str(begun), **place.arguments)
    until(begun.exists, 20, "the first document's work")
    assert zygote.value("enqueue", notes=notes(8), mark="new", **place.arguments) == 8
    assert zygote.value("work", mark="new", **place.arguments)["done"] == 8
    assert old.value() == {"done": 4, "dead": 0, "retry": 0, "lost": 0}
    assert zygote.value("work", mark="old", **place.arguments)["done"] == 0
    counts = sound(place)
    assert (counts["done"], counts["superseded"]) == (12, 4)
    made = releases(place)
    assert sorted(len(m) for m in made.values()) == [1] * 4 + [2] * 4


def test_a_lexicon_that_changes_under_the_worker(zygote: Zygote, sqlite_place: Where, tmp_path: Path) -> None:
    """Results under the lexicon that the key names; the rest is not made by another, nor given up."""
    own = tmp_path / "lexicons"
    own.mkdir()
    (own / "therapies.yaml").write_text(LEXICON.format(n=1))
    broken = "entries: ["
    process = zygote.start(
        "edit_lexicon", environment={"NOTEWARRANT_LEXICONS": str(own)}, notes=notes(4),
        limits={"backoff": 60}, **sqlite_place.arguments,
        contents=[LEXICON.format(n=1), LEXICON.format(n=2), broken, LEXICON.format(n=1)],
    )  # fmt: skip
    assert process.value() == {"done": 2, "dead": 0, "retry": 2}
    with Store(sqlite_place.store) as store:
        assert [r.error_code for r in store.results(states=["queued"])] == ["VERSIONS", "USAGE"]
    sound(sqlite_place)
