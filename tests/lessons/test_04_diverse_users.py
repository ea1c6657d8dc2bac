"""Every sentence that lesson 04 claims, on default parameters."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from class_list import NAMES

from thousandfold import ExplainedError, keypoint, numbers_for
from thousandfold.datasets import load
from thousandfold.models.retention import MixedCohort
from thousandfold.models.retention_fit import fit_retention, forecasts
from thousandfold.models.two_segments import TwoSegments

PLACES = np.linspace(0, 1, 101)
CHAINS, DOLLARS = [0.15, 0.2, 0.25, 0.3], [0.6, 1.5, 3.2]
DEPTHS = [0.2, 0.4, 0.6, 0.8]


def test_in_the_middle_the_product_stands_below_both_tops_and_at_an_ideal_it_loses_the_other() -> (
    None
):
    casual, power = TwoSegments().uptake([0, 0.5, 1])
    assert casual[1] < casual[0]
    assert power[1] < power[2]
    assert max(casual[2], power[0]) < 0.1 * casual[0]
    of_casual, of_power = TwoSegments().picture("hills").data()["hills"]
    assert max(of_casual["height"]) > max(of_power["height"])


def test_the_middle_keeps_three_quarters_of_the_ideal_s_users_and_loses_money_not_heads() -> None:
    ferry = TwoSegments()
    casual, power = ferry.uptake([0, 0.5, 1])
    assert casual[1] / casual[0] == pytest.approx(0.75, abs=0.03)
    assert power[1] / power[2] == pytest.approx(0.75, abs=0.03)
    assert (70 * casual + 30 * power).round().tolist() == [56, 57, 28]
    earned = ferry.one_product(1e6, [0.5, ferry.best_depth(1e6)])
    assert earned.round().tolist() == [42, 48]
    assert 1 - earned[0] / earned[1] == pytest.approx(1 / 8, abs=0.01)
    few = ferry.one_product(1e3, [0.5, ferry.best_depth(1e3)])
    assert few[0] < few[1], "with few chains the middle loses too, because teachers pay"


def test_a_million_users_pull_the_product_away_from_most_teachers() -> None:
    ferry = TwoSegments()
    assert ferry.fee_power == 10 * ferry.fee_casual
    best = [ferry.best_depth(users) for users in (1e3, 3e4, 1e6)]
    assert best == [0.12, 0.63, 0.845]
    teachers, _ = ferry.uptake(best)
    assert (100 * teachers).round().tolist() == [77, 42, 17]
    assert ferry.power([1e3, 1e6]) == pytest.approx([0.02, 0.3]), "nearly a third at the end"


def test_that_most_teachers_leave_hangs_on_what_chains_pay_and_on_the_square() -> None:
    cheap = TwoSegments(fee_power=60)
    assert cheap.best_depth(1e6) == 0.55
    assert cheap.uptake(0.55)[0] > 0.5
    left = [teachers_at_the_best_depth(of_the_distance) for of_the_distance in (1, 2, 4)]
    assert left == [6, 17, 68]


def teachers_at_the_best_depth(of_the_distance: float) -> int:
    """Return how many of 100 teachers are left, if appeal falls with that power of the distance."""
    ferry = TwoSegments()
    depths = np.linspace(0, 1, 201)
    # A distance whose square is the distance to that power, for either kind.
    casual, _ = ferry.uptake(depths ** (of_the_distance / 2))
    _, power = ferry.uptake(1 - (1 - depths) ** (of_the_distance / 2))
    share = ferry.power(1e6)
    earned = (1 - share) * casual * ferry.fee_casual + share * power * ferry.fee_power
    return round(100 * float(casual[earned.argmax()]))


def test_two_editions_win_even_where_nobody_s_taste_differs_only_later() -> None:
    alike = TwoSegments(conflict=0.001)
    assert round(100 * alike.uptake_of_two()[0]) == 84
    assert round(100 * float(alike.uptake()[0])) == 78
    assert alike.break_even == pytest.approx(21_281)
    assert alike.break_even > 2 * TwoSegments().break_even
    assert alike.two_editions(1e5) > alike.one_product(1e5, PLACES).max()


def test_retention_rises_for_years_though_nobody_changes() -> None:
    crowd = MixedCohort()
    assert [crowd.loyal, crowd.loyal_stays, crowd.casual_stays] == [0.33, 0.9, 0.5]
    assert (np.diff(crowd.retention(range(1, 13))) > 0).all()
    assert crowd.retention([1, 8, 12]).round(2).tolist() == [0.63, 0.89, 0.9]


def test_no_place_lasts_to_ten_thousand_users_and_the_bill_decides_how_long() -> None:
    crossings = [TwoSegments(depth=depth).break_even for depth in PLACES]
    assert 9_250 < max(crossings) < 9_350
    assert TwoSegments().break_even == 9204
    assert 50 < TwoSegments().best_lasts(60_000)[0] - TwoSegments().break_even < 150
    far = [TwoSegments(depth=depth).break_even for depth in (0.3, 0.845)]
    assert far == [7244, 6295], "only near the middle does the place hardly matter"
    assert TwoSegments().best_lasts(90_000)[0] - TwoSegments().best_lasts(60_000)[0] > 2000
    later = TwoSegments().best_lasts([30_000, 60_000, 120_000, 240_000])
    assert (np.diff(later) > 0).all()
    assert np.isfinite(later).all()


def test_few_users_cannot_carry_the_bill_and_losses_are_not_drawn() -> None:
    editions = TwoSegments().two_editions([1_000, 2_000, 10_000])
    assert editions[1] < 0 < editions[2]
    two = TwoSegments().picture("editions").data()["series"][1]
    assert two["x"][0] > 2_000
    assert min(two["y"]) > 0


def test_the_slider_begins_at_ferry_and_marks_the_bill_at_which_it_turns() -> None:
    picture = TwoSegments(depth=0.5).picture("bill")
    turn = picture.notes[-1]
    assert "60,000" in picture.title
    assert 60_000 < float(turn.x or 0) < 70_000
    assert TwoSegments().best_lasts(float(turn.x or 0))[0] == pytest.approx(10_000, rel=0.01)


def test_not_even_a_product_that_moves_with_its_market_lasts() -> None:
    best = TwoSegments().one_product(10_000, PLACES).max()
    assert TwoSegments().two_editions(10_000) > best


def test_what_three_more_years_tell() -> None:
    table = forecasts(load("retention"))
    assert table.to_numpy().tolist() == [
        [20.2, 30.7, 39.4],
        [27.0, 37.8, 39.4],
        [2.2, 16.0, 17.3],
        [4.6, 17.0, 17.3],
    ]
    assert (np.diff(table, axis=1) > 0).all(), "alike, differ, seen: in this order"
    with pytest.raises(ExplainedError, match="ends with year 12, before year 13"):
        forecasts(load("retention"), year=13)
    high_end = load("retention").query("segment == 'High End'")["alive"]
    sentence = fit_retention(high_end[:5]).picture(high_end).sentence
    assert "30.7 % if people differ and 20.2 % if all are alike. 39.4 % were" in sentence


def test_four_years_leave_much_open() -> None:
    high_end = load("retention").query("segment == 'High End'")["alive"]
    alive = fit_retention(high_end[:5]).cohort.alive(np.arange(5))
    ends = np.append(-np.diff(alive), alive[-1])
    left = np.random.default_rng(0).multinomial(1000, ends, size=200)[:, ::-1].cumsum(axis=1)
    years = [float(fit_retention(cohort[::-1]).cohort.alive(12)) for cohort in left]
    assert np.percentile(years, [2.5, 97.5]) == pytest.approx([0.22, 0.38], abs=0.012)
    assert 0 < high_end.iloc[12] / 100 - np.percentile(years, 97.5) < 0.02, "a little outside"


def test_the_bill_decides_when_and_the_doubled_work_how_well() -> None:
    ferry = TwoSegments()
    bill, work = ferry.replace(second=30_000), ferry.replace(twice=0.15)
    assert [bill.break_even, work.break_even] == [5152, 8035]
    won = [float(plan.two_editions(1e6) - ferry.two_editions(1e6)) for plan in (bill, work)]
    assert won == pytest.approx([0.03, 2.12], abs=0.003)
    told = [f"{float(plan.two_editions(1e6)):.3g}" for plan in (ferry, bill, work)]
    assert told == ["54", "54", "56.1"], "at half the bill the printed number stays"


def test_the_exercise_rewards_a_place_and_a_moment_and_not_the_plan_of_the_lesson() -> None:
    def earns(depth: float, onboarding: float, split: float) -> float:
        market = TwoSegments(depth, onboarding, split, second=200_000, twice=0.4, fee_power=120)
        return float(market.in_mixes([0.07, 0.16, 0.27, 0.43])["earned"].mean())

    naive, reference = earns(0.5, 0.5, 100_000), earns(0.35, 0.55, 35_000)

    def share(*plan: float) -> float:
        return (earns(*plan) - naive) / (reference - naive)

    assert share(0.5, 0.5, 9204) < 0
    assert share(0.2, 0.7, 100_000) < 0 < share(0.5, 0.5, 40_000) < 0.4
    assert share(0.2, 0.7, 40_000) < 0.5
    assert share(0.3, 0.5, 30_000) > 0.8
    plan = TwoSegments(0.35, 0.55, second=200_000, twice=0.4, fee_power=120)
    assert plan.served()["one product"].tolist() == [0.7, 0.37]
    assert (naive, reference) == pytest.approx((20.2, 20.7), abs=0.05)
    others = [share(d, o, s) for d in (0.3, 0.4) for o in (0.5, 0.6) for s in (3e4, 5e4)]
    assert max(others) < 1.01


def test_the_doubled_work_decides_whether_one_product_lasts_and_the_bill_hardly() -> None:
    for seed in range(3):
        tried = keypoint("04.3").robust(500, seed=seed)
        assert tried.deciders == ("twice",)
        decides = tried.table()["decides, %"]
        assert decides["second"] < decides["conflict"] < decides["twice"] / 2
    tried = keypoint("04.3").robust()
    assert tried.share > 0.5
    assert keypoint("04.3").robust(twice=0.4).share < tried.share


def test_everybody_s_own_market_is_as_hard_as_any_other() -> None:
    drawn = [numbers_for(name, chains=CHAINS, dollars=DOLLARS) for name in NAMES]
    assert {(mine.chains, mine.dollars) for mine in drawn} == set(product(CHAINS, DOLLARS))
    for chains, dollars in product(CHAINS, DOLLARS):
        fee = 20 * dollars * (1 - chains) / chains
        own = TwoSegments(power_last=chains, fee_power=fee)
        found = [
            margin_of_the_best(own),
            margin_of_the_best(own.replace(onboarding=0.7)),
            margin_of_the_best(own.replace(fee_power=fee / 2)),
        ]
        today, easier, cheaper = (depth for depth, _ in found)
        assert today == DEPTHS[1 + DOLLARS.index(dollars)], "never the first in the list"
        assert easier == today, "the work on an easy start moves nobody's product"
        assert cheaper == DEPTHS[DOLLARS.index(dollars)], "who pays moves everybody's, by one step"
        assert min(margin for _, margin in found) > 0.025


def margin_of_the_best(own: TwoSegments) -> tuple[float, float]:
    """Return which depth earns most, and by which share the next earns less."""
    earned = own.one_product(1e6, DEPTHS)
    second, best = np.sort(earned)[-2:]
    return DEPTHS[int(earned.argmax())], float(1 - second / best)
