"""Bind examination findings: kind, result, region and side, with one fact for each distinct finding."""

from __future__ import annotations

import re

from extractors.examination.results import Result, results_of, side_of
from extractors.facts import Fact
from extractors.family import Family, fact_of, stripped
from extractors.note import Mention, Note
from extractors.radicular.context import status_of
from extractors.radicular.topic import regions_of

VERSION = "1"
_HURTS = (
    r"reproduc\w*|recreat\w*|provo[kc]\w*|evok\w*|elicit\w*|pain\w*|positive|hurt\w*|aggravat\w*|worse\w*|produc\w+|caus\w+|"
    r"concordant|exacerbat\w*|sore\w*|winc\w+|grimac\w+|uncomfortabl\w+|discomfort|(?:brings?|brought|bringing) (?:\w+ ){0,3}on|"
    r"(?:sets?|setting) (?:\w+ ){0,3}off|catch\w*|trigger\w*|guard\w*|ach(?:e|es|ing)|twinge\w*|irritat\w+|familiar"
)
_PAIN_AFTER = re.compile(
    rf"^[^.;]{{0,60}}?\b(?:{_HURTS})",
    re.IGNORECASE,
)
_PAIN_BEFORE = re.compile(
    rf"\b(?:{_HURTS}|tender\w*|increas\w+)\b[^.;]{{0,22}}?(?<!\w)(?:with|on|w/|by|in|during|upon|at|of|for|and|the|when)(?!\w)[^.;]{{0,22}}$|"
    r"\bpainful (?:\w+ )?$",
    re.IGNORECASE,
)
_NO_PAIN = re.compile(
    r"\b(?:no|without|w/o|not|painless|pain[- ]?free|negative|neg|denies|does not|did not)\b[^.;]{0,40}$",
    re.IGNORECASE,
)
_NO_PAIN_AFTER = re.compile(
    r"^[^.;,]{0,40}?\b(?:(?:no|without|w/o) (?:any |significant )?(?:pain|reproduc\w+|discomfort|complaint)|(?:do|does|did|is|are|was|were)(?:n't| not)\b|not (?:reproduc|painful|provoc)|painless|\bcomfortabl\w*|well[- ]tolerated|asymptomatic|caus\w+ no|pain[- ]?free|negative|neg\b|\(-\))",
    re.IGNORECASE,
)
#: "Tenderness but no tenderness over the facets": the denial stands inside the match.
_DENIED_WITHIN = re.compile(
    r"\b(?:no|without|w/o|not|denies|non)[ -](?:\w+ ){0,2}?(?:facets?|tender\w*|ttp|pain\w*|z-joints?|articular)\b",
    re.IGNORECASE,
)
_NOT_TENDER_AFTER = re.compile(
    r"^[^.;,]{0,34}?(?:\b(?:painless|non-?tender|without (?:pain|tenderness|discomfort)|no (?:pain|tenderness|discomfort)|absent|negative|none|(?:does|did|do) not"
    r"|not (?:tender|painful)|doesn't|didn't|unremarkable)\b|\(-\))|^:? ?-(?=\s*(?:$|[.;,]|bilat|b/l|both))",
    re.IGNORECASE,
)
_PRESSED_ONLY = re.compile(
    r"^(?:palpation|pressure|pressing|facet(?: joint)? (?:palpation|pressure))\b(?!.*\b(?:tender|ttp|pain|sore))",
    re.IGNORECASE,
)
_TENDER = re.compile(
    r"\b(?:tender\w*|ttp|pain\w*|sore\w*|reproduc\w*|elicit\w*|hurts?|ache\w*)\b", re.IGNORECASE
)
_LIMB_PAIN = re.compile(
    r"^[^.;]{0,40}?\b(?:(?:leg|calf|foot|arm|forearm|hand|radicular|radiating|shooting) (?:pain|symptoms?|paresth\w+)"
    r"|(?:pain|symptoms?|tingling|numbness) (?:radiating )?(?:down|into|to|in) (?:the |his |her )?(?:left |right )?(?:leg|calf|foot|arm|forearm|hand))\b",
    re.IGNORECASE,
)
_SPINE_PAIN = re.compile(
    r"\b(?:back (?:pain|ache)|axial|neck pain|(?:in|across) the (?:low(?:er)? )?(?:back|neck)|concordant|usual|familiar|low(?:er)? back and)\b",
    re.IGNORECASE,
)
#: "Facets tender, SLR neg": behind a comma the result is that of the test named there.
_NEGATIVE_OF_ANOTHER = re.compile(
    r"[^,.;]*,[^.;]*?(?P<test>(?:s|d)lrs?|straight[- ]leg|slump|spurling\w*|hoffmann?\w*|clonus|babinski\w*|faber|patrick\w*|gaenslen\w*|lhermitte\w*)"
    r"[^,.;]*\bneg(?:ative)?\b",
    re.IGNORECASE,
)
_FORWARD_DENIAL = re.compile(
    r"\b(?:no|not|nor|never|none|without|w/o|neg(?:ative)?|absent|denie[sd]|free of|fail\w*|lacks?)\b",
    re.IGNORECASE,
)
#: Tested, with a result that is neither.
_DOUBTFUL = re.compile(
    r"(?:is |was |were |are )?(?:\b(?:equivocal|questionabl[ey]|borderline|indeterminate|inconclusive)\b|\+/-)",
    re.IGNORECASE,
)
#: A finding of another day.
_AT_ANOTHER_VISIT = re.compile(
    r"\b(?:at|on|from|during) (?:the |his |her )?(?:last|prior|previous|earlier|initial|first) (?:visit|exam\w*|evaluation|appointment|consult\w*)\b",
    re.IGNORECASE,
)
_NOT_EXAM = frozenset({"instructions", "consent", "family_history", "complications", "denial"})
_LEG_MUSCLE = re.compile(
    r"\b(?:ehl|adf|apf|dorsiflex\w*|plantar ?flex\w*|quad\w*|iliopsoas|hip|knee|ankle|tib\w*|gastroc\w*|toe|hallucis|achilles|patell\w*|aj|kj)\b",
    re.IGNORECASE,
)
_ARM_MUSCLE = re.compile(
    r"\b(?:grip|triceps|biceps|deltoids?|wrist|intrinsics|brachioradialis)\b", re.IGNORECASE
)
_LIGHT_TOUCH = re.compile(r"\bLT\b")
_SPINE_EXTENSION = re.compile(
    r"\b(?:knee|elbow|wrist|hip|finger|thumb|toe|ankle|shoulder|ehl|hallucis|leg) ?$|^(?: of the)? ?(?:knee|elbow|wrist|hip|toe)",
    re.IGNORECASE,
)


def _motion_result(mention: Mention) -> str | None:
    """Result of an extension or rotation manoeuvre named without the word "positive"."""
    text = mention.sentence.text
    a, b = mention.clause
    before, after = text[a : mention.start], text[mention.end : b]
    if _NO_PAIN_AFTER.match(after):
        return "negative"
    if re.search(
        r"\b(?:no|without|w/o|painless|denies)\b (?:\w+ ){0,2}?(?:pain|discomfort|reproduction)[^.;]{0,20}$|"
        r"\bpain[- ]?(?:free|less)\b[^.;]{0,25}$",
        before,
        re.IGNORECASE,
    ):
        return "negative"
    if _PAIN_AFTER.match(after):
        return "positive"
    if _PAIN_BEFORE.search(before) and not _NO_PAIN.search(before):
        return "positive"
    return None


def _in_limb(mention: Mention) -> bool:
    """Whether loading gave pain in a limb alone."""
    after = mention.sentence.text[mention.end : mention.clause[1]]
    return bool(_LIMB_PAIN.search(after)) and not _SPINE_PAIN.search(after)


def _tenderness(mention: Mention, status: str, why: str) -> str | None:
    """Result of palpation over facets; None where pressure alone is named and not what it gave."""
    text = mention.sentence.text
    a, b = mention.clause
    before, after = text[max(a, mention.start - 30) : mention.start], text[mention.end : b]
    near = text[max(a, mention.start - 30) : min(b, mention.end + 40)]
    denied = _DENIED_WITHIN.search(mention.text) or _NOT_TENDER_AFTER.match(after)
    another = (
        why == "negated<-context"
        and _NEGATIVE_OF_ANOTHER.match(after)
        and not _FORWARD_DENIAL.search(text[a : mention.start])
    )
    own = status == "negated" and not another
    if own or denied or re.search(r"\bnon-?tender", near, re.IGNORECASE):
        return "negative"
    if _DOUBTFUL.search(near):
        return "equivocal"
    if _PRESSED_ONLY.match(mention.text) and not (
        _PAIN_AFTER.match(after) or _TENDER.search(before) or _TENDER.search(after[:60])
    ):
        return None
    return "positive"


def _whole_words(text: str, start: int, end: int) -> str:
    """A stretch of text without the rest of a word cut at its start ("Tender" ends in no side)."""
    while 0 < start < end and text[start - 1].isalnum() and text[start].isalnum():
        start += 1
    return text[start:end]


def _findings(mention: Mention, note: Note) -> list[tuple[str, str]]:
    """Results with their side."""
    text = mention.sentence.text
    kind = mention.label
    status, why = status_of(mention, note)
    given = mention.entry.attributes.get("result")
    low, high = max(mention.clause[0], mention.start - 30), min(mention.clause[1], mention.end + 40)
    around = _LIGHT_TOUCH.sub("  ", text) if kind == "sensory" else text
    side = side_of(around[mention.start : high])
    if side == "unknown":
        side = side_of(_whole_words(around, max(low, mention.start - (14 if given else 30)), mention.start))
    if given:
        if status == "ignored":
            return []
        if (
            given == "positive"
            and status == "negated"
            and why in ("negated<-no", "negated<-without", "negated<-not", "negated<-denies")
        ):
            return [
                ("negative", side)
            ]  # "no weakness of the EHL"; the "absent" of a reflex is the finding itself
        return [(str(given), side)] if status in ("affirmed", "negated") else []
    if kind in ("facet_loading", "facet_tenderness") and _AT_ANOTHER_VISIT.search(mention.clause_text):
        return []
    if kind == "facet_tenderness":
        pressed = None if status == "ignored" else _tenderness(mention, status, why)
        return [(pressed, side)] if pressed else []
    bare_motion = kind == "facet_loading" and not re.search(
        r"facet|kemp|quadrant|stork|posterior", mention.text, re.IGNORECASE
    )
    if bare_motion:
        if _SPINE_EXTENSION.search(
            text[max(0, mention.start - 12) : mention.start]
        ) or _SPINE_EXTENSION.search(text[mention.end : mention.end + 14]):
            return []
        if _DOUBTFUL.match(text[mention.end : mention.end + 24].lstrip(" :-")):
            return [("equivocal", side)]
        result = _motion_result(mention)
        return [(result, side)] if result else []
    results: list[Result] = results_of(text, mention.start, mention.end)
    out = _results(mention, results, side)
    if not out and not results and kind == "facet_loading":
        result = _motion_result(mention)
        return [(result, side)] if result else []
    return out


def _results(mention: Mention, results: list[Result], side: str) -> list[tuple[str, str]]:
    """What a test gave, side by side; of facet loading also what is doubtful."""
    loading = mention.label == "facet_loading"
    out: list[tuple[str, str]] = []
    for r in results:
        outcome: str = r.outcome
        if outcome == "equivocal" and not (
            loading and _DOUBTFUL.search(mention.sentence.text[r.start : r.end])
        ):
            continue  # not done, or no finding of a facet
        if loading and outcome == "positive" and _in_limb(mention):
            continue  # the pain of a root, not of a facet
        if loading and r.back_only:
            outcome = "positive"  # pain in the back is what facet loading looks for
        out.append((outcome, r.side if r.side != "unknown" else side))
    return out


def bind(note: Note) -> list[Fact]:
    """Facts ``examinations``: kind, result (positive or negative), region, laterality."""
    facts: list[Fact] = []
    seen: dict[tuple[object, ...], int] = {}
    for mention in note.mentions("examination"):
        if mention.sentence.section.category in _NOT_EXAM:
            continue
        if mention.label in ("motor", "sensory", "reflex") and mention.sentence.section.category in (
            "procedure",
            "anesthesia",
        ):
            continue
        for result, side in _findings(mention, note):
            own = mention.entry.attributes.get("region")
            if own:
                region = str(own)
            elif _ARM_MUSCLE.search(mention.text):
                region = "cervical"
            elif _LEG_MUSCLE.search(mention.text):
                region = "lumbar"
            else:
                found, _ = regions_of(mention, note, negative=False)
                region = found[0] if found else "unknown"
            key = (mention.label, result, region, side)
            if key in seen:
                continue
            seen[key] = len(facts)
            text = mention.sentence.text
            doubtful = result == "equivocal"
            value: dict[str, object] = {
                "kind": mention.label,
                "result": "positive" if doubtful else result,
                "region": region,
                "laterality": side,
            }
            facts.append(
                fact_of(
                    mention, "examinations", value, version=VERSION,
                    assertion="uncertain" if doubtful else "present" if result == "positive" else "absent",
                    span=mention.sentence.span(*stripped(text, *_bounds(mention))),
                    steps=(f"result:{result}<-{mention.entry.id}",),
                )
            )  # fmt: skip
    return facts


def _bounds(mention: Mention) -> tuple[int, int]:
    """The mention with a readable stretch of its clause."""
    text = mention.sentence.text
    a, b = mention.clause
    if b - a <= 220:
        return a, b
    low, high = max(a, mention.start - 70), min(b, mention.end + 110)
    while a < low < mention.start and text[low - 1] != " ":
        low += 1
    while mention.end < high < b and text[high] != " ":
        high -= 1
    return low, high


FAMILY = Family.load(__file__, VERSION, bind)
