"""Whether a named procedure was done, is planned, was declined, or is only spoken of."""

from __future__ import annotations

import re

from extractors.blocks.cues import cue
from extractors.blocks.exclusions import conditional, excluded
from extractors.blocks.naming import Named
from extractors.blocks.performed import BACKWARD, CODE_DONE, asked_for, performed
from extractors.blocks.window import INSTEAD, Status, Window, nearest
from extractors.note import Note
from extractors.quantities import find_dates, find_relief

_TITLE = {
    "procedure", "header", "preoperative_diagnosis", "postoperative_diagnosis", "anesthesia", "indication", "other",
}  # fmt: skip
_ASKED = re.compile(
    r"^\s*(?:(?:order|request|authori[sz]ation|auth|PA|prior auth\w*|appeal|referral)\b|(?:slots?|appointments?|appts?|bookings?|consent|scheduling|work-?up (?:visit|complete))\b)",
    re.I,
)
#: A name right before its code ("R SIJ inj #2 w/ fluoro: 27096-RT") is what the code asks for.
_CODED = re.compile(r"^[^.;\n%]{0,50}?[\s(:,=-](?:CPT\W{0,2}|codes?\s)?(?:6[24]\d{3}|27096|2055[23])\b")
#: "Repeat B L3-5 RFA.": an order opens its sentence with the bare verb.
_ORDER = re.compile(
    r"^[\W\d]{0,6}(?:repeat|schedule|proceed (?:to|with)|perform|do|arrange|book|request|order|obtain|offer|get|set up|pursue|try|trial(?: of)?|submit(?: for)?|seek|refer (?:her |him |them )?for)\b(?![^.;]{0,80}\b(?:was|were|gave|helped|provided|had|did|on \d|in (?:19|20)\d\d)\b)",
    re.I,
)
_RENDERED = re.compile(
    r"\b(?:done|performed|billed|completed|rendered|given|relief|paid|was|were|had|underwent|s/p)\b", re.I
)
_QUESTION = re.compile(r"(?:is|are|would|can|could|should|does|do|please advise)\b[^\n]{0,600}\?", re.I)
#: "Has proposed blocks followed by radiofrequency": what comes next is as planned as what comes first.
_THEN = re.compile(r"\b(?:followed by|(?:and )?then|leading to|and if positive)\s(?:\w+\s){0,3}$", re.I)
#: "RF lumbar facet" right behind its code, in the row of a request.
_CODE_BEFORE = re.compile(r"\b(?:6[24]\d{3}|27096|2055[23])(?:-(?:RT|LT|50))?\W{1,3}(?:\w+\s){0,2}$", re.I)
_PROCEDURE_LEAD = re.compile(r"\W*(?:procedure|operation)s?(?: performed)?\s?[,:]", re.I)
#: "3rd and last of the series in 2 wk".
_AHEAD = re.compile(
    r"^[^.;:%]{0,30}\bin (?:about )?(?:\d{1,2}|one|two|three|four|six|a couple of)(?:-\d{1,2})? ?(?:wks?|weeks?|months?|mos?|days?)\b",
    re.I,
)
#: "I will repeat the second set"; not "repeated".
_AGAIN = re.compile(r"repeat\s", re.I)
#: A row below a heading: "#1  Date 09/24/2024  Relief 80 %".
_ROW_BELOW = re.compile(r"^\W*(?:#\s?)?\d[^\n]{0,60}(?:\d\s?%|%\s?\d|relief|\d{1,2}/\d{1,2}/\d{2})", re.I)
_FIRST = re.compile(
    r"\b(?:first|1st|initial|previous|prior|earlier|preceding|last|index)\s(?:\w+\s){0,3}(?:blocks?|injections?|mbbs?|esi)\b|#\s?1\b",
    re.I,
)
_AFTERWARDS = re.compile(
    r"\b(?:\d+|two|four|six|eight|few) ?(?:-\d+ )?(?:wks?|weeks?|days?|months?|mos?|hrs?|hours?) (?:post|after|following|s/p)(?: (?:the|her|his|each))?\s*$",
    re.I,
)
#: "Two cervical epidurals": what is counted was done, where no plan is near.
_COUNTED = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|multiple|numerous|many|[2-9]|1\d)\s(?:[\w-]+\s){0,3}$",
    re.I,
)
#: "The ablation that was authorised in April went ahead on 5 May".
_CAME_ABOUT = re.compile(
    r"^[^.;]{0,60}?\b(?:authori[sz]ed|approved|planned|scheduled|requested|ordered|booked|proposed|offered|recommended)\b[^.;]{0,50}\b(?:went ahead|took place|was (?:then |finally |eventually )?(?:done|performed|carried out|completed|given)|and (?:was )?(?:done|performed|carried out|completed))\b",
    re.I,
)
_LATER = re.compile(
    r"\b(?:RTC|return|follow[- ]?up|f/u|RV|see (?:him|her|them|back)|call|recheck|work note|no driving|off work|excuse)\b",
    re.I,
)


def status_of(named: Named, previous: Named | None, inherited: Status | None, note: Note) -> Status:
    """The status of a named procedure.

    Parameters
    ----------
    named
        The procedure.
    previous, inherited
        The procedure before it in the sentence and its status: a coordinated one shares it.
    note
        The note.
    """
    w = Window(named, previous, note)
    if w.is_code and previous is not None and previous.kind == named.kind and inherited is not None:
        if inherited.value is None and inherited.why == "hypothetical":
            return inherited
    for stage in (
        excluded,
        lambda w: _shared(w, previous, inherited),
        conditional,
        _later,
        performed,
        _ordered,
        _titled,
        _told,
    ):
        status = stage(w)
        if status is not None:
            return status
    return _by_place(w)


def _shared(w: Window, previous: Named | None, inherited: Status | None) -> Status | None:
    """A procedure joined to the one before by "and" shares its status, unless its own words say otherwise.

    So does a code behind the name or another code of the same procedure.
    """
    if w.is_code and previous is not None and inherited is not None and inherited.value is not None:
        if previous.kind == w.named.kind and not CODE_DONE.match(w.after):
            return Status(inherited.value, "shared_code", inherited.weak)
    if not w.named.coordinated or inherited is None:
        return None
    own = nearest("", w.after[:40])
    if own is None or inherited.value is None or own[0] == inherited.value:
        return Status(inherited.value, "shared", inherited.weak)
    return None


def _later(w: Window) -> Status | None:
    """In "RTC 4 weeks after RFA": the procedure lies ahead, but nothing more is said of it here."""
    if not _AFTERWARDS.search(w.before):
        return None
    ahead = w.category in {"plan", "instructions", "assessment"} or _LATER.search(w.before)
    return Status("planned", "afterwards", weak=True) if ahead else None


def _ordered(w: Window) -> Status | None:
    """An "RFA order", an "MBB request", a name with its code behind it."""
    if w.named.form == "anaphor":
        return None
    if w.named.form == "repeat" and _AGAIN.match(w.named.mention.text):
        return Status("planned", "verb")
    if _ASKED.match(w.after):
        return Status("planned", "order")
    if w.category in {"plan", "instructions", "assessment"} and _AHEAD.match(w.after):
        return Status("planned", "ahead")
    row = _CODE_BEFORE.search(w.all_before) or _CODE_BEFORE.match(w.named.mention.text)
    if row and not w.is_code and not w.setting.procedure_note and not _RENDERED.search(w.sentence.text):
        return Status("planned", "coded")
    s, z = w.sentence, w.named.zone
    if (
        _ORDER.match(s.text)
        and z.start < 70
        and w.category not in BACKWARD
        and not (w.setting.procedure_note or find_dates(s.text) or find_relief(s.text))
    ):
        return Status("planned", "verb")
    behind = s.text[z.end : z.end + 70]
    if z.end + 70 > len(s.text) and s.index + 1 < len(w.note.sentences):
        behind += (" " + w.note.sentences[s.index + 1].text[:40]) if behind.rstrip().endswith(":") else ""
    m = None if w.is_code or w.setting.procedure_note else _CODED.match(behind)
    if m is None or _RENDERED.search(w.before[-60:] + " " + behind[: m.end() + 24]) or find_dates(m.group()):
        return None
    return Status("planned", "coded")


def _titled(w: Window) -> Status | None:
    """In the record of a procedure: its title, or its description."""
    if not w.setting.procedure_note or w.category not in _TITLE or w.named.form == "repeat":
        return None
    if (w.category != "procedure" or not w.is_title or _FIRST.search(w.named.mention.text)) and _earlier(w):
        return Status("past", "earlier")
    if w.is_title or _PROCEDURE_LEAD.match(w.sentence.text):
        return Status("performed", "title")
    return None if w.near_is("past", "planned") else Status("performed", "description", weak=True)


def _earlier(w: Window) -> bool:
    """Whether the record speaks of a procedure before its own: "the first block", or with a date before the note's."""
    dates = [
        d.value for d in find_dates(w.named.text, as_of=w.setting.date) if d.value and d.precision == "day"
    ]
    if dates and w.setting.date is not None:
        return max(dates) < w.setting.date
    return _FIRST.search(w.before[-24:] + w.named.mention.text) is not None


def _told(w: Window) -> Status | None:
    """By the nearest cue, a result, or a date."""
    s, z, near = w.sentence, w.named.zone, w.near
    if near is not None and near[0] == "planned" and not w.is_code and _CAME_ABOUT.match(s.text[z.end :]):
        return Status("past", "came_about")
    if near is not None and near[0] == "declined":
        return Status("declined", f"cue_{near[1]}")
    if w.named.form == "group" and len(s.text) - z.end < 12 and s.index + 1 < len(w.note.sentences):
        if _ROW_BELOW.match(w.note.sentences[s.index + 1].text):
            return Status("past", "rows")
    if _QUESTION.match(s.text) and cue("planned").search(w.after[:90]):
        return Status("planned", "question")
    stop = max(min(z.right, z.end + 200), z.end)
    relief = [
        r for r in find_relief(s.text) if z.end <= r.start < stop and not (r.source == "scores" and w.is_code)
    ]
    if relief and (not w.near_is("planned") or relief[0].comparator in {"=", "~"}):
        return Status("past", "result")
    if near is not None:
        if (
            near[0] == "past"
            and w.setting.procedure_note
            and re.search(r"\btoday\b|\bthis (?:date|visit)\b", s.text, re.I)
        ):
            return Status("performed", "today")
        return Status(near[0], f"cue_{near[1]}")
    dated = [d for d in find_dates(w.named.text) if d.value] or [
        d
        for d in find_dates(s.text[:24])
        if w.named.form == "group" and d.value and d.precision == "day" and d.start < 14
    ]
    if dated and (w.setting.date is None or dated[0].value is None or dated[0].value < w.setting.date):
        return Status("past", "date")
    return None


def _by_place(w: Window) -> Status:
    """Nothing near says it: ConText's flags, then the section."""
    for flag, value in (("planned", "planned"), ("declined", "declined"), ("historical", "past")):
        if flag == "declined" and INSTEAD.search(w.all_before[-45:]):
            continue
        if w.named.mention.has(flag):
            return Status(value, "context")
    if w.named.mention.has("hypothetical"):
        return Status(None, "hypothetical")
    if w.is_code:
        return Status("planned", "code")
    if w.category == "plan":
        return Status("planned", "section", weak=w.named.form != "specific")
    if w.category in BACKWARD:
        return Status("past", "section", weak=w.category == "chief_complaint")
    if w.category == "assessment":
        return Status("planned", "section", weak=True)
    if asked_for(w) and not find_dates(w.named.text):
        return Status("planned", "order_form", weak=w.named.form != "specific")
    ahead = w.all_before[-160:]
    first = nearest(_THEN.sub("", ahead), "") if _THEN.search(w.before) else None
    if first is not None and first[0] == "planned":
        return Status("planned", "sequence", weak=True)
    if _COUNTED.search(w.before[-40:]) and w.named.mention.text.rstrip().lower().endswith("s"):
        return Status("past", "counted")
    return Status("past", "default", weak=True)
