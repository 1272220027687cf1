"""Whatever two annotators do to a note, their gold together is legal and holds what each of them said."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.annotate.merge import merged
from pipeline.corpus.exchange import Item, compose
from pipeline.corpus.legal import accepted, faults
from pipeline.corpus.model import GoldNote, GoldSpan

TEXT = (
    "PT x 6 wks, no relief. 🙂 NSAIDs help.\r\nMassage; brace; Denies leg pain. L4-5 fusion 2019. Pain 7/10."
)
PLACES = st.tuples(st.integers(0, len(TEXT) - 2), st.integers(1, 30)).map(
    lambda p: (p[0], min(len(TEXT), p[0] + p[1]))
)
SPANS = st.lists(PLACES, min_size=1, max_size=2).map(tuple)


def item(family: str, key: Any, values: dict[str, Any]) -> st.SearchStrategy[Item]:
    fixed = {k: v if isinstance(v, st.SearchStrategy) else st.just(v) for k, v in values.items()}
    return st.builds(Item, st.just(family), st.just(key), st.fixed_dictionaries(fixed), SPANS)


THERAPY = item(
    "therapies", 0,
    {
        "modality": st.sampled_from(["physical_therapy", "nsaid", "massage"]),
        "status": st.sampled_from(["past", "current"]),
        "weeks": st.sampled_from([None, 6.0, 8.0]),
        "sessions": None,
        "outcome": st.sampled_from(["failed", "partial", "not_stated"]),
    },
)  # fmt: skip
RADICULAR = item("radicular", "lumbar", {"status": st.sampled_from(["present", "absent", "uncertain"])})
PAIN = item(
    "pain", None, {"duration_weeks": st.sampled_from([None, 4.0]), "score_max": 7, "pattern": "axial"}
)


def annotated(items: list[Item]) -> GoldNote:
    keyed, count = [], 0
    for i in items:
        keyed.append(Item(i.family, count, i.values, i.spans) if i.family == "therapies" else i)
        count += i.family == "therapies"
    gold = compose("n", TEXT, keyed, {"remarks": "none"})
    spans = tuple(GoldSpan(i.family, i.key, TEXT[a:b], a, b) for i in keyed for a, b in i.spans)
    return GoldNote("n", "s", None, TEXT, gold, None, spans)


NOTE = st.tuples(
    st.lists(THERAPY, max_size=4), st.lists(RADICULAR, max_size=1), st.lists(PAIN, max_size=1)
).map(lambda parts: annotated([i for part in parts for i in part]))


@settings(max_examples=150, deadline=None)
@given(st.lists(NOTE, min_size=2, max_size=3))
def test_merged_annotations_are_legal_and_lose_nothing(notes: list[GoldNote]) -> None:
    both, _ = merged([(f"user {n}", note) for n, note in enumerate(notes)])
    assert list(faults(both.gold)) == []
    for s in both.evidence:
        assert TEXT[s.start : s.end] == s.quote
    for note in notes:
        for therapy in note.gold["therapies"]:
            assert any(
                all(therapy[k] == x[k] for k in ("modality", "status"))
                and all(therapy[k] in accepted(x[k]) for k in ("weeks", "outcome"))
                for x in both.gold["therapies"]
            )
        covered = {i for s in both.evidence for i in range(s.start, s.end)}
        assert covered >= {i for s in note.evidence for i in range(s.start, s.end)}
    most = max(len(n.gold["therapies"]) for n in notes)
    required = [x for x in both.gold["therapies"] if x.get("required", True)]
    assert len(required) <= most


@settings(max_examples=60, deadline=None)
@given(NOTE)
def test_annotators_who_agree_give_what_each_gave(note: GoldNote) -> None:
    both, conflicts = merged([("user 1", note), ("user 2", note)])
    again, _ = merged([("user 1", note)])
    assert conflicts == []
    assert len(both.gold["therapies"]) == len(again.gold["therapies"])
    for a, b in zip(both.gold["therapies"], again.gold["therapies"], strict=True):
        assert {k: v for k, v in a.items() if k != "evidence"} == {
            k: v for k, v in b.items() if k != "evidence"
        }


def test_a_conflict_of_three_keeps_all_three() -> None:
    def radicular(status: str) -> GoldNote:
        return annotated([Item("radicular", "lumbar", {"status": status}, ((0, 2),))])

    both, conflicts = merged([(s, radicular(s)) for s in ("present", "absent", "uncertain")])
    assert both.gold["radicular"]["lumbar"]["status"] == {"accept": ["present", "absent", "uncertain"]}
    assert [(c.item, c.field) for c in conflicts] == [("radicular.lumbar", "status")]


def test_entries_that_differ_in_their_key_stay_apart_and_those_that_agree_are_one() -> None:
    def therapy(n: int, modality: str, status: str, place: tuple[int, int], weeks: float) -> Item:
        values = {"modality": modality, "status": status, "weeks": weeks, "outcome": "failed"}
        return Item("therapies", n, values, (place,))

    one = annotated([therapy(0, "nsaid", "past", (0, 5), 6.0), therapy(1, "massage", "past", (40, 47), 8.0)])
    # The second annotator's current nsaid has the first one's quote, the past one another quote.
    two = annotated([therapy(0, "nsaid", "current", (0, 5), 6.0), therapy(1, "nsaid", "past", (24, 30), 4.0)])
    both, conflicts = merged([("user 1", one), ("user 2", two)])
    assert [
        (t["modality"], t["status"], t["weeks"], t.get("required", True)) for t in both.gold["therapies"]
    ] == [
        ("nsaid", "past", {"accept": [6.0, 4.0]}, True),
        ("massage", "past", 8.0, False),
        ("nsaid", "current", 6.0, False),
    ]
    assert [(c.item, c.field, c.annotators) for c in conflicts] == [
        ("therapies.0", "weeks", ("user 1", "user 2")),
        ("therapies.1", "", ("user 1",)),
        ("therapies.2", "", ("user 2",)),
    ]
