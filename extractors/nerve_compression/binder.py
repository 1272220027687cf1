"""Bind statements of imaging on neural compression; one settled fact a region."""

from __future__ import annotations

import re

from extractors.facts import Fact, Span
from extractors.family import Family, fact_of, stripped
from extractors.note import Mention, Note
from extractors.radicular.context import status_of
from extractors.radicular.evidence import REGIONS, Region
from extractors.radicular.topic import complaint_regions, regions_of, spine_regions

VERSION = "1"
_NEURAL = re.compile(
    r"\b(?:nerves?|(?:nerve )?roots?|neural|radicular|neurologic(?:al)? (?:structures?|elements?)|cord|thecal|dural?|sac|cauda equina|subarachnoid|csf|conus|filum|neuro-?compr\w+)\b",
    re.IGNORECASE,
)
_IMAGING = re.compile(
    r"\b(?:mris?|mr|magnetic resonance|cts?|cat scans?|myelogra\w*|disco(?:gram|graphy)\w*|scans?|imaging|films?|images?|radiolog\w+|studies|study)\b",
    re.IGNORECASE,
)
_ADVANCED = re.compile(
    r"\b(?:mris?|mr|magnetic resonance|cts?|cat scan|myelo(?:gram|graphy)\w*|discogra\w+|imaging|scans?)\b",
    re.IGNORECASE,
)
_LESION = re.compile(
    r"\b(?:discs?|disks?|herniat\w+|protru\w+|extru\w+|spurs?|osteophyt\w*|bulg\w+|cysts?|ligament\w*|fragment\w*|hnp|spondylolisthesis|facet\w*)\b",
    re.IGNORECASE,
)
#: A reading's own words, and its line by level.
_READ_AS = re.compile(
    r"\b(?:paracentral|subarticular|traversing|exiting|(?:neuro|neural )?foramin(?:a|al)|lateral recess|central (?:canal )?stenosis|canal narrowing|"
    r"ligamentum flavum|hypertrophied facets|extrusion|protrusion|disc[- ]osteophyte|uncovertebral|thecal sac|broad-based|cauda equina|(?:mild|moderate|severe)\b[^.;]{0,30}\bstenosis|[CTL]\d{1,2}-[CTLS]?\d{1,2})\b",
    re.IGNORECASE,
)
_BY_LEVEL = re.compile(r"^\W{0,4}[CTL]\d{1,2}[-/][CTLS]?\d{1,2} ?:", re.IGNORECASE)
_OPERATIVE = re.compile(
    r"\b(?:kerrison|retract\w*|rongeur|curette\w*|laminotom\w+|drill\w*|palpat\w+|probe\w*|exposed|identified and|(?<!was )(?<!were )(?<!is )(?<!are )visuali[sz]ed|dissect\w*|bipolar|incis\w+|mobili[sz]ed|nerve hook|woodson|removed|swept|inspected)\b",
    re.IGNORECASE,
)
_GRADE = re.compile(
    r"\b(?:moderate(?:ly)?|mod|severe(?:ly)?|marked(?:ly)?|significant(?:ly)?|high[- ]grade|critical(?:ly)?|advanced|pronounced|schizas (?:grade )?[CD]|to [3-8](?:\.\d)? ?mm|tight|substantial|considerable|profound)\b",
    re.IGNORECASE,
)
_MILD = re.compile(
    r"\b(?:mild(?:ly)?|minimal(?:ly)?|slight(?:ly)?|trace|borderline|early|minor)\b(?: ?(?:to|-|/|-to-) ?(?:moderate(?:ly)?|mod)\b)?",
    re.IGNORECASE,
)
_NOT_SPINAL = re.compile(
    r"\b(?:coronary|carotid|aortic|renal|pyloric|arter\w+|valve|tracheal|subclavian|urethral|joint space|disc space|disk space|disc height|interspace|brain|head|hip)\b",
    re.IGNORECASE,
)
_SPINAL_PART = re.compile(
    r"\b(?:canal|foramin\w*|neuroforamin\w*|foramen|recess\w*|central|spinal|neural|level|C\d|L\d|T\d+|lumbar|cervical|thoracic)\b",
    re.IGNORECASE,
)
_RADIOLOGY = re.compile(
    r"\b(?:sagittal|axial|T1|T2|weighted|without contrast|with contrast|multiplanar|impression|findings|technique|comparison)\b",
    re.IGNORECASE,
)
_NOTHING = re.compile(r"\b(?:nothing|not|no|without|nor|free of|absent)\b[^.;\n]{0,45}$", re.IGNORECASE)
_OTHER_SCAN = re.compile(
    r"\b(?:shoulder|knee|abdom\w+|pelvi\w+|chest|wrist|ankle|foot|repeat ct)\b", re.IGNORECASE
)
_OPEN_FORAMEN = re.compile(
    r"\b(?:narrowing|stenosis) of the (?:\w+ ){0,2}(?:neuro)?foram\w+|\bforaminal (?:narrowing|stenosis)",
    re.IGNORECASE,
)
_PERIPHERAL_NERVE = re.compile(
    r"\b(?:median|ulnar|radial|peroneal|tibial|optic|cranial|facial|suprascapular|sural) nerve|carpal|cubital|optic chiasm",
    re.I,
)
_GRADE_AFTER = re.compile(
    r"[^.;]{0,35}?(?:\b(?:is|are|was|which is|that is|grade[sd]?(?: \w+)? as|graded|rated|read as|called|deemed|described as|considered)\b|\bto an?\b|(?= to \d)|[,:(-])[^.;]{0,14}?"
    + _GRADE.pattern
    + r"(?! (?:\w+ ){0,2}(?:facet|disc|disk|degenerat|arthr|spondyl|hypertroph|desiccat|loss))",
    re.IGNORECASE,
)
_BY_SIDE = re.compile(
    rf"[,;/] ?(?:and |but )?(?:{_GRADE.pattern}) (?:on\b|at\b|to\b|[CTL]\d|left\b|right\b|bilat)",
    re.IGNORECASE,
)
_ORDERED = re.compile(
    r"\b(?:if|whether|should (?:an? |the |repeat )?(?:mri|ct|scan|imaging)|unless|rule out|r/o|rule-out|evaluate|eval|assess|look(?:ing)? for|exclude|check for|order\w*|request\w*|obtain|schedul\w+|will get|needs? (?:an? )?mri)\b[^.;]{0,80}$",
    re.IGNORECASE,
)
_DENIAL = re.compile(r",? (?:and |but |with )?(?:no|without|nor)\b", re.IGNORECASE)
_ENUMERATION = re.compile(r"\b(?:no|without) [^,;]{0,60}, ", re.IGNORECASE)
_OF_BONE = re.compile(
    r"^ (?:of|at|in) (?:the )?(?:[\w-]+ ){0,3}(?:end-?plates?|vertebra\w*|bod(?:y|ies)|ribs?|fractures?|facets?|sacrum)\b|"
    r"^ (?:ribs?|fractures?|facets?|vertebra\w*|end-?plates?)\b",
    re.IGNORECASE,
)
_LESION_DENIED = re.compile(
    r"compressive (?:lesions?|patholog(?:y|ies)|process|disease|abnormalit(?:y|ies)|findings?|etiology)\b|(?:compressive|compression)(?= ?(?:[.,;)]|$|at\b|anywhere|is\b|was\b|seen|noted|identified|demonstrated|or\b|and\b))",
    re.IGNORECASE,
)
_BUT_NO_MORE = re.compile(
    r"^[^.;]{0,60}\b(?:but|without|although|though|yet|and|,)\b[^.;]{0,24}\b(?:no|not|without|n't|nor|compressing|displacing|deforming)\b[^.;]{0,20}\b(?:compress\w*|displac\w*|imping\w*|deform\w*|flatten\w*|efface\w*)",
    re.IGNORECASE,
)
_UPON_ROOTS = re.compile(
    r"^ (?:on|upon|of) (?:the |both |either )?(?:\w+ ){0,2}(?:roots?|nerves?|cord|thecal sac)\b",
    re.IGNORECASE,
)
_OF_IT = re.compile(r"^(?: or [\w-]+| nor [\w-]+)? (?:it|them|either|any of)\b", re.IGNORECASE)
#: "displacing S1", "abuts the left L5": a root by its level alone.
_ROOT_BY_LEVEL = re.compile(
    r"^ (?:on |upon |against )?(?:the )?(?:left |right |traversing |exiting |bilateral )*(?:L[1-5]|S[12]|C[3-8])\b(?![-/ ]?(?:[LSC]?\d|vertebra|body|end|facet|disc))",
    re.IGNORECASE,
)
_CANAL = re.compile(r"\bcanal\b", re.IGNORECASE)
#: A myelogram's column of contrast that stops.
_BLOCKED = re.compile(r"\bmyelogra\w+\b[^.;]{0,80}\bblock\b", re.IGNORECASE)
#: What only a study shall tell.
_NOT_YET = re.compile(
    r"^[^.;]{0,60}\b(?:until|pending|awaiting|before) (?:the |an? )?(?:stat |urgent )?(?:mri|ct|imaging|scan)\b",
    re.IGNORECASE,
)
#: A study from before an operation that a later one replaces.
_BEFORE_SURGERY = re.compile(
    r"\b(?:pre-?op\w*|before (?:the |his |her )?(?:surgery|operation|fusion|decompression|laminectomy|discectomy)|prior to (?:the |his |her )?(?:surgery|operation|fusion))\b",
    re.IGNORECASE,
)
_REPORT = re.compile(
    r"\b(?:neural foramina|central canal|dis[ck] desiccation|thecal sac|AP diameter|protrusion type|marrow signal|conus|tonsillar|craniovertebral|"
    r"foramen magnum|end-?plate|uncovertebral|ligamentum flavum|apophyseal|csf)\b",
    re.IGNORECASE,
)
_CONTACTS_NOTHING = re.compile(
    r"^ (?:nothing|none|no (?:\w+ )?(?:roots?|nerves?|cord|neural|sac)|neither)\b", re.IGNORECASE
)
_QUOTE = 260


def _is_radiology(note: Note) -> bool:
    """Whether the whole note is a report of MRI, CT or myelography."""

    def make(n: Note) -> bool:
        if len({m.group().lower() for m in _REPORT.finditer(n.text[:9000])}) >= 6 and not _OPERATIVE.search(
            n.text[:9000]
        ):
            return True  # a reading that does not name its modality
        if not re.search(r"\b(?:mri|mr|ct|myelogra\w+|discogra\w+)\b", n.text[:1500], re.IGNORECASE):
            return False
        words = {m.group().lower() for m in _RADIOLOGY.finditer(n.text)}
        return len(words) >= 4 and len(n.text) < 9000

    return note.once("nerve_compression.radiology", make)


def _has_imaging(note: Note) -> bool:
    return note.once("nerve_compression.has_imaging", lambda n: bool(_ADVANCED.search(n.text)))


def in_imaging(mention: Mention, note: Note) -> bool:
    """Whether the statement comes from imaging: its section, its sentence, or the sentences before it."""
    sentence, category = mention.sentence, mention.sentence.section.category
    if category in ("procedure", "anesthesia", "consent", "instructions", "family_history"):
        return bool(_ADVANCED.search(sentence.text)) and not _OPERATIVE.search(sentence.text)
    if category == "imaging" or _is_radiology(note) or _IMAGING.search(sentence.text):
        return True
    if _OPERATIVE.search(sentence.text):
        return False
    for other in note.sentences[max(0, sentence.index - 5) : sentence.index]:
        if other.section is sentence.section and (
            _ADVANCED.search(other.text) or _BY_LEVEL.match(other.text)
        ):
            return True
    if len({m.group().lower() for m in _READ_AS.finditer(sentence.text)}) >= 2 or _BY_LEVEL.match(
        sentence.text
    ):
        return True  # nobody but a reader of images speaks so
    lesion = bool(_LESION.search(sentence.text))
    return lesion and mention.label in ("compress", "contact") and _has_imaging(note)


def _grade(mention: Mention) -> str | None:
    """``high`` (moderate or worse), ``low`` (mild), or None where no grade stands near."""
    text = mention.sentence.text
    a, b = mention.clause
    before = text[max(a, mention.start - 60) : mention.end]
    after = text[mention.end : min(b, mention.end + 60)]
    cut = re.split(
        r"\b(?:stenosis|narrowing|bulge|protrusion|arthropathy|hypertrophy|degeneration|herniation)\b",
        before[: -len(mention.text)] or "",
        flags=re.IGNORECASE,
    )[-1]
    near = cut + mention.text
    marks = [(m.end(), "low") for m in _MILD.finditer(near)]
    marks += [(m.end(), "high") for m in _GRADE.finditer(_MILD.sub(lambda m: " " * len(m.group()), near))]
    if marks:
        return max(marks)[1]
    post = _GRADE_AFTER.match(after)
    by_side = post and _BY_SIDE.search(after)  # "mild on the right, severe on the left"
    return "high" if post and (by_side or not _MILD.search(after[: post.end()])) else None


def _own_words(text: str, low: int, mention: Mention, high: int) -> str:
    """What belongs to an affirmed statement: up to a denial after it, and from the last denial before it."""
    after = _DENIAL.split(text[mention.end : high], maxsplit=1)[0]
    before = text[low : mention.start]
    stops = [m.end() for m in _ENUMERATION.finditer(before)]
    return before[stops[-1] if stops else 0 :] + text[mention.start : mention.end] + after


def _nothing_touched(text: str, mention: Mention, negated: bool) -> bool:
    """Read "no compressive lesion", "contacts nothing": a denial that names no neural structure."""
    denied = negated and _LESION_DENIED.match(text[mention.start :])
    return bool(denied or _CONTACTS_NOTHING.match(text[mention.end :]))


def _says(mention: Mention, status: str, why: str) -> bool:
    """Whether the mention tells what a study showed: not a warning, another time, an order, or the lesser of two verbs."""
    text = mention.sentence.text
    if status in ("ignored", "historical", "resolved") and why != "procedure":
        return False
    if mention.label == "contact" and _BUT_NO_MORE.match(text[mention.end :]):
        return False  # "abuts but does not compress": the second verb decides
    ordered = _ORDERED.search(text[: mention.start]) or _NOT_YET.match(text[mention.end :])
    return status == "negated" or not ordered  # what a study is ordered for is not what it showed


def _touching(mention: Mention, near: str, negated: bool) -> tuple[str, str] | None:
    """What a word of compression or contact proves: it needs a neural structure near it."""
    text, (a, b) = mention.sentence.text, mention.clause
    if _nothing_touched(text, mention, negated):
        return "absent", "nothing_touched"
    if negated and _OF_IT.match(text[mention.end :]):
        near = text[max(0, mention.start - 120) : mention.end]  # the structure is named before
    if not negated:
        near = _own_words(text, max(a, mention.start - 70), mention, min(b, mention.end + 75))
        if _OF_BONE.match(text[mention.end : mention.end + 60]):
            return None
    canal = _CANAL.search(near) and mention.text.lower().startswith(
        ("compress", "complete block", "total block")
    )
    named = _ROOT_BY_LEVEL.match(text[mention.end :])
    if not (_NEURAL.search(near) or canal or named or _BLOCKED.search(text)) or _PERIPHERAL_NERVE.search(
        near
    ):
        return None
    return ("absent", "no_compression") if negated else ("present", mention.label)


def read(mention: Mention, note: Note) -> tuple[str, str] | None:
    """Status (``present`` or ``absent``) that one mention proves, with the step; None where it proves nothing."""
    text = mention.sentence.text
    a, b = mention.clause
    clause = text[a:b]
    if not in_imaging(mention, note):
        return None
    status, why = status_of(mention, note)
    if status == "resolved" and mention.label in ("compress", "contact") and _NEURAL.search(clause):
        return "absent", "no_longer"
    if not _says(mention, status, why):
        return None
    near = text[max(a, mention.start - 70) : min(b, mention.end + 75)]
    negated = status == "negated" or bool(
        _NOTHING.search(text[max(a, mention.start - 60) : mention.start]) and status != "uncertain"
    )
    if mention.label == "normal":
        return None if negated or _NOT_SPINAL.search(clause) else ("absent", "normal_study")
    if mention.label == "free":
        listed = "," in text[max(a, mention.start - 90) : mention.start]  # "no herniation, roots free"
        return None if negated and not listed else ("absent", "free")
    if _NOT_SPINAL.search(near) and not (_NEURAL.search(near) or _SPINAL_PART.search(near)):
        return None
    if mention.label in ("compress", "contact"):
        return _touching(mention, near, negated)
    if not negated and _UPON_ROOTS.match(text[mention.end :]):
        return "present", "compress"
    if not negated and not _SPINAL_PART.search(text) and mention.sentence.section.category != "imaging":
        return None
    if negated:
        central_only = (
            "central" in near.lower()
            and "foramin" not in text[max(a, mention.start - 40) : mention.end].lower()
        )
        if central_only and _OPEN_FORAMEN.search(text) and not _NEURAL.search(text):
            return None  # foraminal narrowing without a grade stands beside it: the whole says neither
        return ("absent", "no_stenosis")
    return ("present", "graded_stenosis") if _grade(mention) == "high" else None


def _quote(mention: Mention) -> Span:
    text = mention.sentence.text
    a, b = mention.clause
    if b - a > _QUOTE:
        a, b = max(a, mention.start - 120), min(b, mention.end + 120)
        while mention.clause[0] < a < mention.start and text[a - 1] != " ":
            a += 1
        while mention.end < b < mention.clause[1] and text[b] != " ":
            b -= 1
    return mention.sentence.span(*stripped(text, a, b))


def _lead(note: Note, mention: Mention) -> str:
    """The words ahead of a mention on its line, back to the last full stop (a colon ends no statement here)."""
    at = mention.span.start
    return re.split(r"\.\s|\n", note.text[max(0, at - 140) : at])[-1]


def _study_regions(mention: Mention, note: Note) -> list[Region]:
    """Regions that the study named last has spoken of up to here: a bare "no stenosis" at its end is of them all."""
    found: list[Region] = []
    for i in range(mention.sentence.index, max(-1, mention.sentence.index - 9), -1):
        other = note.sentences[i]
        if other.section is not mention.sentence.section:
            break
        found += [r for r in spine_regions(other.text) if r not in found]
        if _IMAGING.search(other.text):
            break
    return found


def bind(note: Note) -> list[Fact]:
    """One ``nerve_compression`` fact a region: ``present`` beats ``absent``."""
    found: dict[Region, list[tuple[str, str, Mention]]] = {}
    for mention in note.mentions("nerve_compression"):
        verdict = read(mention, note)
        if verdict is None:
            continue
        regions, how = regions_of(mention, note, negative=verdict[0] == "absent")
        if verdict[1] == "normal_study":
            told = mention.sentence.section.category != "imaging" and how == "paragraph"
            if how == "note" or told or _OTHER_SCAN.search(mention.clause_text):
                continue  # a normal scan of no stated region
        if how == "paragraph" and mention.sentence.section.category == "procedure":
            regions = (
                list(complaint_regions(note)[:1]) or regions
            )  # the levels before are steps of the operation
        elif verdict[0] == "absent" and how == "paragraph":
            regions = _study_regions(mention, note) or regions
        for region in regions:
            found.setdefault(region, []).append((*verdict, mention))
    facts: list[Fact] = []
    for region in REGIONS:
        items = found.get(region, [])
        if not items:
            continue
        now = [x for x in items if not _BEFORE_SURGERY.search(_lead(note, x[2]))]
        items = now or items
        status = "present" if any(s == "present" for s, _, _ in items) else "absent"
        own = [(step, m) for s, step, m in items if s == status]
        step, best = own[0]
        spans = list(dict.fromkeys(_quote(m) for _, m in own))
        facts.append(
            fact_of(
                best, "nerve_compression", {"region": region, "status": status}, version=VERSION, assertion=status,
                span=spans[0], supporting=tuple(spans[1:4]), steps=(f"status:{status}<-{step}",),
            )
        )  # fmt: skip
    return facts


FAMILY = Family.load(__file__, VERSION, bind)
