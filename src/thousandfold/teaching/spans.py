"""Units of time: in which one a question asks, and what is typed in another."""

from __future__ import annotations

import re
from dataclasses import replace

from thousandfold.teaching.typed import Typed

# A day of work is not a day of the calendar, so hours and days are not turned into each other.
_CLOCK = {"minute": 1, "hour": 60}
_CALENDAR = {"month": 1, "quarter": 3, "year": 12}
_ASKED = re.compile(
    r"(?:\bwhich|\bhow many|:) (minute|hour|day|week|month|quarter|year)s?\b", re.IGNORECASE
)
_INSIDE = re.compile(r"(?:in |after )?(week|quarter|month|year) ?\d", re.IGNORECASE)


def asked_span(question: str) -> str:
    """Return the unit of time that a question asks for, or nothing.

    Examples
    --------
    >>> asked_span("in which quarter has it paid for itself?")
    'quarter'
    """
    asked = _ASKED.search(question)
    return asked[1].lower() if asked else ""


def in_span(found: Typed, span: str) -> Typed:
    """Return what was typed in another unit of time, where one is some times the other.

    Examples
    --------
    >>> in_span(Typed(2, 2, span="year"), "quarter")
    Typed(low=8.0, high=8.0, percent=False, span='quarter')
    """
    for scale in (_CLOCK, _CALENDAR):
        if found.span in scale and span in scale and found.span != span:
            times = scale[found.span] / scale[span]
            return replace(found, low=found.low * times, high=found.high * times, span=span)
    return found


def other_span(said: str, found: Typed, asked: str) -> bool:
    """Say whether something is typed in a unit that was not asked: ``4 weeks``, ``year 2``."""
    inside = _INSIDE.match(said.strip())
    return {found.span or asked, inside[1].lower() if inside else asked} != {asked}
