"""From lexicon mentions to procedures named in a sentence, with their kind settled."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from extractors.blocks.elided import antecedent
from extractors.blocks.setting import Setting, setting_of
from extractors.blocks.zones import Zone, zones
from extractors.note import Mention, Note, Sentence
from extractors.quantities import find_dates

#: Sections whose words are never about a procedure of this patient.
SILENT = frozenset(
    {"consent", "instructions", "complications", "allergies", "family_history", "social_history"}
)
_SI = re.compile(r"\b(?:sacro-?iliac|SI(?:J| joints?| jts?| pain)|lateral branch\w*|S2|S3|sacral)\b", re.I)
_SYMPATHETIC = re.compile(
    r"\b(?:sympathetic|sympathectomy|stellate|splanchnic|co?eliac|hypogastric|impar)\b", re.I
)
_PERIPHERAL = re.compile(
    r"\b(?:genicular|(?<!third )occipital|GON|LON|knees?|hips?|supra-?scapular|basi-?vertebral|BVN|intercostal|pudendal|shoulder|trigeminal|gasserian|cluneals?|ilio-?inguinal|saphenous|sciatic|obturator|DRG|dorsal root ganglion|foot|heel|tumou?rs?|metasta\w+|lesions? (?:in|of|at))\b",
    re.I,
)
#: What is destroyed by a drug is no facet nerve; "that nerve" is the one named before.
_CHEMICAL = re.compile(r"\b(?:phenol|alcohol|ethanol|glycerol|chemical|neurolysis|neurolytic)\b", re.I)
_THAT_NERVE = re.compile(
    r"\b(?:that|this|those|these|(?:the )?same|the)(?: (?:two|three|same))? nerves?\b", re.I
)
_SPINE_WORD = re.compile(r"\b(?:lumbar|cervical|thoracic|neck|back|[CTL]\d)", re.I)
_FACET_NERVE = re.compile(r"\b(?:facets?|medial branch\w*|MBs?|dorsal ram\w+|TON|third occipital)\b", re.I)
_BLOCK = re.compile(r"\b(?:blocks?|blocked|blockade|mbbs?|diary|injections?|both sets)\b", re.I)
_LOGGED = re.compile(
    r"\b(?:lido\w*|lignocaine|bupi\w*|marcaine|ropi\w*|relief|diary|before|pre|VAS|NRS)\b|%|->", re.I
)
_PAIRED = re.compile(r"\b(?:confirmatory|comparative|dual|concordant)\b", re.I)
_ANY_JOINT = re.compile(r"(?:intra-?articular )?(?:joint )?(?:injections?|inj)", re.I)
#: "Cortisone shots R knee": the joint stands behind.
_JOINT = re.compile(
    r"[\s,]*(?:(?:in|into|to|of|for|at|the|her|his|both|left|right|bilateral|[LR]|bilat)\s){0,4}(?:knees?|hips?|shoulders?|elbows?|wrists?|ankles?|thumbs?)\b",
    re.I,
)
#: "The ablation was carried out on August 22": an event by itself, not a word for one named before.
_OWN_DAY = re.compile(
    r"^ ?(?:was |were |had been )?(?:then )?(?:carried out|performed|done|completed|undertaken|took place|went ahead)[^.;]{0,12}\b(?:on|in) (?:the )?(?:\d|(?:early |late |mid-? ?)?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))",
    re.I,
)
#: In the record of a procedure, words that tell of another day.
_ELSEWHEN = re.compile(r"\b(?:last|ago|previous\w*|prior|before|earlier|in (?:19|20)\d\d)\b", re.I)
_LIST_LEAD = re.compile(r"^\s*(?:\d{1,2}[.)]|[-*•o(])")


@dataclass(eq=False)
class Named:
    """A procedure named in a sentence. ``kind`` is the guidelines' kind or target, or ``""`` for an anaphor."""

    mention: Mention
    family: str
    kind: str
    zone: Zone
    #: specific | code | group ("diagnostic blocks") | site ("cortisone injections") | anaphor | repeat | body
    form: str
    coordinated: bool = False
    partners: list[Mention] = field(default_factory=list)
    #: Whether the target of an ablation is that of the procedures named before, where there are any.
    follows: bool = False

    @property
    def sentence(self) -> Sentence:
        """The sentence in which it stands."""
        return self.mention.sentence

    @property
    def text(self) -> str:
        """The zone's words."""
        return self.sentence.text[self.zone.left : self.zone.right]


def _prune(mentions: list[Mention]) -> list[Mention]:
    """Longest first where mentions overlap; then in order."""
    kept: list[Mention] = []
    for m in sorted(mentions, key=lambda m: (m.start - m.end, m.start)):
        if not any(m.start < k.end and k.start < m.end for k in kept):
            kept.append(m)
    return sorted(kept, key=lambda m: m.start)


def _branches(mentions: list[Mention], sentence: Sentence, note: Note, setting: Setting) -> list[Mention]:
    """Drop nerves that are only a place ("L3 medial branch" of an ablation); join those of one block."""
    nerves = [m for m in mentions if m.label == "branch_nerve"]
    if not nerves:
        return mentions
    others = [
        m
        for m in mentions
        if m.label not in {"branch_nerve", "generic", "repeat", "elided", "not_ours", "body_epidural"}
    ]
    before = " ".join(s.text for s in note.around(sentence, 3, 0))
    about_block = (
        _BLOCK.search(before) is not None
        or re.search(r"\b(?:diar(?:y|ies)|blocks?)\b", note.text, re.I) is not None
    )
    logged = bool(find_dates(sentence.text)) and _LOGGED.search(sentence.text) is not None
    drop = bool(others) or (not about_block and not logged) or (setting.procedure_note and not logged)
    kept: list[Mention] = []
    for m in nerves:
        # A new date between two lists of nerves starts the next row of a log.
        if not kept or find_dates(sentence.text[kept[-1].end : m.start]):
            kept.append(m)
    return [m for m in mentions if m.label != "branch_nerve" or (m in kept and not drop)]


def _target(mention: Mention, words: str, setting: Setting) -> str:
    """The target of an ablation named without one."""
    label = mention.label
    if label not in {"by_context", "lay", "bare"}:
        return label
    if _SYMPATHETIC.search(words):
        return "sympathetic"
    if (
        _PERIPHERAL.search(words[:60])
        and not re.search(r"\b(?:[CTL]\d|lumbar|cervical|thoracic)", words[:60])
        and not re.search(r"\b(?:facet|medial branch)", words, re.I)
    ):
        return "other"
    if _SI.search(words) and not re.search(r"\b(?:facet|medial branch|[CL]\d-[CLS]?\d)", words, re.I):
        return "si_joint"
    if label == "lay" and not setting.facet:
        return "other"
    return "facet"


def _kind(mention: Mention, setting: Setting, words: str) -> tuple[str, str, str] | None:
    """Family, kind and form of a mention; None where it names no procedure of ours."""
    if mention.family == "ablations":
        if mention.label == "not_ours":
            return None
        if mention.label == "bare" and not _OWN_DAY.match(mention.sentence.text[mention.end :]):
            return ("ablations", "", "anaphor")
        form = "code" if mention.entry.attributes.get("code") else "specific"
        return ("ablations", _target(mention, words, setting), form)
    label = mention.label
    if label in {"not_ours", "body_epidural"}:
        return None
    if label == "branch_nerve":
        return ("injections", "medial_branch_block", "group")
    if label == "generic_block":
        # Blocks that confirm or compare are those of the facet nerves, unless another structure is named.
        paired = _PAIRED.search(mention.text) is not None and not (
            _SI.search(words) or _SYMPATHETIC.search(words)
        )
        at_joint = (
            paired
            or re.search(
                r"\b[CTL]\d{1,2}\W{1,2}(?:and |& )?(?:MBs?|DR|medial branch\w*)\b|\b[CTL]\d{1,2}[-/][CTLS]?\d",
                words,
            )
            is not None
        )
        return (
            ("injections", "medial_branch_block", "group")
            if setting.facet or at_joint
            else ("injections", "", "anaphor")
        )
    if label == "generic_site":
        if _JOINT.match(mention.sentence.text[mention.end : mention.end + 30]):
            return ("injections", "peripheral_joint", "specific")
        return ("injections", "other", "site")
    if label == "generic":
        return ("injections", "", "anaphor")
    if label == "repeat":
        return ("injections", "", "repeat")
    if setting.facet and _ANY_JOINT.fullmatch(mention.text):
        return ("injections", "", "anaphor")  # the facet injections named before
    return ("injections", label, "code" if mention.entry.attributes.get("code") else "specific")


def _follows(m: Mention, z: Zone, kind: str, setting: Setting) -> bool:
    """Whether an ablation without a target of its own takes that of what was named before."""
    words = m.sentence.text[z.left : z.right]
    if kind != "facet" or _FACET_NERVE.search(words):
        return False
    if _CHEMICAL.search(m.text) or _THAT_NERVE.search(words):
        return True
    return not setting.facet and _SPINE_WORD.search(words) is None


def named_in(sentence: Sentence, note: Note) -> list[Named]:
    """The procedures that a sentence names, in order, each with its zone."""
    setting = setting_of(note)
    if sentence.section.category in SILENT:
        return []
    own = [m for m in sentence.mentions if m.family in {"blocks", "ablations"}]
    if not own:
        return []
    own = _branches(_prune(own), sentence, note, setting)
    own = [m for m in own if m.label not in {"not_ours", "body_epidural"}]
    if any(m.label not in {"generic", "repeat"} and m.family == "blocks" for m in own):
        # A bare "injection" beside a named one is the same thing.
        own = [m for m in own if m.label != "generic"]
    if any(m.label not in {"generic", "elided"} for m in own):
        own = [m for m in own if m.label != "elided" or m.start > own[0].end]
    own = _repeats(own)
    bounds = zones(sentence.text, [(m.start, m.end) for m in own])
    out: list[Named] = []
    for i, (m, z) in enumerate(zip(own, bounds, strict=True)):
        if m.label == "elided":
            step = setting.procedure_note and not _ELSEWHEN.search(sentence.text[m.start : m.end + 40])
            found = None if step else antecedent(m, sentence, note)
            settled = (*found, "specific") if found is not None else None
        else:
            settled = _kind(m, setting, _context(sentence, z, note))
        if settled is None:
            continue
        family, kind, form = settled
        between = sentence.text[own[i - 1].end : z.left] if i else ""
        joined = (
            i > 0
            and re.fullmatch(
                r"(?:[\s,/&+();-]|x ?\d|\d{4})*(?:and|or|as well as|plus|with|\W)?[\s,]*", between, re.I
            )
            is not None
        )
        follows = family == "ablations" and m.label == "by_context" and _follows(m, z, kind, setting)
        if joined and out and out[-1].kind == "si_joint" and kind == "facet" and m.label == "by_context":
            kind = "si_joint"
        out.append(Named(m, family, kind, z, form, joined, follows=follows))
    return out


def _repeats(mentions: list[Mention]) -> list[Mention]:
    """Keep "repeated" where it stands for a procedure of its own, not before a name or as "same levels"."""
    named = [m for m in mentions if m.label not in {"generic", "repeat"}]
    kept: list[Mention] = []
    for m in mentions:
        if m.label == "repeat":
            if any(0 <= n.start - m.end < 70 for n in named) or any(k.label == "repeat" for k in kept):
                continue
            if named and not m.text.lower().startswith(("repeated", "the ")):
                continue
        kept.append(m)
    return kept


def _context(sentence: Sentence, zone: Zone, note: Note) -> str:
    """Words that decide an ablation's target: its zone, else its sentence, with an indication close by."""
    words = re.split(r"\bbut\b|\bwho\b|[;.] ", sentence.text[zone.left : zone.right][:140])[0]
    if _SI.search(words) or _SYMPATHETIC.search(words) or _PERIPHERAL.search(words):
        return words
    if sentence.section.category in {"procedure", "header", "other"}:
        near = " ".join(s.text for s in note.around(sentence, 0, 2))
        return near[:400]
    return words


def is_chemical(named: Named) -> bool:
    """Whether a drug does the ablation."""
    return _CHEMICAL.search(named.mention.text) is not None


def is_list_item(sentence: Sentence) -> bool:
    """Whether the sentence is an item of a list."""
    return _LIST_LEAD.match(sentence.text) is not None
