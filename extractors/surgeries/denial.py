"""The note says that there was no operation."""

from __future__ import annotations

import re

from extractors.surgeries.cues import load_cues
from extractors.surgeries.view import NOTHING, Decision, View

CUES = load_cues(__file__)
#: "No fusion needed" is an opinion on what to do, not a history.
NEEDED = re.compile(
    r" (?:(?:was|is|were|are|felt|thought|deemed|to|be|currently|presently|at present) ){0,3}"
    r"(?:needed|necessary|required|indicated|warranted|recommended|advised)\b",
    re.IGNORECASE,
)


def denied(v: View) -> Decision:
    """A denial, NOTHING for a negation that denies no operation ("without fusion"), or None."""
    if CUES["no_right"].search(v.right):
        return ("denied", "status:denied<-answer")
    if not CUES["deny_left"].search(v.left) or _denies_something_else(v):
        return None
    spinal = v.p.labels - {"generic"}
    found = _of_the_spine(v, spinal) if spinal else _of_any_kind(v)
    return ("denied", "status:denied<-negation") if found else (NOTHING if found is None else None)


def _denies_something_else(v: View) -> bool:
    """Of what else: "no hardware failure", "no relief from fusion", "no solid fusion" tell of a real operation."""
    words = v.sentence.text[v.p.start : v.p.end + 40]
    if (
        ("hardware" in v.p.labels and not CUES["implanted"].search(words))
        or CUES["failure"].search(words)
        or CUES["no_benefit"].search(v.left)
    ):
        return True
    return CUES["not_solid"].search(v.left) is not None or CUES["mass"].match(v.right) is not None


def _of_the_spine(v: View, spinal: frozenset[str]) -> bool | None:
    """True: denied. False: the negation is about a plan. None: it says what an operation did not include."""
    prior = CUES["no_prior"].search(v.left)
    proposed = CUES["proposed"].search(v.left[-50:] + "|" + v.right[:40]) or CUES["now"].search(v.right)
    if spinal == {"spine_op"} or prior:
        return not (proposed or CUES["not_wanted"].search(v.left))
    if CUES["not_been"].search(v.left) and CUES["fused"].match(v.sentence.text[v.p.start : v.p.end]):
        return True
    if CUES["clause_of_denial"].match(v.left) and not proposed:
        return True
    return None if CUES["not_included"].search(v.left) and not NEEDED.match(v.right) else False


def _of_any_kind(v: View) -> bool:
    """Of any operation ("no surgeries", "never had any surgery"), those of the spine with them."""
    bare = all(m.entry.id == "surgery" for m in v.p.mentions)
    return (
        bare and CUES["no_surgeries"].search(v.left) is not None and not CUES["no_surgery_for"].match(v.right)
    )
