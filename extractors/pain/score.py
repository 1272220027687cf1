"""The highest pain score, 0 to 10, however it is said: "7/10", "seven of ten", "peaks 7", "9 worst"."""

from __future__ import annotations

import re

from extractors.facts import Span
from extractors.note import Note
from extractors.quantities import find_scores, parse_number

#: Sections whose figures score no pain of the patient now.
SKIP = {
    "family_history",
    "consent",
    "instructions",
    "imaging",
    "complications",
    "past_surgical",
    "medications",
    "allergies",
}
#: A score that is hoped for, or at which something is to be done.
LIMIT = re.compile(
    r"\b(?:goal|target|less than|<|until|threshold|below|criteria)\b[^.;\n]{0,20}$|\bat least (?:an? )?$",
    re.IGNORECASE,
)
_N = r"(?P<n>10|\d(?:\.\d)?|zero|one|two|three|four|five|six|seven|eight|nine|ten)"
_WORDS = r"(?:zero|one|two|three|four|five|six|seven|eight|nine|ten)"
_NO_UNIT = (
    r"(?![\w/:]|\.\d|-\d|,\d|\s?(?:%|percent|mg|mcg|ml|cc|cm|mm|lbs?|pounds|weeks?|wks?|months?|mos?|years?|yrs?|days?|hours?|hrs?|h\b|min\w*|times|visits|sessions|"
    r"daily|nightly|tablets?|a day|per day|levels?|stairs|steps|blocks?|miles?|degrees|tabs?|pills|injections?|of (?!10|ten)\d|x\b|units?|feet|ft|inch\w*|am\b|pm\b|good\b))"
)
_SAID = tuple(
    re.compile(p, re.IGNORECASE)
    for p in (
        # "7 of 10", "seven on the ten-point scale"
        rf"(?<![\w/.-]){_N}\s(?:of|on|in)\s(?:a\s|the\s)?(?:10|ten)\b(?:[- ]point)?",
        # "up to 9", "peaks 7", "worst 8", "highest entry is 8"
        rf"\b(?:up to|peak(?:s|ing|ed)?(?: at| of| to)?|worst|max(?:imum)?|highest(?: \w+)?|reach(?:es|ing)|spik(?:es|ing) to|flar(?:es|ing)(?: up)? to|as high as|climbs to|rises to|hits|on a bad day(?: \w+){{0,4}}|at most)(?:\s(?:is|of|at|being|was|an?|about|around|pain|score|level|:))*[\s:]{{1,2}}{_N}{_NO_UNIT}",
        # "9 worst", "8 at its worst", "8 at most"
        rf"(?<![\w/.-])(?<!of ){_N}(?:/10)?[,\s](?:at\s|is\s)?(?:its\s|his\s|her\s|the\s)?(?:worst|most\b|peak|max|on bad days|on a bad day|when bad)",
        # "rates it 6-8", "scores the back seven", "puts it at five", "grades his pain an 8"
        rf"\b(?:rates?|rated|rating|scores?|scored|grades?|graded|puts?)\s(?:(?:it|this|that|the|his|her|their|pain|back|neck|leg|arm|current|average|usual|low|discomfort|at|as|an?|is|about|around|them)\s){{0,6}}(?:\d(?:\.\d)?\s?(?:-|to)\s?)?{_N}{_NO_UNIT}",
        # "... and the leg eight"
        rf"\band (?:the |her |his )?(?:leg|arm|back|neck)\s(?:an? |at )?{_N}{_NO_UNIT}",
        # "pain 6, worst 8", "pain score 6", "VAS in extension 9.0"
        rf"\b(?:VAS|NRS|NPRS|pain score|mean score|average pain|pain)\s(?:in \w+ |with \w+ |on \w+ |of |is |at |now |today |averag\w+ |at present )?(?:\d(?:\.\d)?\s?(?:-|to)\s?)?{_N}{_NO_UNIT}",
        rf"\b(?:before|pre)\s{_N},?\s(?:after|post)\b",
        rf"\baveraging\s{_N}{_NO_UNIT}",
        # "worst this week 10", "worst number this week 8"
        rf"\bworst\b[^.;:,\d]{{0,30}}[:\s]\s?{_N}{_NO_UNIT}",
        # "an 8 by the end of a shift", "a six, a seven when he stands"
        rf"\b(?:an?|and|or|to|at|calls it)\s(?:an? )?{_N}(?:/10)?,?\s(?=(?:on (?!the left|the right)|by |when|after |before |with (?!\w+ visits)|at (?:its|his|her|the (?:end|worst)|rest|worst|best|night|work)|if |that |most |in the (?:morning|evening)|flat\b|sitting|standing|resting|walking))",
        # "NRS 4 at rest, 8 walking"
        rf"\b\d(?:/10)? (?:at rest|sitting|lying|now|today|resting|on average|average|most days|in the morning|on arrival),? (?:and |but )?(?:an? )?{_N}{_NO_UNIT}",
        # "reaches 9", "gets to 8", "goes up to 9"
        rf"\b(?:reach(?:es|ing|ed)?|gets?(?: up)? (?:to|as high as)|goes(?: up)? to|went(?: up)? to|shoots (?:up )?to|jumps to|tops out at|maxes out at|as bad as|ranges? (?:from|between) \d (?:to|and))\s(?:an? )?{_N}{_NO_UNIT}",
        # "back is a 1 or 2; leg 8"
        rf"\b(?:leg|back|neck|arm|pain)\s(?:is |itself is |now )?(?:an? )?(?:\d (?:to|or) )?{_N}(?=\s?(?:[.;,)]|$))",
        # "6/10, 9 when she lifts", "an 8 by suppertime, 10 if he had to unload"
        rf"(?<!\d)(?:10|\d)(?:/10)?(?: \w+){{0,3}}, (?:up to |and )?(?:an? )?{_N}(?=\s(?:if|when|with|after|by|at|on (?!the)|lifting|bending|sitting|standing|walking)\b)",
        # "now / worst   6 / 9"
        rf"\b(?:now|current|today|average|avg) ?/ ?(?:worst|max)\W{{1,60}}\d{{1,2}} ?/ ?{_N}(?!\w)",
        # "now six out of ten, eight with driving", "5, bad days 8", "on a bad day my back is a ten"
        rf"\b(?:10|\d|{_WORDS})(?:/10| out of ten)?, (?:and )?(?:(?:on )?(?:a )?bad days?|worst|flares?) {_N}{_NO_UNIT}",
        rf"\bout of (?:10|ten), (?:and |but )?(?:an? )?{_N}(?=\s(?:if|when|with|after|by|at|on (?!the)|lifting|bending|sitting|standing|walking|driving)\b)",
        rf"\bon (?:a|his|her|my) bad days?\b[^.;\d]{{0,30}}?\b(?:is|at|of|a|an|it's|to)\s(?:an? )?{_N}{_NO_UNIT}",
        # "on a scale of 0 to 10 he rates the pain as an 8"
        rf"\bscale (?:of|from) (?:0|zero|1|one) (?:to|-|through) (?:10|ten)\b[^.;\d]{{0,60}}\b(?:as|at|is|it|an?|of)\s(?:\d(?:\.\d)?\s?(?:-|to)\s?)?{_N}{_NO_UNIT}",
        # "4/10 (3-7)"
        rf"\d ?/ ?10 \((?:range |ranges )?\d\s?(?:-|to)\s?{_N}\)",
        # "6/10 today, was 8 before", "from 8 to 3 out of 10", "2.4 against 8.1 before"
        rf"\b(?:was|from|against|versus|vs\.?|compared (?:to|with))\s(?!(?:0|1|zero|one) to (?:10|ten))(?:an? )?{_N}(?=,? (?:before|previously|prior|beforehand|at (?:the )?last|to (?:an? )?(?:10|\d|{_WORDS})\b))",
        # "Zero is none, ten the worst. Your answer: 5"
        rf"\byour (?:answer|score|rating|number)\s?[:=]?\s?{_N}{_NO_UNIT}",
        # "3/10 at most, it was 7 before"
        rf"\bit (?:was|is|has been)\s(?:an? )?{_N}{_NO_UNIT}",
    )
)
_SCORED = re.compile(
    r"^\W*(?:leg|back|neck|arm) (?:pain )?(?:is )?(?:an? )?\d\W*$|\b(?:pain|LBP|ache|hurts?|VAS|NRS|NPRS|score[sd]?|rates?|rated|diary|worst|scale|/10|out of|average|avg|it|your (?:answer|number|rating))\b|/\s?10\b",
    re.IGNORECASE,
)
_TAUGHT = re.compile(
    r"\b(?:L|S|C|T)$|\b(?:grade|stage|level|type|strength|reflex\w*|power|motor|PHQ|GAD|ODI|NDI)\b[^.;]{0,12}$",
    re.IGNORECASE,
)


#: What is scored is not the spine's pain: another joint, another person, sleep, satisfaction, recovery.
_OTHER_BEFORE = re.compile(
    r"\b(?:knees?|shoulders?|hips?|ankles?|elbows?|wrists?|thumbs?|toe|jaw|migraines?|headaches?|stomach|abdominal|chest|fatigue|sleep(?: quality)?|mood|anxiety|depression|stress|energy|satisf\w+|recommend|Aldrete|function(?:al)?(?: (?:score|level|goals?))?|disability|activity|wellbeing|interference|enjoyment|nausea|confidence|motivation|effort|wife'?s?|husband'?s?|spouse'?s?|mother'?s?)\b(?:[^.;,\n\d]{0,40}|, [^.;,\n\d]{0,40}, (?:is|was|at) )$",
    re.IGNORECASE,
)
_OTHER_AFTER = re.compile(
    r"[\s,]{0,2}(?:(?:for|in|on) (?:the |his |her )?(?:\w+ )?(?:knees?|shoulder|hip|ankle|elbow|sleep|fatigue)\b|satisf\w+|(?:functional )?goals\b|(?:knee|shoulder|hip|ankle) pain\b|sessions?\b|visits?\b|appointments?\b)",
    re.IGNORECASE,
)
#: The pain itself stands between the other thing and the figure: "knee aside, back pain 6/10".
_OWN = re.compile(r"\b(?:back|neck|spine|lumbar|cervical|LBP|leg|arm|buttock)\b", re.IGNORECASE)
#: The scale explained, or a day of the month.
_LEGEND = re.compile(r"\b(?:10|ten)(?:/10)?\s(?:is|=|being|means|for)\s(?:the )?(?:worst|most|un(?:bearable|imaginable)|maximum|severe)(?! (?:when|with|in the|at))", re.IGNORECASE)  # fmt: skip
#: What a form gives as an example of an answer.
_EXAMPLE = re.compile(r"\b(?:example|e\.g\.)[ :,(\"][^.;\n]{0,70}$", re.IGNORECASE)
_DAY = re.compile(r"\b(?:flared(?: up)?|started|began|eased|settled|seen|done|scheduled|recovered) (?:on|by|until|since) ?$", re.IGNORECASE)  # fmt: skip


def not_pain(text: str, start: int, end: int) -> bool:
    """Whether the figure at ``text[start:end]`` scores something other than the spine's pain."""
    left = text[max(0, start - 70) : start]
    other = _OTHER_BEFORE.search(left)
    if other and not _OWN.search(left, other.start()):
        return True
    if _EXAMPLE.search(left):
        return True
    if _OTHER_AFTER.match(text, end) or _LEGEND.search(text, start, end + 30):
        return True
    return "/10" in text[start:end] and bool(_DAY.search(left))


_FIGURE = re.compile(
    r"(?<!\d)(?:10|\d)(?!\d)|\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten)\b", re.I
)


_SAYS_PAIN = re.compile(r"\b(?:back|neck|leg|arm) pain (?:of |is |at )?(?:10|\d) ?/ ?10\b", re.IGNORECASE)


def scores_in(text: str, before: str = "") -> list[tuple[float, int, int]]:
    """Scores in a sentence: value and place; ``before`` is the sentence before, which may name the pain."""
    text = text.replace("_", " ")
    found = [(s.value, s.start, s.end) for s in find_scores(text)]
    if not (_SCORED.search(text) or _SCORED.search(before)):
        return found
    for pattern in _SAID:
        for m in pattern.finditer(text):
            value = parse_number(m["n"])
            if value is None or value > 10 or _TAUGHT.search(text[max(0, m.start("n") - 24) : m.start("n")]):
                continue
            found.append((value, m.start(), m.end()))
    return found


def highest_score(note: Note) -> tuple[float, Span] | None:
    """The highest score that the note states, with the sentence that states it."""
    best: tuple[float, Span] | None = None
    for sentence in note.sentences:
        if not _FIGURE.search(sentence.text):
            continue
        if sentence.section.category in SKIP and not _SAYS_PAIN.search(sentence.text):
            continue  # a section that ran on ("X-rays: ...") may still quote a visit's pain
        before = note.sentences[sentence.index - 1].text[-200:] if sentence.index else ""
        for value, start, end in scores_in(sentence.text, before):
            if LIMIT.search(sentence.text[max(0, start - 30) : start]):
                continue
            if not_pain(sentence.text, start, end):
                continue
            if best is None or value > best[0]:
                best = (value, sentence.whole)
    return best
