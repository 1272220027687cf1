"""Outcome of a therapy: failed, partial, effective, not tolerated, or not stated."""

from __future__ import annotations

import re

from extractors.facts import Span
from extractors.therapies.outcome_words import outcome_in
from extractors.therapies.statement import Statement
from extractors.therapies.verbs import OF_LAST

#: "Better with ice": it eases the pain, no more is said.
_EASES = re.compile(
    r"\b(?:alleviat\w+|relieved|eased|improve[sd]|better|decreased|reduced|lessened|helped)\b[^.;\n]{0,70}$",
    re.IGNORECASE,
)


_EASED_BY = re.compile(
    r"\b(?:alleviat\w+|relieved|eased|improved|better|decreased|reduced|lessened|helped)(?: \w+)? (?:by|with)\b[^.;\n]{0,50}$",
    re.IGNORECASE,
)


def outcome_of(statement: Statement, index: int, status: str) -> tuple[str, tuple[Span, ...], str]:
    """Outcome of the ``index``-th therapy of the statement, further quotes, and how it was found.

    The mention's own words come first, then what is said of the whole group, then the sentences that follow.
    """
    if status in ("planned", "declined"):
        return "not_stated", (), ""
    if (
        status == "current"
        and statement.places[index].kind in ("plan", "assessment")
        and _DOSE_KEPT.match(statement.after)
    ):
        return "not_stated", (), ""
    many = len(statement.mentions) > 1
    shared = _shared(statement, index)
    inside = _OWN_PARENTHESIS.match(statement.own_after[index])
    if inside and (found := outcome_in(inside[0])):
        return found, (), "outcome<-parenthesis"
    places = [("after", statement.own_after[index])] if many else []
    places += [("statement_after", _own_talk(shared)), ("statement_before", _before(statement.before))]
    # Both causes given for a list ("side effects or lack of effectiveness"): the care did not work.
    both = re.search(
        r"side effects?[^.;]{0,20}\bor\b[^.;]{0,20}(?:lack|ineffective|no )", statement.after, re.IGNORECASE
    )
    if both:
        return "failed", (), "outcome<-side_effects_or_no_effect"
    if status == "current" and _EASED_BY.search(statement.before) and not outcome_in(statement.after):
        return "partial", (), "outcome<-eases"
    straddling = (
        outcome_in(f"{statement.before[-40:]}it{statement.own_after[index]}")
        if _BORNE_AHEAD.search(statement.before)
        else None
    )
    if straddling is not None:
        return straddling, (), "outcome<-tolerated"
    if _STOPPED_AHEAD.search(statement.before):
        reason = outcome_in(f"stopped it {statement.own_after[index].strip()}")
        if reason == "not_tolerated":
            return reason, (), "outcome<-stopped_because"
    for where, text in places:
        found = outcome_in(text)
        if found:
            later = next(
                (
                    t
                    for t in statement.tail
                    if found in ("partial", "effective") and outcome_in(t.text) == "failed"
                ),
                None,
            )
            if later is not None:
                return "failed", (later.whole,), "outcome<-next_sentence"
            return found, (), f"outcome<-{where}"
    of_list = _of_list(statement, status)
    if of_list is not None:
        return of_list[0], (), of_list[1]
    for sentence in statement.tail:
        found = outcome_in(sentence.text)
        if found:
            return found, (sentence.whole,), "outcome<-next_sentence"
    return "not_stated", (), ""


def _of_list(statement: Statement, status: str) -> tuple[str, str] | None:
    """What is said of a list that the therapy stands in, behind its end or ahead of it."""
    if statement.following is not None and (
        _TOGETHER.match(statement.following.after) or _AS_ONE.search(statement.following.before)
    ):
        found = outcome_in(statement.following.after)
        if found:
            return found, "outcome<-list"
    closing = _CLOSING.search(statement.closing)
    if closing and (found := outcome_in(closing[0])):
        return found, "outcome<-closing"
    if status == "current" and _EASES.search(statement.before):
        return "partial", "outcome<-eases"
    for text in (statement.head, statement.lead):
        if _LED_BY_FAILURE.search(text):
            return "failed", "outcome<-lead_in"
    return None


#: "has not responded to", "no relief from", "despite": what follows did not suffice.
_LED_BY_FAILURE = re.compile(
    r"\bfail(?:ed|ure|s|ing)?\b|\b(?:no|little|minimal|inadequate|insufficient|poor|limited|only temporary) (?:\w+ )?(?:relief|benefit|response|improvement|help|success)\b|\bineffective\b|\bdespite\b|\bin spite of\b"
    r"|\bwithout (?:\w+ )?(?:relief|benefit|improvement|success)\b|\b(?:not|n't|never) (?:\w+ )?(?:respon\w+|improv\w+|help\w*|reliev\w*|benefi\w+)\b|\b(?:refractory|unresponsive|recalcitrant|resistant|intractable) to\b|\bexhausted\b",
    re.IGNORECASE,
)
#: Said of all therapies of the sentence, behind the last of them.
_CLOSING = re.compile(
    r"(?:^ ?|[,)] ?|\b(?:and|but) )[\"']?(?:(?:all|both|none|neither|each|nothing)\b|(?:all |both )?(?:have|were|are|did|do)\b|still \d|all (?:of )?(?:these|this|which)|with(?:out)? (?:no |little |only |minimal |any |much )*(?:\w+ )?(?:relief|benefit|improvement|help|success|effect)\b)[^;]{0,120}$",
    re.IGNORECASE,
)
_AS_ONE = re.compile(r"\b(?:with|w/|incl\w*\.?|including)\s(?:\w+\s){0,2}$", re.IGNORECASE)
#: "... for ten weeks and chiropractic without relief": said of both.
_TOGETHER = re.compile(
    r"^[^.;,]{0,34}?,? ?(?:both|all|each|neither|none|w/o|without|with (?:no|little|minimal|only|partial|some|limited|temporary|poor|modest|good)|did not|failed)\b",
    re.I,
)
#: "Discontinued tramadol due to nausea": the stop stands ahead, its reason behind.
_STOPPED_AHEAD = re.compile(
    r"\b(?:stopped|discontinued|quit|d/c'?d|dc'?d|came off|taken off|weaned off|gave up|dropped|ceased|failed)(?: (?:the|his|her|taking|using|on|an?|trials?|of))* $",
    re.IGNORECASE,
)
_BORNE_AHEAD = re.compile(
    r"\b(?:tolerat\w+|(?:could|can|did|was|is) ?(?:not|n't)(?: able to)? (?:complete|finish|continue|stomach|bear|stand|handle)|unable to (?:complete|finish|continue)) (?:the |his |her )?$",
    re.IGNORECASE,
)
#: "Norco unchanged", "gabapentin 300 mg tid, no change": in a plan, of the dose.
_DOSE_KEPT = re.compile(
    r"^[\s\w./]{0,24}?,? ?(?:is |are |remains? |left )?(?:unchanged|no changes?|(?:the )?same(?: dose)?)(?=\s*(?:$|[.;)]))",
    re.I,
)
_OWN_PARENTHESIS = re.compile(r"^[\s\w./]{0,16}\([^()]{0,80}\)")


#: Another event told behind the therapy: what follows is said of that ("then an epidural, with 70 % relief").
_NEXT_EVENT = re.compile(
    r"(?:[,;]|\band\b|\bbut\b) ?(?:then|later|subsequently|next|followed by|the|his|her|and then)\b[^.;]{0,40}?\b(?:epidural|injections?|ESI|TFESI|blocks?|MBBs?|RFA|ablation|surgery|operation|fusion|microdiscectomy|discectomy|laminectomy|MRI|films?|x-?rays?|CT|scan)\b",
    re.IGNORECASE,
)


def _own_talk(text: str) -> str:
    """The words up to the next event."""
    m = _NEXT_EVENT.search(text)
    return text[: m.start()] if m else text


def _shared(statement: Statement, index: int) -> str:
    """What is said behind a list, without what is the last entry's own: a side effect, a stop behind a dash."""
    if index + 1 < len(statement.mentions):
        if OF_LAST.match(statement.after):
            return ""
        own = _OWN_PARENTHESIS.match(statement.after)
        if own and outcome_in(own[0]) == "not_tolerated":
            return statement.after[own.end() :]
    return statement.after


def _before(text: str) -> str:
    """The words ahead of a mention that can carry its outcome: the last 110 characters."""
    return text[-110:]
