"""Read a diagnosis description or title: what it names, with or without what, where, on which side."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterable, Mapping
from importlib import resources

import yaml

#: "without X or Y", "w/o X": what follows, to the next comma or stop, is named as absent.
_WITHOUT = re.compile(r"\b(?:without|w/o|no|absent|negative for)\b[^,;.()\n]{0,80}", re.IGNORECASE)

#: Regions that agree: a double agrees with its parts, and a region with itself.
_PARTS: Mapping[str, frozenset[str]] = {
    "occipito-atlanto-axial": frozenset({"cervical"}),
    "cervicothoracic": frozenset({"cervical", "thoracic"}),
    "thoracolumbar": frozenset({"thoracic", "lumbar"}),
    "lumbosacral": frozenset({"lumbar", "sacral"}),
}


@dataclasses.dataclass(frozen=True)
class Description:
    """What a description says.

    ``named`` holds concepts named as present, ``excluded`` those named as absent, ``regions`` and ``sides``
    what it places them in.
    """

    named: frozenset[str]
    excluded: frozenset[str]
    regions: frozenset[str]
    sides: frozenset[str]


@functools.cache
def _patterns() -> tuple[dict[str, re.Pattern[str]], ...]:
    raw = yaml.safe_load(resources.files(__package__).joinpath("concepts.yaml").read_text("utf-8"))

    def compiled(table: Mapping[str, Iterable[str]]) -> dict[str, re.Pattern[str]]:
        return {name: re.compile("|".join(words), re.IGNORECASE) for name, words in table.items()}

    return compiled(raw["concepts"]), compiled(raw["regions"]), compiled(raw["sides"])


@functools.cache
def polarity() -> frozenset[str]:
    """Return the concepts whose presence or absence a title may state."""
    raw = yaml.safe_load(resources.files(__package__).joinpath("concepts.yaml").read_text("utf-8"))
    return frozenset(raw["polarity"])


def read(text: str) -> Description:
    """Read one description of at most some hundred characters."""
    concepts, regions, sides = _patterns()
    absent = " ; ".join(_WITHOUT.findall(text))
    rest = _WITHOUT.sub(" ; ", text)
    return Description(
        named=frozenset(name for name, p in concepts.items() if p.search(rest)),
        excluded=frozenset(name for name, p in concepts.items() if p.search(absent)),
        regions=frozenset(name for name, p in regions.items() if p.search(text)),
        sides=frozenset(name for name, p in sides.items() if p.search(text)),
    )


def _parts(regions: Iterable[str]) -> frozenset[str]:
    return frozenset(part for region in regions for part in _PARTS.get(region, frozenset({region})))


def conflicts(description: str, title: str) -> tuple[str, ...]:
    """Return what a description says against a title, in plain words; empty where they agree.

    Only outright contradictions count: named against excluded, another region, the other side. Less detail is
    no conflict.
    """
    said, official = read(description), read(title)
    found = [
        f"the description says with {name}, the title without"
        for name in sorted(polarity() & said.named & official.excluded)
    ]
    found += [
        f"the description says without {name}, the title with"
        for name in sorted(polarity() & said.excluded & official.named)
    ]
    if said.regions and official.regions and not _parts(said.regions) & _parts(official.regions):
        found.append(
            f"the description places it in the {'/'.join(sorted(said.regions))} region, the title in the "
            f"{'/'.join(sorted(official.regions))} region"
        )
    if len(said.sides) == 1 and len(official.sides) == 1 and said.sides != official.sides:
        found.append(f"the description says {min(said.sides)}, the title {min(official.sides)}")
    return tuple(found)


def says_something(description: str) -> bool:
    """Whether a description names a known disease, region or side; loose words beside a code do not."""
    said = read(description)
    return bool(said.named | said.excluded | said.regions | said.sides)


def shares_concept(description: str, title: str) -> bool | None:
    """Whether both name a common disease; None where one of them names none that we know."""
    said, official = read(description), read(title)
    one, other = said.named | said.excluded, official.named | official.excluded
    if not one or not other:
        return None
    return bool(one & other)
