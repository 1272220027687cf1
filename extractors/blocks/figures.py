"""Figures of relief in words on a procedure: percentages, shares, falls of a score, and words that amount to one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.blocks.outcomes import effects
from extractors.quantities import ScoreFall, find_percents, find_relief, find_score_falls, parse_number
from extractors.quantities.bounds import EXACT, Stated
from extractors.quantities.numbers import NUMBER

#: Percentage, its source, start and end, comparator, and how it is stated.
Figure = tuple[float, str, int, int, str, Stated]

_SHARES = {
    "four fifth": 80.0, "three fifth": 60.0, "two fifth": 40.0, "nine tenth": 90.0, "eight tenth": 80.0, "seven tenth": 70.0,
    "three quarter": 75.0, "three fourth": 75.0, "two third": 67.0,
}  # fmt: skip


_FRACTION = re.compile(
    r"\b(?:four[\s-]+fifths?|three[\s-]+fifths?|two[\s-]+fifths?|nine[\s-]+tenths?|eight[\s-]+tenths?|seven[\s-]+tenths?|three[\s-]+quarters?|three[\s-]+fourths?|two[\s-]+thirds?)\b",
    re.I,
)


_EFFECT = re.compile(
    r"\b(?:relief|reliev\w*|better|improv\w*|gone|less pain|reduc\w+|of (?:the|her|his|my) pain|took away)\b",
    re.I,
)


_NOT_SHARE = re.compile(r"\s(?:of (?:an? )?(?:hour|day|week|month|year|mile)|remain|left|as bad)", re.I)


#: "Without any significant relief" has no figure, but says that the procedure brought nothing worth naming.
_NOTHING = re.compile(
    r"(?:[:,;–—>-]|(?<=[a-z0-9] )(?<=\d )|\b(?:gave|got|with|was|brought|produced|elsewhere|result|yielded|provided)(?: (?:him|her|me|us|them))?)\s*[\"“]?(?:absolutely |precisely |exactly )?(?:zero|nil|nothing|nada|zip)\b(?: at all| whatsoever)?(?! (?:but|for|on|after|to do|more|until|else|by mouth|abnormal|new|acute|further))(?=\s*(?:$|[.,;!)\"”]|and\b|at\b|from\b|in\b))"
    r"|\bdid (?:absolutely )?(?:zilch|zip|nada|squat|bugger all)\b"
    r"|\b(?:was|were|is|a total|a complete|an? utter) (?:an? )?(?:dud|bust|wash|flop|failure)s?\b"
    r"|\b(?:with )?(?:nothing|little) to show for (?:it|them)\b|\bw/o (?:any )?(?:relief|benefit|help|improvement|effect)\b|\bto no avail\b"
    r"|\b(?:of|was|were) no (?:use|avail|value|good|help|account)\b|\buseless\b|\bwaste of time\b|(?:\bnot|n['’]t|\bnever) (?:really )?(?:notice|see|feel|tell|detect|note)(?:d)? (?:a|any|the|much of a) (?:difference|change|improvement|benefit)\b"
    r"|\b(?:did not|didn't|never|(?:had|has|have)(?: not|n't)) (?:even |really )?touch(?:ed)?(?: it| her| him| the pain| things)?\b(?! (?:on|the (?!pain)))|\bno better (?:for it|after(?:wards)?|at all)\b|\bhelped not at all\b|\bdid (?:absolutely )?nothing(?: at all| whatsoever| for (?:her|him|me|it|the pain))?\b|\bno (?:real |noticeable )?change(?: at all| whatsoever)?(?=\s*(?:$|[.;,\"”]|in (?:the |her |his )?pain))|"
    r"\b(?:no|without|without any|not? (?:have|had|get|got|give|given|provide|provided)(?: \w+)? any|denie[sd] any)\s(?:any\s)?(?:significant|real|appreciable|meaningful|noticeable|substantial)\s(?:pain\s)?(?:relief|benefit|improvement|help)\b",
    re.I,
)


_RESOLVED = re.compile(
    r"\b(?:abolished|eradicated|eliminated|wiped out|erased|did away with|got rid of) (?:all (?:of )?)?(?:the |her |his )?(?:\w+ ){0,2}(?:pain|symptoms?|ache|sciatica)\b|\bcleared (?:it|(?:her|his|the|all) (?:\w+ )?(?:pain|symptoms)) (?:completely|entirely|totally|altogether)\b|\btook (?:away )?all (?:of )?(?:the |her |his )?(?:\w+ )?pain(?: away)?\b|\b(?:pain|symptoms?|radicul\w+|sciatica|neuritis|headaches?|it)\b[^.;]{0,30}\b(?:resolved|gone|disappeared|abolished)\b|\bresolution of (?:her|his|the|all) (?:\w+ )?(?:symptoms|pain)\b",
    re.I,
)


_PARTLY = re.compile(
    r"\b(?:not|partial\w*|mostly|nearly|almost|largely|incomplete\w*|some|never|hasn't|half|third|quarter|most|much|percent|bulk|\d+ ?%)\b",
    re.I,
)


#: A form's field: "% relief 85", "Percent improvement: 70".
_HEADED = re.compile(
    r"(?:%|\bpercent(?:age)?|\bpct)\s?(?:of\s)?(?:pain\s)?(?:relief|improve\w*|reduction|benefit|better)\s?(?:reported|obtained)?\s?[:=]?\s?(?P<n>\d{1,3})(?![\d/.])(?!\s?(?:hours?|hrs?|h\b|days?|weeks?|months?|min))",
    re.I,
)


#: "I asked her for a percent, she says about 40".
_ASKED = re.compile(
    r"\bper ?cent(?:age)?\b[^.;%\d]{0,40}\b(?:says?|said|gives?|gave|answer\w*|puts it at|would be|about|around|maybe)\W{1,3}(?:(?:about|around|maybe|roughly|only|perhaps) ){0,2}(?P<n>\d{1,3})(?![\d/]|\.\d)(?!\s?(?:hours?|hrs?|days?|weeks?|months?|min))",
    re.I,
)


#: "Back went from seven to two": scores, whatever is said to have fallen.
_FELL = re.compile(
    r"\b(?:went|dropped|fell|came|brought|taken|down|decreas\w+|reduc\w+|improv\w+)(?: down)? from (?:an? |about |her |his |usual )?(?P<a>\w+)(?: ?/ ?10| out of (?:10|ten))? (?:down )?to (?:an? |about )?(?P<b>\w+)\b(?! ?(?:mg|feet|minutes?|weeks?|visits?|percent|tabs?|pills?|per|times|days?|degrees|lbs?|%))",
    re.I,
)


#: "Pain 7 to 2 for four hours".
_PAIN_TO = re.compile(
    r"\b(?:pain|NRS|VAS|NPRS|scores?)\b[^.;\d]{0,16}(?P<a>10|\d)(?:\s?/\s?10)? (?:down )?to (?:an? )?(?P<b>10|\d)(?:\s?/\s?10)?(?![\d/%]|\s?(?:%|percent|weeks?|days?|months?|hours?|hrs?|mg|times))",
    re.I,
)


#: "Eighty five and ninety percent": the first of two figures shares the unit of the second.
_FIRST_OF_TWO = re.compile(rf"(?<![\d/.,-])(?P<n>{NUMBER})\s?(?:and|&)\s?$", re.I)


def _worded(text: str, low: int, high: int) -> Iterator[tuple[float, int, int]]:
    """Effects told in words alone: per cent, start, end."""
    for pattern, value in ((_NOTHING, 0.0), (_RESOLVED, 100.0)):
        for m in pattern.finditer(text, low, high):
            if not (value and _PARTLY.search(text, max(0, m.start() - 20), m.end())):
                yield value, m.start(), m.end()
    yield from effects(text, low, high)


def _fallen(text: str, low: int, high: int) -> Iterator[ScoreFall]:
    """Falls of a score in the words of patients ("back went from seven to two")."""
    for m in (x for pattern in (_FELL, _PAIN_TO) for x in pattern.finditer(text, low, high)):
        before, after = parse_number(m["a"]), parse_number(m["b"])
        if before and after is not None and after < before <= 10:
            yield ScoreFall(before, after, m.start(), m.end())


def score_falls(text: str, low: int, high: int) -> list[ScoreFall]:
    """Scores before and after in ``text[low:high]``, in order, each place once."""
    found: list[ScoreFall] = []
    told = [f for f in find_score_falls(text) if low <= f.start and f.end <= high]
    for fall in (*told, *_fallen(text, low, high)):
        if not any(fall.start < f.end and f.start < fall.end for f in found):
            found.append(fall)
    return sorted(found, key=lambda f: f.start)


def figures_in(text: str, low: int, high: int, lenient: bool = False) -> list[Figure]:
    """The figures in ``text[low:high]``, in order; with ``lenient`` a bare percentage counts too."""
    found: list[Figure] = [
        (r.percent, r.source, r.start, r.end, r.comparator, r.stated)
        for r in find_relief(text)
        if low <= r.start < high and 0 <= r.percent <= 100
    ]
    if lenient:
        for p in find_percents(text):
            if (
                p.role == "other"
                and p.value >= 10
                and low <= p.start < high
                and p.value <= 100
                and not any(abs(p.start - f[2]) < 4 for f in found)
            ):
                found.append((p.value, "percent", p.start, p.end, p.comparator, p.stated))
    for m in (x for pattern in (_HEADED, _ASKED) for x in pattern.finditer(text, low, high)):
        if float(m["n"]) <= 100 and not any(abs(m.start("n") - f[2]) < 4 for f in found):
            found.append((float(m["n"]), "percent", m.start(), m.end(), "=", EXACT))
    found += _shared(text, low, found)
    for fall in _fallen(text, low, high):
        if not any(fall.start < f[3] and f[2] < fall.end for f in found):
            percent = float(round((fall.before - fall.after) / fall.before * 100))
            found.append((percent, "scores", fall.start, fall.end, "=", EXACT))
    for m in _FRACTION.finditer(text, low, high):
        near = text[max(low, m.start() - 36) : min(high, m.end() + 36)]
        if (
            _EFFECT.search(near)
            and not _NOT_SHARE.match(text[m.end() : m.end() + 16])
            and not any(m.start() < f[3] + 4 and f[2] < m.end() + 4 for f in found)
        ):
            found.append(
                (
                    _SHARES[re.sub(r"[\s-]+", " ", m.group().lower()).rstrip("s")],
                    "words",
                    m.start(),
                    m.end(),
                    "=",
                    Stated(),
                )
            )
    for value, start, end in _worded(text, low, high):
        if not any(start < f[3] + 30 and f[2] < end + 30 for f in found):
            found.append((value, "words", start, end, "=", EXACT))
    return sorted(found, key=lambda f: f[2])


def _shared(text: str, low: int, found: list[Figure]) -> list[Figure]:
    """Figures in front of a percentage that have their unit from it ("85 and 90 %")."""
    out: list[Figure] = []
    for f in found:
        m = _FIRST_OF_TWO.search(text, max(low, f[2] - 24), f[2]) if f[1] == "percent" else None
        value = parse_number(m["n"]) if m is not None else None
        if m is None or value is None or not 10 <= value <= 100:
            continue
        if not any(m.start("n") < o[3] and o[2] < m.end("n") for o in found):
            out.append((value, "percent", m.start("n"), m.end("n"), "=", EXACT))
    return out
