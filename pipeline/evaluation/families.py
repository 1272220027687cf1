"""What is compared, family by family: keys that match entries, attributes judged on matched entries.

The definitions follow ``corpora/GUIDELINES.md``; a list entry is found where one of the same key was found.
"""

from __future__ import annotations

from typing import Final

REGIONS: Final = ("cervical", "thoracic", "lumbar")
#: Families with one status a region.
STATUS_FAMILIES: Final = ("radicular", "nerve_compression_on_imaging")
#: Families with a list of entries: family to (key, attributes).
LIST_FAMILIES: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "therapies": (("modality", "status"), ("weeks", "sessions", "outcome")),
    "injections": (("kind", "status"), ("region", "levels", "laterality", "percent_relief", "relief_days")),
    "ablations": (("target", "status"), ("region", "levels", "laterality", "percent_relief", "relief_days")),
    "surgeries": (("kind", "status"), ("region", "levels", "year")),
    "red_flags": (("kind",), ()),
}
#: Attributes that are not judged where neither side has a figure.
FIGURES: Final = frozenset({"weeks", "sessions", "percent_relief", "relief_days", "year"})
#: Figures that name something and measure nothing: a year near the right one is another year.
EXACT: Final = frozenset({"year"})
PAIN: Final = ("duration_weeks", "score_max", "pattern")
CRITERIA: Final = (
    "dx_contradiction",
    "radicular_indication",
    "conservative_care_6_weeks",
    "mbb_over_50",
    "two_mbb_80",
    "target_level_fused",
    "postfusion_imaging",
)
#: Criteria that become a contradiction finding where radicular status is wrongly present.
CONTRADICTIONS: Final = ("dx_contradiction", "radicular_indication")
REQUEST_ATTRIBUTES: Final = ("units", "laterality", "levels")
#: The guide's name of a family to the name of its facts in the case.
CASE_NAMES: Final = {"nerve_compression_on_imaging": "nerve_compression"}


def case_family(family: str) -> str:
    """The family's name in the case, whose fact ids and lexicon it shares."""
    return CASE_NAMES.get(family, family)
