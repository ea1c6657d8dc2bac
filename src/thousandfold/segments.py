"""Users who want different things: averages, ideal points, choices, mixes, rarely used features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thousandfold.core import SEED, Array, Model, Quantity, number, quantity
from thousandfold.errors import ExplainedError

if TYPE_CHECKING:
    import pandas as pd

    from thousandfold.plotting import Picture

_DANIELS = "Daniels 1952, The 'Average Man'?, as told in Rose 2016, The End of Average"
_PENDO = "Pendo 2019, Feature Adoption Report: 12 % of features had 80 % of clicks; our calculation"

FIRST, LAST = 1e3, 1e6
"""The market on the way: from a thousand users to a million."""

_SIZES = np.geomspace(FIRST, LAST, 31)
_PLACES = np.linspace(0, 1, 201)
_MOST_STEPS = 50
_LEAST_CURVATURE = 1e-7


@dataclass(frozen=True)
class AverageUser(Model):
    """How many people are average in everything that counts.

    Average in one way means: among the `middle` share of all. If the ways have nothing to do with
    each other, ``middle ** ways`` of the people are average in all of them. If each pair of ways
    has the same correlation, it is::

        share = E[P(|sqrt(correlation) * g + sqrt(1 - correlation) * e| < z given g) ** ways]

    with g and e standard normal, and z the limit that holds the `middle` share of all.

    It leaves out: ways that are not normally distributed, and pairs of ways that differ in their
    correlation.

    Examples
    --------
    >>> pilots = AverageUser()
    >>> round(float(pilots.expected(3))), round(float(pilots.expected(10)), 2)
    (133, 0.1)
    """

    people: float = quantity(
        4063, "people", "how many are measured", low=1, high=1e5, whole=True, source=_DANIELS
    )
    ways: float = quantity(
        10, "ways", "in how many ways they differ", low=1, high=50, whole=True, source=_DANIELS
    )
    middle: float = quantity(
        0.3,
        "share of people",
        "how many count as average in one way",
        low=0.01,
        high=0.99,
        source=_DANIELS,
    )
    correlation: float = quantity(
        0.4, "correlation", "how much one way tells about another", low=0, high=0.99
    )

    def share(self, ways: ArrayLike | None = None) -> Array:
        """Return the share of people who are average in that many ways, shape as `ways`."""
        from scipy.special import ndtr, ndtri

        k = np.asarray(self.ways if ways is None else ways, dtype=float)
        limit, common = ndtri(0.5 + self.middle / 2), np.linspace(-8, 8, 4001)
        weight = np.exp(-(common**2) / 2)
        shift, rest = np.sqrt(self.correlation) * common, np.sqrt(1 - self.correlation)
        inside = ndtr((limit - shift) / rest) - ndtr((-limit - shift) / rest)
        return np.asarray((inside ** k[..., np.newaxis] * weight).sum(axis=-1) / weight.sum())

    def expected(self, ways: ArrayLike | None = None) -> Array:
        """Return how many people are average in that many ways, shape as `ways`."""
        return np.asarray(self.people * self.share(ways))

    @property
    def nobody(self) -> float:
        """Chance that nobody at all is average in every way."""
        return float((1 - self.share()) ** self.people)

    def measured(self, seed: int = SEED) -> Array:
        """Draw a crowd, measure it, and count who is average in the first 1, 2, 3, ... ways.

        Parameters
        ----------
        seed : int
            The same seed draws the same crowd.

        Returns
        -------
        array, shape (ways,)
        """
        generator = np.random.default_rng(seed)
        common = generator.standard_normal((int(self.people), 1))
        own = generator.standard_normal((int(self.people), int(self.ways)))
        size = np.abs(np.sqrt(self.correlation) * common + np.sqrt(1 - self.correlation) * own)
        average = size <= np.quantile(size, self.middle, axis=0)
        return np.asarray(np.logical_and.accumulate(average, axis=1).sum(axis=0), dtype=float)

    def picture(self, of: str | None = None) -> Picture:
        """Return how many people are still average as more ways are looked at."""
        from thousandfold.plotting import Picture, Series

        ways = np.arange(1, int(self.ways) + 1)
        apart, here = self.replace(correlation=0).expected(ways), self.expected(ways)
        crowd = self.measured()
        found = crowd > 0
        return Picture(
            (
                Series(f"correlation {self.correlation:g}", ways, here),
                Series("no correlation", ways, apart),
                Series("one person", ways, np.ones(len(ways))),
                Series("one simulated crowd", ways[found], crowd[found], points=True, mark=4),
            ),
            "ways looked at",
            f"average in all of them (people of {self.people:,.0f})",
            f"Of {number(self.people)} people, {number(here[0])} are average in one way and "
            f"{number(here[-1])} in {len(ways)} ways, if the correlation is {self.correlation:g}; "
            f"{number(apart[-1])} if there is none. The chance that nobody is: "
            f"{100 * self.nobody:.0f} %.",
            log_y=True,
        )


@dataclass(frozen=True)
class TwoSegments(Model):
    """One product or two editions for casual users, who want it simple, and power users.

    A casual user's ideal product has depth 0, a power user's depth 1. Each chooses between the
    product and staying with what they have (a logit choice: ``1 / (1 + exp(-appeal))``)::

        appeal to casual users = pull * sqrt(onboarding)     - conflict * depth**2       - inertia
        appeal to power users  = pull * sqrt(1 - onboarding) - conflict * (1 - depth)**2 - inertia

    Every step towards power users takes an easier start away from casual users. From `split` users
    on there are two editions, one at each ideal. They cost `second` a month, and `twice` of the
    team's work is lost by doing things twice. On the way from 1,000 to 1,000,000 users the share
    of power users moves from `power_first` to `power_last`, by the same step in each tenfold.

    It leaves out: rivals, moving from one edition to the other, and the time it takes to
    move a product.

    Examples
    --------
    >>> TwoSegments().break_even
    9204.0
    """

    depth: float = quantity(
        0.5, "0 simple to 1 deep", "where the one product stands", low=0, high=1
    )
    onboarding: float = quantity(
        0.5,
        "share of the team's work",
        "work on an easy start; the rest makes it deeper",
        low=0,
        high=1,
    )
    split: float = quantity(
        2e6, "users", "from where on there are two editions; above 1e6 never", low=1, high=2e6
    )
    power_first: float = quantity(
        0.02, "share of users", "power users in a market of 1,000", low=0, high=1
    )
    power_last: float = quantity(
        0.3, "share of users", "power users in a market of 1,000,000", low=0, high=1
    )
    conflict: float = quantity(
        4, "appeal", "what a user loses at the other segment's ideal", low=0, high=10
    )
    pull: float = quantity(2.5, "appeal", "what all the team's work adds", low=0, high=10)
    inertia: float = quantity(0.5, "appeal", "pull of what users have today", low=-5, high=5)
    fee_casual: float = quantity(20, "dollars a month", "what a casual user pays", low=0, high=200)
    fee_power: float = quantity(200, "dollars a month", "what a power user pays", low=0, high=2000)
    second: float = quantity(
        60_000, "dollars a month", "cost of keeping a second edition", low=0, high=500_000
    )
    twice: float = quantity(
        0.3, "share of the team's work", "lost by doing things twice", low=0, high=1
    )

    def power(self, users: ArrayLike) -> Array:
        """Return the share of power users in a market of that size, shape as `users`."""
        way = np.log(np.asarray(users, dtype=float) / FIRST) / np.log(LAST / FIRST)
        return np.asarray(
            self.power_first + (self.power_last - self.power_first) * np.clip(way, 0, 1)
        )

    def _appeal(self, depth: ArrayLike, work: float) -> tuple[Array, Array]:
        place = np.asarray(depth, dtype=float)
        eased = self.pull * np.sqrt(work * self.onboarding) - self.inertia
        deepened = self.pull * np.sqrt(work * (1 - self.onboarding)) - self.inertia
        return (
            np.asarray(eased - self.conflict * place**2),
            np.asarray(deepened - self.conflict * (1 - place) ** 2),
        )

    def uptake(self, depth: ArrayLike | None = None) -> tuple[Array, Array]:
        """Return the shares of casual and of power users who choose the one product.

        Parameters
        ----------
        depth : array_like, optional
            Where it stands; the model's own depth by default.
        """
        casual, power = self._appeal(self.depth if depth is None else depth, work=1)
        return 1 / (1 + np.exp(-casual)), 1 / (1 + np.exp(-power))

    def uptake_of_two(self) -> tuple[float, float]:
        """Return the shares of casual and of power users who choose either of two editions."""
        appeals = np.exp([self._appeal(ideal, 1 - self.twice) for ideal in (0, 1)]).sum(axis=0)
        casual, power = appeals / (1 + appeals)
        return float(casual), float(power)

    def _per_user(self, users: ArrayLike, casual: ArrayLike, power: ArrayLike) -> Array:
        share = self.power(users)
        return np.asarray(
            (1 - share) * np.asarray(casual) * self.fee_casual
            + share * np.asarray(power) * self.fee_power
        )

    def one_product(self, users: ArrayLike, depth: ArrayLike | None = None) -> Array:
        """Return what one product earns, in dollars a month for each user in the market.

        Parameters
        ----------
        users : array_like
            Size of the market.
        depth : array_like, optional
            Where the product stands; the model's own depth by default.
        """
        return self._per_user(users, *self.uptake(depth))

    def two_editions(self, users: ArrayLike) -> Array:
        """Return what two editions earn, less the second one's cost, in the same unit."""
        cost = self.second / np.asarray(users, dtype=float)
        return self._per_user(users, *self.uptake_of_two()) - cost

    def earned(self, users: ArrayLike) -> Array:
        """Return what this plan earns: one product below `split` users, two editions from there."""
        early = np.asarray(users, dtype=float) < self.split
        return np.where(early, self.one_product(users), self.two_editions(users))

    def served(self) -> pd.DataFrame:
        """Return how many of each segment choose the one product, and either of two editions."""
        import pandas as pd

        return pd.DataFrame(
            {"one product": map(float, self.uptake()), "two editions": self.uptake_of_two()},
            index=["casual users", "power users"],
        ).round(2)

    def in_mixes(self, power_last: Sequence[float]) -> pd.DataFrame:
        """Return what the plan earns on the whole way, for each share of power users at its end.

        Examples
        --------
        >>> TwoSegments(split=50_000).in_mixes([0.1, 0.5])["earned"].round(1).tolist()
        [19.9, 44.4]
        """
        import pandas as pd

        earned = [self.replace(power_last=float(share)).score() for share in power_last]
        rows = [f"{share:.0%} power users at 1,000,000" for share in power_last]
        return pd.DataFrame({"earned": earned}, index=rows)

    def score(self) -> float:
        """Return what the plan earns on the whole way, each doubling of the market counted alike.

        The mean of `earned` over 31 markets from 1,000 to 1,000,000 users in equal ratios, in
        dollars a month for each user in the market.
        """
        return float(self.earned(_SIZES).mean())

    def best_depth(self, users: float) -> float:
        """Return where one product earns most in a market of that size."""
        return float(_PLACES[self.one_product(users, _PLACES).argmax()])

    @property
    def break_even(self) -> float:
        """Market from which two editions earn more than the one product; infinite if none does."""
        sizes = np.geomspace(FIRST, LAST, 3001)
        better = self.two_editions(sizes) > self.one_product(sizes)
        return float(round(sizes[better.argmax()])) if better.any() else float("inf")

    def picture(self, of: str | None = None) -> Picture:
        """Return earnings against the size of the market, or against depth.

        Parameters
        ----------
        of : str, optional
            ``"depth"`` for one product at each depth, in three markets; ``"editions"`` for one
            product against two editions alone, without the plan that goes from one to the other.
        """
        from thousandfold.plotting import Picture, Series

        unit = "earned (dollars a month per user)"
        if of == "depth":
            markets = (FIRST, np.sqrt(FIRST * LAST), LAST)
            best = [self.best_depth(users) for users in markets]
            return Picture(
                tuple(
                    Series(f"{users:,.0f} users", _PLACES, self.one_product(users, _PLACES))
                    for users in markets
                ),
                "depth of the one product (0 simple to 1 deep)",
                unit,
                f"What one product earns at each depth, if {self.conflict:g} is lost at the other "
                f"ideal. It earns most at depth {best[0]:.2f} in a market of {FIRST:,.0f} users, "
                f"at {best[1]:.2f} with {markets[1]:,.0f}, at {best[2]:.2f} with {LAST:,.0f}.",
            )
        one, two, plan = self.one_product(_SIZES), self.two_editions(_SIZES), self.earned(_SIZES)
        worth = (two > 0) | (two.max() <= 0)
        crossing = self.break_even
        says = (
            f"They cross at {number(crossing)} users."
            if np.isfinite(crossing)
            else "They do not cross."
        )
        series = [
            Series("one product", _SIZES, one),
            Series("two editions, less their cost", _SIZES[worth], two[worth]),
        ]
        if of != "editions":
            series.append(Series("this plan", _SIZES, plan))
            says += f" On the whole way this plan earns {number(self.score())}."
        return Picture(
            tuple(series),
            "market (users)",
            unit,
            f"Earned a month per user in the market: one product at depth {self.depth:g} "
            f"{number(one[0])} dollars with 1,000 users and {number(one[-1])} with 1,000,000; two "
            f"editions {number(two[0])} and {number(two[-1])}. {says}",
            log_x=True,
        )


@dataclass(frozen=True)
class ChoiceFit:
    """What people's choices say about what they care for.

    Attributes
    ----------
    names : tuple of str
        What was measured, and each option that has a pull of its own.
    weights : tuple of float
        Appeal that one unit adds.
    errors : tuple of float
        Standard error of each weight.
    log_likelihood : float
        Higher is better; 0 would be every choice foreseen with certainty.
    people : int
        How many choices were fitted.
    """

    names: tuple[str, ...]
    weights: tuple[float, ...]
    errors: tuple[float, ...]
    log_likelihood: float
    people: int

    def table(self) -> pd.DataFrame:
        """Return one row per name: weight, standard error, and their ratio z."""
        import pandas as pd

        weights, errors = np.array(self.weights), np.array(self.errors)
        columns = {"weight": weights, "error": errors, "z": weights / errors}
        return pd.DataFrame(columns, index=list(self.names))

    def worth(self, name: str, price: str) -> float:
        """Return how much of `price` people give up for one unit of `name` less.

        Raises
        ------
        ExplainedError
            If a name is not one of the fit's.
        """
        for wanted in (name, price):
            if wanted not in self.names:
                raise ExplainedError(f"the fit has no {wanted!r}; it has {', '.join(self.names)}")
        return self.weights[self.names.index(name)] / self.weights[self.names.index(price)]


def choice_shares(appeal: ArrayLike) -> Array:
    """Return how a crowd divides over options: ``exp(appeal) / sum of exp(appeal)``.

    Parameters
    ----------
    appeal : array_like, shape (..., options)

    Returns
    -------
    array
        Shares of the last axis, which sum to 1.

    Examples
    --------
    >>> choice_shares([0, 0, 0.693147]).round(2).tolist()
    [0.25, 0.25, 0.5]
    """
    u = np.asarray(appeal, dtype=float)
    odds = np.exp(u - u.max(axis=-1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=-1, keepdims=True))


def fit_choices(table: pd.DataFrame, *measured: str, base: str | None = None) -> ChoiceFit:
    """Find the weights under which the choices that people made are most likely.

    A conditional logit: the appeal of an option is the sum of weight times measure, and the crowd
    divides as in `choice_shares`. Fitted by maximum likelihood (Newton's method).

    It leaves out: that people differ in their weights, and that two options may be more alike than
    others (a red and a blue bus).

    Parameters
    ----------
    table : pandas.DataFrame
        One row per person and option, with the columns ``person``, ``option`` and ``chosen`` (1
        for the option taken, else 0), and what was measured. Like the data set ``travel_choice``.
    *measured : str
        Columns that the appeal depends on.
    base : str, optional
        If given, every other option also has a pull of its own, compared with this one.

    Returns
    -------
    ChoiceFit

    Raises
    ------
    ExplainedError
        If a column or option is missing, people have different options or not one choice each, or
        the weights cannot be told apart.

    Examples
    --------
    >>> from thousandfold.datasets import load
    >>> fit = fit_choices(load("travel_choice"), "cost", "travel", "wait", base="car")
    >>> round(fit.worth("travel", "cost") * 60)
    17
    """
    attributes, chosen, names = _arranged(table, measured, base)
    people = len(chosen)
    # In units of their own spread the measures are alike in size, and Newton's steps are safe.
    spread = (attributes - attributes.mean(axis=1, keepdims=True)).std(axis=(0, 1))
    still = [name for name, width in zip(names, spread, strict=True) if width == 0]
    if still:
        raise ExplainedError(
            f"{still[0]} is the same for all options of each person, so it cannot explain a choice"
        )
    x = attributes / spread
    taken = x[np.arange(people), chosen]
    weights = np.zeros(x.shape[-1])
    for _ in range(_MOST_STEPS):
        shares = choice_shares(x @ weights)
        gap = x - np.einsum("po,poa->pa", shares, x)[:, np.newaxis]
        slope = (taken - np.einsum("po,poa->pa", shares, x)).sum(axis=0)
        curvature = np.einsum("po,poa,pob->ab", shares, gap, gap)
        # Flat in some direction: one measure follows from others, or decides every choice alone.
        if np.linalg.eigvalsh(curvature)[0] < _LEAST_CURVATURE * people:
            break
        step = np.linalg.solve(curvature, slope)
        weights = weights + step
        if slope @ step < 1e-10:
            errors = np.sqrt(np.diag(np.linalg.inv(curvature))) / spread
            likely = np.log(shares[np.arange(people), chosen]).sum()
            return ChoiceFit(
                names,
                tuple((weights / spread).tolist()),
                tuple(errors.tolist()),
                float(likely),
                people,
            )
    raise ExplainedError(
        f"the weights of {', '.join(names)} cannot be told apart from {people} choices: leave one "
        "out that follows from the others or that decides every choice alone, or add people"
    )


def _arranged(
    table: pd.DataFrame, measured: Sequence[str], base: str | None
) -> tuple[Array, NDArray[np.int_], tuple[str, ...]]:
    """Measures, shape (people, options, names), the number of the option taken, and the names."""
    for column in ("person", "option", "chosen", *measured):
        if column not in table:
            raise ExplainedError(
                f"the table of choices has no column {column!r}; it has {', '.join(table.columns)}"
            )
    rows = table.sort_values(["person", "option"], kind="stable")
    options = rows["option"].unique()
    people = rows["person"].nunique()
    offered = rows["option"].to_numpy()
    if len(rows) != people * len(options) or (offered != np.tile(options, people)).any():
        raise ExplainedError(
            f"every person needs one row for each of the options {', '.join(map(str, options))}"
        )
    taken = rows["chosen"].to_numpy(dtype=float).reshape(people, len(options))
    if not np.isin(taken, (0, 1)).all() or (taken.sum(axis=1) != 1).any():
        raise ExplainedError("every person takes one option: chosen is 1 once per person, else 0")
    own = [] if base is None else [option for option in options if option != base]
    if len(own) == len(options):
        raise ExplainedError(
            f"there is no option {base!r} to compare with; there are {', '.join(options)}"
        )
    columns = [rows[column].to_numpy(dtype=float) for column in measured]
    columns += [(offered == option).astype(float) for option in own]
    if not columns:
        raise ExplainedError("name what was measured, or the option to compare the others with")
    x = np.stack(columns, axis=-1).reshape(people, len(options), -1)
    return x, taken.argmax(axis=1), (*measured, *own)


@dataclass(frozen=True)
class MixShift(Model):
    """A metric that falls for everybody together while it rises in each segment.

    ::

        rate of all = (1 - power) * rate of casual users + power * rate of power users

    A launch that improves both rates, and brings more of the segment with the lower one, moves
    the rate of all by the sum of a rate effect and a mix effect. Simpson's reversal: the
    second is negative and larger than the first.

    It leaves out: luck in the counts, and other differences between the users before and after.

    Examples
    --------
    >>> launch = MixShift()
    >>> round(launch.before, 3), round(launch.after, 3), round(launch.mix_effect, 3)
    (0.565, 0.482, -0.123)
    """

    power_before: float = quantity(
        0.1, "share of new users", "power users before the launch", low=0, high=1
    )
    power_after: float = quantity(
        0.45, "share of new users", "power users after the launch", low=0, high=1
    )
    casual_rate_before: float = quantity(
        0.6, "share of casual users", "active after a week, before", low=0, high=1
    )
    casual_rate_after: float = quantity(
        0.63, "share of casual users", "active after a week, after", low=0, high=1
    )
    power_rate_before: float = quantity(
        0.25, "share of power users", "active after a week, before", low=0, high=1
    )
    power_rate_after: float = quantity(
        0.3, "share of power users", "active after a week, after", low=0, high=1
    )

    def rate_before(self, power: ArrayLike) -> Array:
        """Return the rate of all before the launch, at any share of power users."""
        share = np.asarray(power, dtype=float)
        return (1 - share) * self.casual_rate_before + share * self.power_rate_before

    def rate_after(self, power: ArrayLike) -> Array:
        """Return the rate of all after the launch, at any share of power users."""
        share = np.asarray(power, dtype=float)
        return (1 - share) * self.casual_rate_after + share * self.power_rate_after

    @property
    def before(self) -> float:
        """Rate of all that was measured before."""
        return float(self.rate_before(self.power_before))

    @property
    def after(self) -> float:
        """Rate of all that was measured after."""
        return float(self.rate_after(self.power_after))

    @property
    def mix_effect(self) -> float:
        """What the new mix alone would have done to the rate of all."""
        return float(self.rate_before(self.power_after)) - self.before

    @property
    def rate_effect(self) -> float:
        """What the new rates did in the new mix."""
        return self.after - float(self.rate_before(self.power_after))

    @property
    def reversal(self) -> bool:
        """Whether the rate of all moved against the rate of both segments."""
        moves = np.sign(
            [
                self.casual_rate_after - self.casual_rate_before,
                self.power_rate_after - self.power_rate_before,
                self.before - self.after,
            ]
        )
        return bool(moves[0] == moves[1] == moves[2] != 0)

    def picture(self, of: str | None = None) -> Picture:
        """Return the rate of all against the mix, and the two points that were measured."""
        from thousandfold.plotting import Picture, Series

        power = np.linspace(0, 1, 21)
        return Picture(
            (
                Series("before the launch", power, self.rate_before(power)),
                Series("after the launch", power, self.rate_after(power)),
                Series(
                    "what the dashboard shows",
                    [self.power_before, self.power_after],
                    [self.before, self.after],
                    mark=4,
                ),
            ),
            "power users (share of new users)",
            "active after a week (share of new users)",
            f"The rate of all goes from {self.before:.3f} to {self.after:.3f}. Casual users go "
            f"from {self.casual_rate_before:g} to {self.casual_rate_after:g}, power users from "
            f"{self.power_rate_before:g} to {self.power_rate_after:g}. The new mix alone moves "
            f"the rate of all by {self.mix_effect:+.3f}, the new rates by {self.rate_effect:+.3f}.",
        )


def rates_by_segment(
    table: pd.DataFrame, group: str, segment: str, count: str, among: str
) -> pd.DataFrame:
    """Compare a rate between groups: in each segment, in all, and in all at the same mix.

    The last row gives every group the mix of segments of all groups together: what is left of the
    difference when the mix is not part of it.

    Parameters
    ----------
    table : pandas.DataFrame
        One row per group and segment.
    group, segment : str
        Columns that say who, and in which segment.
    count, among : str
        Columns of counts: how many of how many.

    Returns
    -------
    pandas.DataFrame
        One column per group; one row per segment, then ``all`` and ``all, same mix``.

    Raises
    ------
    ExplainedError
        If a column is missing, a group has nobody in a segment, or a count is larger than what it
        is among.

    Examples
    --------
    >>> from thousandfold.datasets import load
    >>> rates = rates_by_segment(
    ...     load("admissions"), "gender", "department", "admitted", "applicants"
    ... )
    >>> rates.loc[["all", "all, same mix"]].round(2).values.tolist()
    [[0.45, 0.3], [0.39, 0.43]]
    """
    for column in (group, segment, count, among):
        if column not in table:
            raise ExplainedError(
                f"the table has no column {column!r}; it has {', '.join(table.columns)}"
            )
    hits, total = (
        table.pivot_table(column, index=segment, columns=group, aggfunc="sum")
        for column in (count, among)
    )
    if not (total > 0).to_numpy().all():
        raise ExplainedError(
            f"every {group} needs somebody in every {segment}: without them there is no rate"
        )
    if (hits > total).to_numpy().any() or (hits < 0).to_numpy().any():
        raise ExplainedError(f"{count} must lie between 0 and {among} in every row")
    rates = hits / total
    mix = total.T.sum() / total.to_numpy().sum()
    overall, same_mix = hits.sum() / total.sum(), rates.mul(mix, axis=0).sum()
    rates.loc["all"], rates.loc["all, same mix"] = overall, same_mix
    return rates


@dataclass(frozen=True)
class FeatureUse(Model):
    """How unevenly a product's features are used: a few have most of the clicks.

    ::

        clicks on the feature of rank r = r ** -exponent, as a share of all clicks

    (Zipf's law.) It leaves out: what a click is worth. A feature with few clicks may be the one
    reason why a power user pays.

    Examples
    --------
    >>> FeatureUse().clicks_of_top([0.12, 0.2, 0.5]).round(2).tolist()
    [0.8, 0.86, 0.95]
    """

    features: float = quantity(
        100, "features", "how many the product has", low=2, high=1000, whole=True
    )
    exponent: float = quantity(
        1.376, "power", "0 when all are used alike", low=0, high=5, source=_PENDO
    )

    @property
    def clicks(self) -> Array:
        """Share of the clicks of each feature, the most used first, shape (features,)."""
        return choice_shares(-self.exponent * np.log(np.arange(1, int(self.features) + 1)))

    def _curve(self) -> tuple[Array, Array]:
        """Shares of the features and of the clicks, both summed up from the most used."""
        summed = np.concatenate([[0], np.cumsum(self.clicks)])
        return np.linspace(0, 1, len(summed)), summed

    def clicks_of_top(self, share: ArrayLike) -> Array:
        """Return the share of clicks of the most used share of features, shape as `share`.

        Raises
        ------
        ExplainedError
            If a share does not lie in 0..1.
        """
        return np.asarray(np.interp(_shares("share", share), *self._curve()))

    def features_for(self, clicks: ArrayLike) -> Array:
        """Return the smallest share of the features that has that share of all clicks."""
        features, summed = self._curve()
        return np.asarray(np.interp(_shares("clicks", clicks), summed, features))

    def fitted_to(self, top: float, clicks: float) -> FeatureUse:
        """Return the model in which the `top` share of features has that share of the clicks.

        Raises
        ------
        ExplainedError
            If no exponent does it: the most used features have at least their share of clicks.
        """
        from scipy.optimize import brentq

        _shares("top", top)
        _shares("clicks", clicks)

        def gap(exponent: float) -> float:
            return float(self.replace(exponent=exponent).clicks_of_top(top)) - clicks

        low, high = self.quantities()["exponent"].low, self.quantities()["exponent"].high
        if gap(low) * gap(high) > 0:
            raise ExplainedError(
                f"with {self.features:g} features the top {top:g} cannot have {clicks:g} of the "
                f"clicks: it has between {gap(low) + clicks:.2g} and {gap(high) + clicks:.2g}"
            )
        return self.replace(exponent=brentq(gap, low, high, xtol=1e-10))

    def picture(self, of: str | None = None) -> Picture:
        """Return the share of clicks against the share of features, the most used first."""
        from thousandfold.plotting import Picture, Series

        features, clicks = self._curve()
        eighty = float(self.features_for(0.8))
        return Picture(
            (
                Series("this product", features, clicks),
                Series("if all were used alike", features, features),
            ),
            "features (share, the most used first)",
            "clicks (share of all)",
            f"Of {self.features:,.0f} features, the most used {100 * eighty:.0f} % have 80 % of "
            f"the clicks, and the less used half has "
            f"{100 * (1 - float(self.clicks_of_top(0.5))):.0f} %.",
        )


def _shares(name: str, value: ArrayLike) -> Array:
    """Refuse what is no share."""
    Quantity(0, "share", name, 0, 1).check(name, value)
    return np.asarray(value, dtype=float)


if __name__ == "__main__":
    from thousandfold.demonstration import demonstrate

    plan = TwoSegments(depth=0.4, onboarding=0.3, split=15_000)
    demonstrate(
        TwoSegments(),
        plan.picture(),
        plan.picture("depth"),
        AverageUser(),
        MixShift(),
        FeatureUse(),
    )
