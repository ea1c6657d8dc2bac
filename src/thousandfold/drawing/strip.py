"""Weeks in a row, each as full as the budget is."""

from __future__ import annotations

from typing import Any

import numpy as np

from thousandfold.drawing.axes import WORDS, figure_of
from thousandfold.drawing.colours import INK, LINES, PAGE, RULE, SOFT, for_words
from thousandfold.drawing.frame import Drawing
from thousandfold.drawing.places import apart
from thousandfold.drawing.words import height, width, wrapped
from thousandfold.picture import Row, Strip

_DEEPEST = -0.45
_PITCH, _NARROW_PITCH = 2.0, 2.45
_ABOVE, _NARROW_ABOVE = 1.25, 1.9
_CELL = 0.84
_TOOTH = 0.13


class StripDrawing(Drawing[Strip]):
    """One strip for each way to live; striped where nothing happens, red where overspent."""

    narrow_height = 6.6

    def draw(self, picture: Strip) -> None:
        """Draw each row's cells, from the top down."""
        self.ax.set_axis_off()
        last = np.size(picture.rows[0].left)
        bottom = -self._pitch * (len(picture.rows) - 1) + _DEEPEST - 0.05
        above = _NARROW_ABOVE if self.narrow else _ABOVE
        self.ax.set(xlim=(0, last), ylim=(bottom, above))
        for place, row in enumerate(picture.rows):
            self._row(row, -self._pitch * place)
            for level, dash in ((row.stops, (0, (5, 3))), (row.resumes, (0, (1, 2)))):
                if level is not None:
                    self.keep(
                        *self.ax.plot(
                            [0, last],
                            2 * [level - self._pitch * place],
                            color=INK,
                            linewidth=1.2,
                            linestyle=dash,
                            zorder=4,
                        )
                    )

    def margins(self, picture: Strip) -> tuple[float, float, float]:
        """Make room for the numbers of the weeks, and for how each row ended."""
        rows = [line for row in picture.rows for line in row.end.split("\n")]
        right = max((width(line, WORDS, True) for line in rows), default=0) + 22
        levels = [words for row in picture.rows for _, words in self._levels(row)]
        left = max(width(line, WORDS) for words in levels for line in words.split("\n"))
        return left + 14, 26, 14 if self.narrow else right

    def label(self, picture: Strip) -> None:
        """Write what each row is, how it ended, and the numbers of some weeks."""
        last = np.size(picture.rows[0].left)
        for place, row in enumerate(picture.rows):
            base = -self._pitch * place
            x, y = self.place(0, base + 1)
            look: dict[str, Any] = {
                "color": for_words(LINES["red" if row.bad else "blue"]),
                "weight": "bold",
            }
            if self.narrow:
                self._name_above(row, y, look)
            else:
                self.say(row.label, (x, y + 5), color=INK, va="bottom")
                x, y = self.place(last, base + 0.5)
                self.say(row.end, (x + 10, y), va="center", **look)
            self._name_levels(row, base)
            self._name_depth(row, base)
        step = max(1, last // 4)
        first = f"{picture.period} 1"
        for week in [1, *range(step, last + 1, step)]:
            x, _ = self.place(week - 0.5, 0)
            words = first if week == 1 else f"{week}"
            if self.narrow and week > 1 and x - width(words, WORDS) < width(first, WORDS):
                continue
            self.say(
                words,
                (max(x, 0) if week > 1 else 0, -6),
                va="top",
                ha="left" if week == 1 else "center",
            )
        self.notes(picture.notes)

    @property
    def _pitch(self) -> float:
        return _NARROW_PITCH if self.narrow else _PITCH

    def _name_above(self, row: Row, top: float, look: dict[str, Any]) -> None:
        """Write what a row is and how it ended above it, from edge to edge of the figure."""
        left = 10 - self.ax.bbox.x0 / self.pixels_a_point
        room = figure_of(self.ax).bbox.width / self.pixels_a_point - 20
        end = wrapped(row.end, room, WORDS, bold=True, lines=3)
        y = top + 8 + WORDS  # the highest of the levels is named between
        self.say(end, (left, y), va="bottom", **look)
        y += height(end.count("\n") + 1, WORDS)
        self.say(wrapped(row.label, room, WORDS, lines=3), (left, y), color=INK, va="bottom")

    def _levels(self, row: Row) -> list[tuple[float, str]]:
        """Return the levels with their names, which take two lines where there is little room."""
        between = ":\n" if self.narrow else ": "
        return [(level, words.replace(": ", between)) for level, words in _levels(row)]

    def _name_levels(self, row: Row, base: float) -> None:
        """Write what happens at which level, apart from each other, on the left."""
        levels = self._levels(row)
        wanted = [self.place(0, base + level)[1] for level, _ in levels]
        heights = [1.2 * WORDS * (words.count("\n") + 1) for _, words in levels]
        low, high = self.place(0, base + _DEEPEST)[1] - WORDS / 2, self.place(0, base + 1)[1]
        for (_, words), y in zip(levels, apart(wanted, heights, low, high + WORDS), strict=True):
            self.say(words, (-6, y), ha="right", va="center")

    def _name_depth(self, row: Row, base: float) -> None:
        """Say on the bars that had to be cut how deep they go, where they are wide enough."""
        left = np.asarray(row.left, dtype=float)
        cut = np.flatnonzero(left < _DEEPEST)
        words = f"cut here: down to {100 * left.min():z.0f} %".replace("-", "\u2212")
        if not len(cut) or self.place(len(cut), 0)[0] < width(words, WORDS, True) + 8:
            return
        x, y = self.place(float(cut.mean()) + 0.5, base + _DEEPEST / 2)
        ground = {"facecolor": PAGE, "edgecolor": "none", "pad": 1.5}
        self.say(
            words, (x, y), ha="center", va="center", weight="bold",
            color=for_words(LINES["red"]), bbox=ground,
        )  # fmt: skip

    def _row(self, row: Row, base: float) -> None:
        left = np.asarray(row.left, dtype=float)
        stopped = np.asarray(row.stopped, dtype=bool)
        week = np.arange(left.size) + 0.5
        full, over = np.clip(left, 0, 1), np.clip(left, _DEEPEST, 0)
        self._bars(week, np.ones(left.size), base, color=RULE, zorder=1)
        self._bars(week[~stopped], full[~stopped], base, color=LINES["blue"], zorder=2)
        if stopped.any():
            self._bars(
                week[stopped],
                np.maximum(full[stopped], 0.02),
                base,
                facecolor=PAGE,
                edgecolor=SOFT,
                hatch="//////",
                linewidth=0.6,
                zorder=2,
            )
        self._bars(week[~stopped], over[~stopped], base, color=LINES["red"], zorder=2)
        self._bars(
            week[stopped],
            over[stopped],
            base,
            facecolor=LINES["red"],
            edgecolor=PAGE,
            hatch="//////",
            zorder=2,
        )
        self._teeth(week[left < _DEEPEST], base)
        self.keep(*self.ax.plot([0, left.size], [base, base], color=INK, linewidth=1, zorder=3))

    def _teeth(self, x: np.ndarray, base: float) -> None:
        """Cut the ends of bars that go deeper than there is room for."""
        from matplotlib.collections import PolyCollection

        half, low = _CELL / 2 + 0.05, base + _DEEPEST - 0.01
        teeth = [[(at - half, low), (at, low + _TOOTH), (at + half, low)] for at in x]
        if teeth:
            cut = PolyCollection(teeth, facecolor=PAGE, linewidth=0, zorder=3)
            self.keep(self.ax.add_collection(cut, autolim=False))

    def _bars(self, x: np.ndarray, heights: np.ndarray, base: float, **look: object) -> None:
        from matplotlib.collections import PolyCollection

        half = _CELL / 2
        corners = [
            [(at - half, base), (at + half, base), (at + half, base + up), (at - half, base + up)]
            for at, up in zip(x, heights, strict=True)
            if up
        ]
        if corners:
            bars = PolyCollection(corners, **({"linewidth": 0} | look))  # type: ignore[arg-type]
            self.keep(self.ax.add_collection(bars, autolim=False))


def _levels(row: Row) -> list[tuple[float, str]]:
    """Return the levels of a row that have a name, the lowest first."""
    named = [(0.0, "0"), (1.0, "100 %")]
    if row.stops is not None and row.stops == row.resumes:
        named.append((row.stops, f"ships above: {100 * row.stops:.0f} %"))
    else:
        named += [
            (level, f"{words}: {100 * level:.0f} %")
            for level, words in ((row.stops, "stops"), (row.resumes, "ships again"))
            if level is not None
        ]
    return sorted(named)
