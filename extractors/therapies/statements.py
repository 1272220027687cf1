"""Statements: which stretch of text speaks about which therapy.

Therapies named in one breath ("acupuncture, a TENS unit and chiropractic care, without relief") share what
is said of them; otherwise each mention owns the text up to its neighbour.
"""

from __future__ import annotations

import re

from extractors.facts import Span
from extractors.note import Mention, Note, Sentence
from extractors.therapies.components import is_component
from extractors.therapies.following import attach_tails
from extractors.therapies.people import is_patient_or_credential
from extractors.therapies.places import place_at
from extractors.therapies.statement import BULLET, Statement, answered, line_start
from extractors.therapies.tables import Row, row_at

_BREAK = re.compile(
    r";|\. |[.?!]\"? (?=(?-i:[A-Z]))|,? but\b|,? however\b|\balthough\b|\bthough\b|\bwhereas\b|\bthen\b|,? and (?=(?:he|she|they|i|we|pt|patient|the patient)\b)"
    r"|,? and (?=(?:has|had|is|was|did|took|takes|uses|used|tried|started|continues|completed|also|would|will|declin\w+)\b)| - (?=(?-i:[A-Z]))|\|\|",
    re.IGNORECASE,
)
_BECAUSE = re.compile(r"\b(?:because|since|as|due to|d/t|when|after)\s*$", re.IGNORECASE)
#: What may stand between therapies that are named in one breath.
_FILLER = re.compile(
    r"(?:\s|[,/&+()]|\b(?:and|or|and/or|as well as|then|and then|w/|plus|including|includes?|such as|like|e\.g\.|along with|also|both|in addition to|combined with|in combination with"
    r"|with|a|an|the|his|her|some|several|multiple|various|different|numerous|other|of|for|courses?|trials?|rounds?|short|formal|home|oral|otc|over-the-counter|prescription|extensive"
    r"|treatments?|therap(?:y|ies)|care|medications?|medicines?|meds|drugs?|agents?|pills?|tablets?|tabs?|caps?|capsules?|units?|machine|sessions?|visits?|modalit(?:y|ies)|exercises?|program"
    r"|neuropathic|analgesics?|pain|adjustments?|manipulations?|ultrasound|electrical|local|injections?|epidurals?|epidural steroid injections?|ESIs?|LESIs?|TPIs?|trigger point injections?|nerve blocks?"
    r"|\d+(?:\.\d+)?(?:[-/]\d+(?:\.\d+)?)?|mg|lbs?|pounds?|mcg|gm?|%|po|p\.o\.?|bid|b\.i\.d\.?|tid|t\.i\.d\.?|qid|q\.i\.d\.?|qhs|q\.h\.s\.?|qd|q\.d\.?|daily|nightly|prn|p\.r\.n\.?|q\d{1,2}h(?:rs?)?|as needed|er|sr|xr|ir|hcl"
    r"|occasional|occasionally|supervised|land|aquatic|chronic|daily|regular|strengthening|stretching)(?![\w])){1,14}",
    re.IGNORECASE,
)
_COLUMNS = re.compile(r"[ \u00a0]{3,}|\t")
_JOINED = re.compile(
    r"^[^.;]{0,40}(?:\band|,|&|\+|\bplus|\bor)\s(?:(?:a|an|some|also|then|of|had|did|tried|took|used|received|saw|\d+|weeks|months|sessions|visits)\s){0,4}$",
    re.I,
)
#: "PT eight weeks with manual traction, nothing": one course.
_WITHIN = re.compile(
    r"^[^.;()]{0,60}\b(?:with|w/|incl\w*\.?|including)\s(?:(?:a|some|the|also)\s){0,2}(?:\w+\s)?$", re.I
)
_LABELLED = re.compile(r"\s?(?:[-–—:|=>(]|x ?\d)")
_SLASH = re.compile(r"\s/\s|/\s(?=[A-Z])")
_PARENTHESIS = re.compile(r"\([^()]{0,200}\)")
_BOX = re.compile(r"\[\s?x?\s?\]|\(\s?x?\s?\)|[☐☒☑□❏]", re.IGNORECASE)


def _groups(note: Note, mentions: list[Mention], text: str) -> list[list[Mention]]:
    groups: list[list[Mention]] = []
    for m in mentions:
        if groups:
            gap = text[groups[-1][-1].end : m.start]
            if gap.strip() in ("", ":", "-", "–", "(", "/", "--") and groups[-1][-1].label == m.label:
                groups[-1].append(m)
                continue
            apart = not gap.strip() and _COLUMNS.search(note.text[groups[-1][-1].span.end : m.span.start])
            if (
                not apart
                and len(gap) <= 90
                and (_FILLER.fullmatch(gap) or gap.strip() in {"", ",", "/", "&", "+"})
            ):
                groups[-1].append(m)
                continue
        groups.append([m])
    return groups


def _line_of_its_own(note: Note, left: Mention, right: Mention) -> int:
    """Where in the sentence a new line of a list starts with the right mention as its label ("PT - 12 visits"), or -1."""
    raw = note.text[left.span.end : right.span.start]
    at = raw.rfind("\n")
    if at < 0 or len(raw) - at > 5 or not _LABELLED.match(right.sentence.text[right.end : right.end + 6]):
        return -1
    return right.start - len(raw[at + 1 :].strip())


def _cut(gap: str, offset: int) -> tuple[int, int]:
    """Where the left statement ends and the right one starts, in the sentence's offsets."""
    box = list(_BOX.finditer(gap))
    if box:
        return offset + box[-1].start(), offset + box[-1].start()
    # What stands in parentheses belongs to what it follows.
    masked = _PARENTHESIS.sub(lambda m: "(" + "x" * (len(m[0]) - 2) + ")", gap)
    gap = masked
    breaks = list(_BREAK.finditer(gap))
    if breaks:
        # The right statement starts behind the last break; the left one ends there too, so that
        # "did not help; pain came back; he then tried ..." keeps its outcome.
        last = breaks[-1]
        return offset + last.start(), offset + last.end()
    if _BECAUSE.search(gap):
        return -1, offset + len(gap)
    slash = list(_SLASH.finditer(gap))
    if slash:
        return offset + slash[-1].start(), offset + slash[-1].end()
    comma = gap.rfind(", ")
    if comma >= 0 and len(gap) - comma <= 50:
        return offset + comma, offset + comma + 2
    for word in (" and ", " then ", " after ", " with "):
        at = gap.lower().rfind(word)
        if at >= 0:
            return offset + at, offset + at + (len(word) if word in (" and ", " then ") else 1)
    return offset + len(gap), offset


def _share_out(s: Statement, text: str, begin: int, end: int) -> None:
    """Give each mention of the statement the text that is its own: gaps are cut at their last separator."""
    group = s.mentions
    left = begin
    for k, m in enumerate(group):
        s.own_before[k] = text[left : m.start]
        s.spans[k] = (left, end)
        if k + 1 == len(group):
            s.own_after[k] = text[m.end : end]
            break
        gap = text[m.end : group[k + 1].start]
        box = _BOX.search(gap)
        at = box.start() if box else max(gap.rfind(", "), gap.rfind(" and "), gap.rfind("/"), gap.rfind("; "))
        cut = m.end + (at if at >= 0 else len(gap))
        s.own_after[k] = text[m.end : cut]
        s.spans[k] = (left, cut)
        left = cut


def _leads(note: Note, sentence: Sentence) -> str:
    """The line that leads in the list in which the sentence stands, or ""."""
    if not BULLET.match(note.text[line_start(note, sentence.start) : sentence.start + 4]):
        return ""
    i = sentence.index - 1
    while i >= 0 and sentence.index - i < 25 and note.sentences[i].section is sentence.section:
        other = note.sentences[i]
        if not BULLET.match(note.text[line_start(note, other.start) : other.start + 4]):
            short = len(other.text.split()) <= 6 and not re.search(r"[.,]\s*$|:\s*\S", other.text)
            return other.text if short or other.text.rstrip().endswith((":", "?")) else ""
        if re.match(r"^\(?\d{1,2}[.)]\s[^:?]{0,60}[:?](?:\s\([^)]*\))?$", other.text):
            return other.text
        i -= 1
    return ""


def _therapies(sentence: Sentence, family: str) -> list[Mention]:
    """The sentence's mentions that name a therapy of its own: no patient, no degree, no part of a course."""
    out: list[Mention] = []
    for m in sentence.mentions:
        if m.family == family and not is_patient_or_credential(m) and not is_component(m, out):
            out.append(m)
    return out


def statements_of(note: Note, family: str) -> list[Statement]:
    """The note's statements about therapies, in order."""
    out: list[Statement] = []
    for sentence in note.sentences:
        mentions = _therapies(sentence, family)
        if not mentions:
            continue
        text = sentence.text
        rows = _rows(note, mentions)
        out.extend(_from_row(note, m, row) for m, row in rows if row is not None)
        mentions = [m for m, row in rows if row is None]
        groups = _groups(note, mentions, text)
        first = len(out)
        begin = 0
        for i, group in enumerate(groups):
            end, following = len(text), len(text)
            if i + 1 < len(groups):
                end, following = _cut(text[group[-1].end : groups[i + 1][0].start], group[-1].end)
                line = _line_of_its_own(note, group[-1], groups[i + 1][0])
                if line >= 0:
                    end = following = line
                if end < 0:
                    end = len(text)
            s = Statement(sentence, group, text[begin : group[0].start], text[group[-1].end : end])
            s.head = text[: groups[0][0].start] if i else _carried(note, out, sentence)
            s.start, s.end = begin, end
            s.lead = _leads(note, sentence)
            _share_out(s, text, begin, end)
            gap = text[groups[i - 1][-1].end : group[0].start] if i else ""
            if i and (_JOINED.search(gap) or _WITHIN.search(gap)):
                out[-1].following = s
            out.append(s)
            begin = following
        for s in out[first:-1]:
            s.closing = "" if ";" in text[s.mentions[-1].end : groups[-1][0].start] else out[-1].after
    attach_tails(note, out, family)
    for s in out:
        s.places = {k: place_at(note, m.span.start) for k, m in enumerate(s.mentions)}
    return out


def _carried(note: Note, found: list[Statement], sentence: Sentence) -> str:
    """The head of a list whose entries are sentences of their own ("Prior care: PT, no help; Lyrica; hot packs")."""
    previous = note.sentences[sentence.index - 1] if sentence.index else None
    if previous is None or not found or found[-1].sentence is not previous:
        return ""
    if not previous.text.rstrip().endswith(";") or "\n" in note.text[previous.end : sentence.start]:
        return ""
    return found[-1].head or found[-1].before


def _rows(note: Note, mentions: list[Mention]) -> list[tuple[Mention, Row | None]]:
    """The table row of each mention; a line that names therapies in several cells is a list, not a row."""
    found = [(m, row_at(note, m.span.start)) for m in mentions]
    cells: dict[Span, set[int | str]] = {}
    for m, row in found:
        if row is not None:  # the answers of a form may name the agent: "NSAID {*Yes* | No} agent: celecoxib"
            cells.setdefault(row.span, set()).add(m.label if row.form else _cell_of(m, row))
    return [(m, row if row is not None and len(cells[row.span]) == 1 else None) for m, row in found]


def _cell_of(mention: Mention, row: Row) -> int:
    return next((i for i, c in enumerate(row.cells) if mention.text.lower() in c.lower()), 0)


def _from_row(note: Note, mention: Mention, row: Row) -> Statement:
    """A statement made of a table row: the mention's cell, and the other cells behind it."""
    s = Statement(mention.sentence, [mention], row=row)
    place = _cell_of(mention, row)
    cell = row.cells[place]
    at = cell.lower().find(mention.text.lower())
    rest = " | ".join(row.cells[:place] + row.cells[place + 1 :])
    s.own_before[0] = s.before = cell[: max(at, 0)]
    s.own_after[0] = s.after = answered(f"{cell[max(at, 0) + len(mention.text) :]} | {rest}")
    s.spans[0] = (mention.start, mention.end)
    s.start, s.end = mention.start, mention.end
    return s
