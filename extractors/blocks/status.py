"""Whether a named procedure was done, is planned, was declined, or is only spoken of."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractors.blocks.cues import cue
from extractors.blocks.naming import Named, is_list_item
from extractors.blocks.setting import setting_of
from extractors.note import Note
from extractors.quantities import find_dates, find_relief

_BACKWARD = {"treatment_history", "past_surgical", "past_medical", "history", "chief_complaint"}
_TITLE = {
    "procedure",
    "header",
    "preoperative_diagnosis",
    "postoperative_diagnosis",
    "anesthesia",
    "indication",
    "other",
}
_RELATIVE = re.compile(
    r"\b(?:mother|father|brother|sister|son|daughter|aunt|uncle|cousin|grand\w+|wife|husband|mom|dad|parents?|friend|neighbou?r|coworker|spouse)(?:'s)?\b[^.;]{0,50}$",
    re.I,
)
_SELF = re.compile(r"\b(?:she|he|patient|pt|her|his|we|i)\b", re.I)
_ASKED = re.compile(r"^\s*(?:order|request|authori[sz]ation|auth|PA|prior auth\w*|appeal|referral)\b", re.I)
_POLITE = re.compile(
    r"\b(?:grateful|appreciate(?: it)?|thankful|obliged|glad|wonder(?:ing)?|ask(?:ing)?|kind) if\b|\bif (?:you|they|the (?:plan|committee|reviewer|insurer)) (?:would|could|will|can)\b",
    re.I,
)
_EMG = re.compile(r"\b(?:EMG|NCS|NCV|needle exam\w*|electrodiagnos\w+|fibrillations?)\b")
_BOX = re.compile(
    r"(?:\[ ?(?P<x>[xX✓✔])? ?\]|\( ?(?P<y>[xX])? ?\)|(?P<on>[☑☒])|(?P<off>[☐□]))\s*(?:\w+\s){0,2}$"
)
_TRIED = re.compile(r"\b(?:tried|previous|prior|past|history|to date|failed|completed|had)\b", re.I)
_CODE_DONE = re.compile(r"^[^.;\n]{0,14}\(?\b(?:done|performed|billed|completed|rendered)\b", re.I)
_QUESTION = re.compile(r"(?:is|are|would|can|could|should|does|do|please advise)\b[^\n]{0,600}\?", re.I)
_HAD = re.compile(r"\b(?:had|s/p|underwent|received|failed|gave|status post)\b", re.I)
_AFTERWARDS = re.compile(
    r"\b(?:\d+|two|four|six|eight|few) ?(?:-\d+ )?(?:wks?|weeks?|days?|months?|mos?|hrs?|hours?) (?:post|after|following|s/p)(?: (?:the|her|his|each))?\s*$",
    re.I,
)
_LATER = re.compile(
    r"\b(?:RTC|return|follow[- ]?up|f/u|RV|see (?:him|her|them|back)|call|recheck|work note|no driving|off work|excuse)\b",
    re.I,
)
_TODAY = re.compile(
    r"\b(?:performed|done|given|injected|administered|received|underwent)\b[^.;]{0,40}\btoday\b|\btoday\b[^.;]{0,40}\b(?:performed|done|given|injected|administered|received|underwent)\b",
    re.I,
)
_EFFECT = re.compile(
    r"\b(?:relief|benefit|improv\w*|help\w*|response|respond|effect|success\w*|change|difference|pain)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Status:
    """``value`` is None where the procedure is no item; ``weak`` where nothing but the place speaks for it."""

    value: str | None
    why: str
    weak: bool = False


def _of_relative(before: str) -> bool:
    """Whether the words before a name make a relative, not the patient, its subject."""
    m = _RELATIVE.search(before)
    return (
        m is not None
        and _SELF.search(m.group()) is None
        and re.search(r"\b(?:had|has|have|got|underwent|received|w/|with|s/p|did)\b|\"", m.group(), re.I)
        is not None
    )


def _lead_asks(named: Named, note: Note) -> bool:
    """Whether a list item stands under a line such as "All of these must be true:"."""
    if not is_list_item(named.sentence):
        return False
    for s in reversed(list(note.around(named.sentence, 8, 0))[:-1]):
        if s.text.rstrip().endswith(":"):
            return cue("criteria_lead").search(s.text) is not None
    return False


def _denied(named: Named, before: str, after: str) -> bool:
    if cue("not_done_after").search(after):
        return True
    if cue("never").search(before[-90:] + named.mention.text):
        return True
    if not named.mention.has("negated"):
        return False
    s = named.sentence
    for c in named.mention.cues:
        if c.category != "NEGATED_EXISTENCE":
            continue
        at = _fold_at(named, c.start)
        words = s.text[at : at + 60]
        if cue("effect_negated").match(words) or cue("effect_negated").search(
            s.text[max(0, at - 4) : at + 60]
        ):
            continue
        if at > named.mention.end and _EFFECT.search(s.text[named.mention.end : at + 50]):
            continue
        return True
    return False


def _declined(named: Named, before: str, after: str) -> bool:
    """Whether it was declined: close in front, or behind by "she declined", "is off the table"."""
    if cue("declined").search(before[-60:]):
        return True
    m = cue("declined").search(after)
    return (
        m is not None
        and not re.search(r"[.;]\s|\bif\b|\b(?:operation|surgery|fusion)\b", after[: m.start()])
        and cue("past").search(after[: m.start()]) is None
    )


def _fold_at(named: Named, offset: int) -> int:
    """Place of a note offset in the sentence's folded text (close enough: white space only shrinks)."""
    s = named.sentence
    low, high = 0, len(s.text)
    while low < high:
        mid = (low + high) // 2
        if s.span(mid, mid + 1).start < offset:
            low = mid + 1
        else:
            high = mid
    return low


def _nearest(before: str, after: str) -> tuple[str, str] | None:
    """The cue closest to the name: in front of it first, then behind."""
    best: tuple[int, str, str] | None = None
    for name in ("planned", "past", "declined"):
        last = None
        for m in cue(name).finditer(before):
            last = m
        if last is not None:
            gap = len(before) - last.end()
            if best is None or gap < best[0]:
                best = (gap, name, "before")
    for name in ("planned", "past", "declined"):
        m = cue(name).search(after)
        if m is not None:
            gap = m.start() + 12
            if best is None or gap < best[0]:
                best = (gap, name, "after")
    return (best[1], best[2]) if best else None


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
    setting = setting_of(note)
    s, z = named.sentence, named.zone
    if named.mention.has("family") and (
        _of_relative(s.text[: z.start]) or s.section.category == "family_history"
    ):
        return Status(None, "family")
    low = 0 if previous is None else previous.zone.end
    clause_low, clause_high = s.clause(z.start, z.end)
    before = s.text[max(low, clause_low if clause_low < z.left else low) : z.start]
    whole_before = s.text[: z.start]
    after = s.text[z.end : max(min(z.right, clause_high), z.end)]
    box = _BOX.search(s.text[: z.left])
    if box is not None and named.form != "code":
        if not (box["x"] or box["y"] or box["on"]):
            return Status(None, "unchecked")
        tried = _TRIED.search(s.section.title + " " + s.text[: z.left])
        return Status("past" if tried else "planned", "checked")
    if named.mention.text.lower().startswith("denerv") and _EMG.search(s.text):
        return Status(None, "electrodiagnosis")
    if cue("criteria").search(s.text) or _lead_asks(named, note):
        if not find_dates(named.text) and named.form != "code":
            return Status(None, "criteria")
    if _declined(named, before, s.text[z.end : min(z.right, z.end + 90)]):
        return Status("declined", "cue")
    if _denied(named, before, after):
        return Status(None, "denied")
    if named.coordinated and inherited is not None:
        own = _nearest("", after[:40])
        if own is None or inherited.value is None or own[0] == inherited.value:
            return Status(inherited.value, "shared", inherited.weak)
    if cue("hypothetical").search(_POLITE.sub(" ", whole_before)) and not _HAD.search(before[-40:]):
        return Status(None, "hypothetical")
    if re.match(r"\s*(?:prn|p\.r\.n|as needed|if needed|when needed)\b", after, re.I):
        return Status(None, "as_needed")
    if re.search(
        r"^[^.;]{0,60}\b(?:if|may be (?:considered|repeated)|could be (?:considered|repeated))\b", after
    ) and not find_dates(after):
        return Status(None, "hypothetical")
    if _AFTERWARDS.search(before) and (
        s.section.category in {"plan", "instructions", "assessment"} or _LATER.search(before)
    ):
        return Status("planned", "afterwards", weak=True)
    today = _TODAY.search(s.text[clause_low:clause_high])
    if today and (clause_low + today.start() >= z.end or not cue("planned").search(before[-40:])):
        return Status("performed", "today")
    if re.match(r"injected\b", named.mention.text, re.I) and s.section.category in {
        "plan",
        "assessment",
        "procedure",
    }:
        return Status("performed", "verb")
    if (
        near_title(named, note)
        and not setting.procedure_note
        and not find_dates(named.text)
        and not cue("planned").search(s.text)
    ):
        return Status("performed", "heading")
    title = setting.procedure_note and s.section.category in _TITLE
    stop = max(min(z.right, z.end + 200), z.end)
    relief = [
        r
        for r in find_relief(s.text)
        if z.end <= r.start < stop and (r.source != "scores" or named.form != "code")
    ]
    if _ASKED.match(after) and named.form != "anaphor":
        return Status("planned", "order")
    near = _nearest(before[-110:], after[:70] if named.form != "code" else "")
    if named.form == "code" and near is not None and near[0] == "past":
        near = None
    if named.form == "code" and _CODE_DONE.match(after):
        return Status(
            "performed"
            if setting.procedure_note or re.search(r"\btoday\b|\bthis date\b", s.text, re.I)
            else "past",
            "code_done",
        )
    if (
        title
        and (near is None or near[0] != "past" or _is_title(named, note))
        and named.form not in {"repeat"}
    ):
        if near is None or near[0] != "planned" or _is_title(named, note):
            return Status(
                "performed",
                "title" if _is_title(named, note) else "description",
                weak=not _is_title(named, note),
            )
    if near is not None and near[0] == "declined":
        return Status("declined", f"cue_{near[1]}")
    if _QUESTION.match(s.text) and cue("planned").search(after[:90]):
        return Status("planned", "question")
    if relief and (near is None or near[0] != "planned" or relief[0].comparator in {"=", "~"}):
        return Status("past", "result")
    if near is not None:
        if (
            near[0] == "past"
            and setting.procedure_note
            and re.search(r"\btoday\b|\bthis (?:date|visit)\b", s.text, re.I)
        ):
            return Status("performed", "today")
        return Status(near[0], f"cue_{near[1]}")
    dated = [d for d in find_dates(named.text) if d.value]
    if dated and (setting.date is None or dated[0].value is None or dated[0].value < setting.date):
        return Status("past", "date")
    if named.mention.has("planned"):
        return Status("planned", "context")
    if named.mention.has("declined"):
        return Status("declined", "context")
    if named.mention.has("historical"):
        return Status("past", "context")
    if named.mention.has("hypothetical"):
        return Status(None, "hypothetical")
    if named.form == "code":
        return Status("planned", "code")
    if s.section.category == "plan":
        return Status("planned", "section", weak=named.form not in {"specific", "code"})
    if s.section.category in _BACKWARD:
        return Status("past", "section", weak=s.section.category == "chief_complaint")
    if s.section.category == "assessment":
        return Status("planned", "section", weak=True)
    return Status("past", "default", weak=True)


def near_title(named: Named, note: Note) -> bool:
    """Whether the name stands right behind a heading such as "PROCEDURE PERFORMED:"."""
    section = named.sentence.section
    done = re.search(r"\b(?:performed|operations?|title of|name of|operative)\b", section.title)
    done = done or next((x for x in note.sections if x.category in {"anesthesia", "complications"}), None)  # type: ignore[assignment]
    start = named.sentence.span(named.zone.start, named.zone.end).start
    return section.category == "procedure" and done is not None and start - section.body < 160


def _is_title(named: Named, note: Note) -> bool:
    """Whether the name stands in a procedure's heading: among the section's first words or the note's first line."""
    s = named.sentence
    start = s.span(named.zone.start, named.zone.end).start
    section = s.section
    if section.category == "procedure":
        return start - section.body < 160 or is_list_item(s)
    return start < 200 or s.text.isupper()
