"""Side and levels of requested codes.

A code's own words come first (up to the next code); what they leave open is read from the group's words,
then from the sentences around it and a form's labelled fields. Where levels are stated for the group as a
whole, the first joint belongs to the primary code and the further joints to the add-on codes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractors.quantities.laterality import laterality
from extractors.quantities.levels import find_levels
from extractors.request.boxes import without_empty_options
from extractors.request.joints import joints_of_nerves
from extractors.request.words import Group

#: Codes by level: primary to its add-ons, in order. Source: NCCI add-on code table, 1 July 2024.
ADD_ONS = {
    "64479": ("64480",),
    "64483": ("64484",),
    "64461": ("64462",),
    "64633": ("64634",),
    "64635": ("64636",),
    "64490": ("64491", "64492"),
    "64493": ("64494", "64495"),
}
PRIMARY_OF = {addon: primary for primary, addons in ADD_ONS.items() for addon in addons}
#: Done in vertebral bodies, not at joints or discs: basivertebral nerve ablation, augmentation.
_VERTEBRAL = frozenset({"64628", "64629", "22510", "22511", "22512", "22513", "22514", "22515"})
#: Done at joints, discs, interspaces or segments: facets, epidurals, paravertebral blocks, discs, operations of the spine.
_AT_LEVELS = re.compile(
    r"644(?:79|80|83|84|9[0-5])|6446[1-3]|6463[3-6]|6232[0-7]|6228[0-27]|6229[0-2]|6226[34]|22(?:5[2-9]\d|6\d\d|8[4-6]\d)|630\d\d|6238\d|0[2-9]\d\dT"
)
#: At a root that may be named by itself ("left T9 selective nerve root block").
_ROOTS = frozenset({"64479", "64480", "64483", "64484"})
_ROOT_WORDS = re.compile(r"\b(?:roots?|SNRBs?|TFESIs?|transforaminal|selective)\b", re.IGNORECASE)
#: Without a code of their own: the level is that of the words beside it.
_UNLISTED = frozenset({"64999", "22899", "27299"})
#: In the midline, whatever side the approach has: leads, catheters, discs, and the imaging that goes with them.
_NO_SIDE = re.compile(r"636(?:50|55|6\d)|6235\d|6229[0-2]|7228[5]|7229[5]|9587\d|2285\d|22830")
_DISEASE = re.compile(
    r"\b(?:suspected|stenosis|herniat\w+|protrusion|extrusion|edema|abscess|fractures?|fx|syndrome|compress\w+|impinge\w+|bulg\w+|infection|discitis|lesion)\b",
    re.IGNORECASE,
)
_PROCEDURE = re.compile(
    r"\b(?:blocks?|MBBs?|medial branch\w*|facets?|RFA|RFN|radio[- ]?frequency|ablat\w+|neurotom\w+|rhizotom\w+|denervat\w+|inject\w+|inj|ESI|TFESI|epidurals?|joints?|fusion|levels?:|request\w*|plan)\b",
    re.IGNORECASE,
)
#: "Left paramedian": an interlaminar injection with a side all the same.
_PARAMEDIAN = re.compile(
    r"\b(?P<side>left|right|L|R|Lt|Rt)[ -](?:sided )?para-?(?:median|sagittal)\b", re.IGNORECASE
)
#: Interlaminar and caudal epidurals are midline: a side named elsewhere is that of the symptoms.
_MIDLINE = frozenset({"62320", "62321", "62322", "62323", "62324", "62325", "62326", "62327"})
#: "For left leg pain" tells the side of the symptom.
_SYMPTOM_SIDE = re.compile(
    r"\b(?:left|right|bilateral|[LR])(?:[- ]sided)?(?: \w+)? (?:leg|legs|arm|arms|lower extremit\w+|upper extremit\w+|LE|UE|buttock|thigh|foot|hand|shoulder|calf|radicul\w+|radic|sciatica|pain|symptoms?|[LSC]\d (?:radic\w*|root|distribution))\b",
    re.IGNORECASE,
)
_SIDE_LABEL = re.compile(r"\b(?:laterality|sides?|site/side)\s?[:=]\s?", re.IGNORECASE)
_LEVEL_LABEL = re.compile(
    r"\b(?:(?:spinal |facet |joint )?levels?(?:\(s\))?|joints?(?:\(s\))?|segments?|levels? requested)\s?[:=]\s?",
    re.IGNORECASE,
)
_BOTH_50 = re.compile(
    r"-\s?50\b[^.;\n]{0,12}\b(?:both|each)\b|\b(?:both|each)\b[^.;\n]{0,20}(?:-\s?50\b|modifier 50)|\bmodifier:? ?-?50\b|\b(?:fifty|50) modifier\b|\bmods?:? ?-?50\b",
    re.IGNORECASE,
)


_OPERATION = r"(?:fus(?:ion|ed)|ACDF|[TPAXO]LIF|arthrodesis|lamin\w+|(?:micro)?dis[ck]ectom\w+|decompression|instrumentation)"
_OPERATED_AFTER = re.compile(
    rf"\W{{0,3}}(?:(?:posterior|anterior|lumbar|cervical|spinal|solid|prior|interbody) ){{0,3}}{_OPERATION}\b",
    re.IGNORECASE,
)
_OPERATED_BEFORE = re.compile(
    rf"\b{_OPERATION}(?: (?:surgery|of|at|from|for|was|is))?\W{{0,3}}$", re.IGNORECASE
)


def _segments(text: str, bodies: bool = False) -> tuple[str, ...]:
    """Joints or discs named in the text, but for unticked options; with ``bodies`` the vertebrae, one by one."""
    text = without_empty_options(text)
    if bodies:
        return tuple(dict.fromkeys(v for m in find_levels(text) if m.kind != "segment" for v in m.vertebrae))
    found: list[str] = []
    nerves: list[str] = []
    for mention in find_levels(text):
        if _OPERATED_AFTER.match(text[mention.end : mention.end + 40]) or _OPERATED_BEFORE.search(
            text[max(0, mention.start - 40) : mention.start]
        ):
            continue  # the level of an operation, not of the request
        if mention.kind == "segment" or (mention.kind == "range" and mention.noun != "nerve"):
            found += [s for s in mention.segments if s not in found]
        else:
            nerves += [v for v in mention.vertebrae if v not in nerves]
    return tuple(found) or joints_of_nerves(nerves)


def _parts(names: Sequence[str], sides: Sequence[str | None]) -> list[list[int]]:
    """Indices of the codes: one part a side, each with all joints.

    Where the same codes stand for either side, told by modifiers ("64635-RT, 64635-LT, 64636-RT, 64636-LT"), the
    parts go by side, else they are cut where a code comes again.
    """
    by_side = [sorted(n for n, own in zip(names, sides, strict=True) if own == s) for s in ("left", "right")]
    mirrored = by_side[0] == by_side[1] and len(set(by_side[0])) * 2 == len(names)
    if mirrored:
        return [[i for i, own in enumerate(sides) if own == side] for side in dict.fromkeys(sides)]
    out: list[list[int]] = [[]]
    for i, name in enumerate(names):
        if name in {names[j] for j in out[-1]}:
            out.append([])
        out[-1].append(i)
    return out


def _share(
    names: Sequence[str], shared: tuple[str, ...], units: Sequence[int | None], sides: Sequence[str | None]
) -> list[tuple[str, ...]]:
    """Distribute the joints of a group: first to the primary, then one unit each to the add-ons in order."""
    by_level = {n for n in names if n in ADD_ONS or n in PRIMARY_OF}
    out: dict[int, tuple[str, ...]] = {}
    for part in _parts(names, sides):
        # An add-on may be named before its primary; the joints are shared out from the primary on all the same.
        order = sorted(part, key=lambda i: (names[i] in PRIMARY_OF, i))
        rest = list(shared)
        for at, i in enumerate(order):
            name = names[i]
            if name not in by_level or (name in ADD_ONS and len(by_level) == 1):
                out[i] = shared
                continue
            take = len(rest)
            if name in ADD_ONS:
                take = 1
            elif PRIMARY_OF[name] in names and any(names[j] in PRIMARY_OF for j in order[at + 1 :]):
                take = units[i] or 1
            out[i] = tuple(rest[:take])
            rest = rest[take:]
    return [out[i] for i in range(len(names))]


def levels_of(group: Group, units: Sequence[int | None]) -> tuple[list[tuple[str, ...]], str]:
    """Levels of each code of the group, and where they were read."""
    names = [c.code for c in group.codes]
    found, step = _levels_of(group, units, names)
    nerves = [_nerves(group, i) if n in _UNLISTED else () for i, n in enumerate(names)]
    return [g if _placed(n) else own for n, g, own in zip(names, found, nerves, strict=True)], step


def _placed(code: str) -> bool:
    """Whether a code has spinal levels at all."""
    return code in _VERTEBRAL or _AT_LEVELS.fullmatch(code) is not None


def _nerves(group: Group, i: int) -> tuple[str, ...]:
    """What stands beside an unlisted code: nerves and ganglia by their vertebrae, else joints."""
    code = group.codes[i]
    near = code.sentence.text[max(0, code.start - 80) : code.start] + group.own(i)[:60]
    return _singles(near) or tuple(dict.fromkeys(s for m in find_levels(near) for s in m.segments))


def _levels_of(
    group: Group, units: Sequence[int | None], names: list[str]
) -> tuple[list[tuple[str, ...]], str]:
    bodies = all(n in _VERTEBRAL for n in names)
    sides = [_side_of_modifiers(c.modifiers) for c in group.codes]
    own = [_segments(group.own(i), bodies) for i in range(len(names))]
    if all(own) and (len(set(names)) == 1 or len(set(own)) > 1):
        return own, "levels<-code"
    sources = (
        ("bracket", lambda: [group.bracket]),
        ("group", lambda: [group.text]),
        ("before", lambda: group.before),
        ("after", lambda: group.after),
        ("label", lambda: group.labelled(_LEVEL_LABEL)),
        ("wish", lambda: group.wishes),
    )
    for source, texts in sources:
        for text in texts():
            if source in {"before", "after"} and _DISEASE.search(text) and not _PROCEDURE.search(text):
                continue  # where the trouble sits, not what is asked for
            shared = _segments(text, bodies)
            if shared:
                given = _share(names, shared, units, sides)
                return given, f"levels<-{source}"
    if names and all(n in _ROOTS for n in names):
        texts = (t for _, get in sources[:4] for t in get())
        roots = next((r for t in texts if _ROOT_WORDS.search(t) and (r := _singles(t))), ())
        if roots:
            return _share(names, roots, units, sides), "levels<-roots"
    return own, "levels<-none"


def _singles(text: str) -> tuple[str, ...]:
    """Vertebrae, nerves and ganglia named one by one."""
    found = find_levels(without_empty_options(text))
    return tuple(dict.fromkeys(v for m in found if m.kind == "single" for v in m.vertebrae))


def _side_words(text: str, code: str) -> str:
    """The text without unticked options and, for midline injections, without the side of the symptoms."""
    text = without_empty_options(text)
    return _SYMPTOM_SIDE.sub(" ", text) if code in _MIDLINE else text


def _side_of_modifiers(modifiers: Sequence[str]) -> str | None:
    if "50" in modifiers or {"RT", "LT"} <= set(modifiers):
        return "bilateral"
    if "RT" in modifiers:
        return "right"
    return "left" if "LT" in modifiers else None


def _stands_apart(group: Group, i: int) -> bool:
    """Whether a code has a row without a side beside rows with one; an add-on shares its primary's."""
    code, names = group.codes[i], {c.code for c in group.codes}
    if code.row is None or not code.row.firm or PRIMARY_OF.get(code.code) in names:
        return False
    others = [c.row for c in group.codes if c.row is not None and c.row.place != code.row.place]
    return any({"RT", "LT"} & set(row.modifiers) for row in others)


def _paramedian(group: Group) -> str | None:
    m = next((m for t in (group.text, *group.before[:1]) if (m := _PARAMEDIAN.search(t))), None)
    return None if m is None else "left" if m["side"].lower().startswith("l") else "right"


def side_of(group: Group, i: int) -> tuple[str, str]:
    """Side of a code, and where it was read."""
    code = group.codes[i]
    side = _side_of_modifiers(code.modifiers)
    if side is None and _BOTH_50.search(group.text):
        side = "bilateral"
    if side:
        return side, "side<-modifier"
    if _NO_SIDE.fullmatch(code.code):
        return "unknown", "side<-none"
    if code.code in _MIDLINE and (side := _paramedian(group)) is not None:
        return side, "side<-paramedian"
    pieces = (("code", group.own(i)), ("bracket", group.bracket), ("group", group.text))
    if own_row := _stands_apart(group, i):
        pieces = pieces[:1]
    for source, piece in pieces:
        side = laterality(_side_words(piece, code.code))
        if side != "unknown":
            return side, f"side<-{source}"
    for piece in group.labelled(_SIDE_LABEL):
        side = laterality(re.split(r"\b[A-Z]\w+ ?:", piece)[0])
        if side != "unknown":
            return side, "side<-label"
    if code.code in _MIDLINE or own_row:
        return "unknown", "side<-none"
    if any("50" in other.modifiers for other in group.codes):
        return "bilateral", "side<-modifier"
    for source, texts in (("after", group.after[:1]), ("before", group.before)):
        for piece in texts:
            side = laterality(piece)
            if side != "unknown":
                return side, f"side<-{source}"
    return "unknown", "side<-none"
