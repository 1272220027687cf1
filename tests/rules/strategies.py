"""Cases of any shape that the models allow, however strange, drawn from the models' own fields."""

from __future__ import annotations

import datetime as dt
import types
import typing
from typing import Any

from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from rules.case import Case, ClaimLine, Diagnosis, Document, Fact, Request
from rules.codes import cpt, icd10cm

#: Codes that the checks know, and some that nobody does.
CPT = [*sorted(cpt.table()), "99213", "J1100"]
ICD = [
    *(c for c in sorted(icd10cm.table()) if c.startswith(("M47", "M54", "M51.3", "M48.06", "M96", "M43"))),
    *("Z98.1", "G89.4", "T84.84XA", "M46.1", "M53.3", "A00.0"),
]
LEVELS = ["L4-L5", "L5-S1", "L4-S1", "C5-C6", "C2-C3", "TON", "L3", "L4", "C7", "T12-L1", "S1-L5", "?", ""]
#: Mostly the days that matter, and the whole calendar with its ends.
DAYS = st.one_of(
    st.dates(dt.date(2019, 1, 1), dt.date(2028, 12, 31)),
    st.dates(dt.date(2019, 1, 1), dt.date(2028, 12, 31)),
    st.dates(),
    st.sampled_from([dt.date.min, dt.date.max, dt.date(2024, 2, 29)]),
)
DOCUMENTS = ["a", "b", "c"]


def _partial(day: dt.date, parts: int) -> str:
    return "-".join(day.isoformat().split("-")[:parts])


PARTIAL = st.builds(_partial, DAYS, st.integers(1, 3))


def _of(annotation: Any, name: str, metadata: tuple[Any, ...] = ()) -> st.SearchStrategy[Any]:
    """Values of an annotation; ``name`` picks vocabularies that the type alone does not tell."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _of(arguments[0], name, tuple(arguments[1:]))
    if origin in (typing.Union, types.UnionType):
        return st.one_of(*(_of(a, name, metadata) for a in arguments))
    if annotation is type(None):
        return st.none()
    if origin is typing.Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        inner = st.sampled_from(LEVELS) if name == "levels" else _of(arguments[0], name)
        return st.lists(inner, max_size=3).map(tuple)
    if annotation is str:
        if name in ("date", "start", "end"):
            return PARTIAL
        if name == "state":
            return st.sampled_from(["TX", "CA", "ND"])
        return st.sampled_from(
            ["", "\x00", "٤", "lidocaine", "ALIF", "Noridian", "Aetna", "M47.816", "KX", "50"]
        )
    if annotation is bool:
        return st.booleans()
    if annotation in (int, float):
        low = next((_bound(m, "ge", "gt") for m in metadata if _bound(m, "ge", "gt") is not None), -1e18)
        high = next((_bound(m, "le", "lt") for m in metadata if _bound(m, "le", "lt") is not None), 1e18)
        if annotation is int:
            usual_int = st.integers(max(0, int(low)), max(int(low), min(500, int(high))))
            return st.one_of(usual_int, st.integers(int(low), int(high)))
        usual = st.integers(max(0, int(low)), min(500, int(high))).map(float)
        return st.one_of(usual, usual, st.floats(low, high), st.sampled_from([float(low), float(high)]))
    if annotation is dt.date:
        return DAYS
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return model(annotation)
    raise TypeError(f"no strategy for {annotation!r} ({name})")


def _bound(constraint: Any, *names: str) -> Any:
    inner = constraint.metadata if isinstance(constraint, FieldInfo) else [constraint]
    return next((getattr(i, n) for i in inner for n in names if getattr(i, n, None) is not None), None)


def model(kind: type[BaseModel], **given: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Instances of a model, field by field; fields with a default are sometimes left at it."""
    required, optional = {}, {}
    for name, field in kind.model_fields.items():
        values = given[name] if name in given else _of(field.annotation, name, tuple(field.metadata))
        (required if field.is_required() or name in given else optional)[name] = values
    return st.fixed_dictionaries(required, optional=optional).map(lambda row: kind(**_ascending(row)))


def _ascending(row: dict[str, Any]) -> dict[str, Any]:
    """Turn a range about that would begin above its end: the models refuse it."""
    for name in ("weeks_low", "percent_low", "low"):
        other = name.replace("low", "high")
        low, high = row.get(name), row.get(other)
        if low is not None and high is not None and low > high:
            row = {**row, name: high, other: low}
    return row


def value_type(family: str) -> type[BaseModel]:
    """The value type of a family, as the case declares it."""
    fact = typing.get_args(Case.model_fields[family].annotation)[0]
    return fact.model_fields["value"].annotation


FAMILIES = tuple(n for n in Case.model_fields if n not in ("case_id", "documents", "request"))


ASSERTIONS = typing.get_args(Fact.model_fields["assertion"].annotation)


def fact(family: str) -> st.SearchStrategy[Fact[Any]]:
    """One fact of a family, with any value and assertion."""
    kind = Fact[value_type(family)]  # type: ignore[misc]

    def made(value: Any, assertion: str, document: str, start: int, serial: int) -> Fact[Any]:
        return kind(
            id=f"{family}.{serial}", document=document, start=start, end=start + 5, quote="words",
            extractor="any", version="1", assertion=assertion, value=value,
        )  # fmt: skip

    return st.builds(
        made,
        model(value_type(family)),
        st.sampled_from(["present", "present", "present", *ASSERTIONS]),
        st.sampled_from(DOCUMENTS),
        st.integers(0, 10**6),
        st.integers(0, 10**6),
    )


def facts(families: tuple[str, ...] = FAMILIES, most: int = 2) -> st.SearchStrategy[dict[str, Any]]:
    """Facts by family."""
    return st.fixed_dictionaries(
        {}, optional={name: st.lists(fact(name), max_size=most).map(tuple) for name in families}
    )


line = model(
    ClaimLine,
    cpt=st.sampled_from(CPT),
    modifiers=st.lists(st.sampled_from(["50", "RT", "LT", "KX", "59", "XS"]), max_size=2).map(tuple),
    evidence=st.just(()),
)
diagnosis = model(
    Diagnosis,
    code=st.sampled_from(ICD),
    description=st.sampled_from([None, "lumbar spondylosis", "with radiculopathy"]),
    evidence=st.just(()),
)
request = model(
    Request,
    lines=st.lists(line, max_size=3).map(tuple),
    diagnoses=st.lists(diagnosis, max_size=3).map(tuple),
    conflicts=st.just(()),
)


def _case(asked: Request, days: list[dt.date | None], kinds: list[str], found: dict[str, Any]) -> Case:
    documents = tuple(
        Document(id=name, sha256="0" * 64, length=10**6 + 5, date=day, kind=kind)
        for name, day, kind in zip(DOCUMENTS, days, kinds, strict=True)
    )
    return Case(case_id="any", documents=documents, request=asked, **found)


def cases(found: st.SearchStrategy[dict[str, Any]] | None = None) -> st.SearchStrategy[Case]:
    """Whole cases."""
    kinds = typing.get_args(Document.model_fields["kind"].annotation)
    return st.builds(
        _case,
        request,
        st.lists(st.none() | DAYS, min_size=3, max_size=3),
        st.lists(st.sampled_from(kinds), min_size=3, max_size=3),
        found if found is not None else facts(),
    )
