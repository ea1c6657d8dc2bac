"""The one engine: it runs every model that moves through time, many futures at once."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from typing import ClassVar, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core.arguments import in_percent, whole
from thousandfold.core.model import Array, Model, Pictures, State
from thousandfold.core.trajectory import Trajectory, readable
from thousandfold.errors import ExplainedError
from thousandfold.language import digits, say
from thousandfold.picture import Picture

SEED = 1000
"""The default seed: everybody in a room sees the same picture."""

_MOST_NUMBERS = 250_000_000  # Two gigabytes.

_M = TypeVar("_M", bound=Model)


class TimedModel(Model):
    """A model of what happens over time: its answer is a `Trajectory`.

    Attributes
    ----------
    period : str
        What one period is called, for example ``"day"``.
    periods : int
        How many periods are run when nothing else is said.
    units : mapping of str to str
        Unit of each stock.
    """

    period: ClassVar[str]
    periods: ClassVar[int]
    units: ClassVar[Mapping[str, str]]

    @abstractmethod
    def example(self) -> Trajectory:
        """Return the run that a figure of one stock shows."""

    def trajectory(self, scenarios: Iterable[object], stocks: Mapping[str, Array]) -> Trajectory:
        """Return what this model says about some scenarios, however it was worked out."""
        labels = tuple(str(label) for label in scenarios)
        return Trajectory(type(self).__name__, self.period, self.units, labels, stocks)

    def pictures(self) -> Pictures:
        """Return a picture of each stock."""
        return {stock: partial(self._picture_of, stock) for stock in self.units}

    def _picture_of(self, stock: str) -> Picture:
        return self.example().picture(stock)


class DynamicModel(TimedModel):
    """A model that moves through time, one pure `step` after another.

    Attributes
    ----------
    shocks : int
        How many random numbers one period needs.

    Examples
    --------
    A jar that loses a tenth each day is a model: where it starts, and one step.

    >>> from dataclasses import dataclass
    >>> from thousandfold import quantity, simulate
    >>> @dataclass(frozen=True)
    ... class Jar(DynamicModel):
    ...     lost: float = quantity(0.1, "share a day", "what is lost", low=0, high=1, decision=True)
    ...     units = {"marbles": "marbles"}
    ...     period, periods, shocks = "day", 2, 1
    ...
    ...     def start(self):
    ...         return {"marbles": 100}
    ...
    ...     def step(self, state, shock):
    ...         return {"marbles": state["marbles"] * (1 - self.lost)}
    >>> simulate(Jar(), replications=1).final("marbles").round(1).tolist()
    [[81.0]]
    """

    shocks: ClassVar[int] = 0

    @abstractmethod
    def start(self) -> Mapping[str, ArrayLike]:
        """Return the stocks at time 0; single numbers will do."""

    @abstractmethod
    def step(self, state: State, shock: Array) -> State:
        """Return the stocks one period later, leaving `state` as it is.

        Parameters
        ----------
        state : mapping of str to array, shape (scenarios, replications)
        shock : array, shape (shocks, 1, replications)
            So each row of it broadcasts with the stocks.
        """

    @classmethod
    def draw(cls, generator: np.random.Generator, shape: tuple[int, int, int]) -> Array:
        """Draw all luck at once, shape (replications, periods, shocks); standard normal.

        It knows no parameter, so that decisions cannot change the luck they are compared under.

        Parameters
        ----------
        generator : numpy.random.Generator
            Of the seed.
        shape : tuple of int
            Replications, periods and shocks.

        Returns
        -------
        array
            Of that shape.
        """
        return generator.standard_normal(shape)

    def example(self) -> Trajectory:
        """Simulate."""
        return simulate(self)


def simulate(
    model: DynamicModel,
    periods: int | None = None,
    replications: int = 1000,
    seed: int = SEED,
) -> Trajectory:
    """Run one model over many possible futures.

    Parameters
    ----------
    model : DynamicModel
        What to run.
    periods : int, optional
        How long; the model's own horizon by default.
    replications : int
        How many futures. More futures leave the first ones as they were.
    seed : int
        The same seed gives the same luck.

    Returns
    -------
    Trajectory
        With one scenario.

    Raises
    ------
    ExplainedError
        If `periods`, `replications` or `seed` is not a whole number in its range, or a number of
        the model grew without end.

    Examples
    --------
    >>> from thousandfold.models import Debt
    >>> simulate(Debt(), replications=100).final("delivered").shape
    (1, 100)
    """
    return compare({"": model}, periods, replications, seed)


def sweep(
    model: DynamicModel,
    *,
    periods: int | None = None,
    replications: int = 1000,
    seed: int = SEED,
    **values: Iterable[float],
) -> Trajectory:
    """Run one model at several values of one parameter, all under the same luck.

    Parameters
    ----------
    model : DynamicModel
        What to run.
    **values
        One parameter and its values, for example ``hired=[0, 5, 10]``.
    periods, replications, seed
        As in `simulate`.

    Returns
    -------
    Trajectory
        With one scenario per value.

    Raises
    ------
    ExplainedError
        If there is not exactly one parameter to sweep, or a value is out of range or comes twice.

    Examples
    --------
    >>> from thousandfold.models import Debt
    >>> sweep(Debt(), repayment=[0, 0.3], replications=100).scenarios
    ('repayment 0 % of the time left', 'repayment 30 % of the time left')
    """
    if len(values) != 1:
        raise ExplainedError("sweep one parameter at a time, for example hired=[0, 5, 10]")
    [(name, given)] = values.items()
    try:
        settings = [] if isinstance(given, str) else list(given)
    except TypeError:
        settings = []
    if not settings:
        raise ExplainedError(f"{name} needs a list of values, for example hired=[0, 5, 10]")
    _check_moves([model])
    models = [model.replace(**{name: value}) for value in settings]
    swept = [getattr(one, name) for one in models]
    labels = _labels(name, model.quantities()[name].unit, swept)
    return compare(dict(zip(labels, models, strict=True)), periods, replications, seed)


def compare(
    models: Mapping[str, DynamicModel],
    periods: int | None = None,
    replications: int = 1000,
    seed: int = SEED,
) -> Trajectory:
    """Run several decisions under the same luck: future 17 is the same future for each of them.

    Parameters
    ----------
    models : mapping of str to DynamicModel
        Label and model of each scenario; all of one class.
    periods, replications, seed
        As in `simulate`.

    Returns
    -------
    Trajectory
        With one scenario per model.

    Raises
    ------
    ExplainedError
        If there is nothing to compare, or the models are not of one class, or `periods`,
        `replications` or `seed` is not a whole number in its range.

    Examples
    --------
    >>> from thousandfold.models import Debt
    >>> plans = {"never": Debt(repayment=0), "a third": Debt(repayment=0.33)}
    >>> compare(plans, periods=4, replications=100)["debt"].shape
    (5, 2, 100)
    """
    if not isinstance(models, Mapping) or not models:
        raise ExplainedError(
            'there is nothing to compare; give labels and models, for example {"now": Debt()}'
        )
    _check_moves(models.values())
    model = stacked(list(models.values()))
    periods = model.periods if periods is None else periods
    luck = luck_of(model, periods, replications, seed, scenarios=len(models))
    return run(model, models, luck, model.start(), lambda _, state, shock: model.step(state, shock))


def luck_of(
    model: DynamicModel, periods: int, replications: int, seed: int, scenarios: int = 1
) -> Array:
    """Return all luck of a run, shape (periods, shocks, replications); read-only.

    Raises
    ------
    ExplainedError
        If `seed` is not a whole number of 0 or above, `periods` or `replications` not one above
        0, or together they are more than a computer holds.
    """
    each = scenarios * len(model.units) + 2 * model.shocks
    periods, replications = extent(periods, replications, each)
    return _luck(type(model), whole("seed", seed, low=0), replications, periods)


def extent(periods: int, replications: int, each: int) -> tuple[int, int]:
    """Return periods and replications of a run, or refuse what no computer holds.

    Parameters
    ----------
    periods, replications : int
    each : int
        How many numbers are kept for one period of one replication.
    """
    periods, replications = whole("periods", periods), whole("replications", replications)
    if (periods + 1) * replications * each > _MOST_NUMBERS:
        raise ExplainedError(
            f"{periods:,} periods in {replications:,} replications are more than a computer holds; "
            "ask for fewer periods or replications"
        )
    return periods, replications


def run(
    model: TimedModel,
    scenarios: Collection[object],
    luck: Array,
    start: Mapping[str, ArrayLike],
    step: Callable[[int, State, Array], State],
) -> Trajectory:
    """Run a model step by step; everything that moves through time moves here.

    Parameters
    ----------
    model : TimedModel
        Whose `units` say what is recorded.
    scenarios : collection
        Their labels.
    luck : array, shape (periods, shocks, replications)
    start : mapping of str to array_like
        Stocks at time 0, each broadcast to shape (scenarios, replications). Those without a unit
        are not recorded.
    step : callable
        From the period (counted from 0), the stocks and the luck of the period to the stocks one
        period later.
    """
    shape = (len(scenarios), luck.shape[-1])
    # One block for all stocks: a large one is reused by the next run, many small ones are not.
    block = np.empty((len(model.units), len(luck) + 1, *shape))
    record = dict(zip(model.units, block, strict=True))
    for name, stock in record.items():
        stock[0] = start[name]
    state: State = {
        name: record[name][0] if name in record else np.broadcast_to(value, shape)
        for name, value in start.items()
    }
    with np.errstate(over="ignore", invalid="ignore"):  # A `Trajectory` refuses what comes of it.
        for period, shock in enumerate(luck[:, :, np.newaxis]):
            state = step(period, state, shock)
            for name, stock in record.items():
                stock[period + 1] = state[name]
    return model.trajectory(scenarios, record)


@lru_cache(maxsize=4)
def _luck(kind: type[DynamicModel], seed: int, replications: int, periods: int) -> Array:
    """Luck by period, shape (periods, shocks, replications); kept, since sliders ask again."""
    drawn = kind.draw(np.random.default_rng(seed), (replications, periods, kind.shocks))
    luck = np.ascontiguousarray(np.moveaxis(drawn, 0, 2))
    luck.flags.writeable = False
    return luck


def _labels(name: str, unit: str, values: Sequence[float]) -> list[str]:
    """Return a label for each value of a sweep, with all digits that tell the values apart.

    With its unit, such as *repayment 15 % of the time left* or *hired 5 people*.
    """
    from decimal import Decimal

    share = in_percent(unit)
    times, counted = (100, f"%{unit.removeprefix('share')}") if share else (1, unit)
    measure = f" {say(counted)}"
    if unit in name.replace("_", " "):
        measure = ""
    for written in ([f"{value:.12g}" for value in values], [repr(float(v)) for v in values]):
        amounts = [(Decimal(value) * times + 0).normalize() for value in written]
        labels = [
            say(
                "{name} {amount}{unit}",
                name=readable(name),
                amount=digits(f"{amount:,f}"),
                unit=measure,
            )
            for amount in amounts
        ]
        if len(set(labels)) == len(labels):
            return labels
    twice = next(label for label in labels if labels.count(label) > 1)
    raise ExplainedError(f"{twice} comes twice in the sweep; give each value once")


def with_arrays(model: _M, **arrays: ArrayLike) -> _M:
    """Return a copy of a model with arrays in some parameters, for example one row a scenario.

    A model is made of single numbers; this is the door for what steps many at once. Nothing is
    checked: whoever calls it knows the arrays to be in range, and the methods to broadcast.
    """
    made = object.__new__(type(model))
    made.__dict__.update({name: getattr(model, name) for name in model.quantities()} | arrays)
    return made


def stacked(models: Sequence[_M]) -> _M:
    """Return one model whose differing parameters are columns, one row per model."""
    columns = {}
    for name in models[0].quantities():
        values = [getattr(model, name) for model in models]
        if any(value != values[0] for value in values):
            columns[name] = np.array(values, dtype=float)[:, np.newaxis]
    return with_arrays(models[0], **columns)


def _check_moves(models: Collection[object]) -> None:
    kinds = {type(model) for model in models}
    if len(kinds) > 1 or not issubclass(next(iter(kinds)), DynamicModel):
        names = ", ".join(sorted(kind.__name__ for kind in kinds))
        raise ExplainedError(f"compare models of one kind that moves through time, not {names}")
