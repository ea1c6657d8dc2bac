"""Every sentence that lesson 04 claims, on default parameters."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from class_list import NAMES

from thousandfold import ExplainedError, numbers_for
from thousandfold.core import SEED, companies
from thousandfold.datasets import load
from thousandfold.models.edition_deciders import EditionDeciders, what_decides
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


def test_where_users_weigh_only_the_better_edition_and_have_one_taste_one_product_always_wins() -> (
    None
):
    alike = TwoSegments(conflict=0)
    sizes = np.geomspace(1e3, 1e6, 61)
    assert (alike.replace(own_chance=0).lead(sizes) < 0).all()
    assert alike.lead(1e5) > 0, "the second chance to be chosen is what two editions win by"
    nearly = TwoSegments(conflict=0.001)
    assert round(100 * nearly.uptake_of_two()[0]) == 84
    assert round(100 * float(nearly.uptake()[0])) == 78
    assert nearly.break_even == pytest.approx(21_281)
    assert TwoSegments(own_chance=0).break_even == 9376, "at Ferry the rule hardly matters"


def test_more_teachers_are_customers_at_each_size_and_only_their_share_tells_that_it_moved() -> (
    None
):
    ferry = TwoSegments()
    users = np.array([1e3, 3e4, 1e6])
    depth = [ferry.best_depth(size) for size in users]
    customers = users * (1 - ferry.power(users)) * ferry.uptake(depth)[0]
    assert customers.round().tolist() == [755, 10_629, 118_733]
    everybody = customers + users * ferry.power(users) * ferry.uptake(depth)[1]
    assert everybody.round().tolist() == [758, 13_815, 347_767], "customers grow, too"
    stayed = users * (1 - ferry.power(users)) * ferry.uptake(depth[0])[0]
    assert stayed.round().tolist() == [755, 19_462, 539_230]
    assert 4 < stayed[-1] / customers[-1] < 5, "over four times as many"
    paid = ferry.fee_casual * stayed / (users * ferry.one_product(users, depth[0]))
    assert (100 * paid).round().tolist() == [96, 75, 57], "it falls where the product stays"
    ways = np.geomspace(1e3, 1e6, 13)
    places = [ferry.best_depth(size) for size in ways]
    assert (np.diff(places) > 0).all(), "the next release starts from where the last one stands"
    assert (np.diff(ways * (1 - ferry.power(ways)) * ferry.uptake(places)[0]) > 0).all()


def test_a_larger_share_renews_each_year_though_nobody_changes() -> None:
    high_end = load("retention").query("segment == 'High End'")["alive"]
    rates = fit_retention(high_end[:5]).cohort.retention(np.arange(1, 13))
    assert (np.diff(rates) > 0).all()


def test_no_place_lasts_to_ten_thousand_users_and_the_bill_decides_how_long() -> None:
    crossings = [TwoSegments(depth=depth).break_even for depth in PLACES]
    assert 9_250 < max(crossings) < 9_350
    assert TwoSegments().break_even == 9204
    assert 50 < TwoSegments().best_lasts(60_000)[0] - TwoSegments().break_even < 150
    far = [TwoSegments(depth=depth).break_even for depth in (0.3, 0.845)]
    assert far == [7244, 6295], "only near the middle does the place hardly matter"
    ends = [TwoSegments(depth=depth).break_even / max(crossings) for depth in (0, 1)]
    assert 0.5 < min(ends) < max(ends) < 0.6, "at an ideal little more than half as long"
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


def test_the_middle_is_a_fair_rival_because_the_money_leads_there_at_that_size() -> None:
    ferry = TwoSegments()
    assert ferry.best_depth(ferry.break_even) == 0.54
    longest = TwoSegments(
        depth=PLACES[np.argmax([TwoSegments(depth=d).break_even for d in PLACES])]
    )
    assert ferry.best_depth(longest.break_even) == pytest.approx(longest.depth, abs=0.016), (
        "one depth"
    )
    assert ferry.lead(longest.break_even - 50) < 0 < ferry.lead(longest.break_even + 50)
    assert ferry.lead(10_000) > 0, "not even a product that moves with its market lasts"


def test_taking_all_as_alike_forgets_half_and_letting_them_differ_closes_half_of_the_gap() -> None:
    alike, differ, left = forecasts(load("retention")).loc["High End, from 4 years"]
    assert alike / left == pytest.approx(0.5, abs=0.03)
    assert (differ - alike) / (left - alike) == pytest.approx(0.5, abs=0.06)


def test_a_second_edition_is_kept_by_about_five_people() -> None:
    ferry = TwoSegments()
    assert "12,500 dollars a month each" in ferry.quantities()["second"].because
    assert ferry.second / 12_500 == pytest.approx(5, abs=0.25)


def test_what_three_more_years_tell() -> None:
    table = forecasts(load("retention"))
    assert table.to_numpy().tolist() == [
        [20.2, 30.7, 39.4],
        [27.0, 37.8, 39.4],
        [2.2, 16.0, 17.3],
        [4.6, 17.0, 17.3],
    ]
    assert (np.diff(table, axis=1) > 0).all(), "differ comes nearer than alike, and lies below"
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


def test_half_the_bill_is_worth_more_in_a_small_market_and_half_the_doubled_work_in_a_large() -> (
    None
):
    ferry = TwoSegments()
    plans = [ferry, ferry.replace(second=30_000), ferry.replace(twice=0.15)]
    told = [[f"{float(earned):.3g}" for earned in plan.two_editions([5e3, 1e5])] for plan in plans]
    ahead = [(plan.lead([5e3, 7e3, 1e5]) > 0).tolist() for plan in plans]
    assert ahead == [[False, False, True], [False, True, True], [False, False, True]], (
        "only half the bill changes which earns more, and only near the crossing"
    )
    assert told == [["13.8", "41.2"], ["19.8", "41.5"], ["14.8", "42.8"]]
    assert [plan.break_even for plan in plans] == [9204, 5152, 8035]


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


@pytest.mark.parametrize("seed", [SEED, 1, 2])
def test_what_decides_about_two_editions_changes_with_size(seed: int) -> None:
    tried = what_decides(seed=seed)
    assert round(tried.bill_until, -3) == pytest.approx(31_000, abs=4000)
    assert tried.wins([2e4, 1e5, 1e6]) == pytest.approx([57, 79, 70], abs=3)

    def order(users: float) -> list[str]:
        named = ("second", "conflict", "twice", "power_last")
        return sorted(named, key=lambda name: -float(tried.decides(name, users)))

    assert order(2e4)[:2] == ["second", "conflict"]
    assert order(4e4)[0] == "conflict"
    assert set(order(1e5)[:2]) == {"conflict", "twice"}
    assert order(1.5e5)[0] == "twice"
    assert set(order(1e6)[:2]) == {"power_last", "twice"}
    assert float(tried.decides("second", 1e6)) < 5, "many users hardly feel the bill"
    if seed == SEED:
        assert order(1e6)[0] == "power_last", "as the figure of the lesson shows"
        assert round(tried.bill_until, -3) == 31_000


def test_if_bills_differ_less_the_tastes_take_over_in_a_smaller_market() -> None:
    tried = what_decides()
    low, high = TwoSegments().quantities()["second"].plausible or (0, 0)
    assert (low, high) == (15_000, 250_000), "as the lesson says before the guess"
    bills = tried.drawn["second"]
    for least, most in ((30_000, 120_000), (40_000, 90_000)):
        alike = (bills > least) & (bills < most)
        some = EditionDeciders(
            tried.leads[alike], {name: drawn[alike] for name, drawn in tried.drawn.items()}
        )
        assert some.bill_until < 0.5 * tried.bill_until
        if least == 30_000:
            assert round(some.bill_until, -3) == 11_000, "as the facilitator's page says"
        assert some.decides("conflict", 2e4) > some.decides("second", 2e4)


def test_who_is_overtaken_and_wins_again_serves_chains_alone() -> None:
    tried = what_decides()
    again = (tried.leads[:, 40] > 0) & (tried.leads[:, 60] < 0)
    back = companies(TwoSegments(), draws=2000).models
    money = np.array(
        [
            float(place.power(1e6) * place.uptake(depth)[1] * place.fee_power)
            / float(place.one_product(1e6, depth))
            for place in back
            for depth in [place.best_depth(1e6)]
        ]
    )
    assert 0.05 < again.mean() < 0.15
    assert np.median(money[again]) > 0.95, "chains pay nearly everything"
    assert np.mean(money[again] > 0.9) > 0.8
    assert np.median(money[~again]) < np.median(money[again])


def test_with_other_fees_the_bill_comes_first_too_and_what_follows_changes() -> None:
    for fee in (20, 60, 400):
        tried = what_decides(TwoSegments(fee_power=fee))
        assert 20_000 < tried.bill_until < 90_000
    cheap = what_decides(TwoSegments(fee_power=60))
    for users in (1e5, 1e6):
        assert cheap.decides("conflict", users) > cheap.decides("twice", users)
    assert cheap.decides("conflict", 1e6) > cheap.decides("power_last", 1e6)


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
