"""Areas of a product by size: what is still inside, what has left, and the ties between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thousandfold.errors import ExplainedError
from thousandfold.picture.arguments import drawable, few_enough
from thousandfold.picture.base import Columns, Picture

_MOST_AREAS = 200
# The whole is a box of this width and of height 1; what has left stands to the right of it.
_WIDTH = 1.25
_GAP = 0.16


@dataclass(frozen=True, eq=False)
class AreaMap(Picture):
    """Areas as rectangles in one box, as large as their size; those that left stand beside it.

    Each area that left leaves a hole where it was, so that nothing else moves.

    Attributes
    ----------
    names : tuple of str
    sizes : array, shape (areas,)
        Above 0.
    ties : array, shape (areas, areas)
        How much each two areas share; symmetric.
    gone : tuple of int
        Areas that have left, the first one first.
    whole, parts : str
        What the box and what stands beside it are called.
    worth : tuple of (str, float)
        Before and after in words, with how much each is worth: a bar for each, below.
    """

    names: tuple[str, ...]
    sizes: ArrayLike
    ties: ArrayLike
    gone: tuple[int, ...] = ()
    whole: str = "inside"
    parts: str = "outside"
    worth: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        count = len(self.names)
        few_enough("areas", count, _MOST_AREAS)
        if drawable("sizes", self.sizes, (count,) if count else (None,)).min() <= 0:
            raise ExplainedError("sizes of areas must be above 0")
        drawable("ties", self.ties, (count, count), 0)
        if not set(self.gone) <= set(range(count)) or len(set(self.gone)) < len(self.gone):
            raise ExplainedError(f"gone must name areas from 0 to {count - 1}, each once")
        for words, worth in self.worth:
            drawable(f"the worth of {words}", worth, (), 0)

    def numbers(self) -> Columns:
        """Return how large each area is, and whether it has left."""
        where = [self.parts if at in self.gone else self.whole for at in range(len(self.names))]
        return {"area": self.names, "size": np.ravel(self.sizes).tolist(), "where": where}

    @cached_property
    def boxes(self) -> NDArray[np.float64]:
        """Left, bottom, width and height of each area inside; together they fill the box."""
        order = np.argsort(-np.asarray(self.sizes, dtype=float), kind="stable")
        sizes = np.asarray(self.sizes, dtype=float)[order]
        boxes = np.empty((len(sizes), 4))
        boxes[order] = squarified(sizes, _WIDTH, 1.0)
        return boxes

    @cached_property
    def outside(self) -> NDArray[np.float64]:
        """Left, bottom, width and height of each area that has left, in the order of `gone`."""
        boxes = []
        left, top, widest = _WIDTH + _GAP, 1.0, 0.0
        for area in self.gone:
            side = float(np.sqrt(self.boxes[area, 2] * self.boxes[area, 3]))
            width, height = 1.35 * side, side / 1.35
            if top - height < -1e-9:
                left, top, widest = left + widest + _GAP / 4, 1.0, 0.0
            boxes.append((left, top - height, width, height))
            top, widest = top - height - _GAP / 4, max(widest, width)
        return np.array(boxes).reshape(-1, 4)

    @cached_property
    def middles(self) -> NDArray[np.float64]:
        """Where each area stands now, shape (areas, 2)."""
        boxes = self.boxes.copy()
        boxes[list(self.gone)] = self.outside
        return np.asarray(boxes[:, :2] + boxes[:, 2:] / 2)

    @cached_property
    def crossings(self) -> NDArray[np.bool_]:
        """Whether a border runs between two areas, shape (areas, areas)."""
        left = np.isin(np.arange(len(self.names)), self.gone)
        return np.asarray((left[:, None] | left) & ~np.eye(len(left), dtype=bool))

    @property
    def crossing(self) -> float:
        """Share of what areas share that crosses a border; 0 if they share nothing."""
        ties = np.asarray(self.ties, dtype=float)
        return float((ties * self.crossings).sum() / ties.sum()) if ties.any() else 0.0


def squarified(
    sizes: Sequence[float] | NDArray[np.float64], width: float, height: float
) -> NDArray[np.float64]:
    """Return rectangles that fill a box, each as large as its size, as square as that allows.

    Bruls, Huizing and van Wijk 2000: rows are laid along the shorter side of what is left, and a
    row takes another rectangle as long as the least square of them gets better.

    Parameters
    ----------
    sizes : array, shape (n,)
        Decreasing, above 0.
    width, height : float
        Of the box, whose lower left corner is at 0.

    Returns
    -------
    array, shape (n, 4)
        Left, bottom, width and height.
    """
    areas = np.asarray(sizes, dtype=float)
    areas = areas * width * height / areas.sum()
    boxes = np.empty((len(areas), 4))
    left, bottom, start = 0.0, 0.0, 0
    while start < len(areas):
        short, stop = min(width, height), start + 1
        while stop < len(areas) and _worst(areas[start : stop + 1], short) <= _worst(
            areas[start:stop], short
        ):
            stop += 1
        row = areas[start:stop]
        thick = row.sum() / short
        along = np.concatenate([[0], np.cumsum(row / thick)])
        for place in range(start, stop):
            begin, long = along[place - start], row[place - start] / thick
            boxes[place] = (
                (left, bottom + begin, thick, long)
                if width >= height
                else (left + begin, bottom, long, thick)
            )
        if width >= height:
            left, width = left + thick, width - thick
        else:
            bottom, height = bottom + thick, height - thick
        start = stop
    return boxes


def _worst(row: NDArray[np.float64], short: float) -> float:
    """Return how far from a square the least square rectangle of a row is."""
    thick = row.sum() / short
    long = row / thick
    return float(np.maximum(long / thick, thick / long).max())
