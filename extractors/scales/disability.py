"""Named scales of disability or function: their score in the scale's own unit, or that none was taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from extractors.note import Mention, Note, Sentence
from extractors.scales.moments import moment_ahead, moment_behind, moment_of_title
from extractors.surgeries.context import policy_text

_FILL = (
    r"(?:[\s:=,(~]|->|\b(?:scores?|scored|is|was|were|of|at|to|from|went|total|raw|result|index|questionnaire|scale|about|approximately"
    r"|physical|function|pain|interference|severity|enjoyment|general|activity|t-?score|t score|global|health|mean|average"
    r"|today|now|currently|current|baseline|initial|on|rated|her|his|the|remains|disability|improved|decreased|dropped)\b"
    r"|\b\d{1,2}/\d{1,2}/\d{2,4}\b:?){0,10}"
)
_FIGURE = r"(?P<n>\d{1,3}(?:\.\d{1,2})?)(?![\d.]*\d)(?:\s?(?P<percent>%|percent\b)|\s?(?:/|out of)\s?(?P<of>\d{2,3})\b(?!/))?"
_BEHIND = re.compile(
    rf"{_FILL}{_FIGURE}(?!\s?(?:/\d|weeks?|months?|years?|days?|mg|minutes?|items?|questions?))",
    re.IGNORECASE,
)
_NEXT = re.compile(
    rf"\s?(?:\([^)]{{0,24}}\))?,?\s?(?:at baseline|baseline|before[\w ]{{0,20}}|today|now|on \d{{1,2}}/\d{{1,2}}/\d{{2,4}})?,?\s?(?:->|-->|→|to|and|then|down to|,|;|vs\.?|versus)\s?(?:now |today |is |currently |at |of |was |previously |down to |up to ){{0,2}}{_FIGURE}(?!\s?(?:/\d|weeks?|months?|years?|days?|relief|improve))",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    rf"{_FIGURE}\s(?:points\s)?(?:on|by|per|in)\s(?:the |her |his |an? |today's )?(?:modified |revised )?$",
    re.IGNORECASE,
)
_NOT_BEHIND = re.compile(
    r"^[^.;\n\d]{0,40}?(?:\b(?:not|never|n't)\b (?:been |yet )?(?:done|completed?|obtained|performed|administered|recorded|available|taken|filled|given|documented|on file)"
    r"|[:=-]\s?(?:none|not done|n/a|not completed|not available|declined|deferred|missing)\b|\b(?:is|was|are) (?:missing|lacking|absent|deferred|declined|not (?:on file|available))\b|\bnot done\b)",
    re.IGNORECASE,
)
_NOT_AHEAD = re.compile(
    r"\b(?:no|without|lacks?|lacking|missing|absent)\b(?! (?:change|improvement|difference))[^.;,\n]{0,50}$|\b(?:declined|refused|unable|did not|didn't|has not|was not able)\b[^.;,\n]{0,16}\b(?:complete\w*|fill\w*|do|answer\w*|take)?[^.;,\n]{0,14}$",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:complet\w+|administered|obtained|reviewed|filled|on file|done|performed|scanned|shows?|consistent with|indicat\w+|(?:severe|moderate|minimal|crippling|complete) disability|improved|worse\w*)\b",
    re.IGNORECASE,
)
_TO_COME = re.compile(
    r"\b(?:will|shall|please|should|to be|next (?:visit|appointment)|plan\w*|repeat|before (?:your|the next)|needs? to|must|require\w*|ask(?:ed)? for|recheck)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:patients|studies|trials?|literature|subjects|randomi[sz]ed|members?)\b", re.IGNORECASE
)
_SILENT = frozenset({"family_history", "consent", "instructions", "denial", "complications"})
_PROCEDURE = re.compile(
    r"\bafter (?:the |her |his )?(?:\w+ ){0,2}(?:blocks?|injections?|MBBs?|RFA|ablations?|epidurals?|T?F?ESI|procedure|rhizotomy)\b",
    re.IGNORECASE,
)
#: The figure of an arrow or of "from ... to" falls behind the first.
_WENT = re.compile(r"\b(?:from|went|improved|decreased|dropped)\b", re.IGNORECASE)


_GLUED = re.compile(r"[:=]\d")
#: How far from a scale's name or figure words may stand that tell of it.
_NEAR = 120


@dataclass(frozen=True)
class Disability:
    """A disability scale with its place in the sentence's text."""

    name: str
    score: float | None
    start: int
    end: int
    moment: str = "not_stated"
    assertion: str = "present"
    step: str = "score<-none"


def _score(m: re.Match[str], mention: Mention) -> float | None:
    """The figure in the scale's own unit; None where the figure's unit is not that one, or cannot be told.

    ODI and NDI are per cent of the highest raw score (raw scores of 0 to 50 are doubled).
    """
    own = mention.entry.attributes
    value, highest = float(m["n"]), own.get("out_of")
    of = float(m["of"]) if m["of"] else None
    if own.get("unit") == "percent":
        if of:
            return round(100 * value / of, 1) if value <= of else None
        if m["percent"] or own.get("bare") or (isinstance(highest, int) and value > highest):
            return value if value <= 100 else None
        return None  # raw or per cent: not said
    if isinstance(highest, int):
        return value if value <= highest and of in (None, float(highest)) and not m["percent"] else None
    return value if value <= 100 else None


def _figures(mention: Mention, stop: int) -> list[re.Match[str]]:
    """The figures that belong to the name: those right behind, else the one right ahead ("46% on the ODI")."""
    text = mention.sentence.text
    glued = _GLUED.search(mention.text)  # "ODI=44" is one word
    first = _BEHIND.match(text, mention.start + glued.start() if glued else mention.end, stop)
    if first is None:
        ahead = _AHEAD.search(text[max(0, mention.start - 50) : mention.start])
        return [] if ahead is None else [ahead]
    found = [first]
    while len(found) < 4 and (m := _NEXT.match(text, found[-1].end(), stop)) is not None:
        found.append(m)
    return found


def speaks_of_another(sentence: Sentence, note: Note) -> bool:
    """Whether a sentence tells of a rule, of studies, or of nobody: no scale of the patient is named in it."""
    if sentence.section.category in _SILENT or _OTHERS.search(sentence.text):
        return True
    return policy_text(note, sentence)


def disability(mention: Mention, low: int, high: int) -> Iterator[Disability]:
    """What a mention of a scale tells: one item a score, one without a score where it was done or not done.

    Its own words lie between ``low`` and ``high`` in the sentence's text: the ends of the scales named beside it.
    """
    sentence, text = mention.sentence, mention.sentence.text
    if mention.has("family"):
        return
    name = str(mention.entry.attributes["name"])
    figures = [] if mention.label == "generic" else _figures(mention, high)
    title = moment_of_title(sentence.section.title)
    moments = [
        _moment(m, i, figures, mention, low, high) or title or "not_stated" for i, m in enumerate(figures)
    ]
    if figures and not mention.has("hypothetical"):
        ahead = figures[0].string is not text
        for m, moment in zip(figures, moments, strict=True):
            end = mention.end if ahead else m.end()
            yield Disability(name, _score(m, mention), mention.start, end, moment, step="score<-figure")
        return
    before = text[max(low, mention.start - _NEAR) : mention.start]
    after = text[mention.end : mention.end + _NEAR]
    where = moment_ahead(text, 0, mention.start) or _after_name(text, mention.end) or title or "not_stated"
    if _NOT_BEHIND.match(after) or _NOT_AHEAD.search(before):
        yield Disability(name, None, mention.start, mention.end, where, "absent", "score<-not_done")
    elif mention.label == "generic":
        return
    elif _DONE.search(text, low, high) and not _TO_COME.search(text, low, high) and "?" not in after[:3]:
        yield Disability(name, None, mention.start, mention.end, where, "present", "score<-done")


def _after_name(text: str, end: int) -> str | None:
    """Moment told in the words behind a scale without a figure ("completed today")."""
    words = re.split(r"[.;\n]", text[end : end + _NEAR], maxsplit=1)[0]
    return moment_ahead(words, 0, len(words))


def _moment(
    m: re.Match[str], i: int, figures: list[re.Match[str]], mention: Mention, first: int, high: int
) -> str | None:
    """Moment of a score: by the words behind it, in its own match, ahead of the name, or by a procedure's fall."""
    text = mention.sentence.text
    if m.string is not text:  # the figure stands ahead of the name
        return moment_ahead(text, 0, mention.start) or _after_name(text, mention.end)
    stop = figures[i + 1].start("n") if i + 1 < len(figures) else min(len(text), high + 1)
    procedure = len(figures) > 1 and _PROCEDURE.search(text, m.end(), m.end() + _NEAR)
    if procedure:
        return "before_procedure" if i == 0 else "after_procedure"
    behind = moment_behind(text, m.end(), stop)
    if behind is not None:
        return behind[0]
    low = mention.start
    if i:
        low = figures[i - 1].end()
        said = moment_behind(text, low, m.start("n"))
        low = said[1] if said is not None else low
    own = moment_ahead(text, low, m.start("n"))
    if own is not None or i:
        return own
    return moment_ahead(text, first, mention.start)
