"""The words around a procedure's name, and the cues nearest to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from extractors.blocks.cues import cue
from extractors.blocks.naming import Named, is_list_item
from extractors.blocks.setting import Setting, setting_of
from extractors.note import Note, Sentence

#: "Wants to hold off, try the shot": what follows is wanted instead of what was refused.
INSTEAD = re.compile(
    r"(?:[,;:]|\b(?:and|but|until|till|before|unless|favou?rs?|prefers?|for|pending))\s(?:\w+\s){0,3}?(?:try|trying|tries|start|have|having|get|getting|repeat|proceed|do|doing|go|going|pursue|favou?rs?|prefers?|wants?|likes?|after|with|the result of)\b",
    re.I,
)
#: Records that are asked for, not procedures.
_RECORDS = re.compile(
    r"\b(?:records?|op(?:erative)? (?:notes?|reports?)|reports?|diar(?:y|ies)|films?) (?:were |was |are |is |have been |being )?(?:requested|ordered|pending|awaited|on order)\b"
    r"|\b(?:request(?:ed|ing)?|order(?:ed)?|await(?:ed|ing)?|pending|obtain\w*) (?:the |those |outside |her |his |prior )*(?:records?|reports?|op notes?)\b",
    re.I,
)
_LABEL_END = re.compile(r"(?: (?:tried|done|to date|so far|history|hx|results?))?\s?[:?]\s*|", re.I)
_NEXT_LABEL = re.compile(r"[\w /-]{2,30}:")


@dataclass(frozen=True, slots=True)
class Status:
    """``value`` is None where the procedure is no item; ``weak`` where nothing but the place speaks for it."""

    value: str | None
    why: str
    weak: bool = False


def _operative(note: Note) -> bool:
    """Whether the note has the sections of an operative record."""
    return any(x.category in {"anesthesia", "complications"} for x in note.sections)


class Window:
    """A named procedure with the words before and behind it in its clause."""

    def __init__(self, named: Named, previous: Named | None, note: Note) -> None:
        self.named = named
        self.note = note
        self.setting: Setting = setting_of(note)
        s, z = named.sentence, named.zone
        self.sentence: Sentence = s
        low = 0 if previous is None else previous.zone.end
        self.clause = s.clause(z.start, z.end)
        left, right = self.clause
        self.before = s.text[max(low, left if left < z.left else low) : z.start]
        self.all_before = s.text[: z.start]
        self.after = s.text[z.end : max(min(z.right, right), z.end)]
        self.answer = self._answer()
        self.behind = s.text[z.end : min(z.right, z.end + 90)]

    def _answer(self) -> str:
        """The sentence behind, where the name is a label at its own sentence's end ("PRIOR RFA:")."""
        s = self.sentence
        if not _LABEL_END.fullmatch(s.text[self.named.zone.end :]) or s.index + 1 >= len(self.note.sentences):
            return ""
        following = self.note.sentences[s.index + 1].text
        return ": " + following[:60] if not _NEXT_LABEL.match(following) else ""

    @property
    def category(self) -> str:
        """Category of the section."""
        return self.sentence.section.category

    @property
    def is_code(self) -> bool:
        """Whether the name is a CPT code."""
        return self.named.form == "code"

    @cached_property
    def near(self) -> tuple[str, str] | None:
        """The nearest cue and its side; what stands near a code tells of other things."""
        after = "" if self.is_code else _RECORDS.sub(" ", self.after[:90])[:70]
        if self.named.mention.label == "elided":
            after = self.named.mention.text + after  # its own verb says it
        found = nearest(_RECORDS.sub(" ", self.before[-130:])[-110:], after)
        return None if self.is_code and found is not None and found[0] == "past" else found

    def near_is(self, *names: str) -> bool:
        """Whether the nearest cue is one of ``names``."""
        return self.near is not None and self.near[0] in names

    @cached_property
    def is_title(self) -> bool:
        """Whether the name stands in a procedure's heading: among a section's first words or the note's."""
        s = self.sentence
        start = s.span(self.named.zone.start, self.named.zone.end).start
        if s.section.category == "procedure":
            return start - s.section.body < 160 or is_list_item(s)
        return start < 200 or s.text.isupper()

    @cached_property
    def heads_procedure(self) -> bool:
        """Whether the name stands right behind a heading such as "PROCEDURE PERFORMED:"."""
        section = self.sentence.section
        done = (
            re.search(r"\b(?:performed|operations?|title of|name of|operative)\b", section.title) is not None
        )
        done = done or self.note.once("blocks.operative", _operative)
        start = self.sentence.span(self.named.zone.start, self.named.zone.end).start
        return section.category == "procedure" and done and start - section.body < 160


def nearest(before: str, after: str) -> tuple[str, str] | None:
    """The cue closest to the name: in front of it first, then behind."""
    best: tuple[int, str, str] | None = None
    for name in ("planned", "past", "declined"):
        last = None
        for m in cue(name).finditer(before):
            if name != "declined" or INSTEAD.search(before[m.end() :]) is None:
                last = m
        if last is not None:
            gap = len(before) - last.end()
            if best is None or gap < best[0]:
                best = (gap, name, "before")
    for name in ("planned", "past", "declined"):
        m = cue("declined_behind" if name == "declined" else name).search(after)
        if m is not None:
            gap = m.start() + 12
            if best is None or gap < best[0]:
                best = (gap, name, "after")
    return (best[1], best[2]) if best else None
