"""Tests of a root: tension tests, Spurling's, a raised leg told in words, and electrodiagnostic studies."""

from __future__ import annotations

import re

from extractors.examination.results import results_of
from extractors.note import Mention, Note
from extractors.radicular.context import Status, answer_after
from extractors.radicular.evidence import DEFINITE, FAIR, Region
from extractors.radicular.forms import picked
from extractors.radicular.radiation import Reading, limbed
from extractors.radicular.topic import complaint_regions, regions_of

_LEG_RAISED = re.compile(
    r"\b(?:raising|lifting|elevating) (?:of |the|his|her|either|each|both)|leg(?:s)? (?:\w+ ){0,2}(?:raised|lifted|elevated)|(?:raised|lifted) (?:both |each )?(?:of )?(?:my|his|her|the|each|both)",
    re.IGNORECASE,
)
_LIMB_PAIN_RAISED = re.compile(
    r"\b(?:leg|calf|foot|shin|radicular|shooting|sciatic|radiating) (?:pain|symptoms)\b|"
    r"\b(?:pain|tingl\w+|symptoms?|shoot\w*|electric\w*)\b[^.;]{0,20}\b(?:in|to|into|down|past|below) (?:the |his |her )?(?:left |right )?(?:leg|calf|foot|shin|toes?|knee|ankle)\b",
    re.IGNORECASE,
)
_COMFORT = re.compile(
    r"\b(?:comfort\w*|painless\w*|pain[- ]?free|freely|fully|easily|with ease|without (?:any )?(?:pain|discomfort|difficulty|complaint|symptoms?)|no (?:pain|complaint|discomfort|leg pain)|nothing(?: happened)?)\b",
    re.IGNORECASE,
)


def _leg_raised(mention: Mention) -> list[Reading]:
    """Read "raising the left leg gives calf pain", "both legs may be raised to ninety degrees in comfort"."""
    text = mention.sentence.text
    a, b = mention.clause
    around = text[a : mention.start] + " | " + text[mention.end : b]
    if _LIMB_PAIN_RAISED.search(around) and not re.search(
        r"\b(?:no|without|not|nor)\b", around, re.IGNORECASE
    ):
        return [Reading("lumbar", "present", DEFINITE, "tension_sign", "test<-leg_pain")]
    if _COMFORT.search(around):
        return [Reading("lumbar", "absent", FAIR, "tension_sign", "test<-comfort")]
    return []


def read_electrodiagnostic(mention: Mention, note: Note, status: Status) -> list[Reading]:
    """Read a normal electrodiagnostic study: a negative test of the limbs that it names."""
    if status not in ("affirmed", "negated") or not complaint_regions(note):
        return []
    if re.match(
        r"[^.;\n]{0,40}\b(?:order|request|schedul|pending|await)", mention.clause_text, re.IGNORECASE
    ):
        return []
    regions, how = regions_of(mention, note, negative=True)
    allowed = complaint_regions(note)
    return [
        Reading(r, "absent", FAIR, "electrodiagnostic", f"emg<-{how}")
        for r in limbed(regions, how)
        if r in allowed
    ]


def read_tension(mention: Mention, note: Note, status: Status) -> list[Reading]:
    """Read a root tension test or Spurling's: positive in the limb counts, pain in the back alone does not."""
    region: Region = mention.entry.attributes["region"]  # type: ignore[assignment]
    text = picked(mention.sentence.text)
    if text.rstrip().endswith(":") and len(text.rstrip()) - mention.end < 12:
        text = text.rstrip() + " " + answer_after(mention, note).lstrip(" :")  # "SLR:" stands on its own
    results = results_of(text, mention.start, mention.end)
    if _LEG_RAISED.search(mention.text):
        return _leg_raised(mention)
    if re.search(r"tension sign|root tension", mention.text, re.IGNORECASE) and status == "negated":
        return [Reading(region, "absent", FAIR, "tension_sign", "test<-negated")]
    outcomes = {r.outcome for r in results}
    if "positive" in outcomes:
        if "compression" in mention.text.lower():
            return []  # axial compression that reproduces neck pain is no root sign
        return [Reading(region, "present", DEFINITE, "tension_sign", "test<-positive")]
    if "negative" in outcomes and "equivocal" not in outcomes:
        return [Reading(region, "absent", FAIR, "tension_sign", "test<-negative")]
    return []
