"""Where a therapy is told: the note's sections, made finer by the labels inside them.

The section lexicon knows the usual headings. Writers set their own between them ("Why:", "Pain regime now:",
"Non-operative management (last 12 months)"), and a table of treatments below such a line is no part of the imaging
report above it. Linear in the note's length.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from extractors.note import Note


@dataclass(frozen=True, slots=True)
class Place:
    """What kind of passage begins at ``start``, and the words of the label that opens it."""

    start: int
    kind: str
    title: str


#: Kinds of passage by the words of a label; the first that matches decides.
_KINDS = tuple(
    (kind, re.compile(words, re.IGNORECASE))
    for kind, words in (
        ("family_history", r"^(?:family|fam hx|fhx?)\b"),
        ("instructions", r"\b(?:instructions?|education|precautions|return if|warnings)\b"),
        ("allergies", r"\ballerg"),
        (
            "stopped",
            r"^(?:stop(?:ped)?|discontinued?|ceased|d/c'?d|no longer(?: taking| using)?|(?:meds|medications) stopped)\b",
        ),
        (
            "plan",
            r"^(?:(?:discharge )?plans?|p|a ?/ ?p|management$|(?:further|future) (?:medical )?(?:treatment|care|management)|imp(?:ression)? ?(?:/|and|&) ?plan|dispo ?/ ?plan|recs?|recommend\w*|orders?|to do"
            r"|next(?: steps?)?|follow[- ]?up|f/?u|advi[cs]ed?|goals?)\b|\b(?:recommendations?|plan)$",
        ),
        ("examination", r"^(?:exam\w*|on exam\w*|o/e|o|pe|physical|vitals?|labs?|neuro)\b"),
        ("imaging", r"\b(?:imaging|mri|ct|x-?rays?|xr|films?|studies|emg|ncs|radiograph\w*)\b"),
        (
            "medications",
            r"\b(?:meds?|medications?|medicines?|medicated|analges\w+|regimen?|regime)\b|^(?:takes|taking|current(?:ly)?|now|on|using|oral)$",
        ),
        (
            "treatment_history",
            r"\b(?:tried|treat(?:ed|ments?)|tx|conservative|non-?operative|non-?surgical|(?:prior|past|previous|active|supportive) (?:care|rx|therap\w+)"
            r"|care(?: so far| to date)|rx to date|therap(?:y|ies)|physio\w*|PT|rehab\w*|modality|scorecard|managed|management)\b",
        ),
        (
            "history",
            r"\b(?:history|hx|hpi|h ?& ?p|preamble|synopsis|vignette|clinical (?:note|information|data|picture|details)|why|story|background|course|progress|interval|update|summary|subjective|narrative|indications?|rationale"
            r"|medical necessity|presenting|presentation|how we got here|question|reason|complaint|recovery|pain|intake|records?)\b|^(?:q|s|c/o|case)$",
        ),
        (
            "procedure",
            r"\b(?:procedure|technique|operation|how|findings?|details|after|post-?op\w*|intra-?op\w*|anesthesia|sedation|result)\b",
        ),
    )
)
#: Passages that tell of no care: a label that opens nothing known ends them.
CLOSED = frozenset({"imaging", "examination", "procedure", "anesthesia", "consent", "complications", "postoperative_diagnosis"})  # fmt: skip
_LOOSE = frozenset({"other", "header", "chief_complaint", "past_medical"})
_LABEL = re.compile(
    r"^[ \t]*(?:[-–—*•>#=~]{1,4}[ \t]*)?(?:\(?[0-9A-Za-z][.)][ \t]+)?(?P<title>[A-Za-z?][^\n:|]{0,46}?)[ \t]*:(?=\s|$)",
    re.MULTILINE,
)
_INSIDE = re.compile(r"(?<=[.!?;)\"][ \t])(?P<title>[A-Z][A-Za-z/&' \-]{1,34}?)[ \t]*:(?=[ \t])")
_OPENER = re.compile(r"^[ \t]*(?P<title>[A-Z][a-z]+(?: [a-z]+){0,2})\.(?=[ \t]+\S)", re.MULTILINE)
_ALONE = re.compile(r"(?:^|\n[ \t]*\n)[ \t]*(?P<title>[A-Za-z][^\n:|]{2,58}[^\s.,;:|])[ \t]*\n(?=\s*\S)")
#: "P/" or "S" alone on its line.
_LETTER = re.compile(r"^[ \t]*(?P<title>(?:S|O|A|P|A/P)/?)[ \t]*$", re.MULTILINE)
_LETTERS = {"s": "history", "o": "examination", "a": "assessment", "p": "plan", "a/p": "plan"}
#: Fields that end with their line.
_FIELDS = frozenset({"anesthesia", "complications"})
_BLANK = re.compile(r"\n[ \t]*\n")
_MAX_WORDS = 8


def kind_of(title: str) -> str | None:
    """The kind of passage that a label's words name, or None."""
    folded = re.sub(r"\(.*", "", title).strip(" -–—*.()[]").lower()
    if not folded or len(folded.split()) > _MAX_WORDS:
        return None
    return next((kind for kind, words in _KINDS if words.search(folded)), None)


def _of_line(kind: str | None) -> str | None:
    """The kind that a label with its text on the same line opens: "MRI 3/22: ..." tells no more than its line."""
    return None if kind in CLOSED or kind == "examination" else kind


def _base(category: str, title: str) -> str:
    """A section's kind: its category; "treatment" may hold what was done or what is to be done."""
    if title in ("disposition", "activity"):
        return "disposition"
    if category == "plan" and title in ("treatment", "treatments"):
        return "treatment"
    if category in _LOOSE:
        return kind_of(title) or category
    return category


def _labels(text: str) -> list[tuple[int, str, str | None, bool]]:
    """Labels as (offset, title, kind, whether a blank line ends them), in order."""
    found: dict[int, tuple[str, str | None, bool]] = {}
    for m in _ALONE.finditer(text):
        title = m["title"]
        if len(title.split()) <= _MAX_WORDS and not re.search(r"\d ?mg\b|\d{3}", title):
            found[m.start("title")] = (title, kind_of(title), False)
    for m in _LETTER.finditer(text):
        found[m.start("title")] = (m["title"], _LETTERS[m["title"].rstrip("/").lower()], False)
    for m in _LABEL.finditer(text):
        if len(m["title"].split()) <= _MAX_WORDS:
            found[m.start("title")] = (m["title"], _of_line(kind_of(m["title"])), True)
    for pattern in (_INSIDE, _OPENER):
        for m in pattern.finditer(text):
            kind = _of_line(kind_of(m["title"]))
            if kind is not None:
                found.setdefault(m.start("title"), (m["title"], kind, True))
    return [(at, *found[at]) for at in sorted(found)]


def _places(note: Note) -> list[Place]:
    starts = {s.start: s for s in note.sections}
    events: list[tuple[int, int, str, str | None, bool]] = []
    for s in note.sections:
        events.append((s.start, 0, s.title, _base(s.category, s.title), False))
        line_end = note.text.find("\n", s.body)
        if s.category in _FIELDS and 0 <= line_end < s.end and note.text[s.body : line_end].strip():
            events.append((line_end + 1, 1, s.title, "other", False))
    for at, title, kind, brief in _labels(note.text):
        if at not in starts:
            events.append((at, 1, title.lower(), kind, brief))
    events.extend((m.end(), -1, "", None, False) for m in _BLANK.finditer(note.text))
    events.sort(key=lambda e: e[:2])
    out: list[Place] = []
    base, base_title, brief_open = "header", "", False
    blank = True
    for at, rank, title, kind, brief in events:
        if rank == 0:
            # "Medications:" in the block of "Prior treatments" are prior ones: the outer title still counts.
            inside = base == "treatment_history" and kind == "medications" and not blank
            base, base_title, brief_open = str(kind), f"{base_title}: {title}" if inside else title, False
            out.append(Place(at, base, base_title))
        elif rank < 0:
            if brief_open:
                out.append(Place(at, "other" if base in CLOSED else base, base_title))
                brief_open = False
        elif kind is not None:
            # "Medications:" under "Prior treatments" are prior ones: the outer title still counts.
            within = brief and base == "treatment_history"
            out.append(Place(at, kind, f"{base_title}: {title}" if within else title))
            if not brief:
                base, base_title = kind, title
            brief_open = brief
        else:
            closed = base in CLOSED and not brief
            if closed:
                base, base_title = "other", title
            if closed or brief_open:
                out.append(Place(at, base, base_title))
            brief_open = False
        blank = rank < 0
    return out


def place_at(note: Note, offset: int) -> Place:
    """The passage that holds ``offset``."""
    places = note.once("therapies.places", _places)
    starts = note.once("therapies.place_starts", lambda n: [p.start for p in places])
    return places[max(0, bisect_right(starts, offset) - 1)]
