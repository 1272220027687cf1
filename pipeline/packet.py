"""The grammar of a folder of notes: one for all that read folders, whether they lie still or are an inbox.

``visit.case.json`` speaks for ``visit.txt``; ``case.json`` speaks for the other notes of its own folder.
Where ``case.json`` lists documents, its folder is a packet: one case of just these. Nothing else in it or
below is a case then, since it would lack the request and the patient of its folder.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import PurePosixPath
from typing import Final

from pipeline.request import CaseFile

CASE_FILE: Final = "case.json"
#: Beside one note of several: ``visit.case.json`` for ``visit.txt``.
OWN_CASE_FILE: Final = ".case.json"
#: Other files of a corpus or an inbox that are not notes and need no remark.
SIDE_FILES: Final = {".json", ".yaml", ".yml", ".md", ".jsonl", ".html"}


def beside(note: str) -> str:
    """The place of a note's own case file."""
    return f"{PurePosixPath(note).with_suffix('')}{OWN_CASE_FILE}"


def is_case_file(name: str) -> bool:
    """Whether the name is that of a case file, be it a folder's or a note's."""
    return name == CASE_FILE or name.endswith(OWN_CASE_FILE)


def is_packet(file: CaseFile | None) -> bool:
    """Whether the folder of a ``case.json`` is one case."""
    return file is not None and bool(file.documents)


def unlisted(files: Iterable[str], listed: Collection[str]) -> list[str]:
    """What lies in a packet and is none of it, so that it must be told.

    Parameters
    ----------
    files
        Places of all files below the folder, steps parted by "/"; hidden ones and ``case.json`` itself count
        for nothing, nor do side files that are no case files.
    listed
        Those that ``case.json`` lists.
    """
    wanted = {str(PurePosixPath(name)) for name in listed} | {CASE_FILE}
    return sorted(
        place
        for place in files
        if place not in wanted
        and not any(step.startswith(".") for step in place.split("/"))
        and (is_case_file(PurePosixPath(place).name) or PurePosixPath(place).suffix.lower() not in SIDE_FILES)
    )
