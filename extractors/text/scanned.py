"""Letters and digits that a scanner confuses ("radicu1opathy", "2O25", "BL0CK"), mended one for one.

Only characters inside a word or a number are touched, and only where no reading without the change makes sense, so
that levels ("L1", "C5-6"), codes ("M47.816", "G0260") and short forms ("x3", "q1wk") stay. Lengths stay too, so offsets
hold. Two letters read as one or one as two ("rn" for "m") are beyond this.
"""

from __future__ import annotations

import re

_UNIT = r"(?!(?:st|x|d|wk|w|mo|m|yr|y|hr?|day|week|month|year|hour|min|mg|tab|cap|unit|per)s?\b)"


def _inside(digit: str) -> str:
    """The digit with at least two letters ahead, or one that opens no level or short form (literal first: fast)."""
    return rf"{digit}(?:(?<=[A-Za-z]{{2}}{digit})|(?<=\b[bdefhijkmnopruvyz]{digit}))"


_ONE = re.compile(rf"{_inside('1')}(?={_UNIT}[a-z])|1(?<=[a-z]a1)\b")
_NOUGHT = re.compile(
    rf"{_inside('0')}(?={_UNIT}[a-wyz])|0(?<=[A-Z]0)(?=[A-Z]{{2}})|0(?<![\w.]0)(?=[A-Za-z]{{3}})"
)
_THREE = re.compile(rf"{_inside('3')}(?={_UNIT}[a-z]{{2}})")
_CAPITAL = re.compile(r"l(?<=[A-Z]l)(?=[A-Z])|l(?<!\wl)(?=[A-Z]{3})")
_NUMBER = re.compile(
    r"[\dOl](?<![\w.].)(?<=(?=[^\s]{0,6}\d)(?=[^\s]{0,6}[Ol])(?!\d+l\b|O2\b).)[\dOl]*(?:[/.,-][\dOl]+)*(?![\w])"
)
_DIGITS = str.maketrans({"O": "0", "l": "1"})


def _one(m: re.Match[str]) -> str:
    """The letter for a "1": i where l cannot be said ("cerv1cal", "pa1n", "med1al"), else l ("radicu1opathy")."""
    at = m.start()
    ahead, before, after = (m.string[i : i + 1].lower() if i >= 0 else "" for i in (at - 2, at - 1, m.end()))
    if not after.isalpha():
        return "l"
    if after in "aeiouy":
        return "i" if before in "dmnrstvhz" or (before == "c" and ahead.isalpha()) else "l"
    return "l" if before in "eiu" or (before in "ao" and ahead in "aeiou" and ahead) else "i"


def mended(text: str) -> str:
    """The text with confused characters put right; as long as before, and the same where nothing is confused."""
    text = _ONE.sub(_one, text)
    text = _THREE.sub("e", _NOUGHT.sub(lambda m: "O" if m.string[m.end()].isupper() else "o", text))
    return _NUMBER.sub(lambda m: m.group().translate(_DIGITS), _CAPITAL.sub("I", text))
