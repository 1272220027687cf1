"""Orders of old in a record review: "therapy was recommended" speaks of care that the note tells elsewhere."""

from __future__ import annotations

import re

from extractors.therapies.items import Item
from extractors.therapies.statement import Statement

_ORDERED_THEN = re.compile(
    r"\b(?:was|were|had been|has been|have been|had|wanted|there was)\b[^.;\n]{0,80}\b(?:recommend\w*|prescri\w*|order\w*|advised|suggest\w*|referr\w*|referral|scheduled|planned|consider\w*|discussed|instructed|wanted|told|asked|to see|sent)\b"
    r"|\b(?:recommended|prescribed|ordered|advised|suggested|wanted|told (?:him|her|them)|would contact|requested)\b",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"\b(?:today|now|at this (?:time|point)|currently|I|we|next|further|another|new|again|additional|more|today's)\b",
    re.IGNORECASE,
)
_SECTIONS = frozenset({"plan", "assessment", "instructions", "disposition", "medications", "recommendations"})


def is_recalled(statement: Statement, index: int, status: str) -> bool:
    """Whether a planned therapy is an order told in the past tense outside of the note's own plan."""
    if status != "planned" or statement.places[index].kind in _SECTIONS or statement.row is not None:
        return False
    return _ORDERED_THEN.search(statement.sentence.text) is not None and not _NOW.search(
        statement.sentence.text
    )


def without_recalled(items: list[Item]) -> list[Item]:
    """The items without orders of old for a therapy that the note tells as had or in use."""
    had = {i.modality for i in items if i.status in ("past", "current")}
    return [i for i in items if not (i.recalled and i.modality in had)]
