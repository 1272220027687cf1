"""Slices, confusion and ledger of the small corpus, against what its notes are known to give."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.facts import Cue
from pipeline.evaluation import Evaluation, evaluate
from pipeline.evaluation.confusion import EXTRA, MISSED, Confusion, confusions
from pipeline.evaluation.details_text import detail_lines, worst
from pipeline.evaluation.evaluator import NoteResult
from pipeline.evaluation.facts import judged_facts
from pipeline.evaluation.html import render_page
from pipeline.evaluation.judgement import Judgement
from pipeline.evaluation.ledger import Account, known_ids, ledger, never_fired
from pipeline.evaluation.predict import FoundFact, FoundMention, Prediction
from pipeline.evaluation.report_json import render_json
from pipeline.evaluation.runs import run_data
from pipeline.evaluation.slices import length_classes, section_precision, slices
from pipeline.evaluation.wilson import wilson


@pytest.fixture(scope="module")
def accounts(evaluation: Evaluation) -> dict[tuple[str, str], Account]:
    return {(a.kind, a.id): a for a in ledger(evaluation.notes)}


def matrix(evaluation: Evaluation, family: str, region: str | None = None) -> Confusion:
    return next(c for c in confusions(evaluation.notes) if (c.family, c.region) == (family, region))


def cell(c: Confusion, gold: str, found: str) -> int:
    return c.cells[c.rows.index(gold)][c.columns.index(found)]


def test_confusion_of_a_list(evaluation: Evaluation) -> None:
    c = matrix(evaluation, "therapies")
    assert cell(c, "past", "past") == 1  # physical therapy
    assert cell(c, "planned", "current") == 1  # ibuprofen, whose gold is wrong on purpose
    assert cell(c, "past", MISSED) == 1  # traction, which the note does not speak of
    assert cell(c, EXTRA, "past") == 1  # acupuncture, which the gold lacks
    assert c.total == 4


def test_confusion_by_region(evaluation: Evaluation) -> None:
    c = matrix(evaluation, "radicular", "lumbar")
    assert cell(c, "absent", "absent") == 1
    assert cell(c, "not_documented", "present") == 1
    assert c.total == 2


def test_where_the_gold_accepts_several_the_found_one_is_right(evaluation: Evaluation) -> None:
    def found(got: str) -> tuple[int, int]:
        j = Judgement("radicular", "status", "right", "lumbar", want=("absent", "historical"), got=got)
        (c,) = confusions([note_with(evaluation, [], [], [j])])
        return cell(c, got, got), cell(c, "absent", got)

    assert found("historical") == (1, 0)
    assert found("present") == (0, 1)


def test_every_matrix_holds_every_judgement_once(evaluation: Evaluation) -> None:
    for c in confusions(evaluation.notes):
        own = [j for n in evaluation.notes for j in n.judgements if j.family == c.family]
        if c.region:
            assert c.total == sum(j.gold == c.region for j in own)
        else:
            entries = [j for j in own if j.part == "entry"]
            pairs = sum(bool(j.partner) for j in entries) // 2
            assert c.total == sum(j.verdict != "free" for j in entries) - pairs


def test_the_ledger_names_who_answers_for_a_fact(accounts: dict[tuple[str, str], Account]) -> None:
    good = accounts["entry", "therapies/physical_therapy"]
    assert (good.fired >= 1, good.facts, good.right, good.wrong, good.precision) == (True, 1, 1, 0, 1.0)
    bad = accounts["entry", "therapies/acupuncture"]
    assert (bad.facts, bad.right, bad.wrong, bad.precision) == (1, 0, 1, 0.0)
    patterns = [a for (kind, _), a in accounts.items() if kind == "pattern" and a.wrong]
    assert any(a.id.startswith("therapies/acupuncture#") for a in patterns)
    rules = [a for (kind, _), a in accounts.items() if kind == "rule" and a.fired]
    assert any(a.id.startswith("NEGATED_EXISTENCE:") for a in rules)


def test_a_step_answers_for_its_attribute(accounts: dict[tuple[str, str], Account]) -> None:
    weeks = accounts["step", "therapies:weeks<-duration"]
    assert (weeks.facts, weeks.right, weeks.wrong) == (1, 1, 0)


def test_the_ledger_knows_what_never_fired(evaluation: Evaluation) -> None:
    known = known_ids()
    accounts = ledger(evaluation.notes, known)
    dead = never_fired(accounts, "entry")
    assert "ablations/radiofrequency" in dead
    assert "therapies/physical_therapy" not in dead
    assert set(known["pattern"]) <= {a.id for a in accounts if a.kind == "pattern"}
    assert len(known["rule"]) > 500


def test_ledger_and_verdicts_agree(evaluation: Evaluation, accounts: dict[tuple[str, str], Account]) -> None:
    facts = [f for n in evaluation.notes for f in judged_facts(n) if f.fact.entries]
    for verdict, count in (("right", "right"), ("wrong", "wrong")):
        rests = sum(len(f.fact.entries) for f in facts if f.verdict == verdict)
        assert rests == sum(getattr(a, count) for (kind, _), a in accounts.items() if kind == "entry")
    assert {f.verdict for f in facts} >= {"right", "wrong", "unjudged"}


def note_with(
    evaluation: Evaluation, facts: list[FoundFact], mentions: list[FoundMention], judgements: list[Judgement]
) -> NoteResult:
    prediction = Prediction("n", facts={f.id: f for f in facts}, mentions=tuple(mentions))
    return NoteResult(evaluation.notes[0].note, prediction, tuple(judgements), {})


def fact(id_: str, family: str, *steps: str) -> FoundFact:
    return FoundFact(id_, family, 0, 4, None, (), (f"{family}/x",), (f"{family}/x#literals[0]",), (), steps)


def test_the_pain_fact_is_right_where_one_of_its_fields_is(evaluation: Evaluation) -> None:
    fields = [
        Judgement("pain", "pattern", "right", fact="pain.1"),
        Judgement("pain", "score_max", "wrong", fact="pain.1"),
    ]
    (only,) = judged_facts(note_with(evaluation, [fact("pain.1", "pain")], [], fields))
    assert (only.verdict, only.attributes) == ("right", {"pattern": True, "score_max": False})


def test_steps_and_attribute_errors(evaluation: Evaluation) -> None:
    """A step that read a wrong value is wrong; errors count on entries, and on right facts only."""
    found = [fact(f"therapies.{n}", "therapies", "weeks<-duration") for n in (1, 2)]
    parts = [
        Judgement("therapies", "entry", "right", "0", fact="therapies.1"),
        Judgement("therapies", "weeks", "wrong", "0", fact="therapies.1"),
        Judgement("therapies", "outcome", "wrong", "0", fact="therapies.1"),
        Judgement("therapies", "entry", "extra", fact="therapies.2"),
    ]
    out = {(a.kind, a.id): a for a in ledger([note_with(evaluation, found, [], parts)], {})}
    entry, step = out["entry", "therapies/x"], out["step", "therapies:weeks<-duration"]
    assert (entry.facts, entry.right, entry.wrong, entry.attribute_errors) == (2, 1, 1, 2)
    assert (step.facts, step.right, step.wrong, step.attribute_errors) == (2, 0, 2, 0)
    one_wrong = note_with(
        evaluation, found[1:], [], [replace(parts[3]), replace(parts[1], fact="therapies.2")]
    )
    (account,) = (a for a in ledger([one_wrong], {}) if a.id == "therapies/x")
    assert account.attribute_errors == 0


def test_a_fact_without_a_lexicon_match_is_shown_apart(evaluation: Evaluation) -> None:
    text = "PSH: none\nHPI: low back pain.\n"
    gold = {"surgeries": [{"kind": "other", "status": "denied", "region": "unknown", "levels": []}]}
    note = replace(evaluation.notes[0].note, text=text, gold=gold, evidence=())
    result = evaluate(replace(evaluation.corpus, notes=(note,)), resamples=0)
    accounts = ledger(result.notes)
    of = {a.kind: a for a in accounts if a.id == "surgeries/section"}
    assert set(of) == {"origin"}
    assert (of["origin"].fired, of["origin"].facts, of["origin"].right) == (0, 1, 1)
    assert all(a.fired for a in accounts if a.kind in ("entry", "pattern") and a.facts)
    assert "without a lexicon match (origin): 1 known; those" in "\n".join(detail_lines(result, ["ledger"]))
    wrong = evaluate(replace(evaluation.corpus, notes=(replace(note, gold={"surgeries": []}),)), resamples=0)
    assert "Without a lexicon match (origin): most wrong facts" in render_page(wrong)
    assert "origin" not in json.loads(render_json(result, run_data(result)))["ledger"]["never_fired"]


def test_one_cue_over_two_mentions_fired_once(evaluation: Evaluation) -> None:
    cue = Cue("NEGATED_EXISTENCE", "denies", 0, 6, 0, 40)
    both = [
        FoundMention("radicular/x", "radicular/x#literals[0]", "x", at, at + 4, None, ("negated",), (cue,))
        for at in (10, 20)
    ]
    accounts = {(a.kind, a.id): a for a in ledger([note_with(evaluation, [], both, [])], {})}
    assert accounts["rule", "NEGATED_EXISTENCE:denies"].fired == 1
    mentions = accounts["entry", "radicular/x"]
    assert (mentions.fired, mentions.notes, mentions.facts) == (2, 1, 0)


def test_slices(evaluation: Evaluation) -> None:
    cut = slices(evaluation)
    assert set(cut) == {"document_type", "length"}  # one set, one writer, one split: no slices of those
    assert sum(p.notes for p in cut["document_type"]) == 3
    letter = next(p for p in cut["document_type"] if p.value == "letter")
    assert letter.scores["therapies.f1"].value == 0.0
    assert [p.notes for p in cut["length"]] == [1, 1, 1]
    sections = {(s.family, s.section): s for s in section_precision(evaluation)}
    assert sum(s.right + s.wrong for s in sections.values()) == sum(
        f.verdict in ("right", "wrong") for n in evaluation.notes for f in judged_facts(n)
    )


def test_precision_by_section_holds_right_against_wrong(evaluation: Evaluation) -> None:
    for s in section_precision(evaluation):
        own = [
            f.verdict
            for n in evaluation.notes
            for f in judged_facts(n)
            if (f.fact.family, f.fact.section or "unknown") == (s.family, s.section)
        ]
        assert (s.right, s.wrong) == (own.count("right"), own.count("wrong"))
    assert any(s.wrong for s in section_precision(evaluation))


@pytest.mark.parametrize("n", [3, 9, 30, 300])
def test_length_classes_are_terciles(n: int) -> None:
    name = length_classes(range(1, n + 1))
    sizes = Counter(name(length).split()[0] for length in range(1, n + 1))
    assert sizes == {"short": n // 3, "middle": n // 3, "long": n // 3}


@given(st.lists(st.integers(1, 500), min_size=1, max_size=40))
def test_equal_lengths_fall_into_one_class_and_order_is_kept(lengths: list[int]) -> None:
    name = length_classes(lengths)
    ranks = [("short", "middle", "long").index(name(n).split()[0]) for n in sorted(lengths)]
    assert ranks == sorted(ranks)
    assert ranks[0] == 0


@pytest.mark.parametrize(
    ("right", "total", "low", "high"),
    # From Newcombe 1998, Stat Med 17:857, table I (score method without continuity correction).
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson(right: int, total: int, low: float, high: float) -> None:
    assert wilson(right, total) == pytest.approx((low, high), abs=5e-5)
    assert wilson(0, 0) is None


def test_text_and_json_hold_all_parts_and_no_words_of_a_note(evaluation: Evaluation, marker: str) -> None:
    text = "\n".join(detail_lines(evaluation, ["slices", "confusion", "ledger", "errors"]))
    for word in (
        "by document type",
        "therapies (rows: gold",
        "never fired here",
        "leg: therapies missed traction",
    ):
        assert word in text
    whole = render_json(evaluation, run_data(evaluation))
    data = json.loads(whole)
    assert data["ledger"]["never_fired"]["entry"]
    assert all(a["fired"] or a["facts"] for a in data["ledger"]["accounts"])
    assert marker not in text + whole


def test_the_worst_accounts_come_first(accounts: dict[tuple[str, str], Account]) -> None:
    bad = worst(list(accounts.values()), "entry")
    assert [a.wrong for a in bad] == sorted((a.wrong for a in bad), reverse=True)
    assert all(a.wrong for a in bad)
