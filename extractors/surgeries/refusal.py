"""Operations offered or considered, and not wanted or not indicated."""

from __future__ import annotations

import re

from extractors.surgeries import context
from extractors.surgeries.cues import load_cues
from extractors.surgeries.view import Decision, View

CUES = load_cues(__file__)
#: Farthest a refusal may stand from the operation in its clause, in characters.
_REACH = 75


def declined(v: View) -> Decision:
    """A refusal that reaches the operation, or None."""
    bare = v.p.labels <= {"generic", "spine_op"}
    if bare and not context.is_spine_note(v.note):
        return None
    if (
        not v.p.years
        and not CUES["underwent"].search(v.left)
        and CUES["came_to_nothing"].match(v.sentence.text[v.p.end :])
    ):
        return ("declined", "status:declined<-came to nothing")
    if _in_clause(v):
        return ("declined", "status:declined<-cue")
    if bare and CUES["no_surgery_now"].search(v.clause):
        return ("declined", "status:declined<-no surgery now")
    # "was raised ..., she turned it down"; "offered ... and he would rather wait": the refusal follows.
    text = v.sentence.text
    rest = re.split(r"\.\s", text[v.p.end : v.p.end + 170])[0]
    before = text[max(0, v.p.start - 90) : v.p.start]
    offered = CUES["choice"].search(before) or CUES["choice"].search(rest[:60])
    return ("declined", "status:declined<-answer") if offered and CUES["then_no"].search(rest) else None


def _in_clause(v: View) -> bool:
    """Whether the clause refuses the operation, not an injection or a drug, and not an operation already done."""
    own = CUES["declined"].search(v.clause)
    if own is None:
        return False
    start, end = v.clause_start + own.start(), v.clause_start + own.end()
    gap = v.sentence.text[min(v.p.end, end) : max(v.p.start, start)]
    if len(gap) > _REACH or CUES["other_care"].search(gap):
        return False
    done = CUES["underwent"].search(v.left) is not None or bool(
        v.p.years and not CUES["choice"].search(v.clause)
    )
    return (
        not done and not CUES["condition_left"].search(v.left) and not CUES["condition_right"].match(v.right)
    )
