"""Errors a user can act on: each names the file or option, the cause and the mend, never note text.

Exit codes of the command line: 0 every case was assessed; 1 a check (lexicon lint, lexicon test) found
faults, or an evaluation a score that fell or a trap that failed; 2 wrong usage (options, codes, policy);
3 some documents could not be read, the others are done; 4 the output could not be written;
5 an internal fault on some document, the others are done.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.visible import one_line

EXIT_OK = 0
EXIT_FAULTS = 1
EXIT_USAGE = 2
EXIT_DOCUMENTS = 3
EXIT_OUTPUT = 4
EXIT_INTERNAL = 5


class NotewarrantError(Exception):
    """Base of the errors shown as one line: ``where: cause; mend``."""

    code = "ERROR"
    exit_code = EXIT_USAGE

    def __init__(self, where: str, cause: str, mend: str) -> None:
        super().__init__(one_line(f"{where}: {cause}; {mend}"))
        self.where = where
        self.cause = cause
        self.mend = mend


class UsageError(NotewarrantError):
    """An option, a code or a policy that cannot be used."""

    code = "USAGE"


class DocumentError(NotewarrantError):
    """A document that cannot be read; the other documents go on."""

    code = "DOCUMENT"
    exit_code = EXIT_DOCUMENTS


class MissingDocument(DocumentError):
    """The path does not exist or cannot be opened."""

    code = "MISSING"


class EmptyDocument(DocumentError):
    """No text in the document: never the same as "no contradictions"."""

    code = "NO_TEXT"


class BinaryDocument(DocumentError):
    """Not a text document."""

    code = "NOT_TEXT"


class CaseFileError(DocumentError):
    """A ``case.json`` that breaks its schema."""

    code = "CASE_FILE"


class LongCaseId(DocumentError):
    """A case id that is longer than a store can look up."""

    code = "CASE_ID"


class InternalFault(DocumentError):
    """A fault of the product on one document. The class of the fault is named, never its message."""

    code = "INTERNAL"
    exit_code = EXIT_INTERNAL


class OutputError(NotewarrantError):
    """The output cannot be written."""

    code = "OUTPUT"
    exit_code = EXIT_OUTPUT


@contextmanager
def contained(case_id: str) -> Iterator[None]:
    """Turn any fault inside into an ``InternalFault`` of that case.

    The fault's message and cause are dropped: they may hold the note's text.
    """
    try:
        yield
    except NotewarrantError:
        raise
    except Exception as error:  # noqa: BLE001  whatever it is, the other cases go on
        raise InternalFault(
            case_id,
            f"internal fault {type(error).__name__}",
            "report it with the document's kind, not its text",
        ) from None
