"""``notewarrant explain``: why a fact or a finding is there."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from extractors.facts import Trace
from extractors.lexicon import Entry
from extractors.note import NO_PATTERN
from extractors.targets import expressions, pattern_names
from pipeline.assemble import CASE_FAMILIES, Built, evidence_of
from pipeline.assess import Result, assess_input, extractor
from pipeline.cli.common import Problems, gather, option_of
from pipeline.errors import EXIT_USAGE, UsageError
from pipeline.policies import policy_named
from pipeline.render.text import cited, shortened
from pipeline.render.unsaid import UNSAID, reason
from pipeline.visible import visible
from rules.assessment import Finding, Step
from rules.case import Evidence, Fact

#: Matches left out that are shown; forms with long quoted policies hold many.
_LEFT_OUT = 20


def _entries() -> dict[str, Entry]:
    return {f"{f.name}/{e.id}": e for f in extractor().families for e in f.lexicon.entries}


def _facts(built: Built) -> list[Fact[Any]]:
    return [fact for name in CASE_FAMILIES for fact in getattr(built.case, name)]


def _place(e: Evidence) -> str:
    return f'"{shortened(e.quote, 240)}"  ({e.document} {e.start}-{e.end}, section {e.section or "unknown"})'


def _value(fact: Fact[Any]) -> str:
    shown = {
        k: v
        for k, v in fact.value.model_dump(mode="json").items()
        if v not in (None, [], "unknown", "not_stated", "exact")
    }
    return ", ".join(f"{k}={'/'.join(v) if isinstance(v, list) else v}" for k, v in shown.items())


def _pattern_lines(trace: Trace, entries: dict[str, Entry]) -> Iterator[str]:
    if not trace.matched:
        yield f"    without a lexicon match{': ' + ', '.join(trace.patterns) if trace.patterns else ''}"
    for name in trace.matched:
        origin, _, pattern = name.partition("#")
        yield f"    lexicon entry: {origin}"
        entry = entries.get(origin)
        if entry is None:
            continue
        yield f"      means: {entry.label}"
        expression = dict(zip(pattern_names(entry), expressions(entry), strict=True)).get(pattern)
        if expression is not None:
            yield f"      matched by: {pattern}  {shortened(expression, 160)}"
        elif pattern == NO_PATTERN:
            yield "      matched by: a short form that this note defines for it"


def _fact_lines(built: Built, fact: Fact[Any], entries: dict[str, Entry]) -> Iterator[str]:
    yield f"fact {fact.id}: {_value(fact)}"
    yield f"    assertion: {fact.assertion}"
    yield f"    quote: {_place(fact.evidence[0])}"
    for e in fact.supporting:
        yield f"    also: {_place(e)}"
    yield f"    extractor: {fact.extractor} (version {fact.version})"
    trace = built.traces[fact.id]
    yield from _pattern_lines(trace, entries)
    text = built.texts[fact.document]
    for cue in trace.cues:
        words = shortened(text[cue.start : cue.end], 60)
        scope = shortened(text[cue.scope_start : cue.scope_end], 120)
        place = f"({cue.start}-{cue.end})"
        yield f'    context cue: {cue.category} "{words}" {place}, rule {cue.rule!r}, scope "{scope}"'
    if not trace.cues:
        yield "    context cue: none acts on the match"
    if trace.steps:
        yield f"    binder: {', '.join(trace.steps)}"


def _finding_lines(finding: Finding) -> Iterator[str]:
    yield f"finding {finding.id}: {finding.outcome} ({finding.severity})"
    yield f"    check: {finding.check} [{finding.ref}] version {finding.version}: {finding.title}"
    yield f"    {finding.message}"
    for e in finding.evidence:
        yield f"    evidence: {_place(e)}"
    for c in finding.codes:
        yield f"    code: {c.system} {c.code} {c.title or ''}".rstrip()
    for p in finding.parameters:
        yield (
            f"    parameter: {p.name} = {p.value} {p.unit or ''}".rstrip()
            + f", policy {p.policy} {p.policy_version}, in force from {p.effective_from}, {p.verification}, "
            + f"last verified {p.last_verified}, {p.reference}"
        )
    for citation in finding.citations:
        yield f"    citation: {cited(citation)}"
    for r in finding.remedies:
        yield f"    remedy: {r.action}"
    if finding.trail:
        yield "    trail: what the check asked, and what it got"
        yield from _trail_lines(finding.trail, 6)


def _trail_lines(steps: Iterable[Step], indent: int) -> Iterator[str]:
    """The trail as a tree, a question a line, with the facts behind the answer."""
    for step in steps:
        facts = f"  [{', '.join(step.facts)}]" if step.facts else ""
        yield f"{' ' * indent}- {step.asked}: {step.found}{facts}"
        yield from _trail_lines(step.steps, indent + 2)


def _overlapping(built: Built, finding: Finding) -> list[Fact[Any]]:
    """Facts whose quotes the finding uses as evidence."""
    places = {(e.document, e.start, e.end) for e in finding.evidence}
    return [f for f in _facts(built) if any((e.document, e.start, e.end) in places for e in f.evidence)]


def _by_check(result: Result, wanted: str, entries: dict[str, Entry]) -> Iterator[str]:
    known = [
        f
        for f in result.assessment.findings
        if wanted.lower() in (f.id.lower(), f.check.lower(), f.ref.lower())
    ]
    if not known:
        have = ", ".join(sorted({f.ref for f in result.assessment.findings}))
        raise UsageError("--check", f"no finding of a check {wanted!r} on this case", f"choose from {have}")
    for finding in known:
        yield from _finding_lines(finding)
        for fact in _overlapping(result.built, finding):
            yield ""
            yield from _fact_lines(result.built, fact, entries)
        yield ""


def _by_fact(result: Result, wanted: str, entries: dict[str, Entry]) -> Iterator[str]:
    for fact in _facts(result.built):
        if fact.id == wanted:
            yield from _fact_lines(result.built, fact, entries)
            places = {(e.document, e.start, e.end) for e in fact.evidence}
            users = [
                f.id
                for f in result.assessment.findings
                if places & {(e.document, e.start, e.end) for e in f.evidence}
            ]
            yield f"    used by findings: {', '.join(users) or 'none'}"
            return
    have = ", ".join(f.id for f in _facts(result.built))
    raise UsageError(
        "--fact", f"no fact {wanted!r} on this case", f"choose from {have or 'none: the note holds no fact'}"
    )


def _left_out_lines(built: Built) -> Iterator[str]:
    """The matches that are no mentions, so that a missing fact can be looked for there."""
    found = [(d, m, why) for d in built.documents for m, why in built.notes[d.id].left_out]
    if not found:
        return
    yield f"left out: {len(found)} lexicon matches, since each {UNSAID}"
    for document, m, why in found[:_LEFT_OUT]:
        yield f"    {reason(why)}: {_place(evidence_of(document, m.span, m.sentence.section.category))}"
        yield f"      matched by: {m.name}"
    if len(found) > _LEFT_OUT:
        yield f"    and {len(found) - _LEFT_OUT} more"


def _overview(result: Result, entries: dict[str, Entry]) -> Iterator[str]:
    for fact in _facts(result.built):
        yield from _fact_lines(result.built, fact, entries)
        yield ""
    for finding in result.assessment.findings:
        if finding.outcome != "not_applicable":
            yield from _finding_lines(finding)
            yield ""
    yield from _left_out_lines(result.built)


def run_explain(arguments: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    policy_named(arguments.policy)
    option = option_of(arguments)
    problems = Problems()
    cases = gather([arguments.path], arguments.packet, problems)
    if len(cases) > 1:
        raise UsageError(str(arguments.path), f"holds {len(cases)} cases", "name one note, or add --packet")
    if not cases:
        return problems.exit_code or EXIT_USAGE
    result = assess_input(cases[0], policy=arguments.policy, on=arguments.on, option=option)
    entries = _entries()
    if arguments.fact:
        lines = _by_fact(result, arguments.fact, entries)
    elif arguments.check:
        lines = _by_check(result, arguments.check, entries)
    else:
        lines = _overview(result, entries)
    for line in lines:
        sys.stdout.write(visible(line) + "\n")
    return problems.exit_code
