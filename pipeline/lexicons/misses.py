"""Gold entries that were missed, and whether it was the lexicon that did not know the words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.evaluation.evaluator import NoteResult
from pipeline.evaluation.html.near import LEXICONS, near


@dataclass(frozen=True, slots=True)
class Miss:
    """A missed entry of the gold.

    ``wanted`` is what the lexicon would have to mean (a modality, a kind, a target), or the family where its
    entries mean something else (a region's status). ``unknown``: no entry of that meaning matches in its
    quotes, so a phrase is missing; else an entry matched and the note was read
    otherwise.
    """

    note_id: str
    family: str
    wanted: str
    quotes: tuple[tuple[int, int], ...]
    unknown: bool


def _wanted(family: str, key: dict[str, object]) -> str:
    return str(key.get("modality") or key.get("kind") or key.get("target") or family)


def misses(result: NoteResult, meanings: dict[str, set[str]], families: Sequence[str]) -> Iterator[Miss]:
    """The missed entries of one note; an entry found under another status is none.

    Parameters
    ----------
    result
        The note, judged.
    meanings
        Lexicon to the labels of its entries.
    families
        Families of the guide to look at.
    """
    for j in result.judgements:
        if j.family not in families or j.kind != "missed" or j.part not in ("entry", "status"):
            continue
        place = int(j.gold) if j.gold.isdecimal() else j.gold
        quotes = tuple(
            (s.start, s.end)
            for s in result.note.evidence
            if (s.family, s.index_or_region) == (j.family, place)
        )
        known = {label for lexicon in LEXICONS[j.family] for label in meanings.get(lexicon, ())}
        wanted = _wanted(j.family, dict(j.key))
        inside = [n for n in near(result, j.family, quotes) if n.where == "in"]
        if wanted in known:
            inside = [n for n in inside if n.mention.label == wanted]
        else:
            wanted = j.family
        yield Miss(result.note.note_id, j.family, wanted, quotes, unknown=not inside)


def has(result: NoteResult, family: str, wanted: str) -> bool:
    """Whether the gold of the note has an entry of that meaning."""
    value = result.note.gold.get(family)
    if isinstance(value, list):
        return any(wanted in _said(x) or wanted == family for x in value)
    if not isinstance(value, dict):
        return False
    return any(set(_accepted(v)) - {"not_documented"} for v in value.values())


def _accepted(value: dict[str, object]) -> list[object]:
    status = value.get("accept", value.get("status"))
    if isinstance(status, dict):
        status = status.get("accept")
    return list(status) if isinstance(status, list) else [status]


def _said(item: dict[str, object]) -> set[object]:
    out: set[object] = set()
    for name in ("modality", "kind", "target"):
        given = item.get(name)
        out |= set(given.get("accept", ())) if isinstance(given, dict) else {given}
    return out - {None}
