"""Which of the numbers that were drawn decide an outcome, as far as so few companies can say."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from thousandfold.core.engine import SEED
from thousandfold.core.model import Array

_BINS = 5
_SHUFFLES = 300
_SURE = 0.95
_AGAIN = 200  # other companies that might have been drawn
_CANDIDATES = 6  # more never come first
_MOST = 3
_OFTEN = 0.8  # of those draws, in which one of the named numbers comes first
_FEWEST_ON_A_SIDE = 0.05


def explained(values: Array, outcomes: Array) -> Array:
    """Return how much of the variance of each outcome one number explains: its first-order index.

    The companies are put into five groups by the number, and the spread between the groups is
    taken, less what five groups have by chance. A number that matters in its middle counts, too.

    Parameters
    ----------
    values : array, shape (companies,) or (outcomes, companies)
    outcomes : array, shape (outcomes, companies)

    Returns
    -------
    array, shape (outcomes,)
    """
    order = np.argsort(np.broadcast_to(values, outcomes.shape), axis=1, kind="stable")
    ordered = np.take_along_axis(outcomes, order, axis=1)
    n = ordered.shape[1]
    starts = np.linspace(0, n, _BINS + 1).astype(int)
    sums, sizes = np.add.reduceat(ordered, starts[:-1], axis=1), np.diff(starts)
    total = n * ordered.var(axis=1)
    between = (sums**2 / sizes).sum(axis=1) - n * ordered.mean(axis=1) ** 2
    by_chance = (total - between) / (n - _BINS)
    found = np.zeros(len(outcomes))
    np.divide(between - (_BINS - 1) * by_chance, total + by_chance, out=found, where=total > 0)
    return found


def deciders(drawn: Mapping[str, Array], outcome: Array) -> tuple[str, ...]:
    """Return the numbers that decide most, at most three; none if these companies cannot say.

    What comes first must explain more than the best of as many numbers that have nothing to say.
    Then the companies are drawn again from themselves: as few numbers are named as come first in
    eight of ten such draws together.

    Parameters
    ----------
    drawn : mapping of str to array, shape (companies,)
    outcome : array, shape (companies,)
    """
    generator = np.random.default_rng(SEED)
    shares = {name: float(explained(row, outcome[np.newaxis])[0]) for name, row in drawn.items()}
    names = sorted(shares, key=lambda name: -shares[name])[:_CANDIDATES]
    shuffled = generator.permuted(np.tile(outcome, (_SHUFFLES, 1)), axis=1)
    best = np.max([explained(row, shuffled) for row in drawn.values()], axis=0)
    if not shares[names[0]] > np.quantile(best, _SURE):
        return ()
    again = generator.integers(0, len(outcome), (_AGAIN, len(outcome)))
    told = np.array([explained(drawn[name][again], outcome[again]) for name in names])
    often = np.bincount(told.argmax(axis=0), minlength=len(names)) / _AGAIN
    order = np.argsort(-often, kind="stable")
    needed = int(np.searchsorted(np.cumsum(often[order]), _OFTEN)) + 1
    return tuple(names[place] for place in order[:needed]) if needed <= _MOST else ()


def best_cut(values: Array, outcome: Array) -> float:
    """Return the value of one number between which's sides the outcome differs most."""
    order = np.argsort(values, kind="stable")
    ordered, n = values[order], len(values)
    edge = max(1, int(_FEWEST_ON_A_SIDE * n))
    places = np.arange(edge, n - edge + 1)
    places = places[ordered[places] > ordered[places - 1]]
    if not len(places):
        return float(ordered[0])
    sums = np.cumsum(outcome[order])
    left, right = sums[places - 1] / places, (sums[-1] - sums[places - 1]) / (n - places)
    best = int((places * (n - places) * (left - right) ** 2).argmax())
    return float((ordered[places[best]] + ordered[places[best] - 1]) / 2)
