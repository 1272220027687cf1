"""An account for every lexicon entry, expression, context rule, step of a binder, and every other origin.

An entry or expression *fired* where it made a mention, a rule where it acted on one. A fact rests on all that
its trace names, and is right where the gold has it (see :mod:`pipeline.evaluation.facts`). A step that reads
an attribute ("weeks<-duration") answers for that attribute, any other step for the fact. A fact made without
a lexicon match (an empty surgical history denies operations) rests on an *origin*, which never fires.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from extractors.assertion.context import build_context
from extractors.facts import Cue
from extractors.targets import pattern_names
from pipeline.assess import extractor
from pipeline.evaluation.evaluator import NoteResult
from pipeline.evaluation.facts import FactVerdict, JudgedFact, judged_facts
from pipeline.evaluation.wilson import wilson

Kind = Literal["entry", "pattern", "rule", "step", "origin"]
KINDS: tuple[Kind, ...] = ("entry", "pattern", "rule", "step", "origin")
#: Kinds that matches or cues of a note fire; the others are known by the facts that rest on them.
FIRING: tuple[Kind, ...] = ("entry", "pattern", "rule")
#: Titles of kinds whose name does not say it.
TITLES: Final = {"origin": "without a lexicon match (origin)"}


@dataclass(frozen=True, slots=True)
class Account:
    """One line of the ledger.

    ``fired`` counts mentions, ``notes`` the notes that they stand in (both 0 for a step or origin);
    ``facts`` counts facts that rest on it, of which ``right`` and ``wrong`` were judged; ``attribute_errors``
    counts wrong attributes of the facts that are right.
    """

    kind: Kind
    id: str
    fired: int
    notes: int
    facts: int
    right: int
    wrong: int
    attribute_errors: int

    @property
    def precision(self) -> float | None:
        """Share of the judged facts that are right; None where none was judged."""
        judged = self.right + self.wrong
        return self.right / judged if judged else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95 % interval of the precision."""
        return wilson(self.right, self.right + self.wrong)


#: What the binders' steps call an attribute, where the guide calls it otherwise.
_ATTRIBUTES: Final = {"duration": "duration_weeks", "score": "score_max"}
#: A figure at the end of a step ("cosine:0.912") is no part of its name.
_FIGURE: Final = re.compile(r":-?\d+(?:\.\d+)?$")
_Key = tuple[Kind, str]


def rule_id(cue: Cue) -> str:
    """The id of a context rule: its category and its literal."""
    return f"{cue.category}:{cue.rule}"


def known_ids() -> dict[Kind, list[str]]:
    """Every lexicon entry, expression and context rule of this version; others are known by use only."""
    entries, patterns = [], []
    for family in extractor().families:
        for entry in family.lexicon.entries:
            name = f"{family.name}/{entry.id}"
            entries.append(name)
            patterns += [f"{name}#{p}" for p in pattern_names(entry)]
    rules = {f"{r.category}:{r.literal}" for r in build_context(extractor().nlp).rules}
    return {"entry": entries, "pattern": patterns, "rule": sorted(rules), "step": [], "origin": []}


def _rests_on(found: JudgedFact) -> Iterator[_Key]:
    fact = found.fact
    matched = {name.partition("#")[0] for name in fact.matched}
    for name in fact.entries or (fact.family,):
        yield "entry" if name in matched else "origin", name
    for name in fact.matched:
        yield "pattern", name
    for name in dict.fromkeys(map(rule_id, fact.cues)):
        yield "rule", name
    for name in dict.fromkeys(_FIGURE.sub("", s) for s in fact.steps):
        yield "step", f"{fact.family}:{name}"


def _verdict(key: _Key, found: JudgedFact) -> FactVerdict:
    """The fact's verdict; for a step that reads one attribute, that attribute's."""
    if key[0] == "step":
        word = re.split(r"[:<]", key[1].split(":", 1)[1])[0]
        right = found.attributes.get(_ATTRIBUTES.get(word, word))
        if right is not None:
            return "right" if right else "wrong"
        if word not in ("status", "assertion") and found.verdict != "wrong":
            return "unjudged" if "<-" in key[1] else found.verdict
    return found.verdict


def _fired(result: NoteResult) -> Iterator[_Key]:
    cues: set[tuple[int, int, str]] = set()
    for m in result.prediction.mentions:
        yield "entry", m.entry
        yield "pattern", m.matched
        cues |= {(c.start, c.end, rule_id(c)) for c in m.cues}
    # One cue that acts on several mentions of its sentence fired once.
    for _, _, name in sorted(cues):
        yield "rule", name


def ledger(notes: Iterable[NoteResult], known: dict[Kind, list[str]] | None = None) -> list[Account]:
    """The accounts of all that is known or was used, by kind and id.

    Parameters
    ----------
    notes
        The judged notes.
    known
        Ids that get an account even where they never fired; by default those of :func:`known_ids`.
    """
    fired: Counter[_Key] = Counter()
    seen_in: Counter[_Key] = Counter()
    facts: Counter[_Key] = Counter()
    right: Counter[_Key] = Counter()
    wrong: Counter[_Key] = Counter()
    errors: Counter[_Key] = Counter()
    for n in notes:
        here = Counter(_fired(n))
        fired += here
        seen_in.update(here.keys())
        for found in judged_facts(n):
            for name in _rests_on(found):
                verdict = _verdict(name, found)
                facts[name] += 1
                right[name] += verdict == "right"
                wrong[name] += verdict == "wrong"
                if found.verdict == "right" and name[0] != "step":
                    errors[name] += found.attribute_errors
    listed = {(kind, name) for kind, names in (known or known_ids()).items() for name in names}
    everything = sorted(listed | set(fired) | set(facts), key=lambda k: (KINDS.index(k[0]), k[1]))
    return [
        Account(k[0], k[1], fired[k], seen_in[k], facts[k], right[k], wrong[k], errors[k]) for k in everything
    ]


def never_fired(accounts: Iterable[Account], kind: Kind) -> list[str]:
    """Ids of a kind that did nothing on this corpus: dead here, or for notes of another sort."""
    return [a.id for a in accounts if a.kind == kind and a.fired == 0 and a.facts == 0]
