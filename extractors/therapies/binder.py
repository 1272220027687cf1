"""From mentions of therapies to one fact a modality and status."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from extractors.document import is_procedure_note, note_date
from extractors.facts import Fact, Span
from extractors.family import Family, fact_of, stripped
from extractors.note import Mention, Note
from extractors.therapies.absence import IN_PROCEDURE_NOTE, SKIP, is_none, is_not_a_therapy
from extractors.therapies.amounts import Amounts, amounts_of
from extractors.therapies.choices import choice_cells
from extractors.therapies.cues import cues
from extractors.therapies.evaluation import is_goal, status_in_evaluation, with_frequency
from extractors.therapies.given_here import is_given_here
from extractors.therapies.items import Item, merged, outcome_of_group, settle
from extractors.therapies.likewise import like_the_one_before
from extractors.therapies.outcome import outcome_of
from extractors.therapies.outcome_words import outcome_in
from extractors.therapies.places import place_at
from extractors.therapies.purposes import is_for_another
from extractors.therapies.recalled import is_recalled, without_recalled
from extractors.therapies.screens import is_other_use
from extractors.therapies.statement import Statement
from extractors.therapies.statements import statements_of
from extractors.therapies.status import status_of

_INTOLERANT = re.compile(
    r"\b(?:intoleran\w+|intolerance|stopped|discontinued|side effects?|did not tolerate|couldn't tolerate|had to stop)\b",
    re.I,
)
_ALL_MEDICINES = re.compile(
    r"\b(?:none of (?:the|these|his|her) (?:\w+ ){0,2}?(?:medications?|medicines?|drugs|meds)|(?:medications?|medicines?|meds) (?:do(?:es)? not|don't|have not|haven't|provide (?:no|little|minimal|inadequate)|give (?:no|little|minimal)|are not|aren't))\b",
    re.I,
)
_EASED_BY_MEDICINES = re.compile(
    r"\b(?:better|eased|relieved|alleviated|decreased|improved|reduced|helped)(?: \w+){0,2} (?:by|with)\b[^.;\n]{0,60}\b(?:pain )?(?:medications?|medicines?|meds|medicine)\b",
    re.I,
)
_CARE_BEFORE = re.compile(
    r"\b(?:fail\w*|tried|treated|treatments?|conservative\w*|despite|has been|had been|underwent|undergone|takes|taking|uses|using|wears|continu\w+|managed|therapy)\b",
    re.I,
)
_IN_THEATRE = re.compile(
    r"\b(?:pre-?op\w*|intra-?op\w*|post-?op\w*|recovery room|induction|IV|intravenous\w*|anesthe\w*|prior to the procedure|prophyla\w*|sedat\w*|prone|supine|prepped|draped|needle|incision|retract\w*|tolerated the procedure|discharged? (?:home|with))\b",
    re.I,
)
_OUTCOME_LINE = re.compile(
    r"^[ \t]*(?P<label>(?:overall |total )?(?:outcome|results?|response)(?: (?:to|of) (?:care|treatments?|therapy|date))?)[ \t]*:[^\n]{1,200}$",
    re.IGNORECASE | re.MULTILINE,
)
#: What this patient was told, as against a printed sheet.
_INSTRUCTED = re.compile(
    r"\b(?:patient|pt|she|he|they) (?:was|were|is|has been) (?:also )?(?:instructed|advised|told|given|encouraged|educated|shown)\b",
    re.I,
)
#: An order of this visit, which stands in the examination only because no heading follows it.
_ORDERED = re.compile(
    r"\b(?:(?:I|we) (?:have |will |also )*(?:gave|give|given|prescrib\w+|recommend\w*|advis\w+|start\w*|suggest\w*|order\w*|refer\w*|instruct\w*)|prescriptions?|warned|was (?:instructed|advised|told))\b",
    re.IGNORECASE,
)
#: "A cousin gave him three tramadol": the relative's deed, the patient's drug.
_HANDED = re.compile(
    r"\b(?:gave|lent|loaned|offered) (?:him|her|them|me|the patient)\b[^.;]{0,30}$", re.IGNORECASE
)
_LIST_REACH = 1200
_ANALGESIC = {"nsaid", "acetaminophen", "opioid", "muscle_relaxant", "gabapentinoid", "antidepressant"}


def _place(statement: Statement, index: int) -> Span:
    """The quote: the table row, or the mention's statement (its own stretch in a long list)."""
    if statement.row is not None:
        return statement.row.span
    text = statement.sentence.text
    a, b = statement.start, statement.end
    if b - a > 220 and len(statement.mentions) > 1:
        a, b = statement.spans[index]
    a, b = stripped(text, a, b)
    if b <= a:
        m = statement.mentions[index]
        a, b = m.start, m.end
    return statement.sentence.span(a, b)


def _before_procedure(mention: Mention, section: str, told: bool) -> bool:
    """Whether, in the note of a procedure, the sentence tells of care before it.

    ``told``: a past course with its length or outcome, which no technique or aftercare text holds.
    """
    text = mention.sentence.text
    if told and not _IN_THEATRE.search(text):
        return True
    if mention.label in ("heat_ice", "rest_activity_modification", "tens"):
        return section in ("history", "treatment_history")
    if section in IN_PROCEDURE_NOTE:
        return True
    return section in ("header", "other") and bool(_CARE_BEFORE.search(text)) and not _IN_THEATRE.search(text)


def _admitted(mention: Mention, section: str) -> bool:
    """Whether the mention stands where a note tells of care."""
    if mention.has("family") and not _HANDED.search(mention.sentence.text[: mention.start]):
        return False
    if section == "instructions":
        return _INSTRUCTED.search(mention.sentence.text) is not None
    if section in SKIP and section != "procedure":
        return False
    return section != "allergies" or _INTOLERANT.search(mention.sentence.text) is not None


def _dosed(statement: Statement, index: int) -> bool:
    """Whether the words behind a drug are directions for its use."""
    return cues().search("sig.any", statement.own_after[index]) is not None


def _items(note: Note) -> list[Item]:
    as_of = note_date(note)
    last_end: dt.date | None = None
    out: list[Item] = []
    for statement in statements_of(note, "therapies"):
        for k, mention in enumerate(statement.mentions):
            if (
                not _admitted(mention, statement.places[k].kind)
                or is_none(statement, k)
                or is_not_a_therapy(statement, k)
                or is_other_use(statement, k)
                or is_for_another(note, statement, k)
                or is_given_here(note, statement, k)
            ):
                continue
            kind = str(mention.entry.attributes.get("class", "drug"))
            trial = amounts_of(statement, k, "past", None, None)
            status, how = status_of(statement, k, kind == "drug", trial, as_of)
            alike = like_the_one_before(statement, k, out)
            status, how = (alike.status, "status<-likewise") if alike else (status, how)
            set_out = status_in_evaluation(note, statement, k, status)
            status, how = (set_out, "status<-evaluation") if set_out else (status, how)
            if kind == "physical" and how == "status<-to_be_stopped":
                continue
            if (
                mention.has("hypothetical")
                and status == "planned"
                and re.search(r"\b(?:if|unless|should)\b", statement.before, re.I)
            ):
                continue
            if is_procedure_note(note) and kind == "drug" and status == "planned":
                continue
            outcome, more, how_outcome = outcome_of(statement, k, status)
            if alike:
                outcome, more, how_outcome = alike.outcome, (alike.span,), "outcome<-likewise"
            told = status == "past" and (
                outcome != "not_stated" or trial.weeks is not None or trial.end is not None
            )
            ordered = status == "planned" and _ORDERED.search(mention.sentence.text) is not None
            if statement.places[k].kind in ("examination", "imaging") and not (
                told
                or ordered
                or outcome != "not_stated"
                or _dosed(statement, k)
                or mention.label == "bracing"
            ):
                continue
            technique = is_procedure_note(note) or statement.places[k].kind == "procedure"
            if technique and not _before_procedure(mention, statement.places[k].kind, told):
                continue
            if statement.places[k].kind == "allergies":
                outcome = "not_tolerated"
            amounts = (
                Amounts() if is_goal(statement, k) else amounts_of(statement, k, status, as_of, last_end)
            )
            if amounts.end and len(amounts.end) == 10:
                last_end = dt.date.fromisoformat(amounts.end)
            steps = (how, *((how_outcome,) if how_outcome else ()), *amounts.steps)
            place, start = _place(statement, k), statement.places[k].start
            recalled = is_recalled(statement, k, status)
            out.append(
                Item(mention.label, status, outcome, amounts, mention, place, more, steps, start, recalled),
            )
    return with_frequency(note, without_recalled(out))


def _medicine_outcome(note: Note) -> tuple[str, Span] | None:
    """What the note says of all medicines at once ("None of his medications helps")."""
    for sentence in note.sentences:
        if _ALL_MEDICINES.search(sentence.text):
            return "failed", sentence.whole
        if _EASED_BY_MEDICINES.search(sentence.text):
            return "partial", sentence.whole
    return None


def _list_outcome(note: Note, items: list[Item]) -> list[Item]:
    """What a form says of all care above it ("Outcome: (x) Inadequate") given to the entries that tell none."""
    out = list(items)
    for m in _OUTCOME_LINE.finditer(note.text):
        cells = choice_cells(note, m.start(), m[0]) or [m[0]]
        found = outcome_in(" | ".join(cells).split(":", 1)[-1])
        if found is None:
            continue
        for i, item in enumerate(out):
            near = 0 < m.start() - item.span.start < _LIST_REACH and item.status in ("past", "current")
            if near and item.outcome == "not_stated" and item.place == place_at(note, m.start()).start:
                supporting = (*item.supporting, Span(m.start("label"), m.end()))
                out[i] = replace(
                    item, outcome=found, supporting=supporting, steps=(*item.steps, "outcome<-form")
                )
    return out


def bind(note: Note) -> list[Fact]:
    """Facts of the family ``therapies``."""
    items = settle(_list_outcome(note, _items(note)))
    overall = _medicine_outcome(note) if items else None
    facts: list[Fact] = []
    for group in merged(items):
        best = group[0]
        outcome = outcome_of_group(group)
        steps = tuple(dict.fromkeys(s for i in group for s in i.steps))
        spans = [s for i in group for s in (i.span, *i.supporting)]
        if outcome == "not_stated" and overall and best.status == "current" and best.modality in _ANALGESIC:
            outcome = overall[0]
            spans.append(overall[1])
            steps += ("outcome<-all_medicines",)
        length = next((i.amounts for i in group if i.amounts.weeks is not None), Amounts())
        sessions = next((i.amounts.sessions for i in group if i.amounts.sessions is not None), None)
        start = next((i.amounts.start for i in group if i.amounts.start), None)
        end = next((i.amounts.end for i in group if i.amounts.end), None)
        value: dict[str, object] = {
            "modality": best.modality, "status": best.status, "weeks": length.weeks, "sessions": sessions,
            "weeks_bound": length.stated.bound, "weeks_low": length.stated.low, "weeks_high": length.stated.high,
            "outcome": outcome, "start": start, "end": end,
        }  # fmt: skip
        supporting = tuple(s for s in dict.fromkeys(spans) if s != best.span)
        assertion = {"past": "historical", "planned": "planned", "declined": "declined"}.get(
            best.status, "present"
        )
        facts.append(
            fact_of(
                best.mention,
                "therapies",
                value,
                version=FAMILY.version,
                assertion=assertion,
                span=best.span,
                supporting=supporting,
                steps=steps,
            )
        )
    return facts


FAMILY = Family.load(__file__, "1", bind, reads_boxes=True)
