"""Rows with a ring for before, a disc for after, and a line for how far chance reaches."""

from __future__ import annotations

from thousandfold.drawing.axes import WORDS
from thousandfold.drawing.colours import EDGE, INK, LINES, PAGE, RULE, SOFT
from thousandfold.drawing.frame import Drawing
from thousandfold.drawing.words import width
from thousandfold.picture import Change, Changes

_TICKS = (0, 25, 50, 75, 100)  # per cent
_RING, _DISC = 10, 6.5  # where nothing changes, one is seen inside the other


class ChangesDrawing(Drawing[Changes]):
    """Shapes tell before from after: ring and disc; squares what is there to compare with."""

    narrow_height = 6.0

    def draw(self, picture: Changes) -> None:
        """Draw the rows from the top down, over lines at each quarter."""
        self.ax.set_axis_off()
        last = len(picture.rows) - 1
        self.ax.set(xlim=(-3, 103), ylim=(-last - 0.6, 0.6))
        for tick in _TICKS:
            self.keep(*self.ax.plot([tick, tick], [-last - 0.6, 0.6], color=RULE, zorder=0))
        for place, row in enumerate(picture.rows):
            self._row(row, -place)

    def margins(self, picture: Changes) -> tuple[float, float, float]:
        """Make room for the names at the left, and for numbers and their label below."""
        names = max(width(row.label, WORDS, not row.soft) for row in picture.rows)
        return names + 18, self.below(picture.x_label) + WORDS, 22

    def label(self, picture: Changes) -> None:
        """Name the rows, the quarters, and what the shapes are."""
        for place, row in enumerate(picture.rows):
            _, y = self.place(0, -place)
            look = {"color": SOFT} if row.soft else {"color": INK, "weight": "bold"}
            self.say(row.label, (-8, y), ha="right", va="center_baseline", **look)
        for tick in _TICKS:
            self.say(
                f"{tick} %" if tick == _TICKS[-1] else f"{tick}",
                (self.place(tick, 0)[0], -6),
                ha="center",
                va="top",
            )
        self.say(
            self.across(picture.x_label),
            (self.room[0] / 2, -10 - 1.4 * WORDS),
            ha="center",
            va="top",
            multialignment="center",
        )
        self.notes(picture.notes)

    def _row(self, row: Change, y: float) -> None:
        colour, shape = (SOFT, "s") if row.soft else (LINES["blue"], "o")
        before, after, low, high = (100 * x for x in (row.before, row.after, row.low, row.high))
        self.keep(
            *self.ax.plot(
                [low, high], [y, y], color=EDGE, linewidth=1.6, marker="|", markersize=7, zorder=1
            ),
            *self.ax.plot([before, after], [y, y], color=colour, linewidth=3.2, zorder=2),
            *self.ax.plot(
                before, y, shape, markersize=_RING, markerfacecolor=PAGE,
                markeredgecolor=colour, markeredgewidth=2, clip_on=False, zorder=3,
            ),
            *self.ax.plot(
                after, y, shape, markersize=_DISC, color=colour, clip_on=False, zorder=4
            ),
        )  # fmt: skip
