"""Words of effect beside those of the shared reading of relief: nothing changed, half of it went, wholly gone."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PAIN = r"(?:pain|symptoms?|headaches?|HA|neck|back|leg|arm|thing|anything|matters|complaints?)"
_WHOSE = r"(?:the |her |his |their |any )?(?:\w+ )?"
#: Per cent of relief, and the words that say it.
_WORDS: tuple[tuple[float, re.Pattern[str]], ...] = (
    (
        0.0,
        re.compile(
            rf"\b(?:no|not? any|without (?:any )?)\s?(?:real |noticeable |appreciable )?(?:change|difference) (?:in|to|for) {_WHOSE}{_PAIN}\b"
            rf"|(?:\bnot|n['’]t|\bnever) (?:really |ever )?(?:changed?|altered?|affect(?:ed)?|influenced?|shift(?:ed)?|budged?|dented?) {_WHOSE}{_PAIN}\b"
            r"|(?:\bnot|n['’]t|\bnever) (?:really )?(?:do|done|did) (?:anything|a thing)\b(?! (?:for (?:long|more)|but|after|beyond))"
            r"|\b(?:none|neither)(?: of (?:them|these|those|the \w+))? (?:had |has |have )?(?:ever |really )?(?:helped|worked|made a difference|did anything|gave (?:any )?relief)\b(?! (?:for (?:long|more)|much|after|beyond))"
            r"|\b(?:noticed|felt) (?:absolutely )?(?:nothing|no (?:change|difference|effect))\b(?! (?:new|but|until|more|wrong|during))"
            r"|\b(?:not (?:really )?any|not|no) different\b(?! (?:from|than|to (?:the )?(?:other|first)))"
            r"|(?:(?<=\d )|\b(?:was|were|been|did|just) )no good\b(?!-)|\b(?:a )?(?:complete|total) (?:flop|bust|failure)\b|\bno joy\b|\bworthless\b",
            re.I,
        ),
    ),
    (
        50.0,
        re.compile(
            rf"\b(?:about |roughly |maybe |some )?half (?:of )?(?:the |her |his )(?:\w+ )?{_PAIN} (?:was |had |has )?(?:went|gone|left|vanished|disappeared|eased|lifted)\b"
            rf"|\bhalved (?:the |her |his )(?:\w+ )?{_PAIN}\b|\bcut (?:the |her |his )(?:\w+ )?{_PAIN} (?:in|by) half\b"
            r"|\b(?:was |were |got )?(?:about |roughly )?half (?:better|gone|relieved)\b|\b(?:better|improved|reduced|down) by (?:about |roughly )?half\b",
            re.I,
        ),
    ),
    (
        100.0,
        re.compile(
            r"(?:->|→|=>|:|[–—-]|,)\s?(?:completely |totally |entirely )?(?:pain[- ]free|painless)\b"
            r"(?=[,;.]?\s?(?:x|for|until|till|\d|several|many|almost|about|over|nearly|$|[.;]))",
            re.I,
        ),
    ),
)
#: An effect told before in the same breath.
_SOME = re.compile(r"\b(?:better|improved|helped|gone|eased|half|relief)\b[^.;]*$", re.I)
_HYPOTHETICAL = re.compile(r"\b(?:if|whether|unless|should|would|may|might|could|until)\b", re.I)


def effects(text: str, low: int, high: int) -> Iterator[tuple[float, int, int]]:
    """Per cent, start and end of each statement of effect in words in ``text[low:high]``."""
    for value, pattern in _WORDS:
        for m in pattern.finditer(text, low, high):
            if not value and _SOME.search(text[max(low, m.start() - 90) : m.start()]):
                continue  # another part of the body, or the time after the relief
            if _HYPOTHETICAL.search(text, max(0, m.start() - 30), m.start()):
                continue
            yield value, m.start(), m.end()
