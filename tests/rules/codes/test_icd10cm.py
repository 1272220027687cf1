"""ICD-10-CM: excludes notes, their inheritance, the life of the release, sides and headers."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path

import pytest

from rules.codes import build_icd10cm, icd10cm

DAY = dt.timedelta(days=1)


def read_pairs():
    """The rows of the fixture: code, code, kind, where the note stands."""
    lines = Path(__file__).with_name("excludes_pairs.tsv").read_text("utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines if not line.startswith(("#", "code\t"))]


def test_every_pair_of_the_list_has_its_note_and_no_other_pair_has_one():
    rows = read_pairs()
    assert len(rows) == 350
    codes = sorted({code for row in rows for code in row[:2]})
    assert len(codes) == 62
    ask = {"Excludes1": icd10cm.excludes1, "Excludes2": icd10cm.excludes2}
    for code, other, kind, where in rows:
        assert ask[kind](code, other) == where
        assert ask[kind](other, code) is not None
    expected = {(kind, frozenset((code, other))) for code, other, kind, _ in rows}
    found = {
        (kind, frozenset(pair))
        for pair in itertools.combinations(codes, 2)
        for kind, question in ask.items()
        if question(*pair)
    }
    assert found == expected


@pytest.mark.parametrize(
    ("first", "second", "one", "two"),
    [
        # The pair that is often taken for an Excludes1 pair, and is none.
        ("M47.816", "M54.16", None, None),
        ("M47.26", "M54.16", "M54.1", None),
        # A note of the block M50-M54 bars discitis.
        ("M54.16", "M46.46", "M50-M54", None),
        ("M43.26", "Z98.1", None, "M43.2"),
        ("M96.1", "T84.84XA", None, "M96"),
        ("G89.29", "M54.50", None, "G89"),
        # A chapter's note, by a range of chapters.
        ("M47.816", "S39.012A", None, "13"),
        ("M54.50", "S39.012A", "M54.5", "13"),
        # Written "M47.2.-" in the tabular list.
        ("G55", "M47.26", "G55", None),
        ("G55", "M50.121", "G55", None),
        ("G55", "M50.221", None, None),
        # Ranges: from M43.3 to M43.5X9, with the placeholder X; M43.6 lies after it.
        ("M47.16", "M43.5X6", "M47.1", None),
        ("M47.16", "M43.3", "M47.1", None),
        ("M47.16", "M43.26", None, None),
        ("M47.16", "M43.6", None, None),
        # A seventh character, of the code that is asked and of a code under a range.
        ("M48.56XA", "M48.46XA", "M48.5", None),
        ("M48.46XA", "S32.010A", "M48.4", "13"),
        # Categories that hold a note but are not in the table themselves (S33).
        ("S33.5XXA", "M51.26", "S33", "13"),
        ("S33.5XXA", "M54.50", None, "13"),
    ],
)
def test_notes_of_a_pair(first, second, one, two):
    assert (icd10cm.excludes1(first, second), icd10cm.excludes2(first, second)) == (one, two)
    assert (icd10cm.excludes1(second, first) is None, icd10cm.excludes2(second, first) is None) == (
        one is None,
        two is None,
    )


def test_of_a_code_outside_the_table_only_the_others_notes_are_known():
    assert icd10cm.excludes1("F45.41", "M54.50") == "M54"
    assert icd10cm.excludes1("E11.9", "F45.41") is None


@pytest.mark.parametrize(
    ("code", "chain"),
    [
        ("M47.26", ("M47.26", "M47.2", "M47", "M45-M49", "13")),
        ("M48.46XA", ("M48.46XA", "M48.46", "M48.4", "M48", "M45-M49", "13")),
        ("M53.2X6", ("M53.2X6", "M53.2X", "M53.2", "M53", "M50-M54", "13")),
        ("T84.84XA", ("T84.84XA", "T84.84", "T84.8", "T84", "T80-T88", "19")),
        ("Z98.1", ("Z98.1", "Z98", "Z77-Z99", "21")),
        ("M96.0", ("M96.0", "M96", "13")),
        ("E11.9", ("E11.9", "E11")),
        ("S82.61XA", ("S82.61XA", "S82.61", "S82.6", "S82")),
    ],
)
def test_what_stands_above_a_code(code, chain):
    assert icd10cm.ancestors(code) == chain


@pytest.mark.parametrize(
    ("pattern", "code", "covered"),
    [
        ("M54.1", "M54.16", True),
        ("M54.1-", "M54.16", True),
        ("M54.16", "M54.1", False),
        ("M54.1", "M54.2", False),
        ("S00-T88", "T88.9XXA", True),
        ("S00-T88", "S00.00XA", True),
        ("S00-T88", "R99", False),
        ("S00-T88", "V00.01", False),
        ("M71.2-M71.3", "M71.38", True),
        ("M71.2-M71.3", "M71.40", False),
        ("M71.2-M71.3", "M71.19", False),
        ("S12.0-S12.3-", "S12.300A", True),
        ("S12.0-S12.3-", "S12.400A", False),
        ("M43.3-M43.5X9", "M43.5X9", True),
    ],
)
def test_patterns_cover_codes(pattern, code, covered):
    assert icd10cm._matches(pattern, code) is covered


@pytest.mark.parametrize(
    ("note", "found"),
    [
        ("radiculopathy with spondylosis (M47.2-)", ["M47.2-"]),
        ("spondylosis (M47.0-, M47.2.-)", ["M47.0-", "M47.2-"]),
        ("dorsopathies (M53.-, M54.-)", ["M53-", "M54-"]),
        ("vertebral subluxation (M43.3-M43.5X9)", ["M43.3-M43.5X9"]),
        ("fracture of cervical vertebra (S12.0–S12.3-)", ["S12.0-S12.3-"]),
        ("lesion (D1A.0) of a kind (NOS)", ["D1A.0"]),
        ("pregnancy (O00-O9A)", ["O00-O9A"]),
        ("compression (due to) (in) something", []),
        ("neuralgic amyotrophy in diabetes mellitus (E08-E13 with .44)", []),
    ],
)
def test_patterns_are_read_from_notes(note, found):
    assert build_icd10cm.patterns([note]) == found


def test_the_life_of_the_release():
    first, last = dt.date(2026, 4, 1), dt.date(2026, 9, 30)
    assert (icd10cm.release(), icd10cm.last_day()) == (first, last)
    days = (first - DAY, first, last, last + DAY, None)
    assert [icd10cm.covers(day) for day in days] == [False, True, True, False, False]
    assert [icd10cm.outdated_on(day) for day in days[:-1]] == [False, False, False, True]


def test_headers():
    found = icd10cm.headers()
    assert {"M54.5", "M51.36", "M51.37", "M47.81", "M48.06", "M53.2X", "T84.216"} <= set(found)
    assert not {"M47.816", "M54.50", "T84.216A"} & set(found)
    assert found == tuple(sorted(found))
    assert all(icd10cm.is_billable(code) is False for code in found)


@pytest.mark.parametrize(
    ("code", "side"),
    [
        ("M54.30", "unspecified"),
        ("M54.31", "right"),
        ("M54.32", "left"),
        ("M54.41", "right"),
        ("M54.42", "left"),
        ("G57.03", "bilateral"),
        ("M79.604", "right"),
        ("M79.605", "left"),
        ("M79.606", "unspecified"),
        ("M79.652", "left"),
        ("M79.675", "left"),
        ("M79.646", "unspecified"),
        ("M47.816", None),
        ("M47.819", None),
        ("M54.50", None),
        ("M54.10", None),
    ],
)
def test_sides(code, side):
    assert icd10cm.lookup(code).laterality == side


@pytest.mark.parametrize(
    ("code", "regions"),
    [
        ("M53.0", ("cervical",)),
        ("M53.1", ("cervical",)),
        ("M46.1", ("sacral",)),
        ("M53.3", ("sacral",)),
        ("M99.23", ("lumbar",)),
        ("S33.5XXA", ("lumbar",)),
        ("S13.4XXA", ("cervical",)),
        ("S39.012A", ("lumbar",)),
        ("M51.0", ()),
        ("T84.216A", ()),
        ("G89.12", ()),
    ],
)
def test_regions_that_titles_state(code, regions):
    assert icd10cm.regions_of(code) == regions


@pytest.mark.parametrize(
    ("first", "second", "other"),
    [
        ("M47.816", "M54.12", True),
        ("M47.816", "M54.17", False),
        ("M47.815", "M54.16", False),
        ("M47.816", "M54.10", False),
        ("M54.10", "M47.816", False),
        ("M54.10", "M47.819", False),
    ],
)
def test_regions_that_differ(first, second, other):
    assert icd10cm.other_region(first, second) is other


def test_children_are_the_billable_codes_under_a_header():
    assert [child.code for child in icd10cm.children("M54.5")] == ["M54.50", "M54.51", "M54.59"]
    assert [child.code for child in icd10cm.children("T84.21")][:2] == ["T84.210A", "T84.210D"]
    assert all(child.billable for child in icd10cm.children("T84"))
    assert icd10cm.children("M47.816") == ()


def test_the_family_without_radiculopathy():
    assert icd10cm.is_spondylosis_without_radiculopathy("M47.816") is True
    assert icd10cm.is_spondylosis_without_radiculopathy("M47.896") is False


def test_the_table_names_its_source():
    assert "1 April 2026" in icd10cm.source()
    assert "simple_icd_10_cm 1.5.0" in icd10cm.source()


def test_every_title_that_ends_with_a_region_or_names_a_side_has_it():
    """Looked for in other words than the builder's: the end of the title, and single words."""
    ends = {
        ", cervical region": "cervical",
        ", cervicothoracic region": "cervicothoracic",
        ", thoracic region": "thoracic",
        ", thoracolumbar region": "thoracolumbar",
        ", lumbar region": "lumbar",
        ", lumbosacral region": "lumbosacral",
        ", sacral and sacrococcygeal region": "sacral",
        ", occipito-atlanto-axial region": "occipito-atlanto-axial",
        ", site unspecified": None,
        ", multiple sites in spine": None,
    }
    regions = sides = 0
    for code, entry in icd10cm.table().items():
        for end, region in ends.items():
            if entry.title.endswith(end):
                assert entry.region == region, code
                regions += 1
        words = set(entry.title.lower().replace(",", " ").split())
        for side in words & {"left", "right", "bilateral"}:
            assert entry.laterality == side, code
            sides += 1
        if entry.laterality in ("left", "right", "bilateral"):
            assert entry.laterality in words, code
    assert regions > 250
    assert sides > 40
