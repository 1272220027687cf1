"""Pain scores from 0 to 10, apart from motor grades, dates, reflexes and counts written alike."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from extractors.quantities.numbers import parse_number

_N = r"(?:10|\d)(?:\.\d)?(?!\d)"
_W = r"(?:zero|one|two|three|four|five|six|seven|eight|nine|ten)"
_NW = rf"(?:{_N}|\b{_W}\b)"
_TO = r"\s?(?:-|–|to|or)\s?"

_OUT_OF = re.compile(
    rf"(?<![\w/.+-])(?P<low>{_NW})(?:\s?/\s?10)?(?:{_TO}(?P<high>{_NW}))?\s?(?:/\s?10(?![\d/])"
    rf"|/\s?ten\b|(?:out\sof|over)\s(?:a\s)?(?:possible\s)?(?:10|ten)\b)",
    re.I,
)
_ON_SCALE = re.compile(
    rf"(?<![\w/.])(?P<low>{_NW})(?:{_TO}(?:a\s)?(?P<high>{_NW}))?,?\s(?:on|in)\s(?:a|the"
    rf"|an)\s(?:[\w/-]{{1,12}}\s){{0,3}}(?:scale|10[-\s]?point(?:\sscale)?)"
    r"(?:\s(?:of|from)\s(?:(?:0|1|zero|one)\s?(?:-|to)\s?)?(?:10|ten)\b)?",
    re.I,
)
_NAMED = re.compile(
    r"\b(?:V?NRS|VAS|NPRS|VNS|pain\s(?:scores?|levels?|scale|rating|intensity)"
    r"|pain)(?:\s?\((?:0-10|NRS|VAS)\))?\s?"
    r"(?:(?:today|now|currently|score|scores|at\s(?:rest|worst|best)|is|was|of|at|as|=|:|~|rated"
    r"|avg|average|worst|range|from|an?|about|approximately|around|back|leg|neck"
    r"|arm)\s?:?\s?){0,4}"
    rf"(?P<low>{_N})(?![\d/]|\.\d)(?:{_TO}(?P<high>{_N}))?(?!\s?(?:%|mg|mL|weeks?|months?|years?"
    rf"|days?|hours?|hrs?|wks?|mos?|yrs?|x\b|/\d|-\d|\.\d|\d|times|visits|percent|min|levels?"
    rf"|pounds))",
    re.I,
)
_RATED = re.compile(
    rf"\b(?:rate[sd]?|rating|scored?|scores)\s(?:(?:it|this|that|her|his|their|the|current|usual"
    rf"|average|back|neck|leg|arm|low|pain|level|today|as|at|an?"
    rf"|is)\s){{0,7}}(?P<low>{_NW})(?:{_TO}(?P<high>{_NW}))?"
    r"(?!\s?(?:%|percent|weeks?|months?|years?|days?|hours?|/\s?(?!10\b)\d|\d))",
    re.I,
)
_QUALIFIED = re.compile(
    r"(?<!\bat\s)\b(?P<q>worst|best|least|average|avg\.?|usual|current|now|today|max(?:imum)?"
    r"|min(?:imum)?|peaks?|low|high|range|at\sworst|at\sbest|at\srest|resting|with\sactivity)\b"
    rf"(?:[ \t]?(?::|=|\b(?:of|is|was|at|to|pain|level|score|it|he|she|gets|got|has|had|been|ever"
    rf"|being|a|an|about|in\sthe\s(?:last|past)\s(?:week|24\s(?:hours?|hrs?)|month"
    rf"|day))\b)){{0,6}}[ \t]{{0,3}}(?P<low>{_N})(?:{_TO}(?P<high>{_N}))?(?![\w/%]|\.\d|-\d"
    rf"|\)\s?[A-Z]|\s?(?:%|cm\b|mm\b|times|weeks?|months?|years?|days?|hours?|hrs?|wks?|mg|visits"
    rf"|degrees))",
    re.I,
)
_AND_MORE = re.compile(
    rf"(?:\s[\w ]{{0,18}})?,?\s(?:and|but|to|with)\s(?:(?:at\s)?(?:worst|best|up\sto|down\sto"
    rf"|peaks\sof|flares?\s(?:of|to))\s)?(?P<low>{_N})(?!\d|/|\.\d|%)\s?(?P<after>when"
    rf"|at\s(?:its\s)?worst|at\srest|at\sbest|on\sa\sbad|with|by\sthe|WHEN|on\sbad)\b",
    re.I,
)
_CONTEXT = re.compile(
    r"\b(?:pain|NRS|VAS|VNRS|NPRS|score|0-10|scale|/10|out\sof|ache|hurts?)\b|/\s?10\b", re.I
)
_NOT_BEFORE = re.compile(
    r"(?:\b(?:strength|motor|power|muscle|grip|EHL|reflex\w*|DTRs?|recall|registration|MMSE"
    r"|apgars?|gleason|GCS|dated|DOS|since|PHQ|GAD|cooperation|effort|satisfaction|attended"
    r"|completed|aldrete|(?<!today's )(?<!this )(?<!last )visits?)"
    r"(?:\s(?:is|was|of|full|a|on|score|level|grade|testing|\w{2,12}))?[\s:=]{0,3}|\bon\s|[+]"
    r"|[CTLS]\d[\s/-]?)$",
    re.I,
)
_NOT_AFTER = re.compile(
    r"\s?(?:strength|power|motor|muscle|in\sall\smuscle|objects?|recall|words|items|visits?"
    r"|sessions?|treatments?|patients|cases|days\b|of\sthe\stime|effusion|reflex)",
    re.I,
)
_WHICH = re.compile(
    r"\b(?:(?P<worst>worst|max(?:imum)?|peaks?|highest|high|flares?|spikes|reach\w*|up\sto"
    r"|as\shigh\sas|at\sits\sworst|severe)|(?P<best>best|least|lowest|min(?:imum)?|low\b|at\srest)"
    r"|(?P<average>average|avg|usual|typical|baseline|most\sdays)|(?P<current>now|current(?:ly)?"
    r"|today|presently|at\sthis\stime))\b[^,;.\n]{0,18}$",
    re.I,
)
_WHICH_AFTER = re.compile(
    r"\s?(?:at\s)?(?:(?P<worst>(?:at\s)?(?:its\s)?worst|max)|(?P<best>best|at\srest|least)"
    r"|(?P<average>average|avg|on\saverage|most\sdays|baseline)|(?P<current>now|currently|today"
    r"|at\spresent))\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Score:
    """A pain score, 0 to 10: ``value`` is the upper end; ``which`` is worst, best, average, current or ""."""

    value: float
    low: float
    high: float
    start: int
    end: int
    which: str = ""


def _which(text: str, start: int, end: int, own: str = "") -> str:
    for m in (
        _WHICH.search(f"{own} ") if own else None,
        _WHICH_AFTER.match(text, end),
        _WHICH.search(text[max(0, start - 32) : start]),
    ):
        if m and m.lastgroup:
            return m.lastgroup
    return ""


def _read(text: str, m: re.Match[str], own: str) -> Score | None:
    parts = m.groupdict()
    start, end = m.start("low"), m.end()
    if own == "" and m.re in (_NAMED, _RATED, _AND_MORE):
        end = m.end("high") if parts.get("high") else m.end("low")
    low = parse_number(m["low"])
    high = parse_number(parts.get("high") or m["low"])
    if low is None or high is None or max(low, high) > 10 or (low, high) in {(0, 10), (1, 10)}:
        return None
    if _NOT_BEFORE.search(text[max(0, start - 36) : start]) or _NOT_AFTER.match(text, end):
        return None
    low, high = min(low, high), max(low, high)
    return Score(high, low, high, start, end, _which(text, start, end, own))


def find_scores(text: str, base: int = 0) -> list[Score]:
    """Pain scores in ``text``, in order; offsets moved by ``base``.

    Takes "7/10", "7-8/10", "7 out of 10", "8 on a scale of 10", "NRS 7", "VAS 6-8", "worst: 9". Leaves motor
    grades, "7/10/25", "on 7/10", "10/10 strength" and the scale itself ("0-10").
    """
    found: list[Score] = []
    taken = bytearray(len(text) + 1)

    def add(m: re.Match[str], own: str = "") -> None:
        score = _read(text, m, own)
        if score and not any(taken[score.start : score.end]):
            taken[score.start : score.end] = b"\x01" * (score.end - score.start)
            found.append(score)

    for pattern in (_OUT_OF, _ON_SCALE):
        for m in pattern.finditer(text):
            add(m)
    for score in list(found):
        more = _AND_MORE.match(text, score.end)
        if more:
            add(more)
    for m in _NAMED.finditer(text):
        add(m)
    for pattern in (_RATED, _QUALIFIED):
        for m in pattern.finditer(text):
            if _CONTEXT.search(text[max(0, m.start() - 90) : m.end() + 30]):
                add(m, m["q"] if pattern is _QUALIFIED else "")
    found.sort(key=lambda s: s.start)
    return [replace(s, start=s.start + base, end=s.end + base) for s in found]
