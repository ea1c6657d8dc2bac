"""What a figure says, before anybody draws it: lines, axes, and the sentence that stands for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from numpy.typing import ArrayLike

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False)
class Series:
    """One line, band or cloud of points.

    Attributes
    ----------
    label : str
        Shown in the legend; empty for none.
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
class Picture:
    """What a figure shows, before it is drawn.

    Attributes
    ----------
    series : tuple of Series
    x_label, y_label : str
        With the unit in brackets.
    sentence : str
        The text alternative: what somebody who cannot see the figure needs to know.
    title : str
    log_x, log_y : bool
        Logarithmic axes: equal distances are equal factors.
    """

    series: tuple[Series, ...]
    x_label: str
    y_label: str
    sentence: str
    title: str = ""
    log_x: bool = False
    log_y: bool = False

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw on `ax`, or on a new figure, and return the Axes."""
        # The one thing that a picture asks of the room above it, and only when it is drawn.
        from thousandfold.teaching.plotting import Chart

        return Chart(self, ax).ax
