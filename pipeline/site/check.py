"""What a site's settings name must be there before work begins: policies, folders, addresses, a corpus."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from pipeline.errors import NotewarrantError, UsageError
from pipeline.policies import known_policies, policy_file, policy_named
from pipeline.policy_place import is_path
from pipeline.site.load import load_site
from pipeline.site.model import OutgoingFolder, Site
from pipeline.site.secrets import secret


def keyed(site: Site, key: str, error: NotewarrantError) -> UsageError:
    """The error under the file and key of the settings that it comes from."""
    own = "" if error.where in ("--policy", key) else f"{error.where}: "  # a file of its own stays named
    return UsageError(f"{site.file}: {key}", f"{own}{error.cause}", error.mend)


def _policies(site: Site) -> list[NotewarrantError]:
    found: list[NotewarrantError] = []
    for i, file in enumerate(site.policies):
        try:
            policy_file(site.at(file))
        except UsageError as error:
            found.append(keyed(site, f"policies.{i}", error))
    if found:
        return found
    try:
        if is_path(site.policy):
            mend = "write the policy's id, and its file under policies"
            return [UsageError(f"{site.file}: policy", "names a file", mend)]
        known_policies()  # those that the environment names, too
        policy_named(site.policy)
    except UsageError as error:
        found.append(keyed(site, "policy", error))
    return found


def _folders(site: Site) -> list[NotewarrantError]:
    named: list[tuple[str, Path | None, int]] = [
        ("inbox.folder", site.inbox.folder if site.inbox else None, os.R_OK | os.W_OK | os.X_OK),
        ("references", site.references, os.R_OK | os.X_OK),
        ("lexicons", site.lexicons, os.R_OK | os.X_OK),
    ]
    found: list[NotewarrantError] = []
    for key, folder, rights in named:
        if folder is None:
            continue
        where = f"{site.file}: {key}"
        if not site.at(folder).is_dir():
            found.append(UsageError(where, f"{site.at(folder)} is no folder", "make it, or name another"))
        elif not os.access(site.at(folder), rights):
            found.append(UsageError(where, f"{site.at(folder)} may not be used", "mend its permissions"))
    for i, target in enumerate(site.outgoing):
        if isinstance(target, OutgoingFolder):
            folder = site.at(target.folder)
            there = next(
                p for p in (folder, *folder.parents) if p.exists()
            )  # it is made with the first result
            if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
                where = f"{site.file}: outgoing.{i}.folder"
                found.append(UsageError(where, f"{there} cannot be written", "mend it, or name another"))
    return found


def _of(site: Site, key: str, look: Callable[[], object]) -> list[NotewarrantError]:
    try:
        look()
    except NotewarrantError as error:
        return [keyed(site, key, error)]
    return []


def _corpus(site: Site) -> None:
    from pipeline.evaluation.selection import select

    if site.evaluation is not None:
        select(site.at(site.evaluation.corpus), site.evaluation.split)


def _targets(site: Site) -> None:
    from pipeline.outgoing.deliver import targets

    targets(site)


def settings_faults(site: Site) -> list[NotewarrantError]:
    """What cannot work as it is written, each with file, key, cause and mend; nothing is connected to."""
    found = [*_policies(site), *_folders(site)]
    found += _of(site, "store", site.store_place)
    named = [(f"sources.{i}.url", s.url) for i, s in enumerate(site.sources)]
    named += [
        (f"outgoing.{i}.url", t.url) for i, t in enumerate(site.outgoing) if not isinstance(t, OutgoingFolder)
    ]
    wrong = [e for key, url in named for e in _of(site, key, partial(secret, url, key))]
    found += wrong or _of(site, "outgoing", lambda: _targets(site))
    return found + _of(site, "evaluation.corpus", lambda: _corpus(site))


def working_site(path: Path) -> Site:
    """The settings of a file or folder, for what takes documents in or works on them.

    Raises
    ------
    UsageError
        Besides what ``load_site`` says: for a policy that is not known, and a policy file that is faulty.
        What is assessed must not depend on which policy files happen to be readable.
    """
    site = load_site(path)
    for error in _policies(site):
        raise error
    return site


def refuse(site: Site) -> None:
    """Raise the first fault of the settings, if any."""
    for error in settings_faults(site):
        raise error
