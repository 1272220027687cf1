"""Lint and trials as text and as plain data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.lexicons.finding import SEVERITIES
from pipeline.lexicons.lint import Linted
from pipeline.lexicons.suggest import Candidate, Suggestions
from pipeline.lexicons.trial import Trial
from pipeline.render.unsaid import UNSAID


def as_json(data: Any) -> str:
    """Indented JSON with a line end."""
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def plural(number: int, word: str) -> str:
    """``1 file``, ``2 files``, ``2 entries``."""
    if number == 1:
        return f"1 {word}"
    return f"{number} {word[:-1]}ies" if word.endswith("y") else f"{number} {word}s"


def lint_data(result: Linted) -> dict[str, Any]:
    """The findings and the counts."""
    return {
        "files": result.files,
        "entries": result.entries,
        "expressions": result.expressions,
        "notes": result.notes,
        "counts": {s: result.count(s) for s in SEVERITIES},
        "findings": [f.as_data() for f in result.findings],
    }


def lint_lines(result: Linted) -> Iterator[str]:
    """One line a finding, and a line of counts."""
    for f in result.findings:
        yield f"{f.severity}: {f.where}: {f.cause}; {f.mend} [{f.code}]"
    looked = ", ".join(
        [
            plural(result.files, "file"),
            plural(result.entries, "entry"),
            plural(result.expressions, "expression"),
        ]
    )
    on = f", on {plural(result.notes, 'note')}" if result.notes is not None else ""
    counts = ", ".join(
        f"{result.count(s)} info" if s == "info" else plural(result.count(s), s) for s in SEVERITIES
    )
    yield f"{looked}{on}: {counts}"


_SAID = {
    "same_label": "is read by another entry of the same meaning",
    "taken": "is read by an entry of another meaning",
    "unsaid": UNSAID,
    "hidden": "has no anchor of the entry",
    "silent": "is matched by no expression of the entry",
    "fires": "is matched all the same",
}


def trial_data(trials: Sequence[Trial]) -> dict[str, Any]:
    """Every trial with its outcome."""
    return {
        "trials": len(trials),
        "faults": sum(not t.good for t in trials),
        "results": [
            {
                "family": t.family, "entry": t.entry, "kind": t.kind, "text": t.text, "outcome": t.outcome,
                "good": t.good, "by": list(t.by),
            }
            for t in trials
        ],
    }  # fmt: skip


def trial_lines(trials: Sequence[Trial]) -> Iterator[str]:
    """What is not read by its own entry, and counts by family."""
    for t in trials:
        if t.outcome != "right":
            by = f" ({', '.join(t.by)})" if t.by else ""
            verdict = "ok" if t.good else "FAULT"
            yield f"{verdict}: {t.family}/{t.entry}: {t.kind} {t.text!r} {_SAID[t.outcome]}{by}"
    for family in dict.fromkeys(t.family for t in trials):
        mine = [t for t in trials if t.family == family]
        examples = sum(t.kind == "example" for t in mine)
        faults = sum(not t.good for t in mine)
        yield (
            f"{family}: {plural(examples, 'example')}, {plural(len(mine) - examples, 'counter-example')}, "
            f"{plural(faults, 'fault')}"
        )


def suggest_data(found: Suggestions, shown: Sequence[Candidate]) -> dict[str, Any]:
    """Counts, and the candidates that were asked for."""
    return {
        "notes": found.notes,
        "misses": found.misses,
        "unknown_to_the_lexicons": found.unknown,
        "candidates": [c.as_data() for c in shown],
    }


def suggest_lines(found: Suggestions, shown: Sequence[Candidate]) -> Iterator[str]:
    """One candidate in two lines."""
    yield (
        f"{plural(found.notes, 'note')}, {plural(found.misses, 'missed entry')}, "
        f"{found.unknown} of them with no lexicon entry at their quotes"
    )
    for c in shown:
        yield (
            f'{c.score:6.2f}  "{c.phrase}"  for {c.family} {c.wanted}: '
            f"in {c.missed} of {c.missed_notes} notes with such a miss, "
            f"in {c.elsewhere} of {c.other_notes} without that meaning"
        )
        near = c.nearest
        entry = (
            "no lexicon"
            if near is None
            else near.entry
            if near.means
            else f"{near.entry} (means {near.label})"
        )
        yield f"        notes {', '.join(c.notes)}; nearest entry {entry}"
