"""Numbers as people read them in a table: three digits that matter, thousands separated."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from math import floor, inf, isfinite, log10

from thousandfold.language import digits, say

_MOST_DECIMALS = 9
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def figures(values: Sequence[float]) -> list[str]:
    """Return the numbers of one column as text: of each, three digits matter.

    What is whole is shown whole, and so is what stands before the point. More than three digits are
    shown where a share would else look like all of it: 0.9995 is not 1. Zeros at the end stay where
    others of the column have digits.

    Examples
    --------
    >>> figures([1153368.0, 944420.25])
    ['1,153,368', '944,420']
    >>> figures([134.2, 8.7, 0])
    ['134', '8.7', '0']
    >>> figures([1.28, 1.5, 6.0, 0.9995])
    ['1.28', '1.50', '6', '0.9995']
    """
    known = [_settled(value) for value in values]
    decimals = [_decimals(value) for value in known]
    needed = max((_needed(*one) for one in zip(known, decimals, strict=True)), default=0)
    return [_figure(value, min(own, needed)) for value, own in zip(known, decimals, strict=True)]


def _settled(value: float) -> float:
    """Return what is whole, or nothing, on one processor as such on all."""
    if isinstance(value, int):
        return value
    return round(float(f"{value:.12g}"), _MOST_DECIMALS) if isfinite(value) else value


def _decimals(value: float) -> int:
    """How many decimals show three digits of a number, or tell a share from all."""
    if isinstance(value, int) or not isfinite(value) or value == round(value):
        return 0
    rounded = float(f"{value:.2e}")
    decimals = min(_MOST_DECIMALS, max(0, 2 - floor(log10(abs(rounded)))))
    while any(0.9 * full < value < full == round(value, decimals) for full in (1, 100)):
        decimals += 1
    return decimals


def _needed(value: float, decimals: int) -> int:
    """How many of these decimals say something."""
    return len(f"{value:.{decimals}f}".rstrip("0").partition(".")[2]) if decimals else 0


def _figure(value: float, decimals: int) -> str:
    if value != value:
        return say("unknown")
    if value in (inf, -inf):
        return say("without end") if value > 0 else say("below all numbers")
    if abs(value) >= 1e15:
        shown, power = f"{Decimal(value):.2e}".split("e+")
        return f"{digits(shown)} × 10{power.translate(_RAISED)}"
    return digits(f"{value:z,.{decimals}f}")
