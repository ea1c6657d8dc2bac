"""What figures of every kind share: the point above, how to read it below that, words at places."""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import matplotlib as mpl
import numpy as np

from thousandfold.drawing.axes import (
    HOUSE,
    NARROW,
    STYLE,
    TITLE,
    WORDS,
    DescribedAxes,
    figure_of,
    new_axes,
)
from thousandfold.drawing.colours import GUESS, INK, PAGE, SOFT
from thousandfold.drawing.places import Box, free_places, lead_of
from thousandfold.drawing.words import height, width, wrapped
from thousandfold.picture import Note, Picture

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from thousandfold.drawing.places import Pixels

Kind = TypeVar("Kind", bound=Picture)

_EDGE = 10
_NOTE_ROOM = 150
_POINTS_AN_INCH = 72


class Drawing(ABC, Generic[Kind]):
    """A picture on its Axes, which another picture of the same kind can take the place of.

    A kind of picture says how its marks are drawn, what room it needs around them, and which words
    stand among them; everything else is the same for all and stands here.

    Parameters
    ----------
    picture : Picture
        What to draw first.
    ax : matplotlib.axes.Axes, optional
        Where; a new figure by default. Axes that are given stay where they are.
    size : tuple of float
        Width and height of a new figure in inches, by default the house's.
    """

    narrow_height = NARROW[1]
    """How high a narrow figure is at least, in inches."""

    def __init__(
        self, picture: Kind, ax: Axes | None = None, size: tuple[float, float] = HOUSE
    ) -> None:
        self.owns_figure = ax is None
        # On a telephone words are as large as ever: they take more lines, or stand elsewhere.
        self.narrow = self.owns_figure and size[0] < HOUSE[0]
        if self.narrow:
            size = size[0], max(size[1], self.narrow_height)
        self.ax: Axes = new_axes(size) if ax is None else ax
        self._artists: list[Artist] = []
        self._margins = np.zeros(4)
        self.update(picture)

    def update(self, picture: Kind) -> None:
        """Show another picture of the same kind, on a ruler and in a frame that only ever grow."""
        while self._artists:
            self._artists.pop().remove()
        with mpl.rc_context(STYLE):
            self.draw(picture)
            self._lay_out(picture)
            self.label(picture)
        if isinstance(self.ax, DescribedAxes):
            self.ax.sentence = picture.sentence

    def ruler(self) -> Callable[[], None]:
        """Return what puts ruler and frame back as they are now, however far they grew since."""
        own = {name: kept for name, kept in vars(self).items() if name not in {"ax", "_artists"}}
        limits, x, y = copy.deepcopy(self.ax.dataLim), self.ax.get_xlim(), self.ax.get_ylim()

        def put_back() -> None:
            vars(self).update(own)
            self.ax.dataLim = copy.deepcopy(limits)
            self.ax.set_xlim(x, auto=None)
            self.ax.set_ylim(y, auto=None)

        return put_back

    @abstractmethod
    def draw(self, picture: Kind) -> None:
        """Draw the marks. Every artist goes through `keep`, so that an update can take it away."""

    def margins(self, picture: Kind) -> tuple[float, float, float]:
        """Return the room that is needed left of, below and right of the Axes, in points."""
        return _EDGE, _EDGE, _EDGE

    def label(self, picture: Kind) -> None:
        """Put the words among the marks; by default the notes alone."""
        self.notes(picture.notes)

    def keep(self, *artists: Any) -> None:
        """Remember artists that belong to the picture shown now."""
        self._artists.extend(artists)

    @property
    def pixels_a_point(self) -> float:
        """How many pixels of the figure one point is."""
        return float(figure_of(self.ax).dpi) / _POINTS_AN_INCH

    @property
    def room(self) -> tuple[float, float]:
        """Width and height of the Axes in points."""
        box = self.ax.bbox
        return box.width / self.pixels_a_point, box.height / self.pixels_a_point

    def say(self, words: str, at: tuple[float, float], **look: Any) -> None:
        """Write words at a place of the Axes, in points from its lower left corner."""
        defaults: dict[str, Any] = {"color": SOFT, "fontsize": WORDS, "linespacing": 1.15}
        text = self.ax.annotate(
            words, (0, 0), at, "axes fraction", "offset points",
            annotation_clip=False, zorder=6, **(defaults | look),
        )  # fmt: skip
        text.set_in_layout(False)
        self.keep(text)

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the data lies, in points from the lower left of the Axes."""
        found = self.ax.transData.transform((x, y)) - self.ax.bbox.p0
        return tuple(found / self.pixels_a_point)

    def notes(
        self,
        notes: tuple[Note, ...],
        marks: Pixels | None = None,
        taken: tuple[Box, ...] = (),
    ) -> None:
        """Write each note that has a point beside it, where it hides least, with a thin leader.

        Parameters
        ----------
        notes : tuple of Note
        marks : array, shape (n, 2), optional
            Where something is drawn, in points from the lower left of the Axes.
        taken : tuple of Box
            Where words stand already.
        """
        shown = [
            (note, note.x, note.y)
            for note in notes
            if note.x is not None and note.y is not None and np.isfinite([note.x, note.y]).all()
        ]
        places = [self.place(x, y) for _, x, y in shown]
        said = [
            wrapped(note.words, _NOTE_ROOM, WORDS, bold=not note.soft, lines=3)
            for note, _, _ in shown
        ]
        sizes = [
            (
                max(width(row, WORDS, not note.soft) for row in words.split("\n")),
                height(words.count("\n") + 1, WORDS),
            )
            for words, (note, _, _) in zip(said, shown, strict=True)
        ]
        boxes = free_places(places, sizes, self.room, marks, taken)
        for (note, x, y), place, words, box in zip(shown, places, said, boxes, strict=True):
            colour = GUESS if note.guess else SOFT if note.soft else INK
            self.lead(box, place, colour, note.guess)
            self._mark(note, x, y, colour)
            self.say(
                words, (box.x + box.wide / 2, box.y + box.high / 2), color=colour,
                weight="normal" if note.soft else "bold",
                ha="center", va="center", multialignment="center",
            )  # fmt: skip

    def across(self, label: str) -> str:
        """Return the label of the horizontal axis, in as many lines as the figure is narrow."""
        if not self.owns_figure:
            return label
        room = 0.75 * figure_of(self.ax).bbox.width / self.pixels_a_point
        return wrapped(label, room, WORDS)

    def below(self, label: str) -> float:
        """Return the room below the Axes that numbers and label of that axis need, in points."""
        return 3.2 * WORDS + 6 + height(self.across(label).count("\n"), WORDS)

    def lead(self, box: Box, at: tuple[float, float], colour: str, guess: bool = False) -> None:
        """Draw a thin line from words to what they are about, where they do not stand beside it."""
        if not len(lead_of(box, at)):
            return
        end = box.nearest(at)
        line = self.ax.annotate(
            "", at, end, "axes points", "axes points", annotation_clip=False, zorder=5,
            arrowprops={
                "arrowstyle": "-", "color": colour, "linewidth": 1.2,
                "linestyle": "--" if guess else "-", "shrinkA": 0, "shrinkB": 5,
            },
        )  # fmt: skip
        line.set_in_layout(False)
        self.keep(line)

    def _mark(self, note: Note, x: float, y: float, colour: str) -> None:
        shape, size, inside = ("s", 7, colour) if note.soft else ("o", 9, PAGE)
        [mark] = self.ax.plot(
            x, y, "D" if note.guess else shape, markersize=size, markerfacecolor=inside,
            markeredgecolor=colour, markeredgewidth=2, clip_on=False,
            zorder=5, scalex=False, scaley=False,
        )  # fmt: skip
        self.keep(mark)

    def _lay_out(self, picture: Kind) -> None:
        """Write the head, and on a figure of our own make room for it and for the labels."""
        figure = figure_of(self.ax)
        wide, high = (side * _POINTS_AN_INCH for side in figure.get_size_inches())
        size = TITLE if self.owns_figure else WORDS
        room = wide - 2 * _EDGE if self.owns_figure else self.room[0]
        rows = (3, 6, 2) if self.narrow else (2, 2, 1)
        title = wrapped(picture.title, room, size, bold=True, lines=rows[0])
        shown = wrapped(picture.shown, room, WORDS, lines=rows[1])
        up = wrapped(self.upwards(picture), room, WORDS, lines=rows[2])
        head: list[tuple[str, dict[str, Any], int]] = [
            (title, {"fontsize": size, "weight": "bold", "color": INK}, 5),
            (shown, {}, 5),
            (up, {}, 2),
        ]
        heights = [
            height(words.count("\n") + 1, look.get("fontsize", WORDS)) + gap if words else 0
            for words, look, gap in head
        ]
        if self.owns_figure:
            most = np.array([0.3 * wide, 0.4 * high, 0.4 * wide, 0.5 * high])
            for _ in range(2):
                left, bottom, right = self.margins(picture)
                asked = np.array([left, bottom, right, sum(heights) + _EDGE + 6])
                before = self._margins
                self._margins = np.maximum(before, np.minimum(asked, most))
                left, bottom, right, top = map(float, self._margins)
                self.ax.set_position(
                    (left / wide, bottom / high, 1 - (left + right) / wide,
                     1 - (top + bottom) / high)
                )  # fmt: skip
                if (self._margins == before).all():  # else names have less room, and may need more
                    break
            x, y = _EDGE - left, high - bottom - _EDGE
            if self.narrow:
                self._keep_label_inside(left, wide)
        else:
            x, y = 0.0, self.room[1] + sum(heights) + 4
        for (words, look, _), tall in zip(head, heights, strict=True):
            if words:
                # What says which way is up stands at the Axes, however long the title is.
                start = self.room[1] + 6 + tall if words == up else y
                self.say(words, (x, start), va="top", ha="left", **look)
                y -= tall

    def _keep_label_inside(self, left: float, wide: float) -> None:
        """Move the label of the horizontal axis from the middle as far as the figure asks."""
        label = self.ax.xaxis.label
        half = max(width(row, WORDS) for row in label.get_text().split("\n")) / 2 + 2
        middle = np.clip(left + self.room[0] / 2, half, max(half, wide - half))
        label.set_x(float(middle - left) / self.room[0])

    def upwards(self, picture: Kind) -> str:
        """Return what the vertical axis says, above it; nothing where a kind has none."""
        return ""
