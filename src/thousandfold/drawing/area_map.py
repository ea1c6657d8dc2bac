"""Areas as large as their size, inside a box and beside it, with the ties that cross."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from thousandfold.drawing.axes import WORDS, figure_of
from thousandfold.drawing.colours import INK, LINES, PAGE, SOFT
from thousandfold.drawing.places import Box
from thousandfold.drawing.plane import PlaneDrawing
from thousandfold.drawing.words import halo, width, wrapped
from thousandfold.picture import AreaMap

_INSIDE = "#d5e3f1"
_MOST_LINES = 12
_BAR, _BELOW, _NARROW_BELOW = 0.115, 0.15, 0.3
_ABOVE, _NARROW_ABOVE = 1.09, 1.3


class AreaMapDrawing(PlaneDrawing[AreaMap]):
    """A box of areas; those that left leave a dashed hole, and stand in a dark frame beside it."""

    narrow_height = 6.0

    def extent(self, picture: AreaMap) -> tuple[float, float, float, float]:
        """Return the box, what stands beside it, the names above and the bars below."""
        right = max([1.6, *(picture.outside[:, 0] + picture.outside[:, 2] + 0.02)])
        above = _NARROW_ABOVE if self.narrow else _ABOVE
        return -0.02, right, -0.02 - self._row * len(picture.worth), above

    @property
    def _row(self) -> float:
        """How high a bar is with the room above it, where its words stand if they are narrow."""
        return _NARROW_BELOW if self.narrow else _BELOW

    def marks(self, picture: AreaMap) -> None:
        """Draw areas, ties, and what has left on top."""
        gone = np.isin(np.arange(len(picture.names)), picture.gone)
        inside, holes = picture.boxes[~gone], picture.boxes[gone]
        self._boxes(inside, facecolor=_INSIDE, edgecolor=PAGE, linewidth=1.5, zorder=1)
        self._boxes(
            holes, facecolor=PAGE, edgecolor=SOFT, linewidth=1, linestyle=(0, (3, 2)), zorder=1
        )
        self._ties(picture)
        self._boxes(
            picture.outside, facecolor=_INSIDE, edgecolor=LINES["blue"], linewidth=2.2, zorder=3
        )

    def words(self, picture: AreaMap) -> None:
        """Name both sides, and each area that has room for its name."""
        left = picture.boxes[:, 0].min()
        _, right, _, _ = self.extent(picture)
        beside = picture.outside[:, 0].min() if picture.gone else right
        self._title(picture.whole, left, beside)
        if picture.gone:
            self._title(picture.parts, beside, right)
        self._taken: list[Box] = []
        for area, name in enumerate(picture.names):
            # Once something has left, the picture is about that.
            if not picture.gone:
                self._name(name, picture.boxes[area], color=INK)
        self._worth(picture)
        for area, box in zip(picture.gone, picture.outside, strict=True):
            short = picture.names[area].rpartition("/")[2]
            self._name(short, box, color=INK, weight="bold")
            self._name(short, picture.boxes[area], PAGE, color=SOFT, style="italic")

    def _worth(self, picture: AreaMap) -> None:
        """Draw a bar for what each is worth, from zero, with its words and its end told."""
        _, right, _, _ = self.extent(picture)
        most = max((worth for _, worth in picture.worth), default=0) or 1
        for place, (words, worth) in enumerate(picture.worth):
            bottom, long = -self._row * (place + 1), 0.85 * right * worth / most
            last = place == len(picture.worth) - 1
            self._boxes(
                np.array([[0, bottom, long, _BAR]]),
                facecolor=LINES["blue"] if last else _INSIDE,
                linewidth=0,
            )
            x, y = self.place(0, bottom + _BAR / 2)
            if self.narrow:
                self.say(words, (x, self.place(0, bottom + _BAR)[1] + 2), color=INK, va="bottom")
            else:
                self.say(words, (x + 7, y), color=PAGE if last else INK, va="center")
            end, _ = self.place(long, 0)
            self.say(f"{worth:,.0f}", (end + 6, y), color=INK, weight="bold", va="center")

    def _title(self, words: str, x: float, end: float) -> None:
        """Write what stands from one place of the plane to another above it."""
        at, up = self.place(x, 1)
        if self.narrow:
            words = wrapped(words, self.place(end, 1)[0] - at - 6, WORDS, lines=3)
        self.say(words, (at, up + 6), color=SOFT, va="bottom")

    def _name(
        self, name: str, box: NDArray[np.float64], ground: str = _INSIDE, **look: Any
    ) -> None:
        x, y = self.place(box[0] + box[2] / 2, box[1] + box[3] / 2)
        room, tall = box[2] * self.unit - 6, box[3] * self.unit
        bold = look.get("weight") == "bold"
        for words in (name, name.rpartition("/")[2]):
            # What has left is named in any case, on a telephone where no other name stands.
            inside = width(words, WORDS) <= room and tall > WORDS + 3
            if (bold or inside) and (not self.narrow or self._takes(words, x, y)):
                self.say(
                    words,
                    (x, y),
                    ha="center",
                    va="center",
                    path_effects=halo(ground),
                    **look,
                )
                return

    def _takes(self, words: str, x: float, y: float) -> bool:
        """Take a place for a name, if it lies in the figure and no other name stands there."""
        wide = width(words, WORDS, bold=True)
        box = Box(x - wide / 2, y - WORDS / 2, wide, WORDS)
        end = figure_of(self.ax).bbox.x1 - self.ax.bbox.x0
        if box.x + wide > end / self.pixels_a_point or any(map(box.meets, self._taken)):
            return False
        self._taken.append(box)
        return True

    def _boxes(self, boxes: NDArray[np.float64], **look: Any) -> None:
        from matplotlib.collections import PolyCollection

        if len(boxes):
            x, y, wide, high = boxes.T
            corners = np.stack(
                [
                    np.column_stack(corner)
                    for corner in ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high))
                ],
                axis=1,
            )
            self.keep(self.ax.add_collection(PolyCollection(list(corners), **look), autolim=False))

    def _ties(self, picture: AreaMap) -> None:
        from matplotlib.collections import LineCollection

        """Draw the heaviest of the ties that cross: all of them would be one red patch."""
        ties = np.triu(np.asarray(picture.ties, dtype=float)) * picture.crossings
        pairs = np.argwhere(ties > 0)
        if not len(pairs):
            return
        weight = ties[tuple(pairs.T)]
        heaviest = np.argsort(-weight, kind="stable")[:_MOST_LINES]
        pairs, weight = pairs[heaviest], weight[heaviest]
        lines = LineCollection(
            list(picture.middles[pairs]),
            linewidths=0.4 + 1.8 * weight / weight.max(),
            colors=LINES["red"],
            alpha=0.75,
            zorder=2,
        )
        self.keep(self.ax.add_collection(lines, autolim=False))
