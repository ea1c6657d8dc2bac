"""A value over two axes, with labelled contours."""

from __future__ import annotations

import numpy as np

from thousandfold.drawing.axes import WORDS
from thousandfold.drawing.colours import INK, LINES, PAGE
from thousandfold.drawing.frame import Drawing
from thousandfold.drawing.words import halo, width
from thousandfold.picture import HeatMap


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
        self.ax.set(xlim=(x[0], x[-1]), ylim=(y[0], y[-1]), xlabel=picture.x_label)
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
        return 34, 3.2 * WORDS + 6, 22

    def label(self, picture: HeatMap) -> None:
        """Write each level in the middle of its longest contour, then the notes."""
        from thousandfold.drawing.places import Box

        taken = []
        for place, (name, line) in enumerate(self._contours):
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
        self.notes(picture.notes, marks, tuple(taken))
