"""Status of a therapy: past, current, planned, declined, or none at all."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from extractors.note import Mention
from extractors.therapies.absence import CHECKED, section_of
from extractors.therapies.amounts import Amounts
from extractors.therapies.cues import cues
from extractors.therapies.outcome_words import outcome_in
from extractors.therapies.statements import Statement

_CONTINUE = re.compile(
    r"\b(?:cont(?:inue[sd]?|inuing)?\.?|resume|keep (?:up|on|taking|doing)|refill(?:ed|s)?|renew(?:ed)?|stay on|maintain|go on with|finish)\b",
    re.IGNORECASE,
)
_ONGOING = re.compile(
    r"\b(?:still|ongoing|at present|currently|presently|to date|continu\w+)\b", re.IGNORECASE
)
_BEGUN_AGO = re.compile(r"^[^.;]{0,24}\b(?:started|begun|commenced)\b[^.;]{0,24}\bago\b", re.IGNORECASE)
_GOES_ON = re.compile(
    r"\b(?:still (?:attending|going|in|doing|taking|using|on|goes|does|takes|uses|wears)|(?:is|are|it)(?: is|'s)? ?(?:n't| not)(?: yet)? (?:done|finished|complete|over))\b",
    re.IGNORECASE,
)
#: What makes an answer of a form one about today.
_STILL = re.compile(
    r"\b(?:still|ongoing|at present|currently|current|present|presently|now|daily|to date|continu\w+|every day)\b",
    re.IGNORECASE,
)
_STOPPED = re.compile(
    r"(?<!never )(?<!not )\b(?:stopped|quit|discontinued|gave (?:it |them )?up|abandoned|(?:is|are|was|now|been) off(?= |[.,;)]|$)|off (?:it|them) (?:now|after|since|because)|run out|no longer (?:takes?|taking|uses?|using|on|does|doing)|had to stop|came off|taken off|weaned off|d/c'd)\b",
    re.IGNORECASE,
)
#: "Six weeks of", "a course of": care that was had, unless a verb says otherwise.
_QUANTITY = re.compile(
    r"\b(?:weeks?|months?|wks?|mos?|courses?|rounds?|visits?|sessions?) of\b[^.;\n]{0,40}$", re.IGNORECASE
)
_STARTED_ON = re.compile(
    r"\b(?:was|were|been) (?:recently )?(?:started|placed) on [^.;]{0,20}$", re.IGNORECASE
)
#: An order to stop: the patient is still on it.
_TO_STOP = re.compile(
    r"(?:^|[.;:,-] ?|\band |\bwill |\bto )(?:stop|discontinue|d/c|DC|hold|wean(?: off)?|taper(?: off)?|come off) (?:the |his |her |off )*$",
    re.I,
)
#: Fresh words of the present that outweigh a poor outcome of a drug with directions.
_PRESENT_WORDS = re.compile(
    r"\b(?:current\w*|present\w*|still|continu\w+|now|ongoing|at the moment|around the clock|helps|makes|takes|does(?: not|n't)|do(?: not|n't)|isn't|is|gives|keeps|eases|barely|dulls|wants?|needs?|enough|since)\b",
    re.I,
)
_REGULAR = re.compile(
    r"^[^.;,]{0,12}\b(?:regularly|daily|nightly|every (?:day|morning|night|evening))\b(?! (?:for|x|until|in))",
    re.I,
)
#: "co-codamol, naproxen - stopped": said of the last of a list.
_OF_LAST = re.compile(
    r"^[^,;.-]{0,20}\s?(?:-+|\()\s?(?:was |had |he |she )?(?:stopped|quit|d/c|discontinued|too|made|caused|gave|off)\b",
    re.I,
)
_TAKING = re.compile(r"\b(?:taking|takes|on|currently|continu\w+|cont)\b", re.IGNORECASE)
_PRESENT = re.compile(
    r"\bwhich (?:he|she|they) (?:does|uses|takes|wears|finds)\b|\bhelps\b|\bmakes\b|\btakes\b|\b(?:weeks?|wks?|months?|mos?|years?|yrs?) (?:now|so far)\b|\bmost (?:days|mornings|evenings|nights)\b|\bdoes (?:it|them)\b",
    re.IGNORECASE,
)
_ENDED = re.compile(r"\b(?:stopped|discontinued|quit|no longer|d/c)\b", re.IGNORECASE)
_INTENT = re.compile(r"\b(?:will|would|should|recommend\w*|suggest\w*|plan)\b", re.IGNORECASE)
_PLANNED_PHRASE = re.compile(
    r"\bwill have continued\b|\bwill (?:demonstrate|be independent)\b|\b(?:year[- ]old|y/?o)\b[^.]{0,50}\breferred to $",
    re.IGNORECASE,
)
_SELF_CARE = {"bracing", "heat_ice", "tens", "home_exercise"}
_HAS_ONE = re.compile(r"\b(?:has|owns|have|got) (?:an?|his|her) (?:\w+ ){0,2}$", re.I)
_USED = re.compile(
    r"\bha(?:s|ve) (?:been )?(?:used|using|taken|taking|worn|wearing|done|doing) (?:\w+ ){0,2}$", re.I
)
_BEFOREHAND = re.compile(r"\b(?:prior|previous|past|tried|failed)\b", re.IGNORECASE)
_PLANNED_WORDS = re.compile(r"^(?:should|to avoid|must|will|advised|told|instructed|not to)\b", re.IGNORECASE)
_STARTED = re.compile(
    r"^\W{0,4}(?:just |recently )?(?:started|began|in progress|ongoing|underway)\b(?![^.;]{0,12}\btoday\b)",
    re.IGNORECASE,
)


def _before_status(text: str) -> str | None:
    """The status that the nearest cue ahead of the mention gives."""
    c = cues()
    places = {
        name: c.nearest_end(f"{name}.before", text) for name in ("declined", "past", "current", "planned")
    }
    best = max(places.values())
    if places["declined"] >= 0 and 0 <= best - places["declined"] <= 12:
        return "declined"  # "will not take"
    if best < 0:
        return "past" if _QUANTITY.search(text) else None
    if (
        places["past"] >= 0
        and 0 <= places["current"] - places["past"] <= 10
        and re.match(r"had been\b", text[places["past"] :], re.I)
    ):
        return "past"
    # "was referred to", "was started on": the longer past form starts ahead of the planned word inside it.
    if (
        places["past"] >= 0
        and 0 <= places["planned"] - places["past"] <= 12
        and re.match(r"(?:was|were|been|has|had|have)\b", text[places["past"] :], re.I)
    ):
        return "past"
    if (
        places["current"] >= 0
        and 0 <= places["planned"] - places["current"] <= 14
        and _CONTINUE.match(text[places["current"] :])
    ):
        return "current"
    if places["declined"] >= 0 and 0 <= places["planned"] - places["declined"] <= 30:
        return "declined"  # "does not wish to try"
    return next(name for name in ("declined", "past", "current", "planned") if places[name] == best)


def _after_status(text: str) -> str | None:
    """The status that the first cue behind the mention gives."""
    c = cues()
    if c.search("declined.after", text):
        return "declined"
    places = {name: c.first(f"{name}.after", text) for name in ("past", "current", "planned")}
    known = {k: v for k, v in places.items() if v >= 0}
    return min(known, key=lambda k: known[k]) if known else None


@dataclass(frozen=True, slots=True)
class _View:
    """What bears on the status of one therapy: the words ahead and behind, and what they say."""

    section: str
    ahead: str
    after: str
    shared: str
    before: str | None
    behind: str | None
    #: A drug given for days ("steroid pack"): current only where it is being taken.
    short_course: bool = False

    @property
    def stopped(self) -> bool:
        """Whether the words behind say that it was stopped, and none ahead that it goes on."""
        return _STOPPED.search(self.after) is not None and not _CONTINUE.search(self.ahead[-40:])

    @property
    def stated(self) -> bool:
        """Whether an outcome is told."""
        return any(outcome_in(t) for t in (self.after, self.shared, self.ahead[-110:]))


def _view(statement: Statement, index: int) -> _View:
    section = section_of(statement.mentions[index])
    ahead = statement.before + (statement.own_before[index] if index else "")
    if section == "medications":  # a list: what is said of the drug before it is not said of this one
        ahead = re.split(r"[,;]", ahead)[-1]
    after = statement.own_after[index]
    shared = statement.after if index + 1 < len(statement.mentions) else ""
    if _OF_LAST.match(shared):
        shared = ""
    behind = _after_status(after) or (_after_status(shared) if shared else None)
    return _View(
        section,
        ahead,
        after,
        shared,
        _before_status(ahead),
        behind,
        statement.mentions[index].label == "oral_steroid",
    )


def status_of(
    statement: Statement, index: int, drug: bool, length: Amounts, as_of: dt.date | None
) -> tuple[str, str]:
    """Status and how it was found.

    Dates, refusals and set phrases first; then the nearest verb ahead, save that a stop behind it wins; then the
    tense of what is said behind; then directions for use, the lead-in, and the section.
    """
    mention = statement.mentions[index]
    view = _view(statement, index)
    found = _settled(mention, view, length, as_of) or _by_verb(view)
    if found is not None:
        return found
    has_length = length.weeks is not None or length.sessions is not None
    if statement.row is not None and statement.row.form and view.section != "plan":
        return ("current" if _STILL.search(view.after) else "past"), "status<-answer"
    if view.stopped:
        return "past", "status<-stopped"
    if view.behind is not None and not (view.behind == "planned" and view.section == "medications"):
        over = view.section == "treatment_history" and not drug and has_length
        if view.behind == "current" and over and not _ONGOING.search(view.after):
            return "past", "status<-length"
        return view.behind, "status<-tense"
    if _GOES_ON.search(view.after) and not view.stopped:
        return "current", "status<-goes_on"
    status, how = _fallback(statement, mention, drug, has_length, view.stated)
    if status == "current" and view.short_course and not _TAKING.search(view.ahead[-60:]):
        return "past", "status<-short_course"
    return status, how


def _settled(mention: Mention, view: _View, length: Amounts, as_of: dt.date | None) -> tuple[str, str] | None:
    """What dates, refusals and set phrases settle whatever the verbs say."""
    today = as_of.isoformat() if as_of else None
    # A note without a date of its own is dated by the first date in it, which may be the course's own start.
    ended = length.end is not None and not (today and str(length.start) < today < length.end)
    if ended and view.before not in ("declined", "planned") and not _ONGOING.search(view.after):
        return "past", "status<-dates"
    if _PLANNED_WORDS.match(mention.text) or _PLANNED_PHRASE.search(view.ahead):
        return "planned", "status<-verb"
    if mention.sentence.section.title in ("rx", "prescriptions") and re.search(r"#\s?\d{1,3}\b", view.after):
        return "planned", "status<-dispensed"
    if _STARTED.match(view.after) and not cues().search("past.after", view.after):
        return "current", "status<-started"
    if _BEGUN_AGO.match(view.after) and _ONGOING.search(view.after) and not view.stopped:
        return "current", "status<-started"
    if view.section in ("plan", "assessment") and _TO_STOP.search(view.ahead[-40:]):
        return "current", "status<-to_be_stopped"
    if "declined" in (view.before, view.behind):
        return "declined", "status<-refusal"
    if view.section == "allergies":
        return "past", "status<-intolerance"
    return None


def _by_verb(view: _View) -> tuple[str, str] | None:
    """What the nearest verb ahead says, corrected by the tense of what follows."""
    if view.before == "past":
        if view.behind != "past" and not view.stopped and _STARTED_ON.search(view.ahead):
            return "current", "status<-started"
        present = _ONGOING.search(view.after) or _PRESENT.search(view.after)
        if view.behind == "current" and present and not view.stopped:
            return "current", "status<-present_tense"
        if _USED.search(view.ahead) and _REGULAR.match(view.after) and not view.stopped:
            return "current", "status<-regular_use"
        return "past", "status<-verb"
    if view.before == "current":
        ended = view.behind == "past" and _ENDED.search(view.after) and not _CONTINUE.search(view.ahead)
        if ended or (view.short_course and not _TAKING.search(view.ahead[-60:])):
            return "past", "status<-stopped"
        return "current", "status<-verb"
    if view.before == "planned":
        told = view.section not in ("plan", "assessment") and view.behind in ("past", "current")
        if told and view.behind and not _INTENT.search(view.ahead[-60:]):
            return view.behind, "status<-tense"
        return "planned", "status<-verb"
    return None


def _gave_nothing(statement: Statement, mention: Mention) -> bool:
    """Whether a drug is told to have failed or been ill borne, with no word of the present ("bid - not helpful")."""
    after = statement.own_after[statement.mentions.index(mention)]
    return outcome_in(after) in ("failed", "not_tolerated") and not _PRESENT_WORDS.search(after)


def _eased(statement: Statement, mention: Mention) -> bool:
    """Whether the drug is said to do some good: such a drug goes on unless something says otherwise."""
    places = (
        statement.own_after[statement.mentions.index(mention)],
        statement.after,
        statement.before[-110:],
    )
    return next((o for o in map(outcome_in, places) if o), None) in ("partial", "effective")


def _fallback(
    statement: Statement, mention: Mention, drug: bool, has_length: bool, stated: bool
) -> tuple[str, str]:
    section = section_of(mention)
    if CHECKED.search(statement.own_before[statement.mentions.index(mention)]) and section != "plan":
        return "past", "status<-box"
    if mention.entry.attributes.get("class") == "generic" and section != "plan":
        return ("current" if section == "medications" else "past"), "status<-default"
    if (
        drug
        and not has_length
        and section not in ("plan", "assessment")
        and cues().search("sig.any", statement.own_after[statement.mentions.index(mention)])
        and not (section != "medications" and _gave_nothing(statement, mention))
        and not _BEFOREHAND.search(f"{mention.sentence.section.title} {statement.head} {statement.lead}")
    ):
        return "current", "status<-directions"
    for text, how in (
        (statement.head, "head"),
        (statement.lead[-90:] if section != "plan" else "", "lead_in"),
    ):
        found = _before_status(text + " ") if text else None
        if found and found != "declined":
            return found, f"status<-{how}"
    if section == "medications":
        return "current", "status<-section"
    if section == "plan":
        return "planned", "status<-section"
    text = statement.text
    if mention.label in _SELF_CARE and _HAS_ONE.search(statement.before):
        return "current", "status<-owns"
    if mention.label == "oral_steroid":
        return "past", "status<-short_course"
    if drug and _gave_nothing(statement, mention):
        return "past", "status<-gave_nothing"
    sig = bool((drug or mention.label in _SELF_CARE) and cues().search("sig.any", text))
    if section == "assessment":
        return ("planned" if sig or not drug else "past"), "status<-section"
    if sig and not has_length:
        return "current", "status<-directions"
    alone = drug and all(
        m.entry.attributes.get("class") == "drug" and m.entry.attributes.get("generic") != "true"
        for m in statement.mentions
    )
    if (
        alone
        and not has_length
        and (not stated or (_eased(statement, mention) and not CHECKED.search(statement.before)))
        and not _BEFOREHAND.search(f"{mention.sentence.section.title} {statement.head} {statement.lead}")
    ):
        return "current", "status<-bare_drug"
    if mention.has("planned") or mention.has("hypothetical"):
        return "planned", "status<-context"
    return "past", "status<-default"
