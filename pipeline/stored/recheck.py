"""Recheck a site's stored cases, and leave a report of the answers that turned among its reports.

The flips are noted in a file as they are met, so that a run that is killed loses none: the next one finds the
file and makes its report.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from pydantic import ValidationError

from pipeline.errors import OutputError
from pipeline.private_files import make_folder, write_text
from pipeline.render.flips import flip_lines, flips_html
from pipeline.store import Store
from pipeline.stored.rechecked import Rechecked, recheck_store
from rules.replay import Replayed

if TYPE_CHECKING:
    from pipeline.site import Site

_PART: Final = ".part"
_NAME: Final = "recheck-"


@dataclass(frozen=True)
class Report:
    """What a recheck found, and its report's stem (``.json``, ``.txt``, ``.html``) where answers flip."""

    found: Rechecked
    stem: Path | None = None
    #: Reports of flips that runs before this one met and could not report.
    taken_over: tuple[Path, ...] = ()

    def counts(self) -> dict[str, int]:
        """Counts alone, for orchestrators and logs."""
        return self.found.counts()


def told(found: Rechecked) -> str:
    """The counts as a sentence."""
    if not found.outdated:
        return "nothing to do: every stored result is of today's policy and rules"
    verb = "would be checked again" if found.dry_run else "checked again"
    parts = [
        f"{found.recorded + found.would_record} stored cases {verb}: {len(found.flips)} answers flip, "
        f"{found.findings_turned} keep the answer with other findings"
    ]
    if found.known:
        parts.append(f"{found.known} had today's result already")
    if found.unreadable:
        parts.append(f"{len(found.unreadable)} cannot be read by today's rules")
    return "; ".join(parts)


def recheck_text(found: Rechecked) -> str:
    """The counts and the flips, for a person."""
    lines = [told(found)]
    lines += flip_lines(found.flips)
    if found.unreadable:
        lines.append(f"jobs that cannot be read: {', '.join(map(str, found.unreadable))}")
    if found.unknown_policies:
        lines.append(
            f"policies of stored results that are not known here: {', '.join(found.unknown_policies)}"
        )
    return "\n".join(lines) + "\n"


class _Noted:
    """The flips of a run, a line each, in a file that only its writer has locked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stream: TextIO | None = None
        self.path: Path | None = None

    def add(self, flip: Replayed) -> None:
        """Write a flip through to the file; it is made with the first one."""
        try:
            if self._stream is None:
                self._stream = self._opened()
            self._stream.write(flip.model_dump_json() + "\n")
            self._stream.flush()
        except OSError as error:
            raise OutputError(
                str(self._folder), f"cannot be written ({error.strerror})", "make room or mend permissions"
            ) from None

    def _opened(self) -> TextIO:
        """A new file, locked; one that another run met before it was locked, and took away, is made anew."""
        make_folder(self._folder)
        while True:
            stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
            self.path = self._folder / f"{_NAME}{stamp}-{uuid.uuid4().hex[:6]}.jsonl{_PART}"
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            stream = os.fdopen(handle, "w", encoding="utf-8")
            fcntl.flock(handle, fcntl.LOCK_EX)
            if os.fstat(handle).st_nlink:
                return stream
            stream.close()

    def close(self) -> None:
        """Let go of the file."""
        if self._stream is not None:
            self._stream.close()


def _write(stem: Path, found: Rechecked) -> None:
    write_text(stem.with_suffix(".json"), found.model_dump_json(indent=2) + "\n")
    write_text(stem.with_suffix(".txt"), recheck_text(found))
    write_text(
        stem.with_suffix(".html"), flips_html("Stored cases checked again", [told(found)], found.flips)
    )


def _left_over(folder: Path) -> list[Path]:
    """Make reports of what killed runs had noted; return their stems."""
    out: list[Path] = []
    for path in sorted(folder.glob(f"{_NAME}*.jsonl{_PART}")):
        try:
            handle = os.open(path, os.O_RDONLY)
        except FileNotFoundError:  # its run has just ended
            continue
        with os.fdopen(handle, encoding="utf-8") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:  # its run is alive
                continue
            flips = []
            for line in stream:
                try:
                    flips.append(Replayed.model_validate_json(line))
                except ValidationError:  # the last line, cut off
                    break
            stem = path.with_name(path.name.partition(".")[0])
            if flips and path.exists():
                policies = sorted({f.after_policy.partition(" ")[0] for f in flips})
                found = Rechecked(
                    policies=tuple(policies), outdated=len(flips), recorded=len(flips), flips=tuple(flips)
                )
                _write(stem, found)
                out.append(stem)
            path.unlink(missing_ok=True)
    return out


def recheck(
    site: Site,
    store: Store,
    policy: str | None = None,
    old: str | None = None,
    on: dt.date | None = None,
    *,
    dry_run: bool = False,
    total: Callable[[int], object] = lambda n: None,
    tick: Callable[[], object] = lambda: None,
) -> Report:
    """Assess the site's stored cases anew where policy or rules have changed; report whose answer flips.

    Parameters
    ----------
    site, store
        The site, and its store, open.
    policy, old, on, dry_run, total, tick
        As for ``pipeline.stored.rechecked.recheck_store``.

    Raises
    ------
    UsageError
        For an unknown policy.
    OutputError
        Where the store or the reports cannot be written.
    """
    folder = site.at(site.reports)
    taken_over = _left_over(folder)
    noted = _Noted(folder)
    try:
        found = recheck_store(
            store, policy, old, on, dry_run=dry_run, total=total, tick=tick,
            flipped=(lambda flip: None) if dry_run else noted.add,
        )  # fmt: skip
        stem = noted.path.with_name(noted.path.name.partition(".")[0]) if noted.path else None
        if stem is not None and noted.path is not None:
            if found.flips:
                _write(stem, found)
            noted.path.unlink()
    finally:
        noted.close()
    return Report(found, stem if found.flips else None, tuple(taken_over))
