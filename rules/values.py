"""The typed values a fact can carry, one small frozen model a fact family.

Vocabularies follow ``corpora/GUIDELINES.md``. Numbers carry their unit in the field's name:
``weeks`` (1 month = 4.345 weeks), ``relief_days`` (days), ``percent_relief`` (0 to 100),
``temperature_c`` (degrees Celsius), ``volume_ml`` (millilitres).
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

Region = Literal["cervical", "thoracic", "lumbar"]
WideRegion = Literal["cervical", "thoracic", "lumbar", "sacral", "other", "unknown"]
Laterality = Literal["left", "right", "bilateral", "unknown"]
CareStatus = Literal["past", "current", "planned", "declined"]
ProcedureStatus = Literal["past", "performed", "planned", "declined"]
Modality = Literal[
    "physical_therapy", "home_exercise", "chiropractic", "massage", "acupuncture", "tens", "traction",
    "bracing", "behavioral", "heat_ice", "rest_activity_modification", "nsaid", "acetaminophen",
    "muscle_relaxant", "gabapentinoid", "antidepressant", "opioid", "oral_steroid", "topical", "other",
]  # fmt: skip
Outcome = Literal["failed", "partial", "effective", "not_tolerated", "not_stated"]
InjectionKind = Literal[
    "medial_branch_block", "facet_intraarticular", "epidural", "selective_nerve_root", "si_joint",
    "trigger_point", "sympathetic", "discography", "peripheral_joint", "peripheral_nerve", "botulinum",
    "other",
]  # fmt: skip
RedFlagKind = Literal[
    "cauda_equina", "progressive_motor_deficit", "malignancy", "infection", "fracture", "myelopathy"
]


def _of_the_calendar(partial: str) -> str:
    year, month, day = [int(part) for part in f"{partial}-01-01".split("-")[:3]]
    try:
        dt.date(year, month, day)
    except ValueError:
        raise ValueError("is no date of the calendar") from None
    return partial


#: A date as the note states it: a year, a year and month, or a day ("2024", "2024-12", "2024-12-02").
PartialDate = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"),
    AfterValidator(_of_the_calendar),
]
#: How a record states a figure; "up to 6 weeks" is ``at_most``, "nearly six weeks" ``less_than``.
Bound = Literal["exact", "at_least", "more_than", "at_most", "less_than", "range"]
Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
#: A length in weeks or days, a number of sessions, a measured quantity: finite, never negative, and within
#: what a record can mean (a life of 150 years has fewer than 8,000 weeks and 55,000 days).
Weeks = Annotated[float, Field(ge=0, le=8_000, allow_inf_nan=False)]
Days = Annotated[float, Field(ge=0, le=55_000, allow_inf_nan=False)]
Quantity = Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)]
#: A pain score on a scale of 0 to 10.
Score = Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)]
PainScale = Literal["nrs", "vas", "vrs", "faces", "other", "not_stated"]
GuidanceModality = Literal["fluoroscopy", "ct", "ultrasound", "mri", "none"]
#: When a score was taken: before any block of the work-up (baseline), at this visit, round a procedure.
Moment = Literal["baseline", "current", "before_procedure", "after_procedure", "not_stated"]


class Value(BaseModel):
    """Base of every fact value: frozen, and closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="after")
    def _ranges_ascend(self) -> Self:
        for name in ("weeks_low", "percent_low", "low"):
            low, high = getattr(self, name, None), getattr(self, name.replace("low", "high"), None)
            if low is not None and high is not None and low > high:
                raise ValueError("a range begins above its end")
        return self


class Radicular(Value):
    """Radicular status of one region: nerve-root pain or deficit in a limb (or round the chest)."""

    region: Region
    status: Literal["present", "absent", "historical", "uncertain", "not_documented"]
    #: What carries the status: named_disease, radiating_pain, sensory, motor, tension_sign,
    #: electrodiagnostic, proximal_limb_pain (stops in thigh or upper arm), other.
    signs: tuple[str, ...] = ()


class RadicularSign(Value):
    """One mention of a radicular symptom, sign or named root disease, before regions are settled."""

    region: Region
    sign: Literal[
        "named_disease", "radiating_pain", "sensory", "motor", "tension_sign", "electrodiagnostic",
        "proximal_limb_pain", "other",
    ]  # fmt: skip
    laterality: Laterality = "unknown"


class NerveCompression(Value):
    """What imaging says of neural compression in one region."""

    region: Region
    status: Literal["present", "absent", "not_documented"]


class Claudication(Value):
    """Neurogenic claudication."""

    region: Region = "lumbar"


class Therapy(Value):
    """One course of non-operative, non-injection care."""

    modality: Modality
    status: CareStatus
    weeks: Weeks | None = None
    weeks_bound: Bound = "exact"
    #: The ends of a stated range (two months named without days are one); ``weeks`` lies between them.
    weeks_low: Weeks | None = None
    weeks_high: Weeks | None = None
    sessions: Quantity | None = None
    outcome: Outcome = "not_stated"
    start: PartialDate | None = None
    end: PartialDate | None = None


class Injection(Value):
    """One injection or block, or one series of the same."""

    kind: InjectionKind
    status: ProcedureStatus
    region: WideRegion = "unknown"
    levels: tuple[str, ...] = ()
    laterality: Laterality = "unknown"
    percent_relief: Percent | None = None
    percent_bound: Bound = "exact"
    #: The ends of a stated range; ``percent_low`` alone: from where on "nearly 80 %" lies.
    percent_low: Percent | None = None
    percent_high: Percent | None = None
    #: How the percentage came about: stated in per cent, in words, or computed from scores (pre-post)/pre.
    percent_source: Literal["percent", "words", "scores"] | None = None
    relief_days: Days | None = None
    relief_days_bound: Bound = "exact"
    #: Gain in movement or activities of daily living, in per cent, where the note gives one.
    function_gain_percent: Percent | None = None
    #: Pain scores (0 to 10) before and after, as stated, and the scale where it is named.
    score_before: Score | None = None
    score_after: Score | None = None
    scale: PainScale = "not_stated"
    date: PartialDate | None = None
    agent: str | None = None
    #: Volume a site, in millilitres.
    volume_ml: Quantity | None = None
    #: Whether a steroid was given with it; None where the note does not say.
    steroid: bool | None = None
    guidance: GuidanceModality | None = None
    purpose: Literal["diagnostic", "therapeutic"] | None = None
    #: How many injections a series has that is planned in advance ("series of three").
    series: Annotated[int, Field(ge=1, le=1_000)] | None = None


class Ablation(Value):
    """Radiofrequency, chemical or cryo denervation."""

    target: Literal["facet", "si_joint", "sympathetic", "other"]
    status: ProcedureStatus
    region: WideRegion = "unknown"
    levels: tuple[str, ...] = ()
    laterality: Laterality = "unknown"
    percent_relief: Percent | None = None
    percent_bound: Bound = "exact"
    percent_low: Percent | None = None
    percent_high: Percent | None = None
    percent_source: Literal["percent", "words", "scores"] | None = None
    relief_days: Days | None = None
    relief_days_bound: Bound = "exact"
    #: Gain in movement or activities of daily living, in per cent, where the note gives one.
    function_gain_percent: Percent | None = None
    date: PartialDate | None = None


class Surgery(Value):
    """An operation on the spine, or the statement that there was none (``denied``)."""

    kind: Literal[
        "fusion", "decompression", "discectomy", "vertebral_augmentation", "stimulator", "pump",
        "hardware_removal", "other",
    ]  # fmt: skip
    status: Literal["past", "performed", "planned", "declined", "denied"]
    region: WideRegion = "unknown"
    levels: tuple[str, ...] = ()
    year: Annotated[int, Field(ge=1900, le=2200)] | None = None
    #: Approach or acronym where the note names one (ALIF, TLIF, PLIF, XLIF, ACDF).
    approach: str | None = None


class RedFlag(Value):
    """A red flag; the fact's assertion says whether it is present or denied."""

    kind: RedFlagKind
    #: Where in the spine, as far as the words near it tell.
    region: WideRegion = "unknown"


class Pain(Value):
    """The main spine complaint."""

    duration_weeks: Weeks | None = None
    score_max: Score | None = None
    pattern: Literal["axial", "limb", "both", "not_stated"] = "not_stated"


class PainScore(Value):
    """A pain score at its moment; ``low`` and ``high`` differ where a range is given ("2-8/10")."""

    scale: PainScale = "not_stated"
    moment: Moment = "not_stated"
    low: Score
    high: Score
    region: WideRegion = "unknown"


class DisabilityScale(Value):
    """A named disability or function scale with its score in the scale's own unit (ODI, NDI: per cent)."""

    name: Literal["odi", "ndi", "rmdq", "pdi", "promis", "peg", "qbpds", "bpi", "other"]
    score: Quantity | None = None
    moment: Moment = "not_stated"


class SynovialCyst(Value):
    """A synovial cyst of a facet joint, the cause of radiculopathy that facet policies except."""

    region: WideRegion = "unknown"
    levels: tuple[str, ...] = ()
    laterality: Laterality = "unknown"


class Rationale(Value):
    """A reason that the note states for something that a policy asks to be justified.

    ``why_not_ablation``: why a therapeutic injection and no ablation; ``sedation``: why sedation is needed;
    ``combined_procedures``: why several kinds of block on one day; ``unrelated_conditions``: that two
    diagnoses are unrelated; ``pain_source``: that the pain generator is in doubt again.
    """

    kind: Literal[
        "why_not_ablation", "sedation", "combined_procedures", "unrelated_conditions", "pain_source",
    ]  # fmt: skip


class RecordItem(Value):
    """A formal part of the record: signed, ordered, procedure described. The assertion says there or not."""

    kind: Literal["signature", "order", "procedure_note"]


class Examination(Value):
    """An examination finding that bears on facet or root disease."""

    kind: Literal[
        "facet_loading", "facet_tenderness", "straight_leg_raise", "spurling", "motor", "sensory", "reflex",
    ]  # fmt: skip
    result: Literal["positive", "negative"]
    region: WideRegion = "unknown"
    laterality: Laterality = "unknown"


class ImagingStudy(Value):
    """An imaging study that the note reports (done, or planned: see the fact's assertion)."""

    modality: Literal["mri", "ct", "ct_myelogram", "radiograph", "flexion_extension", "bone_scan", "other"]
    region: WideRegion = "unknown"
    date: PartialDate | None = None
    #: True where the report speaks of hardware, fusion mass or the adjacent segment.
    assesses_fusion: bool = False


class Technique(Value):
    """How an ablation is done."""

    mode: Literal["thermal", "pulsed", "cooled", "cryo", "chemical", "laser", "endoscopic"]
    #: Cryoablation goes below zero, never below absolute zero.
    temperature_c: Annotated[float, Field(ge=-273.15, le=1_000, allow_inf_nan=False)] | None = None


class ImageGuidance(Value):
    """Guidance of a spinal procedure."""

    modality: GuidanceModality


class Sedation(Value):
    """Sedation with a spinal procedure."""

    kind: Literal["none", "minimal", "moderate", "monitored_care", "general"]


class BlockAgent(Value):
    """Drug of a block: name, concentration in per cent, volume a site in millilitres."""

    agent: str
    concentration_percent: Percent | None = None
    volume_ml: Quantity | None = None
    steroid: bool = False


class LinkedDiagnosis(Value):
    """A diagnosis phrase without a code, linked to ICD-10-CM: a candidate for the reviewer, no claim."""

    code: str
    title: str
    score: Annotated[float, Field(allow_inf_nan=False)]
