from __future__ import annotations

import numpy as np
from conftest import Published
from hypothesis import given
from hypothesis import strategies as st

from thousandfold.models.average_user import AverageUser


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
