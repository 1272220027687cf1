"""From mentions of imaging to studies of the spine, one fact a study."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from extractors.document import document_kind
from extractors.facts import Fact, Span
from extractors.family import Family, fact_of
from extractors.imaging.fusion import assesses_fusion
from extractors.note import Mention, Note, Sentence
from extractors.quantities.dates import DateMention, find_dates
from extractors.quantities.levels import find_levels
from extractors.surgeries import answers, context
from extractors.surgeries.cues import load_cues

CUES = load_cues(__file__)

VERSION = "1"
_REGION = (
    ("cervical", re.compile(r"\b(?:cervical|neck|c[- ]?spine|c/s|cx spine|cervico\w*)\b", re.IGNORECASE)),
    ("thoracic", re.compile(r"\b(?:thoracic|mid-?back|t[- ]?spine|t/s|dorsal spine|thoraco\w*)\b", re.IGNORECASE)),
    ("lumbar", re.compile(r"\b(?:lumbar|lumbosacral|l[- ]?spine|l/?s[- ]?spine|ls spine|low(?:er)?[ -]back|l/s|lsp|\w*lumbar|back)\b", re.IGNORECASE)),
    ("sacral", re.compile(r"\b(?:sacr(?:um|al|oiliac)|si joints?|coccyx)\b", re.IGNORECASE)),
)  # fmt: skip
_ELSEWHERE = CUES["elsewhere"]
_INTRAPROCEDURAL = CUES["intraprocedural"]
_PLANNED = CUES["planned"]
_RESULT = CUES["result"]
_NOT_DONE = CUES["not_done"]
_FOREIGN = re.compile(r"\b(?:compatible|conditional|unsafe|safe)\b", re.IGNORECASE)


@dataclass(eq=False)
class Study:
    """A study as one mention tells it."""

    mention: Mention
    modality: str
    region: str
    date: str | None
    assertion: str
    fusion: bool
    spans: list[Span] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)


def _bounds(m: Mention) -> tuple[int, int]:
    """Stretch of the sentence that speaks of this study: up to the neighbouring studies."""
    others = [
        x
        for x in m.sentence.mentions
        if x.family == "imaging" and x is not m and not x.entry.attributes.get("unnamed")
    ]
    left = max((x.end for x in others if x.end <= m.start), default=0)
    right = min((x.start for x in others if x.start >= m.end), default=len(m.sentence.text))
    return left, right


def _report(note: Note, m: Mention) -> list[Sentence]:
    """The following sentences that still report this study: same section, no other study, at most eight."""
    out: list[Sentence] = []
    for s in note.sentences[m.sentence.index + 1 : m.sentence.index + 9]:
        if s.section is not m.sentence.section or CUES["other_topic"].match(s.text):
            break
        if any(x.family == "imaging" and not x.entry.attributes.get("unnamed") for x in s.mentions):
            break
        if m.sentence.section.category != "imaging" and len(out) >= 1:
            break
        out.append(s)
    return out


def _regions(note: Note, m: Mention, left: int, right: int) -> tuple[list[str], str]:
    """Regions of a study: several where the words beside it list them ("MRI of the cervical and lumbar spine")."""
    after = re.split(r"\b(?:show|reveal|demonstr)\w*|[:;.]", m.sentence.text[m.end : min(right, m.end + 70)])[
        0
    ]
    listed = sorted((x.start(), x.end(), r) for r, pat in _REGION for x in pat.finditer(after))
    out = [r for _, _, r in listed[:1]]
    for (_, end, _), (start, _, r) in pairwise(listed):
        if (
            re.fullmatch(
                r"(?:\s|,|&|/|and|spine|as well as|the|her|his|of)*", after[end:start], re.IGNORECASE
            )
            and r not in out
        ):
            out.append(r)
    if len(out) > 1:
        return out, "region<-list"
    region, step = _region(note, m, left, right)
    return [region], step


def _region(note: Note, m: Mention, left: int, right: int) -> tuple[str, str]:
    """Region of a study: the words beside it, its levels, its heading, else the note's main region."""
    text = m.sentence.text
    after, before = text[m.end : min(right, m.end + 45)], text[max(left, m.start - 40) : m.start]
    for window in (re.split(r"\b(?:show|reveal|demonstr)\w*|[:;]", after)[0], before):
        hits = [(x.start(), r) for r, pat in _REGION for x in pat.finditer(window)]
        if window is before:
            hits = [(-p, r) for p, r in hits]
        other = _ELSEWHERE.search(window)
        if hits:
            return min(hits)[1], "region<-words"
        if other:
            return "other", "region<-words"
    # "screws at S1" belong to a lumbar study
    levels = [lv for lv in find_levels(text[m.end : min(right, m.end + 200)]) if lv.region != "sacral"]
    if levels:
        return levels[0].region, "region<-levels"
    title = m.sentence.section.title
    for region, pat in _REGION:
        if pat.search(title):
            return region, "region<-heading"
    for s in _report(note, m)[:3]:
        found = find_levels(s.text)
        if found:
            return found[0].region, "region<-report"
    return context.main_region(note), "region<-note"


def _date(m: Mention, left: int, right: int) -> str | None:
    """The date beside the study, as precise as it stands."""
    text = m.sentence.text
    at = m.end - max(left, m.start - 25)
    window = text[max(left, m.start - 25) : min(right, m.end + 70)]
    found = [d for d in find_dates(window) if d.value is not None]
    after = [
        d
        for d in found
        if d.start >= at and not re.search(r", (?:and )?[a-z]{3,} [a-z]{3,}", window[at : d.start])
    ]
    found = [d for d in found if d.start < at]
    pick = after[0] if after else (found[-1] if found else None)
    if pick is None:
        year = re.search(r"\b(?:19[89]\d|20[0-4]\d)\b", window[at:])
        return year.group() if year else None
    return _iso(pick)


def _iso(found: DateMention) -> str | None:
    """A date as far as the note states it."""
    if found.value is None:
        return None
    iso = found.value.isoformat()
    return {"year": iso[:4], "month": iso[:7], "day": iso}.get(found.precision)


def _assertion(note: Note, m: Mention, left: int, right: int) -> tuple[str, str]:
    """Done, planned or not done: the form's box, then not done, then signs of a report, then the order."""
    text = m.sentence.text
    a, b = m.clause
    before, after = text[max(left, a) : m.start], text[m.end : min(right, b)]
    box = _box(note, m)
    if box is not None:
        return ("present", "assertion:present<-box") if box else ("absent", "assertion:absent<-box")
    if re.search(r"\bno\s+(?:\w+\s)?$", before, re.IGNORECASE) and re.search(
        r"\bunless\b", after, re.IGNORECASE
    ):
        return "absent", "assertion:absent<-unless"
    if _NOT_DONE.search(before) and not re.search(r"\b(?:evidence|change)\b", before, re.IGNORECASE):
        return "absent", "assertion:absent<-negation"
    if CUES["not_done_after"].search(after):
        return "absent", "assertion:absent<-negation"
    done = CUES["done"].search(after) is not None and not CUES["purpose"].search(after)
    if re.search(r"\b(?:if|may|might|should|unless|consider)\b", before, re.IGNORECASE) and not (
        _RESULT.search(after) or done
    ):
        return "planned", "assertion:planned<-conditional"
    ordered = _PLANNED.search(before[-60:]) or re.match(
        r"^[^.;,]{0,60}\b(?:ordered|requested|pending|scheduled|recommended|to be|will be|is needed|may be required|planned)\b",
        after,
        re.IGNORECASE,
    )
    if (
        ordered
        and not done
        and not re.search(r"\b(?:was|were|been) (?:sent|referred) for\b|\bable to obtain\b", before, re.I)
    ):
        return "planned", "assertion:planned<-cue"
    if m.sentence.section.category == "plan" and not _RESULT.search(after):
        return "planned", "assertion:planned<-section"
    return "present", "assertion:present"


def _box(note: Note, m: Mention) -> bool | None:
    """The box in front of a study on a form, or the answer to "had an MRI?"."""
    place = m.span
    line = note.text[max(0, place.start - 8) : place.start].rsplit("\n", 1)[-1]
    if CUES["ticked"].search(line) or CUES["unticked"].search(line):
        return CUES["ticked"].search(line) is not None
    asked = re.match(r"[^\n.;:]{0,50}\?", note.text[place.end : place.end + 60])
    return answers.checkbox(note, place.end + asked.end() - 1) if asked else None


def _named_near(note: Note, sentence: Sentence) -> bool:
    """Whether the sentence or the one before names a modality: the bare "imaging" is that study."""
    around = note.around(sentence, before=1, after=0)
    return any(
        x.family == "imaging" and not x.entry.attributes.get("unnamed") for s in around for x in s.mentions
    )


def _studies(note: Note, m: Mention) -> list[Study]:
    s = m.sentence
    if (
        s.section.category in {"family_history", "consent", "instructions", "anesthesia"}
        or m.has("family")
        or context.others(s, m.start, m.end)
    ):
        return []
    left, right = _bounds(m)
    if s.section.category == "procedure" or _INTRAPROCEDURAL.search(
        s.text[max(left, m.start - 50) : min(right, m.end + 40)]
    ):
        return []
    if _FOREIGN.match(s.text[m.end : m.end + 14].strip(" -")) or context.policy_text(note, s):
        return []
    regions, step = _regions(note, m, left, right)
    if regions == ["other"] or (regions == ["unknown"] and not context.is_spine_note(note)):
        return []
    assertion, why = _assertion(note, m, left, right)
    words = (
        s.text[left:right]
        + " "
        + " ".join(x.text for x in (_report(note, m) if assertion == "present" else []))
    )
    if document_kind(note) == "imaging":
        # the whole document is the report
        fusion = assertion == "present" and note.once("imaging.fusion", lambda n: assesses_fusion(n.text))
    else:
        fusion = assertion == "present" and assesses_fusion(words)
    if m.entry.attributes.get("unnamed") and (not fusion or _named_near(note, s)):
        return []
    quote = s.span(*_quote(m, left, right))
    date = _date(m, left, right) or _date_below(note, m)
    if date and why.endswith("section"):
        assertion, why = "present", "assertion:present<-date"
    return [Study(m, m.label, r, date, assertion, fusion, [quote], [step, why]) for r in regions]


def _date_below(note: Note, m: Mention) -> str | None:
    """The date right after a study that stands as a heading: "MRI of the lumbar spine (08/21/2024)"."""
    s = m.sentence
    if s.end > s.section.body or s.index + 1 >= len(note.sentences):
        return None
    after = note.sentences[s.index + 1].text[:40]
    found = [d for d in find_dates(after) if d.value is not None and d.start <= 12]
    return _iso(found[0]) if found else None


def _quote(m: Mention, left: int, right: int) -> tuple[int, int]:
    text = m.sentence.text
    a, b = max(left, m.start - 60), min(right, m.end + 160)
    if a > left:
        a = text.find(" ", a) + 1 if text.find(" ", a) < m.start else m.start
    if b < right:
        b = max(m.end, text.rfind(" ", m.end, b))
    while a < m.start and text[a] in " ,;":
        a += 1
    while b > m.end and text[b - 1] in " ,;":
        b -= 1
    return a, b


def _same(a: Study, b: Study) -> bool:
    return (
        a.modality == b.modality
        and a.assertion == b.assertion
        and (a.region == b.region or "unknown" in (a.region, b.region))
        and (a.date is None or b.date is None or a.date.startswith(b.date) or b.date.startswith(a.date))
    )


def _join(host: Study, study: Study) -> None:
    host.spans += study.spans
    host.fusion = host.fusion or study.fusion
    if host.region == "unknown":
        host.region = study.region
    if study.date and (host.date is None or len(study.date) > len(host.date)):
        host.date = study.date


def bind(note: Note) -> list[Fact]:
    """Imaging studies of the spine, merged inside the note."""
    out: list[Study] = []
    for m in note.mentions("imaging"):
        for study in _studies(note, m):
            host = next((h for h in out if _same(h, study)), None)
            if host is None:
                out.append(study)
            else:
                _join(host, study)
    facts = []
    for s in out:
        value: dict[str, object] = {
            "modality": s.modality,
            "region": s.region,
            "date": s.date,
            "assesses_fusion": s.fusion,
        }
        places = list(dict.fromkeys(s.spans))
        facts.append(fact_of(s.mention, "imaging", value, version=VERSION, assertion=s.assertion, span=places[0], supporting=tuple(places[1:]), steps=tuple(s.steps)))  # fmt: skip
    return facts


FAMILY = Family.load(__file__, "1", bind)
