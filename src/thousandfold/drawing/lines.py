"""Lines, bands and points, each named where it ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from thousandfold.drawing.axes import WORDS, figure_of
from thousandfold.drawing.colours import GUESS, GUESSED, INK, PAGE, RULE, SOFT
from thousandfold.drawing.frame import Drawing
from thousandfold.drawing.looks import Look, looks_of
from thousandfold.drawing.places import Box, apart, free_place
from thousandfold.drawing.ticks import round_numbers, with_thousands
from thousandfold.drawing.words import height, width, wrapped
from thousandfold.language import say
from thousandfold.picture import Lines, Note, Series

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_LABEL_ROOM = 136
_NARROW_LABEL_ROOM = 92
_GAP = 7
_LAST_NUMBER = 26.0
_KEY = 26
_NEAR_THE_EDGE = 0.985
# A label that had to move further than this from the end of its line may be taken for another's.
_FAR_FROM_ITS_LINE = 34
_FEW, _MANY = 30, 80
_AT_THE_EDGE = 1e-6  # of the axis: a number so little outside is written, too


@dataclass(frozen=True)
class _Label:
    """Words at the end of a line: in which colour, and where the line ends."""

    words: str
    colour: str
    end: tuple[float, float]
    look: Look | None = None
    bold: bool = False

    @property
    def size(self) -> tuple[float, float]:
        rows = self.words.split("\n")
        return max(width(row, WORDS, self.bold) for row in rows), height(len(rows), WORDS)


class LinesDrawing(Drawing[Lines]):
    """Lines over two axes."""

    def draw(self, picture: Lines) -> None:
        """Draw every series, what nobody measured, and the lines that are there to compare."""
        looks = looks_of(picture.series)
        if self.ax.get_xscale() != ("log" if picture.log_x else "linear"):
            self.ax.set_xscale("log" if picture.log_x else "linear")
        if self.ax.get_yscale() != ("log" if picture.log_y else "linear"):
            self.ax.set_yscale("log" if picture.log_y else "linear")
        for series, look in zip(picture.series, looks, strict=True):
            self._draw(series, look, picture.unmeasured)
        for note in picture.notes:
            self._draw_across(note)
        self._fit(picture)
        self._shade(picture.unmeasured)
        self.ax.set_xlabel(self.across(picture.x_label))
        if not any(_known(series).any() for series in picture.series):
            self.ax.set(xticks=[], yticks=[])
            self.say(say("There is nothing to draw yet."), (20, 20), fontsize=WORDS + 2)

    def upwards(self, picture: Lines) -> str:
        """Return the label of the vertical axis."""
        return f"↑ {picture.y_label}" if picture.y_label else ""

    def margins(self, picture: Lines) -> tuple[float, float, float]:
        """Make room for the numbers at the axis, and for the longest label at the right edge."""
        axis = self.ax.yaxis
        ticks = axis.get_major_formatter().format_ticks(list(axis.get_majorticklocs()))
        left = max((width(tick, WORDS) for tick in ticks), default=0.0) + 14
        labels = self._labels(picture)
        widths = [label.size[0] + _GAP + 8 for label in labels if self._ends_right(label)]
        keys = _KEY if self._keyed(labels) else 0
        return (
            left,
            self.below(picture.x_label),
            max([_LAST_NUMBER, *(wide + keys for wide in widths)]),
        )

    def label(self, picture: Lines) -> None:
        """Name the lines where they end, then write the notes where room is left."""
        self._thin_out()
        labels = self._labels(picture)
        marks = self._marks(picture)
        boxes: list[Box] = []
        outside = [label for label in labels if self._ends_right(label)]
        if self._room_at_right() < max((label.size[0] + _GAP for label in outside), default=0):
            self._legend()
            outside = inside = []
        else:
            inside = [label for label in labels if not self._ends_right(label)]
        self._name_outside(outside, self._keyed(labels))
        for label in inside:
            end = self.place(*label.end)
            box = free_place(end, label.size, self.room, marks, tuple(boxes))
            boxes.append(box)
            self.lead(box, end, label.colour)
            self._name(label, box.x, box.y + box.high / 2)
        for note in picture.notes:
            if note.x is not None and note.y is None:
                boxes.append(self._name_upright(note, marks, tuple(boxes)))
        if picture.unmeasured is not None:
            boxes += self._name_unmeasured(picture, marks, tuple(boxes))
        self.notes(picture.notes, marks, tuple(boxes))

    def _draw(self, series: Series, look: Look, unmeasured: tuple[float, float] | None) -> None:
        x, y = np.asarray(series.x), np.asarray(series.y)
        if series.low is not None and series.high is not None:
            band = self.ax.fill_between(
                x, series.low, series.high, color=look.colour, alpha=0.16, linewidth=0
            )
            self.keep(band)
        if not series.measured and not series.points:
            style: dict[str, Any] = {"linestyle": look.dash, "color": look.colour}
            if look.colour == SOFT:
                style["linewidth"] = 1.6
            if _known(series).sum() == 1:
                style |= {"marker": look.marker, "markersize": 8, "clip_on": False}
            self.keep(*self.ax.plot(x, y, label=series.label, gid="series", **style))
            return
        style = {"linestyle": "none", "marker": look.marker, "color": look.colour, "zorder": 4}
        style["clip_on"] = series.points
        if len(x) > _FEW:
            pale = 0.45 if series.points else 0.55 if len(x) > _MANY else 0.8
            style |= {"alpha": pale, "markersize": 5, "markeredgewidth": 0}
        else:
            style |= {"markersize": 6 if series.points else 8}
        later = _later(x, unmeasured if series.measured else None)
        hollow = style | {"markerfacecolor": PAGE, "markeredgewidth": 1.8}
        for these, how in ((~later, style), (later, hollow)):
            if these.any():
                label = series.label if these.all() or how is style else ""
                self.keep(*self.ax.plot(x[these], y[these], label=label, gid="series", **how))

    def _draw_across(self, note: Note) -> None:
        if (note.x is None) == (note.y is None):
            return
        look: dict[str, Any] = {"color": SOFT, "linewidth": 1.2, "zorder": 2}
        if note.guess:
            look |= {"color": GUESS, "linewidth": 1.6, "linestyle": GUESSED}
        if note.y is not None and np.isfinite(note.y):
            self.keep(self.ax.axhline(note.y, **look))
        elif note.x is not None and np.isfinite(note.x):
            self.keep(self.ax.axvline(note.x, **look))

    def _fit(self, picture: Lines) -> None:
        """Make room for all that was ever shown, from zero up where nothing is below zero."""
        from matplotlib.ticker import FixedLocator, NullFormatter

        places = [
            (note.x, note.y)
            for note in picture.notes
            if note.x is not None and note.y is not None and np.isfinite([note.x, note.y]).all()
        ]
        if places:
            self.ax.update_datalim(places)
        self.ax.autoscale_view()
        for axis, logarithmic in ((self.ax.xaxis, picture.log_x), (self.ax.yaxis, picture.log_y)):
            axis.set_major_formatter(with_thousands(logarithmic))
            # On less than a decade matplotlib would name the steps between, as powers of ten.
            axis.set_minor_formatter(NullFormatter())
            if not isinstance(axis.get_major_locator(), FixedLocator):
                axis.set_major_locator(round_numbers(*axis.get_view_interval(), logarithmic))
        if not picture.log_y and self.ax.dataLim.ymin >= 0:
            top = None if self.ax.dataLim.ymax > 0 else 1.0
            self.ax.set_ylim(0, top, auto=True)
        elif not picture.log_y and np.isfinite(self.ax.dataLim.ymin):
            self.keep(self.ax.axhline(0, color=INK, linewidth=1.2, zorder=1.5))

    def _shade(self, unmeasured: tuple[float, float] | None) -> None:
        if unmeasured is not None:
            low, high = self.ax.get_xlim()
            start, end = np.clip(sorted(unmeasured), low, high)
            self.keep(self.ax.axvspan(start, end, color=RULE, alpha=0.5, linewidth=0, zorder=0))
            self.ax.set_xlim(low, high, auto=True)

    def _thin_out(self) -> None:
        """Leave out numbers of the lower axis that would run into each other, as on a telephone."""
        from matplotlib.ticker import FuncFormatter

        axis = self.ax.xaxis
        written = axis.get_major_formatter()
        end, left_out = -np.inf, set()
        ticks = list(axis.get_majorticklocs())
        for tick, words in zip(ticks, written.format_ticks(ticks), strict=True):
            across = self._fraction((tick, self.ax.get_ylim()[0]))[0]
            if not -_AT_THE_EDGE <= across <= 1 + _AT_THE_EDGE:
                continue
            middle = across * self.room[0]
            half = width(words, WORDS) / 2
            if middle - half < end + _GAP:
                left_out.add(tick)
            else:
                end = middle + half
        if left_out:
            axis.set_major_formatter(
                FuncFormatter(lambda tick, place: "" if tick in left_out else written(tick, place))
            )

    def _labels(self, picture: Lines) -> list[_Label]:
        """Return the words at the ends of lines, and of the notes that are lines across."""
        labels = []
        for series, look in zip(picture.series, looks_of(picture.series), strict=True):
            seen = _within(series.x, self.ax.get_xlim()) & _within(series.y, self.ax.get_ylim())
            known = np.flatnonzero(_known(series, picture.log_x, picture.log_y) & seen)
            if series.label and len(known):
                end = float(np.asarray(series.x)[known[-1]]), float(np.asarray(series.y)[known[-1]])
                words = self._wrapped(series.label)
                labels.append(_Label(words, look.words, end, look))
        for note in picture.notes:
            if note.x is None and note.y is not None and np.isfinite(note.y) and note.words:
                words = self._wrapped(note.words, bold=note.guess)
                colour = GUESS if note.guess else SOFT
                labels.append(
                    _Label(words, colour, (self.ax.get_xlim()[1], note.y), bold=note.guess)
                )
        return labels

    def _wrapped(self, words: str, bold: bool = False) -> str:
        room, lines = (_NARROW_LABEL_ROOM, 5) if self.narrow else (_LABEL_ROOM, 3)
        return wrapped(words, room, WORDS, bold=bold, lines=lines)

    def _ends_right(self, label: _Label) -> bool:
        return self._fraction(label.end)[0] >= _NEAR_THE_EDGE

    def _fraction(self, end: tuple[float, float]) -> tuple[float, float]:
        transform = self.ax.transScale + self.ax.transLimits
        return tuple(transform.transform(end))

    def _wanted(self, outside: list[_Label]) -> tuple[list[float], list[float]]:
        """Return where labels at the right edge want to stand, and where they can, in points."""
        tall = self.room[1]
        wanted = [self._fraction(label.end)[1] * tall for label in outside]
        heights = [label.size[1] + 2 for label in outside]
        return wanted, apart(wanted, heights, -8, tall + 8)

    def _keyed(self, labels: list[_Label]) -> bool:
        """Return whether ends lie so close that each label needs a piece of its line beside it."""
        wanted, placed = self._wanted([label for label in labels if self._ends_right(label)])
        return any(abs(to - at) > _FAR_FROM_ITS_LINE for to, at in zip(wanted, placed, strict=True))

    def _name_outside(self, labels: list[_Label], keyed: bool) -> None:
        _, placed = self._wanted(labels)
        x = self.room[0] + _GAP
        for label, y in zip(labels, placed, strict=True):
            if keyed and label.look is not None:
                self._key(label.look, x, y)
            self._name(label, x + (_KEY if keyed else 0), y)

    def _name(self, label: _Label, x: float, y: float) -> None:
        weight = "bold" if label.bold else "normal"
        self.say(label.words, (x, y), color=label.colour, va="center", weight=weight, gid="label")

    def _key(self, look: Look, x: float, y: float) -> None:
        wide, tall = self.room
        [line] = self.ax.plot(
            [x / wide, (x + _KEY - 6) / wide], [y / tall, y / tall], color=look.colour,
            linestyle=look.dash, transform=self.ax.transAxes, clip_on=False,
            scalex=False, scaley=False,
        )  # fmt: skip
        self.keep(line)

    def _room_at_right(self) -> float:
        """Return the room between the Axes and what stands to the right of it, in points."""
        figure, box = figure_of(self.ax), self.ax.bbox
        edges = [
            other.bbox.x0 - 40 * self.pixels_a_point
            for other in figure.axes
            if other.bbox.x0 > box.x1 and other.bbox.y0 < box.y1 and box.y0 < other.bbox.y1
        ]
        return float(min([figure.bbox.x1, *edges]) - box.x1) / self.pixels_a_point

    def _legend(self) -> None:
        shown = [line for line in self.ax.lines if line.get_gid() == "series"]
        shown = [
            line for line in shown if not str(line.get_label()).startswith("_") and line.get_label()
        ]
        self.keep(self.ax.legend(handles=shown, handlelength=2.6, loc="best"))

    def _name_upright(self, note: Note, marks: NDArray[np.float64], taken: tuple[Box, ...]) -> Box:
        """Write the words of a line that stands upright beside it, where they hide least."""
        wide, tall = self.room
        words = self._wrapped(note.words, bold=note.guess)
        label = _Label(words, GUESS if note.guess else SOFT, (0, 0), bold=note.guess)
        x = self._fraction((float(note.x or 0), self.ax.get_ylim()[0]))[0] * wide
        boxes = [
            Box(left, y, *label.size)
            for y in np.arange(tall - label.size[1] - 2, 0, -WORDS)
            for left in (x + 5, x - 5 - label.size[0])
        ]
        return self._write(label, boxes, marks, taken)

    def _name_unmeasured(
        self, picture: Lines, marks: NDArray[np.float64], taken: tuple[Box, ...]
    ) -> list[Box]:
        wide, tall = self.room
        bottom = self.ax.get_ylim()[0]
        edges = [self._fraction((x, bottom))[0] for x in sorted(picture.unmeasured or ())]
        start, end = wide * np.clip(edges, 0, 1)
        later = any(
            _later(np.asarray(series.x), picture.unmeasured).any()
            for series in picture.series
            if series.measured
        )
        words = say("nobody had measured here") if later else say("nobody measured here")
        label = _Label(wrapped(words, end - start - 8, WORDS, lines=3), SOFT, (0, 0))
        middle = (start + end - label.size[0]) / 2
        boxes = [Box(middle, y, *label.size) for y in np.arange(4, tall - label.size[1], WORDS)]
        return [self._write(label, boxes, marks, taken)] if end - start > 2 * WORDS else []

    def _write(
        self, label: _Label, boxes: list[Box], marks: NDArray[np.float64], taken: tuple[Box, ...]
    ) -> Box:
        wide, tall = self.room

        def cost(box: Box) -> float:
            out = max(0, -box.x) + max(0, box.x + box.wide - wide - 20)
            return (
                1000 * sum(box.meets(other) for other in taken) + 15 * box.holds(marks) + 100 * out
            )

        best = min(boxes or [Box(4, tall / 2, *label.size)], key=cost)
        self._name(label, best.x, best.y + best.high / 2)
        return best

    def _marks(self, picture: Lines) -> NDArray[np.float64]:
        """Return places along all that is drawn, in points from the lower left of the Axes."""
        found = [np.empty((0, 2))]
        for series in picture.series:
            known = _known(series, picture.log_x, picture.log_y)
            places = np.column_stack([np.asarray(series.x)[known], np.asarray(series.y)[known]])
            if not len(places):
                continue
            at = (self.ax.transData.transform(places) - self.ax.bbox.p0) / self.pixels_a_point
            if len(at) > 1 and not (series.points or series.measured):
                along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(at, axis=0).T))])
                steps = np.arange(0, min(along[-1], 4000), 4)
                at = np.column_stack([np.interp(steps, along, at[:, i]) for i in (0, 1)])
            found.append(at)
        return np.concatenate(found)


def _later(x: NDArray[np.float64], unmeasured: tuple[float, float] | None) -> NDArray[np.bool_]:
    """Return which points lie where nobody had measured: they came later."""
    if unmeasured is None:
        return np.zeros(len(x), dtype=bool)
    return np.asarray((x > min(unmeasured)) & (x <= max(unmeasured)))


def _within(values: ArrayLike, limits: tuple[float, float]) -> NDArray[np.bool_]:
    return np.asarray((np.asarray(values) >= min(limits)) & (np.asarray(values) <= max(limits)))


def _known(series: Series, log_x: bool = False, log_y: bool = False) -> NDArray[np.bool_]:
    x, y = np.asarray(series.x), np.asarray(series.y)
    known = np.isfinite(x) & np.isfinite(y)
    if log_x:
        known &= x > 0
    if log_y:
        known &= y > 0
    return np.asarray(known)
