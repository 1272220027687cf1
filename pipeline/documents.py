"""Documents in: bytes to text, with every change to the bytes reported.

The text as it leaves here is what all offsets refer to. Line ends stay as they are (CRLF is kept).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import BinaryDocument, EmptyDocument, MissingDocument, UsageError

#: File names read from a folder.
SUFFIXES = (".txt", ".text", ".note")
_MAGIC = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP or an office document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"{\\rtf", "an RTF document"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"\x1f\x8b", "a gzip archive"),
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True)
class TextDocument:
    """A document's text, the hash of its bytes, and what reading it changed."""

    id: str
    text: str
    sha256: str
    notices: tuple[str, ...] = ()
    path: Path | None = None


def decode(data: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """Bytes to text.

    UTF-8 first; text that is not UTF-8 but holds no UTF-8 sequence either is read as cp1252; anything
    else has its invalid bytes replaced by U+FFFD. A byte-order mark is dropped. Each is a notice.

    Raises
    ------
    BinaryDocument
        For known binary formats, and where control bytes show that it is no text.
    """
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise BinaryDocument(name, f"is {what}, not plain text", "convert it to a text file first")
    notices: list[str] = []
    for mark, codec in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return data[2:].decode(codec, "replace"), ("byte-order mark dropped", f"read as {codec.upper()}")
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
        notices.append("byte-order mark dropped")
    controls = len(_CONTROL.findall(data[:65536]))
    if b"\x00" in data[:65536] or controls > max(8, len(data[:65536]) // 50):
        raise BinaryDocument(name, "holds binary data", "give a plain-text export of the note")
    try:
        return data.decode("utf-8"), tuple(notices)
    except UnicodeDecodeError:
        pass
    replaced = data.decode("utf-8", "replace")
    holds_utf8 = any(ord(c) > 127 and c != "\ufffd" for c in replaced)
    if not holds_utf8:
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            pass
        else:
            return text, (*notices, "not UTF-8: read as cp1252")
    return replaced, (*notices, f"{replaced.count(chr(0xFFFD))} invalid byte(s) replaced by U+FFFD")


def document_from_text(text: str, document_id: str = "note") -> TextDocument:
    """A document from a string. Lone surrogates, which no file can hold, become U+FFFD one for one.

    Raises
    ------
    EmptyDocument
        Where the text is empty or white space only.
    """
    if not isinstance(text, str):
        raise UsageError(document_id, f"is a {type(text).__name__}, not text", "decode it to str first")
    notices: tuple[str, ...] = ()
    if text.startswith("\ufeff"):
        text, notices = text[1:], ("byte-order mark dropped",)
    if "\x00" in text:
        raise BinaryDocument(document_id, "holds binary data", "give a plain-text export of the note")
    clean, n = _SURROGATE.subn("\ufffd", text)
    if n:
        notices = (*notices, f"{n} lone surrogate(s) replaced by U+FFFD")
    if not clean.strip():
        raise EmptyDocument(
            document_id, "holds no text", "give a note with text (a scanned page needs OCR first)"
        )
    return TextDocument(document_id, clean, hashlib.sha256(clean.encode("utf-8")).hexdigest(), notices)


def read_document(path: Path, document_id: str | None = None) -> TextDocument:
    """Read one text file.

    Raises
    ------
    MissingDocument, EmptyDocument, BinaryDocument
        Each names the file, the cause and the mend.
    """
    name = str(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise MissingDocument(name, "does not exist", "check the path") from None
    except OSError as error:
        raise MissingDocument(
            name, f"cannot be read ({error.strerror})", "check the path and its permissions"
        ) from None
    if not data:
        raise EmptyDocument(name, "is empty", "export the note again")
    text, notices = decode(data, name)
    if not text.strip():
        raise EmptyDocument(
            name, "holds white space only", "export the note again (a scanned page needs OCR first)"
        )
    return TextDocument(document_id or path.stem, text, hashlib.sha256(data).hexdigest(), notices, path)
