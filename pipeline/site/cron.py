"""Cron expressions of a site: five plain fields, read strictly, so that a typo is said at once."""

from __future__ import annotations

import re
from typing import Final

_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_DAYS: Final = "sun mon tue wed thu fri sat".split()
#: Name, least and greatest number, and the first number that has a word.
_FIELDS: Final = (
    ("minute", 0, 59, (), 0), ("hour", 0, 23, (), 0), ("day", 1, 31, (), 0),
    ("month", 1, 12, tuple(_MONTHS), 1), ("weekday", 0, 7, tuple(_DAYS), 0),
)  # fmt: skip
_PART: Final = re.compile(r"(?:\*|([0-9a-z]+)(?:-([0-9a-z]+))?)(?:/([0-9]{1,2}))?")
_LONGEST: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _number(word: str, words: tuple[str, ...], first: int) -> int:
    return words.index(word) + first if word in words else int(word)


def _values(field: str, name: str, least: int, most: int, words: tuple[str, ...], first: int) -> set[int]:
    out: set[int] = set()
    for part in field.lower().split(","):
        found = _PART.fullmatch(part)
        try:
            if found is None:
                raise ValueError
            start, end, step = found.groups()
            low = _number(start, words, first) if start else least
            high = _number(end, words, first) if end else low if start else most
        except ValueError:
            raise ValueError(f"{name}: is no *, number, range or list of them") from None
        if not least <= low <= high <= most:
            raise ValueError(f"{name}: must be within {least} and {most}")
        if step is not None and (int(step) < 1 or (start and not end)):
            raise ValueError(f"{name}: a step follows * or a range, and is 1 or more")
        out |= set(range(low, high + 1, int(step or 1)))
    return out


def check_cron(expression: str) -> None:
    """Say whether a run can ever begin by the expression.

    Raises
    ------
    ValueError
        For other than five fields (minute, hour, day, month, weekday), a field that cannot be read, and days
        that never come.
    """
    fields = expression.split()
    if len(fields) != len(_FIELDS):
        raise ValueError("is no cron expression of five fields, such as '0 3 * * *'")
    found = [_values(field, *rule) for field, rule in zip(fields, _FIELDS, strict=True)]
    days, months = found[2], found[3]
    if fields[4] == "*" and not any(d <= _LONGEST[m - 1] for m in months for d in days):
        raise ValueError("day: never comes in that month")
