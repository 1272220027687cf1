"""Addresses of services: what of one may be shown, and whether one may stand where everybody reads it.

A password may be in the user's part, in the query, or, where somebody did not escape it, all over the
address: libraries cut ``amqp://u:pass/word@host`` at different places. So nothing is blacked out of an
address. It is read by one strict rule, and only parts that can hold no password are shown; of what breaks the
rule, the scheme only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

#: No ``@`` behind the host: it would say that what stands before it is half a password.
_RULE: Final = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://"
    r"(?:(?P<user>[^\s:/?#]*)(?::(?P<password>[^\s/?#]*))?@)?"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s@:/?#\[\]\\]*)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[^\s@?#\\]*)?(?:\?(?P<query>[^\s@#]*))?"
)
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_SECRET: Final = re.compile("pass|pwd|secret|key|token", re.IGNORECASE)


@dataclass(frozen=True)
class Plain:
    """The parts of an address that may be shown, each "" where it is missing."""

    scheme: str
    host: str
    port: str
    path: str

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}{f':{self.port}' if self.port else ''}{self.path}"


def plain(address: str) -> Plain | None:
    """The parts that may be shown, or None where it cannot be said for certain which these are."""
    if (found := _RULE.fullmatch(address)) is None:
        return None
    host = (found["host"] or "").strip("[]").lower()
    return Plain(found["scheme"].lower(), host, found["port"] or "", found["path"] or "")


def shown(address: str) -> str:
    """Scheme, host, port and name; the scheme alone where they cannot be told from a password."""
    if (parts := plain(address)) is not None:
        return str(parts)
    scheme = _SCHEME.match(address)
    return f"{scheme[1].lower()}://..." if scheme else "an address that cannot be read"


def holds_secret(address: str) -> bool:
    """Whether a password stands in it, or may stand in it."""
    if (found := _RULE.fullmatch(address)) is None or found["password"]:
        return True
    keys = parse_qsl(found["query"] or "", keep_blank_values=True)
    return any(_SECRET.search(key) for key, _ in keys)
