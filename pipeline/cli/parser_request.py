"""Arguments that state the request: codes, payer, setting, state, kind of claim."""

from __future__ import annotations

import argparse


def add_request(parser: argparse.ArgumentParser) -> None:
    """Add the options that ``pipeline.cli.common.option_of`` reads."""
    parser.add_argument("--cpt", metavar="CODES", help="procedure codes, comma-separated: 64635,64636-50")
    parser.add_argument("--icd", metavar="CODES", help="ICD-10-CM codes, comma-separated: M47.816,M54.16")
    parser.add_argument(
        "--payer", metavar="NAME", help="payer or plan of the request, as its name is written"
    )
    parser.add_argument(
        "--setting", metavar="PLACE",
        help="office, ambulatory_surgery_center, hospital_outpatient, inpatient, other, or a POS code",
    )  # fmt: skip
    parser.add_argument("--state", metavar="STATE", help="state of the service: TX or Texas")
    parser.add_argument("--claim-kind", metavar="KIND", help="professional or facility")
