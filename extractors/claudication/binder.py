"""Bind neurogenic claudication: one fact an assertion, the first statement in front, the others in support."""

from __future__ import annotations

import re

from extractors.facts import Fact, Span
from extractors.family import Family, fact_of, stripped
from extractors.note import Mention, Note
from extractors.radicular.context import status_of
from extractors.radicular.topic import main_region

VERSION = "1"
#: How a status of the reader of assertions stands in the case; "ignored" gives no fact.
_ASSERTIONS = {
    "affirmed": "present",
    "negated": "absent",
    "resolved": "historical",
    "historical": "historical",
    "uncertain": "uncertain",
}
#: The claudication of arteries, and the lists of the heart in which it is asked for.
_VASCULAR = re.compile(
    r"\b(?:vascular|arteri\w+|PAD|PVD|PAOD|ABIs?|ankle[- ]brachial|cilostazol|pletal|pentoxifylline|stents?|bypass"
    r"|smok\w+|pulses?|chest pain|palpitations?|edema|cardiac|cardio\w*|CV|intermittent claudication|varicos\w+)\b",
    re.IGNORECASE,
)
_NEUROGENIC = re.compile(r"\b(?:neuro\w*|spinal|stenosis|pseudo-?claud\w*)\b", re.IGNORECASE)
#: "No palpitations or claudication" in a list of the heart: only the bare word is doubtful there.
_HEART = re.compile(r"^\W*(?:CV|cardio\w*|cardiac|heart|vascular|circulat\w+)\b", re.IGNORECASE)
_TITLE = re.compile(r"\b[A-Z]\d\d\.?\w{0,4}\b[ :,-]{1,4}[^.;\n]{0,60}$")
_DENIED_LIMB = r"\b(?:no|denies|denied|without|w/o|not|never)\b[^.;,\n]{0,40}?"
_LEGS = (
    r"\b(?:legs?|cal(?:f|ves)|thighs?|lower[- ](?:extremit(?:y|ies)|limbs?)|shins?|feet|foot|BLE|RLE|LLE)\b"
)
_LEG = re.compile(_LEGS, re.IGNORECASE)
_LEG_DENIED = re.compile(rf"{_DENIED_LIMB}{_LEGS}", re.IGNORECASE)
_LEG_COMPLAINT = re.compile(
    r"\b(?:pains?|painful|ach(?:e|es|ing|y)|heav(?:y|iness)|weak(?:ness|en\w*)?|cramp\w*|numb\w*|tingl\w*|tire\w*|tiring"
    r"|fatigue\w*|burn\w*|hurts?|give (?:out|way)|giving (?:out|way)|discomfort|symptoms|rubber\w*|dead)\b",
    re.IGNORECASE,
)
_ON_FOOT = re.compile(
    r"\b(?:walk\w*|(?:shopping|grocery) cart|ambulat\w+|on (?:his|her|their) feet|standing|stands?|upright|blocks?|(?:\d+|hundred) (?:feet|ft|yards|yds|met(?:er|re)s))\b",
    re.IGNORECASE,
)
#: Sitting makes it worse, or does not relieve it: the pattern of a disc, or of no stenosis at all.
_NO_RELIEF = re.compile(
    r"\b(?:not|no|n't|never|without|neither|hardly|barely)\b[^.;,\n]{0,20}$|\b(?:worse\w*|aggravat\w+|exacerbat\w+|provok\w+)\b[^.;,\n]{0,20}$",
    re.IGNORECASE,
)
_WORSE_SITTING = re.compile(
    r"\b(?:worse\w*|aggravat\w+|exacerbat\w+|provok\w+|increas\w+)\b[^.;,\n]{0,20}\b(?:sit|seated|bend|flex)\w*"
    r"|\bbetter\b[^.;,\n]{0,12}\b(?:walk|stand)\w*",
    re.IGNORECASE,
)
#: "Does not describe claudication": a verb of telling that is denied.
_NOT_TOLD = re.compile(
    r"\b(?:(?:does|did|do|has|have) not|doesn't|didn't|don't) (?:describ|report|endors|complain of|exhibit|demonstrat|experienc|giv)\w*[^.;,\n]{0,40}$",
    re.IGNORECASE,
)
#: "... no radicular component, this is claudication": a statement of its own behind a denial.
_INSTEAD = re.compile(
    r"[,;:] (?:but |rather |instead )?(?:this|it|that|these|they) (?:is|are|was|were|looks? like|sounds? like|represents?) (?:\w+ ){0,2}$",
    re.IGNORECASE,
)
#: "History of claudication, s/p laminectomy": what an operation was done for, then.
_ONCE = re.compile(r"\b(?:history of|h/o|hx of|prior|previous(?:ly had)?|had)\s(?:\w+ ){0,2}$", re.IGNORECASE)
_OPERATED = re.compile(
    r"^[^.;\n]{0,40}\b(?:s/p|status post|before|until|treated (?:with|by)|relieved by|after)\b[^.;\n]{0,30}\b(?:laminectom|laminotom|decompress|fusion|surger|operation)",
    re.IGNORECASE,
)
#: "Denies heaviness of the legs with walking": the complaint itself is denied.
_WALKING_DENIED = re.compile(
    rf"\b(?:no|denies|denied|without|negative for)\b[^.;,\n]{{0,40}}?{_LEGS}[^.;,\n]{{0,30}}\b(?:walk|ambulat|standing)",
    re.IGNORECASE,
)
_QUOTE = 260
#: How far round a mention its own sentence is read.
_REACH = 300


def _near(mention: Mention) -> str:
    """The mention's sentence; of a long one the words round it."""
    return mention.sentence.text[max(0, mention.start - _REACH) : mention.end + _REACH]


def _is_vascular(mention: Mention) -> bool:
    """Whether the bare word is that of arteries, or stands in a list of the heart."""
    text = _near(mention)
    if _HEART.match(mention.sentence.text) or _HEART.match(mention.sentence.section.title):
        return True
    return bool(_VASCULAR.search(text)) and not _NEUROGENIC.search(text)


def _is_posture(mention: Mention, note: Note) -> bool:
    """Whether relief by sitting or bending answers a complaint of the legs on walking.

    Said in the mention's own sentence, or in the one before it within the section ("His legs tire after a block.
    Better when he sits.").
    """
    sentence = mention.sentence
    near = _near(mention)
    if _WORSE_SITTING.search(near) or _NO_RELIEF.search(
        sentence.text[max(0, mention.start - 60) : mention.start]
    ):
        return False
    if re.search(r"\b(?:not|n't|no)\b", mention.text, re.IGNORECASE):
        return False
    own = _LEG_DENIED.sub(" ", near)
    said = [own]
    if not _LEG.search(near) and not _ON_FOOT.search(own) and sentence.index:
        before = note.sentences[sentence.index - 1]
        if before.section is sentence.section:
            said = [_LEG_DENIED.sub(" ", before.text[-_REACH:])]
    return any(_LEG.search(s) and _LEG_COMPLAINT.search(s) and _ON_FOOT.search(s) for s in said)


def _speaks(mention: Mention, note: Note) -> bool:
    """Whether the mention says anything of the patient at all."""
    return status_of(mention, note)[0] != "ignored"


def _reading(mention: Mention, note: Note) -> tuple[str, str] | None:
    """Assertion of one mention with its step, or None where it says nothing."""
    text = mention.sentence.text
    if mention.label == "posture":
        if _WALKING_DENIED.search(_near(mention)) and not _VASCULAR.search(_near(mention)):
            return ("absent", "posture_denied") if _speaks(mention, note) else None
        if not _is_posture(mention, note) or _VASCULAR.search(_near(mention)):
            return None
        status, why = status_of(mention, note)
        return ("present", "posture") if status == "affirmed" else None
    if mention.label == "bare":
        if _is_vascular(mention) or not (main_region(note) or _NEUROGENIC.search(_near(mention))):
            return None
        if text[max(0, mention.start - 13) : mention.start].lower() == "intermittent ":
            return "uncertain", "kind_not_said"
    if _TITLE.search(text[max(0, mention.start - 90) : mention.start]) and mention.label == "named":
        return None  # the title of a code is no statement of a finding
    status, why = status_of(mention, note)
    ahead = text[max(0, mention.start - 60) : mention.start]
    if status == "affirmed" and _ONCE.search(ahead) and _OPERATED.match(text[mention.end : mention.end + 90]):
        status, why = "historical", "operated"
    if status == "affirmed" and _NOT_TOLD.search(text[max(0, mention.start - 90) : mention.start]):
        status, why = "negated", "not_told"
    if status == "negated" and _INSTEAD.search(text[max(0, mention.start - 60) : mention.start]):
        status, why = "affirmed", "instead"
    if mention.label == "named" and re.search(
        r"\b(?:versus|vs\.?|or) vascular\b", mention.text, re.IGNORECASE
    ):
        status, why = ("uncertain", "alternative") if status == "affirmed" else (status, why)
    assertion = _ASSERTIONS.get(status)
    return None if assertion is None else (assertion, why)


def _place(mention: Mention) -> Span:
    a, b = mention.clause
    if b - a > _QUOTE or mention.label == "posture":
        return mention.sentence.whole if mention.label == "posture" else mention.span
    return mention.sentence.span(*stripped(mention.sentence.text, a, b))


def bind(note: Note) -> list[Fact]:
    """Facts ``claudication``, value ``{region}``: at most one for each assertion, the others as support.

    The region is lumbar by definition: the cauda equina lies there.
    """
    found: dict[str, list[tuple[Mention, str]]] = {}
    covered: dict[int, bytearray] = {}
    for mention in sorted(note.mentions("claudication"), key=lambda m: (m.label == "bare", m.span.start)):
        sentence = mention.sentence
        taken = covered.setdefault(sentence.index, bytearray(len(sentence.text)))
        if any(taken[mention.start : mention.end]):
            continue  # "claudication" inside "neurogenic claudication"
        taken[mention.start : mention.end] = b"\x01" * (mention.end - mention.start)
        read = _reading(mention, note)
        if read is not None:
            found.setdefault(read[0], []).append((mention, read[1]))
    facts = []
    for assertion in ("present", "uncertain", "historical", "absent"):
        told = sorted(found.get(assertion, []), key=lambda x: x[0].span.start)
        if told:
            first, why = told[0]
            own = _place(first)
            rest = tuple(dict.fromkeys(p for m, _ in told[1:] if (p := _place(m)) != own))
            facts.append(
                fact_of(
                    first, "claudication", {"region": "lumbar"}, version=VERSION, assertion=assertion, span=own,
                    supporting=rest[:4], steps=(f"assertion:{assertion}<-{why}",),
                )
            )  # fmt: skip
    return facts


FAMILY = Family.load(__file__, VERSION, bind)
