"""The JSON Schemas in the repository are those of the models, and real output fits them."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from pipeline.assess import assess_text
from pipeline.cli import main

SCHEMAS = Path(__file__).parents[2] / "rules" / "schema"


@pytest.mark.parametrize("name", ["assessment", "case"])
def test_the_file_is_what_the_command_prints(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", name]) == 0
    written = (SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8")
    assert json.loads(capsys.readouterr().out) == json.loads(written), f"run: notewarrant schema {name}"


def test_output_fits_and_the_schema_can_refuse() -> None:
    schema = json.loads((SCHEMAS / "assessment.schema.json").read_text(encoding="utf-8"))
    data = json.loads(assess_text("Request 64635. M47.816. Pain shoots to the left foot.").model_dump_json())
    jsonschema.validate(data, schema)
    data["determination"]["answer"] = "approved"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, schema)
