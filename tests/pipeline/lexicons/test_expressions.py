"""What the lint knows about single expressions: bounds, ambiguity, the words of a simple one."""

import re
import time

import pytest

from pipeline.lexicons.ambiguity import LENGTH, ambiguity, ways_of
from pipeline.lexicons.bounds import unbounded
from pipeline.lexicons.language import language, literal_language


@pytest.mark.parametrize(
    "pattern",
    [r"(?:\w+ ?)+pain", r"(a|aa)+$", r"(?:[a-z]+,? ?){1,40}relief", r"(?:\d+|\w)*x", r"((?:no )*(?:no )*)+x"],
)
def test_an_ambiguous_repetition_is_found(pattern: str) -> None:
    found = ambiguity(pattern)
    assert found is not None
    assert found.ways > LENGTH**2


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?:\w+ ){0,8}pain",
        r"(?:[a-z]+,? ){1,9}",
        r"\b(?:very |quite )*tight",
        r"(?:L\d[-/ ]*)+",
        r"a+b+c+",
        r"(?>\w+ ?)x",
    ],
)
def test_a_sound_repetition_is_not(pattern: str) -> None:
    assert ambiguity(pattern) is None


def test_ambiguity_is_what_makes_a_search_slow() -> None:
    """What the count calls exponential doubles its time with each letter; what it calls sound does not."""

    def seconds(pattern: str, length: int) -> float:
        began = time.perf_counter()
        assert re.search(pattern, "a" * length) is None
        return time.perf_counter() - began

    assert seconds(r"(?:\w+ ?)+!", 20) > 8 * seconds(r"(?:\w+ ?)+!", 14)
    assert ambiguity(r"(?:\w+ )+!") is None
    assert seconds(r"(?:\w+ )+!", 2000) < 2


def test_ways_are_counted_exactly() -> None:
    from re import _parser as parser  # type: ignore[attr-defined]

    assert ways_of(parser.parse("(?:a|aa)*"), "aaaa")[4] == 5  # the fifth Fibonacci number
    assert ways_of(parser.parse("a{2}|aa|ab"), "aab") == {2: 2}


@pytest.mark.parametrize(
    ("pattern", "want"),
    [
        (r"no .* relief", True),
        (r"no .+? relief", True),
        (r"[^,]+ relief", True),
        (r"(?:.|\n)*x", True),
        (r"no .{0,4000}relief", True),
        (r"(?=.*relief)no", True),
        (r"no [^.\n]{0,40}relief", False),
        (r"\w+ \s*\d+", False),
        (r"(?:\w+ ){0,3}relief", False),
    ],
)
def test_a_gap_without_a_bound_is_found(pattern: str, want: bool) -> None:
    assert unbounded(pattern) is want


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"\btens units?\b", {"tens unit", "tens units"}),
        (r"\b(?:back|spine)[- ]school\b", {"back-school", "back school", "spine-school", "spine school"}),
        (r"gr[ae]y(?:ish)?", {"gray", "grey", "grayish", "greyish"}),
        (r"\bTENS\b", {"tens"}),
    ],
)
def test_the_words_of_a_simple_expression(pattern: str, words: set[str]) -> None:
    found = language(pattern)
    assert found is not None
    assert found.words == words
    assert all(re.search(pattern, w, re.IGNORECASE) for w in words)


@pytest.mark.parametrize("pattern", [r"\w+ therapy", r"a*b", r"pt(?! INR)", r"(?-i:PT)", r"x{1,9}"])
def test_an_expression_without_a_list_of_words_is_not_simple(pattern: str) -> None:
    assert language(pattern) is None


def test_one_language_within_another() -> None:
    wide, narrow = language(r"\baqua(?:tic)? therapy\b"), language(r"\baqua therapy\b")
    assert wide is not None
    assert narrow is not None
    assert narrow.within(wide)
    assert not wide.within(narrow)
    assert literal_language("Aqua  Therapy").within(wide)
    open_end = language(r"\baqua therap")
    assert open_end is not None
    assert not open_end.within(wide)
    cased = language(r"\baqua therapy\b", cased=True)
    assert cased is not None
    assert cased.within(narrow)
    assert not narrow.within(cased)
