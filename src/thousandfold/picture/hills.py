"""Hills of users over one axis, and where products stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.errors import ExplainedError
from thousandfold.picture.arguments import drawable, few_enough
from thousandfold.picture.base import Columns, Picture

_MOST_HILLS = 3
_MOST_STANDS = 4


@dataclass(frozen=True, eq=False)
class Hill:
    """How many users of one kind a product wins at each place.

    Attributes
    ----------
    label : str
    height : array, shape (places,)

    Examples
    --------
    >>> Hill("casual users", [60, 40, 5]).label
    'casual users'
    """

    label: str
    height: ArrayLike


@dataclass(frozen=True, eq=False)
class Stand:
    """Where a product stands, and how much it wins of each hill.

    Attributes
    ----------
    label : str
    x : float
    wins : array, shape (hills,)
    mine : bool
        Whether it is the one that the picture is about; others are drawn in outline.

    Examples
    --------
    >>> Stand("one product", x=0.5, wins=[30, 12]).mine
    True
    """

    label: str
    x: float
    wins: ArrayLike
    mine: bool = True


@dataclass(frozen=True, eq=False)
class Hills(Picture):
    """Hills over one axis, and products as poles that stand in them.

    Attributes
    ----------
    x : array, shape (places,)
    hills : tuple of Hill
    stands : tuple of Stand
    x_label, y_label : str
    ticks : tuple of (float, str)
        Places of the axis that have a name.
    totals : tuple of (str, bool)
        Sums in words, and whether each is of the stand that the picture is about.
    """

    x: ArrayLike
    hills: tuple[Hill, ...]
    stands: tuple[Stand, ...]
    x_label: str
    y_label: str
    ticks: tuple[tuple[float, str], ...] = ()
    totals: tuple[tuple[str, bool], ...] = ()

    def __post_init__(self) -> None:
        x = drawable("x", self.x)
        if x.size < 2 or (np.diff(x) <= 0).any():
            raise ExplainedError("hills need two or more increasing places")
        if not self.hills:
            raise ExplainedError("there is no hill: there is nothing to draw")
        few_enough("hills", len(self.hills), _MOST_HILLS)
        few_enough("products", len(self.stands), _MOST_STANDS)
        for hill in self.hills:
            drawable(f"the height of {hill.label}", hill.height, x.shape, 0)
        for stand in self.stands:
            drawable(f"the place of {stand.label}", stand.x, (), float(x[0]), float(x[-1]))
            drawable(f"what {stand.label} wins", stand.wins, (len(self.hills),), 0)

    def numbers(self) -> Columns:
        """Return how high each hill is at each place."""
        hills = {
            f"{one.label}: {self.y_label}": np.ravel(one.height).tolist() for one in self.hills
        }
        return {self.x_label: np.ravel(self.x).tolist(), **hills}
