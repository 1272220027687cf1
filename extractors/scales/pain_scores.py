"""Pain scores of a sentence: figure or range, scale, moment, and the region that hurts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from extractors.document import is_procedure_note
from extractors.note import Note, Sentence
from extractors.pain.score import LIMIT, SKIP, not_pain
from extractors.quantities import find_score_falls, find_scores, parse_number
from extractors.radicular.places import limb_regions
from extractors.radicular.topic import spine_regions
from extractors.scales.moments import moment_ahead, moment_behind, moment_of_title
from extractors.surgeries.context import policy_text

_SCALE = re.compile(
    r"(?P<nrs>\bV?NRS\b|\bNPRS\b|\bVNS\b|\bnumeric(?:al)? (?:pain )?(?:rating|scale)|\bverbal numeric(?:al)?)"
    r"|(?P<vas>\bVAS\b|\bvisual analog(?:ue)?)|(?P<vrs>\bVRS\b|\bverbal (?:pain )?(?:rating|scale|score))"
    r"|(?P<faces>\bwong-? ?baker\b|\bfaces (?:pain )?scale\b)",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:blocks?|injections?|MBBs?|RFAs?|ablations?|epidurals?|T?F?ESIs?|procedure|rhizotomy|denervation)\b",
    re.IGNORECASE,
)
_PRE_POST = re.compile(r"\b(?:pre|post)(?:-|\b)", re.IGNORECASE)
_CONDITION = re.compile(r"\b(?:if|when|whenever|until|unless|once)\b[^.;\n]{0,40}$", re.IGNORECASE)
_IF = re.compile(r"\b(?:if|unless|only when)\b[^.;\n]{0,40}$|(?<!-)[<>≥≤]=? ?$", re.IGNORECASE)
_ORDER = re.compile(r"\b(?:take|tablets?|tabs?|mg|prn|every \d|call)\b", re.IGNORECASE)
#: Another thing is scored than pain.
_NOT_PAIN = re.compile(
    r"\b(?:PHQ|GAD|Aldrete|Ramsay|GCS|Mallampati|ASA|fall risk|Norton|Braden|PEG|BPI|ODI|NDI|COMM|SOAPP)\b(?:-\d{1,2})?[^.;\d]{0,24}$",
    re.IGNORECASE,
)
#: "Between 3 and 7/10" is one range.
_BETWEEN = re.compile(r"\bbetween (?:an? )?(?P<n>10|\d(?:\.\d)?)(?: ?/ ?10)? and (?:an? )?$", re.IGNORECASE)
#: "Baseline 8", "post-block NRS 1": a moment with its figure.
_MOMENT_SAID = re.compile(
    r"\b(?:baseline|(?:pre|post)-?(?:procedure|procedural|block|injection|op|RFA|ablation))\b(?:[\s:=]+(?:pain|scores?|level|V?NRS|NPRS|VAS|is|was|of|at)\b){0,4}"
    r"[\s:=]{1,3}(?P<n>10|\d(?:\.\d)?)(?:\s?/\s?10)?(?![\w/%:-]|\.\d|\s?(?:%|percent|mg|mL|cc|weeks?|months?|years?|days?|hours?|hrs?|min|visits?|sessions?|levels?))",
    re.IGNORECASE,
)
#: A visual analogue scale of 100 mm.
_HUNDRED = re.compile(r"\bVAS\b[^.;\d]{0,20}(?P<n>\d{1,3})\s?(?:/\s?100\b|mm\b)", re.IGNORECASE)
_AT_BASELINE = re.compile(r"\bbaseline\b", re.IGNORECASE)
#: "Went from 4/10 to 10/10": a change.
_WENT = re.compile(
    r"\b(?:went|gone|rose|risen|up|climbed|increas\w+|worsen\w*|progress\w*|jumped|shot)\b[^.;]{0,14}\bfrom\b[^.;]{0,24}$",
    re.IGNORECASE,
)
#: A day and a month written like a score, and a ruler of figures to choose from.
_DAY = re.compile(
    r"\b(?:labs?|finish\w*|start\w*|stopp\w*|seen|last|visit|refill\w*|antibiotics?|due|appt|appointment|dose|biopsy|MRI|CT|x-?rays?|colonoscopy|admitted|discharged)\b[^.;,:]{0,16}$",
    re.IGNORECASE,
)
_RULER = re.compile(r"\b[01]\W{1,3}(?:1|2)\W{1,3}(?:2|3)\W{1,3}(?:3|4)\b")
_VITALS = re.compile(r"\bvital|\b(?:BP|blood pressure|pulse|heart rate|HR|SpO2)\b", re.IGNORECASE)
_GRIP = re.compile(r"\b(?:grip|strength|power|motor)\b[^.;,]{0,16}$", re.IGNORECASE)


@dataclass(frozen=True)
class PainScore:
    """A pain score with its place in the sentence's text; ``low`` and ``high`` from 0 to 10."""

    low: float
    high: float
    start: int
    end: int
    scale: str = "not_stated"
    moment: str = "not_stated"
    region: str = "unknown"
    step: str = "moment<-none"
    #: The words that tell it, where they are more than the figure ("8 -> 2").
    told: tuple[int, int] | None = None


def _figures(text: str) -> list[PainScore]:
    """Figures alone; those of a fall ("7 -> 2 after the block") with the moments that a procedure gives them."""
    found: list[PainScore] = []
    taken = bytearray(len(text) + 1)
    for fall in find_score_falls(text):
        if max(fall.before, fall.after) > 10:
            continue
        near = text[max(0, fall.start - 70) : fall.end + 40]
        words = text[fall.start : fall.end]
        told = _DONE.search(near) or re.search(r"\b(?:pre|post)\b", words, re.IGNORECASE)
        step = "moment<-fall" if told else "moment<-none"
        middle = max(fall.start + 1, fall.end - 1)
        whole = (fall.start, fall.end)
        a = PainScore(fall.before, fall.before, fall.start, middle, step=step, told=whole)
        b = PainScore(fall.after, fall.after, middle, fall.end, step=step, told=whole)
        if told:
            first = "baseline" if _AT_BASELINE.search(words) else "before_procedure"
            a, b = replace(a, moment=first), replace(b, moment="after_procedure")
        found += [a, b]
        taken[fall.start : fall.end] = b"\x01" * (fall.end - fall.start)
    for pattern, unit in ((_MOMENT_SAID, 1.0), (_HUNDRED, 10.0)):
        for m in pattern.finditer(text):
            value = float(m["n"]) / unit
            if value <= 10 and not any(taken[m.start("n") : m.end()]):
                taken[m.start("n") : m.end()] = b"\x01" * (m.end() - m.start("n"))
                found.append(PainScore(value, value, m.start("n"), m.end()))
    for s in find_scores(text):
        if not any(taken[s.start : s.end]):
            lower = _BETWEEN.search(text[max(0, s.start - 30) : s.start])
            low = parse_number(lower["n"]) if lower else None
            low = s.low if low is None or low > s.low else low
            if low < s.high and _WENT.search(text[max(0, s.start - 50) : s.start]):
                middle = max(s.start + 1, s.end - 1)  # two scores at two times, no range
                found.append(PainScore(low, low, s.start, middle, told=(s.start, s.end)))
                found.append(PainScore(s.high, s.high, middle, s.end, told=(s.start, s.end)))
                continue
            found.append(PainScore(low, s.high, s.start, s.end))
    return sorted(found, key=lambda f: (f.start, f.end))


def _counts(text: str, f: PainScore, ordered: bool) -> bool:
    """Whether the figure is a score of the spine's (or a limb's) pain that was taken, and none to come.

    ``ordered``: the sentence orders something, so that "when" makes the figure a condition.
    """
    before = text[max(0, f.start - 60) : f.start]
    if LIMIT.search(before) or _NOT_PAIN.search(before) or _GRIP.search(before):
        return False
    if _IF.search(before) or (ordered and _CONDITION.search(before)):
        return False
    if _DAY.search(before) and not re.search(r"\bpain\b", before, re.IGNORECASE):
        return False
    return not not_pain(text, f.start, f.end)


def _region(text: str, low: int, f: PainScore, high: int) -> str:
    """Region named nearest ahead of the figure, else right behind it; ``other`` where only a limb is named."""
    ahead = re.split(r"[.;] ", text[low : f.start])[-1]
    for said in (ahead, text[f.end : high]):
        named = spine_regions(said)
        if named:
            return named[-1] if len(named) == 1 else _last(said, named)
        if re.search(r"(?<!mid )(?<!upper )\bback\b", said, re.IGNORECASE):
            return "lumbar"
        if limb_regions(said):
            return "other"
    return "unknown"


def _last(said: str, named: list[str]) -> str:
    """Of several regions the one named last."""
    words = re.split(r"\b(?:and|or)\b|[,/&]", said)
    for piece in reversed(words):
        own = spine_regions(piece)
        if own:
            return own[-1]
    return named[-1]


def _procedural(text: str, sentence: Sentence, note: Note) -> bool:
    """Whether the words before and after are those of a procedure: one is named, or the note is its record."""
    if _DONE.search(text) or _PRE_POST.search(text) or is_procedure_note(note):
        return True
    return any(_DONE.search(s.text) for s in note.around(sentence, 2, 0))


def pain_scores(sentence: Sentence, note: Note) -> Iterator[PainScore]:
    """Pain scores of a sentence in order, each with scale, moment and region as the words next to it say.

    The scale named last ahead holds on within the sentence. Vitals of a visit are taken at it.
    """
    text = sentence.text
    if (
        sentence.section.category in SKIP - {"past_surgical"}
        or _RULER.search(text)
        or policy_text(note, sentence)
    ):
        return
    ordered = _ORDER.search(text) is not None
    procedural = _procedural(text, sentence, note)
    visit = _VITALS.search(f"{sentence.section.title} {text}") is not None and not is_procedure_note(note)
    titled = moment_of_title(sentence.section.title)
    figures = [f for f in _figures(text) if _counts(text, f, ordered)]
    low, scale = 0, "not_stated"
    for i, f in enumerate(figures):
        stop = figures[i + 1].start if i + 1 < len(figures) else len(text)
        named = [m for m in _SCALE.finditer(text, low, max(f.end, low)) if m.start() <= f.end]
        behind = _SCALE.match(text[f.end : f.end + 40].lstrip(" (,on")) or re.match(
            r"\s?\(?(?:on (?:the|a) )?" + f"(?:{_SCALE.pattern})", text[f.end : stop], re.IGNORECASE
        )
        own = named[-1] if named else behind
        scale = own.lastgroup or scale if own else scale
        trail = moment_behind(text, f.end, stop)
        lead = moment_ahead(text, low, f.start)
        moment, step = f.moment, f.step
        if trail is not None and moment == "not_stated":
            moment, step = trail[0], "moment<-behind"
        elif lead is not None and moment == "not_stated":
            moment, step = lead, "moment<-ahead"
        if moment == "not_stated":
            if titled is not None:
                moment, step = titled, "moment<-section"
            elif visit:
                moment, step = "current", "moment<-vitals"
        if moment in ("before_procedure", "after_procedure") and not procedural:
            moment, step = "not_stated", "moment<-none"  # before or after something else
        region = _region(text, low, f, min(stop, f.end + 40))
        yield replace(f, scale=scale, moment=moment, step=step, region=region)
        low = trail[1] if trail is not None else f.end
