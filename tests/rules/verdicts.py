"""What the rules say of every named case, word for word: ``tests/rules/verdicts/*.yaml``.

    python tests/rules/verdicts.py      (make verdicts) writes the files anew and says what changed

The files are read by people: they are the public text of the product, and the diff of a change shows every
verdict and every word that it alters. A verdict that changes asks for a new version of its check and for a
line in CHANGELOG.md; without them the files are not written.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from rules.assessment import Assessment, Step
from rules.case import Case
from rules.checks import CATALOGUE, check_of
from rules.engine import assess, day_of, weigh
from rules.policy import Policy

if __package__:
    from .conftest import load_all, make_case, policy_of
else:  # run as a command
    sys.path.insert(0, str(Path(__file__).parent))
    from conftest import load_all, make_case, policy_of

FOLDER = Path(__file__).with_name("verdicts")
CHANGELOG = Path(__file__).parents[2] / "CHANGELOG.md"


def _trail(steps: tuple[Step, ...]) -> Iterator[str]:
    for step in steps:
        yield f"{step.asked}: {step.found} {list(step.facts)}"
        yield from _trail(step.steps)


def _digest(lines: Iterator[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:8]


def supplies(stem: str, case: Case, policy: Policy, on: dt.date | None) -> dict[str, list[str]]:
    """What the findings of a check's own file would have the what-if supply, by the finding's id."""
    if stem.startswith("policy-"):
        return {}
    found = weigh(case.in_reading_order(), policy, on or day_of(case))
    return {
        w.finding.id: [
            f"{s.words} [{s.family} {s.value.model_dump_json(exclude_defaults=True)}]" for s in asked
        ]
        for w in found
        if (asked := w.draft.supplies)
    }


def told(stem: str, assessment: Assessment, supplied: dict[str, list[str]]) -> dict[str, Any]:
    """One case's verdicts: the answer, and the findings of the check that the file is about.

    A policy's file tells the outcomes of all checks, whose words stand in the checks' own files.
    """
    if stem.startswith("policy-"):
        answer = assessment.determination
        outcomes = {f.id: f.outcome for f in assessment.findings if f.outcome != "not_applicable"}
        return {"answer": answer.answer, "statement": answer.statement, "outcomes": outcomes}
    findings = []
    for f in assessment.findings:
        if f.ref != stem.split("_")[0]:
            continue
        row: dict[str, Any] = {"id": f.id, "outcome": f.outcome, "severity": f.severity}
        if f.required:
            row["required"] = True
        row["message"] = f.message
        row |= {
            key: value
            for key, value in (
                ("remedies", [_remedy(r) for r in f.remedies]),
                ("supplies", supplied.get(f.id)),
                ("codes", " ".join(c.code for c in f.codes)),
                ("figures", " ".join(p.name for p in f.parameters)),
                ("evidence", " ".join(f"{e.document}:{e.start}" for e in f.evidence)),
            )
            if value
        }
        row["trail"] = _digest(_trail(f.trail))
        findings.append(row)
    answer = assessment.determination
    return {
        "answer": answer.answer,
        "statement": answer.statement,
        "asks": [m.item for m in assessment.missing_documentation],
        "findings": findings,
    }


def _remedy(remedy: Any) -> str:
    codes = f" [{' '.join(c.code for c in remedy.codes)}]" if remedy.codes else ""
    return f"{remedy.action}{codes}" + (f" for {remedy.replaces}" if remedy.replaces else "")


def verdicts() -> dict[str, dict[str, Any]]:
    """Every file's verdicts by the case's name, as the rules give them now."""
    found: dict[str, dict[str, Any]] = {}
    for stem, spec in load_all():
        case, policy, day = make_case(spec), policy_of(spec), spec.get("day")
        asked = supplies(stem, case, policy, day)
        found.setdefault(stem, {})[spec["name"]] = told(stem, assess(case, policy, on=day), asked)
    return found


def stored(stem: str) -> dict[str, Any]:
    """A file's verdicts as written; empty where there is no such file."""
    path = FOLDER / f"{stem}.yaml"
    return yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader) if path.is_file() else {}


def versions() -> dict[str, str]:
    """Version of every check."""
    return {check.ref: check.version for check in CATALOGUE}


def unannounced(old: dict[str, Any], new: dict[str, Any], before: dict[str, str]) -> list[str]:
    """Verdicts of cases known before that changed although their check kept its version."""
    out = []
    for name in old.keys() & new.keys():
        was, now = (
            {f["id"]: f["outcome"] for f in case.get("findings", ())} for case in (old[name], new[name])
        )
        for finding, outcome in now.items():
            ref = next(c.ref for c in CATALOGUE if finding == c.ref or finding.startswith(f"{c.ref}-"))
            changed = finding in was and was[finding] != outcome
            if changed and before.get(ref) == check_of(ref).version:
                out.append(f"{ref}: case {name!r}, {finding}: {was[finding]} -> {outcome}")
    return sorted(out)


def digest() -> str:
    """SHA-256 over the whole JSON of every case's assessment: equal in every process and on every Python."""
    total = hashlib.sha256()
    for _, spec in load_all():
        found = assess(make_case(spec), policy_of(spec), on=spec.get("day"), what_if=True)
        total.update(found.model_dump_json().encode())
    return total.hexdigest()


def main() -> int:
    """Write the files; 1 where a verdict changed without a new version. ``--digest`` only prints it."""
    if sys.argv[1:] == ["--digest"]:
        print(digest())
        return 0
    before = stored("versions")
    now = verdicts()
    faults = [x for stem, cases in now.items() for x in unannounced(stored(stem), cases, before)]
    for fault in faults:
        print(f"{fault}; raise the check's version and name it in CHANGELOG.md", file=sys.stderr)
    if faults:
        return 1
    FOLDER.mkdir(exist_ok=True)
    for stale in {p.stem for p in FOLDER.glob("*.yaml")} - {*now, "versions"}:
        (FOLDER / f"{stale}.yaml").unlink()
    for stem, cases in {**now, "versions": versions()}.items():
        changed = [n for n in cases if stored(stem).get(n) != cases[n]] if stem != "versions" else []
        if changed:
            print(f"{stem}: {len(changed)} cases told otherwise or new")
        text = yaml.dump(cases, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=110)
        (FOLDER / f"{stem}.yaml").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
