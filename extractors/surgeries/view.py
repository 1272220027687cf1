"""What the steps that settle an operation's status look at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from extractors.note import Note, Sentence
from extractors.surgeries import context
from extractors.surgeries.phrases import Phrase

_TITLE = re.compile(r"\b(?:Dr|Drs|Mr|Mrs|Ms|Prof|St)\.\s*$", re.IGNORECASE)
#: A step's answer: (status, step), NOTHING where the phrase asserts nothing, None where the next step decides.
Decision = tuple[str, str] | None
NOTHING: tuple[str, str] = ("", "")


@dataclass(eq=False)
class View:
    """A phrase with its clause: what stands left and right of it, and what is asked of it more than once."""

    note: Note
    p: Phrase
    left: str
    right: str
    clause: str
    clause_start: int

    @classmethod
    def of(cls, note: Note, p: Phrase) -> View:
        """The view of a phrase."""
        text = p.sentence.text
        a, b = p.sentence.clause(p.start, p.end)
        while a and _TITLE.search(text[:a]):
            # "refer to Dr. Smith for a fusion" is one clause
            a = p.sentence.clause(max(0, a - 4), max(1, a - 3))[0]
        return cls(note, p, text[a : p.start], text[p.end : b], text[a:b], a)

    @property
    def sentence(self) -> Sentence:
        """The phrase's sentence."""
        return self.p.sentence

    @property
    def section(self) -> str:
        """Category of the phrase's section."""
        return self.sentence.section.category

    @property
    def generic(self) -> bool:
        """Whether the phrase is a bare "surgery"."""
        return self.p.labels <= {"generic"}

    @cached_property
    def policy(self) -> bool:
        """Whether the sentence tells what a policy asks for."""
        return context.policy_text(self.note, self.sentence)

    @cached_property
    def at_risk(self) -> bool:
        """Whether the phrase follows "risks of"."""
        return context.at_risk(self.sentence, self.p.start)

    @cached_property
    def hypothetical(self) -> bool:
        """Whether the phrase is conditional."""
        return context.hypothetical(self.sentence, self.p.start, self.p.end)
