"""What would alter the answer: found by running the rules again, never by bending the record.

A what-if may only supply what the record does not state (worded "if it is true that ..."), or put a code that
fits the narrative in the place of one that it contradicts, worded "where the record supports it": the check
that names the code knows what contradicts the old one, not the cause. Whatever is documented stays as it is:
60 % stays 60 %.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rules.assessment import Answer, Change, Determination, Turn, WhatIf
from rules.case import Case, Diagnosis, Document, Fact
from rules.checks.base import Supply, icd, listed
from rules.codes import icd10cm
from rules.determination import Weighed, determine
from rules.policy import Policy

#: Answers from the best for the request to the worst.
_ORDER: tuple[Answer, ...] = (
    "supported",
    "insufficient_documentation",
    "not_supported",
    "not_supported_as_coded",
)
Weigh = Callable[[Case, Policy, dt.date | None], Iterable[Weighed]]


@dataclass(frozen=True)
class _Option:
    """A change together with what it does to a case."""

    change: Change
    supply: Supply | None = None
    replaces: str = ""
    code: str = ""


def _speaking(case: Case, on: dt.date | None) -> Document | None:
    """Return the document that speaks for the present: the latest up to the day, visits first."""
    due = [d for d in case.documents if d.date is None or on is None or d.date <= on]
    return max(due or case.documents, key=lambda d: (d.kind == "visit", d.date or dt.date.min), default=None)


def _supplied(case: Case, on: dt.date | None, options: Sequence[_Option]) -> Case:
    """Return the case with what the options supply; all that it states stays."""
    document = _speaking(case, on)
    update: dict[str, Any] = {}
    for n, option in enumerate(options):
        if option.supply is None or document is None:
            continue
        family = option.supply.family
        fact: Fact[Any] = Fact(
            id=f"if-true.{n}", document=document.id, start=0, end=0, quote="",
            extractor="what-if", version="", value=option.supply.value,
        )  # fmt: skip
        update[family] = (*update.get(family, getattr(case, family)), fact)
    diagnoses = case.request.diagnoses
    for option in options:
        if option.code:
            diagnoses = tuple(_replaced(diagnoses, option))
    update["request"] = case.request.model_copy(update={"diagnoses": diagnoses})
    return case.model_copy(update=update)


def _replaced(diagnoses: Sequence[Diagnosis], option: _Option) -> Iterator[Diagnosis]:
    """Put one code in another's place, once; the description belonged to the old code and goes with it."""
    known = option.code in {dx.code for dx in diagnoses}
    for dx in diagnoses:
        if dx.code != option.replaces:
            yield dx
        elif not known:
            known = True
            yield Diagnosis(code=option.code, source=dx.source)


def _documents(weighed: Sequence[Weighed]) -> list[_Option]:
    """Return what findings on silence ask for; equal facts stand once."""
    found: dict[tuple[str, str, int], _Option] = {}
    for w in weighed:
        if w.finding.outcome != "not_documented" or not w.finding.required:
            continue
        # A finding may ask for the same thing twice (a score after each of two blocks); two findings that ask
        # for the same thing ask for it once.
        times: Counter[tuple[str, str]] = Counter()
        for supply in w.draft.supplies:
            change = Change(kind="documentation", finding=w.finding.id, words=supply.words)
            fact = (supply.family, supply.value.model_dump_json())
            times[fact] += 1
            found.setdefault((*fact, times[fact]), _Option(change, supply))
    return list(found.values())


def _codes(weighed: Sequence[Weighed]) -> list[tuple[_Option, ...]]:
    """Return, for each contradicted code, the codes that the narrative supports in its place."""
    by_code: dict[str, dict[str, _Option]] = {}
    for w in weighed:
        if w.finding.outcome != "contradiction":
            continue
        for remedy in w.finding.remedies:
            for ref in remedy.codes if remedy.replaces else ():
                if ref.system != "ICD-10-CM" or not icd10cm.is_billable(ref.code):
                    continue
                words = f"{ref.code} ({icd(ref.code).title}) stood in the place of {remedy.replaces}"
                change = Change(kind="code", finding=w.finding.id, words=words)
                option = _Option(change, replaces=remedy.replaces or "", code=ref.code)
                by_code.setdefault(remedy.replaces or "", {}).setdefault(ref.code, option)
    return [tuple(options.values()) for options in by_code.values()]


def _outcomes(weighed: Iterable[Weighed]) -> dict[str, Any]:
    return {w.finding.id: w.finding.outcome for w in weighed}


def _statement(options: Sequence[_Option], answer: Determination) -> str:
    codes = [o.change.words for o in options if o.code]
    facts = [o.change.words for o in options if o.supply]
    parts = []
    if codes:
        parts.append(f"if {listed(codes)}, where the record supports it as the cause")
    if facts:
        parts.append(f"if it is true that {listed(facts)}, and the record is completed to show it")
    said = " and ".join(parts)
    return f"{said[0].upper()}{said[1:]}: {answer.statement}"


def _rank(answer: Determination) -> tuple[int, int]:
    lacking = len(answer.because) if answer.answer == "insufficient_documentation" else 0
    return _ORDER.index(answer.answer), lacking


class _Runs:
    """Runs of the rules on altered cases, each once."""

    def __init__(
        self, case: Case, policy: Policy, on: dt.date | None, base: Sequence[Weighed], weigh: Weigh
    ) -> None:
        self._case, self._policy, self._on, self._weigh = case, policy, on, weigh
        self._base = _outcomes(base)
        self._known: dict[tuple[_Option, ...], tuple[Determination, tuple[Turn, ...]]] = {}

    def of(self, options: tuple[_Option, ...]) -> tuple[Determination, tuple[Turn, ...]]:
        """Return the answer under the options, and the findings that they turn."""
        if options not in self._known:
            weighed = tuple(self._weigh(_supplied(self._case, self._on, options), self._policy, self._on))
            after = _outcomes(weighed)
            turns = tuple(
                Turn(finding=name, before=self._base.get(name), after=after.get(name))
                for name in dict.fromkeys((*self._base, *after))
                if self._base.get(name) != after.get(name)
            )
            self._known[options] = determine(weighed, self._policy), turns
        return self._known[options]

    def rank(self, options: tuple[_Option, ...]) -> tuple[int, int]:
        """Return the place of the answer under the options: (0, 0) is ``supported``.

        Of two records that are insufficient the one that lacks less comes first.
        """
        return _rank(self.of(options)[0])

    def shown(self, options: tuple[_Option, ...]) -> WhatIf:
        """Return the options as a what-if."""
        answer, turns = self.of(options)
        return WhatIf(
            changes=tuple(o.change for o in options),
            statement=_statement(options, answer),
            answer=answer.answer,
            turns=turns,
        )


def _smallest(runs: _Runs, options: tuple[_Option, ...]) -> tuple[_Option, ...]:
    """Leave out every option without which the answer is as good."""
    best = runs.rank(options)
    for option in options:
        fewer = tuple(o for o in options if o is not option)
        if fewer and runs.rank(fewer) <= best:
            options = fewer
    return options


def what_if(
    case: Case, policy: Policy, on: dt.date | None, base: Sequence[Weighed], weigh: Weigh
) -> tuple[WhatIf, ...]:
    """Return the smallest supplies that would better the answer, for each choice of supported codes.

    Parameters
    ----------
    case, policy, on
        As the engine got them.
    base
        What the rules made of them.
    weigh
        Runs the rules.

    Returns
    -------
    tuple
        Empty where nothing that is undocumented or wrongly coded stands between the record and a better
        answer. A documented shortfall stays one.
    """
    documents = tuple(_documents(base))
    choices = list(itertools.product(*_codes(base)))
    runs = _Runs(case, policy, on, base, weigh)
    start = _rank(determine(base, policy))
    found: dict[tuple[_Option, ...], None] = {}
    for codes in choices:
        options = (*codes, *documents)
        if options and runs.rank(options) < start:
            found[_smallest(runs, options)] = None
        if codes and runs.rank(codes) < start:
            found[codes] = None
    return tuple(runs.shown(options) for options in found)
