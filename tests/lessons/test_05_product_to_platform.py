"""Every sentence that lesson 05 claims, on default parameters."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from class_list import NAMES

from thousandfold import ExplainedError, companies, keypoint, numbers_for, sweep
from thousandfold.datasets import load
from thousandfold.keypoints.product_to_platform import stopping_short_loses_most
from thousandfold.models.bottleneck import CompetitiveBottleneck
from thousandfold.models.critical_mass import CriticalMass
from thousandfold.models.partner_programme import PartnerProgramme, launched
from thousandfold.models.platform_pricing import DuopolyPlatforms, MonopolyPlatform
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


def test_not_starting_and_going_past_the_tipping_point_are_left() -> None:
    gains = [middle(stop_at=stop) for stop in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)]
    assert np.round(gains).tolist() == pytest.approx([-135, -270, -404, -574, 1280, 1522], abs=2)
    assert PartnerProgramme().levels() == pytest.approx([0.03, 0.41, 0.92], abs=0.005)
    assert abs(middle(budget=0)) < 20
    left = sweep(PartnerProgramme(), stop_at=[0.1, 0.2, 0.3, 0.4]).final("partners")
    assert (np.median(left, axis=1) < 0.05).all(), "in the middle future all who came leave"


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
    for stop in (0.3, 0.6):
        gain = np.median(sweep(left, stop_at=[stop]).final("gain"))
        assert gain < -400
    open_minded = PartnerProgramme(partners_inertia=2.5)
    marks = [note.words for note in open_minded.picture("market").notes if note.y]
    assert [words.split(" from")[0] for words in marks] == ["tips", "fills by itself"]


def test_the_middle_future_turns_between_45_and_46_per_cent() -> None:
    assert [round(middle(stop_at=stop)) for stop in (0.45, 0.46)] == pytest.approx(
        [-471, 862], abs=2
    )


def test_stopping_at_the_tipping_point_loses_because_customers_follow_later() -> None:
    tipping = PartnerProgramme().levels()[1]
    steady = {"noise": 0, "spread": 0}
    for stop in (0.4, tipping, 0.43):
        assert middle(stop_at=stop) < -500
        assert middle(stop_at=stop, **steady) < -500
    assert middle(stop_at=0.47, **steady) > 1000
    assert middle(stop_at=tipping, customers_pace=1, **steady) > 1000, "at once, it is enough"
    assert middle(stop_at=tipping + 0.1, customers_pace=0.15) < 0, "slower needs more room"
    assert middle(stop_at=tipping + 0.16, customers_pace=0.15) > 0


def test_the_middle_future_gains_most_between_a_half_and_seven_tenths_and_a_bad_one_loses() -> None:
    stops = [percent / 100 for percent in range(0, 100, 5)]
    table = sweep(PartnerProgramme(), stop_at=stops).summary("gain")
    middles = table["median"].tolist()
    assert stops[middles.index(max(middles))] == 0.55
    assert min(middles[10:15]) > 0.8 * max(middles)
    gained = [middles[stops.index(stop)] / max(middles) for stop in (0.5, 0.6)]
    assert gained == pytest.approx([5 / 6, 1], abs=0.01), "so err upwards"
    bad = table["low"].iloc[stops.index(0.55)]
    assert bad == pytest.approx(-945, abs=1)
    assert -bad / PartnerProgramme().budget == pytest.approx(0.63, abs=0.005)
    assert table["low"].iloc[::2].head(8).is_monotonic_decreasing


def test_in_a_market_that_is_worth_little_every_rule_that_pays_loses() -> None:
    for stop in (0.1, 0.3, 0.4, 0.5, 0.55, 0.6, 0.7, 0.8):
        assert middle(worth=20, stop_at=stop) < 0 < PartnerProgramme().worth - 20


def test_at_the_tipping_point_about_half_of_the_customers_would_come() -> None:
    market = PartnerProgramme()
    appeal = market.customers_draw * market.levels()[1] - market.customers_inertia
    assert 1 / (1 + np.exp(-appeal)) == pytest.approx(0.52, abs=0.01)


def test_the_core_of_terraform_counts_its_documentation() -> None:
    areas = load("code_areas").query("project == 'terraform'")
    outside = areas[~areas["area"].str.startswith("builtin/providers")]
    busiest = outside.nlargest(1, "commits").iloc[0]
    assert (busiest["area"], busiest["authors"]) == ("website", 562)


def test_more_people_work_outside_in_the_end_than_inside_in_the_year_before() -> None:
    picture = opening_picture(
        load("core_and_extensions"),
        load("project_growth"),
        "terraform",
        "2017-06",
        "terraform-provider-google",
        "terraform-provider-azurerm",
    )
    assert "extensions inside the core 65.5 and" in picture.sentence
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


def test_a_third_of_the_futures_lose_even_beyond_the_tipping_point() -> None:
    gain = sweep(PartnerProgramme(), stop_at=[0.6]).final("gain")
    assert (gain < 0).mean() == pytest.approx(1 / 3, abs=0.02)


def test_a_small_pilot_says_little_about_the_programme() -> None:
    assert middle(budget=500, stop_at=0.6) < -450
    assert middle(budget=1000, stop_at=0.6) > 1500


def test_with_a_million_the_side_decides() -> None:
    sides = [0, 0.5, 1]
    few = PartnerProgramme(budget=1000, stop_at=0.6)
    gain = sweep(few, to_partners=sides).summary("gain")["median"].tolist()
    assert gain == pytest.approx([-733, -782, 1547], abs=1)
    spent = sweep(few, to_partners=sides).final("spent")
    assert (np.median(spent, axis=1) == 1000).all()
    alike = few.replace(noise=0, spread=0, to_partners=0.5)
    shared = sweep(alike, stop_at=[0.6])
    assert float(shared.stocks["partners"].max()) < few.levels()[1]
    cheap = sweep(few.replace(customers_price=15), to_partners=sides).summary("gain")["median"]
    assert cheap.argmax() == 1


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
    assert (tried.margin > 40).mean() > 0.5, "near the top all is lost"
    for name in ("customers_draw", "noise"):
        values = tried.companies.drawn[name]
        assert values[~tried.holds].mean() > values[tried.holds].mean()
    assert keypoint("05.2").robust(customers_draw=8).share > tried.share


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
