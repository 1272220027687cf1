"""Operation phrases: mentions that name one operation together, with its levels, region, year and approach."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from extractors.facts import Span
from extractors.note import Mention, Sentence
from extractors.quantities.level_grammar import adjacent
from extractors.quantities.levels import Levels, find_levels
from extractors.quantities.numbers import parse_number
from extractors.surgeries.counted import counted_levels
from extractors.surgeries.cues import load_cues

CUES = load_cues(__file__)

#: Which kind names an operation made of several parts, strongest first (guide: with a fusion it is a fusion).
RANK = (
    "fusion", "stimulator", "pump", "discectomy", "vertebral_augmentation", "decompression", "hardware_removal", "other",
    "implant_part",
)  # fmt: skip
_KIND = {"hardware": "fusion", "fusion_status": "fusion", "postlami": "decompression", "fbss": "other", "spine_op": "other",
         "generic": "other", "nothing": "other"}  # fmt: skip
#: Labels that prove an operation without naming an occasion: they join whatever fits.
WEAK = frozenset({"hardware", "fusion_status", "postlami", "fbss", "spine_op", "generic"})

_JOIN = CUES["join"]
_TO_LEVEL = CUES["to_level"]
_HEAD_LEVEL = CUES["head_level"]
_REGION_WORDS = (
    ("cervical", re.compile(r"\b(?:cervical|neck|c-?spine|acdf|anterior cervical)\b", re.IGNORECASE)),
    ("thoracic", re.compile(r"\b(?:thoracic|mid-?back|t-?spine)\b", re.IGNORECASE)),
    (
        "lumbar",
        re.compile(
            r"\b(?:lumbar|lumbosacral|l-?spine|low(?:er)?[ -]back|back|l/s|[tpax]lif|olif|dlif|llif)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "sacral",
        re.compile(r"\b(?:sacroiliac|si[ -]?joint|sij|sacroplasty|coccyg\w+|coccyx)\b", re.IGNORECASE),
    ),
)
_APPROACH = re.compile(r"\b(acdf|tlif|plif|alif|xlif|dlif|olif|llif)s?\b", re.IGNORECASE)
_YEAR = CUES["year"]
_OTHER_OPERATION = CUES["other_operation"]
_DATED_LEAD = CUES["dated_lead"]
#: "... with screws since removed": another operation than the one that placed them.
_LATER = re.compile(r"\b(?:since|later|subsequently|then|was|were|been|came)\b", re.IGNORECASE)
_LUMBOSACRAL = re.compile(
    r"\blumbo-?sacral (?:disc|disk|joint|level|segment|interspace|junction)\b", re.IGNORECASE
)
#: Longest stretch of a quote before and after the operation's words, in characters.
_QUOTE_REACH = 110
#: Longest gap of any words between a sentence's only operation and its level, in characters.
_NEAR = 30
#: Farthest a year may stand from the operation it dates, in characters.
_YEAR_REACH = 60


@dataclass(eq=False)
class Phrase:
    """One named operation: its mentions in one sentence, and what stands with them."""

    sentence: Sentence
    mentions: list[Mention]
    kind: str
    levels: tuple[str, ...] = ()
    level_spans: list[Levels] = field(default_factory=list)
    region: str = "unknown"
    years: tuple[int, ...] = ()
    approach: str | None = None
    #: What looks like a year and is none ("9/18" a week before the note).
    not_years: frozenset[int] = frozenset()

    @property
    def start(self) -> int:
        """First offset in the sentence's text."""
        return self.mentions[0].start

    @property
    def end(self) -> int:
        """End offset in the sentence's text."""
        return max(m.end for m in self.mentions)

    @property
    def labels(self) -> frozenset[str]:
        """Labels of its mentions."""
        return frozenset(m.label for m in self.mentions)

    @property
    def weak(self) -> bool:
        """Whether it proves an operation without naming the occasion."""
        return self.labels <= WEAK

    @property
    def span(self) -> Span:
        """Its quote in note offsets: its clause, widened to its levels."""
        a, b = self.sentence.clause(self.start, self.end)
        text = self.sentence.text
        # A long sentence is cut to what stands around the operation, at word bounds.
        if self.start - a > _QUOTE_REACH:
            a = text.rfind(" ", 0, self.start - _QUOTE_REACH) + 1
        if b - self.end > _QUOTE_REACH:
            stop = text.find(" ", self.end + _QUOTE_REACH)
            b = stop if 0 < stop < b else b
        a = min([a, *(lv.start for lv in self.level_spans)])
        b = max([b, *(lv.end for lv in self.level_spans)])
        while a < b and text[a] in " ,;":
            a += 1
        while b > a and text[b - 1] in " ,;":
            b -= 1
        return self.sentence.span(a, b)


def kind_of(mention: Mention) -> str:
    """The guide's kind for a mention."""
    return _KIND.get(mention.label, mention.label)


def phrases(sentence: Sentence, mentions: list[Mention]) -> list[Phrase]:
    """Group a sentence's mentions into operations and attach levels, region, years and approach."""
    groups: list[list[Mention]] = []
    for m in sorted(mentions, key=lambda x: x.start):
        if groups and _joined(sentence, groups[-1][-1], m):
            groups[-1].append(m)
        else:
            groups.append([m])
    out = [Phrase(sentence, g, _kind(g)) for g in groups]
    _attach_levels(sentence, out)
    for i, p in enumerate(out):
        p.region = _region(p)
        left = out[i - 1].end if i else 0
        right = out[i + 1].start if i + 1 < len(out) else len(sentence.text)
        p.years = _years(p, left, right)
        # "ACDF (C5-6)": the acronym may stand in brackets after the plain word.
        found = _APPROACH.search(sentence.text[p.start : p.end])
        p.approach = found.group(1).upper() if found else None
    return out


def _kind(group: list[Mention]) -> str:
    """The kind of an operation made of several parts; implants that were taken out prove no fusion of their own."""
    labels = {m.label for m in group}
    if "hardware_removal" in labels and labels <= {"hardware_removal", *WEAK}:
        return "hardware_removal"
    return min((kind_of(m) for m in group), key=RANK.index)


def _joined(sentence: Sentence, first: Mention, second: Mention) -> bool:
    gap = sentence.text[first.end : second.start]
    if len(gap) > 60 or not _JOIN.match(gap):
        return False
    one, two = kind_of(first), kind_of(second)
    implants = {"stimulator", "pump", "implant_part"}
    if "implant_part" in (one, two) and {one, two} <= implants:
        return True
    if {one, two} == {"stimulator", "decompression"} or {one, two} == {"implant_part", "decompression"}:
        # a paddle is laid through a laminotomy
        return "paddle" in sentence.text[max(0, first.start - 30) : second.end + 30].lower()
    if "implant_part" in (one, two):
        return False
    if (
        two == "hardware_removal"
        and one == "fusion"
        and first.label == "fusion"
        and _LATER.search(second.text)
    ):
        return False
    if first.label == "nothing" or second.label == "nothing":
        return False
    if one in {"stimulator", "pump"} and two != one and second.label != "generic":
        return False
    # "two laminectomies and a discectomy": counted apart, operated apart.
    before = sentence.text[max(0, first.start - 14) : first.start]
    counted = re.search(r"\b(?:two|three|four|multiple|2|3)\s$", before, re.IGNORECASE) or re.search(
        r"\b(?:a|an|another|then)\s(?:\w+\s)?$", gap
    )
    if counted and one != two and first.label not in WEAK and second.label not in WEAK:
        return not re.search(r"\b(?:two|three|four|multiple|2|3)\s$", before, re.IGNORECASE)
    if (
        "," in gap
        and one == two
        and find_levels(gap)
        and first.label == second.label == "fusion"
        and len(gap) > 3
    ):
        return "(" in gap
    return True


def _attach_levels(sentence: Sentence, groups: list[Phrase]) -> None:
    """Give every level to the nearest operation that only filling words part it from."""
    text = sentence.text
    for level in find_levels(text):
        best: tuple[int, Phrase] | None = None
        for p in groups:
            if p.start <= level.start and level.end <= p.end:
                distance, gap = 0, ""
            elif level.end <= p.start:
                gap, distance = text[level.end : p.start], p.start - level.end
            else:
                gap, distance = text[p.end : level.start], level.start - p.end + 1
            near = len(groups) == 1 and len(gap) <= _NEAR and not CUES["other_matter"].search(gap)
            if distance > 70 or not (near or _TO_LEVEL.match(_without_levels(gap))):
                continue
            if best is None or distance < best[0]:
                best = (distance, p)
        if best is not None:
            best[1].level_spans.append(level)
    heads = _HEAD_LEVEL.match(text)
    # "L5-S1: There is postsurgical change with a spacer": the line's own level.
    lead = find_levels(text[: heads.end()]) if heads else []
    for p in groups:
        if not p.level_spans and not any(m.entry.id == "decompression" for m in p.mentions):
            p.level_spans += lead
        p.levels = _names(p) or (counted_levels(text, p.start, p.end) if p.kind != "pump" else ())
        if not p.levels and p.kind in {"fusion", "discectomy", "decompression"}:
            near = text[max(0, p.start - 40) : p.end + 60]
            p.levels = ("L5-S1",) if _LUMBOSACRAL.search(near) and len(groups) <= 2 else ()
        if not p.levels and p.labels & {"hardware"} and not find_levels(text):
            # the same where the level has become the section's heading
            p.levels = tuple(x for lv in find_levels(sentence.section.title.upper()) for x in lv.segments)


def _without_levels(gap: str) -> str:
    return re.sub(r"\b[CTLS]?\d{1,2}(?:\s?[-/]\s?[CTLS]?\d{1,2})*\b(?!/)", " ", gap, flags=re.IGNORECASE)


def _names(p: Phrase) -> tuple[str, ...]:
    """Canonical levels: segments, but single vertebrae for a lamina or an augmented body."""
    if p.kind == "pump":
        return ()  # where the catheter goes in is no level of the spine that was operated on
    out: list[str] = []
    singles: list[str] = []
    for lv in p.level_spans:
        names = lv.vertebrae if p.kind == "vertebral_augmentation" or lv.kind == "single" else lv.segments
        out += [n for n in names if n not in out]
        if lv.kind == "single":
            singles += [n for n in lv.vertebrae if n not in singles]
    if p.kind == "fusion" and len(singles) > 1:
        # "fusion of L4, L5 and S1" names vertebrae; what is fused are the segments between.
        pairs = [f"{a}-{b}" for a, b in pairwise(singles) if adjacent(a, b)]
        if len(pairs) == len(singles) - 1:
            out = [n for n in out if n not in singles] + [s for s in pairs if s not in out]
    if p.kind == "fusion" and singles and not any("-" in n for n in out):
        # out of order ("T12, T11, L1"), they still name a run; one alone ("extend it to T10") is no segment
        run = sorted(singles, key=_rank)
        pairs = [f"{a}-{b}" for a, b in pairwise(run) if adjacent(a, b)]
        out = pairs if len(pairs) == len(run) - 1 else [] if len(run) == 1 else out
    return tuple(out)


def _rank(vertebra: str) -> tuple[int, int]:
    """Place of a vertebra from the head down."""
    return "CTLS".find(vertebra[0]), int(vertebra[1:] or 0)


def _region(p: Phrase) -> str:
    """Region by level, else by the words of the phrase and the few before it."""
    for name in p.levels:
        region = {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "sacral"}.get(name[0])
        if region:
            return region
    text = p.sentence.text
    inside = text[p.start : p.end]
    if p.kind in {"stimulator", "pump"}:
        # implanted beside the spine for pain elsewhere: only a region in its own name counts
        inside = inside + " " + text[max(0, p.start - 10) : p.start]
        return next((region for region, pat in _REGION_WORDS if pat.search(inside)), "unknown")
    if re.search(
        r"\bback (?:or|and|/) neck\b|\bneck (?:or|and|/) (?:low(?:er)? )?back\b|\bback/neck\b",
        inside,
        re.IGNORECASE,
    ):
        return "unknown"
    a, b = p.sentence.clause(p.start, p.end)
    for window in (inside, text[max(a, p.start - 40) : min(b, p.end + 30)]):
        # The word nearest to the operation's own end decides ("anterior cervical discectomy").
        hits = [
            (abs((m.start() + m.end()) - len(window)), region)
            for region, pat in _REGION_WORDS
            for m in pat.finditer(window)
            if not (p.kind == "vertebral_augmentation" and m.group().lower() == "back")
        ]
        if hits:
            return min(hits)[1]
    return "unknown"


def year_of(match: re.Match[str]) -> int:
    """Four-digit year of a matched date."""
    full = match.group("y") or match.group("y4")
    if full:
        return int(full)
    if match.group("spoken"):
        return _spoken(match.group("spoken"))
    short = int(match.group("y2") or match.group("y2b") or match.group("y2c"))
    return 2000 + short if short < 45 else 1900 + short


def _spoken(words: str) -> int:
    """A year in words: "nineteen ninety-eight", "twenty oh four", "two thousand and nine"."""
    first, *rest = re.split(r"[- ]", words.lower())
    if first == "two":
        return 2000 + int(parse_number(" ".join(w for w in rest[1:] if w != "and")) or 0)
    tail = " ".join(w for w in rest if w != "oh").replace(" ", "-")
    return (1900 if first == "nineteen" else 2000) + int(parse_number(tail) or 0)


def _years(p: Phrase, left: int, right: int) -> tuple[int, ...]:
    """Years beside the operation: after it first ("fusion in 2019", "in 02/05 and in 09/06"), else just before it."""
    # fax and OCR: "2O12" is a year
    text = re.sub(r"(?<=\d)[Oo](?=\d)", "0", p.sentence.text)
    end = max([p.end, *(lv.end for lv in p.level_spans if lv.end <= right)])
    after = text[p.end : min(right, end + _YEAR_REACH)]
    other = _OTHER_OPERATION.search(after)
    after = after[: other.start()] if other else after
    after = re.split(
        r"(?<!Mr)(?<!Dr)(?<!Mrs)(?<![A-Z])\. |\bre:|\band (?:now|did|then)\b|\bMRI\b|\bCT\b|\bx-?rays?\b|\bwith(?: no| good)? relief\b|\bwho\b|\bfell\b|\bMVA\b|\buntil\b|(?<!place )(?<!present )\bsince\b",
        after,
    )[0]
    found = list(_YEAR.finditer(after))
    inside = _YEAR.search(text[p.start : p.end])
    if not found and inside:
        return (year_of(inside),)
    if found:
        if (
            re.match(r"\s*(?:-|to|through|and)\s*$", after[found[0].end() : found[1].start()])
            if len(found) > 1
            else False
        ):
            joint = after[found[0].end() : found[1].start()].strip()
            return tuple(dict.fromkeys(year_of(m) for m in found[:2])) if joint == "and" else ()
        many = [
            m
            for i, m in enumerate(found)
            if i == 0
            or re.fullmatch(
                r"\s*(?:\([^)]{0,24}\))?\s*(?:,|and|&|, and)?\s*(?:then )?(?:again )?(?:in )?(?:\d{1,2}/)?",
                after[found[i - 1].end() : m.start()],
            )
        ]
        if re.search(r"\bfrom\s*$", after[: found[0].start()]) and len(found) > 1:
            return ()
        return tuple(dict.fromkeys(year_of(m) for m in many))
    start = min([p.start, *(lv.start for lv in p.level_spans if lv.start >= left)])
    before = text[max(left, start - 45) : start]
    cut = [m.end() for m in _OTHER_OPERATION.finditer(before)] + [
        m.end() for m in re.finditer(r"\. |; ", before)
    ]
    before = before[max(cut) :] if cut else before
    prior = list(_YEAR.finditer(before))
    if CUES["imaging_words"].search(text[:start]) or p.sentence.section.category == "imaging":
        return ()  # the date of the study
    # "in 2014 he had an L5 laminectomy", "2014: fusion"; not "PT back in 2018 before the fusion".
    if prior and _DATED_LEAD.match(_without_levels(before[prior[-1].end() :])):
        return (year_of(prior[-1]),)
    return ()
