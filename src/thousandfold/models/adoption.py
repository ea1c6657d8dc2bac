"""How a new product spreads from customer to customer, by chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import Array, DynamicModel, State, quantity

_EXACT_BELOW = 3.0
_TURNS = 2.3  # so many spreads out, or later, the expansion turns round: more luck would give less


@dataclass(frozen=True)
class Adoption(DynamicModel):
    """The same spread in a market of countable customers, where luck decides who begins when.

    Each month each of those who have not begun does so with the chance ::

        innovation + imitation * adopters / market

    and `simulate` draws how many do. With many customers luck averages out; with few it does not.

    It leaves out: who knows whom, people who leave, price, and competitors.

    Examples
    --------
    >>> from thousandfold import simulate
    >>> run = simulate(Adoption(), replications=200)
    >>> float((run["adopters"] + run["remaining"]).min())
    1000.0
    """

    market: float = quantity(
        1000,
        "customers",
        "everybody who will ever begin",
        low=1,
        high=1e9,
        whole=True,
        decision=True,
        because="the size of the example",
    )
    innovation: float = quantity(
        0.003,
        "chance a month",
        "that somebody begins without an example",
        low=0,
        high=1,
        plausible=(0.0005, 0.01),
        because="bass_parameters has up to 2 % a year for goods; "
        "a sales force may win 1 % a month, hardly more",
    )
    imitation: float = quantity(
        0.12,
        "chance a month",
        "that the example of all others adds",
        low=0,
        high=1,
        plausible=(0.01, 0.3),
        because="bass_parameters has 0.08 to 0.51 a year for goods; "
        "software that people share spreads faster",
    )

    period: ClassVar[str] = "month"
    periods: ClassVar[int] = 60
    units: ClassVar[Mapping[str, str]] = {
        "adopters": "customers",
        "remaining": "customers",
        "new": "customers a month",
    }
    shocks: ClassVar[int] = 1

    def start(self) -> Mapping[str, ArrayLike]:
        """Nobody has begun."""
        return {"adopters": 0, "remaining": self.market, "new": 0}

    def step(self, state: State, shock: Array) -> State:
        """One month: whoever has not begun may begin."""
        share = state["adopters"] / self.market
        chance = np.minimum(1, self.innovation + self.imitation * share)
        new = binomial(state["remaining"], chance, shock[0])
        return {
            "adopters": state["adopters"] + new,
            "remaining": state["remaining"] - new,
            "new": new,
        }


def binomial(trials: Array, chance: Array, luck: Array) -> Array:
    """Turn luck into a count: how many of `trials` succeed, each with the same chance.

    The count is the quantile of the binomial distribution at the place of `luck` in the normal
    distribution: luck 0 gives the median, more luck never gives less. Where the variance is below
    3 it is exact; above, a Cornish-Fisher expansion misses it by one in fewer than one of 100
    draws, and mean and spread by less than 0.3 % of the spread. It leaves out: dependence between
    the trials.

    Parameters
    ----------
    trials : array
        Whole numbers of 0 or above.
    chance : array
        0..1.
    luck : array
        Standard normal. All three broadcast; together trials and chance have the full shape.

    Returns
    -------
    array
        Whole numbers between 0 and `trials`.

    Examples
    --------
    >>> luck = np.array([-2.0, 0.0, 2.0])
    >>> binomial(np.array(1000.0), np.array(0.3), luck).tolist()
    [271.0, 300.0, 329.0]
    """
    square = chance * (1 - chance)
    variance = trials * square
    few = variance < _EXACT_BELOW
    spread = np.sqrt(np.maximum(variance, _EXACT_BELOW))
    near = luck
    if np.abs(luck).max(initial=0) > _TURNS * _EXACT_BELOW**0.5:
        near = np.clip(luck, -_TURNS * spread, _TURNS * spread)
    further = near * near
    count = (square * (14 - 2 * further) - (2 + further)) / (72 * spread)
    count += spread
    count *= near
    count += (1 - 2 * chance) * (further - 1) / 6
    count += trials * chance
    count -= 0.5
    count = np.minimum(np.maximum(np.ceil(count), 0), trials)
    if few.any():
        few = np.broadcast_to(few, count.shape)
        count[few] = _counted(*(np.broadcast_to(a, few.shape)[few] for a in (trials, chance, luck)))
    return np.asarray(count)


def _counted(n: Array, p: Array, z: Array) -> Array:
    """Return the binomial quantile by adding up the chances of 0, 1, 2, ... successes."""
    from scipy.special import ndtr

    # Count whichever is rarer, successes or failures, so that few terms are enough.
    often = p > 0.5
    p = np.where(often, 1 - p, p)
    place = np.minimum(ndtr(np.where(often, -z, z)), 1 - 1e-12)
    odds = p / (1 - p)
    first = odds * (n + 1)
    chance = (1 - p) ** n
    reached = chance.copy()
    count = np.zeros(n.shape)
    k = 0
    while (more := reached < place).any():
        count += more
        k += 1
        chance *= first / k - odds
        reached += chance
    count = np.minimum(count, n)
    return np.where(often, n - count, count)
