"""The code tables: what they hold, and what they say of codes and pairs."""

from __future__ import annotations

import datetime as dt

import pytest

from rules.codes import cpt, describe, icd10cm


def test_titles_and_headers():
    entry = icd10cm.lookup("M47.816")
    assert entry is not None
    assert entry.title == "Spondylosis without myelopathy or radiculopathy, lumbar region"
    assert entry.billable
    for header in ("M54.5", "M51.36", "M51.37", "M47.81", "M48.06"):
        assert icd10cm.is_billable(header) is False
    assert icd10cm.lookup("M47.810") is None
    assert icd10cm.in_scope("M47.810")
    assert not icd10cm.in_scope("E11.9")
    assert icd10cm.is_billable("E11.9") is None
    assert icd10cm.release() == dt.date(2026, 4, 1)
    assert icd10cm.titles()["Z98.1"] == "Arthrodesis status"


def test_dates_of_validity():
    assert icd10cm.is_billable("M54.5", dt.date(2021, 9, 30)) is True
    assert icd10cm.is_billable("M54.5", dt.date(2021, 10, 1)) is False
    assert icd10cm.is_billable("M51.360", dt.date(2024, 9, 30)) is False
    assert icd10cm.is_billable("M51.360", dt.date(2024, 10, 1)) is True


@pytest.mark.parametrize(
    ("code", "regions"),
    [
        ("M47.811", ("cervical",)),
        ("M47.812", ("cervical",)),
        ("M47.813", ("cervical", "thoracic")),
        ("M47.814", ("thoracic",)),
        ("M47.815", ("thoracic", "lumbar")),
        ("M47.816", ("lumbar",)),
        ("M47.817", ("lumbar",)),
        ("M47.818", ("sacral",)),
        ("M47.819", ()),
        ("M54.2", ("cervical",)),
        ("M54.31", ("lumbar",)),
        ("M50.122", ("cervical",)),
        ("M51.1", ()),
        ("E11.9", ()),
    ],
)
def test_regions(code, regions):
    assert icd10cm.regions_of(code) == regions
    assert icd10cm.region_of(code) == (regions[0] if regions else None)


@pytest.mark.parametrize(
    ("first", "second", "note"),
    [
        ("M54.16", "M47.26", "M54.1"),
        ("M47.26", "M54.16", "M54.1"),
        ("M51.16", "M54.16", "M51.1"),
        ("M54.50", "M54.41", "M54.5"),
        ("M54.50", "S39.012A", "M54.5"),
        ("M47.816", "M54.16", None),
        ("M47.816", "M54.50", None),
        ("M47.816", "E11.9", None),
    ],
)
def test_excludes1(first, second, note):
    assert icd10cm.excludes1(first, second) == note


def test_every_code_is_well_formed_and_every_header_has_children():
    for code, entry in icd10cm.table().items():
        assert entry.title
        if not entry.billable:
            assert icd10cm.children(code), code


def test_cpt_labels_are_our_own():
    """No label repeats the wording that is typical of the AMA's descriptors."""
    for entry in cpt.table().values():
        lowered = entry.label.lower()
        for phrase in (
            "neurolytic agent",
            "paravertebral",
            "zygapophyseal",
            "percutaneous",
            "list separately",
        ):
            assert phrase not in lowered
    assert cpt.lookup("64635").kind == "ablation"
    assert cpt.lookup("12345") is None
    assert cpt.label("12345") is None


def test_add_ons_point_to_codes_of_the_table():
    for entry in cpt.table().values():
        assert set(entry.primaries) <= set(cpt.table())
        assert bool(entry.primaries) == (entry.role == "add_on")


@pytest.mark.parametrize(
    ("said", "title", "agrees"),
    [
        ("Lumbar facet arthropathy", "Spondylosis without myelopathy or radiculopathy, lumbar region", True),
        (
            "spondylosis w/o radiculopathy",
            "Spondylosis without myelopathy or radiculopathy, lumbar region",
            True,
        ),
        ("lumbar radiculopathy", "Spondylosis without myelopathy or radiculopathy, lumbar region", False),
        (
            "Cervicothoracic spondylosis",
            "Spondylosis without myelopathy or radiculopathy, cervical region",
            True,
        ),
        ("Thoracic spondylosis", "Spondylosis without myelopathy or radiculopathy, cervical region", False),
        ("right sciatica", "Sciatica, left side", False),
        ("Radiculopathy", "Radiculopathy, lumbar region", True),
    ],
)
def test_descriptions(said, title, agrees):
    assert bool(describe.conflicts(said, title)) != agrees


def test_titles_agree_with_themselves():
    for entry in icd10cm.table().values():
        assert not describe.conflicts(entry.title, entry.title), entry.code
