"""The register of checks, in the order in which findings are shown.

Every module of this package that declares a ``CHECK`` is in it: a new check is a new file and nothing else.
"""

from __future__ import annotations

import importlib
import pkgutil
import re

from rules.checks.base import Check

#: Groups of refs in the order of a reader's questions: does the code fit (A, B, C), the claim (P), how often
#: (F), is it documented (D), the request itself (R), the rules themselves (G).
_GROUPS = "ABCPFDRG"


def _place(check: Check) -> tuple[int, int, str]:
    number = re.search(r"\d+", check.ref)
    return _GROUPS.index(check.ref[0]), int(number.group()) if number else 0, check.ref


def _declared() -> tuple[Check, ...]:
    modules = (importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__))
    return tuple(sorted((m.CHECK for m in modules if hasattr(m, "CHECK")), key=_place))


CATALOGUE: tuple[Check, ...] = _declared()


def check_of(slug_or_ref: str) -> Check:
    """Return the check of that slug or ref (``conservative-care``, ``A4``), else raise ``KeyError``."""
    for check in CATALOGUE:
        if slug_or_ref in (check.slug, check.ref):
            return check
    raise KeyError(slug_or_ref)


__all__ = ["CATALOGUE", "Check", "check_of"]
