"""The status that the nearest words ahead of a therapy, or the first words behind it, give."""

from __future__ import annotations

import re

from extractors.therapies.cues import cues

CONTINUE = re.compile(
    r"\b(?:cont(?:inue[sd]?|inuing)?\.?|resume|keep (?:up|on|taking|doing)|refill(?:ed|s)?|renew(?:ed)?|stay on|maintain|go on with|finish)\b",
    re.IGNORECASE,
)
#: "Six weeks of", "a course of": care that was had, unless a verb says otherwise.
_QUANTITY = re.compile(
    r"\b(?:weeks?|months?|wks?|mos?|courses?|rounds?|visits?|sessions?) of\b[^.;\n]{0,40}$", re.IGNORECASE
)
#: "co-codamol, naproxen - stopped": said of the last of a list.
OF_LAST = re.compile(
    r"^[^,;.-]{0,20}\s?(?:-+|\()\s?(?:was |had |he |she )?(?:stopped|quit|d/c|discontinued|too|made|caused|gave|off)\b",
    re.I,
)


#: "should be treated with", "will take": the verb is ahead of us, whatever its form. "Would take" may be a habit of old.
_AHEAD_OF_US = re.compile(
    r"\b(?:will|shall|should|must|may|might|is to|are to|ought to|would(?= be ))(?! (?:not|have)\b)(?: (?:also|now|then|only|just|first|instead|probably|likely|be|\w+ly))* $",
    re.IGNORECASE,
)
_WOULD_BENEFIT = re.compile(
    r"\b(?:may|might|would|could|should|will)(?: \w+ly)? benefit from (?:a |an )?$", re.IGNORECASE
)
_GOES_ON = re.compile(
    r"(?:continu\w*|cont\b|keep\b|remain\w*|stay\b|still\b|refill\w*|renew\w*)", re.IGNORECASE
)
#: "not relieved by": the good word is denied.
_DENIED_EASE = re.compile(r"(?:\bnot|n't|\bnever|\bnor|\bun)[ -]?(?:\w+ly |been |at all )*$", re.IGNORECASE)
_EASE = re.compile(
    r"(?:alleviat|reliev|eased|ameliorat|improv|helped|better|decreas|reduc|lessen|controlled)", re.I
)


#: "instructed to use", "warned to rest and take": what was advised.
_INFINITIVE = re.compile(r"(?:use|take|wear|do|perform|attend|try|utilize)\b", re.IGNORECASE)
_LED_IN = re.compile(r"\b(?:to|and|or|then)(?: \w+ly)? $", re.IGNORECASE)
_REACH = 90
#: A span that is over: "for a time", "until the fall", "through the first months".
_OVER = re.compile(
    r"^(?:(?!\b(?:relief|effect\w*|help\w*|benefit\w*|good|work(?:s|ed)|better|fine)\b)[^.;|]){0,60}?(?:\bfor a (?:time|while|spell|season)\b(?! now)|\b(?:until|till|through) (?:the |last |this |early |late |about )*(?:fall|autumn|spring|summer|winter|holidays|first (?:few )?(?:weeks?|months?)|jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec|(?:19|20)\d\d))",
    re.IGNORECASE,
)


def is_over(after: str) -> bool:
    """Whether the words behind a therapy say that its time is over."""
    return _OVER.match(after) is not None


def _corrected(text: str, name: str, at: int, planned: int) -> str:
    """The status of the nearest cue, corrected by the words that govern it; ``planned``: where an order stands."""
    advised = name == "current" and 0 <= planned < at <= planned + _REACH
    if advised and _INFINITIVE.match(text, at) and _LED_IN.search(text[max(0, at - 24) : at]):
        return "planned"
    if name == "current" and _WOULD_BENEFIT.search(text[max(0, at - 40) : at]):
        return "planned"
    if name in ("past", "current") and _AHEAD_OF_US.search(text[max(0, at - 40) : at]):
        return name if _GOES_ON.match(text, at) else "planned"
    if name == "current" and _EASE.match(text, at) and _DENIED_EASE.search(text[max(0, at - 24) : at]):
        return "past"
    return name


def before_status(text: str) -> str | None:
    """The status that the nearest cue ahead of the mention gives."""
    c = cues()
    places = {
        name: c.nearest_end(f"{name}.before", text) for name in ("declined", "past", "current", "planned")
    }
    best = max(places.values())
    if places["declined"] >= 0 and 0 <= best - places["declined"] <= 12:
        return "declined"  # "will not take"
    if best < 0:
        return "past" if _QUANTITY.search(text) else None
    if (
        places["past"] >= 0
        and 0 <= places["current"] - places["past"] <= 10
        and re.match(r"had been\b", text[places["past"] :], re.I)
    ):
        return "past"
    if (
        places["past"] >= 0
        and 0 <= places["current"] - places["past"] <= 16
        and re.match(
            r"(?:stopped|quit|ceased|gave up|no longer|finished|done with)\b", text[places["past"] :], re.I
        )
    ):
        return "past"  # "stopped going to"
    # "was referred to", "was started on": the longer past form starts ahead of the planned word inside it.
    if (
        places["past"] >= 0
        and 0 <= places["planned"] - places["past"] <= 12
        and re.match(r"(?:was|were|been|has|had|have)\b", text[places["past"] :], re.I)
    ):
        return "past"
    if (
        places["current"] >= 0
        and 0 <= places["planned"] - places["current"] <= 14
        and CONTINUE.match(text[places["current"] :])
    ):
        return "current"
    if places["declined"] >= 0 and 0 <= places["planned"] - places["declined"] <= 30:
        return "declined"  # "does not wish to try"
    name = next(name for name in ("declined", "past", "current", "planned") if places[name] == best)
    return _corrected(text, name, best, places["planned"])


def after_status(text: str) -> str | None:
    """The status that the first cue behind the mention gives."""
    c = cues()
    if c.search("declined.after", text):
        return "declined"
    places = {name: c.first(f"{name}.after", text) for name in ("past", "current", "planned")}
    known = {k: v for k, v in places.items() if v >= 0}
    return min(known, key=lambda k: known[k]) if known else None
