"""What another version read differently: a stored run of the same corpus, or facts that ``extract`` wrote."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.annotate.reading import Reading
from pipeline.errors import UsageError
from pipeline.evaluation.compare import changes_of
from pipeline.evaluation.evaluator import judged
from pipeline.evaluation.families import LIST_FAMILIES, PAIN, STATUS_FAMILIES
from pipeline.evaluation.runs import Run, find_run, note_data, stored_notes

Differences = dict[str, tuple[str, ...]]


def _entries(facts: Mapping[str, Any], family: str) -> Counter[str]:
    key, attributes = LIST_FAMILIES[family]
    return Counter(
        json.dumps({k: x.get(k) for k in (*key, *attributes)}, sort_keys=True)
        for x in facts.get(family) or ()
    )


def fact_differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """What two sets of facts of a note differ in, by family; a list entry counts where either lacks it."""
    for family in STATUS_FAMILIES:
        for region, value in (new.get(family) or {}).items():
            if value.get("status") != (old.get(family) or {}).get(region, {}).get("status"):
                yield f"{family} {region}"
    for family in LIST_FAMILIES:
        before, after = _entries(old, family), _entries(new, family)
        yield from [family] * max(sum((before - after).values()), sum((after - before).values()))
    for field in PAIN:
        if (old.get("pain") or {}).get(field) != (new.get("pain") or {}).get(field):
            yield f"pain {field}"


def _facts_file(path: Path) -> dict[str, Mapping[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
        facts = [json.loads(line) for line in lines if line.strip()]
        return {f["note_id"]: f for f in facts}
    except OSError as error:
        raise UsageError(str(path), f"cannot be read ({error.strerror})", "check --against") from None
    except (ValueError, KeyError, TypeError, UnicodeDecodeError):
        raise UsageError(
            str(path), "holds no facts", "write them with notewarrant extract --format facts"
        ) from None


def _run(which: str, folder: Path, readings: Sequence[Reading], like: Mapping[str, Any]) -> Differences:
    run: Run = find_run(which, folder, like)
    out: Differences = {}
    for r in readings:
        if r.note.gold is None:
            raise UsageError(
                "--against",
                "a stored run is of a corpus with gold",
                "give a .jsonl of extract --format facts",
            )
        old = run.notes.get(r.note.note_id)
        if old is None:
            continue
        data = {"notes": [note_data(judged(r.note.gold, r.prediction))]}
        new = stored_notes(data)[r.note.note_id]
        if new.digest == old.digest:
            out[r.note.note_id] = tuple(
                c.family for c in changes_of(old, new) if c.family not in ("criteria", "request")
            )
    return out


def differences(
    which: str, folder: Path, readings: Sequence[Reading], like: Mapping[str, Any]
) -> Differences:
    """Note id to what differs, by family.

    Parameters
    ----------
    which
        A ``.jsonl`` file of ``notewarrant extract --format facts``, else a stored run (id, path, name,
        ``latest``).
    folder
        The folder of runs.
    like
        Name, split and sets of the corpus, for ``latest``.

    Raises
    ------
    UsageError
        Where there is no such run or file, or it has none of these notes.
    """
    if which.endswith(".jsonl"):
        facts = _facts_file(Path(which))
        out = {
            r.note.note_id: tuple(fact_differences(facts[r.note.note_id], r.prediction.guide))
            for r in readings
            if r.note.note_id in facts
        }
    else:
        out = _run(which, folder, readings, like)
    if not out:
        raise UsageError("--against", f"{which} has none of these notes", "name a run of the same notes")
    return out
