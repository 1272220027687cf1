"""Relief from a treatment in percent: stated, in words ("complete relief"), or from two scores."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Literal

from extractors.quantities.bounds import EXACT, Stated
from extractors.quantities.numbers import parse_number
from extractors.quantities.percent import find_percents

_FULL = re.compile(
    r"\b(?:(?:complete|total|full|100)\s(?:and\s\w+\s)?(?:pain\s)?(?:relief|resolution|relieve"
    r"|eradication|abolition|pain\srelief)"
    r"|(?:relief|resolution|response)\s(?:was|is|were)\s(?:complete|total|full)"
    r"|(?:completely|totally|entirely|fully)\s(?:\w+\s)?(?:gone|relieved|resolved|eliminated"
    r"|abolished|eradicated|pain[-\s]?free|took\s(?:it|the\spain)\saway|better)"
    r"|(?:took|taken|takes)\s(?:it|(?:the|her|his|all\s(?:the|her|his"
    r"|of\sthe))\spain)\saway\s(?:completely|totally|entirely)|took\saway\sall\s(?:of\s)?(?:the"
    r"|her|his)\spain"
    r"|(?:resolved|relieved|eliminated|abolished|eradicated|gone|went\saway)\s(?:completely"
    r"|totally|entirely|altogether)|(?:was|became|is|were|been|entirely)\spain[-\s]free"
    r"|(?:with|had|had\sa|gave|reports?|noted"
    r"|there\swas)\sresolution\sof\s(?:all\s)?(?:of\s)?(?:her|his|the"
    r"|their)\s(?:\w+\s)?(?:symptoms?|pain))\b",
    re.I,
)
_NONE = re.compile(
    r"\b(?:(?:no|zero|not\sany|without|without\sany|nil|never\s(?:had|got)\sany"
    r"|absence\sof\sany)\s(?:(?:pain|significant|sig|real|appreciable|meaningful|noticeable"
    r"|measurable|substantial|overall|apparent|discernible|immediate|symptomatic|clinical"
    r"|notable)\s)?(?:pain\s)?(?:relief|benefit|improvement|response|help|effect)"
    r"|(?:did|does|has|have|was|is|had)\s?(?:not|n['’]?t)\s(?:\w+\s){0,2}(?:help(?:ed"
    r"|ful)?(?:\s(?:him|her|me|them|it|the\spain))?(?:\sat\sall)?|relieve|any\srelief"
    r"|given\s(?:him|her)\sany\srelief|(?:give|provide|get|have"
    r"|had)\s(?:\w+\s){0,2}(?:any\s)?(?:relief|benefit))"
    r"|(?:did|does|done|has\sdone|had\sdone)\snothing|made\sno\s(?:\w+\s)?difference|(?:was|were"
    r"|is)\s(?:of\sno\s(?:help|benefit)|unhelpful|ineffective)|failed\sto\s(?:help|relieve"
    r"|provide)|no\sdifference)\b",
    re.I,
)
# "Without lasting relief" tells of some relief; "without any significant relief" annotators read as none.
_HEDGE = re.compile(
    r"\b(?:lasting|durable|long\w*|sustained|prolonged|much|permanent|complete|great|good|adequate"
    r"|further|additional|more)\b",
    re.I,
)
_HEDGE_AFTER = re.compile(
    r"\s(?:enough|much|a\slot|for\slong|completely|fully|very|except|other\sthan|beyond|after|past)\b", re.I
)
_NOT_FULL = re.compile(
    r"\b(?:no|not|without|less\sthan|short\sof|near|nearly|almost|until|if|hop\w+|goal|want\w*"
    r"|expect\w*|guarantee\w*|never)\s(?:\w+\s){0,3}$",
    re.I,
)
_CONSENT = re.compile(
    r"\b(?:risks?|complications?|consent|possib\w+|potential|may|might|could|if\sthere\sis|if)\b", re.I
)

_N = r"(?:10|\d)(?:\.\d)?"
_TEN = r"(?:\s?/\s?10|\s(?:out\sof|over)\s(?:10|ten))"
_WORDN = r"(?:10|\d(?:\.\d)?|zero|one|two|three|four|five|six|seven|eight|nine|ten)"
_ARROW = re.compile(
    rf"(?<![\w/.+-])(?P<a>{_N}){_TEN}?\s?(?:-{{1,2}}>|–>|→|⇒|=>|➔|>>)\s?(?P<b>{_N}){_TEN}?(?![\w/]|\.\d)"
)
_FELL = re.compile(
    rf"(?<![\w/.+-])(?P<a>{_WORDN}){_TEN}?,?\s(?:(?:which|that|and|then|pre\w*|before\w*"
    rf"|at\sbaseline|pain|it|score|on\s\w+)\s){{0,4}}(?:falling|fell|dropp(?:ing|ed)|drop|down"
    rf"|decreas(?:ing|ed)|reduc(?:ing|ed)|improv(?:ing|ed)|went|going|came|declin(?:ing|ed)"
    rf"|lowered)"
    rf"\s(?:from\s\w+\s)?(?:(?:down|all\sthe\sway)\s)?(?:to|at)\s(?:an?\s|about\s"
    rf"|approximately\s)?(?P<b>{_WORDN}){_TEN}?(?![\w/%]|\.\d)",
    re.I,
)
_DOWN_FROM = re.compile(
    rf"\bto\s(?:an?\s)?(?P<b>{_WORDN})(?P<tb>{_TEN})?\sfrom\s(?:an?\s)?(?P<a>{_WORDN})(?P<ta>{_TEN})?(?![\w/%-]"
    rf"|\.\d|\s?(?:%|to\b|weeks?|days?|months?))",
    re.I,
)
_FROM_TO = re.compile(
    rf"\bfrom\s(?:an?\s|about\s|approximately\s|(?:a\s)?(?:baseline|score|level|pain\sscore"
    rf"|pain\slevel)\sof\s|(?:NRS"
    rf"|VAS)\s(?:of\s)?)?(?P<a>{_WORDN})(?P<ta>{_TEN})?\s(?:\w+\s){{0,3}}?(?:down\s)?to\s(?:an?\s"
    rf"|about\s)?(?P<b>{_WORDN})(?P<tb>{_TEN})?"
    r"(?![\w/%]|\.\d|\s?(?:%|percent|weeks?|days?|months?|hours?|years?|mg|visits))",
    re.I,
)
_PRE_POST = re.compile(
    rf"\b(?:pre|before|baseline|initial)(?:[-\s]?(?:procedure|block|injection|op|inj|rfa|treatment"
    rf"|diary))?(?:\s(?:the\s\w+|it|pain|pain\sscore|score|NRS|VAS|level|was|of|is"
    rf"|at))*\s?[:=]?\s?(?P<a>{_WORDN}){_TEN}?(?![\w/]|\.\d)[,;/|\s-]{{0,4}}(?:and\s"
    rf"|to\s)?(?:(?:at\s)?\d{{1,2}}[\s-]?(?:min\w*|hrs?|hours?|h)\s)?"
    rf"(?:post|after|afterwards?|following)(?:[-\s]?(?:procedure|block|injection|op|inj|rfa"
    rf"|treatment))?(?:\s(?:the\s\w+|it|pain|pain\sscore|score|NRS|VAS|level|was|of|is"
    rf"|at))*\s?[:=]?\s?(?P<b>{_WORDN}){_TEN}?(?![\w/]|\.\d)",
    re.I,
)
_BEFORE_AFTER = re.compile(
    rf"(?<![\w/.+-])(?P<a>{_WORDN})(?P<ta>{_TEN})?\s(?:before|prior|pre\b|pre-?\w+"
    rf"|at\sbaseline)[^.;\n]{{0,36}}?"
    rf"(?<![\w/.+-])(?P<b>{_WORDN})(?P<tb>{_TEN})?\s(?:[\w ]{{0,24}}\s)?(?:after\w*"
    rf"|post\b|post-?\w+|following)",
    re.I,
)
_TO = re.compile(
    rf"(?<![\w/.+-])(?P<a>{_N})(?P<ta>{_TEN})?\sto\s(?P<b>{_N})(?P<tb>{_TEN})?(?![\w/%]|\.\d"
    rf"|\s?(?:%|percent|weeks?|days?|months?|hours?|hrs?|years?|mg|ml|cc|visits|times|on\sa\sscale"
    rf"|degrees|cm|mm))"
)
_RANGING = re.compile(
    r"\b(?:rang\w*|fluctuat\w*|between|var(?:y|ies|ied)|waxes|scale(?:\sof|\sfrom)?|usually"
    r"|goes)\s?(?:\w+\s){0,2}$",
    re.I,
)
_PAIN = re.compile(
    r"\b(?:pain|NRS|VAS|NPRS|score|diary|relief|block|mbb|rfa|esi|inj\w*|dropped|fell|decreas\w*"
    r"|pre|post)\b|/\s?10\b",
    re.I,
)
_CHANGE = re.compile(
    r"\b(?:relief|diary|block|mbb|rfa|esi|inj\w*|drop\w*|fell|fall\w*|decreas\w*|reduc\w*"
    r"|improv\w*|went|down|after|post\w*|pre)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Relief:
    """Relief in percent with its source; ``raw`` is the wording, ``start``/``end`` its place."""

    percent: float
    source: Literal["percent", "words", "scores"]
    start: int
    end: int
    comparator: str = "="
    low: float | None = None
    high: float | None = None
    raw: str = field(default="", repr=False)
    stated: Stated = EXACT


def relief_from_scores(before: float, after: float) -> float | None:
    """``(before - after) / before * 100``, rounded; 0 for no fall; None without a score before."""
    if before <= 0 or max(before, after) > 10:
        return None
    return float(max(0, int((before - after) / before * 100 + 0.5)))


@dataclass(frozen=True, slots=True)
class ScoreFall:
    """Two pain scores, 0 to 10, of which the second was taken later or after a treatment."""

    before: float
    after: float
    start: int
    end: int


def find_score_falls(text: str) -> list[ScoreFall]:
    """Pairs of scores told as before and after ("7 -> 2", "from 8/10 to 3/10", "pre 8, post 1")."""
    found: list[ScoreFall] = []
    taken = bytearray(len(text) + 1)
    pain, change = _PAIN.search(text) is not None, _CHANGE.search(text) is not None
    for pattern in (_ARROW, _PRE_POST, _BEFORE_AFTER, _FELL, _DOWN_FROM, _FROM_TO, _TO):
        for m in pattern.finditer(text):
            if any(taken[m.start() : m.end()]):
                continue
            a, b = parse_number(m["a"]), parse_number(m["b"])
            lead = text[max(0, m.start() - 26) : m.start()]
            if a is None or b is None or _RANGING.search(lead):
                continue
            scored = "ta" in m.groupdict() and (m["ta"] or m["tb"])
            if pattern in (_FROM_TO, _DOWN_FROM) and (a < b or not (scored or pain)):
                continue
            if pattern is _TO and (a <= b or not change or not (scored or pain) or _RANGING.search(lead)):
                continue
            if pattern is _BEFORE_AFTER and not (scored or pain):
                continue
            if pattern is _FELL and (a < b or not (pain or "/10" in m[0])):
                continue
            if relief_from_scores(a, b) is None:
                continue
            taken[m.start() : m.end()] = b"\x01" * (m.end() - m.start())
            found.append(ScoreFall(a, b, m.start(), m.end()))
    return found


def _from_scores(text: str) -> list[Relief]:
    return [
        Relief(
            relief_from_scores(f.before, f.after) or 0.0,
            "scores",
            f.start,
            f.end,
            raw=text[f.start : f.end],
        )
        for f in find_score_falls(text)
    ]


def _from_words(text: str) -> list[Relief]:
    found: list[Relief] = []
    for m in _FULL.finditer(text):
        lead = text[max(0, m.start() - 32) : m.start()]
        if not _NOT_FULL.search(lead) and not re.search(r"\b(?:not|n['’]t)\s", lead[-14:], re.I):
            found.append(Relief(100.0, "words", m.start(), m.end(), raw=m[0]))
    for m in _NONE.finditer(text):
        lead = text[max(0, m.start() - 250) : m.start()]
        lead = lead[max(lead.rfind(". "), lead.rfind(".\n"), lead.rfind("\n\n")) + 1 :]
        if not (_HEDGE.search(m[0]) or _CONSENT.search(lead) or _HEDGE_AFTER.match(text, m.end())):
            found.append(Relief(0.0, "words", m.start(), m.end(), raw=m[0]))
    return found


def find_relief(text: str, base: int = 0) -> list[Relief]:
    """Relief figures in ``text``, in order; offsets moved by ``base``.

    A stated percentage goes before scores that stand beside it: "86% (7->1)" gives 86 alone. "Some", "good"
    or "no lasting" relief has no figure and gives nothing.
    """
    found = [
        Relief(
            p.value, "percent", p.start, p.end, p.comparator, p.low, p.high, text[p.start : p.end], p.stated
        )
        for p in find_percents(text)
        if p.role == "relief"
    ]
    stated = list(found)
    i = 0
    for r in sorted(_from_scores(text), key=lambda r: r.start):
        while i < len(stated) and stated[i].end < r.start - 12:
            i += 1
        near = i < len(stated) and stated[i].start < r.end + 12
        near = near or (
            i > 0 and stated[i - 1].end > r.start - 60 and abs(stated[i - 1].percent - r.percent) <= 5
        )
        if not near:
            found.append(r)
    near_figure = bytearray(len(text) + 1)
    for r in stated:
        low, high = max(0, r.start - 14), min(len(text), r.end + 14)
        near_figure[low:high] = b"\x01" * (high - low)
    found.extend(r for r in _from_words(text) if not any(near_figure[r.start : r.end]))
    found.sort(key=lambda r: r.start)
    return [replace(r, start=r.start + base, end=r.end + base) for r in found]
