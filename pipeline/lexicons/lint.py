"""All checks of lexicon files in one list.

Without a corpus an entry is judged by its own examples; with one also by what it does there. An entry that
never fires on a corpus is told as such, which is no fault: the corpus may be small, the words rare.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from extractors.families import all_families
from extractors.family import Family
from extractors.lexicon import Entry
from extractors.targets import pattern_names
from pipeline.lexicons.duplicates import check_duplicates
from pipeline.lexicons.finding import SEVERITIES, Finding
from pipeline.lexicons.firing import Watch
from pipeline.lexicons.overlay import extended
from pipeline.lexicons.shape import check_shape
from pipeline.lexicons.source import Source
from pipeline.lexicons.trial import Trial, try_entry
from pipeline.lexicons.usage import Usage, usage
from pipeline.render.unsaid import UNSAID


@dataclass(frozen=True)
class Linted:
    """The findings, and what was looked at."""

    findings: tuple[Finding, ...]
    files: int
    entries: int
    expressions: int
    notes: int | None

    def count(self, severity: str) -> int:
        """How many findings of that severity."""
        return sum(f.severity == severity for f in self.findings)


def _families(sources: Sequence[Source]) -> tuple[Family, ...]:
    """The families of the files as they would run: a user's entries beside the installed ones."""
    added: dict[str, list[Source]] = {}
    for s in sources:
        added.setdefault(s.family, []).append(s)
    out = []
    for family in all_families():
        if family.name not in added:
            continue
        users = [e for s in added[family.name] if s.own for e in s.entries]
        out.append(replace(family, lexicon=extended(family.lexicon, users, "")) if users else family)
    return tuple(out)


_CAUSES = {
    "silent": ("example_not_matched", "no expression of the entry matches an example of it"),
    "hidden": ("example_hidden", "an example of it is not found: no anchor stands in it"),
    "unsaid": ("example_unsaid", f"an example of it {UNSAID}"),
    "taken": ("example_taken", "an example of it is read by an entry of another meaning"),
    "fires": ("counterexample_fires", "it matches a counter-example of its own"),
}


def _examples(source: Source, trials: Iterable[Trial]) -> Iterator[Finding]:
    for t in trials:
        if t.good:
            continue
        code, cause = _CAUSES[t.outcome]
        by = f" ({', '.join(t.by)})" if t.by else ""
        yield Finding(
            "error", code, source.path.name, source.family, t.entry, "", f"{cause}{by}: {t.text!r}",
            "mend the expression or the example" if t.outcome != "hidden" else "give anchors",
        )  # fmt: skip


def _shadowed(source: Source, trials: Sequence[Trial], used: Usage | None) -> Iterator[Finding]:
    """Entries that match and never come through: by their examples, and where there is one, by the corpus."""
    for entry in source.entries:
        name = f"{source.family}/{entry.id}"
        mine = [t for t in trials if t.entry == entry.id and t.kind == "example"]
        if not mine or any(t.outcome == "right" for t in mine) or (used and used.kept[name]):
            continue
        winners = {n.partition("#")[0] for t in mine for n in t.by}
        if used:
            winners |= set(used.winners.get(name, ()))
        if winners:
            yield Finding(
                "warning", "shadowed", source.path.name, source.family, entry.id, "",
                f"all of its matches are taken by {', '.join(sorted(winners))}",
                "join the entries, or make its expressions longer",
            )  # fmt: skip


def _own_names(entry: Entry, old: Entry | None) -> list[str]:
    """Names of the entry's expressions as they run: a user's stand after those that are installed."""
    if old is None:
        return pattern_names(entry)
    sizes = (("literals", old.literals), ("patterns", old.patterns), ("cased", old.cased))
    new = {"literals": entry.literals, "patterns": entry.patterns, "cased": entry.cased}
    return [f"{key}[{len(before) + i}]" for key, before in sizes for i in range(len(new[key]))]


def _dead(source: Source, used: Usage) -> Iterator[Finding]:
    known = {e.id: e for e in _installed(source)}
    for entry in source.entries:
        name = f"{source.family}/{entry.id}"
        if any(used.matched[f"{name}#{n}"] for n in _own_names(entry, known.get(entry.id))):
            continue
        yield Finding(
            "info", "dead", source.path.name, source.family, entry.id, "", "never fires on the corpus",
            "look whether people write so",
        )  # fmt: skip


def _installed(source: Source) -> list[Entry]:
    """What a user's entries stand beside."""
    return [e for f in all_families() if source.own and f.name == source.family for e in f.lexicon.entries]


def lint(
    sources: Sequence[Source], texts: Sequence[str] | None = None, tick: Callable[[], object] = lambda: None
) -> Linted:
    """Check lexicon files.

    Parameters
    ----------
    sources
        The files, read by :func:`pipeline.lexicons.source.sources_of`.
    texts
        Notes on which dead and shadowed entries are sought; None for none.
    tick
        Called after each note.
    """
    watch = Watch(_families(sources))
    used = usage(watch, texts, tick) if texts is not None else None
    findings: list[Finding] = []
    for source in sources:
        trials = [t for e in source.entries for t in try_entry(watch, source.family, e)]
        found = [*source.findings, *check_shape(source), *check_duplicates(source, _installed(source))]
        found += [*_examples(source, trials), *_shadowed(source, trials, used)]
        if used is not None:
            found += _dead(source, used)
        order = {e.id: n for n, e in enumerate(source.entries)}
        findings += sorted(
            found, key=lambda f: (SEVERITIES.index(f.severity), order.get(f.entry, -1), f.code, f.pattern)
        )
    return Linted(
        tuple(findings),
        len(sources),
        sum(len(s.entries) for s in sources),
        sum(len(e.literals) + len(e.patterns) + len(e.cased) for s in sources for e in s.entries),
        None if texts is None else len(texts),
    )
