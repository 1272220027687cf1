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
from pipeline.site.model import Site

NAME: Final = "site.yaml"
_TEMPLATE: Final = """\
# Settings of a notewarrant site; paths start from this file. notewarrant site check says what it reads here.
# Addresses with passwords are never written here: env:NAME reads an environment variable.
store: store.sqlite            # or env:NOTEWARRANT_STORE with postgresql://user:password@host/database
documents: documents           # documents that were taken in, by hash
policy: guideline
inbox:
  folder: inbox
#sources:
#  - {kind: rabbitmq, url: "env:NOTEWARRANT_RABBITMQ", queue: notewarrant.in}
#  - {kind: redis, url: "env:NOTEWARRANT_REDIS", stream: notewarrant.in}
#references: /srv/notes        # where messages may refer to files (docs/messages.md)
outgoing:
  - {kind: folder, folder: results}
reports: reports
work:
  processes: 2
retention:
  days: null                   # erase what is done after so many days
"""


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
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        key = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise UsageError(
            str(file), f"{key}: {first['msg'].removeprefix('Value error, ')}", "mend that key"
        ) from None
    site._file = file
    if site.lexicons is not None:
        os.environ.setdefault(LEXICONS, str(site.at(site.lexicons)))
    if site.policies:
        os.environ.setdefault(POLICIES, os.pathsep.join(str(site.at(p)) for p in site.policies))
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
