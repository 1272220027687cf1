"""How many small faults put into ``rules/`` the tests find (``make mutation``; some tens of minutes).

    python tests/rules/mutation.py [--only PREFIX] [--workers N] [--sample N] [-o FILE]

mutmut writes every mutant of a function beside the original; this runner forks a process for each, in
which that mutant is the one called, and looks first at the verdicts of the check's own cases, then at those
of all, then at the tests of the module. Running the whole test suite through pytest for each of some thousand
mutants would take days. A mutant that no test finds survives; the report lists it with what was changed.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import random
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build" / "mutation"
#: Seconds after which a mutant counts as found: it does not come to an end.
LIMIT = 120
#: Of the cases of other checks every so many are held against a check's mutants.
STRIDE = 8
#: Tests of a module beside the verdicts, by the beginning of the module's name; the first that fits.
TESTS: tuple[tuple[str, list[str]], ...] = (
    ("rules.whatif", ["test_whatif.py"]),
    ("rules.compare", ["test_compare_replay.py"]),
    ("rules.replay", ["test_compare_replay.py"]),
    ("rules.policy_diff", ["test_compare_replay.py"]),
    ("rules.policy", ["test_policy_files.py", "test_references.py"]),
    ("rules.yaml", ["test_policy_files.py"]),
    ("rules.figures", ["test_policy_files.py"]),
    ("rules.sessions", ["test_sessions.py"]),
    ("rules.dates", ["test_dates.py"]),
    ("rules.references", ["test_references.py", "test_policy_files.py"]),
    ("rules.codes.cms_layouts", ["codes/test_build_ncci.py"]),
    ("rules.codes.ncci_rows", ["codes/test_build_ncci.py", "codes/test_ncci.py"]),
    ("rules.codes", ["test_codes.py", "codes/test_icd10cm.py", "codes/test_ncci.py", "codes/test_cpt.py"]),
    ("rules.levels", ["test_levels.py"]),
    ("rules.durations", ["test_durations.py"]),
    ("rules.checks", []),
    ("rules", ["test_determination.py", "test_compare_replay.py"]),
)
#: Read files once a process: their mutants need the caches emptied and the cases built anew.
LOADERS = ("rules.policy", "rules.policy_files", "rules.yaml_lines", "rules.references", "rules.codes")
#: Not run by the product.
_LEFT_OUT = ("register.py",)


def generate() -> dict[str, str]:
    """Write the mutated copy of rules/; give back what each mutant changes."""
    from mutmut.mutation.file_mutation import mutate_file_contents

    shutil.rmtree(BUILD, ignore_errors=True)
    shutil.copytree(ROOT / "rules", BUILD / "rules", ignore=shutil.ignore_patterns("__pycache__"))
    changes: dict[str, str] = {}
    for path in sorted((ROOT / "rules").rglob("*.py")):
        inside = path.relative_to(ROOT)
        if path.name in _LEFT_OUT or path.name.startswith(("build_", "check_", "__init__")):
            continue
        made = mutate_file_contents(str(inside), path.read_text("utf-8"))
        (ROOT / "build" / "mutation" / inside).write_text(made.code, encoding="utf-8")
        module = ".".join(inside.with_suffix("").parts)
        lines = made.code.splitlines()
        spans = made.line_span_by_function_name
        for name in made.mutant_names:
            stem = name.rpartition("_")[0]
            original, mutant = (lines[spans[n].start - 1 : spans[n].end] for n in (f"{stem}_orig", name))
            diff = difflib.unified_diff(original, mutant, lineterm="", n=0)
            changes[f"{module}.{name}"] = "\n".join(
                d for d in diff if d[:1] in "+-" and d[:3] not in ("+++", "---") and "def x" not in d
            )
    return changes


class Runner:
    """The cases, built once, and how a mutant is held against them."""

    def __init__(self) -> None:
        sys.path.insert(0, str(HERE))
        import conftest
        import verdicts

        from rules.engine import assess

        self.conftest, self.verdicts, self.assess = conftest, verdicts, assess
        self.build()

    def build(self) -> None:
        """Build cases and policies; the loaders' mutants do it anew."""
        v = self.verdicts
        written = {p.stem: v.stored(p.stem) for p in v.FOLDER.glob("*.yaml")}
        self.cases = [
            (stem, self.conftest.make_case(spec), self.conftest.policy_of(spec), spec.get("day"), expected)
            for stem, spec in self.conftest.load_all()
            if (expected := written[stem].get(spec["name"])) is not None
        ]

    def differs(self, module: str) -> bool:
        """Whether some case is told otherwise: all of the module's own cases, and a part of the others."""
        own = module.rpartition(".")[2].split("_")[0].upper()
        mine = [c for c in self.cases if c[0].split("_")[0] == own]
        others = [c for c in self.cases if c[0].split("_")[0] != own]
        for stem, case, policy, day, expected in (*mine, *others[:: STRIDE if mine else 1]):
            asked = self.verdicts.supplies(stem, case, policy, day)
            if self.verdicts.told(stem, self.assess(case, policy, on=day), asked) != expected:
                return True
        return False

    def found(self, mutant: str) -> bool:
        """Whether the tests find the mutant (in a process of its own)."""
        from mutmut.mutation.trampoline import set_mutant_under_test

        module = mutant.rpartition(".")[0]
        set_mutant_under_test(mutant)
        try:
            if module.startswith(LOADERS):
                for name in [n for n in sys.modules if n.startswith("rules")]:
                    for thing in vars(sys.modules[name]).copy().values():
                        if hasattr(thing, "cache_clear"):
                            thing.cache_clear()
                self.build()
            if self.differs(module):
                return True
        except Exception:  # noqa: BLE001  # whatever a mutant raises, it was found
            return True
        files = next(files for begin, files in TESTS if module.startswith(begin))
        return bool(files) and _fails(files)


def _fails(files: Sequence[str]) -> bool:
    import pytest

    return bool(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *(str(HERE / f) for f in files)]))


def _quietly(work: Callable[[], bool]) -> bool:
    """What the work answers, in a silent process of its own; True where it does not end in time."""
    pid = os.fork()
    if pid == 0:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        signal.alarm(LIMIT)
        try:
            os._exit(1 if work() else 0)
        except BaseException:  # noqa: BLE001  # a fault of the mutant is a finding, too
            os._exit(1)
    return os.waitpid(pid, 0)[1] != 0


def _work(mutants: list[str], target: Path, first: bool) -> None:
    """A worker: each mutant's fate as a line of the target."""
    sys.path[:0] = [str(BUILD), str(ROOT)]
    os.chdir(ROOT)
    runner = Runner()
    if "mutation" not in str(sys.modules["rules"].__file__):
        raise SystemExit("the unmutated rules were imported")
    if first and runner.differs(""):
        raise SystemExit("verdicts differ without any mutant: run make verdicts")
    if first and any(_quietly(lambda f=files: _fails(f)) for files in {tuple(f) for _, f in TESTS if f}):
        raise SystemExit("the tests fail without any mutant: mend them first")
    with target.open("a", encoding="utf-8") as out:
        for mutant in mutants:
            fate = "found" if _quietly(lambda m=mutant: runner.found(m)) else "survived"
            out.write(json.dumps([mutant, fate]) + "\n")
            out.flush()


def main() -> int:
    """Run; the report goes to standard output and to the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="mutants whose name begins so: rules.checks.a4")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--sample", type=int, default=0, help="so many, drawn at random with a fixed seed")
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "build" / "mutation.json")
    arguments = parser.parse_args()
    changes = generate()
    wanted = [m for m in changes if m.startswith(arguments.only)]
    if arguments.sample:
        wanted = random.Random(0).sample(wanted, min(arguments.sample, len(wanted)))
    started = time.time()
    workers, targets = [], []
    for n in range(arguments.workers):
        target = BUILD / f"worker-{n}.jsonl"
        target.unlink(missing_ok=True)
        targets.append(target)
        pid = os.fork()
        if pid == 0:
            _work(wanted[n :: arguments.workers], target, first=n == 0)
            os._exit(0)
        workers.append(pid)
    faults = [os.waitpid(pid, 0)[1] for pid in workers]
    if any(faults):
        return 1
    fates = dict(json.loads(line) for t in targets for line in t.read_text("utf-8").splitlines())
    survived = sorted(m for m, fate in fates.items() if fate == "survived")
    by_module = Counter(m.rpartition(".")[0] for m in fates), Counter(m.rpartition(".")[0] for m in survived)
    for module, n in sorted(by_module[0].items()):
        print(f"{module:52} {n - by_module[1][module]:5} of {n:5} found")
    share = 100 * (len(fates) - len(survived)) / max(1, len(fates))
    found, took = len(fates) - len(survived), time.time() - started
    print(f"{found} of {len(fates)} mutants found ({share:.1f} %) in {took:.0f} s")
    arguments.output.write_text(
        json.dumps({m: changes[m] for m in survived}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    print(f"survivors: {arguments.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
