"""What a mention is worth: affirmed, denied, resolved, doubtful, or no statement about the patient now.

ConText's flags come with the mention; this module adds what a window of words cannot know: titles of
codes, return precautions, quoted denials, other people, headings and check boxes. The cues themselves
are data (``cues.yaml``).
"""

from __future__ import annotations

import re
from typing import Literal

from extractors.note import Mention, Note
from extractors.radicular.course import course_of, returned
from extractors.radicular.cues import cue
from extractors.radicular.forms import cell_answer, circled, marks, picked, unpicked

Status = Literal["affirmed", "negated", "resolved", "historical", "uncertain", "ignored"]

#: Sections that never speak of what the patient has.
SILENT_SECTIONS = frozenset({"instructions", "consent", "family_history", "denial", "complications"})

#: How far, in characters, cues are looked for: those that govern a whole statement, and the others.
_FAR, _NEAR = 420, 160

_FOR = re.compile(r"\bfor\b", re.IGNORECASE)
_STILL = re.compile(r"\b(?:but|currently|today|already)\b", re.IGNORECASE)
_PATIENT = re.compile(
    r"\b(?:he|she|his|her|patient|pt|who (?:now )?has|\d+[- ]?(?:year|yr|y/?o|[mf]\b))\b", re.IGNORECASE
)
_DOUBT_MARK = re.compile(
    r"(?:^|[\s,;(])\?\s?(?:(?:[LCS]\d|left|right|[LR]|early|lumbar|cervical)[ /-]?){0,3}$", re.IGNORECASE
)
_DEVICE = re.compile(
    r"\b(?:hz|volts?|needle|cannula|electrode|impedance|contrast|stylet|motor stimulation|sensory stimulation)\b",
    re.IGNORECASE,
)
_BODILY = frozenset({"sensory", "motor", "radiates", "limb_pain", "motor_exam", "sensory_exam", "dermatome"})
_NOT_GONE = re.compile(
    r"\b(?:not|never|n't)(?: (?:yet|fully|completely|entirely|been))* (?:resolved|gone|subsided|disappeared|cleared|settled|abated|went)\b",
    re.IGNORECASE,
)
#: "gone on the right and much less on the left": one side is left over.
_ONE_SIDE = re.compile(
    r"^[^.;]{0,12}\bon (?:the |his |her )?(?:left|right)\b[^.;]{0,12}\b(?:and|but|while|with|though)\b[^.;]{0,30}"
    r"\b(?:less|better|still|persist\w*|remain\w*|improv\w*|some|mild\w*|reduced|not|present)\b[^.;]{0,16}\b(?:left|right)\b",
    re.IGNORECASE,
)
#: A relief of hours or days is that of a block, and no end of the complaint.
_FOR_DAYS = re.compile(
    r"^[^.;\n]{0,40}\b(?:for|lasting|x) ?(?:about |only |just |some |roughly |nearly |almost )?(?:\d+|an?|one|two|three|four|five|six|ten|several|few)(?: or \w+)? ?(?:hours?|hrs?|days?|d)\b",
    re.IGNORECASE,
)
_LITTLE_IF_ANY = re.compile(r"\b(?:little|minimal|few),? if any\b[^.;]{0,40}$", re.IGNORECASE)
_OWN_NOUN = re.compile(
    r",[^,]{0,20}\b(?:pulses?|reflex\w*|jerks?|clonus|hoffmann?\w*|babinski\w*|edema|swelling|tenderness|fevers?)\b[^,]{0,12}$",
    re.IGNORECASE,
)
_AT_FIRST = re.compile(
    r"^[^.;,]{0,12}\b(?:at first|initially|for a (?:while|time|bit|spell)|briefly|temporarily)\b",
    re.IGNORECASE,
)
#: Words that deny a finding of their own test, and no list behind a comma ("SLR negative left, pain ...").
_RESULT_WORDS = frozenset({"negative", "neg", "absent", "unremarkable"})


def is_appeal(note: Note) -> bool:
    """Whether the note answers a denial, so that what it quotes is the other side's claim."""
    return note.once("radicular.appeal", lambda n: bool(cue("appeal").search(n.text)))


def _quoted_by_others(mention: Mention, note: Note) -> bool:
    """Whether the mention stands inside a quotation of a reviewer or of a denial letter."""
    text = mention.sentence.text
    open_at = text.rfind('"', 0, mention.start)
    if text.count('"', 0, mention.start) % 2 == 0 or open_at < 0:
        # A quotation may span sentences: look at the paragraph's start.
        span = mention.span
        paragraph = note.text.rfind("\n\n", 0, span.start)
        before = note.text[max(paragraph, span.start - 900, 0) : span.start]
        before = before.replace("“", '"').replace("”", '"')
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
    by_lead = bool(cue("reviewer").search(lead))
    return by_lead or (bool(cue("reviewer").search(inside)) and is_appeal(note))


def _ignored(mention: Mention, note: Note) -> str | None:
    """Why the mention says nothing about the patient now, or None."""
    text, section = mention.sentence.text, mention.sentence.section
    if section.category in SILENT_SECTIONS:
        return f"section:{section.category}"
    if "goal" in section.title and "\n" not in note.text[section.body : mention.span.start].strip():
        return "section:goals"
    for m in cue("code_title").finditer(text):
        if m.start() <= mention.start < m.end() or mention.start <= m.start() < mention.end:
            return "code_title"
    return _other_matter(mention) or _other_speaker(mention, note) or _open_box(mention, note)


def _other_matter(mention: Mention) -> str | None:
    """Whether the words before the mention make it a warning, a risk, a rule, or a step of a procedure."""
    text, section = mention.sentence.text, mention.sentence.section
    before = text[max(0, mention.start - _FAR) : mention.start]
    near = text[max(0, mention.start - _NEAR) : mention.end + _NEAR]
    warned = cue("precaution").search(before)
    if warned and not _STILL.search(warned.group("gap")):
        return "precaution"
    if mention.has("hypothetical") and not _LITTLE_IF_ANY.search(before):
        return "hypothetical"
    if mention.label in ("named", "limb_pain", "sensory") and cue("taught").match(text[mention.end :]):
        return "taught"
    if cue("mistaken").match(text[mention.end :]):
        return "mistaken"
    if cue("form_matter").match(text[mention.end :]):
        return "form_matter"
    if cue("during_procedure").match(text[mention.end :]):
        return "procedure"
    if mention.label in ("sensory", "motor") and cue("wears_off").search(near):
        if cue("anaesthetic").search(near) and not cue("relief").search(near):
            return "anaesthetic"
    if cue("consent").search(before):
        return "consent"
    rule = cue("policy").search(before)
    if rule and not _PATIENT.search(rule.group("gap")):
        return "policy"
    if cue("stimulation").search(text):
        if section.category in ("procedure", "anesthesia", "other"):
            return "procedure"
        if _DEVICE.search(text) and (mention.label in _BODILY or "stimulat" in text.lower()):
            return "procedure"
    return None


def _other_speaker(mention: Mention, note: Note) -> str | None:
    """Whether the mention is about a relative, or quotes the other side."""
    if cue("claimed").search(mention.sentence.text[max(0, mention.start - _NEAR) : mention.start]):
        return "claimed"
    if is_appeal(note) and cue("heading_only").match(mention.sentence.text):
        return "heading"  # the point that the appeal answers
    before = mention.sentence.text[mention.clause[0] : mention.start]
    other = cue("relative").search(before)
    if other and not cue("speaks").search(other.group("gap")):
        if not re.search(r"\b(?:he|she|his|her|patient|pt)\b", other.group("gap"), re.IGNORECASE):
            return "relative"
    return "quoted" if _quoted_by_others(mention, note) else None


def _answered(answer: str) -> bool:
    return bool(circled(answer) or cue("asked").match(answer) or cue("yes_no").match(answer))


def _open_box(mention: Mention, note: Note) -> str | None:
    """Whether the mention is an unticked box or an unanswered question of a form."""
    if unpicked(mention.sentence.text, mention.start):
        return "box:unpicked"
    before = mention.sentence.text[: mention.start]
    answer = answer_after(mention, note)
    if cue("empty_boxes").match(answer) or cue("unanswered").match(answer):
        return "box:empty"
    asked = mention.sentence.text.rstrip()
    if asked.endswith("?") and cue("interview").search(asked[-240:]) and not _answered(answer[:90]):
        return "question"
    tail = before[-45:]
    box = cue("unchecked").search(tail)
    if box and not cue("checked").search(tail[box.start() :]):
        return "box:empty"
    return None


def answer_after(mention: Mention, note: Note) -> str:
    """The text after a mention; where a question mark or colon ends its sentence, with the answer that follows."""
    text = mention.sentence.text
    answer = picked(text)[mention.end : mention.end + 400]
    following = mention.sentence.index + 1
    ends = len(text) - mention.end < 400 and text.rstrip().endswith(("?", ":", "..."))
    if ends and following < len(note.sentences):
        answer += " " + picked(note.sentences[following].text)[:160]
    return marks(re.sub(r"\s+", " ", answer))


def _negation(text: str, clause_start: int, start: int, finite: bool = False) -> tuple[str | None, str]:
    """``negated`` or ``pseudo`` by the cue nearest before ``start``, and that cue's words."""
    window = text[max(clause_start, start - 190) : start]
    found = list(cue("negation").finditer(window))
    if not found:
        return None, ""
    last = found[-1]
    word = last.group().lower()
    between = window[last.end() :]
    if cue("unknown").match(between):
        return None, ""
    if cue("pseudo_negation").match(between):
        return "pseudo", word
    if cue("terminator").search(between):
        return None, ""
    if word in _RESULT_WORDS and "," in between and not re.match(r"\s*for\b|:", between):
        return None, ""  # "SLR negative left, pain down the right leg"
    if finite and "," in between:
        return None, ""  # "No weakness, pain radiates to the calf"
    clear = cue("for_allowed").sub("", window[last.start() :])
    if word not in _RESULT_WORDS and _FOR.search(clear):
        return None, ""  # "no injections for the leg pain"
    return "negated", word


def _ticked(answer: str) -> tuple[Status, str] | None:
    """What a form answers: a circled word, a ticked box, a word behind a question."""
    circle = circled(answer)
    if circle:
        return ("affirmed", "box:yes") if circle == "yes" else ("negated", "box:no")
    boxes = cue("yes_no").match(answer) or cue("asked").match(answer) or cue("form_answer").match(answer)
    if boxes is None:
        return None
    return ("affirmed", "box:yes") if boxes.groupdict().get("yes") else ("negated", "box:no")


def _in_cell(mention: Mention) -> tuple[Status, str] | None:
    """What the next cell of a table answers."""
    answer = cell_answer(mention.sentence.text, mention.end)
    if answer is None:
        return None
    return {
        "yes": ("affirmed", "cell:yes"),
        "no": ("negated", "cell:no"),
        "empty": ("ignored", "cell:empty"),
    }[answer]  # type: ignore[return-value]


def _resolved_before(mention: Mention, note: Note, before: str) -> bool:
    """Whether the words before say that it resolved ("resolved the leg pain"), for good."""
    good = cue("for_good").match(mention.sentence.text[mention.end :])
    if good and cue("ended_by").search(before):
        behind = mention.sentence.text[mention.end + good.end() :]
        brief = _AT_FIRST.match(behind) or cue("for_a_while").match(behind)
        return not brief and not returned(mention, note)
    lead = cue("pre_resolved").search(before)
    if lead is None or lead.group().lower().startswith("took"):
        return False
    brief = cue("for_a_while").match(mention.sentence.text[mention.end :])
    if _FOR_DAYS.match(mention.sentence.text[mention.end :]):
        return False
    return not (brief and returned(mention, note))


def _gone(mention: Mention, note: Note) -> bool:
    """Whether the words right behind say that it has gone, and none that it has not, or came back."""
    gone = cue("post_resolved").match(mention.sentence.text[mention.end : mention.end + 130])
    if gone and _AT_FIRST.match(mention.sentence.text[mention.end + gone.end() :]):
        return False  # "gone at first"
    if gone and _ONE_SIDE.match(mention.sentence.text[mention.end + gone.end() :]):
        return False
    return gone is not None and not _NOT_GONE.search(gone.group()) and not returned(mention, note)


def _lead_in(mention: Mention, note: Note) -> str:
    """The text before a mention, with the end of the sentence before it (which "? L4 radic" splits off)."""
    before = mention.sentence.text[: mention.start]
    if mention.start < 20 and mention.sentence.index:
        return note.sentences[mention.sentence.index - 1].text[-12:] + " " + before
    return before


def status_of(mention: Mention, note: Note) -> tuple[Status, str]:
    """Status of a mention, with the reason as a short machine-readable step.

    The order matters: statements about nobody or about other times first, then check boxes, doubt that
    looks like denial ("cannot rule out"), resolution, denial, doubt, other people, the past.
    """
    why = _ignored(mention, note)
    if why:
        return "ignored", why
    text = mention.sentence.text
    a, b = mention.clause
    after = text[mention.end : b]
    answer = answer_after(mention, note)
    ticked = _ticked(answer[:90]) or _in_cell(mention)
    if ticked:
        return ticked
    before = text[max(a, mention.start - _FAR) : mention.start]
    finite = mention.label == "radiates" and bool(cue("finite_verb").match(mention.text))
    finite = finite and not re.search(r"\b(?:that|which|to) $", before)
    negated, word = _negation(text, a, mention.start, finite)
    if cue("cannot_exclude").search(before) or cue("not_convinced").search(before):
        return "uncertain", "cannot_exclude"
    if _resolved_before(mention, note, before) or (not negated and _gone(mention, note)):
        return "resolved", "resolved"
    if negated == "negated":
        return "negated", f"negated<-{word}"
    doubted = re.match(r"[^.;,\n]{0,14}\?", after) and not cue("question").match(text)
    if doubted or cue("post_uncertain").match(after):
        return "uncertain", "post_uncertain"
    if cue("post_negation").match(answer[:80]):
        return "negated", "post_negation"
    if (
        negated is None
        and not finite
        and mention.has("negated")
        and _same_clause(mention, "NEGATED_EXISTENCE")
    ):
        return "negated", "negated<-context"
    if cue("pre_uncertain").search(before[-110:]) or _DOUBT_MARK.search(_lead_in(mention, note)):
        return "uncertain", "pre_uncertain"
    if mention.has("uncertain") and _same_clause(mention, "POSSIBLE_EXISTENCE"):
        return "uncertain", "uncertain<-context"
    if mention.has("family") and not cue("speaks").search(before):
        return "ignored", "relative<-context"
    if _treated_then(mention):
        return "historical", "past_treatment"
    return _in_time(mention, note, before)


def _in_time(mention: Mention, note: Note, before: str) -> tuple[Status, str]:
    """Whether an affirmed mention is told as ended, as past, or as of now."""
    course = course_of(mention, note)
    if course == "ended":
        return "resolved", "ended"
    past = cue("post_historical").match(mention.sentence.text[mention.end : mention.end + 90])
    if past or cue("pre_historical").search(before[-90:]):
        return "historical", "historical"
    return "affirmed", "past_dated" if course == "dated" else "affirmed"


def _treated_then(mention: Mention) -> bool:
    """Whether the mention is what an operation or injection of the past was done for."""
    text, section = mention.sentence.text, mention.sentence.section
    if section.category in ("preoperative_diagnosis", "postoperative_diagnosis", "indication", "plan"):
        return False
    a, b = mention.clause
    before = text[max(a, mention.start - _NEAR) : mention.start]
    after = text[mention.end : min(b, mention.end + _NEAR)]
    if cue("to_come").search(before) or cue("to_come").search(after):
        return False
    if cue("past_injection").search(before):
        return bool(cue("it_helped").match(after))
    then = cue("then").search(before) or cue("it_helped").match(after)
    return bool(cue("past_operation").search(before) and (then or section.category == "past_surgical"))


def _same_clause(mention: Mention, category: str) -> bool:
    """Whether a cue of that category stands in the mention's own clause, with no break between the two."""
    a, b = mention.clause
    sentence = mention.sentence
    clause = sentence.span(a, b)
    for c in mention.cues:
        if c.category != category or c.start < clause.start or c.end > clause.end:
            continue
        if c.start >= mention.span.end:
            between = sentence.text[mention.end : b][: c.start - mention.span.end]
            if _OWN_NOUN.search(between):
                continue  # "leg pain from PAD, pulses absent"
        if c.end <= mention.span.start:
            between = sentence.text[a : mention.start][-(mention.span.start - c.end) :]
            if (
                cue("terminator").search(between)
                or cue("pseudo_negation").match(between)
                or _FOR.search(between)
            ):
                continue
        return True
    return False
