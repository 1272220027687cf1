"""Bytes to text: what is kept, what is changed and reported, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.documents import decode, document_from_text, read_document
from pipeline.errors import BinaryDocument, EmptyDocument, MissingDocument


def test_utf8_bom_is_dropped_and_reported() -> None:
    text, notices = decode(b"\xef\xbb\xbfLow back pain.", "n")
    assert text == "Low back pain."
    assert notices == ("byte-order mark dropped",)


@pytest.mark.parametrize(("mark", "codec"), [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")])
def test_utf16_with_mark_is_read(mark: bytes, codec: str) -> None:
    text, notices = decode(mark + "Pain – 7/10".encode(codec), "n")
    assert text == "Pain – 7/10"
    assert "byte-order mark dropped" in notices


def test_cp1252_is_read_and_reported() -> None:
    text, notices = decode("Patient’s pain – worse".encode("cp1252"), "n")
    assert text == "Patient’s pain – worse"
    assert any("cp1252" in n for n in notices)


def test_stray_bytes_in_utf8_are_replaced_and_counted() -> None:
    data = "Schmerz – 7/10 ".encode() + b"\x81\xff" + b" back"
    text, notices = decode(data, "n")
    assert text == "Schmerz – 7/10 \ufffd\ufffd back"
    assert notices == ("2 invalid byte(s) replaced by U+FFFD",)


def test_crlf_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"Line one.\r\nLine two.\r\n")
    assert read_document(path).text == "Line one.\r\nLine two.\r\n"


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7 xxx",
        b"PK\x03\x04....",
        b"\x89PNG....",
        b"{\\rtf1 hello",
        b"abc\x00\x00\x00def",
        bytes(range(1, 9)) * 40,
    ],
)
def test_binary_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "scan.txt"
    path.write_bytes(data)
    with pytest.raises(BinaryDocument) as caught:
        read_document(path)
    assert str(path) in str(caught.value)
    assert ";" in str(caught.value)  # where: cause; mend


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n ", "\u00a0\n".encode()])
def test_no_text_is_not_a_clean_note(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "empty.txt"
    path.write_bytes(data)
    with pytest.raises(EmptyDocument) as caught:
        read_document(path)
    assert caught.value.code == "NO_TEXT"


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingDocument, match="nowhere"):
        read_document(tmp_path / "nowhere.txt")


def test_lone_surrogates_are_replaced_one_for_one() -> None:
    document = document_from_text("pain \ud800 worse")
    assert document.text == "pain \ufffd worse"
    assert document.notices == ("1 lone surrogate(s) replaced by U+FFFD",)


@given(st.binary(max_size=400))
def test_any_bytes_give_text_or_a_typed_error(data: bytes) -> None:
    try:
        text, _ = decode(data, "n")
    except BinaryDocument:
        return
    assert isinstance(text, str)
    text.encode("utf-8")  # nothing that a report could not hold


@given(st.text(min_size=1).filter(lambda t: t.strip() and "\x00" not in t and not t.startswith("\ufeff")))
def test_clean_utf8_comes_back_as_it_is(text: str) -> None:
    try:
        data = text.encode("utf-8")
        got, notices = decode(data, "n")
    except (BinaryDocument, UnicodeEncodeError):
        return
    assert got == text
    assert notices == ()
