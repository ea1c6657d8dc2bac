"""A curve that a learner expects, and how it compares with what happens."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from thousandfold.core import Array
from thousandfold.errors import ExplainedError
from thousandfold.picture import Lines, Series
from thousandfold.teaching.guesses import compare_with, short
from thousandfold.teaching.typed import Typed, typed_number
from thousandfold.writing import write_whole

SILENT = "You drew no guess this time."
FILE = "my_curves.json"
_MOST_BYTES = 65_536
_EVEN = 7  # points on an axis that is not logarithmic

Heights = tuple[float | None, ...]


@dataclass(frozen=True)
class Axis:
    """One axis of a figure, as a hand and a sentence need it.

    Attributes
    ----------
    label : str
        With the unit in brackets, such as ``"load (times today's)"``.
    low, high : float
    logarithmic : bool
    """

    label: str
    low: float
    high: float
    logarithmic: bool

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise ExplainedError(f"an axis goes from a lower number to a higher one: {self.label}")
        if self.logarithmic and self.low <= 0:
            raise ExplainedError(f"{self.label} is logarithmic: it begins above zero")

    @property
    def places(self) -> list[float]:
        """Round numbers along the axis, where a curve has its points."""
        if not self.logarithmic:
            return [float(f"{place:.3g}") for place in np.linspace(self.low, self.high, _EVEN)]
        exponents = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        found = [digit * 10.0**exponent for exponent in exponents for digit in (1, 3)]
        return [
            float(f"{one:.3g}") for one in found if self.low <= one * 1.001 <= self.high * 1.002
        ]

    def share(self, value: float) -> float:
        """Return how far along the axis a value stands, from 0 to 1."""
        low, high, value = (
            (math.log(one) if one > 0 else -math.inf) if self.logarithmic else one
            for one in (self.low, self.high, value)
        )
        return min(1.0, max(0.0, (value - low) / (high - low)))

    def value(self, share: float) -> float:
        """Return what stands so far along the axis, in two digits: nobody draws finer."""
        if self.logarithmic:
            found = self.low * (self.high / self.low) ** share
        else:
            found = self.low + (self.high - self.low) * share
        return float(f"{found:.2g}")

    def words(self, value: float) -> str:
        """Return a value in words and two digits, such as ``"300 times today's load"``."""
        value = float(f"{value:.2g}")
        name, _, unit = self.label.removesuffix(")").partition(" (")
        return " ".join(filter(None, [short(value), unit, name]))


@dataclass(frozen=True)
class Board:
    """What is drawn on: two axes, and the question as a picture that is still hidden.

    Attributes
    ----------
    real : Lines
        What happens. Its first series is what is guessed.
    across, up : Axis
    """

    real: Lines
    across: Axis
    up: Axis

    @classmethod
    def of(cls, real: Lines, between: tuple[float, float]) -> Board:
        """Return the board of a picture, with a vertical axis that gives nothing away."""
        if not isinstance(real, Lines) or not real.series:
            raise ExplainedError("only a picture with lines can be guessed by drawing")
        x = np.asarray(real.series[0].x, dtype=float)
        across = Axis(real.x_label, float(x.min()), float(x.max()), real.log_x)
        low, high = map(float, between)
        return cls(real, across, Axis(real.y_label, low, high, real.log_y))

    @property
    def question(self) -> str:
        """What is asked, in words: the name under which a drawing is kept."""
        return f"{self.up.label}, by {self.across.label}"

    def read(self, typed: str) -> Heights:
        """Return the heights that somebody typed, one number for each place; "-" for none.

        Raises
        ------
        ExplainedError
            If there are too few or too many, or one is no number.
        """
        wanted = len(self.across.places)
        parts = re.split(r"[;\s]+|,\s+", typed.strip(" ;,\n"))
        if len(parts) != wanted:
            parts = re.split(r"[;,\s]+", typed.strip(" ;,\n"))
        if parts == [""]:
            return (None,) * wanted
        if len(parts) != wanted:
            raise ExplainedError(
                f"write {wanted} numbers with a space between them, one for each of "
                f"{', '.join(map(short, self.across.places))}; there are {len(parts)}"
            )
        return tuple(self._height(part) for part in parts)

    def _height(self, part: str) -> float | None:
        if part.strip("-–—.?…") == "":
            return None
        found = typed_number(part)
        if found is None:
            raise ExplainedError(f"“{part[:40]}” is no number; write one in digits, or - for none")
        if not self.up.low <= found.middle <= self.up.high:
            raise ExplainedError(
                f"{short(found.middle)} is off the picture; it goes from {short(self.up.low)} to "
                f"{short(self.up.high)}"
            )
        return found.middle

    def written(self, heights: Heights) -> str:
        """Return heights as one may type them."""
        if not any(height is not None for height in heights):
            return ""
        return " ".join("-" if height is None else short(height) for height in heights)

    def compared(self, heights: Heights) -> str:
        """Return one or two sentences that compare a drawn curve with what happened."""
        real = self.real.series[0]
        x, y = np.asarray(real.x, dtype=float), np.asarray(real.y, dtype=float)
        best, last = highest(x, y), float(x[-1])
        happened = (
            "It rises to the end" if best is None else f"It is highest at {self.across.words(best)}"
        )
        drawn_x, drawn_y = self._drawn(heights)
        if not len(drawn_x):
            there = f"at {self.across.words(last)} it is {self._up(float(y[-1]))}"
            return f"{happened}, and {there}. {SILENT}"
        peak = highest(drawn_x, drawn_y)
        whole = drawn_x[-1] >= last
        far = "to the end" if whole else f"as far as {self.across.words(float(drawn_x[-1]))}"
        said = (
            f"You drew it rising {far}"
            if peak is None
            else f"You drew it highest at {self.across.words(peak)}"
        )
        both = peak is not None and best is not None
        how = f": {compare_with(Typed(peak, peak), best).words}" if both else ""  # type: ignore[arg-type]
        first = f"{said}; {happened[0].lower()}{happened[1:]}{how}."
        if not whole:
            return f"{first} At {self.across.words(last)} it is {self._up(float(y[-1]))}."
        guessed = float(drawn_y[-1])
        words = compare_with(Typed(guessed, guessed), float(y[-1])).words
        return (
            f"{first} At {self.across.words(last)} you drew {self._up(guessed)}; "
            f"it is {short(float(y[-1]))}: {words}."
        )

    def picture(self, heights: Heights) -> Lines:
        """Return what happens with the drawn curve beside it."""
        x, y = self._drawn(heights)
        if not len(x):
            return self.real
        drawn = Series("you drew", x, y, colour="guess")
        return dataclasses.replace(
            self.real,
            series=(*self.real.series, drawn),
            sentence=f"{self.real.sentence} {self.compared(heights)}",
        )

    def _drawn(self, heights: Heights) -> tuple[Array, Array]:
        pairs = zip(self.across.places, heights, strict=True)
        known = np.array([pair for pair in pairs if pair[1] is not None], dtype=float)
        return known.reshape(-1, 2)[:, 0], known.reshape(-1, 2)[:, 1]

    @property
    def unit(self) -> str:
        """What stands behind a height in a sentence."""
        name, _, unit = self.up.label.removesuffix(")").partition(" (")
        return unit or name

    def _up(self, value: float) -> str:
        return f"{short(value)} {self.unit}"


def highest(x: Sequence[float] | Array, y: Sequence[float] | Array) -> float | None:
    """Return where a curve is highest, or None where that is its end."""
    place = int(np.argmax(y))
    return None if place == len(y) - 1 else float(x[place])


def kept(board: Board) -> Heights:
    """Return the curve that was kept beside the notebook, or an empty one."""
    empty: Heights = (None,) * len(board.across.places)
    heights = _all_kept().get(board.question)
    if not isinstance(heights, list) or len(heights) != len(empty):
        return empty
    low, high = board.up.low, board.up.high
    fine = all(
        height is None or (type(height) in (int, float) and low <= height <= high)
        for height in heights
    )
    return tuple(heights) if fine else empty


def keep(board: Board, heights: Heights) -> None:
    """Keep a curve beside the notebook.

    Raises
    ------
    OSError
        If nothing can be written there.
    """
    curves = {**_all_kept(), board.question: list(heights)}
    write_whole(Path(FILE), json.dumps(curves, indent=1) + "\n")


def _all_kept() -> dict[str, object]:
    path = Path(FILE)
    try:
        if path.stat().st_size > _MOST_BYTES:
            return {}
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
