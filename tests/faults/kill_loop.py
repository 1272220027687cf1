"""A long run of kills, by hand: ``python tests/faults/kill_loop.py --rounds 500 --seed 7``.

One whole site with an inbox, on an SQLite file or (``--store``) in an empty PostgreSQL database; each round
kills one process of its chain at a place drawn by lot. It ends with a check of everything that must hold.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

if __name__ == "__main__":
    # A script has no package; the installed packages hold another one that is called ``tests``.
    sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]
    from faults.chain import Chain, shuffle
    from faults.held import sound
    from faults.processes import Zygote

    parser = argparse.ArgumentParser(description="Kill processes of a site again and again.")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--store", help="postgresql://user@host/database; by default an SQLite file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        zygote = Zygote(folder)
        chain = Chain(zygote, folder / "site", options.store or str(folder / "store.sqlite"))

        def look() -> None:
            counts = {state: n for state, n in sound(chain.where).items() if n}
            print(f"{sum(chain.kills.values())} kills, {chain.fed} documents fed: {counts}", flush=True)

        shuffle(chain, options.rounds, options.seed, look)
        chain.end()
        zygote.close()
        print(f"kills by place: {dict(sorted(chain.kills.items()))}")
        print(f"{chain.fed} documents: one result each, nothing lost, nothing half")
