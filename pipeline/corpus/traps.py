"""Corpora of traps: short texts, each for one phenomenon, with what must and must not be found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipeline.corpus.card import CARD, read_card
from pipeline.corpus.model import CorpusError, Problem, problem
from pipeline.corpus.trap_values import expect_faults

KNOWN = "known_failures.yaml"


@dataclass(frozen=True)
class TrapCase:
    """One text and what is expected of it.

    ``expect`` names the families that are judged, and those wholly; see ``docs/corpus-format.md``.
    """

    id: str
    name: str
    phenomenon: str
    text: str
    expect: Mapping[str, Any]


@dataclass(frozen=True)
class TrapCorpus:
    """All cases in order; titles by phenomenon; reasons of the known failures by case id."""

    name: str
    version: str
    path: Path
    cases: tuple[TrapCase, ...]
    titles: Mapping[str, str]
    known_failures: Mapping[str, str]
    digest: str


def is_traps(path: Path) -> bool:
    """Whether this folder is a corpus of traps, by its card, or for want of one by its files."""
    card = read_card(path) if path.is_dir() else None
    if card is not None:
        return card.kind == "traps"
    return path.is_dir() and not (path / "gold.jsonl").exists() and bool(_files(path))


def _files(path: Path) -> list[Path]:
    return sorted(p for p in path.glob("*.yaml") if p.name not in (CARD, KNOWN))


def _yaml(file: Path) -> tuple[Any, Problem | None]:
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8")), None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else None
        return None, problem("yaml", file, "is not valid YAML", "mend the YAML", line=line)
    except (OSError, UnicodeDecodeError) as error:
        return None, problem("yaml", file, f"cannot be read ({type(error).__name__})", "save it as UTF-8")


def _case(file: Path, phenomenon: str, data: Any, place: int) -> tuple[TrapCase | None, list[Problem]]:
    mend = "a case has id, name, text and expect; see docs/corpus-format.md"
    if not isinstance(data, dict) or not isinstance(data.get("id"), str):
        return None, [problem("trap_case", file, f"case {place} has no id", mend)]
    case_id = data["id"]
    problems = [
        problem("trap_case", file, f"{key} is missing or no text", mend, note=case_id)
        for key in ("name", "text")
        if not isinstance(data.get(key), str) or not data[key].strip()
    ]
    problems += [
        problem("trap_case", file, f"holds {key!r}, which is no key of a case", mend, note=case_id)
        for key in sorted(map(str, set(data) - {"id", "name", "text", "expect", "remarks"}))
    ]
    expect = data.get("expect")
    if not isinstance(expect, dict) or not expect:
        problems.append(problem("trap_case", file, "expects nothing", mend, note=case_id))
    else:
        problems += [
            problem(
                "illegal_value", file, cause, "see corpora/GUIDELINES.md for the legal values", note=case_id
            )
            for cause in dict.fromkeys(expect_faults(expect))
        ]
    if problems:
        return None, problems
    return TrapCase(case_id, data["name"], phenomenon, data["text"], data["expect"]), []


def _known(path: Path) -> tuple[dict[str, str], list[Problem]]:
    """Reasons by case id: a mapping, or a list of ``{id, reason}``."""
    file = path / KNOWN
    if not file.is_file():
        return {}, []
    data, trouble = _yaml(file)
    if trouble is not None:
        return {}, [trouble]
    if isinstance(data, list) and all(isinstance(x, dict) for x in data):
        data = {x.get("id"): x.get("reason") for x in data}
    if data is None:
        data = {}
    if not isinstance(data, dict) or not all(
        isinstance(k, str) and isinstance(r, str) and r.strip() for k, r in data.items()
    ):
        return {}, [
            problem("known_failures", file, "is no mapping of case ids to reasons", "write id: reason")
        ]
    return data, []


def _scan(path: Path) -> tuple[TrapCorpus, list[Problem]]:
    cases: list[TrapCase] = []
    problems: list[Problem] = []
    titles: dict[str, str] = {}
    seen: dict[str, str] = {}
    for file in _files(path):
        data, trouble = _yaml(file)
        if trouble is not None:
            problems.append(trouble)
            continue
        if not isinstance(data, dict) or not isinstance(data.get("phenomenon"), str):
            problems.append(
                problem("trap_file", file, "names no phenomenon", "add phenomenon, title and cases")
            )
            continue
        titles[data["phenomenon"]] = str(data.get("title") or data["phenomenon"])
        given = data.get("cases")
        if not isinstance(given, list) or not given:
            problems.append(problem("trap_file", file, "has no cases", "add cases"))
            continue
        for place, item in enumerate(given, start=1):
            case, mine = _case(file, data["phenomenon"], item, place)
            problems += mine
            case_id = item.get("id") if isinstance(item, dict) else None
            if isinstance(case_id, str) and case_id in seen:
                cause = f"this id stands already in {seen[case_id]}"
                problems.append(
                    problem("duplicate_id", file, cause, "give each case an id of its own", note=case_id)
                )
                continue
            if isinstance(case_id, str):
                seen[case_id] = file.name
            if case is not None:
                cases.append(case)
    known, mine = _known(path)
    problems += mine
    problems += [
        problem("known_failures", path / KNOWN, "no case has this id", "drop the line", note=case_id)
        for case_id in known
        if case_id not in seen
    ]
    card = read_card(path)
    content = json.dumps([[c.id, c.phenomenon, c.text, c.expect] for c in cases], sort_keys=True, default=str)
    corpus = TrapCorpus(
        name=card.name if card else path.resolve().name,
        version=card.version if card else "0",
        path=path,
        cases=tuple(cases),
        titles=titles,
        known_failures=known,
        digest=hashlib.sha256(content.encode("ascii")).hexdigest(),
    )
    return corpus, problems


def check_traps(path: Path) -> list[Problem]:
    """All problems of a corpus of traps."""
    return _scan(path)[1]


def load_traps(path: Path | str, *, missing_ok: bool = False) -> TrapCorpus:
    """The cases of a corpus of traps.

    With ``missing_ok`` a folder that does not exist is a corpus without cases.

    Raises
    ------
    CorpusError
        Where any file or case cannot be used; ``problems`` holds all.
    """
    path = Path(path)
    if not path.is_dir() and not missing_ok:
        raise CorpusError([problem("no_corpus", path, "is no folder", "check the path")])
    corpus, problems = _scan(path)
    errors = [p for p in problems if p.severity == "error"]
    if errors:
        raise CorpusError(errors)
    return corpus
