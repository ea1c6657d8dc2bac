from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thousandfold.models.two_segments import TwoSegments

# Markets that differ from the default in who comes, what they pay, and how much they differ.
UNSEEN = (
    {"power_last": 0.15},
    {"power_last": 0.5},
    {"power_first": 0.005, "power_last": 0.25},
    {"power_first": 0.08},
    {"fee_power": 120},
    {"fee_power": 350},
    {"conflict": 2.5},
    {"conflict": 6},
    {"second": 120_000},
)


def unseen(**plan: float) -> float:
    return float(np.mean([TwoSegments(**{**plan, **market}).score() for market in UNSEEN]))


def test_without_conflict_depth_does_not_matter() -> None:
    product = TwoSegments(conflict=0)
    earned = product.one_product(5000, np.linspace(0, 1, 11))
    np.testing.assert_allclose(earned, earned[0])


def test_a_free_second_edition_that_costs_no_work_is_never_worse() -> None:
    product = TwoSegments(second=0, twice=0)
    sizes = np.geomspace(1e3, 1e6, 13)
    for depth in np.linspace(0, 1, 11):
        assert (product.two_editions(sizes) >= product.one_product(sizes, depth)).all()


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 10))
def test_depth_takes_from_casual_users_what_it_gives_to_power_users(
    depth: float, onboarding: float, conflict: float
) -> None:
    product = TwoSegments(onboarding=onboarding, conflict=conflict)
    casual, power = product.uptake(np.array([depth, min(1, depth + 0.1)]))
    assert casual[1] <= casual[0] + 1e-12
    assert power[1] >= power[0] - 1e-12
    mirrored = product.replace(onboarding=1 - onboarding).uptake(1 - depth)
    np.testing.assert_allclose(mirrored[1], casual[0], rtol=1e-6)
    assert ((casual > 0) & (casual < 1)).all()


@given(st.floats(0.5, 10), st.floats(0, 5), st.floats(-1, 3))
def test_the_middle_is_a_peak_or_a_valley_as_the_calculus_says(
    conflict: float, pull: float, inertia: float
) -> None:
    # Two segments of equal weight: the second derivative at the middle has the sign of
    # (1 - 2 * uptake) * conflict - 2.
    market = TwoSegments(
        conflict=conflict, pull=pull, inertia=inertia, power_first=0.5, power_last=0.5,
        fee_casual=100, fee_power=100,
    )  # fmt: skip
    uptake = float(market.uptake(0.5)[0])
    bend = (1 - 2 * uptake) * conflict - 2
    if abs(bend) < 0.05:
        return
    middle, beside = market.one_product(5000, [0.5, 0.505])
    assert np.sign(beside - middle) == np.sign(bend)


def test_a_market_of_one_segment_wants_its_ideal_and_no_second_edition() -> None:
    casual = TwoSegments(power_first=0, power_last=0, depth=0, onboarding=1)
    power = TwoSegments(power_first=1, power_last=1, depth=1, onboarding=0)
    for product, ideal in ((casual, 0), (power, 1)):
        assert product.best_depth(1e6) == ideal
        assert product.break_even == float("inf")
    assert "do not cross" in casual.picture().sentence


def test_the_mix_moves_by_the_same_step_in_each_tenfold() -> None:
    share = TwoSegments(power_first=0.1, power_last=0.4).power([10, 1e3, 1e4, 1e5, 1e6, 1e7])
    np.testing.assert_allclose(share, [0.1, 0.1, 0.2, 0.3, 0.4, 0.4])


@given(st.floats(1e3, 1e6), st.floats(0, 1))
def test_a_plan_is_one_product_and_then_two_editions(split: float, depth: float) -> None:
    plan = TwoSegments(split=split, depth=depth)
    sizes = np.geomspace(1e3, 1e6, 31)
    early = sizes < split
    np.testing.assert_array_equal(plan.earned(sizes)[early], plan.one_product(sizes)[early])
    np.testing.assert_array_equal(plan.earned(sizes)[~early], plan.two_editions(sizes)[~early])
    assert plan.score() == pytest.approx(plan.earned(sizes).mean())


def test_what_two_editions_cost_is_paid_in_money_and_in_work() -> None:
    free = TwoSegments(second=0)
    np.testing.assert_allclose(
        free.two_editions([1e3, 1e5]) - TwoSegments().two_editions([1e3, 1e5]), [60, 0.6]
    )
    uptakes = [TwoSegments(twice=lost).uptake_of_two() for lost in (0, 0.3, 0.6)]
    assert uptakes[0] > uptakes[1] > uptakes[2]


def test_the_best_place_of_one_product_moves_with_the_market() -> None:
    best = [TwoSegments().best_depth(users) for users in (1e3, 1e4, 1e5, 1e6)]
    np.testing.assert_allclose(best, [0.12, 0.55, 0.705, 0.845], atol=0.01)


def test_one_product_stops_serving_both_when_they_differ_too_much() -> None:
    def earned(conflict: float) -> np.ndarray:
        return TwoSegments(conflict=conflict).one_product(7000, [0, 0.5, 1])

    ends, middle = earned(4)[[0, 2]], earned(4)[1]
    assert middle > 1.25 * ends.max()
    ends, middle = earned(8)[[0, 2]], earned(8)[1]
    assert middle < 0.9 * ends.min()


def test_two_editions_pay_from_about_ten_thousand_users_on() -> None:
    plan = TwoSegments()
    assert 8_000 < plan.break_even < 11_000
    assert plan.two_editions(1000) < 0 < plan.one_product(1000)
    assert plan.two_editions(1e6) > 1.1 * plan.one_product(1e6, plan.best_depth(1e6))
    assert plan.replace(conflict=2).break_even > 1.5 * plan.break_even


def test_inside_decisions_beat_common_sense_in_unseen_markets() -> None:
    reference = unseen(depth=0.4, onboarding=0.3, split=12_000)
    common = unseen()
    others = {
        "split at once": {"depth": 0.4, "onboarding": 0.3, "split": 1000},
        "never split": {"depth": 0.65, "onboarding": 0.3},
        "split late": {"depth": 0.4, "onboarding": 0.3, "split": 300_000},
        "casual users only": {"depth": 0, "onboarding": 1},
        "power users only": {"depth": 1, "onboarding": 0},
        "all onboarding": {"depth": 0.4, "onboarding": 1, "split": 12_000},
        "no onboarding": {"depth": 0.4, "onboarding": 0, "split": 12_000},
    }
    credit = {
        name: (unseen(**plan) - common) / (reference - common) for name, plan in others.items()
    }
    assert reference > 1.15 * common
    assert max(credit.values()) < 0.7, credit
    assert 0.2 < credit["never split"] < 0.5, "half a good decision earns a part"
    assert credit["split at once"] < 0.05
    assert credit["casual users only"] < 0


def test_how_long_one_product_lasts_is_the_break_even_at_each_bill() -> None:
    bills = [5_000, 60_000, 250_000]
    for depth in (0.2, 0.5):
        product = TwoSegments(depth=depth)
        crossings = [product.replace(second=bill).break_even for bill in bills]
        np.testing.assert_allclose(product.lasts(bills), crossings, atol=0.5)
    best = [TwoSegments(depth=depth).break_even for depth in np.linspace(0, 1, 101)]
    assert TwoSegments().best_lasts(60_000)[0] == pytest.approx(max(best), rel=1e-3)
    assert np.isinf(TwoSegments(fee_power=0, fee_casual=0).lasts(1000)[0])


def test_the_bill_at_which_the_best_place_lasts_is_where_the_line_crosses() -> None:
    ferry = TwoSegments()
    bill = ferry.bill_to_last(10_000)
    below, above = ferry.best_lasts([0.99 * bill, 1.01 * bill])
    assert below < 10_000 < above
    notes = [note.words for note in ferry.picture("bill").notes]
    assert notes == ["this bill", "65,100 dollars: 10,000 users"]
    assert "From 65,100 dollars" in ferry.replace(second=200_000).picture("bill").sentence
