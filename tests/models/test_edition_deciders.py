from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thousandfold import ExplainedError
from thousandfold.models.edition_deciders import what_decides
from thousandfold.models.two_segments import TwoSegments


def test_what_wins_is_counted_as_whoever_asks_one_size_counts_it() -> None:
    tried = what_decides(draws=200)
    by_hand = 100 * np.mean(tried.leads[:, 40] > 0)
    assert float(tried.wins(1e5)) == pytest.approx(by_hand)
    cheap = tried.drawn["second"] < np.median(tried.drawn["second"])
    halves = [100 * np.mean(tried.leads[half, 20] > 0) for half in (cheap, ~cheap)]
    assert float(tried.decides("second", 1e4)) == pytest.approx(halves[0] - halves[1])


def test_where_nothing_is_paid_two_editions_never_win_and_no_number_decides() -> None:
    tried = what_decides(TwoSegments(fee_casual=0, fee_power=0), draws=50)
    assert float(tried.wins(1e6)) == 0
    assert float(tried.decides("twice", 1e6)) == 0
    assert tried.bill_until == 1000
    assert "two editions earn more in 0 of 100" in tried.picture().sentence


def test_the_picture_says_what_the_numbers_say() -> None:
    tried = what_decides(draws=500)
    picture = tried.picture()
    assert "decides most up to" in picture.title
    assert picture.notes[0].x == pytest.approx(tried.bill_until)
    assert [line["label"] for line in picture.data()["series"]] == [
        "bill", "tastes", "doubled work", "users in chains",
    ]  # fmt: skip
    assert f"in {float(tried.wins(1e6)):.0f} of 100" in picture.sentence


def test_a_wrong_market_or_size_is_refused() -> None:
    with pytest.raises(ExplainedError, match="market must be a TwoSegments"):
        what_decides("Ferry")  # type: ignore[arg-type]
    tried = what_decides(draws=20)
    with pytest.raises(ExplainedError, match="users"):
        tried.wins(10)
    with pytest.raises(ExplainedError, match="taste"):
        tried.decides("taste", 1e4)


@given(st.floats(0, 1), st.floats(0, 7), st.floats(0, 0.6))
def test_an_edition_wins_most_where_it_is_a_chance_of_its_own(
    own: float, conflict: float, twice: float
) -> None:
    market = TwoSegments(conflict=conflict, twice=twice)
    least, some, most = (
        np.array(market.replace(own_chance=chance).uptake_of_two()) for chance in (0, own, 1)
    )
    assert (least <= some + 1e-9).all()
    assert (some <= most + 1e-9).all()


def test_the_two_ends_of_a_chance_of_its_own_are_the_logit_and_the_better_edition() -> None:
    market = TwoSegments(conflict=1.5)
    appeals = [[market._appeal(ideal, 0.7)[kind] for ideal in (0, 1)] for kind in (0, 1)]
    both = [np.exp(each).sum() / (1 + np.exp(each).sum()) for each in appeals]
    assert market.uptake_of_two() == pytest.approx(both)
    better = [1 / (1 + np.exp(-max(each))) for each in appeals]
    assert market.replace(own_chance=0).uptake_of_two() == pytest.approx(better)


def test_the_lead_is_over_one_product_where_that_earns_most() -> None:
    market = TwoSegments()
    for users in (2e3, 5e4, 1e6):
        best = market.one_product(users, market.best_depth(users))
        assert float(market.lead(users)) == pytest.approx(float(market.two_editions(users) - best))
    assert market.lead([1e4, 1e5]).shape == (2,)
