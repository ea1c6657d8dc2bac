"""A hall of seats, and below it where any number of guests moves to."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from thousandfold.drawing.axes import WORDS
from thousandfold.drawing.colours import INK, LINES, PAGE, SOFT, for_words
from thousandfold.drawing.places import Box
from thousandfold.drawing.plane import PlaneDrawing
from thousandfold.drawing.words import height, width
from thousandfold.picture import Dots

_LEFT, _RIGHT, _RULER = -1.75, 1.75, -0.8
_STAGE = 0.42
_FAN = 2.5
_ARROW = 0.16
_NEAR = 0.17
_EMPTY = "#9aa6b1"
_KEYS, _NAMES = 1.0, 0.75  # more room above and below on a telephone


class DotsDrawing(PlaneDrawing[Dots]):
    """Seats in rows before a stage, told apart by shape; arrows on a ruler below."""

    narrow_height = 5.8

    def extent(self, picture: Dots) -> tuple[float, float, float, float]:
        """Return hall and ruler; on a telephone also what stands above and below them."""
        left, right, bottom, top = super().extent(picture)
        if self.narrow:
            return left, right, bottom - _NAMES, top + _KEYS
        return left, right, bottom, top

    def marks(self, picture: Dots) -> None:
        """Draw seats and ruler."""
        seats = hall(picture.seats)
        now, later = picture.now, picture.later
        stay, most = picture.stay, max(now, later)
        size = float(np.clip(9500 / picture.seats, 16, 130))
        self.dots(seats[most:], s=size / 6, color=_EMPTY)
        self.dots(seats[:stay], s=size, color=LINES["blue"])
        self.dots(seats[stay:now], s=size, color=LINES["red"], marker="X")
        self.dots(seats[stay:later], s=size, facecolor=PAGE, edgecolor=LINES["blue"], linewidth=2)
        self._ruler(picture)

    def words(self, picture: Dots) -> None:
        """Say by the hall how many there are of each, and name the places of the ruler."""
        rows = [
            (picture.stay, "who stay", "o", True, "blue"),
            (picture.leave, "who will leave", "X", True, "red"),
            (picture.come, "who will come", "o", False, "blue"),
            (picture.seats - max(picture.now, picture.later), "empty seats", "o", True, None),
        ]
        x, y = self.place(-2.05, 0.95 + (_KEYS if self.narrow else 0))
        for count, words, marker, filled, colour in rows:
            if not count:
                continue
            mark = LINES[colour] if colour else _EMPTY
            [drawn] = self.ax.plot(
                *self.ax.transData.inverted().transform(
                    self.ax.bbox.p0 + self.pixels_a_point * np.array([x + 6, y - 8])
                ),
                marker=marker,
                markersize=9 if colour else 4,
                color=mark,
                linestyle="none",
                markerfacecolor=mark if filled else PAGE,
                markeredgewidth=2 if not filled else 0,
            )
            self.keep(drawn)
            self.say(f"{count} {words}", (x + 18, y), va="top", color=INK)
            y -= WORDS * 1.6
        taken: list[Box] = []
        for share, words, below in self._named(picture):
            at, level = self.place(self._at(share), _RULER)
            if self.narrow:
                at, level = self._apart(words, (at, level), taken, below)
            self.say(
                words,
                (at, level - 13 if below else level + 13),
                ha="center",
                va="top" if below else "bottom",
                multialignment="center",
                color=INK,
            )

    def _apart(
        self, words: str, at: tuple[float, float], taken: list[Box], below: bool
    ) -> tuple[float, float]:
        """Return where a name stands inside the figure, so far below the ruler as it is free."""
        rows = words.split("\n")
        wide, high = max(width(row, WORDS) for row in rows), height(len(rows), WORDS)
        x = float(np.clip(at[0], wide / 2, self.room[0] - wide / 2))
        box = Box(x - wide / 2, at[1] - 13 - high, wide, high)
        while below and any(map(box.meets, taken)):
            box = Box(box.x, box.y - 2, wide, high)
        if below:
            taken.append(box)
            self.lead(box, (at[0], at[1] - 6), SOFT)
        return x, box.y + high + 13

    def _named(self, picture: Dots) -> list[tuple[float, str, bool]]:
        seats = picture.seats
        named = [(1.0, f"everybody\n{seats}", True)]
        # Where two names would meet, the one that says more stays.
        if picture.tipping is None or picture.tipping > _NEAR:
            named.append((0.0, "nobody", True))
        if picture.tipping is not None and picture.full is not None:
            named.append((picture.tipping, f"tipping point\n{seats * picture.tipping:.0f}", True))
            if 1 - picture.full > _NEAR and picture.full - picture.tipping > _NEAR:
                named.append((picture.full, f"comes to rest\n{seats * picture.full:.0f}", True))
        named.append((picture.now / seats, f"today {picture.now}", False))
        return named

    @staticmethod
    def _at(share: float) -> float:
        return _LEFT + share * (_RIGHT - _LEFT)

    def _ruler(self, picture: Dots) -> None:
        ends = [0.0, 1.0]
        if picture.tipping is not None and picture.full is not None:
            ends = [0.0, picture.tipping, picture.full, 1.0]
        self.keep(
            *self.ax.plot([_LEFT, _RIGHT], [_RULER, _RULER], color=SOFT, linewidth=1.2, zorder=1)
        )
        if len(ends) == 4:
            self.dots(
                [(self._at(ends[1]), _RULER)], s=90, facecolor=PAGE, edgecolor=INK, linewidth=2
            )
            self.dots([(self._at(ends[2]), _RULER)], s=90, color=INK)
        ways = (-1, 1, -1) if len(ends) == 4 else (-1,)
        for way, low, high in zip(ways, ends, ends[1:], strict=False):
            room = (high - low) * (_RIGHT - _LEFT) - 0.16
            for middle in np.linspace(low, high, 2 + max(1, int(room / 0.34)))[1:-1]:
                if room > _ARROW:
                    self._arrow(self._at(middle), way)
        self.dots(
            [(self._at(picture.now / picture.seats), _RULER + 0.07)],
            s=80,
            color=for_words(LINES["blue"]),
            marker="v",
            zorder=5,
        )

    def _arrow(self, x: float, way: int) -> None:
        colour = LINES["red" if way < 0 else "blue"]
        self.keep(
            *self.ax.plot(
                [x - way * _ARROW / 2, x + way * _ARROW / 2],
                2 * [_RULER],
                color=colour,
                linewidth=2.4,
                zorder=2,
            )
        )
        self.dots(
            [(x + way * _ARROW / 2, _RULER)], s=48, color=colour, marker="<" if way < 0 else ">"
        )


@lru_cache(maxsize=8)
def hall(seats: int) -> NDArray[np.float64]:
    """Return places of seats in curved rows, the ones at the stage first, shape (seats, 2)."""
    rows = max(1, round(np.sqrt(seats / 3.1)))
    radius = np.linspace(0.55, 1.5, rows) if rows > 1 else np.array([1.0])
    share = np.cumsum(radius) / radius.sum()
    counts = np.diff(np.round(seats * share), prepend=0).astype(int)
    places = [
        np.column_stack([np.sin(turn) * far, np.cos(turn) * far])
        for far, count in zip(radius, counts, strict=True)
        for turn in [np.linspace(-_FAN / 2, _FAN / 2, count) if count > 1 else np.zeros(count)]
    ]
    found = np.concatenate(places) - [0, 0.52]
    found.flags.writeable = False
    return found
