"""Context of the request: payer, setting, state, kind of claim, date of service; one value a field.

A labelled field of a form speaks before a name in the text, and of each the first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

from extractors.document import is_procedure_note
from extractors.facts import Span
from extractors.note import Mention, Note
from extractors.quantities.dates import find_dates
from extractors.request.boxes import without_empty_options
from extractors.request.states import leading_state, state_of_address

#: Value, place that proves it, and the step that read it.
Read = tuple[str, Span, str]

# --- fields of forms ----------------------------------------------------------------------------------------------
#: A field ends at a gap, at a column's line, or where the next label begins.
_FIELD_END = re.compile(
    r"\s{2,}|\t|[|;]|,?\s(?:ID|Member|Policy|Group|Grp|Phone|Tel|Fax|DOB|DOS|Auth|Claim|Secondary|Subscriber|Sub)\b\W|\s[#(]|\s/\s|(?<!\bSt)(?<!\bMt)(?<!\bDr)\. |\n"
)
_FIELD_MOST, _LINE_MOST = 80, 300
#: Labels of one kind and names of payers that are looked at; a form holds few.
_MOST = 40
_LEAD = re.compile(r"[ \t:=._|-]*")


def _labelled(note: Note, label: str) -> list[Mention]:
    """The first mentions of a label, in order."""
    return list(islice((m for m in note.mentions("request") if m.label == label), _MOST))


def _two_lines_to(note: Note, at: int) -> str:
    """The words before ``at`` on its line and on the line above."""
    return "\n".join(note.text[max(0, at - _LINE_MOST) : at].split("\n")[-2:])


def _line_after(note: Note, at: int) -> tuple[int, int]:
    """Bounds of what stands behind a label up to the line's end; of the next line where nothing does."""
    for _ in range(2):
        far = min(len(note.text), at + _LINE_MOST)
        stop = note.text.find("\n", at, far)
        stop = far if stop < 0 else stop
        if note.text[at:stop].strip(" \t:=._|-"):
            return at, stop
        at = min(len(note.text), stop + 1)
    return at, at


def _field(note: Note, at: int) -> tuple[str, Span] | None:
    """The value of a form's field behind its label, without unticked options, and its place."""
    a, stop = _line_after(note, at)
    a += len(_LEAD.match(note.text, a, stop).group(0))  # type: ignore[union-attr]
    if a >= stop:
        return None
    line = note.text[a:stop]
    boxed = without_empty_options(line)
    if boxed != line:
        return boxed, Span(a, stop)
    end = _FIELD_END.search(line)
    value = line[: min(end.start() if end else len(line), _FIELD_MOST)].rstrip(" .,")
    return (value, Span(a, a + len(value))) if value else None


# --- payer ------------------------------------------------------------------------------------------------------------
#: A name that is a place here, or cover that the patient has no more, not yet, or never had.
_PLACE = re.compile(
    r"\W{0,2}(?:\w+ )?(?:facility|clinic|hospital|medical (?:center|group)|doctors?|physicians?|emergency|urgent|building|road|street|"
    r"avenue|ave|st|bay|beach|drive|lane|panel|sequenc\w+)\b",
    re.IGNORECASE,
)
_NO_PAYER = re.compile(
    r"\b(?:no|not|denies|without|never|non)\b[^.;]{0,30}$|\b(?:previous\w*|former\w*|used to have|switched from|changed from|lost|once)\b[^.;]{0,30}$",
    re.IGNORECASE,
)
_SECOND = re.compile(r"\b(?:secondary|2nd|second|supplement\w*|tertiary) (?:\w+ )?$", re.IGNORECASE)
#: What may stand between two names of one payer: "Cigna through eviCore", "Medicare (Palmetto GBA)".
_BETWEEN = re.compile(
    r"^(?:,? ?(?:through|via|by|with|administered by|managed by|contractor|-|/|\(|Gold Plus,?|HMO|PPO|Complete|Choice|Part B|Part C|:)? ?){1,2}$",
    re.IGNORECASE,
)
_KIND_OF_PLAN = re.compile(
    r"\b(?:HMO|PPO|EPO|POS plan|commercial|Medicare|Medicaid|Advantage|exchange|self-?funded|employees|health)\b",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"(?:none|n/?a|unknown|pending|verified|on file|see|yes|no|not|same|active|card|denied|approved|wants?|will|may|does|is|has|requires?)\b",
    re.IGNORECASE,
)


def _is_payer(m: Mention) -> bool:
    text = m.sentence.text
    before, behind = text[max(0, m.start - 40) : m.start], text[m.end : m.end + 25]
    if m.has("family") or m.has("hypothetical") or _NO_PAYER.search(before) or _SECOND.search(before):
        return False
    return not _PLACE.match(behind)


def _joined_payers(names: list[Mention]) -> tuple[str, Span]:
    """The first name with those that follow in the same breath."""
    first = last = names[0]
    for m in names[1:]:
        if m.sentence is not first.sentence or not _BETWEEN.match(m.sentence.text[last.end : m.start]):
            break
        last = m
    text, end = first.sentence.text, last.end
    if "(" in text[first.start : end] and text[end : end + 1] == ")":
        end += 1
    return re.sub(r"\s?:", "", text[first.start : end]), first.sentence.span(first.start, end)


def _payer(note: Note) -> Read | None:
    names = _labelled(note, "payer")
    for label in _labelled(note, "payer_label"):
        text = label.sentence.text
        if _SECOND.search(text[max(0, label.start - 20) : label.start]) or label.has("family"):
            continue
        field = _field(note, label.span.end)
        if field is None:
            continue
        value, place = field
        known = [m for m in names if place.start <= m.span.start < place.end and m.text in value]
        if known:
            return (*_joined_payers(names[names.index(known[0]) :]), "payer<-field")
        bare = label.entry.attributes.get("bare")
        if _NO_NAME.match(value) or not re.search(r"[A-Za-z]{3}", value) or "[" in value:
            continue
        if bare and not (_KIND_OF_PLAN.search(value) and len(value.split()) <= 5):
            continue  # "Plan: repeat the ablation"
        return value, place, "payer<-field"
    told = [m for m in names if _is_payer(m)]
    return (*_joined_payers(told), "payer<-name") if told else None


# --- setting ---------------------------------------------------------------------------------------------------------
_SETTINGS = (
    ("hospital_outpatient", re.compile(r"\bhospital[- ]outpatient|\boutpatient (?:hospital|department|dept)|\bhospital\b[^.;]{0,20}\boutpatient\b|\bHOPD\b", re.I)),
    ("ambulatory_surgery_center", re.compile(r"\bambulatory surg\w+|(?-i:\bASC\b)|\bsurg(?:ery|ical) cent(?:er|re)\b", re.I)),
    ("inpatient", re.compile(r"\bin-?patient\b", re.I)),
    ("office", re.compile(r"\boffice\b", re.I)),
    ("other", re.compile(r"\bemergency (?:department|room)\b|\bnursing (?:home|facility)\b|\bpatient's home\b|\burgent care\b", re.I)),
)  # fmt: skip
#: CMS place-of-service codes.
POS_CODES = {
    "11": "office",
    "19": "hospital_outpatient",
    "21": "inpatient",
    "22": "hospital_outpatient",
    "24": "ambulatory_surgery_center",
}
_POS = re.compile(
    r"(?<![\d/.-])(?:11|19|21|22|24)(?![\d/.%-]| ?(?:deg|°|mg|weeks?|[A-Z][a-z]+ (?:Road|Rd|Street|St|Lane|Ave\w*|Dr\w*)\b))"
)
_LONG_AGO = re.compile(
    r"\b(?:(?:19|20)\d\d|outside|previous\w*|prior|last|ago|history|earlier|both|first|already)\b",
    re.IGNORECASE,
)
_DONE = re.compile(r"\b(?:done|performed|had|underwent|received|was|were|gave|seen)\b", re.IGNORECASE)
_SERVICE = re.compile(
    r"\b(?:RFAs?|radio[- ]?frequency|ablations?|neurotom(?:y|ies)|injections?|blocks?|epidurals?|ESIs?|procedures?|services?|done|performed|"
    r"scheduled?|in-office|office-based|[26]\d{4})\b",
    re.IGNORECASE,
)
_TO_COME = re.compile(
    r"\b(?:will(?: not)? be|to be|to have|planned|scheduled|schedule|request\w*|plan)\b", re.IGNORECASE
)


def _settings_in(value: str, codes: bool) -> list[str]:
    """The settings named in a field's words and, where the field asks for one, by place-of-service codes."""
    found = [name for name, words in _SETTINGS if words.search(value)]
    if "hospital_outpatient" in found and "office" in found and "outpatient" not in value.lower():
        found.remove("office")
    if codes:
        found += [POS_CODES[m.group(0)] for m in _POS.finditer(value)]
    return list(dict.fromkeys(found))


def _is_setting(m: Mention, note: Note) -> bool:
    """Whether a place named in the text is where the service is to be given."""
    if m.has("family") or m.has("negated") or m.has("hypothetical"):
        return False
    text = m.sentence.text
    around = text[max(0, m.start - 90) : m.start] + " " + text[m.end : m.end + 60]
    procedure = is_procedure_note(note)
    if not procedure and not _SERVICE.search(text):
        return False  # a letterhead
    if _TO_COME.search(around):
        return True
    if _LONG_AGO.search(around):
        return False
    return procedure or not _DONE.search(around)


def _setting(note: Note) -> Read | None:
    for label in _labelled(note, "place_label"):
        if label.has("family") or (field := _field(note, label.span.end)) is None:
            continue
        found = _settings_in(
            field[0], bool(label.entry.attributes.get("codes")) and "address" not in label.text.lower()
        )
        if len(found) == 1:
            return found[0], Span(label.span.start, field[1].end), "setting<-field"
    for m in note.mentions("request"):
        if m.entry.id.startswith("setting.") and _is_setting(m, note):
            return m.label, m.span, "setting<-words"
    return None


# --- state -----------------------------------------------------------------------------------------------------------
_HOME = re.compile(
    r"\b(?:home|patient(?:'s)? address|residence|mailing|lives|member address)\b", re.IGNORECASE
)
_NO_PLACE = re.compile(
    r"\b(?:mental|general|emotional|physical|current|clinical|functional|steady|marital|health|neuro\w+) $",
    re.IGNORECASE,
)
_OTHER_LINE = re.compile(
    r"\b(?:patient|home|member|subscriber|payer|insurance|mail(?:ing)?|bill(?:ing)?|dear)\b", re.IGNORECASE
)
#: An address behind its label: so many lines and characters.
_ADDRESS_LINES, _ADDRESS_MOST = 4, 260


def _state(note: Note) -> Read | None:
    for label in _labelled(note, "state_label"):
        service = label.entry.attributes.get("service")
        before = label.sentence.text[max(0, label.start - 20) : label.start]
        if label.has("family") or _NO_PLACE.search(before):
            continue
        if not service and _HOME.search(_two_lines_to(note, label.span.start)):
            continue
        if (letters := leading_state(note.text[label.span.end : label.span.end + 40])) is not None:
            return (
                letters,
                Span(label.span.start, label.span.end + _state_end(note, label.span.end)),
                "state<-field",
            )
    for label in _labelled(note, "place_label"):
        piece = note.text[label.span.end : label.span.end + _ADDRESS_MOST]
        kept: list[str] = []
        for line in piece.split("\n")[:_ADDRESS_LINES]:
            if kept and _OTHER_LINE.search(line):
                break
            kept.append(line)
        address = "\n".join(kept)
        if (letters := state_of_address(address)) is not None:
            return letters, Span(label.span.start, label.span.end + len(address.rstrip())), "state<-address"
    return None


def _state_end(note: Note, at: int) -> int:
    """Length of a state's field behind its label: to the line's end or a gap."""
    m = re.search(r"\S[ \t]*(?=\n|\s{2}|$|[,;|])", note.text[at : at + 40])
    return m.start() + 1 if m else 2


# --- kind of claim, date of service ---------------------------------------------------------------------------------------
def _claim_kind(note: Note) -> Read | None:
    for m in note.mentions("request"):
        if m.entry.id.startswith("claim_kind.") and not (m.has("negated") or m.has("family")):
            return m.label, m.span, "claim_kind<-words"
    return None


def _service_date(note: Note) -> Read | None:
    for m in note.mentions("request"):
        if m.label != "service_date":
            continue
        dates = [d for d in find_dates(m.sentence.text[m.end :]) if d.value]
        if dates and dates[0].value:
            return dates[0].value.isoformat(), m.span, "service_date<-field"
    return None


_READERS: tuple[tuple[str, Callable[[Note], Read | None]], ...] = (
    ("payer", _payer),
    ("setting", _setting),
    ("state", _state),
    ("claim_kind", _claim_kind),
    ("service_date", _service_date),
)


def context_of(note: Note) -> Iterator[tuple[str, Read]]:
    """Each field of the request's context that the note states, with value, place and step."""
    for field, read in _READERS:
        if (found := read(note)) is not None:
            yield field, found
