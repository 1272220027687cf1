"""Status of a therapy: past, current, planned, declined, or none at all."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from extractors.note import Mention
from extractors.therapies.absence import CHECKED
from extractors.therapies.amounts import Amounts
from extractors.therapies.cues import cues
from extractors.therapies.habit import SELF_CARE, is_habit, is_own, is_regular
from extractors.therapies.outcome_words import outcome_in
from extractors.therapies.statement import Statement
from extractors.therapies.verbs import CONTINUE, OF_LAST, after_status, before_status, is_over
from extractors.therapies.without_verb import is_poor, without_verb

_ONGOING = re.compile(
    r"\b(?:still|ongoing|at present|currently|presently|to date|continu\w+|now(?! (?:off|stopped|done|over|finished|completed?|ended|discharged)))\b",
    re.IGNORECASE,
)
_BEGUN_AGO = re.compile(r"^[^.;]{0,24}\b(?:started|begun|commenced)\b[^.;]{0,24}\bago\b", re.IGNORECASE)
_GOES_ON = re.compile(
    r"\b(?:remains in (?:treatment|therapy|care|PT)|still (?:attending|going|in|doing|taking|using|on|goes|does|takes|uses|wears)|(?:is|are|it)(?: is|'s)? ?(?:n't| not)(?: yet)? (?:done|finished|complete|over))\b",
    re.IGNORECASE,
)
#: What makes an answer of a form one about today.
_STILL = re.compile(
    r"\b(?:still|ongoing|at present|currently|current|present|presently|now|daily|to date|continu\w+|every day)\b",
    re.IGNORECASE,
)
_STOPPED = re.compile(
    r"(?<!never )(?<!not )\b(?:stopped|quit|discontinued|gave (?:it |them )?up|abandoned|(?:is|are|was|now|been) off(?= |[.,;)]|$)|(?<!and )off since|(?<!and )off for (?:\w+ )?(?:weeks|months|years)|insurance (?:dropped|stopped|denied|no longer|would not|will not)|off (?:it|them) (?:now|after|since|because)|run out|no longer (?:takes?|taking|uses?|using|on|does|doing)|had to stop|came off|taken off|took (?:it|them) off|weaned off|d/c'd|ceased|left off|put away|no longer (?:needed|necessary|worn|taken|used)|not (?:currently |presently )?(?:using|taking|wearing|doing)(?: it| them| any)?(?: now| any ?more| currently)?)\b",
    re.IGNORECASE,
)
_STARTED_ON = re.compile(
    r"(?:\b(?:was|were|been|he|she|patient|pt) |^\W*)(?:recently |just )?(?:started|placed) on [^.;]{0,20}$",
    re.IGNORECASE,
)
#: An order to stop: the patient is still on it.
_TO_STOP = re.compile(
    r"(?:^|[.;:,-] ?|\band |\bwill |\bto )(?:stop|discontinue|d/c|DC|hold|wean(?: off)?|taper(?: off)?|come off) (?:the |his |her |off )*$",
    re.I,
)
_REGULAR = re.compile(
    r"^[^.;,]{0,12}\b(?:regularly|daily|nightly|every (?:day|morning|night|evening))\b(?! (?:for|x|until|in))",
    re.I,
)
_TAKING = re.compile(r"\b(?:taking|takes|on|currently|continu\w+|cont)\b", re.IGNORECASE)
_PRESENT = re.compile(
    r"\bwhich (?:he|she|they) (?:does|uses|takes|wears|finds)\b|\bhelps\b|\bmakes\b|\btakes\b|\b(?:weeks?|wks?|months?|mos?|years?|yrs?) (?:now|so far)\b|\bmost (?:days|mornings|evenings|nights)\b|\b(?:does|wears|uses) (?:it|them|one)\b",
    re.IGNORECASE,
)
_ENDED = re.compile(r"\b(?:stopped|discontinued|quit|no longer|d/c)\b", re.IGNORECASE)
_INTENT = re.compile(r"\b(?:will|would|should|recommend\w*|suggest\w*|plan)\b", re.IGNORECASE)
_PLANNED_PHRASE = re.compile(
    r"\bwill have continued\b|\bwill (?:demonstrate|be independent)\b|\b(?:year[- ]old|y/?o)\b[^.]{0,50}\breferred to $",
    re.IGNORECASE,
)
#: "Tylenol, TENS same": in a plan, things that go on.
_SAME = re.compile(
    r"^[^.;]{0,40}?(?:\bunchanged|\b(?:the )?same|\bas is|\bas (?:before|now))(?=\s*(?:$|[.;,)]))", re.I
)
#: "Medrol pack now": in a plan, things that begin.
_NOW = re.compile(
    r"^[^.;]{0,30}?\b(?:now|stat|(?:started|begun|initiated|added|given|prescribed|new) today)(?=\s*(?:$|[.;,]))",
    re.I,
)
_HANDED_OUT = re.compile(
    r"\b(?:given|gave|taught|shown|showed|provided|instructed|reviewed|dispensed|issued|prescribed|started|ordered|fitted)\b[^.;]{0,30}$",
    re.I,
)
_THIS_DAY = re.compile(r"^[^.;]{0,40}?\btoday\b", re.I)
_FROM_TODAY = re.compile(r"^[^.;]{0,40}?\b(?:from|since|as of) today\b", re.I)
#: "for the past five months he has ...": it goes on.
_TO_NOW = re.compile(
    r"\b(?:for|over|x|during|these)\s(?:the\s)?(?:past|last)\s(?:\w+\s){0,3}?(?:days?|weeks?|wks?|months?|mos?|years?|yrs?)\b",
    re.I,
)
#: "Ran out last week; requests a refill."
_REFILL = re.compile(
    r"\b(?:ran|run|running|is|out)\b[^.]{0,40}\b(?:requests?|wants?|needs?|asks?|asking|would like|due)\b[^.]{0,20}\brefill",
    re.I,
)
#: "D/C to an independent home program": in a plan, what begins.
_HANDED_ON = re.compile(
    r"\b(?:d/c'?d?|discharged?|transition\w*|graduat\w*|progress\w*|advanc\w*) (?:in)?to (?:an? |his |her )?(?:\w+ )?$",
    re.I,
)
#: "If no better in two weeks, try a TENS unit": an order on a condition.
_IF = re.compile(
    r"^\W*(?:\d+[.)]\W*)?(?:plan:? ?)?(?:if|should|unless)\b[^.;]{0,80}(?:,| then\b| try\b| start\b| consider\b)",
    re.I,
)
#: "has been taken since last summer": it goes on.
_TAKEN_SINCE = re.compile(
    r"^[^.;]{0,30}\b(?:has|have) been (?:taken|used|worn|done|continued|given|prescribed)\b[^.;,]{0,24}\b(?:since|ever|daily|nightly|throughout)\b(?! (?:stopp|off))",
    re.I,
)
#: "continued a home program until the fall": it was over then.
_WENT_ON_UNTIL = re.compile(
    r"^[^.;]{0,24}\b(?:until|till|up to|through) (?:(?:the|last|early|late|mid|about|around|that|his|her) ?)*(?:spring|summer|fall|autumn|winter|surgery|operation|(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]*|(?:19|20)\d\d|month|year)\b",
    re.I,
)
#: In a plan a rate is how often it is to be: "Stabilisation class 1x/wk, 8 wks."
_RATE = re.compile(
    r"^[\s,:-]{0,4}(?:weekly|biweekly|monthly|(?:once|twice|\dx?) (?:a|per) (?:week|month)|\d ?(?:x|times) ?/? ?(?:a |per )?(?:wk|week|mo|month))\b",
    re.I,
)
_CONTINUED = re.compile(r"\b(?:continued|kept up|went on with|carried on with|kept on)\b[^.;]{0,40}$", re.I)
_DISPENSED = re.compile(r"#\s?\d{1,3}\b|\b(?:disp(?:ense)?|refills?|qty|quantity)\b", re.I)
_INFINITIVE = re.compile(r"^\W*(?:and |or |to |then )?(?:take|use|wear|do|keep up|apply)\b[^.;]{0,40}$", re.I)
#: "is being tapered off": still taken.
_TAPERED = re.compile(r"\b(?:is|are) being (?:\w+ )?(?:tapered|weaned|titrated|reduced|increased)\b", re.I)
_TODAY = re.compile(r"^[^.;]{0,60}?\b(?:started|start|begun|initiated|added|prescribed|new) today\b", re.I)
_USED = re.compile(
    r"\bha(?:s|ve) (?:been )?(?:used|using|taken|taking|worn|wearing|done|doing) (?:\w+ ){0,2}$", re.I
)
_PLANNED_WORDS = re.compile(r"^(?:should|to avoid|must|will|advised|told|instructed|not to)\b", re.IGNORECASE)
_STARTED = re.compile(
    r"^\W{0,4}(?:just |recently )?(?:started|began|in progress|ongoing|underway)\b(?![^.;]{0,12}\btoday\b)",
    re.IGNORECASE,
)


def is_drug(mention: Mention) -> bool:
    """Whether the mention names a drug or a class of drugs."""
    return mention.entry.attributes.get("class", "drug") == "drug"


@dataclass(frozen=True, slots=True)
class _View:
    """What bears on the status of one therapy: the words ahead and behind, and what they say."""

    section: str
    ahead: str
    #: The words ahead without the mention's own.
    lead_up: str
    after: str
    shared: str
    before: str | None
    behind: str | None
    #: Something a patient goes on with alone, told with a stretch that reaches the present.
    own: bool = False
    drug: bool = True
    #: A bare infinitive behind an advice: "I suggested that she restart PT and take naproxen".
    advised: bool = False
    to_now: bool = False
    #: A drug given for days ("steroid pack"): current only where it is being taken.
    short_course: bool = False

    @property
    def stopped(self) -> bool:
        """Whether the words behind say that it was stopped, and none ahead that it goes on."""
        return _STOPPED.search(self.after) is not None and not CONTINUE.search(self.ahead[-40:])

    @property
    def over(self) -> bool:
        """Whether the words behind say that its time is over ("for a while"), and none that it goes on or is ahead."""
        ahead = self.section == "plan" or self.before in ("planned", "declined")
        return is_over(self.after) and not (ahead or _ONGOING.search(self.after))

    @property
    def stated(self) -> bool:
        """Whether an outcome is told."""
        return any(outcome_in(t) for t in (self.after, self.shared, self.ahead[-110:]))


def _view(statement: Statement, index: int) -> _View:
    section = statement.places[index].kind
    ahead = statement.before + (statement.own_before[index] if index else "")
    if section == "medications":  # a list: what is said of the drug before it is not said of this one
        ahead = re.split(r"[,;]", ahead)[-1]
    after = statement.own_after[index]
    lead_up = ahead
    if before_status(statement.mentions[index].text) is not None:
        ahead += statement.mentions[index].text  # the verb is its own: "uses heat", "did therapy"
    shared = statement.after if index + 1 < len(statement.mentions) else ""
    last = statement.mentions[-1]
    of_drug = is_drug(last) and not is_drug(statement.mentions[index])
    if OF_LAST.match(shared) or (of_drug and _STOPPED.match(shared.lstrip())):
        shared = ""
    behind = after_status(after) or (after_status(shared) if shared else None)
    return _View(
        section,
        ahead,
        lead_up,
        after,
        shared,
        before_status(ahead),
        behind,
        own=statement.mentions[index].label in SELF_CARE,
        drug=is_drug(statement.mentions[index]),
        advised=_INFINITIVE.search(ahead) is not None and before_status(statement.head) == "planned",
        to_now=_TO_NOW.search(statement.text) is not None,
        short_course=statement.mentions[index].label == "oral_steroid",
    )


def status_of(
    statement: Statement, index: int, drug: bool, length: Amounts, as_of: dt.date | None
) -> tuple[str, str]:
    """Status and how it was found.

    Dates, refusals and set phrases first; then the nearest verb ahead, save that a stop behind it wins; then the
    tense of what is said behind; then directions for use, the lead-in, and the section.
    """
    view = _view(statement, index)
    found = _settled(statement, index, view, length, as_of) or _by_verb(view)
    if found is not None:
        return found
    has_length = length.weeks is not None or length.sessions is not None
    use = _by_use(statement, index, view, drug, has_length)
    if use is not None:
        return use
    if statement.row is not None and statement.row.form and view.section != "plan":
        return ("current" if _STILL.search(view.after) else "past"), "status<-answer"
    if view.stopped:
        return "past", "status<-stopped"
    if view.behind is not None and not (view.behind == "planned" and view.section == "medications"):
        over = view.section == "treatment_history" and not drug and has_length
        ordered = view.behind == "current" and view.section in ("plan", "assessment")
        told = cues().search("planned.after", view.after) or (
            not (drug or view.own) and _RATE.match(view.after)
        )
        if ordered and told and not CONTINUE.search(view.after) and not _ONGOING.search(view.after):
            return "planned", "status<-ordered"  # "Massage twice a month suggested": how often it is to be
        if view.behind == "current" and over and not _ONGOING.search(view.after):
            return "past", "status<-length"
        return view.behind, "status<-tense"
    if _GOES_ON.search(view.after) and not view.stopped:
        return "current", "status<-goes_on"
    status, how = without_verb(statement, index, drug, has_length, view.stated)
    if status == "current" and view.short_course and not _TAKING.search(view.ahead[-60:]):
        return "past", "status<-short_course"
    return status, how


def _by_use(
    statement: Statement, index: int, view: _View, drug: bool, has_length: bool
) -> tuple[str, str] | None:
    """What the way of use says: how often, where, whose; a device or exercise without a verb is in use."""
    label = statement.mentions[index].label
    in_plan = view.section in ("plan", "assessment")
    if in_plan and (_SAME.match(view.after) or _SAME.match(view.shared)):
        return "current", "status<-same"
    if in_plan and _NOW.match(view.after):
        return "planned", "status<-now"
    if view.stopped or view.behind in ("planned", "declined") or in_plan:
        return None
    own = label in SELF_CARE
    if own and _TO_NOW.search(statement.sentence.text):
        return "current", "status<-to_now"
    if (
        not drug
        and is_habit(view.after, own)
        and (own or ((view.to_now or not has_length) and view.behind != "past"))
    ):
        return "current", "status<-habit"
    answered = statement.row is not None or CHECKED.search(statement.own_before[index])
    if own and answered and (label == "home_exercise" or not is_poor(statement, index)):
        return "current", "status<-self_care"
    tried = is_regular(view.lead_up) and before_status(statement.head) == "past"
    if drug and view.before is None and view.behind != "past" and is_own(view.lead_up) and not tried:
        return "current", "status<-own"
    return None


def _settled(
    statement: Statement, index: int, view: _View, length: Amounts, as_of: dt.date | None
) -> tuple[str, str] | None:
    """What dates, refusals and set phrases settle whatever the verbs say."""
    mention = statement.mentions[index]
    today = as_of.isoformat() if as_of else None
    # A note without a date of its own is dated by the first date in it, which may be the course's own start.
    ended = length.end is not None and not (today and str(length.start) < today < length.end)
    if ended and view.before not in ("declined", "planned") and not _ONGOING.search(view.after):
        return "past", "status<-dates"
    if _PLANNED_WORDS.match(mention.text) or _PLANNED_PHRASE.search(
        view.lead_up if index or statement.before else statement.head
    ):
        return "planned", "status<-verb"
    if statement.places[index].title in ("rx", "prescriptions") and _DISPENSED.search(view.after):
        return "planned", "status<-dispensed"
    if _STARTED.match(view.after) and not cues().search("past.after", view.after):
        return "current", "status<-started"
    if _BEGUN_AGO.match(view.after) and _ONGOING.search(view.after) and not view.stopped:
        return "current", "status<-started"
    if view.section in ("plan", "assessment") and _TO_STOP.search(view.lead_up[-40:]):
        return "current", "status<-to_be_stopped"
    if "declined" in (view.before, view.behind):
        return "declined", "status<-refusal"
    spanned = _by_span(view)
    if spanned is not None:
        return spanned
    if view.section == "allergies":
        return "past", "status<-intolerance"
    if _TAPERED.search(view.after) or _TAPERED.search(view.shared):
        return "current", "status<-tapered"
    if view.section == "instructions":
        return "planned", "status<-section"
    if view.section == "stopped" or view.over:
        return "past", "status<-stopped"
    if _REFILL.search(view.after):
        return "current", "status<-refill"
    if _TODAY.match(view.after) or (_HANDED_OUT.search(view.lead_up) and _THIS_DAY.match(view.after)):
        return "planned", "status<-today"
    return None


def _by_span(view: _View) -> tuple[str, str] | None:
    """What a condition ahead, or the span behind ("since last summer", "until the fall"), settles."""
    if view.section == "plan" and _IF.search(view.lead_up) and not CONTINUE.search(view.lead_up):
        return "planned", "status<-condition"
    if _FROM_TODAY.match(view.after) and not view.stopped:
        return "current", "status<-started"
    if _TAKEN_SINCE.match(view.after) and not view.stopped:
        return "current", "status<-taken_since"
    if view.section != "plan" and _CONTINUED.search(view.lead_up) and _WENT_ON_UNTIL.match(view.after):
        return "past", "status<-until"
    return None


def _by_verb(view: _View) -> tuple[str, str] | None:
    """What the nearest verb ahead says, corrected by the tense of what follows."""
    if view.before == "past" and view.behind == "planned" and view.section == "plan":
        return "planned", "status<-tense"
    if view.before == "past":
        if view.own and view.to_now and not view.stopped:
            return "current", "status<-to_now"
        lately = view.behind != "past" or re.search(r"\b(?:ago|yet)\b", view.after) is not None
        if view.drug and lately and not view.stopped and _STARTED_ON.search(view.lead_up):
            return "current", "status<-started"
        present = _ONGOING.search(view.after) or _PRESENT.search(view.after)
        if view.behind == "current" and present and not view.stopped:
            return "current", "status<-present_tense"
        if _USED.search(view.lead_up) and _REGULAR.match(view.after) and not view.stopped:
            return "current", "status<-regular_use"
        return "past", "status<-verb"
    if view.section == "plan" and _HANDED_ON.search(view.lead_up):
        return "planned", "status<-handed_on"
    if view.before == "current" and view.advised:
        return "planned", "status<-advised"
    if view.before == "current":
        ended = view.behind == "past" and _ENDED.search(view.after) and not CONTINUE.search(view.ahead)
        if ended or (view.short_course and not _TAKING.search(view.ahead[-60:])):
            return "past", "status<-stopped"
        return "current", "status<-verb"
    if view.before == "planned" and is_regular(view.lead_up):
        return "current", "status<-regular_use"
    if view.before == "planned":
        told = view.section not in ("plan", "assessment") and view.behind in ("past", "current")
        if told and view.behind and not _INTENT.search(view.ahead[-60:]):
            return view.behind, "status<-tense"
        return "planned", "status<-verb"
    return None
