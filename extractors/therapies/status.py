"""Status of a therapy: past, current, planned, declined, or none at all."""

from __future__ import annotations

import datetime as dt
import re

from extractors.note import Mention
from extractors.therapies.amounts import Amounts
from extractors.therapies.cues import cues
from extractors.therapies.outcome import outcome_in
from extractors.therapies.statements import Statement

#: Sections in which no therapy is reported.
SKIP = {"family_history", "consent", "anesthesia", "complications", "instructions", "imaging", "procedure", "postoperative_diagnosis"}
#: In the note of a procedure, only these sections speak about care before it.
IN_PROCEDURE_NOTE = {"history", "treatment_history", "medications", "indication", "chief_complaint", "assessment", "plan", "past_medical"}
_CHECKED = re.compile(r"(?:\[\s?x\s?\]|\(\s?x\s?\)|☒|☑|✓|✔)\s?$", re.IGNORECASE)
_YES = re.compile(r"^\s*[:=?|-]?\s*(?:\[\s?x\s?\]\s?y(?:es)?\b|\(\s?x\s?\)\s?y(?:es)?\b|y(?:es)?\b(?!\s?/))", re.IGNORECASE)
_CONTINUE = re.compile(r"\b(?:cont(?:inue[sd]?|inuing)?\.?|resume|keep (?:up|on|taking|doing)|refill(?:ed|s)?|renew(?:ed)?|stay on|maintain|go on with|finish)\b", re.IGNORECASE)
_ONGOING = re.compile(r"\b(?:still|ongoing|at present|currently|presently|to date|continu\w+)\b", re.IGNORECASE)
_TENSE_BREAK = re.compile(r"\b(?:but|however|and (?:is|now|currently))\b", re.IGNORECASE)
_STOPPED = re.compile(
    r"(?<!never )(?<!not )\b(?:stopped|quit|discontinued|gave (?:it |them )?up|abandoned|no longer (?:takes?|taking|uses?|using|on|does|doing)|had to stop|came off|taken off|weaned off|d/c'd)\b", re.IGNORECASE
)
#: "Six weeks of", "a course of": care that was had, unless a verb says otherwise.
_QUANTITY = re.compile(r"\b(?:weeks?|months?|wks?|mos?|courses?|rounds?|visits?|sessions?) of\b[^.;\n]{0,40}$", re.IGNORECASE)
_SELF_CARE = {"bracing", "heat_ice", "tens", "home_exercise"}
_BEFOREHAND = re.compile(r"\b(?:prior|previous|past|tried|failed)\b", re.IGNORECASE)
_PLANNED_WORDS = re.compile(r"^(?:should|to avoid|must|will|advised|told|instructed|not to)\b", re.IGNORECASE)
_STARTED = re.compile(r"^\W{0,4}(?:just |recently )?(?:started|began|in progress|ongoing|underway)\b", re.IGNORECASE)


def section_of(mention: Mention) -> str:
    """The section's category; a heading that the lexicon does not know is judged by its words."""
    section = mention.sentence.section
    if section.category in ("other", "header", "chief_complaint", "past_medical"):
        for category, words in _TITLES:
            if words.search(section.title):
                return category
    return section.category


_TITLES = (
    ("instructions", re.compile(r"\b(?:instructions?|education|precautions)\b", re.I)),
    ("allergies", re.compile(r"\ballerg", re.I)),
    ("medications", re.compile(r"\b(?:medications?|meds|medicines)\b", re.I)),
    ("plan", re.compile(r"\b(?:recommend\w*|plan|orders?)\b", re.I)),
    ("treatment_history", re.compile(r"\b(?:treatments?|tried|therapies|conservative)\b", re.I)),
)


def is_none(statement: Statement, index: int) -> bool:
    """Whether the therapy is denied, not tried, or an unchecked box."""
    c = cues()
    before = statement.own_before[index] if index == 0 else statement.own_before[index]
    whole_before = statement.before
    if _CHECKED.search(before) or _YES.search(statement.own_after[index]):
        return False
    if c.search("declined.before", statement.before):
        return False
    if c.search("none.before", before) or (index > 0 and c.search("none.before", whole_before) and not _TENSE_BREAK.search(before)):
        return True
    if c.search("none.after", statement.own_after[index]):
        return True
    return bool(index + 1 < len(statement.mentions) and re.search(r"\b(?:was|were|has been|have been|is|are) (?:not|never) (?:yet )?(?:been )?(?:done|tried|attempted|started|carried out|documented|demonstrated)\b", statement.after, re.I))


def is_not_a_therapy(statement: Statement, index: int) -> bool:
    """Whether the words belong to a rule, an option menu, a wish, a cause of pain or a drug given in a procedure."""
    c = cues()
    before = statement.before if index == 0 else statement.before + statement.own_before[index]
    own = statement.own_before[index]
    if c.search("not_a_therapy.sentence", statement.sentence.text) or c.search("not_a_therapy.sentence", statement.lead):
        return True
    return bool(
        c.search("not_a_therapy.before", own if index else before) or (index and c.search("not_a_therapy.before", before))
        or c.search("not_a_therapy.after", statement.own_after[index])
    )


def _before_status(text: str) -> str | None:
    """The status that the nearest cue ahead of the mention gives."""
    c = cues()
    places = {name: c.nearest_end(f"{name}.before", text) for name in ("declined", "past", "current", "planned")}
    best = max(places.values())
    if best < 0:
        return "past" if _QUANTITY.search(text) else None
    # "was referred to", "was started on": the longer past form starts ahead of the planned word inside it.
    if places["past"] >= 0 and 0 <= places["planned"] - places["past"] <= 12 and re.match(r"(?:was|were|been|has|had|have)\b", text[places["past"] :], re.I):
        return "past"
    if places["current"] >= 0 and 0 <= places["planned"] - places["current"] <= 14 and _CONTINUE.match(text[places["current"] :]):
        return "current"
    return next(name for name in ("declined", "past", "current", "planned") if places[name] == best)


def _after_status(text: str) -> str | None:
    """The status that the first cue behind the mention gives."""
    c = cues()
    if c.search("declined.after", text):
        return "declined"
    places = {name: c.first(f"{name}.after", text) for name in ("past", "current", "planned")}
    known = {k: v for k, v in places.items() if v >= 0}
    return min(known, key=lambda k: known[k]) if known else None


def status_of(statement: Statement, index: int, drug: bool, length: Amounts, as_of: dt.date | None) -> tuple[str, str]:
    """Status and how it was found.

    The nearest verb ahead decides, save that a stop behind it wins; then the tense of what is said behind; then
    directions for use; then the lead-in; then the section.
    """
    mention = statement.mentions[index]
    has_length = length.weeks is not None or length.sessions is not None
    section = section_of(mention)
    own_before = statement.before + (statement.own_before[index] if index else "")
    if section == "medications":  # a list: what is said of the drug before it is not said of this one
        own_before = re.split(r"[,;]", own_before)[-1]
    after = statement.own_after[index]
    shared = statement.after if index + 1 < len(statement.mentions) else ""
    before = _before_status(own_before)
    behind = _after_status(after) or (_after_status(shared) if shared else None)
    today = as_of.isoformat() if as_of else None
    # A note without a date of its own is dated by the first date in it, which may be the course's own start.
    ended = length.end is not None and not (today and str(length.start) < today < length.end)
    if ended and before not in ("declined", "planned") and not _ONGOING.search(after):
        return "past", "status<-dates"
    if _PLANNED_WORDS.match(mention.text):
        return "planned", "status<-verb"
    if _STARTED.match(after) and not cues().search("past.after", after):
        return "current", "status<-started"
    if re.search(r"\bwill have continued\b|\bwill (?:demonstrate|be independent)\b|\b(?:year[- ]old|y/?o)\b[^.]{0,50}\breferred to $", own_before, re.I):
        return "planned", "status<-verb"
    if before == "declined" or behind == "declined":
        return "declined", "status<-refusal"
    if section == "allergies":
        return "past", "status<-intolerance"
    in_plan = section in ("plan", "assessment")
    stopped = _STOPPED.search(after) is not None and not _CONTINUE.search(own_before[-40:])
    if before == "past":
        if behind == "current" and (_ONGOING.search(after) or re.search(r"\bhelps\b|\bmakes\b|\btakes\b", after)) and not stopped:
            return "current", "status<-present_tense"
        return "past", "status<-verb"
    if before == "current":
        if behind == "past" and re.search(r"\b(?:stopped|discontinued|quit|no longer|d/c)\b", after, re.I) and not _CONTINUE.search(own_before):
            return "past", "status<-stopped"
        return "current", "status<-verb"
    if before == "planned":
        if not in_plan and behind in ("past", "current") and not re.search(r"\b(?:will|would|should|recommend\w*|suggest\w*|plan)\b", own_before[-60:], re.I):
            return behind, "status<-tense"
        return "planned", "status<-verb"
    if stopped:
        return "past", "status<-stopped"
    if behind is not None and not (behind == "planned" and section == "medications"):
        if behind == "current" and section == "treatment_history" and not drug and has_length and not _ONGOING.search(after):
            return "past", "status<-length"
        return behind, "status<-tense"
    return _fallback(statement, mention, drug, has_length, any(outcome_in(t) for t in (after, shared, own_before[-110:])))


def _fallback(statement: Statement, mention: Mention, drug: bool, has_length: bool, stated: bool) -> tuple[str, str]:
    section = section_of(mention)
    if _CHECKED.search(statement.own_before[statement.mentions.index(mention)]) and section != "plan":
        return "past", "status<-box"
    if mention.entry.attributes.get("class") == "generic" and section != "plan":
        return ("current" if section == "medications" else "past"), "status<-default"
    if (
        drug and not has_length and section not in ("plan", "assessment") and cues().search("sig.any", statement.own_after[statement.mentions.index(mention)])
        and not _BEFOREHAND.search(f"{mention.sentence.section.title} {statement.head} {statement.lead}")
    ):
        return "current", "status<-directions"
    for text, how in ((statement.head, "head"), (statement.lead[-90:] if section != "plan" else "", "lead_in")):
        found = _before_status(text + " ") if text else None
        if found and found != "declined":
            return found, f"status<-{how}"
    if section == "medications":
        return "current", "status<-section"
    if section == "plan":
        return "planned", "status<-section"
    text = statement.text
    if mention.label == "oral_steroid":
        return "past", "status<-short_course"
    sig = bool((drug or mention.label in _SELF_CARE) and cues().search("sig.any", text))
    if section == "assessment":
        return ("planned" if sig or not drug else "past"), "status<-section"
    if sig and not has_length:
        return "current", "status<-directions"
    alone = drug and all(m.entry.attributes.get("class") == "drug" and m.entry.attributes.get("generic") != "true" for m in statement.mentions)
    if alone and not has_length and not stated and not _BEFOREHAND.search(f"{mention.sentence.section.title} {statement.head} {statement.lead}"):
        return "current", "status<-bare_drug"
    if mention.has("planned") or mention.has("hypothetical"):
        return "planned", "status<-context"
    return "past", "status<-default"
