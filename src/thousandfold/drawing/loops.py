"""Causal loops side by side, with a sign at each arrowhead."""

from __future__ import annotations

import numpy as np

from thousandfold.drawing.axes import WORDS, figure_of
from thousandfold.drawing.colours import INK, LINES, SOFT, for_words
from thousandfold.drawing.plane import PlaneDrawing
from thousandfold.drawing.words import width, wrapped
from thousandfold.picture import Loop, Loops

_FAINT = "#9aa6b1"
_COLUMNS = 2
_WIDE, _HIGH, _WITH_FELT = 2.0, 1.0, 1.36
_ACROSS, _UP = 0.66, 0.27
_INCHES_A_ROW, _NARROW_INCHES = 1.9, 2.15
_HEAD = 0.11


class LoopsDrawing(PlaneDrawing[Loops]):
    """Each loop in a place of its own: dark where it turns, faint and thin where it does not."""

    def marks(self, picture: Loops) -> None:
        """Make room for as many rows as there are."""
        rows = -(-len(picture.loops) // self._columns)
        if self.owns_figure:
            figure = figure_of(self.ax)
            inches = _NARROW_INCHES if self.narrow else _INCHES_A_ROW
            high = 1.1 + inches * rows * self._high(picture)
            figure.set_size_inches(figure.get_figwidth(), high)

    def extent(self, picture: Loops) -> tuple[float, float, float, float]:
        """Return the rows and columns of loops."""
        rows = -(-len(picture.loops) // self._columns)
        return 0, _WIDE * min(self._columns, len(picture.loops)), -self._high(picture) * rows, 0

    def words(self, picture: Loops) -> None:
        """Draw each loop: its arrows are as long as its words leave room."""
        for place, loop in enumerate(picture.loops):
            left, top = (
                _WIDE * (place % self._columns),
                -self._high(picture) * (place // self._columns),
            )
            marked = loop.name in (picture.lit or ())
            self._loop(loop, left + _WIDE / 2, top - 0.56, marked or picture.lit is None, marked)
            if picture.lit is None:
                felt = wrapped(loop.felt, (_WIDE - 0.1) * self.unit, WORDS)
                self.say(felt, self.place(left + 0.04, top - 0.98), va="top")

    @property
    def _columns(self) -> int:
        """How many loops stand beside each other: on a telephone one."""
        return 1 if self.narrow else _COLUMNS

    @staticmethod
    def _high(picture: Loops) -> float:
        return _HIGH if picture.lit is not None else _WITH_FELT

    def _loop(self, loop: Loop, x: float, y: float, lit: bool, marked: bool) -> None:
        ink = INK if lit else SOFT
        line = LINES["blue"] if lit else _FAINT
        at = self.place(x - _WIDE / 2 + 0.04, y + 0.5)
        name = f"● {loop.name}: it turned" if marked else loop.name
        self.say(name, at, color=ink, weight="bold" if lit else "normal", va="top")
        kind = "R" if loop.reinforcing else "B"
        self.say(
            kind,
            self.place(x, y),
            color=ink,
            ha="center",
            va="center",
            style="italic",
            fontsize=WORDS + 3,
        )
        count = len(loop.links)
        turns = np.pi / 2 - 2 * np.pi * np.arange(count + 1) / count
        if count == 2:
            turns = turns - np.pi / 2
        for here in range(count):
            word = loop.links[here][0]
            self.say(
                word, self.place(*self._on(x, y, turns[here])), color=ink, ha="center", va="center"
            )
            following = loop.links[(here + 1) % count][0]
            self._arrow((x, y), turns[here], turns[here + 1], (word, following), line, lit)
            self._sign((x, y), turns[here + 1], turns[here], following, loop.links[here][1], lit)

    @staticmethod
    def _on(x: float, y: float, turn: float, far: float = 1) -> tuple[float, float]:
        return x + far * _ACROSS * np.cos(turn), y + far * _UP * np.sin(turn)

    def _free(
        self, centre: tuple[float, float], start: float, end: float, words: tuple[str, str]
    ) -> np.ndarray:
        """Return the turns between two words that neither of them covers."""
        turns = np.linspace(start, end, 61)
        points = np.array([self._on(*centre, turn) for turn in turns])
        free = np.ones(len(turns), dtype=bool)
        for word, turn in zip(words, (start, end), strict=True):
            x, y = self._on(*centre, turn)
            half = (width(word, WORDS) / 2 + 5) / self.unit
            free &= (abs(points[:, 0] - x) > half) | (abs(points[:, 1] - y) > 11 / self.unit)
        return turns[free]

    def _arrow(
        self,
        centre: tuple[float, float],
        start: float,
        end: float,
        words: tuple[str, str],
        colour: str,
        lit: bool,
    ) -> None:
        turns = self._free(centre, start, end, words)
        if len(turns) < 4:
            return
        path = np.array([self._on(*centre, turn) for turn in turns])
        self.keep(*self.ax.plot(*path[:-2].T, color=colour, linewidth=2.4 if lit else 1.2))
        ahead = path[-1] - path[-3]
        ahead *= _HEAD / np.hypot(*ahead)
        across = 0.42 * np.array([-ahead[1], ahead[0]])
        back = path[-1] - ahead
        self.keep(
            *self.ax.fill(
                *zip(path[-1], back + across, back - across, strict=True), color=colour, linewidth=0
            )
        )

    def _sign(
        self, centre: tuple[float, float], at: float, before: float, word: str, sign: int, lit: bool
    ) -> None:
        turns = self._free(centre, before, at, ("", word))
        if not len(turns):
            return
        x, y = self.place(*self._on(*centre, turns[-1] - 0.16 * np.sign(at - before), 0.74))
        colour = (
            (for_words(LINES["blue"]) if sign > 0 else for_words(LINES["red"])) if lit else SOFT
        )
        self.say(
            "+" if sign > 0 else "−",
            (x, y),
            color=colour,
            weight="bold",
            ha="center",
            va="center",
            fontsize=WORDS + 3,
        )
