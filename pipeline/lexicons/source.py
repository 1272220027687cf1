"""Lexicon files as they stand: where they are, and their entries before anything is trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

from extractors.families import MODULES, all_families
from extractors.lexicon import Entry, LexiconError, read_entry
from pipeline.errors import UsageError
from pipeline.lexicons.finding import Finding

_TOP = {"family", "version", "entries"}


@cache
def installed() -> Mapping[str, Path]:
    """Family to the lexicon file that was installed for it."""
    files = (Path(str(import_module(name).__file__)).with_name("lexicon.yaml") for name in MODULES)
    return {f.name: file for f, file in zip(all_families(), files, strict=True)}


def known_family(name: str) -> str:
    """The name, where a family is called so.

    Raises
    ------
    UsageError
        Listing the families.
    """
    if name not in installed():
        raise UsageError(name, "is neither a family nor a path", f"choose from {', '.join(installed())}")
    return name


@dataclass
class Source:
    """One lexicon file: the entries that can be used, as read and raw, and what is wrong with its shape."""

    path: Path
    family: str
    entries: list[Entry] = field(default_factory=list)
    raw: list[Mapping[str, Any]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def fault(self, code: str, entry: str, cause: str, mend: str) -> None:
        """Report an error of the file's shape."""
        self.findings.append(Finding("error", code, self.path.name, self.family, entry, "", cause, mend))

    @property
    def own(self) -> bool:
        """Whether this is a user's file, and not one that was installed."""
        return self.path.resolve() != installed()[self.family].resolve()


def _completed(raw: Mapping[str, Any], known: Mapping[str, Entry]) -> Mapping[str, Any]:
    """A user's entry that adds to an installed one need not say again what that one means."""
    old = known.get(str(raw.get("id")))
    return raw if old is None else {"label": old.label, **raw}


def read_source(path: Path) -> Source:
    """A lexicon file with every fault of its shape; entries at fault are left out.

    A user's file may add to an installed entry: the same ``id``, and no other label.

    Raises
    ------
    UsageError
        Where the file cannot be read, is no YAML, or names no family.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(str(path), f"cannot be read ({error.strerror})", "check the path") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f" (line {mark.line + 1})" if mark else ""
        raise UsageError(str(path), f"is no YAML{line}", "quote patterns with single quotes") from None
    if not isinstance(data, dict) or not isinstance(data.get("entries"), list):
        raise UsageError(str(path), "holds no entries", "write family and entries, as in the tutorial")
    if data.get("family") not in installed():
        raise UsageError(
            str(path), "names no family of the product", f"write family: one of {', '.join(installed())}"
        )
    source = Source(path, str(data["family"]))
    for key in sorted(set(map(str, data)) - _TOP):
        source.fault("key", "", f"unknown key {key} at the top", f"write {', '.join(sorted(_TOP))} only")
    _read_entries(source, data["entries"])
    return source


def _labelled(source: Source, name: str, raw: Mapping[str, Any], labels: Sequence[str]) -> bool:
    """Whether a new entry means something that the family's binder knows."""
    mend = f"write label: one of {', '.join(labels)}"
    if "label" not in raw:
        source.fault("label", name, "is new and has no label", mend)
    elif str(raw["label"]) not in labels:
        source.fault("label", name, f"means {raw['label']}, which the family does not know", mend)
    else:
        return True
    return False


def _read_entries(source: Source, items: Sequence[object]) -> None:
    known: Mapping[str, Entry] = {}
    if source.own:
        known = {e.id: e for f in all_families() if f.name == source.family for e in f.lexicon.entries}
    labels = sorted({e.label for e in known.values()})
    seen: set[str] = set()
    for place, raw in enumerate(items, start=1):
        if not isinstance(raw, dict):
            source.fault("shape", f"entry {place}", "is no mapping", "write id, label and expressions")
            continue
        name = str(raw.get("id", f"entry {place}"))
        if source.own and name not in known and not _labelled(source, name, raw, labels):
            continue
        try:
            entry = read_entry(source.path, _completed(raw, known))
        except LexiconError as error:
            cause = str(error).partition(f"entry {raw.get('id')}: ")[2] or str(error)
            source.fault("entry", name, cause, "see extractors/lexicon.py for the format")
            continue
        if name in seen:
            source.fault("duplicate_id", name, "stands twice in the file", "join the two entries")
            continue
        old = known.get(name)
        if old is not None and entry.label != old.label:
            cause = f"means {entry.label}, the installed entry of this id {old.label}"
            source.fault("label", name, cause, "give it an id of its own, or the same label")
            continue
        if old is not None and raw.get("attributes") not in (None, old.attributes):
            source.fault("attributes", name, "changes attributes of an installed entry", "take them out")
            continue
        seen.add(name)
        source.entries.append(entry)
        source.raw.append(raw)


def sources_of(target: str | None) -> list[Source]:
    """The lexicon files of a family, a file, a folder of files, or (None) all that are installed.

    Raises
    ------
    UsageError
        Where there is no such family or path, or a file cannot be read at all.
    """
    if target is None:
        return [read_source(p) for p in installed().values()]
    if target in installed():
        return [read_source(installed()[target])]
    path = Path(target)
    if path.is_dir():
        files = sorted([*path.glob("*.yaml"), *path.glob("*.yml")])
        if not files:
            raise UsageError(target, "holds no lexicon (*.yaml)", "name a folder with <family>.yaml files")
        return [read_source(p) for p in files]
    if path.is_file():
        return [read_source(path)]
    known_family(target)
    raise AssertionError(target)
