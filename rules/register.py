"""The table of checks in ``rules/checks/README.md``, made from the checks and the policies.

python -m rules.register        rewrites the table (``make register``)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from rules.checks import CATALOGUE
from rules.checks.base import Check
from rules.policy import Policy
from rules.policy_files import available_policies, load_policy

#: Which note makes which check fire, and what change of its text makes it stop.
NOTES = Path(__file__).parents[1] / "corpora" / "checks" / "register.yaml"
PAGE = Path(__file__).with_name("checks") / "README.md"
_BEGIN, _END = "<!-- register -->", "<!-- /register -->"
_WORDS = {"required": "**required**", "shown": "shown", "raises": "*raises*", "payer only": "*payer only*"}


def _families(ids: Iterable[str], every: Iterable[str]) -> list[str]:
    """Shorten ids: where all policies of one beginning are there, they become ``medicare-facet-*``."""
    left, out, known = list(ids), [], list(every)
    beginnings = {"-".join(i.split("-")[:n]) for i in known for n in range(1, i.count("-") + 1)}
    for beginning in sorted(beginnings, key=lambda b: (b.count("-"), b)):
        members = [i for i in known if i.startswith(f"{beginning}-")]
        if len(members) > 1 and set(members) <= set(left):
            out.append(f"{beginning}-*")
            left = [i for i in left if i not in members]
    return sorted([*left, *out])


def coverage(check: Check, policies: Iterable[Policy]) -> str:
    """Say which policies use a check, by how they use it."""
    known = list(policies)
    by_role: dict[str, list[str]] = defaultdict(list)
    for policy in known:
        if check.slug in policy.checks:
            by_role[policy.checks[check.slug].role].append(policy.id)
    ids = [p.id for p in known]
    said = [f"{_WORDS[r]}: {', '.join(_families(by_role[r], ids))}" for r in _WORDS if by_role[r]]
    return "; ".join([*(["`always`"] if check.always else []), *said]) or "no policy"


def _notes() -> Mapping[str, Mapping[str, Any]]:
    """Return the register of notes that make checks fire; empty without corpora beside the rules."""
    if not NOTES.is_file():
        return {}
    found: Mapping[str, Mapping[str, Any]] = yaml.safe_load(NOTES.read_text("utf-8"))
    return found


def fires(row: Mapping[str, Any] | None) -> str:
    """Say which note makes a check fire, under which policy and as what."""
    if row is None:
        return ""
    if "no_extractor" in row:
        return f"no extractor: {row['no_extractor']}"
    place = NOTES.parent / "notes" / row["note"]
    base = "../../corpora/checks/notes/" if place.is_file() else "../../corpora/"
    name = Path(row["note"])
    short = name.parent.name if name.stem == "note" else name.stem
    return f"[{short}]({base}{row['note']}): {row['as'].replace('_', ' ')} ({row['policy']})"


def table() -> str:
    """Return the whole table in Markdown."""
    policies = [load_policy(name) for name in available_policies()]
    notes = _notes()
    rows = [
        f"| {c.ref} | `{c.slug}` | {c.compares} | {c.severity} | {coverage(c, policies)} "
        f"| {fires(notes.get(c.ref))} |"
        for c in CATALOGUE
    ]
    head = [
        "| Ref | Slug | Compares | Severity | Policies | A note that makes it fire |",
        "|---|---|---|---|---|---|",
    ]
    return "\n".join([*head, *rows])


def page(text: str) -> str:
    """Return the page's text with the table put in anew."""
    before, rest = text.split(_BEGIN)
    _, after = rest.split(_END)
    return f"{before}{_BEGIN}\n{table()}\n{_END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), encoding="utf-8")
