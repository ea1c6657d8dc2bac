"""A value over two axes, with its contours, and where you are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.errors import ExplainedError
from thousandfold.picture.arguments import drawable, few_enough
from thousandfold.picture.base import Picture

_MOST_CELLS = 10_000


@dataclass(frozen=True, eq=False)
class HeatMap(Picture):
    """A value for each place of two axes, darker where it is larger. A note says *you are here*.

    Attributes
    ----------
    x, y : array, shape (columns,) and (rows,)
        Increasing.
    values : array, shape (rows, columns)
    x_label, y_label : str
        With the unit in brackets.
    levels : tuple of float
        Where a contour is drawn, increasing.
    level_names : tuple of str
        What stands on each contour.
    least : str
        What stands where the value lies below the first of them.

    Examples
    --------
    >>> said = {"title": "Later and more is darker", "sentence": "Dark at the top right."}
    >>> HeatMap([1, 2], [0, 1], [[0, 1], [1, 2]], "quarters", "share", **said).y_label
    'share'
    """

    x: ArrayLike
    y: ArrayLike
    values: ArrayLike
    x_label: str
    y_label: str
    levels: tuple[float, ...] = ()
    level_names: tuple[str, ...] = ()
    least: str = ""

    def __post_init__(self) -> None:
        x, y = drawable("x", self.x), drawable("y", self.y)
        few_enough("cells", x.size * y.size, _MOST_CELLS)
        for name, side in (("x", x), ("y", y)):
            if side.size < 2 or (np.diff(side) <= 0).any():
                raise ExplainedError(f"{name} of a heat map needs two or more increasing places")
        drawable("values", self.values, (y.size, x.size))
        if len(self.levels) != len(self.level_names):
            raise ExplainedError(
                f"{len(self.levels)} levels need as many names, not {len(self.level_names)}"
            )
        if self.levels and (np.diff(drawable("levels", self.levels)) <= 0).any():
            raise ExplainedError("levels of a heat map must increase")
