"""What a mention is worth: affirmed, denied, resolved, doubtful, or no statement about the patient now.

ConText's flags come with the mention; this module adds what a window of words cannot know: titles of
codes, return precautions, quoted denials, other people, headings and check boxes.
"""

from __future__ import annotations

import re
from typing import Literal

from extractors.note import Mention, Note

Status = Literal["affirmed", "negated", "resolved", "historical", "uncertain", "ignored"]

#: Sections that never speak of what the patient has.
SILENT_SECTIONS = frozenset({"instructions", "consent", "family_history", "denial", "complications"})

_NEGATION = re.compile(
    r"(?:\b(?:no|not|never|without|w/o|denies|denied|deny|denying|negative|neg|absent|absence|free of|nor|neither|none|nothing|lacks?|"
    r"lack of|doesn't|don't|didn't|isn't|hasn't|haven't|cannot|can't|wasn't|unremarkable for|ruled out|excludes?)\b|\(-\)|(?<![\w-])-(?=[a-z]))",
    re.IGNORECASE,
)
#: After these a "no" denies something else than the symptom.
_PSEUDO = re.compile(
    r"^\s*(?:significant |real |much |further |appreciable |lasting |durable |any |more |sustained |meaningful |noticeable |considerable )*"
    r"(?:changes?|relief|improv\w*|better|difference|benefit|help\w*|only|more than|worse\w*|doubt|question|just|response|respond\w*|"
    r"progress\w*|reduc\w*|resol\w*|decreas\w*|reliev\w*|eas\w+|touch\w*|improvement|effect\w*|made|longer (?:relie\w+|help\w+|control\w+)|"
    r"(?:been )?able to (?:tolerate|sit|stand|walk|work|sleep)|want\w*|wish\w*|surprising\w*|yet|sure|clear|certain|entirely|all|tolerat\w*|recall\w*|remember\w*)\b",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(r"^\s*(?:sure|clear|certain|asked|assessed|recorded|documented|mentioned|addressed)\b", re.IGNORECASE)
_TERMINATOR = re.compile(
    r"\b(?:but|except|however|although|though|reports?|complain\w*|states|stated|now|positive|pos|because|since|until|due to|"
    r"secondary to|yet|still|besides|aside from|apart from|other than|who|whose|presents?|endorses?|admits?|describes?|"
    r"when|while|during|after|given|which|developed|despite)\b|[?:;]|\+|(?:,|\band) (?:he |she |pt |patient |they )?(?:has|had|have|does have|is|was)\b|\[x\]",
    re.IGNORECASE,
)
_FOR = re.compile(r"\bfor\b", re.IGNORECASE)
_FOR_OK = re.compile(
    r"(?:negative|neg|unremarkable|evidence|signs?|suggestion|indication|history|complaints?|findings?|remarkable|noncontributory|screen)\s+for\b",
    re.IGNORECASE,
)
_POST_NEGATION = re.compile(
    r"^[\"')\]]?\s?(?:symptoms?|complaints?|features?|signs?|findings?|pain|component|pattern|distribution|or \w+|and \w+|/\w+| ){0,4}\s?"
    r"(?:[:=\-]\s?(?:no\b(?! change)|none|denie[ds]|neg\w*|absent|n\b|nil|not present|normal)|(?:is|are|was|were|has been|have been) (?:denied|absent|negative|none|not (?:present|noted|seen|reported|elicited|reproduced|demonstrated|appreciated|found|identified|a (?:feature|component|complaint)))|"
    r"\(-\)|(?:specifically )?denied\b|absent\b|negative\b|neg\b|not (?:present|noted|seen|reported|elicited|reproduced|demonstrated|found|appreciated)|ruled out|excluded|\? ?no\b|\? ?none\b|unlikely)",
    re.IGNORECASE,
)
_POST_RESOLVED = re.compile(
    r"^[^.;\n]{0,45}?\b(?:(?:has|have|had|is|are|was|were)? ?(?:now |since |also |completely |fully |entirely |largely |essentially |all |100% |totally )*"
    r"(?:resolved|gone\b(?! (?:down|into|to|from|up|through))|subsided|disappeared|went away|abated|eradicated|cleared|eliminated|abolished|cured)|no longer (?:present|bother\w*|an issue|a problem|there|has|have|complain\w*|experienc\w+|having|feels?|radiat\w+)|"
    r"(?:took|taken) (?:it|them) away|until (?:it|they) (?:resolved|went)|have not (?:recurred|returned)|has not (?:recurred|returned))",
    re.IGNORECASE,
)
_PRE_RESOLVED = re.compile(
    r"\b(?:no longer (?:has|have|having|any|feels?|experienc\w+|complain\w+|reports?|suffers?)?|resolved|resolution of (?:the |his |her )?|complete relief of (?:the |his |her )?|used to have|"
    r"(?:eliminat|eradicat|abolish|cur)ed (?:the |his |her )?(?:\w+ )?)(?: any| of| the| his| her| from| in| right| left| bilateral| lower| extremity| leg| L\d| S1){0,5}\s*$",
    re.IGNORECASE,
)
_PRE_HISTORICAL = re.compile(
    r"\b(?:(?:remote|prior|previous|past|old|distant|former|earlier) (?:history of |hx of |h/o |episodes? of |bouts? of |attacks? of )?|previously (?:had|experienced|treated for)|initially (?:he |she |did |had |experienced |some |there was )*|"
    r"\b(?:episodes?|bouts?|attacks?) of (?:[\w-]+ ){0,3}(?:in|\d)|used to (?:have|get)|at that time|back then|before (?:the |his |her )?(?:surgery|operation|fusion|injection|procedure|discectomy)(?: \w+){0,3})[^.;]{0,30}$",
    re.IGNORECASE,
)
_POST_HISTORICAL = re.compile(
    r"^[^.;\n]{0,40}?\b(?:at that time|back then|in the (?:remote |distant )?past|(?:\d+|several|many|two|three|four|five|ten) (?:years|yrs) ago,? (?:which|that|and|now)|before (?:the |his |her )?(?:surgery|operation|fusion|discectomy|laminectomy)|years ago, (?:resolved|none))\b",
    re.IGNORECASE,
)
_PRE_UNCERTAIN = re.compile(
    r"(?:\?\s?|\b(?:possible|possibly|probabl[ey]|suspect\w*|rule out|r/o|rule-out|question(?:able)?(?: of)?|questionably|may (?:have|be|represent|reflect|suggest)|might (?:have|be|represent)|could (?:have|be|represent|reflect)|"
    r"cannot (?:rule out|exclude)|can't (?:rule out|exclude)|not ruled out|concern(?:ing|ed)? (?:for|about)|vs\.?|versus|differential(?: diagnosis)?(?: includes?)?|ddx:?|"
    r"evaluate for|eval for|assess for|assess whether|look(?:ing)? for|exclude|to confirm|workup for|work-up for|unclear (?:if|whether)|wonder\w*|equivocal for|suggest\w* (?:a |of )?(?:possible|potential)|potential)\b)"
    r"(?: (?:a|an|the|any|early|mild|left|right|bilateral|lumbar|cervical|thoracic|lumbosacral|superimposed|underlying|developing|associated|some|chronic|acute|positional|new|L\d|S1|C\d|[lr]|active|for|of|with|vs|or|positional vs|facet\w*|mechanical|and)[ ,/]?){0,6}\s*$",
    re.IGNORECASE,
)
_POST_UNCERTAIN = re.compile(
    r"^[^.;\n]{0,50}?\b(?:(?:could|can|cannot|can't) ?(?:not )?be (?:ruled out|excluded)|is (?:possible|questionable|a possibility|suspected|in the differential)|not (?:been )?(?:ruled out|excluded)|was considered|should be (?:ruled out|considered|excluded)|vs\.?\b|versus\b|\?)",
    re.IGNORECASE,
)
_HEARSAY = re.compile(r"\b(?:by (?:his|her|patient) report|was told|been told|allegedly|reportedly|per (?:his|her) report)\b[^.]{0,60}$", re.IGNORECASE)

_TITLE = re.compile(
    r"(?:spondylosis|arthropathy|arthrosis|syndrome|disc (?:disorder|degeneration|displacement)s?|degeneration|stenosis|osteoarthritis|facet\w*|dorsopathy|M\d\d\.?\d*)[^.;\n]{0,60}?"
    r"\b(?:without|w/o|wo|no|w/out)\b[^.;\n]{0,14}(?:myelopathy|radiculopathy|neurogenic claudication)(?:\s*(?:or|and|/|,|nor)\s*(?:w/o )?(?:myelopathy|radiculopathy|radic\b))?|"
    r"\b(?:without|w/o|with or without|w/ or w/o|w/wo)\s+myelopathy\s*(?:or|and|/|,|nor)\s*radic\w*|with or without (?:\w+ ){0,2}radic\w*",
    re.IGNORECASE,
)
_PRECAUTION = re.compile(
    r"\b(?:call|return|return to|seek|go to|come in|come back|present to|report to|proceed to|to ed|to er|er for|ed for|er if|ed if|contact|notify|warned|warn|cautioned|told to|advised to (?:call|return|go)|instructed to (?:call|return|contact|go)|"
    r"sooner (?:for|if|with)|watch for|monitor for|precautions?|red flags?|if you|should (?:he|she|you|they|the patient|symptoms|any)|if (?:he|she|they|there|the patient|pt|any|new|symptoms|your|it|leg|sx)|in case of|in the event|until|"
    r"let us know|emergency|911)\b(?P<gap>[^.\n]{0,170})$",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"\b(?:risks?|complications?|side effects?|adverse (?:effects?|events?)|consent\w*|sequelae|could (?:have|get|worsen|develop)|can cause|may (?:cause|experience|develop|get|occur|notice|feel)|guarantee|expected? (?:after|following)|potential for|chance of|temporary|transient|temp)\b[^\n]{0,260}$",
    re.IGNORECASE,
)
_POLICY = re.compile(
    r"\b(?:guidelines?|polic(?:y|ies)|criteria|criterion|require[sd]?|must (?:be|have|not)|all of these|medically necessary (?:when|if|for)|considered (?:when|if|for|medically)|indicated (?:for|in|when|if)|contraindicat\w+|"
    r"covered|coverage|LCD|section [A-Z]\.?\d|code (?:is|on|for|says|describes)|the (?:code|title)|codes? (?:that )?(?:says?|reads?)|appropriate (?:for|when|if)|reserved for|patients (?:with|who)|members? (?:with|who)|evidence for|literature|studies (?:show|have)|natural history|"
    r"we asked (?:him|her)|screening (?:questions?|for)|consider\w* (?:if|when)|rather than|instead of)\b[^.\n]{0,110}$",
    re.IGNORECASE,
)
_THERE_IS = re.compile(r"\bwhat (?:your|the) records show\b", re.IGNORECASE)
_STIMULATION = re.compile(
    r"\b(?:\d(?:\.\d+)? ?(?:hz|v\b|volts?|ma\b)|stimulat\w+|motor test\w*|needle|cannula\w*|electrode|impedance|lesion\w*|contrast|epidurogram|aspirat\w+|inject(?:ed|ing)\b|paresthesias? (?:was|were) (?:encountered|elicited|noted)|stylet|probe|catheter|lead placement)",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"\b(?:mother|father|brother|sister|wife|husband|cousin|aunt|uncle|dad|mom|son|daughter|grand(?:mother|father|parents?)|spouse|nephew|niece|friend|neighbou?r|coworker|co-worker|mum|parents?|siblings?|twin)(?:'s)?\b(?P<gap>[^.;\n]{0,70})$",
    re.IGNORECASE,
)
_SPEAKS = re.compile(r"\b(?:says?|states?|reports?|notes?|noticed|notices|feels|thinks|thought|tells?|told|brought|accompan\w*|with him|with her|present|observ\w+|that he|that she|drives?|drove|confirms?)\b", re.IGNORECASE)
_UNCHECKED = re.compile(r"(?:\[ ?\]|\( ?\)|☐|□|_{2,})\s?(?:[\w&/+,'-]+ ){0,3}$")
_CHECKED = re.compile(r"(?:\[\s?[xX✓✔]\s?\]|\(\s?[xX✓✔]\s?\)|☒|☑|✓|✔)")
_YES_NO = re.compile(
    r"^[^.\n\[\(]{0,45}(?:(?P<yes>\[\s?[xX]\s?\]\s?(?:Y\b|Yes\b)|\(\s?[xX]\s?\)\s?(?:Y\b|Yes\b)|☒ ?Y|(?:Y|Yes)\s?\[\s?[xX]\s?\]|(?:Y|Yes)\s?\(\s?[xX]\s?\))|"
    r"(?P<no>(?:\[ ?\]\s?(?:Y|Yes)|\( ?\)\s?(?:Y|Yes))[\s/|,]{0,6}(?:\[\s?[xX]\s?\]|\(\s?[xX]\s?\))\s?(?:N|No)\b|\[\s?[xX]\s?\]\s?(?:N\b|No\b)|\(\s?[xX]\s?\)\s?(?:N\b|No\b)|☒ ?N|(?:Y|Yes)\s?(?:\[ ?\]|\( ?\))[\s/|,]{0,4}(?:N|No)\s?[\[(]\s?[xX]))",
    re.IGNORECASE,
)
_EMPTY_BOXES = re.compile(r"^[^.\n\[\(]{0,45}(?:\[ ?\]|\( ?\))\s?Y(?:es)?\b[\s/|,]{0,6}(?:\[ ?\]|\( ?\))\s?N", re.IGNORECASE)
_REVIEWER = re.compile(r"\b(?:records? (?:show|indicate|reflect|document|suggest)|does not meet|not (?:demonstrated|documented|medically necessary)|(?:reviewer|denial|plan|insurer|carrier|letter|notice|cover sheet)[^.\n\"]{0,40}(?:said|says|states?|stated|reads?|quoted|claim\w*|cit\w+)|denied because|indicates?)\b", re.IGNORECASE)
_APPEAL = re.compile(r"\b(?:appeal|reconsider\w*|overturn\w*|your denial|denial of|denial dated|denied)\b", re.IGNORECASE)


def is_appeal(note: Note) -> bool:
    """Whether the note answers a denial, so that what it quotes is the other side's claim."""
    return note.once("radicular.appeal", lambda n: bool(_APPEAL.search(n.text)))


def _quoted_by_others(mention: Mention, note: Note) -> bool:
    """Whether the mention stands inside a quotation of a reviewer or of a denial letter."""
    text = mention.sentence.text
    open_at = text.rfind('"', 0, mention.start)
    if text.count('"', 0, mention.start) % 2 == 0 or open_at < 0:
        # A quotation may span sentences: look at the paragraph's start.
        span = mention.span
        paragraph = note.text.rfind("\n\n", 0, span.start)
        before = note.text[max(paragraph, span.start - 900, 0) : span.start].replace("“", '"').replace("”", '"')
        if before.count('"') % 2 == 0:
            return False
        inside = before[before.rfind('"') :] + text[mention.start : mention.end + 80]
        lead = before[: before.rfind('"')][-90:]
    else:
        close = text.find('"', mention.end)
        inside = text[open_at : close if close > 0 else len(text)]
        lead = text[max(0, open_at - 90) : open_at]
        if not lead.strip() and mention.sentence.index:
            lead = note.sentences[mention.sentence.index - 1].text[-90:]
    return bool(_REVIEWER.search(inside) or _REVIEWER.search(lead)) and (is_appeal(note) or bool(_REVIEWER.search(lead)))


def _ignored(mention: Mention, note: Note) -> str | None:
    text, section = mention.sentence.text, mention.sentence.section
    if section.category in SILENT_SECTIONS:
        return f"section:{section.category}"
    for m in _TITLE.finditer(text):
        if m.start() <= mention.start < m.end() or mention.start <= m.start() < mention.end:
            return "code_title"
    before = text[: mention.start]
    m2 = _PRECAUTION.search(before)
    if m2 and not re.search(r"\b(?:but|currently|today|already)\b", m2.group("gap")):
        return "precaution"
    if mention.has("hypothetical"):
        return "hypothetical"
    if _CONSENT.search(before):
        return "consent"
    if _POLICY.search(before) and not re.search(r"\b(?:he|she|patient|pt|who (?:now )?has|has)\b", before[-60:], re.IGNORECASE):
        return "policy"
    m3 = _RELATIVE.search(before[mention.clause[0] :])
    if m3 and not _SPEAKS.search(m3.group("gap")) and not re.search(r"\b(?:he|she|patient|pt)\b", m3.group("gap"), re.IGNORECASE):
        return "relative"
    if section.category in ("procedure", "anesthesia", "other") and _STIMULATION.search(text):
        return "procedure"
    if _STIMULATION.search(text) and mention.label in ("sensory", "motor", "radiates", "limb_pain", "motor_exam", "sensory_exam"):
        if re.search(r"\b(?:hz|volts?|needle|cannula|electrode|impedance|contrast|stylet|motor stimulation|sensory stimulation)\b", text, re.IGNORECASE):
            return "procedure"
    if _quoted_by_others(mention, note):
        return "quoted"
    if _EMPTY_BOXES.match(text[mention.end :]):
        return "box:empty"
    tail = before[-45:]
    if _UNCHECKED.search(tail) and not _CHECKED.search(tail[_UNCHECKED.search(tail).start() :]):  # type: ignore[union-attr]
        return "box:empty"
    return None


def _negation(text: str, clause_start: int, start: int) -> tuple[str | None, str]:
    """``negated`` or ``pseudo`` by a cue before ``start``, and the cue."""
    window = text[max(clause_start, start - 190) : start]
    cues = list(_NEGATION.finditer(window))
    for cue in reversed(cues):
        between = window[cue.end() :]
        if _UNKNOWN.match(between):
            return None, ""
        if _PSEUDO.match(between):
            return "pseudo", cue.group().lower()
        stop = _TERMINATOR.search(between)
        if stop:
            return None, ""
        clear = _FOR_OK.sub("", window[cue.start() :])
        if not cue.group().lower().startswith(("neg", "unremark")) and _FOR.search(clear):
            return None, ""
        return "negated", cue.group().lower()
    return None, ""


def status_of(mention: Mention, note: Note) -> tuple[Status, str]:
    """Status of a mention, with the reason as a short machine-readable step."""
    why = _ignored(mention, note)
    if why:
        return "ignored", why
    text = mention.sentence.text
    a, b = mention.clause
    after = text[mention.end : b]
    boxes = _YES_NO.match(text[mention.end : mention.end + 90])
    if boxes:
        return ("affirmed", "box:yes") if boxes.group("yes") else ("negated", "box:no")
    pre_clause = text[a : mention.start]
    negated, cue = _negation(text, a, mention.start)
    if re.search(r"\b(?:cannot|can't|could not|not) (?:be )?(?:rule[d]? out|exclude\w*)\s+(?:\w+ ){0,3}$", pre_clause, re.IGNORECASE):
        return "uncertain", "cannot_exclude"
    if _PRE_RESOLVED.search(pre_clause) or (not negated and _POST_RESOLVED.match(text[mention.end : mention.end + 130])):
        return "resolved", "resolved"
    if negated == "negated":
        return "negated", f"negated<-{cue}"
    if _POST_UNCERTAIN.match(after):
        return "uncertain", "post_uncertain"
    if _POST_NEGATION.match(text[mention.end : mention.end + 80]):
        return "negated", "post_negation"
    if negated is None and mention.has("negated") and _same_clause(mention, "NEGATED_EXISTENCE"):
        return "negated", "negated<-context"
    if _PRE_UNCERTAIN.search(pre_clause[-110:]):
        return "uncertain", "pre_uncertain"
    if mention.has("uncertain") and _same_clause(mention, "POSSIBLE_EXISTENCE"):
        return "uncertain", "uncertain<-context"
    if mention.has("family"):
        return "ignored", "relative<-context"
    if _PRE_HISTORICAL.search(pre_clause[-90:]) or _POST_HISTORICAL.match(text[mention.end : mention.end + 90]):
        return "historical", "historical"
    return "affirmed", "affirmed"


def _same_clause(mention: Mention, category: str) -> bool:
    """Whether a cue of the category acts on the mention from inside its own clause, with no break between."""
    a, b = mention.clause
    sentence = mention.sentence
    low, high = sentence.span(a, b).start, sentence.span(a, b).end
    for cue in mention.cues:
        if cue.category == category and low <= cue.start and cue.end <= high:
            if cue.end <= mention.span.start:
                between = sentence.text[a : mention.start][-(mention.span.start - cue.end) :]
                if _TERMINATOR.search(between) or _PSEUDO.match(between) or _FOR.search(between):
                    continue
            return True
    return False
