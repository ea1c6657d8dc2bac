"""What may be given to a model or a function, checked once for all, and refused in a sentence."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thousandfold.errors import ExplainedError

if TYPE_CHECKING:
    import pandas as pd

_T = TypeVar("_T")

_INFINITE = float("inf")
_LARGEST = float(np.finfo(float).max)


def whole(name: str, value: object, low: int = 1, high: int | None = None) -> int:
    """Return a whole number as `int`, or say what it must be.

    Parameters
    ----------
    name : str
        How the caller knows it.
    value : object
        What was given; a number of numpy will do, True will not.
    low, high : int
        Range, both ends included; without `high` there is no upper end.

    Raises
    ------
    ExplainedError
        If it is not a whole number in the range.

    Examples
    --------
    >>> whole("seed", np.int64(7), low=0)
    7
    """
    known = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not known or value < low or (high is not None and value > high):  # type: ignore[operator]
        extent = f"of {low:,} or above" if high is None else f"from {low:,} to {high:,}"
        raise ExplainedError(f"{name} must be a whole number {extent}, not {_shown(value)}")
    return int(value)  # type: ignore[call-overload, no-any-return]


def numbers(
    name: str,
    value: ArrayLike,
    low: float = -_INFINITE,
    high: float = _INFINITE,
    *,
    unit: str = "",
    whole: bool = False,
) -> NDArray[np.float64]:
    """Return finite numbers as an array of float, of the shape given, or say what they must be.

    Parameters
    ----------
    name : str
        How the caller knows them.
    value : array_like
        What was given.
    low, high : float
        Range, both ends included.
    unit : str
        Named in the sentence; with ``"share"`` at its start, per cent are recognised.
    whole : bool
        True if only whole numbers make sense.

    Raises
    ------
    ExplainedError
        If something in it is no finite number, or lies outside of the range.

    Examples
    --------
    >>> numbers("risk", [0, 1], 0, 1, unit="share of changes").tolist()
    [0.0, 1.0]
    """
    if _is_plain(value, low, high, whole):
        return np.asarray(value, dtype=float)
    told = f" ({unit})" if unit else ""
    try:
        values = np.asarray(value)
    except ValueError:  # rows of different length
        values = np.asarray(None)
    if values.dtype.kind not in "iuf":
        raise ExplainedError(f"{name} must be a number{told}, not {_shown(value)}")
    values = values.astype(float, copy=False)
    if not _inside(values, low, high):
        fine = (values >= low) & (values <= high) & np.isfinite(values)
        wrong = values[~fine].flat[0]
        hint = "; look for gaps" if np.isnan(wrong) else ""
        if unit.startswith("share") and high <= 1 < wrong <= 100:
            hint = f"; write {wrong:g} % as {wrong / 100:g}"
        raise ExplainedError(f"{name} {_extent(low, high)}{told}, not {wrong:.9g}{hint}")
    if whole and np.any(values != np.round(values)):
        raise ExplainedError(f"{name} must be a whole number{told}, not {_shown(value)}")
    return values


def single(
    name: str,
    value: ArrayLike,
    low: float = -_INFINITE,
    high: float = _INFINITE,
    *,
    unit: str = "",
    whole: bool = False,
) -> float:
    """Return one finite number as `float`, or say what it must be; limits as in `numbers`."""
    if _is_plain(value, low, high, whole):
        return float(value)
    found = numbers(name, value, low, high, unit=unit, whole=whole)
    if found.ndim:
        told = f" ({unit})" if unit else ""
        raise ExplainedError(f"{name} must be one number{told}, not {_shown(value)}")
    return float(found)


def instance(name: str, value: object, kind: type[_T]) -> _T:
    """Return what is of a kind, or say that it must be."""
    if not isinstance(value, kind):
        raise ExplainedError(f"{name} must be a {kind.__name__}, not {_shown(value)}")
    return value


def fitting(**values: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Return numbers in the one shape in which they go together, or say that they do not.

    Raises
    ------
    ExplainedError
        If two of them have different lengths, and neither is one number for all.

    Examples
    --------
    >>> fitting(changes=np.array([1.0, 10.0]), risk=np.array(0.02))[1].tolist()
    [0.02, 0.02]
    """
    try:
        return np.broadcast_arrays(*values.values())
    except ValueError:
        shapes = " and ".join(f"{name} of shape {value.shape}" for name, value in values.items())
        raise ExplainedError(
            f"{shapes} do not go together; give as many of each, or one number for all"
        ) from None


def tabular(name: str, value: object, *columns: str) -> pd.DataFrame:
    """Return a table that has these columns, or say what it must be or which one is missing."""
    import pandas as pd

    if not isinstance(value, pd.DataFrame):
        raise ExplainedError(
            f"{name} must be a table, such as thousandfold.datasets gives, not {_shown(value)}"
        )
    for column in columns:
        if not isinstance(column, str) or column not in value:
            there = ", ".join(map(str, value.columns)) or "none"
            raise ExplainedError(f"{name} has no column {_shown(column)}; it has {there}")
    return value


def labelled(name: str, value: Mapping[str, _T], example: str) -> Mapping[str, _T]:
    """Return labels with what they stand for, at least one, or show what that looks like."""
    if not isinstance(value, Mapping) or not value:
        raise ExplainedError(f"{name} must be labels with what they stand for, such as {example}")
    return value


def one_of(name: str, value: object, known: Iterable[str]) -> str:
    """Return a name that is known, or say which ones there are."""
    names = list(known)
    if not isinstance(value, str) or value not in names:
        raise ExplainedError(f"there is no {name} {_shown(value)}; there are {', '.join(names)}")
    return value


def _is_plain(value: ArrayLike, low: float, high: float, whole: bool) -> TypeGuard[float]:
    """Whether it is a number of Python that is right: nearly all that is asked, and no array."""
    if not isinstance(value, float | int) or isinstance(value, bool):
        return False
    return _between(value, low, high) and not (whole and value != round(value))


def _inside(values: NDArray[np.float64], low: float, high: float) -> bool:
    """Whether smallest and largest are right, which is quicker than a look at each."""
    if values.size == 1:
        return _between(values.item(), low, high)
    return not values.size or (
        _between(values.min(), low, high) and _between(values.max(), low, high)
    )


def _between(value: float, low: float, high: float) -> bool:
    return bool(low <= value <= high and abs(value) <= _LARGEST)


def _extent(low: float, high: float) -> str:
    if high < _INFINITE:
        return f"must lie in {low:g}..{high:g}" if low > -_INFINITE else f"must be {high:g} or less"
    return f"must be {low:g} or above" if low > -_INFINITE else "must be a finite number"


def _shown(value: object) -> str:
    """Return what was given, short enough for a sentence."""
    told = " ".join(repr(value).split())
    return told if len(told) <= 60 else f"{told[:57]}..."


def in_percent(unit: str) -> bool:
    """Say whether people read a unit in percent: a share is, a share per person is not."""
    return unit.startswith("share") and " per " not in unit


@dataclass(frozen=True)
class Quantity:
    """What a model says about one of its parameters.

    Attributes
    ----------
    default : float
    unit, meaning : str
    low, high : float
        What a model accepts.
    whole : bool
    source : str or None
        Where the default was published.
    basis : str
        What stands behind the default: *cited*, somebody measured it; *textbook*, it is printed
        in a model or a worked example and was not measured; *illustrative*, we chose it;
        *decision*, a team does.
    plausible : tuple of float, or None
        Between which values a company may lie.
    because : str
        Why between these.
    decision : bool
        True for what a team decides: nobody draws it for them.
    """

    default: float
    unit: str
    meaning: str
    low: float
    high: float
    whole: bool = False
    source: str | None = None
    basis: str = "illustrative"
    plausible: tuple[float, float] | None = None
    because: str = ""
    decision: bool = False

    @property
    def in_percent(self) -> bool:
        """Whether people read it in percent: a share per something, such as per person, is none."""
        return in_percent(self.unit)

    @property
    def between(self) -> str:
        """The plausible range, in words; empty where nobody gave one."""
        return "" if self.plausible is None else "{:g}..{:g}".format(*self.plausible)

    @property
    def stands_on(self) -> str:
        """The basis, with the source where there is one."""
        return self.basis if self.source is None else f"{self.basis}: {self.source}"

    def check(self, name: str, values: ArrayLike) -> NDArray[np.float64]:
        """Return the values as an array; an `ExplainedError` names the first that is wrong."""
        return numbers(name, values, self.low, self.high, unit=self.unit, whole=self.whole)

    def check_one(self, name: str, value: ArrayLike) -> float:
        """Return the value as one number; an `ExplainedError` says what it must be."""
        return single(name, value, self.low, self.high, unit=self.unit, whole=self.whole)


def quantity(
    default: float,
    unit: str,
    meaning: str,
    *,
    low: float,
    high: float,
    whole: bool = False,
    source: str | None = None,
    measured: bool = True,
    plausible: tuple[float, float] | None = None,
    because: str = "",
    decision: bool = False,
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
        What the model accepts, both ends included.
    whole : bool
        True if only whole numbers make sense.
    source : str, optional
        Where the default was published. Without one the default is *illustrative*, or a decision.
    measured : bool
        False if the source prints the default without having measured it: then it is *textbook*.
    plausible : tuple of float, optional
        Between which values a company may lie. `robust` draws from between them.
    because : str
        Why between these: a source, or what would be odd beyond them.
    decision : bool
        True for what a team decides; it has no plausible range, for it is not drawn.

    Returns
    -------
    dataclasses.Field
        To be assigned to a field of a `Model`.

    Raises
    ------
    ValueError
        If the plausible range has no reason, is no part of low..high or leaves out the default,
        or a decision has one: a mistake in the model, found when it is written.

    Examples
    --------
    >>> hired = quantity(0, "people", "people hired", low=0, high=50, decision=True)
    >>> hired.default
    0
    """
    if plausible is not None:
        least, most = plausible
        if decision:
            raise ValueError(f"{meaning}: a decision is not drawn, so it has no plausible range")
        if not low <= least <= default <= most <= high or least == most:
            raise ValueError(
                f"{meaning}: {least}..{most} must lie in {low}..{high} and hold {default}"
            )
        if not because.strip():
            raise ValueError(f"{meaning}: say because of what a company lies in {least}..{most}")
    ours = "decision" if decision else "illustrative"
    basis = ours if source is None else "cited" if measured else "textbook"
    described = Quantity(
        default,
        unit,
        meaning,
        low,
        high,
        whole,
        source,
        basis,
        plausible,
        because,
        decision,
    )
    return dataclasses.field(default=default, metadata={"quantity": described})
