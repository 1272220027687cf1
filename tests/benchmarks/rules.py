"""How fast the rules are: cases a second through all policies, and their share of a whole assessment.

    python tests/benchmarks/rules.py [NOTES] [--repeat N] [--cases N]        (make bench)

One process, one core. The cases are some of the rule tests' and those of the notes given (by default the
example charts); an assessment is a note's text read, its case built, and one policy's rules run. For scale,
the same run also times ``spacy.blank("en")`` tokenizing the same notes.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "rules")]


def timed(work: Callable[[], object], repeat: int) -> float:
    """Median seconds of processor time of some runs, after one that is not counted."""
    work()
    took = []
    for _ in range(repeat):
        begin = time.process_time()
        work()
        took.append(time.process_time() - begin)
    return statistics.median(took)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notes", nargs="?", type=Path, default=ROOT / "corpora" / "examples")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--cases", type=int, default=150, help="cases of the rule tests, evenly drawn")
    arguments = parser.parse_args()

    import spacy
    from conftest import load_all, make_case

    from pipeline.assemble import build_case
    from pipeline.assess import extractor
    from pipeline.inputs import CaseInput, collect
    from rules.engine import assess
    from rules.policy_files import available_policies, load_policy

    policies = [load_policy(name) for name in available_policies()]
    inputs = [item for item in collect([arguments.notes]) if isinstance(item, CaseInput)]
    read = [(item.case_id, item.read()) for item in inputs]
    built = [build_case(extractor(), name, documents).case for name, documents in read]
    specs = [spec for _, spec in load_all()]
    drawn = specs[:: max(1, len(specs) // arguments.cases)]
    cases = [*(make_case(spec) for spec in drawn), *built]
    guideline = load_policy("guideline")

    every = timed(lambda: [assess(c, p) for c in cases for p in policies], arguments.repeat)
    what_if = timed(lambda: [assess(c, guideline, what_if=True) for c in built], arguments.repeat)
    rules = timed(lambda: [assess(c, guideline) for c in built], arguments.repeat)
    reading = timed(
        lambda: [build_case(extractor(), name, documents) for name, documents in read], arguments.repeat
    )
    blank = spacy.blank("en")
    tokens = timed(lambda: [blank(d.text) for _, documents in read for d in documents], arguments.repeat)

    n = len(built)
    print(f"{len(cases)} cases under {len(policies)} policies: {len(cases) / every:.0f} cases/s through all")
    print(f"  {1e3 * every / len(cases) / len(policies):.2f} ms a case and policy")
    print(f"{n} notes under one policy:")
    print(f"  reading {1e3 * reading / n:.2f} ms, rules {1e3 * rules / n:.2f} ms a note")
    print(f"  share of the rules in an assessment: {100 * rules / (rules + reading):.0f} %")
    print(f"  rules with what-if: {1e3 * what_if / n:.2f} ms a note")
    print(f'  spacy.blank("en") on the same notes: {1e3 * tokens / n:.2f} ms a note')


if __name__ == "__main__":
    main()
