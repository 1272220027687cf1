"""Control characters made visible, so that text from outside cannot steer a terminal or split a line."""

from __future__ import annotations

import re

#: C0 and C1 controls but for white space, DEL, and the marks that reorder text for display.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_BREAK = re.compile("[\n\r\x0b\x0c\u2028\u2029]")


def visible(text: str) -> str:
    """The text with control characters written as escapes; line breaks stay."""
    return _CONTROL.sub(lambda m: f"\\u{ord(m.group()):04x}", text)


def one_line(text: str) -> str:
    """The text on one line, with control characters and line breaks written as escapes."""
    return _BREAK.sub(lambda m: f"\\u{ord(m.group()):04x}", visible(text))
