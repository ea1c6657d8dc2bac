"""One product for two kinds of users, or two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import Array, Model, Pictures, numbers, quantity, single
from thousandfold.models.edition_pictures import (
    bill_picture,
    depth_picture,
    earned_picture,
    hills_picture,
)
from thousandfold.picture import Picture

if TYPE_CHECKING:
    import pandas as pd


_FIRST, _MIDDLE, _LAST = 1e3, 3e4, 1e6
"""The market on the way: from a thousand users to a million."""

_SIZES = np.geomspace(_FIRST, _LAST, 31)
_FINE = np.geomspace(_FIRST, _LAST, 3001)
_PLACES = np.linspace(0, 1, 201)
_GOAL, _DEAREST = 10_000, 200_000
# The hills go on a little beyond both ideals, so that each is seen to have a top.
_WIDE = np.linspace(-0.3, 1.3, 161)


@dataclass(frozen=True)
class TwoSegments(Model):
    """One product or two editions for casual users, who want it simple, and power users.

    A casual user's ideal product has depth 0, a power user's depth 1. Each chooses between the
    product and staying with what they have (a logit choice: ``1 / (1 + exp(-appeal))``)::

        appeal to casual users = pull * sqrt(onboarding)     - conflict * depth**2       - inertia
        appeal to power users  = pull * sqrt(1 - onboarding) - conflict * (1 - depth)**2 - inertia

    Every step towards power users takes an easier start away from casual users. From `split` users
    on there are two editions, one at each ideal. They cost `second` a month, and `twice` of the
    team's work is lost by doing things twice. At `own_chance` 1 each edition is a chance of its own
    to be chosen (a logit); below it less so (a nested logit), and at 0 a user weighs only the
    better one. On the way from 1,000 to 1,000,000 users the share
    of power users moves from `power_first` to `power_last`, by the same step in each tenfold.

    It leaves out: rivals, moving from one edition to the other, and the time it takes to
    move a product.

    Examples
    --------
    >>> TwoSegments().break_even
    9204.0
    """

    depth: float = quantity(
        0.5, "0 simple to 1 deep", "where the one product stands", low=0, high=1, decision=True
    )
    onboarding: float = quantity(
        0.5,
        "share of the team's work",
        "work on an easy start; the rest makes it deeper",
        low=0,
        high=1,
        decision=True,
    )
    split: float = quantity(
        2e6,
        "users",
        "from where on there are two editions; above 1e6 never",
        low=1,
        high=2e6,
        decision=True,
    )
    power_first: float = quantity(
        0.02,
        "share of users",
        "power users in a market of 1,000",
        low=0,
        high=1,
        plausible=(0.005, 0.2),
        because="at one in 200 a small company would know them by name; above a fifth they "
        "are no exception",
    )
    power_last: float = quantity(
        0.3,
        "share of users",
        "power users in a market of 1,000,000",
        low=0,
        high=1,
        plausible=(0.1, 0.6),
        because="below a tenth nobody would argue about them; above 0.6 casual users are "
        "the exception",
    )
    conflict: float = quantity(
        4,
        "appeal",
        "what a user loses at the other segment's ideal",
        low=0,
        high=10,
        plausible=(1, 7),
        because="of 100 who choose their ideal the other ideal keeps some 70 at 1, where "
        "nobody would quarrel, and hardly one at 7",
    )
    pull: float = quantity(
        2.5,
        "appeal",
        "what all the team's work adds",
        low=0,
        high=10,
        plausible=(1, 4),
        because="with all the work 62 of 100 would choose their ideal at 1, and 97 at 4",
    )
    inertia: float = quantity(
        0.5,
        "appeal",
        "pull of what users have today",
        low=-5,
        high=5,
        plausible=(0, 2),
        because="a product with no work in it wins at most half, and at 2 still one in eight",
    )
    fee_casual: float = quantity(
        20, "dollars a month", "what a casual user pays", low=0, high=200, decision=True
    )
    fee_power: float = quantity(
        200, "dollars a month", "what a power user pays", low=0, high=2000, decision=True
    )
    second: float = quantity(
        60_000,
        "dollars a month",
        "cost of keeping a second edition",
        low=0,
        high=500_000,
        plausible=(15_000, 250_000),
        because="an edition is kept by one person at least; twenty people, at some 12,500 "
        "dollars a month each, would be a company of its own",
    )
    twice: float = quantity(
        0.3,
        "share of the team's work",
        "lost by doing things twice",
        low=0,
        high=1,
        plausible=(0.1, 0.5),
        because="a good common core still leaves a tenth; at a half everything is done twice",
    )
    own_chance: float = quantity(
        1,
        "share",
        "how far each edition is a chance of its own",
        low=0,
        high=1,
        plausible=(0, 1),
        because="at 0 a user weighs only the better edition, at 1 both; nobody measured which",
    )

    def power(self, users: ArrayLike) -> Array:
        """Return the share of power users in a market of that size, shape as `users`."""
        way = np.log(numbers("users", users, 1) / _FIRST) / np.log(_LAST / _FIRST)
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
        # A little beyond: who adds up shares of depth ends a hair above 1.
        place = numbers("depth", self.depth if depth is None else depth, 0, 1 + 1e-9)
        casual, power = self._appeal(place, work=1)
        return 1 / (1 + np.exp(-casual)), 1 / (1 + np.exp(-power))

    def uptake_of_two(self) -> tuple[float, float]:
        """Return the shares of casual and of power users who choose either of two editions."""
        casual, power = self._uptake_of_each().sum(axis=0)
        return float(casual), float(power)

    def _uptake_of_each(self) -> Array:
        """Return what each edition wins of each segment, shape (editions, segments)."""
        scale = max(self.own_chance, 1e-6)
        appeals = np.array([self._appeal(ideal, 1 - self.twice) for ideal in (0, 1)]) / scale
        both = np.logaddexp.reduce(appeals, axis=0)
        return np.asarray(np.exp(appeals - both) / (1 + np.exp(-scale * both)))

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
        """Return what two editions earn at `users`, less the second's cost, in the same unit."""
        cost = self.second / numbers("users", users, 1)
        return self._per_user(users, *self.uptake_of_two()) - cost

    def lead(self, users: ArrayLike) -> Array:
        """Return what two editions earn more than the best one product, at `users`."""
        size = numbers("users", users, 1)
        one = self.one_product(size[..., np.newaxis], _PLACES).max(axis=-1)
        return np.asarray(self.two_editions(size) - one)

    def earned(self, users: ArrayLike) -> Array:
        """Return what this plan earns at `users`: one product below `split`, two editions above."""
        early = numbers("users", users, 1) < self.split
        return np.where(early, self.one_product(users), self.two_editions(users))

    def served(self) -> pd.DataFrame:
        """Return how many of each segment choose the one product, and either of two editions."""
        import pandas as pd

        return pd.DataFrame(
            {"one product": map(float, self.uptake()), "two editions": self.uptake_of_two()},
            index=["casual users", "power users"],
        ).round(2)

    def in_mixes(self, power_last: Sequence[float]) -> pd.DataFrame:
        """Return what the plan earns on the whole way, by share `power_last` at its end.

        Examples
        --------
        >>> TwoSegments(split=50_000).in_mixes([0.1, 0.5])["earned"].round(1).tolist()
        [19.9, 44.4]
        """
        import pandas as pd

        shares = np.ravel(self.quantities()["power_last"].check("power_last", power_last)).tolist()
        earned = [self.replace(power_last=share).score() for share in shares]
        rows = [f"{100 * share:.0f} % power users at 1,000,000" for share in shares]
        return pd.DataFrame({"earned": earned}, index=rows)

    def score(self) -> float:
        """Return the mean of `earned` on the way to a million, each doubling counted alike."""
        return float(self.earned(_SIZES).mean())

    def best_depth(self, users: float) -> float:
        """Return where one product earns most in a market of `users`."""
        users = single("users", users, 1)
        return float(_PLACES[self.one_product(users, _PLACES).argmax()])

    @property
    def break_even(self) -> float:
        """Market from which two editions earn more than the one product; infinite if none does."""
        better = self.two_editions(_FINE) > self.one_product(_FINE)
        return float(round(_FINE[better.argmax()])) if better.any() else float("inf")

    def pictures(self) -> Pictures:
        """Return what is earned with and without the plan, at each depth, by bill, and who is won.

        ``"editions"`` leaves the plan out; ``"depth"`` shows three markets, ``"hills"`` a million.
        """
        return {
            "plan": lambda: self._earned_picture(self.earned(_SIZES)),
            "editions": self._earned_picture,
            "depth": self._depth_picture,
            "bill": self._bill_picture,
            "hills": self._hills_picture,
        }

    def _earned_picture(self, plan: Array | None = None) -> Picture:
        return earned_picture(
            _SIZES,
            self.one_product(_SIZES),
            self.two_editions(_SIZES),
            plan,
            depth=self.depth,
            crossing=self.break_even,
        )

    def lasts(self, second: ArrayLike) -> Array:
        """Return the market up to which one product earns more, by a second edition's cost.

        Infinite where two editions never earn more; shape (n,), as many as `second` has.
        """
        return self._lasts(second, self.depth)

    def best_lasts(self, second: ArrayLike) -> Array:
        """Return the same for a product at the depth that lasts longest at the bill `second`."""
        return self._lasts(second, _PLACES)

    def _lasts(self, second: ArrayLike, places: ArrayLike) -> Array:
        bills = np.ravel(self.quantities()["second"].check("second", second))
        won = self._won_by_two(places).T
        first = np.array([np.searchsorted(each, bills, side="right") for each in won])
        return np.asarray(np.append(_FINE, np.inf)[first].max(axis=0))

    def bill_to_last(self, users: float) -> float:
        """Return the cost of a second edition at which the best one product lasts to `users`."""
        last = np.searchsorted(_FINE, single("users", users, _FIRST, _LAST))
        return float(self._won_by_two(_PLACES)[last].min())

    def _won_by_two(self, depth: ArrayLike) -> Array:
        """Return what two editions earn more before their bill, at most up to each market."""
        sizes, places = _FINE[:, np.newaxis], np.ravel(depth)
        free = self.replace(second=0).two_editions(sizes)
        return np.asarray(
            np.maximum.accumulate(sizes * (free - self.one_product(sizes, places)), axis=0)
        )

    def _bill_picture(self) -> Picture:
        bills = np.linspace(0, max(_DEAREST, self.second), 61)[1:]
        here, best = self.lasts(bills), self.best_lasts(bills)
        now = float(self.best_lasts(self.second)[0])
        turn = _GOAL, self.bill_to_last(_GOAL)
        return bill_picture(bills, here, best, self.second, now, turn, self.depth)

    def _depth_picture(self) -> Picture:
        markets = (_FIRST, _MIDDLE, _LAST)
        earned = {users: self.one_product(users, _PLACES) for users in markets}
        return depth_picture(_PLACES, earned, self.conflict)

    def _hills_picture(self) -> Picture:
        of_100 = 100 * np.array([1 - (share := float(self.power(_LAST))), share])
        hills = of_100[:, np.newaxis] / (1 + np.exp(-np.array(self._appeal(_WIDE, work=1))))
        one, each = of_100 * np.array(self.uptake()), of_100 * self._uptake_of_each()
        return hills_picture(
            _WIDE, list(hills), of_100, one, each, depth=self.depth, twice=self.twice
        )
