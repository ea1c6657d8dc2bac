"""Who could talk to whom, and how the pairs who do grow with the people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import SEED, Array, numbers, tabular, whole
from thousandfold.errors import ExplainedError

if TYPE_CHECKING:
    import pandas as pd


FEWEST_PEOPLE = 3
"""With whom a month says something of growth: one pair has nothing to choose."""
_FEWEST_MONTHS = 24

_MOST_RESAMPLES, _MOST_STEPS = 100_000, 100
_CLOSE = 1e-10


def possible_paths(people: ArrayLike) -> Array:
    """Return how many pairs could talk: ``n * (n - 1) / 2``.

    Parameters
    ----------
    people : array_like
        Number of people, any shape.

    Returns
    -------
    array
        Paths, of the same shape.

    Examples
    --------
    >>> possible_paths([10, 100]).tolist()
    [45.0, 4950.0]
    """
    n = numbers("people", people, 0)
    return np.asarray(n * (n - 1) / 2)


@dataclass(frozen=True)
class PowerFit:
    """A power law fitted to counts: ``used = factor * people ** power``.

    Attributes
    ----------
    power : float
        2 for every possible pair, 1 when each person has a fixed number of partners.
    low, high : float
        95 % interval of the power, from resampling whole years of months.
    factor : float
        Paths at one person, by extrapolation.
    months : int
        How many months the fit uses.
    """

    power: float
    low: float
    high: float
    factor: float
    months: int

    def paths(self, people: ArrayLike) -> Array:
        """Return the fitted number of used paths in a company of `people`."""
        return np.asarray(self.factor * numbers("people", people, 0) ** self.power)


def fit_power(
    people: ArrayLike, paths: ArrayLike, block: int = 12, resamples: int = 1000
) -> PowerFit:
    """Fit a straight line to the logarithms of people and paths.

    The interval comes from drawing blocks of `block` consecutive months with replacement, since
    one month of a project looks like the next and does not count as independent evidence.

    Parameters
    ----------
    people, paths : array_like, shape (months,)
        In the order of time. Months with fewer than three people or without a path are left out:
        one pair has nothing to choose, and nothing has no logarithm.
    block : int
        Months in a block.
    resamples : int
        How often to draw.

    Returns
    -------
    PowerFit

    Raises
    ------
    ExplainedError
        If there are too few months, or all have the same number of people.

    Examples
    --------
    >>> people = np.repeat([4, 8, 16, 32], 12)
    >>> round(fit_power(people, people**1.5).power, 2)
    1.5
    """
    block, resamples = (
        whole("block", block, 1, _MOST_RESAMPLES),
        whole("resamples", resamples, 1, _MOST_RESAMPLES),
    )
    n, used = _months(people, paths, fewest_paths=1)
    x, y = np.log(n), np.log(used)
    months = len(x)
    generator = np.random.default_rng(SEED)
    blocks = -(-months // block)
    first = generator.integers(0, months, (resamples, blocks, 1))
    drawn = ((first + np.arange(block)) % months).reshape(resamples, -1)[:, :months]
    drawn = drawn[np.ptp(n[drawn], axis=1) > 0]
    slopes, _ = _line(x[drawn], y[drawn])
    slope, intercept = _line(x, y)
    low, high = np.quantile(slopes, [0.025, 0.975])
    return PowerFit(float(slope), float(low), float(high), float(np.exp(intercept)), months)


def _months(people: ArrayLike, paths: ArrayLike, fewest_paths: int = 0) -> tuple[Array, Array]:
    """Return the months that a fit can use, or say why there are none."""
    n, used = np.atleast_1d(numbers("people", people, 0), numbers("paths", paths, 0))
    if n.ndim > 1 or n.shape != used.shape:
        raise ExplainedError(
            f"give one number of paths for each of people, not {used.size} for {n.size}"
        )
    kept = (n >= FEWEST_PEOPLE) & (used >= fewest_paths)
    n, used = n[kept], used[kept]
    if len(n) < _FEWEST_MONTHS or not used.any():
        raise ExplainedError(
            f"a power can be fitted to at least {_FEWEST_MONTHS} months that have a path and "
            f"{FEWEST_PEOPLE} people or more, not to {len(n) if used.any() else 0}"
        )
    if np.ptp(n) == 0:
        raise ExplainedError(
            "every month has the same number of people, so nothing can be said about growth"
        )
    return n, used


def _line(x: Array, y: Array) -> tuple[Array, Array]:
    """Slope and intercept of least squares over the last axis."""
    dx = x - x.mean(axis=-1, keepdims=True)
    slope = (dx * y).sum(axis=-1) / (dx**2).sum(axis=-1)
    return slope, y.mean(axis=-1) - slope * x.mean(axis=-1)


def poisson_power(people: ArrayLike, paths: ArrayLike) -> float:
    """Fit the power to the counts themselves, empty months with them.

    The mean of a month's paths is taken as ``factor * people ** power`` and its luck as that of a
    Poisson count. A straight line through logarithms leaves out the months without a path, which
    have no logarithm, and so makes small months look fuller than they are.

    Parameters
    ----------
    people, paths : array_like, shape (months,)
        Months with fewer than three people are left out.

    Returns
    -------
    float
        The power; 2 for every possible pair.

    Raises
    ------
    ExplainedError
        If there are too few months or paths, or all have the same number of people.

    Examples
    --------
    >>> people = np.tile([3, 10, 30], 10)
    >>> round(poisson_power(people, people**2), 3)
    2.0
    """
    n, used = _months(people, paths)
    x = np.log(n)
    x = x - np.average(x, weights=used)  # Centred, slope and level hardly disturb each other.
    slope, level = 1.0, np.log(used.sum() / np.exp(x).sum())
    with np.errstate(all="ignore"):
        for _ in range(_MOST_STEPS):
            mean = np.exp(level + slope * x)
            (a, b), c = (mean.sum(), (mean * x).sum()), (mean * x**2).sum()
            short, tilted = (used - mean).sum(), ((used - mean) * x).sum()
            steeper = (a * tilted - b * short) / (a * c - b**2)
            slope, level = slope + steeper, level + (short - b * steeper) / a
            if abs(steeper) < _CLOSE:
                return float(slope)
    raise ExplainedError(
        "no power fits these numbers of people and paths: look for one that is far too large"
    )


def powers(growth: pd.DataFrame) -> pd.DataFrame:
    """Fit the power of each project.

    Parameters
    ----------
    growth : pandas.DataFrame
        Like the data set ``project_growth``.

    Returns
    -------
    pandas.DataFrame
        One row per project: months fitted, most people in a month, power by least squares with its
        95 % interval, and the power of a Poisson fit with the empty months. Sorted by power.

    Examples
    --------
    >>> from thousandfold.datasets import load
    >>> powers(load("project_growth")).index[0]
    'rails'
    """
    import pandas as pd

    rows = {}
    columns = ("project", "active_authors", "coedit_paths")
    for name, project in tabular("growth", growth, *columns).groupby("project"):
        fit = fit_power(project["active_authors"], project["coedit_paths"])
        rows[name] = {
            "months": fit.months,
            "most people": project["active_authors"].max(),
            "power": fit.power,
            "low": fit.low,
            "high": fit.high,
            "Poisson": poisson_power(project["active_authors"], project["coedit_paths"]),
        }
    return pd.DataFrame.from_dict(rows, orient="index").sort_values("power", kind="stable").round(2)
