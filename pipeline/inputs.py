"""From the paths a user names to the cases they hold.

A file is a case. A folder holds one case a note, recursively; with ``packet`` (or where a ``case.json``
in it lists ``documents``) it is one case of several documents. Order is by path, so it never depends
on the file system.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.documents import SUFFIXES, TextDocument, read_document
from pipeline.errors import (
    BinaryDocument,
    CaseFileError,
    DocumentError,
    EmptyDocument,
    MissingDocument,
    UsageError,
)
from pipeline.packet import CASE_FILE, SIDE_FILES, is_packet, unlisted
from pipeline.packet import beside as case_file_beside
from pipeline.request import CaseFile, read_case_file

#: A note of one of these names takes its case id from its folder.
_PLAIN_NAMES = {"note", "chart", "document", "text"}


@dataclass(frozen=True)
class CaseInput:
    """One case to be read: its id, its documents in order, and the case file beside them."""

    case_id: str
    paths: tuple[Path, ...]
    case_file: CaseFile | None = None
    case_file_path: Path | None = None
    #: File names as the sender has them, where ``paths`` are not named so.
    names: tuple[str, ...] = ()

    def read(self) -> tuple[TextDocument, ...]:
        """Read the documents; ids are file names without ending, unique within the case."""
        out: list[TextDocument] = []
        for i, path in enumerate(self.paths):
            base = Path(self.names[i]).stem if self.names else path.stem
            taken = {d.id for d in out}
            name, n = base, 2
            while name in taken:
                name, n = f"{base}-{n}", n + 1
            out.append(read_document(path, name))
        return tuple(out)


def _is_file(path: Path) -> bool:
    """Whether the path is a file; a name that the file system cannot hold is none."""
    try:
        return path.is_file()
    except OSError:
        return False


def _named(path: Path) -> DocumentError | None:
    """An error for a name that is not valid UTF-8: no report, store or index could hold it."""
    try:
        path.name.encode("utf-8")
    except UnicodeEncodeError:
        where = str(path).encode("utf-8", "backslashreplace").decode()
        return MissingDocument(where, "has a name that is not UTF-8", "rename the file")
    return None


def _case_file(note: Path) -> tuple[CaseFile, Path] | tuple[None, None]:
    for candidate in (note.with_name(case_file_beside(note.name)), note.with_name(CASE_FILE)):
        if _is_file(candidate):
            return _load(candidate)
    return None, None


def _load(path: Path) -> tuple[CaseFile, Path]:
    try:
        return read_case_file(path.read_text(encoding="utf-8-sig"), str(path)), path
    except UsageError as error:
        raise CaseFileError(error.where, error.cause, error.mend) from None
    except (OSError, UnicodeDecodeError) as error:
        raise CaseFileError(str(path), f"cannot be read ({type(error).__name__})", "check the file") from None


def _case_id(path: Path) -> str:
    return path.resolve().parent.name if path.stem.lower() in _PLAIN_NAMES else path.stem


def _single(path: Path) -> CaseInput:
    if (error := _named(path)) is not None:
        raise error
    file, where = _case_file(path)
    listed = where is not None and where.name == CASE_FILE and is_packet(file)
    own = file.case_id if file and not listed else None
    return CaseInput(own or _case_id(path), (path,), file, where)


def _packet(folder: Path, notes: list[Path], file: CaseFile | None, where: Path | None) -> CaseInput:
    if file and file.documents:
        notes = [folder / name for name in file.documents]
        outside = [p for p in notes if folder.resolve() not in p.resolve().parents]
        if outside:
            raise CaseFileError(
                str(where), "documents: names a file outside the folder", "list files of the folder"
            )
    if not notes:
        raise EmptyDocument(
            str(folder), "holds no text documents", f"put notes ending in {', '.join(SUFFIXES)} there"
        )
    return CaseInput((file.case_id if file else None) or folder.resolve().name, tuple(notes), file, where)


def _unlisted(folder: Path, listed: Iterable[str]) -> list[Path]:
    files = [p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_symlink() or p.is_file()]
    return [folder / place for place in unlisted(files, tuple(listed))]


def _folder(folder: Path, packet: bool, skipped: list[Path]) -> Iterator[CaseInput | DocumentError]:
    try:
        entries = sorted(p for p in folder.iterdir() if not p.name.startswith("."))
    except OSError as error:
        yield MissingDocument(str(folder), f"cannot be opened ({error.strerror})", "check its permissions")
        return
    notes = [p for p in entries if p.is_file() and p.suffix.lower() in SUFFIXES]
    # What is neither a note nor a side file is named, so that nothing is lost in silence: other formats,
    # pipes, and links to folders (which could lead round in a circle).
    odd = [
        p
        for p in entries
        if p not in notes
        and not (p.is_file() and p.suffix.lower() in SIDE_FILES)
        and not (p.is_dir() and not p.is_symlink())
    ]
    try:
        file, where = _load(folder / CASE_FILE) if (folder / CASE_FILE).is_file() else (None, None)
        if file and is_packet(file):
            case = _packet(folder, notes, file, where)
            skipped += sorted(
                {*odd, *_unlisted(folder, file.documents)} - {folder / name for name in file.documents}
            )
            yield case
            return
        skipped += odd
        if packet:
            yield _packet(folder, notes, file, where)
            return
    except DocumentError as error:
        yield error
        return
    for entry in entries:
        if entry in notes:
            try:
                yield _single(entry)
            except DocumentError as error:
                yield error
        elif entry.is_dir() and not entry.is_symlink():
            yield from _folder(entry, False, skipped)


def collect(
    paths: Iterable[Path], packet: bool = False, skipped: list[Path] | None = None
) -> Iterator[CaseInput | DocumentError]:
    """Cases (or typed errors) of the paths, in order. ``skipped`` collects files that are no notes."""
    left: list[Path] = skipped if skipped is not None else []
    for path in paths:
        try:
            path.stat()
        except OSError as error:
            missing = isinstance(error, FileNotFoundError)
            cause = "does not exist" if missing else f"cannot be opened ({error.strerror})"
            yield MissingDocument(str(path), cause, "check the path")
            continue
        if path.is_dir():
            found = False
            for case in _folder(path, packet, left):
                found = True
                yield case
            if not found:
                yield EmptyDocument(
                    str(path), "holds no text documents", f"put notes ending in {', '.join(SUFFIXES)} there"
                )
        elif path.is_file() and path.suffix.lower() == ".json":
            # Read as a note it would give facts, and wrong ones.
            yield BinaryDocument(
                str(path),
                "is JSON, not a note",
                "use notewarrant rules check for a structured case or result",
            )
        elif path.is_file():
            try:
                yield _single(path)
            except DocumentError as error:
                yield error
        else:
            yield MissingDocument(str(path), "is not a regular file", "give a text file")


def placed(cases: list[CaseInput], folder: Path) -> list[CaseInput]:
    """Cases named by their place in the folder, so that an id never depends on the neighbours.

    A note's id is its path below the folder without ending (a plain name such as ``note.txt`` takes its
    folder's); an id that a case file states stands.
    """
    out = []
    for case in cases:
        stated = case.case_file.case_id if case.case_file else None
        first = case.paths[0]
        inside = first.relative_to(folder) if first.is_relative_to(folder) else Path(first.name)
        packet = len(case.paths) > 1 or bool(case.case_file and case.case_file.documents)
        whole = packet or first.stem.lower() in _PLAIN_NAMES
        place = inside.parent.as_posix() if whole else inside.with_suffix("").as_posix()
        name = stated or (place if place != "." else case.case_id)
        out.append(CaseInput(name, case.paths, case.case_file, case.case_file_path))
    return out


def distinct(cases: list[CaseInput]) -> list[CaseInput]:
    """Cases of one run need different ids; equal ones get their folder's name in front."""
    seen: dict[str, int] = {}
    for case in cases:
        seen[case.case_id] = seen.get(case.case_id, 0) + 1
    out: list[CaseInput] = []
    used: set[str] = set()
    for case in cases:
        name = case.case_id
        if seen[name] > 1:
            name = f"{case.paths[0].resolve().parent.name}.{name}"
        base, n = name, 2
        while name in used:
            name, n = f"{base}-{n}", n + 1
        used.add(name)
        out.append(CaseInput(name, case.paths, case.case_file, case.case_file_path))
    return out
