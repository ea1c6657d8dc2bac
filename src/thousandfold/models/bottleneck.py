"""Whom two platforms charge if users join one of them and partners join as many as pay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import Array, Model, Pictures, number, numbers, quantity
from thousandfold.errors import ExplainedError
from thousandfold.picture import Lines, Note, Picture, Series

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class CompetitiveBottleneck(Model):
    """Two platforms; each user joins one, partners join each platform that pays for them.

    What all users are worth differs evenly among partners, from 0 to `gain_partners`. A partner
    who wants to reach a user has to go where that user is, so the platforms do not compete for
    partners. They compete for users, with all that partners pay (Armstrong 2006, section 5)::

        price for partners = (gain of the keenest + cost of partners - what users gain) / 2
        price for users    = cost of users + taste of users
                             - (price for partners - cost of partners) * partners on board

    The price for partners buys all users there are, in two halves, one from each platform, and is
    never below zero. It leaves out: users who join both, staying away from both, and platforms
    that differ.

    Examples
    --------
    >>> [round(price, 3) for price in CompetitiveBottleneck().prices]
    [0.975, 0.7]
    """

    taste_users: float = quantity(
        1,
        "dollars",
        "how much users care which platform it is",
        low=0.1,
        high=10,
        plausible=(0.5, 2.5),
        because="the amounts set only the unit; who would pay less than half for the platform "
        "they like best has no favourite, above 2.5 a rival would not count",
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
        1.6,
        "dollars",
        "what all users are worth to the keenest partner",
        low=0.1,
        high=20,
        plausible=(0.2, 3),
        because="twice what they are worth to the average one, where each side joins one platform",
    )
    cost_users: float = quantity(
        0.2,
        "dollars",
        "cost of a user",
        low=0,
        high=10,
        plausible=(0.05, 0.8),
        because="software costs little for one member more; support may cost most of what is paid",
    )
    cost_partners: float = quantity(
        0.3,
        "dollars",
        "cost of a partner who reaches all users",
        low=0,
        high=10,
        plausible=(0.05, 0.8),
        because="as for users: some partners connect by themselves, others need an engineer of "
        "ours",
    )

    def joining(self, price: ArrayLike) -> Array:
        """Return the share of partners who come at `price` for reaching all users."""
        asked = numbers("price", price)
        return np.asarray(np.clip(1 - asked / self.gain_partners, 0, 1))

    @property
    def prices(self) -> tuple[float, float]:
        """Price for a user, and for a partner who reaches all users."""
        wanted = (self.gain_partners + self.cost_partners - self.gain_users) / 2
        partners = min(max(0.0, wanted), self.gain_partners)
        earned = (partners - self.cost_partners) * float(self.joining(partners))
        return self.cost_users + self.taste_users - earned, partners

    def share(self, prices: ArrayLike, rival: ArrayLike) -> Array:
        """Return the share of users who join at `prices` against those of a `rival`."""
        (users, partners), (their_users, their_partners) = (
            _two("prices", prices),
            _two("rival", rival),
        )
        more = self.gain_users * (self.joining(partners) - self.joining(their_partners))
        better = more - (users - their_users)
        return np.asarray(np.clip(0.5 + better / (2 * self.taste_users), 0, 1))

    def profit(self, prices: ArrayLike, rival: ArrayLike | None = None) -> Array:
        """Return one's profit at these prices, in dollars for each user there is.

        Parameters
        ----------
        prices, rival : array_like, shape (2, ...)
            Price for users and for partners, one's own and the rival's; by default the rival
            charges the equilibrium prices.
        """
        share = self.share(prices, self.prices if rival is None else rival)
        users, partners = _two("prices", prices)
        from_partners = (partners - self.cost_partners) * self.joining(partners)
        return np.asarray(share * (users - self.cost_users + from_partners))

    def bill(self) -> pd.DataFrame:
        """Return how the price of each side comes about, in dollars: a line to fill in per side."""
        import pandas as pd

        users, partners = self.prices
        brings = self.gain_users / 2
        lines = {
            "cost": (self.cost_users, self.cost_partners),
            "+ taste": (self.taste_users, 0.0),
            "+ gains": (0.0, partners - self.cost_partners + brings),
            "- brings to the other side": (users - self.cost_users - self.taste_users, -brings),
            "= price": self.prices,
        }
        return pd.DataFrame(lines, index=["users", "partners"])

    def pictures(self) -> Pictures:
        """Return one picture: both prices as partners gain more from users."""
        return {"prices": self._prices_picture}

    def _prices_picture(self) -> Picture:
        gains = np.linspace(max(0.1, self.gain_users), 2 * self.gain_partners + 1, 31)
        users, partners = np.transpose([self.replace(gain_partners=g).prices for g in gains])
        return Lines(
            (
                Series("price for users", gains, users),
                Series("price for partners", gains, partners),
            ),
            "what all users are worth to the keenest partner (dollars)",
            "price (dollars)",
            title=f"Partners who join both pay {number(partners[0])} to {number(partners[-1])} as "
            "they gain more",
            notes=(Note("cost of a user", y=self.cost_users),),
            sentence=(
                f"Two platforms, users join one and partners join both. If the keenest partner "
                f"gains {number(gains[0])}, partners pay {number(partners[0])} and users "
                f"{number(users[0])}; at {number(gains[-1])} partners pay {number(partners[-1])} "
                f"and users {number(users[-1])}, against a cost of {self.cost_users:g}."
            ),
        )


def _two(name: str, prices: ArrayLike) -> Array:
    """Read a price for users and one for partners."""
    found = numbers(name, prices)
    if found.ndim == 0 or len(found) != 2:
        raise ExplainedError(f"{name} must be two numbers, for users and for partners: [3, 1]")
    return found
