"""The one shape of a model and the one engine that runs it.

A model is a frozen dataclass. Its fields are *quantities*: each states default, unit, meaning,
sensible range and source once, and validation, sliders and the parameter table follow from that.
A model that moves through time adds `start` and `step`; `simulate`, `sweep` and `compare` run it
over many possible futures at once and return a `Trajectory`.
"""

from __future__ import annotations

import dataclasses
import inspect
from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thousandfold.errors import ExplainedError
from thousandfold.picture import Picture, Series

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


Array = NDArray[np.float64]
State = Mapping[str, Array]

SEED = 1000
"""The default seed: everybody in a room sees the same picture."""

BAND = (0.1, 0.9)
"""The band of a figure holds the middle eight of ten futures."""

_MOST_PICTURED_TIMES = 60


@dataclass(frozen=True)
class Quantity:
    """What a model says about one of its parameters."""

    default: float
    unit: str
    meaning: str
    low: float
    high: float
    whole: bool = False
    source: str | None = None

    @property
    def basis(self) -> str:
        """'cited' when a source stands behind the default, else 'illustrative'."""
        return "illustrative" if self.source is None else "cited"

    def check(self, name: str, value: ArrayLike) -> None:
        """Raise an `ExplainedError` unless every value is a number within the range."""
        try:
            values = np.asarray(value)
        except ValueError:
            values = np.asarray(None)
        if values.dtype.kind not in "iuf":
            raise ExplainedError(f"{name} must be a number ({self.unit}), not {value!r}")
        outside = values[~((values >= self.low) & (values <= self.high))]
        if outside.size:
            hint = ""
            if self.unit.startswith("share") and 1 < outside.flat[0] <= 100:
                hint = f"; write {outside.flat[0]:g} % as {outside.flat[0] / 100:g}"
            raise ExplainedError(
                f"{name} must lie in {self.low:g}..{self.high:g} ({self.unit}), "
                f"not {outside.flat[0]:g}{hint}"
            )
        if self.whole and np.any(values != np.round(values)):
            raise ExplainedError(f"{name} must be a whole number ({self.unit}), not {value!r}")


def quantity(
    default: float,
    unit: str,
    meaning: str,
    *,
    low: float,
    high: float,
    whole: bool = False,
    source: str | None = None,
) -> Any:
    """Declare one parameter of a model.

    Parameters
    ----------
    default : float
        Used when nothing else is said.
    unit : str
        Unit of measure, for example ``"people"`` or ``"share of the week"``.
    meaning : str
        What it is, in words that a product manager uses.
    low, high : float
        Sensible range, both ends included.
    whole : bool
        True if only whole numbers make sense.
    source : str, optional
        Where the default was published. Without one the default is *illustrative*.

    Returns
    -------
    dataclasses.Field
        To be assigned to a field of a `Model`.
    """
    described = Quantity(default, unit, meaning, low, high, whole, source)
    return dataclasses.field(default=default, metadata={"quantity": described})


@dataclass(frozen=True)
class Model:
    """A small, honest model: its parameters are its fields.

    Subclasses are frozen dataclasses too. A field that is not a sensible number is refused when
    the model is made, in a sentence that names the value, the range and the unit.
    """

    def __post_init__(self) -> None:
        for name, described in self.quantities().items():
            described.check(name, getattr(self, name))

    @classmethod
    def quantities(cls) -> dict[str, Quantity]:
        """Name and description of each parameter, in order."""
        return {
            field.name: field.metadata["quantity"]
            for field in dataclasses.fields(cls)
            if "quantity" in field.metadata
        }

    def parameters(self) -> pd.DataFrame:
        """Table of the parameters: value, unit, range, meaning and what stands behind the value."""
        import pandas as pd

        return pd.DataFrame(
            {
                "value": getattr(self, name),
                "unit": q.unit,
                "range": f"{q.low:g}..{q.high:g}",
                "meaning": q.meaning,
                "basis": q.basis if q.source is None else f"{q.basis}: {q.source}",
            }
            for name, q in self.quantities().items()
        ).set_axis(list(self.quantities()), axis=0)

    @classmethod
    def card(cls) -> str:
        """Return the model card in Markdown: what it says, leaves out, and rests on."""
        told = inspect.cleandoc(cls.__doc__ or "").split("\nExamples\n")[0].rstrip()
        rows = [
            f"| `{name}` | {q.default:g} | {q.unit} | {q.low:g}..{q.high:g} | {q.meaning} "
            f"| {q.basis if q.source is None else f'{q.basis}: {q.source}'} |"
            for name, q in cls.quantities().items()
        ]
        head = [
            "| parameter | default | unit | range | meaning | basis |",
            "|---|---|---|---|---|---|",
        ]
        return "\n".join([f"## {cls.__name__}", "", told, "", *head, *rows])

    def picture(self, of: str | None = None) -> Picture:
        """Return what a figure of this model shows.

        Parameters
        ----------
        of : str, optional
            What to show, where a model has more than one thing to show.
        """
        raise ExplainedError(f"{type(self).__name__} has no figure of its own")

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some parameters changed.

        Raises
        ------
        ExplainedError
            If a name is not a parameter of this model or a value is out of range.
        """
        unknown = [name for name in changes if name not in self.quantities()]
        if unknown:
            raise ExplainedError(
                f"{type(self).__name__} has no parameter {unknown[0]!r}; "
                f"it has {', '.join(self.quantities())}"
            )
        return dataclasses.replace(self, **changes)


@dataclass(frozen=True)
class DynamicModel(Model):
    """A model that moves through time, one pure `step` after another.

    Attributes
    ----------
    period : str
        What one period is called, for example ``"day"``.
    periods : int
        How many periods are run when nothing else is said.
    units : mapping of str to str
        Unit of each stock in the state.
    shocks : int
        How many random numbers one period needs.
    """

    period: ClassVar[str]
    periods: ClassVar[int]
    units: ClassVar[Mapping[str, str]]
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
        shock : array, shape (shocks, replications)
        """

    @classmethod
    def draw(cls, generator: np.random.Generator, shape: tuple[int, int, int]) -> Array:
        """Draw all luck at once, shape (replications, periods, shocks); standard normal.

        It knows no parameter, so that decisions cannot change the luck they are compared under.
        """
        return generator.standard_normal(shape)

    def picture(self, of: str | None = None) -> Picture:
        """Simulate and return what a figure of one stock shows (the first stock by default)."""
        return simulate(self).picture(of or next(iter(self.units)))


@dataclass(frozen=True)
class Trajectory:
    """What happened: every stock, in every scenario, in every future, at every time.

    Attributes
    ----------
    model : str
        Name of the model.
    period : str
        What one period is called.
    units : mapping of str to str
        Unit of each stock.
    scenarios : tuple of str
        One label per scenario.
    stocks : mapping of str to array, shape (periods + 1, scenarios, replications)
        Read-only.
    """

    model: str
    period: str
    units: Mapping[str, str]
    scenarios: tuple[str, ...]
    stocks: Mapping[str, Array]

    def __getitem__(self, stock: str) -> Array:
        """Return one stock, shape (periods + 1, scenarios, replications)."""
        try:
            return self.stocks[stock]
        except KeyError:
            raise ExplainedError(
                f"{self.model} has no stock {stock!r}; it has {', '.join(self.stocks)}"
            ) from None

    @property
    def time(self) -> Array:
        """Times of the rows, in periods."""
        return np.arange(len(next(iter(self.stocks.values()))), dtype=float)

    def final(self, stock: str) -> Array:
        """Return one stock at the end, shape (scenarios, replications)."""
        return np.asarray(self[stock][-1])

    def summary(self, stock: str) -> pd.DataFrame:
        """Return the end of each scenario: median, and the band that holds eight of ten futures."""
        import pandas as pd

        low, median, high = _quantiles(self.final(stock))
        columns = {"median": median, "low": low, "high": high}
        table = pd.DataFrame(columns, index=list(self.scenarios)).round(1) + 0.0  # no -0.0
        return table.rename_axis(columns=self.units[stock])

    def frame(self) -> pd.DataFrame:
        """Return a tidy table: one row per scenario, future and time; one column per stock."""
        import pandas as pd

        times, _, futures = next(iter(self.stocks.values())).shape
        index = pd.MultiIndex.from_product(
            [self.scenarios, range(futures), range(times)],
            names=["scenario", "future", self.period],
        )
        columns = {name: stock.transpose(1, 2, 0).ravel() for name, stock in self.stocks.items()}
        return pd.DataFrame(columns, index=index).reset_index()

    def describe(self, stock: str) -> str:
        """Return one sentence that says what a figure of `stock` shows."""
        values, last = self[stock], len(self.time) - 1
        middle = np.median(values[last // 2], axis=-1)
        low, median, high = _quantiles(values[-1])
        ends = []
        for i, label in enumerate(self.scenarios):
            spread = f" ({number(low[i])} to {number(high[i])})" if high[i] > low[i] else ""
            name = f"{label}: " if label else ""
            ends.append(f"{name}{number(middle[i])}, then {number(median[i])}{spread}")
        futures = values.shape[2]
        among = f" Median and middle eight of ten in {futures:,} futures." if futures > 1 else ""
        return (
            f"{readable(stock).capitalize()} in {self.units[stock]}, "
            f"{number(np.median(values[0]))} at {self.period} 0; at {self.period} {last // 2} and "
            f"{self.period} {last}: {'; '.join(ends)}.{among}"
        )

    def picture(self, stock: str) -> Picture:
        """Return what a figure of `stock` shows: a median and a band per scenario."""
        every = -(-len(self.time) // _MOST_PICTURED_TIMES)
        time = self.time[::every]
        low, median, high = _quantiles(self[stock][::every])
        return Picture(
            series=tuple(
                Series(label, time, median[:, i], low[:, i], high[:, i])
                for i, label in enumerate(self.scenarios)
            ),
            x_label=f"time ({self.period}s)",
            y_label=f"{readable(stock)} ({self.units[stock]})",
            sentence=self.describe(stock),
        )

    def plot(self, stock: str, ax: Axes | None = None) -> Axes:
        """Draw the median of `stock` and the band of the middle eight of ten futures."""
        return self.picture(stock).plot(ax)


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
    **values
        One parameter and its values, for example ``hired=[0, 5, 10]``.
    periods, replications, seed
        As in `simulate`.

    Raises
    ------
    ExplainedError
        If there is not exactly one parameter to sweep.
    """
    if len(values) != 1:
        raise ExplainedError("sweep one parameter at a time, for example hired=[0, 5, 10]")
    [(name, settings)] = values.items()
    models = {f"{readable(name)} {v:g}": model.replace(**{name: v}) for v in settings}
    return compare(models, periods, replications, seed)


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
        If there is nothing to compare, or the models are not of one class, or `periods` or
        `replications` is not a whole number above 0.
    """
    if not models:
        raise ExplainedError("there is nothing to compare; give at least one label and model")
    kinds = {type(model) for model in models.values()}
    if len(kinds) > 1 or not issubclass(next(iter(kinds)), DynamicModel):
        names = ", ".join(sorted(kind.__name__ for kind in kinds))
        raise ExplainedError(f"compare models of one kind that moves through time, not {names}")
    model = _stacked(list(models.values()))
    periods = model.periods if periods is None else _count("periods", periods)
    replications = _count("replications", replications)

    luck = _luck(type(model), seed, replications, periods)  # type: ignore[arg-type]
    shape = (len(models), replications)
    state: State = {
        name: np.array(np.broadcast_to(value, shape), dtype=float)
        for name, value in model.start().items()
    }
    record = {name: np.empty((periods + 1, *shape)) for name in state}
    for name, value in state.items():
        record[name][0] = value
    for t in range(periods):
        state = model.step(state, luck[t])
        for name, value in state.items():
            record[name][t + 1] = value
    for stock in record.values():
        stock.flags.writeable = False
    return Trajectory(
        type(model).__name__,
        model.period,
        model.units,
        tuple(str(label) for label in models),
        MappingProxyType(record),
    )


@lru_cache(maxsize=4)
def _luck(kind: type[DynamicModel], seed: int, replications: int, periods: int) -> Array:
    """Luck by period, shape (periods, shocks, replications); kept, since sliders ask again."""
    drawn = kind.draw(np.random.default_rng(seed), (replications, periods, kind.shocks))
    luck = np.ascontiguousarray(np.moveaxis(drawn, 0, 2))
    luck.flags.writeable = False
    return luck


def readable(name: str) -> str:
    """Return a name from code as words."""
    return name.replace("_", " ")


def number(value: float) -> str:
    """Return a number as people write it in a sentence: three digits that matter, no exponent."""
    if not np.isfinite(value):
        return "without end" if value > 0 else "unknown"
    # What is whole, or nothing, on one processor is so on all.
    value = round(float(f"{value:.12g}"), 9)
    digits = 0 if abs(value) >= 100 or value == round(value) else 1 if abs(value) >= 10 else 2
    return f"{value:z,.{digits}f}"


def _quantiles(values: Array) -> Array:
    """Low, median and high over the last axis; for whole figures, sorting beats `np.quantile`."""
    ordered = np.sort(values, axis=-1)
    place = np.array([BAND[0], 0.5, BAND[1]]) * (values.shape[-1] - 1)
    below = place.astype(int)
    above = np.minimum(below + 1, values.shape[-1] - 1)
    part = place - below
    between = ordered[..., below] * (1 - part) + ordered[..., above] * part
    return np.moveaxis(between, -1, 0)


def _count(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
        raise ExplainedError(f"{name} must be a whole number above 0, not {value!r}")
    return int(value)


def _stacked(models: Sequence[DynamicModel]) -> DynamicModel:
    """Return one model whose differing parameters are columns, one row per scenario."""
    columns = {}
    for name in models[0].quantities():
        values = [getattr(model, name) for model in models]
        if any(value != values[0] for value in values):
            columns[name] = np.array(values, dtype=float)[:, np.newaxis]
    return models[0].replace(**columns)
