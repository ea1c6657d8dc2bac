from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thousandfold import ExplainedError, simulate, sweep
from thousandfold.models.mentoring import Mentoring


@given(
    st.integers(1, 30),
    st.integers(1, 30),
    st.floats(0, 26),
    st.floats(0, 1),
    st.floats(4, 40),
    st.floats(0.05, 1),
)
def test_people_and_teaching_are_accounted_for(
    newcomers: int, teachers: int, gap: float, teaching: float, ramp_up: float, attention: float
) -> None:
    model = Mentoring(
        newcomers=newcomers,
        teachers=teachers,
        gap=gap,
        teaching=teaching,
        ramp_up=ramp_up,
        attention=attention,
    )
    run = simulate(model, replications=1, periods=100)
    here = run["new"] + run["practising"] + run["able"]
    last_arrival = gap * (newcomers - 1)
    assert (here <= newcomers + 1e-9).all()
    np.testing.assert_allclose(here[run.time > last_arrival + 1], newcomers)
    assert (run["load"] <= attention + 1e-9).all()
    for stock in ("new", "practising", "able", "load"):
        assert (run[stock] >= -1e-9).all()
    assert (np.diff(run["able"], axis=0) >= -1e-9).all()


@pytest.mark.parametrize("changes", [{}, {"gap": 8}, {"attention": 0.2}, {"teachers": 1}])
def test_what_teaching_costs_in_all_does_not_depend_on_the_order(changes: dict[str, float]) -> None:
    run = simulate(Mentoring(**changes), replications=1, periods=1000)
    # Half the ramp-up at full teaching, half at half of it, for each of five.
    assert run.final("taught").item() == pytest.approx(5 * 0.4 * (13 + 13 / 2))


def test_the_week_of_payback() -> None:
    model = Mentoring()
    gained = simulate(model, replications=1)["gained"].ravel()
    week = int(model.payback())
    assert gained[week - 1] < 0 <= gained[week]
    assert Mentoring(teaching=0).payback() == 0
    assert Mentoring(ramp_up=104, attention=0.05, teachers=1).payback() == float("inf")


def test_attention_in_percent_is_explained() -> None:
    with pytest.raises(ExplainedError, match=r"write 2 % as 0\.02"):
        Mentoring(attention=2)


def test_mentoring() -> None:
    """Five new product managers cost 39 weeks of those who can teach, most of it at once."""
    run = simulate(Mentoring(), replications=1)
    assert run.final("taught").item() == pytest.approx(39, abs=0.5)
    assert run["load"].max() == 0.5
    assert 16 <= Mentoring().payback() <= 20


def test_one_newcomer_after_another_loads_the_teachers_less_and_gains_later() -> None:
    runs = sweep(Mentoring(), gap=[0, 8], replications=1)
    at_once, in_turn = runs["load"].max(axis=0).ravel()
    assert in_turn < 0.75 * at_once
    gained = runs.final("gained").ravel()
    assert gained[1] < gained[0]


def test_what_has_no_luck_speaks_of_no_futures() -> None:
    assert "futures" not in Mentoring().picture().sentence
