"""Which spinal region a mention speaks of: its own words, its clause, the section, the paragraph, the note."""

from __future__ import annotations

import re

from extractors.note import Mention, Note, Sentence
from extractors.radicular.evidence import REGIONS, Region
from extractors.radicular.places import limb_regions

_SPINE: dict[Region, str] = {
    "cervical": r"c/t(?:/l)?[ -]?spine|cervic\w*|neck|c[- ]?spine|\bC[2-8](?:[-/ ]?(?:C?[3-8]|T1))?\b|cervicalgia|cervico\w+|acdf|spurling\w*",
    "thoracic": r"(?:c/)?t/l[ -]?spine|c/t[ -]?spine|thoracic|thoracalgia|mid[- ]?back|upper back|interscapular|between the shoulder blades|middle (?:of (?:the|his|her|my) )?back|t[- ]spine|(?<!on )(?<!bright )(?<!in )(?<!high )(?<!low )(?<!increased )(?<!decreased )\bT(?:[2-9]|1[0-2])\b(?![- /]?(?:weighted|marrow|stir|bright\w*|dark\w*|edema|signal|hyper\w*|images?|flair|sagittal|axial|bright|sequences?|prolong\w*|changes?))|dorsalgia",
    "lumbar": r"(?:c/)?t/l[ -]?spine|lumb\w*|low(?:er)?[- ]?back|l[- ]?spine|\bL[1-5](?:[-/ ]?(?:L?[2-5]|S1))?\b|\bS1\b|\blbp\b|l/s\b|sciati\w*|lumbosacral|\blow back|(?<!mid )(?<!upper )(?<!middle )(?<!thoracic )back pain|sacroiliac|straight[- ]leg|\bslrs?\b|las[eè]gue",
}
_WORDS = {r: re.compile(rf"(?<![\w-])(?:{p})", re.IGNORECASE) for r, p in _SPINE.items()}
_ANY_BACK = re.compile(r"\bback\b", re.IGNORECASE)
_COMPLAINT: dict[Region, re.Pattern[str]] = {
    "cervical": re.compile(
        r"\b(?:neck|cervical)\b[^.\n;]{0,30}\b(?:pain|ache|aching|discomfort|stiff\w*|soreness|spasm|injury|strain|spondylosis|stenosis|sx|symptoms)\b|"
        r"\bpain\b[^.\n;]{0,30}\bneck\b|\bneck (?:is |was |feels |remains |still )?(?:hurts?|sore|stiff|aches?|tight)\b|\b(?:location|site|area) ?[:|]? ?(?:the |[RL] |left |right |bilateral )?(?:neck|c[- ]?spine|cervical)\b|\bcervicalgia\b|\bM(?:47\.?81[12]|54\.?2|50\.?[23]\w{1,2})\b|\b(?:my|is (?:my|his|her)) neck\b|\bhurts?\b[^.\n;]{0,30}\bneck\b|cervical (?:facet|medial|epidural|strain|sprain)",
        re.IGNORECASE,
    ),
    "thoracic": re.compile(
        r"\b(?:mid[- ]?back|thoracic|upper back|middle back|interscapular|t[- ]spine)\b[^.\n;]{0,25}\b(?:pain|ache|discomfort|strain|spondylosis|facets?|stenosis)\b|thoracalgia|"
        r"\b(?:pain|ach(?:e|es|ing)|discomfort|hurts?)\b[^.\n;]{0,40}\b(?:middle of (?:the|his|her|my) back|mid[- ]?back|upper back|thoracic|between (?:the|his|her|my) shoulder blades|interscapular)\b|"
        r"\bT(?:[4-9]|1[0-2])[-/ ]?T?\d{1,2}\b|\bT(?:[4-9]|1[0-2]) (?:compression|fracture|burst|radicul\w+|herniation)",
        re.IGNORECASE,
    ),
    "lumbar": re.compile(
        r"\b(?:low(?:er)?[- ]?back|lumbar|lumbosacral)\b[^.\n;]{0,30}\b(?:pain|ache|aching|discomfort|stiff\w*|soreness|"
        r"spasms?|injury|strain|spondylosis|stenosis|syndrome|sx|symptoms|problems?|trouble|radic\w*|facet\w*)\b|"
        r"(?<!mid)(?<!mid[ -])(?<!upper )(?<!middle )(?<!thoracic )\bback[- ]?(?:pain|hurts?|is sore|aches?|discomfort|injury|spasms?|strain|problems?|trouble|stiffness|symptoms|surgery)\b|"
        r"\bback(?:,| and| or|/| &| \+)[^.\n;]{0,25}\bpain\b|\bpain\b[^.\n;]{0,45}(?<!mid[ -])(?<!upper )(?<!middle )(?<!middle of the )(?<!middle of her )(?<!middle of his )(?<!middle of my )\bback\b(?! (?:again|at|on (?:the|his|her) (?:job|feet)|to (?:work|normal|baseline|him|her|me|where|square|see)|when|then|for|from|up|off))|\b(?:my|it.s the|is (?:my|his|her)) (?:low(?:er)? )?back\b|\b(?:low(?:er)? back) (?:on|with|both|since|only|no)\b|\blow(?:er)? back,|\bM(?:47\.?81[67]|54\.?5\d?|51\.?[23]\w{1,2}|48\.?06\d?)\b|\b(?:location|site|area) ?[:|]? ?(?:the |[RL] |left |right |bilateral )?(?:(?:low(?:er)? )?back|l/s|l[- ]?spine|lumbar|lumbosacral)\b|\blbp\b|\bsciatica\b|\blumbago\b|"
        r"\bL[345][-/ ]?(?:L?[45]|S1)\b",
        re.IGNORECASE,
    ),
}
_SPEAKS = re.compile(
    r"\b(?:spin(?:e|al)|vertebra\w*|lumbar|cervical|thoracic|neck|back|dis[ck]s?|facets?|lamin\w+|fusion|kypho\w+|sacr\w+|instrumentation|[CTL]\d{1,2}[-/][CTLS]?\d{1,2})\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:no|not|denies|denied|without|negative for|neg for)\b[^.;:\n]{0,40}$", re.IGNORECASE
)


def spine_regions(text: str) -> list[Region]:
    """Regions that a stretch of text names by spine words or levels."""
    return [r for r in REGIONS if _WORDS[r].search(text)]


def named_regions(text: str) -> list[Region]:
    """Regions by spine words or, failing those, by limbs."""
    return spine_regions(text) or limb_regions(text)


def complaint_regions(note: Note) -> tuple[Region, ...]:
    """Regions of which the note complains, the most frequent first; empty in a note that is not about the spine."""

    def make(n: Note) -> tuple[Region, ...]:
        counts = {r: _affirmed(n.text, _COMPLAINT[r]) for r in REGIONS}
        return tuple(sorted((r for r in REGIONS if counts[r]), key=lambda r: -counts[r]))

    return note.once("radicular.complaints", make)


def speaks_of_spine(note: Note) -> bool:
    """Whether the note speaks of the spine at all, so that a denial of limb symptoms is one of root symptoms."""
    return note.once("radicular.speaks", lambda n: len(_SPEAKS.findall(n.text[:20000])) >= 2)


def spine_note(note: Note, region: Region) -> bool:
    """Whether the note is about that region: it complains of it twice, or near its beginning."""

    def make(n: Note) -> dict[Region, bool]:
        return {
            r: _affirmed(n.text, _COMPLAINT[r]) >= 2 or _affirmed(n.text[:700], _COMPLAINT[r]) >= 1
            for r in REGIONS
        }

    return note.once("radicular.spine_note", make)[region]


def _affirmed(text: str, pattern: re.Pattern[str]) -> int:
    """How often the pattern stands in the text without a denial before it."""
    return sum(not _DENIED.search(text[max(0, m.start() - 50) : m.start()]) for m in pattern.finditer(text))


def main_region(note: Note) -> Region | None:
    """The region that the note is mostly about, or None."""

    def make(n: Note) -> Region | None:
        counts = {r: len(_WORDS[r].findall(n.text)) for r in REGIONS}
        best = max(REGIONS, key=lambda r: counts[r])
        return best if counts[best] else ("lumbar" if _ANY_BACK.search(n.text) else None)

    return note.once("radicular.main", make)


def _carried(note: Note, sentence: Sentence) -> list[Region]:
    """The regions that the sentences before speak of, inside the same section (at most eight back)."""
    for i in range(sentence.index - 1, max(-1, sentence.index - 9), -1):
        other = note.sentences[i]
        if other.section is not sentence.section:
            break
        found = spine_regions(other.text)
        if found:
            return found
        if _ANY_BACK.search(other.text):
            return ["lumbar"]
    return []


def regions_of(mention: Mention, note: Note, *, negative: bool) -> tuple[list[Region], str]:
    """Regions of a mention and how they were found.

    A denial reaches every region that its sentence or paragraph speaks of; an assertion only the
    nearest one.
    """
    own = mention.entry.attributes.get("region")
    if own in REGIONS:
        return [own], "entry"  # type: ignore[list-item]
    text = mention.sentence.text
    near = named_regions(text[mention.start : mention.end])
    if near:
        return near, "words"
    a, b = mention.clause
    if mention.label == "named":
        adjective = named_regions(
            re.split(
                r",|\b(?:with|no|without|denies|and|or|of|for|any)\b",
                text[max(a, mention.start - 26) : mention.start],
            )[-1]
        )
        if len(adjective) == 1:
            return adjective, "adjective"
    left, right = max(a, mention.start - 45), min(b, mention.end + 45)
    after = text[mention.end : right].split(",")[0]
    for how, piece in (
        ("after", after),
        ("before", text[left : mention.start]),
        ("near", text[left:right]),
        ("clause", text[a:b]),
        ("sentence", text),
        ("section", mention.sentence.section.title),
    ):
        found = named_regions(piece)
        if found:
            if len(found) > 1 and not negative:
                found = [_nearest(piece, found, mention, note)]
            return found, how
    carried = _carried(note, mention.sentence)
    if carried:
        return (carried if negative else carried[:1]), "paragraph"
    complaints = list(complaint_regions(note))
    if complaints:
        return (complaints if negative else complaints[:1]), "note"
    main = main_region(note)
    return ([main] if main and not negative else []), "note"


def _nearest(piece: str, found: list[Region], mention: Mention, note: Note) -> Region:
    main = main_region(note)
    limbs = limb_regions(piece)
    both = [r for r in found if r in limbs]
    if len(both) == 1:
        return both[0]
    return main if main in found else found[0]
