"""What may be given to a picture: numbers that can be drawn, and no more than can be seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thousandfold.errors import ExplainedError

_INFINITE = float("inf")


def drawable(
    name: str,
    values: ArrayLike,
    shape: tuple[int | None, ...] = (None,),
    low: float = -_INFINITE,
    high: float = _INFINITE,
) -> NDArray[np.float64]:
    """Return numbers as an array of that shape, or say what is wrong with them.

    Parameters
    ----------
    name : str
        How the caller knows them.
    values : array_like
    shape : tuple of int or None
        Length of each side; None for any from 1 on.
    low, high : float
        Range, both ends included.

    Raises
    ------
    ExplainedError
        If there is none, one is not finite or out of range, or the shape is another one.
    """
    try:
        found = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise ExplainedError(f"{name} must be numbers, not {values!r:.60}") from None
    if found.size == 0 and 0 not in shape:
        raise ExplainedError(f"{name} is empty: there is nothing to draw")
    sides = zip(shape, found.shape, strict=False)
    if found.ndim != len(shape) or any(want not in (None, real) for want, real in sides):
        told = " x ".join("any number" if side is None else f"{side:,}" for side in shape)
        real = " x ".join(f"{side:,}" for side in found.shape) or "one number"
        raise ExplainedError(f"{name} must be {told}, not {real}")
    if not np.isfinite(found).all():
        raise ExplainedError(f"{name} has a gap: each must be a finite number, not nan or inf")
    if found.size and not low <= found.min() <= found.max() <= high:
        wrong = found[(found < low) | (found > high)].flat[0]
        extent = f"in {low:g}..{high:g}" if high < _INFINITE else f"{low:g} or above"
        raise ExplainedError(f"{name} must be {extent}, not {wrong:g}")
    return found


def few_enough(name: str, count: int, most: int) -> None:
    """Refuse what nobody could tell apart any more.

    Raises
    ------
    ExplainedError
        If there are more than can be seen.
    """
    if count > most:
        raise ExplainedError(f"{count:,} {name} are too many to see: {most:,} at most")
