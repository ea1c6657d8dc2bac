"""Arrays of numpy and tables of pandas: of which plain parts they are made, and made anew of these.

What is made is what there was, to the kind of a column and the order of its categories: a test may
ask for that. What cannot be made again is no plain data.
"""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

MOST_BYTES = 8 << 20
_DTYPES = "biufcMmSU"  # every kind of numpy array whose buffer is only data


@dataclass(frozen=True)
class _Kind:
    """One or more classes of pandas, with how they are taken apart and made."""

    classes: tuple[type, ...]
    parts: Callable[[Any], list[Any]]
    make: Callable[..., Any]


def taken_apart(value: Any) -> tuple[str, list[Any]] | None:
    """Return what a value is and its parts, or nothing if it is no array and no table."""
    np, pd = map(sys.modules.get, ("numpy", "pandas"))  # what nobody imported made nothing
    kind = type(value)
    if np and isinstance(value, np.generic) and kind.__module__ == "numpy":
        return _array("scalar", np.asarray(value))
    if np and kind is np.ndarray:
        return _array("array", value)
    for name, it in (_kinds() if pd else {}).items():
        if kind in it.classes:
            return name, it.parts(value)
    return None


def _array(name: str, array: Any) -> tuple[str, list[Any]] | None:
    if array.dtype == object:
        return name, ["object", list(array.shape), array.flatten().tolist()]
    if array.dtype.kind not in _DTYPES or array.dtype.names or array.nbytes > MOST_BYTES:
        return None
    return name, [array.dtype.str, list(array.shape), array.tobytes()]


def made(name: str, parts: list[Any]) -> Any:
    """Make what was taken apart.

    Raises
    ------
    Exception
        Of any kind, if the parts are none of this.
    """
    if name in ("scalar", "array"):
        array = _made_array(*parts)
        return array[()] if name == "scalar" else array
    return _kinds()[name].make(*parts)


def _made_array(dtype: Any, shape: Any, content: Any) -> Any:
    np = importlib.import_module("numpy")
    if dtype == "object":
        array = np.empty(len(content), dtype=object)
        for place, item in enumerate(content):  # at once, lists of one length are taken apart
            array[place] = item
        return array.reshape(shape)
    known = np.dtype(dtype) if type(dtype) is str else np.dtype(object)
    if known.kind not in _DTYPES or known.names:
        raise TypeError("it is not an array")
    return np.frombuffer(content, dtype=known).reshape([int(size) for size in shape]).copy()


def _column(values: Any) -> Any:
    """Return what is in a column or an index: numpy's array, or pandas' own."""
    np = importlib.import_module("numpy")
    return np.asarray(values) if isinstance(values.dtype, np.dtype) else values.array


@functools.cache
def _kinds() -> dict[str, _Kind]:
    pd = importlib.import_module("pandas")
    arrays = pd.arrays

    def frame(columns: Any, labels: Any, index: Any) -> Any:
        kept = {n: pd.Series(it, index, it.dtype) for n, it in enumerate(columns)}
        frame = pd.DataFrame(kept, index)
        frame.columns = labels
        return frame

    def zone(it: Any) -> str | None:
        return it.tz and str(it.tz)

    def in_zone(column: Any, zone: Any) -> Any:
        values = pd.array(column)
        return values.tz_localize("UTC").tz_convert(zone) if zone else values

    def moments(column: Any, name: Any, frequency: Any) -> Any:
        index = pd.Index(column, name=name)
        index.freq = frequency
        return index

    return {
        "series": _Kind(
            (pd.Series,),
            lambda it: [_column(it), it.index, it.name],
            lambda column, index, name: pd.Series(column, index, column.dtype, name),
        ),
        "frame": _Kind(
            (pd.DataFrame,),
            lambda it: [
                [_column(it.iloc[:, n]) for n in range(it.shape[1])], it.columns, it.index
            ],
            frame,
        ),
        "rangeindex": _Kind(
            (pd.RangeIndex,),
            lambda it: [it.start, it.stop, it.step, it.name],
            lambda start, stop, step, name: pd.RangeIndex(start, stop, step, name=name),
        ),
        "multiindex": _Kind(
            (pd.MultiIndex,),
            lambda it: [list(it.levels), list(it.codes), list(it.names)],
            lambda levels, codes, names: pd.MultiIndex(levels, codes, names=names),
        ),
        "momentindex": _Kind(
            (pd.DatetimeIndex, pd.TimedeltaIndex),
            lambda it: [_column(it), it.name, it.freqstr],
            moments,
        ),
        "index": _Kind(
            (pd.Index, pd.CategoricalIndex, pd.IntervalIndex, pd.PeriodIndex),
            lambda it: [_column(it), it.name],
            lambda column, name: pd.Index(column, column.dtype, name=name),
        ),
        "categories": _Kind(
            (pd.Categorical,),
            lambda it: [it.codes, it.categories, it.ordered],
            lambda codes, categories, ordered: pd.Categorical.from_codes(
                codes, categories, bool(ordered)
            ),
        ),
        "intervals": _Kind(
            (arrays.IntervalArray,),
            lambda it: [it.left, it.right, it.closed],
            arrays.IntervalArray.from_arrays,
        ),
        "periods": _Kind(
            (arrays.PeriodArray,),
            lambda it: [it.asi8, it.freqstr],
            lambda numbers, frequency: pd.PeriodIndex.from_ordinals(
                numbers, freq=frequency
            ).array,
        ),
        "moments": _Kind(
            (arrays.DatetimeArray,), lambda it: [it.to_numpy(f"M8[{it.unit}]"), zone(it)], in_zone
        ),
        "durations": _Kind(
            (arrays.TimedeltaArray,), lambda it: [it.to_numpy()], pd.array
        ),
        "values": _Kind(  # of which some may be missing
            (arrays.IntegerArray, arrays.FloatingArray, arrays.BooleanArray,
             arrays.StringArray, arrays.ArrowStringArray),
            lambda it: [str(it.dtype), it.tolist()],
            lambda dtype, values: pd.array(values, dtype),
        ),
        "interval": _Kind(
            (pd.Interval,), lambda it: [it.left, it.right, it.closed], pd.Interval
        ),
        "period": _Kind(
            (pd.Period,),
            lambda it: [it.ordinal, it.freqstr],
            lambda number, frequency: pd.Period(ordinal=number, freq=frequency),
        ),
        "timestamp": _Kind(
            (pd.Timestamp,),
            lambda it: [it.to_datetime64(), zone(it)],
            lambda moment, zone: in_zone([moment], zone)[0],
        ),
        "duration": _Kind((pd.Timedelta,), lambda it: [it.to_timedelta64()], pd.Timedelta),
        "nat": _Kind((type(pd.NaT),), lambda _: [], lambda: pd.NaT),
        "na": _Kind((type(pd.NA),), lambda _: [], lambda: pd.NA),
    }  # fmt: skip
