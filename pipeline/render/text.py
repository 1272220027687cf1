"""An assessment as plain text that fits a terminal: the direct answer first."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from pipeline.visible import visible
from rules.assessment import OUTCOME_ORDER, Assessment, Citation, Finding
from rules.case import Evidence

OUTCOME_LABEL = {
    "contradiction": "CONTRADICTION",
    "not_met": "NOT MET",
    "not_documented": "NOT DOCUMENTED",
    "needs_review": "NEEDS REVIEW",
    "met": "met",
    "not_applicable": "not applicable",
}
ANSWER_LABEL = {
    "supported": "SUPPORTED ON THIS RECORD",
    "not_supported_as_coded": "NOT SUPPORTED AS CODED",
    "not_supported": "NOT SUPPORTED ON THIS RECORD",
    "insufficient_documentation": "INSUFFICIENT DOCUMENTATION",
}
_LONGEST_QUOTE = 180
_OPEN = ("contradiction", "not_met", "not_documented", "needs_review")


def shortened(quote: str, most: int = _LONGEST_QUOTE) -> str:
    """A quote on one line, its middle left out where it is long (display only: offsets name the whole)."""
    flat = visible(" ".join(quote.split()))
    if len(flat) <= most:
        return flat
    half = (most - 5) // 2
    return f"{flat[:half].rstrip()} [...] {flat[-half:].lstrip()}"


def sorted_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by outcome, worst first; the engine's order within an outcome."""
    return sorted(findings, key=lambda f: OUTCOME_ORDER.index(f.outcome))


def cited(citation: Citation) -> str:
    """A citation on one line, with how far it can be trusted."""
    detail = f", {citation.detail}" if citation.detail else ""
    href = f" <{citation.href}>" if citation.href else ""
    return f"{citation.title}{detail}{href} [{citation.verification}]"


class _Page:
    def __init__(self, width: int) -> None:
        self.width = width
        self.lines: list[str] = []

    def head(self, title: str) -> None:
        self.lines += ["", title, "-" * min(len(title), self.width)]

    def text(self, text: str, indent: int = 0, hanging: int | None = None, mark: str = "") -> None:
        first = " " * indent + mark
        rest = " " * (indent + len(mark) if hanging is None else hanging)
        self.lines += textwrap.wrap(
            visible(text),
            self.width,
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [first.rstrip()]

    def quote(self, e: Evidence) -> None:
        self.text(f'"{shortened(e.quote)}"  ({e.document} {e.start}-{e.end})', 6, mark="> ")


def render_text(a: Assessment, width: int = 96) -> str:
    """The assessment of one case as text.

    Parameters
    ----------
    a
        The assessment.
    width
        Characters a line.
    """
    page = _Page(width)
    page.lines.append("=" * width)
    page.text(f"Case {a.case_id}   policy {a.policy}   as of {a.on or 'no date known'}")
    page.lines.append("=" * width)
    page.text(ANSWER_LABEL[a.determination.answer])
    page.text(a.determination.statement, 2)
    if a.determination.because:
        page.text(f"because of: {', '.join(a.determination.because)}", 2)
    _request(page, a)
    _findings(page, a)
    _what_if(page, a)
    for pathway in a.pathways:
        page.head(f"Pathway: {pathway.title}")
        page.text(pathway.applies_because, 2)
        for step in pathway.steps:
            page.text(step, 2, mark="- ")
    if a.missing_documentation:
        page.head("Missing documentation")
        for item in a.missing_documentation:
            page.text(f"{item.item}  ({', '.join(item.findings)})", 2, mark="- ")
    if a.pitfalls:
        page.head("Pitfalls")
        for pitfall in a.pitfalls:
            page.text(pitfall.text, 2, mark="- ")
    if a.references:
        page.head("References")
        for number, reference in enumerate(a.references, start=1):
            page.text(cited(reference), 2, mark=f"[{number}] ")
    if a.notices:
        page.head("Reading notices")
        for notice in a.notices:
            page.text(notice, 2, mark="- ")
    page.lines.append("")
    page.text(a.disclaimer)
    return "\n".join(page.lines) + "\n"


def render_brief(a: Assessment, width: int = 96) -> str:
    """The answer, what carries it, and a line for every finding that asks something of the reader."""
    page = _Page(width)
    page.text(f"{a.case_id}: {ANSWER_LABEL[a.determination.answer]}")
    page.text(a.determination.statement, 2)
    for f in sorted_findings(a.findings):
        if f.outcome not in ("met", "not_applicable"):
            page.text(f"[{OUTCOME_LABEL[f.outcome]}] {f.id} {f.title}", 4, hanging=6)
            for e in f.evidence[:1]:
                page.quote(e)
    _what_if(page, a)
    return "\n".join(page.lines) + "\n"


def _request(page: _Page, a: Assessment) -> None:
    case = a.case
    page.head("Request")
    if not case.request.lines and not case.request.diagnoses:
        page.text("no procedure or diagnosis code was given or found in the text", 2)
    for line in case.request.lines:
        mods = "".join(f"-{m}" for m in line.modifiers)
        levels = f", {', '.join(line.levels)}" if line.levels else ""
        side = f", {line.laterality}" if line.laterality != "unknown" else ""
        page.text(f"CPT {line.cpt}{mods} x {line.units}{levels}{side}   (from: {line.source})", 2)
    for dx in case.request.diagnoses:
        described = f', submitted as "{shortened(dx.description, 90)}"' if dx.description else ""
        page.text(f"ICD-10-CM {dx.code}{described}   (from: {dx.source})", 2)


def _findings(page: _Page, a: Assessment) -> None:
    page.head("Findings")
    number = {reference: i for i, reference in enumerate(a.references, start=1)}
    quiet = []
    for f in sorted_findings(a.findings):
        if f.outcome == "not_applicable":
            quiet.append(f.ref)
            continue
        page.text(f"[{OUTCOME_LABEL[f.outcome]}] {f.id} {f.title}", 2, hanging=4)
        page.text(f.message, 6)
        for e in f.evidence[:4]:
            page.quote(e)
        if len(f.evidence) > 4:
            page.text(f"({len(f.evidence) - 4} more places in the JSON and HTML output)", 6)
        if f.outcome in ("met", "not_applicable"):
            continue
        for p in f.parameters:
            page.text(
                f"figure: {p.name} = {p.value} {p.unit or ''}".rstrip()
                + f" (policy {p.policy} {p.policy_version}, from {p.effective_from}, {p.verification})", 6,
            )  # fmt: skip
        for r in f.remedies:
            codes = f" [{', '.join(c.code for c in r.codes)}]" if r.codes else ""
            page.text(f"mend: {r.action}{codes}", 6)
        known = [f"[{number[c]}]" if c in number else cited(c) for c in f.citations]
        if known:
            page.text(f"sources: {' '.join(known)}", 6)
    if quiet:
        page.text(f"not applicable: {', '.join(quiet)}", 2, hanging=4)


def _what_if(page: _Page, a: Assessment) -> None:
    """What would alter the answer, where that was asked for."""
    if a.what_if is None:
        return
    page.head("What would alter the answer")
    if a.determination.answer == "supported":
        page.text("There is no better answer than this one.", 2)
    elif not a.what_if:
        page.text(
            "Nothing that may be supplied would: no better answer hangs on something undocumented, or on a "
            "code that the narrative supports. What is documented stays as it is.",
            2,
        )
    for possibility in a.what_if:
        page.text(possibility.statement, 2, mark="- ")
        turned = [t.finding for t in possibility.turns if t.before in _OPEN and t.after not in _OPEN]
        if turned:
            page.text(f"settles: {', '.join(turned)}", 4)
