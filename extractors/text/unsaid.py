r"""Text that says nothing about this patient: prompts left blank, options nobody chose, quoted policies, handouts.

Lexicon matches there are no mentions: an unfilled "Prior spine fusion: level ____" documents no fusion, and "in one
trial, patients who failed six weeks of physical therapy" no therapy. Each span carries the reason, so that an
explanation can say why words that match gave no fact. Every search is bounded: the cost is linear in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Why = Literal["blank_prompt", "instruction", "unmarked_list", "unticked_box", "policy", "handout", "others", "alternatives"]  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Unsaid:
    """A span of the note (code points, end exclusive) that says nothing about the patient, and why."""

    start: int
    end: int
    why: Why


_BLANK = r"(?:_{3,}|_{1,4}\s?/\s?_{1,4}(?:\s?/\s?_{1,4})?)"
_BLANKS = re.compile(_BLANK)
#: What may stand on a line of blanks and nothing else: labels and units, no sentence, no figure.
_LABELS = re.compile(r"[A-Za-z#()\[\]/ \t,;:?|>*•&'%-]{0,200}")
#: Words behind a blank that answer it.
_FILLED = re.compile(r"\b(?:none|yes|no|denies|denied|n/a|declined|never|[nyx])\b", re.IGNORECASE)
_FIRST_LABEL_MAX = 90
_INSTRUCTION = re.compile(
    r"[\[<](?=[^\]>\n]{12,400}[\]>])\s?(?:please )?(?:describe|document|insert|enter|list|select|delete|specify|include|state|choose|complete|type|add|explain|indicate|provide|summari[sz]e|fill)\b[^\]>\n]{8,400}[\]>]",
    re.IGNORECASE,
)
_LIST = re.compile(r"\{[^{}\n]{3,300}\}")
_MARK = re.compile(
    r"\*(?!\*)[^*|{}]{1,60}\*|\*\*[^*|{}]{1,60}\*\*|\[ ?[xX✓] ?\]|[☒☑✓✔]|<[^<>|]{2,60}>|_[^_|]{2,60}_"
)
_BOX = re.compile(r"\[[ _]?(?P<a>[xX✓✔])?[ _]?\]|\([ _]?(?P<b>[xX✓✔])?[ _]?\)|(?P<on>[☒☑])|(?P<off>[☐□▢❏])")
_YES_NO = re.compile(
    r"\s*(?:yes|no|y|n|pos\w*|neg\w*|n/?a|normal|abnormal|present|absent|[+-])\b", re.IGNORECASE
)
#: Words that bring the statement back to the patient.
_PATIENT = re.compile(
    r"\b(?:he|she|they|his|her|i|my|me|pt|pts?'s|mr|mrs|ms|(?:the|this|our) patient(?:'s)?|has (?:met|tried|failed|completed|done|had)|is met|are met|was met|met|meets|satisfied|fulfilled)\b",
    re.IGNORECASE,
)
_POLICY = re.compile(
    r"\b(?:polic(?:y|ies)|LCD|NCD|guidelines?|coverage (?:policy|criteria|determination)|medical necessity|criteria|criterion|payer|insurer|carrier|health plan|plan|authori[sz]ation)\b[^.\n]{0,120}?\b(?:(?:is|are) (?:only )?(?:covered|considered|required|indicated|reimbursed|approved)|requires?|must (?:have|be|document)|covers?|states? that|allows?)\b|\b(?:(?:is|are) covered (?:after|only|when|if)|(?:is|are) considered medically necessary)\b",
    re.IGNORECASE,
)
_QUOTED_AFTER = re.compile(
    r"\b(?:polic(?:y|ies)|LCD|guidelines?|handout|leaflet|brochure|(?:education(?:al)?|information) (?:sheet|material|page)|pamphlet|web ?site|example|e\.g\.)\b[^\"“”\n.]{0,25}[\"“](?P<quote>[^\"”]{10,700})[\"”]",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:in (?:one|a|several|many|some|most|other|recent) (?:\w+ )?(?:trials?|stud(?:y|ies)|cohorts?|series|people|patients|cases|persons)|(?:the )?(?:literature|evidence|studies|research|data) (?:show|shows|suggest|suggests|support|supports|indicate|indicates)|(?:many|most|some|other) (?:patients|people)|(?:patients|people|those) (?:who|with whom|for whom))\b",
    re.IGNORECASE,
)
_ALTERNATIVES = re.compile(
    r"\balternatives?\b(?: (?:to|of|for) [^.;\n]{1,60}?)?(?: (?:treatments?|options?|therapies|in general))*,? ?(?:includ(?:e|es|ed|ing)|such as|discussed includ\w+|were (?:discussed|reviewed|explained)[,:]? (?:including|such as)|are|:)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.;!?](?=\s|$)|\n")
_MAX_SENTENCE = 600


def _bounds(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence or line around ``text[start:end]``."""
    low = max(0, start - _MAX_SENTENCE)
    left = low
    for m in _SENTENCE_END.finditer(text, low, start):
        left = m.end()
    stop = _SENTENCE_END.search(text, end, min(len(text), end + _MAX_SENTENCE))
    return left, stop.end() if stop else min(len(text), end + _MAX_SENTENCE)


def _blanks(text: str) -> Iterator[Unsaid]:
    for m in _BLANKS.finditer(text):
        start = text.rfind("\n", 0, m.start()) + 1
        if _BLANKS.search(text, start, m.start()):
            continue  # not the first of its line
        stop = text.find("\n", m.end())
        stop = min(len(text) if stop < 0 else stop, start + _MAX_SENTENCE)
        label = text[start : m.start()].rstrip()
        # Numbers of joints ("1st block") may stand in a label, figures behind a blank may not.
        rest = _BLANKS.sub(" ", text[m.end() : stop])
        if (
            0 < len(label) <= _FIRST_LABEL_MAX
            and not re.search(r"[.?!]\s|[:=]\s?\S*\d", label)
            and _LABELS.fullmatch(rest)
            and not _FILLED.search(rest)
            and not any(b["a"] or b["b"] or b["on"] for b in _BOX.finditer(text, start, stop))
        ):
            yield Unsaid(start, stop, "blank_prompt")


def _lists(text: str) -> Iterator[Unsaid]:
    for m in _LIST.finditer(text):
        if "|" in m.group() and not _MARK.search(m.group()):
            yield Unsaid(m.start(), m.end(), "unmarked_list")


def _boxes(text: str) -> Iterator[Unsaid]:
    boxes = list(_BOX.finditer(text))
    if not any(b["a"] or b["b"] or b["on"] for b in boxes):
        return  # with nothing ticked anywhere the boxes may be bullets
    lines: dict[int, list[re.Match[str]]] = {}
    for b in boxes:
        lines.setdefault(text.rfind("\n", 0, b.start()) + 1, []).append(b)
    for start, on_line in lines.items():
        lead = text[start : on_line[0].start()].strip(" \t>*•-|")
        if lead and lead[-1] not in ":?":
            continue  # the box stands behind its words
        stop = text.find("\n", start)
        stop = len(text) if stop < 0 else stop
        for b, following in zip(on_line, [*on_line[1:], None], strict=True):
            ticked = b["a"] or b["b"] or b["on"]
            end = following.start() if following else stop
            if not ticked and text[b.end() : end].strip() and not _YES_NO.match(text, b.end()):
                yield Unsaid(b.start(), end, "unticked_box")


def _told_of_others(text: str) -> Iterator[Unsaid]:
    for m in _QUOTED_AFTER.finditer(text):
        word = m.group()[:6].lower()
        yield Unsaid(
            m.start(), m.end(), "policy" if word.startswith(("polic", "lcd", "guide")) else "handout"
        )
    for m in _POLICY.finditer(text):
        start, end = _bounds(text, m.start(), m.end())
        if not _PATIENT.search(text, start, end):
            yield Unsaid(start, end, "policy")
    for m in _OTHERS.finditer(text):
        _, end = _bounds(text, m.start(), m.end())
        if not _PATIENT.search(text, m.start(), end):
            yield Unsaid(m.start(), end, "others")
    for m in _ALTERNATIVES.finditer(text):
        _, end = _bounds(text, m.start(), m.end())
        if not _PATIENT.search(text, m.end(), end):
            yield Unsaid(m.start(), end, "alternatives")


class UnsaidIndex:
    """The spans of one note, found once and asked for places."""

    def __init__(self, text: str) -> None:
        self.spans = tuple(sorted(unsaid(text)))
        self._starts = [s.start for s in self.spans]
        # The furthest end so far lets a question look at one span only.
        self._reach: list[int] = []
        for s in self.spans:
            self._reach.append(max(s.end, self._reach[-1] if self._reach else 0))

    def at(self, start: int) -> Unsaid | None:
        """The span that holds the character at ``start``, or None."""
        i = bisect_right(self._starts, start) - 1
        while i >= 0 and self._reach[i] > start:
            if self.spans[i].end > start:
                return self.spans[i]
            i -= 1
        return None


def unsaid(text: str) -> Iterator[Unsaid]:
    """Every span of the text that says nothing about the patient, in no order; spans may overlap."""
    yield from _blanks(text)
    for m in _INSTRUCTION.finditer(text):
        yield Unsaid(m.start(), m.end(), "instruction")
    yield from _lists(text)
    yield from _boxes(text)
    yield from _told_of_others(text)
