"""What a statement about therapies holds: the mentions named in one breath and the words that speak of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from extractors.note import Mention, Note, Sentence
from extractors.therapies.places import Place
from extractors.therapies.tables import Row

BULLET = re.compile(r"^\s*(?:[-*•>+o▪·~]|\(?\d{1,2}[.)]|\[[ xX]?\]|\([ xX]?\)|[a-z][.)])\s")
#: The printed questions of a form, between a box and its answer.
_HOW_MANY = re.compile(r"\bhow many(?: (?P<what>\w+))?\?\s?_*(?P<n>\d{1,3})_*", re.I)
_ASKED = re.compile(
    r"\b(?:(?:how (?:much |well )?)?(?:has|have|did|does|do) (?:it|this|they|that)(?: \w+)?|helped|help|helpful|relief|response|results?|benefit|how (?:many|long|well|often))[^?|:]{0,25}\?",
    re.I,
)


@dataclass(eq=False)
class Statement:
    """Mentions named in one breath, and the folded text around them that speaks about them."""

    sentence: Sentence
    mentions: list[Mention]
    before: str = ""
    after: str = ""
    #: Text at the head of the sentence, ahead of the first therapy ("He takes", "Tried and failed:").
    head: str = ""
    #: A lead-in line above a list ("What have you tried?").
    lead: str = ""
    #: Following sentences that go on about the same therapy.
    tail: list[Sentence] = field(default_factory=list)
    own_before: dict[int, str] = field(default_factory=dict)
    own_after: dict[int, str] = field(default_factory=dict)
    #: Each mention's own stretch of the sentence's folded text.
    spans: dict[int, tuple[int, int]] = field(default_factory=dict)
    start: int = 0
    end: int = 0
    #: The sentence behind a label's colon, on the same line.
    continued: Sentence | None = None
    #: The next therapy of the sentence, joined by no more than "and": what is said behind it may be said of both.
    following: Statement | None = None
    #: What the sentence says behind the last of its therapies.
    closing: str = ""
    #: The table row, where the mention stands in one.
    row: Row | None = None
    #: The kind of passage in which each mention stands.
    places: dict[int, Place] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The whole statement (folded)."""
        return self.sentence.text[self.start : self.end]


def line_start(note: Note, offset: int) -> int:
    """Where the line around ``offset`` begins, looked for within reach: a note may be one line of megabytes."""
    low = max(0, offset - 400)
    at = note.text.rfind("\n", low, offset)
    return at + 1 if at >= 0 else low


def answered(text: str) -> str:
    """The text with a form's printed questions taken out, so that only the answers speak."""
    if "?" not in text:
        return text
    text = _HOW_MANY.sub(lambda m: f"{m['n']} {m['what'] or 'visits'}, ", text)
    return re.sub(r"\s{2,}", " ", _ASKED.sub(" relief: ", text))
