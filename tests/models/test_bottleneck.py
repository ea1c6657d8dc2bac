from __future__ import annotations

import numpy as np
import pytest
from conftest import Published
from hypothesis import given, settings
from hypothesis import strategies as st

from thousandfold import ExplainedError
from thousandfold.models.bottleneck import CompetitiveBottleneck
from thousandfold.models.platform_pricing import DuopolyPlatforms

MARKETS = st.builds(
    CompetitiveBottleneck,
    taste_users=st.floats(0.5, 3),
    gain_users=st.floats(0, 3),
    gain_partners=st.floats(0.2, 5),
    cost_users=st.floats(0, 1),
    cost_partners=st.floats(0, 1),
)


def test_the_prices_of_the_bottleneck(published: Published) -> None:
    market = CompetitiveBottleneck()
    joined = float(market.joining(market.prices[1]))
    published.agrees("armstrong_bottleneck", [*market.prices, joined])


@settings(max_examples=40)
@given(MARKETS)
def test_no_other_prices_earn_more_against_a_rival_in_equilibrium(
    market: CompetitiveBottleneck,
) -> None:
    users, partners = market.prices
    best = float(market.profit(market.prices))
    near = np.meshgrid(users + np.linspace(-2, 2, 201), np.linspace(0, market.gain_partners, 201))
    assert market.profit(near).max() <= best + 1e-9
    assert best == pytest.approx(market.taste_users / 2)
    assert 0 <= partners <= market.gain_partners


@settings(max_examples=40)
@given(MARKETS)
def test_what_partners_pay_is_handed_to_users_to_the_last_dollar(
    market: CompetitiveBottleneck,
) -> None:
    users, partners = market.prices
    earned = (partners - market.cost_partners) * float(market.joining(partners))
    assert users + earned == pytest.approx(market.cost_users + market.taste_users)


@given(MARKETS)
def test_the_price_for_partners_is_what_is_best_for_a_platform_and_its_users_together(
    market: CompetitiveBottleneck,
) -> None:
    asked = np.linspace(0, market.gain_partners, 2001)
    joined = market.joining(asked)
    together = (market.gain_users + asked - market.cost_partners) * joined
    here = float(market.joining(market.prices[1]))
    mine = (market.gain_users + market.prices[1] - market.cost_partners) * here
    assert together.max() <= mine + 1e-9


def test_who_joins_all_is_charged_for_the_gain_and_who_joins_one_is_not() -> None:
    for model in (DuopolyPlatforms(), CompetitiveBottleneck()):
        more = model.replace(gain_partners=1.1 * model.gain_partners)
        assert more.prices[0] < model.prices[0]
        assert (more.prices[1] > model.prices[1]) == isinstance(model, CompetitiveBottleneck)


def test_the_bill_adds_up() -> None:
    for market in (CompetitiveBottleneck(), CompetitiveBottleneck(gain_users=3)):
        bill = market.bill()
        np.testing.assert_allclose(bill.drop(columns="= price").sum(axis=1), bill["= price"])


def test_prices_of_another_shape_are_refused() -> None:
    with pytest.raises(ExplainedError, match=r"prices must be two numbers"):
        CompetitiveBottleneck().profit([1, 2, 3])
    with pytest.raises(ExplainedError, match=r"rival must be two numbers"):
        CompetitiveBottleneck().profit([1, 2], 3)
