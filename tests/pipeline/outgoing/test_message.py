"""The message of a result: its committed schema, its round trip, its digest."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import jsonschema
import pytest
from pydantic import ValidationError

from pipeline.cli.main import main
from pipeline.outgoing import OutgoingResult, message

#: As the store has it: pydantic's compact JSON, with what JSON writers like to treat differently.
PAYLOAD = (
    '{"case":{"text":"Zo\u00eb \u2028 \\"q\\" \\u0001 </x>"},'
    '"scores":[0.1,1e-7,3.0,12345678901234567890],"n":null}'
)


def ready() -> OutgoingResult:
    return message.done(
        key="a" * 64, subject="c" * 64, case_id="p1/note", documents=("b" * 64,), versions={"rules": "1"},
        answer="supported", payload=PAYLOAD,
    )  # fmt: skip


def given_up() -> OutgoingResult:
    return message.dead(
        key="a" * 64, subject="c" * 64, case_id="p1/note", documents=("",), versions={"rules": "1"},
        error_code="LINK",
    )  # fmt: skip


def test_the_committed_schema_is_current(repo_root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "result"]) == 0
    committed = repo_root / "pipeline" / "outgoing" / "result.schema.json"
    assert json.loads(capsys.readouterr().out) == json.loads(committed.read_text(encoding="utf-8"))


@pytest.mark.parametrize("result", [ready(), given_up()], ids=["done", "dead"])
def test_what_leaves_fits_the_schema(repo_root: Path, result: OutgoingResult) -> None:
    schema = json.loads((repo_root / "pipeline/outgoing/result.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    sent = json.loads(result.encoded())
    jsonschema.validate(sent, schema)
    assert sent["schema"] == "notewarrant.result/1"
    assert OutgoingResult.model_validate_json(result.encoded()) == result
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**sent, "schema": "notewarrant.result/2"}, schema)


def test_the_digest_is_that_of_the_assessment_in_the_message() -> None:
    sent = ready().encoded()
    assert PAYLOAD.encode() in sent
    assert json.loads(sent)["sha256"] == hashlib.sha256(PAYLOAD.encode()).hexdigest()


@pytest.mark.parametrize(
    "change",
    [{"answer": None}, {"assessment": None}, {"sha256": None}, {"state": "dead"}, {"error_code": "X"}],
)
def test_half_a_result_is_none(change: dict[str, object]) -> None:
    whole = ready().model_dump()
    with pytest.raises(ValidationError) as caught:
        OutgoingResult.model_validate({**whole, **change})
    assert "Zo\u00eb" not in str(caught.value)
