"""Builders of cases for the rule tests: a case is written as a few lines of YAML, without any text."""

from __future__ import annotations

import datetime as dt
import typing
from pathlib import Path
from typing import Any

import pytest
import yaml

from rules import values as v
from rules.case import Case, ClaimLine, Diagnosis, Document, Fact, Request, RequestConflict
from rules.policy import CheckUse, Policy, PolicyParameter
from rules.policy_files import load_policy

CASES = Path(__file__).with_name("cases")
POLICY_CASES = Path(__file__).with_name("policies")


OTHER_FAMILIES = ("facet_block_ultrasound", "si_joint")


def _value_type(family: str) -> type[v.Value]:
    """The value type of a family, as the case declares it: ``tuple[Fact[Radicular], ...]``."""
    fact_type = typing.get_args(Case.model_fields[family].annotation)[0]
    return fact_type.model_fields["value"].annotation


def make_fact(family: str, number: int, spec: dict[str, Any]) -> Fact[Any]:
    """A fact from its value's fields; ``doc``, ``assertion`` and ``quote`` are the fact's own."""
    spec = dict(spec)
    doc, assertion = spec.pop("doc", "note"), spec.pop("assertion", "present")
    quote = spec.pop("quote", f"{family} statement {number}")
    for key in ("date", "start", "end"):
        if key in spec and spec[key] is not None:
            spec[key] = str(spec[key])
    value_type = _value_type(family)
    return Fact[value_type](  # type: ignore[valid-type]
        id=f"{family}-{number}",
        document=doc,
        start=100 * number,
        end=100 * number + len(quote),
        quote=quote,
        extractor="test",
        version="1",
        assertion=assertion,
        value=value_type(**spec),
    )


def make_case(spec: dict[str, Any]) -> Case:
    """A case from ``request``, ``documents`` and ``facts``.

    ``request`` names ``cpt`` codes with the ``levels``, ``side`` and ``called`` of all of them, or ``lines``
    in full; ``icd`` codes; and ``service_date``, ``payer``, ``setting``, ``state``, ``claim_kind``.
    """
    asked = spec.get("request", {})
    default_line = {
        "levels": tuple(asked.get("levels", ())),
        "laterality": asked.get("side", "unknown"),
        "called": asked.get("called"),
    }
    lines = tuple(ClaimLine(cpt=str(code), **default_line) for code in asked.get("cpt", ())) + tuple(
        ClaimLine.model_validate(line) for line in asked.get("lines", ())
    )
    diagnoses = tuple(
        Diagnosis(code=item) if isinstance(item, str) else Diagnosis(**item) for item in asked.get("icd", ())
    )
    documents = spec.get("documents") or [{"id": "note", "date": dt.date(2026, 3, 1)}]
    return Case(
        case_id="case",
        documents=tuple(Document(sha256="0" * 64, length=5000, **d) for d in documents),
        request=Request(
            lines=lines,
            diagnoses=diagnoses,
            service_date=asked.get("service_date"),
            payer=asked.get("payer"),
            setting=asked.get("setting"),
            state=asked.get("state"),
            claim_kind=asked.get("claim_kind"),
            conflicts=tuple(RequestConflict(**c) for c in asked.get("conflicts", ())),
        ),
        **{
            family: tuple(make_fact(family, n, item) for n, item in enumerate(items))
            for family, items in spec.get("facts", {}).items()
        },
    )


def policy_of(spec: dict[str, Any]) -> Policy:
    """The policy of a case: a shipped one by id, else the guideline; ``setup`` adds checks and figures to it.

    A figure of the setup is ``{value, unit, comparison}``; what a file must say beyond that is filled in.
    ``without`` names figures of the policy that are taken away.
    """
    policy = load_policy(spec.get("policy", "guideline"))
    setup = spec.get("setup", {})
    if not setup:
        return policy
    figures = {}
    for name, row in setup.get("parameters", {}).items():
        unread = row["value"] is None
        figures[name] = PolicyParameter.model_validate(
            {
                "title": row.get("title", name.replace("_", " ").capitalize()),
                "unit": row.get("unit"),
                "comparison": row.get("comparison"),
                "values": row.get("values") or [{"from": dt.date(2020, 1, 1), "value": row["value"]}],
                "reference": "seed-s1",
                "verification": "unverified" if unread else "seed",
                "why": "the test says so" if unread else None,
                "last_verified": row.get("last_verified", dt.date(2026, 11, 21)),
            }
        )
    uses = {slug: CheckUse.model_validate(use or {}) for slug, use in setup.get("checks", {}).items()}
    return policy.model_copy(
        update={
            "checks": {**policy.checks, **uses},
            "parameters": {
                name: p
                for name, p in {**policy.parameters, **figures}.items()
                if name not in setup.get("without", ())
            },
            # A policy that lists checks of its own speaks of every service that they concern.
            "families": policy.families if "policy" in spec else (*policy.families, *OTHER_FAMILIES),
            **{key: setup[key] for key in ("effective_from", "effective_to", "payers") if key in setup},
        }
    )


def load_file(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The header of a file of cases (``setup``, ``exempt``; may be missing) and its cases."""
    rows = yaml.safe_load(path.read_text("utf-8"))
    head = rows.pop(0) if rows and "name" not in rows[0] else {}
    return head, rows


def load_cases() -> list[tuple[str, dict[str, Any]]]:
    """Every case of every file, with the file's stem; the header's setup counts for all its cases."""
    found = []
    for path in sorted(CASES.glob("*.yaml")):
        head, rows = load_file(path)
        found += [(path.stem, {"setup": head.get("setup", {}), **case}) for case in rows]
    return found


def load_all() -> list[tuple[str, dict[str, Any]]]:
    """The cases of the checks and those of the policies, those under the first policy that they hold for."""
    found = load_cases()
    for path in sorted(POLICY_CASES.glob("*.yaml")):
        rows = yaml.safe_load(path.read_text("utf-8"))
        head = rows.pop(0) if "name" not in rows[0] else {}
        policy = head.get("policies", [path.stem])[0]
        found += [(f"policy-{path.stem}", {"policy": policy, **case}) for case in rows]
    return found


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "rule_case" in metafunc.fixturenames:
        rows = load_cases()
        metafunc.parametrize("rule_case", rows, ids=[f"{stem}: {case['name']}" for stem, case in rows])


@pytest.fixture(scope="session")
def build_case():
    return make_case


@pytest.fixture(scope="session")
def build_policy():
    return policy_of


@pytest.fixture(scope="session")
def all_rule_cases():
    return load_cases()
