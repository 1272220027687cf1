"""medspaCy's RegexMatcher, reading the Doc's text once instead of once a rule, with the same matches.

``Doc.text`` is rebuilt from the tokens at every access; medspaCy asks for it for every regular expression.
A test holds the matches against medspaCy's own.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from medspacy.context import ConText


def read_text_once(context: ConText) -> None:
    """Give the component's matcher a regular-expression part that reads the text once a Doc."""
    from medspacy.common.regex_matcher import RegexMatcher

    class TextOnce(RegexMatcher):  # type: ignore[misc]
        def __init__(self, base: RegexMatcher) -> None:
            super().__init__(base.vocab, base.flags, base.resolve_start, base.resolve_end)
            self._patterns, self._callbacks = base._patterns, base._callbacks

        def __call__(self, doc: Any) -> list[tuple[Any, int, int]]:
            text = doc.text_with_ws
            starts = [token.idx for token in doc]
            out = []
            for match_id, patterns in self._patterns.items():
                for pattern in patterns:
                    for m in pattern.finditer(text):
                        first, after = bisect_right(starts, m.start()) - 1, bisect_left(starts, m.end())
                        if after > first:
                            out.append((match_id, first, after))
            return out

    matcher = context._ConText__matcher
    matcher._MedspacyMatcher__regex_matcher = TextOnce(matcher._MedspacyMatcher__regex_matcher)
