"""Status of an operation phrase: past, performed, planned, declined, denied, or nothing at all."""

from __future__ import annotations

import re
from collections.abc import Callable

from extractors.document import is_procedure_note, note_date
from extractors.note import Note, Sentence
from extractors.refusals import answered_next, payer_quoted
from extractors.stay import in_stay, stay
from extractors.surgeries import answers, context
from extractors.surgeries.corrections import corrected
from extractors.surgeries.cues import load_cues
from extractors.surgeries.denial import denied
from extractors.surgeries.phrases import Phrase
from extractors.surgeries.refusal import declined
from extractors.surgeries.view import NOTHING, Decision, View

CUES = load_cues(__file__)
#: Labels that prove an operation of the past by their very name.
_PROOFS = frozenset({"hardware", "fusion_status", "postlami", "fbss"})


#: "Post-fusion imaging" names a test; whether there was a fusion is said elsewhere.
_POSTFUSION = re.compile(r"\bpost-?\s?$", re.IGNORECASE)
_TEST = re.compile(
    r"\s*(?:imaging|films?|x-?rays?|radiograph\w*|MRI|CT|studies|study|scans?|evaluation)\b", re.IGNORECASE
)
#: "Not a fusion in my book." says what another operation was not.
_NO_FUSION = re.compile(
    r"\W*(?:(?:it|this|that) (?:is|was) )?not (?:a|really a|technically a|strictly a|considered a|counted as a)\s$",
    re.IGNORECASE,
)
#: An operation of a list that is denied as a whole ("no fusion, no laminectomy").
_NEGATED = re.compile(r"\b(?:no|nor|or|denies|without)\s$", re.IGNORECASE)
#: An operation that is still to come, or the service that would do it.
_COMING = re.compile(r"\b(?:urgent|emergent|emergency|elective|stat|same[- ]day)\s(?:\w+\s)?$", re.IGNORECASE)

_DATE_BEHIND = re.compile(r"[\s\d/.,-]+$")
_PARAGRAPH = re.compile(r"\n[ \t]*\r?\n")
_NUMBERED = re.compile(r"\W{0,3}\d{1,2}[.)]")
#: Options of a form: a name behind an empty box is not asked for.
_EMPTY_BOX = re.compile(r"(?:\[\s?\]|\(\s\)|☐|□)\s*(?:\w+\s){0,2}$")
#: Words that count the operations of a plan as well as those of a history.
_ORDINAL = re.compile(r"^(?:first|second|third|multiple|several|initial|original)\b", re.IGNORECASE)

_HAD = re.compile(
    r"\b(?:she|he|patient|pt|they) (?:had|has had|underwent|received|got)\b[^.;]{0,30}$", re.IGNORECASE
)
#: A year alone dates what was, not today's operation.
_BARE_YEAR = re.compile(
    r"^,?\s?(?:(?!on\b)[a-z]+\s){0,2}\(?(?:19[5-9]\d|20[0-4]\d)\b(?![-/])|(?<![-/\d.])\b(?:19[5-9]\d|20[0-4]\d)$"
)
#: A line of a history closes with its year: "Fusion: C5-6 ACDF, 2017".
_ENDS_IN_YEAR = re.compile(r"[A-Za-z\d][,;]? \(?(?:19|20)\d\d\)?\W*$")


def is_title(sentence: Sentence, note: Note | None = None) -> bool:
    """Whether the sentence stands under a heading that names the operation of this note.

    With the note: only in the first paragraph under it, or in a list that goes on.
    """
    if CUES["title"].match(_DATE_BEHIND.sub("", sentence.section.title).strip()) is None:
        return False
    if note is None:
        return True
    between = note.text[sentence.section.body : sentence.start].lstrip()
    return _PARAGRAPH.search(between) is None or _NUMBERED.match(sentence.text) is not None


def decide(note: Note, p: Phrase) -> tuple[str, str] | None:
    """Status of a phrase and the step that gave it, or None where the phrase asserts nothing.

    The steps are asked in the order of ``STEPS``; the first that has an answer decides.
    """
    view = View.of(note, p)
    for step in STEPS:
        found = step(view)
        if found is not None:
            return found if found[0] else None
    return ("past", "status:past<-default")


def _not_the_patient(v: View) -> Decision:
    """Relatives, consent and instruction sections."""
    return (
        NOTHING
        if v.section in context.NOT_ASSERTED or context.others(v.sentence, v.p.start, v.p.end)
        else None
    )


def _form(v: View) -> Decision:
    """A phrase that denies by itself, or the answer to a form's question."""
    if "nothing" in v.p.labels:
        return NOTHING if v.policy else ("denied", "status:denied<-phrase")
    if _EMPTY_BOX.search(v.sentence.text[: v.p.start]) and "nothing" not in v.p.labels:
        return NOTHING
    if "fusion" in v.p.labels and _POSTFUSION.search(v.left) and _TEST.match(v.right):
        return NOTHING
    box = answers.checkbox(v.note, v.sentence.span(v.p.start, v.p.end).end)
    if box is None or (box and v.generic):
        return None
    if v.policy and "?" not in v.clause:
        return NOTHING
    return ("past", "status:past<-checkbox") if box else ("denied", "status:denied<-checkbox")


def _question(v: View) -> Decision:
    """Asked whether there was one, and no answer stands behind it."""
    if answers.unanswered(v.note, v.sentence.span(v.p.start, v.p.end).end):
        return NOTHING
    text = v.sentence.text.rstrip()
    return (
        NOTHING
        if text.endswith("?") and CUES["asks_whether"].match(text) and not v.p.levels and not v.p.years
        else None
    )


def _other_than(v: View) -> Decision:
    """What another operation of the same sentence is said not to be: "(not a fusion)", "rather than a fusion"."""
    if "fusion" in v.p.labels and CUES["non"].search(v.left):
        return NOTHING
    if v.p.labels <= {"fusion"} and _NO_FUSION.match(v.sentence.text[: v.p.start]):
        return NOTHING
    if not v.p.labels <= {"fusion", "hardware"} or not CUES["not_a"].search(
        v.sentence.text[: v.p.start][-60:]
    ):
        return None
    others = [
        m
        for m in v.sentence.mentions
        if m.family == "surgeries"
        and m not in v.p.mentions
        and m.label not in {"generic", "spine_op", "hardware", "nothing"}
        and not _NEGATED.search(v.sentence.text[: m.start])
    ]
    return NOTHING if others and not CUES["had_no"].search(v.left) else None


def _reference(v: View) -> Decision:
    """A place beside an operation presupposes it ("above the fusion", "a fused level"); in terms of coverage, nothing."""
    if v.p.kind != "fusion" or v.p.years or not CUES["located"].search(v.sentence.text[: v.p.start][-60:]):
        return None
    after = v.sentence.text[v.p.end :]
    if not (
        CUES["adjective"].match(v.sentence.text[v.p.start : v.p.end]) and CUES["of_level"].match(after)
    ) and not CUES["beside"].search(v.left):
        return None
    if v.policy or (
        not v.p.levels and CUES["indefinite"].search(v.left) and CUES["coverage"].search(v.sentence.text)
    ):
        return NOTHING
    return ("past", "status:past<-reference")


def _denial(v: View) -> Decision:
    found = denied(v)
    if found is not None and (v.policy or re.match(r"^[^.]{0,30}\bif\b", v.left, re.IGNORECASE)):
        return NOTHING
    return found


def _refusal(v: View) -> Decision:
    found = declined(v)
    quoted = payer_quoted(v.sentence.text[: v.p.start]) and not v.p.years
    return NOTHING if found is not None and (v.policy or v.at_risk or quoted) else found


def _title(v: View) -> Decision:
    """Named under the operation's title, and not as an earlier one."""
    told = (
        CUES["imaging_words"].search(v.left)
        or _BARE_YEAR.match(v.right)
        or _BARE_YEAR.search(v.sentence.text[v.p.start : v.p.end])
    )
    told = told or _HAD.search(v.left) or _years_before(v) or _ENDS_IN_YEAR.search(v.sentence.text)
    if is_title(v.sentence, v.note) and not v.generic and not told and not CUES["earlier"].search(v.left):
        return ("performed", "status:performed<-title")
    return None


def _years_before(v: View) -> bool:
    """Whether the phrase is dated, and every date lies in a year before the note's."""
    today = note_date(v.note)
    return today is not None and bool(v.p.years) and max(v.p.years) < today.year


def _stay(v: View) -> Decision:
    """Done on a day of the stay that a discharge summary tells of."""
    if v.p.weak or v.generic or v.hypothetical or stay(v.note) is None:
        return None
    line = v.sentence.text[max(0, v.p.start - 60) : v.p.end + 70]
    if is_title(v.sentence, v.note):
        line = v.sentence.section.title + " | " + line
    return ("performed", "status:performed<-stay") if in_stay(v.note, line) else None


def _generic(v: View) -> Decision:
    """A bare "surgery": only a dated plan says something (about the operation named elsewhere)."""
    if not v.generic:
        return None
    dated = v.p.years and CUES["dated_plan"].search(v.left)
    return ("planned", "status:planned<-dated") if dated else NOTHING


def _not_meant(v: View) -> Decision:
    """Policy text, risks, and what was never offered."""
    if v.policy and not CUES["own_history"].search(v.left):
        return NOTHING
    if payer_quoted(v.sentence.text[: v.p.start]) and not v.p.years:
        return NOTHING
    if CUES["asked_about"].search(v.left):
        return ("declined", "status:declined<-answer") if _refused_below(v) else NOTHING
    return NOTHING if v.at_risk or CUES["never_offered"].search(v.clause) else None


def _refused_below(v: View) -> bool:
    """Whether one of the next two sentences refuses "it" and names no operation of its own."""
    for s in v.note.sentences[v.sentence.index + 1 : v.sentence.index + 3]:
        own = any(m.family == "surgeries" and m.label not in {"generic", "implant_part"} for m in s.mentions)
        told = CUES["declined"].search(s.text) and CUES["it_refused"].search(s.text)
        if not own and (told or answered_next(s.text)):
            return True
    return False


def _surgical_history(v: View) -> Decision:
    if v.section == "past_surgical" and not CUES["firm"].search(v.left):
        return ("past", "status:past<-section")
    return ("past", "status:past<-named as cause") if CUES["cause"].search(v.left) else None


def _plan(v: View) -> Decision:
    if v.p.years:
        firm = CUES["firm"].search(v.left) and not CUES["underwent"].search(v.left)
        if CUES["set_for"].match(v.right) or (firm and _planned(v)):
            return ("planned", "status:planned<-cue")
        return None
    if not _planned(v) or (_past(v) and CUES["underwent"].search(v.left)):
        return None
    if v.p.labels <= _PROOFS - {"hardware"}:
        return None
    if CUES["condition_after"].match(v.right) and not CUES["set_up"].search(v.left):
        return NOTHING
    if (v.hypothetical and not CUES["firm"].search(v.left)) or v.p.weak or CUES["referral"].search(v.clause):
        return NOTHING
    return ("planned", "status:planned<-cue")


def _history(v: View) -> Decision:
    if not _past(v) or _only_counted(v):
        return None
    if v.hypothetical and not v.p.years:
        return NOTHING
    strong = v.p.years or CUES["history"].search(v.left) or v.p.labels & (_PROOFS - {"hardware"})
    return ("past", "status:past<-cue" if strong else "status:past<-weak cue")


def _only_counted(v: View) -> bool:
    """In a plan, "second trial" or "first stage" counts what is to come."""
    if v.section != "plan" and not _under_plan(v):
        return False
    if (
        v.p.years
        or v.p.labels <= _PROOFS
        or CUES["history"].search(v.left)
        or CUES["past_right"].search(v.right)
    ):
        return False
    m = CUES["past_left"].search(v.left[-90:])
    return m is not None and _ORDINAL.match(m.group()) is not None


def _leftover(v: View) -> Decision:
    """No cue at all: the section decides; a question or a possibility asserts nothing."""
    if v.hypothetical or v.section in {"instructions", "anesthesia", "complications", "procedure"}:
        return NOTHING
    if (v.section == "plan" or _under_plan(v)) and not v.p.weak:
        return ("planned", "status:planned<-section")
    if v.p.labels <= {"spine_op"} and _COMING.search(v.left):
        return NOTHING
    return NOTHING if v.sentence.text.rstrip().endswith("?") and not v.p.levels else None


def _under_plan(v: View) -> bool:
    """A line that begins with "Plan:", or follows a heading of the kind."""
    before = v.note.sentences[v.sentence.index - 1].text if v.sentence.index else ""
    if not is_procedure_note(v.note) and CUES["procedure_field"].match(v.sentence.text):
        return True
    return (
        CUES["plan_start"].match(v.sentence.text) is not None or CUES["plan_lead"].match(before) is not None
    )


def _past(v: View) -> bool:
    if v.p.labels <= _PROOFS or v.p.years or CUES["past_right"].search(v.right):
        return True
    if any(m.has("historical") for m in v.p.mentions) or v.section in {"imaging", "past_medical"}:
        return True
    return CUES["past_left"].search(v.left[-90:]) is not None


def _planned(v: View) -> bool:
    return (
        CUES["options"].match(v.sentence.text) is not None
        or CUES["planned_left"].search(v.left[-110:]) is not None
        or CUES["planned_right"].search(v.right) is not None
    )


#: Order of the questions: whose, form, denied, declined, today's, bare word, not meant, history, plan, the rest.
STEPS: tuple[Callable[[View], Decision], ...] = (
    _not_the_patient, corrected, _form, _question, _other_than, _reference, _denial, _refusal, _stay, _title, _generic, _not_meant, _surgical_history, _plan, _history, _leftover,
)  # fmt: skip
