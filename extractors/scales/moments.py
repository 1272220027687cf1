"""When a figure was taken, by the words next to it: baseline, this visit, before or after a procedure."""

from __future__ import annotations

import re

_DONE = r"(?:procedures?|blocks?|injections?|inj|MBBs?|RFAs?|ablations?|epidurals?|T?F?ESIs?|surgery|operation|rhizotomy|denervation|treatment)"
_WHICH = r"(?:the |her |his |this |that |today's |each |either |both |first |second |last |initial |diagnostic |medial branch |facet |nerve |joint |steroid |#\d )"
_WORDS = (
    rf"(?P<after_procedure>\bpost-?\s?{_DONE}\b|\bpost(?:-?(?:procedural|op(?:erative)?|inject\w*))?\b(?! (?:office|fusion|laminectomy|traumatic))"
    rf"|\b(?:after|following)\s{_WHICH}{{0,4}}{_DONE}\b|\bafter(?:wards?)?(?=\s*(?:$|[.,;:)]|and\b))"
    r"|\b(?:\d+|an?|one|two|three|four|six|thirty|fifteen) ?(?:min(?:ute)?s?|hours?|hrs?|h)\b (?:after|post|later))"
    rf"|(?P<before_procedure>\bpre-?\s?{_DONE}\b|\bpre(?:-?(?:procedural|op(?:erative)?|inject\w*))?\b"
    rf"|\b(?:before|prior to)\s{_WHICH}{{0,4}}{_DONE}\b|\b(?<!as )(?<!than )before(?:hand)?(?=\s*(?:$|[.,;:)]|and\b)))"
    r"|(?P<baseline>\bbaseline\b|\bat (?:intake|presentation|initial (?:visit|evaluation|consult\w*)|the first visit)\b|\binitial(?:ly)?\b|\bpre-?treatment\b)"
    r"|(?P<current>\bnow\b|\bcurrent(?:ly)?\b|\btoday\b|\bpresent(?:ly)\b|\bat (?:present|this (?:time|visit))\b|\bright now\b|\bthis (?:visit|morning|afternoon)\b)"
)
_ALL = re.compile(_WORDS, re.IGNORECASE)
#: Words right behind a figure that tell its moment: "(baseline)", "before the block", "at baseline", "on the VAS today".
_TRAIL = re.compile(
    rf"[\s,()/%-]{{0,3}}(?:(?:pain|score|points|at|\(?(?:on the )?(?:VAS|NRS|NPRS|scale)\)?|taken|recorded|measured|percent)\s){{0,3}}(?:{_WORDS})",
    re.IGNORECASE,
)
_CLOSED = re.compile(r"\s*(?:$|[,.;:)]|and\b)")
_DOCUMENT = re.compile(
    r"\b(?:consult\w*|notes?|reports?|history|diagnos\w+|visit|plan|instructions?|checklist)\b", re.IGNORECASE
)
_LEADS = 70


def _named(m: re.Match[str]) -> str:
    return next(name for name, said in m.groupdict().items() if said)


def moment_behind(text: str, end: int, stop: int) -> tuple[str, int] | None:
    """Moment told right behind a figure that ends at ``end``, and where its words end (before ``stop``); or None."""
    m = _TRAIL.match(text, end)
    if m is None or m.end() > stop:
        return None
    name = _named(m)
    if "," in text[end : m.start(name)] and not _CLOSED.match(text, m.end()):
        return None  # "8/10, post-procedure 1/10": the words are the next figure's
    return name, m.end()


def moment_ahead(text: str, low: int, start: int) -> str | None:
    """Moment told in ``text[low:start]`` next to a figure at ``start``; the nearest words count."""
    found = list(_ALL.finditer(text, max(low, start - _LEADS), start))
    if not found:
        return None
    last = found[-1]
    return None if re.search(r"[.;]\s", text[last.end() : start]) else _named(last)


def moment_of_title(title: str) -> str | None:
    """Moment that a section's title names ("Pre-procedure vitals"), or None; that of a document is none."""
    m = _ALL.search(title)
    return _named(m) if m and not _DOCUMENT.search(title) else None
