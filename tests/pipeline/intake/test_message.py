"""The message in: what it may hold, and that a refusal names codes and keys, never values."""

import json
import re
import traceback
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cli import main
from pipeline.intake import message as m
from pipeline.intake.message import IntakeRequest, RefusedMessage, message_schema, read_message
from pipeline.request import CaseFile

MARKER = "ZQXMARKERZQ"
INLINE = {"name": "note.txt", "text": "HPI: low back pain."}
REFERRED = {"name": "note.txt", "path": "2026/note.txt", "sha256": "a" * 64}
BASE = {"schema": m.SCHEMA, "case_id": "case-1", "documents": [INLINE]}


def code_of(data: bytes) -> str:
    with pytest.raises(RefusedMessage) as caught:
        read_message(data)
    return caught.value.code


def encoded(**changes: Any) -> bytes:
    return json.dumps({**BASE, **changes}).encode()


def test_a_message_with_everything() -> None:
    request = {
        "cpt": ["64635-50"], "icd": ["M47.816"], "descriptions": {"M47.816": "facet"}, "setting": 11,
        "service_date": "2026-02-28", "payer": "Payer", "state": "TX", "claim_kind": "professional",
    }  # fmt: skip
    data = encoded(
        patient="p-1", policy="guideline", on="2028-02-29", documents=[INLINE, REFERRED], request=request
    )
    jsonschema.validate(json.loads(data), message_schema())
    read = read_message(data)
    assert (read.case_id, read.patient, read.policy, str(read.on)) == (
        "case-1",
        "p-1",
        "guideline",
        "2028-02-29",
    )
    assert [type(d).__name__ for d in read.documents] == ["InlineDocument", "ReferredDocument"]
    assert read.request.case_file() == request


def test_a_request_asks_what_a_case_file_can() -> None:
    elsewhere = {"case_id", "documents", "patient"}
    assert set(IntakeRequest.model_fields) == set(CaseFile.model_fields) - elsewhere
    assert IntakeRequest().case_file() == {}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "JSON"),
        (b"\xff\xfe{}", "JSON"),
        (b'{"schema": "notewarrant.intake/1"', "JSON"),
        (b'{"a": "\\ud800"}', "JSON"),
        (b"[" * 100_000, "JSON"),
        (b"[]", "SCHEMA"),
        (b"{}", "VERSION"),
        (encoded(schema="notewarrant.intake/2"), "VERSION"),
        (encoded(schema=["notewarrant.intake/1"]), "VERSION"),
        (encoded(extra=1), "SCHEMA"),
        (encoded(case_id=""), "SCHEMA"),
        (encoded(case_id=" a"), "SCHEMA"),
        (encoded(case_id="a\0b"), "SCHEMA"),
        (encoded(case_id="a\nb"), "SCHEMA"),
        (encoded(case_id=5), "SCHEMA"),
        (encoded(case_id="x" * 201), "SCHEMA"),
        (encoded(patient="\0"), "SCHEMA"),
        (encoded(policy="../policy.yaml"), "SCHEMA"),
        (encoded(on="2026-02-30"), "SCHEMA"),
        (encoded(on=0), "SCHEMA"),
        (encoded(on="2026-01-01T00:00:00"), "SCHEMA"),
        (encoded(documents=[]), "SCHEMA"),
        (encoded(documents=[INLINE] * 201), "SCHEMA"),
        (encoded(documents=[{**INLINE, "name": "../note.txt"}]), "SCHEMA"),
        (encoded(documents=[{**INLINE, "text": 5}]), "SCHEMA"),
        (encoded(documents=[{**INLINE, "path": "x"}]), "SCHEMA"),
        (encoded(documents=[{"name": "n", "path": "x"}]), "SCHEMA"),
        (encoded(documents=[{**REFERRED, "sha256": "A" * 64}]), "SCHEMA"),
        (encoded(request={"case_id": "x"}), "SCHEMA"),
        (encoded(request={"setting": 10**4000}), "SCHEMA"),
    ],
)
def test_what_breaks_the_form_is_refused(data: bytes, code: str) -> None:
    assert code_of(data) == code


def test_giants_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(m, "MOST_BYTES", 100)
    assert code_of(encoded(case_id="x" * 100)) == "TOO_LARGE"


LEAVES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.just(MARKER),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.just(MARKER), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*BASE, "on", "policy", "request", "patient", MARKER]), LEAVES))
def test_a_refusal_never_shows_a_value(changes: dict[str, Any]) -> None:
    data = json.dumps({**BASE, **changes, "schema": m.SCHEMA, "documents": [{"name": MARKER, "x": MARKER}]})
    with pytest.raises(RefusedMessage) as caught:  # the form knows no document without text
        read_message(data.encode())
    assert caught.value.code in m.CODES
    assert MARKER not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__context__ is None


def test_the_schema_in_the_repository_is_current(repo_root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    committed = (repo_root / "pipeline" / "intake" / "message.schema.json").read_text("utf-8")
    assert json.loads(committed) == message_schema()
    jsonschema.Draft202012Validator.check_schema(message_schema())
    assert main(["schema", "message"]) == 0
    assert capsys.readouterr().out == committed


def test_the_page_on_messages_shows_a_message_and_every_code(repo_root: Path) -> None:
    page = (repo_root / "docs" / "messages.md").read_text("utf-8")
    (example,) = re.findall(r"^```json\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert read_message(example.encode()).case_id == "2026-0417"
    table = page.partition("| Code | Cause |")[2].partition("```")[0]
    assert re.findall(r"`([A-Z_]+)`", table) == list(m.CODES)
