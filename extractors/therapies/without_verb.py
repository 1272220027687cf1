"""Status of a therapy that stands without a verb: by directions, lead-in, kind of passage, and what it is."""

from __future__ import annotations

import re

from extractors.therapies.absence import CHECKED
from extractors.therapies.cues import cues
from extractors.therapies.habit import SELF_CARE
from extractors.therapies.outcome_words import outcome_in
from extractors.therapies.statement import Statement
from extractors.therapies.verbs import before_status

#: Fresh words of the present that outweigh a poor outcome of a drug with directions.
_PRESENT_WORDS = re.compile(
    r"\b(?:current\w*|present\w*|still|continu\w+|now|ongoing|at the moment|around the clock|helps|makes|takes|does(?: not|n't)|do(?: not|n't)|isn't|is|gives|keeps|eases|barely|dulls|wants?|needs?|enough|since)\b",
    re.I,
)
_PAST_TENSE = re.compile(r"\b(?:took|helped|gave|was|were|did|had|eased|worked|made|tried)\b", re.I)
#: "Tylenol, two grams a day, inadequate": what is taken does too little.
_INSUFFICIENT = re.compile(
    r"\b(?:inadequate|insufficient|suboptimal|not (?:enough|adequate|sufficient))(?=\W*$)", re.I
)
_AS_NEEDED = re.compile(r"\b(?:prn|p\.r\.n\.?|as needed|when needed|if needed)(?![\w])", re.I)
_OWNED = SELF_CARE | {"tens"}
_HAS_ONE = re.compile(r"\b(?:has|owns|have|got) (?:an?|his|her) (?:\w+ ){0,2}$", re.I)
_BEFOREHAND = re.compile(
    r"\b(?:prior|previous(?:ly)?|past|tried|failed|at start|at baseline|on arrival)\b", re.IGNORECASE
)


def _ill_borne(statement: Statement, index: int) -> bool:
    """Whether a drug is told to have been ill borne, with neither directions nor a word of the present."""
    after = statement.own_after[index]
    return outcome_in(after) == "not_tolerated" and not (
        _PRESENT_WORDS.search(after) or cues().search("sig.any", after)
    )


def is_poor(statement: Statement, index: int) -> bool:
    """Whether a poor outcome is told of the mention itself."""
    return outcome_in(_said_of(statement, index)) in ("failed", "not_tolerated")


def _said_of(statement: Statement, index: int) -> str:
    """The words behind a mention; behind a label ("Brace: walmart belt, no help") those behind what it labels."""
    mentions = statement.mentions
    labels = index + 1 < len(mentions) and mentions[index].label == mentions[index + 1].label
    return statement.after if labels else statement.own_after[index]


def _gave_nothing(statement: Statement, index: int) -> bool:
    """Whether a drug is told to have failed or been ill borne, with no word of the present ("bid - not helpful")."""
    after = statement.own_after[index]
    if index + 1 < len(statement.mentions) and outcome_in(after) is None:
        after = statement.after
    return outcome_in(after) in ("failed", "not_tolerated") and not _PRESENT_WORDS.search(after)


def _eased(statement: Statement, index: int) -> bool:
    """Whether the drug is said to do some good: such a drug goes on unless something says otherwise."""
    places = (
        statement.own_after[index],
        statement.after,
        statement.before[-110:],
    )
    return next((o for o in map(outcome_in, places) if o), None) in ("partial", "effective")


def without_verb(
    statement: Statement, index: int, drug: bool, has_length: bool, stated: bool
) -> tuple[str, str]:
    """Status and how it was found, of a therapy that no verb speaks of.

    Directions for use first, then the line that leads in, the kind of passage, and what the therapy is.
    """
    mention = statement.mentions[index]
    section = statement.places[index].kind
    beforehand = _BEFOREHAND.search(f"{statement.places[index].title} {statement.head} {statement.lead}")
    if CHECKED.search(statement.own_before[index]) and section != "plan":
        return "past", "status<-box"
    if mention.entry.attributes.get("class") == "generic" and section != "plan":
        if before_status(statement.head) == "current":
            return "current", "status<-head"
        return ("current" if section == "medications" else "past"), "status<-default"
    if (
        drug
        and not has_length
        and section not in ("plan", "assessment")
        and cues().search("sig.any", statement.own_after[index])
        and not (
            section != "medications"
            and _gave_nothing(statement, index)
            and not _INSUFFICIENT.search(statement.own_after[index])
        )
        and not beforehand
    ):
        return "current", "status<-directions"
    for text, how in (
        (statement.head, "head"),
        (statement.lead[-90:] if section != "plan" else "", "lead_in"),
    ):
        found = before_status(text + " ") if text else None
        if found and found != "declined":
            return found, f"status<-{how}"
    if section == "disposition" and not drug and mention.label not in SELF_CARE:
        return "planned", "status<-section"
    if section == "treatment" and mention.label in SELF_CARE and not is_poor(statement, index):
        return "current", "status<-section"
    if (
        section == "medications"
        and (drug or mention.label in _OWNED)
        and not (drug and is_poor(statement, index) and beforehand)
    ):
        return ("past" if drug and _ill_borne(statement, index) else "current"), "status<-section"
    if section == "plan":
        told = drug and outcome_in(statement.own_after[index]) is not None
        return ("current" if told else "planned"), "status<-section"
    return _by_what_it_is(statement, index, drug, has_length, stated, bool(beforehand))


def _by_what_it_is(
    statement: Statement, index: int, drug: bool, has_length: bool, stated: bool, beforehand: bool
) -> tuple[str, str]:
    """Status by the kind of therapy: a drug is taken, exercises are done, a course of visits is over."""
    mention = statement.mentions[index]
    section = statement.places[index].kind
    text = statement.text
    if mention.label in _OWNED and _HAS_ONE.search(statement.before):
        return "current", "status<-owns"
    if mention.label == "oral_steroid":
        return "past", "status<-short_course"
    if drug and _gave_nothing(statement, index):
        prn = _AS_NEEDED.search(statement.own_after[index]) and not beforehand
        return ("current" if prn and not has_length else "past"), "status<-gave_nothing"
    sig = bool((drug or mention.label in _OWNED) and cues().search("sig.any", text))
    if section == "assessment":
        return ("planned" if sig or not drug else "past"), "status<-section"
    if sig and not has_length:
        return "current", "status<-directions"
    if sig and drug and _eased(statement, index) and not (beforehand or _PAST_TENSE.search(statement.after)):
        return "current", "status<-directions"
    alone = drug and all(
        m.entry.attributes.get("class") == "drug" and m.entry.attributes.get("generic") is not True
        for m in statement.mentions
    )
    if (
        alone
        and not has_length
        and (not stated or (_eased(statement, index) and not CHECKED.search(statement.before)))
        and not beforehand
    ):
        return "current", "status<-bare_drug"
    in_use = mention.label == "home_exercise" or (mention.label == "bracing" and not has_length)
    good = mention.label in SELF_CARE and _eased(statement, index)
    if good or (in_use and not is_poor(statement, index) and not beforehand):
        return "current", "status<-self_care"
    if mention.has("planned") or mention.has("hypothetical"):
        return "planned", "status<-context"
    return "past", "status<-default"
