"""What was injected and how it was guided: drug, volume a site, steroid or none, image guidance."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence

from extractors.blocks.agents import find_agents
from extractors.blocks.event import Event
from extractors.blocks.naming import SILENT
from extractors.blocks.places import Place, Scene
from extractors.blocks.setting import setting_of
from extractors.note import Sentence
from extractors.quantities import parse_number
from extractors.quantities.numbers import NUMBER

#: Words of the anaesthetic on the way to the target.
SKIN = re.compile(
    r"\b(?:skin|wheal|subcutaneous\w*|infiltrat\w*|superficial|track|tract|soft tissues?|numb\w* the)\b", re.I
)
_GIVEN = re.compile(
    r"\b(?:inject\w*|injectate|mixture|solution|consist\w+|each|per (?:level|site|nerve|joint)|instilled|deposited"
    r"|administered|placed)\b",
    re.I,
)
_NO_STEROID = re.compile(
    r"\b(?:no|without|w/o|not? (?:contain\w*|includ\w*|any)|free of)(?: any| a)? (?:cortico-?)?steroids?\b(?! (?:dose|pack|taper|used\?))"
    r"|\bsteroid[- ]?(?:free|less)\b|\bnon-?steroid(?:al)? (?:block|injectate|solution)\b"
    r"|\b(?:cortico-?)?steroids? (?:was|were) (?:not|withheld|omitted|avoided)\b|\bsteroids?:? ?none\b"
    r"|\b(?:local )?an[ae]sthetics? (?:only|alone)\b"
    r"|\b(?:lidocaine|lignocaine|lido|bupivacaine|bupi|ropivacaine|mepivacaine|marcaine)(?: \d\S*%)? (?:only|alone)\b",
    re.I,
)
_STEROID = re.compile(
    r"(?<!-)\b(?:with|and|plus|\+|w/|&|of|mg|using|contain\w*) (?:a |an |some |the |depot |particulate |non-?particulate )*(?:cortico-?)?steroids?\b"
    r"|\b(?:cortico-?)?steroids? (?:was|were) (?:injected|given|used|added|administered|included)\b"
    r"|\b(?:cortisone|steroid) (?:injections?|shots?)\b",
    re.I,
)
_STEROID_NAME = re.compile(r"steroid|cortisone|\b(?:T?F?|IL|L|C|CT|IT|TF|LT)ESIs?\b", re.I)
_NOT_GIVEN = re.compile(
    r"\b(?:no|without|w/o|allerg\w+|intoleran\w+|oral|took|takes|taking|taper|avoid\w*|previous)\b[^.;]{0,20}$",
    re.I,
)
_GUIDANCE = (
    ("none", re.compile(
        r"\b(?:without|no|w/o)(?: the use of| any)? (?:image|imaging|fluoro\w*|ultrasound|radiographic) ?(?:guidance)?\b"
        r"|\bblind(?:ly)?\b(?=[^.;]{0,30}\b(?:inject\w*|techni\w*|perform\w*|done))|\b(?:palpation|landmark)[- ](?:guided|based|technique)", re.I)),
    ("ct", re.compile(r"\b(?:CT|computed tomograph\w+)[- ](?:fluoro\w*[- ])?guid(?:ance|ed)\b|\b(?:under|with|using) CT\b(?! (?:scan )?(?:of|show))", re.I)),
    ("mri", re.compile(r"\bMRI?[- ]guid(?:ance|ed)\b", re.I)),
    ("ultrasound", re.compile(r"\b(?:ultrasound|sono\w*|US)[- ]guid(?:ance|ed)\b|\b(?:under|with|using) (?:real-time |live |direct )?(?:ultrasound|sonograph\w+)\b|\bUSG\b", re.I)),
    ("fluoroscopy", re.compile(r"\bfluoro(?:scop\w+)?\b|\bC-?arm\b|\bimage[- ]intensifier|\bx-?ray guid\w+", re.I)),
)  # fmt: skip
#: The sentence behind tells of a further one.
_ANOTHER = re.compile(
    r"\b(?:again|repeat\w*|second|2nd|third|another|then)\b|\d{1,2}/\d{1,2}/\d|\d{1,2}/\d{4}", re.I
)
#: "Steroid used? [ ] Yes [x] No": the chosen answer.
_ASKED = re.compile(
    r"\b(?:cortico-?)?steroids?(?: (?:used|given|added|injected|included))?\s?[?:]\s?(?P<boxes>[^.;\n]{1,30})",
    re.I,
)
_YES = re.compile(r"(?:\[ ?x ?\]|\( ?x ?\)|[☒☑✓])\s?y(?:es)?\b|^\s?y(?:es)?\b", re.I)
_NO = re.compile(r"(?:\[ ?x ?\]|\( ?x ?\)|[☒☑✓])\s?n(?:o|one)?\b|^\s?no(?:ne)?\b", re.I)
_TOTAL = re.compile(r"\btotal\b", re.I)
#: "1 mL of a mixture of 40 mg of steroid with 3 mL of bupivacaine": what a site gets is the mixture's figure.
_MIXED = re.compile(
    r"\b(?:mixture|solution|mixed with|combination) (?:of|made|consist\w*|contain\w*|with)?", re.I
)
_OF_MIXTURE = re.compile(
    rf"(?<![\d.-])(?P<v>\d{{0,2}}\.?\d+|{NUMBER})\s?(?:mL|cc)s?\b(?: each)? of (?:a|the|this|that) (?:\w+ ){{0,2}}(?:mixture|solution|injectate|combination)\b",
    re.I,
)
#: No site of the spine takes more, in millilitres; our own reading, no source states one.
_LARGEST = 30.0
_EACH = re.compile(r"\b(?:each|per|every|at both|apiece)\b", re.I)
#: Names of procedures beside which the words of a record are looked for: only one injection may be its subject.
_RECORD_REACH = 60
#: How many characters behind a name a form may ask on.
_FORM_REACH = 700


def _record(e: Event, scene: Scene) -> Iterator[Sentence]:
    """The description of the one injection that the record of a procedure is about."""
    note = scene.note
    if e.status != "performed" or len(scene.performed) != 1 or not setting_of(note).procedure_note:
        return
    at = e.named.sentence.index
    for s in note.sentences[max(0, at - 3) : at + _RECORD_REACH]:
        if s.section.category not in SILENT | {"examination", "history", "medications", "plan"}:
            yield s


def _steroid_in(text: str) -> bool | None:
    """Whether the words say that a steroid was given (True), that none was (False), or neither."""
    if _NO_STEROID.search(text):
        return False
    for a in find_agents(text):
        if a.steroid and not _NOT_GIVEN.search(text[max(0, a.start - 30) : a.start]):
            return True
    m = _STEROID.search(text)
    return True if m and not _NOT_GIVEN.search(text[max(0, m.start() - 20) : m.start()]) else None


def _asked(e: Event, scene: Scene) -> bool | None:
    """What the form right behind an injection answers to "Steroid used?", up to the next procedure's name."""
    start = e.named.sentence.start
    m = _ASKED.search(scene.note.text, start, min(start + _FORM_REACH, scene.next_start(e) or sys.maxsize))
    if m is None:
        return None
    yes, no = _YES.search(m["boxes"]), _NO.search(m["boxes"])
    return None if bool(yes) == bool(no) else bool(yes)


def steroid_of(e: Event, places: Sequence[Place], scene: Scene) -> bool | None:
    """Whether a steroid was given with it: by its places, the record, its own name; None where nothing says so."""
    asked = _asked(e, scene)
    if asked is not None:
        return asked
    own = [p.text for p in places if not (p.behind and _ANOTHER.search(p.text))]
    told = [t for text in own if (t := _steroid_in(text)) is not None]
    if not told:
        told = [
            t for s in _record(e, scene) if not SKIN.search(s.text) and (t := _steroid_in(s.text)) is not None
        ]
    if told:
        return told[0] if len(set(told)) == 1 else None  # words that disagree decide nothing
    name = e.named.sentence.text[e.named.zone.left : e.named.mention.end]
    if e.kind in {"medial_branch_block", "discography", "botulinum"}:
        return None
    return True if _STEROID_NAME.search(name) else None


def _volume(text: str, volume: float | None) -> float | None:
    """A volume a site, in millilitres; a total over several sites, or a part of a mixture, is none."""
    if _MIXED.search(text):
        m = _OF_MIXTURE.search(text)
        own = parse_number(m["v"]) if m is not None else None
        return own if own is not None and 0 < own <= _LARGEST else None
    return None if volume is not None and _TOTAL.search(text) and not _EACH.search(text) else volume


def drug_of(e: Event, scene: Scene) -> tuple[str | None, float | None]:
    """The drug at the target and its volume a site in millilitres: from the name's words, else from the record."""
    if e.agent is not None:
        zone = e.named.zone
        return e.agent, _volume(e.named.sentence.text[zone.left : zone.right], e.volume)
    best: tuple[str, float | None] | None = None
    for s in _record(e, scene):
        if SKIN.search(s.text) or not _GIVEN.search(s.text):
            continue
        for a in find_agents(s.text):
            if not a.steroid:
                return a.name, _volume(s.text, a.volume)
            best = best or (a.name, _volume(s.text, a.volume))
    return best or (None, None)


def guidance_of(e: Event, places: Sequence[Place], scene: Scene) -> str | None:
    """Modality of image guidance, ``none`` where the note says without; None where it is silent."""
    texts = [p.text for p in places if p.named]
    texts += [s.text for s in _record(e, scene)]
    for text in texts:
        for modality, pattern in _GUIDANCE:
            if pattern.search(text):
                return modality
    return None
