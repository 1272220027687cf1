"""How long the complaint has lasted: from its onset to the note.

Every stretch of time and every date of a sentence is a candidate. The nearest word to its left that can govern it
decides: one of the pain or its beginning makes it the complaint's, one of a therapy, of relief, of a flare, of work or
another disease makes it another's.
"""

from __future__ import annotations

import datetime as dt
import re

from extractors.facts import Span
from extractors.note import Note, Sentence
from extractors.pain.dates import onset_dates
from extractors.pain.short_forms import short_form
from extractors.quantities import find_dates, find_durations
from extractors.therapies.choices import choice_cells, line_around

#: Where a note does not tell of the complaint's history.
NOT_TOLD_IN = {
    "family_history", "consent", "complications", "instructions", "imaging", "examination", "vitals",
    "medications", "allergies", "past_surgical", "social_history", "review_of_systems", "technique",
}  # fmt: skip
_TIME = re.compile(
    r"\b(?:years?|yrs?|y|months?|mos?|mths?|weeks?|wks?|days?|decades?|since|ago|onset|DOI|(?:19|20)\d\d|jan\w*|feb\w*|mar(?:ch)?|apr\w*|may|june?|july?|aug\w*|sept?\w*|oct\w*|nov\w*|dec\w*)\b|D/I|\d ?(?:yrs?|mos?|wks?|y|w|m)\b|\d/(?:7|12|52)\b|\d/\d",
    re.IGNORECASE,
)
_OWN = (
    r"pains?|painful|LBP|CLBP|sciatica|symptoms?|sx|sxs|aches?|aching|hurt(?:s|ing)?|complain\w*|c/o|discomfort|stiff(?:ness)?|radiculopathy|backaches?|lumbago|cervicalgia|tingling|radic|radicular|sore(?:ness)?|spasms?"
    r"|present|ongoing|going on|goes back|dates back|duration|onset|began|begun|start(?:ed|s|ing)?|develop\w*|first noticed|noticed|history of|hx of|suffer\w*|bothered|troubled|dealing with|injur(?:y|ed)|accident|MV[AC]|DOI|D/I|date of injury|fell|collision|rear-ended|crash|came on|complaint|problem|this problem|trouble(?! (?:starting|passing|urinat|sleep|walk|swallow|breath|with (?:bladder|bowel|sleep)))"
)
_OTHER = (
    r"relief|reliev\w+|help(?:s|ed|ing)?|better(?! part)|vision|blurred|dizz\w+|consciousness|improv\w+|benefit\w*|smok\w*|married|divorced|PT|therap\w+|physio\w*|chiro\w*|acupunct\w*|massage|HEP|exercis\w*|stretch\w*|rehab\w*|MRI|CT|EMG|x-?rays?|films|log|diary|held|surger(?:y|ies)|fusion|ACDF|laminectom\w+|discectom\w+|surgical|operat\w+"
    r"|inject\w*|blocks?|MBBs?|RFA|RF|ESIs?|TFESI|epidurals?|ablat\w*|medications?|meds|opioids?|narcotics?|takes|taking|took|tak(?:en)|mg|bid|tid|qid|qhs|daily|prn|nightly|tried|trial|treated|treatments?|conservative|care|follow\w*|seen|saw|visits?|sessions?|stopped|last visit|retired|diabet\w*|hypertension|HTN|off work|out of work|light duty|pregnan\w*|hospital\w*|discharged|driver|job|work(?:s|ed|ing)?|employed|lives|resident|immigrated|quit|diagnosed"
    r"|worse\w*|increas\w*|flar\w*|exacerbat\w*|escalat\w*|steady|progress\w*|wore|wear\w*|brace|collar|ibuprofen|naproxen|meloxicam|gabapentin|lyrica|pregabalin|tramadol|norco|percocet|cymbalta|duloxetine|tylenol|acetaminophen|NSAIDs?|baclofen|flexeril|robaxin|policy|requires?|must|guideline|every|each|sober|fever|asthma|cancer|weakness|numb(?:ness)?|stroke|return(?:s|ed)? to"
)
#: Care named ahead in the clause: the figure behind it is its own, or its effect's.
_CARE = re.compile(
    r"\b(?:PT(?! (?:c/o|is|has|states|reports|presents|with|w/|here))|physical therap\w+|physio\w*|chiro\w*|acupunct\w*|massages?|HEP|home exercis\w*|brace|collar|TENS|blocks?|MBBs?|RFA|ESIs?|TFESI|epidurals?|inject\w*|ablat\w*|\d ?mg|bid|tid|qhs|ibuprofen|naproxen|meloxicam|mobic|celebrex|gabapentin|lyrica|pregabalin|tramadol|norco|percocet|oxycodone|hydrocodone|cymbalta|duloxetine|tylenol|acetaminophen|NSAIDs?|baclofen|flexeril|robaxin|tizanidine|zanaflex|medrol|prednisone|\w+(?:triptyline|gabalin|profen|oxicam|benzaprine|carbamol|zanidine|codone|codamol|oxetine)|home program(?:me)?|exercis\w+|surgery|fusion|laminectomy|discectomy)\b",
    re.I,
)
_GOVERNOR = re.compile(rf"\b(?:(?P<own>{_OWN})|(?P<other>{_OTHER}))(?!\w)", re.IGNORECASE)
_NOT_ONSET_AFTER = re.compile(
    r"^\s?(?:(?:and |, )?(?:then |has since |since )?(?:resolved|subsided|went away|cleared|disappeared)\b|(?:of )?(?:supervised |formal |outpatient |aquatic |home )?(?:PT|physical therapy|physio\w*|chiro\w*|HEP|acupuncture|massage|injections?|NSAIDs?)\b|of (?:relief|PT|physical|therapy|chiro\w*|treatment|conservative|care|NSAIDs?|rest|benefit|improvement|home|supervised|formal|smoking)|(?:of )?(?:good |great |total )?relief|later|after (?:the |his |her |an? |my )?(?:surgery|operation|RFA|injection|block|ESI|procedure|PT|fusion|ablation|first|second|MBB|TFESI)|post|s/p|status post|(?:ago )?(?:he|she) (?:had|underwent)|follow-?up|apart|old\b|each time|at a time|supply|from now|prior to admission|trial)\b",
    re.IGNORECASE,
)
#: What stands behind the figure: "3 yr hx of", "-month history", "of low back pain", "years' standing".
_HISTORY_OF = re.compile(
    r"^[\s'-]{0,3}(?:\+ ?)?(?:h/o|hx|history|hist|standing|duration|now\b|of (?:it|this|such)\b|altogether|in all|total)",
    re.IGNORECASE,
)
_OF_PAIN = re.compile(
    r"^'?[\s-]{1,2}(?:(?:of|with|worth of) )?(?:(?!relief|PT|physical|therapy|after|before|without|no|less|and|ago)[\w/.>-]+ ){0,5}?(?:pains?|LBP|backache|ache|aching|sciatica|symptoms?|trouble|stiffness|radiculopathy|discomfort)\b",
    re.IGNORECASE,
)
_ON = re.compile(r"^ on\b,?", re.IGNORECASE)
_ONSET_AFTER = re.compile(
    r"^[^.;\n]{0,14}\b(?:ago|back|after|following|before)\b,? (?:[\w'-]+ ){0,6}(?:developed|began|started|noticed|injured|onset|fall|fell|injury|accident|lifting|lifted|landed|transferred|tripped|slipped|bent|hit|jumped|reached|turned|pulled|pushed|shovel\w*|picked|strain|had (?:the )?onset|MVA|MVC|without|while|when|woke|transfer|collision|crash|slip|twist\w*|felt)\b",
    re.IGNORECASE,
)
_VERB_AHEAD = re.compile(
    r"\b(?:start\w*|began|begun|onset|develop\w*|occurr\w*|came on|noticed|injured|hurt|fell|happened|appeared|accident|injury|MV[AC])\b[^.;]{0,60}$",
    re.I,
)
#: An accident told ahead of "ago": the pain's, where it is told to last since then.
_MISHAP = re.compile(
    r"\b(?:tripped|slipped|hit|bumped|struck|landed|bent|twisted|lifted|rear-?ended|crash\w*|collision|tackled|thrown|missed)\b[^.;]{0,60}$",
    re.I,
)
_SINCE_THEN = re.compile(
    r"^\W*(?:since then|ever since|since that|from (?:then|that day))\b[^.]{0,60}\b(?:pain\w*|ach\w+|hurt\w*|sore)|^[^.]{0,50}\b(?:pain\w*|ach\w+|hurt\w*)\b[^.]{0,50}\b(?:since|ever since)\b\W*$",
    re.I,
)
_RELATIVE = re.compile(
    r"\b(?:mother|father|mom|dad|wife|husband|brother|sister|son|daughter|spouse)(?:'s)?\b[^.;,]{0,40}$", re.I
)
_ASKS_ONSET = re.compile(
    r"\b(?:when did (?:it|this|the|your)|how long (?:have|has|ago)|(?:date of )?onset|duration|length of (?:time|symptoms)|since when)\b[^?\n\d]{0,60}[?:.]?\s*$|"
    r"\b(?:start(?:ed)?|began)\b[^?:\n\d]{0,30}[?:]\s*$",
    re.IGNORECASE,
)
_PLACE_AHEAD = re.compile(
    r"\b(?:back|neck|legs?|arms?|buttocks?),?(?: for| x)? $|"
    r"\b(?:her|his|my|low|lower|upper|mid|[RL]|left|right|sided)[ -](?:low(?:er)? |upper )?(?:back|neck)\b(?! (?:to|at|from|on|in) (?:work|school|baseline))[^.;]{0,60}$|\b(?:neck|back)/(?:upper |low(?:er)? )?(?:back|neck|shoulder)\b[^.;]{0,40}$",
    re.I,
)
_N_HISTORY_OF_PAIN = re.compile(
    r"^[\s'-]{0,3}(?:h/o|hx|history) of (?:[\w-]+ ){0,5}?(?:pains?|LBP|ache|aching|sciatica|stiffness|symptoms|radiculopathy)\b",
    re.I,
)
_RULE = re.compile(
    r"\b(?:polic\w+|criteri\w+|requir\w+|must|guideline|needed|minimum|\[|\(x\)|conservative)", re.I
)
#: The history line of a radiologist's report.
_CLINICAL = re.compile(
    r"^\W*(?:clin(?:ical)?\.? ?(?:hx|history|info\w*|indication|data)|hx|history|indication|reason)\b", re.I
)

#: How soon it came back, or how long a spell was.
_RECURRED = re.compile(
    r"\b(?:came back|come back|return\w*|recur\w*|wore off)\b[^.;]{0,20}\b(?:inside of|within|in|after)\s*(?:about |only )?$",
    re.I,
)
_QUESTION = re.compile(
    r"\b(?:when did|start(?:ed)?|began|begin|onset)\b[^?:\n]{0,40}[?:]\W{0,12}(?:about |around |in |on )?$",
    re.I,
)
_A_RATE = re.compile(r"\s?(?:a|per|each|/)\s?(?:week|month|day|wk|mo)\b", re.I)
_COMPLAINT = re.compile(
    r"\b(?:pains?|LBP|aches?|aching|sore|tight(?:ness)?|knots?|stiff(?:ness)?|backs?|neck|leg|arm|trap(?:ezius)?|buttocks?|sciatica|spasms?|headaches?)\b|\d ?/ ?10",
    re.I,
)
_TELLS_FIRST = {"chief_complaint", "history", "header", "other", "indication", "subjective"}


#: "Chronic (>5 years)".
_SIGN_IN_BRACKET = re.compile(r"[(\[] ?[<>~≥≤]=? ?$")


def _weeks(days: float) -> float:
    return round(days / 7, 2)


def _clause(text: str, start: int) -> str:
    """The words ahead of ``start`` in its clause, at most 130 characters."""
    ahead = _SIGN_IN_BRACKET.sub("(", text[max(0, start - 130) : start])
    if ahead.endswith(("(", "[")):
        ahead = ahead[:-1]  # "pain since January (15 wks)": what stands before the bracket governs
    return re.split(r"[.;](?=\s)|\bbut\b|\b(?:and|then) (?:he|she|they)\b|[(\[]", ahead)[-1]


def governor(left: str) -> str | None:
    """Whether the nearest governing word ahead is of the complaint ("own"), of something else ("other"), or none."""
    if _CARE.search(left):
        return "other"
    last = None
    for m in _GOVERNOR.finditer(left):
        last = m
    return last.lastgroup if last else None


def _question_ahead(note: Note, sentence: Sentence, start: int) -> bool:
    """Whether a form asks for the onset ahead on the line, or in the sentence before."""
    begin = max(
        note.text.rfind("\n", max(0, sentence.start - 140), sentence.start) + 1, sentence.start - 140, 0
    )
    ahead = note.text[begin : sentence.start] + sentence.text[:start]
    if _ASKS_ONSET.search(ahead[-90:]) and len(ahead) < 130:
        return True
    return (
        sentence.index > 0
        and start <= 12
        and _ASKS_ONSET.search(note.sentences[sentence.index - 1].text) is not None
    )


def _pain_since(note: Note, sentence: Sentence, end: int) -> bool:
    """Whether the words behind, or the next sentence, tell a pain that lasts since then."""
    if _SINCE_THEN.search(sentence.text[end:].lstrip(" ,;")):
        return True
    following = sentence.index + 1
    return following < len(note.sentences) and bool(_SINCE_THEN.search(note.sentences[following].text))


def _rank(note: Note, sentence: Sentence, start: int, end: int, kind: str, to_now: bool) -> int | None:
    """How surely a stretch of time is the complaint's: 0 is best, None means that it is not."""
    text = sentence.text
    left, right = _clause(text, start), text[end : end + 70]
    if (
        _A_RATE.match(right)
        or _NOT_ONSET_AFTER.match(right)
        or _RELATIVE.search(left)
        or _RECURRED.search(left)
    ):
        return None
    if _N_HISTORY_OF_PAIN.match(right):
        return 0
    by = governor(left) or ("own" if _PLACE_AHEAD.search(left) else None)
    if kind == "ago":
        if (_VERB_AHEAD.search(left) and by != "other") or (
            _ONSET_AFTER.match(text[end - 5 : end + 70]) and by != "other"
        ):
            return 2
        if by != "other" and (_MISHAP.search(left) or _pain_since(note, sentence, end)):
            return 2 if _pain_since(note, sentence, end) else 4
        return 2 if _question_ahead(note, sentence, start) else (3 if by == "own" else None)
    near_other = re.search(rf"\b(?:{_OTHER})\b[^,.;]{{0,8}}$", left, re.I) is not None
    if (
        _HISTORY_OF.match(right)
        and not near_other
        and by != "other"
        and (by == "own" or start <= 20 or re.search(r"\b(?:pain|LBP|back|neck)\b", right, re.I))
    ):
        return 0
    if (
        _OF_PAIN.match(right)
        and not near_other
        and not re.search(r"\b(?:without|minimal|no)\b[^.;]{0,12}$", left[-24:], re.I)
    ):
        return 0
    if _question_ahead(note, sentence, start):
        return 1
    if kind == "after":
        after = _ONSET_AFTER.match(text[end - 1 : end + 70])
        return 3 if after and (by == "own" or start <= 2) else None
    if by == "own":
        return 1
    if start <= 14 and _ON.match(right):
        return 2
    if by == "other":
        opened = re.match(r"^\W*(?:going on|present|ongoing|started|began)\b", left, re.I)
        return 3 if opened and re.match(r"\s?(?:[.,;]|$)", right) else None
    if re.match(
        r"^(?:it|this) (?:has|had) (?:now )?been\b|\b(?:has|have|had) (?:had )?(?:this|it|these)\b[^.;]{0,15}$|^\W*(?:(?:she|he|they|i|pt|patient) )?(?:has|have|had) (?:had )?(?:this|it)\b",
        left.lstrip(),
        re.I,
    ):
        return 1
    if to_now and re.search(rf"\b(?:{_OWN})\b", text, re.I):
        return 3
    before = note.sentences[sentence.index - 1].text if sentence.index else ""
    return _by_place(sentence, start, end, before)


def _by_place(sentence: Sentence, start: int, end: int, before: str) -> int | None:
    """The rank of a length that no verb governs, by where it stands."""
    text = sentence.text
    if sentence.index >= 20 or sentence.section.category not in _TELLS_FIRST:
        return None
    if _lone(text, start, end):
        return 4
    if start <= 3 and re.match(r"\W*$", text[end:]) and _COMPLAINT.search(before):
        return 4  # "Neck ache 6/10 today. 11 yrs."
    return 5 if start <= 3 and sentence.index < 14 and re.match(r"\s?(?:,|$|\.)", text[end:]) else None


def _lone(text: str, start: int, end: int) -> bool:
    """Whether a length stands alone behind the complaint ("7/10 standing, ~3 yrs.", "Tight trap, 5 mo, since ...")."""
    near = text[max(0, start - 60) : end + 12]
    set_off = re.search(r"(?:[,;:.\"]|\bx|\bfor|\d/10)\s?~?$", text[:start])
    closed = re.match(r"\s?(?:[.,;)]|$|since\b)", text[end:])
    return bool(
        set_off
        and closed
        and _COMPLAINT.search(near)
        and not re.search(rf"\b(?:{_OTHER})\b", near, re.I)
        and not _CARE.search(near)
    )


def _from_form(note: Note, sentence: Sentence) -> float | None:
    """Weeks that a form's line gives behind its question ("Duration of symptoms [x] >6 mo  specify: 26 months")."""
    start, line = line_around(note, sentence.start)
    cells = choice_cells(note, start, line) if len(line) < 400 else None
    if not cells or not re.search(
        r"\b(?:duration|how long|onset|length of (?:symptoms|time))\b", cells[0], re.I
    ):
        return None
    exact = [d for c in cells[1:] for d in find_durations(c) if d.comparator in ("=", "~")]
    return _weeks(exact[-1].value_days) if exact else None


def _from_question(note: Note, sentence: Sentence, as_of: dt.date) -> float | None:
    """Weeks since the date that answers "when did it start?"."""
    for d in find_dates(sentence.text, as_of=as_of):
        at = sentence.start + d.start
        asked = d.start <= 14 and _QUESTION.search(note.text[max(0, at - 120) : at])
        if asked and d.value is not None and d.value < as_of and d.precision != "year":
            return _weeks((as_of - d.value).days)
    return None


def _from_length(note: Note, sentence: Sentence) -> tuple[int, float] | None:
    """(rank, weeks) of the best stated length of the complaint in a sentence."""
    text = sentence.text
    best: tuple[int, float] | None = None
    for d in find_durations(text):
        kind = d.kind
        if d.unit in ("hour", "minute", "second") or kind in ("rate", "window"):
            continue
        if kind == "age":  # "5 y LBP" is no age, nor is a bare "11 yrs." behind the complaint
            bare = d.start <= 3 and re.match(r"\W*$", text[d.end :])
            if not bare and (
                not re.match(r"\s?(?:of |h/o |hx )?(?:\w+ ){0,2}(?:LBP|pain)\b", text[d.end :], re.I)
                or d.value_days > 365 * 30
            ):
                continue
            kind = "span"
        if kind == "until" and _HISTORY_OF.match(text[d.end : d.end + 20]):
            kind = "span"  # "the back: ten-year history"
        if kind == "until":  # "the back for eight years" is no "back in eight weeks"
            if not re.search(
                r"(?:\b(?:pain|ache|hurt\w*|leg|arm|LBP|c/o)\b|>)[^.;]{0,40}\b(?:back|neck|leg)\b,?(?: for| x)?(?: about| close to| nearly| almost| over| roughly| some| the past| the last)? $",
                text[max(0, d.start - 70) : d.start],
                re.I,
            ):
                continue
            kind = "span"
        if (
            kind == "after"
            and (text[d.start] in "xX" or re.search(r"(?:\bx|\bfor|,) ?$", text[: d.start], re.I))
            and not _NOT_ONSET_AFTER.match(text[d.end :])
        ):
            kind = "span"
        rank = _rank(note, sentence, d.start, d.end, kind, d.to_now)
        if rank is None:
            continue
        if (
            kind != "ago"
            and d.comparator not in ("=", "~")
            and not d.nearly
            and not re.search(r"\+|plus|over|almost|nearly", text[max(0, d.start - 12) : d.end + 2], re.I)
        ):
            # "more than 3 months" is a rule's or a box's figure; "at least 15 years" is the patient's
            rank += 1 if rank <= 1 and d.value_days > 300 and not _RULE.search(text) else 6
        # Of two lengths in one sentence ("off and on 12 years, steady the past 18 months") the first tells the onset.
        if best is None or rank < best[0]:
            best = (rank, _weeks(d.value_days))
    return short_form(text, best)


def duration_of(note: Note, as_of: dt.date | None) -> tuple[float, Span] | None:
    """Weeks from the onset of the complaint to the note, with the place that tells it; None where not stated.

    A stated length ("3 yr hx of low back pain") outranks "pain since May" and "two years ago it began", that outranks
    the date of an accident; among equals the first in the note wins.
    """
    found: tuple[int, int, float, Span] | None = None
    for sentence in note.sentences:
        if not _TIME.search(sentence.text):
            continue
        if sentence.section.category in NOT_TOLD_IN and not _CLINICAL.match(sentence.text):
            continue
        if any(m.has("family") for m in sentence.mentions if m.family == "pain"):
            continue
        late = sentence.section.category in ("assessment", "plan", "past_medical", "treatment_history")
        hits = [_from_length(note, sentence)]
        if (asked := _from_form(note, sentence)) is not None:
            hits.append((0, asked))
        if as_of is not None:
            if (asked := _from_question(note, sentence, as_of)) is not None:
                hits.append((1, asked))
            hits += [
                (rank, _weeks((as_of - first).days))
                for rank, first in onset_dates(sentence, as_of, _clause, governor)
            ]
        for hit in hits:
            if hit is None:
                continue
            # Stated lengths and dates of the beginning weigh the same: the first told is the onset.
            rank = 1 if hit[0] == 2 else hit[0]
            key = (rank + (1 if late else 0), sentence.index)
            if found is None or key < found[:2]:
                found = (*key, hit[1], sentence.whole)
    return (found[2], found[3]) if found else None
