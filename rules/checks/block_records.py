"""All that a record tells of one diagnostic block: a visit names it, a procedure note describes it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from rules.blocks import DIAGNOSTIC
from rules.case import Document, Fact
from rules.checks.baseline import blocks_done
from rules.values import Injection, Region
from rules.view import CaseView

_REAL = ("present", "historical")


@dataclasses.dataclass(frozen=True)
class BlockRecord:
    """A diagnostic block with every statement of it and the documents that describe it.

    Attributes
    ----------
    block
        The statement that stands for the block.
    statements
        All statements of it, the block's own first.
    documents
        Documents in which it is stated, and procedure notes of its day.
    """

    block: Fact[Injection]
    statements: tuple[Fact[Injection], ...]
    documents: tuple[Document, ...]

    @property
    def day(self) -> str | None:
        """The date of the block: its own, else that of a document that tells it as performed."""
        return next((d for f in self.statements if (d := _day(f, self.documents))), None)

    @property
    def described(self) -> bool:
        """Whether a procedure note of it is among the documents."""
        return any(d.kind == "procedure_note" for d in self.documents)

    def within(self, facts: Iterable[Fact[Any]]) -> tuple[Fact[Any], ...]:
        """Facts of the procedure notes that describe the block."""
        own = {d.id for d in self.documents if d.kind == "procedure_note"}
        return tuple(f for f in facts if f.document in own and f.assertion in _REAL)


def _day(fact: Fact[Injection], documents: Iterable[Document]) -> str | None:
    if fact.value.date:
        return fact.value.date
    told = next((d.date for d in documents if d.id == fact.document), None)
    return told.isoformat() if told and fact.value.status == "performed" else None


def _measured(fact: Fact[Injection]) -> bool:
    return fact.value.status == "performed" and fact.value.percent_relief is not None


def _one(view: CaseView, a: Fact[Injection], b: Fact[Injection]) -> bool:
    """Whether two statements can tell of one block: kind, side, level and date do not differ."""
    if a.value.kind != b.value.kind:
        return False
    if {a.value.laterality, b.value.laterality} == {"left", "right"}:
        return False
    mine, other = ({n for level in f.value.levels for n in level.upper().split("-")} for f in (a, b))
    if mine and other and not mine & other:
        return False
    days = [_day(f, view.case.documents) for f in (a, b)]
    return None in days or days[0] == days[1]


def records(view: CaseView, regions: Iterable[Region]) -> tuple[BlockRecord, ...]:
    """Return the past diagnostic blocks of some regions, each with all that is told of it."""
    done = blocks_done(view, regions)
    spare = [
        f
        for f in view.case.injections
        if f.value.kind in DIAGNOSTIC
        and f.value.purpose != "therapeutic"
        and f.assertion in _REAL
        # A block of today that nobody has measured yet tells nothing of an earlier one.
        and (view.is_past(f, f.value.status) or _measured(f))
        and f not in done
    ]
    found = []
    for block in done:
        twins = tuple(f for f in spare if _one(view, block, f))
        spare = [f for f in spare if f not in twins]
        told = (block, *twins)
        days = {d for f in told if (d := _day(f, view.case.documents))}
        documents = tuple(
            d
            for d in view.case.documents
            if d.id in {f.document for f in told}
            or (d.kind == "procedure_note" and d.date and d.date.isoformat() in days)
        )
        found.append(BlockRecord(block, told, documents))
    return tuple(found)
