"""Versions of everything that shapes a finding: checks, policy, code tables.

A declared version says what people mean to say; the digest behind it changes whenever a file does, so that a
stored result is never taken for one that today's rules would give.
"""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

from rules.codes import cpt, icd10cm, ncci
from rules.policy import Policy

#: Raised whenever the outcome of some case changes for a reason that is not in a table or a policy.
RULES_VERSION = "2026.1"


@functools.cache
def _code_digest() -> str:
    """Eight hexadecimal digits over this package's Python files and tables, policies apart."""
    here = Path(__file__).parent
    total = hashlib.sha256()
    for path in sorted(here.rglob("*")):
        inside = path.relative_to(here)
        if path.suffix in (".py", ".yaml", ".json") and inside.parts[0] not in ("policies", "schema"):
            total.update(inside.as_posix().encode())
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:8]


def versions(policy: Policy) -> dict[str, str]:
    """Versions under a policy, by name, as an assessment carries them."""
    content = hashlib.sha256(policy.model_dump_json(by_alias=True).encode()).hexdigest()[:8]
    return {
        "rules": f"{RULES_VERSION}+{_code_digest()}",
        "policy": f"{policy.id} {policy.version}+{content}",
        "icd10cm": icd10cm.release().isoformat(),
        "cpt": cpt.version(),
        "ncci": ncci.version(),
    }
