"""Percentages and the part they play: most are drug concentrations or saturations, not relief."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from extractors.quantities.bounds import NEARLY, Stated, stated
from extractors.quantities.numbers import NUMBER, parse_number

Role = Literal[
    "relief", "concentration", "distribution", "threshold", "goal", "disability", "measure", "other"
]

_PC = r"\s?(?:%|percent\b(?!age|ile)|per\scent\b|pct\b)"
_PERCENT = re.compile(
    rf"(?<![\w.])(?<!\d/)(?!\d{{4}})(?P<low>{NUMBER})(?:{_PC})?(?:\s?(?:-|–|—|to"
    rf"|or)\s?(?P<high>{NUMBER}))?{_PC}(?P<after>\s?\+|\sor\s(?:more|greater|better|higher|above"
    rf"|(?P<less>less|fewer|lower|under|below)))?",
    re.I,
)
_COMPARE = re.compile(
    r"(?:(?P<ge>>\s?(?:or\s)?=|≥|=>|\bat\sleast|\bminimum\s(?:of\s)?|\bno\sless\sthan|\bnot\sless\sthan"
    r"|\b(?:greater|more|better)\sthan\sor\sequal\sto|\bequal\sto\sor\s(?:greater|more|better)\sthan)"
    r"|(?P<le><\s?(?:or\s)?=|≤|\bat\smost|\bup\sto|\bno\smore\sthan|\bless\sthan\sor\sequal\sto)"
    r"|(?P<gt>>|\bmore\sthan|\bover|\bgreater\sthan|\babove|\bbetter\sthan|\bexceed\w*|\bin\sexcess\sof"
    r"|\bupwards?\sof|\bnorth\sof)"
    r"|(?P<lt><|\bless\sthan|\bunder|\bbelow|\bfewer\sthan|\bnearly|\balmost|\bnot\squite|\bshort\sof"
    r"|\bshy\sof|\bclose\sto|\bapproaching|\bnearing)"
    r"|(?P<ab>~|\babout|\bapprox(?:imately|\.)?|\broughly|\baround|\bsome|\bperhaps|\bmaybe))\s?(?:an?\s)?$",
    re.I,
)
_SIGN = {"ge": ">=", "le": "<=", "gt": ">", "lt": "<", "ab": "~"}

_DRUG = (
    r"(?:lido\w*|xylo\w*|bupi\w*|marcaine|sensorcaine|exparel|ropi\w*|naropin|mepi\w*|carbocaine"
    r"|polocaine|chloroprocaine|procaine|tetracaine|levobupi\w*"
    r"|dextrose|saline|nacl|sodium|chlor\w*|betadine|povidone|iodine|alcohol|ethanol|phenol"
    r"|glycer\w*|contrast|omnipaque|isovue|tca|local\b|local\san\w+|anesthetic|epi\b|epinephrine"
    r"|cream|gel|ointment|patch\w*|solution|lotion|drops|voltaren|diclofenac|pennsaid|capsaicin"
    r"|ketamine|hydrocortisone|triamcinolone|formalin|preservative\b|methylene|d5w|isoflurane"
    r"|sevo\w*)"
)
# No local anaesthetic is made above 5 %: "lidocaine, 75% for 2 hours" is a result.
_STRONG = re.compile(
    r"dextrose|saline|alcohol|ethanol|phenol|glycer|tca|contrast|betadine|povidone|iso|sevo|d5w"
    r"|solution|gel|cream",
    re.I,
)
_DRUG_AFTER = re.compile(
    rf"\s?(?:\(\w{{1,8}}\)\s)?(?:of\s)?(?:(?:preservative[-\s]?free|pf|mpf|plain|buffered|sterile"
    rf"|normal|local|topical|hyperbaric|isobaric|w/o\sepi|without\sepi\w*)\s?,?\s?){{0,2}}{_DRUG}",
    re.I,
)
_DRUG_BEFORE = re.compile(rf"\b{_DRUG}\s?(?:plain|pf|hcl|mpf|injection|\(|,|with|at|was)?\s?\(?$", re.I)
_VITAL = re.compile(
    r"\b(?:sp?o2|o2|sats?|saturat\w*|oxygen\w*|pulse\sox\w*|oximetry|fio2|room\sair|ra\b|hba1c|a1c"
    r"|hematocrit|hct|ef\b|ejection)[^%.;]{0,26}$",
    re.I,
)
_VITAL_AFTER = re.compile(
    r"\s?(?:on|at)\s(?:room\sair|ra\b|\d+\s?l)|\s?(?:room\sair|ra\b|o2\b|oxygen|fio2|saturat)", re.I
)
_DISABILITY = re.compile(
    r"\b(?:ODI|NDI|oswestry|neck\sdisability|roland|SC|service[-\s]connected|disab\w+|VA\srating"
    r"|rating|WPI|impairment|WPI\sof|PDI)\b[^%.;]{0,34}$",
    re.I,
)
_DISABILITY_AFTER = re.compile(
    r"\s?(?:\w+\s){0,2}?(?:impairment|disab\w+|WPI|whole\sperson|service[-\s]connected|SC\b|rating)", re.I
)
_OTHER_AFTER = re.compile(
    r"\s?(?:of\s(?:the\s|all\s|his\s|her\s|their\s)?(?:time|cases|patients|day|days|normal|full"
    r"|range|predicted|meals|body|failure)|(?:vertebral\s|height\s|loss|canal|foraminal|slip"
    r"|stenosis|occlu\w+|compress\w+|narrow\w+|anterolisthesis"
    r"|chance|risk|likelihood|neutro|lympho|mono|eosino|segs|sure|certain|weight|weakness|worse"
    r"|increase\b|tear|of\sfailure|accura|effective|or\s\d+\sdegrees|rate\b))",
    re.I,
)
_OTHER_BEFORE = re.compile(
    r"\b(?:risk|chance|height\sloss|loss\sof|compressed|stenosis|narrowing|occlusion"
    r"|worse(?:ned)?(?:\sby)?|increased?(?:\sby)?|weight|slip|gait|wears?|works?|time|grade"
    r"|rate\sof|probability|coverage|copay|coinsurance|apportion\w*)[^%.;,]{0,14}$",
    re.I,
)
#: What was gained or cut is a distance, a dose, hours of work; or it is pain that came back.
_MEDICINE = (
    r"(?:opioids?|narcotics?|oxycodone|hydrocodone|norco|percocet|tramadol|morphine|methadone|gabapentin"
    r"|pregabalin|medications?|meds|medicines?|doses?|dosage|pills?|tablets?|intake)"
)
_MEASURE_AFTER = re.compile(
    r"\s?(?:(?:more|less|fewer|longer|farther|further|greater|better|of|in|to|with|reduction|decrease|cut"
    r"|improvement|increase|gain|the|his|her|their|full|normal|usual|daily|total|regular)\s){0,5}"
    rf"(?:distance|walking\s(?:distance|time|tolerance|speed)|steps?\b|miles?|hours|duty|duties|{_MEDICINE}"
    r"|satisf\w+|happy\swith|functional\b|function\b|activit\w+|ADLs?\b|range\sof\smotion|ROM\b|mobility\b"
    r"|sleep\b|sitting\stolerance|standing\stolerance"
    r"|attend\w+|complian\w+|adheren\w+)"
    r"|\s?of\s(?:the|his|her|it|my)(?:\s\w+){0,2}?\s(?:(?:had|has|was|is|have|slowly|since)\s){0,2}"
    r"(?:crept|come|came|returned|recurred|back|remain\w*|left|persist\w*)\b",
    re.I,
)
_MEASURE_BEFORE = re.compile(
    rf"\b(?:{_MEDICINE}(?:\s(?:use|intake|dose|need|requirement))?|distance|function|satisfaction|attendance"
    r"|compliance|tolerance)\s(?:was\s|is\s|has\s|been\s|have\s|cut\s|reduced\s|decreased\s|down\s|increased\s"
    r"|improved\s|up\s|fell\s|dropped\s|came\s){0,3}(?:by|to|of|at)\s(?:about\s|roughly\s|some\s)?$"
    r"|\b(?:function(?:al\s(?:status|ability|capacity))?|ADLs?|activities\sof\sdaily\sliving|range\sof\smotion|ROM|mobility)"
    r"\s(?:(?:has|have|had|was|is|are|were|also|been)\s){0,3}(?:improved|increased|improvement|gain|better)"
    r"(?:\sby|\sof|:)?\s(?:about\s|roughly\s|approximately\s|at\sleast\s)?$"
    r"|\bfunctional\s(?:improvement|gains?)(?:\sby|\sof|\swas|:)?\s(?:about\s|roughly\s|at\sleast\s)?$",
    re.I,
)
_STILL_THERE = re.compile(r"\b(?:crept|come|came|returned|recurred|back|remain\w*|left|persist\w*)$", re.I)
_PAIN_WORD = re.compile(r"\b(?:pain|relie\w+|ache|symptoms?|discomfort)\b", re.I)
_BODY = (
    r"(?:back|low\sback|leg|legs|neck|arm|arms|axial|limb|buttock|radicular|lower\sextremity"
    r"|shoulder|head|hip)"
)
_SHARE_AFTER = re.compile(
    rf"\s?(?:of\s(?:(?:the|his|her|their|this|my|your)\s)?(?:\w+\s){{0,2}}(?:pain|symptoms?"
    rf"|discomfort|complaints?|problem)\s(?:is|are|in|comes?|being|was|seems|lies|stems)\b"
    rf"|(?:is\s)?in\s(?:(?:the|his|her|their|my|your)\s)?(?:low(?:er)?\s|left\s|right\s)?{_BODY}\b"
    rf"|{_BODY}(?:\spain)?\b(?!\s(?:relief|improve|reduc|better|decreas|pain\s(?:relief|reduction"
    rf"|improve)))(?=[\s,/;:.&-]|$))",
    re.I,
)
_FALL_AFTER = re.compile(r"\s?(?:reduc\w+|decreas\w+|less|drop)\b", re.I)
_SHARE_BEFORE = re.compile(rf"(?<!years )(?<!months )(?<!weeks )\b{_BODY}(?:\spain)?\s?[:=]?\s?$", re.I)
_CONDITION = re.compile(
    r"\b(?:if|consider\w*|requir\w*|must|criteri\w+|threshold|needs?|needed|polic\w+|guidelines?"
    r"|calls?\sfor|asks?(?:\sfor)?|LCD|should|defined\sas|provided\sthat|unless|when\sthere\sis"
    r"|expect\w*|figure|coverage|would\sneed|qualif\w+|proceed\sto|minimum|contingent|in\sorder)\b",
    re.I,
)
_RESULT = re.compile(
    r"\b(?:had|has|gave|got|reported|reports|obtained|experienced|achieved|received)\b", re.I
)
_CONDITION_AFTER = re.compile(
    r"[^.;]{0,40}\b(?:(?:is|are|be)\s(?:required|needed|necessary|expected)|required|consider\w*"
    r"|(?:then|will|would|we\scan|may)\s(?:\w+\s){0,2}(?:proceed|do|repeat|schedule|go|plan)"
    r"|figure|threshold|to\squalify|criteri\w+|cut-?off|proceed|move\son)\b",
    re.I,
)
_OR_MORE = re.compile(r"\s?(?:\w+\s){0,3}or\s(?:more|greater|better|higher)\b", re.I)
_PERSON = re.compile(
    r"\b(?:he|she|I|patient|pt|member|veteran|his|her|my|mr|mrs|ms|claimant|reports?|reported)\b", re.I
)
_GOAL = re.compile(
    r"\b(?:will\s(?:report|have|demonstrate|achieve|increase|decrease)|goals?|aims?|targets?|STG"
    r"|LTG|hop(?:e|es|ing)|objective|by\sdischarge|anticipat\w+|predict\w*|expectation)\b[^.;]{0,60}$",
    re.I,
)
_ROM = re.compile(
    r"\b(?:range\sof\smotion|rom|flexion|extension|rotation|bending|lordosis|strength|grip)\b", re.I
)
_RELIEF = re.compile(
    r"\b(?:relie\w*|better|improve\w*|benefit\w*|help\w*|gone|pain[-\s]?free|less\spain"
    r"|eradicat\w*|resolv\w*|resolution|response|responded|subsid\w*|alleviat\w*|abolish\w*"
    r"|concordant|success\w*)\b",
    re.I,
)
_WEAK_RELIEF = re.compile(
    r"\b(?:reduc\w*|decreas\w*|diminish\w*|drop\w*|lower\w*|lessen\w*|down|cut)\b", re.I
)
_PROCEDURE = re.compile(
    r"\b(?:blocks?|mbbs?|mbnbs?|rfas?|rfl|ablation\w*|rhizotom\w*|neurotom\w*|denervat\w*"
    r"|cauteriz\w*|esis?|tfesis?|ilesis?|epidurals?|inj|injs|injections?|injected|shots?|diary"
    r"|procedure|blockade|sij|trial|stimulator|scs|tpi|tpis|pre/post|sets?)\b",
    re.I,
)
_LASTING = re.compile(
    rf"\s?\+?,?\s?(?:x|×|for|lasting|lasted|until|till|untill|over|during|the\sfirst|that\s(?:day"
    rf"|evening|afternoon))\s?(?:about\s|approx\w*\.?\s|~\s?|the\s|at\sleast\s|up\sto\s|over\s"
    rf"|>\s?)?(?:{NUMBER}|a\b|an\b|day|afternoon|evening|rest|several|that|duration|most)",
    re.I,
)

_UNCHANGED = re.compile(r"\s?(?:change|difference)\b[^.;]{0,12}\b(?:pain|symptoms?|score)", re.I)
_SCORES_AFTER = re.compile(
    r"\s?[(,;]?\s?(?:NRS|VAS|from|pain)?\s?\d{1,2}(?:\.\d)?(?:\s?/\s?10)?\s?(?:-{1,2}>|→|=>|to\s\d)", re.I
)


@dataclass(frozen=True, slots=True)
class Percent:
    """A percentage: ``value`` (middle of a range, else the figure), its ends, comparator and role."""

    value: float
    low: float
    high: float
    start: int
    end: int
    role: Role
    comparator: str = "="
    #: "Nearly 80 %": just below, not anything below.
    nearly: bool = False

    @property
    def stated(self) -> Stated:
        """How the figure is stated: as it is, or within bounds."""
        return stated(self.comparator, self.value, self.low, self.high, self.nearly)


def _clip(text: str, start: int, end: int) -> tuple[str, str]:
    """Words before and after, within the sentence."""
    before, after = text[max(0, start - 90) : start], text[end : end + 60]
    cut = max((m.end() for m in re.finditer(r"[.;!?]\s(?=[A-Z(])|\n\s*\n", before)), default=0)
    stop = re.search(r"[.;!?](?:\s|$)|\n\s*\n", after)
    return before[cut:], after[: stop.start()] if stop else after


def _tail(before: str) -> str:
    """Cut at a percentage that goes before: its words are its own."""
    cut = max((m.end() for m in re.finditer(r"%|percent", before, re.I)), default=0)
    return before[cut:]


def _is_drug(before: str, after: str, value: float) -> bool:
    match = _DRUG_AFTER.match(after) or _DRUG_BEFORE.search(before)
    return match is not None and (value <= 10 or _STRONG.search(match[0]) is not None)


def role_of(text: str, start: int, end: int, value: float = 0.0) -> Role:
    """Judge the percentage ``value`` at ``text[start:end]`` by the words near it."""
    before, after = _clip(text, start, end)
    lead = _COMPARE.sub("", before)
    if _is_drug(lead, after, value) or _VITAL_AFTER.match(after) or _VITAL.search(_tail(lead)):
        return "concentration"
    own = _tail(lead)
    if _DISABILITY.search(own) or _DISABILITY_AFTER.match(after):
        return "disability"
    goal = _GOAL.search(before)
    if goal and not _RESULT.search(before[goal.start() :]):
        return "goal"
    told = _RELIEF.search(own[-14:]) is not None  # "better by 60% in the arm"
    if (_SHARE_AFTER.match(after) and not told) or (
        _SHARE_BEFORE.search(own) and not _RELIEF.search(before + after) and not _FALL_AFTER.match(after)
    ):
        return "distribution"
    if _OTHER_AFTER.match(after) or _OTHER_BEFORE.search(own):
        return "measure"
    measured = _MEASURE_AFTER.match(after)
    if _MEASURE_BEFORE.search(own) or (measured and not _PAIN_WORD.search(after[: measured.end() + 12])):
        return "measure"
    if measured and _STILL_THERE.search(measured[0]):
        return "measure"
    if _is_condition(before, after):
        return "threshold"
    near = text[max(0, start - 160) : end + 60]
    return "relief" if _is_relief(own, before, after, near) else "other"


def _is_condition(before: str, after: str) -> bool:
    """Tell a rule ("if both >= 80%", "80 percent or more") from a result."""
    conditional = _CONDITION.search(before)
    if conditional and not _RESULT.search(before[conditional.end() :]):
        return True
    if _CONDITION_AFTER.match(after):
        return True
    return _OR_MORE.match(after) is not None and not _PERSON.search(before)


def _is_relief(own: str, before: str, after: str, near: str) -> bool:
    """Judge by the words of this percentage, then those of the one before it, then a procedure nearby."""
    next_own = re.split(r"\d+\s?(?:%|percent)", after, maxsplit=1)[0]
    if _RELIEF.search(own) or _RELIEF.search(next_own):
        return True
    if _ROM.search(own) or _ROM.search(next_own[:30]):
        return False
    if _WEAK_RELIEF.search(own) or _WEAK_RELIEF.search(next_own[:30]):
        return True
    if _UNCHANGED.match(after):
        return True
    if _LASTING.match(after) or _SCORES_AFTER.match(after) or _RELIEF.search(before):
        return True
    return _PROCEDURE.search(near) is not None


# A form's own wording: "% relief: 75", "relief %: 80", "Percent improvement = 60".
_FORM = re.compile(
    r"(?:(?:%|\bpercent(?:age)?)\s(?:of\s)?(?:pain\s)?(?:relief|improvement|better)|\b(?:relief"
    r"|improvement)\s?\(?(?:%|percent)\)?)\s?[:=?]\s{0,4}(?P<n>\d{1,3})(?![\d/.-]|\s?(?:%"
    r"|percent))",
    re.I,
)


def find_percents(text: str, base: int = 0) -> list[Percent]:
    """Percentages in ``text`` with their role, in order; offsets moved by ``base``.

    A saturation or an ejection fraction counts as `concentration`: a share of a fluid or gas, never of pain.
    """
    found: list[Percent] = []
    for m in _PERCENT.finditer(text):
        low = parse_number(m["low"])
        high = parse_number(m["high"]) if m["high"] else low
        if low is None or high is None or max(low, high) > 1000:
            continue
        low, high = min(low, high), max(low, high)
        lead = text[max(0, m.start() - 30) : m.start()]
        sign = _COMPARE.search(lead)
        mark = (
            "<="
            if m["less"]
            else ">="
            if m["after"]
            else _SIGN[sign.lastgroup]
            if sign and sign.lastgroup
            else "="
        )
        found.append(
            Percent(
                (low + high) / 2,
                low,
                high,
                m.start() + base,
                m.end() + base,
                role_of(text, m.start(), m.end(), high),
                mark,
                mark == "<" and NEARLY.search(lead) is not None,
            )
        )
    forms = [(m, float(m["n"])) for m in _FORM.finditer(text)]
    found.extend(
        Percent(n, n, n, m.start("n") + base, m.end("n") + base, "relief") for m, n in forms if n <= 100
    )
    return sorted(found, key=lambda p: p.start)
