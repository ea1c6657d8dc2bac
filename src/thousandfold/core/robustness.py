"""In how many plausible companies a claim holds, and on which one number it hangs most.

A model needs numbers that nobody has measured. Whoever builds it chooses them, and a claim may hold
for that choice alone. So a claim is tried in companies that are drawn from where companies may
plausibly lie, and the number that decides most is named: it is the one to go and count at home.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core.arguments import Quantity
from thousandfold.core.companies import Companies, Condition, companies, in_factors, one_each, quiet
from thousandfold.core.engine import SEED
from thousandfold.core.model import Array, Model
from thousandfold.core.trajectory import number, readable
from thousandfold.picture import Lines, Note, Picture, Series

if TYPE_CHECKING:
    import pandas as pd

Claim = Callable[[Sequence[Model]], ArrayLike]
"""From companies to a margin for each: above 0 where the claim holds, and by how much."""

_FEWEST_ON_A_SIDE = 0.05
_SHUFFLES = 300
_SURE = 0.99
_NEARLY = 0.8
_MOST_DECIDERS = 3
_Z = 1.959964  # of the normal distribution, for nineteen of twenty


@dataclass(frozen=True, eq=False)
class Robustness:
    """In how many companies a claim holds. The last line of a cell shows it.

    Attributes
    ----------
    says : str
        The claim.
    margin : array, shape (companies,)
        Above 0 where it holds.
    companies : Companies
    unit : str
        Of the margin.
    within : float or None
        As in `companies`.
    """

    says: str
    margin: Array
    companies: Companies
    unit: str = ""
    within: float | None = None

    @property
    def holds(self) -> np.ndarray:
        """Where the claim holds, shape (companies,)."""
        return self.margin > 0

    @property
    def share(self) -> float:
        """Share of the companies in which the claim holds."""
        return float(self.holds.mean())

    @property
    def percent(self) -> int:
        """The same, of 100."""
        return round(100 * self.share)

    def interval(self) -> tuple[float, float]:
        """Return between what the share lies in nineteen draws of companies out of twenty.

        It is Wilson's interval. It speaks of the draw, not of the world: the ranges are ours.
        """
        n, share = len(self.margin), self.share
        middle = share + _Z**2 / (2 * n)
        wide = _Z * np.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
        low, high = (middle - wide) / (1 + _Z**2 / n), (middle + wide) / (1 + _Z**2 / n)
        return max(0.0, float(low)), min(1.0, float(high))

    def table(self) -> pd.DataFrame:
        """Return what each number decides: one row each, what decides most first.

        A number is cut where the companies below and above differ most. *decides, %* is how much
        of the differences between companies that one cut explains; where the claim holds
        everywhere or nowhere, of the differences in rank of the margin.
        """
        import pandas as pd

        rows = {}
        for name, values in self.companies.drawn.items():
            explained, cut = _best_cut(values, self._outcome)
            below, above = self.holds[values < cut], self.holds[values >= cut]
            low, high = self.companies.ranges[name]
            rows[name] = {
                "decides, %": 100 * explained,
                "cut at": cut,
                "holds below, %": 100 * below.mean(),
                "holds above, %": 100 * above.mean(),
                "drawn from": low,
                "to": high,
            }
        return pd.DataFrame(rows).T.sort_values("decides, %", ascending=False, kind="stable")

    @cached_property
    def deciders(self) -> tuple[str, ...]:
        """The numbers on which the claim hangs most, at most three; none if chance does as much.

        More than one if the second explains nearly as much as the first: then other companies
        would have changed their places.
        """
        explained = {
            name: _best_cut(values, self._outcome)[0]
            for name, values in self.companies.drawn.items()
        }
        least = max(self._by_chance(), _NEARLY * explained[self._first])
        first = sorted(explained, key=lambda name: -explained[name])[:_MOST_DECIDERS]
        return tuple(name for name in first if explained[name] > least)

    @property
    def sentence(self) -> str:
        """How often it holds, and on what it hangs most."""
        n, held = len(self.margin), int(self.holds.sum())
        low, high = (round(100 * end) for end in self.interval())
        where = (
            "plausible companies"
            if self.within is None
            else f"companies within {100 * self.within:g} % of the one here"
        )
        counted = f"{held} of {n}"
        said = f"{self.says.rstrip('.')}: this holds in {counted} {where} ({low} to {high} %)."
        if self.companies.outside:
            said += f" {self.companies.outside} more are companies of which it does not speak."
        if self.companies.refused:
            said += f" {self.companies.refused} more were no company that the model knows."
        if held in {0, n}:
            return said
        if not self.deciders:
            return f"{said} No single number decides it."
        if len(self.deciders) > 1:
            *most, last = [self._in_words(name) for name in self.deciders]
            return f"{said} It hangs on {', '.join(most)} and {last}, on each about as much."
        [name] = self.deciders
        cut, below, above = self._cut(name)
        return (
            f"{said} It hangs most on {self._in_words(name)}: below {self._amount(name, cut)} it "
            f"holds in {below:.0f} %, from there on in {above:.0f} %."
        )

    def picture(self) -> Picture:
        """Show one mark for each company: by how much the claim holds, against what decides."""
        name, holds = self._first, self.holds
        q = self._quantity(name)
        values = (100 if _in_percent(q) else 1) * self.companies.drawn[name]
        series = [
            Series(label, values[there], self.margin[there], points=True, colour=colour)
            for label, there, colour in (("holds", holds, "blue"), ("does not", ~holds, "red"))
            if there.any()
        ]
        notes = [Note("above this line it holds", y=0)]
        if self._decides:
            cut = self._cut(name)[0]
            place = 100 * cut if _in_percent(q) else cut
            notes.append(Note(self._amount(name, cut), x=place))
        low, high = self.companies.ranges[name]
        return Lines(
            title=self._title,
            shown=f"One mark for each company. Across: {q.meaning}. Up: by how much it holds.",
            sentence=self.sentence,
            notes=tuple(notes),
            series=tuple(series),
            x_label=f"{readable(name)} ({_measure(q)})",
            y_label=f"by how much it holds{f' ({self.unit})' if self.unit else ''}",
            log_x=in_factors(low, high),
        )

    def __repr__(self) -> str:
        return self.sentence

    @property
    def _title(self) -> str:
        counted = f"Holds in {int(self.holds.sum())} of {len(self.holds)} companies"
        return f"{counted}: “{readable(self._first)}” decides" if self._decides else counted

    @property
    def _decides(self) -> bool:
        """Whether one number alone says where the claim holds and where not."""
        return len(self.deciders) == 1 and 0 < self.share < 1

    @cached_property
    def _outcome(self) -> Array:
        if 0 < self.share < 1:
            return self.holds.astype(float)
        return np.argsort(np.argsort(self.margin, kind="stable"), kind="stable").astype(float)

    @cached_property
    def _first(self) -> str:
        drawn = self.companies.drawn
        return max(drawn, key=lambda name: _best_cut(drawn[name], self._outcome)[0])

    def _by_chance(self) -> float:
        """Return what the best of these numbers would explain if none had anything to say."""
        generator = np.random.default_rng(SEED)
        outcomes = generator.permuted(np.tile(self._outcome, (_SHUFFLES, 1)), axis=1)
        rows = self.companies.drawn.values()
        best = np.max([_explained(values, outcomes)[0].max(axis=1) for values in rows], axis=0)
        return float(np.quantile(best, _SURE))

    def _cut(self, name: str) -> tuple[float, float, float]:
        values = self.companies.drawn[name]
        cut = _best_cut(values, self._outcome)[1]
        below, above = (100 * float(self.holds[s].mean()) for s in (values < cut, values >= cut))
        return cut, below, above

    def _quantity(self, name: str) -> Quantity:
        return self.companies.models[0].quantities()[name]

    def _in_words(self, name: str) -> str:
        return f"{readable(name)} ({self._quantity(name).meaning})"

    def _amount(self, name: str, value: float) -> str:
        times, measure = (100, " %") if _in_percent(self._quantity(name)) else (1, "")
        # A cut lies somewhere between two companies: two digits are all that is known of it.
        rounded = f"{times * value:.2g}"
        return f"{number(float(rounded)) if abs(value) >= 0.1 else rounded}{measure}"


def robust(
    model: Model,
    claim: Claim,
    says: str = "The claim",
    *,
    unit: str = "",
    where: Condition | None = None,
    draws: int = 100,
    within: float | None = None,
    seed: int = SEED,
    **known: float,
) -> Robustness:
    """Try a claim in many plausible companies.

    The result is a share of a box that we drew, no probability.

    Parameters
    ----------
    model : Model
        Its decisions are kept; the rest is drawn.
    claim : callable
        From a list of models to one number each: above 0 where the claim holds, and by how much.
    says : str
        The claim in words.
    unit : str
        Of the numbers that `claim` returns.
    where : callable, optional
        From a list of models to whether the claim speaks for each; the others are left out.
    draws, within, seed, **known
        As in `companies`.

    Returns
    -------
    Robustness
        With `share`, `interval`, `table`, `picture` and `sentence`.

    Raises
    ------
    ExplainedError
        If nothing varies, fewer than ten companies are left, or `claim` does not return one finite
        number for each of them.

    Examples
    --------
    >>> from thousandfold.models import ScalabilityLaw
    >>> def peaks_early(laws):
    ...     return [200 - law.peak_load for law in laws]
    >>> robust(ScalabilityLaw(), peaks_early).percent
    99
    """
    found = companies(model, draws, within=within, only=None, seed=seed, **known)
    if where is not None:
        found = found.that(where)
    with quiet():
        margin = claim(found.models)
    return Robustness(says, one_each("a claim", margin, len(found.models)), found, unit, within)


def _in_percent(q: Quantity) -> bool:
    """Say whether people read it in percent: a share per something, such as per person, is none."""
    return q.unit.startswith("share") and " per " not in q.unit


def _measure(q: Quantity) -> str:
    return f"%{q.unit.removeprefix('share')}" if _in_percent(q) else q.unit


def _explained(values: Array, outcomes: Array) -> tuple[Array, Array]:
    """Return how much of the variance each cut explains, shape (outcomes, cuts), and the cuts.

    Parameters
    ----------
    values : array, shape (companies,)
        Of one number.
    outcomes : array, shape (outcomes, companies)
    """
    order = np.argsort(values, kind="stable")
    ordered, n = values[order], len(values)
    edge = max(1, int(_FEWEST_ON_A_SIDE * n))
    places = np.arange(edge, n - edge + 1)
    places = places[ordered[places] > ordered[places - 1]]
    if not len(places):
        return np.zeros((len(outcomes), 1)), ordered[:1]
    sums = np.cumsum(outcomes[:, order], axis=1)
    total = sums[:, -1:]
    left = sums[:, places - 1] / places
    right = (total - sums[:, places - 1]) / (n - places)
    between = places * (n - places) / n**2 * (left - right) ** 2
    spread = outcomes.var(axis=1, keepdims=True)
    explained = np.divide(between, spread, out=np.zeros_like(between), where=spread > 0)
    return explained, (ordered[places] + ordered[places - 1]) / 2


def _best_cut(values: Array, outcome: Array) -> tuple[float, float]:
    """Return how much of the outcome the best cut of one number explains, and where it lies."""
    explained, cuts = _explained(values, outcome[np.newaxis])
    best = int(explained[0].argmax())
    return float(explained[0, best]), float(cuts[best])
