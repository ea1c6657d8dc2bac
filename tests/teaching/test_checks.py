from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thousandfold import checks
from thousandfold.teaching.checks import Hint


class EqualsEverything:
    """An answer that claims to be right."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0

    def __float__(self) -> float:
        return 42.0


CHECKS = {
    "number": lambda value: checks.number("answer", value, expected=42),
    "choice": lambda value: checks.choice("answer", value, ["a", "b"], expected="a"),
    "table": lambda value: checks.table("answer", value, keys=[1, 2]),
    "function": lambda value: checks.function("answer", value, {(1,): 42}),
}


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
@pytest.mark.parametrize(
    "value", [..., None, EqualsEverything(), EqualsEverything, [], {}, "42", b"a", 1j, True]
)
def test_what_is_no_answer_gets_a_sentence(check, value) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Hint, match=r"answer.*\w{3}"):
        check(value)


def test_right_answers_pass() -> None:
    assert checks.number("answer", 42.1, expected=42) == 42.1
    assert checks.number("answer", np.asarray(42), expected=42) == 42
    assert checks.choice("answer", "a", ["a", "b"], expected="a") == "a"
    assert checks.table("answer", {1: 2, 2: 3.5}, keys=[1, 2]) == {1: 2, 2: 3.5}
    checks.function("answer", lambda n: 2 * n, {(1,): 2, (5,): 10})


@pytest.mark.parametrize("value", [41, 43, -42, math.nan, math.inf])
def test_wrong_numbers_do_not_pass(value: float) -> None:
    with pytest.raises(Hint):
        checks.number("answer", value, expected=42)


def test_a_wrong_number_shows_itself_and_not_the_right_one() -> None:
    with pytest.raises(Hint) as error:
        checks.number("answer", 40, expected=42, hint="Look at the second row.")
    assert str(error.value) == "answer is 40, and that is not right yet. Look at the second row."


def test_a_share_near_one_is_shown_as_it_is() -> None:
    with pytest.raises(Hint, match=r"^signed is 0\.9995, and"):
        checks.number("signed", 0.9995, expected=0.9)


def test_a_known_slip_is_answered_by_its_own_sentence() -> None:
    checks.slips("twice", {84: "Twice."})
    with pytest.raises(Hint, match=r"^Twice\.$"):
        checks.number("twice", 84, expected=42)


def test_a_known_slip_of_a_table_may_leave_entries_open() -> None:
    checks.slips("pair", {(1, None): "The first."})
    with pytest.raises(Hint, match=r"^The first\.$"):
        checks.table("pair", {"a": 1, "b": 7}, keys=["a", "b"])
    assert checks.table("pair", {"a": 2, "b": 7}, keys=["a", "b"]) == {"a": 2, "b": 7}


def test_slips_of_a_release_are_known_without_the_hidden_tests() -> None:
    with pytest.raises(Hint, match="is what the slide says"):
        checks.number("billions", 85)


def test_a_function_with_a_known_slip_is_recognised() -> None:
    checks.slips("double", {(6, 15): "{call} gives {result}, not {right}."})
    with pytest.raises(Hint, match=r"^double\(2\) gives 6, not 4\.$"):
        checks.function("double", lambda n: 3 * n, {(2,): 4, (5,): 10})


def test_a_function_with_another_slip_gets_an_example() -> None:
    with pytest.raises(Hint, match=r"double\(5\) gives 7; it should give 10\. Add twice\."):
        checks.function("double", lambda n: n + 2, {(2,): 4, (5,): 10}, hint="Add twice.")


def test_a_function_that_fails_or_forgets_to_return_is_explained() -> None:
    with pytest.raises(Hint, match=r"half\(0\) stops with ZeroDivisionError"):
        checks.function("half", lambda n: 1 / n, {(0,): 0})
    with pytest.raises(Hint, match="end the function with a line `return …`"):
        checks.function("half", lambda n: None, {(0,): 0})


def test_a_table_with_other_rows_shows_the_shape() -> None:
    with pytest.raises(Hint, match=r"\{12: …, 25: …\}"):
        checks.table("hires", {12: 1, 18: 2}, keys=[12, 25])
    with pytest.raises(Hint, match=r"hires\[25\] has no answer yet"):
        checks.table("hires", {12: 1, 25: ...}, keys=[12, 25])


@given(st.floats(allow_nan=True, allow_infinity=True), st.floats(0, 100))
def test_credit_lies_between_nothing_and_all(share: float, points: float) -> None:
    earned = checks.credit(share, points)
    assert type(earned) is float
    assert 0 <= earned <= points + 0.05


def test_credit_by_bands() -> None:
    earned = [checks.credit(share, 5) for share in (-1, 0, 0.5, 0.99, 1, 7, math.nan)]
    assert earned == [0, 0, 2.5, 5.0, 5, 5, 0]


def test_credit_between_two_tenths_does_not_hang_on_the_last_digit() -> None:
    half = (0.5, math.nextafter(0.5, 0), math.nextafter(0.5, 1))
    assert {checks.credit(share, 2.5) for share in half} == {1.2}
