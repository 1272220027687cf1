"""``notewarrant policies`` and ``notewarrant schema``."""

from __future__ import annotations

import argparse
import json

from pipeline.errors import EXIT_OK


def run_policies(arguments: argparse.Namespace) -> int:
    """List the policies with version, dates and parameters."""
    from rules.policy_files import available_policies, load_policy

    for name in available_policies():
        policy = load_policy(name)
        print(f"{policy.id}  {policy.title}  (version {policy.version})")
        for parameter, data in policy.parameters.items():
            for value in data.values:
                print(
                    f"  {parameter} = {value.value} {data.unit or ''}".rstrip()
                    + f"  from {value.since}  [{data.verification}, verified {data.last_verified}]"
                )
    return EXIT_OK


def run_schema(arguments: argparse.Namespace) -> int:
    """Print the JSON Schema of the assessment or the case."""
    from rules.assessment import Assessment
    from rules.case import Case

    model = Assessment if arguments.name == "assessment" else Case
    print(json.dumps(model.model_json_schema(mode="serialization"), indent=2, sort_keys=True))
    return EXIT_OK
