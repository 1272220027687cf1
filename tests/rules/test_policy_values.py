"""Every value of every policy is pinned: moved by one step, some case of that policy notices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from rules.checks import check_of
from rules.policy import DatedValue, Policy, PolicyParameter
from rules.policy_files import available_policies, load_policy

from .policy_cases import dump, fault, noticed, policy_cases, readers

#: The guideline's own cases stand in tests/rules/cases.
POLICIES = tuple(name for name in available_policies() if name != "guideline")
DAY = dt.timedelta(days=1)
#: What a list may hold beyond what it holds: words of the case's vocabulary, and neighbours of its codes.
WORDS = {
    "accepted_guidance": ("fluoroscopy", "ct", "ultrasound", "mri", "none"),
    "guidance_services": ("facet_rfa", "facet_block", "facet_block_ultrasound"),
    "diagnostic_block_kinds": ("medial_branch_block", "facet_intraarticular"),
    "diagnostic_modifier": ("KX", "59"),
    "noncovered_techniques": ("pulsed", "cooled", "cryo", "chemical", "laser", "endoscopic"),
    "noncovered_sedation_blocks": ("minimal", "moderate", "monitored_care", "general"),
    "noncovered_sedation_ablation": ("minimal", "moderate", "monitored_care", "general"),
    # General anaesthesia is never covered: whether it also needs a reason makes no difference.
    "sedation_needs_reason": ("minimal", "moderate", "monitored_care"),
    "prior_authorization_settings": ("hospital_outpatient", "office", "ambulatory_surgery_center"),
    "prior_authorization_states": ("AZ", "CA", "NJ", "OH", "OK", "TX", "WA"),
    "prior_authorization_codes": ("64633", "64490", "64492", "64495"),
    "prior_authorization_state_codes": ("62321", "62320"),
    "noncovered_level_codes": ("64491", "64494"),
    "noncovered_procedures": ("64625", "64635", "27096"),
    "office_first_codes": ("64634", "64636", "64490", "64493", "64633", "64635"),
    "covered_diagnoses": ("M54.16", "M47.26"),
    "cyst_only_diagnoses": ("M47.816",),
}
#: How far back sessions are counted: no figure of the record is compared with it.
UNCOMPARED = ("session_window_months",)
#: Whatever a policy says, silence on where the service is given never weighs.
WEIGHTLESS = ("setting-and-authorization",)
_OTHER = {"at_least": "more_than", "more_than": "at_least", "at_most": "less_than", "less_than": "at_most"}


def _widened(item: str) -> Iterator[str]:
    """A range of codes, one code wider and narrower at each end."""
    first, last = item.split("-")
    for low, high in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        ends = (first[:-1] + str(int(first[-1]) + low), last[:-1] + str(int(last[-1]) + high))
        yield "-".join(ends)


def moved(name: str, parameter: PolicyParameter, value: Any) -> Iterator[Any]:
    """One step to each side of a value; what else an unread one might be."""
    if value is None:
        known = next((v.value for v in parameter.values if v.value is not None), None)
        yield known if known is not None else (1 if parameter.comparison else ["M47.816"])
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        step = 1 if value >= 1 else 0.1
        yield from (value + step, value - step)
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield [*value[:i], *value[i + 1 :]]
            if "-" in item:
                yield from ([*value[:i], wide, *value[i + 1 :]] for wide in _widened(item))
        yield from ([*value, word] for word in WORDS[name] if word not in value)


def _with(policy: Policy, name: str, **update: Any) -> Policy:
    parameter = policy.parameters[name].model_copy(update=update)
    return policy.model_copy(update={"parameters": {**policy.parameters, name: parameter}})


def _rows(parameter: PolicyParameter, at: int, **update: Any) -> tuple[DatedValue, ...]:
    rows = list(parameter.values)
    rows[at] = rows[at].model_copy(update=update)
    return tuple(rows)


def changes(policy: Policy, name: str) -> Iterator[tuple[str, Policy]]:
    """Every small change of one figure, and what it is."""
    parameter = policy.parameters[name]
    for i, row in enumerate(parameter.values):
        for value in moved(name, parameter, row.value):
            yield f"{row.since}: {dump(value)}", _with(policy, name, values=_rows(parameter, i, value=value))
        for shift in (DAY, -DAY):
            day = row.since + shift
            yield f"from {day}", _with(policy, name, values=_rows(parameter, i, since=day))
    if (
        parameter.comparison
        and name not in UNCOMPARED
        and any(row.value is not None for row in parameter.values)
    ):
        other = _OTHER[parameter.comparison]
        yield other, _with(policy, name, comparison=other)


CASES = [(name, i) for name in POLICIES for i in range(len(policy_cases().get(name, ())))]


@pytest.mark.parametrize(
    ("name", "number"), CASES, ids=[f"{name}: {policy_cases()[name][i]['name']}" for name, i in CASES]
)
def test_policy_case(name, number):
    assert fault(name, number, load_policy(name)) is None


@pytest.mark.parametrize("name", POLICIES)
def test_case_names_are_unique(name):
    names = [spec["name"] for spec in policy_cases()[name]]
    assert len(set(names)) == len(names)


FIGURES = [(name, key) for name in POLICIES for key in load_policy(name).parameters]


@pytest.mark.parametrize(("name", "key"), FIGURES, ids=[f"{n}: {k}" for n, k in FIGURES])
def test_a_figure_is_pinned(name, key):
    policy, numbers = load_policy(name), readers(name).get(key, ())
    loose = [what for what, changed in changes(policy, key) if not noticed(name, changed, numbers)]
    assert not loose


@pytest.mark.parametrize("name", POLICIES)
def test_first_and_last_day_are_pinned(name):
    policy = load_policy(name)
    numbers = tuple(i for i, spec in enumerate(policy_cases()[name]) if "G2" in spec.get("expect", {}))
    for key in ("effective_from", "effective_to"):
        day = getattr(policy, key)
        for shift in (DAY, -DAY) if day else ():
            assert noticed(name, policy.model_copy(update={key: day + shift}), numbers), (key, shift)


@pytest.mark.parametrize("name", POLICIES)
def test_the_age_of_the_reading_is_pinned(name):
    policy = load_policy(name)
    numbers = tuple(i for i, s in enumerate(policy_cases()[name]) if "G3-policy" in s.get("expect", {}))
    for shift in (1, -1):
        span = policy.reverify_after_days + shift
        assert noticed(name, policy.model_copy(update={"reverify_after_days": span}), numbers), shift


USES = [(name, slug) for name in POLICIES for slug in load_policy(name).checks]


@pytest.mark.parametrize(("name", "slug"), USES, ids=[f"{n}: {s}" for n, s in USES])
def test_the_use_of_a_check_is_pinned(name, slug):
    policy = load_policy(name)
    use = policy.checks[slug]
    numbers = tuple(i for i, spec in enumerate(policy_cases()[name]) if "required" in spec)
    rest = {key: value for key, value in policy.checks.items() if key != slug}
    if not check_of(slug).always:
        assert noticed(name, policy.model_copy(update={"checks": rest}), numbers)
    if slug in WEIGHTLESS:
        return
    weighs = use.model_copy(update={"required": not use.required})
    assert noticed(name, policy.model_copy(update={"checks": {**rest, slug: weighs}}), numbers)
