"""What says that a procedure or an operation was refused, not indicated or called off: shared by their families."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml


@cache
def refusal_data() -> dict[str, list[str]]:
    """The lists of ``refusals.yaml`` by name."""
    data = yaml.safe_load(Path(__file__).with_name("refusals.yaml").read_text(encoding="utf-8"))
    return {name: list(pieces) for name, pieces in data.items() if name != "version"}


def _any(*names: str) -> str:
    return "|".join(f"(?:{piece})" for name in names for piece in refusal_data()[name])


@cache
def _compiled(name: str) -> re.Pattern[str]:
    return re.compile(_any(name), re.IGNORECASE)


@cache
def _answer() -> re.Pattern[str]:
    """A refusal that opens a clause behind a name."""
    return re.compile(
        rf"(?:^|[-–—;,.:(\"'”]|->|→|\b(?:but|and|so|then|who|which|that))\s*(?P<no>{_any('subject')}(?:{_any('either', 'answer')}))(?={_any('tail')})",
        re.IGNORECASE,
    )


@cache
def _opening() -> re.Pattern[str]:
    """A refusal that opens a sentence, or ends with a word that points back ("... should have one")."""
    return re.compile(
        rf"\W*(?:[^.;]{{0,40}}?\b(?:afraid|sorry|think|said|says|feel|believe|clear|plain|told (?:me|us|her|him|them|pt|patient|the patient)(?: \w+ly)?|insists?),?(?: that)? |(?:s?he|they|pt|patient) (?:is|has|was|works?)\b[^.;]{{0,45}}?\b(?:and|so|who) |[^.;]{{0,40}}?\band (?=s?he\b|they\b|pt\b|patient\b))?(?P<no>{_any('subject')}(?:{_any('either', 'answer')}))(?={_any('tail')})",
        re.IGNORECASE,
    )


def answered(text: str) -> re.Match[str] | None:
    """The refusal in the words behind a name ("... was raised; she would rather not"), or None."""
    return _answer().search(text)


def answered_next(sentence: str) -> re.Match[str] | None:
    """The refusal that a following sentence opens with ("He turned it down."), or None."""
    return _opening().match(sentence)


def offered(text: str) -> bool:
    """Whether words of an offer or an idea stand in ``text``."""
    return _compiled("offered").search(text) is not None


def by_payer(before: str) -> bool:
    """Whether the words before a refusal make a payer its subject ("your plan declined ...")."""
    return _compiled("payer").search(before) is not None


def payer_quoted(before: str) -> bool:
    """Whether the words before repeat what a payer wrote ("your denial says that ...")."""
    return _compiled("quoted").search(before) is not None
