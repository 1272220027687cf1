"""The assessment as a whole: precedence, ids, pathways, missing documentation, versions, determinism."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys

import pytest

from rules.assessment import Assessment
from rules.case import Case
from rules.engine import assess, day_of
from rules.policy import PolicyError

S1 = {
    "request": {"cpt": ["64635", "64636"], "icd": ["M47.816"]},
    "facts": {
        "radicular": [
            {
                "region": "lumbar",
                "status": "present",
                "quote": "chronic low back pain related to radiculitis/radiculopathy",
            }
        ]
    },
}
S2 = {
    "request": {"cpt": ["64635", "64636"], "icd": ["M47.817"]},
    "facts": {"surgeries": [{"kind": "fusion", "status": "past", "quote": "history of prior spinal fusion"}]},
}


def finding(assessment, name):
    return next(f for f in assessment.findings if f.id == name)


def test_s1_answer(build_case):
    result = assess(build_case(S1))
    assert result.determination.answer == "not_supported_as_coded"
    assert result.determination.because == ("A1-M47.816",)
    assert result.determination.statement.startswith("Not supported as coded: M47.816 (")
    found = finding(result, "A1-M47.816")
    assert found.severity == "blocking"
    assert found.evidence[0].quote == "chronic low back pain related to radiculitis/radiculopathy"
    assert {c.title for c in found.citations} >= {
        "ICD-10-CM tabular list, release of 1 April 2026 (CDC/NCHS)"
    }
    offered = {code.code for remedy in found.remedies for code in remedy.codes}
    assert offered == {"M47.26", "M51.16", "M54.16", "62323", "64483"}


def test_s1_pathways_and_missing_documentation(build_case):
    result = assess(build_case(S1))
    assert [p.id for p in result.pathways] == ["if_radicular", "if_facetogenic"]
    asked = " ".join(m.item for m in result.missing_documentation)
    for word in (
        "Conservative care",
        "diagnostic medial branch blocks",
        "MRI",
        "Facet examination",
        "code that matches",
    ):
        assert word in asked
    assert {p.id for p in result.pitfalls} >= {
        "facet-for-radicular",
        "six-weeks-first",
        "ablation-is-no-injection",
    }


@pytest.mark.parametrize(
    ("code", "offered"),
    [
        ("M47.812", {"M47.22", "M50.12", "M54.12"}),
        ("M47.813", {"M47.23", "M50.13", "M54.13"}),
        ("M47.814", {"M47.24", "M51.14", "M54.14"}),
        ("M47.817", {"M47.27", "M51.17", "M54.17"}),
        ("M47.818", {"M47.28", "M54.18"}),
        ("M47.819", {"M47.20", "M54.10"}),
    ],
)
def test_remedies_are_of_the_code_s_own_region(build_case, code, offered):
    region = {"2": "cervical", "3": "cervical", "4": "thoracic"}.get(code[-1], "lumbar")
    spec = {
        "request": {"cpt": ["64635" if region == "lumbar" else "64633"], "icd": [code]},
        "facts": {"radicular": [{"region": region, "status": "present"}]},
    }
    found = finding(assess(build_case(spec)), f"A1-{code}")
    codes = {c.code for remedy in found.remedies for c in remedy.codes if c.system == "ICD-10-CM"}
    assert codes == offered
    assert all(c.title for remedy in found.remedies for c in remedy.codes)


def test_s2_answer(build_case):
    result = assess(build_case(S2))
    assert result.determination.answer == "insufficient_documentation"
    said = result.determination.statement
    assert said.startswith("Not supported on this record: ")
    for words in (
        "conservative care",
        "diagnostic medial branch block",
        "imaging after the fusion",
        "levels fused",
    ):
        assert words in said
    assert "after_fusion" in [p.id for p in result.pathways]
    assert finding(result, "A1-M47.817").outcome == "met"


def test_not_met_outweighs_silence_and_contradiction_outweighs_both(build_case):
    spec = {
        "request": {"cpt": ["64635"], "icd": ["M47.816"]},
        "facts": {"therapies": [{"modality": "nsaid", "status": "past", "weeks": 2, "outcome": "failed"}]},
    }
    assert assess(build_case(spec)).determination.answer == "not_supported"
    spec["facts"]["radicular"] = [{"region": "lumbar", "status": "present"}]
    result = assess(build_case(spec))
    assert result.determination.answer == "not_supported_as_coded"
    assert "Not met as well" in result.determination.statement
    assert "not documented" in result.determination.statement


def test_because_names_findings_that_are_there(build_case, all_rule_cases):
    for _, spec in all_rule_cases:
        result = assess(build_case(spec), on=spec.get("day"))
        ids = [f.id for f in result.findings]
        assert len(set(ids)) == len(ids)
        assert set(result.determination.because) <= set(ids)
        assert result.determination.because
        assert {name for m in result.missing_documentation for name in m.findings} <= set(ids)


def test_every_finding_is_cited_and_every_adverse_one_has_a_headline(build_case, all_rule_cases):
    for _, spec in all_rule_cases:
        result = assess(build_case(spec), on=spec.get("day"))
        for found in result.findings:
            assert found.citations
            assert found.message.rstrip().endswith(".")
        statement = result.determination.statement
        assert ": ." not in statement
        assert "; ." not in statement
        assert "  " not in statement


def test_figures_carry_owner_date_and_trust(build_case):
    found = finding(assess(build_case(S1)), "A5-lumbar")
    relief = next(p for p in found.parameters if p.name == "diagnostic_block_relief_percent")
    assert (relief.value, relief.policy, relief.verification) == (50, "guideline", "seed")
    assert relief.effective_from == dt.date(2025, 1, 1)
    assert relief.last_verified == dt.date(2026, 11, 21)


def test_payer_only_checks_never_weigh(build_case, all_rule_cases):
    for _, spec in all_rule_cases:
        for found in assess(build_case(spec), on=spec.get("day")).findings:
            if found.ref in ("A3", "B1", "B2"):
                assert found.outcome in ("needs_review", "not_applicable")


def test_day_defaults_to_service_date_then_to_the_latest_document(build_case):
    documents = [{"id": "a", "date": dt.date(2026, 1, 1)}, {"id": "b", "date": dt.date(2026, 2, 1)}]
    assert day_of(build_case({"documents": documents})) == dt.date(2026, 2, 1)
    dated = {"documents": documents, "request": {"service_date": dt.date(2026, 4, 1)}}
    assert assess(build_case(dated)).on == dt.date(2026, 4, 1)
    assert day_of(build_case({"documents": [{"id": "a"}]})) is None


def test_round_trip_and_determinism(build_case):
    case = build_case(S1)
    first = assess(case).model_dump_json()
    again = assess(Case.model_validate_json(case.model_dump_json())).model_dump_json()
    assert first == again
    assert Assessment.model_validate_json(first).model_dump_json() == first


def test_versions_are_filled(build_case):
    versions = assess(build_case(S1)).versions
    assert versions["policy"].startswith("guideline 2026.1+")
    assert versions["icd10cm"] == "2026-04-01"
    assert "mue 2024Q3" in versions["ncci"]
    assert set(versions) == {"rules", "policy", "icd10cm", "cpt", "ncci"}


def test_unknown_policy_is_named_with_those_there_are(build_case):
    with pytest.raises(PolicyError, match=r"unknown policy 'nonesuch': choose one of .*guideline"):
        assess(build_case(S1), policy="nonesuch")


def test_rules_need_neither_spacy_nor_prefect(build_case, tmp_path):
    """A JSON case is assessed in a process where language processing cannot be imported."""
    (tmp_path / "case.json").write_text(build_case(S1).model_dump_json(), "utf-8")
    program = (
        "import sys\n"
        "class Bar:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in {'spacy', 'medspacy', 'scispacy', 'sklearn', 'numpy', 'prefect',"
        " 'sqlalchemy', 'jinja2', 'rich', 'extractors', 'pipeline'}:\n"
        "            raise ImportError('barred: ' + name)\n"
        "sys.meta_path.insert(0, Bar())\n"
        "from rules.case import Case\n"
        "from rules.engine import assess\n"
        "text = open(sys.argv[1], encoding='utf-8').read()\n"
        "print(assess(Case.model_validate_json(text)).determination.model_dump_json())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "case.json")],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert json.loads(done.stdout)["answer"] == "not_supported_as_coded"
