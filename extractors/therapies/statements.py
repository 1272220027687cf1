"""Statements: which stretch of text speaks about which therapy.

Therapies named in one breath ("acupuncture, a TENS unit and chiropractic care, without relief") share what
is said of them; otherwise each mention owns the text up to its neighbour.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from extractors.facts import Span
from extractors.note import Mention, Note, Sentence
from extractors.therapies.components import is_component
from extractors.therapies.outcome_words import outcome_in
from extractors.therapies.people import is_patient_or_credential
from extractors.therapies.places import Place, place_at
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
#: The printed questions of a form, between a box and its answer.
_HOW_MANY = re.compile(r"\bhow many(?: (?P<what>\w+))?\?\s?_*(?P<n>\d{1,3})_*", re.I)
_ASKED = re.compile(
    r"\b(?:(?:how (?:much |well )?)?(?:has|have|did|does|do) (?:it|this|they|that)(?: \w+)?|helped|help|helpful|relief|response|results?|benefit|how (?:many|long|well|often))[^?|:]{0,25}\?",
    re.I,
)
_PARENTHESIS = re.compile(r"\([^()]{0,200}\)")
_BOX = re.compile(r"\[\s?x?\s?\]|\(\s?x?\s?\)|[☐☒☑□❏]", re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:[-*•>+o▪·~]|\(?\d{1,2}[.)]|\[[ xX]?\]|\([ xX]?\)|[a-z][.)])\s")


@dataclass(eq=False)
class Statement:
    """Mentions named in one breath, and the folded text around them that speaks about them."""

    sentence: Sentence
    mentions: list[Mention]
    before: str = ""
    after: str = ""
    #: Text at the head of the sentence, ahead of the first therapy ("He takes", "Tried and failed:").
    head: str = ""
    #: A lead-in line above a list ("What have you tried?").
    lead: str = ""
    #: Following sentences that go on about the same therapy.
    tail: list[Sentence] = field(default_factory=list)
    own_before: dict[int, str] = field(default_factory=dict)
    own_after: dict[int, str] = field(default_factory=dict)
    #: Each mention's own stretch of the sentence's folded text.
    spans: dict[int, tuple[int, int]] = field(default_factory=dict)
    start: int = 0
    end: int = 0
    #: The sentence behind a label's colon, on the same line.
    continued: Sentence | None = None
    #: The next therapy of the sentence, joined by no more than "and": what is said behind it may be said of both.
    following: Statement | None = None
    #: What the sentence says behind the last of its therapies.
    closing: str = ""
    #: The table row, where the mention stands in one.
    row: Row | None = None
    #: The kind of passage in which each mention stands.
    places: dict[int, Place] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The whole statement (folded)."""
        return self.sentence.text[self.start : self.end]


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
    if not _BULLET.match(note.text[_line_start(note, sentence.start) : sentence.start + 4]):
        return ""
    i = sentence.index - 1
    while i >= 0 and sentence.index - i < 25 and note.sentences[i].section is sentence.section:
        other = note.sentences[i]
        if not _BULLET.match(note.text[_line_start(note, other.start) : other.start + 4]):
            short = len(other.text.split()) <= 6 and not re.search(r"[.,]\s*$|:\s*\S", other.text)
            return other.text if short or other.text.rstrip().endswith((":", "?")) else ""
        if re.match(r"^\(?\d{1,2}[.)]\s[^:?]{0,60}[:?](?:\s\([^)]*\))?$", other.text):
            return other.text
        i -= 1
    return ""


def _line_start(note: Note, offset: int) -> int:
    # Looked for within reach only: a note may be one line of megabytes.
    low = max(0, offset - 400)
    at = note.text.rfind("\n", low, offset)
    return at + 1 if at >= 0 else low


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
    _tails(note, out, family)
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


def _answered(text: str) -> str:
    """The text with a form's printed questions taken out, so that only the answers speak."""
    if "?" not in text:
        return text
    text = _HOW_MANY.sub(lambda m: f"{m['n']} {m['what'] or 'visits'}, ", text)
    return re.sub(r"\s{2,}", " ", _ASKED.sub(" relief: ", text))


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
    s.own_after[0] = s.after = _answered(f"{cell[max(at, 0) + len(mention.text) :]} | {rest}")
    s.spans[0] = (mention.start, mention.end)
    s.start, s.end = mention.start, mention.end
    return s


_ANAPHORA = re.compile(
    r"^(?:(?:overall|unfortunately|however|still|but|so far|says (?:he|she|it)|states (?:he|she|it)|at the time|by the end|in the end|he says|she says|pt (?:says|states|reports|notes)|(?:he|she|the patient|patient) (?:states|reports|notes|says|feels))\b[,:]? ?(?:that )?)*"
    r"(?:(?:this|these|that|those|it|they|none of (?:these|this|the|them)|all of (?:these|this)|both|neither|no (?:sustained |lasting |significant |real |long-term |durable )?(?:relief|benefit|help|improvement|change|better)|"
    r"(?:did|does|has|have|was|were|had|helped|helps|failed|worked|stopped|minimal|little|some|good|partial|temporary|only|not|without|pain (?:was |is )?(?:no|at the end|unchanged|persist\w*|relief|improved|still)|"
    r"(?:his|her|the|my) (?:\w+ )?(?:symptoms?|pain|complaints?|condition) (?:at|was|were|still|persist\w*|did|has|have|remain\w*|improved|continued)|symptoms? (?:still|persist\w*|remain\w*|improved|did)|"
    r"(?:he|she|the patient|pt|patient) (?:did not|does not|has not|didn't|had|got|was|felt|improved|had no|noticed|noted|came out|reports? (?:no|some|minimal)|experienced|received no|obtained|tolerated|could not|failed|was discharged|has had (?:no|some|minimal|little|good))|after (?:this|these|that)|with (?:this|that|these|time)|response|outcome|result|better|better hip|w/ (?:no|some|minimal)))\b|\d{1,2} (?:visits|sessions))",
    re.IGNORECASE,
)
_OTHER_TOPIC = re.compile(
    r"\b(?:MRI|CT|x-?rays?|EMG|injections?|epidurals?|ESIs?|blocks?|RFA|ablations?|surger(?:y|ies)|operation|fusion|laminectomy|discectomy|botox|stimulator|strength|reflex\w*|exam|fever|bowel|bladder|smok\w+|BP|family|work as|injur(?:y|ed) on)\b",
    re.IGNORECASE,
)


def _tails(note: Note, found: list[Statement], family: str) -> None:
    """Attach the sentences after a statement that go on about it ("It did not help.")."""
    last_of: dict[int, Statement] = {}
    for s in found:
        last_of[s.sentence.index] = s
    for s in last_of.values():
        if s.row is None:
            _continue_line(note, s, family)
    for index, statement in last_of.items():
        index += statement.continued is not None
        for following in note.sentences[index + 1 : index + 3]:
            if statement.row is not None and following.start < statement.row.span.end:
                continue  # a cell of the same row
            if following.section is not statement.sentence.section or any(
                m.family == family for m in following.mentions
            ):
                break
            gap = note.text[note.sentences[following.index - 1].end : following.start]
            if gap.count("\n") > 1 or (
                _BULLET.match(note.text[_line_start(note, following.start) : following.start + 4])
                and "\n" in gap
            ):
                break
            if (
                not (_ANAPHORA.match(following.text) or is_elliptic(following.text))
                or _OTHER_TOPIC.search(following.text)
                or len(following.text) > 260
            ):
                break
            for s in _owners(found, statement, following):
                s.tail.append(following)


_OTHER_SUBJECT = re.compile(
    r"^(?:\W*)(?:the )?(?:(?:low |lower |left |right |bilateral |axial )*(?:pain|LBP|back|neck|legs?|arms?)\b(?! (?:came|returned|was|did|only|back))|MRI|exam|he works|she works|on exam|plan|denies|call|return|follow|also|worse|better (?:with|when|by)|aggravat|reliev\w+ (?:by|with)|if|should|will|we|i )",
    re.IGNORECASE,
)


_OF_PATIENT = re.compile(
    r"(?:he|she|they|it|this|these|pt|the patient|patient|both|all|none|neither)\b", re.IGNORECASE
)


def is_elliptic(text: str) -> bool:
    """Whether a short sentence says no more than how something worked ("Slight, short-lived gains").

    One that opens with a name of its own ("Calcitonin spray, no difference") speaks of that.
    """
    words = text.split()
    if len(words) > 12 or _OTHER_SUBJECT.match(text) or outcome_in(text) is None:
        return False
    told = text[0] in "\"'(->0123456789" or text[0].islower() or _OF_PATIENT.match(text) is not None
    return told or outcome_in(" ".join(words[:5])) is not None


_OF_ALL = re.compile(
    r"^(?:[\w ,]{0,30})\b(?:after (?:this|these|that)|none of|all of|neither|both|these|they|overall|treatments?)\b",
    re.IGNORECASE,
)


def _owners(found: list[Statement], last: Statement, following: Sentence) -> list[Statement]:
    """The statements that a following sentence speaks about: the last one, the main one, or all of the sentence."""
    same = [s for s in found if s.sentence is last.sentence]
    if _OF_ALL.match(following.text):
        return same
    if len(same) > 1 and re.search(r"\b(?:after|before|following)\b[^,;]{0,30}$", last.before, re.IGNORECASE):
        return [same[-2]]
    return [last]


def _continue_line(note: Note, statement: Statement, family: str) -> None:
    """Where a colon ended the sentence ("PT, CBOC:", "TENS:"), what follows on the line is said of the therapy."""
    sentence = statement.sentence
    if not sentence.text.rstrip().endswith((":", "?")) or sentence.index + 1 >= len(note.sentences):
        return
    following = note.sentences[sentence.index + 1]
    if "\n" in note.text[sentence.end : following.start] or any(
        m.family == family for m in following.mentions
    ):
        return
    last = len(statement.mentions) - 1
    statement.continued = following
    line: list[str] = []
    for other in note.sentences[following.index : following.index + 5]:
        if "\n" in note.text[sentence.end : other.start] or any(m.family == family for m in other.mentions):
            break
        line.append(other.text)
    statement.after = _answered(f"{statement.after} {' '.join(line)}")
    statement.own_after[last] = _answered(f"{statement.own_after[last]} {' '.join(line)}")
