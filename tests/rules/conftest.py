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

CASES = Path(__file__).with_name("cases")


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
    """A case from ``request`` (cpt, icd, levels, side, called), ``documents`` and ``facts``."""
    asked = spec.get("request", {})
    default_line = {
        "levels": tuple(asked.get("levels", ())),
        "laterality": asked.get("side", "unknown"),
        "called": asked.get("called"),
    }
    lines = tuple(ClaimLine(cpt=str(code), **default_line) for code in asked.get("cpt", ()))
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
            conflicts=tuple(RequestConflict(**c) for c in asked.get("conflicts", ())),
        ),
        **{
            family: tuple(make_fact(family, n, item) for n, item in enumerate(items))
            for family, items in spec.get("facts", {}).items()
        },
    )


def load_cases() -> list[tuple[str, dict[str, Any]]]:
    """Every case of every file, with the file's stem."""
    return [
        (path.stem, case)
        for path in sorted(CASES.glob("*.yaml"))
        for case in yaml.safe_load(path.read_text("utf-8"))
    ]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "rule_case" in metafunc.fixturenames:
        rows = load_cases()
        metafunc.parametrize("rule_case", rows, ids=[f"{stem}: {case['name']}" for stem, case in rows])


@pytest.fixture(scope="session")
def build_case():
    return make_case


@pytest.fixture(scope="session")
def all_rule_cases():
    return load_cases()
