"""Whom a platform should charge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import Array, Model, Pictures, fitting, number, numbers, quantity
from thousandfold.errors import ExplainedError
from thousandfold.picture import Lines, Note, Picture, Series

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class MonopolyPlatform(Model):
    """A platform alone in its market: the side that values the other less pays less, or nothing.

    What an interaction is worth differs evenly among users, from 0 to `worth_users`, and among
    partners, from 0 to `worth_partners`. It needs one of each (Rochet and Tirole 2003)::

        interactions = (1 - price_users / worth_users) * (1 - price_partners / worth_partners)
        profit       = (price_users + price_partners - cost) * interactions

    At the best prices ``price / elasticity`` is the margin on both sides. If one side is worth much
    more, the other comes for nothing: it is free, and all of it is on board.

    It leaves out: rivals, fees for joining, and prices below zero, which win nobody here.

    Examples
    --------
    >>> [round(price, 2) for price in MonopolyPlatform().prices]
    [1.07, 0.07]
    """

    worth_users: float = quantity(
        2,
        "dollars",
        "worth of an interaction to the keenest user",
        low=0.1,
        high=40,
        plausible=(0.5, 5),
        because="an interaction of business software is a booking, a payment or a lead: "
        "below half a dollar advertising would pay for it, above five it is a sale",
    )
    worth_partners: float = quantity(
        1,
        "dollars",
        "worth of an interaction to the keenest partner",
        low=0.1,
        high=10,
        plausible=(0.5, 5),
        because="as for users: nobody knows beforehand which of the two sides an "
        "interaction is worth more to",
    )
    cost: float = quantity(
        0.2,
        "dollars",
        "cost of an interaction",
        low=0,
        high=10,
        plausible=(0.02, 0.5),
        because="a message costs cents; what costs half a dollar has a person or a bank in it",
    )

    def __post_init__(self) -> None:
        """Refuse a cost that nobody covers."""
        super().__post_init__()
        if self.cost >= self.worth_users + self.worth_partners:
            raise ExplainedError(
                f"an interaction costs {self.cost:g} and is worth at most "
                f"{self.worth_users + self.worth_partners:g} to both sides: there is no business"
            )

    def profit(self, users: ArrayLike, partners: ArrayLike) -> Array:
        """Return the profit per possible interaction at prices for `users` and for `partners`."""
        p, q = fitting(users=numbers("users", users), partners=numbers("partners", partners))
        joining = np.clip(1 - p / self.worth_users, 0, 1)
        offering = np.clip(1 - q / self.worth_partners, 0, 1)
        return np.asarray((p + q - self.cost) * joining * offering)

    @property
    def prices(self) -> tuple[float, float]:
        """Best price for users and for partners, in dollars for an interaction."""
        margin = (self.worth_users + self.worth_partners - self.cost) / 3
        if margin > self.worth_partners:
            return (self.worth_users + self.cost) / 2, 0.0
        if margin > self.worth_users:
            return 0.0, (self.worth_partners + self.cost) / 2
        return self.worth_users - margin, self.worth_partners - margin

    @property
    def margin(self) -> float:
        """What is left of both prices after the cost, in dollars for an interaction."""
        return sum(self.prices) - self.cost

    def pictures(self) -> Pictures:
        """Return one picture: both prices as an interaction is worth more to users."""
        return {"prices": self._prices_picture}

    def _prices_picture(self) -> Picture:
        worth = np.linspace(1, 4, 31) * max(self.worth_partners, self.cost)
        users, partners = np.transpose([self.replace(worth_users=w).prices for w in worth])
        free = worth[partners == 0]
        says = f"From {number(free[0])} on partners pay nothing." if free.size else ""
        return Lines(
            (
                Series("price for users", worth, users),
                Series("price for partners", worth, partners),
            ),
            "worth of an interaction to the keenest user (dollars)",
            "price (dollars for an interaction)",
            title=(
                f"Worth {worth[-1]:g} dollars to users: they pay {number(users[-1])}, partners "
                f"{number(partners[-1])}"
            ),
            sentence=(
                f"Best prices of a platform alone in its market. If it is worth {worth[0]:g} to "
                f"users, they pay {number(users[0])} and partners {number(partners[0])}; at "
                f"{worth[-1]:g}, {number(users[-1])} and {number(partners[-1])}. {says}".rstrip()
            ),
        )


@dataclass(frozen=True)
class DuopolyPlatforms(Model):
    """Two platforms compete for users and partners: each side pays less for what it brings.

    Everybody joins one platform; who likes one of them best would pay `taste` more for it than for
    the other. The prices at which neither platform wants to move (Armstrong 2006)::

        price for users    = cost of users    + taste of users    - what partners gain from users
        price for partners = cost of partners + taste of partners - what users gain from partners

    It needs ``4 * taste_users * taste_partners > (gain_users + gain_partners)**2``; otherwise one
    platform gets all.

    It leaves out: members of both platforms, staying away from both, and platforms that differ.

    Examples
    --------
    >>> duopoly = DuopolyPlatforms()
    >>> [round(price, 2) for price in duopoly.prices], round(duopoly.profit(duopoly.prices), 2)
    ([0.4, 1.0], 0.45)
    """

    taste_users: float = quantity(
        1,
        "dollars",
        "how much users care which platform it is",
        low=0.1,
        high=10,
        plausible=(0.5, 2.5),
        because="the amounts set only the unit; who would pay less than half for the "
        "platform they like best has no favourite, above 2.5 a rival would not "
        "count",
    )
    taste_partners: float = quantity(
        1.2,
        "dollars",
        "how much partners care which platform it is",
        low=0.1,
        high=10,
        plausible=(0.5, 2.5),
        because="as for users: neither side is known to care more which platform it is",
    )
    gain_users: float = quantity(
        0.5,
        "dollars",
        "what all partners are worth to a user",
        low=0,
        high=10,
        plausible=(0.1, 1.5),
        because="below a tenth nobody would speak of a platform; above 1.5 the other side "
        "would be worth more than the product itself",
    )
    gain_partners: float = quantity(
        0.8,
        "dollars",
        "what all users are worth to a partner",
        low=0,
        high=10,
        plausible=(0.1, 1.5),
        because="as for users: neither side is known to gain more from the other",
    )
    cost_users: float = quantity(
        0.2,
        "dollars",
        "cost of a user",
        low=0,
        high=10,
        plausible=(0.05, 0.8),
        because="software costs little for one member more; support and review may cost "
        "most of what is paid",
    )
    cost_partners: float = quantity(
        0.3,
        "dollars",
        "cost of a partner",
        low=0,
        high=10,
        plausible=(0.05, 0.8),
        because="as for users: some partners connect by themselves, others need an engineer "
        "of ours",
    )

    def __post_init__(self) -> None:
        """Refuse a market that tips to one platform."""
        super().__post_init__()
        pull = (self.gain_users + self.gain_partners) ** 2
        if not 4 * self.taste_users * self.taste_partners > pull:
            raise ExplainedError(
                f"one platform gets all: 4 * taste_users * taste_partners is "
                f"{4 * self.taste_users * self.taste_partners:g} and must be more than "
                f"(gain_users + gain_partners)**2, {pull:g}; take smaller gains or larger tastes"
            )

    @property
    def prices(self) -> tuple[float, float]:
        """Price for a user and for a partner at which neither platform wants to move."""
        return (
            self.cost_users + self.taste_users - self.gain_partners,
            self.cost_partners + self.taste_partners - self.gain_users,
        )

    def bill(self) -> pd.DataFrame:
        """Return how the price of each side comes about, in dollars: a line to fill in per side."""
        import pandas as pd

        lines = {
            "cost": (self.cost_users, self.cost_partners),
            "+ taste": (self.taste_users, self.taste_partners),
            "- brings to the other side": (-self.gain_partners, -self.gain_users),
            "= price": self.prices,
        }
        return pd.DataFrame(lines, index=["users", "partners"])

    def _response(self) -> Array:
        """Shares that one dollar less on each side adds, shape (2, 2)."""
        between = np.array(
            [
                [2 * self.taste_users, -2 * self.gain_users],
                [-2 * self.gain_partners, 2 * self.taste_partners],
            ]
        )
        return np.asarray(np.linalg.inv(between))

    def shares(self, prices: ArrayLike, rival: ArrayLike | None = None) -> Array:
        """Return one's shares of users and of partners, shape (2,), at these prices.

        Parameters
        ----------
        prices, rival : array_like, shape (2,)
            Price for users and for partners, one's own and the rival's; by default the rival
            charges the equilibrium prices.
        """
        others = _two("rival", self.prices if rival is None else rival)
        cheaper = others - _two("prices", prices)
        return np.asarray(0.5 + self._response() @ cheaper)

    def profit(self, prices: ArrayLike, rival: ArrayLike | None = None) -> float:
        """Return one's profit at `prices` against a `rival`, in dollars per user and partner."""
        costs = np.array([self.cost_users, self.cost_partners])
        return float((_two("prices", prices) - costs) @ self.shares(prices, rival))

    def best_response(self, rival: ArrayLike) -> Array:
        """Return the prices that earn most against the prices of a `rival`, shape (2,)."""
        response, costs = self._response(), np.array([self.cost_users, self.cost_partners])
        wanted = 0.5 + response @ _two("rival", rival) + response.T @ costs
        return np.asarray(np.linalg.solve(response + response.T, wanted))

    def pictures(self) -> Pictures:
        """Return one picture: both prices as users bring more to partners."""
        return {"prices": self._prices_picture}

    def _prices_picture(self) -> Picture:
        most = 2 * np.sqrt(self.taste_users * self.taste_partners) - self.gain_users
        gains = np.linspace(0, max(0.98 * most, 0.01), 21)
        users, partners = np.transpose([self.replace(gain_partners=g).prices for g in gains])
        return Lines(
            (
                Series("price for users", gains, users),
                Series("price for partners", gains, partners),
            ),
            "what all users are worth to a partner (dollars)",
            "price (dollars)",
            title=(
                f"Users pay {number(users[0])}; where partners want them most, they "
                f"{'pay' if users[-1] >= 0 else 'are paid'} {number(abs(users[-1]))}"
            ),
            notes=(Note("cost of a user", y=self.cost_users),),
            sentence=(
                f"Two platforms in equilibrium. If users bring nothing to partners, users pay "
                f"{number(users[0])}; if they bring {number(gains[-1])}, users pay "
                f"{number(users[-1])}, against a cost of {self.cost_users:g}. Partners pay "
                f"{number(partners[0])} all the time."
            ),
        )


def _two(name: str, prices: ArrayLike) -> Array:
    """Read a price for users and one for partners."""
    found = numbers(name, prices)
    if found.shape != (2,):
        raise ExplainedError(f"{name} must be two numbers, for users and for partners: [3, 1]")
    return found
