"""Work for a soak: the product's assessor, but for cases that are to hang or to end their worker.

    python tests/soak/hands.py SITE PROCESSES

drains the site until it is told to stop (SIGTERM), as ``notewarrant queue drain --forever`` does.
"""

from __future__ import annotations

import os
import re
import signal
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

from pipeline.store import Claimed  # noqa: E402
from pipeline.store.kept import KeptDocuments  # noqa: E402
from pipeline.work.batch import assessed as real  # noqa: E402
from rules.assessment import Assessment  # noqa: E402


def assessed(row: Claimed, kept: KeptDocuments | None) -> Assessment:
    """Do what the case is there for."""
    if row.case_id.startswith("kills-"):
        os.kill(os.getpid(), signal.SIGKILL)
    if row.case_id.startswith("hangs-"):
        re.match(r"(x+x+)+y", "x" * 60)  # holds the interpreter until the deadline
    return real(row, kept)


def main() -> None:
    """Drain until told to stop."""
    from pipeline.cli.drain import told_to_stop
    from pipeline.site import load_site
    from pipeline.work.pool import drain

    with told_to_stop() as stop:
        drained = drain(
            load_site(Path(sys.argv[1])), processes=int(sys.argv[2]), until="stopped", stop=stop,
            assessor="hands:assessed",
        )  # fmt: skip
    print(drained.batches, drained.deaths)


if __name__ == "__main__":
    main()
