"""Facts of one or more documents to the structured case."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast, get_args

from pydantic import BaseModel, ValidationError

from extractors import facts as x
from extractors.document import document_kind, note_date
from extractors.engine import Extraction, Extractor
from extractors.note import Note
from pipeline.documents import TextDocument
from pipeline.request import Asked, first_stated, merge
from rules.case import Case, ClaimLine, Diagnosis, Document, Evidence, Request

#: Families that become lists of facts in the case, by the names of its fields.
CASE_FAMILIES = tuple(name for name in Case.model_fields if name not in ("case_id", "documents", "request"))


def _value_model(family: str) -> type[BaseModel]:
    fact: type[BaseModel] = get_args(Case.model_fields[family].annotation)[0]
    model: type[BaseModel] = cast("type[BaseModel]", fact.model_fields["value"].annotation)
    return model


_VALUES = {family: _value_model(family) for family in CASE_FAMILIES}


@dataclass
class Built:
    """A case with what explanations and reports need beside it: texts, notes, traces."""

    case: Case
    documents: tuple[TextDocument, ...]
    notes: dict[str, Note] = field(default_factory=dict)
    traces: dict[str, x.Trace] = field(default_factory=dict)

    @property
    def texts(self) -> dict[str, str]:
        """Document id to text."""
        return {d.id: d.text for d in self.documents}


def evidence_of(document: TextDocument, span: x.Span, section: str | None = None) -> Evidence:
    """A place in the document with the text between its offsets."""
    return Evidence(
        document=document.id,
        start=span.start,
        end=span.end,
        quote=document.text[span.start : span.end],
        section=section,
    )


def _possible(kind: type[BaseModel], value: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what no record can mean: a note's slip ("0 units", 30 February) stays out, the rest counts.

    What remains faulty after that is left to the model, which refuses it.
    """
    try:
        kind.model_validate(dict(value))
    except ValidationError as error:
        faulty = {e["loc"][0] for e in error.errors(include_input=False, include_url=False) if e["loc"]}
        if not faulty:  # a range that begins above its end
            faulty = {name for name in value if name.endswith(("_low", "_high"))}
        required = {name for name, field in kind.model_fields.items() if field.is_required()}
        return {name: said for name, said in value.items() if name not in faulty - required}
    return dict(value)


def _fact(document: TextDocument, fact: x.Fact, fact_id: str) -> dict[str, Any]:
    return {
        "id": fact_id,
        "document": document.id,
        "start": fact.start,
        "end": fact.end,
        "quote": document.text[fact.start : fact.end],
        "section": fact.section,
        "value": _possible(_VALUES[fact.family], fact.value),
        "assertion": fact.assertion,
        "extractor": fact.extractor,
        "version": fact.version,
        "supporting": [evidence_of(document, s) for s in fact.supporting],
    }


def _stated(document: TextDocument, facts: Sequence[x.Fact]) -> Asked:
    """The request as the note itself states it; a repeated diagnosis is one, with its description.

    Claim lines stand as extracted: repetitions in prose are merged there, while two rows of a table stay two
    (a right and a left one, or a line billed twice).
    """
    lines: list[ClaimLine] = []
    diagnoses: dict[str, Diagnosis] = {}
    context: dict[str, str] = {}
    for f in facts:
        place = evidence_of(document, x.Span(f.start, f.end), f.section)
        if f.family == "claim_lines":
            asked = _possible(ClaimLine, f.value)
            lines.append(ClaimLine.model_validate({**asked, "source": "note", "evidence": [place]}))
        elif f.family == "diagnoses":
            dx = Diagnosis.model_validate({**f.value, "source": "note", "evidence": [place]})
            known = diagnoses.get(dx.code)
            if known is None or (known.description is None and dx.description is not None):
                diagnoses[dx.code] = dx
        elif f.family == "request_context":
            context.setdefault(str(f.value["field"]), str(f.value["value"]))
    date = context.get("service_date")
    request = Request.model_validate(
        {name: context.get(name) for name in ("setting", "payer", "state", "claim_kind")}
    )
    return Asked(
        tuple(lines),
        tuple(diagnoses.values()),
        dt.date.fromisoformat(date) if date else _common_date(lines),
        request.setting,
        request.payer,
        request.state,
        request.claim_kind,
    )


def _common_date(lines: Sequence[ClaimLine]) -> dt.date | None:
    """The date of service that every line states, or None."""
    dates = {line.service_date for line in lines}
    return dates.pop() if len(dates) == 1 else None


def _joined(asked: Sequence[Asked]) -> Asked:
    """Requests stated by several documents: a line that an earlier one states is not taken again."""
    lines: list[ClaimLine] = []
    diagnoses: dict[str, Diagnosis] = {}
    for a in asked:
        known = {(line.cpt, line.laterality, line.levels) for line in lines}
        lines += [line for line in a.lines if (line.cpt, line.laterality, line.levels) not in known]
        for dx in a.diagnoses:
            diagnoses.setdefault(dx.code, dx)
    return Asked(
        tuple(lines),
        tuple(diagnoses.values()),
        first_stated(asked, lambda a: a.service_date),
        first_stated(asked, lambda a: a.setting),
        first_stated(asked, lambda a: a.payer),
        first_stated(asked, lambda a: a.state),
        first_stated(asked, lambda a: a.claim_kind),
    )


def build_case(
    extractor: Extractor,
    case_id: str,
    documents: Sequence[TextDocument],
    option: Asked | None = None,
    case_file: Asked | None = None,
    dates: Mapping[str, dt.date] | None = None,
) -> Built:
    """Extract every document and merge the facts into one case.

    Fact ids are ``family.n``, with the document's id in front where the case has several documents.
    """
    by_family: dict[str, list[dict[str, Any]]] = defaultdict(list)
    built_docs: list[Document] = []
    stated: list[tuple[dt.date | None, Asked]] = []
    notes: dict[str, Note] = {}
    traces: dict[str, x.Trace] = {}
    for document in documents:
        extraction: Extraction = extractor.extract(document.text)
        notes[document.id] = extraction.note
        date = (dates or {}).get(document.id) or note_date(extraction.note)
        built_docs.append(
            Document(
                id=document.id,
                sha256=document.sha256,
                length=len(document.text),
                kind=document_kind(extraction.note),
                date=date,
            )
        )
        prefix = f"{document.id}." if len(documents) > 1 else ""
        counts: dict[str, int] = defaultdict(int)
        for fact in sorted(extraction.facts, key=lambda f: (f.start, f.end)):
            if fact.family not in CASE_FAMILIES:
                continue
            counts[fact.family] += 1
            fact_id = f"{prefix}{fact.family}.{counts[fact.family]}"
            traces[fact_id] = fact.trace
            by_family[fact.family].append(_fact(document, fact, fact_id))
        stated.append((date, _stated(document, extraction.facts)))
    # The latest document speaks first for the request.
    order = sorted(range(len(stated)), key=lambda i: (stated[i][0] or dt.date.min, i), reverse=True)
    request = merge(option or Asked(), case_file or Asked(), _joined([stated[i][1] for i in order]))
    case = Case.model_validate({"case_id": case_id, "documents": built_docs, "request": request, **by_family})
    return Built(case, tuple(documents), notes, traces)
