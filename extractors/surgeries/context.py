"""Context that operations and red flags read alike: whose it is, whether it is meant, and what the note is about."""

from __future__ import annotations

import re

from extractors.note import Note, Sentence
from extractors.surgeries.cues import load_cues

CUES = load_cues(__file__)

_SPINE = {
    "cervical": re.compile(
        r"\b(?:cervical(?:gia)?|neck|c-?spine|C[2-7](?=[-/\s,.C]))|\b(?:cervico|occipit)", re.IGNORECASE
    ),
    "thoracic": re.compile(
        r"\b(?:thoracic|mid[- ]back|upper back|t-?spine|T(?:[4-9]|1[0-2])(?=[-/\s,.T])(?!\d))", re.IGNORECASE
    ),
    "lumbar": re.compile(
        r"\b(?:lumbar|lumbosacral|low(?:er)?[- ]back|lbp|l-?spine|l/s|back pain|L[1-5](?=[-/\s,.LS])|sciatica|lumbago)",
        re.IGNORECASE,
    ),
}
_SPINE_WORD = CUES["spine_word"]
_OTHER_BODY = CUES["other_body"]
#: Share of the note's region words from which one region is the note's main one.
_MAIN_SHARE = 0.6

_KIN = (
    r"(?:mother|mom|mum|father|dad|brother|sister|sibling|parents?|uncle|aunt|cousin|niece|nephew|grand(?:mother|father|ma|pa|parents?)"
    r"|son|daughter|twin|wife|husband|spouse|friend|neighbou?r|co-?worker|family member|relatives?|boyfriend|girlfriend|partner|boss|colleague|room-?mate|fianc[eé]e?|grand(?:son|daughter)|step-?(?:mother|father|son|daughter)|team-?mate|class-?mate|acquaintance|buddy|another patient|landlord|pastor|teacher)s?"
)
_KIN_BEFORE = re.compile(
    rf"\b{_KIN}\b(?!-in-law's office)(?:(?!\b(?:she|he|pt|patient|i|we|discussed|agree\w*"
    r"|wish\w*|accompan\w+|(?<!at )present|states?|says|reports)\b)[^.;]){0,60}$",
    re.IGNORECASE,
)
#: Others of the same accident; not "she was the passenger".
_OTHERS = re.compile(
    r"(?:^|[.;]\s)\W*(?:the|her|his) (?:other )?(?:passenger|driver|motorcyclist|cyclist|pedestrian|victim)\b(?:(?!\b(?:she|he|pt|patient|our|i|we)\b)[^.;]){0,70}$",
    re.IGNORECASE,
)
_KIN_AFTER = CUES["kin_after"]
_HYPOTHETICAL = CUES["hypothetical"]
_RISK = CUES["risk"]
_WARNING = CUES["warning"]
_POLICY = CUES["policy"]
_LIST_ITEM = re.compile(r"^\s*(?:\(?\d{1,2}[.)]|[-*•>o]|\(?[a-z][.)])\s")
#: Sections whose statements are not about what the patient has or had.
NOT_ASSERTED = frozenset({"family_history", "consent", "instructions"})


def region_counts(note: Note) -> dict[str, int]:
    """How often the note names each spinal region."""
    return note.once(
        "surgeries.region_counts", lambda n: {k: len(p.findall(n.text)) for k, p in _SPINE.items()}
    )


def main_region(note: Note) -> str:
    """The region that the note is about, or ``unknown`` where none prevails."""
    counts = region_counts(note)
    total = sum(counts.values())
    best = max(counts, key=lambda k: counts[k])
    return best if total and counts[best] >= _MAIN_SHARE * total else "unknown"


def near_region(note: Note, sentence: Sentence) -> str:
    """The one region named in the sentence or the three before it, else ``unknown``."""
    text = " ".join(s.text for s in note.around(sentence, before=3, after=0))
    found = [region for region, pattern in _SPINE.items() if pattern.search(text)]
    return found[0] if len(found) == 1 else "unknown"


def is_spine_note(note: Note) -> bool:
    """Whether spine words outweigh those of other body parts."""
    spine = sum(region_counts(note).values()) + note.once(
        "surgeries.spine", lambda n: len(_SPINE_WORD.findall(n.text))
    )
    other = note.once("surgeries.other_body", lambda n: len(_OTHER_BODY.findall(n.text)))
    return spine >= 1 and spine * 1.5 >= other


def others(sentence: Sentence, start: int, end: int) -> bool:
    """Whether the words at ``start``:``end`` speak of a relative or another person."""
    text = sentence.text
    return (
        sentence.section.category == "family_history"
        or _KIN_BEFORE.search(text[:start]) is not None
        or _OTHERS.search(text[:start]) is not None
        or _KIN_AFTER.search(text[end:]) is not None
    )


def hypothetical(sentence: Sentence, start: int, end: int) -> bool:
    """Whether the statement is conditional or a mere possibility."""
    left, _ = sentence.clause(start, end)
    return _HYPOTHETICAL.search(sentence.text[left:start]) is not None


def at_risk(sentence: Sentence, start: int) -> bool:
    """Whether the words follow "risks of", "complications include"."""
    return _RISK.search(sentence.text[:start]) is not None


def warning(sentence: Sentence, start: int, end: int) -> bool:
    """Whether the words stand in a return precaution, an instruction or a warning."""
    del end
    text = sentence.text
    left = max(text.rfind(". ", 0, start), text.rfind("; ", 0, start)) + 1
    return _WARNING.search(text[left:start]) is not None or re.search(
        r"^[^.;]{0,80}\b(?:go to|call|seek|report to|proceed to|come to) (?:the |an |your |us|our )?(?:er|ed|nearest|emergency|911|clinic|office|immediately|hospital)",
        text[start:], re.IGNORECASE,
    ) is not None  # fmt: skip


def policy_text(note: Note, sentence: Sentence) -> bool:
    """Whether the sentence tells what a policy asks for (itself, or as an item of such a list)."""
    if re.search(
        r"\b(?:must|criteri|polic(?:y|ies)\b|guideline|if (?:the )?member|is required|are required|coverage (?:is|for|of)|not covered|excluded (?:at|for|when|if|in))",
        sentence.text,
        re.IGNORECASE,
    ):
        return True
    if not _LIST_ITEM.match(sentence.text) and not _is_item(note, sentence):
        return False
    for i in range(sentence.index - 1, max(-1, sentence.index - 12), -1):
        before = note.sentences[i]
        if _LIST_ITEM.match(before.text) or _is_item(note, before):
            continue
        return _POLICY.search(before.text) is not None
    return False


def _is_item(note: Note, sentence: Sentence) -> bool:
    """Whether the sentence's own line begins like a list item (the number may stand in the line before it)."""
    line = note.text.rfind("\n", max(0, sentence.start - 300), sentence.start) + 1
    return _LIST_ITEM.match(note.text[line : sentence.start + 4]) is not None if line else False
