"""Whether a named procedure is the one done in this very visit."""

from __future__ import annotations

import re

from extractors.blocks.cues import cue
from extractors.blocks.window import Status, Window
from extractors.note import Note
from extractors.quantities import find_dates, find_relief
from extractors.stay import in_stay

BACKWARD = {"treatment_history", "past_surgical", "past_medical", "history", "chief_complaint"}
#: "TPI today: R trap x3": the name with the day and a colon heads what was done.
_NOW = re.compile(
    r"^\s*(?:(?:done|given) )?(?:today|this visit|in (?:the )?(?:clinic|office) today)\s*[:=(-]", re.I
)
_NOW_BEFORE = re.compile(r"\btoday(?:'s)?\s?(?:procedure\s?)?[:=(-]\s*(?:\w+\s){0,2}$", re.I)
CODE_DONE = re.compile(r"^[^.;\n]{0,14}\(?\b(?:done|performed|billed|completed|rendered)\b", re.I)

_VERB = (
    r"(?:s/p|status post|performed|done|given|injected|administered|received|underwent|undertaken|completed|carried out|blocked|entered|infiltrated|"
    r"placed|ablated|lesioned|denervated|treated|put|gave|went ahead|repeated|deposited|accomplished|did|had)"
)
_DAY = r"(?:today|this (?:morning|afternoon|evening|visit|date|session)|at (?:this|today's) (?:visit|session|appointment))"
_DONE_TODAY = re.compile(
    rf"\b{_VERB}\b[^;]{{0,110}}\b{_DAY}\b(?!'s)|\b{_DAY}\b(?!'s)[^;]{{0,110}}\b{_VERB}\b", re.I
)
#: "Today's interlaminar epidural was placed ..."
_TODAYS = re.compile(r"\b(?:today's|this (?:morning|afternoon|visit)'s)\s(?:[\w-]+\s){0,4}$", re.I)
#: The day of another verb: "seen today for follow-up", "here today", "rates it 4/10 today".
_OTHER_TODAY = re.compile(
    r"\b(?:seen|here|presents?|presenting|returns?|returning|comes?|back|reports?|reporting|states?|says?|follow(?:ing|s)?(?:[ -]up)?|f/u|visit|"
    r"exam\w*|rated?|rates|reviewed|discussed|ask(?:s|ed|ing)?|request\w*|order\w*|schedul\w*|submit\w*|referr\w+|consent\w*|sign\w*|denies|pain(?: is)?|phoned|called)"
    rf"\s(?:\w+\s){{0,2}}?{_DAY}\b(?!'s)|\b{_DAY}(?:'s (?:visit|note|exam\w*|appointment)|,? (?:she|he|they|pt|the patient|for|is|has|pain|reports?|VAS|NRS|\d))\b",
    re.I,
)
#: A day of its own, or words that put the event before this visit.
_ELSEWHEN = re.compile(
    r"\b(?:ago|last (?:week|month|year|spring|summer|fall|autumn|winter|january|february|march|april|may|june|july|august|september|october|november|december|mon\w*|tues\w*|wednes\w*|thurs\w*|fri\w*|time|visit)|"
    r"previous(?:ly)?|prior|earlier|before|once|twice|years?|since|after which|afterwards|yesterday|recently|in (?:the )?(?:past|spring|summer|fall|autumn|winter|january|february|march|april|may|june|july|august|september|october|november|december|(?:19|20)\d\d)|"
    r"(?:two|three|four|both|several|multiple|some|\d) (?:sets|occasions|times|different)|by (?:dr|an?|the|his|her|my|our|another|ortho\w*|pain|neuro\w*|anesth\w*)\b|at (?:an?|the|his|her|our) (?:\w+ )?(?:outside|other|former|hospital|clinic|center|centre|facility)|"
    r"elsewhere|outside|when(?:ever)?|if|unless|until|would|could|may|might|should|must|not|never|without (?:any )?(?:\w+ )?(?:relief|benefit|improvement|effect|success)|(?:relief|benefit|help(?:ed|ful)?|improve\w*|failed|fail|worse\w*|only|has|have|had|having|history|hx|status|s/p|be|been|being)\b)\b",
    re.I,
)
#: The name's own predicate, or a bare participle behind it.
_PREDICATE = re.compile(
    r"^[^.;:%]{0,70}?\b(?:(?:was|were|is|are)\s(?:then\s|now\s|again\s|successfully\s|uneventfully\s)*)?(?:performed|carried out|completed|administered|undertaken|accomplished|done|(?<=were )(?:injected|blocked|infiltrated|lesioned|ablated|denervated|an[ae]sthetized|treated)|(?<=was )(?:injected|blocked|infiltrated|lesioned|ablated|denervated|an[ae]sthetized|treated))\b"
    r"(?=\s*(?:$|[.,;)]|(?:under|using|with|without|via|uneventfully|successfully|from|for|in (?:the )?(?:usual|standard|sterile|prone|lateral|supine|fluoroscopy)|at|on the (?:left|right)|and\b)))",
    re.I,
)
_I_DID = re.compile(
    r"\b(?:I|we)\s(?:then\s|have just\s|next\s|now\s)?(?:performed|gave|injected|blocked|placed|carried out|did|infiltrated|anesthetized|lesioned|ablated|denervated)\b[^.;]{0,60}$",
    re.I,
)
#: "RF lesioning of the right C3 and C4 medial branches today."
_JUST_TODAY = re.compile(rf"^[^.;:,]{{0,70}}\b{_DAY}\s*(?:$|[.;,(])", re.I)
#: What the patient has come for.
_COME_FOR = re.compile(
    rf"\b(?:here|presents?|presenting|comes?|came|returns?|returning|arrived?|in)\b[^.;]{{0,24}}\b{_DAY}\b[^.;]{{0,24}}\bfor (?:(?:an?|the|her|his|their|repeat|scheduled|planned|first|second|third|left|right|bilateral|diagnostic|confirmatory|elective) ?){{0,4}}[^.;,]{{0,16}}$",
    re.I,
)
#: "Exam: Fluoroscopic discogram, three levels": what a report is of.
_STUDY = re.compile(r"^[ \t]*(?:exam(?:ination)?|study|test|procedure)s?[ \t]*:[^\n]{0,40}$", re.I | re.M)
_PASSIVE = re.compile(
    r"\b(?:(?:was|were|is|are) (?:\w+ )?(?:injected|entered|infiltrated|blocked)|needles? was|was advanced|was placed)\b",
    re.I,
)
_GAVE = re.compile(r"(?:gave|placed|performed|did|administered) ", re.I)
#: Consent for a procedure that was then done.
_CONSENTED = re.compile(r"\bconsent\w*\b[^.;]{0,80}$", re.I)
_THEN_DONE = re.compile(
    r"^[^.;]{0,120}\b(?:injections?|procedures?|blocks?|ablation|it|this)\b[^.;]{0,20}\b(?:carried out|performed|done|completed|given|proceeded)\b",
    re.I,
)
_LEAD = re.compile(r"^\W*(?:procedures? )?(?:performed|done(?: today)?|procedure done|today)\s?[:=-]", re.I)
_ASKING = re.compile(
    r"\b(?:request\w*|order(?:s|ed)?|authori[sz]\w+|prior auth\w*|schedul\w*|planned|proposed|propose|pre-?cert\w*|appeal|denial|denied|referral|medical necessity|dear|next (?:week|visit|month)|to be (?:done|scheduled)|CPT|ICD)\b",
    re.I,
)
_ORDER_FORM = re.compile(
    r"\b(?:prior auth\w*|pre-?auth\w*|authori[sz]ation|pre-?cert\w*|procedure|service|surgical|injection|scheduling) (?:request|order|form|sheet)s?\b|\border form\b|\bprior auth\w*\b|\brequest for (?:prior |pre-?)?authori[sz]ation\b",
    re.I,
)
_PLANNED_TITLE = re.compile(
    r"\b(?:planned|proposed|scheduled|intended|anticipated|preoperative) procedures?\b", re.I
)
_SAME_DONE = re.compile(
    r"^\W*(?:procedures?|operations?|treatment)[ \t]*(?:actually[ \t]*)?(?:performed|done|completed)[ \t]*[:=-]?\s{0,4}(?:the )?(?:same|as (?:above|planned|scheduled)|unchanged|identical)\b",
    re.I | re.M,
)


def performed(w: Window) -> Status | None:
    """Done in this very visit: "today", a heading, a predicate without another day, a code marked as done."""
    if w.is_code:
        if _NOW_BEFORE.search(w.all_before):
            return Status("performed", "today")
        if not CODE_DONE.match(w.after):
            return None
        today = re.search(r"\btoday\b|\bthis date\b", w.sentence.text, re.I)
        return Status("performed" if w.setting.procedure_note or today else "past", "code_done")
    if _today(w):
        return Status("performed", "today")
    if _NOW.match(w.after) or (
        _NOW_BEFORE.search(w.before) and w.category in {"procedure", "other", "header"}
    ):
        return Status("performed", "today")
    s, z = w.sentence, w.named.zone
    if in_stay(w.note, s.text[max(0, z.start - 70) : z.end + 40]):
        return Status("performed", "stay")
    if re.match(r"injected\b", w.named.mention.text, re.I) and w.category in {
        "plan",
        "assessment",
        "procedure",
    }:
        return Status("performed", "verb")
    if _CONSENTED.search(w.all_before[-100:]) and _THEN_DONE.match(s.text[z.end :]):
        return Status("performed", "consented")
    if w.named.zone.left < 12 and _JUST_TODAY.match(w.after) and not cue("planned").search(w.after[:70]):
        return Status("performed", "today")
    if _COME_FOR.search(w.all_before[-110:]) and not w.note.once("blocks.asks", _asks):
        return Status("performed", "come_for", weak=True)
    if _headed(w):
        return Status("performed", "heading")
    return Status("performed", "predicate") if _predicate(w) else None


def _dated_before(w: Window) -> bool:
    """Whether the name has a day of its own before the note's."""
    dates = [d for d in find_dates(w.named.text, as_of=w.setting.date) if d.value]
    return bool(dates) and (w.setting.date is None or dates[0].value != w.setting.date)


def _today(w: Window) -> bool:
    s, z, (low, high) = w.sentence, w.named.zone, w.clause
    if _dated_before(w):
        return False
    if _TODAYS.search(s.text[: z.start]) or re.match(r"\W*today's\b", w.named.mention.text, re.I):
        return cue("planned").search(w.after[:40]) is None
    low = max(low, s.text.rfind(";", 0, z.start) + 1)
    words = _OTHER_TODAY.sub(lambda m: " " * len(m.group()), s.text[low:high])
    m = _DONE_TODAY.search(words)
    if m is None:
        return False
    return low + m.start() >= z.end or cue("planned").search(w.before[-40:]) is None


def _at(w: Window) -> int:
    """Where the name begins in the note."""
    return w.sentence.span(w.named.zone.start, w.named.zone.end).start


def _asks(note: Note) -> bool:
    """Whether the note opens as an order, a request or a letter."""
    return _ASKING.search(note.text[:500]) is not None


def asked_for(w: Window) -> bool:
    """Whether the name is what an order or a request is headed with ("AUTHORIZATION REQUEST / PROCEDURE: ...")."""
    return w.category in {"procedure", "header"} and _ORDER_FORM.search(w.note.text[:240]) is not None


def _headed(w: Window) -> bool:
    """Right behind "PROCEDURE PERFORMED:", or behind "Procedure:" in a note that asks for nothing."""
    s, section = w.sentence, w.sentence.section
    if find_dates(w.named.text) and _dated_before(w):
        return False
    if _LEAD.match(s.text) and not cue("planned").search(_LEAD.sub("", s.text)[:80]):
        return True
    if _PLANNED_TITLE.search(section.title) or _PLANNED_TITLE.search(w.all_before):
        return _SAME_DONE.search(w.note.text) is not None
    if w.named.kind == "discography" and _STUDY.search(w.note.text[:900][: _at(w)]):
        return True
    if w.setting.procedure_note:
        return False
    if cue("planned").search(s.text):
        return False
    if w.heads_procedure:
        return not find_dates(w.named.text)
    plain = re.fullmatch(r"procedures?|operations?|procedure note", section.title.strip(" :"), re.I)
    start = _at(w)
    return plain is not None and start - section.body < 90 and not w.note.once("blocks.asks", _asks)


def _predicate(w: Window) -> bool:
    """A predicate ("was performed", "I gave the epidural") with no other day, place or result near it."""
    s, z = w.sentence, w.named.zone
    if w.category in BACKWARD or w.named.form in {"anaphor", "repeat"} or w.note.once("blocks.asks", _asks):
        return False
    if not (
        _PREDICATE.match(s.text[z.end :])
        or _I_DID.search(w.all_before)
        or _PASSIVE.search(w.named.mention.text)
        or (_GAVE.match(w.named.mention.text) and re.search(r"\b(?:I|we)\b", w.all_before[-90:]))
    ):
        return False
    near = w.before[-90:] + " " + w.named.mention.text + " " + w.after[:110]
    if _ELSEWHEN.search(near) or cue("planned").search(w.before[-60:]):
        return False
    if find_relief(s.text) or find_dates(w.named.text):
        return False
    return not any(find_dates(x.text) for x in w.note.around(s, 1, 0))
