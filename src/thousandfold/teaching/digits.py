"""Numbers as people read them in a table: three digits that matter, thousands separated."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from math import floor, inf, isfinite, log10

_MOST_DECIMALS = 9
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def figures(values: Sequence[float]) -> list[str]:
    """Return the numbers of one column as text, with as many decimals for all as they can share.

    Whole numbers keep all their digits. Of others three matter, and more only where a share would
    else look like all of it: 0.9995 is not 1. What is too small for the decimals of its column has
    its own.

    Examples
    --------
    >>> figures([1153368.0, 944420.25])
    ['1,153,368', '944,420']
    >>> figures([134.2, 8.7, 0])
    ['134', '8.7', '0']
    >>> figures([0.621, 0.06, 0.9995])
    ['0.621', '0.060', '0.9995']
    """
    known = [_settled(value) for value in values]
    broken = [value for value in known if not _is_whole(value)]
    shared = min((_decimals(value) for value in broken), default=0)
    written = [_short(value, shared) for value in broken if not _loses(value, shared)]
    needed = max((len(text.partition(".")[2]) for text in written), default=0)
    return [_figure(value, needed) for value in known]


def _settled(value: float) -> float:
    """Return what is whole, or nothing, on one processor as such on all."""
    if isinstance(value, int):
        return value
    return round(float(f"{value:.12g}"), _MOST_DECIMALS) if isfinite(value) else value


def _is_whole(value: float) -> bool:
    return isinstance(value, int) or not isfinite(value) or value == round(value)


def _figure(value: float, decimals: int) -> str:
    if value != value:
        return "unknown"
    if value in (inf, -inf):
        return "without end" if value > 0 else "below all numbers"
    if abs(value) >= 1e15:
        digits, power = f"{Decimal(value):.2e}".split("e+")
        return f"{digits} × 10{power.translate(_RAISED)}"
    if _is_whole(value):
        return f"{value:z,.0f}"
    if _loses(value, decimals):
        return _short(value, _decimals(value))
    return f"{value:z,.{decimals}f}"


def _decimals(value: float) -> int:
    """How many decimals show three digits of a number, or tell a share from all."""
    rounded = float(f"{value:.2e}")
    decimals = min(_MOST_DECIMALS, max(0, 2 - floor(log10(abs(rounded)))))
    while _looks_like_all(value, decimals):
        decimals += 1
    return decimals


def _loses(value: float, decimals: int) -> bool:
    """Whether so few decimals leave one digit or none of those that matter."""
    shown = f"{abs(value):.{decimals}f}".replace(".", "").lstrip("0")
    one = len(shown) < 2 and decimals < _decimals(value)
    return one or _looks_like_all(value, decimals)


def _looks_like_all(value: float, decimals: int) -> bool:
    return any(0.9 * whole < value < whole == round(value, decimals) for whole in (1, 100))


def _short(value: float, decimals: int) -> str:
    text = f"{value:z,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
