"""Counts of a result by kind: what watching, metrics and drift need, without any text of a note."""

from __future__ import annotations

import json
from collections import Counter

from rules.assessment import Assessment


def summary(assessment: Assessment) -> dict[str, dict[str, int]]:
    """Counts of facts by family and of findings by check and outcome.

    Returns
    -------
    dict
        ``facts``: by the case's field ("therapies": 3); ``findings``: by ``"A1 contradiction"``, without
        those that do not apply; ``size``: documents and characters.
    """
    case = assessment.case
    facts = {
        name: len(value)
        for name, value in ((name, getattr(case, name)) for name in sorted(type(case).model_fields))
        if isinstance(value, tuple) and name != "documents" and value
    }
    findings = Counter(f"{f.ref} {f.outcome}" for f in assessment.findings if f.outcome != "not_applicable")
    return {
        "facts": facts,
        "findings": dict(sorted(findings.items())),
        "size": {"documents": len(case.documents)},
    }


def summary_json(assessment: Assessment) -> str:
    """The summary as compact JSON."""
    return json.dumps(summary(assessment), sort_keys=True, separators=(",", ":"))
