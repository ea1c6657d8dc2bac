from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from thousandfold.models.shared_component import SharedComponent


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
