"""Expressions that say the same: the same text, or simple patterns of the same words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors.lexicon import Entry
from pipeline.lexicons.finding import Finding
from pipeline.lexicons.language import Language, language, literal_language
from pipeline.lexicons.shape import named_expressions
from pipeline.lexicons.source import Source

_BEYOND = "matches nothing beyond"


@dataclass(frozen=True, slots=True)
class _Expression:
    entry: Entry
    name: str
    key: str
    language: Language | None
    mine: bool

    @property
    def where(self) -> str:
        return f"{self.entry.id}#{self.name}"


def _expressions(entries: Sequence[Entry], mine: bool) -> Iterator[_Expression]:
    for entry in entries:
        for name, text in named_expressions(entry):
            kind = name.partition("[")[0]
            if kind == "literals":
                words = literal_language(text)
                yield _Expression(entry, name, f"literal {' '.join(text.lower().split())}", words, mine)
                continue
            cased = kind == "cased"
            key = f"{kind} {text if cased else _folded(text)}"
            yield _Expression(entry, name, key, language(text, cased=cased), mine)


def _folded(pattern: str) -> str:
    r"""Lower case, but for classes: ``\S`` is not ``\s``."""
    return re.sub(
        r"\\.|.", lambda m: m[0] if m[0].startswith("\\") else m[0].lower(), pattern, flags=re.DOTALL
    )


def _same(a: _Expression, b: _Expression) -> str | None:
    """How expression ``a`` repeats ``b``, None where it does not."""
    if a.key == b.key:
        return "is the same as"
    if a.language is None or b.language is None or not a.language.within(b.language):
        return None
    return "matches the same words as" if b.language.within(a.language) else _BEYOND


def check_duplicates(source: Source, others: Sequence[Entry] = ()) -> Iterator[Finding]:
    """Expressions of the file that repeat one of the file, or one of ``others`` (the installed entries).

    Two labels for the same words are an error: chance would decide what they mean. Else it is waste.
    """
    mine = list(_expressions(source.entries, True))
    known = list(_expressions(others, False))
    by_word: dict[str, list[_Expression]] = {}
    by_key: dict[str, list[_Expression]] = {}
    for x in [*known, *mine]:
        by_key.setdefault(x.key, []).append(x)
        for word in x.language.words if x.language else ():
            by_word.setdefault(word, []).append(x)
    order = {id(x): n for n, x in enumerate(mine)}
    told: set[frozenset[str]] = set()
    for a in mine:
        near = list(by_key[a.key])
        if a.language:
            near += by_word[min(a.language.words)]
        for b in near:
            pair = frozenset({f"{a.mine}{a.where}", f"{b.mine}{b.where}"})
            how = None if b is a or pair in told else _same(a, b)
            if how is None or (how != _BEYOND and b.mine and order[id(b)] > order[id(a)]):
                continue  # of two that are equal the later is told
            told.add(pair)
            clash = a.entry.label != b.entry.label
            code = "two_meanings" if clash else "duplicate" if how != _BEYOND else "redundant"
            meaning = f" ({b.entry.label}, not {a.entry.label})" if clash else ""
            place = "" if b.mine else "the installed "
            yield Finding(
                "error" if clash else "warning", code, source.path.name, source.family, a.entry.id, a.name,
                f"{how} {place}{b.where}{meaning}",
                "decide which entry the words belong to" if clash else "take one of the two out",
            )  # fmt: skip
