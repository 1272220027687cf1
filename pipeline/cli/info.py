"""``notewarrant schema``."""

from __future__ import annotations

import argparse
import json

from pipeline.errors import EXIT_OK


def run_schema(arguments: argparse.Namespace) -> int:
    """Print the JSON Schema of an output, or of the message in."""
    if arguments.name == "message":
        from pipeline.intake.message import message_schema

        print(json.dumps(message_schema(), indent=2, sort_keys=True))
        return EXIT_OK
    from pydantic import BaseModel

    from pipeline.outgoing.message import OutgoingResult
    from rules.assessment import Assessment
    from rules.case import Case
    from rules.compare import Comparison
    from rules.replay import Replayed

    models: dict[str, type[BaseModel]] = {
        "assessment": Assessment,
        "case": Case,
        "comparison": Comparison,
        "replay": Replayed,
        "result": OutgoingResult,
    }
    model = models[arguments.name]
    print(json.dumps(model.model_json_schema(mode="serialization"), indent=2, sort_keys=True))
    return EXIT_OK
