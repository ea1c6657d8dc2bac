"""What people choose, and what their choices say of what they want."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thousandfold.core import Array, numbers, one_of, tabular
from thousandfold.errors import ExplainedError

if TYPE_CHECKING:
    import pandas as pd

_MOST_STEPS = 50
_LEAST_CURVATURE = 1e-7


@dataclass(frozen=True)
class ChoiceFit:
    """What people's choices say about what they care for.

    Attributes
    ----------
    names : tuple of str
        What was measured, and each option that has a pull of its own.
    weights : tuple of float
        Appeal that one unit adds.
    errors : tuple of float
        Standard error of each weight.
    log_likelihood : float
        Higher is better; 0 would be every choice foreseen with certainty.
    people : int
        How many choices were fitted.
    """

    names: tuple[str, ...]
    weights: tuple[float, ...]
    errors: tuple[float, ...]
    log_likelihood: float
    people: int

    def table(self) -> pd.DataFrame:
        """Return one row per name: weight, standard error, and their ratio z."""
        import pandas as pd

        weights, errors = np.array(self.weights), np.array(self.errors)
        columns = {"weight": weights, "error": errors, "z": weights / errors}
        return pd.DataFrame(columns, index=list(self.names))

    def worth(self, name: str, price: str) -> float:
        """Return how much of `price` people give up for one unit of `name` less.

        Raises
        ------
        ExplainedError
            If a name is not one of the fit's.
        """
        for wanted in (name, price):
            if not isinstance(wanted, str) or wanted not in self.names:
                raise ExplainedError(f"the fit has no {wanted!r}; it has {', '.join(self.names)}")
        return self.weights[self.names.index(name)] / self.weights[self.names.index(price)]


def choice_shares(appeal: ArrayLike) -> Array:
    """Return how a crowd divides over options: ``exp(appeal) / sum of exp(appeal)``.

    Parameters
    ----------
    appeal : array_like, shape (..., options)

    Returns
    -------
    array
        Shares of the last axis, which sum to 1.

    Raises
    ------
    ExplainedError
        If `appeal` holds no number.

    Examples
    --------
    >>> choice_shares([0, 0, 0.693147]).round(2).tolist()
    [0.25, 0.25, 0.5]
    """
    u = numbers("appeal", appeal)
    if not u.size:
        raise ExplainedError("appeal must hold at least one number")
    odds = np.exp(u - u.max(axis=-1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=-1, keepdims=True))


def fit_choices(table: pd.DataFrame, *measured: str, base: str | None = None) -> ChoiceFit:
    """Find the weights under which the choices that people made are most likely.

    A conditional logit: the appeal of an option is the sum of weight times measure, and the crowd
    divides as in `choice_shares`. Fitted by maximum likelihood (Newton's method).

    It leaves out: that people differ in their weights, and that two options may be more alike than
    others (a red and a blue bus).

    Parameters
    ----------
    table : pandas.DataFrame
        One row per person and option, with the columns ``person``, ``option`` and ``chosen`` (1
        for the option taken, else 0), and what was measured. Like the data set ``travel_choice``.
    *measured : str
        Columns that the appeal depends on.
    base : str, optional
        If given, every other option also has a pull of its own, compared with this one.

    Returns
    -------
    ChoiceFit

    Raises
    ------
    ExplainedError
        If a column or option is missing, people have different options or not one choice each, or
        the weights cannot be told apart.

    Examples
    --------
    >>> from thousandfold.datasets import load
    >>> fit = fit_choices(load("travel_choice"), "cost", "travel", "wait", base="car")
    >>> round(fit.worth("travel", "cost") * 60)
    17
    """
    attributes, chosen, names = _arranged(table, measured, base)
    people = len(chosen)
    # In units of their own spread the measures are alike in size, and Newton's steps are safe.
    spread = (attributes - attributes.mean(axis=1, keepdims=True)).std(axis=(0, 1))
    still = [name for name, width in zip(names, spread, strict=True) if width == 0]
    if still:
        raise ExplainedError(
            f"{still[0]} is the same for all options of each person, so it cannot explain a choice"
        )
    x = attributes / spread
    taken = x[np.arange(people), chosen]
    weights = np.zeros(x.shape[-1])
    for _ in range(_MOST_STEPS):
        shares = choice_shares(x @ weights)
        gap = x - np.einsum("po,poa->pa", shares, x)[:, np.newaxis]
        slope = (taken - np.einsum("po,poa->pa", shares, x)).sum(axis=0)
        curvature = np.einsum("po,poa,pob->ab", shares, gap, gap)
        # Flat in some direction: one measure follows from others, or decides every choice alone.
        if np.linalg.eigvalsh(curvature)[0] < _LEAST_CURVATURE * people:
            break
        step = np.linalg.solve(curvature, slope)
        weights = weights + step
        if slope @ step < 1e-10:
            errors = np.sqrt(np.diag(np.linalg.inv(curvature))) / spread
            likely = np.log(shares[np.arange(people), chosen]).sum()
            return ChoiceFit(
                names,
                tuple((weights / spread).tolist()),
                tuple(errors.tolist()),
                float(likely),
                people,
            )
    raise ExplainedError(
        f"the weights of {', '.join(names)} cannot be told apart from {people} choices: leave one "
        "out that follows from the others or that decides every choice alone, or add people"
    )


def _arranged(
    table: pd.DataFrame, measured: Sequence[str], base: str | None
) -> tuple[Array, NDArray[np.int_], tuple[str, ...]]:
    """Measures, shape (people, options, names), the number of the option taken, and the names."""
    choices = tabular("the table of choices", table, "person", "option", "chosen", *measured)
    rows = choices.sort_values(["person", "option"], kind="stable")
    options = rows["option"].unique()
    people = rows["person"].nunique()
    offered = rows["option"].to_numpy()
    if len(rows) != people * len(options) or (offered != np.tile(options, people)).any():
        raise ExplainedError(
            f"every person needs one row for each of the options {', '.join(map(str, options))}"
        )
    taken = numbers("chosen", rows["chosen"]).reshape(people, len(options))
    if not np.isin(taken, (0, 1)).all() or (taken.sum(axis=1) != 1).any():
        raise ExplainedError("every person takes one option: chosen is 1 once per person, else 0")
    own = [] if base is None else list(options[options != one_of("option", base, options)])
    columns = [numbers(column, rows[column]) for column in measured]
    columns += [(offered == option).astype(float) for option in own]
    if not columns:
        raise ExplainedError("name what was measured, or the option to compare the others with")
    x = np.stack(columns, axis=-1).reshape(people, len(options), -1)
    return x, taken.argmax(axis=1), (*measured, *own)
