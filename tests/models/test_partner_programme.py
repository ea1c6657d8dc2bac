from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from thousandfold import ExplainedError, compare, simulate, sweep
from thousandfold.models.partner_programme import PartnerProgramme, launched


def gain(luck: int = 1000, **plan: float) -> float:
    run = simulate(PartnerProgramme().replace(**plan), seed=luck)
    return float(run.final("gain").mean())


@settings(max_examples=25, deadline=None)
@given(
    st.floats(0, 5000),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0, 500),
    st.integers(0, 2**32),
)
def test_money_and_people_are_accounted_for(
    budget: float, to_partners: float, stop_at: float, monthly: float, luck: int
) -> None:
    model = PartnerProgramme(budget, to_partners, stop_at, monthly)
    run = simulate(model, replications=20, seed=luck)
    for side in ("partners", "customers"):
        assert ((run[side] >= 0) & (run[side] <= 1)).all()
    paid = np.diff(run["spent"], axis=0)
    assert (paid >= 0).all()
    assert (paid <= monthly + 1e-9).all()
    assert (run["spent"] <= budget + 1e-9).all()
    earned = np.diff(run["gain"] + run["spent"], axis=0)
    together = run["partners"] * run["customers"]
    np.testing.assert_allclose(earned, model.worth * together[1:], atol=1e-6)
    paying = run["paying"]
    assert (np.diff(paying, axis=0) <= 0).all(), "what has ended stays ended"
    assert (paid[paying[1:] == 0] == 0).all()
    reached = np.maximum.accumulate(run["partners"][:-1] >= stop_at, axis=0)
    np.testing.assert_array_equal(paying[1:] == 0, reached)


def test_a_market_is_of_one_kind_all_the_time_and_more_futures_change_none() -> None:
    luck = PartnerProgramme.draw(np.random.default_rng(1), (50, 12, 3))
    assert (luck[:, :, 0] == luck[:, :1, 0]).all()
    assert np.unique(luck[:, 0, 0]).size == 50
    assert (luck[:, :, 1] != luck[:, :1, 1])[:, 1:].all()
    few, many = (simulate(PartnerProgramme(), replications=n)["gain"] for n in (10, 40))
    np.testing.assert_allclose(few, many[:, :, :10], rtol=1e-12)


def test_each_side_has_luck_of_its_own_each_month() -> None:
    run = simulate(PartnerProgramme(spread=0, budget=0), replications=400)
    sides = [np.log(run[side][1, 0]) for side in ("partners", "customers")]
    assert abs(np.corrcoef(sides)[0, 1]) < 0.2
    np.testing.assert_allclose(np.std(sides, axis=1), 0.4, rtol=0.2)
    assert np.ptp(simulate(PartnerProgramme(spread=0, noise=0), replications=9)["gain"][-1]) == 0


def test_plans_are_compared_under_the_same_luck() -> None:
    plans = {"one": PartnerProgramme(stop_at=0.6), "two": PartnerProgramme(budget=500)}
    together = compare(plans, replications=30)["gain"]
    for i, plan in enumerate(plans.values()):
        alone = simulate(plan, replications=30)["gain"]
        np.testing.assert_allclose(together[:, i], alone[:, 0])


def settled(model: PartnerProgramme, partners: float) -> float:
    """Let a market without luck and money run from that share of partners, both sides in step."""
    customers = 1 / (1 + np.exp(model.customers_inertia - model.customers_draw * partners))
    zero = np.zeros((1, 1))
    state = {
        "partners": zero + partners, "customers": zero + customers,
        "gain": zero, "spent": zero, "paying": zero,
    }  # fmt: skip
    for _ in range(600):
        state = dict(model.step(state, np.zeros((3, 1, 1))))
    return float(state["partners"][0, 0])


@settings(max_examples=15, deadline=None)
@given(st.floats(4, 12), st.floats(5, 15))
def test_below_the_tipping_point_it_falls_back_and_above_it_grows(
    partners_draw: float, customers_draw: float
) -> None:
    model = PartnerProgramme(partners_draw=partners_draw, customers_draw=customers_draw)
    levels = model.levels()
    assume(len(levels) == 3 and min(np.diff(levels)) > 0.1)
    low, tipping, high = levels
    np.testing.assert_allclose(settled(model, tipping - 0.02), low, atol=0.002)
    np.testing.assert_allclose(settled(model, tipping + 0.02), high, atol=0.002)


def test_sides_that_do_not_care_for_each_other_have_one_level() -> None:
    model = PartnerProgramme(partners_draw=0)
    np.testing.assert_allclose(model.levels(), 1 / (1 + np.exp(3.5)), atol=1e-4)


def test_without_money_nothing_starts() -> None:
    run = simulate(PartnerProgramme(budget=0))
    assert (run.final("partners") < 0.1).mean() > 0.95
    assert run.final("spent").max() == 0


def test_below_the_tipping_point_the_money_is_gone_and_above_it_grows() -> None:
    sure = PartnerProgramme(spread=0, noise=0)
    low, tipping, high = sure.levels()
    small, large = (
        simulate(sure.replace(budget=budget, stop_at=1), replications=1) for budget in (500, 1200)
    )
    assert small["partners"].max() < tipping < large["partners"].max()
    assert small.final("partners").item() < low + 0.05
    assert large.final("partners").item() > high - 0.05
    assert small.final("gain").item() < -0.8 * 500
    assert large.final("gain").item() > 0


def test_stopping_too_early_wastes_the_money_and_too_late_costs_some() -> None:
    early, tipping, better, never = (gain(stop_at=stop) for stop in (0.2, 0.4, 0.6, 1))
    assert early < 0
    assert better > 1.5 * tipping
    assert better > never > 0
    flood = gain(budget=5000, stop_at=1)
    assert flood < -1000


def test_a_little_money_for_a_long_time_is_worse_than_none() -> None:
    slow, quick, all_at_once = (gain(stop_at=0.6, monthly=pace) for pace in (50, 140, 400))
    assert slow < -500
    assert quick > 500
    assert all_at_once < 0


def test_money_for_the_side_that_the_other_wants_does_most() -> None:
    customers, half, partners = (gain(stop_at=0.6, to_partners=share) for share in (0, 0.5, 1))
    assert partners > 1.3 * half > 1.3 * customers
    turned = {"partners_draw": 10, "customers_draw": 6, "partners_pace": 0.3,
              "customers_pace": 0.15, "partners_inertia": 4, "customers_inertia": 3.5}  # fmt: skip
    other_way = [gain(stop_at=0.6, to_partners=share, **turned) for share in (0, 1)]
    assert other_way[0] > other_way[1]


@pytest.mark.parametrize("unseen", [1, 2, 3])
def test_a_plan_is_worth_about_the_same_in_unseen_markets(unseen: int) -> None:
    common = gain(unseen, budget=500, to_partners=0.5, stop_at=0.2)
    reference = gain(unseen, budget=1500, to_partners=1, stop_at=0.65)
    halfway = gain(unseen, budget=1500, to_partners=0.5, stop_at=0.4)
    assert common < -250
    assert reference > 700
    assert 0.3 < (halfway - common) / (reference - common) < 0.75


def test_even_a_good_plan_fails_in_some_markets() -> None:
    run = simulate(PartnerProgramme(stop_at=0.6))
    assert 0.6 < (run.final("partners") > 0.5).mean() < 0.75


def test_the_default_plan_stops_too_early() -> None:
    runs = sweep(PartnerProgramme(), stop_at=[0.3, 0.6])
    success = (runs.final("partners") > 0.5).mean(axis=1)
    assert success[0] < 0.3
    assert success[1] > 2 * success[0]


@pytest.mark.parametrize("plan", [3, (1, 2), "many"])
def test_a_plan_that_is_not_three_numbers_is_explained(plan: object) -> None:
    with pytest.raises(ExplainedError, match=r"'here' needs three numbers"):
        launched({"here": PartnerProgramme()}, {"here": plan})  # type: ignore[dict-item]


def test_there_are_three_kinds_of_markets_and_the_picture_says_where_they_turn() -> None:
    open_minded = PartnerProgramme(partners_inertia=2.5)
    kinds = {draw: open_minded.replace(customers_draw=draw).kind for draw in (3, 10, 18)}
    assert kinds == {3: "stays empty", 10: "tips", 18: "fills by itself"}
    sentence = open_minded.picture("market").sentence
    turns = [float(found) for found in re.findall(r"from ([\d.]+) on", sentence)]
    for turn, (before, after) in zip(
        turns, (("stays empty", "tips"), ("tips", "fills by itself")), strict=True
    ):
        assert open_minded.replace(customers_draw=turn - 0.1).kind == before
        assert open_minded.replace(customers_draw=turn + 0.1).kind == after
    assert (
        "No market on this line"
        in PartnerProgramme(worth=0, partners_draw=0).picture("market").sentence
    )


@pytest.mark.parametrize("draw", [3, 10, 18])
def test_without_money_a_market_goes_to_its_lowest_share(draw: float) -> None:
    market = PartnerProgramme(
        partners_inertia=2.5, customers_draw=draw, budget=0, spread=0, noise=0
    )
    partners = simulate(market, replications=1, periods=400).final("partners")
    assert float(partners.mean()) == pytest.approx(market.levels()[0], abs=0.01)
