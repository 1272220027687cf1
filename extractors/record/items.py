"""Formal parts of the record: signed or not, ordered or not, the procedure described or not."""

from __future__ import annotations

import re

from extractors.note import Mention, Note
from extractors.request.boxes import answer

#: What is signed where it is no part of the record of care, and who signs other than its author.
_OTHER_PAPER = re.compile(
    r"\b(?:consents?|contracts?|agreements?|releases?|waivers?|authori[sz]ation form|(?:intake|consent|history) form|AMA|lease|ABN)\b",
    re.IGNORECASE,
)
_OTHER_SIGNER = re.compile(
    r"\b(?:patient|pt|member|guardian|witness|wife|husband|parent|insured|subscriber|medical assistant|MA|staff|therapist)(?:.s)?\b",
    re.IGNORECASE,
)
_TO_COME = re.compile(r"\b(?:will|to) be\b", re.IGNORECASE)
_NAME = re.compile(r"\w{2,}|\b[A-Z]\b")
_NO_NAME = re.compile(r"^\W*(?:(?:date|time|title|print(?:ed)? name|credentials)\b[\W_]*)*$", re.IGNORECASE)
_PROCEDURE = re.compile(
    r"\b(?:injections?|blocks?|MBBs?|ablations?|RFAs?|RFN|radio[- ]?frequency|neurotom(?:y|ies)|denervation|rhizotomy|ESIs?|TFESIs?|"
    r"epidurals?|procedures?|facets?|medial branch\w*|6[234]\d{3}(?:-\w\w)?|27096|stimulator|kyphoplasty)\b",
    re.IGNORECASE,
)
_OTHER_ORDER = re.compile(
    r"\b(?:MRIs?|CTs?|x-?rays?|films?|EMG|NCS|labs?|CBC|ESR|CRP|urine|UDS|physical therapy|PT|brace|TENS|walker|cane|consults?|referrals?|"
    r"medications?|refills?|gabapentin|prednisone|DNR|bone scan|DEXA|ultrasound)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:wife|husband|sister|brother|mother|father|son|daughter|friend|neighbou?r|partner|cousin|uncle|aunt)(?:.s)? (?:\w+ )?$",
    re.IGNORECASE,
)
_NO_ORDER = re.compile(
    r"\b(?:in|mail|court|DNR|code|money|purchase|work|standing|restraining|ascending|descending|chronological|rank|of the|same|this) $",
    re.IGNORECASE,
)
#: What a description of technique speaks of; so many of them make a description.
_TECHNIQUE = tuple(
    re.compile(p, re.IGNORECASE)
    for p in (
        r"\b(?:prep(?:ped|ping)?|drap(?:ed|ing)|steril\w+|chlorhexidine|betadine)\b",
        r"\b(?:needles?|cannulae?|cannulas?|electrodes?|probes?|introducer)\b",
        r"\b(?:advanced|inserted|placed|directed|positioned)\b",
        r"\b(?:fluoro\w*|C-?arm|ultrasound|CT guid\w+)\b",
        r"\b(?:inject(?:ed|ate)|instilled|deposited|aspirat\w+|contrast)\b",
        r"\b(?:lesion\w*|coagulat\w+|stimulation|impedance)\b",
        r"\b(?:prone|supine|lateral decubitus)\b",
    )
)
_ENOUGH = 3
#: How much text behind a heading is looked at, in characters.
_DESCRIPTION = 4000
_PROSE_BEHIND = re.compile(
    r"^s? (?:of|from|dated|in) (?:\d|[a-z]+ \d)|^ (?:says|said|states|predicts|reads|template|was|is|in)\b",
    re.IGNORECASE,
)


def _signature(m: Mention, note: Note) -> str | None:
    text = m.sentence.text
    around = text[max(0, m.start - 60) : m.end + 60]
    before, behind = text[max(0, m.start - 40) : m.start], text[m.end : m.end + 60]
    if m.entry.attributes.get("absent"):
        return None if _OTHER_PAPER.search(around) else "absent"
    if _OTHER_SIGNER.search(before[-25:]) or _OTHER_PAPER.search(around):
        return None
    if m.entry.attributes.get("how") == "label":
        return _labelled(m, note)
    if re.match(r" ?(?:the |a )?" + _OTHER_SIGNER.pattern[2:], behind, re.IGNORECASE):
        return None
    if "not signed" in m.text.lower():
        return "absent"
    if _TO_COME.search(m.text) or m.has("planned") or _TO_COME.search(before[-12:]):
        return "planned"
    return "absent" if m.has("negated") else "present"


def _labelled(m: Mention, note: Note) -> str | None:
    """A signature line: a name behind its label is a signature, nothing is none."""
    rest = m.sentence.text[m.end :]
    if _NO_NAME.match(rest):
        following = note.sentences[m.sentence.index + 1 : m.sentence.index + 2]
        rest = following[0].text if following else ""
        if "/s/" in rest or re.search(r"signed", rest, re.IGNORECASE):
            return None  # the line below is a mention of its own
        if re.match(r"\W*(?:date|time|title|page)\b", rest, re.IGNORECASE) or _NO_NAME.match(rest):
            return "absent"
        return "absent" if ":" in rest[:40] or len(rest) > 60 else "present"
    if re.match(r"\W*(?:on file|see)\b", rest, re.IGNORECASE):
        return None
    if re.match(r"\W*(?:pending|missing|none|awaiting|not)\b", rest, re.IGNORECASE):
        return "absent"
    return "present" if _NAME.search(rest) else "absent"


def _order(m: Mention, note: Note) -> str | None:
    text = m.sentence.text
    a, b = m.clause
    before, behind = text[max(a, m.start - 60) : m.start], text[m.end : min(b, m.end + 70)]
    if (
        _OTHERS.search(before)
        or _NO_ORDER.search(before[-16:])
        or re.match(r" (?:number|no\.|#|set)", behind)
    ):
        return None
    if m.entry.attributes.get("absent"):
        return None if _OTHER_ORDER.search(m.text + behind[:40]) else "absent"
    place = behind
    if m.text.endswith(":") and not behind.strip():
        following = note.sentences[m.sentence.index + 1 : m.sentence.index + 2]
        place = following[0].text[:70] if following else ""
    ahead = re.search(
        r"\b(?:was|were|is|are|been|be|ordered|placed|entered|written|signed|on file)\b",
        m.text,
        re.IGNORECASE,
    )
    named = _PROCEDURE.search(place) or (ahead and _PROCEDURE.search(before))
    other = _OTHER_ORDER.search(place)
    if not named or (
        other and not (_PROCEDURE.search(place) and _PROCEDURE.search(place).start() < other.start())
    ):  # type: ignore[union-attr]
        return None
    if re.search(r"\b(?:will|plan to|to) (?:\w+ )?order\b|\bwill be\b", m.text, re.IGNORECASE) or re.search(
        r"\b(?:will|plan to) (?:\w+ ){0,3}$", before, re.IGNORECASE
    ):
        return "planned"
    if m.has("hypothetical"):
        return "hypothetical"
    return "absent" if m.has("negated") else "present"


def _procedure_note(m: Mention, note: Note) -> str | None:
    if m.entry.attributes.get("absent"):
        return "absent"
    if m.entry.attributes.get("how") == "sent":
        return "planned"
    text = m.sentence.text
    titled = re.match(r" (?:for|of|from|dated)\b[^.:\n]{1,40}:", text[m.end :]) is not None
    if _PROSE_BEHIND.match(text[m.end :]) and not titled:
        return None
    heading = text[m.start : m.end]
    ends = re.match(r"\s*(?:[:|\-/–]|$|\(| {2,})", text[m.end :]) is not None or heading.isupper() or titled
    if not ends:
        return None
    start = m.span.end
    description = note.text[start : start + _DESCRIPTION]
    told = sum(1 for p in _TECHNIQUE if p.search(description))
    return "present" if told >= _ENOUGH else None


_READERS = {"signature": _signature, "order": _order, "procedure_note": _procedure_note}


def item_of(m: Mention, note: Note) -> tuple[str, str] | None:
    """Kind and assertion of the part of the record that a mention speaks of, or None."""
    kind = m.label.partition("/")[2]
    if m.has("family") or m.sentence.section.category == "family_history":
        return None
    assertion = _READERS[kind](m, note)
    told = answer(note, m.span.end)
    if told is not None and kind != "procedure_note":  # "Order on file?  [ ] Yes  [x] No"
        assertion = "present" if told is not bool(m.entry.attributes.get("absent")) else "absent"
    return (kind, assertion) if assertion else None


def is_blank_signature(m: Mention, why: str) -> bool:
    """Whether a match left out as a blank prompt is the line on which the author should have signed."""
    if why != "blank_prompt" or m.entry.id != "signature_label":
        return False
    return not _OTHER_SIGNER.search(m.sentence.text[max(0, m.start - 25) : m.start])
