"""Companies as they may plausibly be: every number drawn that nobody decides and nobody knows."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from zlib import crc32

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core.arguments import Quantity, one_of, whole
from thousandfold.core.engine import SEED
from thousandfold.core.model import Array, Model
from thousandfold.errors import ExplainedError

Condition = Callable[[Sequence[Model]], ArrayLike]
"""From companies to whether a claim speaks for each."""

_MOST_DRAWS = 10_000
_FEWEST = 10
_WIDE = 10
_UNKNOWN = 0.5  # of a default, to both sides, where nobody said between what companies lie


@dataclass(frozen=True)
class Companies:
    """Plausible companies.

    Attributes
    ----------
    models : tuple of Model
    drawn : mapping of str to array, shape (companies,)
        What was drawn for each parameter that was not held.
    refused : int
        How many combinations the model itself refuses.
    ranges : mapping of str to tuple of float
        From where to where each was drawn.
    outside : int
        How many were left out by `that`, for which a claim does not speak.
    """

    models: tuple[Model, ...]
    drawn: Mapping[str, Array]
    refused: int
    ranges: Mapping[str, tuple[float, float]]
    outside: int = 0

    def that(self, condition: Condition) -> Companies:
        """Return those for which a claim speaks."""
        with quiet():
            meant = condition(self.models)
        kept = np.flatnonzero(one_each("a condition", meant, len(self.models)))
        if len(kept) < _FEWEST:
            raise ExplainedError(
                f"the claim speaks for {len(kept)} of {len(self.models)} companies; fewer than "
                f"{_FEWEST} say nothing. Draw more, or ask for less"
            )
        return replace(
            self,
            models=tuple(self.models[place] for place in kept),
            drawn={name: row[kept] for name, row in self.drawn.items()},
            outside=len(self.models) - len(kept),
        )


def companies(
    model: Model,
    draws: int = 100,
    *,
    within: float | None = None,
    only: Sequence[str] | None = None,
    seed: int = SEED,
    **known: float,
) -> Companies:
    """Draw companies: all that nobody decides and nobody knows, at once.

    It is a Latin hypercube: each number is spread evenly over its range, in factors where the
    upper end is more than ten times the lower one.

    Parameters
    ----------
    model : Model
        Whose decisions are kept.
    draws : int
        How many; those that the model refuses are left out.
    within : float, optional
        Draw from so far around the values of `model`, 0.25 for a quarter to both sides, and leave
        what somebody measured as it is. By default each number is drawn from its plausible range;
        where a model gives none, from half to one and a half of the value.
    only : sequence of str, optional
        What is drawn, if you know all the rest.
    seed : int
        The same seed gives the same companies.
    **known : float
        What you know about your company: it is not drawn.

    Raises
    ------
    ExplainedError
        If nothing is left to draw, a name is unknown, or fewer than ten companies are left.

    Examples
    --------
    >>> from thousandfold.models import Debt
    >>> drawn = companies(Debt(), interest=0.3)
    >>> len(drawn.models), "interest" in drawn.drawn
    (100, False)
    >>> sorted(companies(Debt(), only=["interest", "contagion"]).drawn)
    ['contagion', 'interest']
    """
    draws = whole("draws", draws, low=_FEWEST, high=_MOST_DRAWS)
    seed = whole("seed", seed, low=0)
    if within is not None and not 0 < within <= 1:
        raise ExplainedError(
            f"within must be a share above 0 and up to 1, such as 0.25, not {within}"
        )
    model = model.replace(**known)
    for name in only or ():
        one_of(f"parameter of {type(model).__name__}", name, model.quantities())
    ranges = {
        name: extent
        for name, q in model.quantities().items()
        if name not in known
        and (only is None or name in only)
        and (extent := _extent(q, float(getattr(model, name)), within))
    }
    if not ranges:
        raise ExplainedError(
            f"{type(model).__name__} has nothing to vary: all its numbers are decisions, known, or "
            "nothing at all. Give a quantity plausible=(low, high)"
        )
    drawn = {}
    for name, (low, high) in ranges.items():
        values = _between(low, high, _spread(draws, seed, name))
        drawn[name] = np.round(values) if model.quantities()[name].whole else values
    made: list[Model] = []
    kept = []
    for place in range(draws):
        try:
            made.append(model.replace(**{name: float(row[place]) for name, row in drawn.items()}))
        except ExplainedError:
            continue  # a combination that this model refuses
        kept.append(place)
    if len(made) < _FEWEST:
        raise ExplainedError(
            f"{type(model).__name__} refuses {draws - len(made)} of {draws} companies; fewer than "
            f"{_FEWEST} are left, which says nothing. Draw more, or mend the plausible ranges"
        )
    drawn = {name: row[kept] for name, row in drawn.items()}
    return Companies(tuple(made), drawn, draws - len(made), ranges)


def _spread(draws: int, seed: int, name: str) -> Array:
    """Return as many shares, one in each part of 0 to 1, in an order of this name's own.

    These are the columns of a Latin hypercube. What is drawn for one number does not change when
    another is known. `scipy.stats` draws them too, and takes a browser ten seconds to load.
    """
    generator = np.random.default_rng([seed, crc32(name.encode())])
    return (generator.permutation(draws) + generator.random(draws)) / draws


def in_factors(low: float, high: float) -> bool:
    """Say whether a range is so wide that people think of it in factors."""
    return low > 0 and high > _WIDE * low


def _between(low: float, high: float, shares: Array) -> Array:
    """Return values between two ends: evenly in steps, or in factors where it is a wide range.

    Of 1 to 100 half are below 10: whoever gives such a range thinks in factors.
    """
    if in_factors(low, high):
        return np.asarray(low * (high / low) ** shares)
    return low + shares * (high - low)


def _extent(q: Quantity, value: float, within: float | None) -> tuple[float, float] | None:
    """Return between what a number is drawn, or None if it is not."""
    if q.decision or (within is not None and q.basis == "cited"):
        return None
    if within is None and q.plausible is not None:
        return q.plausible
    around = abs(value) * (_UNKNOWN if within is None else within)
    low, high = max(q.low, value - around), min(q.high, value + around)
    return (low, high) if low < high else None


def one_each(what: str, margin: ArrayLike, count: int) -> Array:
    """Return one finite number for each company, or say what was given instead."""
    asked = f"{what} gives one number for each of the {count} companies, above 0 where it holds"
    try:
        values = np.asarray(margin, dtype=float)
    except (TypeError, ValueError):
        raise ExplainedError(f"{asked}; this one gave {type(margin).__name__}") from None
    if values.shape != (count,):
        given = "one number" if values.ndim == 0 else f"numbers of shape {values.shape}"
        raise ExplainedError(f"{asked}; this one gave {given}")
    wrong = int((~np.isfinite(values)).sum())
    if wrong:
        raise ExplainedError(
            f"{asked}; this one gave no finite number for {wrong} of them. Say in it what "
            "counts where nothing comes out, such as a horizon plus one for 'never'"
        )
    return values


@contextmanager
def quiet() -> Iterator[None]:
    """Keep what libraries warn of from readers: what comes of it is checked."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield
