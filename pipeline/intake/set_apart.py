"""Files that the inbox refused: where they lie, and why.

    inbox/.refused/<id>/<place>             the file
    inbox/.refused/<id>/.why/<name>.json    what was wrong with it: code, cause, mend

The reason is beside the file and nowhere else: the ledger and its logs have the code alone.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from pathlib import Path
from typing import Final

from pipeline.errors import NotewarrantError
from pipeline.private_files import make_folder, write_text

_PREFIX: Final = "refused:"
#: Hidden, as no file of a sender's is that was taken.
WHY: Final = ".why"


def is_set_apart(path: str) -> bool:
    """Whether a job's path names a file that the inbox refused; the work can never open it."""
    return path.startswith(_PREFIX)


def lies_at(refused: Path, path: str) -> Path:
    """Where such a file is.

    Parameters
    ----------
    refused
        The inbox's folder ``.refused``.
    path
        As the job has it; bytes that are no UTF-8 are shown as escapes.
    """
    return refused / path.removeprefix(_PREFIX)


def _reason(batch: Path, place: str) -> Path:
    shown = place.encode("utf-8", "backslashreplace")
    return batch / WHY / f"{hashlib.sha256(shown).hexdigest()[:32]}.json"


def keep_reason(batch: Path, place: str, error: NotewarrantError) -> None:
    """Write why a file was refused; best effort, since its code is in the ledger anyhow.

    Parameters
    ----------
    batch
        The folder of the refused files.
    place
        The file's place in it.
    error
        Says the cause by the names of keys, never by their values.
    """
    target = _reason(batch, place)
    with suppress(OSError, NotewarrantError):
        make_folder(target.parent)
        told = {"code": error.code, "cause": error.cause, "mend": error.mend}
        write_text(target, json.dumps(told, ensure_ascii=True, indent=2) + "\n")


def reason_of(refused: Path, path: str) -> tuple[str, str] | None:
    """Cause and mend, where they were kept."""
    batch, _, place = path.removeprefix(_PREFIX).partition("/")
    try:
        told = json.loads(_reason(refused / batch, place).read_text(encoding="utf-8"))
        return str(told["cause"]), str(told["mend"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def forget_reason(batch: Path, place: str) -> None:
    """Remove the reason together with its file."""
    with suppress(OSError):
        _reason(batch, place).unlink()
        (batch / WHY).rmdir()
