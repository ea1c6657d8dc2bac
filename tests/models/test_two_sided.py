from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, Published
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from thousandfold import ExplainedError, compare, simulate, sweep
from thousandfold.datasets import load
from thousandfold.models.critical_mass import CriticalMass
from thousandfold.models.network_value import NetworkValue
from thousandfold.models.partner_programme import PartnerProgramme, launched
from thousandfold.models.platform_pricing import DuopolyPlatforms, MonopolyPlatform
from thousandfold.models.shared_component import SharedComponent
from thousandfold.repository.openings import before_and_after, opening_picture

# What a network is worth


def test_the_published_worth_of_a_doubled_network(published: Published) -> None:
    grown = NetworkValue().grown(2)
    published.agrees(
        "doubled_network", [grown[law] for law in ("Sarnoff", "Odlyzko-Tilly", "Metcalfe")]
    )
    assert grown["Reed"] == np.inf


@given(st.floats(10, 1e7), st.floats(1.01, 100))
def test_the_laws_are_in_order_and_nothing_changes_without_growth(
    members: float, factor: float
) -> None:
    network = NetworkValue(members=members)
    sarnoff, odlyzko, metcalfe, reed = network.grown(factor).values()
    assert factor <= sarnoff * (1 + 1e-9) <= odlyzko * (1 + 1e-9)
    assert odlyzko <= metcalfe * (1 + 1e-9)
    assert metcalfe <= reed * (1 + 1e-9) or members * (factor - 1) < 20
    np.testing.assert_allclose(list(network.grown(1).values()), 1)


def test_small_networks_follow_the_formulas() -> None:
    times = NetworkValue(members=4).times(8)
    np.testing.assert_allclose(list(times.values()), [2, 8 * np.log(8) / (4 * np.log(4)), 4, 16])


@given(st.floats(100, 1e7), st.floats(100, 1e7))
def test_who_gains_from_joining(mine: float, other: float) -> None:
    gains = NetworkValue(members=mine, other=other).joined()
    value, ratio = 1e6, other / mine
    assert "-" not in str(gains.loc["Sarnoff"].tolist()), "nothing, and neither -0.0 nor 1e-10"
    assert (gains.loc["Sarnoff"] == 0).all()
    metcalfe = gains.loc["Metcalfe"].to_numpy()
    np.testing.assert_allclose(metcalfe, value * ratio, rtol=1e-6)
    yours, theirs = gains.loc["Odlyzko-Tilly"]
    assert (yours > theirs) == (mine < other) or np.isclose(mine, other)
    assert min(yours, theirs) > 0


def test_the_laws_give_opposite_advice_about_a_merger() -> None:
    # Briscoe, Odlyzko and Tilly 2006: with one network eight times as large, its gain is less than
    # half of the other's; by Metcalfe's law both gain the same.
    gains = NetworkValue(members=100_000, other=12_500).joined()
    assert gains.loc["Odlyzko-Tilly", "yours"] < 0.5 * gains.loc["Odlyzko-Tilly", "the other's"]
    assert np.isclose(*gains.loc["Metcalfe"])
    assert gains.loc["Metcalfe", "yours"] > 10 * gains.loc["Odlyzko-Tilly", "yours"]
    assert (gains.loc["Reed"] == np.inf).all()


def test_a_network_of_one_is_refused() -> None:
    with pytest.raises(ExplainedError, match=r"more than one member, not 0\.5"):
        NetworkValue(members=100).grown(0.005)


# Critical mass


@given(st.floats(1, 500), st.floats(0.01, 0.24))
def test_the_two_shares_meet_the_price_and_hold_themselves(strength: float, part: float) -> None:
    service = CriticalMass(strength=strength, price=part * strength)
    for share in (service.critical, service.full):
        np.testing.assert_allclose(service.price_at(share), service.price)
        np.testing.assert_allclose(service.willing(share), share)
    np.testing.assert_allclose(service.critical + service.full, 1)


@settings(max_examples=40)
@given(st.floats(0.01, 0.24), st.floats(0.01, 0.5))
def test_below_the_critical_mass_nobody_is_left_and_above_it_fills(
    part: float, distance: float
) -> None:
    service = CriticalMass(strength=1, price=part)
    below = service.path(service.critical * (1 - distance), periods=1000)
    above = service.path(service.critical + distance * (1 - service.critical), periods=1000)
    assert below[-1] == 0
    assert (np.diff(below) <= 0).all()
    np.testing.assert_allclose(above[-1], service.full, atol=1e-6)


def test_a_price_that_is_too_high_empties_any_service() -> None:
    service = CriticalMass(strength=100, price=26)
    assert service.critical == np.inf
    assert service.path(1)[-1] == 0
    assert "until nobody is left" in service.picture().sentence


def test_a_free_service_has_no_critical_mass() -> None:
    service = CriticalMass(price=0)
    assert (service.critical, service.full) == (0, 1)
    assert service.path(0.001, periods=1)[-1] == 1


def test_a_start_that_is_no_share_is_refused() -> None:
    with pytest.raises(ExplainedError, match=r"write 20 % as 0\.2"):
        CriticalMass().path(20)


# The partner programme


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
    seed: float, to_partners: float, stop_at: float, monthly: float, luck: int
) -> None:
    model = PartnerProgramme(seed=seed, to_partners=to_partners, stop_at=stop_at, monthly=monthly)
    run = simulate(model, replications=20, seed=luck)
    for side in ("partners", "customers"):
        assert ((run[side] >= 0) & (run[side] <= 1)).all()
    paid = np.diff(run["spent"], axis=0)
    assert (paid >= 0).all()
    assert (paid <= monthly + 1e-9).all()
    assert (run["spent"] <= seed + 1e-9).all()
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
    run = simulate(PartnerProgramme(spread=0, seed=0), replications=400)
    sides = [np.log(run[side][1, 0]) for side in ("partners", "customers")]
    assert abs(np.corrcoef(sides)[0, 1]) < 0.2
    np.testing.assert_allclose(np.std(sides, axis=1), 0.4, rtol=0.2)
    assert np.ptp(simulate(PartnerProgramme(spread=0, noise=0), replications=9)["gain"][-1]) == 0


def test_plans_are_compared_under_the_same_luck() -> None:
    plans = {"one": PartnerProgramme(stop_at=0.6), "two": PartnerProgramme(seed=500)}
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
    run = simulate(PartnerProgramme(seed=0))
    assert (run.final("partners") < 0.1).mean() > 0.95
    assert run.final("spent").max() == 0


def test_below_the_tipping_point_the_money_is_gone_and_above_it_grows() -> None:
    sure = PartnerProgramme(spread=0, noise=0)
    low, tipping, high = sure.levels()
    small, large = (
        simulate(sure.replace(seed=seed, stop_at=1), replications=1) for seed in (500, 1200)
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
    flood = gain(seed=5000, stop_at=1)
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
    common = gain(unseen, seed=500, to_partners=0.5, stop_at=0.2)
    reference = gain(unseen, seed=1500, to_partners=1, stop_at=0.65)
    halfway = gain(unseen, seed=1500, to_partners=0.5, stop_at=0.4)
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


# Prices


def test_the_published_prices_of_one_platform(published: Published) -> None:
    even = MonopolyPlatform(worth_users=1, worth_partners=1, cost=0.2)
    published.agrees("rochet_tirole_linear", [*even.prices, even.margin])


@given(st.floats(0.1, 10), st.floats(0.1, 10), st.floats(0, 5))
def test_no_other_prices_earn_more_than_those_of_the_monopoly(
    users: float, partners: float, cost: float
) -> None:
    assume(cost < 0.95 * (users + partners))
    platform = MonopolyPlatform(worth_users=users, worth_partners=partners, cost=cost)
    best = platform.profit(*platform.prices)
    p, q = np.meshgrid(np.linspace(-partners, users, 201), np.linspace(-users, partners, 201))
    assert platform.profit(p, q).max() <= best * (1 + 1e-9)
    p, q = platform.prices
    assert min(p, q) >= 0
    if min(p, q) > 0:
        np.testing.assert_allclose([users - p, partners - q], platform.margin)


def test_the_side_that_values_the_other_less_is_free() -> None:
    assert MonopolyPlatform(worth_users=3, worth_partners=1).prices[1] == 0
    assert MonopolyPlatform(worth_users=1, worth_partners=3).prices[0] == 0
    users, partners = MonopolyPlatform().prices
    assert users > 10 * partners > 0
    assert "From 2.20 on partners pay nothing" in MonopolyPlatform().picture().sentence


def test_a_business_without_any_margin_is_refused() -> None:
    with pytest.raises(ExplainedError, match="there is no business"):
        MonopolyPlatform(worth_users=1, worth_partners=1, cost=2)


def test_the_prices_of_two_platforms(published: Published) -> None:
    duopoly = DuopolyPlatforms()
    published.agrees("armstrong_prices", [*duopoly.prices, duopoly.profit(duopoly.prices)])


@settings(max_examples=30)
@given(
    st.floats(0.5, 3), st.floats(0.5, 3), st.floats(0, 0.95), st.floats(0, 1), st.floats(0, 2),
    st.floats(0, 2),
)  # fmt: skip
def test_best_responses_settle_at_the_closed_form(
    t1: float, t2: float, strength: float, split: float, f1: float, f2: float
) -> None:
    pull = 2 * strength * np.sqrt(t1 * t2)
    duopoly = DuopolyPlatforms(
        taste_users=t1, taste_partners=t2, gain_users=split * pull,
        gain_partners=(1 - split) * pull, cost_users=f1, cost_partners=f2,
    )  # fmt: skip
    np.testing.assert_allclose(duopoly.shares(duopoly.prices), 0.5)
    np.testing.assert_allclose(duopoly.best_response(duopoly.prices), duopoly.prices, atol=1e-9)
    rest = (t1 + t2 - pull) / 2
    np.testing.assert_allclose(duopoly.profit(duopoly.prices), rest, atol=1e-9)


def test_from_any_start_best_responses_lead_to_the_equilibrium() -> None:
    duopoly = DuopolyPlatforms()
    prices = np.array([2.0, -1.0])
    for _ in range(200):
        prices = duopoly.best_response(prices)
    np.testing.assert_allclose(prices, duopoly.prices, atol=1e-5)


def test_the_best_response_is_what_scipy_finds() -> None:
    from scipy.optimize import minimize

    duopoly, rival = DuopolyPlatforms(cost_users=0.1), [0.3, 1.4]
    found = minimize(lambda prices: -duopoly.profit(prices, rival), [0, 0], tol=1e-12)
    np.testing.assert_allclose(duopoly.best_response(rival), found.x, atol=1e-5)


def test_shares_follow_from_who_is_indifferent() -> None:
    # Two equations of Armstrong's model: the one who is indifferent on each side.
    duopoly = DuopolyPlatforms()
    users, partners = duopoly.shares([0.5, 0.7], [0.4, 1.0])
    np.testing.assert_allclose(users, 0.5 + (0.5 * (2 * partners - 1) - 0.1) / (2 * 1))
    np.testing.assert_allclose(partners, 0.5 + (0.8 * (2 * users - 1) + 0.3) / (2 * 1.2))


def test_without_cross_effects_each_side_is_a_market_of_its_own() -> None:
    apart = DuopolyPlatforms(gain_users=0, gain_partners=0)
    assert apart.prices == (0.2 + 1, 0.3 + 1.2)


def test_a_side_is_charged_less_by_what_it_brings_to_the_other() -> None:
    less, more = (DuopolyPlatforms(gain_partners=gain).prices for gain in (0.8, 1.2))
    np.testing.assert_allclose(less[0] - more[0], 0.4)
    assert less[1] == more[1]
    assert more[0] < DuopolyPlatforms().cost_users


def test_a_market_that_tips_is_refused() -> None:
    with pytest.raises(ExplainedError, match="one platform gets all"):
        DuopolyPlatforms(gain_users=1.2, gain_partners=1)


# Reuse


def test_the_defaults_of_reuse_need_two_users_without_upkeep() -> None:
    plain = SharedComponent(team=0, upkeep=0)
    np.testing.assert_allclose(plain.break_even, 1.5 / (1 - 0.2))


@given(st.floats(0, 2), st.floats(1, 5), st.floats(0, 1), st.floats(0, 5000), st.floats(0.05, 1))
def test_both_ways_cost_the_same_at_break_even(
    upkeep: float, premium: float, reuse: float, team: float, joining: float
) -> None:
    part = SharedComponent(upkeep=upkeep, premium=premium, reuse=reuse, team=team, joining=joining)
    squads = part.break_even
    if squads > 1e6:
        assert part.shared(1e5) >= part.each_its_own(1e5)
    else:
        np.testing.assert_allclose(part.shared(squads), part.each_its_own(squads))
        assert part.shared(2 * squads) < part.each_its_own(2 * squads)


def test_a_shared_component_needs_more_squads_than_the_naive_two() -> None:
    assert 4 < SharedComponent().break_even < 5
    half = SharedComponent(joining=0.5).break_even
    np.testing.assert_allclose(half, 2 * SharedComponent().break_even)
    never = SharedComponent(reuse=1, upkeep=0)
    assert never.break_even == np.inf
    assert "never" in never.picture().sentence


# Cores and extensions


def test_the_card_says_how_many_rows() -> None:
    cards = (ROOT / "datasets" / "README.md").read_text(encoding="utf-8")
    card = cards.split("## `core_and_extensions.csv`")[1].split("\n## ")[0]
    assert f"{len(load('core_and_extensions'))} rows" in card


def test_core_and_extensions_are_parts_of_the_same_counts() -> None:
    both = load("core_and_extensions").merge(load("project_growth"), on=["project", "month"])
    assert len(both) == len(load("core_and_extensions"))
    missing = both["commits"] - both["commits_core_only"] - both["commits_extension"]
    assert missing.between(0, 3).all(), "commits without a file belong to neither"
    authors = both[["authors_core", "authors_extension"]]
    assert (authors.max(axis=1) <= both["active_authors"]).all()
    assert (authors.sum(axis=1) >= both["active_authors"] - missing).all()


def test_fewer_people_work_on_the_core_after_the_extensions_left() -> None:
    table = before_and_after(
        load("core_and_extensions"), {"terraform": "2017-06", "ansible": "2020-03"}
    )
    for project in ("terraform", "ansible"):
        before, after = (table.loc[(project, side)] for side in ("before", "after"))
        assert after["authors_core"] < 0.55 * before["authors_core"]
        assert after["authors_extension"] < 0.1 * before["authors_extension"]


def test_the_months_around_the_move_are_taken() -> None:
    months = pd.date_range("2020-01-01", periods=7, freq="MS")
    counts = pd.DataFrame(
        {"project": "x", "month": months, "authors_core": [9, 1, 3, 100, 5, 7, 9]}
    )
    table = before_and_after(counts, {"x": "2020-04"}, months=2)
    assert table["authors_core"].tolist() == [2, 6]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda c: before_and_after(c, {"linux": "2017-06"}), "no project 'linux'"),
        (lambda c: before_and_after(c, {"terraform": "2014-09"}), "4 months before 2014-09"),
    ],
)
def test_what_is_not_in_the_table_is_named(
    change: Callable[[pd.DataFrame], object], says: str
) -> None:
    with pytest.raises(ExplainedError, match=says):
        change(load("core_and_extensions"))


def test_the_picture_of_the_opening_tells_the_table() -> None:
    counts, growth = load("core_and_extensions"), load("project_growth")
    outside = [f"terraform-provider-{name}" for name in ("google", "azurerm", "kubernetes")]
    picture = opening_picture(counts, growth, "terraform", "2017-06", *outside)
    assert len(picture.series) == 3
    assert "core only 64.6 and 25.3" in picture.sentence
    june = growth[growth["month"] == "2017-06-01"].set_index("project")["active_authors"]
    np.testing.assert_array_equal(np.asarray(picture.series[2].y)[0], june[outside].sum())
    assert len(opening_picture(counts, growth, "ansible", "2020-03").series) == 2


@pytest.mark.parametrize("plan", [3, (1, 2), "many"])
def test_a_plan_that_is_not_three_numbers_is_explained(plan: object) -> None:
    with pytest.raises(ExplainedError, match=r"'here' needs three numbers"):
        launched({"here": PartnerProgramme()}, {"here": plan})  # type: ignore[dict-item]
