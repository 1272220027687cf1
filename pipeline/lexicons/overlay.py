"""A user's own lexicon folder: entries added to the installed ones, and named by every result's versions.

The folder holds ``<family>.yaml`` files in the format of ``extractors/lexicon.py``. An entry with a new id is
added; an entry whose id is installed adds its literals, patterns and examples to that one, whose label and
attributes stay.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from extractors.families import all_families
from extractors.family import Family
from extractors.lexicon import Entry, Lexicon
from pipeline.errors import UsageError
from pipeline.lexicons.source import sources_of


def fingerprint(path: Path | None) -> str:
    """Eight hexadecimal digits over names and bytes of the files; empty without a folder."""
    if path is None:
        return ""
    total = hashlib.sha256()
    files = [path] if path.is_file() else [*path.glob("*.yaml"), *path.glob("*.yml")]
    for file in sorted(files):
        total.update(
            file.name.encode("utf-8", "surrogatepass") + b"\0" + hashlib.sha256(file.read_bytes()).digest()
        )
    return total.hexdigest()[:8]


def merged(old: Entry, new: Entry) -> Entry:
    """The installed entry with the expressions and examples that the user's entry adds, after its own."""
    return replace(
        old,
        literals=old.literals + new.literals,
        patterns=old.patterns + new.patterns,
        cased=old.cased + new.cased,
        anchors=old.anchors | new.anchors,
        examples=old.examples + new.examples,
        counterexamples=old.counterexamples + new.counterexamples,
    )


def extended(lexicon: Lexicon, added: Sequence[Entry], version: str) -> Lexicon:
    """The lexicon with the user's entries; its version names them."""
    by_id = {e.id: e for e in added}
    known = {e.id for e in lexicon.entries}
    entries = [merged(e, by_id[e.id]) if e.id in by_id else e for e in lexicon.entries]
    entries += [e for e in added if e.id not in known]
    return replace(lexicon, entries=tuple(entries), version=f"{lexicon.version}+user.{version}")


def families_with(path: Path | None) -> tuple[Family, ...]:
    """All families, those of the folder's files with the user's entries.

    Raises
    ------
    UsageError
        Where a file of the folder cannot be used; the first fault is named.
    """
    families = all_families()
    if path is None:
        return families
    added: dict[str, list[Entry]] = {}
    for source in sources_of(str(path)):
        if not source.own:
            continue  # an installed file adds nothing to itself
        if source.findings:
            fault = source.findings[0]
            raise UsageError(
                str(source.path), f"{fault.where}: {fault.cause}", "notewarrant lexicon lint shows all faults"
            )
        added.setdefault(source.family, []).extend(source.entries)
    for family, entries in added.items():
        ids = [e.id for e in entries]
        twice = sorted({i for i in ids if ids.count(i) > 1})
        if twice:
            raise UsageError(str(path), f"two files add to {family}/{twice[0]}", "join them to one entry")
    version = fingerprint(path)
    return tuple(
        replace(f, lexicon=extended(f.lexicon, added[f.name], version)) if f.name in added else f
        for f in families
    )
