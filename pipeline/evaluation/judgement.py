"""One comparison of gold and prediction, as plain data without any text of the note."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

#: right, wrong: a value that was judged. missed: a gold entry without its match. extra: a predicted entry
#: that the gold lacks. free: a match that the gold does not require, neither counted nor a fault.
Verdict = Literal["right", "wrong", "missed", "extra", "free"]
FAULTS: Final = frozenset({"wrong", "missed", "extra"})


@dataclass(frozen=True, slots=True)
class Judgement:
    """A judged part of one note.

    Attributes
    ----------
    family
        Family of the guide, or ``pain``, ``request``, ``criteria``.
    part
        ``entry`` for an entry of a list as such, ``status`` for a region's status, else the name of the
        attribute, field or criterion.
    gold
        Place in the gold: an index into the family's list (as text), or a region; "" where there is none.
    key
        Key of the entry, gold's where there is one ({"modality": "nsaid", "status": "past"}).
    want, got
        Accepted values, and the predicted one.
    fact
        Id of the predicted fact, where one stands behind.
    partner
        For a missed entry the fact, and for an extra one the gold index, that differs in status only.
    """

    family: str
    part: str
    verdict: Verdict
    gold: str = ""
    key: Mapping[str, Any] = field(default_factory=dict)
    want: tuple[Any, ...] = ()
    got: Any = None
    fact: str = ""
    partner: str = ""

    @property
    def fault(self) -> bool:
        """Whether it counts against the prediction."""
        return self.verdict in FAULTS

    @property
    def kind(self) -> str:
        """Kind of the error as the reports name it; the verdict where it is none."""
        if self.part == "entry" and self.partner:
            return "wrong_status"
        if self.verdict != "wrong":
            return self.verdict
        if self.part != "status":
            return "wrong_value"
        if self.got == "not_documented":
            return "missed"
        return "extra" if self.want == ("not_documented",) else "wrong_status"
