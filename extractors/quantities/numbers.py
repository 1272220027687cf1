"""Numbers as clinicians write them: digits, decimals, mixed fractions and words.

``NUMBER`` is the regular expression (no capture groups, to be used with ``re.I``) that the sibling
modules build on, so that "six", "6", "6.5", "2 1/2" and "a couple of" mean the same everywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

UNITS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14,
    "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19,
    "twentieth": 20, "thirtieth": 30,
}  # fmt: skip
PHRASES = {"half a dozen": 6, "a half dozen": 6, "half dozen": 6, "two dozen": 24, "a dozen": 12, "dozen": 12,
           "a couple of": 2, "a couple": 2, "couple of": 2, "couple": 2,
           "a few": 3, "few": 3, "a hundred": 100, "one hundred": 100, "hundred": 100}  # fmt: skip
GLYPHS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3}


def _any(words: dict[str, int] | list[str]) -> str:
    return "|".join(sorted((w.replace(" ", r"\s") for w in words), key=len, reverse=True))


_SMALL = _any(list(UNITS))
_WORDS = (
    rf"(?:{_any(PHRASES)}|(?:{_any(TENS)})(?:[-\s](?:{_any(list(UNITS)[1:10])}))?|{_SMALL})"
    r"(?:\sand\s(?:a|one)[-\s]half|\s1/2)?"
)
DIGITS = (
    r"(?:\d{1,3}(?:,\d{3})+|\d{1,6})(?:\.\d{1,4}|[½¼¾⅓⅔]|[\s-][13]/[2348](?![/\d]))?(?:\sand\s(?:a"
    r"|one)[-\s]half)?"
    r"|\.\d{1,4}|[½¼¾⅓⅔]"
)
NUMBER = rf"(?:{DIGITS}|\b{_WORDS}\b)"
ORDINAL = rf"(?:\b\d{{1,3}}(?:st|nd|rd|th)\b|\b(?:(?:{_any(TENS)})[-\s])?(?:{_any(ORDINALS)})\b)"

_EITHER = re.compile(rf"(?P<ordinal>{ORDINAL})|(?<![\w.])(?:{NUMBER})(?![\w½¼¾])", re.I)
_HALF = re.compile(r"\sand\s(?:a|one)[-\s]half$|\s1/2$", re.I)
_MIXED = re.compile(r"^(\d+)[\s-]([13])/([2348])$")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in the text; ``ordinal`` for "second", "3rd"."""

    value: float
    start: int
    end: int
    ordinal: bool = False


def parse_number(text: str) -> float | None:
    """Value of a written number, else None.

    Accepts digits with decimals and thousands commas, mixed fractions ("2 1/2", "2½"), words from zero to
    one hundred, "a couple" (2), "a few" (3), "half a dozen", "a dozen", "one and a half", ordinals.
    "Several" and "many" are vague and give None. Never raises.
    """
    word = " ".join(text.lower().replace("–", "-").split()).strip(" .,;:()")
    if not word:
        return None
    half = 0.0
    tail = _HALF.search(word)
    if tail and not _MIXED.match(word):
        word, half = word[: tail.start()], 0.5
    value = _plain(word)
    return None if value is None else value + half


def _plain(word: str) -> float | None:
    mixed = _MIXED.match(word)
    if mixed:
        return int(mixed[1]) + int(mixed[2]) / int(mixed[3])
    if word[-1:] in GLYPHS:
        head = word[:-1].strip()
        whole = 0.0 if not head else _plain(head)
        return None if whole is None else whole + GLYPHS[word[-1]]
    digits = word.replace(",", "")
    if re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{1,9})?|\.[0-9]{1,9}", digits):
        return float(digits)
    if re.fullmatch(r"[0-9]{1,3}(?:st|nd|rd|th)", digits):
        return float(digits[:-2])
    if word in PHRASES:
        return float(PHRASES[word])
    if word in UNITS:
        return float(UNITS[word])
    if word in ORDINALS:
        return float(ORDINALS[word])
    if word in {"half", "a half", "one half", "one-half"}:
        return 0.5
    parts = re.split(r"[-\s]", word)
    if len(parts) <= 2 and parts[0] in TENS:
        rest = parts[1] if len(parts) == 2 else "zero"
        low = UNITS.get(rest, ORDINALS.get(rest))
        if low is not None and low < 10:
            return float(TENS[parts[0]] + low)
    return None


def find_numbers(text: str, base: int = 0) -> list[Number]:
    """All cardinal and ordinal numbers in ``text``, in order, offsets moved by ``base``."""
    found: list[Number] = []
    for match in _EITHER.finditer(text):
        value = parse_number(match[0])
        if value is not None:
            found.append(
                Number(value, match.start() + base, match.end() + base, match["ordinal"] is not None)
            )
    return found
