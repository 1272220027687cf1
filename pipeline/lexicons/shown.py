"""What matches in a sentence that somebody typed, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from extractors.lexicon import Entry
from extractors.targets import expressions, pattern_names
from pipeline.lexicons.firing import Firing, Watch
from pipeline.render.unsaid import UNSAID, reason

_SILENT: tuple[object, ...] = (None, "unknown", "not_stated", "exact", "", (), [])


def _expression(entries: dict[str, Entry], firing: Firing) -> str:
    entry = entries[firing.id]
    return dict(zip(pattern_names(entry), expressions(entry), strict=True))[firing.pattern]


def shown_data(watch: Watch, text: str, families: Sequence[str]) -> dict[str, Any]:
    """Matches of these families with expression, fate and cues, and the facts that follow."""
    entries = {f"{f.name}/{e.id}": e for f in watch.families for e in f.lexicon.entries}
    matches = [
        {
            "entry": f.id, "label": f.label, "matched_by": f.pattern, "expression": _expression(entries, f),
            "words": text[f.start : f.end], "start": f.start, "end": f.end, "fate": f.fate, "by": list(f.by),
            "why": f.why, "flags": list(f.flags),
            "cues": [
                {"category": c.category, "words": text[c.start : c.end], "rule": c.rule,
                 "scope": text[c.scope_start : c.scope_end]}
                for c in f.cues
            ],
        }
        for f in watch.fire(text)
        if f.family in families
    ]  # fmt: skip
    facts = [
        {
            "family": f.family, "assertion": f.assertion, "from": list(dict.fromkeys(f.trace.matched)),
            "value": {
                k: list(v) if isinstance(v, tuple) else v for k, v in f.value.items() if v not in _SILENT
            },
        }
        for f in watch.facts(text)
        if {name.partition("/")[0] for name in f.trace.matched} & set(families)
    ]  # fmt: skip
    return {"matches": matches, "facts": facts}


_FATES = {
    "kept": "mention",
    "unsaid": f"no mention: it {UNSAID}: {{why}}",
    "taken": "no mention: {by} stands there",
    "hidden": "no mention: the sentence holds no anchor of the expression",
}


def _value(value: dict[str, Any]) -> str:
    return ", ".join(f"{k}={'/'.join(map(str, v)) if isinstance(v, list) else v}" for k, v in value.items())


def shown_lines(data: dict[str, Any]) -> Iterator[str]:
    """The same for a reader."""
    for m in data["matches"]:
        yield f'"{m["words"]}" ({m["start"]}-{m["end"]}): {m["entry"]}, means {m["label"]}'
        expression = m["expression"] if len(m["expression"]) <= 160 else m["expression"][:157] + "..."
        yield f"    matched by: {m['matched_by']}  {expression}"
        yield f"    becomes: {_FATES[m['fate']].format(by=', '.join(m['by']), why=reason(m['why']))}"
        for c in m["cues"]:
            yield f'    context cue: {c["category"]} "{c["words"]}", rule {c["rule"]!r}, scope "{c["scope"]}"'
        if m["fate"] == "kept" and not m["cues"]:
            yield "    context cue: none acts on the match"
    if not data["matches"]:
        yield "nothing matches"
    for f in data["facts"]:
        yield f"fact: {f['family']}: {_value(f['value'])} ({f['assertion']}), from {', '.join(f['from'])}"
    if data["matches"] and not data["facts"]:
        yield "no fact follows"
