"""Letters and figures that look like levels: MRI weightings, heart sounds, hormones, tumor stages."""

from __future__ import annotations

import re

# What follows or goes before a letter and figure that is no vertebra.
_NOT_AFTER = re.compile(
    r"\s*:?\s*(?:-?\s?weighted|\bw\b|\s?(?:signal|hyperintens|hypointens|flair|mri|images?"
    r"|sequences?|prolongation|stir|bright|axials?|sagittals?)"
    r"|\s?(?:hours?|hrs?|vials?|mg|ml|mcg|days?|weeks?|doses?|tabs?|caps?|gallop|murmur|uptake"
    r"|toxicosis|lymph|count|complement)\b"
    r"|\s?(?:N\d|M0|squamous|carcinoma|tumou?r|adenocarcinoma|lesion\sof\sthe\s(?:larynx|bladder)"
    r"|disease\sof\sthe\sprostate|glottic|DM\b|diabet|esterase)"
    r"|\s?(?:and|/|,|&)\s?T[12]\s?-?(?:weighted|w\b|signal|images?))",
    re.I,
)
_NOT_BEFORE = re.compile(
    r"(?:\b(?:free|total|stage|staged|tsh|thyroxine|vitamin|clinical|pathologic\w*|class"
    r"|grade|sagittal|axial|coronal|fse|fat[-\s]sat\w*|lead|split|room|bed"
    r"|suite|unit|apt|increased|abnormal|hyperintense|serum|complement|fast\sspin\secho"
    r"|no\sabnormal)\s?|\bp|\bc)$",
    re.I,
)
_HEART = re.compile(
    r"\b(?:heart|cardiac|cardiovascular|murmurs?|gallops?|audible|RRR|regular\s(?:rate|rhythm)"
    r"|CVS?\b|rubs?|auscultat\w+|split)",
    re.I,
)


def looks_like_level(text: str, start: int, end: int, name: str) -> bool:
    """Whether ``name`` at ``text[start:end]`` is a vertebra, by the words on both sides."""
    after, before = text[end : end + 28], text[max(0, start - 24) : start]
    if _NOT_AFTER.match(after) or _NOT_BEFORE.search(before):
        return False
    if (
        name[0] == "S"
        and name[1:] in {"1", "2", "3", "4"}
        and _HEART.search(text[max(0, start - 45) : end + 45])
    ):
        return False
    return not (
        name[0] in "TC"
        and name in {"T3", "T4", "C3", "C4"}
        and re.match(r"\s?(?:level\s)?(?:of\s|was\s|is\s|:|=)?\s?\d+\.\d", after)
    )
