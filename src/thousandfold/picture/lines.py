"""Lines, bands and measured points over two axes."""

from __future__ import annotations

from dataclasses import dataclass

from numpy.typing import ArrayLike

from thousandfold.picture.base import Picture


@dataclass(frozen=True, eq=False)
class Series:
    """One line, band or cloud of points.

    Attributes
    ----------
    label : str
        Stands at the end of the line; empty for none.
    x, y : array, shape (n,)
    low, high : array, shape (n,), optional
        Edges of a band around the line.
    points : bool
        True for points without a line between them.
    mark : int, optional
        Colour, marker and line style, counted from 0; by default the place among the series.
    """

    label: str
    x: ArrayLike
    y: ArrayLike
    low: ArrayLike | None = None
    high: ArrayLike | None = None
    points: bool = False
    mark: int | None = None


@dataclass(frozen=True, eq=False)
class Lines(Picture):
    """Lines over two axes.

    Attributes
    ----------
    series : tuple of Series
    x_label, y_label : str
        With the unit in brackets.
    log_x, log_y : bool
        Logarithmic axes: equal distances are equal factors.
    """

    series: tuple[Series, ...]
    x_label: str
    y_label: str
    log_x: bool = False
    log_y: bool = False
