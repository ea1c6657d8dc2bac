"""Who has to talk to whom as a company grows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thousandfold.core import SEED, Array, Model, number, quantity
from thousandfold.errors import ExplainedError

if TYPE_CHECKING:
    import pandas as pd

    from thousandfold.plotting import Picture

Links = NDArray[np.bool_]

_FEWEST_PEOPLE = 3
_FEWEST_MONTHS = 24
_FEWEST_DRAWN = 5  # A fitted line of fewer people would rise above all possible paths.

# What staying aligned costs one person a week. Illustrative: replace them by your own.
HOURS_PER_PATH = 0.25
HOURS_PER_HANDOVER = 0.5
HOURS_CUT_OFF = 20.0


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
    n = np.asarray(people, dtype=float)
    return np.asarray(n * (n - 1) / 2)


def graicunas(subordinates: ArrayLike) -> Array:
    """Return how many relations one manager has by Graicunas's count of 1933.

    With ``n`` people below: ``n * (2**(n - 1) + n - 1)``, because he counts each *group* that a
    person may be met in, and there are exponentially many groups. It leaves out whether
    anybody ever meets in those groups.

    Parameters
    ----------
    subordinates : array_like
        Number of people who report to the manager.

    Returns
    -------
    array
        Relations, of the same shape.

    Examples
    --------
    >>> graicunas([2, 3, 4]).tolist()
    [6.0, 18.0, 44.0]
    """
    n = np.asarray(subordinates, dtype=float)
    return np.asarray(np.rint(n * (2 ** (n - 1) + n - 1)))


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
        """Return the fitted number of used paths."""
        return np.asarray(self.factor * np.asarray(people, dtype=float) ** self.power)


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
    """
    n, used = np.asarray(people, dtype=float), np.asarray(paths, dtype=float)
    kept = (n >= _FEWEST_PEOPLE) & (used >= 1)
    n, used = n[kept], used[kept]
    x, y = np.log(n), np.log(used)
    months = len(x)
    if months < _FEWEST_MONTHS:
        raise ExplainedError(
            f"a power can be fitted to at least {_FEWEST_MONTHS} months that have a path and "
            f"{_FEWEST_PEOPLE} people or more, not to {months}"
        )
    if np.ptp(n) == 0:
        raise ExplainedError(
            "every month has the same number of people, so nothing can be said about growth"
        )
    generator = np.random.default_rng(SEED)
    blocks = -(-months // block)
    first = generator.integers(0, months, (resamples, blocks, 1))
    drawn = ((first + np.arange(block)) % months).reshape(resamples, -1)[:, :months]
    drawn = drawn[np.ptp(n[drawn], axis=1) > 0]
    slopes, _ = _line(x[drawn], y[drawn])
    slope, intercept = _line(x, y)
    low, high = np.quantile(slopes, [0.025, 0.975])
    return PowerFit(float(slope), float(low), float(high), float(np.exp(intercept)), months)


def _line(x: Array, y: Array) -> tuple[Array, Array]:
    """Slope and intercept of least squares over the last axis."""
    dx = x - x.mean(axis=-1, keepdims=True)
    slope = (dx * y).sum(axis=-1) / (dx**2).sum(axis=-1)
    return slope, y.mean(axis=-1) - slope * x.mean(axis=-1)


def powers(growth: pd.DataFrame) -> pd.DataFrame:
    """Fit the power of each project.

    Parameters
    ----------
    growth : pandas.DataFrame
        Like the data set ``project_growth``.

    Returns
    -------
    pandas.DataFrame
        One row per project: months fitted, most people in a month, power, and the 95 % interval
        of the power. Sorted by power.
    """
    import pandas as pd

    rows = {}
    for name, project in growth.groupby("project"):
        fit = fit_power(project["active_authors"], project["coedit_paths"])
        rows[name] = {
            "months": fit.months,
            "most people": project["active_authors"].max(),
            "power": fit.power,
            "low": fit.low,
            "high": fit.high,
        }
    return pd.DataFrame.from_dict(rows, orient="index").sort_values("power", kind="stable").round(2)


def growth_picture(growth: pd.DataFrame, *projects: str) -> Picture:
    """Return possible against used paths, month by month, with a fitted line per project.

    Parameters
    ----------
    growth : pandas.DataFrame
        Like the data set ``project_growth``.
    *projects : str
        Which projects to show.

    Raises
    ------
    ExplainedError
        If a project is not in the table.
    """
    from thousandfold.plotting import Picture, Series

    most = int(growth.loc[growth["project"].isin(projects), "active_authors"].max())
    people = np.geomspace(_FEWEST_DRAWN, most, 30)
    series = [Series("possible: everybody with everybody", people, possible_paths(people))]
    ends = [f"{number(float(possible_paths(most)))} possible"]
    for place, project in enumerate(projects, start=1):
        months = growth[(growth["project"] == project) & (growth["coedit_paths"] > 0)]
        months = months[months["active_authors"] >= _FEWEST_PEOPLE]
        if months.empty:
            raise ExplainedError(
                f"there is no project {project!r} in the table; "
                f"there are {', '.join(growth['project'].unique())}"
            )
        fit = fit_power(months["active_authors"], months["coedit_paths"])
        name = project.capitalize()
        series += [
            Series("", months["active_authors"], months["coedit_paths"], points=True, mark=place),
            Series(f"used: {name}, power {fit.power:.2f}", people, fit.paths(people), mark=place),
        ]
        ends.append(f"{number(float(fit.paths(most)))} used in {name} (power {fit.power:.2f})")
    return Picture(
        tuple(series),
        "people active in a month",
        "paths (pairs)",
        f"Paths against people on logarithmic axes, one point per month. At {most} people: "
        f"{', '.join(ends)}. The lines of used paths rise less steeply than the line of possible "
        "paths.",
        log_x=True,
        log_y=True,
    )


@dataclass(frozen=True)
class Squads(Model):
    """A company cut into squads that talk through liaisons.

    Inside a squad everybody talks with everybody. Each squad sends `liaisons` of its people to a
    circle, where liaisons talk with each other. When a circle would hold more than `circle`
    people, it is cut into circles of about that size, which send liaisons on to the next level.

    It leaves out: who is good at talking, what the talk is about, informal friendships, and
    squads that have nothing to say to each other.

    Examples
    --------
    >>> Squads(people=100, squad=100).paths
    4950
    >>> Squads(people=100, squad=8, circle=15).longest_chain
    3.0
    """

    people: float = quantity(100, "people", "size of the company", low=2, high=1000, whole=True)
    squad: float = quantity(8, "people", "largest squad", low=2, high=1000, whole=True)
    liaisons: float = quantity(
        1, "people", "how many of a squad talk with other squads", low=1, high=10, whole=True
    )
    circle: float = quantity(
        15, "people", "most liaisons who talk in one circle", low=2, high=1000, whole=True
    )

    @cached_property
    def groups(self) -> tuple[tuple[NDArray[np.int_], ...], ...]:
        """Who talks with whom: for each level its groups, each an array of people's numbers."""
        levels = []
        here = np.arange(int(self.people))
        size = self.squad
        while True:
            cut = tuple(np.array_split(here, -(-len(here) // int(size))))
            sent = np.concatenate([group[: int(self.liaisons)] for group in cut])
            if len(cut) > 1 and len(sent) == len(here):
                cut = (here,)  # Everybody is a liaison: cutting would only repeat the level.
            levels.append(cut)
            if len(cut) == 1:
                return tuple(levels)
            here, size = sent, self.circle

    @cached_property
    def links(self) -> Links:
        """Whether two people talk, shape (people, people)."""
        links = np.zeros((int(self.people), int(self.people)), dtype=bool)
        for level in self.groups:
            for group in level:
                links[np.ix_(group, group)] = True
        np.fill_diagonal(links, False)
        return links

    @property
    def paths(self) -> int:
        """How many pairs talk."""
        return int(self.links.sum()) // 2

    @property
    def paths_per_person(self) -> float:
        """With how many people somebody talks, on average."""
        return 2 * self.paths / self.people

    @property
    def busiest(self) -> int:
        """With how many people the busiest liaison talks."""
        return int(self.links.sum(axis=1).max())

    @property
    def longest_chain(self) -> float:
        """Handovers that news needs between the two people who are furthest apart."""
        return chain_lengths(self.links)[0]

    def days(self, away: float = 0.1, days: int = 10, seed: int = SEED) -> tuple[Array, Array]:
        """Take away people at random and measure what is left, day by day.

        Parameters
        ----------
        away : float
            Share of the people who are away on a day. Illustrative.
        days : int
            How many days.
        seed : int
            The same seed sends the same people away, whatever the structure.

        Returns
        -------
        longest : array, shape (days,)
            Longest chain between two people who can reach each other.
        cut_off : array, shape (days,)
            Share of the pairs at work who cannot reach each other.
        """
        generator = np.random.default_rng(seed)
        present = generator.random((days, int(self.people))) >= away
        measured = [chain_lengths(self.links[np.ix_(here, here)]) for here in present]
        longest, cut_off = np.transpose(measured)
        return longest, cut_off

    def week(self, away: float = 0.1, days: int = 10, seed: int = SEED) -> float:
        """Return the hours that staying aligned costs one person a week.

        A quarter of an hour for each path, half an hour for each handover on the longest chain,
        and half a week of twenty hours times the share of pairs who cannot reach each other. All
        three are illustrative.

        Parameters
        ----------
        away, days, seed
            As in `days`.
        """
        longest, cut_off = self.days(away, days, seed)
        return float(
            HOURS_PER_PATH * self.paths_per_person
            + HOURS_PER_HANDOVER * longest.mean()
            + HOURS_CUT_OFF * cut_off.mean()
        )

    def costs(self, sizes: Iterable[int]) -> pd.DataFrame:
        """Return what this structure costs at several sizes of the company, as a table.

        Parameters
        ----------
        sizes : iterable of int
            Numbers of people.
        """
        import pandas as pd

        grown = {size: self.replace(people=size) for size in sizes}
        rows = {
            size: {
                "paths per person": company.paths_per_person,
                "longest chain": company.longest_chain,
                "pairs cut off, %": 100 * company.days()[1].mean(),
                "hours a week": company.week(),
            }
            for size, company in grown.items()
        }
        return pd.DataFrame.from_dict(rows, orient="index").round(1).rename_axis(index="people")

    def picture(self, of: str | None = None) -> Picture:
        """Return paths against company size, with and without squads."""
        from thousandfold.plotting import Picture, Series

        sizes = np.unique(np.linspace(10, max(20, self.people), 24).astype(int))
        split = [self.replace(people=int(n)).paths for n in sizes]
        everybody = possible_paths(sizes)
        return Picture(
            (
                Series("everybody with everybody", sizes, everybody),
                Series(f"squads of {self.squad:g}", sizes, split),
            ),
            "people in the company",
            "paths (pairs who talk)",
            f"Paths in a company of {self.people:g}: {number(everybody[-1])} when everybody talks "
            f"with everybody, {number(split[-1])} in squads of {self.squad:g} with "
            f"{self.liaisons:g} liaison{'s' if self.liaisons > 1 else ''} each; news then needs at "
            f"most {self.longest_chain:g} handovers, and on a day when one person in ten is away, "
            f"{100 * self.days()[1].mean():.0f} in 100 pairs cannot reach each other.",
        )


def chain_lengths(links: Links) -> tuple[float, float]:
    """Return the longest shortest chain in a network, and the share of pairs without any chain.

    Parameters
    ----------
    links : array of bool, shape (people, people)
        Symmetric; whether two people talk.

    Returns
    -------
    longest : float
        In handovers; 0 when nobody talks with anybody.
    cut_off : float
        Share of pairs, 0..1.
    """
    people = len(links)
    if people < 2:
        return 0.0, 0.0
    # Whom each can reach, one bit for each person: a step takes over what all neighbours reach.
    bits = np.eye(people, -(-people // 64) * 64, dtype=bool)
    reached = np.packbits(bits, axis=1).view(np.uint64)
    of, to = np.nonzero(links | np.eye(people, dtype=bool))
    first = np.searchsorted(of, np.arange(people))
    longest = 0
    while True:
        further = np.bitwise_or.reduceat(reached[to], first, axis=0)
        if (further == reached).all():
            break
        reached, longest = further, longest + 1
    pairs = int(np.unpackbits(reached.view(np.uint8)).sum()) - people
    return float(longest), float(1 - pairs / (people * (people - 1)))


if __name__ == "__main__":
    from thousandfold.datasets import load
    from thousandfold.demonstration import demonstrate

    demonstrate(Squads(), growth_picture(load("project_growth"), "terraform", "rails"))
