"""Where words may stand, so that they hide little and no other words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.float64]

_DIRECTIONS = 16
_DISTANCES = (16, 34, 60, 95, 140)
_FURTHER = (*_DISTANCES, 190, 250)
_PAD = 3
_STEP = 3.0  # between places along a line
_RING = 7.0  # around a point that words are about
_CROWD = 3  # words: fewer are hardly in each other's way, and stay beside their points
_ROUNDS = 6  # in which words that are in each other's way move
BESIDE = 20  # words nearer to their point than that need no line to it


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
    for distance, box in _around(point, size, _DISTANCES):
        cost = _outside(box, room) + distance / 4
        if cost < least:
            cost += _hidden(box, marks, taken)
        if cost < least:
            best, least = box, cost
    return best or Box(*point, *size)


def free_places(
    points: Sequence[tuple[float, float]],
    sizes: Sequence[tuple[float, float]],
    room: tuple[float, float],
    marks: Pixels | None = None,
    taken: tuple[Box, ...] = (),
) -> list[Box]:
    """Return where words beside points hide least, also of each other and of the lines to them.

    Parameters
    ----------
    points, sizes : sequence of tuple of float
        What the words are about, and how wide and high they are.
    room : tuple of float
    marks : array, shape (n, 2), optional
    taken : tuple of Box
        As `free_place` takes them.
    """
    boxes: list[Box] = []
    for point, size in zip(points, sizes, strict=True):
        boxes.append(free_place(point, size, room, marks, (*taken, *boxes)))
    for _ in range(_ROUNDS if len(points) >= _CROWD else 0):
        moved = False
        for place, (point, size) in enumerate(zip(points, sizes, strict=True)):
            others = _Others.of(points, boxes, place, taken)
            best = boxes[place]
            least = _cost(best, point, room, marks, others, np.inf)
            for _, box in _around(point, size, _FURTHER):
                cost = _cost(box, point, room, marks, others, least)
                if cost < least - 1:
                    best, least, moved = box, cost, True
            boxes[place] = best
        if not moved:
            break
    return boxes


@dataclass(frozen=True)
class _Others:
    """What stands around words already: other words, their points, and the lines between them."""

    boxes: tuple[Box, ...]
    points: Pixels
    leads: Pixels

    @classmethod
    def of(
        cls,
        points: Sequence[tuple[float, float]],
        boxes: Sequence[Box],
        place: int,
        taken: tuple[Box, ...],
    ) -> _Others:
        rest = [at for at in range(len(points)) if at != place]
        leads = [lead_of(boxes[at], points[at]) for at in rest]
        return cls(
            (*taken, *(boxes[at] for at in rest)),
            np.array([points[at] for at in rest]).reshape(-1, 2),
            np.concatenate([np.empty((0, 2)), *leads]),
        )


def lead_of(box: Box, point: tuple[float, float]) -> Pixels:
    """Return places along the line from words to their point; none where they stand beside it."""
    end = box.nearest(point)
    far = float(np.hypot(point[0] - end[0], point[1] - end[1]))
    return np.empty((0, 2)) if far < BESIDE else np.linspace(end, point, int(far / _STEP))


def _cost(
    box: Box,
    point: tuple[float, float],
    room: tuple[float, float],
    marks: Pixels | None,
    others: _Others,
    most: float,
) -> float:
    """Return how bad a place is, as far as that is less than `most`."""
    lead = lead_of(box, point)
    cost = _outside(box, room) + _off(box.nearest(point), np.array([point])) / 4
    if cost < most:
        cost += _hidden(box, marks, others.boxes) + 100 * box.holds(others.points, _RING)
    if cost < most:
        cost += 40 * box.holds(others.leads, 1)
    if cost < most and len(lead):
        cost += 40 * sum(other.holds(lead, 1) for other in others.boxes)
        cost += 40 * sum(_off(at, lead) < _RING for at in others.points)
        cost += 30 * (_off(lead, others.leads) < _STEP / 2)
    elif cost < most and len(others.points):  # nobody takes them for another point's
        near = min(_off(box.nearest(at), np.array([at])) for at in others.points)
        cost += 6 * max(0.0, _off(box.nearest(point), np.array([point])) + 2 * _RING - near)
    return cost


def _off(at: Any, places: Pixels) -> float:
    """Return how far the nearest of some places is from one, or from any of several."""
    if not len(places):
        return np.inf
    away = np.asarray(at).reshape(-1, 1, 2) - places
    return float(np.sqrt((away**2).sum(axis=-1)).min())


def _around(
    point: tuple[float, float], size: tuple[float, float], distances: tuple[int, ...]
) -> Iterator[tuple[int, Box]]:
    for distance in distances:
        for turn in range(_DIRECTIONS):
            angle = pi / 4 + 2 * pi * turn / _DIRECTIONS
            right, up = cos(angle), sin(angle)
            box = Box(
                point[0] + distance * right - size[0] * (1 - right) / 2,
                point[1] + distance * up - size[1] * (1 - up) / 2,
                *size,
            )
            yield distance, box


def _hidden(box: Box, marks: Pixels | None, taken: tuple[Box, ...]) -> float:
    hidden = 0 if marks is None else 15 * box.holds(marks)
    return hidden + 1000 * sum(box.meets(other) for other in taken)


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
