"""Sentences and lines that go on about a therapy: "It did not help.", "Slight gains.", "PT: went last fall"."""

from __future__ import annotations

import re

from extractors.note import Note, Sentence
from extractors.therapies.outcome_words import outcome_in
from extractors.therapies.statement import BULLET, Statement, answered, line_start

_ANAPHORA = re.compile(
    r"^(?:(?:overall|unfortunately|however|still|but|so far|says (?:he|she|it)|states (?:he|she|it)|at the time|by the end|in the end|he says|she says|pt (?:says|states|reports|notes)|(?:he|she|the patient|patient) (?:states|reports|notes|says|feels))\b[,:]? ?(?:that )?)*"
    r"(?:(?:this|these|that|those|it|they|none of (?:these|this|the|them)|all of (?:these|this)|both|neither|no (?:sustained |lasting |significant |real |long-term |durable )?(?:relief|benefit|help|improvement|change|better)|"
    r"(?:did|does|has|have|was|were|had|helped|helps|failed|worked|stopped|minimal|little|some|good|partial|temporary|only|not|without|pain (?:was |is )?(?:no|at the end|unchanged|persist\w*|relief|improved|still)|"
    r"(?:his|her|the|my|(?:the )?(?:patient|pt)'s) (?:\w+ )?(?:symptoms?|pain|complaints?|condition) (?:at|was|were|still|persist\w*|did|has|have|remain\w*|improved|continued)|symptoms? (?:still|persist\w*|remain\w*|improved|did)|"
    r"(?:he|she|the patient|pt|patient) (?:did not|does not|has not|didn't|had|got|was|felt|improved|had no|noticed|noted|came out|reports? (?:no|some|minimal)|experienced|received no|obtained|tolerated|could not|failed|was discharged|has had (?:no|some|minimal|little|good))|after (?:this|these|that)|with (?:this|that|these|time)|response|outcome|result|better|better hip|w/ (?:no|some|minimal)))\b|\d{1,2} (?:visits|sessions))",
    re.IGNORECASE,
)
_OTHER_TOPIC = re.compile(
    r"\b(?:MRI|CT|x-?rays?|EMG|injections?|epidurals?|ESIs?|blocks?|RFA|ablations?|surger(?:y|ies)|operation|fusion|laminectomy|discectomy|botox|stimulator|strength|reflex\w*|exam|fever|bowel|bladder|smok\w+|BP|family|work as|injur(?:y|ed) on)\b",
    re.IGNORECASE,
)


def attach_tails(note: Note, found: list[Statement], family: str) -> None:
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
                BULLET.match(note.text[line_start(note, following.start) : following.start + 4])
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
    r"^(?:\W*)(?:the )?(?:(?:low |lower |left |right |bilateral |axial )*(?:pain|LBP|back|neck|legs?|arms?)\b(?! (?:came|returned|was|did|only|back|before|from|went|score|level|unchanged|\d))|MRI|exam|he works|she works|on exam|plan|denies|call|return|follow|also|worse(?= (?:with|when|by|on|in|at|than|sitting|standing|walking|bending))|better (?:with|when|by)|aggravat|reliev\w+ (?:by|with)|if|should|will|we|i )",
    re.IGNORECASE,
)


_OF_PATIENT = re.compile(
    r"(?:he|she|they|it|this|these|pt|the patient|patient|both|all|none|neither|says?|said|states?|stated|reports?|reported|notes|noted|feels?|felt|found|gained|got|had|has|was|left|made|came)\b",
    re.IGNORECASE,
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
    r"^(?:[\w ,]{0,30})\b(?:after (?:this|these|that)|(?:despite|in spite of|notwithstanding|with all(?: of)?) (?:all )?(?:of )?(?:this|these|that|them|it all|the above)|none of|all of|neither|both|these|they|overall|treatments?)\b",
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
    statement.after = answered(f"{statement.after} {' '.join(line)}")
    statement.own_after[last] = answered(f"{statement.own_after[last]} {' '.join(line)}")
