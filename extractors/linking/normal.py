"""Normal forms of diagnosis phrases, so that words of place, side and severity do not decide a link.

"Severe facet arthropathy at L4-5, right" and "Right-sided lumbar facet arthropathy" come to the same
words. Levels become their region: L5-S1 lumbosacral, L1-2 to L4-5 lumbar, T12-L1 thoracolumbar, C7-T1
cervicothoracic; where several are named, the first named speaks (ICD-10-CM has one region a code).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LEVEL = re.compile(
    r"\b(?P<a>[ctls])-?(?P<n>\d{1,2})(?:\s?(?:-|/|to|through|thru|on|over)\s?(?P<b>[ctls])?-?(?P<m>\d{1,2}))?(?![\d.])"
)
_ORDINAL = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
_ORDINAL_VERTEBRA = re.compile(r"\b(first|second|third|fourth|fifth) lumbar vertebra\b")
_WORDS = (
    (re.compile(r"\bw/o\b"), "without"),
    (re.compile(r"\bw/"), "with "),
    (re.compile(r"\bs/p\b"), "status post"),
    (re.compile(r"\bh/o\b"), "history of"),
    (re.compile(r"\bdisk\b"), "disc"),
    (re.compile(r"\bdisks\b|\bdiscs\b"), "disc"),
    (re.compile(r"\bdz\b"), "disease"),
    (re.compile(r"\bjts?\b"), "joint"),
    (re.compile(r"\bdysfxn\b"), "dysfunction"),
    (re.compile(r"\b(protrusion|herniation|bulge|extrusion|fracture|strain|sprain|facet|joint|defect)s\b"), r"\1"),
    (re.compile(r"\bspinal canal\b"), "canal"),
    (re.compile(r"\bsacro-ili"), "sacroili"),
    (re.compile(r"\b(?:history|hx) of (?!\w* ?(?:\w+ )?(?:fusion|acdf|arthrodesis))"), " "),
    (re.compile(r"\bsynd\b"), "syndrome"),
    (re.compile(r"\bcomp(?:r)? fx\b"), "compression fracture"),
    (re.compile(r"\bfx\b"), "fracture"),
    (re.compile(r"\bpost-?\s?lam(?:i)?\b"), "postlaminectomy"),
    (re.compile(r"\bpost-? ?laminectomy\b"), "postlaminectomy"),
    (re.compile(r"\bmyelopathy (?:and|nor|/) radiculopathy\b"), "myelopathy or radiculopathy"),
    (re.compile(r"\bnot elsewhere classified\b|\bsite unspecified\b|\bnos\b|\bnec\b"), ""),
    (re.compile(r"\b(?:right|left)[- ]sided\b"), lambda m: m.group(0).split("-")[0].split()[0]),
    (re.compile(r"\b(?:bilat(?:eral(?:ly)?)?|b/l|bl)\b"), "bilateral"),
    (re.compile(r"\brt\b"), "right"),
    (re.compile(r"\blt\b"), "left"),
)  # fmt: skip
#: Read once levels and regions are out of the way, so that "L spine" is no side.
_SIDE_LETTERS = ((re.compile(r"\br\b"), "right"), (re.compile(r"\bl\b"), "left"))
_REGIONS = (
    ("cervicothoracic", re.compile(r"\bcervico-?\s?thoracic\b(?: spine\b)?")),
    ("thoracolumbar", re.compile(r"\bthoraco-?\s?lumbar\b(?: spine\b)?")),
    ("lumbosacral", re.compile(r"\blumbo-?\s?sacral\b(?: spine\b)?|\bl/?s(?:-| )spine\b|\bl/s\b")),
    ("sacral", re.compile(r"\bsacral and sacrococcygeal\b|\bsacral region\b")),
    ("cervical", re.compile(r"\bcervical\b(?: spine\b)?|\bc-?\s?spine\b")),
    ("thoracic", re.compile(r"\bthoracic\b(?: spine\b)?|\bt-?\s?spine\b")),
    ("lumbar", re.compile(r"\blumbar\b(?: spine\b)?|\bl-?\s?spine\b")),
)
#: Words that tell severity, course, certainty or nothing; a code's title does not turn on them.
_FILLER = frozenset(
    "the a an of at in to on involving affecting region regions level levels vertebra vertebrae side sided "
    "mild mildly moderate moderately severe severely significant marked minimal advanced early acute subacute "
    "longstanding long-standing persistent recurrent symptomatic intractable refractory known documented "
    "stable worsening progressive improved ongoing current active likely probable possible suspected presumed suspect "
    "clinical multilevel multi-level multiple single diffuse underlying associated related patient has with his her "
    "element suffering from evidence signs sign residual residuals some a large small broad based broad-based central "
    "paracentral paramedian posterior posterolateral lateral circumferential annular eccentric this she he her we "
    "and primary secondary diagnosis new initial encounter init subsequent for"
    .split()
)  # fmt: skip
_KEEP_WITH = re.compile(
    r"\bwith (?:\w+ ){0,2}?(radicul\w+|myelopath\w+|sciatica|(?:neurogenic )?claudication|discogenic\b.*|axial\b.*|lower extremity pain\b.*|vertebral fracture)"
)
_TOKEN = re.compile(r"[a-z0-9]+")
_SIDE = re.compile(r"\b(?:right|left|bilateral)\b")
_SIDES = ("right", "left", "bilateral")


@dataclass(frozen=True, slots=True)
class Normal:
    """A phrase taken apart: the words of the disease, and region, side and segment where named."""

    words: str
    region: str = ""
    side: str = ""
    level: str = ""

    def forms(self) -> tuple[str, ...]:
        """Strings to look up, the most specific first."""
        out: list[str] = []
        # "Chronic" makes a code of its own for pain without a seat (G89.2-), and none elsewhere.
        plain = " ".join(w for w in self.words.split() if w != "chronic")
        for words in (self.words, plain):
            for side, level in ((self.side, self.level), (self.side, ""), ("", self.level), ("", "")):
                text = " ".join(w for w in (side, self.region, level, words) if w)
                if text and text not in out:
                    out.append(text)
        return tuple(out)


def _region_of_level(a: str, n: int, b: str, m: int | None) -> str:
    b = b or (a if m is None or m > n else {"c": "t", "t": "l", "l": "s", "s": "s"}[a])
    if m is None:
        return {"c": "cervical", "t": "thoracic", "l": "lumbar", "s": "lumbosacral"}[a]
    pair = a + b
    if pair == "ls":
        return "lumbosacral" if n == 5 else "lumbar"
    return {
        "cc": "cervical",
        "ct": "cervicothoracic",
        "tt": "thoracic",
        "tl": "thoracolumbar",
        "ll": "lumbar",
        "ss": "sacral",
    }.get(pair, "")


def _take_levels(text: str) -> tuple[str, str, str]:
    """The text without levels, the first level's region, and its name as "c5c6" or "l1"."""
    region = name = ""
    for m in _LEVEL.finditer(text):
        low, high = int(m["n"]), int(m["m"]) if m["m"] else None
        if low > 12 or (high or 0) > 12:
            continue
        region = _region_of_level(m["a"], low, m["b"] or "", high)
        other = (
            ""
            if high is None
            else (m["b"] or ({"l": "s", "c": "t", "t": "l"}.get(m["a"], "s") if high < low else m["a"]))
        )
        name = f"{m['a']}{low}{other}{high or ''}"
        break
    return _LEVEL.sub(" ", text), region, name


def normal(phrase: str) -> Normal:
    """The normal form of a phrase or title; its words are empty where nothing but filler is left."""
    text = " " + phrase.lower().replace("(e)", "").replace("'s", "") + " "
    text = re.sub(r"\((?:[^()]{0,60})\)|\[[^\]]{0,60}\]", " ", text)
    text = re.sub(r"\bgrade (?:[1-5]|i{1,3}v?)\b|\bgr\.? ?[1-5]\b", " ", text)
    text = _ORDINAL_VERTEBRA.sub(lambda m: f"l{_ORDINAL[m.group(1)]}", text)
    text = re.sub(r"\b(c\d)-(c\d) level\b", r"\1-\2", text)
    for pattern, plain in _WORDS:
        text = pattern.sub(plain, text)
    text, region, level = _take_levels(text)
    named = ""
    for name, pattern in _REGIONS:
        if pattern.search(text):
            text = pattern.sub(" ", text)
            named = named or name
    for pattern, plain in _SIDE_LETTERS:
        text = pattern.sub(plain, text)
    # A level says more than the word: "lumbar radiculopathy, L5-S1" is lumbosacral.
    region = region or named
    if named in ("lumbosacral", "thoracolumbar", "cervicothoracic") and not level:
        region = named
    sides = set(_SIDE.findall(text))
    side = "bilateral" if {"right", "left"} <= sides else next((s for s in _SIDES if s in sides), "")
    text = _KEEP_WITH.sub(r"xxwithxx \1", _SIDE.sub(" ", text))
    tokens = _TOKEN.findall(text)
    words = [("with" if t == "xxwithxx" else t) for t in tokens if t not in _FILLER]
    return Normal(" ".join(words), region, side, level)
