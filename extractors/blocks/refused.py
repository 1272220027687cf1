"""Procedures that the patient or the clinician refused: in front of the name, behind it, or in the next sentence."""

from __future__ import annotations

import re

from extractors.blocks.cues import cue
from extractors.blocks.window import INSTEAD, Status, Window
from extractors.note import Note, Sentence
from extractors.refusals import answered, answered_next, by_payer, offered, payer_quoted

#: What else may have been refused behind the name.
_OTHER_THING = re.compile(r"[.;]\s|\bif\b|\b(?:operation|surgery|fusion)\b", re.I)
#: "Thirty percent relief from joint injections is not ...": the name was done.
_RELIEF_FROM = re.compile(
    r"\b(?:relief|benefit|improvement|response|result)s? (?:from|after|with|to) (?:\w+ ){0,3}$", re.I
)
#: "Microdiscectomy if the ESI fails - not needed": the answer is about what hangs on the name.
_CONDITION = re.compile(r"\b(?:if|unless|until|fail(?:s|ed)?|after|despite|since)\s(?:\w+\s){0,3}$", re.I)
#: A letter against a payer's decision.
_APPEAL = re.compile(
    r"\b(?:appeals?|letter of medical necessity|reconsideration|medical director|peer[- ]to[- ]peer|denials?)\b",
    re.I,
)
_PASSIVE = re.compile(
    r"\b(?:was|were|been|is)(?: (?:then|again|first|initially|recently|unfortunately))? $", re.I
)
_DENIED = re.compile(r"(?:denied|declined|turned|rejected|refused|knocked)", re.I)
#: Another thing that was offered between the name and the answer.
_OTHER_OFFER = re.compile(
    r"\b(?:offer\w*|recommend\w*|suggest\w*|propos\w*|advis\w*)\b[^.;]{0,40}\b(?:fusion|surgery|operation|laminectomy|decompression|discectomy|stimulator|pump)\b",
    re.I,
)
_CALLED_OFF = re.compile(r"\b(?:cancel\w*|called off|deferred|postponed|put off|held)\b", re.I)
_NEW_DATE = re.compile(
    r"\b(?<!not )(?<!not be )(?<!not to be )(?<!to be )(?:re-?booked|re-?scheduled|re-?sched|re-?arranged|moved to|pushed (?:back|out) to|new date)\b",
    re.I,
)
#: How far behind a name its refusal may stand, in characters of its own sentence.
_REACH = 200
#: How many sentences behind may answer an offer.
_SENTENCES = 2


def refused(w: Window) -> Status | None:
    """Declined, planned where only a payer declined it, or None."""
    found = _in_front(w)
    if found is not None:
        return found
    if not w.is_code and _rebooked(w):
        return Status("planned", "rebooked")
    if _behind(w):
        return Status("planned", "payer_refused") if _payer_behind(w) else Status("declined", "cue")
    return Status("declined", "cue") if not w.is_code and _answer(w) else None


def _rebooked(w: Window) -> bool:
    """Whether what was called off has a new date ("called off ... It is rebooked for the 22nd")."""
    rest = w.sentence.text[w.named.zone.end :]
    if _CALLED_OFF.search(rest[:100]) is None:
        return False
    rest += " " + " ".join(x.text for x in _following(w))
    return _NEW_DATE.search(rest[:260]) is not None


def _appeals(note: Note) -> bool:
    return _APPEAL.search(note.text[:400]) is not None


def _payer_behind(w: Window) -> bool:
    """Whether a payer is who refuses behind the name: named there, or in the passive of an appeal."""
    m = cue("declined_behind").search(w.behind)
    if m is None:
        return False
    if by_payer(w.behind[: m.start()]):
        return True
    passive = _PASSIVE.search(w.behind[: m.start()]) and _DENIED.match(m.group())
    return passive is not None and w.note.once("blocks.appeals", _appeals)


def _in_front(w: Window) -> Status | None:
    near = w.before[-60:]
    hits = list(cue("declined").finditer(near))
    if not hits or INSTEAD.search(near[hits[-1].end() :]) is not None:
        return None
    ahead = w.all_before[: len(w.all_before) - len(near) + hits[-1].start()]
    if by_payer(ahead[-60:]) or payer_quoted(ahead):
        return Status("planned", "payer_refused")
    return Status("declined", "cue")


def _behind(w: Window) -> bool:
    m = cue("declined_behind").search(w.behind)
    if m is not None and _RELIEF_FROM.search(w.before) is not None:
        return False
    return (
        m is not None
        and _OTHER_THING.search(w.behind[: m.start()]) is None
        and (cue("past").search(gap := w.behind[: m.start()]) is None or offered(gap))
    )


def _told_as_done(w: Window, gap: str) -> bool:
    """Whether the name is told as done, so that what is refused behind it is something further."""
    ahead = w.before[-60:]
    if cue("past").search(gap) and not offered(gap) and not offered(ahead[-25:]):
        return True
    return cue("past").search(ahead) is not None and not offered(ahead + " | " + gap)


def _answer(w: Window) -> bool:
    """Whether an answer to an offer stands in the rest of the sentence or opens one of the next."""
    s, z = w.sentence, w.named.zone
    rest = s.text[z.end : min(z.right, z.end + _REACH)]
    m = answered(rest)
    if _CONDITION.search(w.before[-40:]) or cue("not_done_after").search(w.after):
        return False
    if m is not None and _OTHER_OFFER.search(rest[: m.start("no")]):
        return False
    if m is not None:
        return not _told_as_done(w, rest[: m.start("no")])
    if z.right < len(s.text) or len(s.text) - z.end > _REACH or w.category == "past_surgical":
        return False
    if not offered(w.before[-80:] + " | " + rest) or _told_as_done(w, rest):
        return False
    return any(answered_next(x.text) for x in _following(w))


def _following(w: Window) -> list[Sentence]:
    """The sentences behind that name no procedure of their own."""
    out: list[Sentence] = []
    for x in w.note.sentences[w.sentence.index + 1 : w.sentence.index + 1 + _SENTENCES]:
        if x.section is not w.sentence.section or any(
            m.family in {"blocks", "ablations"} and m.label not in {"generic", "bare", "not_ours"}
            for m in x.mentions
        ):
            break
        out.append(x)
    return out
