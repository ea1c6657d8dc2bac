"""Users and partners who wait for each other, and when help may stop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import (
    SEED,
    Array,
    DynamicModel,
    Pictures,
    State,
    instance,
    labelled,
    quantity,
    simulate,
)
from thousandfold.errors import ExplainedError
from thousandfold.models.market_kinds import market_picture
from thousandfold.picture import Picture

if TYPE_CHECKING:
    import pandas as pd

_HALF = 0.5
_DRAWS = 151


@dataclass(frozen=True)
class PartnerProgramme(DynamicModel):
    """Customers come for partners, partners come for customers, and money starts it.

    Each month a part of each side follows its appeal (a logit choice)::

        share of partners  -> 1 / (1 + exp(-(partners_draw * market * customers on board
                              - partners_inertia + money for partners / partners_price)))

    and the same for customers, with partners on board. `market` says how much the sides
    care for each other in this market; nobody knows it beforehand. The money, `monthly` until
    `budget` is used up, ends for good at the start of the month in which `stop_at` of the possible
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

    budget: float = quantity(
        1500, "thousand dollars", "most that is spent to start it", low=0, high=5000, decision=True
    )
    to_partners: float = quantity(
        1,
        "share of the money",
        "goes to partners; the rest to customers",
        low=0,
        high=1,
        decision=True,
    )
    stop_at: float = quantity(
        0.3,
        "share of possible partners",
        "on board when the money ends",
        low=0,
        high=1,
        decision=True,
    )
    monthly: float = quantity(
        140,
        "thousand dollars a month",
        "how fast the money is spent",
        low=0,
        high=500,
        decision=True,
    )
    partners_draw: float = quantity(
        6,
        "appeal",
        "what all customers add for a partner",
        low=0,
        high=20,
        plausible=(3, 10),
        because="with all customers there, at 3 fewer than four in ten partners would come; "
        "at 10 hardly one could stay away",
    )
    customers_draw: float = quantity(
        10,
        "appeal",
        "what all partners add for a customer",
        low=0,
        high=20,
        plausible=(4, 15),
        because="with all partners there, at 4 half of the customers would come; at 15 a "
        "third of the partners would bring three in four",
    )
    partners_inertia: float = quantity(
        3.5,
        "appeal",
        "what keeps a partner away",
        low=-5,
        high=10,
        plausible=(2, 5),
        because="with nobody on the other side one partner in eight would come at 2, one in "
        "150 at 5",
    )
    customers_inertia: float = quantity(
        4,
        "appeal",
        "what keeps a customer away",
        low=-5,
        high=10,
        plausible=(2.5, 5.5),
        because="with nobody on the other side one customer in thirteen would come at 2.5, "
        "one in 250 at 5.5",
    )
    partners_price: float = quantity(
        30,
        "thousand dollars a month",
        "what brings 73 partners in 100 where half would come",
        low=5,
        high=200,
        plausible=(10, 90),
        because="below 10 a small company could buy all partners there are; above 90 "
        "this step alone would cost a million a year",
    )
    customers_price: float = quantity(
        30,
        "thousand dollars a month",
        "what brings 73 customers in 100 where half would come",
        low=5,
        high=200,
        plausible=(10, 90),
        because="below 10 a small company could buy all customers there are; above 90 "
        "this step alone would cost a million a year",
    )
    partners_pace: float = quantity(
        0.15,
        "share a month",
        "partners who reconsider",
        low=0.01,
        high=1,
        plausible=(0.05, 0.4),
        because="partners plan what they connect for the next quarter at the soonest, and "
        "for the next two years at the latest",
    )
    customers_pace: float = quantity(
        0.3,
        "share a month",
        "customers who reconsider",
        low=0.01,
        high=1,
        plausible=(0.08, 0.5),
        because="with contracts of a year one customer in twelve may change each month; "
        "with monthly ones half may",
    )
    worth: float = quantity(
        80,
        "thousand dollars a month",
        "earned if all are on board",
        low=0,
        high=500,
        plausible=(32, 200),
        because="below 32 even a full hall would not earn the budget in four years; above "
        "200 it would in eight months, and nobody would ask",
    )
    spread: float = quantity(
        0.25,
        "standard deviation of its logarithm",
        "how much markets differ",
        low=0,
        high=1,
        plausible=(0.1, 0.5),
        because="nobody foresees a new market to a tenth; at a half every third market "
        "would be off by two thirds or more",
    )
    noise: float = quantity(
        0.4,
        "appeal",
        "how much one month differs from the next",
        low=0,
        high=2,
        plausible=(0.1, 1),
        because="some months are better than others in each market; above 1 one good month "
        "would do as much as the money",
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
        money = paying * np.minimum(self.monthly, self.budget - state["spent"])
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

    @property
    def kind(self) -> str:
        """Which of three markets this is: *tips*, *fills by itself*, or *stays empty*.

        Without money it goes from nobody to the lowest share that holds itself. If that is more
        than half, nobody has to be paid; if there is no higher one, paying wins nothing that stays.
        """
        levels = self.levels()
        if len(levels) > 1:
            return "tips"
        return "fills by itself" if levels[0] > _HALF else "stays empty"

    def pictures(self) -> Pictures:
        """Return a picture of each stock, and of the shares that hold themselves in a market."""
        return super().pictures() | {"market": self._market_picture}

    def _market_picture(self) -> Picture:
        draws = np.linspace(0, self.quantities()["customers_draw"].high, _DRAWS)
        levels = [self.replace(customers_draw=draw).levels() for draw in draws]
        return market_picture(draws, levels, self.customers_draw, self.levels())


def launched(
    markets: Mapping[str, PartnerProgramme],
    scenarios: Mapping[str, tuple[float, float, float]],
    replications: int = 300,
    seed: int = SEED,
) -> pd.DataFrame:
    """Return what a plan for each market brings, over many futures.

    Parameters
    ----------
    markets : mapping of str to PartnerProgramme
        What is known about each market.
    scenarios : mapping of str to tuple
        For each market `budget`, `to_partners` and `stop_at`; one for a market named in `markets`.
    replications, seed : int
        As in `simulate`.

    Returns
    -------
    pandas.DataFrame
        One row per market: mean ``gain`` and mean ``spent`` in thousand dollars, and
        ``futures ahead``, the share of futures that end with a gain.

    Raises
    ------
    ExplainedError
        If a plan is not three numbers, or for a market that is not there.

    Examples
    --------
    >>> markets = {"here": PartnerProgramme()}
    >>> bool(launched(markets, {"here": (1500, 1, 0.6)})["gain"]["here"] > 0)
    True
    """
    import pandas as pd

    rows = {}
    labelled("markets", markets, '{"here": PartnerProgramme()}')
    for name, plan_of in labelled("scenarios", scenarios, '{"here": (1500, 1, 0.6)}').items():
        try:
            money, to_partners, stop_at = plan_of
        except (TypeError, ValueError):
            raise ExplainedError(
                f"the plan for {name!r} needs three numbers in round brackets, for example "
                f"(1500, 1, 0.6), not {plan_of!r}"
            ) from None
        if name not in markets:
            raise ExplainedError(f"there is no market {name!r}; there are {', '.join(markets)}")
        market = instance(f"each of the markets, {name!r} too,", markets[name], PartnerProgramme)
        plan = market.replace(budget=money, to_partners=to_partners, stop_at=stop_at)
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
    return np.asarray(1 / (1 + np.exp(np.minimum(-appeal, 700))))  # no number holds exp(710)
