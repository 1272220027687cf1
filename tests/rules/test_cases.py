"""The named cases beside the catalogue: facts, day and request in, outcomes out."""

from __future__ import annotations

from rules.engine import assess


def outcomes(assessment):
    found = {}
    for finding in assessment.findings:
        found.setdefault(finding.ref, set()).add(finding.outcome)
        found[finding.id] = {finding.outcome} if finding.id != finding.ref else found[finding.ref]
    return found


def test_case(rule_case, build_case, build_policy):
    _, spec = rule_case
    assessment = assess(build_case(spec), build_policy(spec), on=spec.get("day"))
    found = outcomes(assessment)
    for key, expected in spec["expect"].items():
        assert found.get(key) == {expected}, f"{key}: {found.get(key)}, expected {expected}"
    if "answer" in spec:
        assert assessment.determination.answer == spec["answer"]
    said = " ".join([assessment.determination.statement, *(f.message for f in assessment.findings)])
    for words in spec.get("says", ()):
        assert words in said
    for words in spec.get("silent", ()):
        assert words not in said
