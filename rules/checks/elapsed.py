"""Whether a relief is told as longer than the time since its procedure: such a figure cannot be."""

from __future__ import annotations

from typing import Any

from rules.case import Fact
from rules.durations import grain, span
from rules.sessions import event_of
from rules.view import CaseView


def outlasts(view: CaseView, fact: Fact[Any]) -> bool:
    """Whether the relief of an injection or ablation surely reaches beyond the day on which it is told.

    Counted from the first day on which the procedure can have been to the date of the document, else to the
    day asked. A figure in months is rounded to months, so that one unit more is never called impossible.
    """
    days, until = fact.value.relief_days, view.date_of(fact) or view.on
    event = event_of(view, fact)
    if days is None or until is None or not event.told:
        return False
    return span(days, "days", fact.value.relief_days_bound).low > (until - event.first).days + grain(days)
