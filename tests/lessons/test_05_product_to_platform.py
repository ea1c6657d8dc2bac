"""Every sentence that lesson 05 claims, on default parameters."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from class_list import NAMES

from thousandfold import ExplainedError, companies, compare, keypoint, numbers_for, sweep
from thousandfold.datasets import load
from thousandfold.keypoints.product_to_platform import stopping_short_loses_most
from thousandfold.models.bottleneck import CompetitiveBottleneck
from thousandfold.models.critical_mass import CriticalMass
from thousandfold.models.partner_programme import PartnerProgramme, launched
from thousandfold.models.platform_pricing import DuopolyPlatforms, MonopolyPlatform
from thousandfold.models.won_or_lost import odds
from thousandfold.repository.openings import before_and_after, opening_picture
from thousandfold.repository.placebos import placebos

MARKETS = {
    "yoga": PartnerProgramme(
        partners_draw=10,
        customers_draw=6,
        partners_inertia=4,
        customers_inertia=3.5,
        partners_pace=0.3,
        customers_pace=0.25,
    ),
    "music": PartnerProgramme(
        partners_draw=8,
        customers_draw=8,
        partners_inertia=4.5,
        worth=160,
        customers_price=45,
        partners_pace=0.12,
    ),
    "climbing": PartnerProgramme(
        partners_draw=8,
        customers_draw=7,
        partners_inertia=4,
        worth=60,
        partners_price=35,
        customers_price=40,
    ),
}
Plan = dict[str, tuple[float, float, float]]
TEACHERS, KEENEST = [2800, 3000, 3200], [85, 90, 93, 108]
NAIVE: Plan = dict.fromkeys(MARKETS, (1000, 0.5, 0.4))
REFERENCE: Plan = {"yoga": (1250, 0, 0.7), "music": (2500, 1, 0.7), "climbing": (0, 1, 0.7)}


def gained(plan: Plan) -> float:
    """Return what a plan gains in the unseen markets of the exercise."""
    total = 0.0
    for name, market in MARKETS.items():
        unseen = companies(market, 20, only=["spread", "noise"], seed=41).models
        for luck, it in enumerate(unseen, start=7):
            total += launched({name: it}, {name: plan[name]}, 50, luck)["gain"][name]
    return total


def credit(plan: Plan) -> float:
    naive = gained(NAIVE)
    return (gained(plan) - naive) / (gained(REFERENCE) - naive)


def middle(**changes: float) -> float:
    model = PartnerProgramme(**changes)
    return float(np.median(sweep(model, stop_at=[model.stop_at]).final("gain")))


def test_both_cores_had_about_half_their_people_or_fewer() -> None:
    moved = {"terraform": "2017-06", "ansible": "2020-03"}
    people = before_and_after(load("core_and_extensions"), moved)["authors_core"]
    assert people.round().tolist() == [65, 25, 78, 40]
    assert people["terraform"]["after"] < 0.4 * people["terraform"]["before"]
    assert people["ansible"]["after"] < 0.52 * people["ansible"]["before"]


def test_each_later_stop_wins_more_often_and_costs_more() -> None:
    rules = odds(sweep(PartnerProgramme(), stop_at=[0.1, 0.2, 0.3, 0.45, 0.6, 0.8]))
    assert rules["of 100, gain"].tolist() == pytest.approx([2, 6, 22, 50, 67, 76], abs=1)
    assert rules["mean of all"].tolist() == pytest.approx([-120, -151, 126, 620, 845, 748], abs=15)
    assert (rules["mean of all"].iloc[:2] < 0).all(), "of the two soonest even the mean is a loss"
    shown = rules.iloc[2:]
    assert shown["of 100, gain"].is_monotonic_increasing
    assert shown["mean of these"].is_monotonic_decreasing, "won ones gain less"
    assert shown["mean of the others"].is_monotonic_decreasing, "lost ones lose more"
    assert rules["mean of the others"].is_monotonic_decreasing, "the finance chief is right here"


def test_the_mean_hardly_changes_from_55_to_70_whatever_the_luck() -> None:
    stops = [0.55, 0.6, 0.65, 0.7]
    for luck in (1000, 1, 2, 3):
        runs = sweep(PartnerProgramme(), stop_at=stops, seed=luck).final("gain")
        assert np.ptp(runs.mean(axis=1)) < 0.15 * runs.mean()
        assert np.ptp((runs > 0).mean(axis=1)) > 0.1, "and the chance does"


def test_futures_are_two_heaps_and_the_middle_one_jumps_between_them() -> None:
    gain = sweep(PartnerProgramme(), stop_at=[0.3, 0.45, 0.46, 0.6]).final("gain")
    assert (((gain > -200) & (gain < 800)).mean(axis=1) < 0.06).all(), "little lies between"
    before, after = np.median(gain[1:3], axis=1)
    assert after - before > 1000
    won = (gain > 0).mean(axis=1)
    assert won[2] - won[1] < 0.02, "hardly more futures gain"


def test_a_later_stop_helps_because_fewer_markets_fall_back() -> None:
    runs = sweep(PartnerProgramme(), stop_at=[0.1, 0.2, 0.3, 0.45, 0.6, 0.8])
    full = (runs.final("partners") > 0.5).mean(axis=1)
    assert (np.diff(full) > 0).all()
    assert (full[:2] < 0.1).all(), "at the two soonest hardly a market fills"


def test_who_joins_one_platform_does_not_pay_for_its_gain_and_who_joins_both_does() -> None:
    today = DuopolyPlatforms()
    better = today.replace(gain_users=0.6)
    assert better.prices[0] == today.prices[0]
    assert better.prices[1] < today.prices[1]
    both = CompetitiveBottleneck(gain_partners=1.6)
    keener = both.replace(gain_partners=2)
    assert keener.prices[0] < both.prices[0]
    assert keener.prices[1] > both.prices[1]


def test_three_kinds_of_markets_on_one_slider() -> None:
    assert PartnerProgramme().kind == "tips"
    first, *none = [note for note in PartnerProgramme().picture("market").notes if note.y]
    assert first.words.startswith("tips from")
    assert not none
    left = PartnerProgramme(customers_draw=float(first.x or 0) - 0.2)
    assert left.kind == "stays empty"
    late = [sweep(left.replace(spread=it), stop_at=[0.8]).final("gain") for it in (0, left.spread)]
    assert (late[0] < 0).all(), "a typical one empties, whatever is paid"
    assert 0.2 < (late[1] > 0).mean() < 0.5, "and a better one may fill"
    for stop in (0.3, 0.6):
        gain = np.median(sweep(left, stop_at=[stop]).final("gain"))
        assert gain < -400
    open_minded = PartnerProgramme(partners_inertia=2.5)
    marks = [note.words for note in open_minded.picture("market").notes if note.y]
    assert [words.split(" from")[0] for words in marks] == ["tips", "fills by itself"]


def test_the_tipping_point_is_no_safe_stop_as_customers_follow_and_some_markets_tip_later() -> None:
    tipping = PartnerProgramme().levels()[1]
    assert tipping == pytest.approx(0.41, abs=0.005)

    def wins(**changes: float) -> float:
        run = sweep(PartnerProgramme(**changes), stop_at=[tipping])
        return float((run.final("gain") > 0).mean())

    assert wins() < 0.45
    assert wins(customers_pace=1) > wins() + 0.1, "customers follow later"
    assert wins(customers_pace=1) < 0.6, "and that is not all"
    assert wins(customers_pace=1, spread=0) > 0.8, "some markets tip later"


def test_in_a_market_that_is_worth_little_the_mean_of_every_rule_is_a_loss() -> None:
    poor = sweep(PartnerProgramme(worth=20), stop_at=[0.1, 0.2, 0.3, 0.41, 0.6, 0.8])
    assert (odds(poor)["mean of all"] < -100).all()


def test_at_the_tipping_point_about_half_of_the_customers_would_come() -> None:
    market = PartnerProgramme()
    appeal = market.customers_draw * market.levels()[1] - market.customers_inertia
    assert 1 / (1 + np.exp(-appeal)) == pytest.approx(0.52, abs=0.01)


def test_the_core_of_terraform_counts_its_documentation() -> None:
    areas = load("code_areas").query("project == 'terraform'")
    outside = areas[~areas["area"].str.startswith("builtin/providers")]
    busiest = outside.nlargest(1, "commits").iloc[0]
    assert (busiest["area"], busiest["authors"]) == ("website", 562)


def test_outside_two_repositories_are_counted_and_the_picture_says_so() -> None:
    picture = opening_picture(
        load("core_and_extensions"),
        load("project_growth"),
        "terraform",
        "2017-06",
        "terraform-provider-google",
        "terraform-provider-azurerm",
    )
    assert "extensions inside the core 65.5 and" in picture.sentence
    assert picture.series[2].label == "outside, 2 repositories"
    assert "72.6" not in picture.title, "all extensions and two repositories do not compare"
    assert "44.1 in the twelve months after" in picture.sentence
    assert "and 72.6 in the last twelve shown" in picture.sentence


def test_the_core_of_ansible_was_shrinking_before_it_opened() -> None:
    years = [
        before_and_after(load("core_and_extensions"), {"ansible": month})["authors_core"].iloc[0]
        for month in ("2019-03", "2020-03")
    ]
    assert years[0] > years[1]


def test_the_hall_tips_at_a_fifth_and_a_higher_price_moves_the_point() -> None:
    hall = CriticalMass(strength=100, price=16)
    assert [round(float(hall.path(s)[-1]), 2) for s in (0.19, 0.21, 0.9)] == [0, 0.8, 0.8]
    assert hall.replace(price=20).critical > hall.critical


def test_before_the_move_both_lines_of_terraform_run_together() -> None:
    terraform = load("core_and_extensions").query("project == 'terraform'")
    months = pd.to_datetime(terraform["month"])
    near = terraform[(months >= "2014-06") & (months < "2017-06")]
    assert near["authors_core"].corr(near["authors_extension"]) > 0.7


def test_a_third_of_the_futures_lose_even_beyond_the_tipping_point() -> None:
    gain = sweep(PartnerProgramme(), stop_at=[0.6]).final("gain")
    assert (gain < 0).mean() == pytest.approx(1 / 3, abs=0.02)


def test_a_small_pilot_says_little_about_the_programme() -> None:
    small, large = (
        odds(sweep(PartnerProgramme(budget=money), stop_at=[0.6])).iloc[0, 0]
        for money in (500, 1000)
    )
    assert [small, large] == pytest.approx([20, 62], abs=1)


def test_paying_partners_brings_most_and_with_a_million_alone_wins_more_often_than_not() -> None:
    sides = [0, 0.5, 1]
    board = PartnerProgramme(stop_at=0.8)
    few = board.replace(budget=1000)
    for budget in (board, few):
        runs = sweep(budget, to_partners=sides)
        assert np.ptp(runs.final("spent")) < 1, "all of it is spent, whoever is paid"
        assert odds(runs)["mean of all"].argmax() == odds(runs).iloc[:, 0].argmax() == 2
        cheap = sweep(budget.replace(customers_price=15), to_partners=sides)
        assert odds(cheap)["mean of all"].argmax() == odds(cheap).iloc[:, 0].argmax() == 1
        swapped = budget.replace(partners_draw=10, customers_draw=6)
        assert odds(sweep(swapped, to_partners=sides))["mean of all"].argmax() == 0
        alike = odds(sweep(budget.replace(partners_draw=8, customers_draw=8), to_partners=sides))
        assert alike["mean of all"].argmax() == 0, "so it is the draw that decides"
    poor = odds(sweep(few, to_partners=sides))
    assert poor["of 100, gain"].tolist() == pytest.approx([48, 47, 62], abs=1)
    ends = sweep(few, to_partners=sides)["partners"].max(axis=0)
    short = (ends < few.levels()[1]).mean(axis=1)
    assert min(short[:2]) > short[2] + 0.2, "the money ends before the market tips"


def test_at_60_percent_most_of_the_lead_of_partners_is_money_that_is_left() -> None:
    runs = sweep(PartnerProgramme(stop_at=0.6), to_partners=[0, 0.5, 1])
    gain, spent = (runs.final(what).mean(axis=1) for what in ("gain", "spent"))
    assert gain.argmax() == 2
    for other in (0, 1):
        assert spent[other] - spent[2] > 0.8 * (gain[2] - gain[other])


def test_at_80_percent_the_money_is_used_up_before_the_stop() -> None:
    runs = sweep(PartnerProgramme(), stop_at=[0.8])
    assert runs.final("spent").min() == PartnerProgramme().budget


def test_a_stop_below_the_tipping_point_mostly_loses_and_well_past_it_mostly_wins() -> None:
    below, *past = odds(sweep(PartnerProgramme(), stop_at=[0.3, 0.55, 0.6, 0.7, 0.8])).to_numpy()
    assert below[0] < 50 < below[3], "it loses in most futures, and gains by the mean"
    assert min(row[0] for row in past) > 55


def test_what_brings_half_of_the_customers_is_near_the_tipping_point_in_most_markets() -> None:
    markets = keypoint("05.2").robust().companies.models
    half, tips = np.array(
        [(it.customers_inertia / it.customers_draw, it.levels()[1]) for it in markets]  # type: ignore[attr-defined]
    ).T
    assert (abs(half - tips) < 0.15).mean() > 0.9


def test_where_partners_join_both_only_those_who_gain_enough_do() -> None:
    both = CompetitiveBottleneck(gain_partners=1.6)
    assert 0.5 < float(both.joining(both.prices[1])) < 0.6


def test_ansible_s_core_did_not_shrink_when_modules_left_in_2014_and_came_back_in_2016() -> None:
    moved = {"terraform": "2017-06", "ansible": ["2014-09", "2016-12", "2020-03"]}
    found = placebos(load("core_and_extensions"), "authors_core", moved)
    moves = found[found["change"] & (found["group"] == "ansible")]["ratio"]
    assert (moves.iloc[:2] > 1).all()
    assert moves.iloc[2] < found[~found["change"]]["ratio"].min()


def test_of_201_other_months_none_fell_as_far_and_one_of_ansible_nearly_did() -> None:
    moved = {"terraform": "2017-06", "ansible": "2020-03"}
    found = placebos(load("core_and_extensions"), "authors_core", moved)
    others = found[~found["change"]].sort_values("ratio")
    openings = found[found["change"]].set_index("group")["ratio"].round(2)
    assert openings.to_dict() == {"terraform": 0.39, "ansible": 0.51}
    assert len(others) == 201
    assert others["ratio"].iloc[0] == pytest.approx(0.53, abs=0.005)
    assert others["ratio"].iloc[0] > found[found["change"]]["ratio"].max()
    assert others["ratio"].gt(1).mean() > 0.5, "more often growing than shrinking"
    assert (others["group"].iloc[0], others["month"].iloc[0].year) == ("ansible", 2023)
    assert others["ratio"].between(2 / 3, 3 / 2).mean() > 0.8, "most lie near as many as before"


def test_alone_in_its_market_a_platform_charges_who_gains_more() -> None:
    assert [round(price, 2) for price in MonopolyPlatform().prices] == [1.07, 0.07]


def test_the_bill_adds_up() -> None:
    bill = DuopolyPlatforms().bill()
    parts = bill.drop(columns="= price").sum(axis=1)
    pd.testing.assert_series_equal(parts, bill["= price"], check_names=False)


def test_launched_is_the_simulation() -> None:
    table = launched({"here": PartnerProgramme()}, {"here": (1500, 1, 0.6)}, 1000)
    gain = sweep(PartnerProgramme(), stop_at=[0.6]).final("gain")
    assert table.loc["here", "gain"] == round(gain.mean())
    assert table.loc["here", "futures ahead"] == round((gain > 0).mean(), 2)
    with pytest.raises(ExplainedError, match="there is no market 'there'; there are here"):
        launched({"here": PartnerProgramme()}, {"there": (0, 0, 0)})


def test_the_exercise_rewards_side_size_and_staying_away() -> None:
    assert 0.4 < credit(dict.fromkeys(MARKETS, (1500, 1, 0.6))) < 0.6
    assert credit(dict.fromkeys(MARKETS, (1500, 0, 0.6))) < 0.4
    assert credit(dict.fromkeys(MARKETS, (0, 0, 0))) < 0.35
    careful: Plan = {"yoga": (1500, 0, 0.3), "music": (1500, 1, 0.3), "climbing": (0, 0, 0)}
    assert 0.4 < credit(careful) < 0.6
    assert 0.8 < credit(careful | {"yoga": (1500, 0, 0.6), "music": (1500, 1, 0.6)}) < 0.95
    everywhere: Plan = REFERENCE | {"climbing": (1000, 1, 0.7)}
    assert credit(everywhere) < 0.9


def test_climbing_has_a_tipping_point_and_no_plan_that_pays() -> None:
    assert len(MARKETS["climbing"].levels()) == 3
    for money in (500, 1000, 1500, 2500):
        for side in (0, 0.5, 1):
            for stop in (0.2, 0.4, 0.6, 0.8):
                plan: Plan = {"climbing": (money, side, stop)}
                assert launched(MARKETS, plan)["gain"]["climbing"] < 0


def test_two_years_agree_with_the_square_law_and_each_year_does_not() -> None:
    members, revenue = np.array([845, 1056, 1228]), np.array([3711, 5089, 7872])
    assert (members[2] / members[0]) ** 2 == pytest.approx(revenue[2] / revenue[0], rel=0.005)
    off = (members[1:] / members[:-1]) ** 2 * revenue[:-1] / revenue[1:] - 1
    assert off == pytest.approx([0.139, -0.126], abs=0.001)


def test_many_markets_have_no_tipping_point_and_are_of_both_kinds() -> None:
    kinds = [market.kind for market in companies(PartnerProgramme()).models]
    assert 40 < kinds.count("tips") < 60
    assert kinds.count("stays empty") > kinds.count("fills by itself") > 5


def test_money_below_the_tipping_point_is_lost_but_where_the_market_tips_all_the_same() -> None:
    tried = keypoint("05.2").robust(400)
    assert (np.abs(tried.margin) <= 50).all()
    values = tried.companies.drawn["customers_draw"]
    assert values[~tried.holds].mean() > values[tried.holds].mean(), "few partners bring many"
    assert keypoint("05.2").robust(customers_draw=8).share > tried.share


def test_the_latest_stop_below_gains_by_the_mean_in_about_half_of_the_markets() -> None:
    markets = keypoint("05.2").robust().companies.models
    late = {
        str(place): market.replace(stop_at=0.9 * market.levels()[1])  # type: ignore[attr-defined]
        for place, market in enumerate(markets)
    }
    gain = compare(late, replications=200).final("gain")
    assert (gain.mean(axis=1) > 0).sum() == pytest.approx(53, abs=4)
    assert ((gain > 0).mean(axis=1) > 0.5).sum() < 10, "though few of them win more often than not"


def test_a_rule_may_gain_on_average_and_lose_in_the_middle_and_another_the_other_way_round() -> (
    None
):
    early, late = [2400] * 30 + [-500] * 70, [400] * 60 + [-900] * 40
    assert (np.mean(early), np.mean(late)) == (370, -120)
    assert (np.median(early), np.median(late)) == (-500, 400)
    enough = [won for won in range(101) if (400 * won - 900 * (100 - won)) / 100 >= 370]
    assert min(enough) == 98


def test_a_market_that_does_not_tip_has_nothing_below_its_tipping_point() -> None:
    with pytest.raises(ExplainedError, match="has nothing below it"):
        keypoint("05.2").robust(anywhere=True)


def test_who_spends_nothing_loses_nothing() -> None:
    free = PartnerProgramme(monthly=0)
    assert stopping_short_loses_most([free]).tolist() == [-50]


def test_everybody_s_own_exchange_is_as_hard_as_any_other() -> None:
    drawn = [numbers_for(name, teachers=TEACHERS, keenest=KEENEST) for name in NAMES]
    assert {(mine.teachers, mine.keenest) for mine in drawn} == set(product(TEACHERS, KEENEST))
    for teachers, keenest in product(TEACHERS, KEENEST):
        needed = teachers * CriticalMass(strength=keenest, price=20).critical
        there = 600 / teachers
        price = keenest * there * (1 - there)
        assert CriticalMass(strength=keenest, price=price).critical == pytest.approx(there)
        assert 600 * 1.1 < needed < teachers / 2.5, "600 are too few, and a half is too many"
        assert needed > 1.1 * teachers / 5, "the lesson's fifth is not right"
        assert price < 0.95 * 20, "a lower price is needed"
        assert price > 1.02 * 20 * 600 / needed, "20 in proportion is not right"
        assert abs(price / 16 - 1) > 0.01, "nor is the lesson's price"
