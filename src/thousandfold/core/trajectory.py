"""What happened: every stock in every possible future, and the words and figures for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from thousandfold.core.model import Array
from thousandfold.errors import ExplainedError
from thousandfold.language import digits, say
from thousandfold.picture import Lines, Series

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


BAND = (0.1, 0.9)
"""The band of a figure holds the middle eight of ten futures."""

_MOST_PICTURED_TIMES = 60
# That many lines are told apart by colour and style; of more, the highest and the lowest stand out.
_MOST_APART = 6
_MOST_NAMED = 12  # ends of lines that have room for a name
# Of all that a line rises and falls: less is no peak, and less is no movement.
_CLEAR, _AT_REST = 0.1, 0.02


@dataclass(frozen=True, eq=False)
class Trajectory:
    """What happened: every stock, in every scenario, in every future, at every time.

    Attributes
    ----------
    model : str
        Name of the model.
    period : str
        What one period is called.
    units : mapping of str to str
        Unit of each stock.
    scenarios : tuple of str
        One label per scenario.
    stocks : mapping of str to array, shape (periods + 1, scenarios, replications)
        Finite, and read-only from here on.

    Raises
    ------
    ExplainedError
        If two scenarios have the same label, or a number grew without end.

    Examples
    --------
    >>> from thousandfold import simulate
    >>> from thousandfold.models import Debt
    >>> runs = simulate(Debt(), periods=4, replications=50)
    >>> runs["debt"].shape, runs.units["debt"]
    ((5, 1, 50), 'days to repay')
    """

    model: str
    period: str
    units: Mapping[str, str]
    scenarios: tuple[str, ...]
    stocks: Mapping[str, Array]

    def __post_init__(self) -> None:
        if len(set(self.scenarios)) < len(self.scenarios):
            twice = next(label for label in self.scenarios if self.scenarios.count(label) > 1)
            raise ExplainedError(f"two scenarios are called {twice!r}; give each its own label")
        shape = (len(self.time), len(self.scenarios), self.replications)
        with np.errstate(over="ignore", invalid="ignore"):
            for name, stock in self.stocks.items():
                if stock.shape != shape:
                    raise ValueError(f"{name} has the shape {stock.shape}, not {shape}")
                # A sum is quicker than a look at each number, and finite only if they all are.
                if not isfinite(stock.sum()) and not np.isfinite(stock).all():
                    when = int(np.isfinite(stock).all(axis=(1, 2)).argmin())
                    raise ExplainedError(
                        f"{readable(name)} grows beyond all numbers in {self.period} {when}; run "
                        "fewer periods, or choose parameters that keep it in bounds"
                    )
                stock.flags.writeable = False
        object.__setattr__(self, "stocks", MappingProxyType(dict(self.stocks)))

    def __getitem__(self, stock: str) -> Array:
        """Return one stock, shape (periods + 1, scenarios, replications)."""
        try:
            return self.stocks[stock]
        except (KeyError, TypeError):
            raise ExplainedError(
                f"{self.model} has no stock {stock!r}; it has {', '.join(self.stocks)}"
            ) from None

    @property
    def time(self) -> Array:
        """Times of the rows, in periods."""
        return np.arange(len(next(iter(self.stocks.values()))), dtype=float)

    @property
    def replications(self) -> int:
        """How many possible futures there are."""
        return int(next(iter(self.stocks.values())).shape[-1])

    def final(self, stock: str) -> Array:
        """Return `stock` at the end, in its unit, shape (scenarios, replications)."""
        return np.asarray(self[stock][-1])

    def summary(self, stock: str) -> pd.DataFrame:
        """Return the end of `stock` by scenario: median, and the band of eight of ten futures."""
        import pandas as pd

        low, median, high = _quantiles(self.final(stock))
        columns = {"median": median, "low": low, "high": high}
        table = pd.DataFrame(columns, index=list(self.scenarios))
        return table.rename_axis(columns=self.units[stock])

    def frame(self) -> pd.DataFrame:
        """Return a tidy table: one row per scenario, future and time; one column per stock."""
        import pandas as pd

        times, futures = len(self.time), self.replications
        index = pd.MultiIndex.from_product(
            [self.scenarios, range(futures), range(times)],
            names=["scenario", "future", self.period],
        )
        columns = {name: stock.transpose(1, 2, 0).ravel() for name, stock in self.stocks.items()}
        return pd.DataFrame(columns, index=index).reset_index()

    def describe(self, stock: str) -> str:
        """Return one sentence that says what a figure of `stock` shows."""
        values, last = self[stock], len(self.time) - 1
        middle = np.median(values[last // 2], axis=-1)
        low, median, high = _quantiles(values[-1])
        ends = []
        for i, label in enumerate(self.scenarios):
            spread = f" ({number(low[i])} to {number(high[i])})" if high[i] > low[i] else ""
            name = f"{label}: " if label else ""
            ends.append(f"{name}{number(middle[i])}, then {number(median[i])}{spread}")
        futures = self.replications
        among = f" Median and middle eight of ten in {futures:,} futures." if futures > 1 else ""
        return (
            f"{readable(stock).capitalize()} in {self.units[stock]}, "
            f"{number(np.median(values[0]))} at {self.period} 0; at {self.period} {last // 2} and "
            f"{self.period} {last}: {'; '.join(ends)}.{among}"
        )

    def picture(self, stock: str) -> Lines:
        """Return what a figure of `stock` shows: a median and a band per scenario.

        Where nothing is left in any future, the figure ends. Of more scenarios than people can tell
        apart, the highest and the lowest stand out, and the others are thin lines.
        """
        shown = self[stock][: self._over(stock) + 1]
        every = -(-len(shown) // _MOST_PICTURED_TIMES)
        time = self.time[: len(shown) : every]
        low, median, high = _quantiles(shown[::every])
        many, named = len(self.scenarios) > _MOST_APART, len(self.scenarios) <= _MOST_NAMED
        values, _ = self._compared(stock)
        apart = {int(values.argmax()), int(values.argmin())}
        bands = [
            Series(label, time, median[:, i], low[:, i], high[:, i])
            for i, label in enumerate(self.scenarios)
            if not many or i in apart
        ]
        thin = [
            Series(label if named else "", time, median[:, i], colour="soft")
            for i, label in enumerate(self.scenarios)
            if many and i not in apart
        ]
        return Lines(
            series=(*thin, *bands),
            x_label=f"time ({self.period}s)",
            y_label=f"{readable(stock)} ({self.units[stock]})",
            title=self._point(stock),
            shown=(
                f"Line: the middle of {self.replications:,} futures. Band: eight of ten of them."
                if self.replications > 1
                else ""
            ),
            sentence=self.describe(stock),
        )

    def _over(self, stock: str) -> int:
        """Return when nothing is left for good, in every future; the last time if never."""
        last = len(self.time) - 1
        left = np.flatnonzero(self[stock].any(axis=(1, 2)))
        return min(int(left[-1]) + 1, last) if len(left) else last

    def _point(self, stock: str) -> str:
        """Return how scenarios compare at the end, or where a single one turns."""
        if len(self.scenarios) == 1:
            middle = np.median(self[stock], axis=-1)
            return f"{readable(stock).capitalize()}: {self._turn(middle[:, 0])}"
        values, words = self._compared(stock)
        lowest, highest = int(values.argmin()), int(values.argmax())
        low, high = number(values[lowest]), number(values[highest])
        if low == high:
            return f"{words} {low} in every case"
        return f"{words} {low} ({self.scenarios[lowest]}) to {high} ({self.scenarios[highest]})"

    def _compared(self, stock: str) -> tuple[Array, str]:
        """Return the number by which scenarios are compared, one each, and what it is."""
        middle, name = np.median(self[stock], axis=-1), readable(stock).capitalize()
        gone, peaks = [_nothing_from(one) for one in middle.T], middle.max(axis=0)
        if all(gone):
            return np.array(gone), f"{name}, nothing left from {self.period}"
        if np.ptp(peaks) and middle[-1].max() < _AT_REST * peaks.max():
            return peaks, f"{name}, at most:"
        return middle[-1], f"{name} in {self.period} {len(middle) - 1:,}:"

    def _turn(self, middle: Array) -> str:
        """Return where a line ends for good, is highest or lowest, comes to rest, or goes."""
        first, end, last = number(middle[0]), number(middle[-1]), len(middle) - 1
        at = f"in {self.period}"
        spread = float(np.ptp(middle))
        if not spread:
            return f"{first} from the first to the last {self.period}"
        gone, clear = _nothing_from(middle), _CLEAR * spread
        ends = f"nothing from {self.period} {gone:,} on" if gone else f"{end} {at} {last:,}"
        top, least = int(middle.argmax()), int(middle.argmin())
        if middle[top] > max(middle[0], middle[-1]) + clear:
            return f"highest {at} {top:,} ({number(middle[top])}), {ends}"
        if middle[least] < min(middle[0], middle[-1]) - clear:
            return f"lowest {at} {least:,} ({number(middle[least])}), {ends}"
        if gone:
            return f"{first} at first, {ends}"
        rest = int(np.flatnonzero(np.abs(middle - middle[-1]) > _AT_REST * spread)[-1]) + 1
        if rest <= last / 2:
            return f"{first} at first, about {end} from {self.period} {rest:,} on"
        return f"{first} at first, {end} {at} {last:,}"

    def plot(self, stock: str, ax: Axes | None = None) -> Axes:
        """Draw `stock`, on `ax` or new axes: the median, and the middle eight of ten futures."""
        return self.picture(stock).plot(ax)


def readable(name: str) -> str:
    """Return a name from code as words, in the language that is spoken."""
    return say(name.replace("_", " "))


def number(value: float) -> str:
    """Return a number as people write it in a sentence: three digits that matter, no exponent."""
    if not np.isfinite(value):
        return say("without end") if value > 0 else say("unknown")
    # What is whole, or nothing, on one processor is so on all.
    value = round(float(f"{value:.12g}"), 9)
    places = 0 if abs(value) >= 100 or value == round(value) else 1 if abs(value) >= 10 else 2
    return digits(f"{value:z,.{places}f}")


def _nothing_from(middle: Array) -> int:
    """Return from when on nothing is left; 0 if something is at the end, or never was."""
    left = np.flatnonzero(middle)
    return int(left[-1]) + 1 if len(left) and left[-1] < len(middle) - 1 else 0


def _quantiles(values: Array) -> Array:
    """Low, median and high over the last axis; for whole figures, sorting beats `np.quantile`."""
    ordered = np.sort(values, axis=-1)
    place = np.array([BAND[0], 0.5, BAND[1]]) * (values.shape[-1] - 1)
    below = place.astype(int)
    above = np.minimum(below + 1, values.shape[-1] - 1)
    part = place - below
    between = ordered[..., below] * (1 - part) + ordered[..., above] * part
    return np.moveaxis(between, -1, 0)
