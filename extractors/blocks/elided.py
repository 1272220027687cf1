"""Procedures told without a name: "the left C7 was done in 2020", "today's was at L5-S1", "the same joint was injected"."""

from __future__ import annotations

import re

from extractors.note import Mention, Note, Sentence

#: How many sentences back the name or the joint may stand.
_REACH = 4
_JOINTS = (
    ("si_joint", re.compile(r"\b(?:sacro-?iliac|SI (?:joints?|belt)|SIJs?|S\.I\.)\b", re.I)),
    ("facet_intraarticular", re.compile(r"\bfacets?\b", re.I)),
    ("peripheral_joint", re.compile(r"\b(?:knees?|hips?|shoulders?|elbows?|wrists?|ankles?)\b", re.I)),
)
#: Labels that name no kind of their own.
UNNAMED = frozenset(
    {"generic", "generic_site", "generic_block", "branch_nerve", "repeat", "elided", "not_ours", "body_epidural", "bare", "lay"}
)  # fmt: skip


def antecedent(mention: Mention, sentence: Sentence, note: Note) -> tuple[str, str] | None:
    """Family and kind of what an elided mention stands for; None where nothing before it says so."""
    joint = (
        re.search(
            r"\bjoints?\b|\b(?:this|it|that|both)\b|^and (?:then )?the (?:left|right)\b", mention.text, re.I
        )
        is not None
    )
    for s in reversed(list(note.around(sentence, _REACH, 0))):
        limit = mention.start if s is sentence else len(s.text)
        named = [
            m
            for m in s.mentions
            if m.family in {"blocks", "ablations"} and m.end <= limit and m.label not in UNNAMED
        ]
        places = []
        if joint:
            places = [(m.start(), k) for k, p in _JOINTS for m in p.finditer(s.text, 0, limit)]
        if named and (not places or named[-1].end > max(places)[0]):
            last = named[-1]
            if last.family == "ablations":
                return ("ablations", "facet" if last.label == "by_context" else last.label)
            return ("injections", last.label)
        if places:
            return ("injections", max(places)[1])
    return None
