"""Runs on disk: one JSON file each, with scores and what became of every part of every note.

A run holds ids, families, keys, values and offsets, and nothing of a note's text.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pipeline.corpus import GoldNote
from pipeline.errors import OutputError, UsageError
from pipeline.evaluation.counts import Counts
from pipeline.evaluation.evaluator import Evaluation, NoteResult
from pipeline.evaluation.judgement import Judgement

#: Default folder of the runs, below the working directory.
RUNS: Final = Path(".notewarrant") / "runs"
#: Raised when a stored run changes its shape.
FORMAT: Final = 1


@dataclass(frozen=True)
class StoredNote:
    """One note of a stored run."""

    note_id: str
    #: Of text and gold: where it differs there is nothing to compare.
    digest: str
    counts: Counts
    judgements: tuple[Judgement, ...]


@dataclass(frozen=True)
class Run:
    """A stored run: ``data`` is the file's content, ``notes`` its notes by id."""

    path: Path
    data: Mapping[str, Any]
    notes: Mapping[str, StoredNote]

    @property
    def id(self) -> str:
        """The run's id, which is its file's name."""
        return str(self.data["id"])

    @property
    def label(self) -> str:
        """Id and, where it has one, name."""
        name = self.data.get("name")
        return f"{self.id} ({name})" if name else self.id


def _judgement(j: Judgement, places: Mapping[str, list[int]]) -> dict[str, Any]:
    data: dict[str, Any] = {"family": j.family, "part": j.part, "verdict": j.verdict}
    for name in ("gold", "fact", "partner"):
        if value := getattr(j, name):
            data[name] = value
    if j.key:
        data["key"] = dict(j.key)
    if j.want:
        data["want"] = list(j.want)
    if j.got is not None:
        data["got"] = list(j.got) if isinstance(j.got, tuple) else j.got
    if j.fact in places:
        data["at"] = places[j.fact]
    return data


def _judged_part(gold: Any) -> Any:
    """The gold without quotes and remarks, which no score depends on."""
    if isinstance(gold, Mapping):
        return {k: _judged_part(v) for k, v in gold.items() if k not in ("evidence", "remarks")}
    return [_judged_part(v) for v in gold] if isinstance(gold, list) else gold


def note_digest(note: GoldNote) -> str:
    """A hash of a note's text and judged gold: only where both are the same can two runs be compared."""
    gold = json.dumps(_judged_part(note.gold), sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(f"{note.text}\0{gold}".encode("utf-8", "surrogatepass")).hexdigest()


def note_data(result: NoteResult) -> dict[str, Any]:
    """One note as a stored run holds it."""
    note, found = result.note, result.prediction
    places = {f.id: [f.start, f.end] for f in found.facts.values()}
    return {
        "note_id": note.note_id,
        "set": note.set,
        "split": note.split,
        "document_type": result.document_type,
        "length": len(note.text),
        "digest": note_digest(note),
        "failure": found.failure.code if found.failure else None,
        "counts": result.counts,
        "judgements": [_judgement(j, places) for j in result.judgements],
    }


def run_data(evaluation: Evaluation) -> dict[str, Any]:
    """An evaluation as plain data without clock and id: the same notes and versions give the same bytes."""
    corpus = evaluation.corpus
    return {
        "format": FORMAT,
        "corpus": {
            "name": corpus.name,
            "version": corpus.version,
            "digest": corpus.digest,
            "split": evaluation.split,
            "sets": list(evaluation.sets) if evaluation.sets else None,
            "notes": len(evaluation.notes),
        },
        "versions": dict(evaluation.versions),
        "seed": evaluation.seed,
        "resamples": evaluation.resamples,
        "scores": {
            name: {"value": s.value, "low": s.low, "high": s.high, "detail": s.detail}
            for name, s in evaluation.scores().items()
        },
        "notes": [note_data(n) for n in evaluation.notes],
    }


def save_run(data: Mapping[str, Any], folder: Path, name: str | None = None) -> Path:
    """Write a run whole or not at all; returns its path.

    The id is made of the second and of a digest of the content, so that two runs at once cannot meet.

    Raises
    ------
    OutputError
        Where the folder cannot be made or written.
    """
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    body = json.dumps(data, ensure_ascii=False, sort_keys=True, allow_nan=False)
    digest = hashlib.sha256(f"{name}{body}".encode()).hexdigest()[:8]
    run_id = f"{now:%Y%m%dT%H%M%SZ}-{digest}"
    head = {"id": run_id, "name": name, "date": now.isoformat()}
    path = folder / f"{run_id}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=".run-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                json.dump({**head, **data}, stream, ensure_ascii=False, indent=1, allow_nan=False)
                stream.write("\n")
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OutputError(
            str(folder), f"the run cannot be written ({error.strerror})", "name another folder with --runs"
        ) from None
    return path


def _judgements(raw: Iterable[Mapping[str, Any]]) -> tuple[Judgement, ...]:
    return tuple(
        Judgement(
            r["family"], r["part"], r["verdict"], r.get("gold", ""), r.get("key", {}),
            tuple(r.get("want", ())), r.get("got"), r.get("fact", ""), r.get("partner", ""),
        )
        for r in raw
    )  # fmt: skip


def stored_notes(data: Mapping[str, Any]) -> dict[str, StoredNote]:
    """The notes of a run's data by id, in their order."""
    return {
        n["note_id"]: StoredNote(n["note_id"], n["digest"], n["counts"], _judgements(n["judgements"]))
        for n in data["notes"]
    }


def _is_run(data: Mapping[str, Any]) -> bool:
    """Whether what a comparison reads beside the notes is there and of its type."""
    return (
        isinstance(data["id"], str)
        and isinstance(data["corpus"], dict)
        and all(isinstance(n["digest"], str) for n in data["notes"])
        and all(type(value) is int for n in data["notes"] for value in n["counts"].values())
        and all(isinstance(c["id"], str) and type(c["passed"]) is bool for c in data.get("cases", ()))
    )


def load_run(path: Path) -> Run:
    """Read a stored run.

    Raises
    ------
    UsageError
        Where the file does not exist, or is no run of this format.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            raise UsageError(
                str(path), f"is a run of format {data['format']}, not {FORMAT}", "evaluate that version again"
            )
        notes = stored_notes(data)
        if not _is_run(data):
            raise ValueError
    except OSError as error:
        raise UsageError(
            str(path), f"cannot be read ({error.strerror})", "check --against and --runs"
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UsageError(
            str(path), "is not a stored run", "name a run that notewarrant eval has written"
        ) from None
    return Run(path, data, notes)


def stored_runs(folder: Path) -> list[Path]:
    """The runs of a folder, oldest first."""
    return sorted(p for p in folder.glob("*.json") if re.match(r"\d{8}T\d{6}Z-", p.name))


def _readable(paths: Iterable[Path]) -> Iterator[Run]:
    """Those runs that this version can read; others were stored by another version, or are no runs."""
    for path in paths:
        with suppress(UsageError):
            yield load_run(path)


def _of_kind(run: Run, like: Mapping[str, Any]) -> Run:
    """The run, unless one is of traps and the other of charts: they have nothing in common."""
    if run.data.get("kind") == like.get("kind"):
        return run
    kinds = [str(data.get("kind") or "charts") for data in (run.data, like)]
    raise UsageError("--against", f"{run.id} is a run of {kinds[0]}", f"name a run of {kinds[1]}")


def find_run(which: str, folder: Path, like: Mapping[str, Any]) -> Run:
    """A run by path, by id (or its beginning, or its name), or the latest one of the same corpus and split.

    Parameters
    ----------
    which
        ``latest``, a path, an id, the beginning of one id only, or a name (the newest of that name, of
        this corpus if there is one).
    folder
        The folder of runs.
    like
        The ``corpus`` part of the run to compare; ``latest`` looks for the same name, split and sets.
        ``kind`` is "traps" for a run of traps.

    Raises
    ------
    UsageError
        Where there is none, several begin so, or it is of traps and the other is not.
    """
    if which == "latest":
        for run in _readable(reversed(stored_runs(folder))):
            same = all(run.data["corpus"].get(k) == like.get(k) for k in ("name", "split", "sets"))
            if same and run.data.get("kind") == like.get("kind"):
                return run
        raise UsageError(
            "--against latest",
            f"no run of this corpus and split in {folder}",
            "evaluate once without --against",
        )
    if which.endswith(".json") or os.sep in which:
        return _of_kind(load_run(Path(which)), like)
    paths = stored_runs(folder)
    found = [p for p in paths if p.stem == which] or [p for p in paths if p.stem.startswith(which)]
    if not found:
        named = [run for run in _readable(paths) if run.data.get("name") == which]
        own = [run for run in named if run.data["corpus"].get("name") == like.get("name")]
        found = [run.path for run in own or named][-1:]
    if len(found) != 1:
        cause = f"no run {which!r} in {folder}" if not found else f"{len(found)} runs begin so"
        raise UsageError("--against", cause, f"choose an id of a file in {folder}")
    return _of_kind(load_run(found[0]), like)
