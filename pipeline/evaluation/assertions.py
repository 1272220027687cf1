"""Assertion on given targets, against a file of annotated sentences.

Each line is an object with ``id``, ``text``, ``start``, ``end`` (code points, end exclusive) and any of
``negation`` (Affirmed, Negated, Possible), ``temporality`` (Recent, Historical, Not particular) and
``experiencer`` (Patient, Family member, Other): the shape of the NegEx test kit with ConText's annotations
(Harkema et al. 2009, J Biomed Inform 42:839). A field that is absent is not judged.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from extractors.assertion.measure import Score, assertion_at, carries, target_extractor
from pipeline.errors import DocumentError, MissingDocument
from pipeline.evaluation.wilson import wilson

_VALUES: Final = {
    "negation": {"affirmed", "negated", "possible"},
    "temporality": {"recent", "historical", "not particular"},
    "experiencer": {"patient", "family member", "family", "other"},
}
#: Flag of a mention, the annotation's field, and the values of that field that the flag stands for.
CLASSES: Final = (
    ("negated", "negation", {"negated"}),
    ("historical", "temporality", {"historical"}),
    ("hypothetical", "temporality", {"not particular"}),
    ("family", "experiencer", {"family member", "family", "other"}),
)
_MEND: Final = "see notewarrant eval --help for the shape of a line"


class AssertionLineError(DocumentError):
    """A line of the file that cannot be used; names file, line and cause, never the text."""

    code = "ASSERTION_LINE"


@dataclass(frozen=True, slots=True)
class Wrong:
    """An item on which a class is wrong: ``fp`` (the flag is there and should not be) or ``fn``."""

    id: str
    flag: str
    how: str


@dataclass(frozen=True)
class AssertionResult:
    """Counts by class, the items that are wrong, and the lines that could not be used."""

    items: int
    scores: dict[str, Score]
    wrong: tuple[Wrong, ...]
    problems: tuple[AssertionLineError, ...]


def _item(where: str, line: str) -> dict[str, Any]:
    """A line as an item, its values in lower case."""
    try:
        item = json.loads(line)
    except ValueError:
        raise AssertionLineError(where, "is not valid JSON", "mend the line") from None
    if not isinstance(item, dict):
        raise AssertionLineError(where, "is not an object", _MEND)
    missing = [k for k in ("text", "start", "end") if k not in item]
    if missing:
        raise AssertionLineError(where, f"lacks {', '.join(missing)}", _MEND)
    text, start, end = item["text"], item["start"], item["end"]
    if not isinstance(text, str) or type(start) is not int or type(end) is not int:
        raise AssertionLineError(where, "text must be a string, start and end whole numbers", _MEND)
    if not 0 <= start < end <= len(text) or not text[start:end].strip():
        raise AssertionLineError(where, f"{start} to {end} is no place in the text", "mend the offsets")
    if not any(item.get(field) for field in _VALUES):
        raise AssertionLineError(where, f"has none of {', '.join(_VALUES)}", _MEND)
    for field, legal in _VALUES.items():
        value = item.get(field)
        if value is None:
            continue
        if not isinstance(value, str) or value.strip().lower() not in legal:
            raise AssertionLineError(
                where, f"{field} is none of {', '.join(sorted(legal))}", "mend the value"
            )
        item[field] = value.strip().lower()
    return item


#: Item id, flags found, flags wanted.
_Judged = tuple[str, dict[str, bool], dict[str, bool]]


def read_lines(path: Path) -> list[tuple[str, str]]:
    """The file's lines that hold something, each with its place (``file:line``).

    Raises
    ------
    MissingDocument
        Where the file cannot be read as UTF-8 text.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise MissingDocument(str(path), "is not UTF-8 text", "save it as UTF-8") from None
    except OSError as error:
        raise MissingDocument(str(path), f"cannot be read ({error.strerror})", "check the path") from None
    lines = [(f"{path}:{n}", line) for n, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if not lines:
        raise MissingDocument(str(path), "holds no items", "name a file of annotated sentences")
    return lines


def _judged(
    lines: list[tuple[str, str]],
) -> Iterator[tuple[str, dict[str, bool], dict[str, bool]] | AssertionLineError]:
    """Item id, flags found and flags wanted of each line, or what is wrong with the line."""
    extractor = target_extractor()
    for n, (where, line) in enumerate(lines, start=1):
        try:
            item = _item(where, line)
        except AssertionLineError as error:
            yield error
            continue
        try:
            mention = assertion_at(extractor, item["text"], item["start"], item["end"])
        except Exception as error:  # noqa: BLE001  whatever it is, its message might quote the text
            yield AssertionLineError(where, f"gives no target ({type(error).__name__})", "mend the offsets")
            continue
        asked = [(flag, field, values) for flag, field, values in CLASSES if item.get(field)]
        got = {flag: carries(item, mention, flag) for flag, _, _ in asked}
        want = {flag: item[field] in values for flag, field, values in asked}
        yield str(item.get("id", n)), got, want


def evaluate_assertions(
    lines: list[tuple[str, str]], on_item: Callable[[], object] | None = None
) -> AssertionResult:
    """Counts of every class over the lines of :func:`read_lines`; bad lines are collected."""
    counts = {flag: [0, 0, 0] for flag, _, _ in CLASSES}
    wrong: list[Wrong] = []
    problems: list[AssertionLineError] = []
    items = 0
    for judged in _judged(lines):
        if on_item:
            on_item()
        if isinstance(judged, AssertionLineError):
            problems.append(judged)
            continue
        items += 1
        item_id, got, want = judged
        for flag in got:
            counts[flag][0] += got[flag] and want[flag]
            counts[flag][1] += got[flag] and not want[flag]
            counts[flag][2] += want[flag] and not got[flag]
            if got[flag] != want[flag]:
                wrong.append(Wrong(item_id, flag, "fp" if got[flag] else "fn"))
    scores = {flag: Score(*c) for flag, c in counts.items()}
    return AssertionResult(items, scores, tuple(wrong), tuple(problems))


def assertion_data(result: AssertionResult, name: str) -> dict[str, Any]:
    """The result as plain data; ids and counts only."""
    classes = {}
    for flag, s in result.scores.items():
        classes[flag] = {
            "precision": s.precision if s.tp + s.fp else None,
            "precision_interval": wilson(s.tp, s.tp + s.fp),
            "recall": s.recall if s.tp + s.fn else None,
            "recall_interval": wilson(s.tp, s.tp + s.fn),
            "f1": s.f1 if s.tp + s.fp + s.fn else None,
            "tp": s.tp,
            "fp": s.fp,
            "fn": s.fn,
        }
    return {
        "file": name,
        "items": result.items,
        "classes": classes,
        "wrong": [{"id": w.id, "class": w.flag, "how": w.how} for w in result.wrong],
        "unusable_lines": [e.where.rsplit(":", 1)[-1] for e in result.problems],
    }


def assertion_text(result: AssertionResult, name: str) -> str:
    """The result as a table for a terminal."""

    def share(value: float, total: int, right: int) -> str:
        interval = wilson(right, total)
        return f"{value:.3f} ({interval[0]:.2f}-{interval[1]:.2f})" if interval else "-"

    out = [f"{name}: {result.items} items", ""]
    out.append(f"{'class':14}{'precision':>20}{'recall':>20}{'F1':>8}{'tp':>6}{'fp':>6}{'fn':>6}")
    for flag, s in result.scores.items():
        f1 = f"{s.f1:.3f}" if s.tp + s.fp + s.fn else "-"
        precision, recall = share(s.precision, s.tp + s.fp, s.tp), share(s.recall, s.tp + s.fn, s.tp)
        out.append(f"{flag:14}{precision:>20}{recall:>20}{f1:>8}{s.tp:>6}{s.fp:>6}{s.fn:>6}")
    out += ["", "in brackets: Wilson's 95 % interval"]
    if result.problems:
        out.append(f"lines that could not be used: {len(result.problems)}")
    return "\n".join(out) + "\n"
