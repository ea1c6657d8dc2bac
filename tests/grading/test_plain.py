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
     {"range": [1, 2]}],
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
