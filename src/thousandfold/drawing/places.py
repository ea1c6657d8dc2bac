"""Where words may stand, so that they hide little and no other words."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.float64]

_DIRECTIONS = 16
_DISTANCES = (16, 34, 60, 95, 140)
_PAD = 3


@dataclass(frozen=True)
class Box:
    """A rectangle of words, in points from the lower left of the Axes."""

    x: float
    y: float
    wide: float
    high: float

    def meets(self, other: Box, pad: float = _PAD) -> bool:
        """Return whether two rectangles overlap or nearly touch."""
        return (
            self.x < other.x + other.wide + pad
            and other.x < self.x + self.wide + pad
            and self.y < other.y + other.high + pad
            and other.y < self.y + self.high + pad
        )

    def nearest(self, point: tuple[float, float]) -> tuple[float, float]:
        """Return the place of this rectangle that is nearest to a point."""
        return (
            min(max(point[0], self.x), self.x + self.wide),
            min(max(point[1], self.y), self.y + self.high),
        )

    def holds(self, points: Pixels, pad: float = _PAD) -> int:
        """Return how many points lie in this rectangle."""
        x, y = points.T
        inside = (x > self.x - pad) & (x < self.x + self.wide + pad)
        return int((inside & (y > self.y - pad) & (y < self.y + self.high + pad)).sum())


def free_place(
    point: tuple[float, float],
    size: tuple[float, float],
    room: tuple[float, float],
    marks: Pixels | None = None,
    taken: tuple[Box, ...] = (),
) -> Box:
    """Return where words beside a point hide least.

    Parameters
    ----------
    point : tuple of float
        What the words are about.
    size : tuple of float
        Width and height of the words.
    room : tuple of float
        Width and height of the Axes, all in points.
    marks : array, shape (n, 2), optional
        What is drawn.
    taken : tuple of Box
        Where words stand already.
    """
    best, least = None, np.inf
    for distance in _DISTANCES:
        for turn in range(_DIRECTIONS):
            angle = pi / 4 + 2 * pi * turn / _DIRECTIONS
            right, up = cos(angle), sin(angle)
            box = Box(
                point[0] + distance * right - size[0] * (1 - right) / 2,
                point[1] + distance * up - size[1] * (1 - up) / 2,
                *size,
            )
            cost = _outside(box, room) + distance / 4
            if cost < least:
                cost += 1000 * sum(box.meets(other) for other in taken)
                cost += 0 if marks is None else 15 * box.holds(marks)
            if cost < least:
                best, least = box, cost
    return best or Box(*point, *size)


def _outside(box: Box, room: tuple[float, float]) -> float:
    over = max(0, -box.x) + max(0, box.x + box.wide - room[0])
    return 100 * (over + max(0, -box.y) + max(0, box.y + box.high - room[1]))


def apart(middles: list[float], heights: list[float], low: float, high: float) -> list[float]:
    """Return middles moved as little as it takes, so that nothing overlaps and all stays inside.

    Parameters
    ----------
    middles, heights : list of float
        Where each would stand, and how high it is.
    low, high : float
        Lowest and highest place.
    """
    order = sorted(range(len(middles)), key=lambda i: middles[i])
    # Neighbours that meet become a block around the middle of what they want.
    blocks: list[list[int]] = []
    for i in order:
        blocks.append([i])
        while len(blocks) > 1 and _top(blocks[-2], middles, heights, low, high) > _bottom(
            blocks[-1], middles, heights, low, high
        ):
            last = blocks.pop()
            blocks[-1] += last
    placed = [0.0] * len(middles)
    for block in blocks:
        edge = _bottom(block, middles, heights, low, high)
        for i in block:
            placed[i] = edge + heights[i] / 2
            edge += heights[i]
    return placed


def _bottom(
    block: list[int], middles: list[float], heights: list[float], low: float, high: float
) -> float:
    tall, below = sum(heights[i] for i in block), 0.0
    wanted = 0.0
    for i in block:
        wanted += middles[i] - (below + heights[i] / 2)
        below += heights[i]
    return max(low, min(wanted / len(block), high - tall))


def _top(
    block: list[int], middles: list[float], heights: list[float], low: float, high: float
) -> float:
    return _bottom(block, middles, heights, low, high) + sum(heights[i] for i in block)
