"""Sedation with a procedure: the deepest that is stated, or that there was none."""

from __future__ import annotations

import re

from extractors.facts import Fact, Trace
from extractors.family import fact_of
from extractors.note import Mention, Note
from extractors.request.boxes import BOX, answer, without_empty_options
from extractors.technique.standing import Procedures

_DEPTH = ("general", "monitored_care", "moderate", "minimal", "none")
_LOCAL = re.compile(
    r"(?:straight |plain )?(?:local(?: an[ae]sth\w+)?|lidocaine|1% lidocaine)(?: infiltration)?(?: only)?",
    re.I,
)
#: "Conscious sedation offered and declined": there was none.
_REFUSED = re.compile(
    r"^[^.;]{0,25}\b(?:declined|refused|waived|not (?:given|used|needed|required|wanted|desired|administered))\b",
    re.I,
)
_IF_NEEDED = re.compile(r"^ (?:(?:only )?(?:if|as) (?:needed|necessary|required)|prn)\b", re.I)
_OPTIONS = (
    ("none", re.compile(r"\b(?:none|no|local)\b", re.I)),
    ("minimal", re.compile(r"\b(?:minimal|oral)\b", re.I)),
    ("moderate", re.compile(r"\b(?:moderate|conscious|IV)\b", re.I)),
    ("monitored_care", re.compile(r"\b(?:MAC|monitored|deep)\b", re.I)),
    ("general", re.compile(r"\bgeneral\b", re.I)),
)


#: A drug taken for itself.
_HABIT = re.compile(
    r"\b(?:uses?|using|injects?|smokes?|relapsed? (?:on|to)) (?:\w+ )?(?:fentanyl|heroin)\b|\bfentanyl[^.;]{0,20}\bdaily\b",
    re.I,
)
#: A field answered in a word or two.
_WORD = re.compile(
    r"\W{0,3}(?:none|no|local|minimal|moderate|conscious|IV|MAC|deep|general)(?: (?:sedation|anesthesia|only))?\W*$",
    re.I,
)


def _local_heading(note: Note, version: str) -> Fact | None:
    """Under "ANESTHESIA: Local" there was no sedation."""
    for section in note.sections:
        line = note.text[section.body : section.end].strip().split("\n")[0]
        if section.category == "anesthesia" and _LOCAL.fullmatch(line.strip(" .")):
            start = note.text.index(line, section.body)
            return Fact(
                "sedation", {"kind": "none"}, start, start + len(line), "technique/anesthesia_heading", version,
                section=section.category, trace=Trace(steps=("kind<-heading",)),
            )  # fmt: skip
    return None


def _ticked(m: Mention, note: Note) -> str | None:
    """The ticked option or the one word behind a form's label, or None."""
    text = m.sentence.text[m.end : m.end + 120]
    if not text.strip() and m.sentence.index + 1 < len(note.sentences):
        text = note.sentences[m.sentence.index + 1].text[:120]
        if (told := _WORD.match(text)) is not None:
            text = told.group(0)
            return next((kind for kind, words in _OPTIONS if words.search(text)), None)
    if BOX.search(text) is None:
        return None
    found = [kind for kind, words in _OPTIONS if words.search(without_empty_options(text))]
    return found[0] if len(found) == 1 else None


def sedation_of(note: Note, mentions: list[Mention], procedures: Procedures, version: str) -> list[Fact]:
    """The deepest sedation of each assertion; ``none`` where the note says so and names no other."""
    found: dict[tuple[str, str], Fact] = {}
    if (local := _local_heading(note, version)) is not None:
        found["none", local.assertion] = local
    for m in mentions:
        kind: str | None
        if m.label == "sedation_label":
            kind = _ticked(m, note)
        elif m.label.startswith("sedation/"):
            kind = m.label.partition("/")[2]
        else:
            continue
        if kind is None or _HABIT.search(m.sentence.text):
            continue
        assertion = procedures.assertion(m)
        if _IF_NEEDED.match(m.sentence.text[m.end : m.end + 30]):
            assertion = "hypothetical"
        refused = m.has("declined") or _REFUSED.match(m.sentence.text[m.end : m.end + 60]) is not None
        if kind != "none" and (assertion == "absent" or refused or answer(note, m.span.end) is False):
            kind = "none"
        if assertion in ("absent", "declined"):
            # The words deny sedation, not the procedure: "no sedation" of a planned ablation is planned.
            near = procedures.nearest(m)
            assertion = near.standing if near is not None else "present"
        fact = fact_of(m, "sedation", {"kind": kind}, version=version, assertion=assertion)
        found.setdefault((kind, assertion), fact)
    out = []
    for assertion in dict.fromkeys(a for _, a in found):
        deepest = next(k for k in _DEPTH if (k, assertion) in found)
        out.append(found[deepest, assertion])
    return out
