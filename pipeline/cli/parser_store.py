"""Arguments of the commands that care for a store: ``store``, ``recheck``, ``queue dead|requeue``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.cli.parser_places import Add, place_argument, site_argument


def add_recheck(commands: Any, command: Add, path: Callable[[str], Path], date: Callable[[str], Any]) -> None:
    """Add ``recheck``."""
    recheck = command(
        commands, "recheck", "Check stored cases again where policy or rules changed: whose answer flips.",
        "  notewarrant recheck charts-site\n"
        "  notewarrant recheck charts-site --policy payer.yaml --dry-run\n"
        "  notewarrant recheck charts-site --policy cohen-2020 --from guideline\n\n"
        "exit codes: 0 done; 2 a policy that is not known, faulty, or of no stored result;\n"
        "            3 stored results cannot be read by today's rules;\n"
        "            4 the store or a report cannot be used\n",
    )  # fmt: skip
    site_argument(recheck, path)
    recheck.add_argument(
        "--policy", metavar="POLICY", help="id or file of a policy (default: every one in the store)"
    )
    recheck.add_argument(
        "--from", dest="old", metavar="ID",
        help="results of this policy, under the one of --policy (default: results of that policy itself)",
    )  # fmt: skip
    recheck.add_argument(
        "--on", type=date, metavar="YYYY-MM-DD", help="the day asked (default: that of each stored result)"
    )
    recheck.add_argument("--dry-run", action="store_true", help="record nothing, say what would flip")
    recheck.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    recheck.add_argument("-o", "--output", type=path, metavar="OUT", help="file to write")
    recheck.add_argument("-q", "--quiet", action="store_true", help="no progress bar")


def _add_results(inner: Any, command: Add, path: Callable[[str], Path], date: Callable[[str], Any]) -> None:
    show = command(
        inner, "show", "Show a stored result: the newest of a case, or that of a job.",
        "  notewarrant store show charts-site --case chart-17\n"
        "  notewarrant store show charts-site --job 17 --format html -o chart-17.html\n"
        "  notewarrant store show --store results.sqlite --case chart-17 --format json\n",
    )  # fmt: skip
    place_argument(show, path)
    which = show.add_mutually_exclusive_group(required=True)
    which.add_argument("--case", metavar="ID", help="the newest result of this case")
    which.add_argument("--job", type=int, metavar="N", help="the result of this job")
    which.add_argument("--key", metavar="KEY", help="the result of this key, as outgoing results have it")
    show.add_argument("--format", choices=("text", "json", "html"), default="text", help="default: text")
    show.add_argument("-o", "--output", type=path, metavar="OUT", help="file to write")
    export = command(
        inner, "export", "Write stored results as JSON lines, in the form of outgoing results.",
        "  notewarrant store export charts-site -o results.jsonl\n"
        "  notewarrant store export charts-site --since 2026-03-01 --policy guideline --state done\n"
        "  notewarrant store export --store results.sqlite --summary\n\n"
        "Results quote the notes; those of --summary hold ids, codes and counts alone.\n",
    )  # fmt: skip
    place_argument(export, path)
    export.add_argument("-o", "--output", type=path, metavar="OUT", help="file to write")
    export.add_argument("--since", type=date, metavar="YYYY-MM-DD", help="what ended since that day (UTC)")
    export.add_argument("--policy", metavar="ID", help="results under this policy alone")
    export.add_argument("--state", choices=("done", "dead"), help="default: both")
    export.add_argument("--summary", action="store_true", help="ids, codes and counts, without any text")
    export.add_argument("-q", "--quiet", action="store_true", help="no progress bar")


def add_store(commands: Any, command: Add, path: Callable[[str], Path], date: Callable[[str], Any]) -> None:
    """Add ``store show|export|upgrade|verify|audit|erase|retain``."""
    store = command(
        commands, "store", "Look into a store and care for it: show, export, verify, erase.",
        "  notewarrant store show charts-site --case chart-17\n"
        "  notewarrant store export charts-site -o results.jsonl\n"
        "  notewarrant store verify charts-site\n"
        "  notewarrant store upgrade --store notewarrant.sqlite\n"
        "  notewarrant store erase charts-site --patient MRN-17\n",
    )  # fmt: skip
    inner = store.add_subparsers(dest="store_command", required=True, metavar="COMMAND")
    _add_results(inner, command, path, date)
    upgrade = command(
        inner, "upgrade", "Bring the store of an older release up to date, whole or not at all.",
        "  notewarrant store upgrade charts-site\n"
        "  notewarrant store upgrade --store notewarrant.sqlite\n\n"
        "exit codes: 0 up to date; 3 no such store; 4 the store cannot be used, and is as it was\n",
    )  # fmt: skip
    place_argument(upgrade, path)
    verify = command(
        inner, "verify", "Check the audit trail and every job against it; print the head to keep elsewhere.",
        "  notewarrant store verify charts-site\n"
        "  notewarrant store verify charts-site --head 6b86b273ff34...\n\n"
        "exit codes: 0 sound; 1 broken, or the head is not in the trail; 4 the store cannot be used\n",
    )  # fmt: skip
    place_argument(verify, path)
    verify.add_argument("--head", metavar="HASH", help="a head that was printed before: is it still there")
    verify.add_argument("-q", "--quiet", action="store_true", help="no progress bar")
    audit = command(
        inner, "audit", "List what became of jobs: ids, codes and digests, no text.",
        "  notewarrant store audit charts-site --job 17\n"
        "  notewarrant store audit charts-site --case chart-17 --format json\n\n"
        "exit codes: 0 listed; 2 no such job or case; 4 the store cannot be used\n",
    )  # fmt: skip
    place_argument(audit, path)
    audit.add_argument("--case", metavar="ID", help="the jobs of this case")
    audit.add_argument("--job", type=int, metavar="N", help="this job")
    for parser in (verify, audit, upgrade):
        parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    erase = command(
        inner, "erase", "Erase a patient's, a case's or a job's documents and results; a mark stays.",
        "  notewarrant store erase charts-site --patient MRN-17\n"
        "  notewarrant store erase charts-site --case chart-17 --yes\n\n"
        "exit codes: 0 erased; 2 no such patient, case or job; 4 a file or the store cannot be written:\n"
        "            the same command finishes it later\n",
    )  # fmt: skip
    site_argument(erase, path)
    which = erase.add_mutually_exclusive_group(required=True)
    which.add_argument("--patient", metavar="REF", help="the sender's reference to the patient")
    which.add_argument("--case", metavar="ID", help="every job of this case")
    which.add_argument("--job", type=int, metavar="N", help="this job's question, under whatever versions")
    erase.add_argument("--yes", action="store_true", help="do not ask")
    retain = command(
        inner, "retain", "Erase what ended more than so many days ago.",
        "  notewarrant store retain charts-site --days 30 --dry-run\n\n"
        "exit codes: 0 done; 2 no number of days; 4 a file or the store cannot be written\n",
    )  # fmt: skip
    site_argument(retain, path)
    retain.add_argument("--days", type=float, metavar="N", help="default: the settings' retention.days")
    retain.add_argument("--dry-run", action="store_true", help="only say how many jobs")
    for parser in (erase, retain):
        parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def add_dead(steps: Any, command: Add, path: Callable[[str], Path]) -> None:
    """Add ``queue dead`` and ``queue requeue``."""
    dead = command(
        steps, "dead", "List the dead letters: case, code and what it means, where the file is.",
        "  notewarrant queue dead charts-site\n"
        "  notewarrant queue dead charts-site --code CRASH --format json\n"
        "  notewarrant queue dead --store results.sqlite\n\n"
        "exit codes: 0 listed; 2 no such code; 4 the store cannot be used\n",
    )  # fmt: skip
    place_argument(dead, path)
    dead.add_argument("--code", metavar="CODE", help="only those of this code")
    requeue = command(
        steps, "requeue", "Give dead letters another round of tries, under the ids that they have.",
        "  notewarrant queue requeue charts-site --id 17 --id 18\n"
        "  notewarrant queue requeue charts-site --code CRASH\n"
        "  notewarrant queue requeue charts-site --all\n\n"
        "A file that the inbox refused was not kept: mend it, and put it in the inbox again.\n\n"
        "exit codes: 0 done; 2 no such code, or no dead letter that can be tried again by that id;\n"
        "            4 the store cannot be used\n",
    )  # fmt: skip
    site_argument(requeue, path)
    which = requeue.add_mutually_exclusive_group(required=True)
    which.add_argument("--id", type=int, action="append", metavar="N", help="this one; may be repeated")
    which.add_argument("--code", metavar="CODE", help="all of this code")
    which.add_argument("--all", action="store_true", help="all")
    for parser in (dead, requeue):
        parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
        parser.add_argument("-q", "--quiet", action="store_true", help="no closing line")
