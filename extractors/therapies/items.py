"""Therapies found one by one, and how repeats become one entry a modality and status."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from extractors.facts import Span
from extractors.note import Mention
from extractors.therapies.amounts import Amounts

_INCLUDES = re.compile(
    r"^[^.;()]{0,12}(?:\(|:|,? ?\b(?:including|incl\.?|includes|included|such as|namely|consisting of|consisted of|with|in the form of)\b)[^.;]{0,60}$",
    re.IGNORECASE,
)
_RANK = {"failed": 0, "not_tolerated": 1, "partial": 2, "effective": 3, "not_stated": 9}


@dataclass(frozen=True)
class Item:
    """One mention of a therapy, read."""

    modality: str
    status: str
    outcome: str
    amounts: Amounts
    mention: Mention
    span: Span
    supporting: tuple[Span, ...] = ()
    steps: tuple[str, ...] = ()
    #: Where the passage begins in which it is told.
    place: int = 0
    #: Ordered at some time before this note, as its narrative tells.
    recalled: bool = False

    @property
    def entry(self) -> str:
        """The lexicon entry: one drug under all its names."""
        return self.mention.entry.id

    @property
    def kind(self) -> str:
        """``drug``, ``physical`` or ``generic``."""
        return str(self.mention.entry.attributes.get("class", "drug"))


def _bare(item: Item) -> bool:
    """Whether nothing but the therapy's name and status is said."""
    a = item.amounts
    return item.outcome == "not_stated" and a.weeks is None and a.sessions is None


def settle(items: list[Item]) -> list[Item]:
    """One status a drug, and no generic word beside a therapy that is named.

    A drug both past and continued is current; one both current and planned is current (it is renewed). A bare past
    mention of a physical therapy that is also current is the same course.
    """
    items = _spelled_out(items)
    by_entry: dict[str, set[str]] = {}
    by_modality: dict[str, set[str]] = {}
    for i in items:
        by_entry.setdefault(i.entry, set()).add(i.status)
        by_modality.setdefault(i.modality, set()).add(i.status)
    out = []
    for i in items:
        status = i.status
        of_class = i.mention.entry.attributes.get("generic") is True
        if "current" in by_entry[i.entry] and i.kind != "generic":
            if status == "planned" and not re.search(r"\b(?:another|new)\b", i.mention.clause_text, re.I):
                status = "current"
            elif status == "past" and (not _own_course(i) if i.kind == "physical" or of_class else True):
                status = "current"
        elif of_class and status == "past" and _bare(i) and "current" in by_modality[i.modality]:
            status = "current"
        out.append(
            i
            if status == i.status
            else replace(
                i,
                status=status,
                amounts=Amounts() if i.status == "planned" else i.amounts,
                steps=(*i.steps, "status:current<-continued"),
            )
        )
    return [i for i in out if i.kind != "generic" or not _is_named(i, out)]


def _spelled_out(items: list[Item]) -> list[Item]:
    """Give the length of "six weeks of conservative care (PT, NSAIDs)" to the first course that spells it out."""
    out = list(items)
    for g in items:
        if g.kind != "generic" or g.amounts.weeks is None:
            continue
        text, end = g.mention.sentence.text, g.mention.end
        for k, i in enumerate(out):
            named = (
                i.kind == "physical" and i.mention.sentence is g.mention.sentence and i.mention.start > end
            )
            if named and i.status == g.status and _INCLUDES.match(text[end : i.mention.start]):
                if i.amounts.weeks is None:
                    length = replace(i.amounts, weeks=g.amounts.weeks, stated=g.amounts.stated)
                    out[k] = replace(i, amounts=length, steps=(*i.steps, "weeks<-spelled_out"))
                break
    return out


def _own_course(item: Item) -> bool:
    """Whether a past course stands for itself: it has its own visits or dates, or a length and an outcome."""
    a = item.amounts
    told = item.outcome != "not_stated" and a.weeks is not None
    return told or a.sessions is not None or (a.start is not None and a.end is not None)


def _is_named(item: Item, items: list[Item]) -> bool:
    """Whether a generic word ("conservative care", "pain medication") is spelled out by therapies of that status."""
    if item.status == "declined":
        return False
    drugs_only = item.entry == "pain_medication"
    done = (
        {"past", "current"}
        if drugs_only and item.outcome == "not_stated" and item.status != "planned"
        else {item.status}
    )
    return any(
        i.kind != "generic" and i.status in done and (i.kind == "drug" or not drugs_only) for i in items
    )


def merged(items: list[Item]) -> list[list[Item]]:
    """Groups of items that make one entry, the most telling item first; groups in order of place."""
    groups: dict[tuple[str, str], list[Item]] = {}
    for i in items:
        groups.setdefault((i.modality, i.status), []).append(i)
    out = []
    for group in groups.values():
        group.sort(
            key=lambda i: (_bare(i), i.amounts.weeks is None and i.amounts.sessions is None, i.span.start)
        )
        out.append(group)
    return sorted(out, key=lambda g: min(i.span.start for i in g))


def outcome_of_group(group: list[Item]) -> str:
    """The group's outcome: what is said of the most telling item, else the first that anything is said of."""
    stated = [i.outcome for i in group if i.outcome != "not_stated"]
    if not stated:
        return "not_stated"
    if group[0].outcome != "not_stated" and group[0].amounts.weeks is not None:
        return group[0].outcome
    return min(stated, key=lambda o: _RANK[o])
