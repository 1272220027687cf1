"""The example charts as data: legal values, verbatim quotes, coverage, and no text shared between charts.

Whether the product finds what is expected is tested where the product is composed, not here.
"""

import functools
import itertools
import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from rules import values
from rules.assessment import Answer, Outcome
from rules.case import is_cpt, is_icd

EXAMPLES = Path(__file__).resolve().parents[2] / "corpora" / "examples"
SLUGS = sorted(p.parent.name for p in EXAMPLES.glob("*/expected.yaml"))
REGIONS = ("cervical", "thoracic", "lumbar")
REF = re.compile(r"^(A[1-8]|B([1-9]|1[0-2])|G4)$")

#: What the corpus as a whole must cover.
REQUIRED_TAGS = {
    "S1", "S2", "R1", "R2", "R3",
    "radicular_present", "radicular_denied_hard", "radicular_resolved", "radicular_relative",
    "radicular_template_consent", "radicular_thigh_only",
    "fusion_past", "fusion_planned_only", "fusion_adjacent_level", "fusion_other_region", "fusion_ankle",
    "target_level_fused",
    "conservative_5_weeks", "conservative_6_weeks", "conservative_planned_only", "conservative_stale",
    "block_79", "block_80", "block_scores",
    "red_flag_present", "red_flag_instructions_only",
    "clean_supported", "packet", "ask", "codes_outside_text",
}  # fmt: skip
REQUIRED_STYLES = {
    "ehr_shorthand", "dictated_letter", "caps_dictation", "pa_form", "procedure_note", "ur_summary",
    "messy_fax", "telehealth", "ask",
}  # fmt: skip


def literal(model: type[values.Value], field: str) -> set[Any]:
    """Return the legal words of a value's field."""
    return set(get_args(model.model_fields[field].annotation))


CRITERIA = {
    "dx_contradiction": {"yes", "no", "uncertain"},
    "radicular_indication": {"yes", "no", "uncertain"},
    "conservative_care_6_weeks": {"met", "not_met", "not_documented", "waived"},
    "mbb_over_50": {"met", "not_met", "not_documented"},
    "two_mbb_80": {"met", "not_met", "not_documented"},
    "target_level_fused": {"yes", "no", "unknown", "not_applicable"},
    "postfusion_imaging": {"documented", "not_documented", "not_applicable"},
}
PLACE = ("status", "region", "laterality")
RELIEF = ("percent_relief", "relief_days")
FAMILIES = {
    "therapies": (values.Therapy, ("modality", "status", "outcome"), ("weeks", "sessions")),
    "injections": (values.Injection, ("kind", *PLACE), RELIEF),
    "ablations": (values.Ablation, ("target", *PLACE), RELIEF),
    "surgeries": (values.Surgery, ("kind", "status", "region"), ("year",)),
    "red_flags": (values.RedFlag, ("kind",), ()),
}
LEVEL = re.compile(r"^[CTLS]\d{1,2}(-[CTLS]\d{1,2})?$")


def accepted(value: Any) -> list[Any]:
    """Return the values that a gold entry accepts."""
    return value["accept"] if isinstance(value, dict) and set(value) == {"accept"} else [value]


@functools.cache
def read(slug: str) -> dict[str, Any]:
    return yaml.safe_load((EXAMPLES / slug / "expected.yaml").read_text(encoding="utf-8"))


def notes(slug: str) -> dict[str, str]:
    # bytes, so that line ends stay as they are: quotes are compared character by character
    return {p.name: p.read_bytes().decode("utf-8") for p in sorted((EXAMPLES / slug).glob("*.txt"))}


def evidence(node: Any) -> list[str]:
    """Return every quote below a node."""
    if isinstance(node, dict):
        return [q for k, v in node.items() for q in (v if k == "evidence" else evidence(v))]
    return [q for v in node for q in evidence(v)] if isinstance(node, list) else []


def test_there_are_enough_charts() -> None:
    assert len(SLUGS) >= 20
    folders = {p.name for p in EXAMPLES.iterdir() if p.is_dir()}
    assert folders == set(SLUGS), "a folder without an expected.yaml is run by nobody"


def test_required_tags_and_styles_are_covered() -> None:
    charts = [read(s) for s in SLUGS]
    assert set().union(*(c["tags"] for c in charts)) >= REQUIRED_TAGS
    assert {c["style"] for c in charts} >= REQUIRED_STYLES
    assert {c["answer"] for c in charts} == set(get_args(Answer))


@pytest.mark.parametrize("slug", SLUGS)
def test_every_quote_stands_in_its_note(slug: str) -> None:
    texts = notes(slug).values()
    quotes = evidence(read(slug)["facts"])
    assert quotes
    assert [q for q in quotes if len(q) < 3 or not any(q in t for t in texts)] == []


@pytest.mark.parametrize("slug", SLUGS)
def test_expectations_are_legal(slug: str) -> None:
    chart = read(slug)
    assert chart["slug"] == slug == chart["facts"]["note_id"]
    assert chart["answer"] in get_args(Answer)
    assert chart["why"]
    assert "\n" not in chart["why"]
    assert 3 <= len(chart["findings"]) <= 9
    for ref, outcome in chart["findings"].items():
        assert REF.match(ref)
        assert outcome in get_args(Outcome)
    for ref, outcomes in chart.get("must_not", {}).items():
        assert REF.match(ref)
        assert outcomes
        assert set(outcomes) <= set(get_args(Outcome))
        assert chart["findings"].get(ref) not in outcomes


@pytest.mark.parametrize("slug", SLUGS)
def test_the_answer_follows_from_the_findings(slug: str) -> None:
    chart = read(slug)
    outcomes = set(chart["findings"].values())
    if "contradiction" in outcomes:
        assert chart["answer"] == "not_supported_as_coded"
    elif "not_met" in outcomes:
        assert chart["answer"] == "not_supported"
    elif chart["answer"] == "insufficient_documentation":
        assert "not_documented" in outcomes or chart["findings"].get("G4") == "needs_review"
    else:
        assert chart["answer"] == "supported"


@pytest.mark.parametrize("slug", SLUGS)
def test_status_families_are_legal_and_proven(slug: str) -> None:
    facts = read(slug)["facts"]
    for family, model in (
        ("radicular", values.Radicular),
        ("nerve_compression_on_imaging", values.NerveCompression),
    ):
        assert tuple(facts[family]) == REGIONS
        for entry in facts[family].values():
            found = accepted({"accept": entry["accept"]} if "accept" in entry else entry["status"])
            assert set(found) <= literal(model, "status")
            assert (found == ["not_documented"]) == (not entry["evidence"])


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("family", FAMILIES)
def test_list_families_are_legal_and_proven(slug: str, family: str) -> None:
    model, words, numbers = FAMILIES[family]
    for item in read(slug)["facts"][family]:
        for field in words:
            assert set(accepted(item[field])) <= literal(model, field), field
        for field in numbers:
            assert all(n is None or (n >= 0 and not isinstance(n, bool)) for n in accepted(item[field])), (
                field
            )
        for levels in accepted(item.get("levels", [])):
            assert all(LEVEL.match(level) for level in levels)
        # the scorer matches items on these, so that they cannot be left open
        assert all(isinstance(item[field], str) for field in words[:2])
        assert item["evidence"]


@pytest.mark.parametrize("slug", SLUGS)
def test_request_and_criteria_are_legal(slug: str) -> None:
    facts = read(slug)["facts"]
    text = "\n".join(notes(slug).values())
    for line in facts["request"]["procedures"]:
        assert is_cpt(line["cpt"])
        assert line["cpt"] in text, "only what the note states in codes"
        assert line["units"] >= 1
        assert line["laterality"] in get_args(values.Laterality)
        assert all(LEVEL.match(level) for level in line["levels"])
    for code in facts["request"]["diagnoses"]:
        assert is_icd(code)
        assert code in text
    assert set(facts["criteria"]) == set(CRITERIA)
    for name, value in facts["criteria"].items():
        assert set(accepted(value)) <= CRITERIA[name], name


@pytest.mark.parametrize("slug", SLUGS)
def test_pain_is_legal(slug: str) -> None:
    pain = read(slug)["facts"]["pain"]
    assert set(accepted(pain["pattern"])) <= literal(values.Pain, "pattern")
    assert all(s is None or 0 <= s <= 10 for s in accepted(pain["score_max"]))
    assert all(w is None or w > 0 for w in accepted(pain["duration_weeks"]))
    assert pain["evidence"]


@pytest.mark.parametrize("slug", SLUGS)
def test_files_of_a_chart(slug: str) -> None:
    texts = notes(slug)
    assert 600 <= sum(map(len, texts.values())) <= 3500
    case_file = EXAMPLES / slug / "case.json"
    case = json.loads(case_file.read_text(encoding="utf-8")) if case_file.exists() else {}
    chart = read(slug)
    if "packet" in chart["tags"]:
        assert len(texts) > 2
        assert case["documents"] == [d["file"] for d in chart["documents"]]
        assert sorted(case["documents"]) == sorted(texts)
        assert [str(d["date"]) for d in chart["documents"]] == sorted(
            str(d["date"]) for d in chart["documents"]
        )
    else:
        assert list(texts) == ["note.txt"]
    if "codes_outside_text" in chart["tags"]:
        assert case["cpt"]
        assert case["icd"]
        assert chart["facts"]["request"] == {"procedures": [], "diagnoses": []}


def shingles(text: str, size: int = 8) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[i : i + size]) for i in range(len(words) - size + 1)}


def test_no_two_charts_share_their_text() -> None:
    """At most 15 % of the smaller chart's runs of eight words stand in another chart."""
    sets = {slug: shingles("\n".join(notes(slug).values())) for slug in SLUGS}
    shared = {
        (a, b): len(sets[a] & sets[b]) / min(len(sets[a]), len(sets[b]))
        for a, b in itertools.combinations(SLUGS, 2)
    }
    assert {pair: share for pair, share in shared.items() if share > 0.15} == {}


def test_the_card_names_what_it_covers() -> None:
    card = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert card.startswith(f"# Example charts\n\n{len(SLUGS)} charts ")
    assert "is invented" in card
    named = set(re.findall(r"`([a-z0-9-]+)`", card))
    covered = {s for s in SLUGS if REQUIRED_TAGS & set(read(s)["tags"])}
    assert covered <= named
