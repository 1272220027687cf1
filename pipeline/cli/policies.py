"""``notewarrant policies list|show|diff``."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from typing import Any

from pipeline.errors import EXIT_OK
from pipeline.policies import known_policies, policy_named
from rules.policy import Policy
from rules.policy_diff import diff, side


def _standing(policy: Policy, on: dt.date | None) -> str:
    """Say whether the policy holds on the day: in force, retired (and what follows), not yet in force."""
    if on is not None and on < policy.effective_from:
        return f"not yet in force on {on}"
    if policy.effective_to is not None and (on is None or on > policy.effective_to):
        after = f", followed by {policy.successor}" if policy.successor else ""
        return f"retired after {policy.effective_to}{after}"
    return f"in force since {policy.effective_from}"


def _is_stale(policy: Policy, on: dt.date | None) -> bool:
    return on is not None and (on - policy.last_verified).days > policy.reverify_after_days


def _trust(policy: Policy) -> dict[str, int]:
    """Count the figures by how far their sources were read."""
    counts: dict[str, int] = {}
    for parameter in policy.parameters.values():
        counts[parameter.verification] = counts.get(parameter.verification, 0) + 1
    return dict(sorted(counts.items()))


def _entry(policy: Policy, on: dt.date | None) -> dict[str, Any]:
    return {
        "id": policy.id,
        "title": policy.title,
        "version": policy.version,
        "document": policy.document,
        "owner": policy.owner,
        "standing": _standing(policy, on),
        "in_force": policy.in_force(on),
        "effective_from": policy.effective_from.isoformat(),
        "effective_to": policy.effective_to.isoformat() if policy.effective_to else None,
        "last_verified": policy.last_verified.isoformat(),
        "stale": _is_stale(policy, on),
        "figures": _trust(policy),
    }


def _list(arguments: argparse.Namespace) -> str:
    on = getattr(arguments, "on", None)
    entries = [_entry(policy_named(name), on) for name in known_policies()]
    if getattr(arguments, "format", "text") == "json":
        return json.dumps(entries, indent=2) + "\n"
    lines = []
    for e in entries:
        lines.append(f"{e['id']}  {e['title']} (version {e['version']})")
        document = f"{e['document']}; " if e["document"] else ""
        lines.append(f"    {document}{e['standing']}; last verified {e['last_verified']}")
        if e["stale"]:
            lines.append("    STALE: verify its figures again before relying on them")
        figures = ", ".join(f"{n} {kind}" for kind, n in e["figures"].items())
        lines.append(f"    figures: {figures or 'none'}")
    return "\n".join(lines) + "\n"


def _show(policy: Policy, arguments: argparse.Namespace) -> str:
    on = arguments.on
    if arguments.format == "json":
        return policy.model_dump_json(indent=2, by_alias=True) + "\n"
    lines = [
        f"{policy.id}: {policy.title} (version {policy.version})",
        f"  {_standing(policy, on)}; last verified {policy.last_verified}"
        + ("; STALE" if _is_stale(policy, on) else ""),
        *([f"  renders {policy.document}"] if policy.document else []),
        f"  {policy.summary}",
        "",
        "Figures" + (f" on {on}" if on else ""),
    ]
    for name, parameter in policy.parameters.items():
        now = side(parameter, on)
        lines.append(f"  {name}: {now.told}")
        lines.append(
            f"      {parameter.title}; since {now.since}, {now.verification}, "
            f"last verified {parameter.last_verified}"
        )
        lines.append(f"      source: {policy.source(parameter.reference).title}")
        if now.value is None:
            lines.append(f"      why: {parameter.why}")
    lines += ["", "Checks"]
    lines += [f"  {slug}: {use.role}" for slug, use in policy.checks.items()]
    return "\n".join(lines) + "\n"


def _diff(arguments: argparse.Namespace) -> str:
    found = diff(policy_named(arguments.first), policy_named(arguments.second), arguments.on)
    if arguments.format == "json":
        return found.model_dump_json(indent=2) + "\n"
    lines = [f"{found.first} against {found.second}" + (f" on {found.on}" if found.on else "")]
    for kind, title in (("figure", "Figures"), ("check", "Checks")):
        rows = [d for d in found.differences if d.kind == kind]
        lines += ["", f"{title} that differ: {len(rows)}"]
        for row in rows:
            lines += [f"  {row.name} ({row.title})", f"      {found.first}: {row.first}"]
            lines.append(f"      {found.second}: {row.second}")
    return "\n".join(lines) + "\n"


def run_policies(arguments: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    if arguments.policies_command == "show":
        text = _show(policy_named(arguments.policy_id), arguments)
    elif arguments.policies_command == "diff":
        text = _diff(arguments)
    else:
        text = _list(arguments)
    sys.stdout.write(text)
    return EXIT_OK
