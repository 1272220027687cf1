"""Results of provocation tests as charts write them: "SLR neg b/l", "+ on L at 50 deg w/ calf pain, neg on R".

A pure reader: given a sentence and the place of a test's name it returns what was found, side by side.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Outcome = Literal["positive", "negative", "equivocal"]
Side = Literal["left", "right", "bilateral", "unknown"]

#: How far after a test's name its result may stand, in characters.
_REACH = 130
_POSITIVE = (
    r"positive|\bpos\b|\(\+\)|\+ve\b|\+{1,3}(?!\s?\d(?!\d))|reproduc(?:es|ed|ing|tion)\b|elicit(?:s|ed|ing)?\b|provo(?:k|c)\w{1,8}|evok\w{1,3}|"
    r"\bpresent\b|\bproduc(?:es|ed|ing)\b|\bcaus(?:es|ed|ing)\b|\babnormal\b|"
    r"\blimited (?:by|at|to \d+[^,;.]{0,15} (?:by|due|with))|\bpainful\b|"
    r"\b(?:pain|tingling|symptoms?) (?:to|into|down|radiat\w{2,3})\b|"
    r"\b(?:leg|calf|foot|arm|radicular|radiating|sciatic) (?:pain|symptoms?|sx)\b"
)
_NEGATIVE = (
    r"(?:caus|produc|elicit|reproduc|provok|evok)\w* no\b|negative|\bneg\b|\(-\)|-ve\b|(?<![\w-])-(?=\s?(?:[,;.)]|$|bilat|b/l|[rl]t?\b|on\b|both))|\bnormal\b|\bnl\b|"
    r"\bunremarkable\b|\bunrevealing\b|\bclean\b|\bquiet\b|\bbenign\b|\bcomfortabl[ey]\b|\bnon-?(?:provocative|painful|tender)\b|\buneventful\b|\babsent\b|\bwnl\b|\bpainless\b|\b(?:[789]\d) ?/ ?[789]\d\b|\b(?:80|85|90)(?: ?(?:deg\w*|°))? ?(?:both|bilat\w*|b/l|(?:on )?(?:each|either) side)(?![^.;]{0,50}\b(?:pain|symptom|tingl|reprod|\+|pos))|\bfree\b|\bfull\b|\bwithin (?:the )?normal limits|"
    r"\bwithout (?:any |significant |obvious |reproduc\w+ (?:of )?|provo\w+ (?:of )?|elicit\w+ (?:of )?)*"
    r"(?:leg|lower|radic\w*|radiat\w*|pain|complaints?|difficulty|symptoms?|sciatic\w*|discomfort|issue|problems?|limitation)|"
    r"\bno (?:leg|lower|radic\w*|radiat\w*|pain|complaints?|symptoms?|sciatic\w*|discomfort|arm|reproduc\w+|shooting|increase)|"
    r"\b(?:do|does|did|could|can|is|was|were)(?: ?not|n't)\b|\bcannot\b|\bfail(?:s|ed) to\b|\bunable to\b|\bnot (?:elicit|reproduc|positive|provo)\w*"
)
_EQUIVOCAL = (
    r"\bequivocal\b|\bquestionabl[ey]\b|\bborderline\b|\bindeterminate\b|\bunreliable\b|\+/-|\bdeferred\b|\binconclusive\b|\bn/a\b|"
    r"\bnot (?:be )?(?:tested|performed|assessed|done|examined|attempted|completed|evaluated)\b|\b(?:could|can|was|were) ?(?:not|n't) (?:be )?(?:tested|performed|assessed|done|examined|attempted|completed|evaluated)\b|"
    r"\bunable to (?:be )?(?:assess\w*|perform\w*|test\w*|complet\w*|examin\w*|evaluat\w*|cooperate)"
)
_HAMSTRING = re.compile(
    r"\b(?:tight\w*|pull\w*|stretch\w*|discomfort)\b[^.;]{0,25}\bhamstrings?\b[^.;]{0,12}\b(?:on|with|during|to|at)\s*$|"
    r"\bhamstrings? (?:tight\w*|pull\w*|stretch\w*|discomfort)[^.;]{0,12}\b(?:on|with|during|to|at)\s*$",
    re.IGNORECASE,
)
#: An option of a form that is not ticked: "[ ] positive [x] negative".
_UNTICKED = re.compile(
    r"(?:\[ ?\]|\( ?\)|☐) ?(?:pos\w*|neg\w*|normal|abnormal|present|absent|\+|-)", re.IGNORECASE
)
_BOTH = re.compile(
    r"(?<![\w+-])(?:-\s?/\s?-|\+\s?/\s?\+|neg\w*\s?/\s?neg\w*|pos\w*\s?/\s?pos\w*)", re.IGNORECASE
)
_RESULT = re.compile(
    f"(?P<equivocal>{_EQUIVOCAL})|(?P<negative>{_NEGATIVE})|(?P<positive>{_POSITIVE})", re.IGNORECASE
)
_TEST = re.compile(
    r"\b(?:patrick\w*|fabere?s?|gaenslen\w*|spurling\w*|hoffmann?\w*|babinski\w*|clonus|x?slrs?|straight[- ]?leg|"
    r"las[eè]gue\w*|kemp\w*|facet[- ]load\w*|thigh thrust|sacral thrust|fortin\w*|yeoman\w*|phalen\w*|tinel\w*|adson\w*|"
    r"waddell\w*|slump|stork|stinchfield|log ?roll|trendelenburg\w*|lhermitte\w*|fadir|fair|valsalva|femoral (?:nerve )?str\w+|"
    r"shoulder distraction|distraction|maigne\w*|heel walk\w*|toe walk\w*|iliac compression|pelvic compression|si compression|"
    r"romberg\w*|(?:knee|ankle) jerks?|[ka]js?|achilles|patell\w*|ehl|gait|reflex\w*|dtrs?|motor|strength|sensation|sitting root|hip (?:ir|er|rom|rotation)|quadrant|milgram\w*)\b",
    re.IGNORECASE,
)
_SIDE = re.compile(
    r"\b(?:(?P<bilateral>bilat\w*|b/l|bl|bil|both|either|each|left and right|right and left)|"
    r"(?P<left>left|lt|l)|(?P<right>right|rt|r))(?![\w/'-])(?!\d)",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"[,;]|\bbut\b|\bwhile\b|\. (?=[A-Z])|\band (?=(?:is |was |on the )?(?:left|right|lt|rt|[lr]\b|pos|neg|\+|-|equivocal))",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"\b(?:low(?:er)? back|back|lbp|hamstrings?|buttocks?|hips?|tight\w*|neck|axial|si|lumbar|knees?)\b", re.I
)
_LIMB = re.compile(
    r"\b(?:legs?|cal(?:f|ves)|foot|feet|shins?|radic\w*|radiat\w*|sciati\w*|toes?|ankles?|lower extremit\w*|thighs?|"
    r"arms?|hands?|fingers?|thumb|forearm|shoot\w*|tingl\w*|numb\w*|paresth\w*|below the knee|le|rle|lle)\b",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^\s*(?:\(?(?:supine|seated|sitting|lying|prone|test\w*|signs?|maneuvers?|was|were|is|are|remains?|entirely|completely|"
    r"both|and|the|on|to|at|left|right|bilateral\w*|bilat\.?|b/l|[lr]t?|\d{1,3}|deg\w*|°|:|=|mildly|strongly|clearly|"
    r"markedly|again|also|still|today|weakly)\)?\s*){0,7}$",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?P<result>positive|\bpos\b|negative|\bneg\b|\(\+\)|\(-\)|(?:(?<=\s)|^)\+|(?:(?<=[\s(])|^)-|equivocal|\bnormal|"
    r"\bno(?: pain| leg pain| radicular pain)?(?: with| on| to)?|\babsent|\bnot (?:once )?(?:been )?able to elicit|"
    r"\bnever (?:been )?able to elicit|\bwithout|\bdenies|\bany)"
    r"(?:\s?(?:for|on|with|to|bilateral\w*|bilat|b/l|left|right|lt|rt|[lr]|the|an?|any|seated|sitting|supine|of|straight|"
    r"his|her|in|evidence|and|crossed|passive|response to|positive|sided|side|-)){0,5}\s*$",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"(?P<result>positive|negative|normal|unremarkable)\b(?: (?:\w+ ){0,3})?[:,]?\s?(?:[A-Za-z'/-]+(?: [A-Za-z'/-]+){0,3}(?:,| and| or|/)\s?(?:and |or )?){0,7}(?:the )?$",
    re.IGNORECASE,
)


#: Two results in time, of which the first is past: "(+) (-)" in columns, "initial (+), discharge (-)".
_SERIES = re.compile(
    r"(?P<old>\((?:\+|-|pos|neg)\))(?=\s{1,3}\((?:\+|-|pos|neg)\))|"
    r"\b(?:initial\w*|eval\w*|intake|baseline|at start|before|pre)\b:? ?(?P<first>\(?(?:\+|-|pos\w*|neg\w*)\)?)"
    r"(?=[ ,;/>-]{1,4}(?:at )?(?:d/c|discharge\w*|final|today|now|currently|re-?eval\w*|after|post)\b)",
    re.IGNORECASE,
)


#: Between two tests that share the result behind them.
_SHARED = re.compile(
    r"^(?:'?s)?(?: (?:tests?|signs?|maneuvers?|compression))?\s*(?:(?:,|and|&|/|\+|or|nor)\s*)+$|^ +(?:(?:,|and|&|/|or|nor)\s*)+$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Result:
    """What one test gave on one side.

    ``back_only`` marks pain in the back alone, which says nothing of a root; such a result is ``negative``.
    """

    outcome: Outcome
    side: Side
    start: int
    end: int
    back_only: bool = False


def side_of(text: str) -> Side:
    """The side that a piece of text names first ("b/l" counts as bilateral), or ``unknown``."""
    sides = {str(m.lastgroup) for m in _SIDE.finditer(text)}
    if "bilateral" in sides or {"left", "right"} <= sides:
        return "bilateral"
    return "left" if "left" in sides else "right" if "right" in sides else "unknown"


def _after(text: str, end: int) -> str:
    """The words after a test's name that may hold its result: up to the next test."""
    window = text[end : end + _REACH]
    stop = re.search(r"[.;](?:\s|$)", window)
    if stop:
        window = window[: stop.start()]
    nxt = _TEST.search(window)
    while nxt and _SHARED.match(window[: nxt.start()]):  # "Spurling and Lhermitte negative"
        window = " " * nxt.end() + window[nxt.end() :]
        nxt = _TEST.search(window)
    if nxt is None:
        return window
    head = window[: nxt.start()]
    own = _BEFORE.search(head)  # "..., negative Babinski": that result is the next test's
    if own and own.start() > 0 and head[: own.start()].rstrip()[-1:] in {",", ""}:
        head = head[: own.start()]
    return head


def _outcome(word: str) -> Outcome:
    low = word.lower().strip()
    if low.startswith("equiv"):
        return "equivocal"
    return "positive" if low.startswith(("pos", "+", "(+", "any")) else "negative"


def _read_segment(segment: str, offset: int, side: Side) -> Result | None:
    m = _RESULT.search(segment)
    if m is None:
        only = re.search(
            r"(?:only|just|purely|nothing but) (?:(?:low|lower) )?(?:back|axial|lumbar|hamstring|buttock)\b|(?:lbp|back pain|low back pain|back|hamstring\w*(?: tightness)?) only",
            segment,
            re.IGNORECASE,
        )
        if only is None:
            return None
        return Result("negative", side, offset + only.start(), offset + only.end(), back_only=True)
    outcome: Outcome = m.lastgroup  # type: ignore[assignment]
    if side == "unknown" and _BOTH.search(segment):
        side = "bilateral"
    rest = segment[m.start() :]
    back_only = False
    if outcome == "positive" and _BACK.search(rest) and not _LIMB.search(rest):
        outcome, back_only = "negative", True
    return Result(outcome, side, offset + m.start(), offset + len(segment.rstrip()), back_only)


def results_of(text: str, start: int, end: int) -> list[Result]:
    """Read the results of the test named at ``text[start:end]``.

    Parameters
    ----------
    text
        One sentence (folded white space).
    start, end
        Place of the test's name in ``text``, code points.

    Returns
    -------
    list of Result
        One per side that the text tells apart, in its order; empty where no result is stated. Offsets
        refer to ``text``.
    """
    text = _UNTICKED.sub(lambda m: " " * len(m.group()), text)
    text = _SERIES.sub(lambda m: " " * len(m.group()), text)
    after = _after(text, end)
    before = text[max(0, start - 60) : start]
    before = re.split(r"[.;]\s", before)[-1]
    first = _RESULT.search(after)
    direct = first is not None and _LEAD.match(after[: first.start()])
    pre = _BEFORE.search(before)
    if pre and not direct:
        outcome = _outcome(pre.group("result"))
        tail = re.split(r"[,;]", after)[0]
        side = side_of(before[pre.start() :] + " " + text[start:end] + " " + tail[:40])
        at = start - len(before) + pre.start()
        back_only = outcome == "positive" and bool(_BACK.search(tail)) and not _LIMB.search(tail)
        if back_only:
            outcome = "negative"
        out = [Result(outcome, side, at, end + len(tail.rstrip()), back_only)]
        for offset, seg in _segments(after)[1:]:
            found = _read_segment(seg, end + offset, side_of(seg))
            if found and found.side != "unknown" and found.side != side:
                out.append(found)
        return out
    shared = (
        side_of(before[-14:])
        if re.search(r"(?:left|right|bilateral|lt|rt|b/l|\b[lr])\.?\s*$", before, re.I)
        else "unknown"
    )
    out = []
    last_side: Side = shared
    for offset, seg in _segments(after):
        side = side_of(seg)
        found = _read_segment(seg, end + offset, side if side != "unknown" else last_side)
        if side != "unknown":
            last_side = side
        if found is not None:
            if out and found.side == out[-1].side and found.outcome == "negative":
                continue  # "R + at 45, no back pain": the first word on a side decides
            out.append(found)
    if out:
        return out
    if _HAMSTRING.search(before):
        return [Result("negative", side_of(before[-40:]), start, end, back_only=True)]
    listed = _LISTED.search(re.split(r"[.;]\s", text[max(0, start - 140) : start])[-1])
    if listed:
        return [Result(_outcome(listed.group("result")), side_of(after[:30]), start, end)]
    return []


def _segments(after: str) -> list[tuple[int, str]]:
    out: list[tuple[int, str]] = []
    at = 0
    for m in _SPLIT.finditer(after):
        out.append((at, after[at : m.start()]))
        at = m.end()
    out.append((at, after[at:]))
    return [(o, s) for o, s in out if s.strip()]
