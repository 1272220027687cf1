"""Traps: short texts with one phenomenon each, of which exactly the named facts must be found.

Only what a case names is judged: of a family by region the named regions, of a list all entries (none beside
those expected), of an entry the keys that are given, of pain, request and criteria the named parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pipeline.corpus import TrapCase, TrapCorpus
from pipeline.corpus.trap_values import as_gold
from pipeline.evaluation.families import EXACT, LIST_FAMILIES, STATUS_FAMILIES
from pipeline.evaluation.predict import Failure, Prediction, predict_all
from pipeline.evaluation.values import accepted, status_values

#: Figures of a trap are exact but for rounding (26 weeks for half a year): one part in a hundred, or
#: 0.011; a year is exact.
_RELATIVE, _ABSOLUTE = 0.01, 0.011
#: An entry of a list, a family's facts, or what is expected of them.
Entry = Mapping[str, Any]
#: Keys that say what sort of thing an entry is.
_KINDS: Final = ("modality", "kind", "target", "cpt")
#: Fields of an entry that say how it is to be read, and are compared with nothing.
_NOT_COMPARED: Final = frozenset({"evidence", "required", "remarks"})


@dataclass(frozen=True, slots=True)
class Fault:
    """One expectation that was not met: family, what was wanted, what was found; never any text."""

    family: str
    wanted: str
    found: str

    def __str__(self) -> str:
        return f"{self.family}: wanted {self.wanted}, found {self.found}"


@dataclass(frozen=True)
class TrapResult:
    """One case with its faults; ``reason`` says why it is known to fail, None where it is not."""

    case: TrapCase
    faults: tuple[Fault, ...]
    reason: str | None
    failure: Failure | None = None

    @property
    def passed(self) -> bool:
        """Whether everything that the case names was found, and nothing else."""
        return not self.faults and self.failure is None

    @property
    def as_known(self) -> bool:
        """Whether it passes unless it is known to fail, and fails if it is."""
        return self.passed == (self.reason is None)


def _equal(value: Any, want: Any, name: str = "") -> bool:
    if isinstance(want, bool) or isinstance(value, bool):
        return value is want
    if name not in EXACT and isinstance(want, int | float) and isinstance(value, int | float):
        return abs(want - value) <= max(_RELATIVE * max(abs(want), abs(value)), _ABSOLUTE)
    if isinstance(want, list):
        return sorted(map(str, want)) == sorted(map(str, value or ()))
    return bool(value == want)


def _fits(found: Entry, want: Entry) -> bool:
    """Whether a found entry has every value that is given."""
    return all(
        any(_equal(found.get(k), w, k) for w in accepted(v))
        for k, v in want.items()
        if k not in _NOT_COMPARED
    )


def unmatched(found: Sequence[Entry], want: Sequence[Entry]) -> tuple[list[int], list[int]]:
    """Places of found and of wanted entries that are left over by the largest matching of the two.

    A loose expectation ("some past injection") must not take the entry that a stricter one needs, so that
    matches are moved along augmenting paths.
    """
    taken: dict[int, int] = {}

    def place(w: int, tried: set[int]) -> bool:
        for f in range(len(found)):
            if f in tried or not _fits(found[f], want[w]):
                continue
            tried.add(f)
            if f not in taken or place(taken[f], tried):
                taken[f] = w
                return True
        return False

    missing = [w for w in range(len(want)) if not place(w, set())]
    return [f for f in range(len(found)) if f not in taken], missing


def _shown(entry: Entry) -> str:
    parts = [f"{k}={v}" for k, v in entry.items() if k not in (*_NOT_COMPARED, "id") and v not in (None, [])]
    return "(" + ", ".join(parts) + ")"


def _entries(family: str, found: Sequence[Entry], want: Sequence[Entry]) -> list[Fault]:
    optional = [w for w in want if not w.get("required", True)]
    strict = [w for w in want if w.get("required", True)]
    over, missing = unmatched(found, strict)
    rest = [found[f] for f in over]
    over, _ = unmatched(rest, optional)
    extra = [rest[f] for f in over]
    faults = []
    for w in missing:
        # What was found in its place, if anything of its kind was, says more than that it is missing.
        kind = next((k for k in _KINDS if k in strict[w]), None)
        like = next((x for x in extra if kind is not None and _fits(x, {kind: strict[w][kind]})), None)
        if like is None:
            faults.append(Fault(family, _shown(strict[w]), "none such"))
        else:
            extra.remove(like)
            faults.append(Fault(family, _shown(strict[w]), _shown(like)))
    return faults + [Fault(family, "no further entry", _shown(x)) for x in extra]


def _values(family: str, found: Entry, want: Entry) -> Iterator[Fault]:
    for name, value in want.items():
        if name in _NOT_COMPARED:
            continue
        if not any(_equal(found.get(name), w) for w in accepted(value)):
            options = " or ".join(map(str, accepted(value)))
            yield Fault(f"{family}.{name}", options, str(found.get(name)))


def _request(found: Entry, want: Entry) -> Iterator[Fault]:
    if "procedures" in want:
        yield from _entries("request.procedures", found.get("procedures") or [], want["procedures"])
    if "diagnoses" in want and not _equal(found.get("diagnoses"), want["diagnoses"]):
        shown = [", ".join(codes or ()) or "none" for codes in (want["diagnoses"], found.get("diagnoses"))]
        yield Fault("request.diagnoses", *shown)


def faults_of(expect: Entry, found: Entry) -> tuple[Fault, ...]:
    """Every expectation of a case that its facts do not meet.

    Parameters
    ----------
    expect
        As in the corpus's file.
    found
        The facts in the shape of the guide (see :mod:`pipeline.guide`).
    """
    want = as_gold(expect)
    out: list[Fault] = []
    for family in STATUS_FAMILIES:
        for region in want.get(family) or {}:
            options = status_values(want, family, region)
            got = status_values(found, family, region)[0]
            if got not in options:
                out.append(Fault(f"{family}.{region}", " or ".join(options), got))
    for family in LIST_FAMILIES:
        if family in want:
            out += _entries(family, found.get(family) or [], want[family])
    for family in ("pain", "criteria"):
        out += _values(family, found.get(family) or {}, want.get(family) or {})
    out += _request(found.get("request") or {}, want.get("request") or {})
    return tuple(out)


def _result(case: TrapCase, prediction: Prediction, reason: str | None) -> TrapResult:
    if prediction.failure:
        return TrapResult(case, (), reason, prediction.failure)
    return TrapResult(case, faults_of(case.expect, prediction.guide), reason)


def run_traps(
    corpus: TrapCorpus, *, jobs: int = 1, on_case: Callable[[], object] | None = None
) -> list[TrapResult]:
    """Every case of a corpus of traps, in its order, whatever the number of processes."""
    out = []
    predictions = predict_all([(c.id, c.text) for c in corpus.cases], jobs)
    for case, prediction in zip(corpus.cases, predictions, strict=True):
        out.append(_result(case, prediction, corpus.known_failures.get(case.id)))
        if on_case:
            on_case()
    return out
