"""Where the pain is: axial, limb, both, or not stated."""

from __future__ import annotations

import re

from extractors.facts import Span
from extractors.note import Mention, Note, Sentence
from extractors.therapies.choices import answered_no

_TOLD_IN = {
    "header", "chief_complaint", "history", "indication", "assessment", "other", "denial", "treatment_history",
    "preoperative_diagnosis", "postoperative_diagnosis", "procedure", "past_medical", "plan", "subjective",
}  # fmt: skip
#: Axial pain is believed wherever it stands but here.
_NOT_AXIAL_IN = {
    "family_history",
    "consent",
    "instructions",
    "complications",
    "past_surgical",
    "medications",
    "allergies",
    "technique",
}
#: A limb complaint named there is a warning or a risk, not a complaint.
_AXIAL_ONLY_IN = {"plan", "review_of_systems"}
_NEGATED = re.compile(
    r"\b(?:bout|episode|spell|attack) of|\brecall\b[^.;]{0,30}|\b(?:no|not|denies|denied|without|never|nor|neither|negative|absent|isn't|doesn't|does not|nothing|non-?radiating|resolved|no longer|rule out|r/o|free of|stops?|worsening|"
    r"if|rather than|quits?|prior|previous|(?<!with )(?<!with a )(?<!has a )(?<!month )(?<!year )(?<!week )(?<!long )history of(?! (?:chronic|persistent|back|neck|low))|h/o|had an?|initially|records (?:indicate|show)|question of|whether|possible|suggest\w*|at no time)\b[^.;\n]{0,50}$",
    re.IGNORECASE,
)
_NO = re.compile(
    r"\b(?:no|denies|denied|without|negative for|never had|free of)\s(?:\w+\s){0,2}$", re.IGNORECASE
)
_DENIED_LIST = re.compile(
    r"^\W*(?:(?:the )?(?:patient|pt|he|she|mr|mrs|ms)\b[^.;]{0,20})?(?:\w+ ){0,2}(?:denies|denied|negative for|no (?:fever|chills|chest|headache|cough|nausea))\b",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"^[^.;\n]{0,40}\b(?:denied|resolved|absent|none|negative|is gone|was gone|gone\b|still gone|went away|relieved|long since|has since|stops? there|no longer|free|eradicated|at that time|took it away|completely|has improved significantly|subsided|cleared)\b",
    re.IGNORECASE,
)
_WARNING = re.compile(
    r"\b(?:call|ER|ED|emergency|return (?:if|for)|sooner|risks?|educated?|warn\w*|told to|instruct\w*|come in|seek|report any|watch for|complications?|should (?:he|she)|develops?)\b",
    re.IGNORECASE,
)
_OTHER_CAUSE = re.compile(
    r"\b(?:knees?|hips?|ankle|shoulders?|carpal|ulnar|neuropathy|diabetic|stocking|plantar|elbow|cramps|edema|swelling|vascular|claudication|motor testing|muscle testing)\b",
    re.IGNORECASE,
)
_OTHER_DISEASE = re.compile(
    r"\b(?:neuropathy|stocking|claudication|carpal|ulnar|muscle testing|cramps|swelling)\b", re.IGNORECASE
)
_WEAK = re.compile(
    r"\b(?:on occasion|now and then|from time to time|every so often|once in a while|when severe|very infrequent(?:ly)?|occasional(?:ly)?|intermittent(?:ly)?|occ|mild|rare(?:ly)?|sometimes|at times|minimal|some|slight)\b[^.;\n]{0,60}$",
    re.IGNORECASE,
)
_THIGH_ONLY = re.compile(
    r"\bthighs?\b(?![^.;]{0,40}\b(?:cal(?:f|ves)|leg|foot|shin|ankle|toes?)\b)", re.IGNORECASE
)
_UPPER_ARM_ONLY = re.compile(
    r"\b(?:upper arms?|deltoid|arm)\b[^.;]{0,30}\b(?:stops|not (?:past|below|beyond)|above the elbow)\b",
    re.IGNORECASE,
)
_BACK_AHEAD = re.compile(r"\b(?:back|neck|spine|LBP)\b[^.;\n]{0,40}$", re.IGNORECASE)
_BACK_IN = re.compile(r"\b(?:back|neck|LBP|lumbar|axial)\b", re.IGNORECASE)
_LIMB_IN = re.compile(
    r"\b(?:in|down|into|of|to) (?:the |her |his |both )?(?:left |right )?(?:legs?|cal(?:f|ves)|foot|feet|arms?|forearms?|hands?)\b",
    re.IGNORECASE,
)
_LIMB = r"(?:legs?|arms?|limbs?|lower extremity|upper extremity)"
_AXIS = r"(?:low(?:er)? )?(?:back|neck)"
_MORE_LIMB = re.compile(
    rf"\b{_LIMB}(?: pain| symptoms?)?[^.;\n]{{0,24}}(?:\b(?:worse|greater|more(?: \w+)?) than\b|\boutweighs?\b|>)\s?(?:the |his |her |my )?{_AXIS}\b"
    rf"|\b(?:[6-9]\d|100) ?(?:%|percent) (?:of|in)[^.;\n]{{0,40}}\b{_LIMB}\b|(?:\(x\)|\[x\]) ?{_LIMB}\b|\b(?:arm|leg)s?(?: pain)? is (?:much |far |by far |definitely )?(?:worse|the worst|the main|the bigger|the whole|the (?:real )?problem|most of it)\b|\b{_LIMB}[- ](?:predominant|dominant)|\b(?:mostly|mainly|predominantly|primarily) (?:in )?(?:the |his |her )?(?:left |right )?{_LIMB}\b",
    re.IGNORECASE,
)
_RELIEF = re.compile(
    r"\b(?:reliev\w+|relief|better|improv\w+|reduc\w+|less|decreas\w+|gone|helped)\b", re.IGNORECASE
)
_EQUAL = re.compile(
    rf"\b{_AXIS}(?: pain)? and (?:the |his |her |left |right )*{_LIMB}(?: pain)?s? (?:are |is |hurt |pain )?(?:about |roughly |equally |just )*(?:equal(?:ly)?|the same|alike|as bad|50[/ -]50)\b"
    rf"|\bequal(?:ly)? (?:in |between )?(?:the )?{_AXIS} and (?:the )?{_LIMB}\b|\b{_AXIS} ?= ?{_LIMB}\b|\b50 ?% (?:in )?(?:the )?{_AXIS}\b",
    re.IGNORECASE,
)
_TICK_BOX = re.compile(r"[\[(] ?[xX✓✔]? ?[\])]")
_TICKED_AHEAD = re.compile(
    rf"[\[(] ?[xX✓✔] ?[\])] ?(?:(?:left|right|low|lower|l|r|both) )*(?:(?P<axis>axial|{_AXIS})|(?P<limb>{_LIMB}))\b",
    re.IGNORECASE,
)
_TICKED_BEHIND = re.compile(
    rf"\b(?:(?P<axis>axial|{_AXIS})|(?P<limb>{_LIMB}))(?: pain)?:? ?[\[(] ?[xX✓✔] ?[\])]", re.IGNORECASE
)
_MORE_AXIAL = re.compile(
    rf"\b(?:{_AXIS}|LBP)(?: pain| symptoms?)?[^.;\n]{{0,20}}(?:\b(?:worse|greater|more(?: \w+)?) than\b|\boutweighs?\b|>)\s?(?:the |his |her |my )?(?:left |right )?{_LIMB}\b"
    rf"|(?:\(x\)|\[x\]) ?(?:back|neck)\b|\b(?:back|neck|axial)[- ](?:predominant|dominant)|\b(?:back|neck) only\b|\bconfined to the (?:low(?:er)? )?(?:back|neck)\b|\b(?:all|only) in (?:the|his|her) (?:back|neck)\b|\b(?:predominantly|mainly|mostly|primarily|purely|strictly|entirely|exclusively) (?:in )?(?:the |his |her )?(?:axial|{_AXIS})\b",
    re.IGNORECASE,
)


def asserted(m: Mention) -> bool:
    """Whether the note says that the patient has it now."""
    if m.has("family"):
        return False
    text = m.sentence.text
    a, _ = m.clause
    before = text[max(a, m.start - 60) : m.start]
    if m.label == "axial":
        # A denial reaches back pain along a list of a review of systems, not across a sentence of the history.
        listed = m.has("negated") and (
            m.sentence.section.category == "review_of_systems" or bool(_DENIED_LIST.match(text))
        )
        return not (listed or _NO.search(before))
    if m.has("negated") or m.has("hypothetical") or m.has("historical"):
        return False
    return not (_NEGATED.search(before) or _GONE.match(text[m.end :]) or _NO.search(text[: m.start][-24:]))


_NOT_WITHIN = re.compile(r"\b(?:not|never|without|no|nor)\b", re.I)
#: What a record or a reviewer says, or what an operation was for, is not the complaint of today.
_SAID_OF_RECORD = re.compile(
    r"\b(?:records? (?:show|say)\w*|reason (?:given|for denial)|your reviewer|copied from|carried forward|\d\d?/(?:19|20)\d\d note|(?:19|20)\d\d note|symptoms documented|before (?:her|his|the|that) (?:operation|surgery|fusion)|(?:ESI|injection|epidural|TFESI)\b[^.;]{0,24} for)\b",
    re.I,
)
_ASKED = re.compile(r"^\W*(?:any|do you|have you|is there|are there|does)\b", re.I)


def _limb_weight(m: Mention) -> int:
    """2 for pain in a limb below the thigh, 1 for weak evidence (occasional, thigh only), 0 for none."""
    text = m.sentence.text
    if (
        _NOT_WITHIN.search(m.text)
        or _SAID_OF_RECORD.search(text)
        or (text.endswith("?") and _ASKED.match(text))
    ):
        return 0
    if not asserted(m) or _WARNING.search(text[max(0, m.start - 90) : m.start]):
        return 0
    if _OTHER_CAUSE.search(text[max(0, m.start - 60) : m.start]) or _OTHER_DISEASE.search(
        text[m.start : m.end + 40]
    ):
        return 0
    if _WEAK.search(text[max(0, m.start - 40) : m.end]) or _THIGH_ONLY.search(m.text):
        return 1
    if _UPPER_ARM_ONLY.search(text[m.start :]):
        return 1
    return 2


_DENIED = re.compile(
    r"\bno (?:pain|radiation|symptoms)[^.;]{0,30}\b(?:in|into|down) (?:either|the|both|his|her) (?P<c>arm|leg)s?\b|"
    r"\b(?:no|not have|denies|denied|without|never had|free of) (?:any )?(?:(?:left|right|new|further|current|recurrent) )?(?P<a>leg|arm)s?(?: pain| symptoms?| sx| complaints?| component)?\b"
    r"|\bnothing (?:\w+ )?(?:in|into|down) (?:the |either |his |her |both )?(?P<b>leg|arm)s?\b|\b(?:does|do) ?n[o']t (?:leave|travel|radiate|spread)\b|\bstays? (?:put )?in the (?:low(?:er)? )?(?:back|neck)\b"
    r"|\bnothing travels\b|\bnon-?radiating\b|\b(?:only|just) in the (?:low(?:er)? )?(?:back|neck)\b",
    re.I,
)
#: What was, or what another says of it.
_ONCE = re.compile(
    r"\b(?:19|20)\d\d\b|\b(?:was|were|had|went|woke|took care|never returned|has been quiet|ever since|used to|before (?:the|his|her)|after (?:the|his|her)|you say|intake|questionnaire|records?|insurer|reviewer|twice|once|previous\w*|prior|resolved|gone|cured|did have|settled)\b",
    re.I,
)


def _still_told(told: list[Sentence], limb: list[Sentence]) -> list[Sentence]:
    """Limb pain that stands beside a denial of it: what is told of earlier days, or as another's word, falls."""
    if not limb:
        return limb
    denied = [m for s in told if (m := _DENIED.search(s.text))]
    if not denied:
        return limb
    named = {(m["a"] or m["b"] or m["c"] or "").lower() for m in denied}
    out = []
    for s in limb:
        of_arm = re.search(r"\b(?:arm|hand|finger|forearm|elbow|thumb)s?\b", s.text, re.I)
        of_leg = re.search(
            r"\b(?:legs?|calf|calves|foot|feet|sciatica\w*|thighs?|shin|lower extremit\w+)\b", s.text, re.I
        )
        covered = "" in named or ("arm" in named and of_arm) or ("leg" in named and of_leg and not of_arm)
        if not (covered and (_ONCE.search(s.text) or _DENIED.search(s.text))):
            out.append(s)
    return out


def _more(pattern: re.Pattern[str], text: str) -> bool:
    """Whether a comparison stands in the text; a share of relief is none."""
    return any(
        not ("%" in m[0] or "percent" in m[0])
        or not _RELIEF.search(text[max(0, m.start() - 40) : m.end() + 30])
        for m in pattern.finditer(text)
    )


def _both_ticked(text: str) -> bool:
    """Whether a form's line has back and limb ticked, the boxes before or behind the words."""
    first = _TICK_BOX.search(text)
    if first is None:
        return False
    ahead = not re.search(r"\b(?:back|neck|axial|legs?|arms?)\W{0,3}$", text[: first.start()], re.IGNORECASE)
    kinds = {str(m.lastgroup)[:4] for m in (_TICKED_AHEAD if ahead else _TICKED_BEHIND).finditer(text)}
    return kinds == {"axis", "limb"}


def _collect(note: Note) -> tuple[list[Sentence], list[Sentence], list[Sentence]]:
    """Sentences that assert axial pain, limb pain, and weakly limb pain."""
    axial: list[Sentence] = []
    limb: list[Sentence] = []
    weak: list[Sentence] = []
    for m in note.mentions("pain"):
        section = m.sentence.section.category
        if m.label == "axial" and section not in _NOT_AXIAL_IN and asserted(m):
            axial.append(m.sentence)
            # one phrase that names both: "pain in the left leg and low back"
            if _LIMB_IN.search(m.text) and section in _TOLD_IN - _AXIAL_ONLY_IN and _limb_weight(m) == 2:
                limb.append(m.sentence)
        elif m.label in ("limb", "radiates") and section in _TOLD_IN - _AXIAL_ONLY_IN:
            weight = 0 if answered_no(note, m.span.start) else _limb_weight(m)
            if weight == 2:
                limb.append(m.sentence)
            elif weight == 1:
                weak.append(m.sentence)
            if weight and (_BACK_AHEAD.search(m.sentence.text[: m.start][-45:]) or _BACK_IN.search(m.text)):
                axial.append(m.sentence)
    return axial, limb, weak


def pattern_of(note: Note) -> tuple[str, tuple[Span, ...], str]:
    """The pattern, the places that carry it, and how it was found.

    A stated comparison decides; else axial and limb pain are taken as asserted. Limb pain that is only occasional,
    or stops in the thigh, does not outweigh axial pain.
    """
    axial, limb, weak = _collect(note)

    def out(pattern: str, sentences: list[Sentence], how: str) -> tuple[str, tuple[Span, ...], str]:
        return pattern, tuple(dict.fromkeys(s.whole for s in sentences[:2])), f"pattern<-{how}"

    told = [s for s in note.sentences if s.section.category in _TOLD_IN]
    equal = [s for s in told if _EQUAL.search(s.text) or _both_ticked(s.text)]
    if equal:
        return out("both", equal, "equal")
    more_limb = [s for s in told if _more(_MORE_LIMB, s.text)]
    more_axial = [s for s in told if _more(_MORE_AXIAL, s.text)]
    if more_limb and not more_axial:
        return out("limb", more_limb, "comparison")
    stated, limb = limb, _still_told(told, limb)
    if stated and not limb and not axial and not weak:
        return out("axial", stated, "limb_denied")
    if more_axial and not limb:
        return out("axial", more_axial, "comparison")
    if axial and limb:
        return out("both", [axial[0], limb[0]], "axial_and_limb")
    if axial:
        return out("axial", axial, "axial")
    if limb or weak:
        return out("limb", limb or weak, "limb")
    return "not_stated", (), ""


def limb_told(note: Note) -> bool:
    """Whether any limb pain is asserted, however weakly."""
    return any(m.label in ("limb", "radiates") and _limb_weight(m) for m in note.mentions("pain"))
