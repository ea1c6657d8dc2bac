"""A value over two axes, with labelled contours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from thousandfold.drawing.axes import WORDS
from thousandfold.drawing.colours import INK, LINES, PAGE
from thousandfold.drawing.frame import Drawing
from thousandfold.drawing.places import Box
from thousandfold.drawing.words import halo, width
from thousandfold.picture import HeatMap

_FLAT = 0.4
# A note's words stand near its place.
_OF_A_NOTE = 0.4


class HeatMapDrawing(Drawing[HeatMap]):
    """Darker where the value is larger; what each contour means stands on it."""

    def draw(self, picture: HeatMap) -> None:
        """Draw the cells and the contours."""
        from matplotlib.colors import LinearSegmentedColormap

        x, y, values = (np.asarray(v, dtype=float) for v in (picture.x, picture.y, picture.values))
        ramp = LinearSegmentedColormap.from_list("", [PAGE, "#8fb7dd", LINES["blue"]])
        low = min(0.0, float(values.min()))
        high = max(low + 1e-12, float(values.max()), *picture.levels)
        self.ax.grid(visible=False)
        self.keep(
            self.ax.pcolormesh(x, y, values, cmap=ramp, vmin=low, vmax=high, shading="gouraud")
        )
        self.ax.set(xlim=(x[0], x[-1]), ylim=(y[0], y[-1]), xlabel=self.across(picture.x_label))
        self._contours = []
        reached = [
            k for k, level in enumerate(picture.levels) if values.min() < level <= values.max()
        ]
        if reached:
            drawn = self.ax.contour(
                x,
                y,
                values,
                levels=[picture.levels[k] for k in reached],
                colors=INK,
                linewidths=0.9,
            )
            self.keep(drawn)
            self._contours = [
                (picture.level_names[k], max(lines, key=len))
                for k, lines in zip(reached, drawn.allsegs, strict=True)
                if lines
            ]

    def upwards(self, picture: HeatMap) -> str:
        """Return the label of the vertical axis."""
        return f"↑ {picture.y_label}"

    def margins(self, picture: HeatMap) -> tuple[float, float, float]:
        """Make room for the numbers at both axes."""
        return 34, self.below(picture.x_label), 22

    def label(self, picture: HeatMap) -> None:
        """Write each level in the middle of its longest contour, then the notes."""
        taken = []
        for place, (name, line) in enumerate(self._contours):
            if not name:
                continue
            # One after the other along their lines: in the middle of all they would meet.
            x, y = self.place(*line[(place + 1) * len(line) // (len(self._contours) + 1)])
            wide = width(name, WORDS)
            x = float(np.clip(x, wide / 2 + 4, self.room[0] - wide / 2 - 4))
            taken.append(Box(x - wide / 2, y - WORDS / 2, wide, WORDS))
            self.say(
                name,
                (x, y),
                color=INK,
                ha="center",
                va="center",
                path_effects=halo(),
            )
        lines = [self.ax.transData.transform(line) - self.ax.bbox.p0 for _, line in self._contours]
        marks = np.concatenate(lines) / self.pixels_a_point if lines else None
        if picture.least and picture.levels:
            taken.extend(self._name_least(picture, marks))
        self.notes(picture.notes, marks, tuple(taken))

    def _name_least(self, picture: HeatMap, marks: NDArray[np.float64] | None) -> list[Box]:
        """Write the name of what lies below all contours where it has most room around it."""
        x, y, values = (np.asarray(v, dtype=float) for v in (picture.x, picture.y, picture.values))
        rows, columns = np.nonzero(values < picture.levels[0])
        if not rows.size:
            return []
        inside = np.array([self.place(*at) for at in zip(x[columns], y[rows], strict=True)])
        notes = [self.place(n.x, n.y) for n in picture.notes if n.x is not None and n.y is not None]
        lines = np.empty((0, 2)) if marks is None else marks
        # Words are wide: what stands above or below them may be nearer than what stands beside.
        flat = np.array([_FLAT, 1.0])
        free = [(np.minimum(inside, np.array(self.room) - inside) * flat).min(axis=1)]
        for places, share in ((lines, 1.0), (np.reshape(notes, (-1, 2)), _OF_A_NOTE)):
            if len(places):
                away = np.hypot(*((inside[:, None] - places) * flat).T)
                free.append(share * away.min(axis=0))
        at = inside[np.min(free, axis=0).argmax()]
        wide = width(picture.least, WORDS)
        at[0] = np.clip(at[0], wide / 2 + 4, self.room[0] - wide / 2 - 4)
        self.say(picture.least, tuple(at), color=INK, ha="center", va="center", style="italic")
        return [Box(at[0] - wide / 2, at[1] - WORDS / 2, wide, WORDS)]
