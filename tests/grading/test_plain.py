"""Plain data goes across unchanged, and nothing else goes across at all."""

from __future__ import annotations

import collections
import datetime
import itertools
import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boxgrader.box.plain import NotPlainError, Stranger, pack, unpack

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
    | st.binary() | st.complex_numbers(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner)
    | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


def across(value: Any) -> Any:
    return unpack(json.loads(json.dumps(pack(value))))


@given(PLAIN)
def test_values_arrive_as_they_left(value: Any) -> None:
    arrived = across(value)
    assert arrived == value
    assert type(arrived) is type(value)


@pytest.mark.parametrize(
    "value",
    [np.float64(1.5), np.int32(3), np.bool_(True), np.array([[1, 2], [3, 4]]), np.array(2.5),
     np.array(["a", "bc"]), np.array(["2024-01"], dtype="M8[D]"), np.zeros((0, 3))],
    ids=str,
)  # fmt: skip
def test_arrays_arrive_as_they_left(value: Any) -> None:
    arrived = across(value)
    assert type(arrived) is type(value)
    assert arrived.dtype == value.dtype
    np.testing.assert_array_equal(arrived, value)


def test_tables_arrive_as_they_left() -> None:
    frame = pd.DataFrame(
        {"n": [1, 2], "x": [0.5, None], "name": ["a", None],
         "day": pd.to_datetime(["2024-01-01", "2024-01-02"])},
        index=["p", "q"],
    )  # fmt: skip
    pd.testing.assert_frame_equal(across(frame), frame)
    pd.testing.assert_series_equal(across(frame["x"]), frame["x"])
    pd.testing.assert_frame_equal(across(frame.reset_index()), frame.reset_index())


TABLES = {
    "two levels": pd.DataFrame({"a": [1, 1], "b": ["x", None], "n": [1, 2]}).set_index(["a", "b"]),
    "two levels of columns": pd.DataFrame({"a": [1], "b": [2]}).groupby("a").agg(["min", "max"]),
    "categories": pd.Series(pd.Categorical(["s", "l"], ["s", "m", "l"], ordered=True)),
    "categories of numbers": pd.Series([1, 2, 1]).astype("category"),
    "bands": pd.cut(pd.Series([1.0, 9.0, None]), [0, 5, 10]),
    "bands as index": pd.Series([1, 9]).groupby(pd.cut(pd.Series([1, 9]), [0, 5, 10])).sum(),
    "numbers or nothing": pd.DataFrame({"n": [1, None], "x": [0.5, 1]}).convert_dtypes(),
    "numbers, none missing": pd.Series([1, 2], dtype="Int64"),
    "truth or nothing": pd.Series([True, None], dtype="boolean"),
    "texts or nothing": pd.Series(["a", None], dtype="string"),
    "texts as objects": pd.Series(["a", None, 1.5], dtype=object),
    "an index of objects": pd.Series([1, 2], index=pd.Index(["a", "b"], dtype=object)),
    "lists": pd.Series([[1, 2], [3, 4]]),
    "every day": pd.Series([1, 2], index=pd.date_range("2024-01-01", periods=2, name="day")),
    "some days": pd.Series([1, 2], index=pd.to_datetime(["2024-01-01", "2024-02-01"])),
    "months": pd.Series([1, 2], index=pd.period_range("2024-01", periods=2, freq="M")),
    "times in a zone": pd.Series(
        pd.to_datetime(["2024-03-31 00:30", None]).tz_localize("UTC").tz_convert("Europe/Berlin")
    ),
    "days in a zone": pd.Series([1, 2], index=pd.date_range("2024", periods=2, tz="UTC")),
    "durations": pd.DataFrame({"d": pd.to_timedelta(["1D", None])}),
    "a label twice": pd.DataFrame([[1, "a"], [2, "b"]], index=["p", "p"], columns=["q", "q"]),
    "no rows": pd.DataFrame({"a": [], "b": []}),
    "no columns": pd.DataFrame(index=[3, 4]),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_arrives_with_each_kind_and_label(name: str) -> None:
    table: Any = TABLES[name]
    arrived = across(table)
    assert type(arrived) is type(table)
    same: Any = getattr(pd.testing, f"assert_{'frame' if table.ndim == 2 else 'series'}_equal")
    same(arrived, table)


@pytest.mark.parametrize(
    "value",
    [pd.Timestamp("2024-01-01 01:02:03.000000004"), pd.Timestamp("2024", tz="Europe/Berlin"),
     pd.Timedelta("1D"), pd.NaT, pd.NA, pd.Interval(0, 1), pd.Period("2024-01", "M")],
    ids=str,
)  # fmt: skip
def test_what_is_in_a_table_arrives(value: Any) -> None:
    arrived = across(value)
    assert type(arrived) is type(value)
    assert arrived is value or arrived == value


def test_what_is_unique_in_a_column_arrives() -> None:
    for column in (["a", "a"], pd.to_datetime(["2024-01-01"]), pd.array([1, None])):
        unique: Any = pd.Series(column).unique()
        arrived = across(unique)
        assert type(arrived) is type(unique)
        assert arrived.equals(unique)


def test_an_array_of_objects_arrives() -> None:
    rows = pd.DataFrame({"name": ["a", None], "n": [1, 2]}).to_numpy()
    arrived = across(rows)
    assert arrived.dtype == object
    assert arrived.shape == (2, 2)
    assert arrived.tolist()[0] == ["a", 1]


@pytest.mark.parametrize(
    "value",
    [pd.Series(pd.arrays.SparseArray([0, 1])), pd.Series([1]).groupby([1])],
    ids=["sparse", "groups"],
)
def test_what_would_not_be_the_same_is_not_packed(value: Any) -> None:
    with pytest.raises(NotPlainError):
        pack(value)


def test_special_values_arrive() -> None:
    assert across(...) is ...
    assert np.isnan(across(float("nan")))
    assert across(float("-inf")) == float("-inf")
    assert across({1, 2}) == {1, 2}
    assert across(range(3)) == range(3)


@pytest.mark.parametrize(
    "value",
    [Decimal("1.10"), Fraction(1, 3), datetime.date(2024, 2, 29), datetime.timedelta(1, 2, 3),
     datetime.datetime(2024, 1, 1, 12, 30), collections.Counter("aab"),
     collections.OrderedDict(b=1, a=2), collections.deque([1], maxlen=2)],
    ids=str,
)  # fmt: skip
def test_what_is_made_of_plain_parts_arrives(value: Any) -> None:
    arrived = across(value)
    assert arrived == value
    assert type(arrived) is type(value)


def test_what_is_gone_through_once_arrives() -> None:
    assert list(across(n * n for n in range(3))) == [0, 1, 4]
    assert list(across(zip([1], [2], strict=True))) == [(1, 2)]
    with pytest.raises(NotPlainError):
        pack(map(abs, itertools.count()))


class Yes:
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


class Number(float):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


@pytest.mark.parametrize(
    "value", [Yes(), Number(1), [Yes()], {"a": Yes()}, len, type, np.array([Yes()], dtype=object)]
)
def test_what_is_not_plain_is_not_packed(value: Any) -> None:
    with pytest.raises(NotPlainError):
        pack(value)


def test_a_stranger_equals_nothing_not_even_itself() -> None:
    stranger = unpack({"stranger": "Yes"})
    assert type(stranger) is Stranger
    assert stranger != 42
    assert stranger != stranger
    assert not isinstance(stranger, (int, float, str))


@pytest.mark.parametrize(
    "data",
    [{}, {"a": 1}, {"list": 3}, {"dict": [[1]]}, {"float": 3}, {"int": "xyz"},
     {"array": ["|O", [1], "AAAAAAAAAAA="]}, {"array": ["<f8", [10**9], "AA=="]},
     {"array": [["a", "b"], [1], ""]}, {"function": "f"}, {"module": "os"}, {"stranger": "a b"},
     {"list": [], "tuple": []}, [1], 1.5, {"dict": [[{"list": []}, 1]]}, {"set": [{"list": []}]},
     {"frame": [[], 1, 2]}, {"series": [{"objects": ["nonsense", [1]]}, None, None]},
     {"range": [1, 2]}, {"array": ["|O", {"list": [1]}, {"bytes": "AAAAAAAAAAA="}]},
     {"array": ["object", {"list": [10**9]}, {"list": [1]}]},
     {"categories": [{"list": [5]}, {"list": ["a"]}, False]},
     {"multiindex": [{"list": [{"list": ["a"]}]}, {"list": [{"list": [7]}]}, {"list": [None]}]}],
    ids=str,
)  # fmt: skip
def test_a_forged_message_is_refused(data: Any) -> None:
    with pytest.raises(NotPlainError):
        unpack(data)


def test_depth_is_bounded() -> None:
    data: Any = 1
    for _ in range(1000):
        data = {"list": [data]}
    with pytest.raises(NotPlainError):
        unpack(data)
    value: Any = []
    value.append(value)
    with pytest.raises(NotPlainError):
        pack(value)
