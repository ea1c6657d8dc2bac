from __future__ import annotations

import numpy as np
import pytest
from conftest import Published
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from thousandfold import ExplainedError
from thousandfold.models.platform_pricing import DuopolyPlatforms, MonopolyPlatform


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
