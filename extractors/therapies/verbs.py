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
    return next(name for name in ("declined", "past", "current", "planned") if places[name] == best)


def after_status(text: str) -> str | None:
    """The status that the first cue behind the mention gives."""
    c = cues()
    if c.search("declined.after", text):
        return "declined"
    places = {name: c.first(f"{name}.after", text) for name in ("past", "current", "planned")}
    known = {k: v for k, v in places.items() if v >= 0}
    return min(known, key=lambda k: known[k]) if known else None
