"""What an error's code means to whoever runs the product, and what helps."""

from __future__ import annotations

from typing import Final

_MEANINGS: Final = {
    "MISSING": "cannot be read; check the path and its permissions",
    "NO_TEXT": "holds no text; export the note again (a scanned page needs OCR first)",
    "NOT_TEXT": "is not a plain-text file; convert it first",
    "CASE_FILE": "breaks the form of a case file, or names a code that is none; notewarrant check says which",
    "CASE_ID": "its name or place is longer than 500 characters; give it a shorter one",
    "STORE_REFUSED": "holds what the store's database cannot; a fault of ours, report the code",
    "CHANGED": "changed while it waited; run again",
    "OUTSIDE": "has a name that leads out of its folder or is not UTF-8; rename it",
    "LINK": "is a link, or has a second name; put the file itself there",
    "DEVICE": "is no regular file; put a text file there",
    "NOT_LISTED": "lies in a packet and its case.json does not list it; list it, or send it elsewhere",
    "TOO_LARGE": "is larger than max_bytes of the settings; split it, or raise max_bytes",
    "USAGE": "met settings, a policy or lexicons that cannot be used; mend them, then requeue it",
    "INTERNAL": "met an internal fault, several times; report it with the document's kind, not its text",
    "CRASH": "ended the process, several times; report it with the document's kind, not its text",
}
#: Codes that are ours to mend, not the document's.
FAULTS: Final = ("INTERNAL", "CRASH", "STORE_REFUSED")
#: Every code that a dead letter may have.
CODES: Final = tuple(sorted(_MEANINGS))


def meaning(code: str | None) -> str:
    """What the code of a dead letter means, as the rest of a sentence that its document begins."""
    return _MEANINGS.get(code or "", "could not be used")
