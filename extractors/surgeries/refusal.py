"""Operations offered or considered, and not wanted or not indicated."""

from __future__ import annotations

import re

from extractors.refusals import answered, answered_next, by_payer, offered
from extractors.surgeries import context
from extractors.surgeries.cues import load_cues
from extractors.surgeries.denial import NEEDED
from extractors.surgeries.view import Decision, View

CUES = load_cues(__file__)
_LISTED = re.compile(r"(?: \w+)?\s?(?:,|/|and|or|&)\s?(?:an? |the )?", re.IGNORECASE)
#: A verb of refusal right in front of what it refuses.
_OBJECT = re.compile(
    r"\b(?:declin(?:ed|es|ing)|refus(?:ed|es|ing)|reject(?:ed|s)|turn(?:ed|s) down|(?:does|do|did)(?: not|n't) want|not (?:interested in|keen on|a candidate for)|no (?:role|indication|need) for|(?:advis(?:ed|es)|recommend(?:ed|s)?) against|(?:would|will|do|does|did)(?: not|n't) (?:recommend|offer|advise|consider|pursue)|(?:would|could|can)(?: ?not|n't) (?:support|endorse|favou?r|justify|entertain))"
    r"(?: (?:an?|the|any|another|further|more|repeat|second|other|to have|having|undergoing|extending|spinal|lumbar|cervical|thoracic|open|revision|[ctl]\d{1,2}(?:-[ctls]?\d{1,2})?)){0,4}\s*$",
    re.IGNORECASE,
)
_NO = re.compile(r"\bno (?:\w+ ){0,2}$", re.IGNORECASE)
#: Farthest a refusal may stand from the operation in its clause, in characters.
_REACH = 75


def declined(v: View) -> Decision:
    """A refusal that reaches the operation, or None."""
    if _right_before(v):
        return ("declined", "status:declined<-cue")
    bare = v.p.labels <= {"generic", "spine_op"}
    if bare and not context.is_spine_note(v.note):
        return None
    if (
        not v.p.years
        and not CUES["underwent"].search(v.left)
        and CUES["came_to_nothing"].match(v.sentence.text[v.p.end :])
    ):
        return ("declined", "status:declined<-came to nothing")
    if not bare and not v.p.weak and _not_needed(v):
        return ("declined", "status:declined<-not needed")
    if _in_clause(v):
        return ("declined", "status:declined<-cue")
    if bare and CUES["no_surgery_now"].search(v.clause):
        return ("declined", "status:declined<-no surgery now")
    if not bare and not v.p.weak and (found := _answered(v)) is not None:
        return found
    # "was raised ..., she turned it down"; "offered ... and he would rather wait": the refusal follows.
    text = v.sentence.text
    rest = re.split(r"\.\s", text[v.p.end : v.p.end + 170])[0]
    before = text[max(0, v.p.start - 90) : v.p.start]
    offered = CUES["choice"].search(before) or CUES["choice"].search(rest[:60])
    return ("declined", "status:declined<-answer") if offered and CUES["then_no"].search(rest) else None


def _right_before(v: View) -> bool:
    """Whether a refusing verb has the operation for its object: "declined an SCS trial in 2023"."""
    if v.p.labels <= {"generic", "spine_op"} or v.p.weak:
        return False
    left = v.sentence.text[max(0, v.p.start - 60) : v.p.start]
    hits = list(_OBJECT.finditer(left))
    return bool(hits) and not by_payer(left[: hits[-1].start()])


def _not_needed(v: View) -> bool:
    """Whether the operation is called unnecessary; beside another of the sentence, that one had no need of it."""
    alone = all(
        m in v.p.mentions or m.label in {"generic", "spine_op"}
        for m in v.sentence.mentions
        if m.family == "surgeries"
    )
    return alone and _NO.search(v.left) is not None and NEEDED.match(v.right) is not None


def _answered(v: View) -> Decision:
    """The answer to an offer behind the operation's name, or in one of the next sentences."""
    text = v.sentence.text
    rest = text[v.p.end : v.p.end + 220]
    # an answer to "a pump and a stimulator" is one to both
    own = [
        m.start
        for m in v.sentence.mentions
        if m.family == "surgeries" and m.start > v.p.end and not _LISTED.fullmatch(text[v.p.end : m.start])
    ]
    cut = min([x - v.p.end for x in own if x - v.p.end > 0], default=len(rest))
    behind = rest[:cut] + ("_" if cut < len(rest) else "")  # the sentence goes on
    told = CUES["underwent"].search(v.left) is not None or bool(v.p.years and not offered(v.left + behind))
    if told:
        return None
    m = answered(behind)
    if m is not None and CUES["past_right"].search(behind[: m.start("no")]) is None:
        return ("declined", "status:declined<-answer")
    if len(text) - v.p.end > 160 or not offered(v.left[-80:] + " | " + rest):
        return None
    for s in v.note.sentences[v.sentence.index + 1 : v.sentence.index + 3]:
        if s.section is not v.sentence.section or any(
            x.family in {"surgeries", "blocks", "ablations"} and x.label not in {"generic", "implant_part"}
            for x in s.mentions
        ):
            break
        if answered_next(s.text):
            return ("declined", "status:declined<-answer")
    return None


def _in_clause(v: View) -> bool:
    """Whether the clause refuses the operation, not an injection or a drug, and not an operation already done."""
    own = CUES["declined"].search(v.clause)
    if own is None:
        return False
    start, end = v.clause_start + own.start(), v.clause_start + own.end()
    gap = v.sentence.text[min(v.p.end, end) : max(v.p.start, start)]
    if len(gap) > _REACH or CUES["other_care"].search(gap):
        return False
    hits = list(CUES["underwent"].finditer(v.left))
    told = hits[-1] if hits else None
    # "has had no operations and does not want a kyphoplasty": the refusal stands nearer
    refused_last = (
        told is not None
        and own is not None
        and start - v.clause_start > told.start() + 8
        and start < v.p.start
    )
    done = (told is not None and not refused_last) or bool(v.p.years and not CUES["choice"].search(v.clause))
    return (
        not done and not CUES["condition_left"].search(v.left) and not CUES["condition_right"].match(v.right)
    )
