"""In how many plausible companies a claim holds, and on which one number it hangs most.

A model needs numbers that nobody has measured. Whoever builds it chooses them, and a claim may hold
for that choice alone. So a claim is tried in companies that are drawn from where companies may
plausibly lie, and the number that decides most is named: it is the one to go and count at home.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core.arguments import Quantity
from thousandfold.core.companies import (
    MOST_DRAWS,
    Companies,
    Condition,
    companies,
    in_factors,
    near_one,
    one_each,
    quiet,
)
from thousandfold.core.deciders import best_cut, deciders, explained
from thousandfold.core.engine import SEED
from thousandfold.core.model import Array, Model
from thousandfold.core.trajectory import readable
from thousandfold.errors import ExplainedError
from thousandfold.language import digits, say
from thousandfold.language.lists import listed
from thousandfold.picture import Lines, Note, Picture, Series

if TYPE_CHECKING:
    import pandas as pd

Claim = Callable[[Sequence[Model]], ArrayLike]
"""From companies to a margin for each: above 0 where the claim holds, and by how much."""

_FEWEST_SPOKEN_OF = 0.1
_SPARE = 1.2
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
    here : Model
        The company around which they were drawn.
    again : callable
        Tries the same claim with other numbers known.
    unit : str
        Of the margin.
    within : float or None
        As in `companies`.
    """

    says: str
    margin: Array
    companies: Companies
    here: Model
    again: Callable[..., Robustness]
    unit: str = ""
    within: float | None = None

    def replace(self, **known: float) -> Robustness:
        """Try the same claim again, with more that is known."""
        return self.again(**{**self.companies.known, **known})

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
        """Return between what the share of all such companies lies, nineteen times out of twenty.

        It is Wilson's interval. It knows of the draw, not of the world: the ranges are chosen.
        """
        n, share = len(self.margin), self.share
        middle = share + _Z**2 / (2 * n)
        wide = _Z * np.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
        low, high = (middle - wide) / (1 + _Z**2 / n), (middle + wide) / (1 + _Z**2 / n)
        return max(0.0, float(low)), min(1.0, float(high))

    def table(self) -> pd.DataFrame:
        """Return what each number decides: one row each, what decides most first.

        *decides, %* is its first-order index: how much of the differences between companies it
        explains alone. A number is cut where the companies below and above differ most. Where the
        claim holds everywhere or nowhere, the rank of the margin is taken.
        """
        import pandas as pd

        rows = {}
        for name, values in self.companies.drawn.items():
            cut = best_cut(values, self._outcome)
            below = values < cut
            low, high = self.companies.ranges[name]
            rows[name] = {
                "decides, %": 100 * max(0.0, self._explained(name)),
                "cut at": cut,
                "holds below": self.holds[below].sum(),
                "of": below.sum(),
                "holds above": self.holds[~below].sum(),
                "of these": (~below).sum(),
                "drawn from": low,
                "to": high,
            }
        return pd.DataFrame(rows).T.sort_values("decides, %", ascending=False, kind="stable")

    @cached_property
    def deciders(self) -> tuple[str, ...]:
        """The numbers on which the claim hangs most, at most three; none if nobody can say.

        More than one if another hundred companies might have put another one first.
        """
        return deciders(self.companies.drawn, self._outcome)

    @property
    def sentence(self) -> str:
        """How often it holds, and on what it hangs most."""
        n, held = len(self.margin), int(self.holds.sum())
        low, high = (round(100 * end) for end in self.interval())
        where = say("plausible companies")
        if self.within is not None:
            where = say("companies within {within:g} % of the one here", within=100 * self.within)
        known = [self._as_known(name, value) for name, value in self.companies.known.items()]
        if known:
            where = say("{companies} with {known}", companies=where, known=say(" and ").join(known))
        told = [
            say(
                "{claim}: this holds in {held} of {n} {companies} ({low} to {high} %).",
                claim=self.says.rstrip("."),
                held=held,
                n=n,
                companies=where,
                low=low,
                high=high,
            )
        ]
        if self.companies.spoken_of < 1:
            spoken = 100 * self.companies.spoken_of
            told.append(say("It speaks of {spoken:.0f} in 100 companies.", spoken=spoken))
        if refused := self.companies.refused:
            told.append(
                say("{refused} more were no company that the model knows.", refused=refused)
            )
        if held not in {0, n}:
            told.append(self._hangs)
        return " ".join(told)

    @property
    def _hangs(self) -> str:
        if not self.deciders:
            return say("No single number decides it.")
        if len(self.deciders) > 1:
            *most, last = [self._in_words(name) for name in self.deciders]
            return say(
                "It hangs on {most} and {last}; these companies cannot say on which most.",
                most=listed(most),
                last=last,
            )
        return say(
            "It hangs most on {number}: {split}.",
            number=self._in_words(self._first),
            split=self.split,
        )

    @property
    def split(self) -> str:
        """Where the one number that decides is cut, and how often it holds on each side."""
        if not self._decides:
            return ""
        values = self.companies.drawn[self._first]
        cut = best_cut(values, self._outcome)
        below = values < cut
        return say(
            "below {cut} it holds in {held} of {n}, from there on in {held_above} of {n_above}",
            cut=self._amount(self._first, cut),
            held=self.holds[below].sum(),
            n=below.sum(),
            held_above=self.holds[~below].sum(),
            n_above=(~below).sum(),
        )

    def picture(self, *, in_order: bool = False) -> Picture:
        """Show one mark for each company: by how much the claim holds, against what decides.

        Parameters
        ----------
        in_order : bool
            Companies stand from the worst to the best, as where no single number decides.
        """
        name = self.deciders[0] if len(self.deciders) == 1 and not in_order else None
        across = np.argsort(np.argsort(self.margin, kind="stable"), kind="stable") + 1.0
        told, label = say("companies, from the worst to the best"), say("companies, worst to best")
        notes = [Note(say("above this line it holds"), y=0)]
        if name is not None:
            q = self._quantity(name)
            across, told = self._place(name, self.companies.drawn[name]), say(q.meaning)
            label = say("{name} ({unit})", name=readable(name), unit=_measure(q))
            lacks = near_one(q)
            if lacks:
                told = say("{meaning}, by what is missing to 100 %", meaning=told)
                label = say(
                    "{name}, what is missing ({unit})", name=readable(name), unit=_measure(q)
                )
            if self._decides:
                cut = best_cut(self.companies.drawn[name], self._outcome)
                place, at = self._place(name, cut), self._amount(name, cut)
                if lacks:
                    at = say("{cut}: {place:.2g} missing", cut=at, place=float(place))
                notes.append(Note(at, x=float(place)))
        # The line at zero says where it holds: names of the two clouds would lie in each other.
        series = [
            Series("", across[there], self.margin[there], points=True, colour=colour)
            for there, colour in ((self.holds, "blue"), (~self.holds, "red"))
            if there.any()
        ]
        low, high = (100 * end for end in self.interval())
        return Lines(
            title=self._title,
            shown=say(
                "One mark for each company. Across: {across}. Of all such companies it holds in "
                "{low:.0f} to {high:.0f} %.",
                across=told,
                low=low,
                high=high,
            ),
            sentence=self.sentence,
            notes=tuple(notes),
            series=tuple(series),
            x_label=label,
            y_label=say("by how much it holds ({unit})", unit=say(self.unit))
            if self.unit
            else say("by how much it holds"),
            log_x=name is not None and self._in_factors(name),
        )

    def __repr__(self) -> str:
        return self.sentence

    @property
    def _title(self) -> str:
        counted = {"held": int(self.holds.sum()), "n": len(self.holds)}
        if self.share in {0, 1}:
            return say("Holds in {held} of {n} companies", **counted)
        if not self._decides:
            return say("Holds in {held} of {n} companies: no single number decides", **counted)
        return say(
            "Holds in {held} of {n} companies: “{name}” decides",
            name=readable(self._first),
            **counted,
        )

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
        return self.deciders[0] if self.deciders else max(self.companies.drawn, key=self._explained)

    def _explained(self, name: str) -> float:
        return float(explained(self.companies.drawn[name], self._outcome[np.newaxis])[0])

    def _quantity(self, name: str) -> Quantity:
        return self.companies.models[0].quantities()[name]

    def _in_words(self, name: str) -> str:
        meaning = say(self._quantity(name).meaning)
        return say("{name} ({meaning})", name=readable(name), meaning=meaning)

    def _as_known(self, name: str, value: float) -> str:
        """Return what somebody knows, and whether anybody thought that a company lies there."""
        q = self._quantity(name)
        times, measure = (100, " %") if q.in_percent else (1, "")
        said = f"{readable(name)} {digits(f'{times * value:g}')}{measure}"
        if q.plausible is None or q.plausible[0] <= value <= q.plausible[1]:
            return said
        low, high = (times * end for end in q.plausible)
        return say(
            "{known}, outside {low:g} to {high:g}{unit},",
            known=said,
            low=low,
            high=high,
            unit=measure,
        )

    def _place(self, name: str, values: Array | float) -> Array:
        """Return where values stand on the axis."""
        q = self._quantity(name)
        counted = 1 - np.asarray(values) if near_one(q) else np.asarray(values)
        return (100 if q.in_percent else 1) * counted

    def _in_factors(self, name: str) -> bool:
        """Whether what was drawn, or what is missing of it, was drawn in factors."""
        low, high = self.companies.ranges[name]
        if near_one(self._quantity(name)):
            low, high = 1 - high, 1 - low
        return in_factors(low, high)

    def _amount(self, name: str, value: float) -> str:
        """Return a cut with the digits that a twentieth of the range has: more is not known."""
        q, (low, high) = self._quantity(name), self.companies.ranges[name]
        counted = 1 - value if near_one(q) else value
        step = counted / 10 if self._in_factors(name) else (high - low) / 20
        times, measure = (100, " %") if q.in_percent else (1, "")
        places = max(0, math.ceil(-math.log10(times * step)))
        return digits(f"{times * value:,.{places}f}{measure}")


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

    The result is a share of companies that were drawn between bounds that somebody chose: no
    chance. All of them obey the same model; whether that has the right shape, this cannot say.

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
        From a list of models to whether the claim speaks of each. Companies are drawn until there
        are as many of these as were asked for.
    draws, within, seed, **known
        As in `companies`.

    Returns
    -------
    Robustness
        With `share`, `interval`, `table`, `picture` and `sentence`.

    Raises
    ------
    ExplainedError
        If nothing varies, too few companies are left, or `claim` does not return one finite number
        for each of them.

    Examples
    --------
    >>> from thousandfold.models import ScalabilityLaw
    >>> def peaks_early(laws):
    ...     return [200 - law.peak_load for law in laws]
    >>> robust(ScalabilityLaw(), peaks_early).percent
    99
    """
    if not isinstance(says, str) or not says.strip():
        raise ExplainedError(f"says must be the claim in words, not {says!r}")
    found = companies(model, draws, within=within, only=None, seed=seed, **known)
    if where is not None:
        found = _spoken_of(model, where, found, draws, within, seed, known)
    with quiet():
        try:
            margin = claim(list(found.models))
        except ExplainedError:
            raise
        except Exception as error:
            raise ExplainedError(
                f"the claim stopped ({type(error).__name__}: {error}). It gets a list of companies "
                "and gives one number for each: [company.price - 10 for company in companies]"
            ) from error
    margin = one_each("a claim", margin, len(found.models))
    again = partial(
        robust, model, claim, says, unit=unit, where=where, draws=draws, within=within, seed=seed
    )
    return Robustness(says, margin, found, model.replace(**known), again, unit, within)


def _spoken_of(
    model: Model,
    where: Condition,
    first: Companies,
    draws: int,
    within: float | None,
    seed: int,
    known: Mapping[str, float],
) -> Companies:
    """Return as many companies as were asked for, of which a claim speaks: more are drawn."""
    found = first.that(where)
    if not found.models and known:
        told = ", ".join(f"{readable(name)} {value:g}" for name, value in known.items())
        raise ExplainedError(
            f"the sentence does not speak of companies with {told}: do not take it home from here"
        )
    if len(found.models) < _FEWEST_SPOKEN_OF * draws:
        raise ExplainedError(
            f"the claim speaks of {len(found.models)} of {len(first.models)} companies, too few to "
            "say how often it holds; let `where` leave in more"
        )
    if len(found.models) == draws:
        return found
    more = min(MOST_DRAWS, math.ceil(draws * _SPARE * draws / len(found.models)))
    wider = companies(model, more, within=within, only=None, seed=seed, **known)
    return wider.that(where).first(draws)


def _measure(q: Quantity) -> str:
    return say(f"%{q.unit.removeprefix('share')}" if q.in_percent else q.unit)
