"""Outcome of a therapy: failed, partial, effective, not tolerated, or not stated."""

from __future__ import annotations

import re

from extractors.facts import Span
from extractors.therapies.outcome_words import outcome_in
from extractors.therapies.statements import Statement

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
    many = len(statement.mentions) > 1
    shared = _shared(statement, index)
    places = [("after", statement.own_after[index])] if many else []
    places += [("statement_after", shared), ("statement_before", _before(statement.before))]
    # Both causes given for a list ("side effects or lack of effectiveness"): the care did not work.
    both = re.search(
        r"side effects?[^.;]{0,20}\bor\b[^.;]{0,20}(?:lack|ineffective|no )", statement.after, re.IGNORECASE
    )
    if both:
        return "failed", (), "outcome<-side_effects_or_no_effect"
    if status == "current" and _EASED_BY.search(statement.before) and not outcome_in(statement.after):
        return "partial", (), "outcome<-eases"
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
    if statement.following is not None and _TOGETHER.match(statement.following.after):
        found = outcome_in(statement.following.after)
        if found:
            return found, (), "outcome<-list"
    if status == "current" and _EASES.search(statement.before):
        return "partial", (), "outcome<-eases"
    for text in (statement.head, statement.lead):
        if re.search(
            r"\bfail(?:ed|ure|s)?\b|\bno relief\b|\bwithout (?:relief|benefit|improvement)\b|\bineffective\b|\bdespite\b",
            text,
            re.IGNORECASE,
        ):
            return "failed", (), "outcome<-lead_in"
    for sentence in statement.tail:
        found = outcome_in(sentence.text)
        if found:
            return found, (sentence.whole,), "outcome<-next_sentence"
    return "not_stated", (), ""


#: "... for ten weeks and chiropractic without relief": said of both.
_TOGETHER = re.compile(
    r"^\s?(?:care|treatments?|therapy|sessions?|visits?)?,? ?(?:both|all|each|neither|none|w/o|without|with (?:no|little|minimal|only|partial|some|limited|temporary|poor|modest|good)|did not|failed)\b",
    re.I,
)
_OWN_PARENTHESIS = re.compile(r"^[\s\w./]{0,16}\([^()]{0,80}\)")


def _shared(statement: Statement, index: int) -> str:
    """What is said behind a list, without the side effect in parentheses that is the last entry's own."""
    if index + 1 < len(statement.mentions):
        own = _OWN_PARENTHESIS.match(statement.after)
        if own and outcome_in(own[0]) == "not_tolerated":
            return statement.after[own.end() :]
    return statement.after


def _before(text: str) -> str:
    """The words ahead of a mention that can carry its outcome: the last 110 characters."""
    return text[-110:]
