"""Code mentions of a note in order, and whether each is really asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from extractors.note import Mention, Note, Sentence

#: Words that show a code to belong to something done or to another's text, not to the request.
_DONE = re.compile(
    r"\b(?:was|were|been) (?:performed|done|billed|completed|paid)\b|\b(?:performed|done|billed|completed) (?:on|in) \d|"
    r"\bpreviously (?:performed|billed|approved|paid)\b|\bprior (?:auth(?:orization)?s? for|claims?)\b|\bpaid on\b|\bhistory of\b",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"\b(?:please|cover|send|indicated|appropriate|necessary|medically|request\w*|asks?|asking|order\w*|authoriz\w+|auth|appeal\w*|resubmit\w*|submit\w*|plan|schedul\w+|proceed|seek\w*|denied|denial|approve)\b|\[x\]",
    re.IGNORECASE,
)
#: The code is named as wrong, excluded or another's.
_NOT_ASKED = re.compile(
    r"\b(?:rather than|instead of|not|no|never|without|in place of|other than|excluding|removed?|withdrawn|withdraw|do(?:es)? not bill|cannot be billed with|bundled (?:with|into)|previously coded(?: as)?|formerly|was coded(?: as)?|changed from|replac\w+)\s+(?:(?:with|as|of|for|code|codes|CPT|ICD-10|dx|diagnosis)\s+){0,3}$",
    re.IGNORECASE,
)
_HYPOTHETICAL = re.compile(r"\b(?:if|once|when|pending|later|future)\b", re.IGNORECASE)
_NUMBER_OF = re.compile(
    r"(?:\b(?:MRN|acct|account|phone|tel|fax|ID|member|policy no|policy number|zip|box|suite|job|NPI|TIN|lot|NDC|ext|"
    r"(?:claim|ref|reference|case|auth|authorization) ?(?:number|no\.?|#))\b\.?(?: (?:number|no\.?))?[ :#]*|#\s?|, [A-Z]{2} )$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Code:
    """A code as it stands in the note: canonical form, modifiers, and where."""

    code: str
    modifiers: tuple[str, ...]
    sentence: Sentence
    #: Bounds in the sentence's text, modifiers included.
    start: int
    end: int
    mention: Mention
    asked: bool


_MODIFIERS = re.compile(r"(?:\s?-\s?(?:\d{2}|[A-Z]{2})(?![A-Za-z0-9]))+|(?:[ ,]+\(?(?:RT|LT|KX|mod(?:ifier)? ?(?:50|RT|LT|59|KX))\)?(?![A-Za-z]))", re.IGNORECASE)
_ONE_MODIFIER = re.compile(r"\d{2}|[A-Z]{2}", re.IGNORECASE)
_KNOWN_MODIFIERS = {"50", "59", "RT", "LT", "KX", "XS", "XU", "XE", "XP", "26", "TC", "51", "52", "53", "76", "77", "78", "79", "22", "25", "GA", "GY", "GZ", "SG"}


def _modifiers(text: str, at: int) -> tuple[tuple[str, ...], int]:
    found: list[str] = []
    end = at
    for _ in range(3):
        m = _MODIFIERS.match(text, end)
        if not m:
            break
        names = [x.upper() for x in _ONE_MODIFIER.findall(re.sub(r"mod(?:ifier)?", "", m.group(0), flags=re.I))]
        if not names or any(n not in _KNOWN_MODIFIERS for n in names):
            break
        found += names
        end = m.end()
    return tuple(dict.fromkeys(found)), end


def _excluded(mention: Mention, text: str, start: int) -> bool:
    """Whether the code is named as wrong, or as a relative's."""
    return bool(_NOT_ASKED.search(text[max(0, start - 60) : start])) or mention.has("family")


def _asked_cpt(mention: Mention, text: str, start: int) -> bool:
    before = text[max(0, start - 60) : start]
    a, b = mention.clause
    clause = text[a:b]
    if _excluded(mention, text, start):
        return False
    if _DONE.search(clause) and not _ASKING.search(clause):
        return False
    if mention.has("hypothetical") and not _ASKING.search(clause):
        return False
    return not (_HYPOTHETICAL.search(before[-40:]) and not _ASKING.search(text))


def procedure_codes(note: Note) -> list[Code]:
    """CPT and HCPCS codes in order, with modifiers; ``asked`` tells those of the request."""
    out: list[Code] = []
    last_full = ""
    for mention in note.mentions("request"):
        if mention.label not in ("cpt", "cpt_short"):
            continue
        text = mention.sentence.text
        digits = re.search(r"\d{2,5}[A-Z]?|[A-Z]\d{4}", text[mention.start : mention.end])
        if digits is None:
            continue
        code = digits.group(0)
        start = mention.start + digits.start()
        if mention.label == "cpt_short":
            if not last_full:
                continue
            code = last_full[:3] + code
        elif len(code) != 5 or _NUMBER_OF.search(text[max(0, start - 40) : start]) and "CPT" not in text[max(0, start - 12) : start].upper():
            continue
        else:
            last_full = code
        mods, end = _modifiers(text, start + len(digits.group(0)))
        out.append(Code(code, mods, mention.sentence, start, end, mention, _asked_cpt(mention, text, start)))
    if not any(c.asked for c in out):
        # Nothing is asked for in so many words: codes that the note states are its request.
        out = [replace(c, asked=not _excluded(c.mention, c.sentence.text, c.start)) for c in out]
    return out


def diagnosis_codes(note: Note) -> list[Code]:
    """ICD-10-CM codes in order, dotted and in capitals; ``asked`` tells those submitted for the patient."""
    out: list[Code] = []
    for mention in note.mentions("request"):
        if mention.label != "icd":
            continue
        text = mention.sentence.text
        m = re.search(r"[A-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?", text[mention.start : mention.end].upper())
        if m is None:
            continue
        code = m.group(0)
        if "." not in code and len(code) > 3:
            code = f"{code[:3]}.{code[3:]}"
        start = mention.start + m.start()
        asked = not _excluded(mention, text, start)
        out.append(Code(code, (), mention.sentence, start, mention.start + m.end(), mention, asked))
    return out
