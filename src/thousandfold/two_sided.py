"""Platforms: what a network is worth, critical mass, who pays whom, and when reuse pays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import SEED, Array, DynamicModel, Model, State, number, quantity, simulate
from thousandfold.errors import ExplainedError

if TYPE_CHECKING:
    import pandas as pd

    from thousandfold.plotting import Picture

_BRISCOE = "Briscoe, Odlyzko and Tilly 2006, Metcalfe's Law is Wrong, IEEE Spectrum"

_MONTHS_SHOWN = 36

LAWS = ("Sarnoff", "Odlyzko-Tilly", "Metcalfe", "Reed")
"""What a network of n members is worth: n, n log n, n squared, 2 to the power of n."""


@dataclass(frozen=True)
class NetworkValue(Model):
    """Four laws of what a network is worth, and the opposite advice that they give.

    ::

        Sarnoff n     Odlyzko-Tilly n * log(n)     Metcalfe n**2     Reed 2**n

    Each is scaled so that `members` are worth `value` today. When two networks are joined, each
    keeps its own members, and each of these now has everybody to reach.

    It leaves out: that members differ in worth, cost, crowding, and everything that is no
    question of size. No law here was proved; each is a rule of thumb.

    Examples
    --------
    >>> {law: round(factor, 2) for law, factor in NetworkValue().grown(2).items()}
    {'Sarnoff': 2.0, 'Odlyzko-Tilly': 2.12, 'Metcalfe': 4.0, 'Reed': inf}
    """

    members: float = quantity(
        100_000, "members", "size of your network", low=2, high=1e7, source=_BRISCOE
    )
    other: float = quantity(12_500, "members", "size of the network you may join", low=2, high=1e7)
    value: float = quantity(
        1e6, "dollars", "what your network is worth today", low=1, high=1e12, source=_BRISCOE
    )

    def _log_value(self, members: ArrayLike) -> dict[str, Array]:
        """Logarithm of what each law says: Reed's values are too large to write down."""
        n = np.asarray(members, dtype=float)
        logs = (np.log(n), np.log(n) + np.log(np.log(n)), 2 * np.log(n), n * np.log(2))
        return dict(zip(LAWS, logs, strict=True))

    def times(self, members: ArrayLike) -> dict[str, Array]:
        """Return how many times today's value a network of that size is worth, by law."""
        sizes = np.asarray(members, dtype=float)
        if (sizes <= 1).any():
            raise ExplainedError(f"a network needs more than one member, not {sizes.min():g}")
        today, then = self._log_value(self.members), self._log_value(sizes)
        return {law: _exp(then[law] - today[law]) for law in LAWS}

    def grown(self, factor: float) -> dict[str, float]:
        """Return how many times today's value the network is worth at `factor` times its size."""
        return {law: float(times) for law, times in self.times(factor * self.members).items()}

    def joined(self) -> pd.DataFrame:
        """Return what each network gains when the two are joined, in dollars, by law.

        Each gains what its own share of all members is worth then, less what it was worth alone.

        Returns
        -------
        pandas.DataFrame
            One row per law; columns ``yours`` and ``the other's``.
        """
        import pandas as pd

        sizes = {"yours": self.members, "the other's": self.other}
        both = self.members + self.other
        whole = np.array(list(self.times(both).values()))
        gains = {}
        for owner, size in sizes.items():
            alone, shared = np.array(list(self.times(size).values())), whole * size / both
            # Endless less endless says nothing; what is joined is endless then.
            gain = np.full_like(shared, np.inf)
            np.subtract(shared, alone, out=gain, where=np.isfinite(shared))
            # By Sarnoff's law nobody gains, and not the last digit of a logarithm either.
            gain[np.abs(gain) < 1e-12 * alone] = 0
            gains[owner] = self.value * gain
        return pd.DataFrame(gains, index=list(LAWS))

    def picture(self, of: str | None = None) -> Picture:
        """Return value against size for the three laws that can be drawn."""
        from thousandfold.plotting import Picture, Series

        sizes = self.members * np.geomspace(0.1, 10, 21)
        sizes = sizes[sizes >= 2]
        times = self.times(sizes)
        double, ten = self.grown(2), self.grown(10)
        drawn = LAWS[:3]
        said = "; ".join(f"{law} {number(double[law])} and {number(ten[law])}" for law in drawn)
        return Picture(
            tuple(Series(law, sizes, self.value * times[law]) for law in drawn),
            "members",
            "value (dollars)",
            f"A network of {number(self.members)} members is worth {number(self.value)} dollars. "
            f"Doubled, and ten times as large, it is worth so many times that: {said}. What "
            "Reed's law says is too large to draw.",
            log_x=True,
            log_y=True,
        )


def _exp(logarithm: ArrayLike) -> Array:
    """Exponential; infinite where a number cannot hold it."""
    x = np.asarray(logarithm, dtype=float)
    return np.where(x > 700, np.inf, np.exp(np.minimum(x, 700)))


@dataclass(frozen=True)
class CriticalMass(Model):
    """A service that is worth more to each, the more there are: below a critical mass it dies.

    People differ in keenness, evenly from 0 to 1. With a share x on board, somebody of keenness k
    joins if ``strength * k * x >= price``. The price at which a share x stays (Rohlfs 1974)::

        price = strength * x * (1 - x)

    A price below strength / 4 is met at two shares. The lower one is the critical mass: below it
    people leave, and each who leaves makes others leave; above it the service fills by itself.

    It leaves out: how long it takes, and whom people want to meet: here all are worth the same.

    Examples
    --------
    >>> service = CriticalMass()
    >>> round(service.critical, 2), round(service.full, 2)
    (0.2, 0.8)
    """

    strength: float = quantity(
        100, "dollars a month", "worth to the keenest, if all are on board", low=1, high=500
    )
    price: float = quantity(16, "dollars a month", "what it costs to be on board", low=0, high=200)

    def price_at(self, share: ArrayLike) -> Array:
        """Return the price at which that share stays, in dollars a month, shape as `share`."""
        x = np.asarray(share, dtype=float)
        return np.asarray(self.strength * x * (1 - x))

    def willing(self, share: ArrayLike) -> Array:
        """Return the share that wants to be on board, if that share is on board now."""
        worth = self.strength * np.asarray(share, dtype=float)
        kept = np.divide(self.price, worth, out=np.full_like(worth, np.inf), where=worth > 0)
        return np.asarray(np.maximum(0, 1 - kept))

    def _roots(self) -> tuple[float, float]:
        inside = 1 - 4 * self.price / self.strength
        if inside < 0:
            return float("inf"), 0.0
        return (1 - inside**0.5) / 2, (1 + inside**0.5) / 2

    @property
    def critical(self) -> float:
        """Share from which the service fills by itself; infinite if the price is too high."""
        return self._roots()[0]

    @property
    def full(self) -> float:
        """Share at which it settles above the critical mass; 0 if the price is too high."""
        return self._roots()[1]

    def path(self, start: float, rounds: int = 30) -> Array:
        """Return the share on board, round by round: all look, all decide.

        Parameters
        ----------
        start : float
            Share on board at first.
        rounds : int
            How often people decide.

        Returns
        -------
        array, shape (rounds + 1,)

        Raises
        ------
        ExplainedError
            If the start is no share.
        """
        if not 0 <= start <= 1:
            raise ExplainedError(f"start must be a share between 0 and 1, not {start:g}")
        shares = [np.asarray(start, dtype=float)]
        for _ in range(rounds):
            shares.append(self.willing(shares[-1]))
        return np.array(shares)

    def picture(self, of: str | None = None) -> Picture:
        """Return what people would pay against the share on board, and the price."""
        from thousandfold.plotting import Picture, Series

        share = np.linspace(0, 1, 101)
        says = (
            f"Below {100 * self.critical:.0f} % on board people leave; above, the service fills "
            f"to {100 * self.full:.0f} %."
            if self.full
            else "No share on board is worth that price: people leave until nobody is left."
        )
        # A chart keeps its lines: those that say nothing at this price stand nowhere.
        met = (self.critical, self.full) if self.full else (np.nan, np.nan)
        return Picture(
            (
                Series("what the last one on board would pay", share, self.price_at(share)),
                Series("price", share, np.full_like(share, self.price)),
                Series("critical mass", [met[0]] * 2, [0, self.price]),
                Series("full", [met[1]] * 2, [0, self.price]),
            ),
            "on board (share of all)",
            "price (dollars a month)",
            f"At a price of {self.price:g} dollars, against at most "
            f"{number(self.strength / 4)} that half of all would pay. {says}",
        )


@dataclass(frozen=True)
class PartnerProgramme(DynamicModel):
    """Customers come for partners, partners come for customers, and money starts it.

    Each month a part of each side follows its appeal (a logit choice)::

        share of partners  -> 1 / (1 + exp(-(partners_draw * market * customers on board
                              - partners_inertia + money for partners / partners_price)))

    and the same for customers, with partners on board. `market` says how much the sides
    care for each other in this market; nobody knows it beforehand. The money, `monthly` until
    `seed` is used up, ends for good at the start of the month in which `stop_at` of the possible
    partners are on board. Each month earns ``worth * partners * customers`` on board.

    It leaves out: rivals, quality, what the API costs to build and to run, and partners who
    differ in size.

    Examples
    --------
    >>> from thousandfold import sweep
    >>> runs = sweep(PartnerProgramme(), stop_at=[0.2, 0.6], replications=200)
    >>> bool(runs.final("gain").mean(axis=1)[0] < 0 < runs.final("gain").mean(axis=1)[1])
    True
    """

    seed: float = quantity(
        1500, "thousand dollars", "most that is spent to start it", low=0, high=5000
    )
    to_partners: float = quantity(
        1, "share of the money", "goes to partners; the rest to customers", low=0, high=1
    )
    stop_at: float = quantity(
        0.3, "share of possible partners", "on board when the money ends", low=0, high=1
    )
    monthly: float = quantity(
        140, "thousand dollars a month", "how fast the money is spent", low=0, high=500
    )
    partners_draw: float = quantity(
        6, "appeal", "what all customers add for a partner", low=0, high=20
    )
    customers_draw: float = quantity(
        10, "appeal", "what all partners add for a customer", low=0, high=20
    )
    partners_inertia: float = quantity(3.5, "appeal", "what keeps a partner away", low=-5, high=10)
    customers_inertia: float = quantity(4, "appeal", "what keeps a customer away", low=-5, high=10)
    partners_price: float = quantity(
        30, "thousand dollars a month", "for one more unit of appeal to partners", low=5, high=200
    )
    customers_price: float = quantity(
        30, "thousand dollars a month", "for one more unit of appeal to customers", low=5, high=200
    )
    partners_pace: float = quantity(
        0.15, "share a month", "partners who reconsider", low=0.01, high=1
    )
    customers_pace: float = quantity(
        0.3, "share a month", "customers who reconsider", low=0.01, high=1
    )
    worth: float = quantity(
        80, "thousand dollars a month", "earned if all are on board", low=0, high=500
    )
    spread: float = quantity(
        0.25, "standard deviation of its logarithm", "how much markets differ", low=0, high=1
    )
    noise: float = quantity(
        0.4, "appeal", "how much one month differs from the next", low=0, high=2
    )

    period: ClassVar[str] = "month"
    periods: ClassVar[int] = 48
    units: ClassVar[Mapping[str, str]] = {
        "partners": "share of possible partners",
        "customers": "share of possible customers",
        "gain": "thousand dollars",
        "spent": "thousand dollars",
        "paying": "1 while money is spent",
    }
    shocks: ClassVar[int] = 3

    @classmethod
    def draw(cls, generator: np.random.Generator, shape: tuple[int, int, int]) -> Array:
        """Draw the kind of market once for each future, and luck on both sides each month."""
        luck = generator.standard_normal(shape)
        luck[:, :, 0] = luck[:, :1, 0]
        return luck

    def start(self) -> Mapping[str, ArrayLike]:
        """Nobody is on board and nothing is spent."""
        return {"partners": 0, "customers": 0, "gain": 0, "spent": 0, "paying": 1}

    def _wanted(
        self, partners: Array, customers: Array, market: Array | float, money: Array | float
    ) -> tuple[Array, Array]:
        """Appeal to partners and to customers."""
        return (
            self.partners_draw * market * customers
            - self.partners_inertia
            + money * self.to_partners / self.partners_price,
            self.customers_draw * market * partners
            - self.customers_inertia
            + money * (1 - self.to_partners) / self.customers_price,
        )

    def step(self, state: State, shock: Array) -> State:
        """One month: look at the stop rule, pay, let people reconsider, earn."""
        partners, customers = state["partners"], state["customers"]
        paying = state["paying"] * (partners < self.stop_at)
        money = paying * np.minimum(self.monthly, self.seed - state["spent"])
        market = np.exp(self.spread * shock[0])
        to_partners, to_customers = self._wanted(partners, customers, market, money)
        would = _share(to_partners + self.noise * shock[1])
        partners = partners + self.partners_pace * (would - partners)
        would = _share(to_customers + self.noise * shock[2])
        customers = customers + self.customers_pace * (would - customers)
        return {
            "partners": partners,
            "customers": customers,
            "gain": state["gain"] + self.worth * partners * customers - money,
            "spent": state["spent"] + money,
            "paying": paying,
        }

    def levels(self) -> list[float]:
        """Return the shares of partners that hold themselves without money in a typical market.

        One share, or three: then the middle one is the tipping point, from which both sides grow
        by themselves, and below which they fall back to the first.
        """
        share = np.linspace(0, 1, 10_001)
        customers = _share(self._wanted(share, share, 1, 0)[1])
        gap = _share(self._wanted(share, customers, 1, 0)[0]) - share
        last = np.flatnonzero((gap[:-1] > 0) != (gap[1:] > 0))
        found: list[float] = (share[last] + gap[last] / (gap[last] - gap[last + 1]) / 1e4).tolist()
        return found


def launched(
    markets: Mapping[str, PartnerProgramme],
    plans: Mapping[str, tuple[float, float, float]],
    replications: int = 300,
    seed: int = SEED,
) -> pd.DataFrame:
    """Return what a plan for each market brings, over many futures.

    Parameters
    ----------
    markets : mapping of str to PartnerProgramme
        What is known about each market.
    plans : mapping of str to tuple
        For each market `seed`, `to_partners` and `stop_at`; one for a market named in `markets`.
    replications, seed : int
        As in `simulate`.

    Returns
    -------
    pandas.DataFrame
        One row per market: mean ``gain`` and mean ``spent`` in thousand dollars, and
        ``futures ahead``, the share of futures that end with a gain.

    Examples
    --------
    >>> markets = {"here": PartnerProgramme()}
    >>> bool(launched(markets, {"here": (1500, 1, 0.6)})["gain"]["here"] > 0)
    True
    """
    import pandas as pd

    rows = {}
    for name, plan_of in plans.items():
        try:
            money, to_partners, stop_at = plan_of
        except (TypeError, ValueError):
            raise ExplainedError(
                f"the plan for {name!r} needs three numbers in round brackets, for example "
                f"(1500, 1, 0.6), not {plan_of!r}"
            ) from None
        if name not in markets:
            raise ExplainedError(f"there is no market {name!r}; there are {', '.join(markets)}")
        plan = markets[name].replace(seed=money, to_partners=to_partners, stop_at=stop_at)
        run = simulate(plan, replications=replications, seed=seed)
        gain = run.final("gain")
        rows[name] = {
            "gain": round(float(gain.mean())),
            "futures ahead": round(float((gain > 0).mean()), 2),
            "spent": round(float(run.final("spent").mean())),
        }
    return pd.DataFrame(rows).T


def _share(appeal: Array) -> Array:
    """Share of a crowd that follows an appeal, against none: a logit choice."""
    return np.asarray(1 / (1 + _exp(-appeal)))


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
        2, "dollars", "worth of an interaction to the keenest user", low=0.1, high=40
    )
    worth_partners: float = quantity(
        1, "dollars", "worth of an interaction to the keenest partner", low=0.1, high=10
    )
    cost: float = quantity(0.2, "dollars", "cost of an interaction", low=0, high=10)

    def __post_init__(self) -> None:
        """Refuse a cost that nobody covers."""
        super().__post_init__()
        if self.cost >= self.worth_users + self.worth_partners:
            raise ExplainedError(
                f"an interaction costs {self.cost:g} and is worth at most "
                f"{self.worth_users + self.worth_partners:g} to both sides: there is no business"
            )

    def profit(self, users: ArrayLike, partners: ArrayLike) -> Array:
        """Return the profit per possible interaction at a price for users and one for partners."""
        p, q = np.asarray(users, dtype=float), np.asarray(partners, dtype=float)
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

    def picture(self, of: str | None = None) -> Picture:
        """Return both prices as an interaction is worth more to users."""
        from thousandfold.plotting import Picture, Series

        worth = np.linspace(1, 4, 31) * max(self.worth_partners, self.cost)
        users, partners = np.transpose([self.replace(worth_users=w).prices for w in worth])
        free = worth[partners == 0]
        says = f"From {number(free[0])} on partners pay nothing." if free.size else ""
        return Picture(
            (
                Series("price for users", worth, users),
                Series("price for partners", worth, partners),
            ),
            "worth of an interaction to the keenest user (dollars)",
            "price (dollars for an interaction)",
            f"Best prices of a platform alone in its market. If it is worth {worth[0]:g} to users, "
            f"they pay {number(users[0])} and partners {number(partners[0])}; at {worth[-1]:g}, "
            f"{number(users[-1])} and {number(partners[-1])}. {says}".rstrip(),
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
        1, "dollars", "how much users care which platform it is", low=0.1, high=10
    )
    taste_partners: float = quantity(
        1.2, "dollars", "how much partners care which platform it is", low=0.1, high=10
    )
    gain_users: float = quantity(
        0.5, "dollars", "what all partners are worth to a user", low=0, high=10
    )
    gain_partners: float = quantity(
        0.8, "dollars", "what all users are worth to a partner", low=0, high=10
    )
    cost_users: float = quantity(0.2, "dollars", "cost of a user", low=0, high=10)
    cost_partners: float = quantity(0.3, "dollars", "cost of a partner", low=0, high=10)

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
        return pd.DataFrame(lines, index=["users", "partners"]).round(2)

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
        others = self.prices if rival is None else rival
        cheaper = np.asarray(others, dtype=float) - np.asarray(prices, dtype=float)
        return np.asarray(0.5 + self._response() @ cheaper)

    def profit(self, prices: ArrayLike, rival: ArrayLike | None = None) -> float:
        """Return one's profit at these prices, in dollars per user and partner there are."""
        costs = np.array([self.cost_users, self.cost_partners])
        return float((np.asarray(prices) - costs) @ self.shares(prices, rival))

    def best_response(self, rival: ArrayLike) -> Array:
        """Return the prices that earn most against a rival's prices, shape (2,)."""
        response, costs = self._response(), np.array([self.cost_users, self.cost_partners])
        wanted = 0.5 + response @ np.asarray(rival, dtype=float) + response.T @ costs
        return np.asarray(np.linalg.solve(response + response.T, wanted))

    def picture(self, of: str | None = None) -> Picture:
        """Return both prices as users bring more to partners."""
        from thousandfold.plotting import Picture, Series

        most = 2 * np.sqrt(self.taste_users * self.taste_partners) - self.gain_users
        gains = np.linspace(0, max(0.98 * most, 0.01), 21)
        users, partners = np.transpose([self.replace(gain_partners=g).prices for g in gains])
        return Picture(
            (
                Series("price for users", gains, users),
                Series("price for partners", gains, partners),
                Series("cost of a user", gains, np.full_like(gains, self.cost_users)),
            ),
            "what all users are worth to a partner (dollars)",
            "price (dollars)",
            f"Two platforms in equilibrium. If users bring nothing to partners, users pay "
            f"{number(users[0])}; if they bring {number(gains[-1])}, users pay "
            f"{number(users[-1])}, against a cost of {self.cost_users:g}. Partners pay "
            f"{number(partners[0])} all the time.",
        )


@dataclass(frozen=True)
class SharedComponent(Model):
    """How many squads must use one shared component before it pays.

    ::

        each its own: squads * own * (1 + upkeep * years)
        shared:       own * premium + team * years + joining squads * own * reuse
                      + the other squads * own * (1 + upkeep * years)

    It leaves out: waiting for the shared team, and what is won or lost by everybody
    working the same way.

    Examples
    --------
    >>> round(SharedComponent().break_even, 1)
    4.3
    """

    own: float = quantity(400, "hours", "work for a squad to build its own", low=10, high=5000)
    upkeep: float = quantity(
        0.2, "share of its work a year", "work to keep a squad's own running", low=0, high=2
    )
    premium: float = quantity(
        1.5, "times its own", "work to build it so that others can use it", low=1, high=10
    )
    reuse: float = quantity(
        0.2, "times its own", "work for a squad to use the shared one", low=0, high=1
    )
    team: float = quantity(
        600, "hours a year", "work to keep the shared one running", low=0, high=10_000
    )
    years: float = quantity(3, "years", "how long it is used", low=0.5, high=10)
    joining: float = quantity(1, "share of squads", "how many really use it", low=0.01, high=1)

    def each_its_own(self, squads: ArrayLike) -> Array:
        """Return the work if every squad builds its own, in hours, shape as `squads`."""
        n = np.asarray(squads, dtype=float)
        return np.asarray(n * self.own * (1 + self.upkeep * self.years))

    def shared(self, squads: ArrayLike) -> Array:
        """Return the work if one is shared and `joining` of the squads use it, in hours."""
        n = np.asarray(squads, dtype=float)
        fixed = self.own * self.premium + self.team * self.years
        using = n * self.joining * self.own * self.reuse
        return np.asarray(fixed + using + (1 - self.joining) * self.each_its_own(n))

    @property
    def break_even(self) -> float:
        """Number of squads from which sharing is less work; infinite if it never is."""
        fixed = float(self.shared(0))
        saved = self.joining * self.own * (1 + self.upkeep * self.years - self.reuse)
        return fixed / saved if saved > 0 else float("inf")

    def picture(self, of: str | None = None) -> Picture:
        """Return work against the number of squads, shared and each its own."""
        from thousandfold.plotting import Picture, Series

        squads = np.arange(1, 21)
        own, shared = self.each_its_own(squads), self.shared(squads)
        says = (
            f"Sharing is less work from {number(self.break_even)} squads on."
            if np.isfinite(self.break_even)
            else "Sharing is never less work."
        )
        return Picture(
            (Series("each its own", squads, own), Series("one is shared", squads, shared)),
            "squads that need it",
            f"work in {self.years:g} years (hours)",
            f"Work in {self.years:g} years: with 2 squads {number(own[1])} hours if each builds "
            f"its own and {number(shared[1])} if one is shared; with 20, {number(own[-1])} and "
            f"{number(shared[-1])}. {says}",
        )


def before_and_after(
    counts: pd.DataFrame, moved: Mapping[str, str], months: int = 12
) -> pd.DataFrame:
    """Compare a month's counts before and after extensions were moved out of a core.

    Parameters
    ----------
    counts : pandas.DataFrame
        Like the data set ``core_and_extensions``.
    moved : mapping of str to str
        Month of the move for each project, for example ``{"terraform": "2017-06"}``. The month
        itself counts on neither side.
    months : int
        How many months on each side.

    Returns
    -------
    pandas.DataFrame
        One row per project and side; the mean of each column a month.

    Raises
    ------
    ExplainedError
        If a project is not in the table or has too few months on one side.

    Examples
    --------
    >>> from thousandfold.datasets import load
    >>> table = before_and_after(load("core_and_extensions"), {"terraform": "2017-06"})
    >>> table["authors_core"].round().tolist()
    [65.0, 25.0]
    """
    import pandas as pd

    rows = {}
    for project, month in moved.items():
        since = _since(counts, project, month)
        for side, kept in (
            ("before", (since >= -months) & (since < 0)),
            ("after", (since > 0) & (since <= months)),
        ):
            if kept.sum() < months:
                raise ExplainedError(
                    f"{project} has {kept.sum()} months {side} {month}; ask for at most that many"
                )
            means = counts.loc[kept.index[kept]].mean(numeric_only=True)
            rows[project, side] = means.round(1)
    return pd.DataFrame(rows).T


def opening_picture(
    counts: pd.DataFrame, growth: pd.DataFrame, project: str, moved: str, *outside: str
) -> Picture:
    """Return who worked on a core, on extensions inside it and outside, around a move.

    Parameters
    ----------
    counts, growth : pandas.DataFrame
        Like the data sets ``core_and_extensions`` and ``project_growth``.
    project, moved : str
        Which project, and the month of the move, for example ``"2017-06"``.
    *outside : str
        Projects in `growth` that took extensions over; shown from the month of the move on.
        Somebody who works in two of them counts twice.

    Raises
    ------
    ExplainedError
        If a project is not in its table or has too few months on one side.
    """
    from thousandfold.plotting import Picture, Series

    core, extensions = (
        list(map(number, before_and_after(counts, {project: moved})[column]))
        for column in ("authors_core", "authors_extension")
    )
    since = _since(counts, project, moved)
    near = since[abs(since) <= _MONTHS_SHOWN]
    here = counts.loc[near.index]
    series = [
        Series("core only", near, here["authors_core"]),
        Series("extensions, inside", near, here["authors_extension"]),
    ]
    says = (
        f"{project.capitalize()}, authors a month in the twelve months before and after {moved}: "
        f"core only {core[0]} and {core[1]}, extensions inside the core {extensions[0]} and "
        f"{extensions[1]}."
    )
    if outside:
        months = [_since(growth, name, moved) for name in outside]
        after_move = [m[(m >= 0) & (m <= _MONTHS_SHOWN)] for m in months]
        authors = sum(
            growth.loc[m.index, "active_authors"].set_axis(m).reindex(range(_MONTHS_SHOWN + 1))
            for m in after_move
        ).dropna()
        series.append(Series("extensions, outside", authors.index, authors))
        says += (
            f" Outside, in {len(outside)} repositories, {number(authors[1:13].mean())} in the "
            f"twelve months after, and {number(authors[-12:].mean())} in the last twelve shown."
        )
    return Picture(
        tuple(series), "time since the move (months)", "people who worked (authors a month)", says
    )


def _since(table: pd.DataFrame, project: str, moved: str) -> pd.Series[int]:
    """Months since the move, for the rows of one project."""
    import pandas as pd

    months = table.loc[table["project"] == project, "month"]
    if months.empty:
        raise ExplainedError(
            f"there is no project {project!r} in the table; "
            f"there are {', '.join(table['project'].unique())}"
        )
    date = pd.Timestamp(moved)
    since: pd.Series[int] = (months.dt.year - date.year) * 12 + months.dt.month - date.month
    return since


if __name__ == "__main__":
    from thousandfold.core import sweep
    from thousandfold.demonstration import demonstrate

    stopped = sweep(PartnerProgramme(), stop_at=[0.2, 0.4, 0.6])
    demonstrate(
        PartnerProgramme(),
        stopped.picture("gain"),
        CriticalMass(),
        NetworkValue(),
        MonopolyPlatform(),
        DuopolyPlatforms(),
        SharedComponent(),
    )
