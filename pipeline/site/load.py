"""Read and write a site's settings file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import yaml
from pydantic import ValidationError

from pipeline.errors import MissingDocument, OutputError, UsageError
from pipeline.lexicons.place import VARIABLE as LEXICONS
from pipeline.policy_place import VARIABLE as POLICIES
from pipeline.private_files import make_folder
from pipeline.site.keys import allowed
from pipeline.site.model import Site

NAME: Final = "site.yaml"
#: Policy files that the settings read last have named; another site's take their place.
_told: list[str] = []
_TEMPLATE: Final = """\
# Settings of a notewarrant site; paths start from this file. notewarrant site check says what it reads here.
# docs/settings.md lists every key; comments here show defaults, and what may be added.
# Addresses with passwords are never written here: env:NAME reads an environment variable.
store: store.sqlite            # or env:NOTEWARRANT_STORE with postgresql://user:password@host/database
documents: documents           # documents that were taken in, by hash
policy: guideline
#policies: [payer.yaml]        # your own policy files
#lexicons: lexicons            # a folder of your own lexicons
inbox:
  folder: inbox
#  settle_seconds: 2           # a file that was changed more recently may still be being written
#  max_bytes: 67108864         # larger files are refused
#sources:
#  - {kind: rabbitmq, url: "env:NOTEWARRANT_RABBITMQ", queue: notewarrant.in}
#  - {kind: redis, url: "env:NOTEWARRANT_REDIS", stream: notewarrant.in}
#references: /srv/notes        # where messages may refer to files (docs/messages.md)
outgoing:
  - {kind: folder, folder: results}
#  - {kind: rabbitmq, url: "env:NOTEWARRANT_RABBITMQ", queue: notewarrant.out}
#  - {kind: redis, url: "env:NOTEWARRANT_REDIS", stream: notewarrant.out}
reports: reports
work:
  processes: 2
#  batch_seconds: 10
#  document_seconds: 300       # a worker that is stuck in one document for so long is ended
#  batches_a_process: 200
#  attempts: 3                 # tries before a job becomes a dead letter
#  lease_seconds: 900
#  dask: tcp://host:8786
retention:
  days: null                   # erase what is done after so many days
#evaluation: {corpus: corpus, split: dev}   # of the nightly evaluation
#drift: {weeks: 8, least_documents: 30}
#metrics: {host: 127.0.0.1, port: 9464}
#schedules:                    # seconds, a cron expression (UTC), or null
#  ingest_inbox: 60
#  drain_queue: 60
#  recheck_policy: "0 3 * * *"
#  nightly_evaluation: "30 3 * * *"
#  housekeeping: 900
"""


def _cause(error: ValidationError) -> tuple[str, str]:
    """What is wrong with the first faulty key, and the mend."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    loc = first["loc"]
    key = ".".join(str(part) for part in loc) or "the whole"
    if first["type"] != "extra_forbidden":
        return f"{key}: {first['msg'].removeprefix('Value error, ')}", "mend that key"
    known = allowed(Site, loc[:-1])
    mend = f"here may stand {', '.join(known)}" if known else "see docs/settings.md"
    return f"{key}: is no key that is known", mend


def _tell_policies(files: list[str]) -> None:
    """Add the site's policy files to those that this process knows; one that a command names comes first."""
    given = [p for p in os.environ.get(POLICIES, "").split(os.pathsep) if p.strip()]
    others = [p for p in given if p not in files and p not in _told]
    _told[:] = files
    if files or others != given:
        os.environ[POLICIES] = os.pathsep.join([*files, *others])


def load_site(path: Path) -> Site:
    """The settings of a file, or of ``site.yaml`` in a folder.

    A user's own lexicons and policies that it names are made known to this process and those it starts.

    Raises
    ------
    MissingDocument
        Where the file cannot be read.
    UsageError
        For what is no YAML or breaks the model; it names file, key and cause, never a value.
    """
    file = (path / NAME if path.is_dir() else path).absolute()
    try:
        raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise MissingDocument(
            str(file), f"cannot be read ({error.strerror})", "make one with notewarrant site init DIR"
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{file}:{mark.line + 1}" if mark else str(file)
        raise UsageError(where, "is no YAML that can be read", "mend the line") from None
    if raw is None:
        raw = {}
    try:
        site = Site.model_validate(raw)
    except ValidationError as error:
        raise UsageError(str(file), *_cause(error)) from None
    site._file = file
    if site.lexicons is not None:
        os.environ.setdefault(LEXICONS, str(site.at(site.lexicons)))
    _tell_policies([str(site.at(p)) for p in site.policies])
    return site


def init_site(folder: Path) -> Path:
    """Make a site: its settings file and folders, for their owner only; return the file.

    Raises
    ------
    OutputError
        Where the folder cannot be written, or holds settings already.
    """
    file = folder / NAME
    try:
        make_folder(folder)
        for name in ("inbox", "documents", "results", "reports"):
            (folder / name).mkdir(mode=0o700, exist_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise OutputError(str(file), "is there already", "edit it, or name another folder") from None
    except OSError as error:
        raise OutputError(
            str(folder), f"cannot be written ({error.strerror})", "name another folder"
        ) from None
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(_TEMPLATE)
    return file
