"""The request: options first, then a ``case.json`` beside the note, then what the note states.

A difference between the sources is kept as a conflict and reported; nothing is silently dropped.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from pipeline.errors import CaseFileError, UsageError
from rules.case import (
    ClaimLine,
    Diagnosis,
    Request,
    RequestConflict,
    Setting,
    Source,
    is_cpt,
    is_icd,
)
from rules.values import Laterality

T = TypeVar("T")
ClaimKind = Literal["professional", "facility"]
#: A source's name for a field that two sources may state differently.
_Stated = Literal["service_date", "setting", "state", "claim_kind"]

_LINE = re.compile(r"^(?P<cpt>[0-9A-Za-z]{5})(?P<mods>(?:-[0-9A-Za-z]{2})*)(?:[xX*](?P<units>\d{1,3}))?$")

#: Characters of a case id or a patient's reference: an index entry of PostgreSQL holds some 2,700 bytes.
MOST_NAME: Final = 500
#: What no database, report and terminal can all hold.
_UNFIT = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


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
    setting: str | int | None = None
    payer: str | None = None
    state: str | None = None
    claim_kind: str | None = None
    documents: list[str] = []
    #: The sender's reference to the patient: a queue keeps it so that all of a patient's documents can be
    #: erased. No rule and no result ever sees it.
    patient: str | None = None

    @field_validator("case_id", "patient")
    @classmethod
    def _can_be_kept(cls, value: str | None) -> str | None:
        if value is not None and _UNFIT.search(value):
            raise ValueError("holds control characters")
        if value is not None and len(value) > MOST_NAME:
            raise ValueError(f"is longer than {MOST_NAME} characters")
        return value

    def asked(self) -> dict[str, Any]:
        """What decides the result, as JSON data: everything stated but the patient's reference."""
        return self.model_dump(mode="json", exclude_defaults=True, exclude={"patient"})


@dataclass(frozen=True)
class Asked:
    """What one source asks for: codes, and the context that decides which criteria hold."""

    lines: tuple[ClaimLine, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    service_date: dt.date | None = None
    setting: Setting | None = None
    payer: str | None = None
    #: Two postal letters.
    state: str | None = None
    claim_kind: ClaimKind | None = None


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


def parse_setting(text: str, where: str, shown: str | None = None) -> Setting:
    """``office`` or a CMS place-of-service code (``11``) to a setting; UsageError names the choices."""
    # Here, so that structured cases need no text processing.
    from extractors.request.context import POS_CODES

    plain = text.strip().lower().replace(" ", "_").replace("-", "_")
    found = POS_CODES.get(plain, plain)
    for name in get_args(Setting):
        if name == found:
            return name  # type: ignore[no-any-return]
    codes = ", ".join(f"{code} {name}" for code, name in sorted(POS_CODES.items()))
    raise UsageError(
        where,
        f"{shown or repr(text.strip())} is no setting",
        f"choose from {', '.join(get_args(Setting))}, or a place-of-service code ({codes})",
    )


def parse_state(text: str, where: str, shown: str | None = None) -> str:
    """``tx`` or ``Texas`` to ``TX``; UsageError for what is no state of the United States."""
    from extractors.request.states import state_of

    if (letters := state_of(text)) is None:
        raise UsageError(
            where,
            f"{shown or repr(text.strip())} is no state of the United States",
            "write two letters or the state's name, e.g. TX or Texas",
        )
    return letters


def parse_claim_kind(text: str, where: str, shown: str | None = None) -> ClaimKind:
    """``professional`` or ``facility``; UsageError for anything else."""
    for name in get_args(ClaimKind):
        if name == text.strip().lower():
            return name  # type: ignore[no-any-return]
    raise UsageError(
        where,
        f"{shown or repr(text.strip())} is no kind of claim",
        f"choose from {', '.join(get_args(ClaimKind))}",
    )


def asked_by_options(
    cpt: str | None,
    icd: str | None,
    *,
    payer: str | None = None,
    setting: str | None = None,
    state: str | None = None,
    claim_kind: str | None = None,
) -> Asked:
    """The request of the command line; ``cpt`` and ``icd`` are comma-separated.

    Raises
    ------
    UsageError
        Naming the option, for a malformed code, setting, state or kind of claim.
    """
    return Asked(
        tuple(parse_cpt(c, "--cpt", "option") for c in (cpt or "").split(",") if c.strip()),
        tuple(parse_icd(c, "--icd", "option") for c in (icd or "").split(",") if c.strip()),
        setting=parse_setting(setting, "--setting") if setting else None,
        payer=(payer or "").strip() or None,
        state=parse_state(state, "--state") if state else None,
        claim_kind=parse_claim_kind(claim_kind, "--claim-kind") if claim_kind else None,
    )


def read_case_file(text: str, where: str) -> CaseFile:
    """Validate a ``case.json``; UsageError names the field at fault."""
    try:
        return CaseFile.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(p) for p in first["loc"]) or "the file"
        words = first["msg"].removeprefix("Value error, ")
        raise UsageError(where, f"{field}: {words}", "see docs/case-file.md for the fields") from None


def asked_by_case_file(file: CaseFile, where: str) -> Asked:
    """Codes of a ``case.json``.

    Raises
    ------
    CaseFileError
        For a malformed code, setting, state or kind of claim: an error of that case, so that the
        others go on.
    """
    try:
        lines = tuple(parse_cpt(c, where, "case_file", f"cpt[{i}]") for i, c in enumerate(file.cpt))
        described = {normal_icd(code): words for code, words in file.descriptions.items()}
        diagnoses = tuple(
            parse_icd(c, where, "case_file", described.get(normal_icd(c)), f"icd[{i}]")
            for i, c in enumerate(file.icd)
        )
        setting = None if file.setting is None else parse_setting(str(file.setting), where, "setting")
        state = None if file.state is None else parse_state(file.state, where, "state")
        kind = None if file.claim_kind is None else parse_claim_kind(file.claim_kind, where, "claim_kind")
    except UsageError as error:
        raise CaseFileError(error.where, error.cause, error.mend) from None
    if set(described) - {d.code for d in diagnoses}:
        raise CaseFileError(
            where, "descriptions: a code that icd does not list", "list the code under icd, too"
        )
    payer = (file.payer or "").strip() or None
    return Asked(lines, diagnoses, file.service_date, setting, payer, state, kind)


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
    named: tuple[tuple[Source, Asked], ...] = (("option", option), ("case_file", case_file), ("note", note))
    conflicts += _differing("service_date", named, _day)
    conflicts += _differing("setting", named, lambda a: a.setting and a.setting.replace("_", " "))
    conflicts += _differing("state", named, lambda a: a.state)
    conflicts += _differing("claim_kind", named, lambda a: a.claim_kind)
    return Request(
        lines=tuple(_completed(x, note.lines) if x.source != "note" else x for x in lines),
        diagnoses=diagnoses,
        service_date=first_stated(sources, lambda a: a.service_date),
        setting=first_stated(sources, lambda a: a.setting),
        payer=first_stated(sources, lambda a: a.payer),
        state=first_stated(sources, lambda a: a.state),
        claim_kind=first_stated(sources, lambda a: a.claim_kind),
        conflicts=tuple(conflicts),
    )


def _day(asked: Asked) -> str | None:
    return asked.service_date.isoformat() if asked.service_date else None


def first_stated(sources: Sequence[Asked], field: Callable[[Asked], T | None]) -> T | None:
    """The field's value from the first source that states one, or None."""
    return next((value for a in sources if (value := field(a)) is not None), None)


def _differing(
    field: _Stated, named: Sequence[tuple[Source, Asked]], read: Callable[[Asked], str | None]
) -> list[RequestConflict]:
    """A conflict for each source that states another value than the one used.

    Payers are not compared: the same one goes by many names.
    """
    stated = [(source, value) for source, a in named if (value := read(a))]
    return [
        RequestConflict(
            field=field,
            used=(stated[0][1],),
            used_source=stated[0][0],
            other=(value,),
            other_source=source,
        )
        for source, value in stated[1:]
        if value != stated[0][1]
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
