"""How many people are average in everything."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import SEED, Array, Model, Pictures, number, numbers, quantity, whole
from thousandfold.picture import Lines, Note, Picture, Series

_DANIELS = "Daniels 1952, The 'Average Man'?, as told in Rose 2016, The End of Average"


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
        4063,
        "people",
        "how many are measured",
        low=1,
        high=1e5,
        whole=True,
        source=_DANIELS,
        decision=True,
        because="the size of the example",
    )
    ways: float = quantity(
        10,
        "ways",
        "in how many ways they differ",
        low=1,
        high=50,
        whole=True,
        source=_DANIELS,
        decision=True,
        because="the size of the example",
    )
    middle: float = quantity(
        0.3,
        "share of people",
        "how many count as average in one way",
        low=0.01,
        high=0.99,
        source=_DANIELS,
        decision=True,
    )
    correlation: float = quantity(
        0.4,
        "correlation",
        "how much one way tells about another",
        low=0,
        high=0.99,
        plausible=(0, 0.6),
        because="0 is no tie at all; fewer than 3.5 % in three ways (Daniels 1952) allow 0.45; "
        "above 0.6 two ways are nearly one",
    )

    def share(self, ways: ArrayLike | None = None) -> Array:
        """Return the share of people who are average in that many ways, shape as `ways`."""
        from scipy.special import ndtr, ndtri

        k = numbers("ways", self.ways if ways is None else ways, 0)
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
        generator = np.random.default_rng(whole("seed", seed, 0))
        common = generator.standard_normal((int(self.people), 1))
        own = generator.standard_normal((int(self.people), int(self.ways)))
        size = np.abs(np.sqrt(self.correlation) * common + np.sqrt(1 - self.correlation) * own)
        average = size <= np.quantile(size, self.middle, axis=0)
        return np.asarray(np.logical_and.accumulate(average, axis=1).sum(axis=0), dtype=float)

    def pictures(self) -> Pictures:
        """Return one picture: how many people are still average as more ways are looked at."""
        return {"average": self._average_picture}

    def _average_picture(self) -> Picture:
        ways = np.arange(1, int(self.ways) + 1)
        apart, here = self.replace(correlation=0).expected(ways), self.expected(ways)
        crowd = self.measured()
        found = crowd > 0
        every = f"all {len(ways)} ways" if len(ways) > 1 else "one way"
        left = number(float(here[-1].round())) if here[-1] >= 1 else "fewer than one"
        return Lines(
            (
                Series(f"correlation {self.correlation:g}", ways, here),
                Series("no correlation", ways, apart),
                Series("one simulated crowd", ways[found], crowd[found], points=True),
            ),
            "ways looked at",
            f"average in all of them (people of {self.people:,.0f})",
            title=f"Average in {every}: {left} in {number(self.people)}",
            shown="Each step on the vertical axis is a factor of ten.",
            notes=(Note("one person", y=1),),
            sentence=(
                f"Of {number(self.people)} people, {number(here[0])} are average in one way and "
                f"{number(here[-1])} in {len(ways)} ways, if the correlation is "
                f"{self.correlation:g}; {number(apart[-1])} if there is none. The chance that "
                f"nobody is: {100 * self.nobody:.0f} %."
            ),
            log_y=True,
        )
