"""An assessor that costs nothing, importable in worker processes, which does what a document tells it to."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import signal
import time
from pathlib import Path

from pipeline.policies import policy_named
from pipeline.site import Site, init_site, load_site
from pipeline.store import Claimed, Job, Store, digest
from pipeline.store.kept import KeptDocuments
from rules.assessment import Assessment
from rules.case import Case, Document
from rules.engine import assess

NAME = "light:light"
SETS = {"guideline": {"light": "1"}}
VERSIONS = {policy: digest(versions) for policy, versions in SETS.items()}


def light(row: Claimed, kept: KeptDocuments | None) -> Assessment:
    """Say of the case only how long its document is; hang, or end the process, where the text says so."""
    path = kept.path(row.paths[0]) if kept else Path(row.paths[0])
    text = path.read_text("utf-8")
    if wait := re.search(r"^wait (\S+)", text):
        time.sleep(float(wait[1]))
    if text.startswith("kill once") and row.attempts == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    if text.startswith("kill always"):
        os.kill(os.getpid(), signal.SIGKILL)
    if text.startswith("exit zero"):
        os._exit(0)
    if text.startswith("hang"):
        re.match(r"(x+x+)+y", "x" * 50)  # holds the interpreter for ages
    if text.startswith("fault"):
        raise LookupError(text)
    document = Document(
        id="note",
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        length=len(text),
        date=dt.date(2026, 3, 1),
    )
    return assess(Case(case_id=row.case_id, documents=(document,)), policy_named(row.policy))


def site_with(folder: Path, texts: dict[str, str], settings: str = "", store: str = "store.sqlite") -> Site:
    """A site whose queue holds the texts, by case id."""
    if not (folder / "site.yaml").exists():
        init_site(folder)
        (folder / "site.yaml").write_text(f"store: {store}\nwork: {{batch_seconds: 2, {settings}}}\n")
    site = load_site(folder)
    with site.open_store() as opened:
        queue(site, opened, texts)
    return site


def queue(site: Site, store: Store, texts: dict[str, str]) -> None:
    """Put documents into the site's queue."""
    jobs = []
    for case_id, text in texts.items():
        data = text.encode()
        reference = site.kept().keep(data)
        jobs.append(
            Job(case_id, (hashlib.sha256(data).hexdigest(),), (reference,), "guideline", SETS["guideline"])
        )
    store.enqueue(jobs)
