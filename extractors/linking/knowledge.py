"""The local knowledge base: ICD-10-CM titles from the caller and our synonyms, as scispaCy entities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from extractors.linking.normal import normal

if TYPE_CHECKING:
    from scispacy.linking_utils import Entity

#: Length of a code with its encounter character, point included ("S32.010A").
_FULL = 8


@cache
def _data() -> Mapping[str, Any]:
    data: Mapping[str, Any] = yaml.safe_load(
        Path(__file__).with_name("synonyms.yaml").read_text(encoding="utf-8")
    )
    return data


def concepts() -> tuple[Mapping[str, Any], ...]:
    """The concepts of ``synonyms.yaml``."""
    return tuple(_data()["concepts"])


@cache
def other_sites() -> frozenset[str]:
    """Words that put a phrase outside the spine."""
    return frozenset(_data()["other_sites"])


def linkable(titles: Mapping[str, str]) -> dict[str, str]:
    """The codes that a phrase may be linked to, with their titles.

    Headers are left out. A code with an encounter character is represented by the header above it, since
    a diagnosis phrase does not tell initial from subsequent care ("S32.010" for "S32.010A").
    """
    stems: dict[str, str] = {}
    for code in titles:
        if len(code) == _FULL:
            stem = code[:-1]
            while stem not in titles and len(stem) > 3:
                stem = stem[:-1].rstrip(".")
            stems[code] = stem
    headers = {code[:n].rstrip(".") for code in titles for n in range(3, len(code))}
    kept = {c: t for c, t in titles.items() if c not in headers and c not in stems}
    kept.update({stem: titles[stem] for stem in stems.values() if stem in titles})
    return dict(sorted(kept.items()))


def _synonyms(concept: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(alias in normal form, code) of a concept's phrases in every region, side and level."""
    for phrase in concept["phrases"]:
        form = normal(phrase)
        if "code" in concept:
            yield form.forms()[0], concept["code"]
            for side, code in concept.get("sides", {}).items():
                yield f"{side} {form.words}", code
        for region, code in concept.get("codes", {}).items():
            place = "" if region == "unspecified" else region
            yield " ".join(w for w in (place, form.words) if w), code
        for segment, code in concept.get("levels", {}).items():
            low, high = segment.lower().split("-")
            yield f"cervical {low}{high} {form.words}", code


def aliases(titles: Mapping[str, str]) -> dict[str, str]:
    """Alias in normal form to the one code that it means; synonyms come before titles."""
    codes = linkable(titles)
    out: dict[str, str] = {}
    for concept in concepts():
        for alias, code in _synonyms(concept):
            if code in codes:
                out.setdefault(alias, code)
    for code, title in codes.items():
        form = next(iter(normal(title).forms()), "")
        # Titles that differ by a filler word alone ("small", "secondary") keep their own words.
        out.setdefault(form if form and form not in out else title.lower(), code)
    return out


def entities(titles: Mapping[str, str]) -> list[Entity]:
    """Entities in the order of their codes, each with its aliases in normal form."""
    from scispacy.linking_utils import Entity

    by_code: dict[str, list[str]] = {}
    for alias, code in aliases(titles).items():
        by_code.setdefault(code, []).append(alias)
    return [Entity(code, titles[code], sorted(names)) for code, names in sorted(by_code.items())]
