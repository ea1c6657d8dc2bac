from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, Published
from hypothesis import given, settings
from hypothesis import strategies as st

from thousandfold import ExplainedError
from thousandfold.datasets import load
from thousandfold.models.average_user import AverageUser
from thousandfold.models.choice import ChoiceFit, choice_shares, fit_choices
from thousandfold.models.feature_use import FeatureUse
from thousandfold.models.mix_shift import MixShift, rates_by_segment
from thousandfold.models.two_segments import TwoSegments

CARDS = (ROOT / "datasets" / "README.md").read_text(encoding="utf-8")

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


# Average users


def test_without_correlation_the_shares_multiply() -> None:
    ways = np.arange(1, 11)
    share = AverageUser(correlation=0).share(ways)
    np.testing.assert_allclose(share, 0.3**ways, rtol=1e-9)
    np.testing.assert_allclose(AverageUser(correlation=0).expected(), 0.0239916, rtol=1e-5)


@given(st.floats(0, 0.99), st.floats(0.05, 0.95), st.integers(1, 20))
def test_correlation_keeps_more_people_and_never_more_than_one_way(
    correlation: float, middle: float, ways: int
) -> None:
    crowd = AverageUser(correlation=correlation, middle=middle, ways=ways)
    np.testing.assert_allclose(crowd.share(1), middle, rtol=1e-6)
    assert middle**ways * (1 - 1e-6) <= crowd.share() <= middle * (1 + 1e-6)
    assert crowd.share(ways + 1) <= crowd.share(ways)
    assert 0 <= crowd.nobody <= 1


def test_two_ways_are_the_bivariate_normal_of_scipy() -> None:
    from scipy.stats import multivariate_normal, norm

    limit = norm.ppf(0.65)
    pair = multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]])
    inside = pair.cdf([limit, limit], lower_limit=[-limit, -limit])
    np.testing.assert_allclose(AverageUser(correlation=0.4).share(2), inside, rtol=1e-6)


def test_a_simulated_crowd_agrees_with_the_integral() -> None:
    crowd = AverageUser(people=100_000, ways=4, correlation=0.6)
    ways = np.arange(1, 5)
    spread = np.sqrt(crowd.expected(ways))
    assert (abs(crowd.measured() - crowd.expected(ways)) < 5 * spread).all()
    assert abs(crowd.measured()[0] - 30_000) <= 1, "the middle is that of the crowd itself"
    np.testing.assert_array_equal(crowd.measured(), crowd.measured())
    assert (crowd.measured(seed=1) != crowd.measured(seed=2)).any()


def test_no_pilot_is_average(published: Published) -> None:
    published.agrees("pilots_average_in_ten", AverageUser().expected(10))
    published.agrees("pilots_average_in_ten", AverageUser().measured()[-1])
    assert AverageUser().nobody > 0.9


def test_fewer_than_three_and_a_half_per_cent_in_three_ways_bounds_the_correlation() -> None:
    # Rose 2016 tells of less than 3.5 %; then the ways have less than 0.46 in common.
    assert AverageUser(correlation=0.45).share(3) < 0.035 < AverageUser(correlation=0.47).share(3)
    assert AverageUser(correlation=0.47).expected(10) < 0.5


def test_one_in_seven_things_is_enough_that_hardly_anybody_is_average() -> None:
    crowd = AverageUser(people=1000)
    assert crowd.expected(7) < 1 < crowd.expected(5)


# One product or two editions


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


# Choices


def test_equal_appeal_divides_evenly_and_a_constant_changes_nothing() -> None:
    np.testing.assert_allclose(choice_shares([3.0, 3.0, 3.0]), 1 / 3)
    np.testing.assert_allclose(choice_shares([1, 2, 5.0]), choice_shares([1001, 1002, 1005.0]))


def simulated(weights: tuple[float, float], people: int = 2000, seed: int = 1) -> pd.DataFrame:
    """People with known weights for price and quality, choosing among three options."""
    generator = np.random.default_rng(seed)
    price, quality = generator.uniform(0, 10, (2, people, 3))
    appeal = weights[0] * price + weights[1] * quality + generator.gumbel(size=(people, 3))
    return pd.DataFrame(
        {
            "person": np.repeat(np.arange(people), 3),
            "option": np.tile(["a", "b", "c"], people),
            "chosen": (appeal == appeal.max(axis=1, keepdims=True)).astype(int).ravel(),
            "price": price.ravel(),
            "quality": quality.ravel(),
        }
    )


@settings(max_examples=20, deadline=None)
@given(st.floats(-2, 2), st.floats(-2, 2), st.integers(0, 1000))
def test_known_weights_are_recovered(price: float, quality: float, seed: int) -> None:
    fit = fit_choices(simulated((price, quality), seed=seed), "price", "quality")
    gaps = np.array([price, quality]) - fit.weights
    assert (abs(gaps) < 5 * np.array(fit.errors)).all()
    assert fit.people == 2000
    assert fit.log_likelihood <= 0


def test_no_other_weights_are_more_likely() -> None:
    from scipy.optimize import minimize

    table = simulated((-0.4, 0.7), people=300)
    fit = fit_choices(table, "price", "quality")
    x = table[["price", "quality"]].to_numpy().reshape(300, 3, 2)
    taken = table["chosen"].to_numpy().reshape(300, 3).astype(bool)
    best = minimize(lambda w: -np.log(choice_shares(x @ w)[taken]).sum(), [0, 0], tol=1e-10)
    np.testing.assert_allclose(fit.weights, best.x, atol=1e-4)
    np.testing.assert_allclose(fit.log_likelihood, -best.fun, rtol=1e-8)


def test_the_published_fit_of_travel_choices(published: Published) -> None:
    trips = load("travel_choice")
    trips["income_by_air"] = trips["income"] * (trips["option"] == "air")
    fit = fit_choices(trips, "generalized_cost", "wait", "income_by_air", base="car")
    assert fit.names == ("generalized_cost", "wait", "income_by_air", "air", "bus", "train")
    published.agrees("travel_weights", fit.weights)
    published.agrees("travel_errors", fit.errors)
    published.agrees("travel_log_likelihood", fit.log_likelihood)


def test_units_and_order_of_rows_do_not_matter() -> None:
    trips = load("travel_choice")
    plain = fit_choices(trips, "cost", "travel", base="car")
    hours = trips.assign(travel=trips["travel"] / 60).sample(frac=1, random_state=1)
    fit = fit_choices(hours, "cost", "travel", base="car")
    np.testing.assert_allclose(fit.weights[1], 60 * plain.weights[1], rtol=1e-6)
    np.testing.assert_allclose(fit.errors[0], plain.errors[0], rtol=1e-6)
    np.testing.assert_allclose(fit.log_likelihood, plain.log_likelihood)
    np.testing.assert_allclose(fit.worth("travel", "cost"), 60 * plain.worth("travel", "cost"))
    assert list(plain.table().columns) == ["weight", "error", "z"]


def test_worth_is_what_is_given_up_for_one_unit() -> None:
    fit = ChoiceFit(("wait", "cost"), (-0.1, -0.02), (0.01, 0.01), -100.0, 50)
    assert fit.worth("wait", "cost") == pytest.approx(5)


def test_average_weights_hide_that_the_halves_choose_differently() -> None:
    trips = load("travel_choice")
    taken = trips[trips["chosen"] == 1]
    low, high = (
        half["option"].value_counts(normalize=True)
        for half in (taken[taken["income"] < 35], taken[taken["income"] >= 35])
    )
    assert low["train"] > 0.4
    assert high["train"] < 0.2
    assert high["car"] > 2 * low["car"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: t.drop(columns="cost"), "no column 'cost'"),
        (lambda t: t.drop(index=3), "one row for each of the options"),
        (lambda t: t.assign(chosen=0), "chosen is 1 once per person"),
        (lambda t: t.assign(chosen=t["chosen"] * 2), "chosen is 1 once per person"),
        (lambda t: t.assign(cost=t["income"]), "cost is the same for all options"),
        (lambda t: t.assign(cost=2.0 * t["travel"]), "cannot be told apart"),
        (lambda t: t.assign(cost=t["chosen"]), "cannot be told apart"),
    ],
)
def test_choices_that_cannot_be_fitted_are_refused(change: object, says: str) -> None:
    with pytest.raises(ExplainedError, match=says):
        fit_choices(change(load("travel_choice")), "cost", "travel")  # type: ignore[operator]


def test_what_a_fit_does_not_have_is_named() -> None:
    trips = load("travel_choice")
    with pytest.raises(ExplainedError, match=r"no option 'boat'.* air, bus, car, train"):
        fit_choices(trips, "cost", base="boat")
    with pytest.raises(ExplainedError, match="name what was measured"):
        fit_choices(trips)
    with pytest.raises(ExplainedError, match="has no 'price'; it has cost"):
        fit_choices(trips, "cost").worth("cost", "price")


# Mixes


@given(st.tuples(*[st.floats(0, 1)] * 6))
def test_the_two_effects_add_up_and_same_mix_means_no_mix_effect(
    shares: tuple[float, ...],
) -> None:
    shift = MixShift(*shares)
    added = shift.before + shift.mix_effect + shift.rate_effect
    np.testing.assert_allclose(added, shift.after, atol=1e-12)
    assert shift.replace(power_after=shift.power_before).mix_effect == 0
    assert not shift.replace(power_after=shift.power_before).reversal


def test_the_launch_improves_both_segments_and_the_rate_of_all_falls() -> None:
    launch = MixShift()
    assert launch.casual_rate_after > launch.casual_rate_before
    assert launch.power_rate_after > launch.power_rate_before
    assert launch.after < launch.before - 0.05
    assert launch.reversal
    assert launch.rate_effect > 0 > launch.mix_effect


def berkeley() -> pd.DataFrame:
    return rates_by_segment(
        load("admissions"), "gender", "department", "admitted", "applicants"
    )  # fmt: skip


def test_the_published_rates_of_admission(published: Published) -> None:
    published.agrees("berkeley_all", berkeley().loc["all", ["men", "women"]].to_numpy(float))


def test_the_reversal_of_berkeley() -> None:
    rates = berkeley()
    women_ahead = rates["women"] > rates["men"]
    assert women_ahead[["A", "B", "D", "F"]].all()
    assert not women_ahead[["C", "E", "all"]].any()
    assert women_ahead["all, same mix"]


def test_groups_with_one_mix_keep_their_rates() -> None:
    table = pd.DataFrame(
        {"who": list("xxyy"), "what": list("abab"), "n": [10, 30, 20, 60], "k": [5, 3, 2, 30]}
    )
    rates = rates_by_segment(table, "who", "what", "k", "n")
    np.testing.assert_allclose(rates.loc["all"], rates.loc["all, same mix"])
    np.testing.assert_allclose(rates.loc["all"], [8 / 40, 32 / 80])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: t.drop(columns="admitted"), "no column 'admitted'"),
        (lambda t: t.drop(index=0), "every gender needs somebody in every department"),
        (lambda t: t.assign(admitted=2000), "admitted must lie between 0 and applicants"),
    ],
)
def test_counts_without_a_rate_are_refused(change: object, says: str) -> None:
    table = change(load("admissions"))  # type: ignore[operator]
    with pytest.raises(ExplainedError, match=says):
        rates_by_segment(table, "gender", "department", "admitted", "applicants")


# Features


def test_features_that_are_used_alike() -> None:
    flat = FeatureUse(exponent=0)
    np.testing.assert_allclose(flat.clicks_of_top([0, 0.12, 1]), [0, 0.12, 1])
    np.testing.assert_allclose(flat.features_for([0.8]), 0.8)


def test_the_published_concentration(published: Published) -> None:
    published.agrees("pendo_clicks", FeatureUse().clicks_of_top(0.12))
    for features in (25, 100, 1000):
        fitted = FeatureUse(features=features).fitted_to(0.12, 0.8)
        published.agrees("pendo_clicks", fitted.clicks_of_top(0.12))


@given(st.integers(2, 1000), st.floats(0, 5))
def test_clicks_are_shares_and_fall_with_rank(features: int, exponent: float) -> None:
    product = FeatureUse(features=features, exponent=exponent)
    np.testing.assert_allclose(product.clicks.sum(), 1)
    assert (np.diff(product.clicks) <= 1e-12).all()
    share = np.linspace(0, 1, 7)
    top = product.clicks_of_top(share)
    assert (top >= share - 1e-9).all()
    assert (np.diff(top) >= -1e-12).all()


@given(st.floats(0, 3), st.floats(0.01, 0.9))
def test_the_two_questions_are_each_others_answer(exponent: float, clicks: float) -> None:
    product = FeatureUse(exponent=exponent)
    np.testing.assert_allclose(product.clicks_of_top(product.features_for(clicks)), clicks)


def test_the_exponent_hangs_on_how_many_features_there_are() -> None:
    few, many = (FeatureUse(features=n).fitted_to(0.12, 0.8).exponent for n in (50, 1000))
    np.testing.assert_allclose([few, many], [1.542, 1.119], atol=0.001)


def test_the_less_used_eighty_per_cent_have_few_of_the_clicks() -> None:
    assert 1 - FeatureUse().clicks_of_top(0.2) < 0.15


def test_bad_shares_are_refused() -> None:
    with pytest.raises(ExplainedError, match=r"write 12 % as 0\.12"):
        FeatureUse().clicks_of_top(12)
    with pytest.raises(ExplainedError, match=r"clicks must lie in 0\.\.1"):
        FeatureUse().features_for([0.5, -1])
    with pytest.raises(ExplainedError, match=r"cannot have 0\.1 of the clicks"):
        FeatureUse().fitted_to(0.5, 0.1)


# Data


def test_the_cards_say_how_many_rows() -> None:
    for name in ("admissions", "travel_choice"):
        card = CARDS.split(f"## `{name}.csv`")[1].split("\n## ")[0]
        assert f"{len(load(name))} rows" in card


def test_travel_choices_are_complete() -> None:
    trips = load("travel_choice")
    by_person = trips.groupby("person")
    assert (by_person["chosen"].sum() == 1).all()
    assert (by_person["income"].nunique() == 1).all()
    assert (trips.loc[trips["option"] == "car", "wait"] == 0).all()


def test_admissions_add_up_to_the_published_totals() -> None:
    sums = load("admissions").groupby("gender")[["admitted", "applicants"]].sum()
    assert sums.loc["men"].tolist() == [1198, 2691]
    assert sums.loc["women"].tolist() == [557, 1835]
