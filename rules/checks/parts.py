"""The parts of the spine that a request names, and the codes that speak of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from rules.case import ClaimLine, Diagnosis, Evidence
from rules.codes import cpt, icd10cm
from rules.view import CaseView


@dataclasses.dataclass(frozen=True)
class Part:
    """The requested lines of one part of the spine (neck and upper back, or lower back)."""

    group: cpt.Group
    lines: tuple[ClaimLine, ...]

    @property
    def regions(self) -> tuple[str, ...]:
        """Regions of the narrative that belong to the part."""
        return cpt.GROUP_REGIONS[self.group]

    @property
    def subject(self) -> str:
        """The part's name in the id of a finding."""
        return self.group.replace("_", "-")

    @property
    def codes(self) -> tuple[str, ...]:
        """The requested procedure codes, each once, in the order of the lines."""
        return tuple(dict.fromkeys(line.cpt for line in self.lines))

    @property
    def places(self) -> tuple[Evidence, ...]:
        """Where the lines stand in the documents."""
        return tuple(e for line in self.lines for e in line.evidence)

    def touches(self, code: str) -> bool:
        """Whether a diagnosis code may speak of the part: its title names one of its regions, or none."""
        named = icd10cm.regions_of(code)
        return not named or bool(set(named) & set(self.regions))

    def diagnoses(self, found: Iterable[Diagnosis]) -> tuple[Diagnosis, ...]:
        """Return the diagnoses that may speak of the part."""
        return tuple(dx for dx in found if self.touches(dx.code))


def parts(view: CaseView, families: Iterable[str] | None = None) -> tuple[Part, ...]:
    """Return the requested parts of the spine, of all services or of some service families.

    Lines whose code names no part of the spine (a stimulator lead, guidance) are left out.
    """
    grouped: dict[cpt.Group, list[ClaimLine]] = {}
    for line in view.lines(families):
        entry = cpt.lookup(line.cpt)
        if entry and entry.group:
            grouped.setdefault(entry.group, []).append(line)
    found = tuple(Part(group, tuple(lines)) for group, lines in grouped.items())
    told = "; ".join(f"{p.group.replace('_', ' or ')}: {', '.join(p.codes)}" for p in found)
    view.trail.add("requested parts of the spine", told or "none")
    return found
