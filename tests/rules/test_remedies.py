"""Remedies that put one diagnosis in another's place say which; no other does."""

from __future__ import annotations

import pytest

from rules.codes import icd10cm
from rules.engine import assess


def remedies(build_case, icd, **facts):
    spec = {"request": {"cpt": ["64635"], "icd": icd}, "facts": facts}
    return [
        (f.ref, r.replaces, tuple(c.code for c in r.codes))
        for f in assess(build_case(spec)).findings
        if f.ref in ("A1", "B4")
        for r in f.remedies
    ]


@pytest.mark.parametrize(
    ("code", "region", "expected"),
    [
        ("M47.816", "lumbar", ["M47.26", "M51.16", "M54.16"]),
        ("M47.817", "lumbar", ["M47.27", "M51.17", "M54.17"]),
        ("M47.812", "cervical", ["M47.22", "M50.12", "M54.12"]),
        ("M47.814", "thoracic", ["M47.24", "M51.14", "M54.14"]),
    ],
)
def test_codes_of_the_same_region_replace_a_contradicted_title(build_case, code, region, expected):
    found = remedies(build_case, [code], radicular=[{"region": region, "status": "present"}])
    swaps = [(old, new) for _, old, new in found if old]
    assert [old for old, _ in swaps] == [code] * len(swaps)
    assert [c for _, new in swaps for c in new] == expected
    assert all(not old for _, old, new in found if any(c.isdigit() for c in new))


def test_a_code_of_unspecified_site_is_replaced_by_one_of_unspecified_site(build_case):
    found = remedies(build_case, ["M47.819"], radicular=[{"region": "lumbar", "status": "present"}])
    assert [new for _, old, new in found if old] == [("M47.20",), ("M54.10",)]


def test_what_does_not_exist_is_not_offered(build_case):
    """ICD-10-CM has no code of the lumbosacral region with myelopathy, say."""
    found = remedies(build_case, ["M47.818"], radicular=[{"region": "lumbar", "status": "present"}])
    assert all(icd10cm.lookup(code) for _, old, new in found if old for code in new)
    cord = remedies(build_case, ["M47.817"], red_flags=[{"kind": "myelopathy", "region": "lumbar"}])
    assert not [new for _, old, new in cord if old]


def test_ankylosis_is_replaced_by_the_status_code(build_case):
    found = remedies(build_case, ["M43.26"], surgeries=[{"kind": "fusion", "status": "past"}])
    assert ("B4", "M43.26", ("Z98.1",)) in found


def test_myelopathy_replaces_the_title(build_case):
    found = remedies(build_case, ["M47.812"], red_flags=[{"kind": "myelopathy", "region": "cervical"}])
    assert ("A1", "M47.812", ("M47.12",)) in found


@pytest.mark.parametrize(
    ("code", "blocks"),
    [("64633", ("64490", "64491")), ("64634", ("64490", "64491")), ("64635", ("64493", "64494"))],
)
def test_an_ablation_called_a_block_names_the_blocks_of_its_part_of_the_spine(build_case, code, blocks):
    spec = {"request": {"cpt": [code], "icd": ["M47.816"], "called": "block"}}
    found = [f for f in assess(build_case(spec)).findings if f.ref == "B9"]
    assert [(r.replaces, tuple(c.code for c in r.codes)) for f in found for r in f.remedies] == [
        (None, blocks)
    ]


def test_a_documented_temperature_is_never_to_be_restated(build_case):
    spec = {
        "request": {"cpt": ["64635"], "icd": ["M47.816"]},
        "facts": {"technique": [{"mode": "thermal", "temperature_c": 60}]},
    }
    found = assess(build_case(spec), "medicare-facet-noridian-je").findings
    (remedy,) = next(f for f in found if f.ref == "P13").remedies
    assert remedy.action == (
        "Only an ablation that is planned at more than 80 degrees C would meet this point: that is a "
        "clinical decision. The temperature documented stays in the record as it is"
    )
