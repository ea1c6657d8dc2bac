from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thousandfold import ExplainedError
from thousandfold.models.approval import Approval, asking_time, time_if_waiting, time_to_answer


def test_one_approver_takes_one_over_what_is_free() -> None:
    busy = np.array([0.5, 0.8, 0.9, 0.95, 0.99])
    np.testing.assert_allclose(time_to_answer(busy), [2, 5, 10, 20, 100])


@given(st.floats(0.01, 0.99))
def test_two_who_share_a_pile_have_the_closed_form(busy: float) -> None:
    assert time_to_answer(busy, 2) == pytest.approx(1 / (1 - busy**2))


@given(st.floats(0, 0.98), st.integers(1, 20))
def test_more_who_may_decide_are_quicker_and_nobody_is_quicker_than_the_work(
    busy: float, deciders: int
) -> None:
    assert 1 <= time_to_answer(busy, deciders + 1) <= time_to_answer(busy, deciders)
    assert time_to_answer(busy, deciders) <= time_to_answer(busy + 0.01, deciders)


def test_approval_by_hand() -> None:
    boss = Approval(decisions=9, hours=2, available=20)
    assert boss.busy == 0.9
    assert boss.time == pytest.approx(20)
    assert boss.weeks == pytest.approx(1)
    assert boss.replace(delegated=0.5).busy == pytest.approx(0.45)
    assert boss.replace(delegated=0.5).time == pytest.approx(2 / 0.55)
    assert boss.replace(delegated=1).time == pytest.approx(2)
    assert boss.replace(decisions=10).time == float("inf")
    assert boss.replace(decisions=10, deciders=2).time == pytest.approx(2 / (1 - 0.25))
    assert "90 % busy: 10 times with one approver, 2.97 with 4" in boss.picture().sentence
    assert "with 3 as busy" in boss.replace(deciders=3).picture().sentence


def closed_queue(squads: int, think: float, service: float) -> float:
    """Exact mean value analysis of one server and `squads` customers."""
    line = 0.0
    for n in range(1, squads + 1):
        time = service * (1 + line)
        line = n / (think + time) * time
    return time


@given(st.integers(1, 60), st.floats(0.05, 10), st.floats(0.005, 0.5))
def test_asking_is_close_to_the_exact_closed_queue(
    squads: int, asked: float, answer: float
) -> None:
    exact = closed_queue(squads, 1 / asked, answer)
    assert float(asking_time(squads, asked, answer)) == pytest.approx(exact, rel=0.24)
    # What a squad gets done is what matters, and there the approximation is closer.
    working = 1 / (1 + asked * exact)
    ours = 1 / (1 + asked * float(asking_time(squads, asked, answer)))
    assert ours == pytest.approx(working, rel=0.08)


@given(st.floats(0.01, 10), st.floats(0.01, 0.5))
def test_asking_has_its_two_limits(asked: float, answer: float) -> None:
    assert asking_time(1, asked, answer) == pytest.approx(answer)
    assert asking_time(7, 0, answer) == pytest.approx(answer)
    # Very many squads that each ask very rarely: the open queue of one approver.
    many = 1e9
    assert asking_time(many, 0.9 / (many * answer), answer) == pytest.approx(10 * answer, rel=1e-3)
    # The leader is the bottleneck: so many answers a week and no more.
    waits = asking_time(1000, 10, answer)
    assert 1000 * 10 / (1 + 10 * waits) <= 1 / answer * (1 + 1e-9)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: time_to_answer(1.0), "busy must lie in"),
        (lambda: time_to_answer(90), "write 90 % as 0.9"),
        (lambda: Approval(delegated=20), "write 20 % as 0.2"),
    ],
)
def test_bad_input_is_answered_in_a_sentence(call: Any, says: str) -> None:
    with pytest.raises(ExplainedError, match=says):
        call()


def test_one_approver_is_the_bottleneck() -> None:
    """At 90 % busy one approver takes ten times the work on a decision; at 95 %, twenty times."""
    np.testing.assert_allclose(time_to_answer([0.8, 0.9, 0.95]), [5, 10, 20])
    np.testing.assert_allclose(time_to_answer([0.8, 0.9, 0.95], 4), [1.75, 2.97, 5.46], atol=0.01)
    assert time_to_answer(0.9 / 4, 4) < 1.01
    assert time_to_answer(0.9 / 4) < 1.3


def test_delegating_half_of_the_decisions_gives_back_more_than_four_fifths_of_the_time() -> None:
    boss = Approval()
    assert boss.replace(delegated=0.5).time < boss.time / 5


@settings(deadline=None)
@given(st.floats(0.01, 0.95), st.integers(1, 12))
def test_squads_that_stop_wait_as_the_balance_of_states_says(busy: float, squads: int) -> None:
    """From the states of the line: how many wait, and how likely, with one who answers."""
    found = float(time_if_waiting(busy, squads))
    assert found >= 1 - 1e-9
    assert found <= float(time_to_answer(busy)) + 1e-9
    # Little's law for the squads that work: they ask at `busy` a unit, and all others wait.
    asked = busy / (squads - busy * found)
    weight = np.cumprod([1.0, *(asked * np.arange(squads, 0, -1))])
    assert 1 - weight[0] / weight.sum() == pytest.approx(busy, rel=1e-6)


def test_a_thousand_squads_that_stop_are_an_open_line() -> None:
    assert time_if_waiting(0.5, 1000) == pytest.approx(2, rel=0.01)
    assert time_if_waiting([0.9, 0.95], 8) == pytest.approx([3.29, 3.88], abs=0.01)
    assert time_if_waiting([0.9, 0.95], 32) == pytest.approx([5.32, 6.94], abs=0.01)
