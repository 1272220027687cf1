"""Names that are no event of this patient: denied, hypothetical, a relative's, a policy's, an empty box."""

from __future__ import annotations

import re

from extractors.blocks.cues import cue
from extractors.blocks.naming import Named, is_list_item
from extractors.blocks.refused import refused
from extractors.blocks.window import Status, Window
from extractors.note import Note
from extractors.quantities import find_dates
from extractors.surgeries.answers import answer, unanswered

_RELATIVE = re.compile(
    r"\b(?:mother|father|brother|sister|son|daughter|aunt|uncle|cousin|grand\w+|wife|husband|mom|dad|parents?|friend|neighbou?r|coworker|spouse)(?:'s)?\b[^.;]{0,50}$",
    re.I,
)
_SELF = re.compile(r"\b(?:she|he|patient|pt|her|his|we|i)\b", re.I)
_POLITE = re.compile(
    r"\b(?:grateful|appreciate(?: it)?|thankful|obliged|glad|wonder(?:ing)?|ask(?:ing)?|kind) if\b|\bif (?:yes|so|any|applicable|positive answer)\b[^.;:\n]{0,30}:|\bif (?:you|they|the (?:plan|committee|reviewer|insurer)) (?:would|could|will|can)\b",
    re.I,
)
#: A clinic that is called after what it does.
_PLACE = re.compile(
    r"\s(?:and \w+ )?(?:clinics?|cent(?:er|re)s?|suite|service|institute|program(?:me)?|department|dept|team|specialists?|consent form|policy|guidelines?|worksheet|form)\b(?!\s(?:did|gave|performed))",
    re.I,
)
#: A payer's denial ("Service denied: ...", "denied as not medically necessary") is no denial of the event.
_PAYER_DENIAL = re.compile(
    r"\b(?:services?|claims?|requests?|procedures?|codes?|treatments?|lines?|items?|coverage|authori[sz]ation|auth|PA|case|reason|letter|was|were|been|is|are|being|payer|plan|insur\w+|carrier|reviewer|they|you|we|after|of|upheld|initially|previously|wrongly|recently) (?:\w+ )?deni(?:ed|al|es)\b|\bdenied (?:as|on|by|for|because|service|claim|request|procedure|code|line)\b|\bdenial\b",
    re.I,
)
_APPROVAL = re.compile(
    r"\b(?:if|once|when|should|pending|assuming|provided|as soon as|subject to|contingent (?:up)?on)\s(?:(?:the|his|her|their|your|our|that|patient's|health|this|these|it|is|we|have|get|obtain)\s){0,3}"
    r"(?:insur\w+|carrier|payers?|plan|medicare|medicaid|reviewer|authori[sz]\w+|auth|approv\w+|coverage|covered|clearance|cleared|consents?|patient (?:agrees|is (?:willing|agreeable))|s?he (?:agrees|is (?:willing|agreeable)))\b",
    re.I,
)
#: A question mark with two boxes or words behind it; a bare box of a form.
_ASKS = re.compile(
    r"^(?:[^?\n(]|\([^)?\n]*\)){0,60}\?[^\n]{0,40}\b(?:Y|N|yes|no)\b|^[^\[(\n.;]{0,45}[\[(] ?[xXoO]? ?[\])] ?(?:Y|N|yes|no)\b",
    re.I,
)
_EMPTY_PAIR = re.compile(r"[\[(]\s*[\])]\s?(?:Y|yes)\b[^\n\[(]{0,12}[\[(]\s*[\])]\s?(?:N|no)\b", re.I)
#: What a friend had.
_OTHERS = re.compile(
    r"\b(?:friend|neighbou?r|coworker|co-worker|workmate|boss|roommate|buddy|lady|guy|man|woman)s?(?:'s)?(?: (?:at|from|in|who|of) (?:\w+ ){1,3}?| )(?:also |once |just )?(?:had|has had|got|gets|underwent|did|swears by|recommends?)\b[^.;]{0,30}$",
    re.I,
)
_OUTCOME = re.compile(r"\b(?:relief|positive|success\w*|help\w*|work\w*|%|percent|improve\w*)\b|%", re.I)
_EMG = re.compile(r"\b(?:EMG|NCS|NCV|needle exam\w*|electrodiagnos\w+|fibrillations?)\b")
_BOX = re.compile(
    r"(?:\[ ?(?P<x>[xX✓✔])? ?\]|\( ?(?P<y>[xX])? ?\)|(?P<on>[☑☒])|(?P<off>[☐□]))\s*(?:\w+\s){0,2}$"
)
_TRIED = re.compile(r"\b(?:tried|previous|prior|past|history|to date|failed|completed|had)\b", re.I)
_HAD = re.compile(
    r"\b(?:had|s/p|underwent|received|failed|gave|status post)\b|\b(?:did|performed)(?: (?:an?|the|two|three|left|right|bilateral|lumbar|cervical|thoracic|repeat|diagnostic)){0,3}\s*$",
    re.I,
)
_EFFECT = re.compile(
    r"\b(?:relief|benefit|improv\w*|help\w*|response|respond|effect|success\w*|change|difference|pain)\b",
    re.I,
)


#: "The blocks were negative": their result.
_RESULT = re.compile(
    r"\W{0,3}(?:was |were |is |are |both |all )*(?:negative|non-?diagnostic|inconclusive|equivocal)\b", re.I
)
_ORDERED = re.compile(
    r"\b(?:offer(?:ed|s)?|schedule|book|arrange|repeat|order|plan|list|request|set up|will (?:do|perform|repeat|arrange)|proceed (?:with|to)|pencil(?:led)? in)\b",
    re.I,
)
#: "Offer the block if he wants it": the patient's consent is a plan's condition, not its effect.
_WILLING = re.compile(
    r"\bif (?:she|he|they|you|the patient|patient|pt|the member)(?:'s| is| are| would| should)? ?(?:still )?(?:wants?|wish(?:es)?|likes?|agree(?:s|able)?|willing|interested|keen|elects?|chooses?|desires?|consents?|decides?|up for)\b",
    re.I,
)


def excluded(w: Window) -> Status | None:
    """The status of a name that is no event, or that its own words decline; None where nothing speaks against it."""
    named, s, z = w.named, w.sentence, w.named.zone
    if _PLACE.match(s.text[z.end :]) and not (w.is_code or find_dates(named.text)):
        return Status(None, "place")
    if w.category == "family_history" or _of_relative(w.all_before):
        return Status(None, "family")
    if _OTHERS.search(w.all_before[-90:]):
        return Status(None, "someone_else")
    box = _BOX.search(s.text[: z.left])
    if box is not None and not w.is_code:
        if not (box["x"] or box["y"] or box["on"]):
            return Status(None, "unchecked")
        tried = _TRIED.search(s.section.title + " " + s.text[: z.left])
        return Status("past" if tried else "planned", "checked")
    if named.mention.text.lower().startswith("denerv") and _EMG.search(s.text):
        return Status(None, "electrodiagnosis")
    asks = cue("criteria").search(s.text) is not None or _lead_asks(named, w.note)
    if asks and not w.is_code and not find_dates(named.text):
        return Status(None, "criteria")
    if (answer := refused(w)) is not None:
        return answer
    if not w.is_code and (told := _form_answer(w)) is not None:
        return told
    return Status(None, "denied") if _denied(named, w.before, w.after + w.answer) else None


def conditional(w: Window) -> Status | None:
    """A condition or an idea ("if both help, consider RFA"): no event; None where it is neither."""
    wished = re.search(
        r"\b(?:that|it|this) (?:would|could|might|may)\b", w.sentence.text[w.named.zone.end :], re.I
    )
    if _APPROVAL.search(w.before) and not _OUTCOME.search(w.before) and wished is None:
        return Status("planned", "approval")
    if cue("hypothetical").search(_APPROVAL.sub(" ", _POLITE.sub(" ", w.all_before))) and not _HAD.search(
        w.before[-40:]
    ):
        return Status(None, "hypothetical")
    if re.match(r"\s*(?:prn|p\.r\.n|as needed|if needed|when needed)\b", w.after, re.I):
        return Status(None, "as_needed")
    after = w.after
    if _ORDERED.search(w.all_before[-60:]):
        after = _WILLING.sub(" ", after)
    behind = re.search(r"^[^.;]{0,60}\b(?:(?<!and )if|(?:may|could) be (?:considered|repeated))\b", after)
    return Status(None, "hypothetical") if behind and not find_dates(w.after) else None


def _form_answer(w: Window) -> Status | None:
    """The answer ticked behind a form's question ("Prior RFA same level?  [ ] Yes  [x] No")."""
    end = w.sentence.span(w.named.zone.start, w.named.zone.end).end
    line = w.note.text[end : end + 110].split("\n", 1)[0]
    if not _ASKS.search(line):
        return None
    found = answer(w.note, end)
    if _EMPTY_PAIR.search(line):
        return Status(None, "unanswered")
    if found is None:
        return Status(None, "unanswered") if unanswered(w.note, end) else None
    return Status("past", "ticked") if found[0] else Status(None, "denied")


def _of_relative(before: str) -> bool:
    """Whether the words before a name make a relative, not the patient, its subject."""
    m = _RELATIVE.search(before)
    return (
        m is not None
        and _SELF.search(m.group()) is None
        and re.search(r"\b(?:had|has|have|got|underwent|received|w/|with|s/p|did)\b|\"", m.group(), re.I)
        is not None
    )


def _lead_asks(named: Named, note: Note) -> bool:
    """Whether a list item stands under a line such as "All of these must be true:"."""
    if not is_list_item(named.sentence):
        return False
    for s in reversed(list(note.around(named.sentence, 8, 0))[:-1]):
        if s.text.rstrip().endswith(":"):
            return cue("criteria_lead").search(s.text) is not None
    return False


def _denied(named: Named, before: str, after: str) -> bool:
    if cue("not_done_after").search(after):
        return True
    if cue("never").search(before[-90:] + named.mention.text):
        return True
    if not named.mention.has("negated"):
        return False
    s = named.sentence
    for c in named.mention.cues:
        if c.category != "NEGATED_EXISTENCE":
            continue
        at = _fold_at(named, c.start)
        words = s.text[at : at + 60]
        if ";" in s.text[at : named.mention.start]:
            continue  # an item of a list further up
        if re.match(r"\W{0,3}deni", words, re.I) and _PAYER_DENIAL.search(s.text[max(0, at - 30) : at + 30]):
            continue
        if cue("effect_negated").match(words) or cue("effect_negated").search(
            s.text[max(0, at - 4) : at + 60]
        ):
            continue
        if at > named.mention.end - 1 and _RESULT.match(words):
            continue
        if at > named.mention.end and _EFFECT.search(s.text[named.mention.end : at + 50]):
            continue
        return True
    return False


def _fold_at(named: Named, offset: int) -> int:
    """Place of a note offset in the sentence's folded text (close enough: white space only shrinks)."""
    s = named.sentence
    low, high = 0, len(s.text)
    while low < high:
        mid = (low + high) // 2
        if s.span(mid, mid + 1).start < offset:
            low = mid + 1
        else:
            high = mid
    return low
