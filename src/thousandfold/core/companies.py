"""Companies as they may plausibly be: every number drawn that nobody decides and nobody knows."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thousandfold.core.arguments import Quantity, one_of, single, whole
from thousandfold.core.engine import SEED
from thousandfold.core.model import Array, Model
from thousandfold.errors import ExplainedError

Condition = Callable[[Sequence[Model]], ArrayLike]
"""From companies to whether a claim speaks for each."""

MOST_DRAWS = 10_000
_FEWEST = 10
_WIDE = 10
_ROUNDING = 1e-9
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
    known : mapping of str to float
        What was not drawn because somebody knows it.
    spoken_of : float
        Share of the companies of which a claim speaks; the others were left out by `that`.
    """

    models: tuple[Model, ...]
    drawn: Mapping[str, Array]
    refused: int
    ranges: Mapping[str, tuple[float, float]]
    known: Mapping[str, float]
    spoken_of: float = 1.0

    def that(self, condition: Condition) -> Companies:
        """Return those for which a claim speaks, none perhaps; those where `condition` is above 0.

        Parameters
        ----------
        condition : callable
            From a list of models to True or False for each.
        """
        with quiet():
            meant = condition(list(self.models))
        kept = np.flatnonzero(one_each("a condition", meant, len(self.models)) > 0)
        return replace(self._only(kept), spoken_of=len(kept) / len(self.models))

    def first(self, count: int) -> Companies:
        """Return the first of them; what is said of all stays."""
        return self._only(np.arange(min(count, len(self.models))))

    def _only(self, kept: NDArray[np.intp]) -> Companies:
        return replace(
            self,
            models=tuple(self.models[place] for place in kept),
            drawn={name: row[kept] for name, row in self.drawn.items()},
        )


def companies(
    model: Model,
    draws: int = 100,
    *,
    within: float | None = None,
    only: Sequence[str] | None = None,
    seed: int = SEED,
    **known: Any,
) -> Companies:
    """Draw companies: all that nobody decides and nobody knows, at once.

    It is a Latin hypercube: each number is spread evenly over its range, in factors where the
    upper end is more than ten times the lower one. Of a share near 1, such as an availability,
    what is missing is drawn in this way. What is 0 and has no range stays 0.

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

    Returns
    -------
    Companies
        Its ``models`` are the companies, its ``drawn`` the numbers that were drawn, by name.

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
    if not isinstance(model, Model):
        raise ExplainedError(f"the model must be one company, such as Debt(), not {_called(model)}")
    draws = whole("draws", draws, low=_FEWEST, high=MOST_DRAWS)
    seed = whole("seed", seed, low=0)
    if within is not None:
        within = single("within", within, 0, 1, unit="share of each number, such as 0.25")
    model = model.replace(**known)
    for name in only or ():
        one_of(f"parameter of {type(model).__name__}", name, model.quantities())
    ranges, drawn = {}, {}
    for name, q in model.quantities().items():
        extent = _extent(q, float(getattr(model, name)), within)
        if name in known or extent is None or not (only is None or name in only):
            continue
        values = _values(q, *extent, _spread(draws, seed, name))
        if np.ptp(values):
            ranges[name], drawn[name] = extent, values
    if not ranges:
        raise ExplainedError(
            f"{type(model).__name__} has nothing to vary: all its numbers are decisions, known, or "
            "nothing at all. Give a quantity plausible=(low, high)"
        )
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
    return Companies(tuple(made), drawn, draws - len(made), ranges, known)


def _spread(draws: int, seed: int, name: str) -> Array:
    """Return as many shares, one in each part of 0 to 1, in an order of this name's own.

    These are the columns of a Latin hypercube. What is drawn for one number does not change when
    another is known. `scipy.stats` draws them too, and takes a browser ten seconds to load.
    """
    generator = np.random.default_rng([seed, crc32(name.encode())])
    return (generator.permutation(draws) + generator.random(draws)) / draws


def in_factors(low: float, high: float) -> bool:
    """Say whether a range is so wide that people think of it in factors."""
    return low > 0 and high > _WIDE * low * (1 + _ROUNDING)


def near_one(q: Quantity) -> bool:
    """Say whether people count what is missing to 1: 99.5 to 99.999 % is half to a thousandth."""
    if q.plausible is None or not q.in_percent or in_factors(*q.plausible):
        return False
    low, high = q.plausible
    return in_factors(1 - high, 1 - low)


def _values(q: Quantity, low: float, high: float, shares: Array) -> Array:
    """Return values of a quantity; where it lies near 1, by what is missing."""
    if near_one(q):
        missing = _between(1 - high, 1 - low, shares, whole=False)
        return np.asarray(np.clip(1 - missing, low, high))
    return _between(low, high, shares, whole=q.whole)


def _between(low: float, high: float, shares: Array, *, whole: bool) -> Array:
    """Return values between two ends: evenly in steps, or in factors where it is a wide range.

    Of 1 to 100 half are below 10: whoever gives such a range thinks in factors. Of whole numbers
    each has the same share, the ends too.
    """
    if in_factors(low, high):
        values: Array = low * (high / low) ** shares
        return np.round(values).clip(np.ceil(low), np.floor(high)) if whole else values
    if whole:
        first, last = np.ceil(low), np.floor(high)
        places: Array = np.clip(np.round(first - 0.5 + shares * (last - first + 1)), first, last)
        return places
    return low + shares * (high - low)


def _extent(q: Quantity, value: float, within: float | None) -> tuple[float, float] | None:
    """Return between what a number is drawn, or None if it is not."""
    if q.decision or (within is not None and q.basis == "cited"):
        return None
    if within is None and q.plausible is not None:
        return q.plausible
    counted = 1 - value if near_one(q) else abs(value)
    around = counted * (_UNKNOWN if within is None else within)
    low, high = max(q.low, value - around), min(q.high, value + around)
    return (low, high) if low < high else None


def one_each(what: str, margin: ArrayLike, count: int) -> Array:
    """Return one finite number for each company, or say what was given instead."""
    asked = f"{what} gives one number for each of the {count} companies, above 0 where it holds"
    given = np.ma.filled(np.ma.asarray(margin).astype(object), np.nan)
    if isinstance(margin, str) or any(isinstance(one, str | complex) for one in np.ravel(given)):
        raise ExplainedError(f"{asked}; this one gave {_called(margin)} with what is no number")
    try:
        values = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        raise ExplainedError(f"{asked}; this one gave {_called(margin)}") from None
    if values.shape != (count,):
        told = "one number" if values.ndim == 0 else f"numbers of shape {values.shape}"
        raise ExplainedError(f"{asked}; this one gave {told}")
    wrong = int((~np.isfinite(values)).sum())
    if wrong:
        raise ExplainedError(
            f"{asked}; this one gave no finite number for {wrong} of them. Say in it what "
            "counts where nothing comes out, such as a horizon plus one for 'never'"
        )
    return values


def _called(value: object) -> str:
    """Return what something is, in a word."""
    return f"the class {value.__name__}" if isinstance(value, type) else type(value).__name__


@contextmanager
def quiet() -> Iterator[None]:
    """Keep what libraries warn of from readers: what comes of it is checked."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield
