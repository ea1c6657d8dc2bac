"""Stacks of the same layers side by side."""

from __future__ import annotations

import numpy as np

from thousandfold.drawing.axes import WORDS
from thousandfold.drawing.colours import GUESS, INK, PAGE, SOFT
from thousandfold.drawing.frame import Drawing
from thousandfold.drawing.words import width, wrapped
from thousandfold.picture import Note, Stack

_LOOKS = (
    ("#0b62b0", PAGE, ""),
    ("#e9b8a6", INK, "////"),
    ("#f3ddd4", INK, "...."),
    ("#c9ced3", INK, "xxxx"),
    ("#bfe0d6", INK, "\\\\\\\\"),
    ("#d6c6e6", INK, "++"),
    ("#f0d3e2", INK, "oo"),
    ("#e5d5bf", INK, "--"),
)
_WIDE = 0.56
_LABEL, _NARROW_LABEL = 190, 84
_ROOM_ABOVE = 1.5  # of the tallest column: a note that is higher would make all columns small
_BELOW, _NARROW_BELOW = 340, 215  # for the names of all columns, where each has its own place


class StackDrawing(Drawing[Stack]):
    """Layers told apart by hatching and name; a pale band joins what belongs together."""

    narrow_height = 5.6
    _most = 0.0

    def draw(self, picture: Stack) -> None:
        """Draw the columns and the bands between them."""
        tops = self._tops(picture)
        across = self._across(picture)
        heights = [note.y for note in across if note.y is not None]
        self._most = max(self._most, float(tops[-1].max()), picture.whole or 0, *heights)
        columns = np.arange(len(picture.columns))
        beyond = _WIDE / 2 if self.narrow else 0.5
        self.ax.set(xlim=(-0.5, columns[-1] + beyond), ylim=(0, 1.06 * self._most or 1))
        self.ax.grid(visible=False)
        for side in ("left", "bottom"):
            self.ax.spines[side].set_visible(False)
        self.ax.set_yticks([])
        self.ax.tick_params(length=0)
        self.ax.set_xticks(columns, self._below(picture))
        for low, high, (colour, _, hatch) in zip(tops, tops[1:], _LOOKS, strict=False):
            bars = self.ax.bar(
                columns,
                high - low,
                _WIDE,
                low,
                facecolor=colour,
                edgecolor=PAGE,
                hatch=hatch,
                linewidth=1.2,
                zorder=2,
            )
            self.keep(*bars)
            for here in columns[:-1] if len(picture.layers) > 1 else ():
                ends = [here + _WIDE / 2, here + 1 - _WIDE / 2]
                self.keep(
                    self.ax.fill_between(
                        ends,
                        low[here : here + 2],
                        high[here : here + 2],
                        color=colour,
                        alpha=0.25,
                        linewidth=0,
                        zorder=1,
                    )
                )
        if picture.whole is not None:
            self.keep(
                self.ax.axhline(picture.whole, color=INK, linewidth=1.2, linestyle=(0, (5, 3)))
            )
        for note in across:
            colour = GUESS if note.guess else SOFT
            ends, level = [-0.5, columns[-1] + _WIDE / 2], [float(note.y or 0)] * 2
            self.keep(*self.ax.plot(ends, level, color=colour, linewidth=2, linestyle=(0, (4, 2))))

    def margins(self, picture: Stack) -> tuple[float, float, float]:
        """Make room for the names of the layers at the right."""
        names = self._names(picture, all_told=True)
        names += [self._wrapped(note.words) for note in self._across(picture)]
        widest = max(width(row, WORDS, bold=True) for name in names for row in name.split("\n"))
        lines = max(name.count("\n") for name in self._below(picture)) + 1
        return 14, 18 + 1.25 * WORDS * lines, widest + 16

    def label(self, picture: Stack) -> None:
        """Write each layer's name beside it and its height in it, where there is room."""
        from thousandfold.drawing.places import apart

        tops = self._tops(picture)
        last = len(picture.columns) - 1
        middles = (tops[:-1] + tops[1:]) / 2
        across = self._across(picture)
        levels = [*map(float, middles[:, last]), *(note.y for note in across if note.y is not None)]
        names = [*self._names(picture), *(self._wrapped(note.words) for note in across)]
        guessed = [*(False for _ in picture.layers), *(note.guess for note in across)]
        wanted = [self.place(last, level)[1] for level in levels]
        # Names of several lines are told apart by the room between them.
        between = 5 if self.narrow else 0
        heights = [1.25 * WORDS * (name.count("\n") + 1) + between for name in names]
        x, _ = self.place(last + _WIDE / 2, 0)
        for name, y, guess in zip(
            names, apart(wanted, heights, 0, self.room[1] + 8), guessed, strict=True
        ):
            colour, weight = (GUESS, "bold") if guess else (INK, "normal")
            self.say(name, (x + 8, y), color=colour, weight=weight, va="center")
        told = self._heights_as(picture, np.diff(tops, axis=0))
        for level, layer in enumerate(np.diff(tops, axis=0)):
            for column, tall in enumerate(layer):
                x, y = self.place(column, float(middles[level, column]))
                if self._holds_words(tall):
                    colour = _LOOKS[level % len(_LOOKS)][1]
                    self.say(
                        told.format(tall),
                        (x, y),
                        ha="center",
                        va="center",
                        color=colour,
                        weight="bold",
                        bbox=None
                        if level == 0
                        else {"facecolor": PAGE, "edgecolor": "none", "pad": 1.5, "alpha": 0.8},
                    )
        if picture.whole is not None:
            x, y = self.place(-0.5, picture.whole)
            self.say(f"{picture.whole:g} {picture.unit}", (x + 2, y + 3), va="bottom", color=SOFT)
        self.notes(picture.notes)

    @staticmethod
    def _across(picture: Stack) -> list[Note]:
        """Return the notes that are lines across, those that are not far above all columns."""
        tallest = max(
            float(
                np.stack([np.asarray(p.heights, float) for p in picture.layers]).sum(axis=0).max()
            ),
            1e-9,
        )
        return [
            note
            for note in picture.notes
            if note.x is None and note.y is not None and 0 <= note.y <= _ROOM_ABOVE * tallest
        ]

    def _heights_as(self, picture: Stack, heights: np.ndarray) -> str:
        """Return how heights are told: with their unit where each has room for it."""
        told = f"{{:.1f}} {picture.unit}"
        room = self.place(_WIDE / 2, 0)[0] - self.place(-_WIDE / 2, 0)[0]
        widest = max(width(told.format(height), WORDS, bold=True) for height in heights.flat)
        return told if widest < room else "{:.1f}"

    def _below(self, picture: Stack) -> list[str]:
        room, lines = (_NARROW_BELOW, 5) if self.narrow else (_BELOW, 3)
        each = room // max(2, len(picture.columns))
        return [wrapped(name, each, WORDS, lines=lines) for name in picture.columns]

    def _holds_words(self, tall: float) -> bool:
        return tall * self.room[1] / (1.06 * self._most) >= 1.1 * WORDS

    def _names(self, picture: Stack, *, all_told: bool = False) -> list[str]:
        """Return the name of each layer, with its last height where that has no room in it."""
        ends = [float(np.ravel(layer.heights)[-1]) for layer in picture.layers]
        told = [
            layer.label
            if not all_told and (self._holds_words(end) or not end)
            else f"{layer.label}, {end:.1f} {picture.unit}"
            for layer, end in zip(picture.layers, ends, strict=True)
        ]
        room, lines = (_NARROW_LABEL, 4) if self.narrow else (_LABEL, 3)
        return [wrapped(name, room, WORDS, lines=lines) for name in told]

    def _wrapped(self, words: str) -> str:
        return wrapped(words, _NARROW_LABEL, WORDS, bold=True, lines=4) if self.narrow else words

    @staticmethod
    def _tops(picture: Stack) -> np.ndarray:
        """Return where each layer of each column ends, shape (layers + 1, columns)."""
        heights = np.array([layer.heights for layer in picture.layers], dtype=float)
        return np.concatenate([np.zeros((1, heights.shape[1])), np.cumsum(heights, axis=0)])
