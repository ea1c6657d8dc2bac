"""Pieces in a row, with the marks between them that a language has.

French wants a narrow space before a semicolon, and Chinese or Arabic have commas of their own: so
the marks between pieces are entries of a catalogue, like any sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce

from thousandfold.language import say

__all__ = ["listed", "parted"]


def listed(pieces: Iterable[str]) -> str:
    """Return short pieces in a row, such as names.

    Examples
    --------
    >>> listed(["rails", "ansible", "terraform"])
    'rails, ansible, terraform'
    """
    return _in_a_row(
        pieces, lambda before, after: say("{before}, {after}", before=before, after=after)
    )


def parted(pieces: Iterable[str]) -> str:
    """Return longer pieces in a row, which may hold commas themselves.

    Examples
    --------
    >>> parted(["cross: ill today", "hollow: hears nothing"])
    'cross: ill today; hollow: hears nothing'
    """
    return _in_a_row(
        pieces, lambda before, after: say("{before}; {after}", before=before, after=after)
    )


def _in_a_row(pieces: Iterable[str], together: Callable[[str, str], str]) -> str:
    row = list(pieces)
    return reduce(together, row) if row else ""
