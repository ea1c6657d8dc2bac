from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from conftest import Published
from hypothesis import given, settings
from hypothesis import strategies as st

from thousandfold import ExplainedError
from thousandfold.datasets import load
from thousandfold.models.choice import ChoiceFit, choice_shares, fit_choices


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


def test_travel_choices_are_complete() -> None:
    trips = load("travel_choice")
    by_person = trips.groupby("person")
    assert (by_person["chosen"].sum() == 1).all()
    assert (by_person["income"].nunique() == 1).all()
    assert (trips.loc[trips["option"] == "car", "wait"] == 0).all()


def test_a_measure_that_is_text_is_explained() -> None:
    trips = load("travel_choice").assign(comfort="high")
    with pytest.raises(ExplainedError, match="comfort must be a number"):
        fit_choices(trips, "comfort")
