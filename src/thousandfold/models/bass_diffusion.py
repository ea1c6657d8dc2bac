"""How sales of something new rise and fall."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import Array, Model, Pictures, number, numbers, quantity
from thousandfold.picture import Lines, Picture, Series

_VCR = (
    "fitted to sales of video recorders in the US, 1980-1989; data and fit in Cowpertwait & "
    "Metcalfe 2009, Introductory Time Series with R, page 52"
)


@dataclass(frozen=True)
class BassDiffusion(Model):
    """How a new product spreads in a large market: slowly, then fast, then nobody is left.

    ::

        new customers a year = (innovation + imitation * owners / market) * (market - owners)

    solved for time. *Innovation* is the share who begin by themselves, in a year; *imitation*
    is what the example of all the others would add to it.

    It leaves out: repeat purchases, price, competitors, people who leave, and a market that
    grows while it is served.

    Examples
    --------
    >>> round(BassDiffusion().peak_time, 2)
    7.09
    """

    market: float = quantity(
        67_981,
        "thousand customers",
        "everybody who will ever begin",
        low=1e-6,
        high=1e12,
        source=_VCR,
        decision=True,
        because="the size of the example",
    )
    innovation: float = quantity(
        0.006594,
        "share of the rest a year",
        "how many begin by themselves",
        low=1e-6,
        high=1,
        source=_VCR,
        plausible=(9.4e-05, 0.02116),
        because="from camcorder to cable television, the least and most of six in bass_parameters",
    )
    imitation: float = quantity(
        0.63809,
        "share of the rest a year",
        "how many more begin when all others have it",
        low=0,
        high=5,
        source=_VCR,
        plausible=(0.08, 0.7),
        because="telephone 0.08 to cell phone 0.51 in bass_parameters; video recorders 0.64",
    )

    def owners(self, time: ArrayLike) -> Array:
        """Return how many have begun by a time, in the unit of the market, shape as `time`."""
        p, q = self.innovation, self.imitation
        left = np.exp(-(p + q) * numbers("time", time, 0))
        return np.asarray(self.market * (1 - left) / (1 + q / p * left))

    def sales(self, time: ArrayLike) -> Array:
        """Return how many begin per year at a time, in the unit of the market, as `time`."""
        share = self.owners(time) / self.market
        return np.asarray((self.innovation + self.imitation * share) * (1 - share) * self.market)

    @property
    def peak_time(self) -> float:
        """When most people begin, in years; 0 if from the first day on fewer and fewer do."""
        p, q = self.innovation, self.imitation
        return float(np.log(q / p) / (p + q)) if q > p else 0.0

    @property
    def peak_sales(self) -> float:
        """How many begin per year at the peak, in the unit of the market."""
        return float(self.sales(self.peak_time))

    def pictures(self) -> Pictures:
        """Return one picture: sales, of those who begin by themselves and of those who follow."""
        return {"sales": self._sales_picture}

    def _sales_picture(self) -> Picture:
        years = np.linspace(0, 3 * self.peak_time or 5 / self.innovation, 61)
        alone = self.innovation * (self.market - self.owners(years))
        peak = self.owners(self.peak_time)
        followers = 1 - self.innovation * (self.market - peak) / self.peak_sales
        return Lines(
            (
                Series("all", years, self.sales(years)),
                Series("begin because others have", years, self.sales(years) - alone),
                Series("begin by themselves", years, alone),
            ),
            "time (years)",
            "new customers (thousands a year)",
            title=(
                f"Most begin in year {self.peak_time:.1f}, and {100 * followers:.0f} % follow"
                if self.peak_time
                else "Most begin at once, and fewer every year"
            ),
            sentence=(
                f"New customers through time: most of them, {number(self.peak_sales)} thousand a "
                f"year, at year {number(self.peak_time)}, when {followers:.0%} of them follow "
                f"others. By then {peak / self.market:.0%} of the market of {number(self.market)} "
                "thousand have begun."
            ),
        )
