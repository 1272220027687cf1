"""The structured case: one patient's dated documents, the request, and facts with their proof.

The case is the contract between text and rules. Everything that a rule may use stands here, and every
fact carries the place in a document that proves it: ``document.text[start:end] == quote``.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Generic, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from rules import values as v

V = TypeVar("V", bound=v.Value)

#: CPT category I (five digits), II/III (four digits and a letter) and HCPCS level II (a letter, four digits).
CPT_PATTERN = r"^(\d{5}|\d{4}[FTU]|[A-Z]\d{4})$"
#: ICD-10-CM: a letter, a digit, a letter or digit, then up to four characters after a full stop.
ICD_PATTERN = r"^[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?$"
CptCode = Annotated[str, StringConstraints(pattern=CPT_PATTERN)]
IcdCode = Annotated[str, StringConstraints(pattern=ICD_PATTERN)]

Assertion = Literal[
    "present", "absent", "historical", "uncertain", "hypothetical", "planned", "declined", "family",
]  # fmt: skip
DocumentKind = Literal[
    "visit", "procedure_note", "imaging", "therapy_discharge", "letter", "form", "question", "other",
]  # fmt: skip
Source = Literal["option", "case_file", "note"]
#: Where the service is given. CMS place-of-service codes: 11 office, 24 ambulatory surgical centre, 19 and 22
#: hospital outpatient, 21 inpatient.
Setting = Literal["office", "ambulatory_surgery_center", "hospital_outpatient", "inpatient", "other"]


def is_cpt(code: str) -> bool:
    """Whether ``code`` has the form of a CPT or HCPCS code (not whether it exists)."""
    return re.match(CPT_PATTERN, code) is not None


def is_icd(code: str) -> bool:
    """Whether ``code`` has the form of an ICD-10-CM code (not whether it exists)."""
    return re.match(ICD_PATTERN, code) is not None


class Frozen(BaseModel):
    """Base of the case's parts: frozen, and closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Evidence(Frozen):
    """A place in a document: code-point offsets and the text between them."""

    document: str
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    quote: str
    section: str | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.start > self.end:
            raise ValueError("a place ends before it starts")
        return self


class Fact(Evidence, Generic[V]):
    """One fact of one family, with the quote that proves it and the extractor that found it."""

    id: str
    value: V
    assertion: Assertion = "present"
    extractor: str
    version: str
    #: Further places that carry the same fact.
    supporting: tuple[Evidence, ...] = ()

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The fact's own place first, then the supporting ones."""
        own = Evidence(
            document=self.document, start=self.start, end=self.end, quote=self.quote, section=self.section
        )
        return (own, *self.supporting)


class Document(Frozen):
    """A document of the packet. The text itself stays with its owner; the hash names it."""

    id: str
    sha256: str
    length: Annotated[int, Field(ge=0)]
    kind: DocumentKind = "visit"
    date: dt.date | None = None


class ClaimLine(Frozen):
    """A requested or billed procedure line."""

    cpt: CptCode
    units: Annotated[int, Field(ge=1, le=9_999)] = 1
    modifiers: tuple[str, ...] = ()
    laterality: v.Laterality = "unknown"
    levels: tuple[str, ...] = ()
    service_date: dt.date | None = None
    #: What the text beside the code calls the procedure (a radiofrequency code called a block, say).
    called: Literal["ablation", "block", "injection"] | None = None
    source: Source = "note"
    evidence: tuple[Evidence, ...] = ()


class Diagnosis(Frozen):
    """A diagnosis as submitted: the code, and the description that stood with it."""

    code: IcdCode
    description: str | None = None
    source: Source = "note"
    evidence: tuple[Evidence, ...] = ()


class RequestConflict(Frozen):
    """Sources of the request that disagree (options, case file, note)."""

    field: Literal["procedures", "diagnoses", "service_date", "setting", "state", "claim_kind"]
    used: tuple[str, ...]
    used_source: Source
    other: tuple[str, ...]
    other_source: Source
    evidence: tuple[Evidence, ...] = ()


class Request(Frozen):
    """What is asked for: claim lines, diagnoses, service date, setting, payer, state, kind of claim."""

    lines: tuple[ClaimLine, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    service_date: dt.date | None = None
    setting: Setting | None = None
    #: The payer's or the plan's name as stated.
    payer: str | None = None
    #: Two letters of the state of the service (a prior-authorisation model may hold in some states only).
    state: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    #: Whether lines are a professional's or a facility's; the two write a bilateral service differently.
    claim_kind: Literal["professional", "facility"] | None = None
    conflicts: tuple[RequestConflict, ...] = ()


class Case(Frozen):
    """One or more dated documents about one patient, the request, and the facts by family.

    Facts of several documents stand side by side with their document; ``radicular`` and
    ``nerve_compression`` hold at most one fact a region and document.
    """

    case_id: str
    documents: tuple[Document, ...]
    request: Request = Request()
    radicular: tuple[Fact[v.Radicular], ...] = ()
    radicular_signs: tuple[Fact[v.RadicularSign], ...] = ()
    nerve_compression: tuple[Fact[v.NerveCompression], ...] = ()
    claudication: tuple[Fact[v.Claudication], ...] = ()
    therapies: tuple[Fact[v.Therapy], ...] = ()
    injections: tuple[Fact[v.Injection], ...] = ()
    ablations: tuple[Fact[v.Ablation], ...] = ()
    surgeries: tuple[Fact[v.Surgery], ...] = ()
    red_flags: tuple[Fact[v.RedFlag], ...] = ()
    pain: tuple[Fact[v.Pain], ...] = ()
    pain_scores: tuple[Fact[v.PainScore], ...] = ()
    disability_scales: tuple[Fact[v.DisabilityScale], ...] = ()
    synovial_cysts: tuple[Fact[v.SynovialCyst], ...] = ()
    rationales: tuple[Fact[v.Rationale], ...] = ()
    record_items: tuple[Fact[v.RecordItem], ...] = ()
    examinations: tuple[Fact[v.Examination], ...] = ()
    imaging: tuple[Fact[v.ImagingStudy], ...] = ()
    technique: tuple[Fact[v.Technique], ...] = ()
    guidance: tuple[Fact[v.ImageGuidance], ...] = ()
    sedation: tuple[Fact[v.Sedation], ...] = ()
    block_agents: tuple[Fact[v.BlockAgent], ...] = ()
    linked_diagnoses: tuple[Fact[v.LinkedDiagnosis], ...] = ()

    def document(self, document_id: str) -> Document:
        """The document of that id; ``KeyError`` where the case has none."""
        for document in self.documents:
            if document.id == document_id:
                return document
        raise KeyError(document_id)

    def in_reading_order(self) -> Case:
        """The same case with each family's facts as a reader meets them: by document, then by place."""
        place = {d.id: n for n, d in enumerate(self.documents)}

        def key(fact: Fact[Any]) -> tuple[object, ...]:
            # Equal places are told apart by what they say, so that ids given in any order do no harm.
            where = place.get(fact.document, len(place))
            return (where, fact.start, fact.end, fact.id, fact.model_dump_json())

        found: dict[str, object] = {}
        for family in type(self).model_fields:
            facts = getattr(self, family)
            if isinstance(facts, tuple) and len(facts) > 1 and isinstance(facts[0], Fact):
                found[family] = tuple(sorted(facts, key=key))
        return self.model_copy(update=found) if found else self

    @property
    def latest_date(self) -> dt.date | None:
        """The latest document's date, or None where no document is dated."""
        return max((d.date for d in self.documents if d.date), default=None)
