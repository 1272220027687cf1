"""A therapy told by likeness with the one before it ("Paracetamol likewise", "ditto for ibuprofen")."""

from __future__ import annotations

import re

from extractors.therapies.items import Item
from extractors.therapies.statement import Statement

_BEHIND = re.compile(
    r"^\W{0,3}(?:(?:was|were|did|has been|fared|went|proved) )?(?:likewise|ditto|similarly|similar|the same(?: (?:story|result|way|thing))?|same (?:story|result|thing)|no different(?: result)?)\W*$",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"^\W*(?:likewise|ditto|similarly|(?:the )?same (?:with|for|of|goes for|is true (?:of|for)|can be said (?:of|for)))(?: (?:with|for|of))?(?: (?:the|his|her))?\W*$",
    re.IGNORECASE,
)


def like_the_one_before(statement: Statement, index: int, found: list[Item]) -> Item | None:
    """The item that the therapy is said to have fared like, where the words say nothing else; None otherwise."""
    if not found or len(statement.mentions) > 1:
        return None
    sentence = statement.sentence.index
    if not 0 <= sentence - found[-1].mention.sentence.index <= 2:
        return None
    after, before = statement.own_after[index], statement.before
    like = (not before.strip() and _BEHIND.match(after)) or (_AHEAD.match(before) and not after.strip(" ."))
    return found[-1] if like else None
