"""Where a note tells of care, and the mentions that are none: denied, not tried, a rule, a wish, a relative's."""

from __future__ import annotations

import re

from extractors.therapies.choices import boxes_behind
from extractors.therapies.cues import cues
from extractors.therapies.statement import Statement

#: Sections in which no therapy is reported.
SKIP = {
    "family_history",
    "consent",
    "anesthesia",
    "complications",
    "instructions",
    "procedure",
    "postoperative_diagnosis",
}
#: In the note of a procedure, only these sections speak about care before it.
IN_PROCEDURE_NOTE = {
    "history",
    "treatment_history",
    "medications",
    "indication",
    "chief_complaint",
    "assessment",
    "plan",
    "past_medical",
}
CHECKED = re.compile(r"(?:_+\s?x\s?_+|\[\s?x\s?\]|\(\s?x\s?\)|☒|☑|✓|✔)\s?$", re.IGNORECASE)
_YES = re.compile(
    r"^\s*[:=?|-]?\s*(?:\[\s?x\s?\]\s?y(?:es)?\b|\(\s?x\s?\)\s?y(?:es)?\b|y(?:es)?\b(?!\s?/))", re.IGNORECASE
)
_RECORDS_BEFORE = re.compile(
    r"\b(?:obtain|request|get|send|fax|review|await)\w*\b[^.;]{0,24}$", re.IGNORECASE
)
_RECORDS_AFTER = re.compile(
    r"^ (?:records?|notes?|reports?|documentation|discharge summary)\b", re.IGNORECASE
)
#: What stands behind a question mark answers it.
_ANSWER = re.compile(r"\?[\s_:]{0,6}\w{2,}")
_TRIED_LIST = re.compile(r"\b(?:done|tried|fail\w*|past|prior|prev\w*|used|to date|so far)\b", re.I)
_TENSE_BREAK = re.compile(r"\b(?:but|however|and (?:is|now|currently))\b", re.IGNORECASE)


_UNTICKED = re.compile(r"\s?(?:\[ ?\]|\( ?\)|[☐□❏])")


def is_none(statement: Statement, index: int) -> bool:
    """Whether the therapy is denied, not tried, or an unchecked box."""
    c = cues()
    before = statement.own_before[index]
    whole_before = statement.before
    if CHECKED.search(before) or _YES.search(statement.own_after[index]):
        return False
    after = statement.own_after[index]
    if boxes_behind(statement.sentence.text):
        return _UNTICKED.match(after) is not None
    if before.endswith("?") and not statement.mentions[index].text[0].isupper():
        return True  # "?brace": asked for
    if c.search("declined.before", statement.before) or c.search("declined.after", after):
        return False
    if re.search(r"_\s?$", before) and c.search("planned.after", after):
        return False
    if _TRIED_LIST.search(f"{statement.places[index].title} {statement.lead}") and re.match(
        r"[\w ]{0,20}\s-+\s?no\W*$", after, re.I
    ):
        return False  # in a list of what was done, "- no" is how it went
    if c.search("none.before", before) or (
        index > 0 and c.search("none.before", whole_before) and not _TENSE_BREAK.search(before)
    ):
        return True
    if c.search("none.after", statement.own_after[index]):
        return True
    return bool(
        index + 1 < len(statement.mentions)
        and re.search(
            r"\b(?:was|were|has been|have been|is|are) (?:not|never) (?:yet )?(?:been )?(?:done|tried|attempted|started|carried out|documented|demonstrated)\b",
            statement.after,
            re.I,
        )
    )


_SEDATION = re.compile(r"\b(?:midazolam|versed|propofol)\b", re.IGNORECASE)
_HOURS = re.compile(
    r"^[^.;]{0,30}?\b\d{1,2}(?:-\d{1,2})? ?(?:h|hrs?|hours?|min\w*)\b(?!,? (?:a|per|each|every|\w+ times|twice|once|daily|b\.?i\.?d|t\.?i\.?d|q\.?i\.?d)\b)",
    re.IGNORECASE,
)


def is_not_a_therapy(statement: Statement, index: int) -> bool:
    """Whether the words belong to a rule, an option menu, a wish, a cause of pain or a drug given in a procedure."""
    c = cues()
    before = statement.before if index == 0 else statement.before + statement.own_before[index]
    own = statement.own_before[index]
    if any(c.search("not_a_therapy.sentence", t) for t in (statement.sentence.text, statement.lead)):
        return True
    answered = (
        CHECKED.search(own) or statement.continued is not None or _ANSWER.search(statement.sentence.text)
    )
    if not answered and c.search("not_a_therapy.question", statement.sentence.text):
        return True
    label = statement.mentions[index].label
    if label == "opioid" and _SEDATION.search(statement.sentence.text):
        return True
    aftercare = label in ("heat_ice", "rest_activity_modification") and _HOURS.match(
        statement.own_after[index]
    )
    if aftercare and statement.places[index].kind not in ("history", "treatment_history"):
        return True
    if _RECORDS_BEFORE.search(before) and _RECORDS_AFTER.match(statement.own_after[index]):
        return True
    return bool(
        c.search("not_a_therapy.before", own if index else before)
        or (index and c.search("not_a_therapy.before", before))
        or c.search("not_a_therapy.after", statement.own_after[index])
    )
