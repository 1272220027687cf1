"""What the checks of a lexicon report."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

#: An error breaks the lexicon's contract or a fact; a warning is waste or doubt; an info is worth knowing.
Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of one entry. Holds the lexicon's words and ids of notes, never a note's text.

    ``pattern`` names the expression (``patterns[3]``), or is empty where the entry as a whole is meant.
    """

    severity: Severity
    code: str
    file: str
    family: str
    entry: str
    pattern: str
    cause: str
    mend: str

    @property
    def where(self) -> str:
        """``therapies/massage#patterns[3]``."""
        return f"{self.family}/{self.entry}" + (f"#{self.pattern}" if self.pattern else "")

    def as_data(self) -> dict[str, Any]:
        """The finding as plain data."""
        return asdict(self)
