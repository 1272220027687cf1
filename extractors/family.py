"""What a fact family brings: a lexicon, and a binder that turns mentions into facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from extractors.digest import digest
from extractors.facts import Fact, Span, Trace
from extractors.lexicon import Lexicon, load_lexicon
from extractors.note import Mention, Note


@dataclass(frozen=True)
class Family:
    """A fact family: its name, lexicon, binder and version (declared, and a digest of the files).

    The name is that of its lexicon and mentions; the binder may emit facts of several families. A binder that
    ``reads_boxes`` gets the options of a form that are not ticked, too: it needs them as neighbours.
    """

    name: str
    version: str
    lexicon: Lexicon
    bind: Callable[[Note], list[Fact]]
    reads_boxes: bool = False

    @classmethod
    def load(
        cls, file: str, version: str, bind: Callable[[Note], list[Fact]], *, reads_boxes: bool = False
    ) -> Family:
        """A family whose ``lexicon.yaml`` stands beside the Python file ``file``."""
        folder = Path(file).parent
        lexicon = load_lexicon(folder / "lexicon.yaml")
        lexicon = replace(lexicon, version=f"{lexicon.version}+{digest(folder, '.yaml')}")
        return cls(lexicon.family, f"{version}+{digest(folder, '.py')}", lexicon, bind, reads_boxes)


def fact_of(
    mention: Mention,
    family: str,
    value: dict[str, object],
    *,
    version: str,
    assertion: str = "present",
    span: Span | None = None,
    supporting: tuple[Span, ...] = (),
    steps: tuple[str, ...] = (),
) -> Fact:
    """A fact bound from a mention; its quote is ``span``, by default the mention's clause."""
    place = span or mention.sentence.span(*stripped(mention.sentence.text, *mention.clause))
    return Fact(
        family=family,
        value=value,
        start=place.start,
        end=place.end,
        extractor=f"{mention.family}/{mention.entry.id}",
        version=version,
        assertion=assertion,
        section=mention.sentence.section.category,
        supporting=supporting,
        trace=Trace((f"{mention.family}/{mention.entry.id}",), mention.cues, steps, (mention.name,)),
    )


def stripped(text: str, start: int, end: int) -> tuple[int, int]:
    """The bounds without surrounding blanks and separators."""
    while start < end and text[start] in " ,;":
        start += 1
    while end > start and text[end - 1] in " ,;":
        end -= 1
    return start, end
