"""What became of each predicted fact, gathered from the judgements of its note."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pipeline.evaluation.evaluator import NoteResult
from pipeline.evaluation.predict import FoundFact

#: free: the gold neither requires nor forbids it. unjudged: the gold says nothing of such facts.
FactVerdict = Literal["right", "wrong", "free", "unjudged"]


@dataclass(frozen=True, slots=True)
class JudgedFact:
    """A predicted fact with its verdict, and which of its judged attributes are right."""

    fact: FoundFact
    verdict: FactVerdict
    attributes: Mapping[str, bool]

    @property
    def attribute_errors(self) -> int:
        """How many attributes are wrong."""
        return sum(not right for right in self.attributes.values())


def _verdict(kinds: set[str]) -> FactVerdict:
    """Of the verdicts of an entry or status; of several fields (pain) one right one will do."""
    if "right" in kinds:
        return "right"
    if kinds & {"wrong", "extra"}:
        return "wrong"
    return "free" if "free" in kinds else "unjudged"


def judged_facts(result: NoteResult) -> Iterator[JudgedFact]:
    """Every predicted fact of a note.

    An entry of a list is right where the gold has one of its key, a status where it is accepted; its other
    attributes are counted beside that. The pain fact, which has no key, is right where one of its fields is.
    """
    verdicts: dict[str, set[str]] = {}
    attributes: dict[str, dict[str, bool]] = {}
    for j in result.judgements:
        if not j.fact or j.verdict == "missed":
            continue
        if j.part in ("entry", "status") or j.family == "pain":
            verdicts.setdefault(j.fact, set()).add(j.verdict)
        if j.part not in ("entry", "status"):
            attributes.setdefault(j.fact, {})[j.part] = not j.fault
    for name, fact in result.prediction.facts.items():
        yield JudgedFact(fact, _verdict(verdicts.get(name, set())), attributes.get(name, {}))
