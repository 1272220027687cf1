"""The request: options first, then a ``case.json`` beside the note, then what the note states.

A difference between the sources is kept as a conflict and reported; nothing is silently dropped.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import CaseFileError, UsageError
from rules.case import ClaimLine, Diagnosis, Request, RequestConflict, Source, is_cpt, is_icd
from rules.values import Laterality

_LINE = re.compile(r"^(?P<cpt>[0-9A-Za-z]{5})(?P<mods>(?:-[0-9A-Za-z]{2})*)(?:[xX*](?P<units>\d{1,3}))?$")


class CaseFile(BaseModel):
    """``case.json`` beside a note: the request as the claim states it, and what the text cannot tell.

    ``documents`` makes the folder one case of several documents, in that order.
    """

    model_config = ConfigDict(extra="forbid")

    case_id: str | None = None
    cpt: list[str] = []
    icd: list[str] = []
    descriptions: dict[str, str] = {}
    service_date: dt.date | None = None
    setting: str | None = None
    payer: str | None = None
    documents: list[str] = []


@dataclass(frozen=True)
class Asked:
    """Codes from one source."""

    lines: tuple[ClaimLine, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    service_date: dt.date | None = None
    setting: str | None = None
    payer: str | None = None


def parse_cpt(text: str, where: str, source: Source, shown: str | None = None) -> ClaimLine:
    """``64635``, ``64635-50`` or ``64636-RTx2`` to a claim line; UsageError for anything else.

    The error shows the text as given, or ``shown`` in its place (a file's content is not repeated).
    """
    m = _LINE.match(text.strip())
    if not m or not is_cpt(m["cpt"].upper()):
        named = shown or repr(text.strip())
        raise UsageError(
            where, f"{named} is not a CPT or HCPCS code", "write five characters, e.g. 64635 or 64635-50"
        )
    mods = tuple(x.upper() for x in m["mods"].split("-") if x)
    side: Laterality = "unknown"
    if "50" in mods or {"RT", "LT"} <= set(mods):
        side = "bilateral"
    elif "RT" in mods:
        side = "right"
    elif "LT" in mods:
        side = "left"
    return ClaimLine(
        cpt=m["cpt"].upper(), units=int(m["units"] or 1), modifiers=mods, laterality=side, source=source
    )


def normal_icd(text: str) -> str:
    """The code in capitals, with its point: ``m47816`` is ``M47.816``."""
    code = text.strip().upper()
    return f"{code[:3]}.{code[3:]}" if "." not in code and len(code) > 3 else code


def parse_icd(
    text: str, where: str, source: Source, description: str | None = None, shown: str | None = None
) -> Diagnosis:
    """``M47.816`` or ``m47816`` to a diagnosis; UsageError for anything else (see ``parse_cpt``)."""
    code = normal_icd(text)
    if not is_icd(code):
        raise UsageError(
            where, f"{shown or repr(text.strip())} is not an ICD-10-CM code", "write e.g. M47.816"
        )
    return Diagnosis(code=code, description=description, source=source)


def asked_by_options(cpt: str | None, icd: str | None) -> Asked:
    """Codes of ``--cpt`` and ``--icd`` (comma-separated)."""
    lines = tuple(parse_cpt(c, "--cpt", "option") for c in (cpt or "").split(",") if c.strip())
    diagnoses = tuple(parse_icd(c, "--icd", "option") for c in (icd or "").split(",") if c.strip())
    return Asked(lines, diagnoses)


def read_case_file(text: str, where: str) -> CaseFile:
    """Validate a ``case.json``; UsageError names the field at fault."""
    try:
        return CaseFile.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(p) for p in first["loc"]) or "the file"
        raise UsageError(where, f"{field}: {first['msg']}", "see docs/case-file.md for the fields") from None


def asked_by_case_file(file: CaseFile, where: str) -> Asked:
    """Codes of a ``case.json``.

    Raises
    ------
    CaseFileError
        For a malformed code: an error of that case, so that the others go on.
    """
    try:
        lines = tuple(parse_cpt(c, where, "case_file", f"cpt[{i}]") for i, c in enumerate(file.cpt))
        described = {normal_icd(code): words for code, words in file.descriptions.items()}
        diagnoses = tuple(
            parse_icd(c, where, "case_file", described.get(normal_icd(c)), f"icd[{i}]")
            for i, c in enumerate(file.icd)
        )
    except UsageError as error:
        raise CaseFileError(error.where, error.cause, error.mend) from None
    if set(described) - {d.code for d in diagnoses}:
        raise CaseFileError(
            where, "descriptions: a code that icd does not list", "list the code under icd, too"
        )
    return Asked(lines, diagnoses, file.service_date, file.setting, file.payer)


def _completed(line: ClaimLine, stated: Sequence[ClaimLine]) -> ClaimLine:
    """A line from outside the note, with levels, side and quotes of the note's line of the same code."""
    for other in stated:
        if other.cpt == line.cpt:
            return line.model_copy(
                update={
                    "levels": line.levels or other.levels,
                    "laterality": line.laterality if line.laterality != "unknown" else other.laterality,
                    "called": line.called or other.called,
                    "evidence": other.evidence,
                }
            )
    return line


def merge(option: Asked, case_file: Asked, note: Asked) -> Request:
    """One request from three sources, with the conflicts between them.

    The first source that names procedures supplies the procedures, likewise for diagnoses. A diagnosis
    from outside keeps the description and quote of the note's diagnosis of the same code.
    """
    sources = (option, case_file, note)
    conflicts: list[RequestConflict] = []
    lines: tuple[ClaimLine, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    for asked in sources:
        if asked.lines and not lines:
            lines = asked.lines
        elif asked.lines:
            conflicts += _conflict("procedures", lines, asked.lines)
        if asked.diagnoses and not diagnoses:
            diagnoses = asked.diagnoses
        elif asked.diagnoses:
            conflicts += _conflict("diagnoses", diagnoses, asked.diagnoses)
    stated = {d.code: d for d in note.diagnoses}
    diagnoses = tuple(
        d.model_copy(
            update={
                "description": d.description or stated[d.code].description,
                "evidence": d.evidence or stated[d.code].evidence,
            }
        )
        if d.code in stated
        else d
        for d in diagnoses
    )
    service = next((a.service_date for a in sources if a.service_date), None)
    conflicts += _date_conflicts(option, case_file, note)
    return Request(
        lines=tuple(_completed(x, note.lines) if x.source != "note" else x for x in lines),
        diagnoses=diagnoses,
        service_date=service,
        setting=next((a.setting for a in sources if a.setting), None),
        payer=next((a.payer for a in sources if a.payer), None),
        conflicts=tuple(conflicts),
    )


def _date_conflicts(option: Asked, case_file: Asked, note: Asked) -> list[RequestConflict]:
    named: tuple[tuple[Source, Asked], ...] = (("option", option), ("case_file", case_file), ("note", note))
    stated = [(source, a.service_date.isoformat()) for source, a in named if a.service_date]
    return [
        RequestConflict(
            field="service_date",
            used=(stated[0][1],),
            used_source=stated[0][0],
            other=(date,),
            other_source=source,
        )
        for source, date in stated[1:]
        if date != stated[0][1]
    ]


def _conflict(
    field: Literal["procedures", "diagnoses"],
    used: Sequence[ClaimLine] | Sequence[Diagnosis],
    other: Sequence[ClaimLine] | Sequence[Diagnosis],
) -> list[RequestConflict]:
    """A conflict where two sources name different codes, else nothing."""
    left, right = _codes(used), _codes(other)
    if left == right:
        return []
    return [
        RequestConflict(
            field=field,
            used=left,
            used_source=used[0].source,
            other=right,
            other_source=other[0].source,
            evidence=tuple(e for x in other for e in x.evidence),
        )
    ]


def _codes(items: Sequence[ClaimLine] | Sequence[Diagnosis]) -> tuple[str, ...]:
    return tuple(sorted({x.cpt if isinstance(x, ClaimLine) else x.code for x in items}))
