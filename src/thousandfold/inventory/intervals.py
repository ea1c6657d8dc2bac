"""How far chance alone may have moved a share, a change or a mean: intervals of 95 per cent."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

_INSIDE = 0.975  # below the upper end of an interval of 95 %
_ALIKE = 1e-9  # of what is compared: what two sums of the same numbers may differ by rounding
_FOUND = 0.8  # the power that is usual in education: four studies of five find it


class Interval(NamedTuple):
    """What was found, and between which ends the truth lies in 95 of 100 such studies.

    Attributes
    ----------
    value, low, high : array
        Without dimensions for one study; else one for each. Where nothing differs between people,
        nothing tells how far chance reaches: the ends are NaN.
    """

    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    @property
    def found(self) -> NDArray[np.bool_]:
        """Whether zero lies outside, so that there is an effect, one way or the other."""
        return np.asarray((self.low > 0) | (self.high < 0))

    @property
    def rises(self) -> NDArray[np.bool_]:
        """Whether all of it lies above zero."""
        return np.asarray(self.low > 0)

    def holds(self, truth: float) -> NDArray[np.bool_]:
        """Return whether a true value lies inside."""
        return np.asarray((self.low <= truth) & (truth <= self.high))


class Crossed(NamedTuple):
    """A mean over people of whom some met one form first, the others the other.

    Attributes
    ----------
    change : Interval
        Of a person from before to after.
    form : Interval or None
        How much more is right in form B than in A; None if all met the same form first, so that
        `change` cannot be told from it.
    detectable : array
        The true change that four of five such studies would have found.
    """

    change: Interval
    form: Interval | None
    detectable: NDArray[np.float64]


def crossed(changes: ArrayLike, a_first: ArrayLike) -> Crossed:
    """Return the mean change of people who met two forms in either order.

    Forms differ in difficulty. In the mean of both orders that difference falls out, however many
    people each order has; half of what the orders differ is the difference of the forms. The
    interval is Student's, with the spread within the orders.

    Parameters
    ----------
    changes : array, shape (..., people)
        After minus before, in any unit; the last axis is one study.
    a_first : array of bool, shape (people,)
        Whether a person met form A before, and B after.

    Notes
    -----
    It is the estimate of a period effect in a crossover of two periods: Jones and Kenward (2014),
    Design and Analysis of Cross-Over Trials, chapter 2. With one order it is the paired t interval.
    """
    from scipy.special import stdtrit

    x, first = np.asarray(changes, dtype=float), np.asarray(a_first, dtype=bool)
    groups = [x[..., who] for who in (first, ~first) if who.any()]
    means = [group.mean(axis=-1) for group in groups]
    free = x.shape[-1] - len(groups)
    squares = np.sum(
        [((g - m[..., None]) ** 2).sum(axis=-1) for g, m in zip(groups, means, strict=True)], axis=0
    )
    weight = sum(1 / group.shape[-1] for group in groups) / len(groups) ** 2
    error = np.sqrt(squares / free * weight)
    error = np.where(error > _ALIKE * np.abs(x).max(axis=-1), error, np.nan)
    reach = stdtrit(free, _INSIDE) * error

    def around(value: NDArray[np.float64]) -> Interval:
        return Interval(value, value - reach, value + reach)

    return Crossed(
        change=around(np.mean(means, axis=0)),
        form=around((means[0] - means[1]) / 2) if len(groups) > 1 else None,
        detectable=(stdtrit(free, _INSIDE) + stdtrit(free, _FOUND)) * error,
    )


def bonett_price(rose: ArrayLike, fell: ArrayLike, people: ArrayLike) -> Interval:
    """Return the change of a share among the same people, with its adjusted Wald interval.

    Parameters
    ----------
    rose, fell : int or array
        How many were wrong before and right after, and the other way.
    people : int or array
        All of them.

    Notes
    -----
    Bonett and Price (2012), Adjusted Wald confidence interval for a difference of binomial
    proportions based on paired data, Journal of Educational and Behavioral Statistics 37(4),
    479-488, 10.3102/1076998611411915. The value is the plain change; the interval is around one
    that is drawn towards zero, and holds the truth also where few people answered.
    """
    from scipy.special import ndtri

    up, down, n = (np.asarray(count, dtype=float) for count in (rose, fell, people))
    more, fewer = (up + 1) / (n + 2), (down + 1) / (n + 2)
    middle = more - fewer
    reach = ndtri(_INSIDE) * np.sqrt((more + fewer - middle**2) / (n + 2))
    return Interval((up - down) / n, np.maximum(middle - reach, -1), np.minimum(middle + reach, 1))


def wilson(right: ArrayLike, answers: ArrayLike) -> Interval:
    """Return a share with its score interval.

    Parameters
    ----------
    right, answers : int or array
        How many were right, of how many.

    Notes
    -----
    Wilson (1927), Journal of the American Statistical Association 22, 209-212. It takes answers
    for independent.
    """
    from scipy.special import ndtri

    k, n = np.asarray(right, dtype=float), np.asarray(answers, dtype=float)
    z = ndtri(_INSIDE)
    middle = (k + z**2 / 2) / (n + z**2)
    reach = z / (n + z**2) * np.sqrt(k * (n - k) / n + z**2 / 4)
    return Interval(k / n, np.maximum(middle - reach, 0), np.minimum(middle + reach, 1))
